"""What stands in the place of a graph that is not there: a sentence, and often a way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

WIDTH = 380  # pixels at scale 1: longer lines are hard to read


class GraphNotice(QWidget):
    """A quiet text in the middle, with a link below it."""

    link_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("graphNotice")
        self._theme = theme
        self._text = TextLabel("", "label")
        self._text.setObjectName("graphNoticeText")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._link = LinkButton("", theme)
        self._link.setObjectName("graphNoticeLink")
        self._link.clicked.connect(self.link_clicked)
        line = QHBoxLayout()  # in a row of its own, not aligned: that would take the words their second line
        line.addStretch(1)
        line.addWidget(self._text, 1000)
        line.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addLayout(line)
        self._column.addWidget(self._link, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def say(self, text: str, link: str = "", tooltip: str = "") -> None:
        """Show a sentence, and a link if it has words."""
        self._text.setText(text)
        self._link.setText(link)
        self._link.setToolTip(tooltip)
        self._link.setAccessibleName(link)
        self._link.setVisible(bool(link))

    def _on_theme_changed(self) -> None:
        self._text.setMaximumWidth(self._theme.px(WIDTH))
        self._column.setSpacing(self._theme.px(8))
