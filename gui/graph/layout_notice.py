"""What the graph says while there is no picture to show: progress with a way out, or what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from core.words import tr
from gui.numbers import format_count
from gui.theme import Theme


class LayoutNotice(QWidget):
    """A small card over the graph: `Laying out 675 nodes…` with Cancel, or a message with Try again."""

    cancel_requested = Signal()
    retry_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layoutNotice")
        self._theme = theme
        self._running = False
        self._text = QLabel(self)
        self._text.setObjectName("layoutNoticeText")
        self._text.setWordWrap(False)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(self)
        self._button.setObjectName("layoutNoticeButton")
        self._button.clicked.connect(self._on_clicked)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._button)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    @property
    def text(self) -> str:
        """What is being said."""
        return self._text.text()

    def show_progress(self, boxes: int) -> None:
        """A layout of so many boxes is under way and takes its time."""
        self._say(
            tr("Laying out {count} nodes…", count=format_count(boxes)),
            tr("Cancel"),
            tr("Stop this layout and keep the old picture"),
        )
        self._running = True

    def show_problem(self, message: str) -> None:
        """There is no layout, for this reason."""
        self._say(message, tr("Try again"), tr("Ask for the layout once more"))
        self._running = False

    def place(self) -> None:
        """In the middle of its parent, no wider than that."""
        parent = self.parentWidget()
        if parent is None:
            return
        margin = self._theme.px(12)
        room = max(parent.width() - 2 * margin, 1)
        self._text.setWordWrap(self.sizeHint().width() > room)
        width = min(self.sizeHint().width(), room)
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        self.setGeometry((parent.width() - width) // 2, (parent.height() - height) // 2, width, height)

    def _say(self, text: str, button: str, tip: str) -> None:
        self._text.setText(text)
        self._text.setWordWrap(False)
        self._button.setText(button)
        self._button.setToolTip(tip)
        self._button.setAccessibleName(button)
        self._button.setAccessibleDescription(tip)
        self.place()
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card of its own, as it lies on one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self._theme.px(1)
        painter.setPen(QPen(self._theme.palette.line, wide))
        painter.setBrush(self._theme.palette.soft)
        radius = self._theme.px(8)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2), radius, radius)
        painter.end()

    def _on_clicked(self) -> None:
        (self.cancel_requested if self._running else self.retry_requested).emit()

    def _on_theme_changed(self) -> None:
        inner = self._theme.px(12)
        self._row.setContentsMargins(inner, inner, inner, inner)
        self._row.setSpacing(self._theme.px(10))
        self.place()
