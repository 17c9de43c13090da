"""How the expression lab lays its graphs out, and what it shows of them at first."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.dot import GraphStyle
from core.expression.snippets import snippet, snippets
from gui.graph.layout import Layout
from gui.graph.sheet_camera import is_edited
from gui.theme import Theme
from tests.gui.sheet_graph import FIRST, TWICE, Lab, lab_on

CARD = 608, 500  # pixels: the graph's card in a window of 1280×800


def layout_of(lab: Lab) -> Layout:
    picture = lab.view._sheet_picture()
    assert picture is not None
    return picture.layout


def show(lab: Lab, name: str) -> None:
    lab.panel.resize(*CARD)
    lab.show_text(snippet(name).text)


def test_every_result_stands_right_of_its_operation_and_its_operands(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, FIRST, theme) as lab:
        for each in snippets():
            lab.show_text(each.text)
            layout = layout_of(lab)
            right = layout.records[:, 0] + layout.records[:, 2]
            for edge in layout.edges:
                assert layout.records[edge.head, 0] > right[edge.tail] or edge.tail == edge.head, each.name
            drawn = np.isfinite(layout.operations[:, 0])
            ends = layout.operations[drawn, 0] + layout.operations[drawn, 2]
            assert (layout.records[drawn, 0] > ends).all(), each.name


def test_the_lab_s_layouts_are_not_given_to_others(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, FIRST, theme) as lab:
        snapshot = lab.view.snapshot
        assert snapshot is not None
        assert lab.layouts.cached(snapshot, GraphStyle.LECTURE) is None


def test_automatic_is_compact_where_the_lecture_style_could_not_be_read(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, FIRST, theme) as lab:
        show(lab, "neuron")
        assert layout_of(lab).style is GraphStyle.LECTURE
        show(lab, "tanh-apart")
        assert layout_of(lab).style is GraphStyle.COMPACT
        assert lab.view.zoom >= 0.6
        assert not lab.view.far
        assert "Upper number: data" in lab.view._notes()
        lab.panel.set_style("lecture")
        lab.settle()
        assert layout_of(lab).style is GraphStyle.LECTURE
        lab.panel.set_style("auto")
        lab.settle()
        assert layout_of(lab).style is GraphStyle.COMPACT


def test_a_graph_too_wide_opens_at_its_end_and_f_shows_all_of_it(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, FIRST, theme) as lab:
        show(lab, "readme")
        root = len(layout_of(lab).records) - 1
        assert lab.view.zoom == pytest.approx(0.75)
        assert lab.view.rect().contains(lab.view.box_of(root))
        assert "F shows all of it" in lab.view._notes()
        lab.panel.fit()
        assert lab.view.zoom < 0.55
        assert "F shows all" not in lab.view._notes()
        lab.view.open()
        lab.sheets.seek(1)
        assert lab.view.rect().contains(lab.view.box_of(lab.view.overlay.marks.active))


def test_two_edges_between_the_same_nodes_can_be_told_apart(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, TWICE, theme) as lab:
        upper, lower = (edge.curve for edge in layout_of(lab).edges if edge.position >= 0)
        assert lower[1] - upper[1] >= 10
        assert lower[-1] - upper[-1] >= 5


def test_another_text_is_fitted_and_an_edited_one_keeps_the_zoom(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, FIRST, theme) as lab:
        lab.view.zoom_to(2.5)
        lab.show_text(FIRST.replace("a * b", "a * b * 2.0"))
        assert lab.view.zoom == 2.5
        lab.show_text(snippet("neuron").text)
        assert lab.view.zoom < 1.3
        assert lab.view.rect().contains(lab.view.box_of(0))


@pytest.mark.parametrize(
    ("before", "after", "edited"),
    [("a = 1\nb = 2\n", "a = 1\nb = 2\nc = 3", True), ("a = 1\n", "x = Neuron(2)\n", False), ("", "", True)],
)
def test_an_edit_changes_one_place(before: str, after: str, edited: bool) -> None:
    assert is_edited(before, after) is edited
