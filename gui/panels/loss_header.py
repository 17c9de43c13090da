"""What stands at the right of the loss card's title: what the curves are, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

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
from gui.widgets.buttons import LinkButton

_GAP = 14  # pixels at scale 1 between parts of the header
_SAMPLE = 14  # length of a piece of line in the legend
_FONT_SIZE = 12


class ScaleSwitch(QWidget):
    """`log | linear`, the one that holds in bold accent."""

    log_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lossScale")
        self.setAccessibleName("Axis of the loss")
        self._theme = theme
        self._log = _ScalePart("log", theme, "Logarithmic axis: equal distances are equal factors")
        self._linear = _ScalePart("linear", theme, "Linear axis: equal distances are equal differences")
        self._log.setObjectName("lossScaleLog")
        self._linear.setObjectName("lossScaleLinear")
        group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for part in (self._log, self._linear):
            group.addButton(part)
            self._row.addWidget(part)
        self._log.setChecked(True)
        group.buttonToggled.connect(self._on_toggled)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def is_log(self) -> bool:
        return self._log.isChecked()

    def toggle(self) -> None:
        """To the other axis."""
        (self._linear if self.is_log else self._log).setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line between the two."""
        painter = QPainter(self)
        painter.setPen(QPen(self._theme.palette.line, self._theme.px(1)))
        x = (self._log.geometry().right() + self._linear.geometry().left() + 1) / 2
        inset = self.height() * 0.28
        painter.drawLine(QLineF(x, inset, x, self.height() - inset))

    def _on_toggled(self, part: QWidget, checked: bool) -> None:
        if checked:
            self.log_chosen.emit(part is self._log)

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(13))
        self.update()


class _ScalePart(LinkButton):
    """One word of the switch."""

    def __init__(self, text: str, theme: Theme, tooltip: str) -> None:
        super().__init__(text, theme, tooltip)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Room for bold letters, so that nothing moves."""
        metrics = QFontMetricsF(self._face(bold=True))
        return QSize(round(metrics.horizontalAdvance(self.text()) + 2), round(metrics.height()) + self._theme.px(6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, wide = self._theme.palette, self._theme.px(2)
        painter = QPainter(self)
        font = self._face(bold=self.isChecked())
        font.setUnderline(self.underMouse() and not self.isChecked())
        painter.setFont(font)
        painter.setPen(colours.accent_text if self.isChecked() else colours.mute)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.fillRect(QRectF(0, self.height() - wide, self.width(), wide), colours.accent)

    def _face(self, *, bold: bool) -> QFont:
        return self._theme.font(_FONT_SIZE, bold=bold)


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
        self.setObjectName("lossLegend")
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
        self.setVisible(bool(lines))
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
        px, metrics = self._theme.px, QFontMetricsF(self._font())
        wide = sum(metrics.horizontalAdvance(text) + px(_SAMPLE + 5) for text in self.texts)
        return QSize(round(wide) + px(12) * max(len(self.texts) - 1, 0) + 2, round(metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())  # the first to give way

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        font = self._font()
        metrics = QFontMetricsF(font)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        x, middle = 0.0, self.height() / 2
        for text, _, colour, width in self._lines():
            wide = metrics.horizontalAdvance(text)
            if x + px(_SAMPLE + 5) + wide > self.width() + 1:
                return
            dashed = Qt.PenStyle.DashLine if text == "test" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, width * self._theme.scale, dashed))
            painter.drawLine(QPointF(x, middle), QPointF(x + px(_SAMPLE), middle))
            painter.setPen(colours.mute)
            place = QRectF(x + px(_SAMPLE + 5), 0, wide + 1, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            x += px(_SAMPLE + 5) + wide + px(12)

    def _font(self) -> QFont:
        return self._theme.font(_FONT_SIZE)


class LossHeader(QWidget):
    """The legend, the links and the switch in a row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.legend = CurveLegend(theme)
        self.fit_link = _link("lossFit", "whole run", "Show the whole run and follow it", theme)
        self.ghost_link = _link("lossGhost", "", "The pale curve: the run before this one", theme)
        self.scale_switch = ScaleSwitch(theme)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self.legend, self.fit_link, self.ghost_link, self.scale_switch):
            self._row.addWidget(part)
        self.legend.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(_GAP))


def _link(name: str, text: str, tooltip: str, theme: Theme) -> LinkButton:
    link = LinkButton(text, theme, tooltip)
    link.setObjectName(name)
    return link
