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

    def __init__(self, go_to: Callable[[Place], None], before: Place, after: Place, name: str) -> None:
        super().__init__(name)
        self._go_to, self._before, self._after = go_to, before, after

    def redo(self) -> None:
        self._go_to(self._after)

    def undo(self) -> None:
        self._go_to(self._before)
