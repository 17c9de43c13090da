"""The sweep over learning rates, on the real window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QStyle, QStyleOptionFrame
from pytestqt.qtbot import QtBot

from core.sweep import best_of
from gui.main_window import MainWindow
from gui.panels.compare import RATES, ComparePanel
from gui.panels.sweep import STALE, SweepView

OpenWindow = Callable[[str], MainWindow]


@pytest.fixture
def moons(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    window = open_window("moons")
    window.desk.show_card("compare")
    panel = window.network.panel("compare")
    assert isinstance(panel, ComparePanel)
    panel.show_kind(RATES)
    qtbot.waitUntil(panel.sweep.isVisible)
    return window


def view_of(window: MainWindow) -> SweepView:
    view = window.findChild(SweepView)
    assert view is not None
    return view


def type_into(window: MainWindow, name: str, text: str) -> None:
    field = view_of(window).findChild(QLineEdit, name)
    assert field is not None
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def press(window: MainWindow, name: str) -> None:
    button = view_of(window).findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def field_text(window: MainWindow, name: str) -> str:
    field = view_of(window).findChild(QLineEdit, name)
    assert field is not None
    return field.text()


def sweep(qtbot: QtBot, window: MainWindow, steps: int = 12, count: int = 4) -> SweepView:
    """A short one, to its end."""
    type_into(window, "sweepCount", str(count))
    type_into(window, "sweepSteps", str(steps))
    press(window, "sweepRun")
    view = view_of(window)
    qtbot.waitUntil(lambda: not view.busy)
    return view


def test_it_proposes_two_decades_around_the_present_rate(qtbot: QtBot, moons: MainWindow) -> None:
    assert (field_text(moons, "sweepFrom"), field_text(moons, "sweepTo")) == ("0.03", "3")
    assert field_text(moons, "sweepSteps") == "200"
    type_into(moons, "sweepTo", "1")
    moons.documents.set_training("learning rate", learning_rate=0.02)
    assert (field_text(moons, "sweepFrom"), field_text(moons, "sweepTo")) == ("0.002", "1"), "what was typed stays"


def test_it_runs_beside_training_and_changes_nothing(qtbot: QtBot, moons: MainWindow) -> None:
    before, frame = moons.documents.experiment, moons.runs.frame
    view = sweep(qtbot, moons)
    assert [run.rate for run in view.found] == [0.03, 0.139, 0.646, 3.0]
    assert view.final.runs == view.found
    assert view.curves.runs == view.found
    assert all(len(run.steps) == 12 for run in view.found if run.diverged_at is None)
    assert moons.documents.experiment == before
    assert moons.runs.frame is frame
    best = best_of(view.found)
    assert best is not None
    assert view.final.best == view.found.index(best)
    assert view.controls.note.text() == ""


def test_the_best_rate_is_used_as_a_step_of_undo(qtbot: QtBot, moons: MainWindow) -> None:
    view = sweep(qtbot, moons)
    best = best_of(view.found)
    assert best is not None
    press(moons, "sweepUse")
    assert moons.documents.experiment.training.learning_rate == best.rate
    assert not view.controls._use.isVisible(), "it is in use"
    assert view.controls.note.text() == "", "another rate is no other set-up"
    moons.documents.undo_stack.undo()
    assert moons.documents.experiment.training.learning_rate == 0.3


def test_another_rate_is_chosen_by_mouse_and_by_keys(qtbot: QtBot, moons: MainWindow) -> None:
    view = sweep(qtbot, moons)
    place = view.final.places([run.loss for run in view.found])[1]
    view.final.clicked.emit(QPointF(*place))
    assert view.chosen is view.found[1]
    assert view.final.chosen == view.curves.chosen == 1
    assert view.controls._use.text() == "use η = 0.139"
    view.final.setFocus()
    QTest.keyClick(view.final, Qt.Key.Key_Left)
    assert view.chosen is view.found[0]
    QTest.keyClick(view.final, Qt.Key.Key_Return)
    assert moons.documents.experiment.training.learning_rate == 0.03


def test_the_pointer_tells_rate_and_loss(qtbot: QtBot, moons: MainWindow) -> None:
    view = sweep(qtbot, moons)
    place = view.final.places([run.loss for run in view.found])[0]
    view.final.hovered.emit(QPointF(*place))
    assert view.final.bubble == ("η 0.03", f"loss {view.found[0].loss:.4f}")
    assert view.curves.hovered_run == 0, "its curve is thick"
    view.final.left.emit()
    assert view.final.bubble == ()
    curve = view.curves.places(view.found[1])
    view.curves.hovered.emit(QPointF(*curve[-1]))
    assert view.curves.bubble[1] == "step 11"
    assert view.final.hovered_run == view.curves.hovered_run


def test_it_can_be_cancelled_and_what_is_there_stays(qtbot: QtBot, moons: MainWindow) -> None:
    type_into(moons, "sweepSteps", "1000000")
    press(moons, "sweepRun")
    view = view_of(moons)
    qtbot.waitUntil(lambda: len(view.curves.runs) > 0 and view.controls._progress.value() > 0)
    moons.runs.move(3)
    qtbot.waitUntil(lambda: moons.runs.frame is not None and moons.runs.frame.step == 3)
    press(moons, "sweepCancel")
    assert not view.busy
    assert view.controls.note.text() == "cancelled"
    assert len(view.found) > 0
    assert view.controls._run.isVisible()
    assert len(view.found) == 1
    view.final.run_chosen.emit(0)
    assert view.chosen is None, "it is not at its end"
    assert not view.controls._use.isVisible()
    with qtbot.waitSignal(moons.session.analysis.start(lambda report: 7).finished) as caught:
        pass
    assert caught.args == [7], "the thread is free again"


def test_of_a_cancelled_one_only_what_is_at_its_end_is_offered(qtbot: QtBot, moons: MainWindow) -> None:
    type_into(moons, "sweepSteps", "3000")
    press(moons, "sweepRun")
    view = view_of(moons)
    qtbot.waitUntil(lambda: len(view.found) >= 2)
    press(moons, "sweepCancel")
    assert view.chosen is best_of(view.found[:-1])
    assert view.chosen is not None
    view.final.run_chosen.emit(len(view.found) - 1)
    assert view.chosen is None, "it is not at its end"
    assert not view.controls._use.isVisible()


@pytest.mark.parametrize("narrow", [False, True])
def test_a_long_sweep_can_be_read(moons: MainWindow, narrow: bool) -> None:
    type_into(moons, "sweepSteps", "1000000")
    controls = view_of(moons).controls
    controls.set_narrow(narrow)
    field = controls._steps
    field.ensurePolished()
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    inside = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    assert inside.width() >= field.fontMetrics().horizontalAdvance(field.text()) + 4


def test_a_change_of_the_set_up_makes_the_result_old(qtbot: QtBot, moons: MainWindow) -> None:
    view = sweep(qtbot, moons)
    moons.documents.set_training("batch", batch=10)
    assert view.controls.note.text() == STALE
    assert len(view.found) == 4
    moons.documents.undo_stack.undo()
    assert view.controls.note.text() == ""
    moons.documents.open_example("xor")
    assert view.found == ()
    assert view._empty.isVisible()


def test_rates_that_are_too_high_are_marked(qtbot: QtBot, moons: MainWindow) -> None:
    moons.documents.set_training("loss", loss="sum-squared")
    type_into(moons, "sweepFrom", "0.00001")
    type_into(moons, "sweepTo", "10")
    view = sweep(qtbot, moons, steps=300, count=3)
    last = view.found[-1]
    assert last.diverged_at is not None
    assert view.final.best is not None
    assert view.final.best < 2
    view.final.run_chosen.emit(2)
    assert view.chosen is None, "a rate that diverges is not offered"
    assert not view.controls._use.isVisible()
    view.final.run_hovered.emit(2)
    assert view.final.bubble == ("η 10", "diverged", f"at step {last.diverged_at}")
    places = view.final.places([run.loss for run in view.found])
    assert places[2, 1] == min(places[:, 1]), "at the top"


@pytest.mark.parametrize(("name", "text"), [("sweepTo", "0.001"), ("sweepCount", "99")])
def test_what_makes_no_sense_is_said(moons: MainWindow, name: str, text: str) -> None:
    type_into(moons, name, text)
    view = view_of(moons)
    assert view.controls.note.text()
    if name == "sweepTo":
        press(moons, "sweepRun")
        assert not view.busy


def test_test_rows_decide(qtbot: QtBot, moons: MainWindow) -> None:
    moons.documents.set_data("test share", test_share=0.4)
    view = sweep(qtbot, moons)
    assert all(run.test_loss is not None for run in view.found)
    view.final.run_hovered.emit(0)
    assert view.final.bubble[-1] == f"test {view.found[0].test_loss:.4f}"
