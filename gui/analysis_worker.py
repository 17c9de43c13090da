"""Long work beside training and window: sweeps, slices, files. One after the other; each can be cancelled."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from threading import Event

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import ChainruleError
from core.long_work import CancelledError, Report

Task = Callable[[Report], object]


class AnalysisWorker(QObject):
    """Lives in a thread of its own; the slot is called through a queued connection."""

    progressed = Signal(int, float, object)  # job, share done, what can be shown already
    finished = Signal(int, object)  # job, result
    refused = Signal(int, str)  # job, a sentence for a person
    failed = Signal(int, str, str)  # job, message, details: a mistake of the program
    cancelled = Signal(int)  # job

    @Slot(int, object, object)
    def work(self, job: int, task: Task, unwanted: Event) -> None:
        """Do it, unless or until it is unwanted."""

        def report(share: float, partial: object = None) -> None:
            if unwanted.is_set():
                raise CancelledError
            self.progressed.emit(job, share, partial)

        try:
            report(0.0)
            result = task(report)
        except CancelledError:
            self.cancelled.emit(job)
        except ChainruleError as error:
            self.refused.emit(job, str(error))
        except Exception as error:
            self.failed.emit(job, str(error), traceback.format_exc())
        else:
            self.finished.emit(job, result)
