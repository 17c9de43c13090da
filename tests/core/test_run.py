"""The book-keeping of a run: checkpoints, segments, and which changes go on with the weights."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

import core.run
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.run import FIRST_SPACING, Checkpoint, Run, Segment, needs_new_run


def checkpoint(step: int, segment: int = 0) -> Checkpoint:
    return Checkpoint(step, segment, np.zeros(3), 0, 0)


def run_with(*steps: int) -> Run:
    run = Run([Segment(0, Experiment(), "numpy")])
    for step in steps:
        run.keep(checkpoint(step))
    return run


def steps_of(run: Run) -> list[int]:
    return [kept.step for kept in run.checkpoints]


@pytest.mark.parametrize(("step", "found"), [(0, 0), (15, 0), (16, 16), (17, 16), (31, 16), (32, 32), (10**6, 32)])
def test_the_checkpoint_before_a_step(step: int, found: int) -> None:
    assert run_with(0, 16, 32).checkpoint_before(step).step == found


def test_a_new_checkpoint_takes_the_place_of_later_ones() -> None:
    run = run_with(0, 16, 32, 48)
    run.keep(checkpoint(32))
    assert steps_of(run) == [0, 16, 32]


def test_thinning_drops_every_second_one_but_keeps_where_segments_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.run, "FEWEST", 4)
    monkeypatch.setattr(core.run, "MOST", 4)
    run = Run([Segment(0, Experiment(), "numpy"), Segment(21, Experiment(), "numpy")])
    for step in (0, 16, 21, 32, 48, 64):
        run.keep(checkpoint(step))
    assert (steps_of(run), run.spacing) == ([0, 16, 21, 32, 48, 64], FIRST_SPACING)
    run.keep(checkpoint(80))
    assert (steps_of(run), run.spacing) == ([0, 21, 32, 64], 2 * FIRST_SPACING)


def test_the_memory_of_checkpoints_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.run, "FEWEST", 2)
    monkeypatch.setattr(core.run, "CHECKPOINT_BYTES", 5 * 24)
    run = run_with(*range(0, 16 * 100, 16))
    assert len(run.checkpoints) <= 6
    assert steps_of(run)[0] == 0


def test_a_cut_forgets_what_came_after() -> None:
    run = run_with(0, 16, 32)
    run.segments.append(Segment(20, Experiment(), "numpy"))
    run.history.append(np.arange(40), np.ones(40))
    run.cut(20)
    assert (steps_of(run), len(run.segments), run.history.last_step) == ([0, 16], 2, 19)
    run.cut(19)
    assert (len(run.segments), run.history.last_step) == (1, 18)
    run.cut(0)
    assert (steps_of(run), len(run.history)) == ([0], 0)


BASE = Experiment("", DataSpec("moons"), NetworkSpec((LayerSpec(3),)), TrainingSpec())


@pytest.mark.parametrize(
    ("part", "value", "new"),
    [
        ("training", TrainingSpec(1.0, loss="hinge", l2=0.1, batch=7), False),
        ("data", DataSpec("moons", 33, 0.5, 9), False),
        ("data", DataSpec("moons-demo"), True),
        ("network", NetworkSpec((LayerSpec(3, "relu"),), "linear"), False),
        ("network", NetworkSpec((LayerSpec(4),)), True),
        ("network", NetworkSpec((LayerSpec(3), LayerSpec(3))), True),
        ("network", NetworkSpec(()), True),
        ("network", NetworkSpec((LayerSpec(3),), init="playground"), True),
        ("network", NetworkSpec((LayerSpec(3),), seed=2), True),
        ("name", "another", False),
    ],
)
def test_which_changes_need_a_new_run(part: str, value: object, new: bool) -> None:
    assert needs_new_run(BASE, msgspec.structs.replace(BASE, **{part: value})) is new


def test_another_example_is_a_new_run() -> None:
    assert needs_new_run(load_example("lecture"), load_example("moons-demo"))
