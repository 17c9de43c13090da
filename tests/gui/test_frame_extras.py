"""What frames bring besides the state of their step, of real trainers and without a thread."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from core.examples import load_example
from core.experiment import Experiment
from core.trainer import Trainer
from gui.frame_builder import FrameBuilder
from gui.frame_extras import SPREAD_SECONDS, FrameExtras
from gui.frames import Frame, ViewRequest, Want

ALL = frozenset(Want)


def experiment(share: float = 0.3) -> Experiment:
    example = load_example("moons")
    return msgspec.structs.replace(example, data=msgspec.structs.replace(example.data, test_share=share))


def batches() -> Experiment:
    example = experiment()
    return msgspec.structs.replace(example, training=msgspec.structs.replace(example.training, batch=8))


def bare(trainer: Trainer) -> Frame:
    return FrameBuilder(trainer).build(1, ViewRequest(), running=False, maps=False)


def complete(
    extras: FrameExtras, trainer: Trainer, wants: frozenset[Want] = frozenset(), *, running: bool = False
) -> Frame:
    return extras.complete(bare(trainer), trainer, wants, running=running)


def test_test_rows_are_always_told_of() -> None:
    trainer = Trainer(experiment())
    extras = FrameExtras(trainer)
    complete(extras, trainer)
    trainer.advance(1)
    frame = complete(extras, trainer)
    data = trainer.dataset
    assert frame.test_loss == trainer.objective.measure(trainer.theta, data.test_inputs, data.test_targets).loss
    assert frame.test_predictions is not None
    assert frame.test_predictions.shape == data.test_targets.shape
    right = (frame.test_predictions > 0.0) == (data.test_targets > 0.0)
    assert frame.test_accuracy == pytest.approx(right.mean())
    assert frame.test_curve is not None
    assert frame.test_curve.steps.tolist() == [0.0, 1.0]
    assert frame.test_curve.losses[-1] == frame.test_loss


def test_without_test_rows_there_is_nothing_to_be_told() -> None:
    trainer = Trainer(experiment(share=0.0))
    frame = complete(FrameExtras(trainer), trainer, ALL)
    assert (frame.test_loss, frame.test_accuracy, frame.test_predictions, frame.test_curve) == (None,) * 4
    assert frame.series is not None
    assert "test loss" not in frame.series.values
    assert frame.confusion is not None
    assert not frame.confusion.test.any()


@pytest.mark.parametrize(("want", "field"), [
    (Want.SERIES, "series"), (Want.HISTOGRAMS, "histograms"), (Want.CONFUSION, "confusion"),
])  # fmt: skip
def test_only_what_is_wanted_is_brought(want: Want, field: str) -> None:
    trainer = Trainer(experiment())
    frame = complete(FrameExtras(trainer), trainer, frozenset({want}))
    assert {name for name in ("series", "histograms", "confusion") if getattr(frame, name) is not None} == {field}


def test_a_regression_has_no_confusion() -> None:
    example = load_example("moons")
    data = msgspec.structs.replace(example.data, kind="plane")
    training = msgspec.structs.replace(example.training, loss="mean-squared")
    trainer = Trainer(msgspec.structs.replace(example, data=data, training=training))
    frame = complete(FrameExtras(trainer), trainer, ALL)
    assert frame.confusion is None
    assert frame.series is not None
    assert "train accuracy" not in frame.series.values


def test_an_earlier_step_is_told_of_but_not_recorded() -> None:
    trainer = Trainer(experiment())
    extras = FrameExtras(trainer)
    complete(extras, trainer, ALL)
    trainer.advance(30)
    present = complete(extras, trainer, ALL)
    past = Trainer(experiment())
    past.advance(10)
    frame = complete(extras, past, ALL)
    assert present.series is not None
    assert frame.series is not None
    assert set(present.series.steps.tolist()) <= set(frame.series.steps.tolist())
    assert frame.series.steps[-1] == 30
    data = past.dataset
    assert frame.test_loss == past.objective.measure(past.theta, data.test_inputs, data.test_targets).loss
    assert frame.confusion is not None
    right = int(((bare(past).predictions > 0.0) == (data.targets > 0.0)).sum())
    assert frame.confusion.train.trace() == right


def test_a_run_that_was_opened_is_made_up_for() -> None:
    trainer = Trainer(experiment())
    trainer.advance(200)
    extras = FrameExtras(trainer)
    frame = complete(extras, trainer, frozenset({Want.SERIES, Want.HISTOGRAMS}))
    while extras.behind:
        frame = complete(extras, trainer, frozenset({Want.SERIES, Want.HISTOGRAMS}))
    assert frame.series is not None
    assert frame.series.steps[[0, -1]].tolist() == [0.0, 200.0]
    assert len(frame.series.steps) > 10
    assert frame.histograms is not None
    assert frame.histograms.steps[0] == 0.0
    assert frame.test_curve is not None
    assert frame.test_curve.steps[0] == 0.0
    assert np.isfinite(frame.series.values["test loss"]).all()


def test_the_test_curve_of_an_opened_run_is_made_up_for_although_nobody_asks() -> None:
    trainer = Trainer(experiment())
    trainer.advance(200)
    extras = FrameExtras(trainer)
    frame = complete(extras, trainer)
    while extras.behind:
        frame = complete(extras, trainer)
    assert frame.test_curve is not None
    assert frame.test_curve.steps[[0, -1]].tolist() == [0.0, 200.0]


def test_with_batches_the_loss_of_all_rows_is_told_from_the_beginning() -> None:
    trainer = Trainer(batches())
    extras = FrameExtras(trainer)
    complete(extras, trainer)
    for _ in range(20):
        trainer.advance(1)
        frame = complete(extras, trainer, running=True)
    assert frame.all_curve is not None
    assert frame.all_curve.steps.tolist() == list(range(21))
    assert frame.all_curve.losses[-1] == frame.loss
    trainer.advance(200)
    late = FrameExtras(trainer)  # as after opening a file
    frame = complete(late, trainer)
    while late.behind:
        frame = complete(late, trainer)
    assert frame.all_curve is not None
    assert frame.all_curve.steps[[0, -1]].tolist() == [0.0, 220.0]
    assert len(frame.all_curve.steps) > 10


def test_without_batches_the_curve_is_that_of_all_rows_already() -> None:
    trainer = Trainer(experiment())
    assert complete(FrameExtras(trainer), trainer).all_curve is None
    trainer.advance(3)
    trainer.change(batches())
    assert complete(FrameExtras(trainer), trainer).all_curve is not None
    trainer.advance(3)
    trainer.change(experiment())
    assert complete(FrameExtras(trainer), trainer).all_curve is not None  # of some steps only the batch is known


def test_histograms_that_are_wanted_late_begin_at_the_first_step() -> None:
    trainer = Trainer(experiment())
    extras = FrameExtras(trainer)
    complete(extras, trainer)
    trainer.advance(100)
    assert complete(extras, trainer).histograms is None
    frame = complete(extras, trainer, frozenset({Want.HISTOGRAMS}))
    while extras.behind:
        frame = complete(extras, trainer, frozenset({Want.HISTOGRAMS}))
    assert frame.histograms is not None
    assert frame.histograms.steps[[0, -1]].tolist() == [0.0, 100.0]


def test_while_training_runs_much_is_told_only_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("gui.frame_extras.perf_counter", lambda: now)
    trainer = Trainer(experiment())
    extras = FrameExtras(trainer)
    told = []
    for _ in range(6):
        trainer.advance(1)
        frame = complete(extras, trainer, ALL, running=True)
        told.append(frame.histograms is not None)
        assert frame.test_loss is not None
        now += 0.4 * SPREAD_SECONDS
    assert told == [True, False, False, True, False, False]
    assert complete(extras, trainer, ALL).series is not None  # at rest all of it is told
