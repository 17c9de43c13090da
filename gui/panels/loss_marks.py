"""Dashed lines on the loss curve, each with a text: what was changed at that step, or where training diverged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.panels.loss_mark_places import BOTTOM, place_marks
from gui.panels.plotting import Layer, ThemedPlot, blended
from gui.theme import Theme

_ARROW = " → "
_BETWEEN_KINDS = " · "
_SHORT_STRETCH = 0.03  # of the steps on the axis: changes of one kind closer together are one mark …
_SHORT_STEPS = 5.0  # … and in any case within so many steps


@dataclass(frozen=True)
class CurveMark:
    """One line on the curve."""

    step: float
    text: str
    is_divergence: bool = False


def merge_marks(marks: Sequence[CurveMark], stretch: float, gap: float) -> list[CurveMark]:
    """Join changes of the same kind that follow within `stretch` steps, as of a slider being dragged, into one.

    It stands at the last of them and tells the first value and the last. Those of different kinds are joined only
    within `gap` steps, where their lines would touch.
    """
    merged: list[CurveMark] = []
    for mark in sorted(marks, key=lambda each: each.step):
        last = merged[-1] if merged else None
        if last is None or mark.is_divergence or last.is_divergence:
            merged.append(mark)
            continue
        before, after = _by_kind(last.text), _by_kind(mark.text)
        reach = stretch if after.keys() <= before.keys() else gap
        if mark.step - last.step <= reach:
            merged[-1] = CurveMark(mark.step, _joined(before, after))
        else:
            merged.append(mark)
    return merged


class MarksLayer(Layer):
    """Draws the marks of the run behind its curve."""

    def __init__(self, plot: ThemedPlot) -> None:
        super().__init__(plot, height=-1)
        self._marks: tuple[CurveMark, ...] = ()

    def set_marks(self, marks: Sequence[CurveMark]) -> None:
        self._marks = tuple(marks)
        self.update()

    @property
    def all(self) -> tuple[CurveMark, ...]:
        """The marks as they were given."""
        return self._marks

    def near(self, step: float, pixels: float) -> CurveMark | None:
        """The mark as drawn (joined with its neighbours) within so many pixels of a step."""
        reach = pixels / self._pixels_per_step()
        near = [mark for mark in self.drawn() if abs(mark.step - step) <= reach]
        return min(near, key=lambda mark: abs(mark.step - step), default=None)

    def drawn(self) -> list[CurveMark]:
        """The marks as they are joined at the present width of a step."""
        first, last = self.plot.box.viewRange()[0]
        stretch = max(_SHORT_STRETCH * (last - first), _SHORT_STEPS)
        return merge_marks(self._marks, stretch, self.plot.theme.px(6) / self._pixels_per_step())

    def draw(self, painter: QPainter) -> None:
        theme, area = self.plot.theme, self.plot.box.rect()
        font = theme.font(11)
        metrics = QFontMetricsF(font)
        drawn = [(mark, self.plot.to_pixels(mark.step, 0.0).x()) for mark in self.drawn()]
        seen = [(mark, x) for mark, x in drawn if area.left() - 1 <= x <= area.right() + 1]
        painter.setFont(font)
        texts = [(mark.text, x, mark.is_divergence) for mark, x in seen]
        places = place_marks(texts, area.left(), area.right(), theme.px(5), metrics.horizontalAdvance)
        for (mark, x), place in zip(seen, places, strict=True):
            line_colour = theme.palette.negative if mark.is_divergence else theme.palette.glow
            pen = QPen(line_colour, theme.px(1.5), Qt.PenStyle.CustomDashLine)
            pen.setDashPattern((2.0, 2.0))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            text_top = area.top() + place.row * metrics.height()
            line_top = max(text_top, area.top())  # from its own row down: it crosses no text above
            if place.row == BOTTOM:
                text_top = area.bottom() - 1.2 * metrics.height()
            painter.drawLine(QLineF(round(x) + 0.5, line_top, round(x) + 0.5, area.bottom()))
            if place.text:
                box = QRectF(QPointF(place.left, text_top), metrics.size(0, place.text))
                painter.setPen(theme.palette.negative_text if mark.is_divergence else _glow_text(theme))
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip, place.text)

    def _pixels_per_step(self) -> float:
        first, last = self.plot.box.viewRange()[0]
        return max(float(self.plot.box.width()), 1.0) / (last - first)


def _glow_text(theme: Theme) -> QColor:
    """Glow is for lines; letters of it need a little more contrast."""
    return blended(theme.palette.glow, theme.palette.ink, 0.2)


def _by_kind(text: str) -> dict[str, str]:
    """The changes told by a text, by their first words: `η 0.1 → 0.2, data` has the kinds `η` and `data`."""
    return {change.split(" ")[0]: change for part in text.split(_BETWEEN_KINDS) for change in part.split(", ")}


def _joined(before: dict[str, str], after: dict[str, str]) -> str:
    """`η 0.05 → 0.1` and `η 0.1 → 0.2` are `η 0.05 → 0.2`; what has no such values is told once, as it was last."""
    joined = dict(before)
    for kind, change in after.items():
        first, arrow, _ = joined.get(kind, "").partition(_ARROW)
        _, other_arrow, last = change.rpartition(_ARROW)
        joined[kind] = first + _ARROW + last if arrow and other_arrow else change
    return _BETWEEN_KINDS.join(joined.values())
