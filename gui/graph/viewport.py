"""Viewport: which part of a flat world a window shows. Pan, zoom at a point, fit. No Qt."""

from __future__ import annotations

LARGEST_ZOOM = 8.0
SMALLEST_ZOOM = 0.1
ZOOM_STEP = 1.25  # of the menu and of one notch of the wheel


class Viewport:
    """Window position = world position · zoom + (x, y). Stays fitted until someone pans or zooms."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.x = 0.0
        self.y = 0.0
        self.fitted = True
        self._world = (1.0, 1.0)
        self._window = (1.0, 1.0)

    @property
    def window(self) -> tuple[float, float]:
        """Width and height of the window."""
        return self._window

    def resize(self, window: tuple[float, float], world: tuple[float, float]) -> None:
        """Take new sizes; what was in the middle stays there, what was fitted stays fitted."""
        (middle_x, middle_y), (old_width, old_height) = self.to_world(*self._centre()), self._world
        self._window, self._world = window, world
        if self.fitted:
            self.fit()
        else:
            self.centre_on(middle_x / old_width * world[0], middle_y / old_height * world[1])

    def to_window(self, x: float, y: float) -> tuple[float, float]:
        return x * self.zoom + self.x, y * self.zoom + self.y

    def to_world(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def fit(self) -> None:
        """Show everything, never larger than 100 %."""
        shrink = min(1.0, self._window[0] / self._world[0], self._window[1] / self._world[1])
        self.zoom = max(shrink, SMALLEST_ZOOM)
        self.centre_on(self._world[0] / 2, self._world[1] / 2)
        self.fitted = True

    def zoom_to(self, zoom: float, at: tuple[float, float] | None = None) -> None:
        """Set the zoom; the world's point under `at` (window coordinates, the middle by default) stays in place."""
        x, y = at or self._centre()
        world_x, world_y = self.to_world(x, y)
        self.zoom = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
        self._move_to(x - world_x * self.zoom, y - world_y * self.zoom)

    def pan(self, dx: float, dy: float) -> None:
        self._move_to(self.x + dx, self.y + dy)

    def centre_on(self, x: float, y: float) -> None:
        """Bring a point of the world to the middle."""
        middle_x, middle_y = self._centre()
        self._move_to(middle_x - x * self.zoom, middle_y - y * self.zoom)

    def shows(self, x: float, y: float, margin: float) -> bool:
        """Whether a point of the world is in the window, `margin` pixels or more from its rim."""
        at_x, at_y = self.to_window(x, y)
        width, height = self._window
        return margin <= at_x <= width - margin and margin <= at_y <= height - margin

    def _move_to(self, x: float, y: float) -> None:
        """At least a quarter of the window keeps showing some of the world."""
        self.fitted = False
        width, height = self._window
        self.x = min(max(x, width * 0.25 - self._world[0] * self.zoom), width * 0.75)
        self.y = min(max(y, height * 0.25 - self._world[1] * self.zoom), height * 0.75)

    def _centre(self) -> tuple[float, float]:
        return self._window[0] / 2, self._window[1] / 2
