"""Where the app writes down what happened: a log that is rotated, and the text of a crash."""

from __future__ import annotations

import faulthandler
import logging
import os
from contextlib import suppress
from logging.handlers import RotatingFileHandler
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
        handler = RotatingFileHandler(
            folder / f"chainrule-{os.getpid()}.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
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


def _forget_oldest(folder: Path, pattern: str, kept: int) -> None:
    files = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[kept:]:
        with suppress(OSError):
            path.unlink()
