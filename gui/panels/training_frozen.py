"""The line that says how many parameters are frozen, and frees them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.words import tr, trn
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

MOST_NAMED = 12  # in the tooltip
HEIGHT = 24  # pixels at scale 1, as the rows of numbers


class FrozenLine(QWidget):
    """Hidden while nothing is frozen."""

    free_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("frozenLine")
        self._theme = theme
        self._text = TextLabel("", "label")
        self._text.setObjectName("frozenCount")
        self._link = LinkButton(tr("free all"), theme, tr("Let training move every weight and bias again"))
        self._link.setObjectName("freeAll")
        self._link.setAccessibleName(tr("free all frozen parameters"))
        self._link.clicked.connect(self.free_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text)
        row.addStretch(1)
        row.addWidget(self._link)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_frozen(self, parameters: int, addresses: tuple[str, ...]) -> None:
        """How many parameters, and the layers, neurons and parameters that say so."""
        self._text.setText(trn("{n} parameter frozen", "{n} parameters frozen", parameters, n=format_count(parameters)))
        named, more = ", ".join(addresses[:MOST_NAMED]), len(addresses) - MOST_NAMED
        self._text.setToolTip(tr("{named} and {more} more", named=named, more=more) if more > 0 else named)
        self.setVisible(parameters > 0)

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
