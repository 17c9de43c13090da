"""Training on compiled kernels: the same run as on NumPy's, a segment where they take over, exact going back."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import kernels
from core.examples import example_names, load_example
from core.experiment import Experiment
from core.trainer import Trainer


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    pytest.importorskip("numba")
    assert kernels.warm_up(beside=False), kernels.reason()


@pytest.mark.parametrize("name", example_names())
def test_every_example_trains_alike(name: str) -> None:
    numpy, numba = Trainer(load_example(name)), Trainer(load_example(name), "numba")
    found, expected = numba.advance(10), numpy.advance(10)
    assert found.losses == pytest.approx(expected.losses, rel=1e-9)
    assert np.array_equal(found.accuracies, expected.accuracies, equal_nan=True)  # nan: of a regression
    assert numba.run.segments[0].kernel == "numba"


def with_batch(experiment: Experiment, batch: int) -> Experiment:
    return msgspec.structs.replace(experiment, training=msgspec.structs.replace(experiment.training, batch=batch))


@settings(max_examples=40)
@given(data=st.data())
def test_going_back_is_exact_whatever_the_calls_and_the_kernels(
    experiments: st.SearchStrategy[Experiment], data: st.DataObject
) -> None:
    experiment = data.draw(experiments)
    trainer = Trainer(experiment)
    thetas = []
    for part in data.draw(st.lists(st.integers(1, 20), min_size=2, max_size=6)):
        thetas.append((trainer.step, trainer.theta.copy()))
        if trainer.advance(part).divergence:
            return
        trainer.switch(data.draw(st.sampled_from(["numpy", "numba"])))
    for step, theta in reversed(thetas):
        trainer.rewind(step)
        assert trainer.theta.tobytes() == theta.tobytes()


def test_one_call_or_many() -> None:
    experiment = with_batch(load_example("moons"), 30)
    one, many = Trainer(experiment, "numba"), Trainer(experiment, "numba")
    one.advance(50)
    for _ in range(50):
        many.advance(1)
    assert one.theta.tobytes() == many.theta.tobytes()
    assert one.present.position == many.present.position
