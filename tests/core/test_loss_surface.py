from __future__ import annotations

import msgspec
import numpy as np
import pytest

from core.document import document_of
from core.errors import ExperimentError
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.long_work import CancelledError
from core.loss_surface import (
    Direction,
    along_parameter,
    fitting_size,
    is_far,
    project,
    random_directions,
    surface,
)
from core.surface_of_run import Plane, surface_of_run
from core.trainer import Trainer

LINE = Experiment(  # with squared errors: the loss is a quadratic in the output's weight and bias
    data=DataSpec(kind="line", points=30),
    network=NetworkSpec(hidden=(LayerSpec(1, "linear"),), output="linear"),
    training=TrainingSpec(loss="mean-squared", learning_rate=0.01),
)


def moons_demo() -> Trainer:
    trainer = Trainer(load_example("moons"))
    trainer.advance(40)
    return trainer


def directions(trainer: Trainer, first: int = 0, second: int = 1) -> tuple[Direction, Direction]:
    names = trainer.objective.names
    return along_parameter(names, names[first]), along_parameter(names, names[second])


def test_a_quadratic_has_the_surface_that_it_should() -> None:
    trainer = Trainer(LINE)
    trainer.theta[:] = 1.0, 0.0, 0.5, 0.25  # w1, b1, w2, b2: the output is w2 · (w1 x + b1) + b2
    found = surface(trainer.objective, trainer.theta, *directions(trainer, 2, 3), size=9, span=2.0)
    x, y = trainer.dataset.inputs[:, 0], trainer.dataset.targets
    assert found.across.tolist() == (0.5 + np.linspace(-2, 2, 9)).tolist()
    assert found.up.tolist() == (0.25 + np.linspace(-2, 2, 9)).tolist()
    for row, b in enumerate(found.up):
        for column, w in enumerate(found.across):
            assert found.losses[row, column] == pytest.approx(((w * x + b - y) ** 2).mean())
    assert found.loss == found.losses[4, 4]
    second = np.diff(found.losses, 2, axis=1)
    assert second == pytest.approx(second[0, 0])  # the same curvature everywhere


def test_parameters_are_found_by_their_address() -> None:
    names = ["L1.N1.w1", "L1.N1.b"]
    assert along_parameter(names, "L1.N1.b").vector.tolist() == [0.0, 1.0]
    with pytest.raises(ExperimentError, match="no parameter 'L9'"):
        along_parameter(names, "L9")


def test_random_directions_are_as_long_as_the_neurons() -> None:
    trainer = moons_demo()
    names, theta = trainer.objective.names, trainer.theta
    for direction in random_directions(names, theta, 5):
        for neuron in ("L1.N3", "L2.N8", "L3.N1"):
            weights = [i for i, name in enumerate(names) if name.startswith(f"{neuron}.w")]
            bias = names.index(f"{neuron}.b")
            assert np.linalg.norm(direction.vector[weights]) == pytest.approx(np.linalg.norm(theta[weights]))
            assert abs(direction.vector[bias]) == pytest.approx(abs(theta[bias]))


def test_a_seed_gives_the_same_directions() -> None:
    trainer = moons_demo()
    names, theta = trainer.objective.names, trainer.theta
    one, other = (random_directions(names, theta, seed)[0].vector for seed in (1, 2))
    assert random_directions(names, theta, 1)[0].vector.tolist() == one.tolist()
    assert one.tolist() != other.tolist()


def test_directions_where_all_weights_are_0_are_not_scaled() -> None:
    first, second = random_directions(["L1.N1.w1", "L1.N1.b"], np.zeros(2), 1)
    assert np.abs(first.vector).min() > 0.0
    assert first.vector @ second.vector == pytest.approx(0.0)


def test_points_of_the_plane_are_found_again() -> None:
    trainer = moons_demo()
    first, second = random_directions(trainer.objective.names, trainer.theta, 3)
    found = surface(trainer.objective, trainer.theta, first, second, size=3, span=1.0)
    wanted = np.array([[0.0, 0.0], [0.5, -0.25], [-1.5, 2.0]])
    thetas = [trainer.theta + a * first.vector + b * second.vector for a, b in wanted]
    path = project(found, [0, 1, 2], thetas)
    assert path.places == pytest.approx(wanted, abs=1e-9)
    assert path.shares == pytest.approx(1.0)


def test_a_path_over_parameters_tells_their_values() -> None:
    trainer = moons_demo()
    found = surface(trainer.objective, trainer.theta, *directions(trainer), size=3, span=1.0)
    away = trainer.theta.copy()
    away[0] += 3.0
    away[5] += 4.0
    path = project(found, [7], [away])
    assert path.steps.tolist() == [7.0]
    assert path.places[0] == pytest.approx([away[0], away[1]])
    assert path.shares[0] == pytest.approx(0.6)


def test_parameters_get_too_far_from_a_surface() -> None:
    trainer = moons_demo()
    found = surface(trainer.objective, trainer.theta, *directions(trainer), size=3, span=1.0)
    assert not is_far(found, trainer.theta)
    for index, distance, far in ((0, 0.9, False), (0, 1.1, True), (5, 0.05, False), (5, 0.2, True)):
        theta = trainer.theta.copy()
        theta[index] += distance
        assert is_far(found, theta) == far


@pytest.mark.parametrize(("size", "span", "says"), [(2, 1.0, "points along a side"), (41, 0.0, "reaches")])
def test_what_makes_no_surface_is_said(size: int, span: float, says: str) -> None:
    trainer = moons_demo()
    with pytest.raises(ExperimentError, match=says):
        surface(trainer.objective, trainer.theta, *directions(trainer), size=size, span=span)


def test_one_parameter_twice_is_no_plane() -> None:
    trainer = moons_demo()
    with pytest.raises(ExperimentError, match="two different parameters"):
        surface(trainer.objective, trainer.theta, *directions(trainer, 0, 0), size=3)


def test_losses_that_are_not_finite_stay_in_the_picture() -> None:
    trainer = moons_demo()
    found = surface(trainer.objective, trainer.theta, *directions(trainer), size=3, span=1e3)
    assert found.losses.shape == (3, 3)


def test_large_networks_have_fewer_points() -> None:
    assert fitting_size(15e-6) == 41
    assert fitting_size(0.05) == 15
    assert fitting_size(10.0) == 11


def test_a_run_has_a_surface_and_a_path() -> None:
    trainer = moons_demo()
    record = document_of(trainer.experiment, None, [trainer]).runs[-1]
    found = surface_of_run(record, Plane(("L1.N1.w1", "L2.N1.w2"), span=0.5))
    first, second = (trainer.objective.names.index(name) for name in ("L1.N1.w1", "L2.N1.w2"))
    assert found.step == 40
    assert found.path.steps.tolist() == [*(each.step for each in trainer.run.checkpoints if each.step < 40), 40.0]
    assert found.path.places[-1] == pytest.approx(trainer.theta[[first, second]])
    assert found.path.places[0] == pytest.approx(trainer.run.checkpoints[0].theta[[first, second]])
    assert found.surface.loss == pytest.approx(trainer.objective.evaluate(trainer.theta).loss)
    random = surface_of_run(record, Plane(None, seed=4))
    assert random.path.places[-1] == pytest.approx([0.0, 0.0])


def test_a_run_without_this_parameter_says_so() -> None:
    trainer = moons_demo()
    record = document_of(trainer.experiment, None, [trainer]).runs[-1]
    with pytest.raises(ExperimentError, match=r"no parameter 'L1\.N99\.b'"):
        surface_of_run(record, Plane(("L1.N99.b", "L1.N1.w1")))


def test_it_can_be_cancelled() -> None:
    experiment = load_example("moons")
    data = msgspec.structs.replace(experiment.data, points=5000)  # so that it takes a while
    trainer = Trainer(msgspec.structs.replace(experiment, data=data))
    calls: list[float] = []

    def report(share: float, partial: object = None) -> None:
        calls.append(share)
        raise CancelledError

    with pytest.raises(CancelledError):
        surface(trainer.objective, trainer.theta, *directions(trainer), size=101, report=report)
    assert len(calls) == 1
    assert 0.0 < calls[0] < 1.0
