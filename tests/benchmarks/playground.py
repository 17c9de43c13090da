"""TensorFlow Playground's tasks by the examples of this app, beside the figures of Playground's own trainer.

    python -m tests.benchmarks.playground [--seeds 9] [--kernel numba]

Each row is the median over the seeds of data and network together (1, 2, 3 …), with the best and the worst test loss.
Two things differ from Playground: the rows of an epoch are in another order each time, and the numbers are drawn by
other generators. So single runs differ, and the medians are what can be compared.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec
import numpy as np

from core import kernels
from core.examples import load_example
from core.experiment import Experiment
from core.kernels_numpy import NumpyKernel
from core.trainer import Trainer


@dataclass(frozen=True)
class Theirs:
    """Medians of nine seeds of Playground's own trainer, and its best test loss of the nine."""

    train_loss: float
    test_loss: float
    best_test_loss: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Ours:
    """One run: losses are of all training rows and of all test rows, as ½ (output − target)²."""

    train_loss: float
    test_loss: float
    accuracy: float | None


EPOCHS = 500  # of Playground's figures
SOLVED_EPOCHS = 200
PLAYGROUND = {
    "circle": Theirs(0.00072, 0.00184, 0.00067, 1.0),
    "xor": Theirs(0.00083, 0.00468, 0.00073, 1.0),
    "gauss": Theirs(0.00009, 0.00009, 0.00008, 1.0),
    "spiral": Theirs(0.42042, 0.47767, 0.42773, 0.628),
    "plane": Theirs(0.00011, 0.00011, 0.00004),
    "multi-gauss": Theirs(0.01685, 0.01785, 0.01568),
}
SOLVED = ("spiral", "multi-gauss")
HEADER = f"{'example':<24}{'train loss':>12}{'test loss':>12}{'best':>10}{'worst':>10}{'accuracy':>10}{'(worst)':>10}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="The tasks of TensorFlow Playground, beside its own figures.")
    parser.add_argument("--seeds", type=int, default=9, help="how many runs a task has")
    parser.add_argument("--kernel", choices=("numba", "numpy"), default="numba")
    options = parser.parse_args()
    if options.kernel == "numba" and not kernels.warm_up():
        print(kernels.reason(), "NumPy's are used.")
    began = time.perf_counter()
    print(HEADER)
    for task, theirs in PLAYGROUND.items():
        print(_theirs(theirs))
        _show(f"playground-{task}", EPOCHS, options.seeds, options.kernel)
    print(f"\n{SOLVED_EPOCHS} epochs of our own set-ups:")
    for task in SOLVED:
        print(_theirs(PLAYGROUND[task]))
        _show(f"{task}-solved", SOLVED_EPOCHS, options.seeds, options.kernel)
    print(f"\n{time.perf_counter() - began:.0f} s for {options.seeds} seeds each")


def trained(experiment: Experiment, epochs: int, kernel: str = NumpyKernel.name) -> Ours:
    """Where a run stands after so many epochs."""
    trainer = Trainer(experiment, kernel)
    data, batch = trainer.dataset, experiment.training.batch
    trainer.advance(epochs * (-(-len(data.targets) // batch) if batch else 1))
    found = trainer.objective.evaluate(trainer.theta, gradient=False)
    test = trainer.objective.measure(trainer.theta, data.test_inputs, data.test_targets)
    right = float(np.mean((test.outputs > data.threshold) == (data.test_targets > data.threshold)))
    return Ours(found.loss, test.loss, right if data.task == "signs" else None)


def with_seed(experiment: Experiment, seed: int) -> Experiment:
    """The same with other data and other initial weights."""
    data = msgspec.structs.replace(experiment.data, seed=seed)
    network = msgspec.structs.replace(experiment.network, seed=seed)
    return msgspec.structs.replace(experiment, data=data, network=network)


def _show(example: str, epochs: int, seeds: int, kernel: str) -> None:
    experiment = load_example(example)
    runs = [trained(with_seed(experiment, seed), epochs, kernel) for seed in range(1, seeds + 1)]
    tests = [run.test_loss for run in runs]
    accuracies = [run.accuracy for run in runs if run.accuracy is not None]
    train = statistics.median(run.train_loss for run in runs)
    losses = f"{train:>12.5f}{statistics.median(tests):>12.5f}{min(tests):>10.5f}{max(tests):>10.5f}"
    print(f"{example:<24}{losses}{_accuracies(accuracies)}", flush=True)


def _accuracies(found: Sequence[float]) -> str:
    return f"{statistics.median(found):>10.1%}{min(found):>10.1%}" if found else ""


def _theirs(figures: Theirs) -> str:
    accuracy = "" if figures.accuracy is None else f"{figures.accuracy:>20.1%}"
    return (
        f"{'  Playground itself':<24}{figures.train_loss:>12.5f}{figures.test_loss:>12.5f}"
        f"{figures.best_test_loss:>10.5f}{accuracy}"
    )


if __name__ == "__main__":
    main()
