"""Whether a run is well, in a word: it opens the health card."""

from __future__ import annotations

import html

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent

from core.health import Finding
from core.words import tr
from gui.frames import Frame, RunStarted
from gui.panels.health_marks import SIDE, draw_mark, worst
from gui.session.runs import Runs
from gui.theme import Theme
from gui.widgets.buttons import LinkButton

_FONT_SIZE = 12
_GAP = 6  # pixels at scale 1


class HealthLight(LinkButton):
    """`health: good`, or how many findings there are, with the mark of the worst."""

    card_requested = Signal()

    def __init__(self, runs: Runs, theme: Theme) -> None:
        super().__init__(tr("health: good"), theme)
        self.setObjectName("healthLight")
        self._findings: tuple[Finding, ...] = ()
        self._run = -1
        runs.run_started.connect(self._on_run_started)
        runs.frame_ready.connect(self._on_frame_ready)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self.updateGeometry)
        if runs.started is not None:
            self._run = runs.started.run
        self._tell(())
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those that it counts."""
        return self._findings

    def sizeHint(self) -> QSize:
        """Always wide enough for `health: good`, so that its neighbours stay where they are."""
        px, metrics = self._theme.px, QFontMetricsF(self._theme.font(_FONT_SIZE))
        wide = max(metrics.horizontalAdvance(text) for text in (self.text(), tr("health: good")))
        return QSize(round(px(SIDE) + px(_GAP) + wide) + px(4), max(px(SIDE), round(metrics.height())) + px(4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px, side = self._theme.palette, self._theme.px, self._theme.px(SIDE - 2)
        painter = QPainter(self)
        draw_mark(painter, self._theme, QRectF(px(1), (self.height() - side) / 2, side, side), worst(self._findings))
        font = self._theme.font(_FONT_SIZE)
        font.setUnderline(self.underMouse())
        painter.setFont(font)
        painter.setPen(colours.ink if self._findings else colours.mute)
        words = QRectF(px(1) + side + px(_GAP), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.hasFocus():
            painter.fillRect(QRectF(0, self.height() - px(2), self.width(), px(2)), colours.accent)
        painter.end()

    def _tell(self, findings: tuple[Finding, ...]) -> None:
        self._findings = findings
        self.setText(tr("health: {n}", n=len(findings)) if findings else tr("health: good"))
        titles = [found.title for found in findings] or [tr("Nothing to report")]
        self.setAccessibleName(tr("Health: {titles}", titles="; ".join(titles)))
        lines = "".join(f"<br>{html.escape(title)}" for title in titles)
        self.setToolTip(
            f"<p style='white-space:pre'><b>{html.escape(tr('Health'))}</b>{lines}"
            f"<br>{html.escape(tr('Click to open the card'))}</p>"
        )
        self.updateGeometry()
        self.update()

    @Slot(object)
    def _on_run_started(self, started: RunStarted) -> None:
        if started.run != self._run:
            self._run = started.run
            self._tell(())

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        if frame.findings is not None and frame.findings != self._findings:
            self._tell(frame.findings)

    @Slot()
    def _on_clicked(self) -> None:
        self.card_requested.emit()
