"""Where exports are found: the File menu, and the context menus of graphs and plots."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from core.exporters.code_text_targets import CODE_TARGETS
from core.words import mark, tr
from gui.actions import ActionSpec
from gui.exports.metric_plots import METRIC_PLOTS
from gui.exports.targets import GRAPH_KINDS, PLOT_KINDS, Kind
from gui.graph.graph_card import GraphCard
from gui.panels.boundary import BoundaryPanel
from gui.panels.boundary_curve import BoundaryCurve
from gui.panels.boundary_map import BoundaryMap
from gui.panels.loss_plot import LossPlot
from gui.panels.prediction_plot import PredictionPlot
from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.error_plot import ErrorPlot

if TYPE_CHECKING:
    from gui.exports.export_verbs import ExportVerbs
    from gui.main_window import MainWindow

MENU = "&File/&Export"
NETWORK_ONLY = (  # names of actions that have nothing to do in the expression lab
    *(f"exportLoss{kind.name.title()}" for kind in PLOT_KINDS),
    *(f"exportBoundary{kind.name.title()}" for kind in PLOT_KINDS),
    "copyLoss", "copyBoundary", "exportHistory", "exportPredictions", "exportCodeNow",
)  # fmt: skip
_LAB_PLOTS = (  # name, title, card, kind: plots of the expression lab
    ("Curve", mark("Inspector's &curve"), "sheetInspector", CurvePlot),
    ("Error", mark("Inspector's &error over h"), "sheetInspector", ErrorPlot),
    ("Function", mark("&Function"), "functions", CurvePlot),
)
EXPRESSION_ONLY = tuple(
    action
    for name, *_ in _LAB_PLOTS
    for action in (*(f"export{name}{kind.name.title()}" for kind in PLOT_KINDS), f"copy{name}")
)
GRAPH = "graph"  # `what` of `add_export_entries`, besides plots
_PLOTS = (LossPlot, CurvePlot, ErrorPlot, *METRIC_PLOTS)
_COPY_TIP = mark("As a picture, and as SVG for programs that take it")


def export_actions(window: MainWindow) -> list[ActionSpec]:
    """The submenu Export of the File menu; `window.exports` are the window's ExportVerbs."""
    verbs = window.exports
    loss, boundary = partial(_loss_plot, window), partial(_boundary_plot, window)
    return [
        *(_spec("exportGraph", "&Graph", kind, partial(verbs.export_graph, kind.name)) for kind in GRAPH_KINDS),
        ActionSpec("copyGraph", f"{MENU}/&Graph", tr("&Copy as picture"), verbs.copy_graph,
                   tip=tr(_COPY_TIP), separator=True),
        ActionSpec("copyGraphDot", f"{MENU}/&Graph", tr("Copy as &DOT"), partial(verbs.copy_graph, "dot")),
        *_plot_specs(verbs, "Loss", mark("&Loss curve"), loss),
        *_plot_specs(verbs, "Boundary", mark("Decision &boundary"), boundary),
        *(
            spec
            for name, title, card, kind in _LAB_PLOTS
            for spec in _plot_specs(verbs, name, title, partial(_lab_plot, window, card, kind))
        ),
        ActionSpec("exportHistory", MENU, tr("&History as CSV…"), verbs.export_history, separator=True,
                   tip=tr("Step, loss, accuracy and learning rate")),
        ActionSpec("exportPredictions", MENU, tr("&Predictions as CSV…"), verbs.export_predictions,
                   tip=tr("Inputs, target, output and loss of every sample")),
        *(
            ActionSpec(f"exportCode_{target.key}", MENU, tr("{title}…", title=tr(target.title)),
                       partial(verbs.export_code, target.key), separator=number == 0)
            for number, target in enumerate(CODE_TARGETS.values())
        ),
        ActionSpec("exportCodeNow", MENU, tr("PyTorch script fro&m here…"),
                   partial(verbs.export_code, "pytorch", now=True),
                   tip=tr("Training goes on with the present weights, instead of from the first step")),
        ActionSpec("exportReport", MENU, tr("&Report as HTML…"), verbs.export_report,
                   tip=tr("Settings, curves, boundary and graph on one page that needs nothing else"), separator=True),
        ActionSpec("exportLight", MENU, tr("Always l&ight, for paper"), verbs.toggle_light, checkable=True,
                   tip=tr("Pictures on white, however the window looks"), separator=True),
    ]  # fmt: skip


def _spec(name: str, title: str, kind: Kind, verb: Callable[[], object]) -> ActionSpec:
    return ActionSpec(f"{name}{kind.name.title()}", f"{MENU}/{title}", tr("As {kind}…", kind=tr(kind.title)), verb)


def _plot_specs(verbs: ExportVerbs, name: str, title: str, plot: Callable[[], QWidget]) -> list[ActionSpec]:
    """Which of two plots is on the card may change, so it is asked for each time."""
    specs = [_spec(f"export{name}", title, kind, partial(_export_plot, verbs, plot, kind.name)) for kind in PLOT_KINDS]
    copy = ActionSpec(
        f"copy{name}",
        f"{MENU}/{title}",
        tr("&Copy as picture"),
        partial(_copy_plot, verbs, plot),
        tip=tr(_COPY_TIP),
        separator=True,
    )
    return [*specs, copy]


def _export_plot(verbs: ExportVerbs, plot: Callable[[], QWidget], kind: str) -> None:
    verbs.export_plot(plot(), kind)


def _copy_plot(verbs: ExportVerbs, plot: Callable[[], QWidget]) -> None:
    verbs.copy_plot(plot())


def _loss_plot(window: MainWindow) -> QWidget:
    return window.network.loss.plot


def _boundary_plot(window: MainWindow) -> QWidget:
    return window.network.boundary.plot


def _lab_plot(window: MainWindow, card: str, kind: type[QWidget]) -> QWidget:
    plot = window.expression.panel(card).findChild(kind)
    assert isinstance(plot, QWidget)
    return plot


# -- context menus ------------------------------------------------------------------------------------------------


def add_export_entries(menu: QMenu, window: MainWindow, what: str | QWidget) -> None:
    """Entries to copy and to export `what`: GRAPH, or a plot."""
    verbs = window.exports
    if not menu.isEmpty():
        menu.addSeparator()
    kinds: tuple[Kind, ...]
    if isinstance(what, QWidget):
        kinds, copy, export = PLOT_KINDS, partial(verbs.copy_plot, what), partial(verbs.export_plot, what)
        others = ((tr("Copy as CSV"), partial(verbs.copy_plot, what, "csv")),)
    else:
        kinds, copy, export = GRAPH_KINDS, verbs.copy_graph, verbs.export_graph
        others = ((tr("Copy as DOT"), partial(verbs.copy_graph, "dot")),)
    entries = [(tr("Copy as picture"), copy), *others]
    entries += [(tr("Export as {kind}…", kind=tr(kind.title)), partial(export, kind.name)) for kind in kinds]
    for text, verb in entries:
        _Entry(menu, text, verb)
    if isinstance(what, LossPlot):
        _Entry(menu, tr("Export history as CSV…"), verbs.export_history)
    elif isinstance(what, BoundaryMap | BoundaryCurve | PredictionPlot):
        _Entry(menu, tr("Export predictions as CSV…"), verbs.export_predictions)


def export_menu(window: MainWindow, what: str | QWidget, parent: QWidget | None = None) -> QMenu:
    """A menu of nothing but these entries."""
    menu = QMenu(tr("Export"), parent)
    menu.setObjectName("exportMenu")
    add_export_entries(menu, window, what)
    return menu


class _Entry(QObject):
    """One entry of a menu; a triggered action passes a bool that its verb does not want."""

    def __init__(self, menu: QMenu, text: str, verb: Callable[[], object]) -> None:
        super().__init__(menu)
        self._verb = verb
        menu.addAction(text).triggered.connect(self._on_triggered)

    def _on_triggered(self) -> None:
        self._verb()


class ExportMenus(QObject):
    """Gives every plot below a widget a context menu, and the graph cards there entries in theirs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def attach(self, desk: QWidget) -> None:
        """To all that is there now; once for each desk."""
        for card in desk.findChildren(GraphCard):
            card.menu_made.connect(self._on_graph_menu)
        for panel in desk.findChildren(BoundaryPanel):
            panel.menu_made.connect(self._on_boundary_menu)
        for kind in _PLOTS:
            for plot in desk.findChildren(kind):
                assert isinstance(plot, QWidget)
                plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                plot.customContextMenuRequested.connect(self._on_plot_menu)

    def _on_graph_menu(self, menu: QMenu) -> None:
        add_export_entries(menu, self._window, GRAPH)

    def _on_boundary_menu(self, menu: QMenu, plot: QWidget) -> None:
        add_export_entries(menu, self._window, plot)

    def _on_plot_menu(self, place: QPoint) -> None:
        plot = self.sender()
        if isinstance(plot, QWidget):
            menu = export_menu(self._window, plot, plot)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(plot.mapToGlobal(place))
