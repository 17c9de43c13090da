"""What stands at the right of the loss card's title: what the curves are, and how they are shown."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from core.words import tr
from gui.panels.loss_legend import CurveLegend
from gui.theme import Theme
from gui.widgets.buttons import LinkButton

_GAP = 14  # pixels at scale 1 between parts of the header
_FONT_SIZE = 12


class ScaleSwitch(QWidget):
    """`log | linear`, the one that holds in bold accent."""

    log_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lossScale")
        self.setAccessibleName(tr("Axis of the loss"))
        self._theme = theme
        self._log = _ScalePart(tr("log"), theme, tr("Logarithmic axis: equal distances are equal factors"))
        self._linear = _ScalePart(tr("linear"), theme, tr("Linear axis: equal distances are equal differences"))
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


class LossHeader(QWidget):
    """The legend, the links and the switch in a row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.legend = CurveLegend(theme)
        self.legend.setObjectName("lossLegend")
        self.fit_link = _link("lossFit", tr("whole run"), tr("Show the whole run and follow it"), theme)
        self.ghost_link = _link("lossGhost", "", tr("The pale curve: the run before this one"), theme)
        self.scale_switch = ScaleSwitch(theme)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self.legend, self.fit_link, self.ghost_link, self.scale_switch):
            self._row.addWidget(part)
        self.legend.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def width_with_legend(self) -> int:
        """What all of it takes, with every name of the legend."""
        parts = [part for part in (self.fit_link, self.ghost_link, self.scale_switch) if not part.isHidden()]
        wide = self.legend.sizeHint().width() + sum(part.sizeHint().width() for part in parts)
        return wide + len(parts) * self._row.spacing()

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(_GAP))


def _link(name: str, text: str, tooltip: str, theme: Theme) -> LinkButton:
    link = LinkButton(text, theme, tooltip)
    link.setObjectName(name)
    return link
