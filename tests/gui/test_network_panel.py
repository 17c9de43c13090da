from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QMenu, QScrollArea, QWidget

from core.document import open_document
from core.experiment import MAX_INPUTS, MAX_LAYERS, MAX_NEURONS, LayerSpec
from gui.panels.feature_chips import feature_choices, feature_menu
from gui.panels.layer_row import ROW_HEIGHT
from gui.panels.network import NetworkPanel
from gui.session.documents import Documents
from gui.theme import Theme
from tests.gui.network_double import RunsDouble, SmallNet


@pytest.fixture
def documents() -> Documents:
    return Documents(open_document("lecture"))


@pytest.fixture
def panel(qtbot, documents: Documents, theme: Theme) -> NetworkPanel:
    panel = NetworkPanel(documents, theme)
    qtbot.addWidget(panel)
    panel.resize(232, panel.sizeHint().height())
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def click(panel: NetworkPanel, name: str) -> None:
    QTest.mouseClick(panel.findChild(QAbstractButton, name), Qt.MouseButton.LeftButton)


def enter(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(panel: NetworkPanel, name: str, key: str) -> None:
    """Take a choice as the arrow keys do."""
    box = panel.findChild(QComboBox, name)
    box.setFocus()
    steps = box.findData(key) - box.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def neurons(documents: Documents) -> list[int]:
    return [layer.neurons for layer in documents.experiment.network.hidden]


def test_the_lecture(panel: NetworkPanel) -> None:
    assert panel.title == "Network"
    assert panel.header.text() == "41 parameters"
    assert panel.findChild(QLabel, "inputCount").text() == "3"
    assert panel.findChild(QLabel, "outputCount").text() == "1"
    assert [panel.findChild(QLineEdit, f"layerCount{i}").text() for i in (0, 1)] == ["4", "4"]
    assert panel.findChild(QComboBox, "layerActivation1").currentText() == "tanh"
    assert panel.findChild(QComboBox, "outputActivation").currentText() == "tanh"
    assert panel.findChild(QComboBox, "initChoice").currentData() == "lecture"
    assert panel.findChild(QWidget, "layerRow2") is None


def test_it_is_small_enough_for_the_left_column(panel: NetworkPanel) -> None:
    assert panel.sizeHint().height() <= 190
    assert panel.minimumSizeHint().width() <= 232


@pytest.mark.parametrize(
    ("inputs", "hidden", "count"), [(3, (4, 4), 41), (2, (16, 16), 337), (2, (), 3), (2, (6, 4), 51)]
)
def test_parameters_are_counted(
    panel: NetworkPanel, documents: Documents, inputs: int, hidden: tuple[int, ...], count: int
) -> None:
    documents.set_data("data set", kind="lecture" if inputs == 3 else "circle")
    documents.set_network("layers", hidden=tuple(LayerSpec(n) for n in hidden))
    assert panel.header.text() == f"{count} parameters"


def test_plus_and_minus(panel: NetworkPanel, documents: Documents) -> None:
    click(panel, "layerPlus0")
    click(panel, "layerPlus0")
    click(panel, "layerMinus1")
    assert neurons(documents) == [6, 3]
    assert panel.findChild(QLineEdit, "layerCount0").text() == "6"
    assert panel.header.text() == f"{3 * 6 + 6 + 6 * 3 + 3 + 3 + 1} parameters"


def test_a_count_may_be_typed(panel: NetworkPanel, documents: Documents) -> None:
    enter(panel.findChild(QLineEdit, "layerCount1"), "12")
    assert neurons(documents) == [4, 12]


@pytest.mark.parametrize("wrong", ["0", "33", "2.5", "four"])
def test_a_wrong_count_is_refused_in_its_row(panel: NetworkPanel, documents: Documents, wrong: str) -> None:
    enter(panel.findChild(QLineEdit, "layerCount0"), wrong)
    assert neurons(documents) == [4, 4]
    shown = [label.text() for label in panel.findChild(QWidget, "layerRow0").findChildren(QLabel) if label.isVisible()]
    assert "Enter a whole number from 1 to 32." in shown


def test_buttons_end_at_the_limits_and_say_why(panel: NetworkPanel, documents: Documents) -> None:
    plus, minus = (panel.findChild(QAbstractButton, name) for name in ("layerPlus0", "layerMinus0"))
    documents.set_network("neurons", hidden=(LayerSpec(MAX_NEURONS),))
    assert not plus.isEnabled()
    assert plus.toolTip() == "A layer has at most 32 neurons here"
    documents.set_network("neurons", hidden=(LayerSpec(1),))
    assert plus.isEnabled()
    assert not minus.isEnabled()
    assert minus.toolTip() == "A layer has at least one neuron"


def test_layers_are_added_like_the_last_up_to_the_limit(panel: NetworkPanel, documents: Documents) -> None:
    choose(panel, "layerActivation1", "relu")
    add = panel.findChild(QAbstractButton, "addLayer")
    for _ in range(MAX_LAYERS - 2):
        assert add.isEnabled()
        click(panel, "addLayer")
    assert documents.experiment.network.hidden[-1] == LayerSpec(4, "relu")
    assert len(documents.experiment.network.hidden) == MAX_LAYERS
    assert not add.isEnabled()
    assert add.toolTip() == "A network has at most 8 hidden layers here"


def test_any_layer_is_removed_down_to_none(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_network("layers", hidden=(LayerSpec(2), LayerSpec(3, "sin"), LayerSpec(5)))
    click(panel, "layerRemove1")
    assert neurons(documents) == [2, 5]
    click(panel, "layerRemove1")
    click(panel, "layerRemove0")
    assert neurons(documents) == []
    assert panel.header.text() == "4 parameters"
    click(panel, "addLayer")
    assert documents.experiment.network.hidden == (LayerSpec(),)


def test_a_row_that_goes_leaves_the_focus_in_the_panel(panel: NetworkPanel) -> None:
    panel.activateWindow()
    button = panel.findChild(QAbstractButton, "layerRemove1")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is panel.findChild(QAbstractButton, "addLayer")


def test_activations(panel: NetworkPanel, documents: Documents) -> None:
    choose(panel, "layerActivation0", "leaky_relu")
    choose(panel, "outputActivation", "linear")
    network = documents.experiment.network
    assert [layer.activation for layer in network.hidden] == ["leaky_relu", "tanh"]
    assert network.output == "linear"
    assert panel.findChild(QComboBox, "layerActivation0").currentText() == "leaky relu"


def test_initial_weights(panel: NetworkPanel, documents: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.panels.network.random.randrange", lambda limit: limit - 1)
    choose(panel, "initChoice", "playground")
    enter(panel.findChild(QLineEdit, "networkSeedField"), "42")
    assert (documents.experiment.network.init, documents.experiment.network.seed) == ("playground", 42)
    click(panel, "newWeights")
    assert documents.experiment.network.seed == 9999


def test_the_panel_follows_the_document_and_does_not_answer(panel: NetworkPanel, documents: Documents) -> None:
    changes = QSignalSpy(documents.experiment_changed)
    documents.set_network("layers", hidden=(LayerSpec(7, "relu"),), output="linear", init="library", seed=3)
    assert changes.count() == 1
    assert panel.findChild(QLineEdit, "layerCount0").text() == "7"
    assert panel.findChild(QComboBox, "outputActivation").currentText() == "linear"
    documents.undo_stack.undo()
    assert panel.findChild(QLineEdit, "layerCount1").text() == "4"
    documents.open_example("moons-demo")
    assert panel.header.text() == "337 parameters"
    assert panel.findChild(QLabel, "inputCount").text() == "2"


def test_the_number_of_inputs_follows_the_data(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="circle")
    assert panel.findChild(QLabel, "inputCount").text() == "2"
    assert panel.header.text() == "37 parameters"


def test_rows_stay_the_same_widgets_while_layers_change(panel: NetworkPanel, documents: Documents) -> None:
    row = panel.findChild(QWidget, "layerRow0")
    click(panel, "addLayer")
    click(panel, "layerPlus0")
    assert panel.findChild(QWidget, "layerRow0") is row


def test_many_layers_scroll_inside_the_panel(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_network("layers", hidden=(LayerSpec(),) * MAX_LAYERS)
    assert panel.minimumSizeHint().height() <= 240
    rows = panel.findChild(QScrollArea)
    assert rows.sizeHint().height() > rows.minimumSizeHint().height()


def test_everything_is_named(panel: NetworkPanel) -> None:
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for control in panel.findChildren(kind):
            if control.isVisible() and not control.objectName().startswith("qt_"):
                assert control.objectName(), control
                assert control.accessibleName(), control.objectName()
                assert control.toolTip(), control.objectName()


def test_chips_choose_the_features_of_two_inputs(panel: NetworkPanel, documents: Documents) -> None:
    assert not panel.findChild(QWidget, "featureChips").isVisible()  # three inputs
    documents.set_data("data set", kind="circle")
    assert panel.findChild(QWidget, "featureChips").isVisible()
    click(panel, "featureChip_x1*x2")
    click(panel, "featureChip_sin(x2)")
    click(panel, "featureChip_x1")
    assert documents.experiment.network.features == ("x2", "x1*x2", "sin(x2)")
    assert panel.findChild(QLabel, "inputCount").text() == "3"
    chips = panel.findChild(QWidget, "featureChips").findChildren(QAbstractButton)
    assert [chip.isChecked() for chip in chips] == [False, True, False, False, True, False, True]
    for name in ("featureChip_x2", "featureChip_x1*x2", "featureChip_sin(x2)"):
        click(panel, name)
    assert documents.experiment.network.features == ("sin(x2)",)
    assert panel.findChild(QAbstractButton, "featureChip_sin(x2)").isChecked()  # the last one stays
    assert "something" in panel.findChild(QAbstractButton, "featureChip_sin(x2)").toolTip()


def test_space_is_the_chips_own(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="circle")
    chip = panel.findChild(QAbstractButton, "featureChip_x1^2")
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QApplication.sendEvent(chip, override)
    assert override.isAccepted()
    QTest.keyClick(chip, Qt.Key.Key_Space)
    assert documents.experiment.network.features == ("x1", "x2", "x1^2")


def test_a_menu_has_all_features_of_any_inputs(panel: NetworkPanel, documents: Documents) -> None:
    click(panel, "featureLink")
    menu = panel.findChild(QMenu, "featureMenu")
    assert menu.isVisible()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:9] == ["x₁", "x₂", "x₃", "x₁²", "x₂²", "x₃²", "x₁x₂", "x₁x₃", "x₂x₃"]
    assert {"sin x₁", "cos x₃", "|x₂|"} <= {*texts}
    menu.findChild(QAction, "feature_x3^2").trigger()
    menu.close()
    assert documents.experiment.network.features == ("x1", "x2", "x3", "x3^2")


def test_no_more_features_than_there_may_be(panel: NetworkPanel, documents: Documents) -> None:
    every = [text for group in feature_choices(2) for text in group]
    documents.set_data("data set", kind="circle")
    documents.set_network("features", features=tuple(every[:MAX_INPUTS]))
    menu = feature_menu(tuple(every[:MAX_INPUTS]), 2, panel)
    entries = {action.data(): action for action in menu.actions() if action.data()}
    assert entries[every[0]].isEnabled()
    assert not entries[every[MAX_INPUTS]].isEnabled()
    assert "10" in entries[every[MAX_INPUTS]].toolTip()
    menu.deleteLater()


def test_biases_are_switched(panel: NetworkPanel, documents: Documents) -> None:
    box = panel.findChild(QAbstractButton, "networkBias")
    assert box.isChecked()
    click(panel, "networkBias")
    assert not documents.experiment.network.bias
    assert panel.header.text() == "32 parameters"
    documents.undo_stack.undo()
    assert box.isChecked()


@pytest.mark.parametrize("init", ["xavier", "he", "zeros"])
def test_more_initialisations_and_their_formulas(panel: NetworkPanel, documents: Documents, init: str) -> None:
    choose(panel, "initChoice", init)
    assert documents.experiment.network.init == init
    tooltip = panel.findChild(QComboBox, "initChoice").toolTip().casefold()
    assert f"{init}: " in tooltip
    assert "√(6 / inputs)" in tooltip


def test_classes_have_softmax_instead_of_a_choice(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="yin-yang")
    assert panel.findChild(QLabel, "outputCount").text() == "3"
    assert panel.findChild(QLabel, "outputSoftmax").isVisible()
    assert not panel.findChild(QComboBox, "outputActivation").isVisible()
    documents.set_data("data set", kind="circle")
    assert not panel.findChild(QLabel, "outputSoftmax").isVisible()
    choose(panel, "outputActivation", "sigmoid")
    assert documents.experiment.network.output == "sigmoid"


def test_what_is_refused_is_said_in_the_panel(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_training("loss", loss="hinge")
    choose(panel, "outputActivation", "sigmoid")
    note = panel.findChild(QLabel, "networkNote")
    assert note.isVisible()
    assert "hinge" in note.text()
    assert panel.findChild(QComboBox, "outputActivation").currentData() in ("tanh", "linear")


def test_a_row_is_dragged_to_another_place(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_network("layers", hidden=(LayerSpec(2), LayerSpec(3), LayerSpec(5)))
    QApplication.processEvents()
    handle = panel.findChild(QWidget, "layerHandle0")
    rows = [panel.findChild(QWidget, f"layerRow{i}") for i in range(3)]
    way = rows[2].pos().y() - rows[0].pos().y()
    start = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    for y in (15, way):
        QTest.mouseMove(handle, start + QPoint(0, y))
    assert [row.drop for row in rows] == [0, 0, 1]
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=start + QPoint(0, way))
    assert neurons(documents) == [3, 5, 2]
    assert [row.drop for row in rows] == [0, 0, 0]
    assert documents.undo_stack.count() == 2


def test_keys_move_a_row_and_the_keyboard_goes_along(panel: NetworkPanel, documents: Documents) -> None:
    panel.activateWindow()
    documents.set_network("layers", hidden=(LayerSpec(2), LayerSpec(3)))
    handle = panel.findChild(QWidget, "layerHandle1")
    handle.setFocus()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    override.ignore()
    QApplication.sendEvent(handle, override)
    assert override.isAccepted()
    QTest.keyClick(handle, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert neurons(documents) == [3, 2]
    assert QApplication.focusWidget() is panel.findChild(QWidget, "layerHandle0")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert neurons(documents) == [3, 2]


def test_what_a_change_of_shape_kept_is_told_at_the_foot(qtbot, documents: Documents, theme: Theme) -> None:
    runs = RunsDouble()
    panel = NetworkPanel(documents, theme, runs)
    qtbot.addWidget(panel)
    panel.show()
    note = panel.findChild(QLabel, "networkNote")
    started = SmallNet(2, 3).started()
    runs.start(replace(started, carried="9 of 13 weights are kept."))
    assert note.isVisible()
    assert note.text() == "9 of 13 weights are kept."
    runs.start(started)
    assert not note.isVisible()


def test_two_inputs_fit_into_the_left_column_as_well(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="circle")
    assert panel.sizeHint().height() <= 190
    assert panel.minimumSizeHint().width() <= 232


def test_what_is_clicked_fast_stays_in_its_place(qtbot, documents: Documents, theme: Theme) -> None:
    runs = RunsDouble()
    panel = NetworkPanel(documents, theme, runs)
    qtbot.addWidget(panel)
    panel.resize(232, 300)
    panel.show()
    names = ("addLayer", "newWeights", "networkBias")
    places = {name: panel.findChild(QWidget, name).mapTo(panel, QPoint(0, 0)) for name in names}
    for _ in range(7):
        click(panel, "addLayer")
        runs.start(replace(SmallNet(2, 3).started(), carried="9 of 13 weights are kept; 4 are new (hidden 3)."))
        QApplication.processEvents()
    assert {name: panel.findChild(QWidget, name).mapTo(panel, QPoint(0, 0)) for name in names} == places
    assert len(neurons(documents)) == MAX_LAYERS
    assert documents.experiment.network.bias


def test_zeros_are_told_what_they_do(panel: NetworkPanel, documents: Documents) -> None:
    hint = panel.findChild(QLabel, "zerosHint")
    assert not hint.isVisible()
    choose(panel, "initChoice", "zeros")
    assert hint.isVisible()
    assert "alike" in hint.text()
    documents.set_network("layers", hidden=())
    assert not hint.isVisible()


def test_some_rows_are_seen_under_any_note(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_network("layers", hidden=(LayerSpec(),) * MAX_LAYERS, init="zeros")
    panel._say("37 of 161 weights kept; 124 are new (hidden 3; hidden 4; hidden 5; hidden 6; hidden 7; hidden 8).")
    QApplication.processEvents()
    panel.resize(232, panel.minimumSizeHint().height())
    QApplication.processEvents()
    assert panel.findChild(QScrollArea).height() >= 3 * ROW_HEIGHT


def test_chips_tell_what_a_click_does(panel: NetworkPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="circle")
    chip = panel.findChild(QAbstractButton, "featureChip_x2^2")
    assert chip.toolTip() == "Let the first layer read x₂²"
    click(panel, "featureChip_x2^2")
    assert chip.toolTip() == "The first layer reads x₂²: click to leave it out"


def test_a_new_layer_is_scrolled_to(qtbot, panel: NetworkPanel, documents: Documents) -> None:
    documents.set_network("layers", hidden=(LayerSpec(),) * (MAX_LAYERS - 1))
    panel.resize(232, 200)
    click(panel, "addLayer")
    rows, output = panel.findChild(QScrollArea), panel.findChild(QWidget, "outputRow")
    qtbot.waitUntil(
        lambda: 0 < output.mapTo(rows.viewport(), output.rect().bottomLeft()).y() <= rows.viewport().height()
    )
