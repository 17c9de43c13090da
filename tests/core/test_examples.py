from __future__ import annotations

from importlib.resources import files

import msgspec
import numpy as np
import pytest

from core.accuracy import accuracy as trainer_accuracy
from core.errors import UnknownNameError
from core.examples import EXAMPLES, example_names, example_title, load_example
from core.experiment import DataKind, DataSpec, Decay, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.experiment_rules import check_experiment
from core.trainer import Trainer


def test_the_lecture_comes_first() -> None:
    assert example_names()[:2] == ("lecture", "moons-demo")
    assert {"lecture", "moons-demo", "moons", "blobs", "xor", "circle", "gauss", "spiral"} <= set(example_names())


@pytest.mark.parametrize("name", example_names())
def test_each_example_is_sound_and_has_one_line_of_title(name: str) -> None:
    experiment = load_example(name)
    check_experiment(experiment)
    assert experiment.name == name
    assert experiment is EXAMPLES[name]
    assert 0 < len(example_title(name)) <= 70
    assert "\n" not in example_title(name)


def test_every_file_is_listed() -> None:
    found = {entry.name for entry in files("resources").joinpath("examples").iterdir()}
    assert found == {f"{name}.json" for name in example_names()} | {"index.json"}


def test_a_misspelt_field_in_a_file_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `learningrate`"):
        msgspec.json.decode(b'{"training": {"learningrate": 1}}', type=Experiment)


def test_the_lecture() -> None:
    assert load_example("lecture") == Experiment(
        name="lecture",
        data=DataSpec("lecture"),
        network=NetworkSpec((LayerSpec(4, "tanh"), LayerSpec(4, "tanh")), "tanh", "lecture", 1337),
        training=TrainingSpec(learning_rate=0.05, loss="sum-squared"),
    )


def test_the_published_demo() -> None:
    assert load_example("moons-demo") == Experiment(
        name="moons-demo",
        data=DataSpec("moons-demo"),
        network=NetworkSpec((LayerSpec(16, "relu"), LayerSpec(16, "relu")), "linear", "library", 1337),
        training=TrainingSpec(learning_rate=1.0, decay=Decay("linear", 0.9, 100), loss="hinge", l2=1e-4),
    )


@pytest.mark.parametrize(
    ("wrong", "near"), [("moon-demo", "moons-demo"), ("spirals", "spiral"), ("Lecture", "lecture")]
)
def test_a_wrong_name_suggests_the_right_one(wrong: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=f"There is no example '{wrong}'. Did you mean '{near}'?"):
        load_example(wrong)


def test_a_name_like_no_other_gets_the_list() -> None:
    with pytest.raises(UnknownNameError, match="There are: lecture, moons-demo"):
        example_title("qqq")


@pytest.mark.parametrize(
    ("name", "steps", "accuracy"),
    [
        ("lecture", 20, 1.0),
        ("moons-demo", 100, 1.0),
        ("moons", 500, 0.97),
        ("blobs", 100, 1.0),
        ("xor", 500, 0.95),
        ("circle", 500, 0.95),
        ("gauss", 100, 0.95),
        ("spiral", 2000, 0.95),
    ],
)
def test_a_learner_sees_each_example_succeed(name: str, steps: int, accuracy: float) -> None:
    trainer = Trainer(load_example(name))
    progress = trainer.advance(steps)
    assert progress.divergence is None
    found = trainer.objective.evaluate(trainer.theta, None)
    assert trainer_accuracy(found, trainer.dataset.targets) >= accuracy


@pytest.mark.parametrize(
    ("name", "steps", "accuracy"),
    [
        ("spiral-solved", 5000, 0.97),
        ("yin-yang", 2000, 0.93),
        ("blobs-5", 300, 0.97),
        ("playground-circle", 2500, 0.98),
        ("playground-xor", 2500, 0.98),
        ("playground-gauss", 500, 0.98),
    ],
)
def test_most_rows_kept_back_are_told_apart(name: str, steps: int, accuracy: float) -> None:
    trainer = Trainer(load_example(name))
    assert trainer.advance(steps).divergence is None
    data = trainer.dataset
    outputs = trainer.objective.measure(trainer.theta, data.test_inputs, data.test_targets).outputs
    said = outputs.argmax(axis=0) if outputs.ndim == 2 else outputs > 0.0
    meant = data.test_targets.argmax(axis=1) if data.test_targets.ndim == 2 else data.test_targets > 0.0
    assert np.mean(said == meant) > accuracy


@pytest.mark.parametrize(
    ("name", "steps", "loss"),
    [
        ("sine", 1000, 0.008),  # half the variance of the noise is 0.005
        ("multi-gauss-solved", 3000, 0.0018),  # a tenth of Playground's 0.01785 already
        ("playground-plane", 2500, 0.002),
        ("playground-multi-gauss", 6000, 0.025),
    ],
)
def test_numbers_of_rows_kept_back_are_predicted(name: str, steps: int, loss: float) -> None:
    trainer = Trainer(load_example(name))
    assert trainer.advance(steps).divergence is None
    data = trainer.dataset
    assert trainer.objective.measure(trainer.theta, data.test_inputs, data.test_targets).loss < loss


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_spiral_is_solved_whatever_the_seed(seed: int) -> None:
    example = load_example("spiral-solved")
    data, network = (
        msgspec.structs.replace(example.data, seed=seed),
        msgspec.structs.replace(example.network, seed=seed),
    )
    trainer = Trainer(msgspec.structs.replace(example, data=data, network=network))
    trainer.advance(5000)
    rows = trainer.dataset
    outputs = trainer.objective.measure(trainer.theta, rows.test_inputs, rows.test_targets).outputs
    assert len(rows.test_targets) == 250
    assert np.mean((outputs > 0.0) == (rows.test_targets > 0.0)) > 0.97


@pytest.mark.parametrize("kind", ["circle", "xor", "gauss", "spiral", "plane", "multi-gauss"])
def test_playgrounds_tasks_have_its_own_settings(kind: DataKind) -> None:
    regression = kind in ("plane", "multi-gauss")
    assert load_example(f"playground-{kind}") == Experiment(
        name=f"playground-{kind}",
        data=DataSpec(kind, 1200 if regression else 500, 0.0, 1337, test_share=0.5),
        network=NetworkSpec(
            (LayerSpec(4, "tanh"), LayerSpec(2, "tanh")), "linear" if regression else "tanh", "playground", 1337
        ),
        training=TrainingSpec(learning_rate=0.03, loss="half-squared", batch=10),
    )
