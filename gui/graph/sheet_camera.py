"""What a sheet's graph shows at first, and whether a new text is the old one, edited. No widgets here."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.graph.camera import Camera
from gui.graph.layout import Layout
from gui.graph.record_item import RecordPicture

FIT_MARGIN = 16.0  # left free on each side of a graph that is shown whole; pixels at scale 1
OPENED_WHOLE = 0.55  # zoom; a graph that would be smaller as a whole is opened at its end
_OPENED = 0.75  # … at this zoom
_MOST_CHANGED = 0.5  # of a text that is typed into, at one place; more of it is another text


def end_camera(layout: Layout, node: int, width: int, height: int, unit: float, foot: int) -> Camera:
    """The part of a graph around a node that can be read, no further right, up or down than the graph is.

    `width` and `height` of the view in device pixels, of which `foot` are kept free below; `unit` is a pixel.
    """
    pixels, margin = _OPENED * unit, round(FIT_MARGIN * unit)
    left, top, wide, high = layout.records[node].tolist()
    camera = Camera(pixels).centred_on(QPointF(left + wide / 2, top + high / 2), width, height - foot)
    return Camera(
        pixels,
        _within(camera.left, round(layout.width * pixels), width, margin),
        _within(camera.top, round(layout.height * pixels), height - foot, margin),
    )


def _within(start: int, length: int, room: int, margin: int) -> int:
    """Where a picture of some length begins so that there is nothing but the margin beside it; the middle if short."""
    if length <= room - 2 * margin:
        return (room - length) // 2
    return min(max(start, room - margin - length), margin)


def kept_camera(old: RecordPicture, new: RecordPicture, camera: Camera, width: int, height: int) -> Camera | None:
    """A camera that shows what both graphs have in common where it was; None if there is nothing, or nothing seen."""
    known = {node.address: i for i, node in enumerate(new.snapshot.nodes)}
    pairs = [(i, known[node.address]) for i, node in enumerate(old.snapshot.nodes) if node.address in known]
    if not pairs:
        return None
    middle = camera.to_scene(width / 2, height / 2)
    centres = old.layout.records[[i for i, _ in pairs]]
    away = np.hypot(centres[:, 0] - middle.x(), centres[:, 1] - middle.y())
    before, after = pairs[int(np.argmin(away))]
    corners = old.layout.records[before, :2], new.layout.records[after, :2]
    there, here = (np.rint(corner * camera.pixels) for corner in corners)  # as they are drawn
    moved = camera.moved(int(there[0] - here[0]), int(there[1] - here[1]))
    view = QRectF(0, 0, width, height)
    seen = any(new.device_box(node, moved).intersects(view) for node in range(len(new.snapshot.nodes)))
    return moved if seen else None


def is_edited(before: str, after: str) -> bool:
    """Whether a text became another by a change at one place, as by typing; not if most of it is new."""
    longest = max(len(before), len(after))
    shortest = min(len(before), len(after))
    start = 0
    while start < shortest and before[start] == after[start]:
        start += 1
    end = 0
    while end < shortest - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return longest - start - end <= _MOST_CHANGED * longest
