"""Where the app writes down what happened: a log that is rotated, and the text of a crash."""

from __future__ import annotations

import faulthandler
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO

LOG_BYTES = 500_000
LOGS_KEPT = 3
CRASHES_KEPT = 5


def start_log(folder: Path) -> TextIO | None:
    """Log warnings to a file of this process in `folder`, and keep the text of a hard crash there.

    Returns the crash file, to be handed to `end_log`; None where the folder cannot be written (then stderr has to do).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(folder / f"chainrule-{os.getpid()}.log")
        crash = (folder / f"crash-{os.getpid()}.txt").open("w", encoding="utf-8")
    except OSError:
        logging.basicConfig(level=logging.WARNING)
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler, logging.StreamHandler()])
    faulthandler.enable(crash)
    _forget_oldest(folder, "chainrule-*.log*", LOGS_KEPT)
    _forget_oldest(folder, "crash-*.txt", CRASHES_KEPT)
    return crash


def end_log(crash: TextIO | None) -> None:
    """A proper end: there was no crash to keep the text of."""
    if crash is None:
        return
    faulthandler.disable()
    path = Path(crash.name)
    crash.close()
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def last_crash(folder: Path) -> str:
    """The text of the newest crash that was kept; empty if there is none."""
    found = [path for path in folder.glob("crash-*.txt") if path.stat().st_size]
    if not found:
        return ""
    return max(found, key=lambda path: path.stat().st_mtime).read_text(encoding="utf-8", errors="replace")


class _LogFile(logging.Handler):
    """A rotated file that begins with the first record: most runs have none, and a launch need not wait for it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            from logging.handlers import RotatingFileHandler

            self._file = RotatingFileHandler(
                self._path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
            )
            self._file.setFormatter(self.formatter)
        self._file.emit(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def _forget_oldest(folder: Path, pattern: str, kept: int) -> None:
    files = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[kept:]:
        with suppress(OSError):
            path.unlink()
