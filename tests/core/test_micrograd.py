"""Micrograd's own example and tests, with one line changed: the import."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import Value


def readme_example(Value: Any) -> tuple[Any, ...]:  # noqa: N803  stands for the class
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    return a, b, g


def sanity_check(Value: Any) -> tuple[Any, Any]:  # noqa: N803
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    return x, y


def test_the_readme_prints() -> None:
    a, b, g = readme_example(Value)
    assert f"{g.data:.4f}" == "24.7041"
    assert f"{a.grad:.4f}" == "138.8338"
    assert f"{b.grad:.4f}" == "645.5773"


def test_sanity_check() -> None:
    x, y = sanity_check(Value)
    assert y.data == -20.0
    assert x.grad == 46.0


def test_more_ops() -> None:
    a, b, g = readme_example(Value)
    assert abs(g.data - 24.70408163265306) < 1e-6
    assert abs(a.grad - 138.8338192419825) < 1e-6
    assert abs(b.grad - 645.5772594752186) < 1e-6


def test_side_by_side() -> None:
    theirs = pytest.importorskip("micrograd.engine").Value
    for expression in (readme_example, sanity_check):
        for ours, other in zip(expression(Value), expression(theirs), strict=True):
            assert ours.data == pytest.approx(other.data, rel=1e-15)
            assert ours.grad == pytest.approx(other.grad, rel=1e-14)


LETTERS = st.tuples(st.sampled_from("+-*rn2"), st.integers(0, 99), st.integers(0, 99))


@given(st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=2, max_size=4), st.lists(LETTERS, max_size=12))
def test_any_expression_side_by_side(leaves: list[float], steps: list[tuple[str, int, int]]) -> None:
    theirs = pytest.importorskip("micrograd.engine").Value

    def build(Value: Any) -> list[Any]:  # noqa: N803
        nodes = [Value(leaf) for leaf in leaves]
        for op, i, j in steps:
            a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
            made = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "r": a.relu, "n": lambda: -a}  # noqa: B023
            nodes.append(made[op]() if op in made else a**2)
        root = nodes[-1]
        for node in nodes[-3:]:
            root = (root + node) * 0.5
        root.backward()
        return nodes

    for ours, other in zip(build(Value), build(theirs), strict=True):
        assert ours.data == pytest.approx(other.data, rel=1e-12, abs=1e-300)
        assert ours.grad == pytest.approx(other.grad, rel=1e-9, abs=1e-9)
