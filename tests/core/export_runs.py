"""Runs exported programs for real, in a process of their own, and reads what they print."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.examples import example_names, load_example
from core.experiment import (
    DataSpec,
    Decay,
    Experiment,
    LayerSpec,
    NetworkSpec,
    OptimizerSpec,
    OwnRows,
    Stop,
    TrainingSpec,
)
from core.exporters.expression import IMPORT, OWN_IMPORT
from core.exporters.micrograd import IMPORTS, OWN_IMPORTS
from core.measures import on_test_rows
from core.own_data.own_rows import own_rows
from core.trainer import Trainer

ROOT = Path(__file__).parents[2]
CLOSE = 1e-12  # what exported programs promise

TWO = ("-m", "torch.distributed.run", "--nproc-per-node", "2")  # what `torchrun` is

# Runs several programs in one process, as starting one takes longer than its training.
_DRIVER = """
import runpy, sys
for path in sys.argv[1:]:
    print("program", path)
    runpy.run_path(path, run_name="__main__")
"""


def _python(module: str, variable: str) -> str:
    """A Python that has the module: this one, or the one that the variable names; empty without any."""
    return os.environ.get(variable) or (sys.executable if importlib.util.find_spec(module) else "")


TORCH = _python("torch", "CHAINRULE_TORCH_PYTHON")
MICROGRAD = _python("micrograd", "CHAINRULE_MICROGRAD_PYTHON")
needs_torch = pytest.mark.skipif(
    not TORCH, reason="no torch here; CHAINRULE_TORCH_PYTHON can name a Python that has it"
)
needs_micrograd = pytest.mark.skipif(
    not MICROGRAD, reason="no micrograd here; CHAINRULE_MICROGRAD_PYTHON can name a Python that has it"
)


def on_our_engine(code: str) -> str:
    """The program with its import lines changed, as its first words say."""
    own = code.replace(IMPORTS, OWN_IMPORTS).replace(IMPORT, OWN_IMPORT)
    assert own != code
    return own


def printed(code: str, folder: Path, python: str = sys.executable, *options: str, name: str = "program.py") -> str:
    """What a program prints. Fails if it does not end well."""
    path = folder / name
    path.write_text(code, encoding="utf-8")
    return _run([python, *options, str(path)])


def all_printed(codes: Mapping[str, str], folder: Path, python: str) -> dict[str, str]:
    """What each of several programs prints, run one after the other in one process."""
    driver = folder / "driver.py"
    driver.write_text(_DRIVER, encoding="utf-8")
    paths = {name: folder / f"{i}.py" for i, name in enumerate(codes)}
    for name, path in paths.items():
        path.write_text(codes[name], encoding="utf-8")
    whole = _run([python, str(driver), *map(str, paths.values())])
    parts = dict(part.split("\n", 1) for part in whole.split("program ")[1:])
    return {name: parts[str(path)] for name, path in paths.items()}


def _run(command: list[str]) -> str:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def losses_of(output: str, first: int = 0) -> list[float]:
    """The losses in the lines `step 0 loss …`, whose steps follow each other."""
    lines = [line.split() for line in output.splitlines() if line.startswith("step ")]
    assert [(line[0], line[1], line[2]) for line in lines] == [
        ("step", str(first + i), "loss") for i in range(len(lines))
    ]
    return [float(line[3]) for line in lines]


def values_of(output: str) -> dict[str, tuple[float, float]]:
    """Data and gradient by name, in the lines that programs of the expression lab print."""
    found = {}
    for line in output.splitlines():
        name, _, numbers = line.rpartition(" data ")
        data, _, grad = numbers.partition(" grad ")
        found[name.rstrip()] = float(data), float(grad)
    return found


def trained(experiment: Experiment, steps: int) -> list[float]:
    """The app's losses."""
    losses: list[float] = Trainer(experiment).advance(steps).losses.tolist()
    return losses


def stopping() -> dict[str, Experiment]:
    """Trainings that end by themselves, at different things; the first one does not: its loss is there at once."""
    replace = msgspec.structs.replace
    moons = Experiment("moons", DataSpec("moons", 40), NetworkSpec((LayerSpec(6),)), TrainingSpec(0.1, loss="huber"))

    def with_stop(stop: Stop, **changes: object) -> Experiment:
        return replace(moons, training=replace(moons.training, stop=stop, **changes))

    classes = Experiment(
        "blobs",
        DataSpec("blobs", 40, classes=3),
        NetworkSpec((LayerSpec(6),), "linear", "xavier"),
        TrainingSpec(0.1, batch=15, stop=Stop(accuracy=0.95)),
    )
    return {
        "never": with_stop(Stop(loss=10.0)),
        "step": with_stop(Stop(step=17)),
        "loss": with_stop(Stop(loss=0.25)),
        "loss with penalties": with_stop(Stop(loss=0.26), l2=0.003),
        "sum of losses": with_stop(Stop(loss=16.5), loss="sum-squared", learning_rate=0.003),
        "accuracy": with_stop(Stop(accuracy=0.8, loss=10.0)),
        "loss of epochs": with_stop(Stop(loss=0.25), batch=7),
        "accuracy of classes": classes,
        "sigmoid": replace(
            with_stop(Stop(accuracy=0.8), loss="logistic", learning_rate=0.5),
            network=NetworkSpec((LayerSpec(6),), "sigmoid"),
        ),
    }


def check_stopping(outputs: Mapping[str, str], steps: int) -> None:
    """Every program of `stopping` has ended where the app does, for the same reason."""
    ended = 0
    for name, experiment in stopping().items():
        progress = Trainer(experiment).advance(steps)
        assert largest_difference(losses_of(outputs[name]), progress.losses.tolist()) < CLOSE, name
        told = [line for line in outputs[name].splitlines() if line.startswith("stopped at step")]
        if name in ("never", "step"):
            assert len(progress.losses) == (17 if name == "step" else steps) and not told
            continue
        goal = "loss" if progress.stopped.startswith("loss") else "accuracy"
        assert told == [f"stopped at step {len(progress.losses)}: {goal} reached"], name
        ended += 5 < len(progress.losses) < steps
    assert ended == len(stopping()) - 2


def check_tests(output: str, experiment: Experiment, steps: int) -> None:
    """What a program says of the rows kept back is what the app says."""
    told = [line.split() for line in output.splitlines() if line.startswith("test loss")]
    trainer = Trainer(experiment)
    trainer.advance(steps)
    found = on_test_rows(trainer.objective, trainer.theta)
    assert bool(told) == (found is not None)
    if found is not None:
        assert abs(float(told[0][2]) - found.loss) < CLOSE
        right = float(told[0][4]) if len(told[0]) > 3 else None
        assert right == pytest.approx(found.accuracy) if found.accuracy is not None else right is None


def largest_difference(one: list[float], other: list[float]) -> float:
    assert len(one) == len(other) > 0
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def variations() -> dict[str, Experiment]:
    """Every example, and every loss, activation, optimiser, schedule and penalty at least once."""
    found = {name: load_example(name) for name in example_names()}
    moons, replace = load_example("moons"), msgspec.structs.replace
    small = replace(moons, data=replace(moons.data, points=30), training=replace(moons.training, learning_rate=0.05))

    def training(**changes: object) -> Experiment:
        return replace(small, training=replace(small.training, **changes))

    for loss in ("sum-squared", "mean-squared", "half-squared", "hinge", "logistic", "absolute", "huber"):
        found[loss] = training(loss=loss, learning_rate=0.01, batch=7)
    for kind in ("momentum", "nesterov", "rmsprop", "adam", "adamw"):
        found[kind] = training(optimizer=OptimizerSpec(kind, momentum=0.8, alpha=0.9, beta2=0.99), batch=8, l1=1e-3)
    found["nesterov without momentum"] = training(optimizer=OptimizerSpec("nesterov", momentum=0.0))
    for kind in ("constant", "linear", "step", "exponential", "cosine"):
        found[f"decay {kind}"] = training(decay=Decay(kind, steps=9, factor=0.5, per_step=0.9, warmup=5))
        found[f"decay {kind}, no warm-up"] = training(decay=Decay(kind, steps=9, factor=0.5, per_step=0.9))
    found["both penalties"] = training(l1=0.01, l2=0.02, batch=4)
    for kind in ("tanh", "relu", "leaky_relu", "sigmoid", "softplus", "sin", "linear"):
        network = replace(small.network, hidden=(LayerSpec(5, kind), LayerSpec(3, kind)), output="tanh")
        found[f"activation {kind}"] = replace(small, network=network)
    found["no hidden layer"] = replace(small, network=replace(small.network, hidden=()))
    found["one sample a step"] = training(batch=1)
    return found | lab_variations()


def lab_variations() -> dict[str, Experiment]:
    """Everything else that an experiment can say: classes, features, frozen parts, own rows …"""
    replace = msgspec.structs.replace
    hidden = (LayerSpec(4, "tanh"), LayerSpec(3, "relu"))
    network, training = NetworkSpec(hidden, "linear", "xavier"), TrainingSpec(0.03, loss="half-squared")
    sine, moons = DataSpec("sine", 24, test_share=0.25), DataSpec("moons", 24, test_share=0.25)
    found: dict[str, Experiment] = {}

    def add(name: str, data: DataSpec, changes: dict[str, object] | None = None, **more: object) -> None:
        found[name] = Experiment(name, data, replace(network, **(changes or {})), replace(training, **more))

    add("three classes", DataSpec("yin-yang", 30, test_share=0.2), batch=7)
    add("six classes, all", DataSpec("blobs", 30, classes=6), {"hidden": ()}, l2=0.01)
    for loss in ("sum-squared", "absolute", "huber"):
        add(f"regression {loss}", sine, loss=loss, learning_rate=0.01)
    features = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "cos(x2)", "abs(x1)")
    add("features", moons, {"features": features}, batch=5)
    add("one feature of one input", sine, {"features": ("sin(x1)",), "hidden": ()})
    add("without biases", moons, {"bias": False}, l1=0.001, l2=0.01, optimizer=OptimizerSpec("adam"))
    add("features without biases", moons, {"bias": False, "features": features[2:]})
    for init in ("he", "zeros"):
        add(f"init {init}", moons, {"init": init})
    for loss in ("logistic", "half-squared", "huber", "absolute", "sum-squared"):
        add(f"sigmoid {loss}", moons, {"output": "sigmoid"}, loss=loss, batch=6, l2=0.001)
    add("regression by a sigmoid", sine, {"output": "sigmoid"})
    add("clipped", moons, clip=0.05, l2=0.1, batch=9)
    add("clipped where it is short", moons, clip=100.0, optimizer=OptimizerSpec("rmsprop"))
    frozen = ("L1.N2", "L1.N3.w1", "L2", "L3.N1.b")
    for kind in ("sgd", "nesterov", "rmsprop", "adam", "adamw"):
        optimizer = OptimizerSpec(kind, weight_decay=0.5)
        add(f"frozen {kind}", moons, frozen=frozen, optimizer=optimizer, clip=0.2, l1=0.01, batch=8)
    add("a frozen layer", moons, {"bias": False}, frozen=("L1",), optimizer=OptimizerSpec("momentum"))
    add("all frozen", moons, frozen=("L1", "L2", "L3"), l2=0.1, clip=1.0, optimizer=OptimizerSpec("adamw"))
    add("own rows", DataSpec("own", test_share=0.3, own=own_numbers()), batch=3)
    add("own classes", DataSpec("own", own=own_classes()), learning_rate=0.2)
    return found


def own_numbers() -> OwnRows:
    """A regression from a file, scaled, with a name that looks like code."""
    random = np.random.RandomState(3)
    inputs = random.normal(size=(12, 4))
    names = ("age", "'); import os #", "sq. m\nbalcony", "d")
    return own_rows(
        "flats.csv", inputs, inputs.sum(axis=1), names=names, target_name="rent",
        shifts=(40.0, 0.0, 80.0, 1.0, 900.0), scales=(9.5, 1.0, 20.0, 2.0, 300.0),
    )  # fmt: skip


def own_classes() -> OwnRows:
    """Four classes of one input."""
    inputs = np.linspace(-2.0, 2.0, 16)[:, None]
    return own_rows("sorts.csv", inputs, np.repeat(np.arange(4.0), 4), labels=("a", "b", "c | d", "\u202ee"))
