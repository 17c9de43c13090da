"""Dashed lines on the loss curve, each with a text: what was changed at that step, or where training diverged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.panels.loss_mark_places import BOTTOM, Place, place_marks
from gui.panels.plotting import Layer, ThemedPlot, blended, with_alpha
from gui.theme import Theme

_FONT_SIZE = 11  # pixels at scale 1
_ARROW = " → "
_BETWEEN_KINDS = " · "
_SHORT_STRETCH = 0.03  # of the steps on the axis: changes of one kind closer together are one mark …
_SHORT_STEPS = 5.0  # … and in any case within so many steps
_GROUND = 0.85  # how opaque the ground of a text is: the curve behind it is only guessed


@dataclass(frozen=True)
class CurveMark:
    """One line on the curve."""

    step: float
    text: str
    is_divergence: bool = False
    count: int = field(default=1, compare=False)  # how often in a row the same was changed


def merge_marks(marks: Sequence[CurveMark], stretch: float, gap: float) -> list[CurveMark]:
    """Join changes of the same kind that follow within `stretch` steps, as of a slider being dragged, into one.

    It stands at the last of them and tells the first value and the last. Those of different kinds are joined only
    within `gap` steps, where their lines would touch. What came back to its first value, as by undo, is not told.
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
            count = last.count + mark.count if last.text == mark.text else 1
            text = _joined(before, after)
            merged[-1:] = [CurveMark(mark.step, text, count=count)] if text else []
        else:
            merged.append(mark)
    return merged


def told_once(marks: Sequence[CurveMark]) -> list[CurveMark]:
    """Of the same change again and again only the last has a text, with how often it was: `data ×25`."""
    told: list[CurveMark] = []
    for mark in marks:
        if told and told[-1].text == mark.text and not mark.is_divergence:
            mark = replace(mark, count=told[-1].count + mark.count)
            told[-1] = replace(told[-1], text="")
        told.append(mark)
    return [replace(mark, text=f"{mark.text} ×{mark.count}") if mark.text and mark.count > 1 else mark for mark in told]


class MarksLayer(Layer):
    """Draws the lines of the run's marks behind its curve; their texts lie over it."""

    def __init__(self, plot: ThemedPlot) -> None:
        super().__init__(plot, height=-1)
        self._marks: tuple[CurveMark, ...] = ()
        self._placed: tuple[tuple[object, ...], list[tuple[CurveMark, Place]]] = ((), [])
        self._texts = _TextsLayer(plot, self)

    def set_marks(self, marks: Sequence[CurveMark]) -> None:
        self._marks = tuple(marks)
        self.update()
        self._texts.update()

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

    def placed(self) -> list[tuple[CurveMark, Place]]:
        """The marks in the picture, and where their texts go."""
        theme, area = self.plot.theme, self.plot.box.rect()
        key = self._marks, tuple(self.plot.box.viewRange()[0]), area, theme.scale
        if key != self._placed[0]:
            drawn = [(mark, self.plot.to_pixels(mark.step, 0.0).x()) for mark in self.drawn()]
            seen = [(mark, x) for mark, x in drawn if area.left() - 1 <= x <= area.right() + 1]
            told = told_once([mark for mark, _ in seen])
            texts = [(mark.text, x, mark.is_divergence) for mark, (_, x) in zip(told, seen, strict=True)]
            wide = QFontMetricsF(theme.font(_FONT_SIZE)).horizontalAdvance
            places = place_marks(texts, area.left(), area.right(), theme.px(5), wide)
            self._placed = key, list(zip(told, places, strict=True))
        return self._placed[1]

    def text_box(self, place: Place) -> QRectF:
        """Where the text of a mark is drawn."""
        area, metrics = self.plot.box.rect(), QFontMetricsF(self.plot.theme.font(_FONT_SIZE))
        top = area.top() + place.row * metrics.height()
        if place.row == BOTTOM:
            top = area.bottom() - 1.2 * metrics.height()
        return QRectF(QPointF(place.left, top), metrics.size(0, place.text))

    def draw(self, painter: QPainter) -> None:
        theme, area = self.plot.theme, self.plot.box.rect()
        for mark, place in self.placed():
            line_colour = theme.palette.negative if mark.is_divergence else theme.palette.glow
            pen = QPen(line_colour, theme.px(1.5), Qt.PenStyle.CustomDashLine)
            pen.setDashPattern((2.0, 2.0))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            top = area.top() if place.row == BOTTOM else self.text_box(place).top()  # it crosses no text above
            x = round(place.x) + 0.5
            painter.drawLine(QLineF(x, top, x, area.bottom()))

    def _pixels_per_step(self) -> float:
        first, last = self.plot.box.viewRange()[0]
        return max(float(self.plot.box.width()), 1.0) / (last - first)


class _TextsLayer(Layer):
    """The texts of the marks, on pale grounds over the curves."""

    def __init__(self, plot: ThemedPlot, marks: MarksLayer) -> None:
        super().__init__(plot, height=3.5)
        self._layer = marks

    def draw(self, painter: QPainter) -> None:
        theme = self.plot.theme
        painter.setFont(theme.font(_FONT_SIZE))
        for mark, place in self._layer.placed():
            if place.text:
                box = self._layer.text_box(place)
                ground = box.adjusted(-theme.px(2), 0, theme.px(2), 0)
                painter.fillRect(ground, with_alpha(theme.palette.card, _GROUND))
                painter.setPen(theme.palette.negative_text if mark.is_divergence else _glow_text(theme))
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip, place.text)


def _glow_text(theme: Theme) -> QColor:
    """Glow is for lines; letters of it need a little more contrast."""
    return blended(theme.palette.glow, theme.palette.ink, 0.2)


def _by_kind(text: str) -> dict[str, str]:
    """The changes told by a text, by their first words: `η 0.1 → 0.2, data` has the kinds `η` and `data`."""
    return {change.split(" ")[0]: change for part in text.split(_BETWEEN_KINDS) for change in part.split(", ")}


def _joined(before: dict[str, str], after: dict[str, str]) -> str:
    """`η 0.05 → 0.1` and `η 0.1 → 0.2` are `η 0.05 → 0.2`; what has no such values is told once, as it was last.

    `η 0.05 → 0.1` and `η 0.1 → 0.05` are nothing; the text is empty if all is so.
    """
    joined = dict(before)
    for kind, change in after.items():
        first, arrow, _ = joined.get(kind, "").partition(_ARROW)
        other_first, other_arrow, last = change.rpartition(_ARROW)
        names = kind, other_first.rpartition(" ")[0]  # of one word, or of several before the value
        if not (arrow and other_arrow):
            joined[kind] = change
        elif first in [f"{name} {last}" for name in names]:
            del joined[kind]
        else:
            joined[kind] = first + _ARROW + last
    return _BETWEEN_KINDS.join(joined.values())
