"""What feeds an inspector: the runs of the network lab, or the sheets of the expression lab in the same dress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from core.explain import Explanation
from gui.frames import RunStarted
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame


class Inspected(Protocol):
    """A frame, as far as the inspector is concerned."""

    @property
    def run(self) -> int: ...
    @property
    def step(self) -> int: ...
    @property
    def explanation(self) -> Explanation | None: ...
    @property
    def full_batch(self) -> bool: ...


class InspectorSource(Protocol):
    """`Runs` is one; so is `SheetSource`."""

    @property
    def run_started(self) -> SignalInstance: ...  # RunStarted
    @property
    def frame_ready(self) -> SignalInstance: ...  # Inspected
    @property
    def started(self) -> RunStarted | None: ...
    @property
    def frame(self) -> Inspected | None: ...


@dataclass(frozen=True)
class SheetLook:
    """A SheetFrame as an inspected one."""

    explanation: Explanation | None
    step: int  # of the playback
    run: int = 0
    full_batch: bool = True


class SheetSource(QObject):
    """Passes the frames of the expression lab on. There is one run for ever, and no history."""

    run_started = Signal(object)
    frame_ready = Signal(object)  # SheetLook

    def __init__(self, sheets: Sheets, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheets = sheets
        sheets.frame_ready.connect(self._on_frame_ready)

    @property
    def started(self) -> RunStarted | None:
        return None

    @property
    def frame(self) -> SheetLook | None:
        """The newest one."""
        frame = self._sheets.frame
        return None if frame is None else SheetLook(frame.explanation, frame.position)

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame) -> None:
        self.frame_ready.emit(SheetLook(frame.explanation, frame.position))


def structure_of(explanation: Explanation) -> tuple[object, ...]:
    """All that decides which widgets are there; numbers are not in it."""
    told = explanation.update
    return (
        explanation.address,
        explanation.title,
        explanation.name,
        explanation.role,
        explanation.rule,
        explanation.tex,
        explanation.tex_op,
        explanation.inside,
        len(explanation.consumers),
        len(explanation.operands),
        explanation.share is None,
        explanation.check is None,
        None if told is None else (told.tex, told.kind, told.frozen, told.gradient_of, told.clip > 0.0),
    )
