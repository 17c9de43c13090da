"""What the curves of the loss card are called: a piece of each with its name."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.words import tr
from gui.panels.loss_looks import (
    FULL_WIDTH,
    KEPT_WIDTH,
    TEST_WIDTH,
    TWIN_WIDTH,
    batch_colour,
    held_back_colour,
    kept_colour,
    twin_colour,
)
from gui.panels.loss_plot import LossPlot
from gui.theme import Theme

_FONT_SIZE = 12  # pixels at scale 1, as all below
_SAMPLE = 14  # length of a piece of line
_INSIDE = 5  # between it and its name
_BETWEEN = 12  # the curves


@dataclass(frozen=True)
class Curves:
    """Which curves there are besides that of the run itself."""

    batches: bool = False  # the run's is that of each step's batch, and a thin one that of all samples
    twin: bool = False  # the true run beside one with a bug
    twin_goes_on: bool = False  # the bug is still on
    test: bool = False  # that of the rows kept back
    kept: tuple[tuple[str, int], ...] = ()  # names and colours of the runs that are kept to compare


def curves_of(plot: LossPlot) -> Curves:
    """Those that a plot shows."""
    kept = tuple((run.name, run.colour) for run in plot.kept)
    return Curves(len(plot.full) > 0, len(plot.twin) > 0, plot.twin_goes_on, len(plot.test) > 0, kept)


@dataclass(frozen=True)
class _Entry:
    """One curve in the legend."""

    text: str
    meaning: str
    colour: QColor
    width: float
    short: str = ""  # where there is little room; empty: as it is
    dashed: bool = False


class CurveLegend(QWidget):
    """A piece of each curve with its name; hidden while there is but one curve."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._curves = Curves()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._theme = theme
        theme.changed.connect(self.updateGeometry)

    def show_curves(self, curves: Curves) -> None:
        """From now on there are these."""
        if curves == self._curves:
            return
        self._curves = curves
        entries = self._entries()
        self.setAccessibleName("; ".join(f"{each.text}: {each.meaning}" for each in entries))
        self.setToolTip("\n".join(f"{each.text}: {each.meaning}" for each in entries))
        self.updateGeometry()
        self.update()

    @property
    def texts(self) -> list[str]:
        """The names of the curves."""
        return [each.text for each in self._entries()]

    def _entries(self) -> list[_Entry]:
        """Those of the run first, then the kept ones."""
        curves, colours = self._curves, self._theme.palette
        found: list[_Entry] = []
        if curves.batches:
            meaning = tr("pale, the loss of each step's own batch")
            found.append(_Entry(tr("batch"), meaning, batch_colour(colours), 2.5))
            meaning = tr("thin, the loss of all samples")
            found.append(_Entry(tr("all samples"), meaning, colours.ink, FULL_WIDTH, tr("all")))
        elif curves.twin or curves.test or curves.kept:
            if curves.twin_goes_on:
                text, short = tr("with the bug"), tr("bug")
            else:
                text, short = (tr("train"), "") if curves.test else (tr("this run"), tr("now"))
            found.append(_Entry(text, tr("the run that goes on"), colours.accent, 2.0, short))
        if curves.test:
            meaning = tr("dashed, the loss of the rows kept back for testing, without penalties")
            found.append(_Entry(tr("test"), meaning, held_back_colour(colours), TEST_WIDTH, dashed=True))
        if curves.twin:
            meaning = tr("from the first bug on, the same weights, batches and rates without any bug")
            colour = twin_colour(colours, goes_on=curves.twin_goes_on)
            found.append(_Entry(tr("without the bug"), meaning, colour, TWIN_WIDTH, tr("no bug")))
        meaning = tr("a run kept to compare")
        return found + [_Entry(name, meaning, kept_colour(colours, at), KEPT_WIDTH) for name, at in curves.kept]

    def sizeHint(self) -> QSize:
        """Room for every name."""
        high = round(QFontMetricsF(self._font()).height())
        return QSize(round(self._needed(self.texts)) + 2, high)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())  # the first to give way

    def shown_texts(self) -> list[str]:
        """The names as there is room for them: in full, without the kept runs (their table tells them), short, cut off.

        They are those of the first curves; those of the kept runs, which are the last, are all there or none is.
        """
        entries, full = self._entries(), self.texts
        if self._needed(full) <= self.width() + 1:
            return full
        full = full[: len(full) - len(self._curves.kept)]
        if self._needed(full) <= self.width() + 1:
            return full
        short = [each.short or each.text for each in entries[: len(full)]]
        if self._needed(short) <= self.width() + 1 or not short:
            return short
        metrics, px = QFontMetricsF(self._font()), self._theme.px
        room = (self.width() + px(_BETWEEN)) / len(short) - px(_SAMPLE + _INSIDE + _BETWEEN)
        return [metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0.0)) for text in short]

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        font = self._font()
        metrics = QFontMetricsF(font)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        texts, middle = self.shown_texts(), self.height() / 2
        rest = px(_SAMPLE) * len(texts) + sum(map(metrics.horizontalAdvance, texts)) + px(_INSIDE) * len(texts)
        gap = min(px(_BETWEEN), max((self.width() - rest) / max(len(texts) - 1, 1), px(2)))
        x = 0.0
        for each, text in zip(self._entries(), texts, strict=False):
            style = Qt.PenStyle.DashLine if each.dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(each.colour, each.width * self._theme.scale, style))
            painter.drawLine(QPointF(x, middle), QPointF(x + px(_SAMPLE), middle))
            painter.setPen(colours.mute)
            wide = metrics.horizontalAdvance(text)
            place = QRectF(x + px(_SAMPLE + _INSIDE), 0, wide + 1, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            x += px(_SAMPLE + _INSIDE) + wide + gap

    def _needed(self, texts: list[str]) -> float:
        px, metrics = self._theme.px, QFontMetricsF(self._font())
        wide = sum(metrics.horizontalAdvance(text) + px(_SAMPLE + _INSIDE) for text in texts)
        return float(wide + px(_BETWEEN) * max(len(texts) - 1, 0))

    def _font(self) -> QFont:
        return self._theme.font(_FONT_SIZE)
