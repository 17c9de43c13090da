"""The menus of the network's picture: activations of a layer, and what can be done with a neuron, weight or layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from core.experiment import MAX_LAYERS, MAX_NEURONS, Activation, OutputActivation
from core.words import tr
from gui.graph.network_words import activation_text
from gui.session.network_edits import NetworkEdits

Verb = Callable[[], object]


class NetworkMenu(QObject):
    """Makes menus, one at a time, and does what is chosen in them."""

    typing_requested = Signal(str)  # the address of a weight or bias

    def __init__(self, edits: NetworkEdits, parent: QObject) -> None:
        super().__init__(parent)
        self._edits = edits
        self._verbs: list[Verb] = []  # of the menu that was made last; its actions hold their numbers

    def do(self, verb: str, layer: int) -> None:
        """A verb of a layer: `more`, `fewer`, `add before`, `add after`, `remove`, `move left`, `move right`."""
        edits = self._edits
        verbs: dict[str, Verb] = {
            "more": partial(edits.add_neuron, layer),
            "fewer": partial(edits.remove_neuron, layer),
            "add before": partial(edits.add_layer, max(layer, 0)),
            "add after": partial(edits.add_layer, min(layer + 1, len(edits.layers))),
            "remove": partial(edits.remove_layer, layer),
            "move left": partial(edits.move_layer, layer, layer - 1),
            "move right": partial(edits.move_layer, layer, layer + 1),
        }
        if verb in ("add before", "add after") or 0 <= layer < len(edits.layers):
            verbs[verb]()

    def activations(self, layer: int, parent: QWidget) -> QMenu:
        """Those of a hidden layer (from 0), or of the output for the number after; what cannot be chosen says why."""
        self._verbs = []
        return self._activations(layer, parent)

    def _activations(self, layer: int, parent: QWidget) -> QMenu:
        edits, count = self._edits, len(self._edits.layers)
        output = layer >= count
        menu = QMenu(tr("Activation"), parent)
        menu.setObjectName("networkActivationMenu")
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        now = edits.documents.experiment.network.output if output else edits.layers[layer].activation
        for name in get_args(OutputActivation) if output else get_args(Activation):
            text = activation_text(name)
            action = QAction(text, menu, checkable=True, checked=name == now)
            action.setObjectName(f"networkActivation_{name}")
            why_not = edits.why_not_output(name) if output else ""
            action.setEnabled(not why_not)
            tip = (
                tr("Activation of the output: {name}", name=text)
                if output
                else tr("Activation of layer {layer}: {name}", layer=layer + 1, name=text)
            )
            action.setToolTip(why_not or tip)
            group.addAction(action)
            menu.addAction(action)
            self._know(action, partial(edits.set_activation, layer, name))
        return menu

    def fill(self, menu: QMenu, address: str, layer: int, *, is_number: bool) -> None:
        """Put what can be done in front of a menu: with a neuron, weight or bias (`address`), and with its layer.

        No address, layer -1: for the features.
        """
        self._verbs = []
        first = menu.actions()[0] if menu.actions() else None
        parts: list[QAction | QMenu] = []
        if is_number:
            parts.append(
                self._entry(menu, tr("Type the number…") + "\tF2", partial(self.typing_requested.emit, address))
            )
        if address:
            parts += self._freezing(menu, address, layer)
        parts += self._layer_verbs(menu, layer)
        for part in parts:
            action = part.menuAction() if isinstance(part, QMenu) else part
            menu.insertAction(first, action) if first else menu.addAction(action)
        if first:
            menu.insertSeparator(first)

    def _freezing(self, menu: QMenu, address: str, layer: int) -> list[QAction | QMenu]:
        edits = self._edits
        whole = f"L{layer + 1}"
        found: list[QAction | QMenu] = []
        in_words = tr("layer {layer}", layer=layer + 1)
        for name, what, key in ((address, address, "Shift+F"), (whole, in_words, "Ctrl+Shift+F")):
            text = tr("Free {what}", what=what) if edits.is_frozen(name) else tr("Freeze {what}", what=what)
            found.append(self._entry(menu, f"{text}\t{key}", partial(edits.toggle_frozen, name)))
        return found

    def _layer_verbs(self, menu: QMenu, layer: int) -> list[QAction | QMenu]:
        edits, count = self._edits, len(self._edits.layers)
        hidden, found = 0 <= layer < count, list[QAction | QMenu]()
        if hidden:
            neurons = edits.layers[layer].neurons
            found.append(
                self._entry(menu, tr("One neuron more") + "\tN", self._doing("more", layer), neurons < MAX_NEURONS)
            )
            found.append(
                self._entry(menu, tr("One neuron fewer") + "\tDelete", self._doing("fewer", layer), neurons > 1)
            )
        if hidden or (layer == count and not edits.has_classes):
            found.append(self._activations(layer, menu))
        room = count < MAX_LAYERS
        if layer >= 0:
            found.append(self._entry(menu, tr("New layer before"), self._doing("add before", layer), room))
        if layer < count:
            found.append(self._entry(menu, tr("New layer after") + "\tShift+N", self._doing("add after", layer), room))
        if hidden:
            found += [
                self._entry(
                    menu, tr("Move layer left") + "\tCtrl+Shift+Left", self._doing("move left", layer), layer > 0
                ),
                self._entry(
                    menu,
                    tr("Move layer right") + "\tCtrl+Shift+Right",
                    self._doing("move right", layer),
                    layer < count - 1,
                ),
                self._entry(menu, tr("Remove layer") + "\tShift+Delete", self._doing("remove", layer)),
            ]
        return found

    def _doing(self, verb: str, layer: int) -> Verb:
        return partial(self.do, verb, layer)

    def _entry(self, menu: QMenu, text: str, verb: Verb, possible: bool = True) -> QAction:
        action = QAction(text, menu)
        action.setEnabled(possible)
        self._know(action, verb)
        return action

    def _know(self, action: QAction, verb: Verb) -> None:
        action.setData(len(self._verbs))
        self._verbs.append(verb)
        action.triggered.connect(self._on_triggered)

    @Slot()
    def _on_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._verbs[int(action.data())]()
