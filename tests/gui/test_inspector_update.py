"""The inspector tells what the next step does to a weight, and lets it be set and frozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.experiment import OptimizerKind, OptimizerSpec
from core.update_told import Memory, UpdateTold
from gui.frames import Frame
from gui.main_window import MainWindow
from gui.numbers import format_exact
from gui.panels.inspector_texts import number_text
from gui.panels.inspector_update import clip_line, corrected_line, gradient_line, memory_line, step_line

WEIGHT = "L1.N1.w1"


def told(**changes: object) -> UpdateTold:
    """A step of plain gradient descent."""
    plain = UpdateTold(
        kind="sgd",
        before=0.2355,
        after=0.258185,
        rate=0.05,
        direction=-0.4537,
        kept=1.0,
        gradient=-0.4537,
        gradient_of="all",
        clip=0.0,
        length=1.0,
        factor=1.0,
        frozen=False,
        memory=(),
        tex=r"w \leftarrow w - \eta \, g",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "0.2355 - 0.0500 × (-0.4537) = 0.2582"),
        ({"rate": -0.05, "after": 0.212815}, "0.2355 + 0.0500 × (-0.4537) = 0.2128"),
        ({"before": -0.2355, "after": -0.212815}, "-0.2355 - 0.0500 × (-0.4537) = -0.2128"),
        ({"kept": 0.9995, "direction": 1.0, "after": 0.1854}, "0.9995 × 0.2355 - 0.0500 × 1.0000 = 0.1854"),
        ({"kept": 0.5, "before": -1.0, "after": -0.4773}, "0.5000 × (-1.0000) - 0.0500 × (-0.4537) = -0.4773"),
        ({"after": float("nan"), "direction": float("inf")}, "0.2355 - 0.0500 × inf = nan"),
    ],
)
def test_the_step_in_numbers(changes: dict[str, object], line: str) -> None:
    assert step_line(told(**changes)) == line


def test_the_memory_in_numbers() -> None:
    velocity = Memory("v", "velocity", 0.12, 0.138)
    assert memory_line(told(memory=(velocity,))) == "velocity v 0.1200 → 0.1380"
    both = (Memory("m", "mean of g", 0.0, 0.01, 0.1), Memory("v", "mean of g²", 0.0, 1e-5, 0.01))
    assert memory_line(told(memory=both)) == "m 0.0000 → 0.0100  v 0.0000 → 1.00e-05"
    assert corrected_line(told(memory=both)) == "m\u0302 = 0.1000, v\u0302 = 0.0100"
    assert memory_line(told(memory=both, frozen=True)) == "m 0.0000  v 0.0000"
    assert memory_line(told()) == corrected_line(told()) == ""


def test_the_gradient_of_the_step_and_clipping_in_words() -> None:
    assert gradient_line(told(gradient_of="batch")) == "g = -0.4537, over this step's batch"
    assert gradient_line(told(gradient_of="bugs")) == "g = -0.4537, as the bug makes it"
    assert clip_line(told(clip=1.0, length=0.9961)) == "not clipped: the gradient's length is 0.996, at most 1.00"
    clipped = told(clip=0.1, length=2.6, factor=0.1 / 2.6)
    assert clip_line(clipped) == "g × 0.0385: the gradient is clipped from 2.60 to 0.100"


def child[T: QWidget](window: MainWindow, kind: type[T], name: str) -> T:
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def seen(window: MainWindow, name: str) -> bool:
    return child(window, QWidget, name).isVisibleTo(window)


def text(window: MainWindow, name: str) -> str:
    return str(child(window, QWidget, name).text())  # type: ignore[attr-defined]


def shown(qtbot: QtBot, window: MainWindow, address: str) -> Frame:
    """Select a node, and wait until the inspector shows it."""
    window.selection.select(address)
    return arrived(qtbot, window, lambda frame: frame.explanation is not None and frame.explanation.address == address)


def arrived(qtbot: QtBot, window: MainWindow, wanted: Callable[[Frame], bool]) -> Frame:
    qtbot.waitUntil(lambda: window.runs.frame is not None and wanted(window.runs.frame))
    assert window.runs.frame is not None
    return window.runs.frame


def weight(window: MainWindow, frame: Frame, address: str = WEIGHT) -> float:
    assert window.runs.started is not None
    return float(frame.theta[window.runs.started.parameter_names.index(address)])


@pytest.mark.parametrize("kind", get_args(OptimizerKind))
def test_the_number_told_is_that_of_the_next_step(
    qtbot: QtBot, open_window: Callable[[str], MainWindow], kind: OptimizerKind
) -> None:
    window = open_window("lecture")
    window.documents.set_training("all", optimizer=OptimizerSpec(kind), learning_rate=0.01, batch=3, clip=0.5)
    shown(qtbot, window, WEIGHT)
    window.runs.step()
    frame = arrived(qtbot, window, lambda frame: frame.step == 1)
    assert frame.explanation is not None and frame.explanation.update is not None
    promised = frame.explanation.update
    assert text(window, "inspectorNext") == number_text(promised.after)
    assert seen(window, "inspectorMemory") == (kind != "sgd")
    assert text(window, "inspectorMemory") == memory_line(promised)
    window.runs.step()
    frame = arrived(qtbot, window, lambda frame: frame.step == 2)
    assert weight(window, frame) == promised.after


def test_the_link_shows_how_and_hides_it_again(qtbot: QtBot, window: MainWindow) -> None:
    shown(qtbot, window, WEIGHT)
    assert not seen(window, "inspectorUpdate"), "it would make the inspector scroll"
    how = child(window, QAbstractButton, "inspectorHow")
    assert how.toolTip().startswith("Show")
    qtbot.mouseClick(how, Qt.MouseButton.LeftButton)
    assert seen(window, "inspectorUpdate")
    assert how.toolTip().startswith("Hide")
    frame = window.runs.frame
    assert frame is not None and frame.explanation is not None and frame.explanation.update is not None
    assert text(window, "inspectorStepNumbers") == step_line(frame.explanation.update)
    assert text(window, "inspectorOptimizer") == "SGD, η 0.0500"
    qtbot.waitUntil(lambda: not child(window, QWidget, "inspectorStepNumbers").visibleRegion().isEmpty())
    shown(qtbot, window, "sample1/L1.N1.out")
    assert not seen(window, "inspectorUpdate")
    assert not seen(window, "inspectorNext")
    shown(qtbot, window, "L1.N1.b")
    assert seen(window, "inspectorUpdate"), "as it was left"
    qtbot.mouseClick(how, Qt.MouseButton.LeftButton)
    assert not seen(window, "inspectorUpdate")


def test_a_large_window_has_room_for_it(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("moons-demo")
    window.resize(1920, 1300)
    shown(qtbot, window, WEIGHT)
    qtbot.waitUntil(lambda: seen(window, "inspectorUpdate"))
    assert seen(window, "inspectorHistory")


def typed(window: MainWindow, number: str) -> QLineEdit:
    field = child(window, QLineEdit, "inspectorWeightField")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, number)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return field


def test_a_weight_is_set_by_hand_and_undone(qtbot: QtBot, window: MainWindow) -> None:
    before = weight(window, shown(qtbot, window, WEIGHT))
    field = child(window, QLineEdit, "inspectorWeightField")
    assert field.isVisibleTo(window) and not seen(window, "inspectorData")
    assert (field.text(), field.toolTip().split(":")[0]) == (number_text(before), format_exact(before))
    typed(window, "-1.25")
    frame = arrived(qtbot, window, lambda frame: weight(window, frame) == -1.25)
    assert frame.step == 0
    qtbot.waitUntil(lambda: field.text() == "-1.2500")
    assert window.documents.undo_stack.undoText() == f"set {WEIGHT}"
    window.documents.undo_stack.undo()
    arrived(qtbot, window, lambda frame: weight(window, frame) == before)


def test_a_number_that_is_none_is_refused_with_a_sentence(qtbot: QtBot, window: MainWindow) -> None:
    shown(qtbot, window, WEIGHT)
    field = typed(window, "2e9")
    problem = child(window, QLabel, "inspectorProblem")
    assert problem.isVisibleTo(window) and problem.text().startswith("Enter a number")
    assert window.documents.undo_stack.count() == 0
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not problem.isVisibleTo(window)


def test_keys_stay_in_the_field(qtbot: QtBot, window: MainWindow) -> None:
    """Backspace leads back to the node before, and the full stop takes a step: not while a number is typed."""
    shown(qtbot, window, "L1.N2.b")
    shown(qtbot, window, WEIGHT)
    with qtbot.waitActive(window):
        window.activateWindow()
    field = child(window, QLineEdit, "inspectorWeightField")
    field.setFocus()
    field.selectAll()
    for key in (Qt.Key.Key_1, Qt.Key.Key_Period, Qt.Key.Key_5, Qt.Key.Key_Backspace):
        QTest.keyClick(QApplication.focusWidget(), key)
    assert field.text() == "1."
    assert window.selection.address == WEIGHT
    QTest.keyClick(field, Qt.Key.Key_Return)
    frame = arrived(qtbot, window, lambda frame: weight(window, frame) == 1.0)
    assert frame.step == 0


def test_a_weight_is_frozen_and_freed(qtbot: QtBot, window: MainWindow) -> None:
    before = weight(window, shown(qtbot, window, WEIGHT))
    link = child(window, QAbstractButton, "inspectorFreeze")
    assert (link.text(), link.accessibleName()) == ("freeze", f"freeze {WEIGHT}")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert window.documents.experiment.training.frozen == (WEIGHT,)
    qtbot.waitUntil(lambda: text(window, "inspectorNext") == "frozen")
    qtbot.mouseClick(child(window, QAbstractButton, "inspectorHow"), Qt.MouseButton.LeftButton)
    assert seen(window, "inspectorFrozen") and not seen(window, "inspectorStepNumbers")
    window.runs.step()
    assert weight(window, arrived(qtbot, window, lambda frame: frame.step == 1)) == before
    assert link.text() == "free"
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert window.documents.experiment.training.frozen == ()
    qtbot.waitUntil(lambda: text(window, "inspectorNext") != "frozen")
    assert not seen(window, "inspectorFrozen") and seen(window, "inspectorStepNumbers")


def test_a_neuron_is_frozen_with_its_weights(qtbot: QtBot, window: MainWindow) -> None:
    shown(qtbot, window, "sample2/L2.N3.out")
    link = child(window, QAbstractButton, "inspectorFreeze")
    assert link.text() == "freeze neuron"
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert window.documents.experiment.training.frozen == ("L2.N3",)
    assert link.text() == "free neuron"
    shown(qtbot, window, "L2.N3.w2")
    assert link.text() == "free"
    shown(qtbot, window, "sample2/x1")
    assert not link.isVisibleTo(window)


def test_features_and_classes_are_told_as_they_are(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("playground-xor")
    window.documents.set_network("features", features=("x1", "x1^2"), bias=False, output="sigmoid")
    frame = shown(qtbot, window, "sample3/x1^2")
    assert frame.explanation is not None and frame.explanation.check is not None
    assert frame.explanation.check.agrees
    assert child(window, QWidget, "inspectorOperation").tex == "f_{2} = x_{1}^{2}"  # type: ignore[attr-defined]
    window.documents.open_example("yin-yang")
    frame = shown(qtbot, window, "sample3/L3.N2.out")
    qtbot.waitUntil(lambda: text(window, "consumerRow0").startswith("ln Σ log of sum"))
    assert text(window, "inspectorTitle") == "output 2 · output"
    assert np.isfinite(frame.explanation.gradient)  # type: ignore[union-attr]
