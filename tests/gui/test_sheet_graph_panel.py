"""The graph card of the expression lab: follows the text and the playhead, and says why there is no graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.bugs import Bug
from core.document_parts import FIRST_TEXT
from core.dot import GraphStyle
from gui.theme import Theme
from tests.gui.sheet_graph import FIRST, Lab, lab_on


@pytest.fixture
def lab(qtbot: QtBot, theme: Theme) -> Iterator[Lab]:
    with lab_on(qtbot, FIRST, theme) as lab:
        yield lab


def child[T: QWidget](lab: Lab, kind: type[T], name: str) -> T:
    found = lab.panel.findChild(kind, name)
    assert found is not None, name
    return found


def told(lab: Lab) -> str:
    label = child(lab, QLabel, "graphNoticeText")
    return label.text() if label.isVisible() else ""


def test_the_graph_of_the_text_is_shown_with_its_numbers(lab: Lab) -> None:
    assert lab.view.isVisible()
    assert lab.view.snapshot is not None
    assert [node.address for node in lab.view.snapshot.nodes] == ["a", "b", "e", "c", "d", "f", "L"]
    assert child(lab, QLabel, "sheetGraphCount").text() == "7 nodes"
    assert lab.view.told_numbers(4) == ("4.0", "-2.0")
    lab.sheets.seek(3)
    assert lab.view.told_numbers(4) == ("4.0", "0.0")


def test_numbers_alone_keep_the_picture(lab: Lab) -> None:
    picture = lab.view._picture
    lab.sheets.set_leaf("a", 3.0)
    lab.wait(lambda: lab.view.told_numbers(2)[0] == "-9.0")
    assert lab.view._picture is picture


def test_another_structure_fits_unless_the_camera_was_moved(lab: Lab) -> None:
    lab.show_text(FIRST.replace("L = d * f", "L = (d * f).tanh()"))
    assert lab.view.snapshot is not None
    assert len(lab.view.snapshot.nodes) == 8
    whole = lab.panel.zoom
    lab.panel.fit()
    assert lab.panel.zoom == whole
    lab.panel.zoom_in()
    zoom = lab.panel.zoom
    lab.show_text(FIRST)
    assert lab.panel.zoom == zoom


def test_the_node_in_the_middle_stays_where_it_was(lab: Lab) -> None:
    lab.view.come_close(4)
    before = lab.centre("d")
    lab.show_text(FIRST.replace("a * b", "a * b * 2.0"))
    assert lab.centre("d") == before


def test_an_empty_text_offers_the_first_example(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, "", theme) as lab:
        assert told(lab).startswith("Type an expression at the left")
        assert not child(lab, QLineEdit, "sheetGraphFind").isVisible()
        qtbot.mouseClick(child(lab, QAbstractButton, "graphNoticeLink"), Qt.MouseButton.LeftButton)
        lab.wait(lambda: lab.view.isVisible() and lab.view.snapshot is not None)
        assert lab.documents.text == FIRST_TEXT
        assert child(lab, QLineEdit, "sheetGraphFind").isVisible()


def test_an_error_keeps_the_last_good_graph_and_says_so(lab: Lab) -> None:
    lab.show_text(FIRST + "q = (\n")
    assert lab.view.isVisible()
    assert "line 9" in lab.view._notes()
    assert "last good text" in lab.view._notes()
    lab.show_text(FIRST)
    assert "last good" not in lab.view._notes()


def test_an_error_from_the_start_has_no_graph_to_keep(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, "q = (", theme) as lab:
        assert "line 1" in told(lab)
        assert not child(lab, QAbstractButton, "graphNoticeLink").isVisible()


def test_a_graph_that_no_layout_can_manage_is_not_asked_for(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.graph.sheet_panel.MOST_RECORDS", 7)
    lab.show_text(FIRST.replace("L = d * f", "L = (d * f).tanh()"))
    assert "8 values" in told(lab)
    assert child(lab, QLabel, "sheetGraphCount").text() == "8 nodes"
    lab.show_text(FIRST)
    assert lab.view.isVisible()


def test_the_style_is_chosen_in_the_header_and_in_the_menu(lab: Lab) -> None:
    button = child(lab, QAbstractButton, "sheetGraphStyle")
    assert button.text() == "automatic ▾"
    compact = next(action for action in lab.panel.style_menu().actions() if action.text() == "Compact")
    compact.trigger()
    lab.settle()
    assert button.text() == "compact ▾"
    assert lab.panel.style_choice is GraphStyle.COMPACT
    assert lab.view._picture is not None
    assert lab.view._picture.layout.style is GraphStyle.COMPACT
    assert lab.view.overlay.marks.result is None  # there is no round node now
    assert [action.text() for action in lab.panel.context_menu().actions()][-1] == "Graph style"


def test_find_selects_and_zoom_verbs_zoom(qtbot: QtBot, lab: Lab) -> None:
    lab.panel.focus_find()
    field = child(lab, QLineEdit, "sheetGraphFind")
    assert field.hasFocus()
    qtbot.keyClicks(field, "L")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert lab.sheets.selection.address == "L"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert lab.view.hasFocus()
    lab.panel.zoom_to_100()
    assert lab.panel.zoom == 1.0
    assert child(lab, QAbstractButton, "sheetGraphZoom").text() == "100 %"
    lab.panel.zoom_in()
    lab.panel.zoom_in()
    assert lab.panel.zoom == pytest.approx(1.5625)
    qtbot.mouseClick(child(lab, QAbstractButton, "sheetGraphFit"), Qt.MouseButton.LeftButton)
    assert lab.panel.zoom < 1.5


def test_a_bug_marks_the_gradients_that_are_wrong(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, "a = Value(3.0, label='a')\nb = a + a\nb.backward()\n", theme) as lab:
        assert lab.view.overlay.wrong == []
        lab.sheets.set_bugs(frozenset({Bug.OVERWRITE}))
        lab.wait(lambda: not lab.sheets.busy)
        assert lab.view.overlay.wrong == [0]
        before = lab.view.grab().toImage()
        lab.view.hide_numbers(set(), {0})
        assert lab.view.overlay.wrong == []
        assert lab.view.grab().toImage() != before
        lab.sheets.step_back()
        lab.view.hide_numbers(set(), set())
        assert lab.view.overlay.wrong == []  # gradients in the middle of the way are not wrong yet


def test_a_hidden_card_catches_up_when_it_is_shown(lab: Lab) -> None:
    lab.panel.hide()
    lab.sheets.seek(0)
    lab.panel.show()
    assert lab.view.told_numbers(4)[0] == "not computed yet"


def test_only_a_slow_step_forward_is_followed_by_a_motion(lab: Lab) -> None:
    lab.sheets.seek(4)
    assert lab.view._motion.share is None
    lab.sheets.step()
    assert lab.view._motion.share is not None
    lab.wait(lambda: lab.view._motion.share is None)
    lab.sheets.step_back()
    assert lab.view._motion.share is None
    lab.sheets.step()
    lab.panel.hide()
    assert lab.view._motion.share is None


def test_escape_takes_the_selection_back(qtbot: QtBot, lab: Lab) -> None:
    lab.sheets.selection.select("d")
    qtbot.keyClick(lab.panel, Qt.Key.Key_Escape)
    assert lab.sheets.selection.address == ""
