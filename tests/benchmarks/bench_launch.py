"""How long a launch takes: from the start of the process until the window is painted and answers, beside a bare window.

    python -m tests.benchmarks.bench_launch [--rounds 9] [--documents lecture,moons-demo,expression]

The bare window is PySide6's main window with an empty pyqtgraph plot in it. All take turns, each start in a process of
its own, caches warm (compiled modules are kept from round to round, as those of an installed program are), settings
fresh. Prints medians of seconds and their ratios to the bare window, of elapsed and of processor time (which other work
on the machine disturbs less), then the seconds until the first numbers were there and until the last card was filled:
plots are made after the first paint. Without a screen Qt's offscreen platform is used.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.main_window import MainWindow

ROOT = Path(__file__).parents[2]
MOST = 1.6  # times the bare window
BARE = "bare window"
EXPRESSION = "expression"  # an empty document in the expression lab


def start(document: str, folder: str) -> tuple[float, float, float, float]:
    """Start once: seconds until the window answers, processor time for it, seconds until the numbers and all cards."""
    homes = {f"XDG_{name}_HOME": folder for name in ("CONFIG", "DATA", "STATE")}
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **homes, "PYTHONPATH": str(ROOT)}
    environment["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start would parse the whole project
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.bench_launch", "--start", document],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    lines = {}
    while len(lines) < 3:
        line = process.stdout.readline()
        if not line:
            sys.exit(f"'{document}' could not be started")
        lines.update({name: (time.perf_counter() - began, value) for name, value in json.loads(line).items()})
    process.communicate()
    if lines["painted"][1]["numba"]:
        print(f"({document}: Numba was imported before the window was there)")
    return lines["painted"][0], lines["painted"][1]["processor"], lines["numbers"][0], lines["filled"][0]


def until_it_answers() -> int:
    """In place of the application's loop: run it until the window was painted and everything else is there, too."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    def tell(name: str, value: object = None) -> None:
        print(json.dumps({name: value}), flush=True)

    class Watch(QObject):
        """Tells when what happened; the process ends then."""

        def __init__(self) -> None:
            super().__init__()
            self.told: set[str] = set()
            self.timer = QTimer(self, interval=0)
            self.timer.timeout.connect(self.look)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint and not self.timer.isActive():
                self.timer.start()
            return False

        def look(self) -> None:
            """The first time is after the first paint: all of a window is painted in one go."""
            if not self.told:
                tell("painted", {"processor": time.process_time(), "numba": "numba" in sys.modules})
                self.told.add("painted")
                self.timer.setInterval(2)
            self.tell_once("numbers", has_numbers())
            self.tell_once("filled", is_filled())
            if len(self.told) == 3:
                os._exit(0)

        def tell_once(self, name: str, true: bool) -> None:
            if true and name not in self.told:
                self.told.add(name)
                tell(name)

    def window() -> MainWindow | None:
        return next((each for each in QApplication.topLevelWidgets() if each.objectName() == "mainWindow"), None)  # type: ignore[return-value]

    def has_numbers() -> bool:
        found = window()
        return found is None or found.runs.frame is not None or found.sheets.frame is not None

    def is_filled() -> bool:
        found = window()
        return found is None or found.desk.is_filled

    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    return QEventLoop().exec()


def start_bare() -> None:
    import pyqtgraph
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.show()
    assert app
    until_it_answers()


def start_chainrule(name: str) -> None:
    """As the program starts: the document is opened before Qt is loaded."""
    import gc

    gc.disable()
    from core.document import open_document
    from core.document_parts import Document

    document = Document(mode="expression", text=TEXT) if name == EXPRESSION else open_document(name)
    from PySide6.QtWidgets import QApplication

    QApplication.exec = staticmethod(until_it_answers)  # type: ignore[method-assign,assignment]
    from gui.app import run_window

    run_window(document, None)


TEXT = """a = Value(2.0, label='a')
b = Value(-3.0, label='b')
d = a * b + 10
L = (d * -2.0).tanh()
L.backward()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--documents", default=f"lecture,moons-demo,{EXPRESSION}")
    parser.add_argument("--start", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.start:
        start_bare() if options.start == BARE else start_chainrule(options.start)
        return
    names = [BARE, *options.documents.split(",")]
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in names}
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # layout processes may still be ending
        for turn in range(options.rounds + 1):
            for name in names:
                times = start(name, folder)
                if turn:  # the first fills the caches
                    found[name].append(times)
    load = f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(
        f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, {options.rounds} rounds{load}"
    )
    print(f"{'':<16} {'seconds':>8} {'ratio':>6} {'processor':>10} {'ratio':>6} {'numbers':>8} {'all cards':>10}")
    medians = {name: [statistics.median(each) for each in zip(*times, strict=True)] for name, times in found.items()}
    for name, (seconds, processor, numbers, cards) in medians.items():
        of_seconds, of_processor = seconds / medians[BARE][0], processor / medians[BARE][1]
        last = "" if name == BARE else f" {numbers:8.3f} {cards:10.3f}"
        print(f"{name:<16} {seconds:8.3f} {of_seconds:6.2f} {processor:10.3f} {of_processor:6.2f}{last}")
    print(f"The ratio of seconds is at most {MOST} where the bound is reached.")


if __name__ == "__main__":
    main()
