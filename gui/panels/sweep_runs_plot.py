"""What both plots of a sweep share: the runs, which of them is pointed at or chosen, the caption, colours of rates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter

from core.sweep import SweptRun
from gui.panels.axes import EDGE, LABEL_SIZE
from gui.panels.plotting import Layer, ThemedPlot, blended
from gui.theme import Palette, Theme

CAPTION_HEIGHT = 20  # pixels at scale 1, above a plot


def rate_colour(palette: Palette, share: float) -> QColor:
    """Of a rate's curve and mark: pale for the least one, ink for the greatest."""
    if share < 0.5:
        return blended(palette.accent, palette.card, 0.55 * (1.0 - 2.0 * share))
    return blended(palette.accent, palette.ink, 2.0 * share - 1.0)


def share_of(rate: float, rates: tuple[float, float]) -> float:
    """Where a rate stands between the least and the greatest: 0 … 1."""
    return math.log(rate / rates[0]) / math.log(rates[1] / rates[0])


class RunsPlot(ThemedPlot):
    """Shows the runs of a sweep; they are told apart by their index."""

    run_hovered = Signal(object)  # index of a run, or None
    run_chosen = Signal(int)

    _layer: Layer  # what draws them; the subclass's

    def __init__(self, theme: Theme, *, keys: Sequence[Qt.Key] = ()) -> None:
        super().__init__(theme, axes=("left", "bottom"), keys=keys)
        self.runs: tuple[SweptRun, ...] = ()
        self.rates: tuple[float, float] = (0.01, 1.0)  # the least and the greatest of the sweep
        self.hovered_run: int | None = None
        self.chosen: int | None = None

    def show_hovered(self, index: int | None) -> None:
        """Tell of this run."""
        if index != self.hovered_run and (index is None or index < len(self.runs)):
            self.hovered_run = index
            self._layer.update()

    def choose(self, index: int | None) -> None:
        """Mark this run for as long as it is chosen."""
        self.chosen = index
        self._layer.update()

    def restyle(self) -> None:
        super().restyle()
        self.plotItem.layout.setContentsMargins(0, self.theme.px(CAPTION_HEIGHT), self.theme.px(EDGE), 0)

    def _take(self, runs: Sequence[SweptRun], rates: tuple[float, float]) -> None:
        """These are the runs now."""
        self.runs, self.rates = tuple(runs), rates
        if self.hovered_run is not None and self.hovered_run >= len(self.runs):
            self.hovered_run = None

    def _show_axes(self, across: list[float], up: list[float]) -> None:
        """From where to where they go; hidden without runs, which takes no room away: the layout stays."""
        if list(map(list, self.box.viewRange())) != [across, up]:
            self.box.setRange(xRange=across, yRange=up, padding=0)
            for axis in self.axes:
                axis.forget_picture()
        for axis in self.axes:
            axis.setOpacity(1.0 if self.runs else 0.0)
        self._layer.update()

    def _draw_caption(self, painter: QPainter, *texts: str) -> None:
        """What the plot shows, in the room above it: the first of these texts that fits."""
        area = self.mapFromScene(self.box.mapRectToScene(self.box.rect())).boundingRect()
        painter.setFont(self.theme.font(LABEL_SIZE))
        painter.setPen(self.theme.palette.mute)
        place = QRectF(area.left(), 0, area.width() + self.theme.px(EDGE), self.theme.px(CAPTION_HEIGHT - 4))
        metrics = painter.fontMetrics()
        text = next((text for text in texts if metrics.horizontalAdvance(text) <= place.width()), texts[-1])
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
