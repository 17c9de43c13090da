"""What plots over the steps of a run have in common: the step under the pointer, and the past one that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from core.history import Array
from gui.panels.loss_looks import end_of_steps
from gui.panels.past_step import PastStep
from gui.panels.plotting import Layer, ThemedPlot, draw_bubble
from gui.theme import Theme

KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Escape,
)
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -20, Qt.Key.Key_PageDown: 20}


class StepsPlot(ThemedPlot):
    """A plot over steps with a cursor; a subclass says what the bubble at a step tells."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, axes=("left", "bottom"), keys=KEYS)
        self.steps: Array = np.zeros(0)  # rising: where the cursor can be
        self.axes[1].whole = True
        self._past = PastStep(self)
        self._cursor = _CursorLayer(self, self.lines_at)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self.hide_cursor)
        self.key_pressed.connect(self._on_key)

    @property
    def blank(self) -> bool:
        """Whether there is nothing to be seen yet."""
        return len(self.steps) == 0

    @property
    def cursor_text(self) -> str:
        """What the bubble at the cursor says; empty without one."""
        return "  ".join(self._cursor.lines())

    def set_past(self, step: int | None) -> None:
        """Mark the earlier step that is looked at; None for the present."""
        self._past.put(step)

    def hide_cursor(self) -> None:
        self._cursor.put(None, None)

    def lines_at(self, index: int, height: float | None) -> Sequence[str]:
        """What to tell of `steps[index]`; `height` is that of the pointer on the axis, None for the keyboard."""
        raise NotImplementedError

    def show_steps(self, room: float = 1.0) -> None:
        """Let the axis hold all steps, and so much more."""
        last = end_of_steps(float(self.steps[-1]) if len(self.steps) else 0.0) * room
        if self.box.viewRange()[0] != [0.0, last]:
            self.box.setXRange(0.0, last, padding=0)
        opacity = 0.0 if self.blank else 1.0  # hiding the axes would change the layout
        for axis in self.axes:
            axis.setOpacity(opacity)

    def _on_hovered(self, position: QPointF) -> None:
        if self.blank or not self.box.rect().contains(position):
            self.hide_cursor()
            return
        place = self.from_pixels(position)
        self._cursor.put(_nearest(self.steps, place.x()), place.y())

    def _on_key(self, key: int) -> None:
        last = len(self.steps) - 1
        if key == Qt.Key.Key_Escape or last < 0:
            self.hide_cursor()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._cursor.put(0 if key == Qt.Key.Key_Home else last, None)
        else:
            before = last if self._cursor.index is None else self._cursor.index + _MOVES[Qt.Key(key)]
            self._cursor.put(min(max(before, 0), last), None)


class _CursorLayer(Layer):
    """A thin line at a step, and its bubble."""

    def __init__(self, plot: StepsPlot, tell: Callable[[int, float | None], Sequence[str]]) -> None:
        super().__init__(plot, height=5)
        self._steps_plot, self._tell = plot, tell
        self.index: int | None = None
        self._height: float | None = None

    def put(self, index: int | None, height: float | None) -> None:
        if (index, height) != (self.index, self._height):
            self.index, self._height = index, height
            self.update()

    def lines(self) -> Sequence[str]:
        if self.index is None or self.index >= len(self._steps_plot.steps):
            return ()
        return self._tell(self.index, self._height)

    def draw(self, painter: QPainter) -> None:
        lines = self.lines()
        if not lines or self.index is None:
            return
        plot, area = self.plot, QRectF(self.plot.box.rect())
        height = sum(plot.box.viewRange()[1]) / 2 if self._height is None else self._height
        at = plot.to_pixels(float(self._steps_plot.steps[self.index]), height)
        painter.setPen(QPen(plot.theme.palette.mute, plot.theme.px(1)))
        painter.drawLine(QLineF(round(at.x()) + 0.5, area.top(), round(at.x()) + 0.5, area.bottom()))
        draw_bubble(painter, plot.theme, lines, at, area)


def _nearest(steps: Array, step: float) -> int:
    after = int(np.searchsorted(steps, step))
    if after and (after == len(steps) or step - steps[after - 1] <= steps[after] - step):
        return after - 1
    return after
