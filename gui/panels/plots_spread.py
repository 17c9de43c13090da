"""How a layer's numbers are spread, over the steps of a run: a heat map, dark where many numbers are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from core.histograms import PER_DECADE
from core.history import Array
from core.metrics import Histograms
from core.words import tr
from gui.numbers import format_count, format_percent
from gui.palette import diverging_table
from gui.panels.axes import round_step, tick_text
from gui.panels.plots_pointer import StepsPlot
from gui.panels.plotting import Layer
from gui.theme import Theme

FULL = 0.5  # the share of the numbers in one bin that has the full colour
_COLUMNS = 240  # of the picture
_ROWS_AROUND = 1  # empty bins shown beyond the outermost number
_LEAST_ROWS = 6
_CLOSEST = 0.75  # of the room that labels like to have: still readable


class SpreadPlot(StepsPlot):
    """Bins are as high as each other; the axis says which numbers they hold."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.key = ""  # `weights L1`
        self.edges: Array = np.zeros(0)
        self.counts: Array = np.zeros((0, 0))
        self._layer = _SpreadLayer(self)
        self.box.sigResized.connect(self._show_ticks)
        self.restyle()
        self.set_histograms(None, "")

    def set_histograms(self, found: Histograms | None, key: str) -> None:
        """Show one of them, as `weights L1`; nothing if it is not there."""
        if found is None or key not in found.counts:
            self.show_counts("", np.zeros(0), np.zeros(0), np.zeros((0, 0)))
        else:
            self.show_counts(key, found.steps, found.edges[key], found.counts[key])

    def show_counts(self, key: str, steps: Array, edges: Array, counts: Array) -> None:
        """Show these: counts (steps, bins) between `edges` (bins + 1,)."""
        self.key, self.steps, self.edges, self.counts = key, steps, edges, counts
        self.show_steps()
        self._frame_rows()
        self._layer.set_shares(self.shares)

    @property
    def shares(self) -> Array:
        """Of all numbers of a step, (steps, bins); 0 where there are none."""
        sums = self.counts.sum(axis=1, keepdims=True)
        return np.divide(self.counts, sums, out=np.zeros_like(self.counts), where=sums > 0.0)

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "_layer"):
            self._layer.set_shares(self.shares)
            self._show_ticks()

    def lines_at(self, index: int, height: float | None) -> Sequence[str]:
        counts = self.counts[index]
        row = int(np.argmax(counts)) if height is None else min(max(int(np.floor(height)), 0), len(counts) - 1)
        total, low, high = counts.sum(), self.edges[row], self.edges[row + 1]
        share = format_percent(float(counts[row] / total)) if total else "0 %"
        return [
            tr("step {step}", step=format_count(round(self.steps[index]))),
            f"{low:.3g} … {high:.3g}",
            tr(
                "{count} of {total}  {share}",
                count=format_count(round(counts[row])),
                total=format_count(round(total)),
                share=share,
            ),
        ]

    def _frame_rows(self) -> None:
        """The bins that hold anything, and a little more."""
        if self.blank:
            bottom, top = 0.0, 1.0
        else:
            used = np.flatnonzero(self.counts.any(axis=0))
            bins = self.counts.shape[1]
            first, last = (int(used[0]), int(used[-1])) if used.size else (bins // 2, bins // 2)
            short = max(_LEAST_ROWS - (last - first + 1), 0)
            first, last = first - _ROWS_AROUND - short // 2, last + _ROWS_AROUND + (short + 1) // 2
            bottom, top = float(max(first, 0)), float(min(last + 1, bins))
        if self.box.viewRange()[1] != [bottom, top]:
            self.box.setYRange(bottom, top, padding=0)
        self._show_ticks()

    def _show_ticks(self) -> None:
        if self.blank or not self.box.height() > 1.0:
            return
        bottom, top = self.box.viewRange()[1]
        most = max(self.box.height() / self.axes[0].room, 1.0)
        ticks = value_ticks(self.edges, bottom, top, most)
        if self.axes[0]._tickLevels != [ticks]:
            self.axes[0].setTicks([ticks])
            self.axes[0].forget_picture()


class _SpreadLayer(Layer):
    """The picture: a column for every stretch of steps, in the colour of the numbers' share."""

    def __init__(self, plot: SpreadPlot) -> None:
        super().__init__(plot, height=-2)
        self._spread_plot = plot
        self._image: QImage | None = None

    def set_shares(self, shares: Array) -> None:
        self._image = self._drawn(shares) if shares.size else None
        self.update()

    def draw(self, painter: QPainter) -> None:
        plot = self._spread_plot
        if self._image is None or plot.blank:
            return
        place = QRectF(
            plot.to_pixels(float(plot.steps[0]), plot.counts.shape[1]), plot.to_pixels(self._last_step(), 0.0)
        )
        painter.setClipRect(plot.box.rect())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # a bin is a bin
        painter.drawImage(place, self._image)

    def _last_step(self) -> float:
        """The newest column is as wide as the one before it."""
        steps = self._spread_plot.steps
        return float(2 * steps[-1] - steps[-2]) if len(steps) > 1 else float(steps[0]) + 1.0

    def _drawn(self, shares: Array) -> QImage:
        colours = self.plot.theme.palette
        table = diverging_table(colours.card, colours.card, colours.accent)[128:]
        steps = self._spread_plot.steps
        middles = steps[0] + (np.arange(_COLUMNS) + 0.5) / _COLUMNS * (self._last_step() - steps[0])
        columns = np.searchsorted(steps, middles, side="right") - 1
        places = (np.sqrt(np.minimum(shares / FULL, 1.0)) * 127.0).astype(np.intp)
        pixels = np.ascontiguousarray(table[places[columns].T[::-1]])
        height, width = pixels.shape
        return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def value_ticks(edges: Array, bottom: float, top: float, most: float) -> list[tuple[float, str]]:
    """Places (in bins, from 0) and texts of about so many labels of what the bins between two places hold."""
    bins = len(edges) - 1
    if np.allclose(np.diff(edges), edges[1] - edges[0]):
        low, high = np.interp((bottom, top), np.arange(bins + 1), edges)
        step = round_step((high - low) / most)
        values = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        places = np.interp(values, edges, np.arange(bins + 1))
        return [(float(place), tick_text(round(float(v), 12) + 0.0)) for place, v in zip(places, values, strict=True)]
    return _decade_ticks(edges, bottom, top, _CLOSEST * (top - bottom) / most)


def _decade_ticks(edges: Array, bottom: float, top: float, room: float) -> list[tuple[float, str]]:
    """Powers of ten at both sides of 0, `room` bins or more from one to the next."""
    middle, outermost = len(edges) // 2, len(edges) - 1
    exponents = np.round(np.log10(edges[middle + 1 :]) * PER_DECADE).astype(int)  # of the edges above 0, in thirds
    apart = max(int(np.ceil(room / PER_DECADE)), 1) * PER_DECADE
    highest = exponents[-1] // PER_DECADE * PER_DECADE
    ticks = [(float(middle), "0")]
    for edge, exponent in enumerate(exponents.tolist(), start=middle + 1):
        if (highest - exponent) % apart == 0 and edge - middle >= room:
            text = tick_text(float(f"1e{exponent // PER_DECADE}"))
            ticks += [(float(edge), text), (float(outermost - edge), f"-{text}")]
    return sorted(tick for tick in ticks if bottom <= tick[0] <= top)
