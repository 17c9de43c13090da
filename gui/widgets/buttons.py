"""Buttons without a frame: a text like a link, an icon."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.theme import Theme


class LinkButton(QPushButton):
    """A flat button in the accent's text colour."""

    def __init__(self, text: str, theme: Theme, tooltip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setProperty("role", "link")
        self.setToolTip(tooltip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by_enter(self, event):
            super().keyPressEvent(event)


class IconButton(QToolButton):
    """A flat button with one of the theme's icons; the tooltip is also its name for screen readers."""

    def __init__(
        self, icon_name: str, theme: Theme, tooltip: str, size: int = 18, parent: QWidget | None = None
    ) -> None:
        """`size` is that of the icon in pixels at scale 1; the button is half as large again."""
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon_name
        self._size = size
        self.setProperty("role", "icon")
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip.split(" (")[0])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def icon_name(self) -> str:
        return self._icon_name

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._on_theme_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def _icon_colour(self) -> QColor | None:
        """None for the theme's ink."""
        return None

    def _button_size(self) -> int:
        return self._theme.px(self._size * 1.5)

    def _on_theme_changed(self) -> None:
        side = self._theme.px(self._size)
        self.setIcon(self._theme.icon(self._icon_name, self._icon_colour()))
        self.setIconSize(QSize(side, side))
        self.setFixedSize(self._button_size(), self._button_size())


def _pressed_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Enter presses a button as Space does; the window may use Space for playing."""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    button.click()
    event.accept()
    return True
