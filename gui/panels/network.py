"""The network panel: layers, their neurons and activations, and how the weights begin."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.errors import ExperimentError
from core.experiment import MAX_LAYERS, Experiment
from core.shape import input_count, layer_sizes, parameter_count, task_of
from core.words import mark, tr, trn
from gui.frames import RunStarted
from gui.numbers import format_count
from gui.panels.feature_chips import FeatureChips, feature_menu
from gui.panels.layer_row import ROW_HEIGHT, EndRow, LayerRow
from gui.panels.layer_rows import ROW_GAP, LayerRows
from gui.panels.layer_texts import OUTPUT_ACTIVATIONS
from gui.panels.network_texts import (
    BIAS_TOOLTIP,
    FEATURES_TOOLTIP,
    INIT_TOOLTIP,
    INITS,
    SEED_TOOLTIP,
    ZEROS_HINT,
    ZEROS_TOOLTIP,
)
from gui.session.documents import Documents
from gui.session.network_edits import NetworkEdits
from gui.theme import Theme
from gui.widgets.check import CheckBox
from gui.widgets.fields import ChoiceRow, IconButton, LinkButton, NumberRow
from gui.widgets.text import TextLabel

if TYPE_CHECKING:
    from gui.session.runs import Runs

SEEDS = 10_000  # new seeds are below this: short ones are easier to tell to others
NOTE_MS = 9_000  # that a note stands at the foot


class NetworkPanel(QWidget):
    """Shows and changes the NetworkSpec of the document."""

    def __init__(
        self, documents: Documents, theme: Theme, runs: Runs | None = None, parent: QWidget | None = None
    ) -> None:
        """`runs` tells which weights a change of shape has kept."""
        super().__init__(parent)
        self.title = mark("Network")
        self.header = TextLabel("", "label")
        self.header.setObjectName("parameterCount")
        self._documents = documents
        self._edits = NetworkEdits(documents)
        self._theme = theme
        self._features = LinkButton(tr("features…"), theme, tr(FEATURES_TOOLTIP))
        self._features.setObjectName("featureLink")
        self._chips = FeatureChips(theme)
        self._input = EndRow("input", theme, link=self._features)
        self._output = EndRow("output", theme, OUTPUT_ACTIVATIONS)
        self._hidden: list[LayerRow] = []
        self._rows = LayerRows(theme)
        self._add = LinkButton(tr("+ add layer"), theme)
        self._add.setObjectName("addLayer")
        self._bias = CheckBox(tr("bias"))
        self._bias.setObjectName("networkBias")
        self._bias.setAccessibleName(tr("bias"))
        self._bias.setToolTip(tr(BIAS_TOOLTIP))
        self._note = TextLabel("", "small")
        self._note.setObjectName("networkNote")
        self._note.setWordWrap(True)
        self._note.hide()
        self._note_timer = QTimer(self)
        self._note_timer.setSingleShot(True)
        self._note_timer.setInterval(NOTE_MS)
        self._zeros = TextLabel(tr(ZEROS_HINT), "warning")
        self._zeros.setObjectName("zerosHint")
        self._zeros.setWordWrap(True)
        self._zeros.setToolTip(tr(ZEROS_TOOLTIP))
        self._init = ChoiceRow(
            tr("weights"), theme, [(key, tr(text)) for key, text in INITS], name="init", tooltip=tr(INIT_TOOLTIP)
        )
        self._seed = NumberRow(
            tr("seed"), theme, minimum=0, maximum=2**32 - 1, integer=True, name="networkSeed", tooltip=tr(SEED_TOOLTIP)
        )
        self._dice = IconButton("dice", theme, tr("Other initial weights: a new seed"), 14)
        self._dice.setObjectName("newWeights")
        self._lay_out()
        self._connect()
        if runs is not None:
            runs.run_started.connect(self._on_run_started)
        self._on_theme_changed()
        self._show(documents.experiment)

    def minimumSizeHint(self) -> QSize:
        """Some rows are seen whatever the sentences below them need."""
        hint = super().minimumSizeHint()
        notes = [note for note in (self._zeros, self._note) if not note.isHidden()]
        more = sum(note.heightForWidth(self.width()) - note.minimumSizeHint().height() for note in notes)
        return QSize(hint.width(), hint.height() + max(0, more))

    def _lay_out(self) -> None:
        self._rows.box.addWidget(self._input)
        self._rows.box.addWidget(self._output)
        self._seed_line = QHBoxLayout()
        for part in (self._add, self._seed, self._dice):
            self._seed_line.addWidget(part)
        self._seed_line.insertStretch(1, 1)
        self._start_line = QHBoxLayout()
        self._start_line.addWidget(self._bias)
        self._start_line.addStretch(1)
        self._start_line.addWidget(self._init)
        self._init.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._seed.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._start_line)  # above the rows: what is clicked fast never moves away
        self._column.addLayout(self._seed_line)
        self._column.addWidget(self._chips)
        self._column.addWidget(self._rows)
        self._column.addWidget(self._zeros)
        self._column.addWidget(self._note)
        self._column.addStretch(1)

    def _connect(self) -> None:
        self._output.activation_changed.connect(self._on_output_changed)
        self._add.clicked.connect(self._on_add)
        self._init.choice_changed.connect(self._on_init_changed)
        self._seed.value_changed.connect(self._on_seed_changed)
        self._dice.clicked.connect(self._on_dice)
        self._bias.clicked.connect(self._on_bias)
        self._features.clicked.connect(self._on_features)
        self._chips.toggled.connect(self._on_feature_toggled)
        self._note_timer.timeout.connect(self._on_note_over)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        self._documents.opened.connect(self._show)
        self._theme.changed.connect(self._on_theme_changed)

    def _show(self, experiment: Experiment) -> None:
        network, sizes = experiment.network, layer_sizes(experiment)
        self._input.show_layer(sizes[0])
        self._match_rows(len(network.hidden))
        for row, layer in zip(self._hidden, network.hidden, strict=True):
            row.show_layer(layer)
        self._output.show_layer(sizes[-1], network.output, softmax=task_of(experiment.data) == "classes")
        self._chips.show_features(self._edits.features)
        self._chips.setVisible(input_count(experiment.data) == 2)
        self._bias.setChecked(network.bias)
        self._init.set_value(network.init)
        self._zeros.setVisible(network.init == "zeros" and any(layer.neurons > 1 for layer in network.hidden))
        self._seed.set_value(network.seed)
        self._show_limit(len(network.hidden))
        count = parameter_count(experiment)
        self.header.setText(trn("{n} parameter", "{n} parameters", count, n=format_count(count)))

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
            row.drag_moved.connect(self._on_row_dragged)
            row.drag_ended.connect(self._on_row_dropped)
            row.move_requested.connect(self._on_move_requested)
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
            tr("One more hidden layer, like the last one")
            if possible
            else tr("A network has at most {most} hidden layers here", most=MAX_LAYERS)
        )

    def _say(self, note: str, role: Literal["small", "error"] = "small") -> None:
        """A sentence at the foot, for a while."""
        self._note.set_role(role)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._note_timer.start()

    def _drop_place(self, layer: int, down: float) -> int:
        """Which hidden layer a row would be that is dragged so far down."""
        pitch = self._theme.px(ROW_HEIGHT) + self._theme.px(ROW_GAP)
        return min(max(layer + round(down / pitch), 0), len(self._hidden) - 1)

    def _on_experiment_changed(self, _: Experiment, experiment: Experiment) -> None:
        self._show(experiment)

    def _on_neurons_requested(self, layer: int, neurons: int) -> None:
        self._edits.set_neurons(layer, neurons)

    def _on_activation_requested(self, layer: int, activation: str) -> None:
        self._edits.set_activation(layer, activation)

    def _on_remove_requested(self, layer: int) -> None:
        self._edits.remove_layer(layer)

    def _on_row_dragged(self, layer: int, down: float) -> None:
        place = self._drop_place(layer, down)
        for number, row in enumerate(self._hidden):
            row.show_drop((1 if place > layer else -1) if number == place != layer else 0)

    def _on_row_dropped(self, layer: int, kept: bool) -> None:
        drops = [row.drop for row in self._hidden]
        for row in self._hidden:
            row.show_drop(0)
        if kept and any(drops):
            self._move(layer, next(number for number, drop in enumerate(drops) if drop))

    def _on_move_requested(self, layer: int, rows: int) -> None:
        self._move(layer, layer + rows)

    def _move(self, layer: int, to: int) -> None:
        """The keyboard stays with the layer."""
        focused = self._hidden[layer].isAncestorOf(self.focusWidget() or self)
        self._edits.move_layer(layer, to)
        if focused and 0 <= to < len(self._hidden):
            self._hidden[to].take_focus()

    def _on_add(self) -> None:
        self._edits.add_layer(len(self._edits.layers))
        self._rows.reveal_soon(self._output)

    def _on_output_changed(self, activation: str) -> None:
        try:
            self._edits.set_activation(len(self._edits.layers), activation)
        except ExperimentError as error:
            self._say(str(error), "error")
            self._show(self._documents.experiment)

    def _on_bias(self) -> None:
        self._edits.set_bias(self._bias.isChecked())

    def _on_features(self) -> None:
        """The menu of all features, below the link."""
        menu = feature_menu(self._edits.features, input_count(self._documents.experiment.data), self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.triggered.connect(self._on_feature_chosen)
        menu.popup(self._features.mapToGlobal(QPoint(0, self._features.height())))

    def _on_feature_chosen(self, action: QAction) -> None:
        self._edits.toggle_feature(str(action.data()))

    def _on_feature_toggled(self, feature: str) -> None:
        self._edits.toggle_feature(feature)

    def _on_run_started(self, started: RunStarted) -> None:
        """What a change of shape could keep is told for a while."""
        if started.carried:
            self._say(started.carried)
        elif self._note.role() != "error":
            self._on_note_over()

    def _on_note_over(self) -> None:
        self._note_timer.stop()
        self._note.setText("")
        self._note.hide()

    def _on_init_changed(self, init: str) -> None:
        self._documents.set_network(tr("initial weights"), init=init)

    def _on_seed_changed(self, seed: float) -> None:
        self._documents.set_network(tr("seed of the weights"), seed=int(seed))

    def _on_dice(self) -> None:
        self._documents.set_network(tr("seed of the weights"), seed=random.randrange(SEEDS))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(1))
        self._seed_line.setSpacing(px(6))
        self._rows.restyle()
