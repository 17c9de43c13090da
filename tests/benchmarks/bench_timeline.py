"""How long until an earlier step of 10,000 steps of the moons demo is on screen, in the real window.

    python -m tests.benchmarks.bench_timeline [--numpy] [--looks 60]

From the call (the mouse on the timeline) to the frame being drawn, and whether it is the run bit for bit.
"""

from __future__ import annotations

import argparse
import os
import random
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from core import kernels
from core.document import open_document
from core.trainer import Trainer
from gui.app import make_app, make_window
from gui.main_window import MainWindow
from gui.session.recovery import Recovery

STEPS = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numpy", action="store_true", help="on the NumPy kernels")
    parser.add_argument("--looks", type=int, default=60)
    options = parser.parse_args()
    if not options.numpy:
        kernels.warm_up()
    document = open_document("moons-demo")
    app, folder = make_app(), Path(mkdtemp())
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = make_window(app, document, settings, Recovery(folder))
    window.resize(1280, 800)
    window.show()
    wait(app, lambda: window.runs.frame is not None and window.desk.is_filled)
    window.runs.move(STEPS)
    wait(app, lambda: step_of(window) == STEPS)
    steps = random.Random(1).sample(range(STEPS), options.looks)
    taken, thetas = [], {}
    for step in steps:
        began = perf_counter()
        window.runs.look_at(step)
        wait(app, lambda step=step: step_of(window) == step)
        window.repaint()
        taken.append(1000 * (perf_counter() - began))
        assert window.runs.frame is not None
        thetas[step] = window.runs.frame.theta.copy()
    alone, right = Trainer(document.experiment, kernels.name()), 0
    for step in sorted(steps):
        alone.advance(step - alone.step)
        right += np.array_equal(alone.theta, thetas[step])
    taken.sort()
    print(f"{options.looks} looks: median {taken[len(taken) // 2]:.1f} ms, p95 {taken[int(0.95 * len(taken))]:.1f} ms,")
    print(f"longest {taken[-1]:.1f} ms; {right} of {options.looks} bit for bit as trained ({kernels.name()} kernels)")
    window.files.forget_changes()
    window.close()


def step_of(window: MainWindow) -> int:
    """The one on screen."""
    return window.runs.frame.step if window.runs.frame is not None else -1


def wait(app: QApplication, holds) -> None:  # type: ignore[no-untyped-def]
    """Run the event loop until it holds."""
    while not holds():
        app.processEvents()


if __name__ == "__main__":
    main()
