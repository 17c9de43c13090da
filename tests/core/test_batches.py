"""Batches: every epoch takes each sample once, in an order of its own that can be found again."""

from __future__ import annotations

import numpy as np
import pytest

from core.batches import Batches
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec


def experiment(batch: int, seed: int = 7) -> Experiment:
    data, network = DataSpec("moons", 10), NetworkSpec((LayerSpec(2),), seed=seed)
    return Experiment("batches", data, network, TrainingSpec(batch=batch))


def test_an_epoch_takes_each_sample_once_and_its_last_batch_may_be_short() -> None:
    batches = Batches(experiment(4), 10)
    first, second = batches.upcoming(3), batches.upcoming(6)[3:]
    assert [len(rows) for rows in first] == [4, 4, 2]
    assert [sorted(np.concatenate(epoch).tolist()) for epoch in (first, second)] == [list(range(10))] * 2
    assert np.concatenate(first).tolist() != np.concatenate(second).tolist()
    assert batches.place == (0, 0)


@pytest.mark.parametrize("place", [(0, 0), (1, 8), (2**32, 4)])
def test_a_place_gives_the_same_rows_again(place: tuple[int, int]) -> None:
    there, again = Batches(experiment(4), 10), Batches(experiment(4), 10)
    there.place = again.place = place
    again.upcoming(5)
    assert there.rows is not None and again.rows is not None
    assert there.rows.tolist() == again.rows.tolist()


def test_the_place_moves_through_the_epochs() -> None:
    batches = Batches(experiment(4), 10)
    places = []
    for _ in range(4):
        batches.move_on()
        places.append(batches.place)
    assert places == [(0, 4), (0, 8), (1, 0), (1, 4)]
    batches.begin_epoch()
    assert batches.place == (2, 0)


@pytest.mark.parametrize("batch", [0, 10, 11])
def test_all_samples_are_one_batch(batch: int) -> None:
    batches = Batches(experiment(batch), 10)
    assert batches.whole
    assert batches.rows is None
    assert batches.upcoming(3) == []
    batches.move_on()
    assert batches.place == (1, 0)


def test_another_seed_is_another_order_and_another_size_goes_on_from_the_place() -> None:
    batches = Batches(experiment(4), 10)
    batches.move_on()
    ours = batches.upcoming(1)[0].tolist()
    batches.follow(experiment(3), 10)
    assert batches.upcoming(1)[0].tolist() == ours[:3]
    batches.follow(experiment(4, seed=8), 10)
    assert batches.upcoming(1)[0].tolist() != ours


@pytest.mark.parametrize(("batch", "samples", "left"), [(4, 10, [3, 2, 1, 3]), (5, 10, [2, 1, 2]), (0, 10, [1, 1])])
def test_the_steps_that_are_left_of_an_epoch(batch: int, samples: int, left: list[int]) -> None:
    batches = Batches(Experiment(training=TrainingSpec(batch=batch)), samples)
    for expected in left:
        assert batches.left == expected
        batches.move_on()
