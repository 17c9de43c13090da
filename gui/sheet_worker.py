"""Interprets the learner's text in a thread of its own; the newest text wins."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal, Slot

from core.bugs import KEEPS_GRADIENTS_TRUE, Bug
from core.errors import ExpressionError
from core.words import tr
from gui.sheet_frames import SheetResult

log = logging.getLogger("chainrule")


class SheetWorker(QObject):
    """Turns texts into sheets. `newest` is written by the window's thread: older jobs stop at once."""

    made = Signal(object)  # SheetResult

    def __init__(self) -> None:
        super().__init__()
        self.newest = 0

    @Slot(int, str, object)
    def run(self, job: int, text: str, bugs: frozenset[Bug]) -> None:
        """Interpret a text; `made` follows, unless a newer one was asked for meanwhile."""

        def cancelled() -> bool:
            return job != self.newest

        if cancelled():
            return
        from core.expression.run import run_text  # the parser and all it knows are imported in this thread

        sheet = true = error = None
        try:
            sheet = run_text(text, bugs, cancelled)
            true = run_text(text, bugs & KEEPS_GRADIENTS_TRUE, cancelled) if bugs else None
        except ExpressionError as found:
            error = found
        except Exception:
            log.exception("a text could not be interpreted")
            error = ExpressionError(tr("Chainrule failed on this text; the log has the details."), 1, 0, 1, 1)
        if not cancelled():
            self.made.emit(SheetResult(job, text, bugs, sheet, error, true))
