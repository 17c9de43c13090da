"""A sheet's chain rule: what was handed on step by step, what is still to come, and the numerical check of it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from core.explain import Explanation
from core.expression.explain import explain_at, gradient_data, target_at
from core.expression.run import run_text
from core.expression.sheet import Change, Phase, Sheet, Step, state_at
from core.graph import GraphNode, GraphSnapshot

PART_3 = "a = 2.0\nb = -3.0\nc = 10.0\ne = a*b\nd = e + c\nf = -2.0\nL = d*f\nL.backward()\n"
PART_4 = (
    "x1 = 2.0\nx2 = 0.0\nw1 = -3.0\nw2 = 1.0\nb = 6.8813735870195432\nx1w1 = x1*w1\nx2w2 = x2*w2\n"
    "x1w1x2w2 = x1w1 + x2w2\nn = x1w1x2w2 + b\no = n.tanh()\no.backward()\n"
)
TWICE = "a = 3.0\nb = a + a\nb.backward()\n"
SHARED = "a = -2.0\nb = 3.0\nd = a*b\ne = a + b\nf = d*e\nf.backward()\n"


def explained(text: str | Sheet, address: str, position: int = 10_000) -> Explanation:
    sheet = run_text(text) if isinstance(text, str) else text
    found = explain_at(sheet, state_at(sheet, position), address)
    assert found is not None
    return found


# Figures of the syllabus


@pytest.mark.parametrize(
    ("address", "gradient"), [("L", 1), ("d", -2), ("f", 4), ("c", -2), ("e", -2), ("a", 6), ("b", -4)]
)
def test_part_3(address: str, gradient: float) -> None:
    found = explained(PART_3, address)
    assert found.gradient == gradient
    assert found.complete
    assert found.progress == ""
    if address != "L":
        assert math.fsum(consumer.contribution for consumer in found.consumers) == gradient
    assert found.check is not None
    assert found.check.agrees
    assert found.check.slope == pytest.approx(gradient, rel=1e-8)


@pytest.mark.parametrize(
    ("address", "gradient"),
    [("o", 1), ("n", 0.5), ("b", 0.5), ("x1w1", 0.5), ("x2w2", 0.5), ("x1", -1.5), ("w1", 1.0), ("x2", 0.5), ("w2", 0)],
)
def test_part_4(address: str, gradient: float) -> None:
    found = explained(PART_4, address)
    assert found.gradient == pytest.approx(gradient, rel=1e-12)
    assert found.check is not None
    assert found.check.agrees


def test_the_lectures_d() -> None:
    found = explained(PART_3, "d")
    (consumer,) = found.consumers
    assert (consumer.address, consumer.op) == ("L", "*")
    assert (consumer.upstream, consumer.local, consumer.contribution) == (1.0, -2.0, -2.0)
    assert [(each.address, each.local, each.contribution) for each in found.operands] == [
        ("e", 1.0, -2.0),
        ("c", 1.0, -2.0),
    ]
    assert (found.title, found.role, found.of, found.op) == ("d = e + c", "operation", "L", "+")
    assert found.rule == "self.grad += out.grad; other.grad += out.grad"
    assert found.tex == r"\frac{dL}{dd} = \frac{dL}{dL} \cdot \frac{\partial L}{\partial d}"
    assert found.tex_op == "d = e + c"
    assert found.tex_local == r"\frac{\partial L}{\partial d} = f"


def test_a_value_used_twice_by_one_node_shows_both_uses() -> None:
    found = explained(TWICE, "a")
    assert found.gradient == 2.0
    assert [(each.address, each.contribution) for each in found.consumers] == [("b", 1.0), ("b", 1.0)]
    assert found.tex == r"\frac{db}{da} = \frac{db}{db} \cdot \frac{\partial b}{\partial a}"
    assert found.tex_local == r"\frac{\partial b}{\partial a} = 1 + 1"
    assert [each.address for each in explained(TWICE, "b").operands] == ["a", "a"]


@pytest.mark.parametrize(("address", "gradient"), [("a", -3.0), ("b", -8.0)])
def test_part_5_accumulates(address: str, gradient: float) -> None:
    found = explained(SHARED, address)
    assert found.gradient == gradient
    assert [consumer.address for consumer in found.consumers] == ["e", "d"]
    assert sum(consumer.contribution for consumer in found.consumers) == gradient


def test_roles_and_formulas() -> None:
    root, leaf = explained(PART_4, "o"), explained(PART_4, "x1")
    assert (root.role, root.tex, root.consumers) == ("output", r"\frac{do}{do} = 1", ())
    assert root.tex_op == r"o = \tanh(n)"
    assert (leaf.role, leaf.rule, leaf.operands, leaf.tex_op) == ("leaf", "", (), "")
    assert leaf.tex == (
        r"\frac{do}{dx_{1}} = \frac{do}{d\mathrm{x1w1}} \cdot \frac{\partial \mathrm{x1w1}}{\partial x_{1}}"
    )
    assert explained(PART_4, "n").tex_local == r"\frac{\partial o}{\partial n} = 1 - o^2"
    many = explained("a = 2.0\nb = a*a\nc = b + a\nd = c * a\nd.backward()", "a")
    assert r"\sum_k \frac{dd}{dc_k}" in many.tex


def test_numbers_and_unnamed_nodes_in_formulas() -> None:
    sheet = run_text("x = 3.0\nf = 3*x**2 - 4*x + 5\nf.backward()\n")
    unnamed = next(node.address for node in sheet.graph.nodes if node.op == "**2")
    assert explained(sheet, unnamed).tex_op == "x^{2}"
    minus = next(node.address for node in sheet.graph.nodes if node.op == "*" and not node.label)
    assert explained(sheet, minus).name == "the product 3·x²"
    assert explained(sheet, minus).tex_op == r"x^{2} \cdot 3"
    for node in sheet.graph.nodes:
        found = explained(sheet, node.address)
        for tex in (found.tex, found.tex_op, found.tex_local):
            assert tex.count("{") == tex.count("}") and "v_" not in tex


def test_addresses_that_are_not_there() -> None:
    sheet = run_text(PART_3)
    assert explain_at(sheet, state_at(sheet, 3), "z") is None
    assert explain_at(run_text(""), state_at(run_text(""), 0), "a") is None


# Step by step


def test_what_is_still_to_come_is_nan() -> None:
    found = explained(PART_3, "d", 0)
    assert math.isnan(found.data)
    assert found.gradient == 0.0
    assert not found.complete
    assert found.check is None
    assert found.progress == "yet to come"
    (consumer,) = found.consumers
    assert consumer.local == -2.0  # f is a leaf: it is there
    assert math.isnan(consumer.upstream) and math.isnan(consumer.contribution)
    assert all(math.isnan(operand.contribution) for operand in found.operands)


def test_uses_come_one_after_the_other() -> None:
    sheet = run_text(SHARED)
    texts = []
    for position in range(len(sheet.steps) + 1):
        found = explained(sheet, "a", position)
        handed = [each.contribution for each in found.consumers if not math.isnan(each.contribution)]
        assert math.fsum(handed) == found.gradient
        assert len(found.consumers) == 2
        texts.append(found.progress)
    assert texts == ["yet to come"] * 6 + ["1 of 2 uses so far", ""]


def test_without_a_backward_pass() -> None:
    found = explained(PART_3.replace("L.backward()\n", ""), "a")
    assert (found.complete, found.progress, found.check) == (False, "no backward() yet", None)
    assert explained(PART_3.replace("L.backward()\n", ""), "L").of == "L"


def test_gradients_are_of_the_node_that_the_backward_pass_begins_at() -> None:
    sheet = run_text("a = 2.0\nb = a*a\nb.backward()\nc = b + a\n")
    assert sheet.graph.nodes[target_at(sheet, 99)].address == "b"
    assert explained(sheet, "a").of == "b"
    assert {consumer.address for consumer in explained(sheet, "a").consumers} == {"b"}


# A broken backward pass: sheets made by hand


def sheet_of(nodes: list[tuple[str, str, tuple[int, ...]]], data: list[float], steps: list[Step]) -> Sheet:
    graph = GraphSnapshot("made", tuple(GraphNode(name, name, op, operands) for name, op, operands in nodes))
    none = (None,) * len(nodes)
    return Sheet("", graph, none, none, (), np.array(data), np.zeros(len(nodes)), tuple(steps))


def backward(node: int, *changes: Change) -> Step:
    return Step(Phase.BACKWARD, node, changes, None)


TWICE_NODES = [("a", "", ()), ("b", "+", (0, 0))]


def test_overwriting_shows_both_uses_and_the_gradient_that_is_left() -> None:
    steps = [
        backward(1, Change(1, "grad", 0.0, 1.0)),
        backward(1, Change(0, "grad", 0.0, 1.0, 0, 1.0, 1.0), Change(0, "grad", 1.0, 1.0, 1, 1.0, 1.0)),
    ]
    found = explained(sheet_of(TWICE_NODES, [3.0, 6.0], steps), "a")
    assert found.gradient == 1.0
    assert [each.contribution for each in found.consumers] == [1.0, 1.0]
    assert found.check is not None
    assert not found.check.agrees
    assert found.check.slope == pytest.approx(2.0)


def test_a_use_that_never_hands_on_is_named() -> None:
    nodes = [("n", "", ()), ("o", "tanh", (0,))]
    found = explained(sheet_of(nodes, [0.5, math.tanh(0.5)], [backward(1, Change(1, "grad", 0.0, 1.0))]), "n")
    (consumer,) = found.consumers
    assert (consumer.address, consumer.note, consumer.contribution) == ("o", "never handed on", 0.0)
    assert found.complete
    assert found.check is not None
    assert not found.check.agrees


def test_a_second_pass_without_zeroing_adds_its_uses() -> None:
    def once(before: float) -> list[Step]:
        return [
            backward(1, Change(1, "grad", before and 1.0, 1.0)),
            backward(
                1,
                Change(0, "grad", before, before + 1.0, 0, 1.0, 1.0),
                Change(0, "grad", before + 1.0, before + 2.0, 1, 1.0, 1.0),
            ),
        ]

    steps = [*once(0.0), *once(2.0)]
    found = explained(sheet_of(TWICE_NODES, [3.0, 6.0], steps), "a")
    assert found.gradient == 4.0
    assert [each.contribution for each in found.consumers] == [1.0] * 4
    zero = Step(Phase.ZERO, -1, (Change(0, "grad", 2.0, 0.0), Change(1, "grad", 1.0, 0.0)), None)
    zeroed = [*once(0.0), zero, *once(0.0)]
    found = explained(sheet_of(TWICE_NODES, [3.0, 6.0], zeroed), "a")
    assert (found.gradient, len(found.consumers)) == (2.0, 2)
    between = explained(sheet_of(TWICE_NODES, [3.0, 6.0], zeroed), "a", 3)
    assert (between.gradient, between.complete) == (0.0, False)


def test_acting_too_early_shows_what_it_really_handed_on() -> None:
    nodes = [("a", "", ()), ("b", "*", (0, 0)), ("c", "+", (1, 1))]
    steps = [
        backward(2, Change(2, "grad", 0.0, 1.0)),
        backward(2, Change(1, "grad", 0.0, 1.0, 0, 1.0, 1.0)),
        backward(1, Change(0, "grad", 0.0, 3.0, 0, 1.0, 3.0), Change(0, "grad", 3.0, 6.0, 1, 1.0, 3.0)),
        backward(2, Change(1, "grad", 1.0, 2.0, 1, 1.0, 1.0)),
    ]
    found = explained(sheet_of(nodes, [3.0, 9.0, 18.0], steps), "b")
    assert found.gradient == 2.0
    assert [(operand.upstream, operand.contribution) for operand in found.operands] == [(1.0, 3.0), (1.0, 3.0)]


def test_the_check_belongs_to_the_numbers_of_the_backward_pass() -> None:
    nodes = [("a", "", ()), ("b", "*", (0, 0))]
    steps = [
        backward(1, Change(1, "grad", 0.0, 1.0)),
        backward(1, Change(0, "grad", 0.0, 3.0, 0, 1.0, 3.0), Change(0, "grad", 3.0, 6.0, 1, 1.0, 3.0)),
        Step(Phase.UPDATE, -1, (Change(0, "data", 3.0, 2.4),), None),
    ]
    sheet = sheet_of(nodes, [3.0, 9.0], steps)
    found = explained(sheet, "a")
    assert (found.data, found.gradient) == (2.4, 6.0)
    assert found.check is not None
    assert found.check.agrees
    assert gradient_data(sheet, state_at(sheet, 9)) == [3.0, 9.0]


# Edges


def test_a_kink_is_named() -> None:
    found = explained("n = 0.0\no = n.relu()\no.backward()\n", "n")
    assert found.check is not None
    assert (found.check.agrees, found.check.kink, found.check.kink_op) == (False, "o", "relu")


@pytest.mark.parametrize(
    "text",
    [
        "a = 1e308\nb = a * a\nc = b - b\nc.backward()",
        "a = 1e-320\nb = a * a\nb.backward()",
        "a = 2.0",
        "",
    ],
)
def test_no_numbers_make_it_fail(text: str) -> None:
    sheet = run_text(text)
    for position in range(len(sheet.steps) + 1):
        for node in sheet.graph.nodes:
            explained(sheet, node.address, position)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
def test_any_number_in_a_leaf_is_explained(bad: float) -> None:
    sheet = run_text(PART_4)
    start = sheet.start_data.copy()
    for leaf in sheet.leaves:
        start[leaf.node] = bad
        broken = replace(sheet, start_data=start)
        for position in (0, 7, len(sheet.steps)):
            for node in sheet.graph.nodes:
                explained(broken, node.address, position)


def test_an_operation_of_the_learners_own_is_left_alone() -> None:
    nodes = [("a", "", ()), ("b", "mystery", (0,)), ("c", "*", (1, 1))]
    sheet = sheet_of(nodes, [1.0, 5.0, 25.0], [])
    found = explained(sheet, "a")
    assert math.isnan(found.consumers[0].local)
    assert explained(sheet, "b").rule == ""


def test_a_leaf_outside_the_domain_follows_ieee() -> None:
    for op, data, expected in (("log", -1.0, math.nan), ("exp", 1000.0, math.inf), ("sqrt", -2.0, math.nan)):
        sheet = sheet_of([("a", "", ()), ("b", op, (0,))], [data, math.nan], [])
        computed = gradient_data(sheet, state_at(sheet, 0))[1]
        assert computed == expected or (math.isnan(computed) and math.isnan(expected))
        assert explained(sheet, "a").check is None


def test_gradients_written_by_hand_are_taken_apart_and_checked() -> None:
    text = PART_3.replace("L.backward()\n", "L.grad = 1.0\nd.grad = -2.0\nf.grad = 4.0\ne.grad = -2.5\n")
    text = text.replace("a = 2.0", "a = Value(2.0, label='a')")
    right, wrong = explained(text, "d"), explained(text, "e")
    assert (right.of, right.complete, explained(text, "L").role) == ("L", True, "output")
    assert [(each.upstream, each.contribution) for each in right.consumers] == [(1.0, -2.0)]
    assert right.check is not None and right.check.agrees
    assert wrong.check is not None and not wrong.check.agrees


def test_a_pass_after_zeroing_begins_anew() -> None:
    sheet = run_text(
        "a = Value(2.0, label='a')\nb = a*a\nc = b + a\nb.backward()\na.grad = 0.0\nb.grad = 0.0\nc.backward()\n"
    )
    names = [sheet.graph.nodes[target_at(sheet, position)].address for position in (0, len(sheet.steps))]
    assert names == ["b", "c"]


def test_an_operation_of_many_operands() -> None:
    nodes = [(name, "", ()) for name in "abc"] + [("s", "logsumexp", (0, 1, 2))]
    seed = backward(3, Change(3, "grad", 0.0, 1.0))
    sheet = sheet_of(nodes, [1.0, 2.0, 3.0, math.nan], [seed])
    assert gradient_data(sheet, state_at(sheet, 1))[3] == pytest.approx(3.4076059644443803)
    found = explained(sheet, "s", 1)
    assert found.tex_op.count("e^") == 3
    assert len(found.operands) == 3
    assert explained(sheet, "b", 1).tex_local.startswith(r"\frac{\partial s}{\partial b} = ")
