"""The engine against others, in one run: ratios of medians, on the same work and weights, results compared first.

    python -m tests.benchmarks.bench_engine [--quick]

CHAINRULE_TORCH_PYTHON and CHAINRULE_MICROGRAD_PYTHON (or `--torch`, `--micrograd`) name interpreters that have these
packages, where this one has not; without them their rows say so. `--quick` leaves out what takes long. Everybody has
one thread.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from engine_contenders import IN_PROCESS, eager, maps, numba_one, numpy_kernels
from engine_elsewhere import timed
from engine_works import Array, Work, lecture_work, make_work

from core import kernels

HERE = Path(__file__).parent
ROUNDS = 15
SECONDS_A_ROUND = 0.02
SLOW = 0.5  # seconds: a step that takes longer is timed three times only
_ARRAYS = ("inputs", "targets", "theta")
AGREE = 1e-9  # of the largest number: what engines may differ by

Found = dict[str, tuple[float, float, Array]]  # contender -> seconds of a step, loss, gradient


def standard_works() -> list[Work]:
    return [
        make_work("moons demo: 2-16-16-1 relu, 100 samples", (16, 16)),
        make_work("2-8-8-1 tanh, 1,000 samples", (8, 8), samples=1_000, activation="tanh"),
        make_work("2-64-64-1 relu, 1,000 samples", (64, 64), samples=1_000),
        lecture_work(),
        make_work("softmax 2-16-16-3 relu, 300 samples", (16, 16), samples=300, loss="softmax", classes=3),
    ]


class Elsewhere:
    """Another interpreter that works on the same works, step by step when it is asked to."""

    def __init__(self, engine: str, python: str, works: list[Work], *, is_map: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "works.npz"
        descriptions = [
            {"sizes": each.sizes, "activation": each.activation, "loss": each.loss, "l2": each.l2, "map": is_map}
            for each in works
        ]
        arrays = {f"{name}{i}": getattr(each, name) for i, each in enumerate(works) for name in _ARRAYS}
        np.savez(path, works=np.array(json.dumps(descriptions)), **arrays)
        self._process = subprocess.Popen(
            [python, str(HERE / "engine_elsewhere.py"), engine, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.versions = self._answer()

    @property
    def there(self) -> bool:
        return self.versions is not None

    def find(self, work: int) -> dict[str, Any]:
        """Loss and gradient, or the sum of a map's outputs."""
        return self._ask(f"find {work}")

    def time(self, work: int) -> float:
        """Seconds of a step."""
        return float(self._ask(f"time {work} {SECONDS_A_ROUND}")["seconds"])

    def close(self) -> None:
        self._process.communicate()
        self._folder.cleanup()

    def _ask(self, order: str) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return self._answer() or {}

    def _answer(self) -> dict[str, Any] | None:
        assert self._process.stdout
        line = self._process.stdout.readline()
        return json.loads(line) if line else None


def medians(timers: dict[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of a step each, taken in turns so that all meet the same weather."""
    found: dict[str, list[float]] = {name: [] for name in timers}
    for turn in range(rounds):
        for name, timer in timers.items():
            if turn < 3 or sum(found[name]) / len(found[name]) < SLOW:
                found[name].append(timer())
    return {name: statistics.median(times) for name, times in found.items()}


def timer_of(step: Callable[[], Any], steps: int = 1) -> Callable[[], float]:
    return lambda: timed(step, SECONDS_A_ROUND) / steps


def measure(
    work: Work, names: list[str], others: dict[str, tuple[Elsewhere, int]] | None = None, rounds: int = ROUNDS
) -> Found:
    """Times and results of contenders in this process and, by (interpreter, number of the work), of others."""
    contenders = {name: IN_PROCESS[name](work) for name in names}
    results = {name: each.first() for name, each in contenders.items()}
    timers = {name: timer_of(each.step, each.steps) for name, each in contenders.items()}
    for name, (other, number) in (others or {}).items():
        found = other.find(number)
        results[name] = found["loss"], np.array(found["gradient"])
        timers[name] = functools.partial(other.time, number)
    times = medians(timers, rounds)
    return {name: (times[name], *results[name]) for name in results}


def agreement(found: Found) -> float:
    """The largest difference of losses and gradients, as a share of the largest number. Exits if they do not agree."""
    names = list(found)
    _, loss, gradient = found[names[0]]
    size = max(1.0, abs(loss), float(np.abs(gradient).max()))
    worst = 0.0
    for name in names[1:]:
        _, other_loss, other = found[name]
        worst = max(worst, abs(other_loss - loss) / size, float(np.abs(other - gradient).max()) / size)
        if not worst <= AGREE:
            sys.exit(f"{name} and {names[0]} do not agree: they differ by {worst:.1e}")
    return worst


def print_work(title: str, found: Found, absent: Sequence[str] = ()) -> None:
    difference = agreement(found)
    ours = found["numba"][0]
    print(f"\n{title}   (results agree: largest difference {difference:.0e})")
    for name, (seconds, _, _) in sorted(found.items(), key=lambda item: item[1][0]):
        print(f"  {name:22} {shown(seconds):>12}   {seconds / ours:10.2f} x numba")
    for name in absent:
        print(f"  {name:22} not installed")


def shown(seconds: float) -> str:
    return f"{seconds * 1e6:,.1f} µs" if seconds < 0.01 else f"{seconds * 1e3:,.1f} ms"


def bench_steps(torch: str, micrograd: str) -> None:
    works = standard_works()
    others = {
        name: other
        for name, other in (
            ("torch eager", Elsewhere("torch", torch, works)),
            ("micrograd", Elsewhere("micrograd", micrograd, works[:1])),
        )
        if other.there
    }
    for i, work in enumerate(works):
        names = [name for name in IN_PROCESS if name != "eager Value" or len(work.theta) * len(work.inputs) < 50_000]
        here = {name: (other, i) for name, other in others.items() if name != "micrograd" or i == 0}
        found = measure(work, names, here)
        expected = ["torch eager", "micrograd"] if i == 0 else ["torch eager"]
        print_work(work.title, found, [name for name in expected if name not in others])
        if i == 0:
            print_goals(found)
    print()
    for name, other in others.items():
        print(f"{name}: {other.versions}")
        other.close()


def print_goals(found: Found) -> None:
    """The moons demo's numbers beside what they have to be."""
    seconds = {name: each[0] for name, each in found.items()}
    ours = seconds["numba"]
    print(f"  against by hand: {ours / seconds['by hand']:.2f} x its time (at most 1.8)")
    print(f"  NumPy kernels: {seconds['numpy'] / ours:.1f} x a compiled step (at most 10)")
    if "torch eager" in seconds:
        print(f"  against torch eager: {seconds['torch eager'] / ours:.1f} x faster (at least 4)")
    if "micrograd" in seconds:
        print(f"  against micrograd: {seconds['micrograd'] / ours:,.0f} x faster (at least 4,000)")
        ratio = seconds["micrograd"] / seconds["eager Value"]
        print(f"  eager Value against micrograd: {ratio:.2f} x faster (at least 3)")


def bench_map(torch: str) -> None:
    work = standard_works()[0]
    side = np.linspace(-2.0, 2.0, 100)
    points = np.array(np.meshgrid(side, side)).reshape(2, -1).T.copy()
    contenders = maps(work, points)
    results = {name: each() for name, each in contenders.items()}
    size = float(np.abs(results["by hand"]).max())
    difference = max(float(np.abs(each - results["by hand"]).max()) for each in results.values()) / size
    if not difference <= AGREE:
        sys.exit(f"the maps do not agree: they differ by {difference:.1e}")
    timers = {name: timer_of(each) for name, each in contenders.items()}
    on_grid = Work(
        work.title, work.sizes, work.activation, work.loss, work.l2, points, np.ones((len(points), 1)), work.theta
    )
    other = Elsewhere("torch", torch, [on_grid], is_map=True)
    if other.there:
        total = float(results["by hand"].sum())
        assert abs(other.find(0)["outputs"] - total) <= 1e-6 * abs(total)
        timers["torch eager"] = functools.partial(other.time, 0)
    seconds = medians(timers)
    other.close()
    print(f"\n100 × 100 map of all {len(results['numba'])} neurons   (largest difference {difference:.0e})")
    for name, each in sorted(seconds.items(), key=lambda item: item[1]):
        print(f"  {name:22} {shown(each):>12}   {each / seconds['numba']:10.2f} x numba")
    print(f"  against by hand: {seconds['numba'] / seconds['by hand']:.2f} x its time (at most 2)")
    if other.there:
        print(f"  against torch eager: {seconds['torch eager'] / seconds['numba']:.2f} x faster (at least 1)")
    else:
        print(f"  {'torch eager':22} not installed")


def bench_growth(torch: str) -> None:
    names = ["numba", "numpy", "by hand"]
    print("\nOne step, by samples (2-16-16-1 relu); µs a sample")
    works = [make_work("", (16, 16), samples=samples) for samples in (10, 100, 1_000, 10_000, 100_000)]
    other = Elsewhere("torch", torch, works)
    columns = [*names, "torch eager"] if other.there else names
    print(f"  {'samples':>9} {'parameters':>11} " + " ".join(f"{name:>12}" for name in columns))
    sizes = [len(work.inputs) for work in works]
    found = [
        print_growth(work, names, per=len(work.inputs), others={"torch eager": (other, i)} if other.there else {})
        for i, work in enumerate(works)
    ]
    print_crossover(sizes, found, "samples")
    other.close()
    widths = (4, 8, 16, 32, 64, 128, 256)
    works = [make_work("", (width, width), samples=1_000) for width in widths]
    other = Elsewhere("torch", torch, works)
    print("\nOne step, by parameters (2-n-n-1 relu, 1,000 samples); µs a step")
    print(f"  {'n':>9} {'parameters':>11} " + " ".join(f"{name:>12}" for name in columns))
    found = [
        print_growth(work, names, per=1, first=width, others={"torch eager": (other, i)} if other.there else {})
        for i, (width, work) in enumerate(zip(widths, works, strict=True))
    ]
    print_crossover([len(work.theta) for work in works], found, "parameters")
    other.close()


def print_crossover(sizes: list[int], found: list[Found], what: str) -> None:
    """From which size on, whatever the larger one, each of the others is faster than the compiled kernels."""
    for name in ("by hand", "torch eager"):
        faster = [name in each and each[name][0] < each["numba"][0] for each in found]
        beyond = len(faster) - next((i for i, is_faster in enumerate(reversed(faster)) if not is_faster), len(faster))
        if all(name in each for each in found):
            where = f"{sizes[beyond]:,} {what} on" if beyond < len(sizes) else "nowhere in this range"
            print(f"  {name} is faster than numba from: {where}")


def print_growth(
    work: Work,
    names: list[str],
    *,
    per: int,
    first: int | None = None,
    others: dict[str, tuple[Elsewhere, int]] | None = None,
) -> Found:
    found = measure(work, names, others, rounds=7)
    agreement(found)
    head = first if first is not None else len(work.inputs)
    columns = " ".join(f"{seconds / per * 1e6:12,.3f}" for seconds, _, _ in found.values())
    print(f"  {head:9,} {len(work.theta):11,} {columns}", flush=True)
    return found


def bench_memory() -> None:
    work = standard_works()[0]
    print("\nMemory of a moons demo step, in bytes a scalar")
    contender = eager(work)
    tracemalloc.start()
    root = contender.step()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    nodes = count_nodes(root)
    print(f"  eager Value  {taken / nodes:8.1f}   ({nodes:,} scalars)")
    for name, make in (("numpy", numpy_kernels), ("numba", numba_one)):
        tracemalloc.start()
        contender = make(work)
        contender.first()
        print(f"  {name:12} {tracemalloc.get_traced_memory()[0] / nodes:8.1f}   (its Program and arrays)")
        tracemalloc.stop()
    for name in ("numba", "numpy") if sys.platform == "linux" else ():
        done = subprocess.run(
            [sys.executable, __file__, "--memory-of", name], capture_output=True, text=True, check=True
        )
        print(f"  8 layers of 32, 10,000 points, {name}: {done.stdout.strip()} (at most 500 MB)")


def count_nodes(root: Any) -> int:
    seen, stack = set(), [root]
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            stack += node._prev
    return len(seen)


def memory_of(name: str) -> None:
    """The largest memory of a process that trains the deepest network."""
    if name == "numba" and not kernels.warm_up(beside=False):
        sys.exit(kernels.reason())
    work = make_work("", (32,) * 8, samples=10_000)
    IN_PROCESS[{"numba": "numba, 1 step a call"}.get(name, name)](work).step()
    # Not getrusage: what it counts begins with the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(f"{int(status.partition('VmHWM:')[2].split()[0]) / 1024:.0f} MB in all")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch", default=os.environ.get("CHAINRULE_TORCH_PYTHON", sys.executable))
    parser.add_argument("--micrograd", default=os.environ.get("CHAINRULE_MICROGRAD_PYTHON", sys.executable))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--memory-of", choices=["numba", "numpy"])
    options = parser.parse_args()
    if options.memory_of:
        memory_of(options.memory_of)
        return
    began = time.perf_counter()
    if not kernels.warm_up(beside=False):
        sys.exit(kernels.reason())
    print(
        f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}, ",
        end="",
    )
    print(f"Numba {sys.modules['numba'].__version__}; compiled or loaded in {time.perf_counter() - began:.1f} s")
    bench_steps(options.torch, options.micrograd)
    bench_map(options.torch)
    if not options.quick:
        bench_growth(options.torch)
        bench_memory()


if __name__ == "__main__":
    main()
