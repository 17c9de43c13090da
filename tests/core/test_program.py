"""Compiled programs against the Values they are compiled from: every node, every gradient, every nudge."""

from __future__ import annotations

import functools
import operator
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.engine import Value, logsumexp
from core.errors import ChainruleError, OperationError
from core.graph import topological_order
from core.kernels_numpy import NumpyKernel
from core.numpy_plans import LayerPlan
from core.ops import OPS
from core.program import Group, Program, SumChain, compile_program, snapshot_of
from core.record import Recording

STEPS: dict[str, Callable[[Value, Value], Value]] = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "square": lambda a, b: a**2,
    "cube": lambda a, b: a**3,
    "inverse": lambda a, b: (a * a + 0.5) ** -1,
    "pow": lambda a, b: (a * a + 0.5) ** b.tanh(),
    "tanh": lambda a, b: a.tanh(),
    "exp": lambda a, b: a.tanh().exp(),
    "log": lambda a, b: (a * a + 0.5).log(),
    "sqrt": lambda a, b: (a * a + 0.5).sqrt(),
    "sigmoid": lambda a, b: a.sigmoid(),
    "relu": lambda a, b: a.relu(),
    "leaky_relu": lambda a, b: a.leaky_relu(0.1),
    "softplus": lambda a, b: a.softplus(),
    "sin": lambda a, b: a.sin(),
    "cos": lambda a, b: a.cos(),
    "abs": lambda a, b: a.abs(),
    "max": lambda a, b: a.max(b),
    "min": lambda a, b: a.min(b),
    "logsumexp": lambda a, b: logsumexp([a, b, a * b, 0.5]),
    "logsumexp of one": lambda a, b: logsumexp([a]) + logsumexp([b]),
    "sum": lambda a, b: a + b + a + 1.0 + b,
    "shared terms": lambda a, b: (a.tanh() * b + b.sin() + (t := a.cos()) + b.sin() + t) * t,
    "layer": lambda a, b: (a * b + a * a + b * a).tanh() + (b * b + b * a).tanh(),
}
Step = tuple[str, int, int]
STEP_LISTS = st.lists(st.tuples(st.sampled_from(list(STEPS)), st.integers(0, 99), st.integers(0, 99)), max_size=15)
NUMBERS = st.floats(-2, 2).map(lambda number: round(number, 3))
TWO = st.lists(NUMBERS, min_size=2, max_size=2)
EVERYTHING: list[Step] = [(name, i, i + 1) for i, name in enumerate(STEPS)]


def record(steps: list[Step], parameters: list[float], inputs: list[float]) -> Recording:
    """A graph by a list of steps, each on two earlier nodes; its root adds up the last nodes. All nodes are named."""
    leaves = [Value(number) for number in [*parameters, *inputs]]
    nodes = [*leaves, Value(0.7)]
    for name, i, j in steps:
        try:
            nodes.append(STEPS[name](nodes[i % len(nodes)], nodes[j % len(nodes)]))
        except OperationError:
            assume(False)
    root = nodes[-1] * 0.5
    for node in nodes[-4:]:
        root = root + node
    root = root * nodes[-1].tanh()
    order = topological_order(root)
    if any(abs(node.data) > 1e6 for node in order):
        assume(False)
    names = {id(node): f"n{i}" for i, node in enumerate(order)}
    names |= {id(leaf): f"leaf{i}" for i, leaf in enumerate(leaves)}
    count = len(parameters)
    return Recording(root=root, parameters=leaves[:count], inputs=leaves[count:], names=names)


def by_address(recording: Recording) -> dict[str, Value]:
    return {recording.names[id(node)]: node for node in topological_order(recording.root)}


def lanes_of(steps: list[Step], parameters: list[float], lanes: list[list[float]]) -> list[dict[str, Value]]:
    """One graph of Values a lane, gradients found."""
    found = []
    for inputs in lanes:
        recording = record(steps, parameters, inputs)
        recording.root.backward()
        found.append(by_address(recording))
    return found


def assert_close(found: float, expected: float) -> None:
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-10)


@settings(max_examples=300)
@given(STEP_LISTS, TWO, st.lists(TWO, min_size=1, max_size=3))
@example(EVERYTHING, [0.3, -0.8], [[0.5, 1.2], [-0.4, 0.9]])
def test_any_graph_equals_its_values(steps: list[Step], parameters: list[float], lanes: list[list[float]]) -> None:
    expected = lanes_of(steps, parameters, lanes)
    program = compile_program(record(steps, parameters, lanes[0]))
    kernel = NumpyKernel(program, leaf_gradients=True)
    data, grad = kernel.allocate(len(lanes))
    grad.fill(np.nan)  # whatever stood there before
    data[program.inputs - program.lanes_from] = np.array(lanes).T
    uniform_grad = np.zeros(program.lanes_from)
    kernel.forward(program.uniform, data)
    kernel.backward(program.uniform, data, grad, uniform_grad, 1.0)
    for node, address in enumerate(program.addresses):
        if address not in expected[0]:
            continue  # a leaf that the root does not depend on
        if node < program.lanes_from:
            assert_close(uniform_grad[node], sum(lane[address].grad for lane in expected))
            continue
        for i, lane in enumerate(expected):
            assert_close(data[node - program.lanes_from, i], lane[address].data)
            assert_close(grad[node - program.lanes_from, i], lane[address].grad)


@settings(max_examples=300)
@given(STEP_LISTS, TWO, TWO, st.booleans())
@example(EVERYTHING, [0.3, -0.8], [0.5, 1.2], False)
@example(EVERYTHING, [0.3, -0.8], [0.5, 1.2], True)
def test_training_finds_the_same_parameter_gradients(
    steps: list[Step], parameters: list[float], inputs: list[float], fused: bool
) -> None:
    expected = record(steps, parameters, inputs)
    expected.root.backward()
    program = compile_program(record(steps, parameters, inputs))
    kernel = NumpyKernel(program, fused=fused)
    data, grad = kernel.allocate(1)
    grad.fill(np.nan)
    data[program.inputs - program.lanes_from, 0] = inputs
    uniform_grad = np.zeros(program.lanes_from)
    for _ in range(2):  # arrays are used again at every step
        uniform_grad[:] = 0.0
        kernel.forward(program.uniform, data)
        kernel.backward(program.uniform, data, grad, uniform_grad, 1.0)
    for node, parameter in enumerate(expected.parameters):
        assert_close(uniform_grad[node], parameter.grad)


def replay(program: Program, inputs: list[float], forced: int, number: float) -> list[float]:
    """Every node's number, one by one, with one of them forced."""
    numbers = program.uniform.tolist()
    for node in range(program.lanes_from, program.nodes):
        if not program.operands[node]:
            numbers.append(inputs[list(program.inputs).index(node)])
            continue
        operands = [numbers[operand] for operand in program.operands[node]]
        constant = [] if program.constants[node] is None else [program.constants[node]]
        numbers.append(number if node == forced else OPS[program.ops[node]].forward(*operands, *constant))
    return numbers


@settings(max_examples=300)
@given(STEP_LISTS, TWO, TWO, st.data())
@example(EVERYTHING, [0.3, -0.8], [0.5, 1.2], None)
def test_a_nudged_node_moves_what_follows_and_nothing_else(
    steps: list[Step], parameters: list[float], inputs: list[float], data: st.DataObject | None
) -> None:
    program = compile_program(record(steps, parameters, inputs))
    kernel = NumpyKernel(program)
    lanes, _ = kernel.allocate(1)
    lanes[program.inputs - program.lanes_from, 0] = inputs
    operations = [node for node in range(program.nodes) if program.operands[node]]
    for forced in operations if data is None else [data.draw(st.sampled_from(operations))]:
        kernel.forward(program.uniform, lanes, (forced, 0.625))
        expected = replay(program, inputs, forced, 0.625)
        assert lanes[:, 0] == pytest.approx(expected[program.lanes_from :], rel=1e-9, abs=1e-9)


def test_every_operation_of_the_table_is_in_the_example() -> None:
    assert set(compile_program(record(EVERYTHING, [0.3, -0.8], [0.5, 1.2])).ops) == {*OPS, ""}


@given(STEP_LISTS)
def test_numbering(steps: list[Step]) -> None:
    recording = record(steps, [0.3, -0.8], [0.5, 1.2])
    program = compile_program(recording)
    assert program.addresses[: program.parameters] == ("leaf0", "leaf1")
    assert [program.addresses[node] for node in program.inputs] == ["leaf2", "leaf3"]
    assert all(operand < node for node in range(program.nodes) for operand in program.operands[node])
    assert sorted(program.display.tolist()) == list(range(program.nodes))
    order = list(by_address(recording))
    assert [program.addresses[node] for node in program.display][: len(order)] == order
    consumers = program.consumers()
    for node in range(program.nodes):
        assert consumers[node] == [user for user in range(program.nodes) if node in program.operands[user]]
    covered = [n for step in program.steps for n in range(step.first, step.first + _size(step))]
    assert sorted(covered) == [node for node in range(program.nodes) if program.operands[node]]


def _size(step: Group | SumChain) -> int:
    return step.count if isinstance(step, Group) else step.count * len(step.terms)


def test_addresses_are_found_and_unknown_ones_are_not() -> None:
    program = compile_program(record([], [0.3, -0.8], [0.5, 1.2]))
    assert program.node("leaf1") == 1
    assert program.node("nowhere") is None


def test_a_long_sum_is_one_step() -> None:
    rng = random.Random(3)
    numbers = [rng.uniform(-1, 1) for _ in range(300)]
    inputs = [Value(number) for number in numbers]
    weight, total = Value(0.5), Value(0.25)
    parameters = [weight, total]
    for value in inputs:
        total = total + weight * value
    program = compile_program(Recording(root=total, parameters=parameters, inputs=inputs))
    assert [type(step) for step in program.steps] == [Group, SumChain]
    kernel = NumpyKernel(program)
    for lanes in (1, 400):  # few sums of many terms, and the other way round
        data, grad = kernel.allocate(lanes)
        data[program.inputs - program.lanes_from] = np.array(numbers)[:, None]
        kernel.forward(program.uniform, data)
        assert set(data[program.root - program.lanes_from].tolist()) == {total.data}  # the same order of additions
        gradient = np.zeros(program.lanes_from)
        kernel.backward(program.uniform, data, grad, gradient, 1.0)
        assert gradient[:2] == pytest.approx([lanes * sum(numbers), lanes], rel=1e-12)


@pytest.mark.parametrize("first", ["bias", "product"])
@pytest.mark.parametrize(
    "also",
    ["nothing", "reads a signal", "reads a product", "reads a partial sum", "shares weights", "has one product more"],
)
def test_a_layer_as_a_product_of_matrices(also: str, first: str) -> None:
    rng = random.Random(4)
    x = [Value(rng.uniform(-1, 1)) for _ in range(3)]
    hidden = [(x[i % 3] * (i + 1.0)).tanh() for i in range(4)]
    weights = [[Value(rng.uniform(-1, 1)) for _ in range(4)] for _ in range(5)]
    if also == "shares weights":
        weights[3] = weights[1]
    biases = [Value(rng.uniform(-1, 1)) for _ in range(5 if first == "bias" else 0)]
    starts = biases or [row[0] * hidden[0] for row in weights]
    products = [[row[i] * hidden[i] for i in range(0 if biases else 1, 4)] for row in weights]
    sums = [functools.reduce(operator.add, row, start) for start, row in zip(starts, products, strict=True)]
    spare = Value(0.5)
    outs = [total.tanh() for total in sums]
    extra = {
        "reads a signal": hidden[2] * hidden[2],
        "reads a product": sums[1]._prev[1].exp(),
        "reads a partial sum": sums[1]._prev[0].exp(),
        "has one product more": (spare * hidden[1]).exp(),
    }.get(also, x[0])
    root = outs[0] + outs[1] + outs[2] + outs[3] + outs[4] + extra
    parameters = list(dict.fromkeys([*biases, *(weight for row in weights for weight in row), spare]))
    names = {id(node): f"n{i}" for i, node in enumerate(topological_order(root))}
    program = compile_program(Recording(root=root, parameters=parameters, inputs=x, names=names))
    root.backward()
    kernel = NumpyKernel(program, fused=True)
    assert any(isinstance(plan, LayerPlan) for plan in kernel._plans) == (also in ("nothing", "reads a signal"))
    data, grad = kernel.allocate(1)
    grad.fill(np.nan)
    data[program.inputs - program.lanes_from, 0] = [value.data for value in x]
    gradient = np.zeros(program.lanes_from)
    kernel.forward(program.uniform, data)
    kernel.backward(program.uniform, data, grad, gradient, 1.0)
    assert data[program.root - program.lanes_from, 0] == pytest.approx(root.data, rel=1e-14)
    assert gradient[: len(parameters)] == pytest.approx([parameter.grad for parameter in parameters], rel=1e-12)


def test_a_nudge_inside_a_long_sum() -> None:
    for leaves in ("lanes", "uniform"):
        values = [Value(float(i)) for i in range(1, 6)]
        total = values[0] + values[1] + values[2] + values[3] + values[4]
        inputs, parameters = (values, []) if leaves == "lanes" else ([], values)
        second = total._prev[0]._prev[0]
        recording = Recording(root=total, parameters=parameters, inputs=inputs, names={id(second): "1 + 2 + 3"})
        program = compile_program(recording)
        kernel = NumpyKernel(program)
        data, _ = kernel.allocate(1)
        data[program.inputs - program.lanes_from, 0] = [value.data for value in inputs]
        node = program.node("1 + 2 + 3")
        assert node is not None
        kernel.forward(program.uniform, data, (node, 100.0))
        assert data[program.root - program.lanes_from, 0] == 109.0


def test_an_operation_of_ones_own_cannot_be_compiled() -> None:
    x = Value(2.0)
    own = Value(8.0, (x,), "cube")
    own._backward = lambda: None
    with pytest.raises(ChainruleError, match="'cube' is not in the table"):
        compile_program(Recording(root=own * 2, parameters=[x]))


def test_a_snapshot_of_a_part_of_a_program() -> None:
    recording = record([("tanh", 0, 0), ("mul", 0, 2)], [0.3, -0.8], [0.5, 1.2])
    program = compile_program(recording)
    product = program.ops.index("mul")
    graph, numbers = snapshot_of(program, product, "key", "shape", 1)
    assert (graph.key, graph.shape) == ("key", "shape")
    assert [program.ops[node] for node in numbers] == [program.ops[node] for node in numbers.tolist()]
    assert numbers[-1] == product
    for i, node in enumerate(graph.nodes):
        assert [int(numbers[operand]) for operand in node.operands] == list(program.operands[numbers[i]])
