"""Dashed lines on the loss curve, each with a text: what was changed at that step, or where training diverged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.panels.plotting import Layer, ThemedPlot, blended
from gui.theme import Theme

_ARROW = " → "
_ROWS = 3  # texts stacked above each other, at most
BOTTOM = -1  # the row of a divergence
_LEAST_TEXT = 3  # characters an elided text must keep


@dataclass(frozen=True)
class CurveMark:
    """One line on the curve."""

    step: float
    text: str
    is_divergence: bool = False


@dataclass(frozen=True)
class PlacedMark:
    """Where a mark goes: its line at `x`, its text (empty if there is no room) from `left` in `row`.

    Rows count from the top; BOTTOM is the lowest, where a curve that shot up leaves room.
    """

    mark: CurveMark
    x: float
    text: str
    left: float
    row: int


def merge_marks(marks: Sequence[CurveMark], pixels_per_step: float, gap: float) -> list[CurveMark]:
    """Join marks closer than `gap` pixels, such as those of a slider being dragged, into one each."""
    merged: list[CurveMark] = []
    for mark in sorted(marks, key=lambda each: each.step):
        last = merged[-1] if merged else None
        if last is None or mark.is_divergence or (mark.step - last.step) * pixels_per_step >= gap:
            merged.append(mark)
        elif not last.is_divergence:
            merged[-1] = CurveMark(last.step, _joined(last.text, mark.text))
    return merged


def place_marks(
    marks: Sequence[tuple[CurveMark, float]], right: float, gap: float, width_of: Callable[[str], float]
) -> list[PlacedMark]:
    """Lay out texts so that none overlap: beside the line, else one row lower, else elided, else left out.

    `marks` come with the x of their line, rising; `right` is the end of the picture, `gap` the space around texts.
    """
    row_ends = [float("-inf")] * _ROWS
    placed = []
    for mark, x in marks:
        width = width_of(mark.text)
        left = x + gap
        if left + width > right:
            left = x - gap - width
        if mark.is_divergence:
            placed.append(PlacedMark(mark, x, mark.text, left, BOTTOM))
            continue
        row = next((row for row in range(_ROWS) if row_ends[row] <= left), None)
        text = mark.text
        if row is None:
            left = x + gap
            row = next((row for row in range(_ROWS) if row_ends[row] <= left), None)
            text = _elided(mark.text, right - left, width_of) if row is not None else ""
        if row is not None and text:
            row_ends[row] = left + width_of(text) + gap
        placed.append(PlacedMark(mark, x, text, left, _ROWS if row is None else row))
    return placed


class MarksLayer(Layer):
    """Draws the marks of the run behind its curve."""

    def __init__(self, plot: ThemedPlot) -> None:
        super().__init__(plot, height=-1)
        self._marks: tuple[CurveMark, ...] = ()

    def set_marks(self, marks: Sequence[CurveMark]) -> None:
        self._marks = tuple(marks)
        self.update()

    def near(self, step: float, pixels: float) -> CurveMark | None:
        """The mark as drawn (joined with its neighbours) within so many pixels of a step."""
        reach = pixels / self._pixels_per_step()
        near = [mark for mark in self._drawn() if abs(mark.step - step) <= reach]
        return min(near, key=lambda mark: abs(mark.step - step), default=None)

    def draw(self, painter: QPainter) -> None:
        theme, area = self.plot.theme, self.plot.box.rect()
        font = theme.font(11)
        metrics = QFontMetricsF(font)
        drawn = [(mark, self.plot.to_pixels(mark.step, 0.0).x()) for mark in self._drawn()]
        seen = [(mark, x) for mark, x in drawn if area.left() - 1 <= x <= area.right() + 1]
        painter.setFont(font)
        for place in place_marks(seen, area.right(), theme.px(5), metrics.horizontalAdvance):
            diverged = place.mark.is_divergence
            line_colour = theme.palette.negative if diverged else theme.palette.glow
            pen = QPen(line_colour, theme.px(1.5), Qt.PenStyle.CustomDashLine)
            pen.setDashPattern((2.0, 2.0))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            x, text_top = round(place.x) + 0.5, area.top() + place.row * metrics.height()
            line_top = max(text_top, area.top())  # from its own row down: it crosses no text above
            if place.row == BOTTOM:
                text_top = area.bottom() - 1.2 * metrics.height()
            painter.drawLine(QLineF(x, line_top, x, area.bottom()))
            if place.text:
                box = QRectF(QPointF(place.left, text_top), metrics.size(0, place.text))
                painter.setPen(theme.palette.negative_text if diverged else _glow_text(theme))
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip, place.text)

    def _drawn(self) -> list[CurveMark]:
        return merge_marks(self._marks, self._pixels_per_step(), self.plot.theme.px(6))

    def _pixels_per_step(self) -> float:
        first, last = self.plot.box.viewRange()[0]
        return max(float(self.plot.box.width()), 1.0) / (last - first)


def _glow_text(theme: Theme) -> QColor:
    """Glow is for lines; letters of it need a little more contrast."""
    return blended(theme.palette.glow, theme.palette.ink, 0.2)


def _joined(earlier: str, later: str) -> str:
    """`η 0.05 → 0.1` and `η 0.1 → 0.2` are `η 0.05 → 0.2`; others stand side by side."""
    before, arrow, _ = earlier.rpartition(_ARROW)
    other, other_arrow, after = later.rpartition(_ARROW)
    if arrow and other_arrow and before.split()[0:-1] == other.split()[0:-1]:
        return before + _ARROW + after
    return f"{earlier} · {later}"


def _elided(text: str, room: float, width_of: Callable[[str], float]) -> str:
    """The beginning of the text that fits, or nothing."""
    if width_of(text) <= room:
        return text
    for length in range(len(text) - 1, _LEAST_TEXT - 1, -1):
        if width_of(text[:length] + "…") <= room:
            return text[:length] + "…"
    return ""
