"""Layouts of the expression lab: which style is asked for, whatever becomes of the room meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.dot import GraphStyle
from core.expression.run import run_text
from core.graph import GraphSnapshot
from gui.graph.layout import Layout
from gui.graph.layout_client import LayoutClient
from gui.graph.sheet_layouts import SheetLayouts, sheet_sizes
from gui.theme import Theme

NARROW, WIDE = (300.0, 400.0), (2_000.0, 900.0)
CHAIN = "a = 2.0\nb = -3.0\nc = 10.0\ne = a * b\nd = e + c\nf = -2.0\nL = d * f\ng = L * a\nh = g + b\nh.backward()\n"


@pytest.fixture
def layouts(theme: Theme) -> Iterator[SheetLayouts]:
    client = LayoutClient()
    yield SheetLayouts(client, theme)
    client.close()


@pytest.fixture(scope="module")
def graph() -> GraphSnapshot:
    return run_text(CHAIN).graph


def ask(layouts: SheetLayouts, theme: Theme, graph: GraphSnapshot) -> int:
    return layouts.request(graph, GraphStyle.AUTO, sheet_sizes(theme, graph, GraphStyle.AUTO))


def test_in_a_narrow_room_it_is_compact(
    qtbot: QtBot, layouts: SheetLayouts, theme: Theme, graph: GraphSnapshot
) -> None:
    layouts.room = lambda: NARROW
    with qtbot.waitSignal(layouts.layout_finished) as told:
        number = ask(layouts, theme, graph)
    assert told.args is not None
    assert (told.args[0], told.args[1].style) == (number, GraphStyle.COMPACT)


def test_a_room_that_becomes_wide_while_it_is_laid_out_gets_the_lecture_style(
    qtbot: QtBot, layouts: SheetLayouts, theme: Theme, graph: GraphSnapshot
) -> None:
    """A lesson hides cards just then: the compact layout, which was asked for alone, is not the one to show."""
    made: list[Layout] = []
    layouts.room = lambda: NARROW
    layouts.layout_finished.connect(lambda _number, layout: made.append(layout))
    ask(layouts, theme, graph)
    layouts.room = lambda: WIDE
    qtbot.waitUntil(lambda: bool(made))
    assert [layout.style for layout in made] == [GraphStyle.LECTURE]


def test_a_room_that_becomes_narrow_while_it_is_laid_out_gets_the_compact_style(
    qtbot: QtBot, layouts: SheetLayouts, theme: Theme, graph: GraphSnapshot
) -> None:
    made: list[Layout] = []
    layouts.room = lambda: WIDE
    layouts.layout_finished.connect(lambda _number, layout: made.append(layout))
    ask(layouts, theme, graph)
    layouts.room = lambda: NARROW
    qtbot.waitUntil(lambda: bool(made))
    assert [layout.style for layout in made] == [GraphStyle.COMPACT]
