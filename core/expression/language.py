"""THE whitelist: every name, attribute and method that a learner's text can reach. What is not here is not there."""

from __future__ import annotations

import ast
import math

from core.engine import Value
from core.words import mark

# Operations of one Value, as functions and as methods.
OPERATIONS = ("tanh", "exp", "log", "sqrt", "sigmoid", "relu", "leaky_relu", "softplus", "sin", "cos", "abs")
PAIRS = ("max", "min")  # of two

VALUE_READ = frozenset({"data", "grad", "label", "name", "_prev", "_op"})
VALUE_WRITTEN = frozenset({"data", "grad", "label", "name"})
VALUE_METHODS = frozenset({*OPERATIONS, *PAIRS, "backward", "_backward"})
NEURON_READ = frozenset({"w", "b"})
LAYER_READ = frozenset({"neurons"})
MLP_READ = frozenset({"layers"})
MODULE_METHODS = frozenset({"parameters", "zero_grad"})
LIST_METHODS = frozenset({"append", "extend", "reverse", "pop"})
SET_METHODS = frozenset({"add"})

# Attributes that begin with an underscore and may be named all the same.
UNDERSCORED = frozenset({"_prev", "_op", "_backward"})

MATH_FUNCTIONS = ("tanh", "exp", "log", "sqrt", "sin", "cos")
MATH_NUMBERS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}
RANDOM_FUNCTIONS = {"seed": (0, 1), "uniform": (2, 2), "random": (0, 0), "gauss": (2, 2)}  # fewest, most arguments

# Import lines that are accepted. What they name is there already, or is refused when it is used.
IMPORTS = frozenset(
    {
        "math", "random", "numpy", "matplotlib", "matplotlib.pyplot", "torch", "torch.nn", "torch.nn.functional",
        "graphviz", "micrograd", "micrograd.engine", "micrograd.nn", "__future__",
    }
)  # fmt: skip
REFUSED = {
    "torch": mark("PyTorch is not part of the lab: its Value and MLP do what the lecture needs."),
    "graphviz": mark("Graphs are drawn by the lab itself: draw_dot(L) shows the one of L."),
    "Digraph": mark("Graphs are drawn by the lab itself: draw_dot(L) shows the one of L."),
    "micrograd": mark("The lab has its own Value, Neuron, Layer and MLP: use them without `micrograd.` before."),
}
NO_TORCH = mark("PyTorch is not available here; Value does its work.")
PLOTTER = mark("Curves are drawn by the function plot, not by the text.")

# Classes of the lecture that may stand in the text: the lab's own are used in their place.
CLASSES = frozenset({"Value", "Module", "Neuron", "Layer", "MLP"})
MAKERS = frozenset({"Value", "Neuron", "Layer", "MLP"})  # a text that names one of them works with Values

ACTIVATIONS = ("tanh", "relu", "leaky_relu", "sigmoid", "softplus", "sin", "linear")
INITS = ("lecture", "library", "playground")

# What cannot be written, in words.
NOT_PART = mark("This is not part of the lab's language.")
STATEMENTS: dict[type[ast.stmt], str] = {
    ast.Delete: mark("Names cannot be deleted here."),
    ast.With: mark("`with` is not part of the lab's language."),
    ast.Try: mark("`try` is not part of the lab's language: errors are shown at their place."),
    ast.Raise: mark("`raise` is not part of the lab's language."),
    ast.Assert: mark("`assert` is not part of the lab's language: print what you want to check."),
    ast.Global: mark("`global` is not part of the lab's language: give the value back with `return`."),
    ast.Nonlocal: mark("`nonlocal` is not part of the lab's language: give the value back with `return`."),
    ast.Match: mark("`match` is not part of the lab's language: use `if`."),
    ast.ClassDef: mark("Classes cannot be defined here; Value, Neuron, Layer and MLP are there already."),
}
EXPRESSIONS: dict[type[ast.expr], str] = {
    ast.Dict: mark("Dictionaries are not part of the lab's language: use a list."),
    ast.DictComp: mark("Dictionaries are not part of the lab's language: use a list."),
    ast.Await: mark("`await` is not part of the lab's language."),
    ast.Yield: mark("`yield` is not part of the lab's language: give back a list."),
    ast.YieldFrom: mark("`yield` is not part of the lab's language: give back a list."),
    ast.NamedExpr: mark("A name gets its value with `=`, on a line of its own."),
    ast.Starred: mark("A star cannot stand here."),
    ast.Slice: mark("A slice stands in square brackets after a list."),
}
SIGNS: dict[type[ast.operator], tuple[str, str]] = {
    ast.BitXor: (mark("`^` is no power here: write **."), "**"),
    ast.MatMult: (mark("`@` is for matrices; here every number stands alone: write sum(a*b for a, b in zip(…))."), "*"),
    ast.BitAnd: (mark("`&` works on bits: write `and`."), "and"),
    ast.BitOr: (mark("`|` works on bits: write `or`."), "or"),
    ast.LShift: (mark("`<<` works on bits and is not part of the lab's language."), ""),
    ast.RShift: (mark("`>>` works on bits and is not part of the lab's language."), ""),
}

OPERATION_CALLS = {name: getattr(Value, name) for name in (*OPERATIONS, *PAIRS)}
