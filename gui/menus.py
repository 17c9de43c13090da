"""What the menus hold: every verb of the window, with its shortcut."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, Slot
from PySide6.QtGui import QAction, QActionGroup, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from core.examples import example_names, example_title
from core.version import VERSION
from gui.actions import Actions, ActionSpec
from gui.expression_menu import MENU, NAMES, fill_expression_menu
from gui.frames import Level
from gui.panels.transport import SHEET_SPEEDS, SPEEDS
from gui.sheet_frames import Mode

if TYPE_CHECKING:
    from gui.desk import Desk
    from gui.main_window import MainWindow

SETTLE_MS = 40  # after which all layouts know what they need
NETWORK_ONLY = (
    "level_network", "level_neuron", "level_sample", "level_whole", "levelUp", "samplePrevious", "sampleNext",
    "lossScale", "lossGhost", "lossWhole", "copySetup", "pasteSetup",
)  # fmt: skip


CARDS = (  # that both labs have: name, text, shortcut
    ("bugs", "&Bug lab", "Ctrl+B"),
    ("loop", "&Training loop", "Ctrl+L"),
    ("code", "&Code", "Ctrl+M"),
)
NETWORK_STEPS = (
    "<ol><li>Press <b>Space</b>: the network trains, the loss falls.</li>"
    "<li>Drag <b>learning rate</b> while it runs and watch the curve.</li>"
    "<li>Click a line or a neuron in the graph: the inspector takes its gradient apart. "
    "A point chooses the sample.</li>"
    "<li>Choose <b>sample</b> above the graph to see every operation with its data and gradient.</li>"
    "<li>Click a term in the inspector to follow the gradient to where it comes from.</li></ol>"
    "<p>In the graph: arrow keys walk from node to node, <b>Enter</b> opens, <b>Escape</b> goes back up, "
    "the wheel zooms, <b>F</b> fits, <b>Ctrl+F</b> finds. <b>[</b> and <b>]</b> change the sample. "
    "<b>Ctrl+E</b> opens the expression lab.</p>"
)
EXPRESSION_STEPS = (
    "<ol><li>Type code as in the lecture, or choose one of the <b>snippets</b>: the graph follows.</li>"
    "<li>Drag a <b>leaf</b>, at its slider or in its record: the code, the data and the gradients follow.</li>"
    "<li>Press <b>,</b> and <b>.</b> to go back and forth one operation at a time, <b>Space</b> to play, "
    "and read what just happened.</li>"
    "<li>Click a value: the inspector takes its gradient apart; nudge it by h and compare.</li>"
    "<li><b>predict</b> hides the gradients for you to find; the <b>bug lab</b> breaks backpropagation.</li></ol>"
    "<p>In the graph: arrow keys walk from node to node, <b>F2</b> types a leaf's number, <b>Escape</b> clears the "
    "selection, the wheel zooms, <b>F</b> fits, <b>Ctrl+F</b> finds. In the code: <b>Ctrl+Space</b> completes, "
    "<b>Escape</b> then <b>Tab</b> leaves. <b>Ctrl+E</b> opens the network lab.</p>"
)


def fill_menus(window: MainWindow, actions: Actions) -> None:
    """All menus, in their order."""
    verbs = WindowVerbs(window)
    _file(window, actions)
    _edit(window, actions, verbs)
    _view(window, actions, verbs)
    _graph(window, actions, verbs)
    _training(actions, verbs)
    actions.menu(MENU)  # filled when the lab is first opened
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


class WindowVerbs(QObject):
    """Small verbs that belong to no panel."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before_zoom: QSize | None = None  # the window's size before everything was made larger

    @Slot()
    def play(self) -> None:
        self._window.playback.toggle()

    @Slot()
    def step(self) -> None:
        self._window.playback.step()

    @Slot()
    def step_back(self) -> None:
        self._window.playback.step_back()

    @Slot()
    def reset(self) -> None:
        self._window.playback.reset()

    @Slot()
    def faster(self) -> None:
        speed, speeds = self._window.playback.speed, self._speeds()
        self._window.playback.set_speed(next((each for each in speeds if each > speed), speeds[-1]))

    @Slot()
    def slower(self) -> None:
        speed, speeds = self._window.playback.speed, self._speeds()
        self._window.playback.set_speed(next((each for each in reversed(speeds) if each < speed), speeds[0]))

    def _speeds(self) -> tuple[float, ...]:
        return SPEEDS if self._window.documents.mode is Mode.NETWORK else SHEET_SPEEDS

    @Slot()
    def other_lab(self) -> None:
        documents = self._window.documents
        documents.set_mode(Mode.EXPRESSION if documents.mode is Mode.NETWORK else Mode.NETWORK)

    def on_graph(self, name: str) -> None:
        """A verb of the graph that is looked at: `fit`, `zoom_in`, `focus_find` …"""
        getattr(self._window.desk.graph, name)()

    def on_inspector(self, name: str) -> None:
        """A verb of the open lab's inspector."""
        getattr(self._window.desk.inspector, name)()

    @Slot()
    def clear_selection(self) -> None:
        window = self._window
        (window.selection if window.documents.mode is Mode.NETWORK else window.sheets.selection).clear()

    @Slot()
    def next_sample(self) -> None:
        self._to_sample(1)

    @Slot()
    def previous_sample(self) -> None:
        self._to_sample(-1)

    def _to_sample(self, by: int) -> None:
        started = self._window.runs.started
        if started is not None:
            selection = self._window.selection
            selection.select_sample((selection.sample + by) % len(started.points.targets))

    @Slot()
    def bigger(self) -> None:
        """Everything one step larger, as long as the window then still fits its screen."""
        self._before_zoom = self._before_zoom or self._window.size()
        self._window.theme.zoom_in()
        QTimer.singleShot(SETTLE_MS, self, self._fit_to_screen)

    @Slot()
    def smaller(self) -> None:
        self._window.theme.zoom_out()
        QTimer.singleShot(SETTLE_MS, self, self._fit_to_screen)

    @Slot()
    def normal_size(self) -> None:
        self._window.theme.zoom_reset()
        QTimer.singleShot(SETTLE_MS, self, self._fit_to_screen)

    @Slot()
    def _fit_to_screen(self) -> None:
        """The window keeps its size while everything in it grows; what cannot fit the screen is taken back."""
        window = self._window
        if self._before_zoom is None or window.isMaximized() or window.isFullScreen():
            return
        frame = window.frameGeometry().size() - window.size()
        there = (window.screen().availableSize() - frame).expandedTo(self._before_zoom)
        needed = window.minimumSizeHint()
        if needed.width() > there.width() or needed.height() > there.height():
            window.theme.zoom_out()
            window.status.say("Larger would not fit this screen.")
            QTimer.singleShot(SETTLE_MS, self, self._fit_to_screen)
            return
        window.resize(self._before_zoom)
        if window.theme.scale == 1.0:
            self._before_zoom = None

    @Slot()
    def reset_layout(self) -> None:
        self._window.desk.reset()
        self._window.desk.start_focus.setFocus()

    @Slot()
    def full_screen(self) -> None:
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def on_loss_curve(self, name: str) -> None:
        """A verb of the loss card, which is made later than the menus."""
        getattr(self._window.network.loss, name)()

    def toggle_card(self, name: str) -> None:
        """Open or close a card that both labs have."""
        desk = self._window.desk
        if desk.docks[name].isVisible():
            desk.docks[name].hide()
        else:
            desk.show_card(name)

    def on_text(self, name: str) -> None:
        """Cut, copy or paste where the keyboard is."""
        verb = getattr(QApplication.focusWidget(), name, None)
        if verb is not None:
            verb()

    @Slot()
    def about(self) -> None:
        QMessageBox.about(
            self._window,
            "About Chainrule",
            f"<b>Chainrule {VERSION}</b><p>See backpropagation: every scalar, every gradient, every step.</p>"
            "<p>Open source under the MIT licence. Built on Qt, pyqtgraph, Graphviz, NumPy and ziamath. "
            "Its engine follows micrograd by Andrej Karpathy.</p>",
        )

    @Slot()
    def first_steps(self) -> None:
        text = NETWORK_STEPS if self._window.documents.mode is Mode.NETWORK else EXPRESSION_STEPS
        box = QMessageBox(QMessageBox.Icon.NoIcon, "First steps", text, QMessageBox.StandardButton.Ok, self._window)
        box.button(QMessageBox.StandardButton.Ok).setIcon(QIcon())
        box.exec()


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
            self._menu.addAction("Nothing yet").setEnabled(False)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self._window.file_verbs.open_path(Path(action.data()))


def _file(window: MainWindow, actions: Actions) -> None:
    verbs = window.file_verbs
    actions.add(ActionSpec("new", "&File", "&New", verbs.new, ("Ctrl+N",)))
    actions.add(ActionSpec("open", "&File", "&Open…", verbs.open, ("Ctrl+O",)))
    RecentMenu(window, actions).fill()
    for number, name in enumerate(example_names(), start=1):
        keys = (f"Ctrl+{number}",) if number <= 9 else ()
        actions.add(
            ActionSpec(
                f"example_{name}", "&File/E&xamples", name, partial(verbs.open_example, name), keys,
                tip=example_title(name),
            )
        )  # fmt: skip
    actions.menu("&File/&Export")  # filled once the window is painted
    actions.add(ActionSpec("save", "&File", "&Save", verbs.save, ("Ctrl+S",), separator=True))
    actions.add(ActionSpec("saveAs", "&File", "Save &as…", verbs.save_as, ("Ctrl+Shift+S",)))
    actions.add(ActionSpec("quit", "&File", "&Quit", window.close, ("Ctrl+Q",), separator=True))


def _edit(window: MainWindow, actions: Actions, verbs: WindowVerbs) -> None:
    stack = window.documents.undo_stack
    undo, redo = stack.createUndoAction(window, "&Undo"), stack.createRedoAction(window, "&Redo")
    undo.setShortcuts(["Ctrl+Z"])
    redo.setShortcuts(["Ctrl+Shift+Z", "Ctrl+Y"])
    actions.insert("&Edit", undo)
    actions.insert("&Edit", redo)
    actions.add(
        ActionSpec(
            "copySetup", "&Edit", "&Copy set-up", window.file_verbs.copy_setup, ("Ctrl+Shift+C",), separator=True
        )
    )
    actions.add(ActionSpec("pasteSetup", "&Edit", "&Paste set-up", window.file_verbs.paste_setup, ("Ctrl+Shift+V",)))
    for name, text, keys in (("cut", "Cu&t", "Ctrl+X"), ("copy", "Cop&y", "Ctrl+C"), ("paste", "P&aste", "Ctrl+V")):
        spec = ActionSpec(name, "&Edit", text, partial(verbs.on_text, name), (keys,), separator=name == "cut")
        actions.add(spec)
    actions.add(
        ActionSpec("clearSelection", "&Edit", "&Clear selection", verbs.clear_selection, ("Ctrl+D",), separator=True)
    )
    actions.add(ActionSpec("find", "&Edit", "&Find node…", partial(verbs.on_graph, "focus_find"), ("Ctrl+F",)))


def _view(window: MainWindow, actions: Actions, verbs: WindowVerbs) -> None:
    theme = window.theme
    labs = QActionGroup(window)
    for mode, text in ((Mode.EXPRESSION, "&Expression lab"), (Mode.NETWORK, "&Network lab")):
        verb = partial(window.documents.set_mode, mode)
        labs.addAction(actions.add(ActionSpec(f"lab_{mode.value}", "&View", text, verb, checkable=True)))
    actions.add(ActionSpec("otherLab", "&View", "&Change over to the other lab", verbs.other_lab, ("Ctrl+E",)))
    actions.menu("&View/&Panels")
    for name, text, keys in CARDS:
        actions.add(ActionSpec(f"card_{name}", "&View", text, partial(verbs.toggle_card, name), (keys,)))
    actions.add(ActionSpec("resetLayout", "&View", "&Reset layout", verbs.reset_layout, ("Ctrl+Shift+R",)))
    group = QActionGroup(window)
    for mode, text in (("system", "As the &system"), ("light", "&Light"), ("dark", "&Dark")):
        spec = ActionSpec(f"theme_{mode}", "&View/&Theme", text, partial(theme.set_mode, mode), checkable=True)
        action = actions.add(spec)
        action.setChecked(theme.mode == mode)
        group.addAction(action)
    actions.add(ActionSpec("bigger", "&View", "&Bigger", verbs.bigger, ("Ctrl++", "Ctrl+="), separator=True))
    actions.add(ActionSpec("smaller", "&View", "S&maller", verbs.smaller, ("Ctrl+-",)))
    actions.add(ActionSpec("normalSize", "&View", "&Normal size", verbs.normal_size, ("Ctrl+0",)))
    actions.add(
        ActionSpec(
            "lossScale",
            "&View/&Loss curve",
            "&Log or linear axis",
            partial(verbs.on_loss_curve, "toggle_scale"),
            ("L",),
        )
    )
    actions.add(
        ActionSpec(
            "lossGhost", "&View/&Loss curve", "&Previous run", partial(verbs.on_loss_curve, "toggle_ghost"), ("G",)
        )
    )
    actions.add(
        ActionSpec("lossWhole", "&View/&Loss curve", "&Whole run", partial(verbs.on_loss_curve, "whole_run"), ("W",))
    )
    actions.add(ActionSpec("fullScreen", "&View", "&Full screen", verbs.full_screen, ("F11",), separator=True))


def _graph(window: MainWindow, actions: Actions, verbs: WindowVerbs) -> None:
    selection = window.selection
    for key, (level, text) in enumerate(
        (
            (Level.NETWORK, "&Network"),
            (Level.NEURON, "N&euron"),
            (Level.SAMPLE, "&Sample"),
            (Level.WHOLE, "&Whole loss"),
        ),
        start=1,
    ):
        verb = partial(selection.open_level, level)
        actions.add(ActionSpec(f"level_{level.name.lower()}", "&Graph", text, verb, (f"Alt+{key}",)))
    actions.add(ActionSpec("levelUp", "&Graph", "One level &up", selection.level_up, ("Alt+Up",)))
    actions.add(
        ActionSpec("samplePrevious", "&Graph", "&Previous sample", verbs.previous_sample, ("[",), separator=True)
    )
    actions.add(ActionSpec("sampleNext", "&Graph", "N&ext sample", verbs.next_sample, ("]",)))
    actions.add(ActionSpec("nodeBack", "&Graph", "Node &before", partial(verbs.on_inspector, "go_back")))
    actions.add(ActionSpec("nodeForward", "&Graph", "Node a&fter", partial(verbs.on_inspector, "go_forward")))
    actions.add(ActionSpec("fit", "&Graph", "&Fit", partial(verbs.on_graph, "fit"), ("F",), separator=True))
    actions.add(ActionSpec("graphIn", "&Graph", "Zoom &in", partial(verbs.on_graph, "zoom_in"), ("+",)))
    actions.add(ActionSpec("graphOut", "&Graph", "Zoom &out", partial(verbs.on_graph, "zoom_out"), ("-",)))
    actions.add(ActionSpec("graphFull", "&Graph", "&100 %", partial(verbs.on_graph, "zoom_to_100"), ("1",)))


def _training(actions: Actions, verbs: WindowVerbs) -> None:
    actions.add(ActionSpec("play", "&Run", "&Play or pause", verbs.play, ("Space",)))
    actions.add(ActionSpec("step", "&Run", "&Step", verbs.step, (".",)))
    actions.add(ActionSpec("stepBack", "&Run", "Step &back", verbs.step_back, (",",)))
    actions.add(ActionSpec("reset", "&Run", "&Reset", verbs.reset, ("Ctrl+R",)))
    actions.add(ActionSpec("faster", "&Run", "&Faster", verbs.faster, ("Ctrl+Right",), separator=True))
    actions.add(ActionSpec("slower", "&Run", "S&lower", verbs.slower, ("Ctrl+Left",)))


def _help(actions: Actions, verbs: WindowVerbs) -> None:
    actions.add(ActionSpec("firstSteps", "&Help", "&First steps", verbs.first_steps, ("F1",)))
    actions.add(ActionSpec("about", "&Help", "&About Chainrule", verbs.about))
