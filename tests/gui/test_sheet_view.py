"""The sheet's graph under mouse and keyboard, and what lies over its records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.expression.sheet import state_at
from gui.graph.layout import RESULT
from gui.graph.sheet_leaf_field import LeafField
from gui.theme import Theme
from tests.gui.sheet_graph import FIRST, TWICE, Lab, lab_on

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def lab(qtbot: QtBot, theme: Theme) -> Iterator[Lab]:
    with lab_on(qtbot, FIRST, theme) as lab:
        yield lab


def picture_of(lab: Lab) -> QImage:
    lab.view._motion.stop()
    return lab.view.grab().toImage()


def inked(image: QImage, place: QRect) -> int:
    """How many pixels of a place are not the card's white."""
    return sum(
        image.pixelColor(x, y) != QColor("white")
        for x in range(place.left(), place.right())
        for y in range(place.top(), place.bottom())
    )


def drag(qtbot: QtBot, lab: Lab, start: QPoint, *ways: int, release: bool = True) -> None:
    qtbot.mousePress(lab.view, LEFT, pos=start)
    for way in ways:
        qtbot.mouseMove(lab.view, start + QPoint(way, 0))
    if release:
        qtbot.mouseRelease(lab.view, LEFT, pos=start + QPoint(ways[-1], 0))


# -- steps ------------------------------------------------------------------------------------------------------


def test_a_forward_step_lights_the_operation(lab: Lab) -> None:
    lab.sheets.seek(2)
    marks, picture = lab.view.overlay.marks, lab.view._sheet_picture()
    assert picture is not None
    assert (marks.active, marks.backward) == (4, False)
    assert [lit.edge for lit in marks.edges] == [picture.edges[4, 0], picture.edges[4, 1]]
    assert marks.result == picture.edges[4, RESULT]
    picture_of(lab)
    assert lab.view.overlay.texts == []


def test_a_backward_step_writes_upstream_times_local_on_the_edges(lab: Lab) -> None:
    lab.sheets.seek(6)
    assert lab.view.overlay.marks.active == 4
    assert lab.view.overlay.marks.backward
    picture_of(lab)
    assert lab.view.overlay.texts == ["-2.0 × 1.0 = -2.0"] * 2


def test_what_has_flowed_stays_and_a_step_back_restores_the_picture_exactly(lab: Lab) -> None:
    pictures = []
    for position in range(8):
        lab.sheets.seek(position)
        pictures.append(picture_of(lab))
    assert all(one != other for one, other in pairwise(pictures))
    flowed = lab.view._sheet_picture()
    assert flowed is not None
    assert len(flowed.flowed) == 6  # of L and d; the edges of e are those of the last step
    for position in range(7, -1, -1):
        lab.sheets.seek(position)
        assert picture_of(lab) == pictures[position], position


def test_the_gradient_of_a_node_used_twice_is_seen_to_grow(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, TWICE, theme) as lab:
        picture_of(lab)
        assert lab.view.overlay.texts == ["0.0 + 1.0 → 1.0 → 2.0", "1.0 × 1.0 = 1.0", "1.0 × 1.0 = 1.0"]


def test_data_not_computed_yet_is_an_empty_place(lab: Lab) -> None:
    lab.sheets.seek(0)
    image = picture_of(lab)
    assert inked(image, lab.view.slot_rect("d", "data")) == 0
    assert inked(image, lab.view.slot_rect("a", "data")) > 0
    lab.sheets.selection.select("d")
    assert "not computed yet" in lab.view.accessibleName()


# -- hidden numbers ---------------------------------------------------------------------------------------------


def test_hidden_numbers_are_told_nowhere(lab: Lab) -> None:
    lab.sheets.seek(6)
    open_picture = picture_of(lab)
    lab.view.hide_numbers({4}, {2, 4})
    assert picture_of(lab) != open_picture
    assert lab.view.told_numbers(4) == ("?", "?")
    assert lab.view.told_numbers(3) == ("10.0", "-2.0")
    assert lab.view.is_hidden("d", "data")
    assert not lab.view.is_hidden("c", "grad")
    assert lab.view.overlay.texts == []  # both factors would tell the gradient of d
    lab.sheets.selection.select("d")
    assert lab.view.accessibleName() == "node d, data hidden, gradient hidden"
    lab.view.hide_numbers((), ())
    lab.sheets.selection.clear()
    assert picture_of(lab) == open_picture


def test_another_graph_has_nothing_hidden(lab: Lab) -> None:
    lab.view.hide_numbers({0}, {0})
    lab.show_text(TWICE)
    assert lab.view.told_numbers(0) == ("3.0", "2.0")


def test_slots_are_where_the_numbers_are(lab: Lab) -> None:
    image, place = picture_of(lab), lab.view.slot_rect("d", "grad")
    assert lab.view.rect().contains(place)
    assert inked(image, place) > 20
    assert place.top() > lab.view.slot_rect("d", "data").top()
    assert not lab.view.slot_rect("nobody", "data").isValid()
    lab.view.pan(5000, 0)
    assert not lab.view.slot_rect("d", "grad").isValid()
    lab.view.fit()
    lab.view.zoom_to(0.2)
    assert not lab.view.slot_rect("d", "grad").isValid()


def test_who_stands_over_the_records_hears_of_the_camera(qtbot: QtBot, lab: Lab) -> None:
    for move in (lab.view.zoom_in, lambda: lab.view.pan(10, 0), lab.view.fit, lambda: lab.view.resize(500, 400)):
        with qtbot.waitSignal(lab.view.camera_moved):
            move()
    with qtbot.waitSignal(lab.view.camera_moved, timeout=20_000):
        lab.sheets.set_text(TWICE)


def test_a_clicked_number_is_told(qtbot: QtBot, lab: Lab) -> None:
    with qtbot.waitSignal(lab.view.slot_clicked) as clicked:
        qtbot.mouseClick(lab.view, LEFT, pos=lab.centre("d", "grad"))
    assert clicked.args == ["d", "grad"]
    assert lab.sheets.selection.address == "d"
    lab.view.hide_numbers({0}, ())
    with qtbot.waitSignal(lab.view.slot_clicked) as clicked:
        qtbot.mouseClick(lab.view, LEFT, pos=lab.centre("a"))
    assert clicked.args == ["a", "data"]
    assert not field_of(lab).isVisible()


# -- edges ------------------------------------------------------------------------------------------------------


def test_an_edge_tells_what_flows_through_it(qtbot: QtBot, lab: Lab) -> None:
    qtbot.mouseMove(lab.view, lab.on_edge("d", 0))
    assert lab.view.overlay.hovered is not None
    assert lab.view.overlay.hovered.text == "dL/dd · ∂d/∂e = -2.0 × 1.0 = -2.0"
    picture_of(lab)
    assert lab.view.overlay.texts[-1] == "dL/dd · ∂d/∂e = -2.0 × 1.0 = -2.0"
    qtbot.mouseMove(lab.view, lab.on_edge("L", 1))
    assert lab.view.overlay.hovered.text == "dL/dL · ∂L/∂f = 1.0 × 4.0 = 4.0"
    lab.sheets.seek(3)  # before the gradients: what would flow now
    assert lab.view.overlay.hovered.text == "dL/dL · ∂L/∂f = 0.0 × 4.0 = 0.0"
    lab.view.hide_numbers((), {5})
    qtbot.mouseMove(lab.view, lab.on_edge("L", 1, 0.4))
    assert lab.view.overlay.hovered.text == "dL/dL · ∂L/∂f"
    qtbot.mouseMove(lab.view, QPoint(3, 3))
    assert lab.view.overlay.hovered is None


def test_pointing_at_an_edge_leaves_the_step_s_labels(qtbot: QtBot, lab: Lab) -> None:
    picture_of(lab)
    step = ["-2.0 × -3.0 = 6.0", "-2.0 × 2.0 = -4.0"]
    assert lab.view.overlay.texts == step
    qtbot.mouseMove(lab.view, lab.on_edge("L", 1))
    picture_of(lab)
    assert lab.view.overlay.texts == [*step, "dL/dL · ∂L/∂f = 1.0 × 4.0 = 4.0"]
    qtbot.mouseMove(lab.view, lab.on_edge("e", 0))
    picture_of(lab)
    assert step[0] not in lab.view.overlay.texts  # the edge is told in full
    assert step[1] in lab.view.overlay.texts


def test_a_click_on_an_edge_pins_what_is_said_of_it(qtbot: QtBot, lab: Lab) -> None:
    lab.sheets.selection.select("a")
    edge = lab.on_edge("L", 1)
    qtbot.mouseClick(lab.view, LEFT, pos=edge)
    assert lab.sheets.selection.address == "f"  # whom the edge brings
    qtbot.mouseMove(lab.view, QPoint(3, 3))
    picture_of(lab)
    assert "dL/dL · ∂L/∂f = 1.0 × 4.0 = 4.0" in lab.view.overlay.texts
    lab.sheets.seek(3)
    picture_of(lab)
    assert lab.view.overlay.texts == ["dL/dL · ∂L/∂f = 0.0 × 4.0 = 0.0"]  # it follows the playhead
    qtbot.mouseClick(lab.view, LEFT, pos=edge)
    assert lab.view.overlay.pinned is None
    qtbot.mouseClick(lab.view, LEFT, pos=edge)
    assert lab.view.overlay.pinned is not None
    qtbot.mouseClick(lab.view, LEFT, pos=QPoint(3, 3))
    assert lab.view.overlay.pinned is None
    assert lab.sheets.selection.address == ""


# -- leaves -----------------------------------------------------------------------------------------------------


def field_of(lab: Lab) -> LeafField:
    field = lab.view.findChild(QLineEdit, "sheetLeafField")
    assert isinstance(field, LeafField)
    return field


def leaf(lab: Lab, address: str) -> float:
    lab.settle()
    sheet = lab.sheets.sheet
    assert sheet is not None
    return next(leaf.value for leaf in sheet.leaves if leaf.name == address)


def test_dragging_a_number_rewrites_its_literal(qtbot: QtBot, lab: Lab) -> None:
    camera = lab.view._camera
    drag(qtbot, lab, lab.centre("a"), 20, 50)
    assert leaf(lab, "a") == pytest.approx(3.0)
    assert "a = Value(3.0, label='a')" in lab.documents.text
    assert lab.view._camera == camera
    sheet = lab.sheets.sheet
    assert sheet is not None
    assert state_at(sheet, len(sheet.steps)).data[6] == -2.0  # (3 · −3 + 10) · −2
    lab.documents.undo_stack.undo()
    assert leaf(lab, "a") == 2.0


def test_shift_drags_finely_and_escape_takes_a_drag_back(qtbot: QtBot, lab: Lab) -> None:
    start = lab.centre("b")
    qtbot.mousePress(lab.view, LEFT, pos=start)
    qtbot.mouseMove(lab.view, start + QPoint(30, 0))
    assert leaf(lab, "b") == pytest.approx(-2.0, abs=0.8)
    assert leaf(lab, "b") != -3.0
    qtbot.keyClick(lab.view, Qt.Key.Key_Escape)
    assert leaf(lab, "b") == -3.0
    qtbot.mouseRelease(lab.view, LEFT, pos=start)
    assert not field_of(lab).isVisible()


def test_a_number_that_can_be_dragged_is_seen_to_be(qtbot: QtBot, lab: Lab) -> None:
    qtbot.mouseMove(lab.view, lab.centre("a"))
    assert lab.view.cursor().shape() is Qt.CursorShape.SizeHorCursor
    shown = picture_of(lab)
    qtbot.mouseMove(lab.view, lab.centre("a", "grad"))
    assert lab.view.cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert picture_of(lab) != shown
    qtbot.mouseMove(lab.view, lab.centre("d"))
    assert lab.view.cursor().shape() is Qt.CursorShape.PointingHandCursor


def test_a_click_types_the_number(qtbot: QtBot, lab: Lab) -> None:
    qtbot.mouseClick(lab.view, LEFT, pos=lab.centre("a"))
    field = field_of(lab)
    assert field.hasFocus()
    assert field.text() == "2.0"
    assert lab.sheets.selection.address == "a"
    qtbot.keyClicks(field, "4.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert lab.view.hasFocus()
    assert leaf(lab, "a") == 4.5


def test_a_bad_number_stays_with_its_reason_and_escape_forgets_it(qtbot: QtBot, lab: Lab) -> None:
    qtbot.mouseClick(lab.view, LEFT, pos=lab.centre("a"))
    field = field_of(lab)
    before = picture_of(lab)
    qtbot.keyClicks(field, "two")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    assert "Enter a number" in field.accessibleDescription()
    assert picture_of(lab) != before
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert leaf(lab, "a") == 2.0


def test_the_wheel_zooms_and_leaves_numbers_alone(lab: Lab) -> None:
    place, zoom = lab.centre("a"), lab.view.zoom
    turned = QWheelEvent(
        QPointF(place),
        lab.view.mapToGlobal(QPointF(place)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(lab.view, turned)
    assert lab.view.zoom > zoom
    assert leaf(lab, "a") == 2.0


def test_keys_change_and_type_the_selected_leaf(qtbot: QtBot, lab: Lab) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    lab.sheets.selection.select("a")
    lab.view.setFocus()
    qtbot.keyClick(lab.view, Qt.Key.Key_Up, control)
    assert leaf(lab, "a") == pytest.approx(2.1)
    qtbot.keyClick(lab.view, Qt.Key.Key_Down, control | shift)
    assert leaf(lab, "a") == pytest.approx(2.09)
    for _ in range(3):  # faster than the text is read
        qtbot.keyClick(lab.view, Qt.Key.Key_Up, control)
    assert leaf(lab, "a") == pytest.approx(2.39, abs=0.011)
    qtbot.keyClick(lab.view, Qt.Key.Key_Return)
    assert field_of(lab).hasFocus()
    qtbot.keyClick(field_of(lab), Qt.Key.Key_Escape)
    qtbot.keyClick(lab.view, Qt.Key.Key_Right)
    assert lab.sheets.selection.address == "e"
    qtbot.keyClick(lab.view, Qt.Key.Key_Up, control)
    assert lab.sheets.selection.address != ""
    assert leaf(lab, "b") == -3.0


def test_a_computed_number_cannot_be_dragged(qtbot: QtBot, lab: Lab) -> None:
    camera = lab.view._camera
    text = lab.documents.text
    drag(qtbot, lab, lab.centre("d"), 20, 40)
    assert lab.documents.text == text
    assert lab.view._camera != camera  # it pans, as everywhere


def test_the_field_follows_the_camera_and_goes_with_its_slot(qtbot: QtBot, lab: Lab) -> None:
    qtbot.mouseClick(lab.view, LEFT, pos=lab.centre("a"))
    before = field_of(lab).geometry()
    lab.view.pan(30, 10)
    assert field_of(lab).geometry() == before.translated(30, 10)
    lab.view.pan(4000, 0)
    assert not field_of(lab).isVisible()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("zoom", [0.2, 1.0, 3.0])
def test_every_step_can_be_drawn_at_every_zoom(
    lab: Lab, theme: Theme, mode: str, zoom: float, caplog: pytest.LogCaptureFixture
) -> None:
    theme.set_mode(mode)
    lab.view.zoom_to(zoom)
    for position in range(8):
        lab.sheets.seek(position)
        picture_of(lab)
    assert not caplog.records
    assert not lab.view._broken
