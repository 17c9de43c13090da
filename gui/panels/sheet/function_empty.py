"""What the function plotter shows while the text defines no function of one variable."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.words import mark, tr
from gui.panels.inspector_text import ThemedLabel
from gui.theme import Theme
from gui.widgets.buttons import LinkButton

CODE = "def f(x): return 3*x**2 - 4*x + 5"  # the lecture's first function
INVITATION = mark("Define a function of one variable in the text to see its curve and its slope.")


class EmptyFunctionPlot(QWidget):
    """Says how to define one, and a link that does it."""

    insert_requested = Signal(str)  # code for the end of the text

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("functionEmpty")
        invitation = ThemedLabel(theme, tr(INVITATION), size=13)
        code = ThemedLabel(theme, CODE, colour="mute", size=12, mono=True)
        for label in (invitation, code):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        link = LinkButton(
            tr("Insert the lecture's function"), theme, tr("Write {code} at the end of the text", code=CODE)
        )
        link.setObjectName("functionInsert")
        link.clicked.connect(self._on_clicked)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(invitation)
        self._column.addWidget(code)
        self._column.addWidget(link, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _on_clicked(self) -> None:
        self.insert_requested.emit(CODE)

    def _on_theme_changed(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._theme.px(6))
