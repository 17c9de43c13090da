"""The learning rate from step to step."""

from __future__ import annotations

import pytest

from core.experiment import Decay, TrainingSpec
from core.schedules import learning_rate


@pytest.mark.parametrize("step", [0, 1, 99, 10**9])
def test_constant(step: int) -> None:
    assert learning_rate(TrainingSpec(learning_rate=0.05), step) == 0.05


@pytest.mark.parametrize("step", range(100))
def test_the_demos_decay(step: int) -> None:
    demo = TrainingSpec(learning_rate=1.0, decay=Decay("linear", 0.9, 100))
    assert learning_rate(demo, step) == pytest.approx(1.0 - 0.9 * step / 100, rel=1e-15)


def test_linear_decay_stays_where_it_ends() -> None:
    training = TrainingSpec(learning_rate=2.0, decay=Decay("linear", 0.75, 10))
    assert [learning_rate(training, step) for step in (0, 5, 10, 11, 10**9)] == [2.0, 1.25, 0.5, 0.5, 0.5]


def test_a_drop_of_everything_ends_at_0() -> None:
    assert learning_rate(TrainingSpec(learning_rate=2.0, decay=Decay("linear", 1.0, 4)), 4) == 0.0
