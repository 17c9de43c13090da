"""The inspected node inside a step: its numbers are those of the place, and what is still to come is not told."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, OptimizerSpec, TrainingSpec
from core.explain import Explanation, explain
from core.expression.sheet import Phase
from core.focus import Focus
from core.playhead import BEGINNING, Position
from core.playhead_explained import LEFT_OVER, explained_at
from core.playhead_steps import StepPlays
from core.playhead_values import StepPlay
from core.trainer import Trainer
from core.update_told import with_update

LECTURE = load_example("lecture")
BATCHES = Experiment(
    "batches",
    DataSpec("moons", points=80),
    NetworkSpec((LayerSpec(6, "tanh"), LayerSpec(4, "relu")), "linear"),
    TrainingSpec(loss="mean-squared", learning_rate=0.1, batch=5, l2=0.01, optimizer=OptimizerSpec("adam")),
)


class Inside:
    """One step of a run, looked at by an inspector."""

    def __init__(self, experiment: Experiment, step: int, sample: int | None = None) -> None:
        """`sample`: the selected one; None for the first of the batch."""
        self.trainer = Trainer(experiment)
        self.trainer.advance(step)
        self.play: StepPlay = StepPlays().of(self.trainer)
        self.sample = self.play.rows[0] if sample is None else sample
        focus = Focus(self.trainer.objective)
        self._evaluation = self.trainer.objective.evaluate(self.trainer.theta)
        self._focus, self._replay = focus, focus.replay(self.trainer.theta, self._evaluation, self.sample)

    def whole(self, address: str) -> Explanation:
        found = explain(self._focus, self._replay, address)
        assert found is not None
        return with_update(found, self.trainer, self._evaluation)

    def at(self, position: Position, address: str) -> Explanation:
        return explained_at(self.play, self.play.shape.clamped(position), self.whole(address), self.sample)


def end(phase: Phase, sample: int = 0) -> Position:
    return Position(phase, sample, 10**6)


@pytest.mark.parametrize("experiment", [LECTURE, BATCHES], ids=["lecture", "batches"])
def test_before_the_backward_pass_the_gradient_is_the_one_left_over_and_nothing_is_checked(
    experiment: Experiment,
) -> None:
    inside = Inside(experiment, 2)
    here = inside.at(BEGINNING, "L1.N1.w1")
    names = list(inside.trainer.objective.names)
    assert here.gradient == inside.play.numbers.stale[names.index("L1.N1.w1")] != 0.0
    assert (here.progress, here.check, here.update, here.complete, here.inside) == (LEFT_OVER, None, None, False, True)
    assert math.isnan(here.share)
    assert all(math.isnan(each.contribution) for each in here.consumers)
    out = inside.at(BEGINNING, f"sample{inside.sample + 1}/L2.N1.out")
    assert math.isnan(out.data) and math.isnan(out.gradient) and not out.complete


def test_numbers_follow_the_place() -> None:
    inside = Inside(LECTURE, 1)
    address = "sample1/L2.N3.out"
    computed = inside.at(end(Phase.FORWARD), address)
    assert (computed.data, computed.gradient) == (inside.whole(address).data, 0.0)
    before = inside.at(end(Phase.BACKWARD, 1), address)
    assert (before.gradient, before.check, before.progress) == (0.0, None, "0 of 1 uses")
    done, whole = inside.at(end(Phase.BACKWARD), address), inside.whole(address)
    assert done.gradient == pytest.approx(whole.gradient, rel=1e-12)
    assert [each.contribution for each in done.consumers] == pytest.approx([e.contribution for e in whole.consumers])
    assert [each.contribution for each in done.operands] == pytest.approx([e.contribution for e in whole.operands])
    assert (done.complete, done.check, done.progress) == (True, whole.check, "")


def test_a_weight_tells_which_samples_have_brought_their_share() -> None:
    inside = Inside(LECTURE, 0)
    here = inside.at(end(Phase.BACKWARD, 2), "L1.N1.w1")
    brought = [not math.isnan(each.contribution) for each in here.consumers]
    assert brought == [False, False, True, True]
    assert here.gradient == pytest.approx(sum(e.contribution for e in here.consumers if e.address[6] in "34"))
    assert here.progress == "2 of 4 samples"
    assert math.isnan(here.share) and here.check is None and here.update is None


@pytest.mark.parametrize("experiment", [LECTURE, BATCHES], ids=["lecture", "batches"])
def test_at_the_end_of_the_backward_pass_every_use_adds_up_to_the_gradient(experiment: Experiment) -> None:
    inside = Inside(experiment, 1)
    gradient = inside.trainer.evaluate(inside.trainer.rows).gradient
    for i, name in enumerate(inside.trainer.objective.names):
        for place in (end(Phase.BACKWARD), inside.play.shape.beginning_of(Phase.UPDATE)):
            here = inside.at(place, name)
            assert here.complete and here.gradient == pytest.approx(gradient[i], rel=1e-9, abs=1e-14)
            total = sum(each.contribution for each in here.consumers)
            assert total == pytest.approx(here.gradient, rel=1e-9, abs=1e-13), name
            assert here.update is not None


def test_the_check_is_of_all_samples_and_so_not_told_of_a_batch() -> None:
    for experiment, checked in ((LECTURE, True), (BATCHES, False)):
        inside = Inside(experiment, 1)
        assert (inside.at(end(Phase.BACKWARD), "L2.N1.b").check is not None) is checked


def test_the_rest_of_a_batch_is_one_row() -> None:
    inside = Inside(BATCHES, 3)
    here = inside.at(end(Phase.BACKWARD), "L1.N2.w1")
    assert [each.note for each in here.consumers if not each.address] == ["the other 4 of the batch"]
    assert here.progress == "over the batch"
    begun = inside.at(end(Phase.BACKWARD, 3), "L1.N2.w1")
    assert begun.progress == "2 of 5 samples"
    rest = next(each for each in begun.consumers if not each.address)
    assert math.isfinite(rest.contribution) and rest.contribution != 0.0


def test_gradients_that_are_never_set_to_zero_are_a_row_of_their_own() -> None:
    training = msgspec.structs.replace(LECTURE.training, bugs=("no-zero",))
    inside = Inside(msgspec.structs.replace(LECTURE, training=training), 2)
    here = inside.at(end(Phase.BACKWARD), "L1.N1.w1")
    assert (here.consumers[-1].note, here.consumers[-1].contribution != 0.0) == ("left by the steps before", True)
    assert sum(each.contribution for each in here.consumers) == pytest.approx(here.gradient, rel=1e-9)


def test_a_sample_that_is_not_in_the_batch_has_no_part_in_it() -> None:
    first = Inside(BATCHES, 0)
    outside = next(row for row in range(80) if row not in first.play.rows)
    inside = Inside(BATCHES, 0, outside)
    weight = inside.at(end(Phase.BACKWARD), "L1.N1.w1")
    assert not any(each.address.startswith("sample") for each in weight.consumers)
    assert weight.share == 0.0
    assert [each.note for each in weight.consumers if not each.address] == ["the other 5 of the batch"]
    out = inside.at(end(Phase.BACKWARD), f"sample{outside + 1}/L1.N1.out")
    assert math.isnan(out.data) and not out.complete and out.progress == "not in the batch"


def test_once_a_weight_has_moved_its_next_step_is_over() -> None:
    inside = Inside(LECTURE, 0)
    names = list(inside.trainer.objective.names)
    moved, waiting = names[4], names[5]
    place = Position(Phase.UPDATE, 0, 5)
    assert inside.play.numbers.after is not None
    assert inside.at(place, moved).data == inside.play.numbers.after[4]
    assert inside.at(place, moved).update is None
    assert inside.at(place, waiting).update is not None


def test_every_node_has_numbers_at_every_place_without_a_complaint() -> None:
    """Also the sums of losses, the penalties and the loss itself."""
    experiment = Experiment(
        "small",
        DataSpec("moons", points=4),
        NetworkSpec((LayerSpec(2, "relu"),), "linear"),
        TrainingSpec(loss="mean-squared", learning_rate=0.1, l2=0.01),
    )
    inside = Inside(experiment, 1)
    program = inside._replay.program
    addresses = [inside._replay.address(node) for node in program.display.tolist()]
    shape = inside.play.shape
    last = shape.at(shape.total)
    for ordinal in range(0, shape.total + 1, 3):
        place = shape.at(ordinal)
        data, grad = inside.play.numbers_of(place, addresses)
        for i, address in enumerate(addresses[:: 1 if ordinal % 9 == 0 else 7]):
            here = inside.at(place, address)
            at = addresses.index(address)
            assert np.array_equal(here.data, data[at], equal_nan=True), (place, address, i)
            assert math.isnan(here.data) or here.gradient == grad[at]
    for address in addresses:
        assert inside.at(last, address).complete, address
