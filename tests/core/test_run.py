"""The book-keeping of a run: checkpoints, segments, and which changes go on with the weights."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

import core.run
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, Stop, TrainingSpec
from core.own_data.own_rows import own_rows
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
    run = Run([Segment(0, Experiment(), "numpy"), Segment(3, Experiment(), "numpy")])
    for step in (0, 1, 2, 3):
        run.keep(checkpoint(step))
    assert (steps_of(run), run.spacing) == ([0, 1, 2, 3], FIRST_SPACING)
    run.keep(checkpoint(4))
    assert (steps_of(run), run.spacing) == ([0, 2, 3, 4], 2 * FIRST_SPACING)
    run.keep(checkpoint(6))
    assert (steps_of(run), run.spacing) == ([0, 3, 4], 4 * FIRST_SPACING)


def test_of_many_segments_only_the_newest_keep_their_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.run, "FEWEST", 8)
    monkeypatch.setattr(core.run, "MOST", 8)
    run = run_with(0)
    run.spacing = 100
    for step in range(1, 300):
        run.segments.append(Segment(step, Experiment(), "numpy"))
        run.keep(checkpoint(step))
        assert len(run.checkpoints) <= 8
    assert (run.spacing, set(steps_of(run)) >= {0, 100, 200, 298, 299}) == (100, True)


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
        ("data", DataSpec("moons", test_share=0.5), False),
        ("data", DataSpec("own", own=own_rows("moons", np.ones((4, 2)), np.arange(4) % 2.0, labels=("a", "b"))), False),
        ("data", DataSpec("own", own=own_rows("irises", np.ones((4, 2)), np.arange(4) % 2.0, labels=("a", "b"))), True),
        ("data", DataSpec("own", own=own_rows("moons", np.ones((4, 2)), np.arange(4) % 2.0)), True),
        ("data", DataSpec("own", own=own_rows("moons", np.ones((4, 3)), np.arange(4) % 2.0, labels=("a", "b"))), True),
        ("network", NetworkSpec((LayerSpec(3),), "sigmoid"), False),
        ("network", NetworkSpec((LayerSpec(3),), bias=False), True),
        ("network", NetworkSpec((LayerSpec(3),), features=("x1", "x2")), False),
        ("network", NetworkSpec((LayerSpec(3),), features=("x2", "x1")), True),
        ("network", NetworkSpec((LayerSpec(3),), features=("x1", "x1^2")), True),
        ("training", TrainingSpec(frozen=("L1",), clip=1.0, stop=Stop(9)), False),
    ],
)
def test_which_changes_need_a_new_run(part: str, value: object, new: bool) -> None:
    assert needs_new_run(BASE, msgspec.structs.replace(BASE, **{part: value})) is new


def test_another_example_is_a_new_run() -> None:
    assert needs_new_run(load_example("lecture"), load_example("moons-demo"))


def test_other_classes_of_the_same_points_are_a_new_run() -> None:
    two, three, four = (msgspec.structs.replace(BASE, data=DataSpec("blobs", classes=n)) for n in (2, 3, 4))
    assert needs_new_run(two, three)
    assert needs_new_run(three, four)
    noisier = msgspec.structs.replace(BASE, data=DataSpec("blobs", 50, 0.3, classes=4))
    assert not needs_new_run(four, noisier)


def test_a_copy_of_a_run_up_to_a_step_goes_its_own_way() -> None:
    run = run_with(0, 16, 32)
    run.history.append(np.arange(40), np.ones(40))
    copy = run.until(20)
    assert (steps_of(copy), copy.history.last_step) == ([0, 16], 19)
    assert copy.checkpoints[0] is run.checkpoints[0]
    copy.keep(checkpoint(20))
    copy.history.append([20], [3.0])
    assert (steps_of(run), run.history.last_step, run.cuts) == ([0, 16, 32], 39, 0)


def test_the_segment_of_a_step() -> None:
    run = run_with(0)
    run.segments.append(Segment(20, Experiment(), "numpy"))
    assert [run.segment_at(step) for step in (0, 19, 20, 999)] == [0, 0, 1, 1]
