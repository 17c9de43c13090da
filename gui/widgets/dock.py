"""CardDock: a dock widget that looks as a card, docked or floating."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QVBoxLayout, QWidget

from core.words import tr
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.text import TextLabel

RADIUS = 8  # pixels at scale 1, as all below
MARGIN = 14
TITLE_HEIGHT = 36


class _CloseButton(IconButton):
    """Seen only while the pointer is over its card. It never takes the focus: with keys the View menu closes cards."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__("close", theme, tr("Hide {title} (the View menu brings it back)", title=title), size=14)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._revealed = False

    def set_revealed(self, revealed: bool) -> None:
        self._revealed = revealed
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._revealed:
            super().paintEvent(event)


class _TitleBar(QWidget):
    """Bold title and close button left, the panel's header right."""

    def __init__(self, title: str, close_button: _CloseButton, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row = QHBoxLayout(self)
        self.title = TextLabel(title, "title")
        self._row.addWidget(self.title)
        self._row.addWidget(close_button)
        self._row.addStretch(1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_header(self, header: QWidget) -> None:
        self._row.addWidget(header)

    def sizeHint(self) -> QSize:
        """Docks ask for the hint, whatever a fixed height says."""
        return QSize(super().sizeHint().width(), self._theme.px(TITLE_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._theme.px(TITLE_HEIGHT))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(MARGIN), 0, px(MARGIN), 0)
        self._row.setSpacing(px(4))
        self.updateGeometry()


class _Body(QWidget):
    """What lies below the title."""

    wish_changed = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.wish_changed.emit()
        return super().event(event)


class CardDock(QDockWidget):
    """A panel on a card: title row, 14 px inner margins, rounded line around; movable, floatable, closable."""

    wish_changed = Signal()  # the panel may want another height than before

    def __init__(
        self,
        title: str,
        content: QWidget | None,
        theme: Theme,
        header: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Without content the card is empty until `set_content`."""
        super().__init__(title, parent)
        self._theme = theme
        self._close_button = _CloseButton(theme, title)
        self._close_button.clicked.connect(self.close)
        self._close_button.setObjectName("cardCloseButton")
        self._body = _Body()
        self._body.wish_changed.connect(self.wish_changed)
        self._body.setObjectName("cardBody")
        self._box = QVBoxLayout(self._body)
        self._bar = _TitleBar(title, self._close_button, theme)
        self.windowTitleChanged.connect(self._bar.title.setText)
        self.setTitleBarWidget(self._bar)
        self.setWidget(self._body)
        if content is not None:
            self.set_content(content, header)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_content(self, content: QWidget, header: QWidget | None) -> None:
        """What lies on the card, and what stands right in its title row."""
        self._box.addWidget(content)
        if header is not None:
            self._bar.set_header(header)

    def wished_height(self) -> int:
        """What the panel needs to be seen whole in the present width, and the title above it."""
        margins = self._box.contentsMargins()
        height = self._bar.sizeHint().height() + margins.top() + margins.bottom()
        item = self._box.itemAt(0)
        if item is None:
            return height
        width = self.width() - margins.left() - margins.right()
        return height + (item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, wide = self._theme.palette, self._theme.px(1)
        radius = 0 if self.isFloating() else self._theme.px(RADIUS)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, radius > 0)
        painter.setPen(QPen(colours.line, wide))
        painter.setBrush(colours.card)
        edge = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.drawRoundedRect(edge, radius, radius)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._close_button.set_revealed(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._close_button.set_revealed(False)
        super().leaveEvent(event)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._box.setContentsMargins(px(MARGIN), 0, px(MARGIN), px(MARGIN))
        self.update()
