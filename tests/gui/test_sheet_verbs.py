"""The context menu of a node in a sheet's graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.expression.sheet import Phase
from gui.theme import Theme
from tests.gui.sheet_graph import Lab, lab_on

TANH = "n = Value(0.5, label='n')\no = n.tanh()\nL = o * 2.0\nL.backward()\n"


@pytest.fixture
def lab(qtbot: QtBot, qapp: QApplication) -> Iterator[Lab]:
    theme = Theme("light")
    theme.apply(qapp)
    with lab_on(qtbot, TANH, theme) as lab:
        yield lab


def action(lab: Lab, text: str) -> QAction | None:
    return next((each for each in lab.panel.context_menu().actions() if each.text() == text), None)


def test_a_tanh_is_taken_apart_and_put_together_again(lab: Lab) -> None:
    assert action(lab, "Take tanh apart") is None  # nothing is selected
    lab.sheets.selection.select("o")
    apart = action(lab, "Take tanh apart")
    assert apart is not None
    apart.trigger()
    lab.settle()
    assert "exp" in lab.documents.text
    assert lab.sheets.selection.address == "o"
    together = action(lab, "Put tanh together")
    assert together is not None
    together.trigger()
    lab.settle()
    assert "o = n.tanh()" in lab.documents.text
    assert lab.documents.undo_stack.undoText() == "put tanh together"
    lab.sheets.selection.select("n")
    assert action(lab, "Take tanh apart") is None


def test_a_tanh_within_a_loop_stays_and_says_so(lab: Lab) -> None:
    lab.show_text("x = 0.5\nfor i in range(2):\n    x = tanh(x)\ny = x * 2.0\n")
    snapshot = lab.view.snapshot
    assert snapshot is not None
    lab.sheets.selection.select(next(node.address for node in snapshot.nodes if node.op == "tanh"))
    grey = action(lab, "Take tanh apart: not here")
    assert grey is not None
    assert not grey.isEnabled()
    assert "many values" in grey.toolTip()


def test_the_playhead_goes_to_where_a_node_acts(lab: Lab) -> None:
    lab.sheets.selection.select("o")
    for text, phase in (
        ("Step to where it hands its gradient on", Phase.BACKWARD),
        ("Step to where it is computed", Phase.FORWARD),
    ):
        found = action(lab, text)
        assert found is not None
        found.trigger()
        frame = lab.sheets.frame
        assert frame is not None
        assert frame.done is not None
        assert (frame.done.phase, frame.done.node) == (phase, lab.view.node_of("o"))
    lab.sheets.selection.select("n")
    assert action(lab, "Step to where it is computed") is None


def test_the_node_under_the_pointer_is_the_one_that_is_asked(lab: Lab) -> None:
    lab.panel._on_menu_requested(lab.view.box_of(lab.view.node_of("o") or 0).center())
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()
    assert lab.sheets.selection.address == "o"
