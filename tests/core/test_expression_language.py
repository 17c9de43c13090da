"""The expression lab's language: what can be written, and what it prints."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from core.bugs import Bug
from core.errors import ExpressionError, UnknownNameError
from core.expression.functions import function_values
from core.expression.run import run_text
from core.expression.sheet import Sheet, Span, state_at
from core.nn import MLP


def printed(text: str) -> list[str]:
    return [line.text for line in run_text(text).output]


def gradients(sheet: Sheet) -> dict[str, float]:
    grad = state_at(sheet, len(sheet.steps)).grad
    return {node.address: float(grad[i]) for i, node in enumerate(sheet.graph.nodes)}


def addresses(text: str) -> list[str]:
    return [node.address for node in run_text(text).graph.nodes]


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("print(1 + 2 * 3, 7 / 2, 7 // 2, 7 % 4, 2**10, -3**2, 2**-1)", "7 3.5 3 3 1024 -9 0.5"),
        ("print(1 < 2 <= 2, 1 == 1.0, 3 != 3, not 0, 1 and 0, 0 or 'x')", "True True False True 0 x"),
        ("print(5 if 1 > 2 else 6, None, True, 'a' + 'b', [1] * 3)", "6 None True ab [1, 1, 1]"),
        ("print([1, 2.5, 'x', (1,), []], 'x', {1, 2}, set())", "[1, 2.5, 'x', (1,), []] x {1, 2} set()"),
        ("a, (b, c) = 1, [2, 3]\nprint(a + b + c)", "6"),
        ("a = b = 2\na += 1\na *= 4\nprint(a, b)", "12 2"),
        ("xs = [1, 2, 3, 4]\nxs[0] = 9\nxs[-1] += 1\nprint(xs[1:], xs[::-1], xs[0], len(xs))",
         "[2, 3, 5] [5, 3, 2, 9] 9 4"),
        ("print([i * j for i in range(3) for j in [1, 2] if i], sum(i for i in range(4)))", "[1, 2, 2, 4] 6"),
        ("print(list(zip([1, 2], 'ab')), list(enumerate('ab', 1)))", "[(1, 'a'), (2, 'b')] [(1, 'a'), (2, 'b')]"),
        ("print(list(reversed(range(0, 6, 2))), max(1, 3, 2), min([4, 2]), abs(-2), round(2.567, 1))",
         "[4, 2, 0] 3 2 2 2.6"),
        ("print(sum([]), sum([1, 2], 10), float('2'), int(3.9), str(1.5) + '!')", "0 13 2.0 3 1.5!"),
        ("print(f'{1/3:.4f} {2:>4d}|{-1:+.1e} {3!r} {[1]} {0.5=}')", "0.3333    2|-1.0e+00 3 [1] 0.5=0.5"),
        ("print('a', 1, sep='-', end='!')\nprint('b')", "a-1!b"),
        ("def f(x, k=2): return k * x\nprint(f(3), f(3, k=5))", "6 15"),
        ("def f(x):\n  if x < 2:\n    return x\n  return f(x - 1) + f(x - 2)\nprint(f(10))", "55"),
        ("f = lambda x: x + 1\nprint(f(1))", "2"),
        ("k = 0\nwhile True:\n  k += 1\n  if k == 2: continue\n  if k > 4: break\nprint(k)", "5"),
        ("for i in range(3): pass\nelse: print('done')", "done"),
        ("xs = []\nfor i in range(3): xs.append(i)\nxs.extend([7, 8])\nxs.reverse()\n"
         "print(xs, xs.pop(), 7 in xs, 5 not in xs)",
         "[8, 7, 2, 1] 0 True True"),
        ("import math, random\nfrom math import tanh, pi as p\nprint(math.exp(0.0), tanh(0.5) == math.tanh(0.5), p)",
         "1.0 True 3.141592653589793"),
        ("%matplotlib inline\n!pip install micrograd\nimport numpy as np\n"
         "import matplotlib.pyplot as plt\nprint(np.tanh(0.0))",
         "0.0"),
        ("from graphviz import Digraph\nfrom micrograd.engine import Value\nimport torch\nprint(Value(-8.0))",
         "Value(data=-8.0)"),
        ("a = Value(2.0, label='a')\na.label = 'z'\nprint(a.label, a.name, a.data, a.grad, a)",
         "z z 2.0 0.0 Value(data=2.0)"),
        ("a = Value(2.0)\nb = Value(-3.0)\nprint((a * b)._prev, (a * b)._op, (a**2)._op)",
         "(Value(data=2.0), Value(data=-3.0)) * **2"),
        ("a = Value(data=-6.0, _children=(Value(2.0), Value(-3.0)), _op='*', label='e')\n"
         "a.backward()\nprint(a._prev[0].grad)",
         "-3.0"),
        ("2.0 * 3.0", "6.0"),
        ("x = 'a'\nx", "'a'"),
        ("class Value:\n  pass\nprint(Value(1.0))", "Value(data=1.0)"),
    ],
)  # fmt: skip
def test_prints(text: str, output: str) -> None:
    assert printed(text) == [output]


@pytest.mark.parametrize(
    "name", ["tanh", "exp", "sqrt", "log", "sigmoid", "relu", "leaky_relu", "softplus", "sin", "cos", "abs"]
)
def test_operations_are_methods_and_functions(name: str) -> None:
    method = run_text(f"n = Value(0.5)\no = n.{name}()\no.backward()")
    function = run_text(f"n = Value(0.5)\no = {name}(n)\no.backward()")
    plain = run_text(f"n = 0.5\no = {name}(n)\no.backward()")
    assert [node.op for node in method.graph.nodes] == ["", name]
    assert method.graph.key == function.graph.key == plain.graph.key
    assert gradients(method) == gradients(function) == gradients(plain) != {"n": 0.0, "o": 1.0}
    assert printed(f"print({name}(0.5))")[0] == repr(float(state_at(method, 9).data[1]))


def test_max_and_min_of_values() -> None:
    sheet = run_text("a = Value(1.0)\nb = Value(2.0)\nm = max(a, b)\nL = m.min(5.0) * 3\nL.backward()")
    assert gradients(sheet)["b"] == 3.0
    assert gradients(sheet)["a"] == 0.0


def test_reflected_operators_keep_the_lectures_graph() -> None:
    from core.engine import Value

    a = Value(4.0)
    wanted = [2 * a, 1 + a, 10 / a, 3 - a, a - 3, a / 2, 2**a, a**2, -a]
    text = "a = Value(4.0)\nprint([2 * a, 1 + a, 10 / a, 3 - a, a - 3, a / 2, 2**a, a**2, -a])"
    assert printed(text) == [repr(wanted)]
    sheet = run_text("a = Value(4.0, label='a')\nb = 10 / a\nb.backward()")
    assert [node.op for node in sheet.graph.nodes] == ["", "", "**-1", "*"]


# -- plain numbers ----------------------------------------------------------------------------------------------------


def test_plain_numbers_make_a_graph_and_print_as_numbers() -> None:
    sheet = run_text("a = 2.0\nb = -3.0\nc = 10.0\nd = a*b + c\nprint(d)\nd.backward()\nprint(a.grad)")
    assert [line.text for line in sheet.output] == ["4.0", "-3.0"]
    assert [(node.address, node.op) for node in sheet.graph.nodes] == [
        ("a", ""), ("b", ""), ("v2", "*"), ("c", ""), ("d", "+"),
    ]  # fmt: skip
    assert [(leaf.name, leaf.literal) for leaf in sheet.leaves] == [
        ("a", Span(1, 4, 1, 7)), ("b", Span(2, 4, 2, 8)), ("c", Span(3, 4, 3, 8)),
    ]  # fmt: skip


def test_plain_numbers_count_as_python_counts() -> None:
    text = "h = 0.0001\na = 2.0\nb = -3.0\nc = 10.0\nd1 = a*b + c\nd2 = (a + h)*b + c\nprint((d2 - d1)/h)"
    h, a, b, c = 0.0001, 2.0, -3.0, 10.0
    assert printed(text) == [repr((((a + h) * b + c) - (a * b + c)) / h)]


def test_a_named_number_joins_the_graph_when_it_meets_a_value() -> None:
    sheet = run_text("h = 3\na = Value(2.0, label='a')\nprint(h * 2, range(h))\nL = a * h\nL.backward()")
    assert sheet.output[0].text == "6 range(0, 3)"
    assert gradients(sheet) == {"a": 3.0, "h": 2.0, "L": 1.0}
    assert sheet.leaves[0].literal == Span(1, 4, 1, 5)


def test_where_a_number_is_needed_a_named_one_serves() -> None:
    text = "n = 2\nh = 0.5\nxs = [1, 2, 3]\na = Value(h)\nprint(xs[n], (a**n)._op, round(1.234, n))\nMLP(n, [n])"
    assert printed(text) == ["3 **2 1.23", "<MLP, 6 parameters>"]


def test_a_float_exponent_of_a_plain_number_has_its_own_gradient() -> None:
    grads = gradients(run_text("a = 2.0\nb = 3.0\nL = a**b\nL.backward()"))
    assert grads == pytest.approx({"a": 12.0, "b": 8 * math.log(2), "L": 1.0})


def test_data_of_a_plain_number_can_be_written() -> None:
    assert printed("a = 2.0\na.data += 1\nprint(a, a.data)\nb = a * 2\nprint(b)") == ["3.0 3.0", "6.0"]


def test_a_counter_draws_nothing() -> None:
    sheet = run_text("a = 2.0\nL = a * a\nk = 0\nwhile k < 10: k += 1\nprint(k)")
    assert [node.address for node in sheet.graph.nodes] == ["a", "L"]
    assert sheet.output[0].text == "10"


def test_the_lectures_recursion_goes_deep_enough() -> None:
    text = """
a = Value(1.0)
for i in range(50): a = a * 1.0
topo, visited = [], set()
def build_topo(v):
  if v not in visited:
    visited.add(v)
    for child in v._prev:
      if True:
        build_topo(child)
    topo.append(v)
build_topo(a)
print(len(topo))
"""
    assert printed(text) == ["101"]


# -- networks ---------------------------------------------------------------------------------------------------------


def test_networks_draw_what_the_lecture_draws() -> None:
    theirs = MLP(3, [4, 4, 1], rng=random.Random(1337))
    text = (
        "random.seed(1337)\nn = MLP(3, [4, 4, 1])\nprint([p.data for p in n.parameters()])\nprint(n([2.0, 3.0, -1.0]))"
    )
    assert printed(text) == [str([p.data for p in theirs.parameters()]), str(theirs([2.0, 3.0, -1.0]))]


def test_an_unseeded_program_is_the_same_every_time() -> None:
    state = random.getstate()
    first = printed("print(random.uniform(-1, 1), Neuron(2).w)")
    random.seed(5)
    again = printed("print(random.uniform(-1, 1), Neuron(2).w)")
    random.setstate(state)
    assert first == again == printed("random.seed(1337)\nprint(random.uniform(-1, 1), Neuron(2).w)")


def test_parts_of_a_network() -> None:
    text = """
n = MLP(2, [3, 1])
print(len(n.layers), len(n.layers[0].neurons), len(n.layers[0].neurons[0].w), len(n.parameters()))
n.layers[0].neurons[1].w[0].data = 0.25
n.layers[1].neurons[0].b = Value(0.5, label='mine')
o = n([1.0, -1.0])
o.backward()
print(n.layers[0].neurons[1].w[0])
n.zero_grad()
print(sum(abs(p.grad) for p in n.parameters()))
"""
    assert printed(text) == ["2 3 2 13", "Value(data=0.25)", "0.0"]
    names = addresses(text)
    assert {"L1.N2.w1", "L1.N3.b", "L2.N1.w3", "mine", "x1", "L1.N1.out", "L1.N2.w2*x2", "o"} <= set(names)


def test_calls_of_a_network_are_told_apart() -> None:
    names = addresses("n = Neuron(2)\nL = n([1.0, 2.0]) - n([3.0, 4.0])")
    assert {"w1", "b", "call1/out", "call2/out", "call2/w1*x1"} <= set(names)
    assert {"N1.w1", "N2.b"} <= set(addresses("n = Layer(2, 2)\nL = sum(n([1.0, 2.0]))"))


def test_a_neuron_with_weights_of_ones_own() -> None:
    text = "n = Neuron(2)\nn.w = [Value(-3.0), Value(1.0)]\nn.b = Value(6.8813735870195432)\nprint(n([2.0, 0.0]).data)"
    assert float(printed(text)[0]) == pytest.approx(0.7071067811865476, rel=1e-15)


def test_activations() -> None:
    text = "print(Neuron(1, activation='linear', init='library').b, MLP(1, [2, 1], output='linear')([1.0])._op)"
    assert printed(text) == ["Value(data=0.0) +"]


# -- bugs -------------------------------------------------------------------------------------------------------------

LOOP = """
a = Value(3.0, label='a')
for k in range(3):
  L = a * a
  a.grad = 0.0
  L.backward()
  a.data += -0.1 * a.grad
"""


@pytest.mark.parametrize(
    ("bug", "data", "grad"),
    [
        (None, 3.0 * 0.8**3, 2 * 3.0 * 0.8**2),
        (Bug.NO_ZERO, -0.024, 13.44),
        (Bug.NO_BACKWARD, 3.0, 0.0),
        (Bug.WRONG_SIGN, 3.0 * 1.2**3, 2 * 3.0 * 1.2**2),
        (Bug.TWICE, 3.0 * 0.6**3, 4 * 3.0 * 0.6**2),
    ],
)
def test_bugs_of_the_loop(bug: Bug | None, data: float, grad: float) -> None:
    sheet = run_text(LOOP, frozenset({bug} if bug else ()))
    state = state_at(sheet, len(sheet.steps))
    node = sheet.node("a")
    assert node is not None
    assert state.data[node] == pytest.approx(data)
    assert state.grad[node] == pytest.approx(grad)


def test_bugs_of_operations() -> None:
    text = "n = 0.5\no = n.tanh()\no.backward()"
    wrong = run_text(text, frozenset({Bug.TANH_SIGNS}))
    assert state_at(wrong, 9).data[1] == pytest.approx(1 / math.tanh(0.5))
    assert gradients(run_text(text, frozenset({Bug.NOT_INSTALLED}))) == {"n": 0.0, "o": 1.0}
    network = "o = Neuron(1)([0.5])\nprint(o.data)"
    right, other = run_text(network), run_text(network, frozenset({Bug.TANH_SIGNS}))
    assert float(other.output[0].text) == pytest.approx(1 / float(right.output[0].text))


@pytest.mark.parametrize(
    ("text", "bug", "column"),
    [
        ("L = 1 + Value(2.0)", Bug.NO_RADD, 4),
        ("L = sum([Value(2.0)])", Bug.NO_RADD, 4),
        ("L = -Value(2.0)", Bug.NEGATION_LOOP, 4),
        ("L = 3 - Value(2.0)", Bug.NEGATION_LOOP, 4),
    ],
)
def test_bugs_that_stop_the_program(text: str, bug: Bug, column: int) -> None:
    run_text(text)
    with pytest.raises(ExpressionError) as caught:
        run_text(text, frozenset({bug}))
    assert (caught.value.line, caught.value.column) == (1, column)


# -- functions --------------------------------------------------------------------------------------------------------


def test_functions_of_one_variable() -> None:
    text = "def f(x): return x\ndef g(a, b): return a\ndef h(x, k=1): return x\n"
    text += "g1 = lambda x: 2\ndef p(x): print(x)\nimport math"
    assert run_text(text).functions == ("f", "h", "g1")


def test_function_values() -> None:
    xs = np.array([-1.0, 0.0, 2.0])
    text = "k = 2.0\ndef f(x): return k*x**2 - 1\ndef g(x): return x.tanh()\ndef q(x): return 1/x\ndef s(x): return 'x'"
    np.testing.assert_array_equal(function_values(text, "f", xs), 2 * xs**2 - 1)
    np.testing.assert_array_equal(function_values(text, "g", xs), [math.tanh(x) for x in xs])
    np.testing.assert_array_equal(function_values(text, "q", xs), [-1.0, np.nan, 0.5])
    assert np.isnan(function_values(text, "s", xs)).all()
    with pytest.raises(UnknownNameError, match="ff"):
        function_values(text, "ff", xs)


def test_function_values_end_at_the_limit() -> None:
    text = "def f(x):\n  for i in range(400000): x = x + 0\n  return x"
    found = function_values(text, "f", np.arange(9.0))
    assert np.isnan(found[-1])
