"""The way from the network down to the whole loss: shows the level of the graph and changes it."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from core.words import mark, tr
from gui.frames import Level
from gui.graph.network_structure import neuron_of
from gui.graph.text_button import TextButton
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.text import TextLabel

FIRST_NEURON = "L1.N1"
QWIDGETSIZE_MAX = 16_777_215  # Qt's own: all the room there can be

_LEVELS = (
    (Level.NETWORK, mark("Network"), "levelNetwork", mark("The whole network: neurons and weights")),
    (Level.NEURON, mark("neuron"), "levelNeuron", mark("The operations of one neuron for the selected sample")),
    (Level.SAMPLE, mark("sample"), "levelSample", mark("The forward pass and the loss of the selected sample")),
    (Level.WHOLE, mark("whole loss"), "levelWhole", mark("The loss over all samples, down to the last operation")),
)


class Breadcrumb(QWidget):
    """`Network › neuron › sample › whole loss`; the current level is bold, the others lead to theirs."""

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("graphLevels")
        self.setAccessibleName(tr("Level of the graph"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._selection = selection
        self._theme = theme
        self._neuron = FIRST_NEURON
        self._group = QButtonGroup(self)
        self._buttons: dict[Level, TextButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._parts: list[QWidget] = []
        self._room = QWIDGETSIZE_MAX
        for number, (level, text, name, tooltip) in enumerate(_LEVELS):
            if number:
                self._parts.append(TextLabel("›", "mute"))
                row.addWidget(self._parts[-1])
            button = TextButton(tr(text), theme, name=name, tooltip=f"{tr(tooltip)} (Alt+{number + 1})", size=13)
            button.setCheckable(True)
            self._group.addButton(button, number)
            self._buttons[level] = button
            row.addWidget(button)
            self._parts.append(button)
        self._group.idClicked.connect(self._on_clicked)
        selection.level_changed.connect(self._on_level_changed)
        selection.address_changed.connect(self._on_address_changed)
        self._on_address_changed(selection.address)
        self._on_level_changed(selection.level)

    @property
    def neuron(self) -> str:
        """The neuron that the level NEURON would show: the one selected or shown last."""
        return self._neuron

    def forget_neuron(self) -> None:
        """Another network: begin again with its first neuron."""
        self._neuron = FIRST_NEURON
        self._name_neuron()

    def shorten(self, room: int) -> None:
        """Where the whole way does not fit, only the present level is named; Alt+1…4 still lead to the others."""
        self._room = room
        whole = sum(part.sizeHint().width() for part in self._parts)
        for part in self._parts:
            part.setVisible(whole <= room or part is self._buttons[self._selection.level])

    def _on_clicked(self, number: int) -> None:
        level = _LEVELS[number][0]
        self._selection.show_level(level, self._neuron if level is Level.NEURON else "")

    def _on_level_changed(self, level: Level) -> None:
        self._neuron = self._selection.neuron or self._neuron
        self._buttons[level].setChecked(True)
        self._name_neuron()
        self.shorten(self._room)

    def _on_address_changed(self, address: str) -> None:
        if self._selection.level is not Level.NEURON:
            self._neuron = neuron_of(address) or self._neuron
            self._name_neuron()

    def _name_neuron(self) -> None:
        """Say which neuron is shown; elsewhere the tooltip says which one would be."""
        button = self._buttons[Level.NEURON]
        named = tr("neuron {address}", address=self._neuron)
        button.set_text(named if self._selection.level is Level.NEURON else tr("neuron"))
        button.setToolTip(
            tr("The operations of neuron {address} for the selected sample (Alt+2)", address=self._neuron)
        )
        button.setAccessibleName(named)
