"""The field that finds nodes of the graph by their addresses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from core.words import tr
from gui.theme import Theme
from gui.widgets.text import TextLabel

_OWN_MENU = Qt.FocusReason.PopupFocusReason
WIDTH, SMALLEST_WIDTH = 104, 56  # pixels at scale 1


class _Field(QLineEdit):
    """A line of text that shrinks when there is little room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(SMALLEST_WIDTH), super().minimumSizeHint().height())


class FindField(QWidget):
    """Type a part of an address; Enter goes to the next match, Shift+Enter to the one before, Escape leaves."""

    text_changed = Signal(str)
    step_requested = Signal(int)  # +1 for the next match, -1 for the one before
    left = Signal()  # Escape: the graph should take the focus again
    focus_lost = Signal()

    def __init__(
        self, theme: Theme, *, name: str = "graphFind", example: str = "L1.N3", parent: QWidget | None = None
    ) -> None:
        """`name` is the object name; the tooltip shows an address as an `example`."""
        super().__init__(parent)
        self._theme = theme
        self._field = _Field(theme)
        self._field.setObjectName(name)
        self._field.setAccessibleName(tr("Find a node of the graph"))
        self._field.setPlaceholderText(tr("find…"))
        self._field.setToolTip(
            tr("Find a node by its address, such as {example} (Ctrl+F); Enter goes to the next match", example=example)
        )
        self._field.textChanged.connect(self.text_changed)
        self._field.installEventFilter(self)
        self._count = TextLabel("", "small")
        self._count.setObjectName(f"{name}Count")
        self._count.hide()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._count)
        self._row.addWidget(self._field)
        self.setFocusProxy(self._field)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        return self._field.text()

    def begin(self) -> None:
        """Take the focus, ready for typing over what is there."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def show_count(self, words: str) -> None:
        """`7 found`, `2 of 7`, or nothing."""
        self._count.setText(words)
        self._count.setVisible(bool(words))
        self._field.setAccessibleDescription(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(event)
        away = isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() is not _OWN_MENU
        if away and watched is self._field:
            self.focus_lost.emit()
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step_requested.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self._field.clear()
            self.left.emit()
        else:
            return False
        return True

    def _on_theme_changed(self) -> None:
        self._field.setFont(self._theme.font(12))
        self._row.setSpacing(self._theme.px(6))
        self.updateGeometry()
