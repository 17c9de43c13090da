"""Why a node acts when it does, in its own numbers."""

from __future__ import annotations

import numpy as np
import pytest

from core.expression.run import run_text
from core.expression.sheet import Change, Phase, Sheet, Step, state_at
from core.expression.why_order import WhyHere, place_text, why_here
from core.graph import GraphNode, GraphSnapshot

PART_3 = "a = 2.0\nb = -3.0\nc = 10.0\ne = a*b\nd = e + c\nf = -2.0\nL = d*f\nL.backward()\n"
ORDER = "a = 3.0\nb = 2*a\nd = b*(b + 1)\nd.backward()\n"


def why(text: str | Sheet, address: str, position: int = 999) -> WhyHere:
    sheet = run_text(text) if isinstance(text, str) else text
    node = sheet.node(address)
    assert node is not None
    return why_here(sheet, state_at(sheet, position), node)


@pytest.mark.parametrize(("address", "place"), list(zip("Lfdceba", range(1, 8), strict=True)))
def test_the_lectures_order(address: str, place: int) -> None:
    for position in (0, 4, 999):
        found = why(PART_3, address, position)
        assert (found.number, found.of, found.wrong) == (place, 7, "")


def test_it_says_who_must_have_acted_and_what_would_go_wrong() -> None:
    assert why(PART_3, "d").reason == (
        "d is used by L: its gradient is complete when L has acted. "
        "Acting earlier, it would hand on 0.0 instead of −2.0."
    )
    assert why(PART_3, "a").reason.endswith("A leaf hands nothing on: it has only to wait.")
    assert why(PART_3, "L").reason.startswith("L comes first")


def test_5_acting_after_one_of_two_uses_hands_on_a_part() -> None:
    found = why(ORDER, "b")
    assert "b is used by d and the sum b + 1" in found.reason
    assert "instead of 13.0" in found.reason


def test_places_in_words() -> None:
    assert place_text(why(PART_3, "d")) == "3rd of 7"
    assert place_text(WhyHere(0, 7, "")) == ""


def test_without_a_backward_pass_the_order_is_that_of_the_graph() -> None:
    found = why(PART_3.replace("L.backward()\n", ""), "d")
    assert (found.number, found.of) == (3, 7)


def test_acting_too_early_is_told() -> None:
    nodes = (GraphNode("a", "a", "", ()), GraphNode("b", "b", "*", (0, 0)), GraphNode("c", "c", "+", (1, 1)))

    def step(node: int, *changes: Change) -> Step:
        return Step(Phase.BACKWARD, node, changes, None)

    steps = (
        step(2, Change(2, "grad", 0.0, 1.0)),
        step(2, Change(1, "grad", 0.0, 1.0, 0, 1.0, 1.0)),
        step(1, Change(0, "grad", 0.0, 3.0, 0, 1.0, 3.0), Change(0, "grad", 3.0, 6.0, 1, 1.0, 3.0)),
        step(2, Change(1, "grad", 1.0, 2.0, 1, 1.0, 1.0)),
    )
    none = (None,) * 3
    sheet = Sheet("", GraphSnapshot("k", nodes), none, none, (), np.array([3.0, 9.0, 18.0]), np.zeros(3), steps)
    assert why(sheet, "b").wrong == "It acted too early: it handed on 1.0, and then its gradient became 2.0."
    assert why(sheet, "b", 3).wrong == ""
