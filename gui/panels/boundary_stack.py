"""The plots of the boundary card, of which one is seen: each is made when it is first needed, as that takes a while."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from core.words import mark, tr
from gui.panels.boundary_curve import BoundaryCurve
from gui.panels.boundary_map import BoundaryMap
from gui.panels.prediction_plot import PredictionPlot
from gui.theme import Theme

Plot = BoundaryMap | BoundaryCurve | PredictionPlot

_NAMES = {
    BoundaryMap: ("boundaryPlot", mark("Output of the network over the plane of two inputs")),
    BoundaryCurve: ("boundaryCurve", mark("Output of the network over its input")),
    PredictionPlot: ("predictionPlot", mark("Prediction and target of every sample")),
}


class PlotStack(QStackedWidget):
    """At most one plot of each kind."""

    def known[Kind: Plot](self, kind: type[Kind]) -> Kind | None:
        """The one that is there."""
        return next((each for each in map(self.widget, range(self.count())) if isinstance(each, kind)), None)

    def make[Kind: Plot](self, kind: type[Kind], theme: Theme) -> Kind:
        """A new one, with its name."""
        plot = kind(theme)
        name, words = _NAMES[kind]
        plot.setObjectName(name)
        plot.setAccessibleName(tr(words))
        plot.setWhatsThis(tr("A click selects the sample; so do the left and right arrow keys."))
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.addWidget(plot)
        return plot
