"""The network panel: layers, their neurons and activations, and how the weights begin."""

from __future__ import annotations

import random

import msgspec
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from core.experiment import MAX_LAYERS, Experiment, LayerSpec
from core.shape import layer_sizes, parameter_count
from gui.numbers import format_count
from gui.panels.layer_row import OUTPUT_ACTIVATIONS, ROW_HEIGHT, EndRow, LayerRow
from gui.session.documents import Documents
from gui.theme import Theme
from gui.widgets.fields import ChoiceRow, IconButton, LinkButton, NumberRow
from gui.widgets.text import TextLabel

MIN_ROWS = 3  # seen without scrolling
ROW_GAP = 2  # px at scale 1
SEEDS = 10_000  # new seeds are below this: short ones are easier to tell to others
INITS = (("lecture", "lecture (−1, 1)"), ("library", "library: bias 0"), ("playground", "Playground (−½, ½)"))
INIT_TOOLTIP = (
    "How weights and biases are drawn.\n"
    "lecture: both uniformly from (−1, 1)\n"
    "library: weights from (−1, 1), biases 0\n"
    "Playground: weights from (−0.5, 0.5), biases 0.1"
)
SEED_TOOLTIP = "Which initial weights are drawn: the same seed always gives the same ones"


class NetworkPanel(QWidget):
    """Shows and changes the NetworkSpec of the document."""

    def __init__(self, documents: Documents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = "Network"
        self.header = TextLabel("", "label")
        self.header.setObjectName("parameterCount")
        self._documents = documents
        self._theme = theme
        self._input = EndRow("input", theme)
        self._output = EndRow("output", theme, OUTPUT_ACTIVATIONS)
        self._hidden: list[LayerRow] = []
        self._rows = _Rows(theme)
        self._add = LinkButton("+ add layer", theme)
        self._add.setObjectName("addLayer")
        self._init = ChoiceRow("initial weights", theme, INITS, name="init", tooltip=INIT_TOOLTIP)
        self._seed = NumberRow(
            "seed", theme, minimum=0, maximum=2**32 - 1, integer=True, name="networkSeed", tooltip=SEED_TOOLTIP
        )
        self._dice = IconButton("dice", theme, "Other initial weights: a new seed", 14)
        self._dice.setObjectName("newWeights")
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._show(documents.experiment)

    def _lay_out(self) -> None:
        self._rows.box.addWidget(self._input)
        self._rows.box.addWidget(self._output)
        self._seed_line = QHBoxLayout()
        for part in (self._add, self._seed, self._dice):
            self._seed_line.addWidget(part)
        self._seed_line.insertStretch(1, 1)
        self._seed.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._rows)
        self._column.addLayout(self._seed_line)
        self._column.addWidget(self._init)
        self._column.addStretch(1)

    def _connect(self) -> None:
        self._output.activation_changed.connect(self._on_output_changed)
        self._add.clicked.connect(self._on_add)
        self._init.choice_changed.connect(self._on_init_changed)
        self._seed.value_changed.connect(self._on_seed_changed)
        self._dice.clicked.connect(self._on_dice)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        self._documents.opened.connect(self._show)
        self._theme.changed.connect(self._on_theme_changed)

    def _show(self, experiment: Experiment) -> None:
        network, sizes = experiment.network, layer_sizes(experiment)
        self._input.show_layer(sizes[0])
        self._match_rows(len(network.hidden))
        for row, layer in zip(self._hidden, network.hidden, strict=True):
            row.show_layer(layer)
        self._output.show_layer(sizes[-1], network.output)
        self._init.set_value(network.init)
        self._seed.set_value(network.seed)
        self._show_limit(len(network.hidden))
        count = parameter_count(experiment)
        self.header.setText(f"{format_count(count)} parameter{'s' if count > 1 else ''}")

    def _match_rows(self, count: int) -> None:
        """As many rows as layers; the rows that stay are kept, so that the focus stays where it is."""
        while len(self._hidden) > count:
            row = self._hidden.pop()
            if row.isAncestorOf(self.focusWidget() or self):
                self._add.setFocus()
            self._rows.box.removeWidget(row)
            row.hide()
            row.setParent(None)  # no longer found by its name
            row.deleteLater()
        while len(self._hidden) < count:
            row = LayerRow(len(self._hidden), self._theme)
            row.neurons_requested.connect(self._on_neurons_requested)
            row.activation_requested.connect(self._on_activation_requested)
            row.remove_requested.connect(self._on_remove_requested)
            before = self._hidden[-1] if self._hidden else self._input
            self._hidden.append(row)
            self._rows.box.insertWidget(len(self._hidden), row)
            row.show()
            QWidget.setTabOrder(before, row)
        self._rows.updateGeometry()

    def _show_limit(self, layers: int) -> None:
        possible = layers < MAX_LAYERS
        self._add.setEnabled(possible)
        self._add.setToolTip(
            "One more hidden layer, like the last one"
            if possible
            else f"A network has at most {MAX_LAYERS} hidden layers here"
        )

    def _change_layer(self, text: str, layer: int, **changes: object) -> None:
        hidden = list(self._documents.experiment.network.hidden)
        hidden[layer] = msgspec.structs.replace(hidden[layer], **changes)
        self._documents.set_network(text, hidden=tuple(hidden))

    def _on_experiment_changed(self, _: Experiment, experiment: Experiment) -> None:
        self._show(experiment)

    def _on_neurons_requested(self, layer: int, neurons: int) -> None:
        self._change_layer(f"neurons of hidden {layer + 1}", layer, neurons=neurons)

    def _on_activation_requested(self, layer: int, activation: str) -> None:
        self._change_layer(f"activation of hidden {layer + 1}", layer, activation=activation)

    def _on_remove_requested(self, layer: int) -> None:
        hidden = self._documents.experiment.network.hidden
        self._documents.set_network(f"remove hidden {layer + 1}", hidden=hidden[:layer] + hidden[layer + 1 :])

    def _on_add(self) -> None:
        hidden = self._documents.experiment.network.hidden
        layer = hidden[-1] if hidden else LayerSpec()
        self._documents.set_network(f"add hidden {len(hidden) + 1}", hidden=(*hidden, layer))
        self._rows.ensureWidgetVisible(self._output)

    def _on_output_changed(self, activation: str) -> None:
        self._documents.set_network("output activation", output=activation)

    def _on_init_changed(self, init: str) -> None:
        self._documents.set_network("initial weights", init=init)

    def _on_seed_changed(self, seed: float) -> None:
        self._documents.set_network("seed of the weights", seed=int(seed))

    def _on_dice(self) -> None:
        self._documents.set_network("seed of the weights", seed=random.randrange(SEEDS))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(1))
        self._seed_line.setSpacing(px(6))
        self._rows.restyle()


class _Rows(QScrollArea):
    """The rows of the layers; they scroll when there is no room for all."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        inside = QWidget()
        self.box = QVBoxLayout(inside)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def restyle(self) -> None:
        self.box.setSpacing(self._theme.px(ROW_GAP))
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A scroll area does not by itself ask for more room when what is in it grows."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return self.box.sizeHint()

    def minimumSizeHint(self) -> QSize:
        few = MIN_ROWS * self._theme.px(ROW_HEIGHT) + (MIN_ROWS - 1) * self._theme.px(ROW_GAP)
        return QSize(self._theme.px(160), min(self.sizeHint().height(), few))
