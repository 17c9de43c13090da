"""What the playhead lights up in a graph of records: the value at work, and those it read or handed its gradient to."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from core.expression.sheet import Phase
from core.graph import GraphSnapshot
from core.playhead import Here
from gui.graph.camera import Camera
from gui.graph.layout import Layout
from gui.graph.record_item import RecordPicture
from gui.graph.record_style import RADIUS
from gui.theme import Theme

_LINE, _LINE_LEAST = 2.4, 1.8  # of lit edges: scene units, and pixels however far away
_RING, _RING_LEAST = 3.0, 2.2
_READ, _READ_LEAST = 1.6, 1.2  # outline of those that were read
_HEAD = 6.0  # length of an arrow's head; scene units


@dataclass(frozen=True)
class HereMarks:
    """Of one graph and one operation; edges are those of a layout."""

    active: int = -1
    reads: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    backward: bool = False


def marks_of(here: Here | None, snapshot: GraphSnapshot, layout: Layout, index: dict[str, int]) -> HereMarks:
    """What there is to light up; nothing if the value at work is not in this graph."""
    active = -1 if here is None else index.get(here.address, -1)
    if here is None or active < 0:
        return HereMarks()
    reads = tuple(index[address] for address in here.reads if address in index)
    taken = set(reads) & set(snapshot.nodes[active].operands)
    edges = [
        i for i, edge in enumerate(layout.edges) if edge.head == active and (edge.position < 0 or edge.tail in taken)
    ]
    return HereMarks(active, reads, tuple(edges if reads else ()), here.position.phase is Phase.BACKWARD)


def paint_marks(
    painter: QPainter, picture: RecordPicture, camera: Camera, marks: HereMarks, theme: Theme, unit: float
) -> None:
    """Over the records, in device pixels; `unit` is how many of them make a pixel of the interface."""
    if marks.active < 0:
        return
    colour = theme.palette.glow if marks.backward else theme.palette.accent
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_edges(painter, picture, camera, marks, colour, unit)
    _outline(painter, picture, camera, marks.reads, QPen(colour, max(_READ * camera.pixels, _READ_LEAST * unit)))
    _outline(painter, picture, camera, (marks.active,), QPen(colour, max(_RING * camera.pixels, _RING_LEAST * unit)))
    painter.restore()


def _paint_edges(
    painter: QPainter, picture: RecordPicture, camera: Camera, marks: HereMarks, colour: QColor, unit: float
) -> None:
    width = max(_LINE, _LINE_LEAST * unit / camera.pixels)
    painter.save()
    painter.translate(camera.left, camera.top)
    painter.scale(camera.pixels, camera.pixels)
    for edge in marks.edges:
        path = picture.path(edge)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width))
        painter.drawPath(path)
        if picture.layout.edges[edge].position >= 0:
            _paint_head(painter, path, max(_HEAD, 3 * width), colour, backward=marks.backward)
    painter.restore()


def _paint_head(painter: QPainter, path: QPainterPath, length: float, colour: QColor, *, backward: bool) -> None:
    """An arrow's head where it arrives: at the operand going backward, at the operation going forward."""
    at, before = (0.0, 0.06) if backward else (1.0, 0.94)
    tip, way = path.pointAtPercent(at), path.pointAtPercent(at) - path.pointAtPercent(before)
    along = way / max((way.x() ** 2 + way.y() ** 2) ** 0.5, 1e-9) * length
    across = QPointF(-along.y(), along.x()) * 0.5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, tip - along + across, tip - along - across]))


def _outline(painter: QPainter, picture: RecordPicture, camera: Camera, nodes: tuple[int, ...], pen: QPen) -> None:
    """Outside of a record's own border, where the selection's ink is not."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    away, radius = pen.widthF() / 2, RADIUS * camera.pixels + pen.widthF() / 2
    for node in nodes:
        box: QRectF = picture.device_box(node, camera).adjusted(-away, -away, away, away)
        painter.drawRoundedRect(box, radius, radius)
