from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.bugs import Bug
from core.document_parts import FIRST_TEXT, Document
from gui.session.documents import Documents
from gui.session.sheets import Sheets


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(Document(mode="expression"))


@pytest.fixture
def sheets(qtbot: QtBot, documents: Documents) -> Iterator[Sheets]:
    sheets = Sheets(documents)
    qtbot.waitUntil(lambda: sheets.frame is not None)
    yield sheets
    sheets.close()


def wait(qtbot: QtBot, sheets: Sheets) -> None:
    qtbot.waitUntil(lambda: not sheets.busy)


def numbers(sheets: Sheets) -> tuple[dict[str, float], dict[str, float]]:
    assert sheets.frame is not None
    nodes, state = sheets.frame.sheet.graph.nodes, sheets.frame.state
    names = [node.address for node in nodes]
    return dict(zip(names, state.data.tolist(), strict=True)), dict(zip(names, state.grad.tolist(), strict=True))


def test_the_first_sheet_is_the_lectures(sheets: Sheets) -> None:
    data, grad = numbers(sheets)
    assert data["L"] == -8.0
    assert grad == {"L": 1.0, "d": -2.0, "f": 4.0, "c": -2.0, "e": -2.0, "a": 6.0, "b": -4.0}
    assert sheets.frame is not None and sheets.frame.at_end


def test_a_step_back_restores_exactly(sheets: Sheets) -> None:
    seen = []
    for position in range(len(sheets.sheet.steps), -1, -1):
        sheets.seek(position)
        seen.append(numbers(sheets))
    for position, there in zip(range(len(seen)), reversed(seen), strict=True):
        sheets.seek(position)
        assert repr(numbers(sheets)) == repr(there)
    sheets.reset()
    data, grad = numbers(sheets)
    assert math.isnan(data["e"]) and data["a"] == 2.0 and set(grad.values()) == {0.0}


def test_playing_goes_to_the_end_and_stops(qtbot: QtBot, sheets: Sheets) -> None:
    sheets.set_speed(1000.0)
    positions: list[int] = []
    sheets.frame_ready.connect(lambda frame: positions.append(frame.position))
    with qtbot.waitSignal(sheets.playing_changed, check_params_cb=lambda playing: not playing):
        sheets.play()
    assert positions[0] == 0 and positions[-1] == len(sheets.sheet.steps)
    assert positions == sorted(positions)
    assert not sheets.playing


def test_speed_must_be_a_speed(sheets: Sheets) -> None:
    for wrong in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="speed"):
            sheets.set_speed(wrong)


def test_a_leaf_rewrites_its_literal(qtbot: QtBot, documents: Documents, sheets: Sheets) -> None:
    sheets.set_leaf("b", -1.5)
    assert documents.text == FIRST_TEXT.replace("-3.0", "-1.5")
    wait(qtbot, sheets)
    data, grad = numbers(sheets)
    assert (data["L"], grad["a"]) == (-14.0, 3.0)
    documents.undo_stack.undo()
    wait(qtbot, sheets)
    assert numbers(sheets)[0]["L"] == -8.0


def test_a_drag_is_one_step_of_undo(qtbot: QtBot, documents: Documents, sheets: Sheets) -> None:
    for i in range(20):  # faster than the interpreter: the last number counts
        sheets.set_leaf("a", 2.0 + i / 10)
    qtbot.waitUntil(lambda: documents.text == FIRST_TEXT.replace("Value(2.0", "Value(3.9"))
    wait(qtbot, sheets)
    assert numbers(sheets)[0]["a"] == 3.9
    assert documents.undo_stack.count() == 1
    documents.undo_stack.undo()
    assert documents.text == FIRST_TEXT


def test_an_error_keeps_the_last_good_sheet(qtbot: QtBot, documents: Documents, sheets: Sheets) -> None:
    good = sheets.sheet
    with qtbot.waitSignal(sheets.error_changed):
        documents.set_text(FIRST_TEXT + "q = (", "typing")
    assert sheets.error is not None and sheets.error.line == 9
    assert sheets.sheet is good
    with qtbot.waitSignal(sheets.error_changed, check_params_cb=lambda error: error is None):
        documents.set_text(FIRST_TEXT, "typing")


def test_in_the_middle_the_playhead_stays_while_numbers_change(qtbot: QtBot, sheets: Sheets) -> None:
    sheets.seek(2)
    sheets.set_leaf("a", 5.0)
    wait(qtbot, sheets)
    assert sheets.position == 2
    data, _ = numbers(sheets)
    assert data["e"] == -15.0 and math.isnan(data["L"])


def test_the_selection_is_explained_and_goes_with_its_node(qtbot: QtBot, documents: Documents, sheets: Sheets) -> None:
    sheets.selection.select("d")
    assert sheets.frame is not None and sheets.frame.explanation is not None
    assert sheets.frame.explanation.gradient == -2.0
    documents.set_text("z = Value(1.0, label='z')\n", "typing")
    wait(qtbot, sheets)
    assert sheets.selection.address == ""


def test_with_a_bug_the_true_gradients_are_told_at_the_end(qtbot: QtBot, documents: Documents, sheets: Sheets) -> None:
    documents.set_text("a = Value(3.0, label='a')\nb = a + a\nb.backward()\n", "typing")
    wait(qtbot, sheets)
    sheets.set_bugs(frozenset({Bug.OVERWRITE}))
    wait(qtbot, sheets)
    assert sheets.frame is not None and sheets.frame.true_grad is not None
    assert (numbers(sheets)[1]["a"], sheets.frame.true_grad[0]) == (1.0, 2.0)
    sheets.step_back()
    assert sheets.frame.true_grad is None
    sheets.set_bugs(frozenset())
    wait(qtbot, sheets)
    assert sheets.frame.true_grad is None


def test_an_opened_document_brings_its_text(qtbot: QtBot, documents: Documents, sheets: Sheets) -> None:
    documents.open_document(Document(mode="expression", text="x = Value(7.0, label='x')\n"))
    wait(qtbot, sheets)
    assert numbers(sheets)[0] == {"x": 7.0}
    assert documents.undo_stack.count() == 0
