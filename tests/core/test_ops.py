"""The op table: gradients found numerically, scalar against array form, conventions at kinks, extreme floats."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.ops import OPS, Operation

NAMES = list(OPS)
CONSTANTS = {"power": [2.0, 3.0, -1.0, 0.5, 0.0, 1.0, -2.0, -0.5, 2.5, 10.0], "leaky_relu": [0.01, 0.2, 0.0, -1.0]}
SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1.7e308, -1.7e308, 710.0, -710.0, 2.0]

any_float = st.one_of(st.sampled_from(SPECIAL), st.floats())
ordinary = st.floats(-20, 20)
positive = st.floats(1e-3, 1e3)
huge_to_tiny = st.builds(
    lambda mantissa, exponent, sign: sign * mantissa * 10.0**exponent,
    st.floats(1, 10),
    st.integers(-300, 299),
    st.sampled_from([1.0, -1.0]),
)


def constants_of(name: str) -> list[tuple[float, ...]]:
    return [(constant,) for constant in CONSTANTS[name]] if OPS[name].has_constant else [()]


def forward(operation: Operation, *numbers: float) -> float | None:
    """The scalar form's result; None outside the domain."""
    try:
        return float(operation.forward(*numbers))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def array_forward(operation: Operation, operands: tuple[float, ...], constant: tuple[float, ...]) -> np.ndarray:
    """The array form's result, for the same operands in eight lanes (so that vector instructions are met)."""
    with np.errstate(all="ignore"):
        return np.asarray(operation.array_forward(*(np.full((1, 8), number) for number in operands), *constant))


# The gradient of each operation against a central difference


@dataclass(frozen=True)
class Recipe:
    """Where an operation's gradient is compared, and by how much each operand is moved."""

    operands: st.SearchStrategy[tuple[float, ...]]
    scale_free: tuple[bool, ...] = (False,)  # h is 1e-5 · |x|, not 1e-5


def pairs(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(numbers, numbers)


RECIPES: dict[str, Recipe] = {
    "add": Recipe(pairs(ordinary | huge_to_tiny), (True, True)),
    "mul": Recipe(pairs(ordinary | huge_to_tiny), (True, True)),
    "power": Recipe(st.tuples(ordinary | huge_to_tiny), (True,)),
    "pow": Recipe(
        st.tuples(positive, st.floats(-5, 5))
        | st.tuples(positive.map(lambda x: -x), st.sampled_from([-2.0, 0.0, 1.0, 3.0])),
        (True, False),
    ),
    "tanh": Recipe(st.tuples(st.floats(-800, 800))),
    "exp": Recipe(st.tuples(st.floats(-800, 709))),
    "log": Recipe(st.tuples(ordinary | huge_to_tiny), (True,)),
    "sqrt": Recipe(st.tuples(ordinary | huge_to_tiny), (True,)),
    "sigmoid": Recipe(st.tuples(st.floats(-800, 800))),
    "relu": Recipe(st.tuples(ordinary | huge_to_tiny), (True,)),
    "leaky_relu": Recipe(st.tuples(ordinary | huge_to_tiny), (True,)),
    "softplus": Recipe(st.tuples(st.floats(-800, 800))),
    "sin": Recipe(st.tuples(st.floats(-1e4, 1e4))),
    "cos": Recipe(st.tuples(st.floats(-1e4, 1e4))),
    "abs": Recipe(st.tuples(ordinary | huge_to_tiny), (True,)),
    "max": Recipe(pairs(ordinary | huge_to_tiny), (True, True)),
    "min": Recipe(pairs(ordinary | huge_to_tiny), (True, True)),
    "logsumexp": Recipe(pairs(st.floats(-800, 800)), (False, False)),
}


def test_every_operation_has_a_recipe() -> None:
    assert list(RECIPES) == NAMES


def check_partial(operation: Operation, numbers: tuple[float, ...], position: int, scale_free: bool) -> None:
    """One partial derivative against (f(x + h) − f(x − h)) / 2h.

    The tolerance is 1e-6 of the derivative, plus the difference's own errors: truncation, which is below 1e-8 of the
    function over its natural length (|x| or 1), and rounding, 4 units in the last place over h and 8 of the result.
    """
    x = numbers[position]
    length = abs(x) if scale_free and x else 1.0
    above, below = (x + 1e-5 * length, x - 1e-5 * length)
    moved = [(*numbers[:position], other, *numbers[position + 1 :]) for other in (above, below)]
    assume(above > below)
    if operation.branch is not None:
        sides = {operation.branch(*operands[: operation.arity]) for operands in moved}
        assume(len(sides) == 1)  # a kink in between: tested by its convention
    found = [forward(operation, *operands) for operands in (*moved, numbers)]
    assume(all(number is not None and math.isfinite(number) for number in found))
    high, low, out = found
    partial = operation.partials(*numbers, out)[position]
    assume(not math.isnan(partial))  # a negative base has no derivative by its exponent
    size = max(abs(high), abs(low), 0.0 if scale_free and x else 1.0)
    tolerance = 1e-6 * abs(partial) + 1e-8 * size / length + 8 * math.ulp(size) / (above - below)
    tolerance += 8 * math.ulp(partial)
    slope = (high - low) / (above - below)
    assume(math.isfinite(slope))  # a difference that overflows where neither end does
    assert abs(slope - partial) <= tolerance, f"{slope} by difference, {partial} by the table"


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_gradient_by_central_difference(name: str, data: st.DataObject) -> None:
    operation, recipe = OPS[name], RECIPES[name]
    operands = data.draw(recipe.operands)
    constant = data.draw(st.sampled_from(constants_of(name)))
    for position in range(operation.arity):
        check_partial(operation, (*operands, *constant), position, recipe.scale_free[position])


@pytest.mark.parametrize(
    ("base", "exponent", "by_base", "by_exponent"),
    [
        (2.0, 0.0, 0.0, math.log(2.0)),
        (2.0, 3.0, 12.0, 8.0 * math.log(2.0)),
        (-2.0, 3.0, 12.0, math.nan),
        (-2.0, 0.0, 0.0, math.nan),
        (0.0, 2.0, 0.0, 0.0),
        (0.0, 1.0, 1.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (0.0, 0.5, math.inf, 0.0),
    ],
)
def test_both_partials_of_a_power_with_two_operands(
    base: float, exponent: float, by_base: float, by_exponent: float
) -> None:
    operation = OPS["pow"]
    out = base**exponent
    expected = pytest.approx((by_base, by_exponent), nan_ok=True)
    assert operation.partials(base, exponent, out) == expected
    with np.errstate(all="ignore"):
        arrays = operation.array_partials(*np.array([[base], [exponent], [out]]))
    assert tuple(float(partial[0]) for partial in arrays) == expected


# Conventions at kinks, at ties and for nan are PyTorch's


@pytest.mark.parametrize(
    ("name", "operands", "out", "partials"),
    [
        ("relu", (0.0,), 0.0, (0.0,)),
        ("relu", (-0.0,), 0.0, (0.0,)),
        ("relu", (math.nan,), math.nan, (1.0,)),
        ("leaky_relu", (0.0, 0.01), 0.0, (0.01,)),
        ("leaky_relu", (math.nan, 0.01), math.nan, (0.01,)),
        ("abs", (0.0,), 0.0, (0.0,)),
        ("abs", (-0.0,), 0.0, (0.0,)),
        ("abs", (math.nan,), math.nan, (0.0,)),
        ("max", (2.0, 2.0), 2.0, (0.5, 0.5)),
        ("min", (2.0, 2.0), 2.0, (0.5, 0.5)),
        ("max", (0.0, -0.0), 0.0, (0.5, 0.5)),
        ("max", (1.0, 2.0), 2.0, (0.0, 1.0)),
        ("max", (2.0, 1.0), 2.0, (1.0, 0.0)),
        ("min", (1.0, 2.0), 1.0, (1.0, 0.0)),
        ("min", (2.0, 1.0), 1.0, (0.0, 1.0)),
        ("max", (math.nan, 1.0), math.nan, (1.0, 1.0)),
        ("min", (1.0, math.nan), math.nan, (1.0, 1.0)),
        ("max", (math.inf, math.inf), math.inf, (0.5, 0.5)),
        ("sqrt", (0.0,), 0.0, (math.inf,)),
        ("power", (0.0, 0.0), 1.0, (0.0,)),
        ("power", (0.0, 2.0), 0.0, (0.0,)),
        ("power", (0.0, 1.0), 0.0, (1.0,)),
    ],
)
def test_conventions(name: str, operands: tuple[float, ...], out: float, partials: tuple[float, ...]) -> None:
    operation = OPS[name]
    values, constant = operands[: operation.arity], operands[operation.arity :]
    assert operation.forward(*operands) == pytest.approx(out, nan_ok=True)
    assert operation.partials(*operands, out) == partials
    with np.errstate(all="ignore"):
        arrays = [np.array([number]) for number in values]
        assert operation.array_forward(*arrays, *constant)[0] == pytest.approx(out, nan_ok=True)
        found = operation.array_partials(*arrays, *constant, np.array([out]))
    assert tuple(float(partial[0]) for partial in found) == partials


# Scalar and array form are the same function

UNITS = {"sigmoid": 4, "softplus": 4, "logsumexp": 4}  # made of two library calls, each a unit off


def same(scalar: float, array: float, name: str) -> bool:
    """Equal, both nan, or within two units in the last place (NumPy's own tanh, exp … may differ that much)."""
    if scalar == array or (math.isnan(scalar) and math.isnan(array)):
        return True
    return abs(scalar - array) <= UNITS.get(name, 2) * math.ulp(max(abs(scalar), abs(array)))


def check_forms(operation: Operation, operands: tuple[float, ...], constant: tuple[float, ...]) -> None:
    """Results, where the scalar form has one, and partials, everywhere."""
    lanes = array_forward(operation, operands, constant)
    assert lanes.shape == (1, 8)
    assert len(set(map(repr, lanes[0].tolist()))) == 1
    out = float(lanes[0, 0])
    scalar = forward(operation, *operands, *constant)
    if scalar is not None and not (operands == (-math.inf,) and constant == (0.5,)):  # there NumPy takes the root: nan
        assert same(scalar, out, operation.name), f"{operands} {constant}: {scalar!r} and {out!r}"
    scalars = operation.partials(*operands, *constant, out)
    with np.errstate(all="ignore"):
        arrays = operation.array_partials(*(np.full((1, 8), number) for number in operands), *constant, lanes)
    assert len(scalars) == len(arrays) == operation.arity
    for partial, array in zip(scalars, arrays, strict=True):
        number = float(np.broadcast_to(array, (1, 8))[0, 0])
        assert same(float(partial), number, operation.name), f"{operands} {constant}: ∂ {partial!r} and {number!r}"


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_scalar_and_array_form_agree(name: str, data: st.DataObject) -> None:
    operation = OPS[name]
    operands = tuple(data.draw(any_float | ordinary) for _ in range(operation.arity))
    check_forms(operation, operands, data.draw(st.sampled_from(constants_of(name))))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_partials_and_array_forms_never_raise(name: str, data: st.DataObject) -> None:
    operation = OPS[name]
    operands = [data.draw(any_float) for _ in range(operation.arity)]
    constant = data.draw(st.sampled_from(constants_of(name)) | st.tuples(any_float)) if operation.has_constant else ()
    out = data.draw(any_float)
    for partial in operation.partials(*operands, *constant, out):
        assert isinstance(partial, float)
    arrays = [np.array([number, 1.0]) for number in operands]
    with np.errstate(all="ignore"):
        assert np.asarray(operation.array_forward(*arrays, *constant)).shape == (2,)
        for partial in operation.array_partials(*arrays, *constant, np.array([out, 1.0])):
            assert np.broadcast_to(partial, (2,)).dtype == np.float64


@pytest.mark.parametrize("name", NAMES)
def test_special_numbers_agree(name: str) -> None:
    """Zeros of both signs, infinities, nan, the smallest and the largest: every combination."""
    operation = OPS[name]
    for operands in product(SPECIAL, repeat=operation.arity):
        for constant in constants_of(name):
            check_forms(operation, operands, constant)


@given(st.floats(allow_nan=False), st.floats(-1e3, 1e3))
@example(-8.0, 1 / 3)
@example(0.0, -1.0)
@example(1e200, 2.0)
@example(-1e200, 3.0)
def test_a_power_is_never_complex(base: float, exponent: float) -> None:
    for operation in (OPS["power"], OPS["pow"]):
        found = forward(operation, base, exponent)
        assert found is None or isinstance(found, float)


# What the table says in words and formulas


@pytest.mark.parametrize("name", NAMES)
def test_formulas_fill_in(name: str) -> None:
    operation = OPS[name]
    letters = ["a", "b"][: operation.arity]
    assert all(letter in operation.tex.format(*letters, c="2") for letter in letters)
    assert len(operation.tex_partials) == operation.arity
    for tex in (operation.tex, *operation.tex_partials):
        text = tex.format(*letters, c="2", c1="1", out="o")
        assert text.count("{") == text.count("}")
    assert "+=" in operation.rule


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_an_operation_of_any_number_of_operands(count: int) -> None:
    operation = OPS["logsumexp"]
    operands = [0.5 * i - 1.0 for i in range(count)]
    out = operation.forward(*operands)
    assert out == pytest.approx(math.log(sum(math.exp(operand) for operand in operands)), rel=1e-14)
    partials = operation.partials(*operands, out)
    assert partials == pytest.approx([math.exp(operand - out) for operand in operands], rel=1e-14)
    assert sum(partials) == pytest.approx(1.0, rel=1e-14)
    arrays = [np.array([operand]) for operand in operands]
    assert operation.array_forward(*arrays)[0] == pytest.approx(out, rel=1e-14)
    assert np.concatenate(operation.array_partials(*arrays, np.array([out]))) == pytest.approx(partials, rel=1e-14)


def test_logsumexp_never_overflows() -> None:
    operation = OPS["logsumexp"]
    assert operation.forward(1e4, 1e4 - 1.0, -1e300) == pytest.approx(1e4 + math.log1p(math.exp(-1.0)), rel=1e-15)
    assert operation.forward(-1e4, -1e4) == pytest.approx(-1e4 + math.log(2.0), rel=1e-15)
    assert operation.partials(1e4, -1e4, 1e4) == (1.0, 0.0)


def test_formulas_of_any_number_of_operands() -> None:
    operation = OPS["logsumexp"]
    assert operation.formula(["a", "b"]) == r"\ln(e^{a} + e^{b})"
    assert operation.formula(["a", "b", "c"]) == r"\ln(e^{a} + e^{b} + e^{c})"
    assert operation.formula(list("abcdef")) == r"\ln(e^{a} + e^{b} + \cdots + e^{f})"
    assert operation.partial_formulas(["a", "b", "c"], out="s") == ["e^{a - s}", "e^{b - s}", "e^{c - s}"]
    assert OPS["power"].formula(["a"], "3") == "a^{3}"
    assert OPS["power"].partial_formulas(["a"], c="3", c1="2", out="s") == [r"3 \cdot a^{2}"]


def test_symbols() -> None:
    assert OPS["power"].symbol_for(2.0) == "**2"
    assert OPS["power"].symbol_for(-0.5) == "**-0.5"
    assert OPS["add"].symbol_for(None) == "+"
    assert len({operation.symbol for operation in OPS.values()}) == len(OPS)


@pytest.mark.parametrize("name", [name for name in NAMES if OPS[name].branch])
def test_kinked_operations_say_on_which_side_they_are(name: str) -> None:
    branch: Callable[..., bool] | None = OPS[name].branch
    assert branch is not None
    other = (0.0,) if OPS[name].arity == 2 else ()
    assert branch(1e-9, *other) != branch(-1e-9, *other)
