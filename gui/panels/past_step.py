"""Where plots over steps stand in the past."""

from __future__ import annotations

from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPen

from gui.panels.plotting import Layer, ThemedPlot


class PastStep(Layer):
    """A line in ink at the earlier step that is looked at."""

    def __init__(self, plot: ThemedPlot) -> None:
        super().__init__(plot, height=4)
        self._step: int | None = None

    def put(self, step: int | None) -> None:
        """None for the present."""
        if step != self._step:
            self._step = step
            self.update()

    def draw(self, painter: QPainter) -> None:
        if self._step is None:
            return
        x, area = round(self.plot.to_pixels(self._step, 0.0).x()) + 0.5, self.plot.box.rect()
        painter.setPen(QPen(self.plot.theme.palette.ink, self.plot.theme.px(1.5)))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
