from __future__ import annotations

import numpy as np
import pytest

from core.history import History


def history_of(losses: np.ndarray, cap: int = 2**18) -> History:
    history = History(cap)
    history.append(np.arange(len(losses)), losses)
    return history


def test_an_empty_history_reduces_to_nothing() -> None:
    history = History()
    assert len(history) == 0
    assert history.nearest(3) == -1
    assert all(part.size == 0 for part in history.reduced(0, 20, 350))


def test_points_are_kept_as_given() -> None:
    history = History()
    history.append([0, 1, 2], [3.0, 2.0, 1.0])
    history.append(3, 0.5)
    assert history.steps.tolist() == [0, 1, 2, 3]
    assert history.losses.tolist() == [3.0, 2.0, 1.0, 0.5]
    assert history.last_step == 3


def test_its_arrays_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        history_of(np.ones(3)).losses[0] = 2.0


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="2 steps, but 1 losses"):
        History().append([0, 1], [1.0])


def test_buffers_grow() -> None:
    losses = np.random.default_rng(1).random(5000)
    history = History()
    for start in range(0, 5000, 7):
        history.append(np.arange(start, min(start + 7, 5000)), losses[start : start + 7])
    assert np.array_equal(history.losses, losses)


def test_a_full_history_keeps_every_second_point_and_goes_on_with_that_stride() -> None:
    history = History(cap=16)
    for step in range(16):
        history.append(step, float(step))
    assert history.stride == 2
    assert history.steps.tolist() == list(range(0, 16, 2))
    history.append(np.arange(16, 21), np.arange(16.0, 21.0))
    assert history.steps.tolist() == list(range(0, 21, 2))


@pytest.mark.parametrize("portion", [1, 5, 16, 1000])
def test_thinning_does_not_depend_on_how_the_points_arrive(portion: int) -> None:
    history = History(cap=16)
    for start in range(0, 1000, portion):
        steps = np.arange(start, min(start + portion, 1000))
        history.append(steps, steps.astype(float))
    assert history.stride == 128
    assert history.steps.tolist() == list(range(0, 1000, 128))
    assert np.array_equal(history.losses, history.steps)
    assert history.last_step == 999


def test_sparse_steps_are_thinned_too() -> None:
    history = History(cap=16)
    steps = np.arange(1, 2000, 10)  # never a multiple of the stride
    history.append(steps, np.ones(steps.size))
    assert 4 <= len(history) <= 16
    assert history.steps[0] == 1


def test_a_smaller_step_drops_the_points_from_there_on() -> None:
    history = history_of(np.arange(10.0))
    history.append([4, 5], [40.0, 50.0])
    assert history.steps.tolist() == [0, 1, 2, 3, 4, 5]
    assert history.losses.tolist() == [0.0, 1.0, 2.0, 3.0, 40.0, 50.0]


def test_a_rewind_within_one_delivery() -> None:
    history = History()
    history.append([0, 1, 2, 1, 2], [9.0, 8.0, 7.0, 6.0, 5.0])
    assert history.losses.tolist() == [9.0, 6.0, 5.0]


def test_a_rewind_to_a_step_that_was_thinned_away() -> None:
    history = History(cap=16)
    history.append(np.arange(40), np.arange(40.0))  # a stride of 4: 0, 4 … 36 are kept
    history.append([38, 39, 40], [380.0, 390.0, 400.0])
    assert history.steps.tolist() == [*range(0, 40, 4), 40]
    assert history.losses[-1] == 400.0


def test_a_rewind_takes_divergence_back() -> None:
    history = history_of(np.array([1.0, np.inf, np.nan]))
    assert history.finite_count == 1
    history.append([1, 2], [0.9, 0.8])
    assert history.finite_count == 3


def test_losses_that_are_not_finite_end_the_curve() -> None:
    history = history_of(np.array([3.0, 2.0, np.nan, 1.0]))
    x, mean, low, high = history.reduced(0, 20, 350)
    assert len(history) == 4
    assert x.tolist() == [0, 1]
    assert mean.tolist() == low.tolist() == high.tolist() == [3.0, 2.0]
    assert history.nearest(3) == 1


def test_few_points_are_reduced_to_themselves() -> None:
    x, mean, low, high = history_of(np.array([3.0, 2.0, 1.0])).reduced(0, 20, 350)
    assert x.tolist() == [0, 1, 2]
    assert mean.tolist() == low.tolist() == high.tolist() == [3.0, 2.0, 1.0]


def test_many_points_are_reduced_to_means_and_extremes() -> None:
    losses = np.random.default_rng(2).random(100_000)
    x, mean, low, high = history_of(losses).reduced(0, 100_000, 100)
    columns = losses.reshape(100, 1000)
    assert mean == pytest.approx(columns.mean(axis=1))
    assert low.tolist() == columns.min(axis=1).tolist()
    assert high.tolist() == columns.max(axis=1).tolist()
    assert x == pytest.approx(np.arange(100) * 1000 + 499.5)


def test_columns_stay_where_they_are_while_the_curve_grows() -> None:
    losses = np.random.default_rng(3).random(20_000)
    shorter = history_of(losses[:15_000]).reduced(0, 20_480, 350)
    longer = history_of(losses).reduced(0, 20_480, 350)
    whole = shorter[0].size - 1  # the last column may be half full
    for a, b in zip(shorter, longer, strict=True):
        assert np.array_equal(a[:whole], b[:whole])


def test_a_part_takes_one_neighbour_on_either_side() -> None:
    x, *_ = history_of(np.ones(100)).reduced(10.5, 20.5, 350)
    assert x.tolist() == list(range(10, 22))


def test_huge_losses_have_a_finite_mean() -> None:
    _, mean, low, high = history_of(np.full(10_000, 1e308)).reduced(0, 10_000, 100)
    assert np.all((low <= mean) & (mean <= high))


@pytest.mark.parametrize(("step", "index"), [(-5, 0), (0.4, 0), (14, 1), (16, 2), (999, 2)])
def test_the_nearest_point(step: float, index: int) -> None:
    history = History()
    history.append([0, 10, 20], [1.0, 2.0, 3.0])
    assert history.nearest(step) == index
