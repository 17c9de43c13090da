"""The window's side of the layout process: asks, never waits, drops what comes too late."""

from __future__ import annotations

import atexit
import json
import os
import struct
import sys
from collections import OrderedDict, deque
from dataclasses import dataclass
from pathlib import Path

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, Signal

from core.dot import BoxSizes, GraphStyle
from core.graph import GraphSnapshot
from core.words import mark, tr
from gui.graph.layout import Layout, Structure, decode_answer, encode_request, structure_of

_LENGTH = struct.Struct(">I")
_KEPT = 32  # layouts; going back to a level or sample seen before is then instant
_PATIENCE = 400  # nodes; a job this small is let finish when nobody wants it any more: quicker than a new process
_CLOSING_MS = 2000  # how long closing waits for a killed process to be gone
_STOPPED = mark("The layout process stopped before it was done. Try again, or choose a closer look.")
_NO_START = mark("The layout process could not be started ({reason}).")


@dataclass(frozen=True)
class _Job:
    number: int
    structure: Structure
    message: bytes
    kept: bool


class _WorkerProcess(QProcess):
    """One life of the worker: frames in, frames out, and a word when it dies unasked."""

    answer_ready = Signal(bytes)
    died = Signal(str)

    def __init__(self, command: tuple[str, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._received = bytearray()
        self._retired = False
        environment = QProcessEnvironment.systemEnvironment()
        paths = [str(Path(__file__).parents[2]), environment.value("PYTHONPATH")]
        environment.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        self.setProcessEnvironment(environment)
        self.setStandardErrorFile(QProcess.nullDevice())
        self.readyReadStandardOutput.connect(self._on_output)
        self.finished.connect(self._on_finished)
        self.errorOccurred.connect(self._on_error)
        self.start(command[0], list(command[1:]))

    def send(self, message: bytes) -> None:
        self.write(_LENGTH.pack(len(message)) + message)

    def retire(self) -> None:
        """Kill it and hear nothing from it any more; it deletes itself when it is gone."""
        self._retired = True
        if self.state() is QProcess.ProcessState.NotRunning:
            self.deleteLater()
        else:
            self.kill()

    def _on_output(self) -> None:
        self._received += self.readAllStandardOutput().data()
        while len(self._received) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._received)[0]
            if len(self._received) < end:
                return
            message = bytes(self._received[_LENGTH.size : end])
            del self._received[:end]
            if not self._retired:
                self.answer_ready.emit(message)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and not self._retired:
            self._retired = True
            self.died.emit(tr(_NO_START, reason=self.errorString()))
            self.deleteLater()

    def _on_finished(self) -> None:
        if not self._retired:
            self._retired = True
            self.died.emit(tr(_STOPPED))
        self.deleteLater()


class LayoutClient(QObject):
    """Layouts on request, one job at a time, from one process that is started at launch and lives on."""

    layout_finished = Signal(int, Layout)  # job, layout
    layout_failed = Signal(int, str)  # job, a sentence for the person

    def __init__(self, parent: QObject | None = None, command: tuple[str, ...] | None = None) -> None:
        super().__init__(parent)
        self._command = command or (sys.executable, "-m", "gui.graph.layout_worker")
        self._process: _WorkerProcess | None = None
        self._waiting: deque[_Job] = deque()
        self._running: _Job | None = None
        self._unwanted = False  # the running job was cancelled but is let finish
        self._last_number = 0
        self._cache: OrderedDict[Structure, Layout] = OrderedDict()
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._waiting) or (self._running is not None and not self._unwanted)

    def start(self) -> None:
        """Start the process now, so that the first layout need not wait for it."""
        if self._process is None:
            self._process = _WorkerProcess(self._command, self)
            self._process.answer_ready.connect(self._on_answer)
            self._process.died.connect(self._on_died)
            atexit.register(self.close)  # for programs that end without an event loop

    def cached(self, snapshot: GraphSnapshot, style: GraphStyle) -> Layout | None:
        """The layout of this structure if it was made before."""
        return self._cache.get(structure_of(snapshot, style))

    def request(self, snapshot: GraphSnapshot, style: GraphStyle, sizes: BoxSizes, *, keep: bool = True) -> int:
        """Ask for a layout; its number comes back with `layout_finished` or `layout_failed`, never during this call.

        Without `keep` it is not given to others that ask for the same structure: its sizes are not the usual ones.
        """
        self._last_number += 1
        message = encode_request(self._last_number, snapshot, style, sizes)
        self._waiting.append(_Job(self._last_number, structure_of(snapshot, style), message, keep))
        self._send_next()
        return self._last_number

    def cancel(self, number: int) -> None:
        """Nobody waits for this job any more; no signal will come. A large one is stopped by killing the process."""
        self._waiting = deque(job for job in self._waiting if job.number != number)
        if self._running is None or self._running.number != number:
            return
        if len(self._running.structure[1]) <= _PATIENCE:
            self._unwanted = True
            return
        self._running = None
        self._retire_process()
        self.start()
        self._send_next()

    def close(self) -> None:
        """Stop the process for good (a later request starts a new one). Waits until it is gone: a kill, a few ms."""
        atexit.unregister(self.close)
        if not shiboken6.isValid(self):  # Qt has deleted it already, and its process with it
            return
        self._waiting.clear()
        self._running = None
        self._retire_process()
        for process in self.findChildren(_WorkerProcess):
            process.waitForFinished(_CLOSING_MS)

    def _retire_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.retire()

    def _send_next(self) -> None:
        if self._running is not None or not self._waiting:
            return
        self.start()
        self._running, self._unwanted = self._waiting.popleft(), False
        if self._process is not None:
            self._process.send(self._running.message)

    def _on_answer(self, message: bytes) -> None:
        job, unwanted = self._running, self._unwanted
        try:
            number, answer = decode_answer(message)
        except (json.JSONDecodeError, KeyError, ValueError, TypeError):
            number, answer = (job.number if job else 0), tr("The layout process gave an answer that cannot be read.")
        if job is None or number != job.number:
            return
        self._running = None
        if isinstance(answer, Layout) and job.kept:
            self._remember(job.structure, answer)
        self._send_next()
        if unwanted:
            return
        if isinstance(answer, Layout):
            self.layout_finished.emit(number, answer)
        else:
            self.layout_failed.emit(number, answer)

    def _on_died(self, reason: str) -> None:
        """All that was asked of it fails: what killed it once would kill the next one, too."""
        self._process = None
        lost = ([self._running] if self._running and not self._unwanted else []) + list(self._waiting)
        self._running = None
        self._waiting.clear()
        for job in lost:
            self.layout_failed.emit(job.number, reason)

    def _remember(self, structure: Structure, layout: Layout) -> None:
        self._cache[structure] = layout
        while len(self._cache) > _KEPT:
            self._cache.popitem(last=False)
