"""The buttons that appear above a column of the network: fewer and more neurons, a handle to move it, away with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QWidget

from core.experiment import MAX_LAYERS, MAX_NEURONS
from core.words import tr
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.handle_drag import HandleDrag
from gui.widgets.outline import draw_outline, inside_of

HEIGHT, ICON = 22, 12  # pixels at scale 1, as all below
HANDLE_SIDE = 5
ADD_SIDE = 20

_Key = Qt.Key


def give_focus_back(part: QWidget, picture: QWidget) -> None:
    """A part of the picture goes, or cannot be used any more: the keyboard returns to the picture."""
    focused = QApplication.focusWidget()
    if focused is not None and (focused is part or part.isAncestorOf(focused)):
        picture.setFocus(Qt.FocusReason.OtherFocusReason)


class LayerHandle(QAbstractButton):
    """A layer's name, to take hold of it: dragged sideways, or moved by Left and Right, it takes another place."""

    drag_moved = Signal(float)  # how far to the right of where it was taken, in pixels
    drag_ended = Signal(bool)  # whether it was let go where it was: not given up by Escape
    moved_by_key = Signal(int)  # places to the right

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._drag = HandleDrag()
        self.setObjectName("networkLayerHandle")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(self._theme.font(11, bold=True)).horizontalAdvance(self.text())
        return QSize(wide + 2 * self._theme.px(HANDLE_SIDE), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag.press(event.globalPosition().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = self._drag.move(event.globalPosition().x())
        if moved is not None:
            self.drag_moved.emit(moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._end(kept=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == _Key.Key_Escape and self._drag.is_on:
            self._end(kept=False)
        elif event.key() in (_Key.Key_Left, _Key.Key_Right):
            self.moved_by_key.emit(1 if event.key() == _Key.Key_Right else -1)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._theme.palette
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_outline(painter, self.rect(), QPen(colours.accent, self._theme.px(2)), self._theme.px(5))
        painter.setFont(self._theme.font(11, bold=True))
        painter.setPen(colours.ink if self.isDown() or self.underMouse() else colours.mute)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _end(self, *, kept: bool) -> None:
        if self._drag.end():
            self.drag_ended.emit(kept)


class LayerTools(QWidget):
    """One such row of buttons; the picture puts it above the column it is about."""

    fewer_requested = Signal()
    more_requested = Signal()
    remove_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._picture = theme, parent
        self.setObjectName("networkLayerTools")
        self._fewer = IconButton("minus", theme, tr("One neuron fewer (Delete)"), ICON, self)
        self.handle = LayerHandle(theme, self)
        self._more = IconButton("plus", theme, tr("One neuron more (N)"), ICON, self)
        self._remove = IconButton("close", theme, tr("Remove the layer (Shift+Delete)"), ICON, self)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        for name, button in (
            ("networkFewer", self._fewer),
            ("", self.handle),
            ("networkMore", self._more),
            ("networkRemoveLayer", self._remove),
        ):
            if name:
                button.setObjectName(name)
            self._row.addWidget(button)
        self._fewer.clicked.connect(self._on_fewer)
        self._more.clicked.connect(self._on_more)
        self._remove.clicked.connect(self._on_remove)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_layer(self, layer: int, neurons: int, layers: int) -> None:
        """This is about a hidden layer, counted from 0, with so many neurons; one of so many layers."""
        number = layer + 1
        self.handle.setText(f"L{layer + 1}")
        self.handle.setAccessibleName(tr("Handle of layer {number}", number=number))
        moves = tr("Drag layer {number} sideways to another place (Ctrl+Shift+Left, Ctrl+Shift+Right)", number=number)
        self.handle.setToolTip(moves if layers > 1 else tr("Layer {number}, the only hidden one", number=number))
        fewer, least = (
            tr("One neuron fewer in layer {number} (Delete)", number=number),
            tr("A layer has at least one neuron"),
        )
        self._tell(self._fewer, fewer, neurons > 1, least)
        most = tr("A layer has at most {most} neurons here", most=MAX_NEURONS)
        self._tell(self._more, tr("One neuron more in layer {number} (N)", number=number), neurons < MAX_NEURONS, most)
        self._tell(self._remove, tr("Remove layer {number} (Shift+Delete)", number=number), True, "")
        self.adjustSize()

    def setVisible(self, visible: bool) -> None:
        if not visible:
            give_focus_back(self, self._picture)
        super().setVisible(visible)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.palette.card)
        draw_outline(painter, self.rect(), QPen(self._theme.palette.line, 1), self._theme.px(7))

    def _tell(self, button: IconButton, words: str, possible: bool, why_not: str) -> None:
        if not possible:
            give_focus_back(button, self._picture)
        button.setEnabled(possible)
        button.setToolTip(words if possible else why_not)
        button.setAccessibleName(words.split(" (")[0])

    @Slot()
    def _on_fewer(self) -> None:
        self.fewer_requested.emit()

    @Slot()
    def _on_more(self) -> None:
        self.more_requested.emit()

    @Slot()
    def _on_remove(self) -> None:
        self.remove_requested.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        side = self._theme.px(2)
        self._row.setContentsMargins(side, side, side, side)
        self.adjustSize()


class AddLayerButton(IconButton):
    """A plus between two columns."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__("plus", theme, tr("A new hidden layer here (Shift+N)"), ICON, parent)
        self.setObjectName("networkAddLayer")
        self._picture = parent
        self.hide()

    def show_limit(self, layers: int) -> None:
        possible = layers < MAX_LAYERS
        if not possible:
            give_focus_back(self, self._picture)
        self.setEnabled(possible)
        most = tr("A network has at most {most} hidden layers here", most=MAX_LAYERS)
        self.setToolTip(tr("A new hidden layer here (Shift+N)") if possible else most)

    def setVisible(self, visible: bool) -> None:
        if not visible:
            give_focus_back(self, self._picture)
        super().setVisible(visible)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self._theme.px(1)
        painter.setPen(QPen(self._theme.palette.line, wide))
        painter.setBrush(self._theme.palette.card)
        painter.drawEllipse(inside_of(self.rect(), wide / 2))
        painter.end()
        super().paintEvent(event)

    def _button_size(self) -> int:
        return self._theme.px(ADD_SIDE)
