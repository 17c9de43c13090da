"""Optimisers against PyTorch, and their states in runs and files."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import decode, document_of, encode, trainer_of
from core.experiment import (
    DataSpec,
    Decay,
    Experiment,
    LayerSpec,
    NetworkSpec,
    OptimizerKind,
    OptimizerSpec,
    TrainingSpec,
)
from core.optim import (
    CODES,
    clipped,
    fresh_state,
    frozen_mask,
    gradient_length,
    settings_of,
    state_size,
    updated,
)
from core.trainer import Trainer

KINDS: tuple[OptimizerKind, ...] = get_args(OptimizerKind)
SPECS = {
    **{kind: OptimizerSpec(kind) for kind in KINDS},
    "momentum 0.5": OptimizerSpec("momentum", momentum=0.5),
    "rmsprop other": OptimizerSpec("rmsprop", alpha=0.5, eps=0.1),
    "adamw other": OptimizerSpec("adamw", beta1=0.5, beta2=0.75, eps=0.1, weight_decay=0.5),
}
# Parameters after each step, by PyTorch 2.13 in double precision: python tests/benchmarks/torch_references.py
BY_TORCH: dict[str, list[list[float]]] = {
    "sgd": [
        [0.8, -1.6, 0.41224174381096274],
        [0.64, -1.3952, 0.3206192498994137],
        [0.512, -1.2594063671296, 0.22571520582121218],
        [0.4096, -1.1595288682682199, 0.12825177674115426],
        [0.32768, -1.0815791228802623, 0.02907307596361953],
    ],
    "momentum": [
        [0.8, -1.6, 0.41224174381096274],
        [0.45999999999999996, -1.0352, 0.24163681932928016],
        [0.0619999999999999, -0.47141196328959983, -0.009002372462140742],
        [-0.3086000000000001, 0.04123534584575186, -0.33457359296628847],
        [-0.58042, 0.5026144183338275, -0.7220427327457374],
    ],
    "nesterov": [
        [0.62, -1.24, 0.3332593132408292],
        [0.2224, -0.7348707199999999, 0.08262870481323803],
        [-0.10835200000000006, -0.32835113835626273, -0.24724229430610184],
        [-0.32482304000000006, 0.023021065406364834, -0.6386555471164355],
        [-0.41571758080000004, 0.33766184456999965, -1.0562148917286591],
    ],
    "rmsprop": [
        [4.999999791976961e-08, -1.0000000249999998, -0.49999988605061996],
        [-2.5188822722841206e-10, -0.8753501051679765, -1.2088810557513017],
        [2.54431267743102e-12, -0.791618012912278, -1.485138126300555],
        [-3.864724667298473e-14, -0.7294973049993441, -1.5520763277821945],
        [7.846936406441379e-16, -0.6806967098720177, -1.5667944406930374],
    ],
    "adam": [
        [0.9000000005, -1.90000000025, 0.40000000113949397],
        [0.8004122286917927, -1.8006926977489037, 0.29990322697857663],
        [0.7015862729460302, -1.7025794865555075, 0.1996698702791642],
        [0.6039390605737459, -1.6061707765316147, 0.0992817184909457],
        [0.5079636592643418, -1.5119663628864697, -0.0012556139657696336],
    ],
    "adamw": [
        [0.8990000005, -1.89800000025, 0.39950000113949397],
        [0.7985190271685215, -1.7968148844873193, 0.29900343266100393],
        [0.6989111831582322, -1.6969592578832682, 0.19847052334782445],
        [0.6005985741595427, -1.598955321959767, 0.09788331649417202],
        [0.5040800900879451, -1.503312112359317, -0.0027521568601730356],
    ],
    "momentum 0.5": [
        [0.8, -1.6, 0.41224174381096274],
        [0.54, -1.1952, 0.2767401218048951],
        [0.30200000000000005, -0.9074326583296001, 0.11279418920208358],
        [0.12260000000000003, -0.7261884409813835, -0.06854332478559813],
        [0.008380000000000012, -0.6164185712320956, -0.2589772643670896],
    ],
    "rmsprop other": [
        [0.8679182349373774, -1.8634079036422433, 0.37820565367325887],
        [0.7647918786874549, -1.7603317996538528, 0.27380627455525197],
        [0.6724608060052054, -1.6690281937588607, 0.17563627328859954],
        [0.5859502058243806, -1.583596187113178, 0.08042170062302217],
        [0.5034715530940057, -1.5017193946999061, -0.013088719090891293],
    ],
    "adamw other": [
        [0.8547619047619047, -1.8024390243902437, 0.38522931503673996],
        [0.718895668346937, -1.619215104173839, 0.2754756907920643],
        [0.593187335831687, -1.4519285702799962, 0.17050377131607428],
        [0.4783238359414655, -1.3013424570095513, 0.07024207336468204],
        [0.3748694366519201, -1.167333809678335, -0.025286696399446043],
    ],
}
# The same with clip_grad_norm_ at 1.5, and a fourth parameter that is frozen at 3 and multiplies the first.
CLIPPED_BY_TORCH: dict[str, list[list[float]]] = {
    "sgd": [
        [0.8839545350892959, -1.9071636280714366, 0.47963210472158097, 3.0],
        [0.7640049143934847, -1.8199057222273374, 0.457313081102159, 3.0],
        [0.6408005649936448, -1.7379016622269499, 0.43289967761962234, 3.0],
        [0.5149535961915137, -1.6607612148553992, 0.4062185418701311, 3.0],
        [0.3870310844223418, -1.5880596900678887, 0.37705847065534936, 3.0],
    ],
    "momentum": [
        [0.8839545350892959, -1.9071636280714366, 0.47963210472158097, 3.0],
        [0.659563995973851, -1.7363529874916304, 0.4389819753515819, 3.0],
        [0.33134275181698547, -1.5061012303251629, 0.3759337700428273, 3.0],
        [-0.09653552891760304, -1.237090021234316, 0.28554635401485, 3.0],
        [-0.6168442809810343, -0.9493785550351027, 0.15797526751771748, 3.0],
    ],
    "rmsprop": [
        [8.61731149770506e-08, -1.0000001077163914, -0.4999995090314948, 3.0],
        [-0.7762224604425643, -0.751542697605525, -1.3989364800920177, 3.0],
        [-1.3982307645216174, -0.5332500289615016, -1.747213703230795, 3.0],
        [-1.4857933681439581, -0.4551189883412734, -1.4091450131015117, 3.0],
        [-1.4980774560031906, -0.40635813408189647, -1.7066307311815505, 3.0],
    ],
    "adamw": [
        [0.8990000008617312, -1.898000001077164, 0.39950000490968723, 3.0],
        [0.7980179168892744, -1.7963742402187204, 0.29897226843124175, 3.0],
        [0.6970090507434652, -1.6953660816621665, 0.1983217264583075, 3.0],
        [0.5959385477502238, -1.5952665918580657, 0.09745515232862317, 3.0],
        [0.4947821757024583, -1.4964103843373422, -0.0037126068443165267, 3.0],
    ],
}


def slope(theta: np.ndarray) -> np.ndarray:
    """The gradient of a² + b⁴ / 8 + sin c."""
    a, b, c = theta.tolist()
    return np.array([2 * a, b**3 / 2, math.cos(c)])


@pytest.mark.parametrize("name", BY_TORCH)
def test_every_step_is_pytorchs(name: str) -> None:
    theta, state = np.array([1.0, -2.0, 0.5]), fresh_state(SPECS[name].kind, 3)
    for expected in BY_TORCH[name]:
        theta, state = updated(SPECS[name], theta, state, slope(theta), 0.1)
        assert theta == pytest.approx(expected, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("name", CLIPPED_BY_TORCH)
def test_every_clipped_step_beside_a_frozen_parameter_is_pytorchs(name: str) -> None:
    theta, state = np.array([1.0, -2.0, 0.5, 3.0]), fresh_state(SPECS[name].kind, 4)
    frozen = np.array([False, False, False, True])
    for expected in CLIPPED_BY_TORCH[name]:
        gradient = np.append(slope(theta[:3]), theta[0])
        gradient[0] += theta[3]
        theta, state = updated(SPECS[name], theta, state, clipped(gradient, 1.5, frozen), 0.1, frozen)
        assert theta == pytest.approx(expected, rel=1e-13, abs=1e-15)
        assert theta[3] == 3.0


def test_a_short_gradient_is_left_as_it_is() -> None:
    gradient = np.array([3.0, -4.0])
    assert gradient_length(gradient) == 5.0
    assert clipped(gradient, 0.0) is gradient
    assert clipped(gradient, 6.0) is gradient
    assert clipped(gradient, 3.5, np.array([False, True])) is gradient  # what is frozen counts for nothing
    assert clipped(gradient, 1.0).tolist() == (gradient * (1.0 / (5.0 + 1e-6))).tolist()
    assert clipped(np.zeros(2), 1.0).tolist() == [0.0, 0.0]
    assert clipped(np.array([1e200, 1.0]), 1.0).tolist() == [0.0, 0.0]  # as PyTorch: its length overflows


NAMES = ["L1.N1.w1", "L1.N1.b", "L1.N2.w1", "L1.N2.b", "L2.N1.w1", "L2.N1.w2", "L2.N1.b"]


@pytest.mark.parametrize(
    ("frozen", "places"),
    [
        ((), []),
        (("L1",), [0, 1, 2, 3]),
        (("L1.N2",), [2, 3]),
        (("L2.N1.w2",), [5]),
        (("L1.N1.b", "L1.N2", "L2.N1.b"), [1, 2, 3, 6]),
        (("L1", "L1.N1"), [0, 1, 2, 3]),
        (("L1.N", "L", "L1.N2.w"), []),
    ],
)
def test_what_is_frozen(frozen: tuple[str, ...], places: list[int]) -> None:
    mask = frozen_mask(NAMES, frozen)
    assert (len(mask), np.flatnonzero(mask).tolist()) == (7, places)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("parameters", [1, 2, 3, 5])
def test_frozen_parameters_and_their_state_are_untouched(kind: OptimizerKind, parameters: int) -> None:
    rng = np.random.default_rng(parameters)
    theta, gradient = rng.normal(size=parameters), rng.normal(size=parameters)
    state = np.append(rng.random(state_size(kind, parameters))[2:], [0.9, 0.99]) if kind != "sgd" else np.empty(0)
    if kind in ("momentum", "nesterov", "rmsprop"):
        state = rng.random(parameters)
    frozen = np.arange(parameters) % 2 == 0
    moved, after = updated(OptimizerSpec(kind), theta, state, gradient, 0.1, frozen)
    free, free_after = updated(OptimizerSpec(kind), theta, state, gradient, 0.1)
    parts = len(after) // parameters if kind not in ("adam", "adamw") else 2
    assert moved.tolist() == np.where(frozen, theta, free).tolist()
    for part in range(parts):
        own = slice(part * parameters, (part + 1) * parameters)
        assert after[own].tolist() == np.where(frozen, state[own], free_after[own]).tolist()
    assert after[parts * parameters :].tolist() == free_after[parts * parameters :].tolist()


def test_plain_sgd_is_what_a_spec_is_without_more() -> None:
    assert OptimizerSpec().kind == "sgd"
    assert set(CODES) == set(KINDS) and sorted(CODES.values()) == list(range(len(KINDS)))


@pytest.mark.parametrize("kind", KINDS)
def test_states_have_their_size_and_arrays_given_stay_as_they_are(kind: OptimizerKind) -> None:
    theta, gradient, state = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.0, -1.0]), fresh_state(kind, 3)
    before = [array.tobytes() for array in (theta, gradient, state)]
    moved, after = updated(OptimizerSpec(kind), theta, state, gradient, 0.1)
    assert [array.tobytes() for array in (theta, gradient, state)] == before
    assert len(after) == len(state) == state_size(kind, 3) == {"sgd": 0, "adam": 8, "adamw": 8}.get(kind, 3)
    assert (moved != theta).tolist() == [True, kind == "adamw", True]


def test_momentum_0_is_plain_sgd() -> None:
    theta, gradient = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    plain, _ = updated(OptimizerSpec(), theta, np.empty(0), gradient, 0.1)
    for kind in ("momentum", "nesterov"):
        state = np.array([7.0, 7.0])
        assert updated(OptimizerSpec(kind, momentum=0.0), theta, state, gradient, 0.1)[0].tolist() == plain.tolist()


def test_numbers_that_are_not_finite_simply_come_out() -> None:
    for kind in KINDS:
        moved, _ = updated(OptimizerSpec(kind), np.zeros(2), fresh_state(kind, 2), np.array([math.nan, 1.0]), 0.1)
        assert np.isnan(moved).tolist() == [True, False]


# In a run

MOONS = Experiment(
    "small moons",
    DataSpec("moons", 10, 0.1, 3),
    NetworkSpec((LayerSpec(3, "tanh"),), "linear", "lecture", 5),
    TrainingSpec(0.02, Decay("cosine", 0.9, 40, warmup=5), "hinge", 1e-3, 4, 1e-3),
)


def with_training(experiment: Experiment, **fields: Any) -> Experiment:
    return msgspec.structs.replace(experiment, training=msgspec.structs.replace(experiment.training, **fields))


def with_optimizer(kind: str, **fields: float) -> Experiment:
    return with_training(MOONS, optimizer=OptimizerSpec(kind, **fields))  # type: ignore[arg-type]


@pytest.fixture(params=["numpy", "numba"])
def kernel(request: pytest.FixtureRequest) -> str:
    """Each of the kernels."""
    if request.param == "numba":
        pytest.importorskip("numba")
        from core import kernels

        assert kernels.warm_up(beside=False), kernels.reason()
    return str(request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_follows_the_optimiser(kind: OptimizerKind, kernel: str) -> None:
    trainer = Trainer(with_training(MOONS, batch=0, optimizer=OptimizerSpec(kind)), kernel)
    theta, state = trainer.theta, fresh_state(kind, len(trainer.theta))
    for _ in range(5):
        gradient = trainer.objective.evaluate(theta).gradient
        theta, state = updated(OptimizerSpec(kind), theta, state, gradient, trainer.learning_rate)
        trainer.advance(1)
        assert (trainer.theta.tobytes(), trainer.state.tobytes()) == (theta.tobytes(), state.tobytes())


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_clips_and_freezes(kind: OptimizerKind, kernel: str) -> None:
    """Bit for bit what `clipped` and `updated` do, on both kernels, one step a call or many."""
    spec = OptimizerSpec(kind)
    experiment = with_training(MOONS, batch=0, optimizer=spec, clip=0.05, frozen=("L1.N2", "L2.N1.w1"))
    trainer, once = Trainer(experiment, kernel), Trainer(experiment, kernel)
    frozen = frozen_mask(trainer.objective.names, experiment.training.frozen)
    theta, state = trainer.theta, fresh_state(kind, len(trainer.theta))
    begun = theta[frozen].tolist()
    for _ in range(20):
        gradient = trainer.objective.evaluate(theta).gradient
        assert gradient_length(gradient, frozen) > 0.05
        theta, state = updated(spec, theta, state, clipped(gradient, 0.05, frozen), trainer.learning_rate, frozen)
        trainer.advance(1)
        assert (trainer.theta.tobytes(), trainer.state.tobytes()) == (theta.tobytes(), state.tobytes())
    once.advance(20)
    assert (once.theta.tobytes(), once.state.tobytes()) == (theta.tobytes(), state.tobytes())
    assert theta[frozen].tolist() == begun


@pytest.mark.parametrize("kind", KINDS)
def test_both_kernels_take_the_same_steps(kind: OptimizerKind) -> None:
    pytest.importorskip("numba")
    one, other = Trainer(with_optimizer(kind)), Trainer(with_optimizer(kind), "numba")
    for _ in range(10):
        other.theta, other.state = one.theta.copy(), one.state.copy()
        one.advance(1)
        other.advance(1)
        bound = 1e-12 * max(1.0, float(np.abs(one.theta).max()))
        assert np.abs(other.theta - one.theta).max() <= bound * (
            1.0 if kind in ("sgd", "momentum", "nesterov") else 10.0
        )


@pytest.mark.parametrize("kind", KINDS)
def test_many_steps_a_call_and_back_to_each_of_them(kind: OptimizerKind, kernel: str) -> None:
    trainer, single = Trainer(with_optimizer(kind), kernel), Trainer(with_optimizer(kind), kernel)
    trainer.advance(50)
    seen = []
    for _ in range(50):
        seen.append((single.theta.tobytes(), single.state.tobytes()))
        single.advance(1)
    assert (trainer.theta.tobytes(), trainer.state.tobytes()) == (single.theta.tobytes(), single.state.tobytes())
    for step in (49, 33, 32, 17, 5, 0):
        trainer.rewind(step)
        assert (trainer.theta.tobytes(), trainer.state.tobytes()) == seen[step]
    trainer.advance(50)
    assert trainer.theta.tobytes() == single.theta.tobytes()


CHANGES: list[Callable[[Experiment], Experiment]] = [
    *(lambda each, kind=kind: with_training(each, optimizer=OptimizerSpec(kind)) for kind in KINDS),
    lambda each: with_training(each, learning_rate=0.05),
    lambda each: with_training(each, learning_rate=0.01, decay=Decay("exponential", per_step=0.9)),
    lambda each: with_training(
        each, optimizer=msgspec.structs.replace(each.training.optimizer, momentum=0.5, beta2=0.9)
    ),
    lambda each: with_training(each, l1=0.01),
    lambda each: with_training(each, loss="huber"),
    lambda each: with_training(each, clip=0.03),
    lambda each: with_training(each, frozen=("L1.N2", "L2.N1.b")),
    lambda each: with_training(each, frozen=(), clip=0.0),
]
SCRIPTS = st.lists(st.tuples(st.integers(0, 25), st.sampled_from(CHANGES)), min_size=1, max_size=6)


@given(SCRIPTS, st.lists(st.integers(0, 200), min_size=1, max_size=3), st.sampled_from(["numpy", "numba"]))
def test_rewinding_through_changes_is_exact(
    script: list[tuple[int, Callable[[Experiment], Experiment]]], back_to: list[int], kernel: str
) -> None:
    trainer = Trainer(MOONS, kernel)
    seen: list[tuple[bytes, bytes]] = []
    for steps, change in [*script, (10, lambda each: each)]:
        for _ in range(steps):
            seen.append((trainer.theta.tobytes(), trainer.state.tobytes()))
            trainer.advance(1)
        trainer.change(change(trainer.experiment))
    seen.append((trainer.theta.tobytes(), trainer.state.tobytes()))
    # Replayed from the first checkpoint too, as after opening a file that kept no other one.
    del trainer.run.checkpoints[1:]
    for target in back_to:
        step = target % (trainer.step + 1)
        kind = trainer.run.segments[-1].experiment.training.optimizer.kind
        trainer.rewind(step)
        assert trainer.theta.tobytes() == seen[step][0]
        then = [each for each in trainer.run.segments if each.first_step <= step][-1]
        assert then.experiment.training.optimizer.kind == kind
        if len(trainer.state) == len(seen[step][1]) // 8 and not (then.anew and then.first_step == step):
            assert trainer.state.tobytes() == seen[step][1]


def test_another_optimiser_begins_as_new_and_another_number_does_not() -> None:
    trainer = Trainer(with_optimizer("adam"))
    trainer.advance(5)
    state = trainer.state.tobytes()
    trainer.change(with_optimizer("adam", beta1=0.8))
    assert trainer.state.tobytes() == state
    trainer.change(with_optimizer("momentum"))
    assert trainer.state.tolist() == [0.0] * len(trainer.theta)
    trainer.change(with_optimizer("adam"))
    assert trainer.state.tobytes() == fresh_state("adam", len(trainer.theta)).tobytes()
    assert [(segment.first_step, segment.anew) for segment in trainer.run.segments] == [(0, False), (5, True)]


# In a file


@pytest.mark.parametrize("kind", KINDS)
def test_a_reopened_run_goes_on_bit_for_bit(kind: OptimizerKind, kernel: str) -> None:
    trainer = Trainer(with_optimizer("momentum"), kernel)
    trainer.advance(20)
    trainer.change(with_optimizer(kind))
    trainer.advance(20)
    other = trainer_of(decode(encode(document_of(trainer.experiment, None, [trainer]))).runs[0])
    assert other.state.tobytes() == trainer.state.tobytes()
    for each in (trainer, other):
        each.advance(20)
        each.rewind(51)
        each.advance(5)
    assert other.theta.tobytes() == trainer.theta.tobytes()
    for step in (30, 20, 10):
        trainer.rewind(step)
        other.rewind(step)
        assert (other.theta.tobytes(), other.state.tobytes()) == (trainer.theta.tobytes(), trainer.state.tobytes())


def test_settings_are_in_the_order_of_compiled_code() -> None:
    assert settings_of(OptimizerSpec("adam", 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)).tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
