"""Small verbs of the menus that belong to no panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from core.version import VERSION
from core.words import mark, tr
from gui.sheet_frames import Mode
from gui.theme import SCALES

if TYPE_CHECKING:
    from gui.main_window import MainWindow

TOO_LARGE = mark("Larger would not fit this screen.")
SETTLE_MS = 40  # after which all layouts know what they need
NETWORK_STEPS = mark(
    "<ol><li>Press <b>Space</b>: the network trains, the loss falls.</li>"
    "<li>Drag <b>learning rate</b> while it runs and watch the curve.</li>"
    "<li>Click a line or a neuron in the graph: the inspector takes its gradient apart. "
    "A point chooses the sample.</li>"
    "<li>Choose <b>sample</b> above the graph to see every operation with its data and gradient.</li>"
    "<li>Click a term in the inspector to follow the gradient to where it comes from.</li>"
    "<li>Drag the slider below the loss to see any earlier step again; play to go on from there.</li>"
    "<li>Point at a column of the picture to add and remove neurons, drag a line to change its weight, "
    "and take the pencil on the decision boundary to paint points.</li></ol>"
    "<p>In the graph: arrow keys walk from node to node, <b>Enter</b> opens, <b>Escape</b> goes back up, "
    "the wheel zooms, <b>F</b> fits, <b>Ctrl+F</b> finds. With a neuron selected: "
    "<b>N</b> and <b>Delete</b> for a neuron more or fewer, <b>Shift+N</b> for a layer, <b>A</b> activation, "
    "<b>Shift+F</b> freezes. <b>[</b> and <b>]</b> change the sample, <b>,</b> and <b>.</b> step back and forth, "
    "<b>Ctrl+,</b> and <b>Ctrl+.</b> by smaller and larger steps, down to one operation. "
    "<b>Ctrl+I</b> imports data, <b>Ctrl+K</b> keeps a run to compare. "
    "<b>Ctrl+E</b> opens the expression lab.</p>"
)
EXPRESSION_STEPS = mark(
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


class WindowVerbs(QObject):
    """Small verbs that belong to no panel."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before_zoom: QSize | None = None  # the window's size before everything was made larger
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE_MS)
        self._settled.timeout.connect(self._fit_to_screen)

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
    def keep_run(self) -> None:
        self._window.session.comparison.keep()

    @Slot()
    def faster(self) -> None:
        speed, speeds = self._window.playback.speed, self._speeds()
        self._window.playback.set_speed(next((each for each in speeds if each > speed), speeds[-1]))

    @Slot()
    def slower(self) -> None:
        speed, speeds = self._window.playback.speed, self._speeds()
        self._window.playback.set_speed(next((each for each in reversed(speeds) if each < speed), speeds[0]))

    def _speeds(self) -> tuple[float, ...]:
        return self._window.transport.speeds

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
        theme = self._window.theme
        if not self._window.isFullScreen():
            self._before_zoom = self._before_zoom or self._window.size()
        larger = next((scale for scale in SCALES if scale > theme.scale), theme.scale)
        if self._fits(larger / theme.scale):
            theme.zoom_in()
            self._settled.start()
        else:
            self._window.status.say(tr(TOO_LARGE))

    @Slot()
    def smaller(self) -> None:
        self._window.theme.zoom_out()
        self._settled.start()

    @Slot()
    def normal_size(self) -> None:
        self._window.theme.zoom_reset()
        self._settled.start()

    def _fits(self, times: float = 1.0) -> bool:
        """Whether the window has room for all that is in it, were that so many times as large."""
        needed, there = self._window.minimumSizeHint() * times, self._room()
        return needed.width() <= there.width() and needed.height() <= there.height()

    def _room(self) -> QSize:
        """The largest size that the window can have without leaving its screen."""
        window = self._window
        if window.isFullScreen():
            return window.screen().size()
        frame = window.frameGeometry().size() - window.size()
        there = window.screen().availableSize() - frame
        is_free = self._before_zoom is not None and not window.isMaximized()
        return there.expandedTo(self._before_zoom) if is_free else there  # it may have been larger by itself

    @Slot()
    def _fit_to_screen(self) -> None:
        """The window keeps its size while everything in it grows; what cannot fit the screen is taken back."""
        window = self._window
        full = window.isFullScreen()
        if self._before_zoom is None and not full:
            return
        if not self._fits() and window.theme.scale > 1.0:
            window.theme.zoom_out()
            window.status.say(tr(TOO_LARGE))
            self._settled.start()
            return
        if self._before_zoom is not None and not window.isMaximized() and not full:
            window.resize(self._before_zoom)
        if window.theme.scale == 1.0 and not full:
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
            tr("About Chainrule"),
            tr(
                "<b>Chainrule {version}</b><p>See backpropagation: every scalar, every gradient, every step.</p>"
                "<p>Open source under the MIT licence. Built on Qt, pyqtgraph, Graphviz, NumPy and ziamath. "
                "Its engine follows micrograd by Andrej Karpathy.</p>",
                version=VERSION,
            ),
        )

    @Slot()
    def tour(self) -> None:
        """Five stops on the real controls."""
        self._window.tour.start()

    @Slot()
    def present(self) -> None:
        """Begin or end the presentation."""
        self._window.presentation.toggle()

    @Slot()
    def first_steps(self) -> None:
        text = tr(NETWORK_STEPS if self._window.documents.mode is Mode.NETWORK else EXPRESSION_STEPS)
        box = QMessageBox(QMessageBox.Icon.NoIcon, tr("First steps"), text, QMessageBox.StandardButton.Ok, self._window)
        box.button(QMessageBox.StandardButton.Ok).setIcon(QIcon())
        box.exec()
