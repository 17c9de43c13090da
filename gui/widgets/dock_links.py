"""Links in a card's title row that open and close other cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QWidget

from core.words import tr
from gui.theme import Theme
from gui.widgets.buttons import LinkButton


class DockLinks(QWidget):
    """A row of links; the one of a card that is open stands as pressed."""

    opened = Signal(str)  # name of the card that a link has just shown

    def __init__(self, links: Sequence[tuple[str, str, str]], theme: Theme) -> None:
        """`links`: name of the dock, text, tooltip; texts are marked, and translated here."""
        super().__init__()
        self._theme = theme
        self._docks: Mapping[str, QDockWidget] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._links: dict[str, LinkButton] = {}
        for name, text, tip in links:
            link = LinkButton(tr(text), theme, tr(tip))
            link.setObjectName(f"{name}Link")
            link.setCheckable(True)
            link.clicked.connect(self._on_clicked)
            self._links[name] = link
            self._row.addWidget(link)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def follow(self, docks: Mapping[str, QDockWidget]) -> None:
        """These are the cards."""
        self._docks = docks
        for name in self._links:
            docks[name].toggleViewAction().toggled.connect(self._on_toggled)
            self._links[name].setChecked(docks[name].toggleViewAction().isChecked())

    @Slot()
    def _on_clicked(self) -> None:
        for name, link in self._links.items():
            dock = self._docks[name]
            if link is self.sender():
                dock.setVisible(link.isChecked())
                dock.raise_()
                if link.isChecked():
                    self.opened.emit(name)

    @Slot()
    def _on_toggled(self) -> None:
        action: QObject | None = self.sender()
        for name, link in self._links.items():
            if self._docks[name].toggleViewAction() is action:
                link.setChecked(self._docks[name].toggleViewAction().isChecked())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(14))
