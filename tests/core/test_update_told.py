"""What is told of the next step is what the next step does."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np
import pytest

from core.bugs import BugError
from core.experiment import (
    DataSpec,
    Decay,
    Experiment,
    LayerSpec,
    NetworkSpec,
    OptimizerKind,
    OptimizerSpec,
    TrainingSpec,
)
from core.explain import explain
from core.focus import Focus
from core.optim import clipped
from core.trainer import Trainer
from core.update_told import UpdateTold, with_update

ADDRESS = "L1.N2.w1"


def told(trainer: Trainer, address: str = ADDRESS) -> UpdateTold | None:
    focus, evaluation = Focus(trainer.objective), trainer.objective.evaluate(trainer.theta)
    found = explain(focus, focus.replay(trainer.theta, evaluation, 0), address, check=False)
    assert found is not None
    return with_update(found, trainer, trainer.evaluate(None)).update


def trained(steps: int = 3, **training: Any) -> Trainer:
    network = NetworkSpec((LayerSpec(3),), init="library")
    trainer = Trainer(Experiment("", DataSpec("circle", 20), network, TrainingSpec(**training)))
    trainer.advance(steps)
    return trainer


CASES: list[dict[str, Any]] = [
    {},
    {"batch": 6},
    {"batch": 6, "clip": 0.05},
    {"clip": 1e3, "l2": 0.1},
    {"frozen": ("L1.N1", "L2.N1.b"), "clip": 0.05},
    {"decay": Decay("linear", steps=10, warmup=2)},
    {"bugs": ("wrong-sign",)},
    {"bugs": ("no-zero",), "batch": 6, "clip": 0.1},
]


@pytest.mark.parametrize("kind", get_args(OptimizerKind))
@pytest.mark.parametrize("case", CASES)
def test_it_is_what_the_next_step_does_bit_for_bit(kind: OptimizerKind, case: dict[str, Any]) -> None:
    trainer = trained(optimizer=OptimizerSpec(kind, weight_decay=0.3), **case)
    names, count = trainer.objective.names, len(trainer.theta)
    before = [told(trainer, name) for name in names]
    rows = trainer.rows
    trainer.advance(1)
    for place, found in enumerate(before):
        assert found is not None
        assert found.after == trainer.theta[place]
        assert [each.then for each in found.memory] == [
            trainer.state[place + i * count] for i in range(len(found.memory))
        ]
        if not found.frozen:
            assert found.kept * found.before - found.rate * found.direction == pytest.approx(found.after, rel=1e-12)
    assert (before[0].gradient_of == "bugs") == ("bugs" in case)  # type: ignore[union-attr]
    assert (before[0].gradient_of == "batch") == (rows is not None and "bugs" not in case)  # type: ignore[union-attr]


def test_what_adam_remembers_is_corrected() -> None:
    trainer = trained(0, optimizer=OptimizerSpec("adam"))
    found = told(trainer)
    assert found is not None
    mean, squares = found.memory
    assert (mean.now, squares.now) == (0.0, 0.0)
    assert mean.corrected == pytest.approx(found.gradient, rel=1e-12)  # after one step: g itself
    assert squares.corrected == pytest.approx(found.gradient**2, rel=1e-12)
    assert abs(found.direction) == pytest.approx(1.0, abs=1e-6)


def test_clipping_is_that_of_the_whole_gradient() -> None:
    trainer = trained(clip=0.01, frozen=("L2",))
    found = told(trainer)
    assert found is not None
    gradient = trainer.evaluate(None).gradient
    assert found.length == pytest.approx(float(np.linalg.norm(gradient[~trainer.frozen])), rel=1e-12)
    assert found.factor == pytest.approx(0.01 / (found.length + 1e-6), rel=1e-9)
    assert found.direction == clipped(gradient, 0.01, trainer.frozen)[trainer.objective.names.index(ADDRESS)]
    loose = told(trained(clip=1e3))
    assert loose is not None
    assert loose.factor == 1.0


def test_what_is_frozen_stays() -> None:
    found = told(trained(frozen=("L1.N2",), optimizer=OptimizerSpec("adam")))
    assert found is not None
    assert found.frozen
    assert found.after == found.before
    assert all(each.then == each.now and each.corrected is None for each in found.memory)


@pytest.mark.parametrize("address", ["sample1/L1.N1.out", "loss", "sample1/x1"])
def test_only_parameters_are_updated(address: str) -> None:
    assert told(trained(), address) is None


def test_a_bug_that_makes_training_impossible_leaves_nothing_to_tell() -> None:
    """Backward without a table of what is done takes every path: far too many in a network of eight layers."""
    network = NetworkSpec(tuple(LayerSpec(6) for _ in range(8)))
    stuck = Trainer(Experiment("", DataSpec("circle", 20), network, TrainingSpec(bugs=("naive",))))
    with pytest.raises(BugError):
        stuck.advance(1)
    focus, evaluation = Focus(stuck.objective), stuck.objective.evaluate(stuck.theta)
    found = explain(focus, focus.replay(stuck.theta, evaluation, 0), ADDRESS, check=False)
    assert found is not None
    assert with_update(found, stuck, evaluation) is found


def test_numbers_that_are_not_finite_come_out_so() -> None:
    trainer = trained(0, optimizer=OptimizerSpec("adam"))
    trainer.theta = np.full_like(trainer.theta, np.inf)
    found = told(trainer)
    assert found is not None
    assert not math.isfinite(found.after)


@pytest.mark.parametrize("kind", get_args(OptimizerKind))
def test_the_rule_has_no_numbers_of_the_run_in_it(kind: OptimizerKind) -> None:
    first, later = (told(trained(steps, optimizer=OptimizerSpec(kind))) for steps in (0, 5))
    assert first is not None and later is not None
    assert first.tex == later.tex
    assert first.tex.startswith(r"w_{12,1} \leftarrow ")
    assert first.tex.count("{") == first.tex.count("}")
