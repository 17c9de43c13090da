"""What an experiment may be, and how a change of it is told."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.changes import describe_change
from core.errors import ExperimentError
from core.experiment import Decay, Experiment, LayerSpec, OptimizerSpec, Stop
from core.experiment_rules import check_experiment
from core.own_data.own_rows import own_rows


def changed(**parts: dict[str, Any]) -> Experiment:
    """The default experiment with some fields of its parts replaced."""
    experiment = Experiment()
    replaced = {name: msgspec.structs.replace(getattr(experiment, name), **fields) for name, fields in parts.items()}
    return msgspec.structs.replace(experiment, **replaced)


@given(data=st.data())
def test_what_the_tests_make_up_is_sound(data: st.DataObject, experiments: st.SearchStrategy[Experiment]) -> None:
    check_experiment(data.draw(experiments))


@pytest.mark.parametrize(
    ("part", "field", "value", "says"),
    [
        ("data", "points", 3, "number of points must be from 4 to 10,000, not 3"),
        ("data", "points", 10_001, "not 10,001"),
        ("data", "noise", 0.51, "Noise"),
        ("data", "noise", math.nan, "Noise"),
        ("data", "seed", -1, "seed"),
        ("network", "seed", 2**32, "seed"),
        ("network", "hidden", (LayerSpec(),) * 9, "at most 8 hidden layers"),
        ("network", "hidden", (LayerSpec(33),), "1 to 32 neurons, not 33"),
        ("network", "hidden", (LayerSpec(0),), "1 to 32 neurons, not 0"),
        ("training", "learning_rate", 0.0, "learning rate"),
        ("training", "learning_rate", 10.1, "learning rate"),
        ("training", "learning_rate", math.nan, "learning rate"),
        ("training", "l2", -1e-9, "L2"),
        ("training", "l2", math.inf, "L2"),
        ("training", "batch", -1, "batch"),
        ("training", "decay", Decay("linear", 1.1, 10), "decay"),
        ("training", "decay", Decay("linear", 0.5, 0), "decay"),
        ("training", "decay", Decay("step", factor=1.5), "factor of the decay must be from 0 to 1, not 1.5"),
        ("training", "decay", Decay("exponential", per_step=-0.1), "factor a step of the decay must be from 0 to 1"),
        ("training", "decay", Decay(warmup=-1), "warm-up takes 1 step or more"),
        ("training", "l1", 11.0, "L1 must be from 0 to 10, not 11"),
        ("training", "optimizer", OptimizerSpec("momentum", momentum=1.0), "momentum must be from 0 to 0.9999, not 1"),
        ("training", "optimizer", OptimizerSpec(alpha=math.nan), "alpha"),
        ("training", "optimizer", OptimizerSpec("adam", beta1=-0.1), "beta 1 must be from 0"),
        ("training", "optimizer", OptimizerSpec("adam", beta2=1.0), "beta 2 must be from 0"),
        ("training", "optimizer", OptimizerSpec("adam", eps=0.0), "ε must be from 1e-16 to 1, not 0"),
        ("training", "optimizer", OptimizerSpec("adamw", weight_decay=-1.0), "Weight decay must be from 0 to 10"),
    ],
)
def test_what_is_out_of_range_is_refused(part: str, field: str, value: object, says: str) -> None:
    with pytest.raises(ExperimentError, match=says):
        check_experiment(changed(**{part: {field: value}}))


@pytest.mark.parametrize(
    ("part", "field", "value", "told"),
    [
        ("training", "learning_rate", 0.15, "η 0.05 → 0.15"),
        ("training", "decay", Decay("linear"), "schedule: linear"),
        ("training", "loss", "hinge", "loss: hinge (max-margin)"),
        ("training", "l2", 1e-4, "L2 0 → 0.0001"),
        ("training", "batch", 2, "batch all → 2"),
        ("training", "l1", 1e-4, "L1 0 → 0.0001"),
        ("training", "decay", Decay(warmup=5), "warm-up 0 → 5"),
        ("training", "decay", Decay("cosine", warmup=5), "schedule: cosine"),
        ("training", "optimizer", OptimizerSpec("adam"), "SGD → Adam"),
        ("training", "optimizer", OptimizerSpec(momentum=0.5, beta2=0.99), "momentum 0.9 → 0.5, β₂ 0.999 → 0.99"),
        ("network", "output", "linear", "output: linear"),
        ("data", "noise", 0.4, "noise 0.1 → 0.4"),
    ],
)
def test_a_change_is_told_in_a_few_words(part: str, field: str, value: object, told: str) -> None:
    assert describe_change(Experiment(), changed(**{part: {field: value}})) == told


def test_many_changes_are_cut_short_and_none_is_nothing() -> None:
    after = changed(training={"learning_rate": 1.0, "loss": "hinge", "l2": 1.0, "batch": 3}, data={"noise": 0.0})
    assert describe_change(Experiment(), after) == "η 0.05 → 1, loss: hinge (max-margin), L2 0 → 1"
    assert describe_change(Experiment(), Experiment()) == ""


ROWS = own_rows("", np.zeros((4, 1)), np.zeros(4))


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"data": {"kind": "blobs", "classes": 7}}, "2 to 6 classes of blobs, not 7"),
        ({"data": {"classes": 1}}, "2 to 6 classes"),
        ({"data": {"test_share": 0.91}}, "0 to 90% of the rows can be kept back"),
        ({"data": {"test_share": math.nan}}, "kept back"),
        ({"data": {"kind": "own"}}, "Own data have rows"),
        ({"data": {"own": ROWS}}, "no other data have them"),
        ({"data": {"kind": "own", "own": msgspec.structs.replace(ROWS, targets=b"")}}, "cut off"),
        ({"network": {"features": ("x4",)}}, "needs an input"),
        ({"data": {"kind": "own", "own": ROWS}, "network": {"features": ("x2",)}}, "needs an input"),
        ({"network": {"output": "sigmoid"}, "training": {"loss": "hinge"}}, "hinge loss needs scores of both signs"),
        ({"training": {"clip": -1.0}}, "clipped to a length"),
        ({"training": {"clip": math.inf}}, "clipped to a length"),
        ({"training": {"stop": Stop(step=-1)}}, "stops at step 1 or later"),
        ({"training": {"stop": Stop(loss=math.nan)}}, "stops at a loss"),
        ({"training": {"stop": Stop(loss=math.inf)}}, "stops at a loss"),
        ({"training": {"stop": Stop(accuracy=1.01)}}, "accuracy of up to 100%"),
        ({"training": {"frozen": ("L2", "L1")}}, "alphabetical order"),
        ({"training": {"frozen": ("L1", "L1")}}, "each address once"),
        ({"training": {"frozen": ("L4",)}}, "no 'L4' in this network"),
        ({"training": {"frozen": ("L1.N5",)}}, "no 'L1.N5'"),
        ({"training": {"frozen": ("L1.N1.w4",)}}, "no 'L1.N1.w4'"),
        ({"training": {"frozen": ("L1.N1.out",)}}, "no 'L1.N1.out'"),
        ({"network": {"bias": False}, "training": {"frozen": ("L1.N1.b",)}}, "no 'L1.N1.b'"),
    ],
)
def test_what_must_not_be_together(parts: dict[str, dict[str, Any]], says: str) -> None:
    with pytest.raises(ExperimentError, match=says):
        check_experiment(changed(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"data": {"kind": "own", "own": ROWS}, "network": {"features": ("x1", "x1^2")}},
        {"data": {"kind": "blobs", "classes": 3}, "network": {"output": "sigmoid"}, "training": {"loss": "hinge"}},
        {"training": {"clip": 1.0, "frozen": ("L1.N1.b", "L2", "L3.N1", "L3.N1.w4"), "stop": Stop(5, 0.1, 1.0)}},
        {"network": {"features": ("x1",)}, "training": {"frozen": ("L1.N1.w1",)}},
    ],
)
def test_what_may_be_together(parts: dict[str, dict[str, Any]]) -> None:
    check_experiment(changed(**parts))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"clip": 1.0}, "clip none → 1"),
        ({"frozen": ("L1", "L2.N1")}, "2 frozen"),
        ({"frozen": ("L1",)}, "frozen: L1"),
    ],
)
def test_clipping_and_freezing_are_told(fields: dict[str, Any], told: str) -> None:
    assert describe_change(Experiment(), changed(training=fields)) == told
    assert describe_change(changed(training={"frozen": ("L1",)}), Experiment()) == "free: L1"


@pytest.mark.parametrize("kind", ["sine", "multi-gauss"])
@pytest.mark.parametrize(("loss", "says"), [("hinge", "Hinge"), ("logistic", "Binary cross-entropy needs classes")])
def test_losses_of_scores_are_not_for_numbers(kind: str, loss: str, says: str) -> None:
    with pytest.raises(ExperimentError, match=says):
        check_experiment(changed(data={"kind": kind}, training={"loss": loss}))
    check_experiment(changed(data={"kind": kind}, training={"loss": "huber"}))
    check_experiment(changed(data={"kind": "blobs", "classes": 3}, training={"loss": loss}))


@given(data=st.data())
def test_own_experiments_are_sound(data: st.DataObject, all_experiments: st.SearchStrategy[Experiment]) -> None:
    experiment = data.draw(all_experiments)
    check_experiment(experiment)
    assert msgspec.json.decode(msgspec.json.encode(experiment), type=Experiment) == experiment
