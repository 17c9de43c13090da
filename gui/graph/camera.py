"""Which part of a scene is seen, and how large: scene coordinates ↔ device pixels. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

SMALLEST, LARGEST = 0.03, 4.0  # zoom: below the first a record is two pixels wide, above the second nothing is gained
_FIT_MARGIN = 16  # pixels of the interface left free on each side
_OPEN_SMALLEST = 0.6  # a graph that cannot be shown whole at this zoom, but in its full width, opens so
_FIT_LARGEST = 1.25  # a graph of three nodes need not fill the wall


@dataclass(frozen=True)
class Camera:
    """device = scene * pixels + origin. `pixels` is device pixels per scene unit; the origin is whole pixels."""

    pixels: float = 1.0
    left: int = 0
    top: int = 0

    def to_scene(self, x: float, y: float) -> QPointF:
        """The scene point under a device pixel."""
        return QPointF((x - self.left) / self.pixels, (y - self.top) / self.pixels)

    def seen(self, width: int, height: int) -> QRectF:
        """The part of the scene that a view of so many device pixels shows."""
        return QRectF(self.to_scene(0, 0), self.to_scene(width, height))

    def moved(self, right: int, down: int) -> Camera:
        """The picture shifted by whole device pixels."""
        return replace(self, left=self.left + right, top=self.top + down)

    def scaled_to(self, pixels: float, x: float, y: float) -> Camera:
        """Another scale, with the scene point under device pixel x, y kept where it is."""
        at = self.to_scene(x, y)
        return Camera(pixels, round(x - at.x() * pixels), round(y - at.y() * pixels))

    def centred_on(self, point: QPointF, width: int, height: int) -> Camera:
        """The scene point in the middle of the view."""
        left, top = width / 2 - point.x() * self.pixels, height / 2 - point.y() * self.pixels
        return replace(self, left=round(left), top=round(top))


def fitted(scene_width: float, scene_height: float, width: int, height: int, unit: float) -> Camera:
    """The whole scene in a view of so many device pixels; `unit` is device pixels per scene unit at zoom 1."""
    free_width, free_height = (max(length - 2 * _FIT_MARGIN * unit, 1.0) for length in (width, height))
    zoom = min(free_width / max(scene_width, 1.0), free_height / max(scene_height, 1.0)) / unit
    pixels = min(max(zoom, SMALLEST), _FIT_LARGEST) * unit
    return Camera(pixels).centred_on(QPointF(scene_width / 2, scene_height / 2), width, height)


def opened(
    whole: Camera, middle: float, scene_width: float, scene_height: float, width: int, height: int, unit: float
) -> Camera:
    """The first sight of a scene that `whole` shows whole: only what is around the height `middle`, to be read there.

    A scene too wide for that stays whole: half a graph without a beginning explains nothing.
    """
    across = fitted(scene_width, 1.0, width, height, unit).pixels
    if whole.pixels >= _OPEN_SMALLEST * unit or across < _OPEN_SMALLEST * unit:
        return whole
    pixels = min(across, unit)
    camera = Camera(pixels).centred_on(QPointF(scene_width / 2, middle), width, height)
    margin = round(_FIT_MARGIN * unit)
    lowest = height - margin - round(scene_height * pixels)  # nothing but the margin below the scene, or above it
    return replace(camera, top=min(max(camera.top, lowest), margin))
