"""THE op table: one entry per operation. Engine, kernels, graph, inspector and exports all read it.

An entry's functions come in two forms. The scalar form works on floats: `forward` may raise ValueError,
ZeroDivisionError or OverflowError outside the operation's domain (the engine turns that into an OperationError);
`partials` never raises and follows IEEE. The array form works on NumPy arrays, follows IEEE throughout, and is the same
function wherever the scalar one is made of arithmetic alone.

`partials(*operands, out)` gives ∂out/∂operand for each operand. Operations with a constant (the exponent of a power,
the slope of a leaky ReLU) take it as their last operand but have no partial for it. At kinks, ties and for nan the
convention is PyTorch's: relu'(0) = 0, abs'(0) = 0, a tie of max or min shares the gradient half and half.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[..., Any]
MOST_TERMS = 4  # of a variadic operation, written out in a formula


@dataclass(frozen=True)
class Operation:
    """One operation of the engine."""

    name: str
    symbol: str  # in the graph's round node and in `_op`; `{c}` stands for the constant
    arity: int  # operands that are Values; of a variadic one, for how many the formulas are written
    forward: Function
    partials: Function
    array_forward: Function
    array_partials: Function
    tex: str  # `{0}`, `{1}` operands, `{c}` constant
    tex_partials: tuple[str, ...]  # local derivatives, in the same letters, `{out}` the result
    rule: str  # the backward rule as one line of code
    has_constant: bool = False
    branch: Function | None = None  # of a kinked operation: which side of the kink the operands are on
    # A variadic operation takes any number of operands: forward is this function over the first two, over that and
    # the third, and so on; each operand's partial is the other function, of the operand and the result.
    fold: Function | None = None
    fold_partial: Function | None = None
    tex_fold: tuple[str, str, str] = ("", "", "")  # before the operands, of each of them, after them

    @property
    def variadic(self) -> bool:
        return self.fold is not None

    def symbol_for(self, constant: float | None) -> str:
        """The symbol with its constant filled in: `**2`."""
        return self.symbol if constant is None else self.symbol.format(c=f"{constant:g}")

    def formula(self, operands: Sequence[str], constant: str = "") -> str:
        """TeX of the result, of operands in TeX."""
        if not self.variadic or len(operands) == self.arity:
            return self.tex.format(*operands, c=constant)
        begin, each, end = self.tex_fold
        terms = [each.format(operand) for operand in operands]
        if len(terms) > MOST_TERMS:
            terms[MOST_TERMS - 2 : -1] = [r"\cdots"]
        return begin + " + ".join(terms) + end

    def partial_formulas(self, operands: Sequence[str], **others: str) -> list[str]:
        """TeX of each local derivative; `others` are `out`, the result, and `c`, `c1`, the constant and one less."""
        if not self.variadic:
            return [partial.format(*operands, **others) for partial in self.tex_partials]
        return [self.tex_partials[0].format(operand, **others) for operand in operands]


def _safe_pow(a: float, b: float) -> float:
    """a ** b by IEEE rules: inf or nan where Python would raise or turn complex."""
    try:
        result = a**b
    except ZeroDivisionError:
        return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
    except OverflowError:
        if a > 0.0 or b % 2 == 0:
            return math.inf
        return -math.inf if b % 2 == 1 else math.nan
    return math.nan if isinstance(result, complex) else float(result)


def _power(a: float, c: float) -> float:
    result = a**c
    if isinstance(result, complex):
        raise ValueError("a negative base has no real power with this exponent")
    return float(result)


def _power_partials(a: float, c: float, out: float) -> tuple[float]:
    return (c * _safe_pow(a, c - 1.0) if c != 0.0 else 0.0,)


def _array_power(a: Any, c: float) -> Any:
    if c == 2.0:
        return a * a
    return np.power(a, c)


def _array_power_partials(a: Any, c: float, out: Any) -> tuple[Any]:
    if c == 2.0:
        return (2.0 * a,)
    return (c * np.power(a, c - 1.0) if c != 0.0 else np.zeros_like(out),)


def _pow_partials(a: float, b: float, out: float) -> tuple[float, float]:
    by_base = b * _safe_pow(a, b - 1.0) if b != 0.0 else 0.0
    if a > 0.0:
        return by_base, out * math.log(a)
    if a == 0.0:
        return by_base, 0.0 if b >= 0.0 else out * -math.inf
    return by_base, math.nan


def _array_pow_partials(a: Any, b: Any, out: Any) -> tuple[Any, Any]:
    by_base = np.where(b == 0.0, 0.0, b * np.power(a, b - 1.0))
    return by_base, np.where((a == 0.0) & (b >= 0.0), 0.0, out * np.log(a))


def _add_partials(a: Any, b: Any, out: Any) -> tuple[float, float]:
    return 1.0, 1.0


def _mul_partials(a: Any, b: Any, out: Any) -> tuple[Any, Any]:
    return b, a


def _tanh_partials(a: Any, out: Any) -> tuple[Any]:
    return (1.0 - out * out,)


def _exp_partials(a: Any, out: Any) -> tuple[Any]:
    return (out,)


def _log_partials(a: float, out: float) -> tuple[float]:
    return (1.0 / a if a != 0.0 else math.copysign(math.inf, a),)


def _sqrt_partials(a: float, out: float) -> tuple[float]:
    return (0.5 / out if out != 0.0 else math.copysign(math.inf, out),)


def _sigmoid(a: float) -> float:
    e = math.exp(-abs(a))
    return (1.0 if a >= 0.0 else e) / (1.0 + e)


def _array_sigmoid(a: Any) -> Any:
    e = np.exp(-np.abs(a))
    return np.where(a >= 0.0, 1.0, e) / (1.0 + e)


def _sigmoid_partials(a: Any, out: Any) -> tuple[Any]:
    return (out * (1.0 - out),)


def _softplus(a: float) -> float:
    return max(a, 0.0) + math.log1p(math.exp(-abs(a))) if a == a else a


def _array_softplus(a: Any) -> Any:
    return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))


def _relu(a: float) -> float:
    return a if not a <= 0.0 else 0.0


def _relu_partials(a: float, out: float) -> tuple[float]:
    return (0.0 if a <= 0.0 else 1.0,)


def _array_relu_partials(a: Any, out: Any) -> tuple[Any]:
    return (1.0 - (a <= 0.0),)


def _leaky(a: float, c: float) -> float:
    return a if a > 0.0 else a * c


def _leaky_partials(a: float, c: float, out: float) -> tuple[float]:
    return (1.0 if a > 0.0 else c,)


def _side(a: Any, *_: Any) -> Any:
    return a > 0.0


def _greater(a: Any, b: Any) -> Any:
    return a > b


def _abs_partials(a: float, out: float) -> tuple[float]:
    return (1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0,)


def _array_abs_partials(a: Any, out: Any) -> tuple[Any]:
    return (1.0 * (a > 0.0) - (a < 0.0),)  # unlike NumPy's sign, 0 for nan


def _max(a: float, b: float) -> float:
    return math.nan if a != a or b != b else max(a, b)


def _min(a: float, b: float) -> float:
    return math.nan if a != a or b != b else min(a, b)


def _max_partials(a: float, b: float, out: float) -> tuple[float, float]:
    if a == b:
        return 0.5, 0.5
    return (0.0 if a < b else 1.0), (0.0 if a > b else 1.0)


def _min_partials(a: float, b: float, out: float) -> tuple[float, float]:
    if a == b:
        return 0.5, 0.5
    return (0.0 if a > b else 1.0), (0.0 if a < b else 1.0)


def _array_max_partials(a: Any, b: Any, out: Any) -> tuple[Any, Any]:
    tie = 0.5 * (a == b)
    return 1.0 - (a < b) - tie, 1.0 - (a > b) - tie


def _array_min_partials(a: Any, b: Any, out: Any) -> tuple[Any, Any]:
    tie = 0.5 * (a == b)
    return 1.0 - (a > b) - tie, 1.0 - (a < b) - tie


def _logaddexp(a: float, b: float) -> float:
    """ln(eᵃ + eᵇ), from the larger of the two: nothing overflows."""
    if a == b:
        return a + 0.6931471805599453  # ln 2; infinities, too
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def _softmax(a: float, out: float) -> float:
    """e^(a − out), a part of 1."""
    distance = a - out
    return math.exp(0.0 if distance > 0.0 else distance)


def _logsumexp(*a: float) -> float:
    return functools.reduce(_logaddexp, a)


def _logsumexp_partials(*a_and_out: float) -> tuple[float, ...]:
    *a, out = a_and_out
    return tuple(_softmax(each, out) for each in a)


def _array_logsumexp(*a: Any) -> Any:
    return functools.reduce(np.logaddexp, a)


def _array_logsumexp_partials(*a_and_out: Any) -> tuple[Any, ...]:
    *a, out = a_and_out
    return tuple(np.exp(np.minimum(each - out, 0.0)) for each in a)


_ENTRIES = (
    Operation(
        "add", "+", 2, lambda a, b: a + b, _add_partials, np.add, _add_partials,
        "{0} + {1}", ("1", "1"),
        "self.grad += out.grad; other.grad += out.grad",
    ),
    Operation(
        "mul", "*", 2, lambda a, b: a * b, _mul_partials, np.multiply, _mul_partials,
        r"{0} \cdot {1}", ("{1}", "{0}"),
        "self.grad += other.data * out.grad; other.grad += self.data * out.grad",
    ),
    Operation(
        "power", "**{c}", 1, _power, _power_partials, _array_power, _array_power_partials,
        "{0}^{{{c}}}", (r"{c} \cdot {0}^{{{c1}}}",),
        "self.grad += n * self.data ** (n - 1) * out.grad",
        has_constant=True,
    ),
    Operation(
        "pow", "**", 2, _power, _pow_partials, np.power, _array_pow_partials,
        "{0}^{{{1}}}", (r"{1} \cdot {0}^{{{1} - 1}}", r"{out} \cdot \ln {0}"),
        "a.grad += b.data * a.data ** (b.data - 1) * out.grad; b.grad += out.data * log(a.data) * out.grad",
    ),
    Operation(
        "tanh", "tanh", 1, math.tanh, _tanh_partials, np.tanh, _tanh_partials,
        r"\tanh({0})", ("1 - {out}^2",),
        "self.grad += (1 - out.data ** 2) * out.grad",
    ),
    Operation(
        "exp", "exp", 1, math.exp, _exp_partials, np.exp, _exp_partials,
        "e^{{{0}}}", ("{out}",),
        "self.grad += out.data * out.grad",
    ),
    Operation(
        "log", "log", 1, math.log, _log_partials, np.log, lambda a, out: (1.0 / a,),
        r"\ln({0})", (r"\frac{{1}}{{{0}}}",),
        "self.grad += 1 / self.data * out.grad",
    ),
    Operation(
        "sqrt", "sqrt", 1, math.sqrt, _sqrt_partials, np.sqrt, lambda a, out: (0.5 / out,),
        r"\sqrt{{{0}}}", (r"\frac{{1}}{{2 {out}}}",),
        "self.grad += 1 / (2 * out.data) * out.grad",
    ),
    Operation(
        "sigmoid", "sigmoid", 1, _sigmoid, _sigmoid_partials, _array_sigmoid, _sigmoid_partials,
        r"\sigma({0})", (r"{out} \cdot (1 - {out})",),
        "self.grad += out.data * (1 - out.data) * out.grad",
    ),
    Operation(
        "relu", "relu", 1, _relu, _relu_partials, lambda a: np.maximum(a, 0.0), _array_relu_partials,
        r"\max(0, {0})", (r"[{0} > 0]",),
        "self.grad += (self.data > 0) * out.grad",
        branch=_side,
    ),
    Operation(
        "leaky_relu", "leaky_relu", 1, _leaky, _leaky_partials,
        lambda a, c: np.where(a > 0.0, a, a * c), lambda a, c, out: (np.where(a > 0.0, 1.0, c),),
        r"\mathrm{{leaky}}({0})", (r"({0} > 0 \; ? \; 1 : {c})",),
        "self.grad += (1 if self.data > 0 else slope) * out.grad",
        has_constant=True, branch=_side,
    ),
    Operation(
        "softplus", "softplus", 1, _softplus, lambda a, out: (_sigmoid(a),),
        _array_softplus, lambda a, out: (_array_sigmoid(a),),
        r"\ln(1 + e^{{{0}}})", (r"\sigma({0})",),
        "self.grad += sigmoid(self.data) * out.grad",
    ),
    Operation(
        "sin", "sin", 1, math.sin, lambda a, out: (math.cos(a) if math.isfinite(a) else math.nan,),
        np.sin, lambda a, out: (np.cos(a),),
        r"\sin({0})", (r"\cos({0})",),
        "self.grad += cos(self.data) * out.grad",
    ),
    Operation(
        "cos", "cos", 1, math.cos, lambda a, out: (-math.sin(a) if math.isfinite(a) else math.nan,),
        np.cos, lambda a, out: (-np.sin(a),),
        r"\cos({0})", (r"-\sin({0})",),
        "self.grad += -sin(self.data) * out.grad",
    ),
    Operation(
        "abs", "abs", 1, abs, _abs_partials, np.abs, _array_abs_partials,
        r"\left| {0} \right|", (r"\mathrm{{sign}}({0})",),
        "self.grad += sign(self.data) * out.grad",
        branch=_side,
    ),
    Operation(
        "max", "max", 2, _max, _max_partials, np.maximum, _array_max_partials,
        r"\max({0}, {1})", ("[{0} > {1}]", "[{1} > {0}]"),
        "a.grad += (a.data > b.data) * out.grad; b.grad += (b.data > a.data) * out.grad",
        branch=_greater,
    ),
    Operation(
        "min", "min", 2, _min, _min_partials, np.minimum, _array_min_partials,
        r"\min({0}, {1})", ("[{0} < {1}]", "[{1} < {0}]"),
        "a.grad += (a.data < b.data) * out.grad; b.grad += (b.data < a.data) * out.grad",
        branch=_greater,
    ),
    Operation(
        "logsumexp", "logsumexp", 2, _logsumexp, _logsumexp_partials, _array_logsumexp, _array_logsumexp_partials,
        r"\ln(e^{{{0}}} + e^{{{1}}})", (r"e^{{{0} - {out}}}", r"e^{{{1} - {out}}}"),
        "for each operand a: a.grad += exp(a.data - out.data) * out.grad",
        fold=_logaddexp, fold_partial=_softmax, tex_fold=(r"\ln(", "e^{{{0}}}", ")"),
    ),
)  # fmt: skip

OPS: dict[str, Operation] = {entry.name: entry for entry in _ENTRIES}
