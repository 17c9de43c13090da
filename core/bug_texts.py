"""What the bug lab says about each bug: its lines of code, what goes wrong, and where that shows best."""

from __future__ import annotations

from dataclasses import dataclass

from core.bugs import Bug
from core.graph import GraphSnapshot
from core.words import mark, tr


@dataclass(frozen=True)
class Showing:
    """An example on which a bug shows."""

    title: str
    example: str  # the text of a sheet, or the name of an example for network mode
    figure: str  # what can be seen there, in a sentence


@dataclass(frozen=True)
class BugText:
    """For a person; all texts but the code are marked. A mode in which a bug has no place has no showing."""

    title: str
    wrong: str  # code, one line or a few short ones
    right: str
    sentence: str  # what goes wrong, and why
    harmless: str  # why all gradients are right although it is on (see `why_harmless`)
    sheet: Showing | None
    network: Showing | None


_PRODUCTS = """a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
f = Value(-2.0, label='f')
e = a * b
d = e + c
L = d * f
L.backward()
"""
_TWICE_USED = """a = Value(3.0, label='a')
b = a + a
b.backward()
"""
_ORDER = """a = Value(3.0, label='a')
b = 2 * a
d = b * (b + 1)
d.backward()
"""
_NEURON = """x1 = Value(2.0, label='x1')
x2 = Value(0.0, label='x2')
w1 = Value(-3.0, label='w1')
w2 = Value(1.0, label='w2')
b = Value(6.8813735870195432, label='b')
n = x1 * w1 + x2 * w2 + b
o = n.tanh()
o.backward()
"""
_DESCENT = """x = Value(3.0, label='x')
for k in range(4):
    loss = (x - 1) ** 2
    x.grad = 0.0
    loss.backward()
    x.data += -0.1 * x.grad
    print(k, loss.data, x.data)
"""
_NEGATION = """a = Value(2.0, label='a')
b = Value(5.0, label='b')
c = b - a
c.backward()
"""
_SUM = """a = Value(1.0, label='a')
b = Value(2.0, label='b')
s = sum([a, b])
s.backward()
"""

_LECTURE, _MOONS = mark("the lecture's four rows"), mark("the moons demo")
LUCKY = mark("With these numbers all gradients happen to come out right.")
_NO_TANH = mark("There is no tanh here, so nothing goes wrong.")
_NO_REUSE = mark("No operation is used twice here, and then any order will do.")

BUG_TEXTS: dict[Bug, BugText] = {
    Bug.OVERWRITE: BugText(
        mark("= instead of +="),
        "self.grad = out.grad",
        "self.grad += out.grad",
        mark(
            "A value that is used more than once has only the last contribution left: each one overwrites those before "
            "it, where the chain rule wants their sum."
        ),
        mark("No value is used twice here, so nothing is overwritten."),
        Showing("b = a + a", _TWICE_USED, mark("a.grad is 1 and should be 2.")),
        Showing(
            _LECTURE, "lecture", mark("Only the first row's gradient is left, and the loss climbs from 6.01 to 6.58.")
        ),
    ),
    Bug.TWICE: BugText(
        mark("two backward passes"),
        "L.backward()\nL.backward()",
        "L.backward()",
        mark(
            "The second pass adds to what the first one left, and not only at the leaves: inner gradients have grown "
            "before they are handed on, so this does not simply double."
        ),
        mark("There is no backward pass here that could be done twice."),
        Showing("L = (a·b + c)·f", _PRODUCTS, mark("d.grad becomes −4 instead of −2, and a.grad 24 instead of 6.")),
        Showing(_LECTURE, "lecture", mark("The steps are several times too large, and the loss gets stuck at 4.")),
    ),
    Bug.PREORDER: BugText(
        mark("no topological order"),
        "for v in preorder(self):\n    v._backward()",
        "for v in reversed(topo):\n    v._backward()",
        mark(
            "A node hands its gradient on when the walk first comes to it, before all that depends on it has "
            "contributed; what arrives later stays there."
        ),
        _NO_REUSE,
        Showing("d = b·(b + 1)", _ORDER, mark("a.grad is 14 and should be 26: b acted when it had 7 of its 13.")),
        Showing(
            _LECTURE, "lecture", mark("Training still works, but slower: a loss of 0.13 after 20 steps, not 0.06.")
        ),
    ),
    Bug.NAIVE: BugText(
        mark("handed on at once"),
        "self._backward()\nfor child in self._prev:\n    child.backward()",
        "for v in reversed(topo):\n    v._backward()",
        mark(
            "Naive recursion hands on all that a node has, each time that something arrives: earlier contributions are "
            "handed on again and again. The number of steps can double with every operation."
        ),
        _NO_REUSE,
        Showing(
            "d = b·(b + 1)", _ORDER, mark("a.grad is 40 and should be 26: b hands on 7, and then 13 with the 7 in it.")
        ),
        Showing(_MOONS, "moons-demo", mark("The gradients are far too large: the loss explodes to 2,420 in one step.")),
    ),
    Bug.NO_BACKWARD: BugText(
        mark("drawn before backward()"),
        "draw_dot(L)",
        "L.backward()\ndraw_dot(L)",
        mark("All gradients are still 0: they are found by backward(), not while the expression is computed."),
        mark("All gradients are 0 here anyway."),
        Showing("L = (a·b + c)·f", _PRODUCTS, mark("Every gradient in the picture is 0.")),
        Showing(_LECTURE, "lecture", mark("Nothing moves: the loss stays at 6.01.")),
    ),
    Bug.NO_ZERO: BugText(
        mark("gradients never zeroed"),
        "loss.backward()",
        "for p in parameters:\n    p.grad = 0.0\nloss.backward()",
        mark(
            "backward() adds to what is there, so every step uses the sum of all gradients so far and the steps grow; "
            "on an easy problem that even seems to converge faster."
        ),
        mark("There was nothing to set to zero: no gradient was left from an earlier backward pass."),
        Showing(
            mark("four steps down a parabola"),
            _DESCENT,
            mark("x runs past the minimum at 1: the old gradients push on."),
        ),
        Showing(_MOONS, "moons-demo", mark("The loss grows to 21.7 in 100 steps, where it should fall to 0.011.")),
    ),
    Bug.WRONG_SIGN: BugText(
        mark("update with the wrong sign"),
        "p.data += 0.1 * p.grad",
        "p.data += -0.1 * p.grad",
        mark("The gradient points to where the loss grows; a step along it climbs, and a step against it descends."),
        mark("The gradients are right; it is the update that goes the wrong way."),
        Showing(mark("four steps down a parabola"), _DESCENT, mark("x moves away from 1, and the loss grows.")),
        Showing(_LECTURE, "lecture", mark("The loss climbs from 6.01 towards 16, the worst there is.")),
    ),
    Bug.TANH_SIGNS: BugText(
        mark("tanh with swapped signs"),
        "(y**2 + 1) / (y**2 - 1)",
        "(y**2 - 1) / (y**2 + 1)",
        mark(
            "With y = exp(x), plus and minus have changed places: this is 1/tanh, never between −1 and 1, and with a "
            "pole at 0. Its gradients are right for the wrong function."
        ),
        _NO_TANH,
        Showing(mark("a neuron"), _NEURON, mark("o is 1.4142 and should be 0.7071.")),
        Showing(
            _LECTURE, "lecture", mark("The loss begins at 20.6 and stays at 8: every output is above 1 or below −1.")
        ),
    ),
    Bug.NOT_INSTALLED: BugText(
        mark("tanh's backward not installed"),
        "def _backward():\n    self.grad += …\n    out._backward = _backward",
        "def _backward():\n    self.grad += …\nout._backward = _backward",
        mark(
            "The line that installs the backward function is indented into that function, so it never runs: tanh hands "
            "nothing on, and all gradients below it stay 0."
        ),
        _NO_TANH,
        Showing(mark("a neuron"), _NEURON, mark("o.grad is 1, and nothing below it gets a gradient.")),
        Showing(_LECTURE, "lecture", mark("Nothing moves: the output's tanh keeps every gradient to itself.")),
    ),
    Bug.NEGATION_LOOP: BugText(
        mark("negation as return -self"),
        "return -self",
        "return self * -1",
        mark(
            "-self asks for the negative of self, which asks for -self again and so on for ever. Subtraction negates "
            "too."
        ),
        mark("Nothing is negated or subtracted here."),
        Showing("c = b - a", _NEGATION, mark("Python gives up with a RecursionError.")),
        None,
    ),
    Bug.NO_RADD: BugText(
        mark("sum() without __radd__"),
        "# no __radd__",
        "def __radd__(self, other):\n    return self + other",
        mark(
            "sum() begins with the number 0, and 0 + Value asks the Value for a reflected addition: without it there "
            "is a TypeError."
        ),
        mark("No number stands at the left of a Value's + here."),
        Showing("s = sum([a, b])", _SUM, mark("A TypeError for + with 'int' and 'Value'.")),
        None,
    ),
}


def why_harmless(bug: Bug, graph: GraphSnapshot) -> str:
    """Why all gradients of a graph are right although the bug is on."""
    uses = [0] * len(graph.nodes)
    for node in graph.nodes:
        for operand in node.operands:
            uses[operand] += 1
    touched = {
        Bug.OVERWRITE: any(count > 1 for count in uses),
        Bug.PREORDER: any(count > 1 and node.op for count, node in zip(uses, graph.nodes, strict=True)),
        Bug.TANH_SIGNS: any(node.op == "tanh" for node in graph.nodes),
    }
    touched |= {Bug.NAIVE: touched[Bug.PREORDER], Bug.NOT_INSTALLED: touched[Bug.TANH_SIGNS]}
    return tr(LUCKY if touched.get(bug, False) else BUG_TEXTS[bug].harmless)
