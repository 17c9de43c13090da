"""A weight that was set by hand, as a step of undo."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtGui import QUndoCommand

from gui.session.documents import MERGE_SECONDS, Gesture


class WeightChange(QUndoCommand):
    """Sets one parameter of the run that goes on; undone, it gets the number that it had before.

    Training may have moved on meanwhile: the other weights stay where they are.
    """

    def __init__(
        self, set_now: Callable[[str, float], None], address: str, before: float, after: float, name: str
    ) -> None:
        super().__init__(name)
        self._set_now, self._address, self._before, self._after = set_now, address, before, after
        self._name, self._at = name, monotonic()

    def redo(self) -> None:
        self._set_now(self._address, self._after)

    def undo(self) -> None:
        self._set_now(self._address, self._before)

    def id(self) -> int:
        return hash((type(self).__name__, self._address)) & 0x7FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, WeightChange) or other._address != self._address:
            return False
        if isinstance(self._name, Gesture) or isinstance(other._name, Gesture):
            if self._name is not other._name:
                return False
        elif other._at - self._at > MERGE_SECONDS:
            return False
        self._after, self._at = other._after, other._at
        return True
