"""The rows of the network panel: a layer with its neurons and activation each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.experiment import MAX_NEURONS, LayerSpec
from core.words import tr
from gui.panels.layer_handle import RowHandle
from gui.panels.layer_texts import ACTIVATIONS, END_TEXTS, SOFTMAX, SOFTMAX_TOOLTIP, EndName, hidden_name, shown_choices
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox, IconButton, LinkButton
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

ROW_HEIGHT = 24  # px at scale 1, as all below
CORNER = 5.0
LABEL_WIDTH = 52
STEP_ICON, STEP_WIDTH = 12, 18  # an IconButton is half as large again as its icon
COUNT_WIDTH = 28
REMOVE_ICON, REMOVE_WIDTH = 11, 17
LINK_INSET = 10


class LayerWell(QWidget):
    """A soft rounded row with the layer's name on the left; what else is in it comes from the subclasses."""

    def __init__(self, label: TextLabel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._edge = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._label = label
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.addWidget(self._label)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._row)
        theme.changed.connect(self._on_theme_changed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self._theme.px(1)
        painter.setPen(QPen(self._theme.palette.line, wide))
        painter.setBrush(self._theme.palette.soft)
        corner = self._theme.px(CORNER)
        area = QRectF(wide / 2, wide / 2, self.width() - wide, self._theme.px(ROW_HEIGHT) - wide)
        painter.drawRoundedRect(area, corner, corner)
        if self._edge:
            wide = self._theme.px(2)
            top = 0 if self._edge < 0 else self._theme.px(ROW_HEIGHT) - wide
            painter.fillRect(0, top, self.width(), wide, self._theme.palette.accent)

    @property
    def drop(self) -> int:
        """Where a row that is dragged would come to stand: above this one (-1), below it (1), elsewhere (0)."""
        return self._edge

    def show_drop(self, edge: int) -> None:
        """Show that, by a line."""
        if edge != self._edge:
            self._edge = edge
            self.update()

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._label.setFixedSize(_name_width(self._theme), px(ROW_HEIGHT))
        self._label.setFont(self._theme.font(12))
        self._row.setContentsMargins(px(8), 0, px(1), 0)
        self.update()


class EndRow(LayerWell):
    """The input or output layer: its size follows from the data; the output has an activation to choose.

    The input has a link instead, to what the first layer reads.
    """

    activation_changed = Signal(str)

    def __init__(
        self, name: EndName, theme: Theme, choices: tuple[tuple[str, str], ...] = (), link: LinkButton | None = None
    ) -> None:
        label, neurons, activation = (tr(text) for text in END_TEXTS[name])
        super().__init__(TextLabel(label, "plain"), theme)
        self.setObjectName(f"{name}Row")
        self._count = TextLabel("", "plain")
        self._count.setObjectName(f"{name}Count")
        self._count.setAccessibleName(neurons)
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._row.addWidget(self._count)
        self._row.addStretch(1)
        self._softmax = TextLabel(SOFTMAX, "label")
        self._softmax.setToolTip(tr(SOFTMAX_TOOLTIP))
        self._softmax.hide()
        self._activation = ChoiceBox(theme, shown_choices(choices)) if choices else None
        self._inset = REMOVE_WIDTH if link is None else LINK_INSET
        if link is not None:
            self._row.addWidget(link)
            self._row.addSpacing(theme.px(LINK_INSET))
        if self._activation is not None:
            self._softmax.setObjectName(f"{name}Softmax")
            self._row.addWidget(self._softmax)
            name_choice(self._activation, f"{name}Activation", activation)
            self._activation.choice_changed.connect(self.activation_changed)
            self._row.addWidget(self._activation)
            self._row.addSpacing(theme.px(REMOVE_WIDTH))
        self._on_theme_changed()

    def show_layer(self, neurons: int, activation: str = "", *, softmax: bool = False) -> None:
        """`softmax`: the outputs are scores of classes, there is nothing to choose."""
        self._count.setText(str(neurons))
        if self._activation is not None:
            self._activation.set_value(activation)
            self._activation.setVisible(not softmax)
            self._softmax.setVisible(softmax)

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        px = self._theme.px
        self._count.setFixedSize(px(2 * STEP_WIDTH + COUNT_WIDTH), px(ROW_HEIGHT))
        self._count.setFont(self._theme.font(12, mono=True))
        if self._activation is not None:  # in line with those of the hidden layers
            self._activation.setFixedHeight(px(ROW_HEIGHT))
        last = self._row.itemAt(self._row.count() - 1)
        spacer = last.spacerItem() if last is not None else None
        if spacer is not None:
            spacer.changeSize(px(self._inset), 0)
            self._row.invalidate()


class LayerRow(LayerWell):
    """A hidden layer: its neurons and activation can be changed, and the layer removed."""

    neurons_requested = Signal(int, int)  # layer (from 0), neurons
    activation_requested = Signal(int, str)
    remove_requested = Signal(int)
    drag_moved = Signal(int, float)  # layer, pixels down from where it was taken
    drag_ended = Signal(int, bool)  # whether it was let go there
    move_requested = Signal(int, int)  # layer, places further down

    def __init__(self, layer: int, theme: Theme) -> None:
        name = hidden_name(layer)
        self._handle = RowHandle(name, theme)
        super().__init__(self._handle, theme)
        self.setObjectName(f"layerRow{layer}")
        self._layer = layer
        self._minus = IconButton("minus", theme, tr("One neuron fewer in {name}", name=name), STEP_ICON)
        self._plus = IconButton("plus", theme, tr("One neuron more in {name}", name=name), STEP_ICON)
        self._count = NumberField(minimum=1, maximum=MAX_NEURONS, show=_whole, integer=True)
        self._activation = ChoiceBox(theme, shown_choices(ACTIVATIONS))
        self._remove = _RemoveButton(theme, tr("Remove {name}", name=name))
        self._problem = TextLabel("", "error")
        self._fill(name)
        self._minus.clicked.connect(self._on_minus)
        self._plus.clicked.connect(self._on_plus)
        self._count.value_changed.connect(self._on_typed)
        self._count.problem_changed.connect(self._on_problem_changed)
        self._activation.choice_changed.connect(self._on_activation_changed)
        self._remove.clicked.connect(self._on_remove)
        self._handle.drag_moved.connect(self._on_drag_moved)
        self._handle.drag_ended.connect(self._on_drag_ended)
        self._handle.moved_by_key.connect(self._on_moved_by_key)
        self._on_theme_changed()

    def show_layer(self, spec: LayerSpec) -> None:
        """Show what the layer is now."""
        self._count.set_value(spec.neurons)
        self._activation.set_value(spec.activation)
        name = hidden_name(self._layer)
        self._enable(
            self._minus,
            spec.neurons > 1,
            tr("One neuron fewer in {name}", name=name),
            tr("A layer has at least one neuron"),
        )
        most = tr("A layer has at most {most} neurons here", most=MAX_NEURONS)
        self._enable(self._plus, spec.neurons < MAX_NEURONS, tr("One neuron more in {name}", name=name), most)

    def take_focus(self) -> None:
        """The keyboard goes to the handle."""
        self._handle.setFocus(Qt.FocusReason.OtherFocusReason)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._remove.set_revealed(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._remove.set_revealed(False)
        super().leaveEvent(event)

    def _fill(self, name: str) -> None:
        self._handle.setObjectName(f"layerHandle{self._layer}")
        self._handle.setAccessibleName(tr("{name}, to be moved", name=name))
        self._handle.setToolTip(tr("Drag {name} up or down to another place (Alt+Up, Alt+Down)", name=name))
        for widget, part in ((self._minus, "Minus"), (self._count, "Count"), (self._plus, "Plus")):
            widget.setObjectName(f"layer{part}{self._layer}")
            self._row.addWidget(widget)
        self._row.addStretch(1)
        name_choice(self._activation, f"layerActivation{self._layer}", tr("activation of {name}", name=name))
        self._remove.setObjectName(f"layerRemove{self._layer}")
        self._row.addWidget(self._activation)
        self._row.addWidget(self._remove)
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._count.setAccessibleName(tr("neurons of {name}", name=name))
        self._count.setToolTip(
            tr(
                "Neurons of {name}, 1 to {most}: type a number and press Enter",
                name=name,
                most=MAX_NEURONS,
            )
        )
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._column.addWidget(self._problem)

    @staticmethod
    def _enable(button: IconButton, possible: bool, tooltip: str, why_not: str) -> None:
        button.setEnabled(possible)
        button.setToolTip(tooltip if possible else why_not)

    def _on_drag_moved(self, down: float) -> None:
        self.drag_moved.emit(self._layer, down)

    def _on_drag_ended(self, kept: bool) -> None:
        self.drag_ended.emit(self._layer, kept)

    def _on_moved_by_key(self, rows: int) -> None:
        self.move_requested.emit(self._layer, rows)

    def _on_minus(self) -> None:
        self.neurons_requested.emit(self._layer, int(self._count.value()) - 1)

    def _on_plus(self) -> None:
        self.neurons_requested.emit(self._layer, int(self._count.value()) + 1)

    def _on_typed(self, neurons: float) -> None:
        self.neurons_requested.emit(self._layer, int(neurons))

    def _on_problem_changed(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _on_activation_changed(self, activation: str) -> None:
        self.activation_requested.emit(self._layer, activation)

    def _on_remove(self) -> None:
        self.remove_requested.emit(self._layer)

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        self._count.setFixedSize(self._theme.px(COUNT_WIDTH), self._theme.px(ROW_HEIGHT - 2))
        self._activation.setFixedHeight(self._theme.px(ROW_HEIGHT))


class _RemoveButton(IconButton):
    """Seen only while the pointer is over its row or it has the focus; always there for keys and screen readers."""

    def __init__(self, theme: Theme, tooltip: str) -> None:
        self._revealed = False
        super().__init__("close", theme, tooltip, REMOVE_ICON)

    def set_revealed(self, revealed: bool) -> None:
        self._revealed = revealed
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._revealed or self.hasFocus():
            super().paintEvent(event)


def name_choice(box: ChoiceBox, name: str, spoken: str) -> None:
    """The object name, the name for screen readers and the tooltip of a drop-down list without a label."""
    box.setObjectName(name)
    box.setAccessibleName(spoken)
    box.setToolTip(spoken[0].upper() + spoken[1:])


def _name_width(theme: Theme) -> int:
    """The same for all rows, so that their numbers stand below each other."""
    names = (tr(END_TEXTS["input"][0]), tr(END_TEXTS["output"][0]), hidden_name(0))
    metrics = QFontMetrics(theme.font(12))
    return max(theme.px(LABEL_WIDTH), *(metrics.horizontalAdvance(name) + theme.px(2) for name in names))


def _whole(value: float) -> str:
    return str(int(value))
