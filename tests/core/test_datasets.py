from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import DATASET_TITLES, FIXED_KINDS, make_dataset, row_count
from core.errors import UnknownNameError
from core.experiment import DataSpec

KINDS = list(DATASET_TITLES)
GENERATED = [kind for kind in KINDS if kind not in FIXED_KINDS]
BALANCED = ["moons", "blobs", "gauss", "spiral"]  # noise never moves a label of these


def test_the_lecture_has_four_rows_of_three_inputs() -> None:
    data = make_dataset(DataSpec("lecture"))
    assert data.inputs.tolist() == [[2, 3, -1], [3, -1, 0.5], [0.5, 1, 1], [1, 1, -1]]
    assert data.targets.tolist() == [1, -1, -1, 1]
    assert data.names == ("x1", "x2", "x3")
    assert data.extent is None


def test_the_demo_has_the_published_points() -> None:
    data = make_dataset(DataSpec("moons-demo"))
    assert data.inputs.shape == (100, 2)
    assert data.inputs[0].tolist() == [1.1221146075409685, 0.08147717341718697]
    assert data.targets[0] == -1
    assert np.count_nonzero(data.targets == 1) == np.count_nonzero(data.targets == -1) == 50


def test_moons_with_the_demos_settings_are_the_demos_points() -> None:
    demo, moons = make_dataset(DataSpec("moons-demo")), make_dataset(DataSpec("moons", 100, 0.1, 1337))
    np.testing.assert_allclose(moons.inputs, demo.inputs, rtol=0, atol=1e-14)
    assert moons.targets.tolist() == demo.targets.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_spec_gives_the_same_rows(kind: str) -> None:
    first, second = make_dataset(DataSpec(kind, 33, 0.2, 5)), make_dataset(DataSpec(kind, 33, 0.2, 5))
    assert first.inputs.tobytes() == second.inputs.tobytes()
    assert first.targets.tobytes() == second.targets.tobytes()


@pytest.mark.parametrize("kind", GENERATED)
def test_another_seed_gives_other_rows(kind: str) -> None:
    spec = DataSpec(kind, 33, 0.2, 5)
    assert make_dataset(spec).inputs.tobytes() != make_dataset(DataSpec(kind, 33, 0.2, 6)).inputs.tobytes()


@given(
    kind=st.sampled_from(KINDS),
    points=st.integers(4, 400),
    noise=st.floats(0.0, 0.5),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_spec_in_range_gives_sound_rows(kind: str, points: int, noise: float, seed: int) -> None:
    spec = DataSpec(kind, points, noise, seed)
    data = make_dataset(spec)
    assert data.inputs.shape == (row_count(spec), input_count(spec.kind))
    assert data.targets.shape == (row_count(spec),)
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert np.isfinite(data.inputs).all()
    assert set(data.targets.tolist()) <= {-1.0, 1.0}
    if kind in BALANCED:
        assert abs(data.targets.sum()) <= 1


@pytest.mark.parametrize("kind", GENERATED)
def test_ten_thousand_points(kind: str) -> None:
    assert make_dataset(DataSpec(kind, 10_000, 0.5)).inputs.shape == (10_000, 2)


def test_the_arrays_cannot_be_written_to() -> None:
    data = make_dataset(DataSpec("lecture"))
    with pytest.raises(ValueError, match="read-only"):
        data.inputs[0, 0] = 1.0


def test_circle_is_a_disc_in_a_ring() -> None:
    data = make_dataset(DataSpec("circle", 2000, 0.0))
    radius = np.hypot(*data.inputs.T)
    inside, outside = radius[data.targets > 0], radius[data.targets < 0]
    assert len(inside) == len(outside) == 1000
    assert inside.max() < 2.5
    assert 3.5 <= outside.min() < 3.55
    assert 4.95 < outside.max() < 5.0


def test_noise_of_the_circle_moves_labels_and_no_points() -> None:
    calm, noisy = make_dataset(DataSpec("circle", 500, 0.0)), make_dataset(DataSpec("circle", 500, 0.3))
    assert calm.inputs.tolist() == noisy.inputs.tolist()
    assert calm.targets.tolist() != noisy.targets.tolist()


def test_xor_is_the_sign_of_the_product_away_from_the_axes() -> None:
    data = make_dataset(DataSpec("xor", 2000, 0.0))
    assert (data.targets == np.sign(data.inputs.prod(axis=1))).all()
    assert np.abs(data.inputs).min() >= 0.3
    assert 5.2 < np.abs(data.inputs).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_has_two_round_clouds(noise: float, variance: float) -> None:
    data = make_dataset(DataSpec("gauss", 10_000, noise))
    for label in (1, -1):
        cloud = data.inputs[data.targets == label]
        np.testing.assert_allclose(cloud.mean(axis=0), [2 * label, 2 * label], atol=0.1)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.06)


def test_spiral_winds_one_and_three_quarter_turns() -> None:
    data = make_dataset(DataSpec("spiral", 400, 0.0))
    for label, start in ((1, 0.0), (-1, np.pi)):
        arm = data.inputs[data.targets == label]
        along = np.sort(np.hypot(*arm.T)) / 5
        np.testing.assert_allclose(along, np.arange(200) / 200, atol=1e-12)
        angle = 1.75 * 2 * np.pi * along + start
        expected = 5 * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
        np.testing.assert_allclose(arm[np.argsort(np.hypot(*arm.T))], expected, atol=1e-9)


def test_noise_of_the_spiral_shifts_each_coordinate_by_at_most_that_much() -> None:
    calm, noisy = make_dataset(DataSpec("spiral", 400, 0.0)), make_dataset(DataSpec("spiral", 400, 0.5))
    shift = np.abs(noisy.inputs - calm.inputs)
    assert 0.45 < shift.max() <= 0.5


def test_blobs_lie_opposite_each_other() -> None:
    data = make_dataset(DataSpec("blobs", 2000, 0.0))
    np.testing.assert_allclose(data.inputs[data.targets > 0].mean(axis=0), [-1.5, 1.0], atol=0.05)
    np.testing.assert_allclose(data.inputs[data.targets < 0].mean(axis=0), [1.5, -1.0], atol=0.05)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "lecture"])
def test_the_picture_stays_still_whatever_the_points(kind: str) -> None:
    few, many = make_dataset(DataSpec(kind, 10, 0.0)), make_dataset(DataSpec(kind, 1000, 0.5, 2))
    assert few.extent == many.extent is not None


def test_a_kind_that_does_not_exist() -> None:
    with pytest.raises(UnknownNameError, match="no data set 'rings'; choose one of lecture, moons-demo"):
        make_dataset(DataSpec("rings"))  # type: ignore[arg-type]
