"""Weights set by hand, weights to begin with, and looking at the past: exact, and without changing it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import kernels
from core.bugs import Bug
from core.document import decode, document_of, encode, trainer_of
from core.errors import ExperimentError
from core.experiment import (
    DataSpec,
    Decay,
    Experiment,
    LayerSpec,
    NetworkSpec,
    OptimizerKind,
    OptimizerSpec,
    Stop,
    TrainingSpec,
    with_bugs,
)
from core.playback import Playback
from core.trainer import Trainer
from core.twin import TrueRun

MOONS = Experiment(
    "small moons",
    DataSpec("moons", 10, 0.1, 3),
    NetworkSpec((LayerSpec(3, "tanh"),), "linear", "lecture", 5),
    TrainingSpec(0.05, Decay("linear", 0.9, 40), "logistic", 1e-3, 4),
)
KINDS: tuple[OptimizerKind, ...] = get_args(OptimizerKind)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    pytest.importorskip("numba")
    assert kernels.warm_up(beside=False), kernels.reason()


def trained(experiment: Experiment, **fields: Any) -> Experiment:
    return msgspec.structs.replace(experiment, training=msgspec.structs.replace(experiment.training, **fields))


Seen = dict[int, tuple[bytes, bytes, bytes, Experiment]]


def standing(trainer: Trainer) -> tuple[bytes, bytes, bytes, Experiment]:
    arrays = (trainer.theta, trainer.state, trainer.accumulated)
    theta, state, accumulated = (array.tobytes() for array in arrays)
    return theta, state, accumulated, trainer.experiment


def walk(trainer: Trainer, steps: int, seen: Seen) -> None:
    """Take so many steps, and remember where it stood before each, and after the last."""
    for _ in range(steps):
        seen[trainer.step] = standing(trainer)
        trainer.advance(1)
    seen[trainer.step] = standing(trainer)


CHANGES: list[Callable[[Trainer], object]] = [
    lambda each: each.set_parameter("L1.N2.w1", 0.5),
    lambda each: each.set_parameter("L2.N1.b", -1.25),
    lambda each: each.set_parameter("L1.N1.w2", float(each.theta[0])),
    lambda each: each.change(trained(each.experiment, frozen=("L1.N2", "L2.N1.w1"))),
    lambda each: each.change(trained(each.experiment, frozen=("L2",), clip=0.02)),
    lambda each: each.change(trained(each.experiment, clip=0.05)),
    lambda each: each.change(trained(each.experiment, clip=0.0, frozen=())),
    lambda each: each.change(trained(each.experiment, stop=Stop(30, 0.4, 0.9))),
    lambda each: each.change(trained(each.experiment, batch=3)),
    lambda each: each.change(trained(each.experiment, batch=0)),
    lambda each: each.change(trained(each.experiment, bugs=("no-zero", "twice"))),
    lambda each: each.change(trained(each.experiment, bugs=())),
    lambda each: each.change(msgspec.structs.replace(each.experiment, data=DataSpec("moons", 13, 0.3, 4))),
    lambda each: each.change(
        msgspec.structs.replace(each.experiment, network=msgspec.structs.replace(MOONS.network, output="sigmoid"))
    ),
    *(lambda each, kind=kind: each.change(trained(each.experiment, optimizer=OptimizerSpec(kind))) for kind in KINDS),
    lambda each: each.switch("numba"),
    lambda each: each.switch("numpy"),
]
SCRIPTS = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(CHANGES)), min_size=1, max_size=7)
STEPS = st.lists(st.integers(0, 200), min_size=1, max_size=6)


def follow(trainer: Trainer, script: list[tuple[int, Callable[[Trainer], object]]]) -> Seen:
    seen: Seen = {}
    for steps, change in script:
        walk(trainer, steps, seen)
        change(trainer)
    walk(trainer, 9, seen)
    return seen


@settings(max_examples=60)
@given(SCRIPTS, STEPS, st.sampled_from(["numpy", "numba"]), st.booleans())
def test_every_step_can_be_looked_at(
    script: list[tuple[int, Callable[[Trainer], object]]], steps: list[int], kernel: str, alone: bool
) -> None:
    trainer = Trainer(MOONS, kernel)
    seen = follow(trainer, script)
    if alone:  # replayed from the first checkpoint
        del trainer.run.checkpoints[1:]
    before = standing(trainer), trainer.step, list(trainer.run.segments), trainer.run.history.losses.tobytes()
    playback = Playback(trainer)
    for wanted in steps:
        step = wanted % (trainer.step + 1)
        shown = playback.look_at(step)
        assert (shown.step, standing(shown)) == (step, seen[step])
        assert shown.run.history.last_step == (step - 1 if step else -math.inf)
        assert standing(trainer.at(step)) == seen[step]
    after = standing(trainer), trainer.step, list(trainer.run.segments), trainer.run.history.losses.tobytes()
    assert after == before
    assert all(kept.step <= trainer.step for kept in trainer.run.checkpoints)


@settings(max_examples=40)
@given(SCRIPTS, st.integers(0, 200), st.sampled_from(["numpy", "numba"]))
def test_a_file_keeps_edits_and_all_else_of_the_past(
    script: list[tuple[int, Callable[[Trainer], object]]], wanted: int, kernel: str
) -> None:
    trainer = Trainer(MOONS, kernel)
    seen = follow(trainer, script)
    again = trainer_of(decode(encode(document_of(trainer.experiment, None, [trainer]))).runs[0])
    assert again.run.segments == trainer.run.segments
    step = wanted % (trainer.step + 1)
    assert standing(again.at(step)) == seen[step]
    again.rewind(step)
    assert again.theta.tobytes() == seen[step][0]


@settings(max_examples=30)
@given(st.sampled_from(KINDS), st.sampled_from([0, 4]), st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_compiled_calls_of_any_length_are_the_same_run(kind: OptimizerKind, batch: int, portions: list[int]) -> None:
    experiment = trained(MOONS, optimizer=OptimizerSpec(kind), batch=batch, clip=0.03, frozen=("L1.N3", "L2.N1.w2"))
    one, other = Trainer(experiment, "numba"), Trainer(experiment, "numba")
    for portion in portions:
        one.advance(portion)
    for _ in range(one.step):
        other.advance(1)
    assert standing(one) == standing(other)
    assert [kept.step for kept in one.run.checkpoints] == list(range(one.step + 1))
    for first, second in zip(one.run.checkpoints, other.run.checkpoints, strict=True):
        assert (first.theta.tobytes(), first.state.tobytes()) == (second.theta.tobytes(), second.state.tobytes())
        assert (first.epoch, first.position) == (second.epoch, second.position)


# Weights set by hand


def test_a_weight_set_by_hand_is_a_segment_and_the_rest_stays() -> None:
    trainer = Trainer(trained(MOONS, optimizer=OptimizerSpec("adam")))
    trainer.advance(5)
    theta, state = trainer.theta.copy(), trainer.state.tobytes()
    place = trainer.objective.names.index("L1.N2.w1")
    trainer.set_parameter("L1.N2.w1", 0.5)
    theta[place] = 0.5
    assert (trainer.theta.tobytes(), trainer.state.tobytes()) == (theta.tobytes(), state)
    assert [(each.first_step, each.edits) for each in trainer.run.segments] == [(0, ()), (5, ((place, 0.5),))]
    trainer.set_parameter("L1.N2.w1", 0.75)
    trainer.set_parameter("L1.N1.b", -1.0)
    trainer.change(trained(trainer.experiment, learning_rate=0.01))
    edits = ((trainer.objective.names.index("L1.N1.b"), -1.0), (place, 0.75))
    assert [each.edits for each in trainer.run.segments] == [(), edits]
    assert trainer.run.checkpoints[-1].theta.tobytes() == trainer.theta.tobytes()


def test_a_frozen_weight_can_be_set_and_stays_where_it_was_put() -> None:
    trainer = Trainer(trained(MOONS, frozen=("L1",)))
    trainer.set_parameter("L1.N1.w1", 0.125)
    trainer.advance(10)
    assert trainer.theta[0] == 0.125
    trainer.rewind(0)
    assert trainer.theta[0] == 0.125


@pytest.mark.parametrize(
    ("address", "number", "says"),
    [("L9.N1.w1", 1.0, "no parameter 'L9.N1.w1'"), ("L1.N1.w1", math.nan, "finite"), ("L1.N1.b", math.inf, "finite")],
)
def test_what_cannot_be_set(address: str, number: float, says: str) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(2)
    before = standing(trainer)
    with pytest.raises(ExperimentError, match=says):
        trainer.set_parameter(address, number)
    assert (standing(trainer), len(trainer.run.segments)) == (before, 1)


def test_the_true_run_gets_the_same_weight() -> None:
    buggy = with_bugs(MOONS, frozenset({Bug.TWICE}))
    trainer, alone = Trainer(MOONS), Trainer(MOONS)
    for each in (trainer, alone):
        each.advance(3)
        each.set_parameter("L1.N1.w1", 0.25)
    true = TrueRun(trainer)
    trainer.change(buggy)
    assert true.follow()
    trainer.advance(4)
    true.advance()
    trainer.set_parameter("L2.N1.w1", 0.5)
    true.set_parameter("L2.N1.w1", 0.5)
    trainer.advance(4)
    true.advance()
    alone.advance(4)
    alone.set_parameter("L2.N1.w1", 0.5)
    alone.advance(4)
    assert true.twin is not None
    assert true.twin.theta.tobytes() == alone.theta.tobytes()
    del true.twin.run.checkpoints[1:]
    true.twin.rewind(5)
    alone.rewind(5)
    assert true.twin.theta.tobytes() == alone.theta.tobytes()


# Weights to begin with


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
def test_a_run_from_given_weights(kernel: str) -> None:
    drawn = Trainer(MOONS).theta
    initial = drawn * 0.5 + 0.125
    trainer = Trainer(MOONS, kernel, initial)
    assert trainer.theta.tobytes() == trainer.run.checkpoints[0].theta.tobytes() == initial.tobytes()
    initial[:] = 9.0
    begun = trainer.theta.tobytes()
    trainer.advance(20)
    again = trainer_of(decode(encode(document_of(MOONS, None, [trainer]))).runs[0])
    for each in (trainer, again):
        each.rewind(0)
        assert each.theta.tobytes() == begun


@pytest.mark.parametrize("wrong", [np.zeros(12), np.zeros((13, 1)), np.full(13, math.nan)])
def test_weights_of_another_network_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ExperimentError, match="13 parameters"):
        Trainer(MOONS, "numpy", wrong)


# Branches


def test_a_branch_goes_on_with_the_present_experiment_and_the_run_stays() -> None:
    trainer = Trainer(MOONS, "numba")
    seen: Seen = {}
    walk(trainer, 20, seen)
    trainer.change(trained(MOONS, learning_rate=0.01))
    walk(trainer, 20, seen)
    before = standing(trainer), [kept.step for kept in trainer.run.checkpoints], list(trainer.run.segments)
    branch, rewound = trainer.branched(11), trainer.branched(40)
    assert (branch.step, branch.theta.tobytes(), branch.experiment) == (11, seen[11][0], trainer.experiment)
    assert (branch.kernel, [each.first_step for each in branch.run.segments]) == ("numba", [0, 11])
    branch.advance(30)
    branch.set_parameter("L1.N1.w1", 3.0)
    rewound.rewind(11)
    rewound.advance(30)
    assert branch.theta[1:].tobytes() == rewound.theta[1:].tobytes()
    assert branch.run.history.steps.tolist() == list(range(41))
    assert before == (standing(trainer), [kept.step for kept in trainer.run.checkpoints], list(trainer.run.segments))
    trainer.rewind(30)
    assert trainer.theta.tobytes() == seen[30][0]


def test_going_on_at_the_end_of_a_run_begins_no_segment() -> None:
    trainer = Trainer(MOONS)
    trainer.advance(20)
    branch = trainer.branched(12)
    assert len(branch.run.segments) == 1
    branch.advance(8)
    assert branch.theta.tobytes() == trainer.theta.tobytes()


@pytest.mark.parametrize("step", [-1, 6])
def test_a_step_that_was_never_reached(step: int) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(5)
    playback = Playback(trainer)
    for ask in (trainer.at, trainer.branched, playback.look_at):
        with pytest.raises(ExperimentError, match="no step"):
            ask(step)
    playback.look_at(2)
    with pytest.raises(ExperimentError, match="no step"):
        playback.look_at(step)


def test_a_run_that_went_another_way_meanwhile_is_looked_at_anew() -> None:
    trainer = Trainer(MOONS)
    del trainer.run.checkpoints[1:]
    trainer.run.spacing = 1000
    trainer.advance(30)
    playback = Playback(trainer)
    shown = playback.look_at(20)
    trainer.rewind(10)
    trainer.change(trained(MOONS, learning_rate=0.2))
    seen: Seen = {}
    walk(trainer, 20, seen)
    assert playback.look_at(25) is shown
    assert standing(shown) == seen[25]
