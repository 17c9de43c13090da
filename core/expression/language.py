"""THE whitelist: every name, attribute and method that a learner's text can reach. What is not here is not there."""

from __future__ import annotations

import ast
import math

from core.engine import Value

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
    "torch": "PyTorch is not part of the lab: its Value and MLP do what the lecture needs.",
    "graphviz": "Graphs are drawn by the lab itself: draw_dot(L) shows the one of L.",
    "Digraph": "Graphs are drawn by the lab itself: draw_dot(L) shows the one of L.",
    "micrograd": "The lab has its own Value, Neuron, Layer and MLP: use them without `micrograd.` before.",
}
NO_TORCH = "PyTorch is not available here; Value does its work."
PLOTTER = "Curves are drawn by the function plot, not by the text."

# Classes of the lecture that may stand in the text: the lab's own are used in their place.
CLASSES = frozenset({"Value", "Module", "Neuron", "Layer", "MLP"})
MAKERS = frozenset({"Value", "Neuron", "Layer", "MLP"})  # a text that names one of them works with Values

ACTIVATIONS = ("tanh", "relu", "leaky_relu", "sigmoid", "softplus", "sin", "linear")
INITS = ("lecture", "library", "playground")

# What cannot be written, in words.
STATEMENTS: dict[type[ast.stmt], str] = {
    ast.Delete: "Names cannot be deleted here.",
    ast.With: "`with` is not part of the lab's language.",
    ast.Try: "`try` is not part of the lab's language: errors are shown at their place.",
    ast.Raise: "`raise` is not part of the lab's language.",
    ast.Assert: "`assert` is not part of the lab's language: print what you want to check.",
    ast.Global: "`global` is not part of the lab's language: give the value back with `return`.",
    ast.Nonlocal: "`nonlocal` is not part of the lab's language: give the value back with `return`.",
    ast.Match: "`match` is not part of the lab's language: use `if`.",
    ast.ClassDef: "Classes cannot be defined here; Value, Neuron, Layer and MLP are there already.",
}
EXPRESSIONS: dict[type[ast.expr], str] = {
    ast.Dict: "Dictionaries are not part of the lab's language: use a list.",
    ast.DictComp: "Dictionaries are not part of the lab's language: use a list.",
    ast.Await: "`await` is not part of the lab's language.",
    ast.Yield: "`yield` is not part of the lab's language: give back a list.",
    ast.YieldFrom: "`yield` is not part of the lab's language: give back a list.",
    ast.NamedExpr: "A name gets its value with `=`, on a line of its own.",
    ast.Starred: "A star cannot stand here.",
    ast.Slice: "A slice stands in square brackets after a list.",
}
SIGNS: dict[type[ast.operator], tuple[str, str]] = {
    ast.BitXor: ("`^` is no power here: write **.", "**"),
    ast.MatMult: ("`@` is for matrices; here every number stands alone: write sum(a*b for a, b in zip(…)).", "*"),
    ast.BitAnd: ("`&` works on bits: write `and`.", "and"),
    ast.BitOr: ("`|` works on bits: write `or`.", "or"),
    ast.LShift: ("`<<` works on bits and is not part of the lab's language.", ""),
    ast.RShift: ("`>>` works on bits and is not part of the lab's language.", ""),
}

OPERATION_CALLS = {name: getattr(Value, name) for name in (*OPERATIONS, *PAIRS)}
