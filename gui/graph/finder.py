"""Goes through the nodes of the shown graph that match the text of the find field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from core.words import tr
from gui.graph.find_field import FindField
from gui.session.selection import Selection


class Findable(Protocol):
    """A view that knows its nodes."""

    def find(self, text: str) -> list[str]: ...

    def show_node(self, address: str) -> None: ...

    def mark(self, addresses: list[str]) -> None: ...


class Finder(QObject):
    """Keeps the matches, marks them in the graph, counts them in the field, selects the next one on request."""

    def __init__(self, field: FindField, selection: Selection, view: Callable[[], Findable], parent: QObject) -> None:
        """`view` tells which graph is looked at now."""
        super().__init__(parent)
        self._field, self._selection, self._view = field, selection, view
        self._matches: list[str] = []
        self._match = -1
        field.text_changed.connect(self._on_text_changed)
        field.step_requested.connect(self._on_step_requested)
        selection.sample_changed.connect(self._on_sample_changed)

    def begin_again(self) -> None:
        """Another graph is shown: look for the text there."""
        self._matches, self._match = self._view().find(self._field.text), -1
        self._tell()

    def look_again(self) -> None:
        """The same graph in another sample or layout; what was the third match is its twin, and still the third."""
        before, match = len(self._matches), self._match
        self._matches = self._view().find(self._field.text)
        self._match = match if len(self._matches) == before else -1
        self._tell()

    def _on_text_changed(self, text: str) -> None:
        self.begin_again()

    def _on_sample_changed(self, sample: int) -> None:
        self.look_again()

    def _on_step_requested(self, step: int) -> None:
        count = len(self._matches)
        if not count:
            return
        first = 0 if step > 0 else count - 1
        self._match = (self._match + step) % count if self._match >= 0 else first
        address = self._matches[self._match]
        self._selection.select(address)
        self._view().show_node(address)
        self._tell()

    def _tell(self) -> None:
        self._view().mark(self._matches)
        count = len(self._matches)
        if not self._field.text.strip():
            self._field.show_count("")
        elif self._match >= 0:
            self._field.show_count(tr("{number} of {count}", number=self._match + 1, count=count))
        else:
            self._field.show_count(tr("{count} found", count=count) if count else tr("none"))
