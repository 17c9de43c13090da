"""How long a launch takes: from the start of the process until the window is painted and answers, beside a bare window.

    python -m tests.benchmarks.bench_launch [--rounds 9] [--documents lecture,moons-demo]

The bare window is PySide6's main window with an empty pyqtgraph plot in it. All take turns, each start in a process of
its own, caches warm, settings fresh. Prints medians of seconds and their ratios to the bare window, of elapsed and of
processor time (which other work on the machine disturbs less). Without a screen Qt's offscreen platform is used.
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

ROOT = Path(__file__).parents[2]
MOST = 1.6  # times the bare window
BARE = "bare window"


def start(document: str, folder: str) -> tuple[float, float]:
    """Start once; elapsed seconds until the window answers, and the processor time that its process took for it."""
    homes = {f"XDG_{name}_HOME": folder for name in ("CONFIG", "DATA", "STATE")}
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **homes, "PYTHONPATH": str(ROOT)}
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
    line = process.stdout.readline()
    seconds = time.perf_counter() - began
    process.communicate()
    if not line:
        sys.exit(f"'{document}' could not be started")
    found = json.loads(line)
    if found["numba"]:
        print(f"({document}: Numba was imported before the window was there)")
    return seconds, found["processor"]


def until_it_answers() -> int:
    """In place of the application's loop: run it until the window was painted and everything due then has been done."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    class Watch(QObject):
        painted = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint and not self.painted:
                self.painted = True
                QTimer.singleShot(0, self, self.tell)
            return False

        def tell(self) -> None:
            print(json.dumps({"processor": time.process_time(), "numba": "numba" in sys.modules}), flush=True)
            os._exit(0)

    watch = Watch()
    QApplication.instance().installEventFilter(watch)  # all of a window is painted in one go
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


def start_chainrule(document: str) -> None:
    from core.document import open_document

    open_document(document)  # as the program does: before Qt is loaded
    from PySide6.QtWidgets import QApplication

    QApplication.exec = staticmethod(until_it_answers)  # type: ignore[method-assign,assignment]
    from gui.__main__ import main as program

    program([document])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--documents", default="lecture,moons-demo")
    parser.add_argument("--start", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.start:
        start_bare() if options.start == BARE else start_chainrule(options.start)
        return
    names = [BARE, *options.documents.split(",")]
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    with TemporaryDirectory() as folder:
        for turn in range(options.rounds + 1):
            for name in names:
                times = start(name, folder)
                if turn:  # the first fills the caches
                    found[name].append(times)
    load = f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(
        f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, {options.rounds} rounds{load}"
    )
    print(f"{'':<16} {'seconds':>8} {'ratio':>6} {'processor':>10} {'ratio':>6}   (at most {MOST})")
    medians = {name: [statistics.median(each) for each in zip(*times, strict=True)] for name, times in found.items()}
    for name, (seconds, processor) in medians.items():
        of_seconds, of_processor = seconds / medians[BARE][0], processor / medians[BARE][1]
        print(f"{name:<16} {seconds:8.3f} {of_seconds:6.2f} {processor:10.3f} {of_processor:6.2f}")


if __name__ == "__main__":
    main()
