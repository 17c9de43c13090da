"""The inspector leads from node to node, and shows numbers only of the node that it is at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.maths import Maths
from gui.panels.inspector import InspectorPanel
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.inspector_bench import RunsDouble, hidden, inspect, part3, row, started, text, weight


def test_a_click_and_enter_follow_a_row(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, part3()["d"])
    qtbot.mouseClick(row(panel, "operandRow0"), Qt.MouseButton.LeftButton)
    assert selection.address == "e"
    runs.show(part3()["e"])
    row(panel, "consumerRow0").setFocus()
    qtbot.keyClick(row(panel, "consumerRow0"), Qt.Key.Key_Return)
    assert selection.address == "d"


def test_keys_walk_on_without_losing_the_focus(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, part3()["a"])
    first = row(panel, "consumerRow0")
    panel.activateWindow()
    first.setFocus()
    for address in ("e", "d", "L"):
        assert first.isEnabled() and panel.focusWidget() is first
        qtbot.keyClick(first, Qt.Key.Key_Enter)
        assert selection.address == address
        runs.show(part3()[address])


def test_a_note_leads_nowhere(qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, weight())
    qtbot.mouseClick(row(panel, "consumerRow1"), Qt.MouseButton.LeftButton)
    assert selection.address == "L1.N3.w2"


def test_back_and_forward(qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    back = panel.findChild(QAbstractButton, "inspectorBack")
    forward = panel.findChild(QAbstractButton, "inspectorForward")
    assert back is not None and forward is not None
    assert not back.isEnabled() and not forward.isEnabled()
    for address in ("a", "e", "d"):
        inspect(selection, runs, part3()[address])
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert selection.address == "e" and forward.isEnabled()
    panel.go_back()
    assert selection.address == "a" and not back.isEnabled()
    qtbot.mouseClick(forward, Qt.MouseButton.LeftButton)
    assert selection.address == "e"
    selection.select("L")
    assert not forward.isEnabled()
    selection.clear()
    panel.go_back()
    assert selection.address == "L"


def test_backspace_goes_back(qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["a"])
    inspect(selection, runs, part3()["e"])
    with qtbot.waitActive(panel):
        panel.activateWindow()
    row(panel, "consumerRow0").setFocus()
    qtbot.keyClick(row(panel, "consumerRow0"), Qt.Key.Key_Backspace)
    assert selection.address == "a"


def test_another_sample_takes_the_place_of_its_twin(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    selection.select("a")
    selection.select("sample2/loss")
    selection.select_sample(3)
    assert selection.address == "sample4/loss"
    panel.go_back()
    assert selection.address == "a"


def test_numbers_are_blank_until_the_frame_comes(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["d"])
    selection.select("e")
    assert text(panel, "inspectorAddress") == "e"
    assert text(panel, "inspectorData") == text(panel, "inspectorGradient") == text(panel, "consumerRow0") == ""
    runs.show(part3()["d"])  # late: still of the node before
    assert text(panel, "inspectorGradient") == ""
    runs.show(None)
    assert text(panel, "inspectorGradient") == ""
    runs.show(part3()["e"])
    assert text(panel, "inspectorData") == "-6.0000"


def test_a_frame_of_an_older_run_is_dropped(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["d"])
    runs.run_started.emit(started(run=2))
    assert text(panel, "inspectorGradient") == ""
    runs.show(part3()["d"], run=1)
    assert text(panel, "inspectorGradient") == ""
    runs.show(part3()["d"], run=2)
    assert text(panel, "inspectorGradient") == "-2.0000"


def test_a_hidden_panel_draws_when_it_is_shown(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    panel.hide()
    inspect(selection, runs, part3()["d"])
    assert text(panel, "inspectorData") == ""
    panel.show()
    assert text(panel, "inspectorData") == "4.0000"


def test_draws_at_once_what_is_already_there(
    qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme, maths: Maths
) -> None:
    inspect(selection, runs, part3()["d"])
    panel = InspectorPanel(runs, selection, theme, maths)
    qtbot.addWidget(panel)
    panel.show()
    assert text(panel, "inspectorGradient") == "-2.0000"


def test_another_node_is_shown_from_its_top(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, hidden(5))
    QApplication.processEvents()
    bar = panel.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    selection.select("sample2/L2.N1.out")
    assert bar.value() == 0


def test_the_focus_stays_in_the_inspector(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble, theme: Theme
) -> None:
    """A button that is disabled would pass it on, to a control the eye is not at."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    before, after = QPushButton("before"), QPushButton("after")
    for part in (before, panel, after):
        column.addWidget(part)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    for address in ("a", "e"):
        inspect(selection, runs, part3()[address])
    back = panel.findChild(QAbstractButton, "inspectorBack")
    back.setFocus()
    qtbot.keyClick(back, Qt.Key.Key_Return)
    assert selection.address == "a" and not back.isEnabled()
    assert QApplication.focusWidget() is panel
    inspect(selection, runs, hidden(5))
    row(panel, "consumerRow4").setFocus()
    inspect(selection, runs, part3()["d"])
    assert panel.isAncestorOf(QApplication.focusWidget()) or QApplication.focusWidget() is panel
    panel.setParent(None)
