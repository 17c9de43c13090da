"""Training with bugs: exact in every direction as without, and a true run beside it."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from core.bugs import NO_BUGS, Bug, BugError, Bugs
from core.changes import describe_change
from core.datasets import make_dataset
from core.document import Document, decode, document_of, encode, trainer_of
from core.errors import DocumentError, ExperimentError
from core.examples import load_example
from core.experiment import (
    DataSpec,
    Decay,
    Experiment,
    LayerSpec,
    NetworkSpec,
    OptimizerSpec,
    TrainingSpec,
    with_bugs,
)
from core.experiment_rules import check_experiment
from core.objective import Objective
from core.program_bugs import BrokenObjective
from core.schedules import learning_rate
from core.setup_text import experiment_from_text, setup_text
from core.trainer import Trainer
from core.twin import TrueRun, saved_twin

BUGS = [bug for bug in Bug if bug not in (Bug.NEGATION_LOOP, Bug.NO_RADD)]
SMALL = Experiment(
    "small",
    DataSpec("moons", 10, 0.1, 3),
    NetworkSpec((LayerSpec(3, "tanh"), LayerSpec(2, "tanh")), "linear", "lecture", 5),
    TrainingSpec(2e-4, Decay("linear", 0.9, 40), "mean-squared", 1e-3, 4, optimizer=OptimizerSpec("momentum")),
)


def on(experiment: Experiment, *bugs: Bug) -> Experiment:
    return with_bugs(experiment, frozenset(bugs))


def walk(trainer: Trainer, steps: int) -> list[bytes]:
    """Take so many steps; parameters, optimiser's state and gradients left over before each."""
    seen = []
    for _ in range(steps):
        seen.append(trainer.theta.tobytes() + trainer.state.tobytes() + trainer.accumulated.tobytes())
        assert trainer.advance(1).divergence is None
    return seen


def reopened(trainer: Trainer) -> Trainer:
    return trainer_of(decode(encode(document_of(trainer.experiment, None, [trainer]))).runs[0])


# -- what the experiment says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("no-radd",), "There is no bug 'no-radd' for training"),
        (("twice", "overwrite"), "alphabetical order"),
        (("twice", "twice"), "alphabetical order"),
        (("naive", "preorder"), "cannot be together"),
    ],
)
def test_bugs_that_cannot_be(names: tuple[str, ...], words: str) -> None:
    training = msgspec.structs.replace(TrainingSpec(), bugs=names)
    with pytest.raises(ExperimentError, match=words):
        check_experiment(msgspec.structs.replace(SMALL, training=training))


def test_the_mark_on_the_curve() -> None:
    both = on(SMALL, Bug.TWICE, Bug.OVERWRITE)
    assert describe_change(SMALL, on(SMALL, Bug.OVERWRITE)) == "bug: = instead of +="
    assert describe_change(SMALL, both) == "bug: = instead of += and two backward passes"
    assert describe_change(both, SMALL) == "bugs off"


def test_a_set_up_text_brings_its_bugs() -> None:
    assert experiment_from_text(setup_text(on(SMALL, Bug.NO_ZERO))).training.bugs == ("no-zero",)


# -- steps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bug", BUGS)
def test_steps_are_those_of_the_broken_program(bug: Bug) -> None:
    experiment = load_example("lecture")
    trainer = Trainer(on(experiment, bug))
    losses = trainer.advance(8).losses
    broken = BrokenObjective(Objective(experiment, make_dataset(experiment.data)), frozenset({bug}))
    theta, left = broken.objective.initial, broken.fresh_gradients()
    for step in range(8):
        found = broken.evaluate(theta, None, left)
        assert found.loss == losses[step]
        left = found.accumulated
        theta = theta - broken.update_sign * learning_rate(experiment.training, step) * found.gradient
    assert trainer.theta.tobytes() == theta.tobytes()


@pytest.mark.parametrize("bug", BUGS)
def test_rewinding_is_exact_though_the_bug_went_on_and_off(bug: Bug) -> None:
    trainer = Trainer(SMALL)
    seen = walk(trainer, 5)
    trainer.change(on(SMALL, bug))
    seen += walk(trainer, 14)
    trainer.change(SMALL)
    seen += walk(trainer, 4)
    trainer.change(on(SMALL, bug))
    seen += walk(trainer, 13)
    segments = list(trainer.run.segments)
    for step in (31, 23, 21, 12, 5, 2):
        trainer.rewind(step)
        again = Trainer.restored(trainer.run, trainer.present)
        now = again.theta.tobytes() + again.state.tobytes()
        assert seen[step].startswith(now)
        for segment in segments:
            if segment.first_step == step and step:
                trainer.change(segment.experiment)
    trainer.rewind(0)
    trainer.change(SMALL)
    assert walk(trainer, 5) == seen[:5]


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("batch", [0, 3])
def test_the_way_on_after_rewinding_is_the_same(bug: Bug, batch: int) -> None:
    training = msgspec.structs.replace(SMALL.training, batch=batch)
    trainer = Trainer(on(msgspec.structs.replace(SMALL, training=training), bug))
    steps = 10 if bug is Bug.TANH_SIGNS else 40  # its pole is near
    seen = walk(trainer, steps)
    for step in (37, 33, 18, 7, 1, 0)[-3 if steps == 10 else 0 :]:
        trainer.rewind(step)
        assert walk(trainer, steps - step) == seen[step:]


@pytest.mark.parametrize("bug", BUGS)
def test_a_run_saved_in_the_middle_goes_on_the_same_and_back_as_well(bug: Bug) -> None:
    trainer = Trainer(SMALL)
    seen = walk(trainer, 3)
    trainer.change(on(SMALL, bug))
    seen += walk(trainer, 20)
    again = reopened(trainer)
    assert walk(again, 6) == walk(trainer, 6)
    again.rewind(11)
    assert walk(again, 12) == seen[11:]


def test_gradients_that_are_never_zeroed_begin_at_zero_where_the_bug_is_switched_on() -> None:
    trainer, other = Trainer(SMALL), Trainer(SMALL)
    trainer.change(on(SMALL, Bug.NO_ZERO))
    assert not trainer.accumulated.any()
    walk(trainer, 6)
    left = trainer.accumulated.copy()
    assert left.any()
    trainer.change(msgspec.structs.replace(on(SMALL, Bug.NO_ZERO, Bug.TWICE), data=DataSpec("moons", 9, 0.1, 3)))
    assert np.array_equal(trainer.accumulated, left)
    # off and on again without a step between: as if zeroed once, and replay knows it
    trainer.change(SMALL)
    assert not len(trainer.accumulated)
    trainer.change(on(SMALL, Bug.NO_ZERO))
    assert not trainer.accumulated.any()
    seen = walk(trainer, 6)
    trainer.rewind(9)
    assert walk(trainer, 3) == seen[3:]
    assert not len(other.present.accumulated)


def test_left_over_gradients_of_another_length_are_no_sound_file() -> None:
    trainer = Trainer(on(SMALL, Bug.NO_ZERO))
    walk(trainer, 3)
    record = document_of(trainer.experiment, None, [trainer]).runs[0]
    for present in (
        msgspec.structs.replace(record.present, accumulated=b""),
        msgspec.structs.replace(record.present, accumulated=record.present.accumulated[:-8]),
    ):
        broken = msgspec.structs.replace(record, present=present)
        with pytest.raises(DocumentError, match="gradients left over"):
            encode(Document(experiment=trainer.experiment, runs=(broken,)))


# -- how it ends -------------------------------------------------------------------------------------------------------


def test_a_run_that_the_bug_lets_explode_stops_before_the_step() -> None:
    training = TrainingSpec(1.0, loss="mean-squared")
    trainer = Trainer(on(msgspec.structs.replace(SMALL, training=training), Bug.WRONG_SIGN))
    progress = trainer.advance(2000)
    assert progress.divergence is not None
    assert progress.divergence.step == trainer.step < 2000
    assert not np.isfinite(progress.divergence.value)
    assert "bug" in progress.divergence.advice
    assert np.isfinite(progress.losses).all()


def test_numbers_that_are_not_finite_with_the_bug_alone_are_told_as_its_own() -> None:
    """The wrong tanh has a pole at 0, which the true one has not."""
    trainer = Trainer(on(SMALL, Bug.TANH_SIGNS))
    trainer.theta = np.zeros_like(trainer.theta)
    divergence = trainer.advance(1).divergence
    assert divergence is not None
    assert not np.isfinite(divergence.value)


def test_a_bug_that_would_never_end_is_an_error_and_the_run_goes_on_without_it() -> None:
    deep = msgspec.structs.replace(SMALL, network=NetworkSpec((LayerSpec(8),) * 6, "linear", "lecture", 5))
    trainer = Trainer(deep)
    walk(trainer, 2)
    trainer.change(on(deep, Bug.NAIVE))
    with pytest.raises(BugError, match="every path"):
        trainer.advance(1)
    assert trainer.step == 2
    assert len(trainer.run.history) == 2
    again = reopened(trainer)
    for each in (trainer, again):
        each.change(deep)
    assert walk(trainer, 2) == walk(again, 2)


# -- the true run beside it --------------------------------------------------------------------------------------------


def both(trainer: Trainer, true: TrueRun, steps: int) -> None:
    trainer.advance(steps)
    true.advance()


def without(experiment: Experiment, steps: int) -> list[bytes]:
    trainer = Trainer(experiment)
    return walk(trainer, steps)


@pytest.mark.parametrize("bug", BUGS)
def test_the_twin_goes_on_as_if_the_bug_had_never_been(bug: Bug) -> None:
    seen = without(SMALL, 31)
    trainer = Trainer(SMALL)
    true = TrueRun(trainer)
    both(trainer, true, 6)
    assert true.twin is None
    trainer.change(on(SMALL, bug))
    assert true.follow()
    both(trainer, true, 12)
    both(trainer, true, 12)
    assert true.twin is not None
    assert true.twin.step == trainer.step == 30
    assert seen[30] == true.twin.theta.tobytes() + true.twin.state.tobytes()
    assert true.twin.run.history.steps.tolist() == list(range(6, 30))
    assert trainer.theta.tobytes() != true.twin.theta.tobytes()


def test_the_twin_goes_back_with_its_run_and_anew_from_before_the_bug() -> None:
    seen = without(SMALL, 30)
    trainer = Trainer(SMALL)
    true = TrueRun(trainer)
    trainer.advance(8)
    trainer.change(on(SMALL, Bug.OVERWRITE))
    true.follow()
    both(trainer, true, 20)
    for step, anew in ((17, False), (8, False), (3, True)):
        trainer.rewind(step)
        assert true.follow() is anew
        assert true.twin is not None
        assert (true.twin.step, true.twin.experiment) == (step, SMALL)
        assert seen[step] == true.twin.theta.tobytes() + true.twin.state.tobytes()
    both(trainer, true, 5)
    assert seen[8] == true.twin.theta.tobytes() + true.twin.state.tobytes()


def test_other_changes_are_the_twins_too_and_the_last_bug_takes_it_with_it() -> None:
    trainer = Trainer(on(SMALL, Bug.TWICE))
    true = TrueRun(trainer)
    both(trainer, true, 4)
    for changed in (on(SMALL, Bug.TWICE, Bug.NO_ZERO), on(SMALL, Bug.NO_ZERO)):
        trainer.change(changed)
        assert not true.follow()
        both(trainer, true, 2)
    slower = msgspec.structs.replace(SMALL, training=msgspec.structs.replace(SMALL.training, learning_rate=0.01))
    trainer.change(on(slower, Bug.NO_ZERO))
    true.follow()
    both(trainer, true, 3)
    alone = Trainer(SMALL)
    walk(alone, 8)
    alone.change(slower)
    walk(alone, 3)
    assert true.twin is not None
    assert alone.theta.tobytes() == true.twin.theta.tobytes()
    trainer.change(slower)
    assert not true.follow()
    assert true.twin is None
    assert true.trainers == [trainer]


def test_a_file_keeps_the_twin() -> None:
    seen = without(SMALL, 30)
    trainer = Trainer(SMALL)
    true = TrueRun(trainer)
    trainer.advance(5)
    trainer.change(on(SMALL, Bug.NO_ZERO))
    true.follow()
    both(trainer, true, 10)
    document = decode(encode(document_of(trainer.experiment, None, true.trainers)))
    trainer = trainer_of(document.runs[-1])
    true = TrueRun(trainer, saved_twin(document.runs))
    assert true.twin is not None
    assert true.twin.run.history.steps.tolist() == list(range(5, 15))
    both(trainer, true, 5)
    assert seen[20] == true.twin.theta.tobytes() + true.twin.state.tobytes()
    trainer.rewind(9)
    assert not true.follow()
    assert seen[9] == true.twin.theta.tobytes() + true.twin.state.tobytes()


def test_a_file_with_a_bug_and_no_twin_begins_one_where_it_stands() -> None:
    trainer = Trainer(on(SMALL, Bug.TWICE))
    trainer.advance(7)
    document = decode(encode(document_of(trainer.experiment, None, [trainer])))
    trainer = trainer_of(document.runs[-1])
    true = TrueRun(trainer, saved_twin(document.runs))
    assert true.twin is not None
    assert true.twin.theta.tobytes() == trainer.theta.tobytes()
    both(trainer, true, 1)
    assert true.twin.step == 8


def test_a_twin_that_diverges_stays_where_it_is() -> None:
    wild = msgspec.structs.replace(SMALL, training=TrainingSpec(10.0, loss="sum-squared", bugs=("no-backward",)))
    trainer = Trainer(wild)
    true = TrueRun(trainer)
    both(trainer, true, 400)
    assert trainer.step == 400
    assert true.twin is not None
    stopped = true.twin.step
    assert stopped < 400
    both(trainer, true, 10)
    assert true.twin.step == stopped
    trainer.rewind(1)
    true.follow()
    both(trainer, true, 1)
    assert true.twin.step == 2


def test_no_bugs_no_twin() -> None:
    trainer = Trainer(SMALL)
    true = TrueRun(trainer)
    no_bugs: Bugs = NO_BUGS
    assert with_bugs(SMALL, no_bugs) == SMALL
    both(trainer, true, 3)
    assert true.twin is None
    assert true.advance() is None
