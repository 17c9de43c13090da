"""Mistakes in a learner's text: each at its exact place, with words and a suggestion."""

from __future__ import annotations

import pytest

from core.errors import ExpressionError
from core.expression.limits import CHAIN, DEPTH, LINES, TEXT, VALUES
from core.expression.run import run_text
from tests.benchmarks.fuzz_expression import check_place


def mistake(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        run_text(text)
    check_place(text, caught.value)
    return caught.value


Place = tuple[int, int, int, int]


@pytest.mark.parametrize(
    ("text", "place", "said", "suggestion"),
    [
        # syntax
        ("a = (1 + 2", (1, 4, 1, 5), "never closed", ")"),
        ("a = [1, 2\nb = 3", (1, 4, 1, 5), "never closed", "]"),
        ("a = 1)", (1, 5, 1, 6), "closes nothing", ""),
        ("a = (1]", (1, 6, 1, 7), "has to be a `)`", ")"),
        ("x = 'abc", (1, 4, 1, 5), "not closed", '"'),
        ("for i in range(3):\nx = 1", (2, 0, 2, 1), "indented", "    "),
        ("a = 1\n  b = 2", (2, 0, 2, 2), "indented", ""),
        ("if 1:\n    a = 1\n  b = 2", (3, 0, 3, 2), "differently", ""),
        ("if a = 3: pass", (1, 3, 1, 8), "compare", "=="),
        ("f(x) = 3", (1, 0, 1, 4), "def f(x)", "def"),
        ("2 = a", (1, 0, 1, 1), "a name", "=="),
        ("for i in range(3)\n  x", (1, 16, 1, 17), "`:` is missing", ":"),
        ("b = 2a", (1, 4, 1, 5), "multiply", "2*a"),
        ("b = 2 a", (1, 6, 1, 7), "between these two", "*"),
        ("L = a × b", (1, 6, 1, 7), "×", "*"),
        ("a = −3", (1, 4, 1, 5), "−", "-"),
        ("a = x²", (1, 5, 1, 6), "²", "**2"),
        ("print x", (1, 0, 1, 7), "brackets", "print("),
        ("b = 12abc", (1, 5, 1, 6), "multiply", "12*abc"),
        ("for i range(3): pass", (1, 6, 1, 11), "for x in", ""),
        ("def f(x):", (1, 0, 1, 1), "`def`", "    "),
        ("a = 2 +", (1, 6, 1, 7), "missing after `+`", ""),
        ("a && b", (1, 3, 1, 4), "`and`", "and"),
        ("a\x00b", (1, 0, 1, 1), "zero byte", ""),
        ("é = 1\nü = +* 2", (2, 5, 2, 6), "missing", ""),
        # names, attributes, arguments
        ("n = 0.5\no = tahn(n)", (2, 4, 2, 8), "no function `tahn`", "tanh"),
        ("a = Vaule(2.0)", (1, 4, 1, 9), "no function `Vaule`", "Value"),
        ("a = Va", (1, 4, 1, 6), "not known", "Value"),
        ("a = Va(2.0)", (1, 4, 1, 6), "no function", "Value"),
        ("a = Value(2,0)", (1, 10, 1, 13), "not a comma: 2.0?", "2.0"),
        ("a = Value(-2, 50, )", (1, 10, 1, 16), "not a comma: -2.50?", "-2.50"),
        ("a = Value(2.0, 3)", (1, 10, 1, 16), "not a comma", ""),
        ("a = Value(2,05)", (1, 12, 1, 13), "not a comma: 2.05?", "2.05"),
        ("alpha = 1\nb = alpah + 1", (2, 4, 2, 9), "not known", "alpha"),
        ("é = 2.0\nb = é * ö", (2, 8, 2, 9), "not known", ""),
        ("b = 1; xß = 'é' + zz", (1, 18, 1, 20), "not known", ""),
        ("a = Value(1.0)\na.garde", (2, 0, 2, 7), "no `garde`", "grad"),
        ("a = Value(1.0)\nb = a.tahn()", (2, 4, 2, 10), "no `tahn`", "tanh"),
        ("a = Value(1.0)\nb = a.tanh * 2", (2, 4, 2, 10), "brackets", "tanh()"),
        ("n = MLP(2, [1])\nn.parameter()", (2, 0, 2, 11), "parameter", "parameters"),
        ("b = (2.0).tanh()", (1, 4, 1, 14), "plain number", "Value(2.0)"),
        ("random.sed(1)", (1, 0, 1, 10), "random.sed", "seed"),
        ("a = Value()", (1, 4, 1, 11), "takes a number", "Value(2.0)"),
        ("a = Value(1.0, lable='a')", (1, 15, 1, 24), "lable", "label"),
        ("a = Value('x')", (1, 4, 1, 14), "must be a number", ""),
        ("a = Value(Value(1.0))", (1, 4, 1, 21), ".data", ".data"),
        ("tanh(1, 2)", (1, 0, 1, 10), "takes 1 argument, here are 2", ""),
        ("def f(x): return x\nf()", (2, 0, 2, 3), "takes 1", ""),
        ("def f(x): return x\nf(y=1)", (2, 0, 2, 6), "no parameter named `y`", ""),
        ("n = MLP(3, 4)", (1, 4, 1, 13), "as a list", "[4, 4, 1]"),
        ("n = Neuron(2)\nn([1.0])", (2, 0, 2, 8), "takes 2 inputs, here are 1", ""),
        # values
        ("a = 1 / 0", (1, 4, 1, 9), "divides by zero", ""),
        ("a = Value(0.0, label='a')\nb = 1 / a", (2, 4, 2, 9), "divides by zero", ""),
        ("a = Value(-1.0, label='a')\nb = 2 * a.log()", (2, 8, 2, 15), "log(a = -1.0)", ""),
        ("a = -1.0\nb = a.sqrt()", (2, 4, 2, 12), "sqrt(a = -1.0)", ""),
        ("b = (-8) ** 0.5", (1, 4, 1, 15), "no real power", ""),
        ("b = exp(1000.0)", (1, 4, 1, 15), "larger", ""),
        ("xs = [1, 2]\nxs[2]", (2, 0, 2, 5), "no item 2", ""),
        ("xs = [1, 2]\nxs[0.5]", (2, 3, 2, 6), "whole number", ""),
        ("a, b = 1, 2, 3", (1, 0, 1, 4), "2 names, but 3 items", ""),
        ("for i in 5: pass", (1, 9, 1, 10), "gone through", "range(5)"),
        ("a = Value(1.0)\nif a: pass", (2, 3, 2, 4), "compare", ".data"),
        ("a = Value(1.0)\na.grad = a", (2, 9, 2, 10), ".data", ".data"),
        ("a = Value(1.0)\na._prev = 3", (2, 0, 2, 7), "cannot be given", ""),
        ("a = 2 ^ 3", (1, 4, 1, 9), "write **", "**"),
        ("print('a' + 1)", (1, 6, 1, 13), "f-string", ""),
        ("a = Value(1.0)\nprint(f'{a:.4f}')", (2, 8, 2, 15), ".data", ".data"),
        ("a = 3(4)", (1, 4, 1, 8), "cannot be called", "*"),
        ("n = Neuron(2)\nn.w[0] = 1", (2, 0, 2, 6), "part of the network", ".data"),
        # not in the language
        ("import os", (1, 0, 1, 9), "cannot be imported", ""),
        ("import torhc", (1, 0, 1, 12), "cannot be imported", "torch"),
        ("import torch\nx = torch.tensor(1)", (2, 4, 2, 16), "PyTorch", ""),
        ("x = {1: 2}", (1, 4, 1, 10), "Dictionaries", ""),
        ("class Foo: pass", (1, 0, 1, 15), "Classes", ""),
        ("with a: pass", (1, 0, 1, 12), "`with`", ""),
        ("return 1", (1, 0, 1, 8), "inside a function", ""),
        ("break", (1, 0, 1, 5), "inside a loop", ""),
        ("a = Value(1.0)\na.__class__", (2, 0, 2, 11), "underscore", ""),
        ("__import__('os')", (1, 0, 1, 10), "underscore", ""),
        ("_x = 1", (1, 0, 1, 2), "underscore", ""),
        ("x = 1j", (1, 4, 1, 6), "Complex", ""),
        ("'a'.upper()", (1, 0, 1, 9), "no `upper`", ""),
        ("f'{1:{10**3}}'", (1, 2, 1, 13), "no format", ""),
    ],
)
def test_mistakes(text: str, place: Place, said: str, suggestion: str) -> None:
    error = mistake(text)
    assert said in str(error)
    assert (error.line, error.column, error.end_line, error.end_column) == place
    assert error.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\n" * (TEXT // 6 + 1), f"longer than {TEXT:,}"),
        ("(" * 3000, "too deeply"),
        ("-" * 9000 + "1", "too deeply"),
        ("1" + "+1" * (CHAIN + 1), "too deeply"),
        ("x**" * 4000 + "x", "too deeply"),
        (f"def f(x): return f(x)\nf({DEPTH})", "calls itself too deeply"),
        ("while True: pass", "operations"),
        ("for i in range(10**18): i", "operations"),
        ("xs = [0] * 10**9", "operations"),
        ("xs = list(range(10**15))", "operations"),
        ("x = 'a' * 10**9", "longer than"),
        ("x = 2**10**9", "larger"),
        ("a = Value(1.0)\nwhile True: a = a + 1", f"{VALUES:,} values"),
        ("MLP(900, [900, 900])", f"{VALUES:,} values"),
        ("MLP(3, [10**6])", "from 1 to"),
        ("x = [0]\nfor i in range(60): x = [x, x]\nprint(x)", "too long to be printed"),
        ("x = [0]\ny = [0]\nfor i in range(60):\n  x = [x, x]\n  y = [y, y]\nprint(x == y)", "operations"),
        ("x = []\nx.append(x)\nprint(x)", "nested too deeply"),
        ("a = Value(1.0)\nfor i in range(900): a = a * 1.0\nwhile True: a.backward()", "goes backward too often"),
        ("a = Value(1.0, label='x' * 99)", "60 characters"),
    ],
)
def test_limits(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.expression.limits.SECONDS", 60.0)  # what is counted, not the clock
    assert said in str(mistake(text))


@pytest.mark.parametrize(
    "code",
    [
        "b = " + "(" * 100 + "a" + ")" * 100,
        "b = " + "[" * 200,
        "b = " + "-" * 160 + "a",
        "b = " + " + ".join(["a"] * 600),
    ],
)
def test_what_is_too_deep_is_marked_in_its_line(code: str) -> None:
    error = mistake(f"a = 1.0\r\nif a:\r\n  {code}\r\nc = a\r\n")
    assert "too deeply" in str(error)
    assert (error.line, error.column, error.end_line, error.end_column) == (3, 2, 3, 2 + len(code))


def test_what_is_not_there_is_noted() -> None:
    for line in ("import torch", "import torch.nn as nn", "from torch import nn"):
        assert run_text(f"{line}\na = 1.0").note == "PyTorch is not available here; Value does its work."
    assert run_text("import math, random\nimport numpy as np\nfrom micrograd.engine import Value").note == ""


def test_a_decimal_comma_is_noted() -> None:
    note = "2,0 in line 2 is two numbers: with a decimal point it is 2.0."
    assert run_text("a = 1.0\nb = 2,0").note == note
    assert run_text("b = 2, 0\nc = (2,0)\nd = [2,0]\ne, f = 2,0").note == ""


def test_a_long_sum_on_one_line_is_no_depth() -> None:
    sheet = run_text("a = 1.0\nL = " + " + ".join(["a"] * 400))
    assert len(sheet.graph.nodes) == 400
    assert sheet.output == ()


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.expression.limits.SECONDS", -1.0)
    assert "longer than" in str(mistake("for i in range(1000): i"))


def test_it_can_be_cancelled() -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(ExpressionError, match="cancelled"):
        run_text("for i in range(100000): i", frozenset(), cancelled)
    assert len(asked) == 3


def test_output_is_limited() -> None:
    sheet = run_text("for i in range(5000): print(i)")
    assert len(sheet.output) == LINES + 1
    assert sheet.output[LINES - 1].text == str(LINES - 1)
    assert "kept" in sheet.output[LINES].text


def test_a_large_graph_is_noted() -> None:
    assert run_text("a = 1.0\nfor i in range(1500): a = a + 1").note.startswith("This graph has 3,001 values")
    assert run_text("a = 1.0").note == ""


def test_whole_numbers_stay_small() -> None:
    sheet = run_text("x = 1\nfor i in range(200): x = x * 2\nprint(x)\nprint(2**62, 2**70, 0xffffffffffffffffff)")
    assert [line.text for line in sheet.output] == [
        repr(2.0**200), "4611686018427387904 1.1805916207174113e+21 4.722366482869645e+21",
    ]  # fmt: skip


def test_odd_characters_in_labels_and_output() -> None:
    sheet = run_text("a = Value(1.0, label='x\\ud800\\n\\x00')\nprint('\\ud800é')")
    assert sheet.graph.nodes[0].label.isprintable()
    sheet.output[0].text.encode()
