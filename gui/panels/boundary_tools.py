"""The strip above the points while they are edited: tools, size of the brush, and what is painted."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from core.words import mark, tr
from gui.frames import Points
from gui.numbers import format_number
from gui.panels.boundary_plot import NOTHING
from gui.panels.boundary_swatches import ClassSwatches
from gui.session.painting import MAX_PAINTED_CLASSES, SIZES, Painting, Tool
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.flat_slider import FlatSlider
from gui.widgets.text import TextLabel

_TOOLS = (
    (Tool.BRUSH, "brush", mark("Brush: drag to scatter points (B)")),
    (Tool.POINT, "point", mark("Point: click to add one (P)")),
    (Tool.ERASE, "eraser", mark("Erase: drag over points; test points go too where they are shown (X)")),
    (Tool.MOVE, "move", mark("Move: drag the nearest training point (M)")),
)
_ICON = 15  # pixels at scale 1
_POSITIONS = 101
_SIZE_WIDTH, _VALUE_WIDTH = 52, 72  # most, of a slider; pixels at scale 1
_NUMBER_WIDTH = 42


class BoundaryTools(QWidget):
    """Shows and changes the settings of a Painting."""

    def __init__(self, painting: Painting, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("boundaryTools")
        self.setAccessibleName(tr("Tools to edit points"))
        self._painting, self._theme = painting, theme
        self._points = NOTHING
        self._group = QButtonGroup(self)
        self._tools = {tool: self._tool_button(tool, icon, tr(tip)) for tool, icon, tip in _TOOLS}
        self._size = self._slider("paintSize", tr("Size of brush and eraser"), tr("Size of brush and eraser ([ and ])"))
        self._value = self._slider("paintValue", tr("Target of painted points"), tr("Target of painted points"))
        self._number = TextLabel("", "mute")
        self._number.setObjectName("paintValueText")
        self._hint = TextLabel(tr("height is the target"), "mute")
        self._swatches = ClassSwatches(theme)
        self._lay_out()
        self._group.idClicked.connect(self._on_tool_clicked)
        self._size.valueChanged.connect(self._on_size_changed)
        self._value.valueChanged.connect(self._on_value_changed)
        self._swatches.chosen.connect(painting.set_label)
        self._swatches.added.connect(painting.add_class)
        painting.changed.connect(self._show)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show()

    def set_points(self, points: Points) -> None:
        """What is painted on: its classes, or the range of its targets."""
        self._points = points
        low, high = points.target_range
        if self._painting.takes_value and not low <= self._painting.value <= high:
            self._painting.set_value(high)
        self._show()

    def _tool_button(self, tool: Tool, icon: str, tip: str) -> IconButton:
        button = IconButton(icon, self._theme, tip, size=_ICON)
        button.setObjectName(f"paint{tool.value.title()}")
        button.setAccessibleName(tip.partition(":")[0])
        button.setCheckable(True)
        self._group.addButton(button, list(Tool).index(tool))
        return button

    def _slider(self, name: str, title: str, tip: str) -> FlatSlider:
        slider = FlatSlider(_POSITIONS)
        slider.setObjectName(name)
        slider.setAccessibleName(title)
        slider.setToolTip(tip)
        slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return slider

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self._tools.values():
            row.addWidget(button)
        row.addSpacing(self._theme.px(6))
        row.addWidget(self._size, 1)
        row.addSpacing(self._theme.px(8))
        row.addStretch(1)
        for part in (self._value, self._number, self._hint, self._swatches):
            row.addWidget(part)

    def _show(self) -> None:
        painting, points = self._painting, self._points
        self._tools[painting.tool].setChecked(True)
        with QSignalBlocker(self._size):
            self._size.setValue(_position(painting.size, *SIZES))
        takes_value, has_classes = painting.takes_value, bool(points.labels)
        self._value.setVisible(takes_value)
        self._number.setVisible(takes_value)
        self._hint.setVisible(not takes_value and not has_classes)
        self._swatches.setVisible(has_classes)
        if takes_value:
            with QSignalBlocker(self._value):
                self._value.setValue(_position(painting.value, *points.target_range))
            self._number.setText(format_number(painting.value, 2))
        if has_classes:
            may_add = len(points.labels) < MAX_PAINTED_CLASSES
            self._swatches.show_classes(points, painting.label, may_add=may_add)

    def _on_tool_clicked(self, index: int) -> None:
        self._painting.set_tool(list(Tool)[index])

    def _on_size_changed(self, position: int) -> None:
        self._painting.set_size(_number_at(position, *SIZES))

    def _on_value_changed(self, position: int) -> None:
        self._painting.set_value(_number_at(position, *self._points.target_range))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._size.setMaximumWidth(px(_SIZE_WIDTH))
        self._size.setMinimumWidth(px(28))
        self._value.setFixedWidth(px(_VALUE_WIDTH))
        self._number.setMinimumWidth(px(_NUMBER_WIDTH))
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _position(value: float, low: float, high: float) -> int:
    return round((value - low) / (high - low or 1.0) * (_POSITIONS - 1))


def _number_at(position: int, low: float, high: float) -> float:
    return low + (high - low) * position / (_POSITIONS - 1)
