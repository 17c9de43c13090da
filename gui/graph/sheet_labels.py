"""Where the texts over a sheet's graph stand: each beside the record it is about, never over a name or a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF

from gui.graph.camera import Camera
from gui.graph.record_numbers import Array
from gui.graph.record_style import FOOT, LEAD, ROW, TITLE
from gui.graph.sheet_picture import SheetPicture
from gui.graph.sheet_pills import Pill, PillPainter, Places, Spot
from gui.graph.sheet_steps import StepMarks
from gui.graph.sheet_wrong import TAG

_ALONG = (0.5, 0.3, 0.7)  # where on an edge a text may be, best first
_SMALLEST, _LARGEST = 0.9, 1.15  # zoom of texts
_TITLE_WEIGHT, _DATA_WEIGHT, _GRAD_WEIGHT, _CIRCLE_WEIGHT = 12.0, 12.0, 15.0, 8.0
_TAG_WEIGHT = 20.0
_PILL_WEIGHT = 6.0  # of other texts, for that of an edge under the pointer
_FAR_WEIGHT = 1.0  # of records seen from afar
_ABOVE_NAME = 3.0  # of a record's title, free of letters; scene units
_COVERED = 0.05  # cost of what a text may cover: rounding


@dataclass(frozen=True)
class View:
    """How the picture is seen."""

    camera: Camera
    unit: float  # device pixels a pixel of the interface
    width: int  # device pixels
    height: int

    @property
    def letters(self) -> float:
        """The unit of what is written: it follows the zoom as far as it stays readable and small."""
        return self.unit * min(max(self.camera.pixels / self.unit, _SMALLEST), _LARGEST)

    @property
    def bounds(self) -> QRectF:
        """What texts stay within."""
        margin = 4 * self.unit
        return QRectF(margin, margin, self.width - 2 * margin, self.height - 2 * margin)


@dataclass(frozen=True)
class Note:
    """An edge that was pointed at, its parts, and what is written beside it."""

    edges: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class _Wish:
    """A text and where it would like to be."""

    text: str
    points: tuple[QPointF, ...]
    quiet: bool  # a growth: the plate of the flow's colour
    edge: int | None = None


@dataclass(frozen=True)
class Label:
    """A text in its place."""

    pill: Pill
    edge: int | None = None  # whose it is


class Labels:
    """Places the texts of a step; others with the same lengths in the same view get the same places."""

    def __init__(self) -> None:
        self._known: tuple[object, list[tuple[bool, Spot | None]]] = None, []

    def place(
        self, pills: PillPainter, picture: SheetPicture, view: View, marks: StepMarks, wrong: list[int]
    ) -> list[Label]:
        """The labels of a step: in full, or only their results where there is no room; left out without any."""
        wishes = _wishes(pills, picture, view, marks, wrong)
        sizes = [(pills.size_of(wish.text), pills.size_of(shortened(wish.text))) for wish in wishes]
        asked = id(picture), view, wrong, [(wish.points, wish.quiet) for wish in wishes], sizes
        if self._known[0] != asked:
            self._known = asked, self._spots(picture, view, wrong, wishes, sizes)
        labels = []
        for wish, (whole, spot) in zip(wishes, self._known[1], strict=True):
            if spot is not None:
                text = wish.text if whole else shortened(wish.text)
                labels.append(Label(Pill(text, spot.box, not wish.quiet, spot.end), wish.edge))
        return sorted(labels, key=lambda label: label.pill.strong)

    def _spots(
        self,
        picture: SheetPicture,
        view: View,
        wrong: list[int],
        wishes: list[_Wish],
        sizes: list[tuple[QSizeF, QSizeF]],
    ) -> list[tuple[bool, Spot | None]]:
        places = Places(obstacles(picture, view, wrong), view.bounds, quickly=not picture.readable)
        result: list[tuple[bool, Spot | None]] = []
        for wish, (whole, short) in zip(wishes, sizes, strict=True):
            spot, full = places.find(whole, wish.points), True
            if spot.covered > _COVERED and picture.readable:
                spot, full = places.find(short, wish.points), False
            if spot.covered > _COVERED and picture.readable:
                result.append((False, None))
                continue
            places.take(spot)
            result.append((full, spot))
        return result


def place_notes(
    pills: PillPainter, picture: SheetPicture, view: View, wrong: list[int], notes: Sequence[Note], labels: list[Label]
) -> list[Label]:
    """The texts of edges that were pointed at, and those of the step's labels that are not in their way."""
    places = Places(obstacles(picture, view, wrong), view.bounds, quickly=not picture.readable)
    lit = {edge for note in notes for edge in note.edges}
    labels = [label for label in labels if label.edge not in lit]
    for label in labels:
        places.avoid(label.pill.box, _PILL_WEIGHT)
    placed = []
    for note in notes:
        if note.text:
            spot = places.find(pills.size_of(note.text), _along(picture, view, note.edges[0]))
            places.take(spot)
            placed.append(Label(Pill(note.text, spot.box, True, spot.end), note.edges[0]))
    free = [label for label in labels if not any(label.pill.box.intersects(other.pill.box) for other in placed)]
    return [*free, *placed]


def shortened(text: str) -> str:
    """Only the result: `-2.0` of `-2.0 × 1.0 = -2.0`, `2.0` of `1.0 + 1.0 → 2.0`."""
    return text.rpartition("= ")[2].rpartition("→ ")[2]


def _wishes(pills: PillPainter, picture: SheetPicture, view: View, marks: StepMarks, wrong: list[int]) -> list[_Wish]:
    """What is to be written of a step. Texts of records that are not in view would lead nowhere."""
    wishes, seen = [], QRectF(0, 0, view.width, view.height)
    for lit in marks.edges:
        edge = picture.layout.edges[lit.edge]
        if lit.text and picture.device_box(edge.tail, view.camera).intersects(seen):
            sides = _beside(picture, view, edge.tail, pills.size_of(lit.text).height(), wrong)
            if not _is_above(picture, lit.edge):
                sides.reverse()
            points = (sides[0], *_along(picture, view, lit.edge), sides[1])
            wishes.append(_Wish(lit.text, points, False, lit.edge))
    for growth in marks.growths:
        if picture.device_box(growth.node, view.camera).intersects(seen):
            sides = _beside(picture, view, growth.node, pills.size_of(growth.text).height(), wrong)
            row = QPointF(0, pills.size_of(growth.text).height() + view.unit)
            wishes.append(_Wish(growth.text, (sides[1], sides[0], sides[1] + row, sides[0] - row), True))
    return wishes


def _is_above(picture: SheetPicture, number: int) -> bool:
    """Whether an operand's text belongs above it: it is the upper one, or the first of `a + a`."""
    edge = picture.layout.edges[number]
    operands = picture.snapshot.nodes[edge.head].operands
    if operands.count(edge.tail) > 1:
        return operands.index(edge.tail) == edge.position
    others = [operand for operand in operands if operand != edge.tail]
    tops = picture.layout.records[:, 1]
    return all(tops[edge.tail] <= tops[other] for other in others)


def _beside(picture: SheetPicture, view: View, node: int, height: float, wrong: list[int]) -> list[QPointF]:
    """Above a node and below it, below its tag."""
    box = picture.device_box(node, view.camera)
    tag = TAG if node in wrong else -FOOT / 2  # over the free strip below the gradient
    below = box.bottom() + height / 2 + tag * view.camera.pixels
    return [QPointF(box.center().x(), box.top() - height / 2), QPointF(box.center().x(), below)]


def _along(picture: SheetPicture, view: View, edge: int) -> tuple[QPointF, ...]:
    path, corner = picture.path(edge), QPointF(view.camera.left, view.camera.top)
    return tuple(path.pointAtPercent(share) * view.camera.pixels + corner for share in _ALONG)


def obstacles(picture: SheetPicture, view: View, wrong: list[int]) -> Array:
    """What should not be covered, and how bad that would be: rows of left, top, right, bottom, weight."""
    pixels, records = view.camera.pixels, picture.layout.records
    corner = np.array([view.camera.left, view.camera.top])
    left, top = (np.rint(records[:, :2] * pixels) + corner).T
    seen = (left < view.width) & (top < view.height) & (left + records[:, 2] * pixels > 0)
    left, top = left[seen], top[seen]
    rights = left + records[seen, 2] * pixels
    if not picture.readable:
        bottoms, weights = top + records[seen, 3] * pixels, np.full(len(left), _FAR_WEIGHT)
        return np.stack([left, top, rights, bottoms, weights], axis=1)
    rows = (
        (_ABOVE_NAME, TITLE - _ABOVE_NAME, _TITLE_WEIGHT),
        (TITLE + LEAD, ROW, _DATA_WEIGHT),
        (TITLE + LEAD + ROW, ROW, _GRAD_WEIGHT),
    )
    parts = []
    for start, height, weight in rows:
        upper = top + start * pixels
        parts.append(np.stack([left, upper, rights, upper + height * pixels, np.full(len(left), weight)], axis=1))
    parts.append(_tag_boxes(picture, view, wrong))
    circles = picture.layout.operations
    circles = circles[np.isfinite(circles[:, 0])]
    corners = circles[:, :2] * pixels + corner
    ends = corners + circles[:, 2:] * pixels
    parts.append(np.concatenate([corners, ends, np.full((len(circles), 1), _CIRCLE_WEIGHT)], axis=1))
    return np.concatenate(parts)


def _tag_boxes(picture: SheetPicture, view: View, wrong: list[int]) -> Array:
    """What the wrong gradients should be must be read before all."""
    boxes = [picture.device_box(node, view.camera) for node in wrong]
    below = TAG * view.camera.pixels
    rows = [(box.left(), box.bottom(), box.right(), box.bottom() + below, _TAG_WEIGHT) for box in boxes]
    return np.array(rows, dtype=np.float64).reshape(-1, 5)
