"""Autosaves: where a running session keeps a copy of its document, and how the next start finds one left behind.

Every session has a file and a lock of its own, so that several starts at once never touch each other's. A file whose
lock nobody holds was left by a session that did not end properly.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile

from core.document import SUFFIX


@dataclass(frozen=True)
class Orphan:
    """An autosave of a session that ended without closing."""

    path: Path
    saved: datetime


class Recovery:
    """One session's autosave file. Close it at the end; what is not closed is offered at the next start."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder if need be; where that is impossible there simply is no autosave."""
        self._folder = folder
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        name = f"session-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.path = folder / f"{name}{SUFFIX}"
        self._lock = _lock_of(self.path)
        self.usable = self._lock.tryLock(0)
        self._held: dict[Path, QLockFile] = {}

    def orphans(self) -> list[Orphan]:
        """What other sessions left behind, newest first. Their locks are held until `discard`, or the end."""
        found = []
        for path in self._folder.glob(f"session-*{SUFFIX}"):
            if path == self.path or path in self._held:
                continue
            lock = _lock_of(path)
            if not lock.tryLock(0):
                continue  # its session is alive, or another start is looking at it
            self._held[path] = lock
            with suppress(OSError):
                found.append(Orphan(path, datetime.fromtimestamp(path.stat().st_mtime)))
        for stale in self._folder.glob("session-*.lock"):  # of sessions ended from outside
            kept = stale.with_suffix(SUFFIX)
            lock = _lock_of(kept)
            if not kept.exists() and kept != self.path and lock.tryLock(0):
                lock.unlock()
        return sorted(found, key=lambda orphan: orphan.saved, reverse=True)

    def discard(self, orphan: Orphan) -> None:
        """Delete an autosave that was taken over or is not wanted."""
        with suppress(OSError):
            orphan.path.unlink(missing_ok=True)
        lock = self._held.pop(orphan.path, None)
        if lock is not None:
            lock.unlock()

    def close(self) -> None:
        """The session ends properly: nothing is left to be recovered from it."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self._lock.unlock()
        for lock in self._held.values():
            lock.unlock()
        self._held.clear()


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # never by age: a lock is free only if its process is gone
    return lock
