"""Compiled kernels against Values and against the NumPy kernels, per step."""

from __future__ import annotations

import functools
import operator
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core import kernels
from core.compiled import CHUNK, CompiledLoss, CompiledMap, NumbaKernel
from core.datasets import DataSet, dataset_of, make_dataset
from core.engine import Value, logsumexp
from core.errors import OperationError
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.graph import topological_order
from core.kernels_numpy import NumpyKernel
from core.losses import LOSSES
from core.nn import ACTIVATIONS
from core.objective import Objective
from core.ops import OPS
from core.program import Program, compile_program
from core.record import Recording, record_penalty, record_prediction
from core.tape import fused_tape

pytest.importorskip("numba")

BOUND = 1e-12  # of the largest number of its kind: what two kernels may differ by in one step

UNARY: dict[str, Callable[[Value], Value]] = {
    "power": lambda a: a**3,
    "square": lambda a: a**2,
    "inverse": lambda a: (a * a + 0.5) ** -1,
    "root": lambda a: (a * a + 0.5) ** 0.5,
    "tanh": Value.tanh,
    "exp": lambda a: a.tanh().exp(),
    "log": lambda a: (a * a + 0.5).log(),
    "sqrt": lambda a: (a * a + 0.5).sqrt(),
    "sigmoid": Value.sigmoid,
    "relu": Value.relu,
    "leaky_relu": lambda a: a.leaky_relu(0.1),
    "softplus": Value.softplus,
    "sin": Value.sin,
    "cos": Value.cos,
    "abs": Value.abs,
}
BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "add": operator.add,
    "mul": operator.mul,
    "pow": lambda a, b: (a * a + 0.5) ** b.tanh(),
    "max": Value.max,
    "min": Value.min,
    "logsumexp": lambda a, b: logsumexp([a, b, a * b, 0.5, a]),
    "logsumexp of two": lambda a, b: a.logsumexp(b),
    "sum": lambda a, b: a + b + a + 1.0 + b,
    "weighted": lambda a, b: (a * b + a * a + b * a).tanh() + (b * b + b * a).tanh(),
}
NAMES = [*UNARY, *BINARY]
Step = tuple[str, int, int]
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)), max_size=15)
NUMBERS = st.floats(-2, 2).map(lambda number: round(number, 3))
TWO = st.lists(NUMBERS, min_size=2, max_size=2)
# Every operation on parameters, on inputs, on one of each, on a constant.
EVERYTHING: list[Step] = [(name, i, j) for name in NAMES for i, j in ((0, 1), (2, 3), (0, 2), (3, 4))]


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Compiled once on a machine, then read from its cache."""
    assert kernels.warm_up(beside=False), kernels.reason()


def record(steps: list[Step], parameters: list[float], inputs: list[float]) -> Recording:
    """A graph by a list of steps, each on two earlier nodes; its root adds up all of them."""
    leaves = [Value(number) for number in [*parameters, *inputs]]
    nodes = [*leaves, Value(0.7)]
    for name, i, j in steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        try:
            nodes.append(UNARY[name](a) if name in UNARY else BINARY[name](a, b))
        except OperationError:
            assume(False)
    root = functools.reduce(operator.add, nodes, nodes[-1] * 0.5)
    root = root * nodes[-1].tanh()
    order = topological_order(root)
    if any(abs(node.data) > 1e6 for node in order):
        assume(False)
    count = len(parameters)
    return Recording(
        root=root,
        parameters=leaves[:count],
        inputs=leaves[count:],
        output=nodes[-1],
        names={id(node): f"n{i}" for i, node in enumerate(order)},
    )


def assert_near(found: np.ndarray, expected: np.ndarray) -> None:
    largest = max(1.0, float(np.abs(expected).max(initial=0.0)))
    assert np.abs(found - expected).max(initial=0.0) <= BOUND * largest


# Every node of any graph


@settings(max_examples=200)
@given(STEPS, TWO, st.lists(TWO, min_size=1, max_size=9))
@example(EVERYTHING, [0.3, -0.8], [[0.5, 1.2], [-0.4, 0.9], [0.0, 0.0]])
@example([], [0.3, -0.8], [[0.5, 1.2]])
def test_every_node_is_that_of_the_values(steps: list[Step], parameters: list[float], lanes: list[list[float]]) -> None:
    program = compile_program(record(steps, parameters, lanes[0]))
    kernel = NumbaKernel(program, leaf_gradients=True)
    data, grad = kernel.allocate(len(lanes))
    grad.fill(np.nan)
    data[program.inputs - program.lanes_from] = np.array(lanes).T
    uniform_grad = np.zeros(program.lanes_from)
    kernel.forward(program.uniform, data)
    kernel.backward(program.uniform, data, grad, uniform_grad, 1.0)
    expected_uniform = np.zeros(program.lanes_from)
    for lane, inputs in enumerate(lanes):
        recording = record(steps, parameters, inputs)
        recording.root.backward()
        values = {recording.names[id(node)]: node for node in topological_order(recording.root)}
        nodes = [node for node in range(program.nodes) if program.addresses[node] in values]
        for node in nodes:
            value = values[program.addresses[node]]
            if node < program.lanes_from:
                expected_uniform[node] += value.grad
                continue
            assert data[node - program.lanes_from, lane] == pytest.approx(value.data, rel=1e-12, abs=1e-12)
            assert grad[node - program.lanes_from, lane] == pytest.approx(value.grad, rel=1e-10, abs=1e-10)
    assert uniform_grad == pytest.approx(expected_uniform, rel=1e-10, abs=1e-10)


def test_every_operation_of_the_table_is_in_the_example() -> None:
    assert set(compile_program(record(EVERYTHING, [0.3, -0.8], [0.5, 1.2])).ops) == {*OPS, ""}


@settings(max_examples=200)
@given(STEPS, TWO, st.lists(TWO, min_size=1, max_size=9), st.booleans())
@example(EVERYTHING, [0.3, -0.8], [[0.5, 1.2], [-0.4, 0.9], [0.0, 0.0]], True)
def test_a_batch_of_any_graph_is_that_of_the_numpy_kernel(
    steps: list[Step], parameters: list[float], lanes: list[list[float]], mean: bool
) -> None:
    program = compile_program(record(steps, parameters, lanes[0]))
    loss = CompiledLoss(program, None, np.array(lanes), np.empty((len(lanes), 0)), mean=mean)
    scale = 1.0 / len(lanes) if mean else 1.0
    for theta in (np.array(parameters), np.array(parameters) * 0.5):  # arrays are used again at every step
        data, gradient = by_numpy(program, theta, np.array(lanes), scale)
        found, found_gradient, outputs, losses = loss.evaluate(theta)
        assert found == pytest.approx(losses.sum() * scale, rel=1e-13)
        assert_near(losses, data[program.root])
        assert_near(outputs, data[program.output])
        assert_near(found_gradient, gradient)


def by_numpy(program: Program, theta: np.ndarray, inputs: np.ndarray, seed: float) -> tuple[np.ndarray, np.ndarray]:
    """Every node's row, uniform leaves too, and the gradient of the parameters."""
    kernel = NumpyKernel(program)
    data, grad = kernel.allocate(len(inputs))
    uniform = program.uniform.copy()
    uniform[: program.parameters] = theta
    data[program.inputs - program.lanes_from] = inputs.T
    uniform_grad = np.zeros(program.lanes_from)
    kernel.forward(uniform, data)
    kernel.backward(uniform, data, grad, uniform_grad, seed)
    everything = np.concatenate([np.repeat(uniform[:, None], len(inputs), axis=1), data])
    return everything, uniform_grad[: program.parameters]


# Training


@dataclass
class Pair:
    """The same loss on both kernels."""

    numpy: Objective
    numba: CompiledLoss


def pair(experiment: Experiment, dataset: DataSet | None = None) -> Pair:
    dataset = dataset or make_dataset(experiment.data)
    objective = Objective(experiment, dataset)
    penalty = record_penalty(experiment, objective.network)
    numba = CompiledLoss(
        objective.program,
        compile_program(penalty) if penalty else None,
        dataset.inputs,
        dataset.targets,
        mean=LOSSES[experiment.training.loss].mean,
    )
    return Pair(objective, numba)


def assert_same_step(both: Pair, theta: np.ndarray, rows: np.ndarray | None = None) -> None:
    expected = both.numpy.evaluate(theta, rows)
    loss, gradient, outputs, losses = both.numba.evaluate(theta, rows)
    assert loss == pytest.approx(expected.loss, rel=1e-12)
    assert_near(gradient, expected.gradient)
    assert_near(outputs, expected.outputs)
    assert_near(losses, expected.sample_losses)


def spiral(points: int, activation: str = "relu", loss: str = "logistic", l2: float = 1e-3) -> Experiment:
    return Experiment(
        data=DataSpec("spiral", points, 0.1, 3),
        network=NetworkSpec((LayerSpec(5, activation), LayerSpec(3, activation)), "linear"),  # type: ignore[arg-type]
        training=TrainingSpec(loss=loss, l2=l2),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_and_activation(activation: str, loss: str) -> None:
    both = pair(spiral(37, activation, loss))
    assert_same_step(both, both.numpy.initial)


@given(st.data())
def test_any_experiment(experiments: st.SearchStrategy[Experiment], data: st.DataObject) -> None:
    experiment = data.draw(experiments)
    both = pair(experiment)
    assert_same_step(both, both.numpy.initial)
    rows = data.draw(st.lists(st.integers(0, len(both.numpy.dataset.targets) - 1), min_size=1, max_size=5))
    assert_same_step(both, both.numpy.initial, np.array(rows))


@given(st.data())
def test_any_task_features_and_no_biases(all_experiments: st.SearchStrategy[Experiment], data: st.DataObject) -> None:
    experiment = data.draw(all_experiments)
    dataset = dataset_of(experiment)
    ours, expected = (Objective(experiment, dataset, kernel) for kernel in (NumbaKernel.name, NumpyKernel.name))
    found, true = ours.evaluate(ours.initial), expected.evaluate(ours.initial)
    assert found.loss == pytest.approx(true.loss, rel=1e-12)
    assert_near(found.gradient, true.gradient)
    assert_near(found.outputs, true.outputs)


@pytest.mark.parametrize("features", [(), ("x1", "x2", "x1^2", "x1*x2")])
def test_no_biases_cost_no_instructions(features: tuple[str, ...]) -> None:
    lengths = []
    for bias in (True, False):
        network = NetworkSpec((LayerSpec(5), LayerSpec(3)), features=features, bias=bias)
        objective = Objective(Experiment("", DataSpec("spiral", 9), network), make_dataset(DataSpec("spiral", 9)))
        lengths.append(len(fused_tape(objective.program).code))
    assert lengths[0] == lengths[1]


@pytest.mark.parametrize("points", [4, 5, 7, 8, 31, 33, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 3])
def test_odd_numbers_of_lanes_and_chunks(points: int) -> None:
    both = pair(spiral(points, "tanh"))
    assert_same_step(both, both.numpy.initial)


def test_a_mean_is_scaled_by_the_batch() -> None:
    both = pair(spiral(40, loss="hinge", l2=0.0))
    theta, rows = both.numpy.initial, np.array([3, 1, 4, 1, 5])
    loss, _, _, losses = both.numba.evaluate(theta, rows)
    assert loss == pytest.approx(losses.mean(), rel=1e-14)


def test_without_a_gradient_the_rest_is_the_same() -> None:
    both = pair(spiral(40))
    with_gradient = both.numba.evaluate(both.numpy.initial)
    without = both.numba.evaluate(both.numpy.initial, gradient=False)
    assert without[0] == with_gradient[0]
    assert not without[1].any()
    assert (without[2] == with_gradient[2]).all()


def test_several_outputs_and_class_targets() -> None:
    """Softmax cross-entropy, targets as one-hot rows."""
    rng = random.Random(5)
    x, y = [Value(0.0), Value(0.0)], [Value(0.0) for _ in range(3)]
    parameters = [Value(rng.uniform(-1, 1)) for _ in range(9)]
    scores = [parameters[3 * k] + parameters[3 * k + 1] * x[0] + parameters[3 * k + 2] * x[1] for k in range(3)]
    loss = logsumexp(scores)
    loss = loss - functools.reduce(operator.add, [target * score for target, score in zip(y, scores, strict=True)])
    names = {id(score): f"score{k}" for k, score in enumerate(scores)}
    recording = Recording(root=loss, parameters=parameters, inputs=x, targets=y, names=names)
    program = compile_program(recording)
    outputs = [program.node(f"score{k}") for k in range(3)]
    points = np.random.default_rng(1).normal(size=(50, 2))
    classes = np.eye(3)[np.arange(50) % 3]
    compiled = CompiledLoss(program, None, points, classes, mean=True, outputs=[node for node in outputs if node])
    theta = np.array([parameter.data for parameter in parameters])
    loss_found, gradient, found, _ = compiled.evaluate(theta)
    w = theta.reshape(3, 3)
    expected = w[:, 0] + points @ w[:, 1:].T
    chance = np.exp(expected) / np.exp(expected).sum(axis=1, keepdims=True)
    assert_near(found, expected.T)
    assert loss_found == pytest.approx(-np.log((chance * classes).sum(axis=1)).mean(), rel=1e-12)
    by_score = (chance - classes) / 50
    assert_near(gradient, np.column_stack([by_score.sum(axis=0), by_score.T @ points]).reshape(-1))
    right = (expected.argmax(axis=1) == classes.argmax(axis=1)).mean()
    assert compiled.descend(theta, np.array([0.1])).accuracies[0] == pytest.approx(right)


# Many steps in one call


def test_steps_in_one_call_are_bit_for_bit_those_of_single_calls() -> None:
    both = pair(spiral(300, "tanh"))
    rates = np.linspace(0.1, 0.01, 7)
    theta = both.numpy.initial
    losses = []
    for rate in rates:
        loss, gradient, outputs, _ = both.numba.evaluate(theta)
        losses.append(loss)
        theta = theta - rate * gradient
    steps = both.numba.descend(both.numpy.initial, rates)
    assert steps.theta.tobytes() == theta.tobytes()
    assert steps.losses.tolist() == losses
    right = (outputs > 0) == (both.numpy.dataset.targets > 0)
    assert steps.accuracies[-1] == right.mean()


def test_minibatches_in_one_call() -> None:
    both = pair(spiral(20))
    order = np.random.RandomState(2).permutation(20)
    rows, bounds = np.concatenate([order, order[::-1]]), np.array([0, 8, 16, 20, 28, 36, 40])
    theta = both.numpy.initial
    for i in range(6):
        theta = theta - 0.05 * both.numba.evaluate(theta, rows[bounds[i] : bounds[i + 1]])[1]
    steps = both.numba.descend(both.numpy.initial, np.full(6, 0.05), rows, bounds)
    assert steps.theta.tobytes() == theta.tobytes()


def test_a_run_is_bit_identical() -> None:
    experiment = spiral(500, "sigmoid")
    results = {
        pair(experiment).numba.descend(pair(experiment).numpy.initial, np.full(20, 0.1)).theta.tobytes()
        for _ in range(3)
    }
    assert len(results) == 1


def test_no_steps() -> None:
    both = pair(spiral(10))
    steps = both.numba.descend(both.numpy.initial, np.empty(0))
    assert (len(steps.losses), steps.theta.tolist()) == (0, both.numpy.initial.tolist())


def test_it_stops_before_a_step_that_is_not_finite() -> None:
    both = pair(spiral(50, "relu", "sum-squared", 0.0))
    steps = both.numba.descend(both.numpy.initial, np.full(200, 10.0))
    assert 0 < len(steps.losses) < 200
    assert np.isfinite(steps.losses).all() and np.isfinite(steps.theta).all()
    loss, gradient, _, _ = both.numba.evaluate(steps.theta)
    assert not (np.isfinite(loss) and np.isfinite(gradient).all())


def test_arrays_that_cannot_be_written_are_taken() -> None:
    dataset = make_dataset(spiral(20).data)
    for array in (dataset.inputs, dataset.targets):
        array.flags.writeable = False
    both = pair(spiral(20), dataset)
    both.numpy.initial.flags.writeable = False
    rows = np.arange(5)
    rows.flags.writeable = False
    assert_same_step(both, both.numpy.initial, rows)
    assert len(kernels.compiled_module().run.signatures) == 1


# Maps


def test_every_neuron_over_many_points() -> None:
    experiment = spiral(10, "tanh")
    objective = Objective(experiment, make_dataset(experiment.data))
    program = compile_program(record_prediction(objective.experiment, objective.network))
    nodes = [node for node, address in enumerate(program.addresses) if address.endswith(".out")]
    points = np.random.default_rng(0).normal(size=(2 * CHUNK + 5, 2))
    found = CompiledMap(program, nodes).over_points(objective.initial, points)
    assert found is not None
    _, expected = objective.over_points(objective.initial, points)
    assert_near(found, np.array(list(expected.values())))
    twice = CompiledMap(program, [nodes[-1], nodes[0], nodes[-1]]).over_points(objective.initial, points)
    assert twice is not None
    assert (twice == found[[-1, 0, -1]]).all()


def test_a_map_can_be_cancelled() -> None:
    objective = Objective(spiral(10), make_dataset(spiral(10).data))
    program = compile_program(record_prediction(objective.experiment, objective.network))
    found = CompiledMap(program, [program.output]).over_points(
        objective.initial, np.zeros((10, 2)), np.ones(1, dtype=np.bool_)
    )
    assert found is None


def test_the_interpreter_is_free_meanwhile() -> None:
    both = pair(spiral(2_000))
    started, finished = threading.Event(), threading.Event()

    def train() -> None:
        started.set()
        both.numba.descend(both.numpy.initial, np.full(200, 1e-9))
        finished.set()

    thread = threading.Thread(target=train)
    thread.start()
    started.wait()
    turns = 0
    while not finished.is_set():
        turns += 1
    thread.join()
    assert turns > 1_000


# Extreme numbers


SPECIAL = [0.0, -0.0, 5e-324, -5e-324, 1.0, 709.7, 709.8, 710.0, -708.5, -745.1, -745.2, -1e300, 1e300, np.inf, -np.inf]


@pytest.mark.parametrize(("name", "ulps"), [("exp", 1.0), ("tanh", 2.5)])
def test_own_functions_are_as_exact_as_they_say(name: str, ulps: float) -> None:
    rng = np.random.default_rng(7)
    x = np.concatenate(
        [
            rng.normal(size=20_000),
            rng.uniform(-745, 710, 20_000),
            rng.normal(size=20_000) * 10.0 ** rng.uniform(-300, 0, 20_000),
            SPECIAL,
        ]
    )
    found = one_operation(name, x)
    with np.errstate(all="ignore"):
        exact = getattr(np, name)(x.astype(np.longdouble))
        rounded = exact.astype(np.float64)
        distance = np.abs(found.astype(np.longdouble) - exact) / np.spacing(np.abs(rounded))
    finite = np.isfinite(rounded) & np.isfinite(found)
    # Half a unit is the error of a double itself; longdouble is no wider than that on some machines.
    assert distance[finite].max() <= ulps + 0.5
    assert (found[~np.isfinite(rounded)] == rounded[~np.isfinite(rounded)]).all()
    assert (np.signbit(found) == np.signbit(rounded)).all()
    assert np.isnan(one_operation(name, np.array([np.nan, 1.0]))).tolist() == [True, False]


def one_operation(name: str, numbers: np.ndarray) -> np.ndarray:
    x = Value(0.5)
    program = compile_program(Recording(root=getattr(x, name)(), parameters=[], inputs=[x]))
    kernel = NumbaKernel(program)
    data, _ = kernel.allocate(len(numbers))
    data[0] = numbers
    kernel.forward(program.uniform, data)
    return data[1]


POWERS = st.sampled_from([2.0, 3.0, -1.0, 0.5, 0.0, 1.0, -2.0, -0.5, 2.5])
ANY = st.one_of(st.sampled_from([*SPECIAL, np.nan]), st.floats())


@pytest.mark.parametrize("name", OPS)
@given(a=ANY, b=ANY, power=POWERS)
def test_any_float_as_the_array_form_has_it(name: str, a: float, b: float, power: float) -> None:
    operation = OPS[name]
    constant = (power,) if operation.has_constant else ()
    leaves = [Value(0.5) for _ in range(operation.arity)]
    method = {"add": "__add__", "mul": "__mul__", "power": "__pow__", "pow": "__pow__"}.get(name, name)
    root = getattr(leaves[0], method)(*(constant or leaves[1:]))
    program = compile_program(Recording(root=root, parameters=[], inputs=leaves))
    kernel = NumbaKernel(program, leaf_gradients=True)
    data, grad = kernel.allocate(8)
    data[: operation.arity] = np.array([a, b])[: operation.arity, None]
    kernel.forward(program.uniform, data)
    kernel.backward(program.uniform, data, grad, np.zeros(program.lanes_from), 1.0)
    operands = [row.copy() for row in data[: operation.arity]]
    with np.errstate(all="ignore"):
        expected = np.asarray(operation.array_forward(*operands, *constant))
        partials = operation.array_partials(*operands, *constant, data[-1])
        # Not where a libm and NumPy's own loops may part: at the very edge of what a double holds.
        tiny = np.abs(expected) < 1e-300
        assert np.allclose(data[-1][~tiny], expected[~tiny], rtol=1e-13, atol=0.0, equal_nan=True)
        for found, partial in zip(grad[: operation.arity], partials, strict=True):
            wanted = np.broadcast_to(partial, found.shape)
            edge = (np.abs(wanted) < 1e-300) & (wanted != 0.0)
            assert np.allclose(found[~edge], wanted[~edge], rtol=1e-12, atol=1e-300, equal_nan=True)
