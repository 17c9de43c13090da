"""What is wrong with the text, below the editor: the message leads to its place, a suggestion can be applied."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.words import tr
from gui.panels.sheet.code_words import in_mono, in_quotes
from gui.panels.sheet.correction import Correction
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

ICON = 15  # px at scale 1
LETTERS = 28  # of a correction, shown in the link; the tooltip has all


class ErrorLine(QWidget):
    """An icon, the message, and where there is one the correction as a link. Hidden while nothing is wrong."""

    place_requested = Signal()
    correction_requested = Signal(object)  # Correction

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._correction: Correction | None = None
        self._icon = QLabel()
        self._message = _Message(theme)
        self._link = LinkButton("", theme)
        self._link.setObjectName("expressionCorrection")
        self._column = QVBoxLayout()
        self._column.addWidget(self._message)
        self._column.addWidget(self._link, 0, Qt.AlignmentFlag.AlignLeft)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._column, 1)
        self._message.clicked.connect(self.place_requested)
        self._link.clicked.connect(self._on_link_clicked)
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """As it is read: without markup."""
        return self._message.accessibleDescription()

    def show_error(self, message: str, line: int = 0, correction: Correction | None = None) -> None:
        """`line` is that of the place, 0 for none; an empty message hides everything."""
        self._correction = correction
        self._message.set_text(message, line)
        words = "" if correction is None else correction.in_words
        self._link.setText(words if len(words) <= LETTERS else words[: LETTERS - 1] + "…")
        self._link.setAccessibleName(words)
        self._link.setToolTip(tr("{words}: change the text so (one step of undo)", words=words))
        self._link.setVisible(correction is not None)
        self.setVisible(bool(message))

    def _on_link_clicked(self) -> None:
        self.correction_requested.emit(self._correction)

    def _on_theme_changed(self) -> None:
        side = self._theme.px(ICON)
        self._icon.setPixmap(
            self._theme.icon("warning", self._theme.palette.negative_text).pixmap(
                QSize(side, side), self.devicePixelRatioF()
            )
        )
        self._icon.setFixedSize(side, max(side, QFontMetrics(self._theme.font(12)).height()))
        self._row.setSpacing(self._theme.px(6))
        self._column.setSpacing(self._theme.px(1))


class _Message(TextLabel):
    """A text that can be clicked, and reached and pressed by keyboard."""

    clicked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("", "error")
        self._theme = theme
        self.setObjectName("expressionError")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def set_text(self, message: str, line: int) -> None:
        words = in_quotes(message)
        self.setText(in_mono(message, self._theme))
        self.setAccessibleName(tr("Error in line {line}: {words}", line=line, words=words) if line else words)
        self.setAccessibleDescription(words)
        self.setToolTip(tr("Line {line}; click to go there", line=line) if line else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if line else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if line else Qt.FocusPolicy.NoFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
            event.accept()
        else:
            super().keyPressEvent(event)
