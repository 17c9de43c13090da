"""Another run goes on in place of the present one, as a step of undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QUndoCommand

from core.experiment import Experiment


@dataclass(frozen=True)
class Place:
    """A run, and the experiment that it followed when it was left."""

    run: int
    experiment: Experiment


class RunSwitch(QUndoCommand):
    """Both runs live on in the worker; which one is shown changes, and the document's experiment with it."""

    def __init__(
        self, go_to: Callable[[Place], None], before: Place, after: Place, name: str, *, is_done: bool = False
    ) -> None:
        """`is_done`: the run of `after` goes on already."""
        super().__init__(name)
        self._go_to, self._before, self._after, self._is_done = go_to, before, after, is_done

    def redo(self) -> None:
        if not self._is_done:
            self._go_to(self._after)
        self._is_done = False

    def undo(self) -> None:
        self._go_to(self._before)
