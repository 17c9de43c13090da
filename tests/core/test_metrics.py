"""What is measured of a network, and the log of it: by hand, and against a run that was measured at every step."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.losses import LOSSES
from core.measures import accuracy_of, confusion, gradient_lengths, layers_of, measures, on_test_rows, spreads
from core.metrics_log import MOST_COLUMNS, MOST_POINTS, MetricsLog, Track
from core.trainer import Trainer

BLOBS = Experiment(
    data=DataSpec(kind="blobs", points=60, noise=0.3, classes=3, test_share=0.25),
    network=NetworkSpec(hidden=(LayerSpec(4),), output="linear"),
)
SINE = Experiment(
    data=DataSpec(kind="sine", points=40, test_share=0.5),
    network=NetworkSpec(hidden=(LayerSpec(3),), output="linear"),
    training=TrainingSpec(loss="sum-squared", learning_rate=0.001),
)


def moons(share: float = 0.3, **training: object) -> Experiment:
    experiment = load_example("moons")
    data = msgspec.structs.replace(experiment.data, test_share=share)
    return msgspec.structs.replace(
        experiment, data=data, training=msgspec.structs.replace(experiment.training, **training)
    )


def trained(experiment: Experiment, steps: int) -> tuple[Trainer, MetricsLog]:
    """A run that was recorded at every step."""
    trainer, log = Trainer(experiment), MetricsLog()
    for _ in range(steps + 1):
        record(trainer, log, columns=True)
        trainer.advance(1)
    return trainer, log


def record(trainer: Trainer, log: MetricsLog, *, columns: bool = False) -> None:
    found = on_test_rows(trainer.objective, trainer.theta)
    log.record(trainer, trainer.objective.evaluate(trainer.theta), found, columns=columns)


def test_layers_are_found_in_the_order_of_the_parameters() -> None:
    assert layers_of(["L1.N1.w1", "L1.N1.b", "L1.N2.w1", "L2.N1.w1", "L2.N1.b"]) == {
        "L1": slice(0, 3),
        "L2": slice(3, 5),
    }


def test_lengths_of_gradients_by_hand() -> None:
    lengths = gradient_lengths(np.array([3.0, 4.0, 12.0]), {"L1": slice(0, 2), "L2": slice(2, 3)})
    assert lengths == {"gradient L1": 5.0, "gradient L2": 12.0, "gradient": 13.0}


def test_the_loss_of_the_test_rows_is_that_of_a_network_by_hand() -> None:
    trainer = Trainer(SINE)
    data, theta = trainer.dataset, trainer.theta
    found = on_test_rows(trainer.objective, theta)
    assert found is not None
    w, b = theta[[0, 2, 4]], theta[[1, 3, 5]]
    outputs = np.tanh(data.test_inputs * w + b) @ theta[6:9] + theta[9]
    assert found.outputs == pytest.approx(outputs)
    assert len(data.test_targets) == 20
    assert found.loss == pytest.approx(((outputs - data.test_targets) ** 2).mean() * len(data.targets))
    assert found.accuracy is None


def test_no_rows_kept_back_is_no_test() -> None:
    trainer = Trainer(moons(share=0.0))
    assert on_test_rows(trainer.objective, trainer.theta) is None
    evaluation = trainer.objective.evaluate(trainer.theta)
    found = measures(trainer.objective, evaluation, None, layers_of(trainer.objective.names))
    assert "test loss" not in found
    assert "test accuracy" not in found


@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_loss_of_training_rows_has_no_penalties(loss: str) -> None:
    trainer = Trainer(moons(loss=loss, l2=0.5))
    bare = Trainer(moons(loss=loss, l2=0.0))
    evaluation = trainer.objective.evaluate(trainer.theta)
    found = measures(trainer.objective, evaluation, None, layers_of(trainer.objective.names))
    assert found["train loss"] == pytest.approx(bare.objective.evaluate(trainer.theta).loss)
    assert found["train loss"] < evaluation.loss


def test_a_regression_has_no_accuracy_and_no_confusion() -> None:
    trainer = Trainer(SINE)
    evaluation = trainer.objective.evaluate(trainer.theta)
    assert accuracy_of(evaluation.outputs, trainer.dataset.targets, trainer.dataset) is None
    assert confusion(trainer.dataset, evaluation.outputs, None) is None
    found = measures(trainer.objective, evaluation, on_test_rows(trainer.objective, trainer.theta), {})
    assert "train accuracy" not in found
    assert "test accuracy" not in found
    assert "test loss" in found


def test_confusion_of_two_classes() -> None:
    data = Trainer(moons()).dataset
    outputs = data.targets.copy()
    outputs[np.flatnonzero(data.targets > 0.0)[:3]] = -0.5  # three of the positive ones on the wrong side
    found = confusion(data, outputs, data.test_targets)
    assert found is not None
    positive, negative = int((data.targets > 0.0).sum()), int((data.targets < 0.0).sum())
    assert found.train.tolist() == [[negative, 0], [3, positive - 3]]
    assert found.test.sum() == len(data.test_targets) == found.test.trace()
    assert accuracy_of(outputs, data.targets, data) == pytest.approx(1 - 3 / len(outputs))


def test_the_classes_of_a_sigmoid_are_0_and_1() -> None:
    experiment = moons(loss="mean-squared")
    network = msgspec.structs.replace(experiment.network, output="sigmoid")
    data = Trainer(msgspec.structs.replace(experiment, network=network)).dataset
    outputs = np.where(data.targets > 0.5, 0.6, 0.4)
    assert accuracy_of(outputs, data.targets, data) == 1.0
    found = confusion(data, outputs, None)
    assert found is not None
    assert found.train.trace() == len(outputs)
    assert not found.test.any()


def test_confusion_of_three_classes() -> None:
    data = Trainer(BLOBS).dataset
    scores = data.targets.T.copy()
    first = int(data.targets[:, 0].argmax())  # a row of the first class …
    scores[:, first] = 0.0, 0.1, 0.5  # … taken for the third
    found = confusion(data, scores, None)
    assert found is not None
    assert found.labels == ("1", "2", "3")
    assert found.train[0, 2] == 1
    assert found.train.sum() == len(data.targets) == found.train.trace() + 1
    assert accuracy_of(scores, data.targets, data) == pytest.approx(1 - 1 / len(data.targets))


def test_numbers_of_a_layer_are_counted() -> None:
    trainer = Trainer(BLOBS)
    evaluation = trainer.objective.evaluate(trainer.theta)
    found = spreads(trainer.objective, trainer.theta, evaluation.gradient, layers_of(trainer.objective.names))
    rows = len(trainer.dataset.targets)
    counts = {key: int(each.counts.sum()) for key, each in found.items()}
    assert counts == {
        "weights L1": 12, "weights L2": 15, "activations L1": 4 * rows, "activations L2": 3 * rows,
        "gradients L1": 12, "gradients L2": 15,
    }  # fmt: skip


def test_activations_are_those_of_a_sample_of_many_rows() -> None:
    experiment = load_example("moons")
    data = msgspec.structs.replace(experiment.data, points=2000)
    trainer = Trainer(msgspec.structs.replace(experiment, data=data))
    gradient = np.zeros(len(trainer.theta))
    found = spreads(trainer.objective, trainer.theta, gradient, layers_of(trainer.objective.names))
    assert found["activations L3"].counts.sum() == 500


def test_a_track_is_thinned_evenly_and_shows_the_newest() -> None:
    track: Track[int] = Track(50)
    for step in range(0, 1003, 3):
        track.record(step, step)
    steps = [step for step, _ in track.pairs]
    assert 25 <= len(steps) <= 51
    assert steps[0] == 0
    assert steps[-1] == 1002
    assert np.ptp(np.diff(steps[:-1])) <= 3
    assert all(step == item for step, item in track.pairs)


def test_a_track_goes_back_with_its_run() -> None:
    track: Track[str] = Track(10)
    for step in (0, 1, 2, 3):
        track.record(step, "old")
    track.record(2, "new")
    assert track.pairs == [(0, "old"), (1, "old"), (2, "new")]
    track.drop_from(1)
    assert track.pairs == [(0, "old")]


def test_earlier_steps_can_be_put_in() -> None:
    track: Track[str] = Track(10)
    track.record(8, "now")
    track.insert(2, "then")
    track.insert(8, "not again")
    assert track.pairs == [(2, "then"), (8, "now")]


def test_series_follow_the_run() -> None:
    trainer, log = trained(moons(), 20)
    series = log.series()
    assert series.steps.tolist() == list(range(21))
    assert set(series.values) == {
        "loss", "train loss", "train accuracy", "test loss", "test accuracy",
        "gradient", "gradient L1", "gradient L2", "gradient L3",
    }  # fmt: skip
    parts = np.array([series.values[f"gradient L{i}"] for i in (1, 2, 3)])
    assert np.sqrt((parts**2).sum(axis=0)) == pytest.approx(series.values["gradient"])
    steps, losses = log.test_losses()
    assert steps.tolist() == series.steps.tolist()
    assert losses.tolist() == series.values["test loss"].tolist()
    assert len(trainer.run.history) == 21


def test_a_log_stays_small() -> None:
    trainer, log = trained(moons(), 3)
    evaluation, found = trainer.objective.evaluate(trainer.theta), on_test_rows(trainer.objective, trainer.theta)
    for _ in range(1500):
        trainer.step += 7
        log.record(trainer, evaluation, found, columns=True)
    assert MOST_POINTS / 2 <= len(log.series().steps) <= MOST_POINTS + 1
    histograms = log.histograms()
    assert MOST_COLUMNS / 2 <= len(histograms.steps) <= MOST_COLUMNS + 1
    assert all(counts.shape == (len(histograms.steps), 40) for counts in histograms.counts.values())


def test_what_comes_late_is_as_what_was_recorded() -> None:
    trainer, recorded = trained(moons(), 100)
    late = MetricsLog()
    late.rebuild(trainer, columns=True)
    assert late.behind
    while late.behind:
        late.catch_up(trainer, 0.0)  # one at a time
    steps = late.series().steps
    assert set(steps.tolist()) <= {each.step for each in trainer.run.checkpoints}
    assert steps[0] == 0
    assert len(steps) > 5
    assert np.diff(steps).max() <= 2 * np.diff([each.step for each in trainer.run.checkpoints]).max()
    for name, values in late.series().values.items():
        assert values == pytest.approx(recorded.series().values[name][steps.astype(int)])
    assert late.histograms().steps.tolist() == steps.tolist()


def test_of_what_comes_late_nothing_is_told_before_it_says_something() -> None:
    """A curve that grows together point by point would flicker."""
    trainer, _ = trained(moons(), 150)
    log = MetricsLog()
    log.rebuild(trainer, columns=True)
    sizes = []
    while log.behind:
        log.catch_up(trainer, 0.0)  # one at a time
        sizes.append(len(log.series().steps))
    told = sorted(set(sizes))
    assert told[0] == 0
    assert told[1] >= 8
    assert len(told) <= 5  # roughly, then three times in more detail
    assert len(log.histograms().steps) > 8


def test_the_loss_of_all_rows_is_told_whatever_the_batches() -> None:
    trainer, log = trained(moons(batch=8), 100)
    steps, losses = log.losses()
    assert steps.tolist() == list(range(101))
    late = MetricsLog()
    late.rebuild(trainer, columns=False)
    while late.behind:
        late.catch_up(trainer, 1.0)
    again, same = late.losses()
    assert len(again) > 5
    assert same == pytest.approx(losses[again.astype(int)])
    assert np.abs(losses[:100] - trainer.run.history.losses[:100]).max() > 0.01  # those of the batches


def test_what_comes_late_follows_changes_of_the_data() -> None:
    trainer, _ = trained(moons(share=0.0), 40)
    trainer.change(msgspec.structs.replace(trainer.experiment, data=moons(share=0.5).data))
    trainer.advance(20)
    log = MetricsLog()
    log.rebuild(trainer, columns=False)
    while log.behind:
        log.catch_up(trainer, 1.0)
    found = log.series()
    tested_steps = found.steps[np.isfinite(found.values["test loss"])]
    assert found.steps[0] == 0
    assert tested_steps.min() >= 40
    assert log.test_losses()[0].tolist() == tested_steps.tolist()


def test_a_fast_run_is_filled_up_between_its_frames() -> None:
    trainer, log = Trainer(moons()), MetricsLog()
    record(trainer, log)
    trainer.advance(160)
    log.fill(trainer, 10.0)
    record(trainer, log)
    steps = log.series().steps
    assert steps[0] == 0
    assert steps[-1] == 160
    assert 8 <= len(steps) <= 10
    log.fill(trainer, 10.0)  # nothing has passed since
    assert log.series().steps.tolist() == steps.tolist()


def test_a_rewound_run_forgets() -> None:
    trainer, log = trained(moons(), 30)
    trainer.rewind(10)
    log.drop_from(10)
    record(trainer, log)
    assert log.series().steps.tolist() == list(range(11))
    assert log.histograms().steps.max() <= 10


def test_a_log_without_anything() -> None:
    log = MetricsLog()
    assert log.series().steps.size == 0
    assert log.histograms().counts == {}
    assert log.test_losses()[0].size == 0
    assert not log.behind
