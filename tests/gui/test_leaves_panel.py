from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QScrollArea, QSlider, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from gui.panels.sheet.leaf_parts import GradientLabel, NameButton
from gui.panels.sheet.leaf_row import LeafRow
from gui.panels.sheet.leaf_scale import scale_for
from gui.panels.sheet.leaves import MOST_ROWS, LeavesPanel
from gui.session.documents import Documents, Gesture
from gui.session.sheets import Sheets
from gui.theme import Theme
from tests.gui.sheet_graph import FIRST

Opened = Callable[[str], LeavesPanel]


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(Document(mode="expression", text=FIRST))


@pytest.fixture
def opened(qtbot: QtBot, documents: Documents, sheets: Sheets, theme: Theme) -> Opened:
    """Opens the panel on a text, at the size it has in the window."""

    def open_text(text: str) -> LeavesPanel:
        if text != documents.text:
            sheets.set_text(text)
        qtbot.waitUntil(lambda: not sheets.busy)
        panel = LeavesPanel(sheets, theme)
        qtbot.addWidget(panel)
        panel.resize(234, 300)
        with qtbot.waitExposed(panel):
            panel.show()
        return panel

    return open_text


@pytest.fixture
def panel(opened: Opened) -> LeavesPanel:
    return opened(FIRST)


def settle(qtbot: QtBot, sheets: Sheets, panel: LeavesPanel) -> None:
    """Until nothing is on its way into the text."""
    qtbot.waitUntil(lambda: not sheets.busy and all(row.asked is None for row in panel.findChildren(LeafRow)))


def slider(panel: LeavesPanel, name: str) -> QSlider:
    return panel.findChild(QSlider, f"leafSlider-{name}")


def field(panel: LeavesPanel, name: str) -> QLineEdit:
    return panel.findChild(QLineEdit, f"leafField-{name}")


def number(panel: LeavesPanel, name: str) -> float:
    row = panel.row(name)
    assert row is not None
    return row.value


def handle(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider).center()


def enter(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def leaf_text(documents: Documents, name: str) -> str:
    line = next(line for line in documents.text.split("\n") if line.startswith(f"{name} ="))
    return line.partition("(")[2].partition(",")[0]


# -- rows ---------------------------------------------------------------------------------------------------------


def test_a_row_for_every_number_in_the_order_of_the_text(panel: LeavesPanel) -> None:
    rows = [row for row in panel.findChildren(LeafRow) if row.isVisible()]
    assert sorted(rows, key=lambda row: row.y()) == rows
    assert [row.address for row in rows] == ["a", "b", "c", "f"]
    assert [field(panel, name).text() for name in "abcf"] == ["2.0000", "-3.0000", "10.0000", "-2.0000"]
    assert panel.title == "Leaves"


def test_gradients_stand_beside_the_names_in_the_colour_of_their_sign(
    panel: LeavesPanel, theme: Theme, sheets: Sheets
) -> None:
    labels = [panel.findChild(GradientLabel, f"leafGradient-{name}") for name in "abcf"]
    assert [label.text for label in labels] == ["6.0000", "-4.0000", "-2.0000", "4.0000"]
    colours = theme.palette.positive_text, theme.palette.negative_text
    assert [label.colour for label in labels] == [colours[0], colours[1], colours[1], colours[0]]
    assert "raises the result" in labels[0].toolTip() and "lowers the result" in labels[1].toolTip()
    sheets.reset()
    assert [label.text for label in labels] == ["0.0000"] * 4


def test_without_backward_no_gradient_is_shown(opened: Opened) -> None:
    panel = opened("a = Value(2.0)\nL = a * 3")
    assert panel.findChild(GradientLabel, "leafGradient-a").text == ""


def test_a_number_used_twice_has_one_row_with_the_sum_of_its_gradients(opened: Opened, sheets: Sheets) -> None:
    panel = opened("b = Value(3.0)\na = b + b\na.backward()")
    assert panel.findChild(GradientLabel, "leafGradient-b").text == "2.0000"


def test_an_empty_text_says_what_to_do(opened: Opened) -> None:
    panel = opened("")
    note = panel.findChild(QLabel, "leavesNote")
    assert note.isVisible() and "write a = 2.0" in note.text()


def test_rows_follow_the_text(qtbot: QtBot, opened: Opened, sheets: Sheets) -> None:
    panel = opened(FIRST)
    sheets.set_text("x = Value(0.5)\ny = x * x")
    settle(qtbot, sheets, panel)
    assert [row.address for row in panel.findChildren(LeafRow)] == ["x"]
    sheets.set_text(FIRST)
    settle(qtbot, sheets, panel)
    assert [row.address for row in panel.findChildren(LeafRow)] == ["a", "b", "c", "f"]
    assert number(panel, "a") == 2.0


def test_only_so_many_rows_and_a_note(qtbot: QtBot, opened: Opened) -> None:
    names = [f"x{i}" for i in range(MOST_ROWS + 20)]
    lines = [f"{name} = Value({i}.5)" for i, name in enumerate(names)]
    panel = opened("\n".join([*lines, f"s = {' + '.join(names)}"]))
    qtbot.waitUntil(lambda: len(panel.findChildren(LeafRow)) == MOST_ROWS)
    note = panel.findChild(QLabel, "leavesNote")
    assert note.isVisible() and "20 more" in note.text()
    scroll = panel.findChild(QScrollArea, "leavesScroll")
    assert scroll.verticalScrollBar().maximum() > 0
    assert panel.sizeHint().height() < 450


def test_numbers_without_a_place_are_counted(opened: Opened) -> None:
    panel = opened("x = Value(0.5)\nn = MLP(3, [4, 4, 1])\no = n([x, x, x])")
    line = panel.findChild(QLabel, "leavesSource0")
    assert line.isVisible() and line.text() == "MLP(3, [4, 4, 1]): its 41 parameters"
    assert [row.address for row in panel.findChildren(LeafRow)] == ["x"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l = Layer(2, 3)\no = l([1.0, 2.0])\ny = o[0] * 2", "Layer(2, 3): 3 of its 9 parameters are in this graph"),
        ("x = Value(3.0)\ny = 3*x**2 - 4*x + 5", "1 constant inside 3*x**2 - 4*x"),
        ("import random\na = Value(random.uniform(-1, 1))", "1 number made by Value(random.uniform(-1, 1))"),
    ],
)
def test_it_is_told_where_numbers_without_a_slider_come_from(opened: Opened, text: str, words: str) -> None:
    assert opened(text).findChild(QLabel, "leavesSource0").text() == words


def test_a_constant_is_called_by_its_literal_and_keeps_its_row_while_it_moves(
    qtbot: QtBot, opened: Opened, documents: Documents, sheets: Sheets
) -> None:
    panel = opened("x = Value(1.0)\ny = 3 * x + 0.5")
    rows = panel.findChildren(LeafRow)
    assert [row.findChild(NameButton).text() for row in rows] == ["x", "3 (line 2)", "0.5 (line 2)"]
    three = next(row for row in rows if row.findChild(NameButton).text() == "3 (line 2)")
    knob = three.findChild(QSlider)
    knob.setFocus()
    QTest.keyClick(knob, Qt.Key.Key_Right)
    settle(qtbot, sheets, panel)
    assert documents.text == f"x = Value(1.0)\ny = {three.value} * x + 0.5" and three.value > 3
    assert three.findChild(NameButton).text() == f"{three.value} (line 2)"
    QTest.keyClick(knob, Qt.Key.Key_Backspace)
    settle(qtbot, sheets, panel)
    assert three.value == 3.0  # it still knows where it came from


def test_gradients_are_kept_back_while_somebody_is_to_find_them(panel: LeavesPanel, sheets: Sheets) -> None:
    labels = [panel.findChild(GradientLabel, f"leafGradient-{name}") for name in "abcf"]
    sheets.withhold(withheld=True)
    assert [(label.text, label.toolTip(), label.accessibleName()) for label in labels] == [("", "", "")] * 4
    sheets.step_back()
    sheets.step()
    assert [label.text for label in labels] == [""] * 4
    sheets.withhold(withheld=False)
    assert [label.text for label in labels] == ["6.0000", "-4.0000", "-2.0000", "4.0000"]


def test_minus_zero_is_zero(opened: Opened) -> None:
    panel = opened("a = Value(0.0)\nb = Value(-2.0)\nL = a * -b\nL.backward()")
    label = panel.findChild(GradientLabel, "leafGradient-b")
    assert label.text == "0.0000"
    assert label.toolTip().startswith("gradient 0.0:") and label.accessibleName() == "gradient of b: 0.0000"


# -- moving a number ----------------------------------------------------------------------------------------------


def test_dragging_rewrites_the_text_and_everything_follows(
    qtbot: QtBot, panel: LeavesPanel, documents: Documents, sheets: Sheets
) -> None:
    knob = slider(panel, "a")
    place = handle(knob)
    QTest.mousePress(knob, Qt.MouseButton.LeftButton, pos=place)
    for x in range(place.x(), place.x() + 30, 3):
        QTest.mouseMove(knob, QPoint(x, place.y()))
    asked = number(panel, "a")
    assert asked > 2.0
    settle(qtbot, sheets, panel)
    QTest.mouseRelease(knob, Qt.MouseButton.LeftButton, pos=QPoint(place.x() + 27, place.y()))
    settle(qtbot, sheets, panel)
    assert leaf_text(documents, "a") == repr(asked)
    assert len(repr(asked)) <= 4
    assert sheets.frame is not None
    sheet, state = sheets.frame.sheet, sheets.frame.state
    assert state.data[sheet.root] == pytest.approx((asked * -3 + 10) * -2, rel=1e-15)
    assert panel.findChild(GradientLabel, "leafGradient-b").text == f"{asked * -2:.4f}"


def test_a_drag_with_a_pause_is_one_step_of_undo(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, panel: LeavesPanel, documents: Documents, sheets: Sheets
) -> None:
    monkeypatch.setattr("gui.session.documents.MERGE_SECONDS", -1.0)  # as if long pauses lay between the moves
    knob = slider(panel, "a")
    place = handle(knob)
    for _ in range(2):
        QTest.mousePress(knob, Qt.MouseButton.LeftButton, pos=handle(knob))
        for x in (8, 16, 24):
            QTest.mouseMove(knob, QPoint(place.x() + x, place.y()))
            settle(qtbot, sheets, panel)
        QTest.mouseRelease(knob, Qt.MouseButton.LeftButton, pos=QPoint(place.x() + 24, place.y()))
        QTest.mousePress(knob, Qt.MouseButton.LeftButton, pos=handle(knob))
        QTest.mouseMove(knob, place)
        settle(qtbot, sheets, panel)
        QTest.mouseRelease(knob, Qt.MouseButton.LeftButton, pos=place)
    assert documents.undo_stack.count() == 4
    assert documents.undo_stack.undoText() == "a"
    for _ in range(4):
        documents.undo_stack.undo()
    assert documents.text == FIRST
    settle(qtbot, sheets, panel)
    assert number(panel, "a") == 2.0
    assert handle(slider(panel, "a")) == place


def test_changes_of_one_gesture_merge_and_those_of_another_do_not(documents: Documents) -> None:
    one, other = Gesture("a"), Gesture("a")
    for text, name in (("1", one), ("2", one), ("3", other), ("4", other), ("5", "a"), ("6", "a")):
        documents.set_text(text, name)
    seen = []
    while documents.undo_stack.canUndo():
        seen.append(documents.text)
        documents.undo_stack.undo()
    assert seen == ["6", "4", "2"]


def test_numbers_of_older_texts_do_not_throw_the_row_back(
    qtbot: QtBot, panel: LeavesPanel, documents: Documents, sheets: Sheets
) -> None:
    knob, seen = slider(panel, "a"), []
    sheets.sheet_changed.connect(lambda _: seen.append(number(panel, "a")))
    knob.setFocus()
    QTest.keyClick(knob, Qt.Key.Key_Right)  # 2.01, which the interpreter now works on
    QTest.keyClick(knob, Qt.Key.Key_Right)
    QTest.keyClick(knob, Qt.Key.Key_Right)  # 2.03, before it is done
    settle(qtbot, sheets, panel)
    assert set(seen) == {2.03}
    assert leaf_text(documents, "a") == "2.03"
    assert field(panel, "a").text() == "2.0300"


def test_keys_give_round_numbers_also_from_an_odd_one(
    qtbot: QtBot, opened: Opened, documents: Documents, sheets: Sheets
) -> None:
    panel = opened("b = Value(6.8813735870195432)\no = b.tanh()")
    assert number(panel, "b") == 6.8813735870195432
    knob = slider(panel, "b")
    knob.setFocus()
    QTest.keyClick(knob, Qt.Key.Key_Right)
    settle(qtbot, sheets, panel)
    assert documents.text == "b = Value(7.0)\no = b.tanh()"


def test_the_wheel_moves_only_a_slider_with_the_focus(
    qtbot: QtBot, panel: LeavesPanel, documents: Documents, sheets: Sheets
) -> None:
    knob = slider(panel, "a")
    field(panel, "f").setFocus()

    def turn() -> None:
        place = QPointF(knob.rect().center())
        event = QWheelEvent(
            place, QPointF(knob.mapToGlobal(place)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(knob, event)

    turn()
    assert documents.text == FIRST
    knob.setFocus()
    turn()
    settle(qtbot, sheets, panel)
    assert number(panel, "a") > 2.0


def test_a_typed_number_is_taken_over_and_widens_the_scale(
    qtbot: QtBot, panel: LeavesPanel, documents: Documents, sheets: Sheets
) -> None:
    enter(field(panel, "a"), "37.5")
    settle(qtbot, sheets, panel)
    assert leaf_text(documents, "a") == "37.5"
    knob = slider(panel, "a")
    assert knob.minimum() < knob.value() < knob.maximum()
    assert knob.value() == scale_for(37.5).position(37.5)


def test_a_bad_number_is_explained_under_the_row(panel: LeavesPanel, documents: Documents) -> None:
    enter(field(panel, "a"), "two")
    told = [label.text() for label in panel.row("a").findChildren(QLabel) if label.isVisible()]
    assert any(text.startswith("Enter a number from") for text in told)
    assert documents.text == FIRST


@pytest.mark.parametrize("way", ["double-click", "Backspace", "menu"])
def test_a_number_goes_back_to_where_the_hand_left_it(
    qtbot: QtBot, panel: LeavesPanel, documents: Documents, sheets: Sheets, way: str
) -> None:
    sheets.set_text(FIRST.replace("2.0, label='a'", "2.5, label='a'"))
    settle(qtbot, sheets, panel)
    knob = slider(panel, "a")
    knob.setFocus()
    for _ in range(5):
        QTest.keyClick(knob, Qt.Key.Key_Left)
    settle(qtbot, sheets, panel)
    assert leaf_text(documents, "a") == "2.45"
    if way == "double-click":
        QTest.mouseDClick(knob, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    elif way == "Backspace":
        QTest.keyClick(knob, Qt.Key.Key_Backspace)
    else:
        panel.row("a").customContextMenuRequested.emit(QPoint(4, 4))
        menu = panel.row("a").findChild(QMenu)
        assert [action.text() for action in menu.actions()] == ["Back to 2.5"]
        menu.actions()[0].trigger()
        menu.close()
    settle(qtbot, sheets, panel)
    assert leaf_text(documents, "a") == "2.5"
    assert number(panel, "a") == 2.5


def test_a_name_selects_its_node_and_the_selected_one_is_marked(
    qtbot: QtBot, panel: LeavesPanel, sheets: Sheets
) -> None:
    names = {name: panel.findChild(NameButton, f"leafName-{name}") for name in "abcf"}
    QTest.mouseClick(names["c"], Qt.MouseButton.LeftButton)
    assert sheets.selection.address == "c"
    assert [name for name, button in names.items() if button.isChecked()] == ["c"]
    names["a"].setFocus()
    QTest.keyClick(names["a"], Qt.Key.Key_Return)
    assert sheets.selection.address == "a"
    sheets.selection.select("L")
    assert not any(button.isChecked() for button in names.values())


def test_tab_goes_through_the_rows_and_on_to_the_step(opened: Opened, sheets: Sheets, qtbot: QtBot) -> None:
    panel = opened("a = Value(2.0)\na.backward()")
    sheets.set_text("a = Value(2.0)\nb = Value(3.0)\nL = a * b\nL.backward()")
    settle(qtbot, sheets, panel)
    panel.findChild(NameButton, "leafName-a").setFocus()
    seen = []
    for _ in range(7):
        seen.append(QApplication.focusWidget().objectName())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    rows = [f"leaf{part}-{name}" for name in "ab" for part in ("Name", "Field", "Slider")]
    assert seen == [*rows, "stepUp"]


# -- errors -------------------------------------------------------------------------------------------------------


def test_a_drag_through_a_number_that_fails_comes_back(
    qtbot: QtBot, opened: Opened, documents: Documents, sheets: Sheets
) -> None:
    text = "a = Value(0.02)\nb = Value(1.0)\nL = b / a"
    panel = opened(text)
    knob = slider(panel, "a")
    knob.setFocus()
    QTest.keyClick(knob, Qt.Key.Key_Left)
    QTest.keyClick(knob, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: sheets.error is not None)  # one divided by 0.0
    assert knob.isEnabled()
    QTest.keyClick(knob, Qt.Key.Key_Left)
    settle(qtbot, sheets, panel)
    qtbot.waitUntil(lambda: sheets.error is None)
    assert documents.text == text.replace("0.02", "-0.01")


def test_a_text_with_an_error_cannot_be_moved_and_says_so(
    qtbot: QtBot, panel: LeavesPanel, documents: Documents, sheets: Sheets
) -> None:
    knob = slider(panel, "a")
    sheets.set_text(FIRST + "L = (")
    qtbot.waitUntil(lambda: not knob.isEnabled())
    assert "has an error" in knob.toolTip()
    sheets.set_text(FIRST)
    qtbot.waitUntil(knob.isEnabled)
    assert "a = 2.0" in knob.toolTip()


# -- the scale ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "reach", "step"),
    [(0.0, 1.0, 0.01), (0.3, 1.0, 0.01), (2.0, 4.0, 0.01), (-3.0, 6.0, 0.01), (6.88, 20.0, 0.1), (10.0, 20.0, 0.1),
     (130.0, 300.0, 1.0), (-4e6, 8e6, 1e4)],
)  # fmt: skip
def test_the_scale_is_round_and_reaches_twice_as_far(value: float, reach: float, step: float) -> None:
    scale = scale_for(value)
    assert scale.reach == reach
    assert scale.value(0) == -reach and scale.value(scale.positions - 1) == reach
    assert scale.value(scale.positions // 2) == 0.0
    assert scale.value(scale.positions // 2 + 1) == step
    assert abs(scale.value(scale.position(value)) - value) <= step / 2


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e308, -1e308, 5e-324])
def test_any_float_has_a_scale(value: float) -> None:
    scale = scale_for(value)
    assert 0 <= scale.position(value) < scale.positions
