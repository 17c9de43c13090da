"""Hard treatment of the real window: random verbs during training and layout, and many windows one after the other.

    python -m tests.benchmarks.stress_window [--moments 500] [--windows 200]

Prints what was done, every Qt warning, the slowest close, and threads and memory. Status 1 on any trouble.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import random
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings, QThread, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from core.document import open_document
from core.examples import example_names
from gui.app import make_app, make_window
from gui.collector import Collector
from gui.frames import Level
from gui.main_window import MainWindow
from gui.session.recovery import Recovery
from gui.theme import Theme

warnings: list[str] = []
errors: list[str] = []


def on_message(_kind: object, _context: object, text: str) -> None:
    if "This plugin does not support" not in text:
        warnings.append(text)


def on_exception(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    errors.append(f"{kind.__name__}: {error}")


def let_run(ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop, loop.quit)
    loop.exec()


def memory() -> float:
    """Resident megabytes."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def open_window(app: QApplication, folder: Path, name: str) -> MainWindow:
    settings = QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat)
    window = make_window(app, open_document(name), settings, Recovery(folder / "sessions"), Theme("light"))
    window.resize(1280, 800)
    window.show()
    return window


def close(window: MainWindow) -> float:
    """Seconds that closing took, until nothing of the window is left."""
    began = perf_counter()
    window.files.forget_changes()
    window.close()
    took = perf_counter() - began
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return took


def one_verb(window: MainWindow, dice: random.Random, folder: Path) -> None:
    documents, runs, selection = window.documents, window.runs, window.selection
    hidden = documents.experiment.network.hidden
    verbs = [
        runs.toggle,
        runs.step,
        runs.step_back,
        runs.reset,
        lambda: runs.set_speed(dice.choice([1.0, 60.0, math.inf])),
        documents.undo_stack.undo,
        documents.undo_stack.redo,
        lambda: documents.open_example(dice.choice(example_names())),
        lambda: documents.set_training("learning rate", learning_rate=dice.choice([0.01, 0.1, 1.0, 10.0])),
        lambda: documents.set_training("batch", batch=dice.choice([0, 1, 10])),
        lambda: documents.set_network("layers", hidden=hidden[1:] if len(hidden) > 1 else hidden * 2),
        lambda: documents.set_data("data", kind=dice.choice(["lecture", "xor", "moons", "spiral"])),
        lambda: selection.open_level(dice.choice(list(Level))),
        lambda: selection.select(dice.choice(["L1.N1.w1", "sample2/L2.N1.out", "loss", "nonsense", ""])),
        lambda: selection.select_sample(dice.randrange(4)),
        lambda: window.files.save(folder / "stress.chainrule"),
        lambda: window.files.open(folder / "stress.chainrule"),
        window.files.autosave,
        lambda: window.theme.set_mode(dice.choice(["light", "dark"])),
        window.theme.zoom_in,
        window.theme.zoom_reset,
        lambda: window.desk.docks["loss"].setVisible(dice.random() < 0.5),
        window.desk.reset,
    ]
    dice.choice(verbs)()


def random_moments(app: QApplication, folder: Path, moments: int) -> float:
    dice, slowest, done = random.Random(1337), 0.0, 0
    while done < moments:
        window = open_window(app, folder, dice.choice(example_names()))
        window.files.failed.disconnect()
        window.runs.set_speed(math.inf)
        window.runs.play()
        for _ in range(min(dice.randrange(5, 26), moments - done)):
            one_verb(window, dice, folder)
            let_run(dice.choice([0, 0, 1, 5, 20, 80]))
            done += 1
        slowest = max(slowest, close(window))
    return slowest


def many_windows(app: QApplication, folder: Path, windows: int) -> list[float]:
    """Memory after each tenth window."""
    sizes = []
    for number in range(windows):
        window = open_window(app, folder, example_names()[number % 3])
        window.runs.play()
        let_run(30)
        close(window)
        del window
        if number % 10 == 9:
            gc.collect()
            sizes.append(memory())
    return sizes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=500)
    parser.add_argument("--windows", type=int, default=200)
    options = parser.parse_args()
    qInstallMessageHandler(on_message)
    sys.excepthook = on_exception
    app = make_app()
    Collector(app)
    threads = threading.active_count()
    with TemporaryDirectory() as name:
        slowest = random_moments(app, Path(name), options.moments)
        print(f"{options.moments} random moments, slowest close {slowest:.2f} s", flush=True)
        sizes = many_windows(app, Path(name), options.windows)
    left = [type(widget).__name__ for widget in app.topLevelWidgets()]
    qthreads = [type(each).__name__ for each in gc.get_objects() if isinstance(each, QThread) and each.isRunning()]
    print(f"{options.windows} windows, MB after each ten: {' '.join(f'{size:.0f}' for size in sizes)}")
    print(f"top-level widgets left {len(left)} {sorted(set(left))}")
    print(f"threads {threads} -> {threading.active_count()}, Qt threads running {qthreads}")
    print(f"Qt warnings {len(warnings)} {sorted(set(warnings))[:5]}; errors {len(errors)} {sorted(set(errors))[:5]}")
    return 1 if warnings or errors or slowest > 1.0 else 0


if __name__ == "__main__":
    sys.exit(main())
