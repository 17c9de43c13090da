from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QScrollArea, QWidget

from core.document import open_document
from core.experiment import MAX_LAYERS, MAX_NEURONS, LayerSpec
from gui.panels.network import NetworkPanel
from gui.session.documents import Documents
from gui.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme("light")
    theme.apply(qapp)
    yield theme
    theme.deleteLater()


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
