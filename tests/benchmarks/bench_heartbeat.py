"""How live the window stays: a 10 ms heartbeat on the GUI thread, paused and while the moons demo trains at full speed.

    python tests/benchmarks/bench_heartbeat.py [--seconds 10] [--example moons-demo] [--size 1440x900]

Prints interval percentiles of the heartbeat in ms, and steps a second beside those without a window.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer

from core import kernels
from core.document import open_document
from core.examples import load_example
from core.lessons.shelf import shelved
from core.trainer import Trainer
from gui.app import make_app, make_window
from gui.collector import Collector
from gui.session.recovery import Recovery

BEAT_MS = 10


class Heartbeat(QObject):
    """Notes the time of every beat."""

    def __init__(self) -> None:
        super().__init__()
        self.beats: list[float] = []
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)

    def measure(self, seconds: float) -> list[float]:
        """Intervals in ms over so many seconds, sorted."""
        self.beats.clear()
        self._timer.start()
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop, loop.quit)
        loop.exec()
        self._timer.stop()
        return sorted(1000 * (b - a) for a, b in zip(self.beats, self.beats[1:], strict=False))

    def _on_beat(self) -> None:
        self.beats.append(perf_counter())


def report(name: str, intervals: list[float], extra: str = "") -> None:
    at = [intervals[min(int(share * len(intervals)), len(intervals) - 1)] for share in (0.5, 0.99)]
    print(f"{name:<12} p50 {at[0]:5.1f}  p99 {at[1]:5.1f}  max {intervals[-1]:5.1f} ms  {extra}", flush=True)


def headless(example: str, seconds: float) -> float:
    """Steps a second of the same training without a window."""
    trainer = Trainer(load_example(example))
    trainer.switch(kernels.name())
    trainer.advance(200)
    began, first = perf_counter(), trainer.step
    while perf_counter() - began < seconds:
        trainer.advance(100)
    return (trainer.step - first) / (perf_counter() - began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--example", default="moons-demo")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--numpy", action="store_true", help="on the NumPy kernels, as on the seconds of a first start")
    parser.add_argument("--select", default="", help="a node to inspect meanwhile")
    parser.add_argument("--lesson", default="", metavar="ID:STEP", help="with this step of a lesson beside it")
    options = parser.parse_args()
    if not options.numpy:
        kernels.warm_up()
    alone = headless(options.example, 3.0)
    app = make_app()
    collector = Collector(app)
    with TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat)
        window = make_window(app, open_document(options.example), settings, Recovery(Path(folder)))
        window.resize(*map(int, options.size.split("x")))
        window.show()
        collector.settle()
        heart = Heartbeat()
        heart.measure(2.0)  # everything is there
        if options.select:
            window.selection.select(options.select)
            heart.measure(1.0)
        if options.lesson:
            name, _, step = options.lesson.partition(":")
            window.lessons.open_lesson(shelved(name))
            heart.measure(1.0)
            window.session.lessons.go_to(int(step or 1) - 1)
            heart.measure(2.0)
        report("paused", heart.measure(options.seconds))
        frames = [0]
        window.runs.frame_ready.connect(lambda _: frames.__setitem__(0, frames[0] + 1))
        window.runs.set_speed(math.inf)
        window.runs.play()
        heart.measure(1.0)
        first, began, shown = window.runs.frame.step, perf_counter(), frames[0]
        intervals = heart.measure(options.seconds)
        took = perf_counter() - began
        rate, fps = (window.runs.frame.step - first) / took, (frames[0] - shown) / took
        speed = f"{rate:,.0f} steps/s ({100 * rate / alone:.0f}% of {alone:,.0f} without a window)"
        report("training", intervals, f"{speed}, {fps:.0f} frames/s")
        window.runs.pause()
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
