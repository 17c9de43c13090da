from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import DATASET_TITLES, FIXED_KINDS, DataSet, dataset_of, make_dataset, row_count, total_rows
from core.errors import UnknownNameError
from core.experiment import DataKind, DataSpec, Experiment, NetworkSpec
from core.own_data.own_rows import own_rows
from core.regression_rows import HILLS
from core.shape import ONE_INPUT, REGRESSIONS, input_count, labels_of, task_of

KINDS = [kind for kind in DATASET_TITLES if kind != "own"]
GENERATED = [kind for kind in KINDS if kind not in FIXED_KINDS]
BALANCED = ["moons", "blobs", "gauss", "spiral", "yin-yang"]  # noise never moves a label of these


CHECKSUMS = [  # of rows rounded to nine digits: of the older kinds as they were before any other was added
    ("lecture", "bd01ad77373f"),
    ("moons-demo", "babc5cdc8897"),
    ("moons", "a21a0ab5fbab"),
    ("blobs", "02101a1c3f72"),
    ("circle", "b6aa7f1c5b28"),
    ("xor", "f585c568659b"),
    ("gauss", "9124b658c522"),
    ("spiral", "82b8f928c19f"),
    ("yin-yang", "e0934489b400"),
    ("plane", "543bf1773d4f"),
    ("multi-gauss", "d05c2f54a5c5"),
    ("line", "748d5708b56e"),
    ("sine", "f512272f3971"),
    ("step", "c78c80da7190"),
]


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
def test_the_same_spec_gives_the_same_rows(kind: DataKind) -> None:
    first, second = make_dataset(DataSpec(kind, 33, 0.2, 5)), make_dataset(DataSpec(kind, 33, 0.2, 5))
    assert first.inputs.tobytes() == second.inputs.tobytes()
    assert first.targets.tobytes() == second.targets.tobytes()


@pytest.mark.parametrize("kind", GENERATED)
def test_another_seed_gives_other_rows(kind: DataKind) -> None:
    spec = DataSpec(kind, 33, 0.2, 5)
    assert make_dataset(spec).inputs.tobytes() != make_dataset(DataSpec(kind, 33, 0.2, 6)).inputs.tobytes()


@given(
    kind=st.sampled_from(KINDS),
    points=st.integers(4, 400),
    noise=st.floats(0.0, 0.5),
    seed=st.integers(0, 2**32 - 1),
    classes=st.integers(2, 6),
    share=st.floats(0.0, 0.9),
)
def test_any_spec_in_range_gives_sound_rows(
    kind: DataKind, points: int, noise: float, seed: int, classes: int, share: float
) -> None:
    spec = DataSpec(kind, points, noise, seed, classes, share)
    data = make_dataset(spec)
    rows = row_count(spec)
    assert 2 <= rows == len(data.inputs) == len(data.targets)
    assert rows + len(data.test_inputs) == total_rows(spec)
    assert data.inputs.shape[1] == data.test_inputs.shape[1] == input_count(spec) == len(data.ranges)
    inputs, targets = np.concatenate([data.inputs, data.test_inputs]), np.concatenate([data.targets, data.test_targets])
    assert inputs.dtype == targets.dtype == np.float64
    assert np.isfinite(inputs).all()
    assert (data.task, data.labels) == (task_of(spec), labels_of(spec))
    match data.task:
        case "signs":
            assert targets.ndim == 1
            assert set(targets.tolist()) <= {-1.0, 1.0}
            counts = np.array([np.count_nonzero(targets > 0), np.count_nonzero(targets < 0)])
        case "classes":
            assert targets.shape == (total_rows(spec), len(data.labels))
            assert set(targets.ravel().tolist()) <= {0.0, 1.0}
            assert (targets.sum(axis=1) == 1.0).all()
            counts = targets.sum(axis=0)
        case _:
            assert targets.ndim == 1
            assert data.target_range[0] <= targets.min() <= targets.max() <= data.target_range[1]
            return
    if kind in BALANCED:
        assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("kind", GENERATED)
def test_ten_thousand_points(kind: DataKind) -> None:
    spec = DataSpec(kind, 10_000, 0.5)
    assert make_dataset(spec).inputs.shape == (10_000, input_count(spec))


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
def test_the_picture_stays_still_whatever_the_points(kind: DataKind) -> None:
    few, many = make_dataset(DataSpec(kind, 10, 0.0)), make_dataset(DataSpec(kind, 1000, 0.5, 2))
    assert few.ranges == many.ranges
    assert few.extent == many.extent
    assert (few.extent is None) == (kind in ONE_INPUT)


@pytest.mark.parametrize("kind", sorted(REGRESSIONS))
def test_the_targets_of_a_picture_stay_still_too(kind: DataKind) -> None:
    few, many = make_dataset(DataSpec(kind, 10, 0.2)), make_dataset(DataSpec(kind, 500, 0.2, 2))
    assert few.target_range == many.target_range


def test_plane_is_a_tenth_of_the_sum_all_over_the_square() -> None:
    data = make_dataset(DataSpec("plane", 2000, 0.0))
    np.testing.assert_allclose(data.targets, data.inputs.sum(axis=1) / 10, atol=1e-15)
    assert 5.9 < np.abs(data.inputs).max() <= 6.0
    assert data.task == "regression"


def test_noise_of_the_plane_moves_where_its_label_is_read() -> None:
    calm, noisy = make_dataset(DataSpec("plane", 2000, 0.0)), make_dataset(DataSpec("plane", 2000, 0.5))
    assert calm.inputs.tolist() == noisy.inputs.tolist()
    shift = 10 * np.abs(noisy.targets - calm.targets)
    assert 5.0 < shift.max() <= 6.0


def test_multi_gauss_falls_from_six_centres_of_alternating_sign() -> None:
    data = make_dataset(DataSpec("multi-gauss", 2000, 0.0))
    assert [sign for *_, sign in HILLS] == [1, -1, 1, -1, 1, -1]
    for (x1, x2), target in zip(data.inputs.tolist(), data.targets.tolist(), strict=True):
        heights = [sign * max(0.0, 1 - np.hypot(x1 - c1, x2 - c2) / 2) for c1, c2, sign in HILLS]
        assert target == pytest.approx(max(heights, key=abs), abs=1e-12)
    assert data.targets.max() > 0.9
    assert data.targets.min() < -0.9
    assert 0.4 < np.mean(data.targets == 0.0) < 0.6  # the plain between them


@pytest.mark.parametrize("kind", ["line", "sine", "step"])
def test_one_input_with_normal_noise_on_the_target(kind: DataKind) -> None:
    calm, noisy = make_dataset(DataSpec(kind, 5000, 0.0)), make_dataset(DataSpec(kind, 5000, 0.3))
    assert calm.inputs.tolist() == noisy.inputs.tolist()
    assert calm.inputs.shape == (5000, 1)
    assert -3.0 <= calm.inputs.min() < -2.99
    assert 2.99 < calm.inputs.max() <= 3.0
    np.testing.assert_allclose((noisy.targets - calm.targets).std(), 0.3, rtol=0.05)
    x = calm.inputs[:, 0]
    expected = {"line": 0.6 * x - 0.2, "sine": np.sin(2 * x), "step": np.where(x >= 0, 1.0, -1.0)}[kind]
    np.testing.assert_allclose(calm.targets, expected, atol=1e-15)
    assert (calm.names, calm.extent, calm.labels) == (("x1",), None, ())


@pytest.mark.parametrize("classes", [3, 4, 5, 6])
def test_more_blobs_stand_on_a_circle(classes: int) -> None:
    data = make_dataset(DataSpec("blobs", 6000, 0.0, classes=classes))
    assert data.labels == tuple(str(i + 1) for i in range(classes))
    centres = np.array([data.inputs[data.targets[:, i] == 1].mean(axis=0) for i in range(classes)])
    np.testing.assert_allclose(np.hypot(*centres.T), 2.0, atol=0.05)
    np.testing.assert_allclose(centres[0], [0, 2], atol=0.05)
    gaps = np.hypot(*(centres - np.roll(centres, 1, axis=0)).T)
    np.testing.assert_allclose(gaps, 4 * np.sin(np.pi / classes), atol=0.05)


def test_yin_yang_has_two_halves_and_two_dots() -> None:
    data = make_dataset(DataSpec("yin-yang", 6000, 0.0))
    x1, x2 = data.inputs.T
    kind = data.targets.argmax(axis=1)
    assert data.labels == ("yin", "yang", "dot")
    assert 2.45 < np.hypot(x1, x2).max() <= 2.5
    near = np.minimum(np.hypot(x1 - 1.25, x2), np.hypot(x1 + 1.25, x2))
    assert near[kind == 2].max() < 0.5 <= near[kind != 2].min()
    assert np.count_nonzero(x1[kind == 2] < 0) == pytest.approx(1000, abs=100)  # of 2,000 in both dots
    left, right = np.hypot(x1 + 1.25, x2) < 1.25, np.hypot(x1 - 1.25, x2) < 1.25
    assert (kind[left] != 0).all()  # yang's belly
    assert (kind[right] != 1).all()
    outside = ~left & ~right
    assert ((x2[outside] > 0) == (kind[outside] == 1)).all()


def test_noise_of_yin_yang_shifts_each_coordinate_by_at_most_that_much() -> None:
    calm, noisy = make_dataset(DataSpec("yin-yang", 300, 0.0)), make_dataset(DataSpec("yin-yang", 300, 0.4))
    assert calm.targets.tolist() == noisy.targets.tolist()
    assert 0.35 < np.abs(noisy.inputs - calm.inputs).max() <= 0.4


def _checksum(data: DataSet) -> str:
    arrays = (data.inputs, data.targets, data.test_inputs, data.test_targets)
    return hashlib.sha256(b"".join(np.round(array, 9).tobytes() for array in arrays)).hexdigest()[:12]


@pytest.mark.parametrize(("kind", "expected"), CHECKSUMS)
def test_what_is_drawn_never_changes(kind: DataKind, expected: str) -> None:
    assert _checksum(make_dataset(DataSpec(kind, 33, 0.2, 5, test_share=0.4))) == expected


# -- the split ----------------------------------------------------------------------------------------------------


def test_the_split_takes_rows_apart_and_keeps_their_order() -> None:
    whole, split = make_dataset(DataSpec("moons", 100)), make_dataset(DataSpec("moons", 100, test_share=0.3))
    assert len(split.test_targets) == 30
    rows = whole.inputs.tolist()
    kept, tested = ([rows.index(row) for row in part.tolist()] for part in (split.inputs, split.test_inputs))
    assert kept == sorted(kept)
    assert tested == sorted(tested)
    assert sorted(kept + tested) == list(range(100))
    assert split.targets.tolist() == whole.targets[kept].tolist()
    assert split.test_targets.tolist() == whole.targets[tested].tolist()


def test_another_seed_splits_own_rows_otherwise_and_a_larger_share_keeps_more_of_the_same() -> None:
    own = own_rows("table.csv", np.arange(40.0).reshape(20, 2), np.arange(20) % 2.0, labels=("no", "yes"))

    def tested(seed: int, share: float) -> set[float]:
        data = make_dataset(DataSpec("own", seed=seed, test_share=share, own=own))
        return set(data.test_inputs[:, 0].tolist())

    assert len(tested(1, 0.5)) == 10
    assert tested(1, 0.5) != tested(2, 0.5)
    assert tested(1, 0.2) < tested(1, 0.5) < tested(1, 0.8)


@pytest.mark.parametrize(
    ("points", "share", "tested"),
    [(4, 0.9, 2), (10, 0.9, 8), (20, 0.9, 18), (4, 0.01, 1), (100, 0.005, 1), (500, 0.5, 250), (10, 0.0, 0)],
)
def test_a_share_keeps_one_row_back_at_least_and_leaves_two(points: int, share: float, tested: int) -> None:
    data = make_dataset(DataSpec("moons", points, test_share=share))
    assert len(data.test_targets) == tested
    assert len(data.targets) == points - tested == row_count(DataSpec("moons", points, test_share=share))


def test_rows_that_are_added_leave_nearly_all_others_where_they_are() -> None:
    def tested(rows: int) -> set[float]:
        own = own_rows("moons", np.arange(2.0 * rows).reshape(rows, 2), np.arange(rows) % 2.0, labels=("no", "yes"))
        return set(make_dataset(DataSpec("own", seed=3, test_share=0.5, own=own)).test_inputs[:, 0].tolist())

    assert len(tested(100) - tested(103)) <= 3


def test_the_lecture_can_be_split() -> None:
    data = make_dataset(DataSpec("lecture", test_share=0.5))
    assert data.inputs.shape == data.test_inputs.shape == (2, 3)


# -- own rows -----------------------------------------------------------------------------------------------------


def test_own_rows_of_two_classes_are_signs_and_of_more_one_hot() -> None:
    two = own_rows("a.csv", np.ones((4, 1)), np.array([0.0, 1, 1, 0]), labels=("no", "yes"))
    data = make_dataset(DataSpec("own", own=two))
    assert data.targets.tolist() == [-1, 1, 1, -1]
    three = own_rows("a.csv", np.ones((4, 1)), np.array([0.0, 1, 2, 0]), labels=("a", "b", "c"))
    assert make_dataset(DataSpec("own", own=three)).targets.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_own_rows_are_drawn_with_room_around_them_whatever_their_size() -> None:
    inputs = np.array([[0.0, 7.0], [1.0, 7.0], [2.0, 7.0], [10.0, 7.0]])
    data = make_dataset(DataSpec("own", own=own_rows("a", inputs, np.arange(4.0))))
    assert data.extent == (-1.0, 11.0, 6.0, 8.0)
    assert data.target_range == pytest.approx((-0.3, 3.3))
    huge = own_rows("a", np.array([[-1.7e308], [1.7e308], [0.0], [1.0]]), np.full(4, 1e300))
    data = make_dataset(DataSpec("own", own=huge))
    assert np.isfinite(data.ranges).all()
    assert data.target_range[0] < data.target_range[1]


def test_a_sigmoids_classes_are_0_and_1() -> None:
    experiment = Experiment(data=DataSpec("moons", test_share=0.2), network=NetworkSpec(output="sigmoid"))
    data, signs = dataset_of(experiment), make_dataset(experiment.data)
    assert data.targets.tolist() == ((signs.targets + 1) / 2).tolist()
    assert data.test_targets.tolist() == ((signs.test_targets + 1) / 2).tolist()
    assert (data.threshold, data.target_range) == (0.5, (0.0, 1.0))


def test_a_kind_that_does_not_exist() -> None:
    with pytest.raises(UnknownNameError, match="no data set 'rings'; choose one of lecture, moons-demo"):
        make_dataset(DataSpec("rings"))  # type: ignore[arg-type]
