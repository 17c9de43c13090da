"""The inspector's trail of visited nodes."""

from __future__ import annotations

from gui.panels.inspector_trail import LONGEST, Trail


def walked(*addresses: str) -> Trail:
    trail = Trail()
    for address in addresses:
        trail.visit(address)
    return trail


def test_nowhere_to_go_at_first() -> None:
    trail = Trail()
    assert trail.before == trail.after == trail.go_back() == trail.go_forward() == ""


def test_back_and_forward() -> None:
    trail = walked("a", "b", "c")
    assert trail.go_back() == "b"
    assert trail.go_back() == "a"
    assert trail.go_back() == ""
    assert (trail.before, trail.after) == ("", "b")
    assert trail.go_forward() == "b"


def test_a_new_place_cuts_off_what_lay_ahead() -> None:
    trail = walked("a", "b", "c")
    trail.go_back()
    trail.visit("d")
    assert (trail.before, trail.after) == ("b", "")


def test_the_same_place_twice_counts_once() -> None:
    assert walked("a", "a").before == ""


def test_from_nothing_back_leads_to_the_last_place() -> None:
    trail = walked("a", "b", "")
    assert trail.go_back() == "b"
    trail.visit("b")
    assert trail.before == "a"


def test_a_twin_in_another_sample_takes_the_place() -> None:
    trail = walked("a", "sample1/L1.N1.out", "sample2/L1.N1.out", "sample2/L1.N1.z")
    assert trail.go_back() == "sample2/L1.N1.out"
    assert trail.go_back() == "a"


def test_it_does_not_grow_for_ever() -> None:
    trail = walked(*(f"v{i}" for i in range(3 * LONGEST)))
    steps = 0
    while trail.go_back():
        steps += 1
    assert steps == LONGEST - 1
