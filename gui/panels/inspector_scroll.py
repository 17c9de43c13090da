"""The inspector's sections under each other: which of them have room, and a scroll bar where that is too little."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.panels.inspector_sections import Section
from gui.panels.inspector_update import UpdateSection
from gui.theme import Theme


class SectionScroll(QScrollArea):
    """Leaves out what may be left out and does not fit."""

    update_shown = Signal(bool)  # whether it is told how the next step comes about

    def __init__(self, sections: Sequence[Section], last: Section | None, theme: Theme) -> None:
        """`last`: the section at the end, a curve, which is left out where it alone would make the rest scroll."""
        super().__init__()
        self._theme, self._last = theme, last
        self._always = [section for section in sections if not isinstance(section, UpdateSection)]
        self._update = next((section for section in sections if isinstance(section, UpdateSection)), None)
        self._wants_update: bool | None = None  # as a person chose
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        for section in (*sections, last):
            if section is not None:
                self._column.addWidget(section)
        self._column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def fit(self) -> None:
        """Look anew what has room; where the rest must scroll, the curve at the end may too."""
        if not self.isVisible():
            return
        needed, room = self._needed(*(section for section in self._always if not section.isHidden())), self._room
        if self._update is not None and self._update.applies:
            tall, shown = self._needed(self._update), self._wants_update
            if shown is None:
                shown = needed + tall <= room
            self._update.setVisible(shown)
            self.update_shown.emit(shown)
            needed += tall if shown else 0
        if self._last is not None:
            self._last.setVisible(needed > room or needed + self._needed(self._last) <= room)

    def toggle_update(self) -> None:
        """Show how the next step comes about, whether it fits or not, or hide it; from now on."""
        if self._update is not None:
            self._wants_update = self._update.isHidden()
            self.fit()
            QTimer.singleShot(0, self, self._bring_update)  # once it has its place

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    @property
    def _room(self) -> int:
        """For the sections and the gaps between them, with one after the last."""
        return self.viewport().height() - self._column.contentsMargins().top() + self._column.spacing()

    def _needed(self, *sections: Section) -> int:
        """By sections, each with the gap below; only broken lines make that depend on the width."""
        width = self.viewport().width()
        broken = [section.heightForWidth(width) for section in sections if section.hasHeightForWidth()]
        plain = [section.sizeHint().height() for section in sections if not section.hasHeightForWidth()]
        return sum(broken) + sum(plain) + self._column.spacing() * len(sections)

    def _bring_update(self) -> None:
        if self._update is not None and self._update.isVisible():
            self.ensureWidgetVisible(self._update, 0, 0)

    def _on_range_changed(self, minimum: int, maximum: int) -> None:
        """Keep the rows a little away from a scroll bar."""
        px = self._theme.px
        self._column.setContentsMargins(0, px(2), px(2) if maximum > minimum else 0, 0)
        self.fit()

    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(7))
        self._on_range_changed(0, self.verticalScrollBar().maximum())
