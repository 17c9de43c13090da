"""What workers have in common: errors become signals, and files are read and written beside the window."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.document import read_document, write_document
from core.document_parts import Document
from core.errors import ChainruleError
from core.words import tr


def reported(slot: Callable[..., None]) -> Callable[..., None]:
    """An exception in a worker's slot ends in the `failed` signal, not in a dead thread."""

    @functools.wraps(slot)
    def guarded(self: FileWorker, *arguments: Any) -> None:
        try:
            slot(self, *arguments)
        except ChainruleError as error:
            self.halt()
            self.failed.emit(str(error), "")
        except Exception as error:
            self.halt()
            self.failed.emit(tr("Training stopped: {error}", error=error), traceback.format_exc())

    return guarded


class FileWorker(QObject):
    """Reads and writes documents; what they hold besides the set-up is the subclass's."""

    failed = Signal(str, str)  # message for a person, details
    document_made = Signal(int, object)  # job, Document
    file_written = Signal(int, int)  # job, step
    file_read = Signal(int, object)  # job, Document
    file_failed = Signal(int, str)  # job, a sentence for a person

    def halt(self) -> None:
        """Something went wrong: nothing goes on by itself."""

    def with_present(self, document: Document, *, all_runs: bool) -> tuple[Document, int]:
        """The document with what stands here now, and at which step; `all_runs`: as it is saved."""
        raise NotImplementedError

    @Slot(int, object, object)
    def write_file(self, job: int, path: Path, document: Document) -> None:
        """Save the document with the present run."""
        try:
            complete, step = self.with_present(document, all_runs=True)
            write_document(path, complete)
            self.file_written.emit(job, step)
        except ChainruleError as error:
            self.file_failed.emit(job, str(error))
        except Exception as error:
            self.file_failed.emit(job, tr("The document could not be saved: {error}", error=error))
            self.failed.emit(tr("Saving failed: {error}", error=error), traceback.format_exc())

    @Slot(int, object)
    @reported
    def make_document(self, job: int, document: Document) -> None:
        """The document with the present run, as it would be saved."""
        self.document_made.emit(job, self.with_present(document, all_runs=False)[0])

    @Slot(int, object)
    def read_file(self, job: int, path: Path) -> None:
        """Read and check a document."""
        try:
            self.file_read.emit(job, read_document(path))
        except ChainruleError as error:
            self.file_failed.emit(job, str(error))
        except Exception as error:
            self.file_failed.emit(job, tr("'{name}' could not be opened: {error}", name=path.name, error=error))
            self.failed.emit(tr("Opening failed: {error}", error=error), traceback.format_exc())
