"""What the menus hold: every verb of the window, with its shortcut."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup

from core.examples import example_names, example_title
from core.words import mark, tr
from gui.actions import Actions, ActionSpec
from gui.expression_menu import MENU, NAMES, fill_expression_menu
from gui.frames import Level
from gui.lesson_menu import fill_lesson_menu
from gui.session.playhead import Scale
from gui.sheet_frames import Mode
from gui.window_verbs import WindowVerbs

if TYPE_CHECKING:
    from gui.desk import Desk
    from gui.main_window import MainWindow

NETWORK_ONLY = (
    "level_network", "level_neuron", "level_sample", "level_whole", "levelUp", "samplePrevious", "sampleNext",
    "lossScale", "lossGhost", "lossWhole", "copySetup", "pasteSetup", "keepRun", "importTable",
    "card_plots", "card_compare", "card_health",
    "scale_operation", "scale_sample", "scale_step", "scale_epoch", "scaleFiner", "scaleCoarser", "leaveStep",
)  # fmt: skip


CARDS = (  # that both labs have: name, text, shortcut
    ("bugs", mark("&Bug lab"), "Ctrl+B"),
    ("loop", mark("Tra&ining loop"), "Ctrl+L"),
    ("code", mark("&Code"), "Ctrl+M"),
)

NETWORK_CARDS = (("plots", mark("Pl&ots")), ("compare", mark("Co&mpare runs")), ("health", mark("&Health")))

TITLES = (  # of menus: their paths stay English, `Actions.menu` translates what is shown
    mark("&File"), mark("Open &recent"), mark("E&xamples"), mark("&Export"), mark("&Edit"), mark("&View"),
    mark("&Panels"), mark("&Theme"), mark("&Loss curve"), mark("&Graph"), mark("&Run"), mark("Scale of a step"),
    mark("&Help"),
)  # fmt: skip

SCALE_TEXTS = {
    Scale.OPERATION: mark("By operation"),
    Scale.SAMPLE: mark("By sample"),
    Scale.STEP: mark("By step"),
    Scale.EPOCH: mark("By epoch"),
}


def fill_menus(window: MainWindow, actions: Actions) -> None:
    """All menus, in their order."""
    verbs = WindowVerbs(window)
    _file(window, actions)
    _edit(window, actions, verbs)
    _view(window, actions, verbs)
    _graph(window, actions, verbs)
    _training(window, actions, verbs)
    actions.menu(MENU)  # filled when the lab is first opened
    fill_lesson_menu(window, actions)
    _help(actions, verbs)


def show_mode(window: MainWindow, actions: Actions) -> None:
    """The menus as the open lab needs them."""
    network = window.documents.mode is Mode.NETWORK
    for name in NETWORK_ONLY:
        actions[name].setEnabled(network)
    actions.menu("&View/&Loss curve").menuAction().setVisible(network)
    if actions.has("exportReport"):
        _enable_exports(window, actions)
    if not network and not actions.has(NAMES[0]):
        fill_expression_menu(window, actions)
    actions.menu(MENU).menuAction().setVisible(not network)
    if actions.has(NAMES[0]):
        for name in NAMES:
            actions[name].setEnabled(not network)
    actions[f"lab_{window.documents.mode.value}"].setChecked(True)
    panels = actions.menu("&View/&Panels")
    panels.clear()
    for dock in window.desk.docks.values():
        panels.addAction(dock.toggleViewAction())


def fill_export_menus(window: MainWindow, actions: Actions, desk: Desk) -> None:
    """File → Export, and the context menus of a desk that has been filled. Not needed for a first paint."""
    from gui.exports.export_menu import ExportMenus, export_actions

    if not actions.has("exportReport"):
        for spec in export_actions(window):
            actions.add(spec)
    _enable_exports(window, actions)
    menus = ExportMenus(window)
    menus.attach(desk)
    desk.panel_made.connect(menus.attach)


def _enable_exports(window: MainWindow, actions: Actions) -> None:
    """What the open lab has."""
    from gui.exports import export_menu

    network = window.documents.mode is Mode.NETWORK
    for name in export_menu.NETWORK_ONLY:
        actions[name].setEnabled(network)
    for name in export_menu.EXPRESSION_ONLY:
        actions[name].setEnabled(not network)


class RecentMenu(QObject):
    """The submenu of files opened or saved lately."""

    def __init__(self, window: MainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._menu = window, actions.menu("&File/Open &recent")
        window.files.recent_changed.connect(self.fill)
        self._menu.triggered.connect(self._on_triggered)

    @Slot()
    def fill(self) -> None:
        self._menu.clear()
        for path in self._window.files.recent:
            self._menu.addAction(str(path)).setData(str(path))
        if self._menu.isEmpty():
            self._menu.addAction(tr("Nothing yet")).setEnabled(False)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self._window.file_verbs.open_path(Path(action.data()))


def _file(window: MainWindow, actions: Actions) -> None:
    verbs = window.file_verbs
    actions.add(ActionSpec("new", "&File", tr("&New"), verbs.new, ("Ctrl+N",)))
    actions.add(ActionSpec("open", "&File", tr("&Open…"), verbs.open, ("Ctrl+O",)))
    RecentMenu(window, actions).fill()
    actions.add(ActionSpec("importTable", "&File", tr("&Import data…"), verbs.import_data, ("Ctrl+I",)))
    for number, name in enumerate(example_names(), start=1):
        keys = (f"Ctrl+{number}",) if number <= 9 else ()
        actions.add(
            ActionSpec(
                f"example_{name}", "&File/E&xamples", name, partial(verbs.open_example, name), keys,
                tip=example_title(name),
            )
        )  # fmt: skip
    actions.menu("&File/&Export")  # filled once the window is painted
    actions.add(ActionSpec("save", "&File", tr("&Save"), verbs.save, ("Ctrl+S",), separator=True))
    actions.add(ActionSpec("saveAs", "&File", tr("Save &as…"), verbs.save_as, ("Ctrl+Shift+S",)))
    actions.add(ActionSpec("quit", "&File", tr("&Quit"), window.close, ("Ctrl+Q",), separator=True))


def _edit(window: MainWindow, actions: Actions, verbs: WindowVerbs) -> None:
    stack = window.documents.undo_stack
    undo, redo = stack.createUndoAction(window, tr("&Undo")), stack.createRedoAction(window, tr("&Redo"))
    undo.setShortcuts(["Ctrl+Z"])
    redo.setShortcuts(["Ctrl+Shift+Z", "Ctrl+Y"])
    actions.insert("&Edit", undo)
    actions.insert("&Edit", redo)
    actions.add(
        ActionSpec(
            "copySetup", "&Edit", tr("&Copy set-up"), window.file_verbs.copy_setup, ("Ctrl+Shift+C",), separator=True
        )
    )
    actions.add(
        ActionSpec("pasteSetup", "&Edit", tr("&Paste set-up"), window.file_verbs.paste_setup, ("Ctrl+Shift+V",))
    )
    for name, text, keys in (
        ("cut", tr("Cu&t"), "Ctrl+X"),
        ("copy", tr("Cop&y"), "Ctrl+C"),
        ("paste", tr("P&aste"), "Ctrl+V"),
    ):
        spec = ActionSpec(name, "&Edit", text, partial(verbs.on_text, name), (keys,), separator=name == "cut")
        actions.add(spec)
    actions.add(
        ActionSpec(
            "clearSelection", "&Edit", tr("C&lear selection"), verbs.clear_selection, ("Ctrl+D",), separator=True
        )
    )
    actions.add(ActionSpec("find", "&Edit", tr("&Find node…"), partial(verbs.on_graph, "focus_find"), ("Ctrl+F",)))


def _view(window: MainWindow, actions: Actions, verbs: WindowVerbs) -> None:
    theme = window.theme
    labs = QActionGroup(window)
    for mode, text in ((Mode.EXPRESSION, tr("&Expression lab")), (Mode.NETWORK, tr("&Network lab"))):
        verb = partial(window.documents.set_mode, mode)
        labs.addAction(actions.add(ActionSpec(f"lab_{mode.value}", "&View", text, verb, checkable=True)))
    actions.add(ActionSpec("otherLab", "&View", tr("Ch&ange over to the other lab"), verbs.other_lab, ("Ctrl+E",)))
    actions.menu("&View/&Panels")
    for name, text, keys in CARDS:
        actions.add(ActionSpec(f"card_{name}", "&View", tr(text), partial(verbs.toggle_card, name), (keys,)))
    for name, text in NETWORK_CARDS:
        actions.add(ActionSpec(f"card_{name}", "&View", tr(text), partial(verbs.toggle_card, name)))
    actions.add(ActionSpec("resetLayout", "&View", tr("&Reset layout"), verbs.reset_layout, ("Ctrl+Shift+R",)))
    group = QActionGroup(window)
    for mode, text in (("system", tr("As the &system")), ("light", tr("&Light")), ("dark", tr("&Dark"))):
        spec = ActionSpec(f"theme_{mode}", "&View/&Theme", text, partial(theme.set_mode, mode), checkable=True)
        action = actions.add(spec)
        action.setChecked(theme.mode == mode)
        group.addAction(action)
    actions.add(ActionSpec("bigger", "&View", tr("Bi&gger"), verbs.bigger, ("Ctrl++", "Ctrl+="), separator=True))
    actions.add(ActionSpec("smaller", "&View", tr("&Smaller"), verbs.smaller, ("Ctrl+-",)))
    actions.add(ActionSpec("normalSize", "&View", tr("Normal si&ze"), verbs.normal_size, ("Ctrl+0",)))
    actions.add(
        ActionSpec(
            "lossScale",
            "&View/&Loss curve",
            tr("&Log or linear axis"),
            partial(verbs.on_loss_curve, "toggle_scale"),
            ("L",),
        )
    )
    actions.add(
        ActionSpec(
            "lossGhost", "&View/&Loss curve", tr("&Previous run"), partial(verbs.on_loss_curve, "toggle_ghost"), ("G",)
        )
    )
    actions.add(
        ActionSpec(
            "lossWhole", "&View/&Loss curve", tr("&Whole run"), partial(verbs.on_loss_curve, "whole_run"), ("W",)
        )
    )
    actions.add(ActionSpec("fullScreen", "&View", tr("&Full screen"), verbs.full_screen, ("F11",), separator=True))
    tip = tr("The graph and the lesson alone, large, for a projector")
    actions.add(ActionSpec("presentation", "&View", tr("Presentation &view"), verbs.present, ("F5",), tip=tip))


def _graph(window: MainWindow, actions: Actions, verbs: WindowVerbs) -> None:
    selection = window.selection
    for key, (level, text) in enumerate(
        (
            (Level.NETWORK, tr("&Network")),
            (Level.NEURON, tr("N&euron")),
            (Level.SAMPLE, tr("&Sample")),
            (Level.WHOLE, tr("&Whole loss")),
        ),
        start=1,
    ):
        verb = partial(selection.open_level, level)
        actions.add(ActionSpec(f"level_{level.name.lower()}", "&Graph", text, verb, (f"Alt+{key}",)))
    actions.add(ActionSpec("levelUp", "&Graph", tr("One level &up"), selection.level_up, ("Alt+Up",)))
    actions.add(
        ActionSpec("samplePrevious", "&Graph", tr("&Previous sample"), verbs.previous_sample, ("[",), separator=True)
    )
    actions.add(ActionSpec("sampleNext", "&Graph", tr("Ne&xt sample"), verbs.next_sample, ("]",)))
    actions.add(ActionSpec("nodeBack", "&Graph", tr("Node &before"), partial(verbs.on_inspector, "go_back")))
    actions.add(ActionSpec("nodeForward", "&Graph", tr("Node af&ter"), partial(verbs.on_inspector, "go_forward")))
    actions.add(ActionSpec("fit", "&Graph", tr("&Fit"), partial(verbs.on_graph, "fit"), ("F",), separator=True))
    actions.add(ActionSpec("graphIn", "&Graph", tr("Zoom &in"), partial(verbs.on_graph, "zoom_in"), ("+",)))
    actions.add(ActionSpec("graphOut", "&Graph", tr("Zoom &out"), partial(verbs.on_graph, "zoom_out"), ("-",)))
    actions.add(ActionSpec("graphFull", "&Graph", tr("&100 %"), partial(verbs.on_graph, "zoom_to_100"), ("1",)))


def _training(window: MainWindow, actions: Actions, verbs: WindowVerbs) -> None:
    actions.add(ActionSpec("play", "&Run", tr("&Play or pause"), verbs.play, ("Space",)))
    actions.add(ActionSpec("step", "&Run", tr("&Step"), verbs.step, (".",)))
    actions.add(ActionSpec("stepBack", "&Run", tr("Step &back"), verbs.step_back, (",",)))
    playhead, menu = window.session.playhead, "&Run/Scale of a step"
    for scale in Scale:
        verb = partial(playhead.set_scale, scale)
        actions.add(ActionSpec(f"scale_{scale.value}", menu, tr(SCALE_TEXTS[scale]), verb))
    actions.add(ActionSpec("scaleFiner", menu, tr("&Finer"), playhead.finer, ("Ctrl+,",), separator=True))
    actions.add(ActionSpec("scaleCoarser", menu, tr("&Coarser"), playhead.coarser, ("Ctrl+.",)))
    actions.add(ActionSpec("leaveStep", "&Run", tr("&Leave the step"), playhead.leave))
    actions.add(ActionSpec("keepRun", "&Run", tr("&Keep this run to compare"), verbs.keep_run, ("Ctrl+K",)))
    actions.add(ActionSpec("reset", "&Run", tr("&Reset"), verbs.reset, ("Ctrl+R",)))
    actions.add(ActionSpec("faster", "&Run", tr("&Faster"), verbs.faster, ("Ctrl+Right",), separator=True))
    actions.add(ActionSpec("slower", "&Run", tr("Slo&wer"), verbs.slower, ("Ctrl+Left",)))


def _help(actions: Actions, verbs: WindowVerbs) -> None:
    actions.add(ActionSpec("firstSteps", "&Help", tr("&First steps"), verbs.first_steps, ("F1",)))
    actions.add(ActionSpec("tour", "&Help", tr("&Tour"), verbs.tour, ("Shift+F1",)))
    actions.add(ActionSpec("about", "&Help", tr("&About Chainrule"), verbs.about))
