from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bug_texts import BUG_TEXTS, LUCKY, why_harmless
from core.bugs import (
    EXCLUSIVE,
    MAX_PASSES,
    Bug,
    BugError,
    array_wrong_tanh,
    backward,
    check_negation,
    check_reflected_addition,
    hand_on,
    recompute,
    switched,
    tanh_of,
    update_sign,
    zeroed,
)
from core.engine import Value
from core.errors import OperationError
from core.expression.run import run_text
from core.expression.sheet import state_at
from core.graph import snapshot, topological_order

OPERATIONS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - b,
    lambda a, b: a.max(b),
    lambda a, _: a.tanh(),
    lambda a, _: a.relu(),
    lambda a, _: a**2,
    lambda a, _: a.sin(),
    lambda a, _: a.leaky_relu(0.1),
]


@st.composite
def graphs(draw: st.DrawFn) -> list[Value]:
    """Values of a random graph, the root last; the same graph for the same draw."""
    nodes = [Value(number) for number in draw(st.lists(st.floats(-3, 3), min_size=1, max_size=4))]
    for _ in range(draw(st.integers(1, 12))):
        pick = st.integers(0, len(nodes) - 1)
        nodes.append(draw(st.sampled_from(OPERATIONS))(nodes[draw(pick)], nodes[draw(pick)]))
    return nodes


def products() -> dict[str, Value]:
    """The first example of the lecture."""
    a, b, c, f = (Value(number, label=name) for number, name in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    e = a * b
    d = e + c
    return {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "L": d * f}


def in_order() -> tuple[Value, Value, Value]:
    a = Value(3.0)
    b = 2 * a
    return a, b, b * (b + 1)


def neuron() -> dict[str, Value]:
    x1, x2, w1, w2, b = (Value(number) for number in (2.0, 0.0, -3.0, 1.0, 6.8813735870195432))
    return {"x1": x1, "x2": x2, "w1": w1, "w2": w2, "b": b, "n": x1 * w1 + x2 * w2 + b}


def grads(root: Value) -> list[float]:
    return [node.grad for node in topological_order(root)]


@given(graphs(), st.booleans())
def test_without_bugs_it_is_backward_bit_for_bit(nodes: list[Value], again: bool) -> None:
    root = nodes[-1]
    root.backward()
    if again:
        root.backward()
    expected = grads(root)
    for node in topological_order(root):
        node.grad = 0.0
    passes = backward(root)
    if again:
        passes = backward(root)
    assert [x.hex() for x in grads(root)] == [x.hex() for x in expected]
    assert [each.node for each in passes] == [node for node in reversed(topological_order(root)) if node._prev]


@given(graphs(), st.sets(st.sampled_from(list(Bug))))
def test_the_passes_tell_every_change(nodes: list[Value], bugs: set[Bug]) -> None:
    root = nodes[-1]
    passes = backward(root, frozenset(bugs))
    told = dict.fromkeys(topological_order(root), 0.0)
    if Bug.NO_BACKWARD not in bugs:
        told[root] = 1.0
    for each in passes:
        for operand, position, upstream, local, before, after in each.parts:
            assert each.node._prev[position] is operand
            assert upstream == told[each.node]
            assert before == told[operand]
            assert after == (local * upstream if Bug.OVERWRITE in bugs else before + local * upstream)
            told[operand] = after
    assert all(node.grad == grad for node, grad in told.items())


@given(graphs())
def test_twice_is_two_calls_of_backward(nodes: list[Value]) -> None:
    root = nodes[-1]
    root.backward()
    root.backward()
    expected = grads(root)
    for node in topological_order(root):
        node.grad = 0.0
    backward(root, frozenset({Bug.TWICE}))
    assert grads(root) == expected


def test_a_rule_of_ones_own_runs_as_it_is_written() -> None:
    a = Value(2.0)
    out = Value(a.data * 3, (a, a), "thrice")

    def rule() -> None:
        a.grad += 3 * out.grad

    out._backward = rule
    root = out * 5
    passes = backward(root)
    assert a.grad == 15.0
    ours = passes[-1]
    assert ours.node is out
    assert [(part[1], part[4], part[5]) for part in ours.parts] == [(0, 0.0, 15.0), (1, 15.0, 15.0)]
    assert math.isnan(ours.parts[0][3])


def test_a_node_without_a_rule_hands_nothing_on() -> None:
    a = Value(2.0)
    bare = Value(4.0, (a, a), "?")
    assert backward(bare) == []
    assert hand_on(bare).parts == ()
    assert a.grad == 0.0


def test_overwriting_keeps_the_last_contribution() -> None:
    a = Value(3.0)
    backward(a + a, frozenset({Bug.OVERWRITE}))
    assert a.grad == 1.0
    a, b = Value(-2.0), Value(3.0)
    backward((a * b) * (a + b), frozenset({Bug.OVERWRITE}))
    assert (a.grad, b.grad) == (1.0 * 3.0, -2.0)  # a * b acts after a + b


def test_two_passes_do_not_simply_double() -> None:
    values = products()
    backward(values["L"], frozenset({Bug.TWICE}))
    expected = {"a": 24.0, "b": -16.0, "c": -6.0, "d": -4.0, "e": -6.0, "f": 8.0, "L": 1.0}
    assert {name: value.grad for name, value in values.items()} == expected


@pytest.mark.parametrize(("bug", "slope"), [(None, 26.0), (Bug.PREORDER, 14.0), (Bug.NAIVE, 40.0)])
def test_orders(bug: Bug | None, slope: float) -> None:
    a, _, d = in_order()
    backward(d, frozenset({bug} if bug else ()))
    assert a.grad == slope


def test_recursions_are_those_of_the_lecture() -> None:
    """The two walks against recursive functions as a learner writes them."""

    def naive(node: Value) -> None:
        node._backward()
        for child in node._prev:
            naive(child)

    def visit(node: Value, visited: set[Value]) -> None:
        if node not in visited:
            visited.add(node)
            node._backward()
            for child in node._prev:
                visit(child, visited)

    def build() -> Value:
        a, b = Value(0.5), Value(-1.5)
        c = a * b + b**3
        c = c + c + 1
        d = (c * a).tanh() + c * c
        return d * c - a / d

    for bug, walk in ((Bug.NAIVE, naive), (Bug.PREORDER, lambda root: visit(root, set()))):
        ours, theirs = build(), build()
        backward(ours, frozenset({bug}))
        theirs.grad = 1.0
        walk(theirs)
        assert grads(ours) == grads(theirs)
        assert grads(ours) != _true(build())


def _true(root: Value) -> list[float]:
    root.backward()
    return grads(root)


def test_naive_recursion_stops_before_it_begins() -> None:
    a = Value(1.0)
    root = a
    for _ in range(200):
        root = root + root
    with pytest.raises(BugError, match=r"more than 1,000,000,000,000,000 steps"):
        backward(root, frozenset({Bug.NAIVE}))
    assert set(grads(root)) == {0.0}
    root = a
    for _ in range(17):
        root = root + root
    with pytest.raises(BugError, match=f"131,071 steps here, and no more than {MAX_PASSES:,}"):
        backward(root, frozenset({Bug.NAIVE}))


def test_walks_go_as_deep_as_the_graph() -> None:
    a = Value(1.0)
    root = a
    for _ in range(5_000):
        root = root + 1
    for bug in (Bug.PREORDER, Bug.NAIVE, Bug.OVERWRITE):
        a.grad = 0.0
        for node in topological_order(root):
            node.grad = 0.0
        backward(root, frozenset({bug}))
        assert a.grad == 1.0


def test_without_a_backward_pass_all_is_as_before() -> None:
    values = products()
    assert backward(values["L"], frozenset({Bug.NO_BACKWARD})) == []
    assert hand_on(values["L"], frozenset({Bug.NO_BACKWARD})).parts == ()
    assert {value.grad for value in values.values()} == {0.0}


def test_tanh_with_swapped_signs() -> None:
    bugs = frozenset({Bug.TANH_SIGNS})
    values = neuron()
    o = tanh_of(values["n"], bugs)
    n = values["n"].data
    assert o.data == pytest.approx(1 / math.tanh(n), rel=1e-15)
    assert o.data == pytest.approx(math.sqrt(2), rel=1e-15)
    backward(o, bugs)
    assert values["n"].grad == pytest.approx(1 - o.data**2, rel=1e-15)
    assert values["n"].grad == pytest.approx(-1.0, rel=1e-14)
    assert tanh_of(Value(0.5)).data == math.tanh(0.5)


def test_swapped_signs_have_a_pole_and_an_end() -> None:
    bugs = frozenset({Bug.TANH_SIGNS})
    with pytest.raises(OperationError, match=r"tanh\(n = 0.0\).*divides by zero"):
        tanh_of(Value(0.0, label="n"), bugs)
    with pytest.raises(OperationError, match="larger than a float"):
        tanh_of(Value(400.0), bugs)
    with pytest.raises(OperationError, match="larger than a float"):
        tanh_of(Value(1e4), bugs)


def test_recomputing_follows_ieee() -> None:
    x = Value(0.5)
    out = x.tanh() ** -1 * 2
    recompute(out, frozenset({Bug.TANH_SIGNS}))
    assert out.data == pytest.approx(2 * math.tanh(0.5), rel=1e-15)
    recompute(out)
    assert out.data == 2 * math.tanh(0.5) ** -1
    x.data = 0.0
    recompute(out)
    assert out.data == math.inf
    recompute(out, frozenset({Bug.TANH_SIGNS}))
    assert out._prev[0]._prev[0].data == math.inf
    assert array_wrong_tanh(0.5) == pytest.approx(1 / math.tanh(0.5), rel=1e-15)


def test_tanh_without_its_backward_hands_nothing_on() -> None:
    values = neuron()
    o = values["n"].tanh()
    passes = backward(o, frozenset({Bug.NOT_INSTALLED}))
    assert o.grad == 1.0
    assert {value.grad for value in values.values()} == {0.0}
    assert passes[0].node is o
    assert passes[0].parts == ()


def test_around_the_backward_pass() -> None:
    assert zeroed(2.5) == 0.0
    assert zeroed(2.5, frozenset({Bug.NO_ZERO})) == 2.5
    assert update_sign() == 1.0
    assert update_sign(frozenset({Bug.WRONG_SIGN})) == -1.0


def test_what_makes_python_stop() -> None:
    check_negation()
    check_reflected_addition(0)
    with pytest.raises(BugError, match="RecursionError"):
        check_negation(frozenset({Bug.NEGATION_LOOP}))
    with pytest.raises(BugError, match=r"TypeError: unsupported operand type\(s\) for \+: 'int' and 'Value'"):
        check_reflected_addition(0, frozenset({Bug.NO_RADD}))


@given(st.lists(st.tuples(st.sampled_from(list(Bug)), st.booleans())))
def test_switches_never_leave_two_that_exclude_each_other(moves: list[tuple[Bug, bool]]) -> None:
    bugs: frozenset[Bug] = frozenset()
    for bug, on in moves:
        bugs = switched(bugs, bug, on)
        assert (bug in bugs) == on
        assert not any(pair <= bugs for pair in EXCLUSIVE)


def test_bugs_that_exclude_each_other_have_a_rank() -> None:
    a, _, d = in_order()
    backward(d, frozenset({Bug.PREORDER, Bug.NAIVE}))
    assert a.grad == 40.0
    assert backward(in_order()[2], frozenset(Bug)) == []


@given(graphs())
def test_every_other_pair_is_what_both_wrong_lines_do(nodes: list[Value]) -> None:
    """Two passes of a broken walk are the broken walk done twice by hand."""
    root = nodes[-1]
    for bug in (Bug.OVERWRITE, Bug.PREORDER, Bug.NOT_INSTALLED):
        for node in topological_order(root):
            node.grad = 0.0
        backward(root, frozenset({bug, Bug.TWICE}))
        both = grads(root)
        for node in topological_order(root):
            node.grad = 0.0
        for _ in range(2):
            backward(root, frozenset({bug}))
        assert grads(root) == both


# -- texts ------------------------------------------------------------------------------------------------------------


def test_every_bug_has_its_texts() -> None:
    assert set(BUG_TEXTS) == set(Bug)
    for text in BUG_TEXTS.values():
        assert text.wrong != text.right
        assert text.sentence.endswith(".")
        assert max(len(line) for line in [*text.wrong.split("\n"), *text.right.split("\n")]) <= 32
    assert len({text.title for text in BUG_TEXTS.values()}) == len(Bug)


def sheet_grads(bug: Bug, *bugs: Bug) -> dict[str, float]:
    showing = BUG_TEXTS[bug].sheet
    assert showing is not None
    sheet = run_text(showing.example, frozenset(bugs))
    state = state_at(sheet, len(sheet.steps))
    return {node.address: float(state.grad[i]) for i, node in enumerate(sheet.graph.nodes)}


@pytest.mark.parametrize(
    ("bug", "name", "broken", "true"),
    [
        (Bug.OVERWRITE, "a", 1.0, 2.0),
        (Bug.TWICE, "d", -4.0, -2.0),
        (Bug.TWICE, "a", 24.0, 6.0),
        (Bug.PREORDER, "a", 14.0, 26.0),
        (Bug.NAIVE, "a", 40.0, 26.0),
        (Bug.NO_BACKWARD, "a", 0.0, 6.0),
        (Bug.NOT_INSTALLED, "n", 0.0, 0.5),
    ],
)
def test_examples_show_their_figures(bug: Bug, name: str, broken: float, true: float) -> None:
    assert sheet_grads(bug, bug)[name] == pytest.approx(broken, rel=1e-14)
    assert sheet_grads(bug)[name] == pytest.approx(true, rel=1e-14)


def test_the_gradient_of_the_wrong_tanh_is_wrong_at_the_leaves() -> None:
    assert sheet_grads(Bug.TANH_SIGNS, Bug.TANH_SIGNS)["w1"] == pytest.approx(-2.0, rel=1e-14)
    assert sheet_grads(Bug.TANH_SIGNS)["w1"] == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("bug", [Bug.NO_ZERO, Bug.WRONG_SIGN])
def test_examples_of_the_loop_go_wrong(bug: Bug) -> None:
    showing = BUG_TEXTS[bug].sheet
    assert showing is not None
    outputs = [[line.text for line in run_text(showing.example, bugs).output] for bugs in (frozenset(), {bug})]
    true, broken = ([float(line.split()[-1]) for line in lines] for lines in outputs)
    assert true == pytest.approx([2.6, 2.28, 2.024, 1.8192], rel=1e-12)
    if bug is Bug.WRONG_SIGN:
        assert broken == pytest.approx([3.4, 3.88, 4.456, 5.1472], rel=1e-12)
    else:
        assert broken[1] < true[1]
        assert broken[-1] < 1.0  # past the minimum


@pytest.mark.parametrize(("bug", "word"), [(Bug.NEGATION_LOOP, "RecursionError"), (Bug.NO_RADD, "TypeError")])
def test_examples_that_stop(bug: Bug, word: str) -> None:
    from core.errors import ExpressionError

    showing = BUG_TEXTS[bug].sheet
    assert showing is not None
    run_text(showing.example)
    with pytest.raises(ExpressionError, match=word):
        run_text(showing.example, frozenset({bug}))


def test_why_nothing_goes_wrong() -> None:
    plain = snapshot(products()["L"], "products")
    for bug in (Bug.OVERWRITE, Bug.PREORDER, Bug.NAIVE, Bug.TANH_SIGNS, Bug.NOT_INSTALLED):
        assert why_harmless(bug, plain) == BUG_TEXTS[bug].harmless
    shared = snapshot((in_order()[2] * 0.0).tanh(), "shared")
    for bug in (Bug.OVERWRITE, Bug.PREORDER, Bug.NAIVE, Bug.TANH_SIGNS, Bug.NOT_INSTALLED):
        assert why_harmless(bug, shared) == LUCKY
    assert why_harmless(Bug.WRONG_SIGN, shared) == BUG_TEXTS[Bug.WRONG_SIGN].harmless


def test_the_names_in_files_stay() -> None:
    assert [bug.value for bug in Bug] == [
        *("overwrite", "no-zero", "twice", "preorder", "naive", "no-backward", "wrong-sign", "tanh-signs"),
        *("not-installed", "negation-loop", "no-radd"),
    ]
    assert len(list(itertools.combinations(Bug, 2))) - len(EXCLUSIVE) == 47
