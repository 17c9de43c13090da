"""The table of settings that differ."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from core.comparison_table import data_text, hidden_text, same_but_rate, schedule_text, settings_table
from core.examples import load_example
from core.experiment import Decay, Experiment, LayerSpec, NetworkSpec, OptimizerSpec, Stop
from core.own_data.own_rows import inputs_of, own_rows, targets_of


def changed(experiment: Experiment, **training: object) -> Experiment:
    return msgspec.structs.replace(experiment, training=msgspec.structs.replace(experiment.training, **training))


def titles(*runs: tuple[Experiment, ...]) -> list[str]:
    return [setting.title for setting in settings_table(runs)[0]]


BASE = load_example("moons")


def test_equal_experiments_have_no_column() -> None:
    columns, cells = settings_table([(BASE,), (BASE,), (BASE,)])
    assert columns == ()
    assert cells == ((), (), ())
    assert settings_table([]) == ((), ())


def test_only_what_differs_is_a_column_and_the_most_usual_comes_first() -> None:
    other = msgspec.structs.replace(changed(BASE, learning_rate=0.5, l2=0.01), name="another")
    other = msgspec.structs.replace(
        other, network=msgspec.structs.replace(other.network, hidden=(LayerSpec(8, "relu"),))
    )
    columns, cells = settings_table([(BASE,), (other,)])
    assert [column.title for column in columns] == ["η", "L2", "hidden"]
    assert cells[1] == ("0.5", "0.01", "8 relu")
    assert cells[0][0] == f"{BASE.training.learning_rate:g}"


def test_a_change_on_the_way_is_told_from_first_to_last() -> None:
    rates = [changed(BASE, learning_rate=rate) for rate in (0.1, 0.2, 0.4)]
    columns, cells = settings_table([rates[:2], rates, rates[2:]])
    assert [column.title for column in columns] == ["η"]
    assert cells == (("0.1 → 0.2",), ("0.1 → … → 0.4",), ("0.4",))


def test_a_number_that_is_not_used_makes_no_column() -> None:
    assert titles((BASE,), (changed(BASE, optimizer=OptimizerSpec("sgd", momentum=0.1)),)) == []
    slow = changed(BASE, optimizer=OptimizerSpec("momentum", momentum=0.8))
    _, cells = settings_table([(changed(BASE, optimizer=OptimizerSpec("momentum")),), (slow,)])
    assert cells == (("momentum",), ("momentum 0.8",))


def test_different_points_of_one_name_are_numbered() -> None:
    inputs, targets = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0, 1.0, 0.0, 1.0]
    rows = own_rows("moons", np.array(inputs), np.array(targets), labels=("−1", "+1"))
    others = own_rows("moons", inputs_of(rows) + 1.0, targets_of(rows), labels=rows.labels)
    mine, yours = (
        msgspec.structs.replace(BASE, data=msgspec.structs.replace(BASE.data, kind="own", own=own))
        for own in (rows, others)
    )
    columns, cells = settings_table([(mine,), (yours,), (mine,)])
    assert [column.title for column in columns] == ["data"]
    assert cells == (("Moons, own points #1",), ("Moons, own points #2",), ("Moons, own points #1",))
    assert data_text(BASE) == "Moons"


def test_points_without_noise_have_none() -> None:
    lecture = load_example("lecture")
    columns, cells = settings_table([(BASE,), (lecture,)])
    place = [column.title for column in columns].index("noise")
    assert cells[1][place] == "–"


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ((), "none"),
        ((LayerSpec(8), LayerSpec(8)), "8-8 tanh"),
        ((LayerSpec(8), LayerSpec(4, "relu"), LayerSpec(4, "relu")), "8 tanh, 4-4 relu"),
    ],
)
def test_hidden_layers(layers: tuple[LayerSpec, ...], text: str) -> None:
    assert hidden_text(NetworkSpec(hidden=layers)) == text


@pytest.mark.parametrize(
    ("decay", "text"),
    [
        (Decay(), "constant"),
        (Decay("exponential", per_step=0.9), "exponential 0.9"),
        (Decay("step", steps=50), "×0.1 every 50"),
        (Decay("cosine", warmup=10), "cosine 0.9/100, after 10"),
    ],
)
def test_schedules(decay: Decay, text: str) -> None:
    assert schedule_text(decay) == text


def test_a_sweep_is_of_the_same_set_up_whatever_the_rate_and_the_end() -> None:
    assert same_but_rate(BASE, changed(BASE, learning_rate=3.0, stop=Stop(step=7)))
    assert not same_but_rate(BASE, changed(BASE, batch=3))
