"""One line under the boundary: what its colours or signs mean, and how many points are on the wrong side."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.words import mark, tr
from gui.frames import Points
from gui.numbers import format_count, format_number
from gui.panels.boundary_plot import NOTHING
from gui.panels.boundary_points import Mark
from gui.panels.boundary_scale import Array, kind_colours, value_scale, wrong_rows
from gui.theme import Theme

_FONT_SIZE = 11
_BAR = (56.0, 6.0)
_SHORT_BAR = 20.0  # at least
_SELECTED = mark("selected")
_ROUND = 2.0  # pixels at scale 1: radius of the sign of a test point
_SIGN = 12  # pixels at scale 1 from the left of a sign to its text
_GAP = 12  # between one entry and the next
_LONGEST = 64  # pixels at scale 1 of a label
_USUAL = ("−1", "+1")  # labels that say no more than the targets
_SELECTED_TIP = mark("The point with a ring is the selected sample: a click on another selects that.")
_WRONG_TIP = mark("Hollow dots are on the wrong side of the boundary.\n")
_CLASS_TIP = mark("The colour is that of the likeliest class: the paler, the closer the call.\n")
_TEST_TIP = mark("Small rings are test points: kept back from training.\n")


class LegendKind(Enum):
    """What is explained."""

    MAP = "map"
    CURVE = "curve"
    PREDICTIONS = "predictions"


class BoundaryLegend(QWidget):
    """A colour bar for values, marks for classes; ring and dot for predictions against targets."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("boundaryLegend")
        self._theme = theme
        self._kind = LegendKind.MAP
        self._points = NOTHING
        self._has_targets = False
        self._note = self._test_note = ""
        self._discrete, self._test_shown = False, True
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._explain()
        theme.changed.connect(self.updateGeometry)

    @property
    def note(self) -> str:
        """What stands at the right, `3 of 100 wrong · test 2 of 70`."""
        return f"{self._note} · {self._test_note}" if self._test_note else self._note

    def show_points(self, kind: LegendKind, points: Points, *, has_targets: bool = False) -> None:
        """Explain a plot of these points; `has_targets`: predictions have the rings of their targets."""
        self._kind, self._points, self._has_targets = kind, points, has_targets
        self._explain()
        self.update()

    def set_kind(self, *, is_map: bool, has_targets: bool = False) -> None:
        """Explain the colours of a map, or the dots of predictions, of points of two classes."""
        self.show_points(LegendKind.MAP if is_map else LegendKind.PREDICTIONS, NOTHING, has_targets=has_targets)

    def set_discrete(self, discrete: bool) -> None:
        """Whether the map has two full colours instead of all between them."""
        if discrete != self._discrete:
            self._discrete = discrete
            self.update()

    def set_test_shown(self, shown: bool) -> None:
        """Whether the plot has the test points, whose sign is then explained."""
        if shown != self._test_shown:
            self._test_shown = shown
            self.update()

    def set_results(self, points: Points, predictions: Array, test_predictions: Array | None) -> None:
        """Say how well these rows are told, and those kept back for testing; predictions as a frame has them."""
        tested = np.zeros(0) if test_predictions is None else test_predictions
        if points.task == "regression":
            error, test_note = _mean_error(predictions, points.targets), _mean_error(tested, points.test_targets)
            note = tr("mean error {error}", error=error) if error else ""
        else:
            part = _wrong_of(wrong_rows(points, points.targets, predictions))
            note = tr("{part} wrong", part=part) if part else ""
            test_note = _wrong_of(wrong_rows(points, points.test_targets, tested))
        self.set_note(note, tr("test {note}", note=test_note) if test_note else "")

    def set_wrong(self, wrong: int, rows: int) -> None:
        """Say how many of the rows are on the wrong side; nothing before there is a prediction."""
        self.set_note(tr("{wrong} of {rows} wrong", wrong=format_count(wrong), rows=format_count(rows)) if rows else "")

    def set_note(self, note: str, test_note: str = "") -> None:
        """What stands at the right, and what of the test rows."""
        if (note, test_note) != (self._note, self._test_note):
            self._note, self._test_note = note, test_note
            self.setAccessibleName(self.note)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0, self._theme.px(4), 0, 0)
        end = area.right() - self._note_width()
        if self._kind is LegendKind.PREDICTIONS:
            start = self._draw_signs(painter, area)
        elif self._points.task == "classes" or self._kind is LegendKind.CURVE:
            start = self._draw_classes(painter, area, end)
        else:
            start = self._draw_bar(painter, area, end)
        if self._note:
            self._draw_note(painter, area, start)

    def _explain(self) -> None:
        task = self._points.task
        tip = "" if task == "regression" or self._kind is LegendKind.PREDICTIONS else tr(_WRONG_TIP)
        if self._kind is LegendKind.PREDICTIONS:
            tip = {
                "signs": tr("Wrong: prediction and target have different signs.\n"),
                "classes": tr("Upwards: the probability of the right class. Wrong: another class is likelier.\n"),
                "regression": tr("On the line prediction and target are the same.\n") if not self._has_targets else "",
            }[task]
        elif task == "classes" and self._kind is LegendKind.MAP:
            tip = tr(_CLASS_TIP) + tip
        if len(self._points.test_targets) and self._kind is not LegendKind.PREDICTIONS:
            tip += tr(_TEST_TIP)
        self.setToolTip(tip + tr(_SELECTED_TIP))

    def _draw_bar(self, painter: QPainter, area: QRectF, end: float) -> float:
        """A shorter one, or none, where there is little room beside the note."""
        colours, px = self._theme.palette, self._theme.px
        low, high = self._ends()
        room = end - area.left() - self._width(low, mono=True) - self._width(high, mono=True) - px(12)
        if room < px(_SHORT_BAR):
            return area.left()
        x = self._draw_text(painter, area, area.left(), low, mono=True) + px(6)
        bar = QRectF(x, area.center().y() - px(_BAR[1]) / 2, min(px(_BAR[0]), room), px(_BAR[1]))
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        stops = ((0.0, colours.negative), (0.5, colours.card), (1.0, colours.positive))
        if self._discrete:
            stops = ((0.0, colours.negative), (0.4999, colours.negative), (0.5001, colours.positive))
        for place, colour in stops:
            gradient.setColorAt(place, colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, px(3), px(3))
        return self._draw_text(painter, area, bar.right() + px(6), high, mono=True)

    def _ends(self) -> tuple[str, str]:
        """What stands at the ends of the bar: the labels that say something, else numbers."""
        points, scale = self._points, value_scale(self._points)
        if points.task == "signs" and points.labels != _USUAL:
            return self._shortened(points.labels[0]), self._shortened(points.labels[1])
        if points.task == "signs":
            return f"{scale.low:+g}" if scale.low else "0", f"{scale.high:+g}"
        if self._discrete:
            return f"≤ {scale.centre:.3g}", f"> {scale.centre:.3g}"
        return f"{scale.low:.3g}", f"{scale.high:.3g}"

    def _draw_classes(self, painter: QPainter, area: QRectF, end: float) -> float:
        """The mark and the label of every class, as many as there is room for."""
        px, points = self._theme.px, self._points
        x = area.left()
        if points.task == "regression":
            return self._draw_curve_signs(painter, area)
        for index, colour in enumerate(kind_colours(points, self._theme)):
            label = self._shortened(points.labels[index])
            more = f"+{len(points.labels) - index}" if index < len(points.labels) - 1 else ""
            room = self._width(label) + px(_SIGN + 2) + (self._width(more) + px(_GAP) if more else 0)
            if x + room > end:
                return self._draw_text(painter, area, x, f"+{len(points.labels) - index}")
            sign = Mark(points, self._theme, index, colour, on_card=True)
            centre = QPointF(x + px(5), area.center().y())
            sign.draw(painter, centre, px(8), wrong=False, tested=False, pen=self._theme.scale)
            x = self._draw_text(painter, area, x + px(_SIGN + 2), label) + px(_GAP)
        return x - px(_GAP)

    def _draw_curve_signs(self, painter: QPainter, area: QRectF) -> float:
        """A piece of the curve, a training point, a test point."""
        px, colours = self._theme.px, self._theme.palette
        middle = area.center().y()
        painter.setPen(QPen(colours.accent, 2.0 * self._theme.scale))
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.left() + px(14), middle))
        return self._draw_text(painter, area, area.left() + px(20), tr("output"))

    def _draw_signs(self, painter: QPainter, area: QRectF) -> float:
        colours, px = self._theme.palette, self._theme.px
        x = area.left()
        for text, filled in ((tr("target"), False), (tr("prediction"), True))[0 if self._has_targets else 1 :]:
            centre = QPointF(x + px(5), area.center().y())
            painter.setPen(QPen(colours.positive, px(2)))
            painter.setBrush(colours.positive if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, px(3), px(3))
            x = self._draw_text(painter, area, x + px(13), text) + px(_GAP)
        return x - px(_GAP)

    def _draw_note(self, painter: QPainter, area: QRectF, start: float) -> None:
        """From the right: how many are wrong; on a map also their sign, and that of the selected one, if they fit."""
        colours, px = self._theme.palette, self._theme.px
        x = area.right()
        if self._test_note:
            x -= self._width(self._test_note)
            self._draw_text(painter, area, x, self._test_note)
            x -= px(_SIGN)
            self._draw_test_sign(painter, QPointF(x + px(5), area.center().y()))
            x -= px(_GAP - 4)
        x -= self._width(self._note)
        self._draw_text(painter, area, x, self._note)
        if self._kind is not LegendKind.MAP or self._points.task != "signs":
            return
        x -= px(_SIGN)
        if x < start + px(4):
            return
        painter.setPen(QPen(colours.mute, px(2)))
        painter.setBrush(colours.ink if self._theme.dark else colours.card)
        painter.drawEllipse(QPointF(x + px(4), area.center().y()), px(3), px(3))
        x -= px(_GAP + _SIGN + 2) + self._width(tr(_SELECTED))
        if x < start + px(_GAP):
            return
        centre = QPointF(x + px(5), area.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.mute)
        painter.drawEllipse(centre, px(2), px(2))
        painter.setPen(QPen(colours.ink, 1.5 * self._theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, px(5), px(5))
        self._draw_text(painter, area, x + px(_SIGN + 2), tr(_SELECTED))

    def _draw_test_sign(self, painter: QPainter, centre: QPointF) -> None:
        """The small thin ring of a test point; where none is drawn, a dot between the two notes."""
        scale, mute = self._theme.scale, self._theme.palette.mute
        is_ring = self._test_shown and self._kind is not LegendKind.PREDICTIONS
        painter.setPen(QPen(mute, 1.4 * scale) if is_ring else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if is_ring else mute)
        radius = (_ROUND if is_ring else _ROUND / 2) * scale
        painter.drawEllipse(centre, radius, radius)

    def _note_width(self) -> float:
        """Of all that stands at the right, with the gap before it."""
        px = self._theme.px
        if not self._note:
            return 0.0
        tests = self._width(self._test_note) + px(_SIGN) + px(_GAP - 4) if self._test_note else 0.0
        has_sign = self._kind is LegendKind.MAP and self._points.task == "signs"
        return self._width(self._note) + tests + px(_GAP + (_SIGN if has_sign else 0))

    def _shortened(self, label: str) -> str:
        metrics = QFontMetricsF(self._theme.font(_FONT_SIZE))
        return metrics.elidedText(label, Qt.TextElideMode.ElideRight, self._theme.px(_LONGEST))

    def _width(self, text: str, *, mono: bool = False) -> float:
        return QFontMetricsF(self._theme.font(_FONT_SIZE, mono=mono)).horizontalAdvance(text)

    def _draw_text(self, painter: QPainter, area: QRectF, left: float, text: str, *, mono: bool = False) -> float:
        """Draw a mute text from `left`; returns where it ends."""
        font = self._theme.font(_FONT_SIZE, mono=mono)
        painter.setFont(font)
        painter.setPen(self._theme.palette.mute)
        width = QFontMetricsF(font).horizontalAdvance(text)
        place = QRectF(left, area.top(), width + 1, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        return left + width


def _wrong_of(wrong: NDArray[np.bool_]) -> str:
    """`3 of 100`; empty where nothing is known."""
    if not wrong.size:
        return ""
    return tr("{wrong} of {rows}", wrong=format_count(int(wrong.sum())), rows=format_count(wrong.size))


def _mean_error(predictions: Array, targets: Array) -> str:
    """Of a regression; empty where nothing is known."""
    if predictions.shape != targets.shape or not len(targets):
        return ""
    return format_number(float(np.abs(predictions - targets).mean()), 3)
