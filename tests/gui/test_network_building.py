"""Building on the picture of the network: real documents and runs, driven by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.document import open_document
from core.experiment import LayerSpec
from gui.graph.network_view import NetworkView
from gui.session.documents import Documents
from gui.session.network_edits import NetworkEdits
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme

SIZE = (760, 590)
LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def documents() -> Documents:
    return Documents(open_document("lecture"))


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def runs(qtbot: QtBot, documents: Documents, selection: Selection) -> Iterator[Runs]:
    """3 inputs, hidden layers of 3 tanh and 2 relu, one output."""
    runs = Runs(documents, selection)
    documents.set_network("layers", hidden=(LayerSpec(3), LayerSpec(2, "relu")))
    documents.undo_stack.clear()
    qtbot.waitUntil(lambda: runs.frame is not None and runs.started is not None and runs.started.hidden == (3, 2))
    yield runs
    runs.close()


@pytest.fixture
def edits(documents: Documents) -> NetworkEdits:
    return NetworkEdits(documents)


@pytest.fixture
def view(
    qtbot: QtBot,
    runs: Runs,
    selection: Selection,
    edits: NetworkEdits,
    theme: Theme,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[NetworkView]:
    view = NetworkView(runs, selection, theme)
    view.build_with(edits)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()
    yield view
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def at(view: NetworkView, address: str) -> QPoint:
    point = view.point_of(address)
    assert point is not None
    return point.toPoint()


def hover(qtbot: QtBot, view: NetworkView, place: QPoint) -> None:
    """From elsewhere: a pointer that is there already would not be moved."""
    qtbot.mouseMove(view, QPoint(2, 2))
    qtbot.mouseMove(view, place)


def neurons(documents: Documents) -> list[int]:
    return [layer.neurons for layer in documents.experiment.network.hidden]


def button(view: NetworkView, name: str) -> QAbstractButton:
    found = view.findChild(QAbstractButton, name)
    assert found is not None
    return found


def shows(qtbot: QtBot, view: NetworkView, *sizes: int) -> None:
    """Wait until the picture is that of a network with these layers."""
    qtbot.waitUntil(lambda: view.numbers is not None and view.numbers.structure.sizes == sizes)


def weight(runs: Runs, address: str) -> float:
    assert runs.started is not None
    assert runs.frame is not None
    return float(runs.frame.theta[runs.started.parameter_names.index(address)])


def drag(qtbot: QtBot, widget: QWidget, start: QPoint, *ways: QPoint) -> None:
    qtbot.mousePress(widget, LEFT, pos=start)
    for way in ways:
        qtbot.mouseMove(widget, start + way)


def foot(view: NetworkView, column: int) -> QPoint:
    """Where an activation's name stands: below its column, at the end of the picture."""
    names = ("L1.N1.out", "L2.N1.out", "L3.N1.out")
    return QPoint(at(view, names[column - 1]).x(), view.height() - 13)


def test_buttons_appear_over_the_column_that_is_hovered(qtbot: QtBot, view: NetworkView) -> None:
    tools = view.findChild(QWidget, "networkLayerTools")
    assert not tools.isVisible()
    hover(qtbot, view, at(view, "L2.N1.out"))
    assert tools.isVisible()
    assert button(view, "networkLayerHandle").text() == "L2"
    assert abs(tools.geometry().center().x() - at(view, "L2.N1.out").x()) <= 1
    assert tools.geometry().bottom() < at(view, "L2.N1.out").y() - 20
    hover(qtbot, view, at(view, "x1"))
    assert not tools.isVisible()
    assert not button(view, "networkAddLayer").isVisible()


def test_neurons_come_and_go_by_the_buttons(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    hover(qtbot, view, at(view, "L2.N1.out"))
    qtbot.mouseClick(button(view, "networkMore"), LEFT)
    shows(qtbot, view, 3, 3, 3, 1)
    hover(qtbot, view, at(view, "L1.N1.out"))
    for _ in range(2):
        qtbot.mouseClick(button(view, "networkFewer"), LEFT)
    shows(qtbot, view, 3, 1, 3, 1)
    assert not button(view, "networkFewer").isEnabled()
    assert button(view, "networkFewer").toolTip() == "A layer has at least one neuron"
    assert neurons(documents) == [1, 3]


def test_a_layer_is_removed_by_its_button(qtbot: QtBot, view: NetworkView) -> None:
    hover(qtbot, view, at(view, "L1.N1.out"))
    qtbot.mouseClick(button(view, "networkRemoveLayer"), LEFT)
    shows(qtbot, view, 3, 2, 1)


def test_a_plus_between_two_columns_adds_a_layer(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    gap = (at(view, "L1.N1.out") + at(view, "L2.N1.out")) / 2
    hover(qtbot, view, QPoint(gap.x(), 40))
    plus = button(view, "networkAddLayer")
    assert plus.isVisible()
    assert abs(plus.geometry().center().x() - gap.x()) <= 1
    qtbot.mouseClick(plus, LEFT)
    shows(qtbot, view, 3, 3, 3, 2, 1)
    assert documents.experiment.network.hidden[1] == LayerSpec(3)


def test_a_layer_is_dragged_to_another_place(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    way = at(view, "L2.N1.out").x() - at(view, "L1.N1.out").x()
    hover(qtbot, view, at(view, "L1.N1.out"))
    handle = button(view, "networkLayerHandle")
    middle = handle.rect().center()
    before = view.grab().toImage()
    drag(qtbot, handle, middle, QPoint(30, 0), QPoint(way, 0))
    assert view.grab().toImage() != before  # a band and a line
    qtbot.mouseRelease(handle, LEFT, pos=middle + QPoint(way, 0))
    assert neurons(documents) == [2, 3]
    shows(qtbot, view, 3, 2, 3, 1)
    assert documents.undo_stack.count() == 1


def test_escape_gives_a_dragged_layer_up(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    hover(qtbot, view, at(view, "L1.N1.out"))
    handle = button(view, "networkLayerHandle")
    drag(qtbot, handle, handle.rect().center(), QPoint(30, 0), QPoint(200, 0))
    qtbot.keyClick(handle, Qt.Key.Key_Escape)
    qtbot.mouseRelease(handle, LEFT)
    assert neurons(documents) == [3, 2]


def test_an_edge_is_dragged_up_and_it_is_one_step_of_undo(
    qtbot: QtBot, view: NetworkView, runs: Runs, documents: Documents, selection: Selection
) -> None:
    before = weight(runs, "L2.N1.w2")
    start = at(view, "L2.N1.w2")
    drag(qtbot, view, start, QPoint(0, -12))
    qtbot.waitUntil(lambda: weight(runs, "L2.N1.w2") > before)
    between = weight(runs, "L2.N1.w2")
    qtbot.mouseMove(view, start + QPoint(0, -60))
    qtbot.mouseRelease(view, LEFT, pos=start + QPoint(0, -60))
    qtbot.waitUntil(lambda: weight(runs, "L2.N1.w2") > between)
    assert selection.address == "L2.N1.w2"
    assert at(view, "L2.N1.w2") == start  # the picture itself was not moved
    assert documents.undo_stack.count() == 1
    documents.undo_stack.undo()
    qtbot.waitUntil(lambda: weight(runs, "L2.N1.w2") == before)


def test_two_drags_are_two_steps(qtbot: QtBot, view: NetworkView, runs: Runs, documents: Documents) -> None:
    start = at(view, "L2.N1.w2")
    for _ in range(2):
        drag(qtbot, view, start, QPoint(0, 20), QPoint(0, 40))
        qtbot.mouseRelease(view, LEFT, pos=start + QPoint(0, 40))
    assert documents.undo_stack.count() == 2


def test_a_double_click_on_an_edge_opens_a_field(qtbot: QtBot, view: NetworkView, runs: Runs) -> None:
    qtbot.mouseDClick(view, LEFT, pos=at(view, "L1.N2.w3"))
    field = view.findChild(QLineEdit, "networkWeightField")
    assert field.isVisible()
    assert field.accessibleName() == "Value of L1.N2.w3"
    assert float(field.text()) == pytest.approx(weight(runs, "L1.N2.w3"), rel=1e-6)
    field.selectAll()
    qtbot.keyClicks(field, "-0.125")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    qtbot.waitUntil(lambda: weight(runs, "L1.N2.w3") == -0.125)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F2])
@pytest.mark.parametrize("address", ["L1.N2.w3", "L2.N1.b"])
def test_the_selected_number_is_typed_and_escape_forgets_it(
    qtbot: QtBot, view: NetworkView, runs: Runs, selection: Selection, documents: Documents, key: Qt.Key, address: str
) -> None:
    before = weight(runs, address)
    selection.select(address)
    qtbot.keyClick(view, key)
    field = view.findChild(QLineEdit, "networkWeightField")
    assert field.isVisible()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert documents.undo_stack.count() == 0
    assert weight(runs, address) == before
    assert selection.address == address


def test_a_bad_number_stays_to_be_corrected(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    selection.select("L1.N1.w1")
    qtbot.keyClick(view, Qt.Key.Key_F2)
    field = view.findChild(QLineEdit, "networkWeightField")
    qtbot.keyClicks(field, "many")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    assert field.text() == "many"
    qtbot.keyClick(field, Qt.Key.Key_Escape)


def test_keys_change_a_weight_finely_and_coarsely(
    qtbot: QtBot, view: NetworkView, runs: Runs, selection: Selection
) -> None:
    first = weight(runs, "L1.N1.w1")
    selection.select("L1.N1.w1")
    qtbot.keyClick(view, Qt.Key.Key_Up, CONTROL)
    qtbot.waitUntil(lambda: weight(runs, "L1.N1.w1") > first)
    second = weight(runs, "L1.N1.w1")
    qtbot.keyClick(view, Qt.Key.Key_Down, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: weight(runs, "L1.N1.w1") < second)
    assert weight(runs, "L1.N1.w1") > first


def test_keys_build_at_the_selection(
    qtbot: QtBot, view: NetworkView, selection: Selection, documents: Documents
) -> None:
    def press(address: str, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> list[int]:
        selection.select(address)
        qtbot.keyClick(view, key, modifier)
        layers = neurons(documents)
        shows(qtbot, view, 3, *layers, 1)
        return layers

    assert press("sample1/L2.N1.out", Qt.Key.Key_N) == [3, 3]
    assert press("L1.N1.w1", Qt.Key.Key_Delete) == [2, 3]
    assert press("L1.N1.b", Qt.Key.Key_N, SHIFT) == [2, 2, 3]
    assert press("sample1/L3.N1.out", Qt.Key.Key_Left, CONTROL | SHIFT) == [2, 3, 2]
    assert press("sample1/L1.N1.out", Qt.Key.Key_Delete, SHIFT) == [3, 2]
    assert press("sample1/x1", Qt.Key.Key_N) == [3, 2]  # inputs follow from the data
    assert press("sample1/x1", Qt.Key.Key_N, SHIFT) == [3, 3, 2]


def test_parts_are_frozen_by_key_and_drawn_so(
    qtbot: QtBot, view: NetworkView, selection: Selection, documents: Documents
) -> None:
    def picture() -> QImage:
        for _ in range(4):
            image = view.grab().toImage()
        return image

    before = picture()
    seen = [before]
    for address, key, frozen in (
        ("L1.N1.w2", SHIFT, ("L1.N1.w2",)),
        ("L3.N1.b", SHIFT, ("L1.N1.w2", "L3.N1.b")),
        ("sample1/L1.N3.out", SHIFT, ("L1.N1.w2", "L1.N3", "L3.N1.b")),
        ("L2.N1.w1", SHIFT | CONTROL, ("L1.N1.w2", "L1.N3", "L2", "L3.N1.b")),
    ):
        selection.select(address)
        qtbot.keyClick(view, Qt.Key.Key_F, key)
        assert documents.experiment.training.frozen == frozen
        assert view.accessibleName().endswith("frozen") or key & CONTROL
        selection.clear()
        image = picture()
        assert all(image != other for other in seen)
        seen.append(image)
    documents.undo_stack.setIndex(0)
    assert picture() == before


def test_a_click_on_an_activation_chooses_another(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    qtbot.mouseClick(view, LEFT, pos=foot(view, 2))
    menu = view.findChild(QMenu, "networkActivationMenu")
    assert menu.isVisible()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["relu"]
    menu.findChild(QAction, "networkActivation_leaky_relu").trigger()
    menu.close()
    assert documents.experiment.network.hidden[1].activation == "leaky_relu"
    qtbot.waitUntil(lambda: view.numbers is not None and view.numbers.activations[1] == "leaky_relu")


def test_what_the_output_cannot_have_says_why(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    documents.set_training("loss", loss="hinge")
    qtbot.mouseClick(view, LEFT, pos=foot(view, 3))
    menu = view.findChild(QMenu, "networkActivationMenu")
    sigmoid = menu.findChild(QAction, "networkActivation_sigmoid")
    assert not sigmoid.isEnabled()
    assert "hinge" in sigmoid.toolTip()
    assert menu.findChild(QAction, "networkActivation_linear").isEnabled()
    menu.close()


def test_the_context_menu_has_all_verbs_of_a_place(
    qtbot: QtBot, view: NetworkView, selection: Selection, documents: Documents
) -> None:
    def chosen(address: str, text: str) -> list[str]:
        """The entries for a place; one of them is triggered."""
        selection.select(address)
        menu = QMenu(view)
        menu.addAction("Fit")
        view.add_verbs(menu)
        entries = {action.text().split("\t")[0]: action for action in menu.actions() if action.text()}
        if text:
            entries[text].trigger()
        menu.deleteLater()
        return list(entries)

    assert chosen("L1.N2.w1", "Freeze L1.N2.w1")[:3] == ["Type the number…", "Freeze L1.N2.w1", "Freeze layer 1"]
    assert documents.experiment.training.frozen == ("L1.N2.w1",)
    assert "Free L1.N2.w1" in chosen("L1.N2.w1", "")
    entries = chosen("sample1/L1.N2.out", "Move layer right")
    assert {"One neuron more", "One neuron fewer", "Activation", "New layer before", "Remove layer"} <= {*entries}
    assert entries[-1] == "Fit"
    assert neurons(documents) == [2, 3]
    shows(qtbot, view, 3, 2, 3, 1)
    assert chosen("sample1/x2", "") == ["New layer after", "Fit"]
    chosen("sample1/L3.N1.out", "New layer before")
    assert neurons(documents) == [2, 3, 3]


def test_a_field_that_is_open_goes_with_its_network(
    qtbot: QtBot, view: NetworkView, selection: Selection, edits: NetworkEdits
) -> None:
    selection.select("L1.N1.w1")
    qtbot.keyClick(view, Qt.Key.Key_F2)
    field = view.findChild(QLineEdit, "networkWeightField")
    place = field.pos()
    view.zoom_in()
    assert field.pos() != place
    edits.remove_layer(1)
    shows(qtbot, view, 3, 3, 1)
    assert not field.isVisible()


def test_the_pointer_says_what_can_be_done(qtbot: QtBot, view: NetworkView) -> None:
    for address, shape in (
        ("L2.N1.w2", Qt.CursorShape.SizeVerCursor),
        ("L1.N1.b", Qt.CursorShape.SizeVerCursor),
        ("L1.N1.out", Qt.CursorShape.PointingHandCursor),
    ):
        hover(qtbot, view, at(view, address))
        assert view.cursor().shape() is shape
    hover(qtbot, view, foot(view, 1))
    assert view.cursor().shape() is Qt.CursorShape.PointingHandCursor
    hover(qtbot, view, QPoint(3, 3))
    assert view.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_weights_stay_while_the_network_grows_or_is_at_least_finite(
    qtbot: QtBot, view: NetworkView, runs: Runs, edits: NetworkEdits
) -> None:
    edits.add_neuron(0)
    shows(qtbot, view, 3, 4, 2, 1)
    qtbot.waitUntil(lambda: runs.frame is not None)
    assert view.numbers is not None
    assert all(np.isfinite(weights).all() for weights in view.numbers.weights())
    assert view.point_of("L1.N4.out") != QPointF()


def test_buttons_that_go_give_the_keyboard_to_the_picture(
    qtbot: QtBot, view: NetworkView, documents: Documents
) -> None:
    hover(qtbot, view, at(view, "L2.N1.out"))
    more = button(view, "networkMore")
    qtbot.mouseClick(more, LEFT)
    assert QApplication.focusWidget() is more
    shows(qtbot, view, 3, 3, 3, 1)
    hover(qtbot, view, at(view, "x1"))
    assert not more.isVisible()
    assert QApplication.focusWidget() is view
    documents.set_network("layers", hidden=(LayerSpec(3), LayerSpec(2)))
    shows(qtbot, view, 3, 3, 2, 1)
    hover(qtbot, view, at(view, "L2.N1.out"))
    fewer = button(view, "networkFewer")
    fewer.setFocus()
    qtbot.mouseClick(fewer, LEFT)
    assert not fewer.isEnabled()
    assert QApplication.focusWidget() is view


def test_buttons_under_the_pointer_stay_in_their_place(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    hover(qtbot, view, at(view, "L2.N1.out"))
    more, tools = button(view, "networkMore"), view.findChild(QWidget, "networkLayerTools")
    qtbot.mouseMove(more)
    place = tools.geometry()
    for _ in range(6):
        qtbot.mouseClick(more, LEFT)
    shows(qtbot, view, 3, 3, 8, 1)
    assert tools.geometry() == place
    assert neurons(documents) == [3, 8]


def test_the_plus_under_the_pointer_stays_as_well(qtbot: QtBot, view: NetworkView, documents: Documents) -> None:
    gap = (at(view, "L1.N1.out") + at(view, "L2.N1.out")) / 2
    hover(qtbot, view, gap)
    add = button(view, "networkAddLayer")
    qtbot.mouseMove(add)
    place = add.geometry()
    qtbot.mouseClick(add, LEFT)
    shows(qtbot, view, 3, 3, 3, 2, 1)
    assert (add.isVisible(), add.geometry()) == (True, place)
    qtbot.mouseClick(add, LEFT)
    shows(qtbot, view, 3, 3, 3, 3, 2, 1)


def test_what_is_selected_stays_while_the_network_grows(
    qtbot: QtBot, view: NetworkView, selection: Selection, documents: Documents
) -> None:
    selection.select("sample1/L2.N2.out")
    qtbot.keyClick(view, Qt.Key.Key_N)
    assert selection.address == "sample1/L2.N2.out"
    shows(qtbot, view, 3, 3, 3, 1)
    qtbot.keyClick(view, Qt.Key.Key_N, SHIFT)
    assert neurons(documents) == [3, 3, 3]
    selection.select("L1.N1.w3")
    documents.set_network("layers", hidden=(LayerSpec(2),))
    assert selection.address == "L1.N1.w3"
    documents.set_network("features", features=("x1", "x2"))
    assert selection.address == ""  # there is no third weight any more
    selection.select("sample1/L1.N2.out")
    documents.set_data("data", kind="circle")
    assert selection.address == ""  # the sample is another one


def test_on_the_ground_no_verbs_of_the_selected_place(
    qtbot: QtBot, view: NetworkView, selection: Selection, theme: Theme
) -> None:
    selection.select("sample1/L2.N2.out")
    hover(qtbot, view, QPoint(4, 4))
    menu = QMenu(view)
    view.add_verbs(menu)
    assert not menu.actions()
    key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(4, 4), view.mapToGlobal(QPoint(4, 4)))
    QApplication.sendEvent(view, key)
    view.add_verbs(menu)
    assert menu.actions()
    menu.deleteLater()


def test_the_present_activation_is_current_in_its_menu(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    selection.select("sample1/L2.N2.out")
    qtbot.keyClick(view, Qt.Key.Key_A)
    menu = view.findChild(QMenu, "networkActivationMenu")
    assert menu.activeAction() is not None
    assert menu.activeAction().text() == "relu"
    assert menu.activeAction().isChecked()
    menu.close()


def test_the_pointer_on_buttons_is_on_no_neuron(qtbot: QtBot, view: NetworkView) -> None:
    hover(qtbot, view, at(view, "L2.N1.out"))
    assert view._pointed.place is not None
    qtbot.mouseMove(button(view, "networkLayerHandle"))
    assert view._pointed.place is None
    assert view.findChild(QWidget, "networkLayerTools").isVisible()
