"""How fast the expression lab answers, in the real window: `python -m tests.benchmarks.bench_expression`.

Typing: from a key press that changes the graph (30 nodes) until its new picture is painted. Slider: from a new number
for a leaf (300 nodes) until the numbers are painted. A timer of 1 ms beats meanwhile: its longest gap is the longest
time for which the window was blocked.
"""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.document_parts import Document
from gui.app import make_app, make_window
from gui.collector import Collector
from gui.main_window import MainWindow
from gui.panels.sheet.editor import CodeEditor
from gui.session.recovery import Recovery
from gui.theme import Theme

PATIENCE = 20.0  # seconds


class Heartbeat(QObject):
    """Gaps between the turns of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._clock.start()
        self._timer.start(1)

    def _beat(self) -> None:
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()


def text_of(nodes: int) -> str:
    """A sum of so many small neurons on the same input that there are about so many nodes; it goes backward."""
    lines = ["a = Value(0.5, label='a')", "b = Value(-0.25, label='b')", "s = a * b"]
    for i in range((nodes - 3) // 5):
        lines.append(f"w{i} = Value({0.1 * (i % 7) - 0.3:.1f}, label='w{i}')")
        lines.append(f"s = s + (w{i} * a + b).tanh()")
    return "\n".join([*lines, "s.backward()", ""])


def wait(done: object) -> None:
    """Let the window work until `done()`."""
    until = perf_counter() + PATIENCE
    while not done():  # type: ignore[operator]
        QApplication.processEvents()
        if perf_counter() > until:
            raise TimeoutError


def open_lab(app: QApplication, folder: str, text: str) -> MainWindow:
    settings = QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat)
    document = Document(mode="expression", text=text)
    window = make_window(app, document, settings, Recovery(Path(folder)), Theme("light"))
    window.resize(1280, 800)
    window.show()
    view = window.expression.graph.view
    wait(lambda: not window.sheets.busy and view.snapshot is not None and view.snapshot.nodes)
    QTest.qWait(500)
    return window


def new_pictures(app: QApplication, folder: str, presses: int) -> tuple[list[float], list[float]]:
    """Typing a digit into the last line's name: every press gives a graph of another structure."""
    window = open_lab(app, folder, text_of(28) + "t = s + b")
    editor = window.expression.findChild(CodeEditor, "expressionEditor")
    view, sheets = window.expression.graph.view, window.sheets
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    heart, times = Heartbeat(), []
    for i in range(presses):
        before = sheets.sheet.graph.key
        started = perf_counter()
        QTest.keyClicks(editor, "+a"[i % 2])  # `t = s + b+` is an error, `t = s + b+a` one node more
        if i % 2 == 0:
            wait(lambda: sheets.error is not None)
            continue
        wait(lambda before=before: not sheets.busy and sheets.sheet.graph.key != before)
        key = sheets.sheet.graph.key
        wait(lambda key=key: view.snapshot.key == key)
        view.repaint()
        times.append((perf_counter() - started) * 1000)
    gaps = heart.gaps
    window.files.forget_changes()
    window.close()
    return times, gaps


def sliding(app: QApplication, folder: str, moves: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a leaf's new number to painted numbers, for 300 nodes."""
    window = open_lab(app, folder, text_of(300))
    view, sheets = window.expression.graph.view, window.sheets
    heart, times = Heartbeat(), []
    for i in range(moves):
        number = round(0.5 + (i + 1) / 1000, 3)
        started = perf_counter()
        sheets.set_leaf("a", number)
        wait(lambda number=number: sheets.frame.state.data[sheets.sheet.node("a")] == number)
        view.repaint()
        times.append((perf_counter() - started) * 1000)
    gaps = heart.gaps
    window.files.forget_changes()
    window.close()
    return times, gaps


def report(what: str, times: list[float], gaps: list[float]) -> None:
    p95 = float(np.percentile(times, 95))
    longest = float(np.percentile(gaps, 99))
    print(f"{what:<44} median {median(times):6.1f} ms   p95 {p95:6.1f}   ({len(times)} times)")
    print(f"{'':<44} heartbeat p99 {longest:5.1f} ms, longest {max(gaps):5.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=60)
    times = parser.parse_args().times
    app = make_app()
    Collector(app)
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}, {app.platformName()}")
    with TemporaryDirectory() as folder:
        report("typing to a new picture, 30 to 60 nodes", *new_pictures(app, folder, times))
        report("slider to painted numbers, 300 nodes", *sliding(app, folder, times))


if __name__ == "__main__":
    main()
