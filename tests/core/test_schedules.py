"""The learning rate from step to step."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from core.experiment import Decay, DecayKind, TrainingSpec
from core.schedules import learning_rate, learning_rates

# By PyTorch 2.13: python tests/benchmarks/torch_references.py
BY_TORCH: dict[tuple[str, int], list[float]] = {
    ("constant", 0): [0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8],
    ("linear", 0): [
        0.8,
        0.7250000000000001,
        0.6500000000000001,
        0.5750000000000001,
        0.5,
        0.425,
        0.35,
        0.27499999999999997,
        0.19999999999999998,
    ],
    ("step", 0): [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2],
    ("exponential", 0): [
        0.8,
        0.6000000000000001,
        0.45000000000000007,
        0.3375,
        0.25312500000000004,
        0.18984375000000003,
        0.1423828125,
        0.10678710937500001,
        0.08009033203125,
    ],
    ("cosine", 0): [
        0.8,
        0.7771638597533861,
        0.7121320343559643,
        0.6148050297095271,
        0.5000000000000001,
        0.3851949702904731,
        0.2878679656440358,
        0.222836140246614,
        0.2,
    ],
    ("constant", 3): [0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8],
    ("linear", 3): [
        0.2,
        0.4,
        0.6000000000000001,
        0.8,
        0.7250000000000001,
        0.6500000000000001,
        0.5750000000000001,
        0.5,
        0.425,
    ],
    ("step", 3): [0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8, 0.4, 0.4, 0.4],
    ("exponential", 3): [
        0.2,
        0.4,
        0.6000000000000001,
        0.8,
        0.6000000000000001,
        0.45000000000000007,
        0.3375,
        0.25312500000000004,
        0.18984375000000003,
    ],
    ("cosine", 3): [
        0.2,
        0.4,
        0.6000000000000001,
        0.8,
        0.7771638597533861,
        0.7121320343559643,
        0.6148050297095271,
        0.5000000000000001,
        0.3851949702904731,
    ],
}
DECAYS = {
    "constant": Decay(),
    "linear": Decay("linear", drop=0.75, steps=8),
    "step": Decay("step", steps=3, factor=0.5),
    "exponential": Decay("exponential", per_step=0.75),
    "cosine": Decay("cosine", drop=0.75, steps=8),
}


def scheduled(kind: str, warmup: int) -> TrainingSpec:
    return TrainingSpec(learning_rate=0.8, decay=msgspec.structs.replace(DECAYS[kind], warmup=warmup))


@pytest.mark.parametrize(("kind", "warmup"), BY_TORCH)
def test_the_rates_are_pytorchs(kind: str, warmup: int) -> None:
    training, expected = scheduled(kind, warmup), BY_TORCH[kind, warmup]
    assert [learning_rate(training, step) for step in range(len(expected))] == pytest.approx(expected, rel=1e-14)


def test_every_kind_is_compared() -> None:
    assert {kind for kind, _ in BY_TORCH} == set(DECAYS) == set(get_args(DecayKind))


@pytest.mark.parametrize("warmup", [0, 3])
@pytest.mark.parametrize("kind", DECAYS)
def test_many_rates_are_those_of_single_steps_bit_for_bit(kind: str, warmup: int) -> None:
    training = scheduled(kind, warmup)
    for first in (0, 1, 7, 10**9):
        assert learning_rates(training, first, 9).tolist() == [learning_rate(training, first + i) for i in range(9)]
    assert learning_rates(training, 5, 0).shape == (0,)


@pytest.mark.parametrize("kind", DECAYS)
def test_after_long_training_the_rate_is_still_a_rate(kind: str) -> None:
    assert 0.0 <= learning_rate(scheduled(kind, 3), 2**53) <= 0.8


def test_a_cosine_stays_on_its_floor() -> None:
    training = scheduled("cosine", 0)
    assert [learning_rate(training, step) for step in (8, 9, 16, 10**9)] == pytest.approx([0.2] * 4, rel=1e-15)


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
