"""What a frame of the network level costs: the panel's slot and one paint. Prints medians in milliseconds.

Run from the project's root: python -m tests.benchmarks.bench_network_view [frames]
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui.frames import Frame
from gui.graph.network_view import NetworkView
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.network_double import RunsDouble, SmallNet

SIZE = (700, 560)
NETWORKS = ((2, 6, 4), (2, 16, 16), (2, *(32,) * 8))


def measured(net: SmallNet, theme: Theme, frames: list[Frame], select: str, pace: float) -> tuple[float, float, float]:
    """Median of slot and paint in seconds, the 90th percentile and the maximum of both; a frame every `pace` s."""
    runs = RunsDouble(net.started(), frames[0])
    selection = Selection()
    view = NetworkView(runs, selection, theme)  # type: ignore[arg-type]
    view.resize(*SIZE)
    view.show()
    selection.select(select)
    canvas = QImage(*SIZE, QImage.Format.Format_RGB32)
    for _ in range(12):
        view.render(canvas)
    costs = []
    for frame in frames:
        begin = time.perf_counter()
        runs.send(frame)
        view.render(canvas)
        spent = time.perf_counter() - begin
        costs.append(spent)
        time.sleep(max(0.0, pace - spent))
    view.close()
    return float(np.median(costs)), float(np.percentile(costs, 90)), max(costs)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    app = QApplication.instance() or QApplication([])
    theme = Theme("light")
    theme.apply(app)  # type: ignore[arg-type]
    print(f"slot + paint at {SIZE[0]}x{SIZE[1]}, {count} frames: median / p90 / max in ms")
    for sizes in NETWORKS:
        name = "-".join(str(size) for size in (*sizes, 1))
        net = SmallNet(*sizes)
        maps = net.maps()
        still = [net.frame(step, maps=False) for step in range(count)]
        moving = []
        for step in range(count):
            net.learn(0.05)
            moving.append(net.frame(step, maps=False))
        for what, frames, select in (
            ("maps new, weights as they were", still, ""),
            ("maps new, weights moving", moving, ""),
            ("the same, a neuron selected", moving, "sample1/L1.N1.out"),
        ):
            frames = [_with_maps(frame, maps) for frame in frames]
            costs = measured(net, theme, frames, select, 1 / 60)
            print(f"{name:32} {what:32} " + " / ".join(f"{cost * 1e3:5.2f}" for cost in costs))


def _with_maps(frame: Frame, maps: object) -> Frame:
    return Frame(**(vars(frame) | {"maps": maps}))


if __name__ == "__main__":
    main()
