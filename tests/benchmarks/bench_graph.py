"""How long the graph of records takes: first layout, one new set of numbers, a redraw of what stays.

Run it from the project's root: `python tests/benchmarks/bench_graph.py`. Without a screen it draws offscreen.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from core.dot import GraphStyle
from core.graph import GraphNode, GraphSnapshot
from gui.frames import GraphNumbers
from gui.graph.layout_client import LayoutClient
from gui.graph.record_view import RecordView
from gui.session.selection import Selection
from gui.theme import Theme

REFRESHES = 50
SIZE = (1440, 900)


def whole_loss(sizes: tuple[int, ...] = (3, 4, 4, 1), samples: int = 4) -> GraphSnapshot:
    """The loss of a network over all samples, as large as the lecture's: 368 values, 675 boxes in its style."""
    nodes: list[GraphNode] = []
    known: dict[str, int] = {}

    def add(address: str, op: str = "", *operands: int) -> int:
        if address not in known:
            known[address] = len(nodes)
            nodes.append(GraphNode(address, address, op, operands))
        return known[address]

    total = -1
    for sample in range(1, samples + 1):
        here = f"sample{sample}/"
        values = [add(f"{here}x{i}") for i in range(1, sizes[0] + 1)]
        for layer, count in enumerate(sizes[1:], 1):
            outputs = []
            for neuron in range(1, count + 1):
                name = f"L{layer}.N{neuron}"
                total_in = add(f"{name}.b")
                for i, value in enumerate(values, 1):
                    product = add(f"{here}{name}.w{i}*x{i}", "*", add(f"{name}.w{i}"), value)
                    total_in = add(f"{here}{name}.sum{i}", "+", total_in, product)
                outputs.append(add(f"{here}{name}.out", "tanh", total_in))
            values = outputs
        target = add(f"{here}-y", "*", add(f"{here}y"), add(f"{here}minus one"))
        loss = add(f"{here}loss", "**2", add(f"{here}error", "+", values[0], target))
        total = loss if total < 0 else add(f"loss {sample}", "+", total, loss)
    return GraphSnapshot("whole loss", tuple(nodes))


def numbers(snapshot: GraphSnapshot, seed: int) -> GraphNumbers:
    """Numbers of all sizes, as in training."""
    random = np.random.default_rng(seed)
    count = len(snapshot.nodes)
    return GraphNumbers(snapshot, random.normal(size=count), random.normal(size=count) * 10.0 ** random.integers(-6, 1))


def first_layout(view: RecordView, snapshot: GraphSnapshot) -> float:
    """Milliseconds from `show_graph` to `layout_shown`, the first paint included."""
    loop = QEventLoop()
    view.layout_shown.connect(loop.quit)
    start = time.perf_counter()
    view.show_graph(snapshot)
    view.set_numbers(numbers(snapshot, 0))
    loop.exec()
    view.layout_shown.disconnect(loop.quit)
    return (time.perf_counter() - start) * 1e3


def refreshes(view: RecordView, snapshot: GraphSnapshot) -> list[float]:
    """Milliseconds of `set_numbers` and the paint that follows."""
    times = []
    for seed in range(REFRESHES):
        new = numbers(snapshot, seed)
        start = time.perf_counter()
        view.set_numbers(new)
        view.repaint()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def redraws(view: RecordView) -> list[float]:
    """Milliseconds of a full redraw of edges, boxes and names, as after a zoom."""
    times = []
    for _ in range(10):
        view.redraw()
        start = time.perf_counter()
        view.repaint()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def pans(view: RecordView) -> list[float]:
    """Milliseconds of a pan by a few pixels."""
    times = []
    for i in range(REFRESHES):
        start = time.perf_counter()
        view.pan(7 if i % 2 else -7, 5 if i % 2 else -5)
        view.repaint()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def told(times: list[float]) -> str:
    return f"median {statistics.median(times):5.2f} ms, worst {max(times):5.2f} ms"


def main() -> None:
    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    layouts = LayoutClient()
    snapshot = whole_loss()
    for style in (GraphStyle.LECTURE, GraphStyle.COMPACT):
        layouts.close()
        view = RecordView(Selection(), theme, layouts)
        view.set_style(style)
        view.resize(*SIZE)
        view.show()
        application.processEvents()
        cold = first_layout(view, snapshot)
        warm = first_layout(view, GraphSnapshot("another", (*snapshot.nodes, GraphNode("more", "more", "", ()))))
        print(
            f"{style.value}: first layout {cold:.0f} ms with the process started for it, {warm:.0f} ms with it running"
        )
        view.show_graph(snapshot)
        for name, zoom in (("fit", 0.0), ("zoom 45 %", 0.45), ("100 %", 1.0)):
            if zoom:
                view.zoom_to(zoom)
            else:
                view.fit()
            view.repaint()  # sprites and what stays are made now
            print(f"  {name:10} numbers: {told(refreshes(view, snapshot))}")
            print(f"  {'':10} redraw:  {told(redraws(view))}")
            print(f"  {'':10} pan:     {told(pans(view))}")
        view.close()
        view.deleteLater()
    layouts.close()


if __name__ == "__main__":
    main()
