"""Memory over a long run: trains the moons demo for a million steps and prints what the process holds (Linux).

    python -m tests.benchmarks.soak_memory [--steps 1000000] [--window] [--numpy]

`--window` trains in the real window (offscreen) at full speed. What may grow is what is documented: the history of
losses up to its cap, and a run's checkpoints. Ends with status 1 if more is taken after the first 100,000 steps.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from core import kernels
from core.document import open_document
from core.history import CAP
from core.run import CHECKPOINT_BYTES, MOST
from core.trainer import Trainer

EXAMPLE = "moons-demo"
EVERY = 100_000  # steps
MB = 2**20
LEEWAY = 8 * MB  # what an allocator keeps back


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def may_grow(trainer: Trainer, histories: int) -> int:
    """Bytes of full histories, and of all checkpoints that a run keeps."""
    checkpoint = trainer.theta.nbytes + trainer.state.nbytes + 1024  # its objects
    return histories * 2 * 8 * CAP + min(CHECKPOINT_BYTES, MOST * checkpoint)


def headless(steps: int) -> Iterator[int]:
    """Yields after every 100,000 steps."""
    trainer = Trainer(open_document(EXAMPLE).experiment)
    trainer.switch(kernels.name())
    while trainer.step < steps:
        wanted = trainer.step + EVERY
        while trainer.step < wanted:
            trainer.advance(wanted - trainer.step)
        yield trainer.step


def windowed(steps: int) -> Iterator[int]:
    """The same in the window, as it is used."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QSettings, QTimer

    from gui.app import make_app, make_window
    from gui.collector import Collector
    from gui.session.recovery import Recovery

    app = make_app()
    collector = Collector(app)
    with TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/soak.ini", QSettings.Format.IniFormat)
        window = make_window(app, open_document(EXAMPLE), settings, Recovery(Path(folder)))
        window.resize(1440, 900)
        window.show()
        collector.settle()
        window.runs.set_speed(math.inf)
        window.runs.play()
        loop, tick = QEventLoop(), QTimer(interval=20)
        tick.timeout.connect(loop.quit)
        tick.start()
        for wanted in range(EVERY, steps + 1, EVERY):
            while window.runs.frame is None or window.runs.frame.step < wanted:
                loop.exec()
            yield window.runs.frame.step
        window.runs.pause()
        window.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--window", action="store_true")
    parser.add_argument("--numpy", action="store_true")
    options = parser.parse_args()
    if not options.numpy:
        kernels.warm_up()
    allowed = may_grow(Trainer(open_document(EXAMPLE).experiment), 2 if options.window else 1)
    began, first, found = perf_counter(), 0, 0
    print(f"{kernels.name()} kernels{', in the window' if options.window else ''}; may grow by {allowed / MB:.0f} MB")
    for step in windowed(options.steps) if options.window else headless(options.steps):
        found = resident()
        first = first or found
        seconds = perf_counter() - began
        print(f"{step:>10,} steps  {found / MB:7.1f} MB  {(found - first) / MB:+6.1f}  {seconds:6.0f} s", flush=True)
    if found - first > allowed + LEEWAY:
        print("This is more than what histories and checkpoints may take.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
