"""What exports write: bytes, made in a thread beside the window; None if they are not wanted any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.document_parts import Document
from core.experiment import Experiment
from core.exporters.code_text_targets import sheet_code, training_code
from core.exporters.history_table import history_csv
from core.exporters.predictions_table import Answers, answers_on_test_rows, predictions_text
from core.expression.sheet import Sheet
from core.files import write_bytes
from gui.exports.paper import Drawing
from gui.frames import Frame, Points

Cancelled = Callable[[], bool]  # whether it was cancelled
Make = Callable[[Cancelled], bytes | None]  # None if it was


def written(path: Path, make: Make, cancelled: Cancelled) -> Path | None:
    """All of the file or nothing of it; None if it is not wanted any more. In a thread."""
    data = make(cancelled)
    if data is None or cancelled():
        return None
    write_bytes(path, data)
    return path


def painted(paint: Callable[[Drawing], bytes], drawing: Drawing, cancelled: Cancelled) -> bytes:
    return paint(drawing)


def encoded(text: str, cancelled: Cancelled) -> bytes:
    return text.encode()


def ready(data: bytes, cancelled: Cancelled) -> bytes:
    return data


def history_bytes(document: Document, cancelled: Cancelled) -> bytes | None:
    text = history_csv(document, 0, cancelled)
    return None if cancelled() else text.encode()


def prediction_bytes(experiment: Experiment, points: Points, frame: Frame, cancelled: Cancelled) -> bytes:
    answers, outputs = Answers(frame.predictions, frame.sample_losses), frame.test_predictions
    if outputs is None or not len(points.test_targets):
        return predictions_text(points, answers).encode()
    if frame.is_past:  # whose loss may have been another one
        return predictions_text(points, answers, Answers(outputs, None)).encode()
    return predictions_text(points, answers, answers_on_test_rows(experiment, frame.theta, points, outputs)).encode()


def program_bytes(key: str, now: bool, document: Document, cancelled: Cancelled) -> bytes:
    return training_code(document, key, now=now).encode()


def sheet_bytes(key: str, sheet: Sheet, cancelled: Cancelled) -> bytes:
    return sheet_code(sheet, key).encode()
