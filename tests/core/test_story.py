from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from core.bugs import Bug
from core.engine import Value
from core.expression.loop_text import backward_line, training_loop
from core.expression.order import pass_at, passes
from core.expression.run import run_text
from core.expression.sheet import Change, Phase, Sheet, Step, state_at
from core.expression.snippets import snippets
from core.expression.story import coming, flow_texts, told, told_without_numbers
from core.expression.wording import formula_of, short_name
from core.graph import GraphNode, GraphSnapshot
from core.ops import OPS

LECTURE = """\
a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
e = a * b
d = e + c
f = Value(-2.0, label='f')
L = d * f
L.backward()
"""


def told_at(sheet: Sheet, position: int) -> str:
    done = sheet.steps[position - 1] if position else None
    return told(sheet, state_at(sheet, max(position - 1, 0)), done)


def coming_at(sheet: Sheet, position: int) -> str:
    next_step = sheet.steps[position] if position < len(sheet.steps) else None
    return coming(sheet, state_at(sheet, position), next_step)


def with_steps(sheet: Sheet, *steps: Step) -> Sheet:
    """The sheet with other steps after its own."""
    return replace(sheet, steps=sheet.steps + steps)


def names(sheet: Sheet, nodes: tuple[int, ...]) -> str:
    return " ".join(sheet.graph.nodes[node].label or "·" for node in nodes)


def test_the_lecture_s_first_graph() -> None:
    sheet = run_text(LECTURE)
    assert [told_at(sheet, i) for i in range(len(sheet.steps) + 1)] == [
        "Nothing is computed yet: the leaves have their numbers.",
        "e = a · b: 2.0 × −3.0 = −6.0.",
        "d = e + c: −6.0 + 10.0 = 4.0.",
        "L = d · f: 4.0 × −2.0 = −8.0.",
        "L starts the backward pass: dL/dL = 1.",
        "L handed −2.0 to d: the other operand f = −2.0, times the upstream 1.0. "
        "f gets 4.0: d = 4.0, times the upstream 1.0.",
        "d handed its gradient −2.0 to e and c: a sum passes it on unchanged to both.",
        "e handed 6.0 to a: the other operand b = −3.0, times the upstream −2.0. "
        "b gets −4.0: a = 2.0, times the upstream −2.0.",
    ]


def test_what_comes_next_in_the_lecture_s_first_graph() -> None:
    sheet = run_text(LECTURE)
    assert coming_at(sheet, 0) == "e = a · b is computed."
    assert coming_at(sheet, 3) == "L starts the backward pass: dL/dL = 1."
    assert coming_at(sheet, 5) == "d hands its gradient to e and c. A sum passes it on unchanged to both."
    assert coming_at(sheet, 7) == "That is the end: every gradient is there."


def test_without_backward_the_end_says_so() -> None:
    sheet = run_text(LECTURE.replace("L.backward()\n", ""))
    assert coming_at(sheet, 3) == "All gradients are 0: L.backward() has not been called."


def test_a_value_used_twice_accumulates() -> None:
    sheet = run_text("a = 3.0\nb = a + a\nb.backward()")
    assert told_at(sheet, 3).endswith("a received a second time: 0.0 + 1.0 → 1.0 → 2.0.")


def test_accumulation_over_several_steps() -> None:
    sheet = run_text("a = -2.0\nb = 3.0\nd = a * b\ne = a + b\nf = d * e\nf.backward()")
    assert "second time" not in told_at(sheet, 6)
    assert told_at(sheet, 7) == (
        "d handed 3.0 to a: b = 3.0, times the upstream 1.0. b gets −2.0: a = −2.0, times the upstream 1.0. "
        "Both a second time: a −6.0 + 3.0 → −3.0, b −6.0 + (−2.0) → −8.0."
    )


def test_a_third_and_a_fourth_share_are_counted() -> None:
    sheet = run_text("a = 3.0\nb = a + a + a + a\nb.backward()")
    assert told_at(sheet, len(sheet.steps)).endswith("a received a fourth time: 0.0 + 1.0 → 1.0 → … → 4.0.")


def test_a_number_without_a_name_gets_no_sentence() -> None:
    sheet = run_text("x = 3.0\ny = 4 * x\ny.backward()")
    assert told_at(sheet, 3) == "y handed 4.0 to x: the other operand 4.0, times the upstream 1.0."


def test_a_graph_with_the_gradients_of_a_pass_before() -> None:
    text = LECTURE + "a.data += 0.01 * a.grad\nL = (a * b + c) * f\n"
    sheet = run_text(text)
    assert not sheet.has_backward and sheet.start_grad.any()
    assert coming_at(sheet, len(sheet.steps)) == (
        "The gradients are those of a pass before. Nothing went backward through this graph yet: "
        "L.backward() would do it."
    )


def test_names_put_numbers_first_and_write_a_minus() -> None:
    sheet = run_text("x = 3.0\ny = 3*x**2 - 4*x + 5\nz = (2 - x)*y*-1")
    found = {formula_of(sheet, i) for i, node in enumerate(sheet.graph.nodes) if node.operands}
    assert "3·x² − 4·x + 5" in found
    names = {short_name(sheet, i) for i in range(len(sheet.graph.nodes))}
    assert {"4·x", "−4·x", "3·x²", "3·x² − 4·x", "(2 − x)·y", "5.0"} <= names
    assert not any("v" in name for name in names)


def test_the_usual_sentences_fit_two_lines() -> None:
    """Of the card at its narrowest usual width, 640 pixels: about 90 letters a line."""
    for each in snippets():
        sheet = run_text(each.text)
        if each.part[:1] not in "34567" or len(sheet.steps) > 40:
            continue
        for position in range(len(sheet.steps) + 1):
            assert len(told_at(sheet, position)) <= 180, told_at(sheet, position)
            assert len(coming_at(sheet, position)) <= 170, coming_at(sheet, position)


def test_nodes_without_a_name_are_called_by_their_operation() -> None:
    sheet = run_text("a = 2.0\nb = 3.0\nL = (a * b).tanh()\nL.backward()")
    assert told_at(sheet, 1) == "a · b: 2.0 × 3.0 = 6.0."
    assert coming_at(sheet, 3).startswith("L hands its gradient to the product a·b.")
    assert "The product a·b handed" in told_at(sheet, 5)


def test_an_unnamed_node_of_many_is_called_by_its_kind_alone() -> None:
    text = "a = 2.0\nL = (a * 1.5 + a * 2.5 + a * 3.5 + a * 4.5).tanh()\nL.backward()"
    sheet = run_text(text)
    assert "L = tanh(sum)" in told_at(sheet, len([s for s in sheet.steps if s.phase is Phase.FORWARD]))


def test_tanh_tells_its_local_derivative() -> None:
    sheet = run_text("n = 0.8813735870195432\no = n.tanh()\no.backward()")
    assert told_at(sheet, 1) == "o = tanh(n): tanh(0.8814) = 0.7071."
    assert told_at(sheet, 3) == "o handed 0.5 to n: 1 − tanh² = 0.5, times the upstream 1.0."


@pytest.mark.parametrize("name", OPS)
def test_every_operation_has_its_words(name: str) -> None:
    """The rule is said in words, not as `its local derivative`, and with the numbers."""
    operation = OPS[name]
    numbers = [1.5, 2.25][: operation.arity]
    constant = (3.0,) if operation.has_constant else ()
    result = float(operation.forward(*numbers, *constant))
    locals_ = operation.partials(*numbers, *constant, result)
    leaves = tuple(GraphNode(letter, letter, "", ()) for letter in "ab"[: operation.arity])
    symbol = operation.symbol_for(constant[0] if constant else None)
    graph = GraphSnapshot("g", (*leaves, GraphNode("o", "o", symbol, tuple(range(operation.arity)))))
    node = operation.arity
    forward = Step(Phase.FORWARD, node, (Change(node, "data", math.nan, result),), None)
    changes = tuple(Change(i, "grad", 0.0, 2.0 * local, i, 2.0, local) for i, local in enumerate(locals_))
    seed = Step(Phase.BACKWARD, node, (Change(node, "grad", 0.0, 2.0),), None)
    sheet = Sheet(
        "", graph, (*[None] * node, *(constant or (None,))), (None,) * (node + 1), (),
        np.array([*numbers, math.nan]), np.zeros(node + 1), (forward, seed, Step(Phase.BACKWARD, node, changes, None)),
    )  # fmt: skip
    assert "1.5" in told_at(sheet, 1) and told_at(sheet, 1).startswith("o = ")
    handed = told_at(sheet, 3)
    assert "its local derivative" not in handed + coming_at(sheet, 2)
    assert "real local derivative" not in handed
    for i in range(node):
        assert f"{'ab'[i]}" in handed
    assert handed.count("2.0") >= 1


def test_an_operation_of_the_learner_s_own_is_told_too() -> None:
    graph = GraphSnapshot("g", (GraphNode("a", "a", "", ()), GraphNode("o", "o", "double", (0,))))
    steps = (
        Step(Phase.BACKWARD, 1, (Change(1, "grad", 0.0, 1.0),), None),
        Step(Phase.BACKWARD, 1, (Change(0, "grad", 0.0, 2.0, 0, 1.0, 2.0),), None),
    )
    sheet = Sheet("", graph, (None, None), (None, None), (), np.array([1.0, 2.0]), np.zeros(2), steps)
    assert told_at(sheet, 2) == "o handed 2.0 to a: its local derivative = 2.0, times the upstream 1.0."


def test_leaves_that_share_a_label_are_told_by_their_addresses() -> None:
    graph = GraphSnapshot("g", (GraphNode("c", "c", "", ()), GraphNode("c'", "c", "+", (0, 0))))
    steps = (Step(Phase.FORWARD, 1, (Change(1, "data", math.nan, 2.0),), None),)
    sheet = Sheet("", graph, (None, None), (None, None), (), np.array([1.0, math.nan]), np.zeros(2), steps)
    assert told_at(sheet, 1) == "c' = c + c: 1.0 + 1.0 = 2.0."


def test_a_neuron_s_inner_nodes_are_told_by_their_addresses() -> None:
    sheet = run_text("n = Neuron(1)\no = n([2.0])\no.backward()")
    product = sheet.steps[0]
    address = sheet.graph.nodes[product.node].address
    assert "w1*x1" in address and told_at(sheet, 1).startswith(f"{address} = ")
    assert all(told_at(sheet, i).count("call") <= 1 for i in range(len(sheet.steps) + 1))


def test_numbers_that_are_none() -> None:
    sheet = run_text("a = 1e200\nb = a * a\nc = b * 0.0")
    assert told_at(sheet, 1) == "b = a · a: 1.00e+200 × 1.00e+200 = inf. That is too large for a number."
    assert told_at(sheet, 2) == "c = b · 0: inf × 0.0 = nan."


def test_zeroing_and_the_update() -> None:
    base = run_text("a = 2.0\nb = a * 3.0\nb.backward()")
    a = base.node("a")
    assert a is not None
    zero = Step(Phase.ZERO, -1, (Change(a, "grad", 3.0, 0.0),), None)
    update = Step(Phase.UPDATE, -1, (Change(a, "data", 2.0, 1.94),), None)
    end = len(base.steps)
    assert told_at(with_steps(base, zero), end + 1) == "The gradient of a is set to 0."
    assert coming_at(with_steps(base, zero), end) == "The gradient of a will be set to 0."
    assert told_at(with_steps(base, update), end + 1) == "a moved against its gradient: a: 2.0 → 1.94."
    uphill = Step(Phase.UPDATE, -1, (Change(a, "data", 2.0, 2.06),), None)
    assert "along its gradient, uphill" in told_at(with_steps(base, uphill), end + 1)


def test_many_parameters_are_counted() -> None:
    count = 41
    leaves = tuple(GraphNode(f"w{i}", f"w{i}", "", ()) for i in range(count))
    zero = Step(Phase.ZERO, -1, tuple(Change(i, "grad", 1.0, 0.0) for i in range(count)), None)
    update = Step(Phase.UPDATE, -1, tuple(Change(i, "data", 1.0, 0.9999999) for i in range(count)), None)
    nothing = (None,) * count
    sheet = Sheet("", GraphSnapshot("g", leaves), nothing, nothing, (), np.ones(count), np.ones(count), (update, zero))
    assert told_at(sheet, 2) == "The gradients of 41 parameters are set to 0."
    assert told_at(sheet, 1) == (
        "Each of 41 parameters moved against its gradient: "
        "w0: 1.0 → 0.9999999, w1: 1.0 → 0.9999999, w2: 1.0 → 0.9999999 and 38 more."
    )


def test_a_gradient_that_was_overwritten_is_told_from_its_numbers() -> None:
    sheet = run_text("a = 3.0\nb = a + a\nb.backward()")
    last = sheet.steps[-1]
    wrong = Step(last.phase, last.node, (last.changes[0], replace(last.changes[1], after=1.0)), None)
    sheet = replace(sheet, steps=(*sheet.steps[:-1], wrong))
    assert told_at(sheet, 3).endswith("That overwrote a's 1.0 (added up: 2.0).")


def test_a_second_pass_without_zeroing() -> None:
    sheet = run_text("a = 3.0\nb = a * 2.0\nb.backward()\nb.backward()")
    second = next(i for i, step in enumerate(sheet.steps) if i > 2 and len(step.changes) == 1 and step.node == 2)
    assert told_at(sheet, second + 1).startswith(
        "b starts a second backward pass: db/db = 1. The gradients of the pass"
    )
    assert "a still had 2.0: 2.0 + 2.0 → 4.0." in told_at(sheet, second + 2)


def test_a_pass_after_zeroing_is_an_ordinary_one() -> None:
    base = run_text("a = 3.0\nb = a * 2.0\nb.backward()")
    forward, backward = base.steps[0], base.steps[1:]
    zero = Step(Phase.ZERO, -1, tuple(Change(i, "grad", 1.0, 0.0) for i in range(3)), None)
    sheet = replace(base, steps=(forward, *backward, zero, *backward))
    assert told_at(sheet, len(sheet.steps) - 1) == "b starts the backward pass: db/db = 1."


def test_a_wrong_local_derivative_is_named() -> None:
    sheet = run_text("n = 0.8813735870195432\no = n.tanh()\no.backward()")
    wrong = Step(Phase.BACKWARD, 1, (Change(0, "grad", 0.0, 1.5, 0, 1.0, 1.5),), None)
    sheet = replace(sheet, steps=(*sheet.steps[:-1], wrong))
    assert "(the tanh's real local derivative is 0.5)" in told_at(sheet, 3)


def test_the_bugs_of_the_lab_are_told() -> None:
    def story(text: str, bug: Bug) -> str:
        sheet = run_text(text, frozenset({bug}))
        return " ".join(told_at(sheet, i) for i in range(len(sheet.steps) + 1))

    twice, order = "a = 3.0\nb = a + a\nb.backward()", "a = 3.0\nb = 2 * a\nd = b * (b + 1)\nd.backward()"
    tanh = "a = 0.5\nb = a.tanh()\nb.backward()"
    assert "That overwrote a's 1.0" in story(twice, Bug.OVERWRITE)
    again = story("a = 3.0\nb = a * 2.0\nb.backward()", Bug.TWICE)
    assert "second backward pass" in again and "a still had 2.0: 2.0 + 2.0 → 4.0." in again
    assert "Too early: b's own gradient was not complete." in story(order, Bug.PREORDER)
    assert "Too early: b's own gradient was not complete." in story(order, Bug.NAIVE)
    assert "The real tanh is 0.4621." in story(tanh, Bug.TANH_SIGNS)
    assert "its backward function was never installed" in story(tanh, Bug.NOT_INSTALLED)
    assert "starts the backward pass" not in story(twice, Bug.NO_BACKWARD)


def test_a_node_that_acts_too_early() -> None:
    """Preorder: b hands on before b + 1 has handed its share to it."""
    sheet = run_text("a = 3.0\nb = 2 * a\nd = b * (b + 1)\nd.backward()")
    seed, d, plus, b = sheet.steps[-4:]
    gradients = [replace(change, upstream=7.0, after=change.local * 7.0) for change in b.changes]
    early = replace(b, changes=tuple(gradients))
    sheet = replace(sheet, steps=(*sheet.steps[:-4], seed, d, early, plus))
    assert "Too early: b's own gradient was not complete." in told_at(sheet, len(sheet.steps) - 1)
    assert [act.early for act in passes(sheet)[-1].acts if act.node == early.node] == [True]


def test_a_share_handed_on_as_soon_as_it_arrived() -> None:
    sheet = run_text("a = 3.0\nb = a * 2.0\nb.backward()")
    last = sheet.steps[-1]
    share = replace(last, changes=tuple(replace(c, upstream=0.25, after=c.local * 0.25) for c in last.changes))
    sheet = replace(sheet, steps=(*sheet.steps[:-1], share))
    assert "only what had just arrived" in told_at(sheet, len(sheet.steps))


def test_nothing_to_hand_on() -> None:
    sheet = run_text("a = 3.0\nb = a.tanh()\nb.backward()")
    leaf, silent = Step(Phase.BACKWARD, 0, (), None), Step(Phase.BACKWARD, 1, (), None)
    sheet = with_steps(sheet, leaf, silent)
    assert told_at(sheet, 4) == "a is a leaf: it has nobody to hand its gradient to."
    assert told_at(sheet, 5) == "b hands nothing on: its backward function was never installed."


def test_an_empty_text_and_one_of_leaves_alone() -> None:
    assert told_at(run_text(""), 0) == "Nothing is here yet."
    assert coming_at(run_text(""), 0) == "Type an expression, such as a = 2.0."
    assert told_at(run_text("a = 2.0"), 0) == "There is no operation yet, so nothing to compute."


def test_told_without_the_numbers_that_are_to_be_found() -> None:
    sheet = run_text(LECTURE)
    for position, step in enumerate(sheet.steps):
        text = told_without_numbers(sheet, state_at(sheet, position), step)
        assert not set("2345678") & set(text), text
    assert told_without_numbers(sheet, state_at(sheet, 5), sheet.steps[5]).startswith(
        "d handed its gradient to e and c."
    )


def test_flow_texts() -> None:
    sheet = run_text(LECTURE)
    d = sheet.node("d")
    assert d is not None
    assert flow_texts(sheet.steps[5]) == {(d, 0): "-2.0 × 1.0 = -2.0", (d, 1): "-2.0 × 1.0 = -2.0"}
    assert flow_texts(sheet.steps[0]) == {} and flow_texts(sheet.steps[3]) == {}


def test_the_order_is_the_topological_one_with_leaves() -> None:
    sheet = run_text(LECTURE)
    forward, backward = passes(sheet)
    assert names(sheet, tuple(act.node for act in forward.acts)) == "a b e c d f L"
    assert names(sheet, tuple(act.node for act in backward.acts)) == "L f d c e b a"
    assert [act.ready for act in backward.acts] == [5, 5, 6, 6, 7, 7, 7]
    assert [pass_at(sheet, i) for i in (0, 3, 4, 7)] == [forward, forward, backward, backward]


def test_the_order_in_which_nodes_really_acted() -> None:
    """By hand, e before d: that is what the strip shows."""
    sheet = run_text(LECTURE)
    *rest, d, e = sheet.steps
    by_hand = replace(sheet, steps=(*rest, e, d))
    acts = passes(by_hand)[-1].acts
    assert names(by_hand, tuple(act.node for act in acts)) == "L f e b a d c"
    assert [act.early for act in acts] == [False, False, True, False, False, False, False]


def test_two_roots_are_two_passes() -> None:
    sheet = run_text("a = 2.0\nb = a * 3.0\nc = b * 2.0\nb.backward()\nc.backward()")
    assert [each.phase for each in passes(sheet)] == [Phase.FORWARD, Phase.BACKWARD, Phase.BACKWARD]


def test_the_order_agrees_with_the_engine() -> None:
    """The chips of a longer expression are its topological order, backward."""
    a, b = Value(-4.0), Value(2.0)
    engine = (a + b) * b
    sheet = run_text("a = -4.0\nb = 2.0\nc = a + b\ng = c * b\ng.backward()")
    assert names(sheet, tuple(act.node for act in passes(sheet)[-1].acts)) == "g c b a"
    assert engine.data == state_at(sheet, 99).data[sheet.root]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LECTURE, "L.backward()"),
        ("a = 2.0\nloss = (a + 1.0)", "loss.backward()"),
        ("a = 2.0\na * 3.0", ""),
        ("", ""),
    ],
)
def test_the_line_that_goes_backward(text: str, line: str) -> None:
    assert backward_line(run_text(text)) == line


def test_the_loop_of_a_text() -> None:
    text = "n = MLP(3, [4, 4, 1])\nfor x in xs: print(x)\nfor k in range(20):\n    loss.backward()\n    a = 1\nb = 2"
    found = training_loop(text)
    assert found is not None
    assert (found.first, found.lines) == (3, ("for k in range(20):", "    loss.backward()", "    a = 1"))
    assert training_loop(LECTURE) is None
    assert training_loop("for (") is None
    assert training_loop("a = '\\d'\0") is None
