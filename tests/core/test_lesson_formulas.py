"""Formulas of lessons: what the whitelist lets through, ziamath typesets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ziamath.zmath import Latex

from core.lessons.formulas import COMMANDS, formula_mistake

GROUPS = {"frac": 2, "sqrt": 1, "mathrm": 1, "text": 1, "mathbf": 1, "hat": 1, "bar": 1}
SIGNS = "0aZ+-−=<>()[]|/,.:;!'*·×≈≠≤≥∂∑π→αωΓ"


def typeset(tex: str) -> str:
    return str(Latex(tex, size=16, inline=False).svg())


@pytest.mark.parametrize("command", sorted(COMMANDS - {"left", "right"}))
def test_every_command_can_be_typeset(command: str) -> None:
    atom = f"\\{command}{'{x y}' * GROUPS.get(command, 0)}"
    for tex in (atom, f"a {atom} b", f"{atom}_{{n}}^2"):
        assert formula_mistake(tex) is None, tex
        assert typeset(tex)


def test_every_sign_can_be_typeset() -> None:
    for sign in SIGNS:
        assert formula_mistake(f"x {sign} y_1") is None, sign
        assert typeset(f"x {sign} y_1")


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{dL}{dd} = \frac{dL}{dL} \cdot \frac{\partial L}{\partial d}",
        r"\lim_{h \to 0} \frac{f(a + h) - f(a)}{h}",
        r"\theta \leftarrow".replace("leftarrow", "rightarrow"),
        r"\left(1 - \tanh^2(n)\right)\,\Sigma_i",
        r"\sum_{i=1}^n (y_i - \hat{y}_i)^2",
        r"\left[\left(x\right)\right)",
        "f'(x) = 6x - 4",
    ],
)
def test_formulas_of_lessons(tex: str) -> None:
    assert formula_mistake(tex) is None
    assert typeset(tex)


@pytest.mark.parametrize(
    ("tex", "place", "says"),
    [
        ("", 0, "empty"),
        ("x" * 401, 0, "at most 400"),
        ("a{b", 1, "never closed"),
        ("ab}", 2, "closes nothing"),
        ("a{}", 1, "group is empty"),
        (r"a + \frac{b}", 4, "After '\\frac'"),
        (r"\left(a", 0, "has no \\right"),
        (r"a \right)", 2, "has no \\left"),
        (r"{\left(a} \right)", 1, "has no \\right"),
        (r"\left a \right)", 0, "After '\\left' one of"),
        ("x^2^3", 3, "A second '^'"),
        ("^2", 0, "nothing before"),
        ("x_", 1, "After '_'"),
        ("x_+", 1, "After '_'"),
        (r"\sin_\alpha", 4, "After '_'"),
        (r"a \thanh", 2, "Did you mean '\\tanh'?"),
        (r"\input{/etc/passwd}", 0, "not known"),
        (r"\href{x}{y}", 0, "not known"),
        (r"\begin{matrix}", 0, "not known"),
        (r"\def\x{y}", 0, "not known"),
        (r"a \\ b", 2, "not known"),
        ("a & b", 2, "cannot stand"),
        ("a # b", 2, "cannot stand"),
        ("50 %", 3, "cannot stand"),
        ("a ~ b", 2, "cannot stand"),
        ("a <b>", None, ""),
        ("{" * 200, 12, "more than 12 groups"),
        (r"\left(" * 60, None, "more than 12 groups"),
    ],
)
def test_what_is_refused_and_where(tex: str, place: int | None, says: str) -> None:
    found = formula_mistake(tex)
    if not says:
        assert found is None and typeset(tex)
        return
    assert found is not None
    assert says in found[1]
    assert place is None or found[0] == place


@given(
    st.lists(
        st.sampled_from([*(f"\\{name}" for name in sorted(COMMANDS)), *"{}{}{}^_ ab12()[]|+=", r"\,"]), max_size=14
    )
)
@settings(max_examples=400)
def test_whatever_is_let_through_is_typeset(pieces: list[str]) -> None:
    tex = " ".join(pieces)
    if formula_mistake(tex) is None:
        assert typeset(tex)
