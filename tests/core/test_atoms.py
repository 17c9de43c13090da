from __future__ import annotations

import math

import pytest

from core.expression.atoms import Offer, can_put_together, can_take_apart, put_together, take_apart
from core.expression.run import run_text
from core.expression.sheet import Sheet, state_at

NEURON = """x1 = Value(2.0, label='x1')
x2 = Value(0.0, label='x2')
w1 = Value(-3.0, label='w1')
w2 = Value(1.0, label='w2')
b = Value(6.8813735870195432, label='b')
n = x1*w1 + x2*w2 + b
o = n.tanh()
o.backward()
"""
APART = NEURON.replace("o = n.tanh()", "e = (2*n).exp()\no = (e - 1) / (e + 1)")
LEAVES = {"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0, "b": 0.5}
HEAD = "a = Value(0.3)\nb = Value(-0.7)\n"
FORMS = [  # what stands in the text, and its atomic form with the line before it
    ("o = a.tanh()", "e = (2*a).exp()\no = (e - 1) / (e + 1)"),
    ("o = tanh(a)", "e = exp(2*a)\no = (e - 1) / (e + 1)"),
    ("o = (a + b).tanh()", "e = (2*(a + b)).exp()\no = (e - 1) / (e + 1)"),
    ("o = tanh(a + b)", "e = exp(2*(a + b))\no = (e - 1) / (e + 1)"),
    ("o = (a**2).tanh()", "e = (2*(a**2)).exp()\no = (e - 1) / (e + 1)"),
    ("o = a.exp().tanh()", "e = (2*a.exp()).exp()\no = (e - 1) / (e + 1)"),
    ("L = 2 * a.tanh() + 1", "e = (2*a).exp()\nL = 2 * ((e - 1) / (e + 1)) + 1"),
    ("L = 2 * (a.tanh()) + 1  # why", "e = (2*a).exp()\nL = 2 * (((e - 1) / (e + 1))) + 1  # why"),
    ("L = -a.tanh()", "e = (2*a).exp()\nL = -((e - 1) / (e + 1))"),
    ("L = a.tanh()**2", "e = (2*a).exp()\nL = ((e - 1) / (e + 1))**2"),
    ("L = a.tanh().exp()", "e = (2*a).exp()\nL = ((e - 1) / (e + 1)).exp()"),
    ("L = exp(a.tanh())", "e = (2*a).exp()\nL = exp((e - 1) / (e + 1))"),
    ("a += a.tanh()", "e = (2*a).exp()\na += (e - 1) / (e + 1)"),
    ("n = a + b; o = n.tanh()", "n = a + b; e = (2*n).exp(); o = (e - 1) / (e + 1)"),
    ("o = a.tanh(); o.label = 'out'", "e = (2*a).exp()\no = (e - 1) / (e + 1); o.label = 'out'"),
    ("e = a + b\no = e.tanh()", "e = a + b\ne1 = (2*e).exp()\no = (e1 - 1) / (e1 + 1)"),
    ("c = a * b  # e, e1\no = c.tanh()", "c = a * b  # e, e1\ne2 = (2*c).exp()\no = (e2 - 1) / (e2 + 1)"),
    ("α = a * b\no = α.tanh()", "α = a * b\ne = (2*α).exp()\no = (e - 1) / (e + 1)"),
    ("o = (a\n     + b).tanh()", "e = (2*(a\n     + b)).exp()\no = (e - 1) / (e + 1)"),
    ("o = a.sigmoid()", "o = 1 / (1 + (-a).exp())"),
    ("o = sigmoid(a + b)", "o = 1 / (1 + exp(-(a + b)))"),
    ("L = (a*b).sigmoid() * 3", "L = (1 / (1 + (-(a*b)).exp())) * 3"),
    ("o = a.softplus()", "o = (1 + a.exp()).log()"),
    ("L = 3 - softplus(a*b)", "L = 3 - log(1 + exp(a*b))"),
]


def node_of(sheet: Sheet, code: str) -> int:
    """The last node whose expression reads so."""
    lines = sheet.text.split("\n")
    for node in reversed(range(len(sheet.graph.nodes))):
        span = sheet.origins[node]
        if span is None:
            continue
        part = lines[span.line - 1 : span.end_line]
        part[-1] = part[-1][: span.end_column]
        part[0] = part[0][span.column :]
        if "\n".join(part) == code:
            return node
    raise AssertionError(f"no node comes from {code!r} in {sheet.text!r}")


def with_op(sheet: Sheet, op: str) -> int:
    return next(i for i, node in enumerate(sheet.graph.nodes) if node.op == op)


def gradients(sheet: Sheet, names: str) -> list[float]:
    grad = state_at(sheet, len(sheet.steps)).grad
    return [float(grad[sheet.node(name)]) for name in names.split()]


def operation(code: str) -> str:
    return next(name for name in ("tanh", "sigmoid", "softplus") if name in code)


def together_again(text: str, name: str, last: int) -> str:
    """Put together the node that stands so far from the end."""
    sheet = run_text(text)
    node = len(sheet.graph.nodes) - last
    assert can_put_together(text, sheet, node) == Offer(name), text
    return put_together(text, sheet, node)


def test_the_lectures_neuron_taken_apart_has_the_same_gradients() -> None:
    sheet = run_text(NEURON)
    assert take_apart(NEURON, sheet, sheet.node("o")) == APART
    apart = run_text(APART)
    assert gradients(apart, " ".join(LEAVES)) == pytest.approx(list(LEAVES.values()), rel=1e-15)
    assert gradients(apart, "n") == pytest.approx([0.5], rel=1e-15)
    assert float(state_at(apart, len(apart.steps)).data[apart.root]) == pytest.approx(0.7071067811865476, rel=1e-15)
    assert put_together(APART, apart, apart.node("o")) == NEURON


@pytest.mark.parametrize(("code", "atoms"), FORMS)
def test_apart_and_together_again_is_the_same_text(code: str, atoms: str) -> None:
    text = HEAD + code
    sheet = run_text(text)
    node, name = with_op(sheet, operation(code)), operation(code)
    assert can_take_apart(text, sheet, node) == Offer(name)
    apart = take_apart(text, sheet, node)
    assert apart == HEAD + atoms
    assert together_again(apart, name, len(sheet.graph.nodes) - node) == text


@pytest.mark.parametrize(("code", "atoms"), FORMS)
def test_the_result_and_the_gradients_of_the_leaves_stay(code: str, atoms: str) -> None:
    name = "o" if "o = " in code else code.split()[0]
    end = f"\n{name}.backward()"
    whole, apart = run_text(HEAD + code + end), run_text(HEAD + atoms + end)
    count = len(whole.steps), len(apart.steps)
    data = state_at(whole, count[0]).data[whole.root], state_at(apart, count[1]).data[apart.root]
    assert data[1] == pytest.approx(data[0], rel=1e-14)
    leaves = [leaf.name for leaf in whole.leaves if leaf.name in ("a", "b")]
    assert leaves
    before, after = gradients(whole, " ".join(leaves)), gradients(apart, " ".join(leaves))
    assert after == pytest.approx(before, rel=1e-14)


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ("e = (a*2).exp()\no = (e - 1)/(e + 1)", "o = a.tanh()"),
        ("e = (2.0*a).exp()\no = (e-1.0)/(1+e)", "o = a.tanh()"),
        ("e = exp(2*a)\no = (e - 1) / (e + 1)", "o = tanh(a)"),
        ("o = ((2*a).exp() - 1) / ((2*a).exp() + 1)", "o = a.tanh()"),
        ("e = exp(-a)\no = 1/(1 + e)", "o = sigmoid(a)"),
        ("o = 1/((-a).exp() + 1)", "o = a.sigmoid()"),
        ("e = a.exp()\no = log(e + 1)", "o = a.softplus()"),
        ("y = (2*a).exp(); e = y; o = (y - 1)/(y + 1)", "y = (2*a).exp(); e = y; o = a.tanh()"),
        ("e = (2*a).exp()\nf = e * 3\no = (e - 1)/(e + 1)", "e = (2*a).exp()\nf = e * 3\no = a.tanh()"),
        ("c = a + b; e = (2*c).exp()\no = (e - 1)/(e + 1)", "c = a + b\no = c.tanh()"),
    ],
)
def test_hand_written_forms_are_recognised(lines: str, whole: str) -> None:
    text = HEAD + lines
    sheet = run_text(text)
    assert put_together(text, sheet, sheet.root) == HEAD + whole


@pytest.mark.parametrize(
    "lines",
    [
        "e = a.exp()\no = (e - 1) / (e + 1)",  # the tanh of a half
        "e = (2*a).exp()\no = (e + 1) / (e - 1)",  # the signs swapped
        "e = (2*a).exp()\no = (e - 1) / (e + 2)",
        "e = (2*a).exp()\ng = (2*b).exp()\no = (e - 1) / (g + 1)",
        "e = (2*a).exp()\ne = e + 1\no = (e - 1) / (e + 1)",
        "o = 1 / (1 + a.exp())",
        "o = 2 / (1 + (-a).exp())",
        "o = (2 + a.exp()).log()",
        "o = a / b",
    ],
)
def test_what_is_another_function_is_left_alone(lines: str) -> None:
    text = HEAD + lines
    sheet = run_text(text)
    offers = [can_put_together(text, sheet, node) for node in range(len(sheet.graph.nodes))]
    assert offers == [None] * len(offers)
    with pytest.raises(ValueError, match="not an atomic form"):
        put_together(text, sheet, sheet.root)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("o = a\nfor i in range(2):\n    o = o.tanh()", "inside a loop"),
        ("def f(x): return x.tanh()\no = f(a)", "inside"),
        ("o = sum([x.tanh() for x in [a, b]])", "inside a comprehension"),
        ("m = MLP(2, [1])\no = m([a, b])", "no place of its own"),
        ("o = Value(random.uniform(-1, 1)).tanh()", "drawn in the same line"),
    ],
)
def test_where_one_place_makes_many_values_the_reason_is_told(lines: str, words: str) -> None:
    text = HEAD + lines
    sheet = run_text(text)
    offer = can_take_apart(text, sheet, with_op(sheet, "tanh"))
    assert offer is not None
    assert offer.operation == "tanh"
    assert words in offer.reason
    with pytest.raises(ValueError, match=words):
        take_apart(text, sheet, with_op(sheet, "tanh"))


def test_an_operand_that_changes_after_the_exponential_is_told() -> None:
    text = HEAD + "n = a + b\ne = (2*n).exp()\nn = n * 3\no = (e - 1) / (e + 1) + n"
    sheet = run_text(text)
    node = node_of(sheet, "(e - 1) / (e + 1)")
    assert can_put_together(text, sheet, node) == Offer("tanh", "n changes between the exponential and its use.")
    with pytest.raises(ValueError, match="n changes"):
        put_together(text, sheet, node)


def test_other_operations_and_other_texts_offer_nothing() -> None:
    sheet = run_text(NEURON)
    assert can_take_apart(NEURON, sheet, sheet.node("n")) is None
    assert can_take_apart(NEURON, sheet, sheet.node("x1")) is None
    assert can_put_together(NEURON, sheet, sheet.node("o")) is None
    assert can_take_apart(NEURON + "# more", sheet, sheet.node("o")) is None


def test_a_name_that_the_text_took_away_is_not_called() -> None:
    text = HEAD + "exp = a * b\no = tanh(exp)"
    sheet = run_text(text)
    apart = take_apart(text, sheet, sheet.root)
    assert apart == HEAD + "exp = a * b\ne = (2*exp).exp()\no = (e - 1) / (e + 1)"


def test_large_numbers_overflow_only_in_the_atomic_form() -> None:
    text = "n = Value(800.0)\no = n.tanh()"
    sheet = run_text(text)
    assert math.isclose(state_at(sheet, len(sheet.steps)).data[sheet.root], 1.0)
    with pytest.raises(Exception, match="exp"):
        run_text(take_apart(text, sheet, sheet.root))
