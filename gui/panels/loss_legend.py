"""What the curves of the loss card are called: a piece of each with its name."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

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
_SHORT = {"all samples": "all", "with the bug": "bug", "without the bug": "no bug", "this run": "now"}


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
        lines = self._lines()
        self.setAccessibleName("; ".join(f"{text}: {meaning}" for text, meaning, _, _ in lines))
        self.setToolTip("\n".join(f"{text}: {meaning}" for text, meaning, _, _ in lines))
        self.updateGeometry()
        self.update()

    @property
    def texts(self) -> list[str]:
        """The names of the curves."""
        return [text for text, _, _, _ in self._lines()]

    def _lines(self) -> list[tuple[str, str, QColor, float]]:
        """Name, meaning, colour and width of each line."""
        curves, colours = self._curves, self._theme.palette
        lines: list[tuple[str, str, QColor, float]] = []
        if curves.batches:
            lines.append(("batch", "pale, the loss of each step's own batch", batch_colour(colours), 2.5))
            lines.append(("all samples", "thin, the loss of all samples", colours.ink, FULL_WIDTH))
        elif curves.twin or curves.test or curves.kept:
            text = "with the bug" if curves.twin_goes_on else "train" if curves.test else "this run"
            lines.append((text, "the run that goes on", colours.accent, 2.0))
        if curves.test:
            meaning = "dashed, the loss of the rows kept back for testing, without penalties"
            lines.append(("test", meaning, held_back_colour(colours), TEST_WIDTH))
        if curves.twin:
            meaning = "from the first bug on, the same weights, batches and rates without any bug"
            lines.append(("without the bug", meaning, twin_colour(colours, goes_on=curves.twin_goes_on), TWIN_WIDTH))
        lines += [
            (name, "a run kept to compare", kept_colour(colours, colour), KEPT_WIDTH) for name, colour in curves.kept
        ]
        return lines

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
        full = self.texts
        if self._needed(full) <= self.width() + 1:
            return full
        full = full[: len(full) - len(self._curves.kept)]
        if self._needed(full) <= self.width() + 1:
            return full
        short = [_SHORT.get(text, text) for text in full]
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
        for (name, _, colour, width), text in zip(self._lines(), texts, strict=False):
            dashed = Qt.PenStyle.DashLine if name == "test" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, width * self._theme.scale, dashed))
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
