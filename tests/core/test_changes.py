"""Changes between two experiments, in the words of the panels."""

from __future__ import annotations

import msgspec
import pytest

from core.changes import describe_change
from core.examples import load_example
from core.experiment import Decay, Experiment, LayerSpec
from core.losses import LOSSES

MOONS = load_example("moons")


def with_training(**fields: object) -> Experiment:
    return msgspec.structs.replace(MOONS, training=msgspec.structs.replace(MOONS.training, **fields))


def with_data(**fields: object) -> Experiment:
    return msgspec.structs.replace(MOONS, data=msgspec.structs.replace(MOONS.data, **fields))


@pytest.mark.parametrize("key", [key for key in LOSSES if key != MOONS.training.loss])
def test_a_loss_is_called_as_in_its_panel(key: str) -> None:
    assert describe_change(MOONS, with_training(loss=key)) == f"loss: {LOSSES[key].title}"


def test_a_schedule_is_called_as_in_its_panel() -> None:
    assert describe_change(MOONS, with_training(decay=Decay("step"))) == "schedule: in steps"
    assert describe_change(MOONS, with_training(decay=Decay("cosine"))) == "schedule: cosine"


def test_changes_of_the_data_say_which() -> None:
    data = MOONS.data
    assert describe_change(MOONS, with_data(points=data.points + 50)) == f"points {data.points} → {data.points + 50}"
    assert describe_change(MOONS, with_data(noise=0.4)) == f"noise {data.noise:g} → 0.4"
    assert describe_change(MOONS, with_data(test_share=0.3)) == "test 0 % → 30 %"
    assert describe_change(MOONS, with_data(seed=data.seed + 1)) == "data"


def test_changes_of_activations_say_which() -> None:
    sizes = [layer.neurons for layer in MOONS.network.hidden]
    hidden = tuple(LayerSpec(size, "leaky_relu") for size in sizes)
    leaky = msgspec.structs.replace(MOONS, network=msgspec.structs.replace(MOONS.network, hidden=hidden))
    assert describe_change(MOONS, leaky) == "activation: leaky relu"
    other = "sigmoid" if MOONS.network.output != "sigmoid" else "tanh"
    output = msgspec.structs.replace(MOONS, network=msgspec.structs.replace(MOONS.network, output=other))
    assert describe_change(MOONS, output) == f"output: {other}"
