"""Places in the text: small changes, letters that Qt counts twice, and the node at the cursor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.expression.run import run_text
from core.expression.sheet import Span
from gui.panels.sheet.places import changes, clean, difference, narrow, node_at, wide

TEXT = "a = 2.0\nb = -3.0\nc = a * b + a\nd = (c + b).tanh()\nd.backward()\n"


def applied(old: str, new: str) -> str:
    for start, removed, inserted in changes(old, new):
        old = old[:start] + inserted + old[start + removed :]
    return old


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_changes_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    assert applied(old, new) == new


def test_changes_are_small() -> None:
    assert difference("a = 2.0\n", "a = 2.5\n") == (6, 1, "5")
    old, new = "a = 2.0\nb = 1.0\nc = 3.0\n", "a = 2.1\nb = 1.0\nc = 3.1\n"
    assert changes(old, new) == [(22, 1, "1"), (6, 1, "1")]


def test_columns_count_characters() -> None:
    line = "𝛼 = 1  # é"
    assert wide(line[:1]) == 2
    assert narrow(line, 2) == 1
    assert [narrow(line, wide(line[:n])) for n in range(len(line) + 1)] == list(range(len(line) + 1))


def test_a_text_is_cleaned() -> None:
    assert clean("a\r\nb\rc\u2028d\u00a0e\x00\x1bf\ud800") == "a\nb\nc\nd ef"


@pytest.mark.parametrize(
    ("line", "column", "label"),
    [(1, 0, "a"), (1, 5, "a"), (3, 0, "c"), (3, 12, "c"), (4, 0, "d"), (4, 16, "d")],
)
def test_the_node_of_a_place(line: int, column: int, label: str) -> None:
    sheet = run_text(TEXT)
    node = node_at(sheet, line, column)
    assert node is not None
    assert sheet.graph.nodes[node].label == label


def test_the_smallest_expression_counts() -> None:
    sheet = run_text(TEXT)
    node = node_at(sheet, 3, 6)
    assert node is not None
    assert sheet.graph.nodes[node].op == "*"
    inner = node_at(sheet, 4, 7)
    assert inner is not None
    assert sheet.graph.nodes[inner].op == "+"


def test_a_line_without_values_has_no_node() -> None:
    assert node_at(run_text(TEXT), 5, 3) is None


def test_of_several_nodes_the_selected_one_stays() -> None:
    sheet = run_text(TEXT)
    product, total = (sheet.node(each) for each in ("c", "d"))
    assert product is not None
    assert total is not None
    same = tuple(Span(3, 4, 3, 13) if i in (product, total) else None for i in range(len(sheet.origins)))
    twice = replace(sheet, origins=same)
    assert node_at(twice, 3, 5) == total
    assert node_at(twice, 3, 5, product) == product
    assert node_at(twice, 3, 0, product) == product
