"""The operations that the micrograd package does not have, as functions in the lecture's own way of writing them.

They run on micrograd's Value and on ours: data, operands and symbol go to the constructor, the rule to `_backward`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class _Own:
    name: str  # of the function
    arguments: str
    operands: str  # a tuple
    data: str
    rule: tuple[str, ...]
    before: str = ""  # a line that `data` needs
    about: str = ""


_SIGMOID = "0.5 * (1 + math.tanh(0.5 * x.data))"

_OPERATIONS = {
    "tanh": _Own("tanh", "x", "(x,)", "math.tanh(x.data)", ("x.grad += (1 - out.data**2) * out.grad",)),
    "exp": _Own("exp", "x", "(x,)", "math.exp(x.data)", ("x.grad += out.data * out.grad",)),
    "log": _Own("log", "x", "(x,)", "math.log(x.data)", ("x.grad += 1 / x.data * out.grad",)),
    "sqrt": _Own("sqrt", "x", "(x,)", "math.sqrt(x.data)", ("x.grad += 0.5 / out.data * out.grad",)),
    "sigmoid": _Own(
        "sigmoid",
        "x",
        "(x,)",
        _SIGMOID,
        ("x.grad += out.data * (1 - out.data) * out.grad",),
        about="1 / (1 + e**-x), by tanh: that never overflows.",
    ),
    "leaky_relu": _Own(
        "leaky_relu",
        "x, slope=0.01",
        "(x,)",
        "x.data if x.data > 0 else slope * x.data",
        ("x.grad += (1 if x.data > 0 else slope) * out.grad",),
    ),
    "softplus": _Own(
        "softplus",
        "x",
        "(x,)",
        "max(x.data, 0.0) + math.log1p(math.exp(-abs(x.data)))",
        (f"x.grad += {_SIGMOID} * out.grad",),
        about="log(1 + e**x), so that it never overflows; its slope is the sigmoid.",
    ),
    "sin": _Own("sin", "x", "(x,)", "math.sin(x.data)", ("x.grad += math.cos(x.data) * out.grad",)),
    "cos": _Own("cos", "x", "(x,)", "math.cos(x.data)", ("x.grad += -math.sin(x.data) * out.grad",)),
    "abs": _Own(
        "absolute", "x", "(x,)", "abs(x.data)", ("x.grad += ((x.data > 0) - (x.data < 0)) * out.grad",), about=""
    ),
    "max": _Own(
        "maximum",
        "a, b",
        "(a, b)",
        "max(a.data, b.data)",
        (
            "a.grad += (0.5 if a.data == b.data else a.data > b.data) * out.grad",
            "b.grad += (0.5 if a.data == b.data else b.data > a.data) * out.grad",
        ),
        about="A tie shares the gradient.",
    ),
    "min": _Own(
        "minimum",
        "a, b",
        "(a, b)",
        "min(a.data, b.data)",
        (
            "a.grad += (0.5 if a.data == b.data else a.data < b.data) * out.grad",
            "b.grad += (0.5 if a.data == b.data else b.data < a.data) * out.grad",
        ),
        about="A tie shares the gradient.",
    ),
    "pow": _Own(
        "power",
        "a, b",
        "(a, b)",
        "a.data**b.data",
        (
            "a.grad += b.data * a.data ** (b.data - 1) * out.grad",
            "b.grad += (out.data * math.log(a.data) if a.data > 0 else 0.0) * out.grad",
        ),
        about="An exponent that is a Value, too.",
    ),
    "logsumexp": _Own(
        "logsumexp",
        "*values",
        "values",
        "largest + math.log(sum(math.exp(x.data - largest) for x in values))",
        ("for x in values:", "    x.grad += math.exp(x.data - out.data) * out.grad"),
        before="largest = max(x.data for x in values)",
    ),
}

FUNCTION_NAMES = tuple(own.name for own in _OPERATIONS.values())


def function_name(operation: str) -> str | None:
    """The name of the function that stands for an operation of the table; None for what micrograd has itself."""
    own = _OPERATIONS.get(operation)
    return own.name if own else None


def functions_text(operations: Iterable[str]) -> str:
    """The functions for those of these operations that micrograd lacks, in the table's order."""
    wanted = set(operations)
    return "\n\n\n".join(_function(own) for name, own in _OPERATIONS.items() if name in wanted)


def needs_math(operations: Iterable[str]) -> bool:
    """Whether one of these functions uses Python's math."""
    return "math." in functions_text(operations)


def _function(own: _Own) -> str:
    return "\n".join(
        [
            f"def {own.name}({own.arguments}):",
            *([f'    """{own.about}"""'] if own.about else []),
            *([f"    {own.before}"] if own.before else []),
            f'    out = Value({own.data}, {own.operands}, "{own.name}")',
            "",
            "    def _backward():",
            *(f"        {line}" for line in own.rule),
            "",
            "    out._backward = _backward",
            "    return out",
        ]
    )
