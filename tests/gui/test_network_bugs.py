"""The bug lab in network mode, in the real window: the run with the bug beside the true one."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core import kernels
from core.bugs import Bug
from core.document import open_document, read_document
from core.experiment import with_bugs
from core.trainer import Trainer
from gui.frames import Frame
from gui.main_window import MainWindow
from gui.panels.bug_banner import BugBanner
from gui.panels.loss_legend import CurveLegend

WAIT_MS = 20_000
OpenWindow = Callable[[str], MainWindow]


@pytest.fixture(autouse=True)
def _numpy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled kernels, which an earlier test may have made ready, differ in the last place."""
    monkeypatch.setattr(kernels, "_module", None)


def wait_for(qtbot: QtBot, window: MainWindow, condition: Callable[[Frame], object]) -> Frame:
    qtbot.waitUntil(lambda: window.runs.frame is not None and bool(condition(window.runs.frame)), timeout=WAIT_MS)
    assert window.runs.frame is not None
    return window.runs.frame


def train_to(qtbot: QtBot, window: MainWindow, step: int) -> Frame:
    """There, and drawn."""
    window.runs.move(step - (window.runs.frame.step if window.runs.frame else 0))
    frame = wait_for(qtbot, window, lambda frame: frame.step == step)
    told = step if frame.full_batch else step - 1  # the loss of a batch is known with its step
    qtbot.waitUntil(lambda: window.network.loss.history.last_step == told, timeout=WAIT_MS)
    return frame


def switch(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Click a switch of the bug lab, and wait for the run to follow."""
    window.network.bugs.findChild(QCheckBox, name).click()
    wait_for(qtbot, window, lambda frame: (frame.broken.bugs if frame.broken else frozenset()) == window.runs.bugs)


def banner(window: MainWindow) -> BugBanner:
    return window.network.findChild(BugBanner, "bugBanner")


def legend(window: MainWindow) -> list[str]:
    return window.network.loss.header.findChild(CurveLegend, "lossLegend").texts


def losses(name: str, steps: int, *bugs: Bug) -> list[float]:
    """Of a run on its own."""
    trainer = Trainer(with_bugs(open_document(name).experiment, frozenset(bugs)))
    return trainer.advance(steps).losses.tolist()


def test_the_card_is_opened_by_a_link_of_the_loss_card(window: MainWindow) -> None:
    panel = window.network.bugs
    assert not panel.isVisible()
    link = window.findChild(QAbstractButton, "bugsLink")
    link.click()
    assert panel.isVisible()
    link.click()
    assert not panel.isVisible()


def test_a_bug_is_a_second_curve_and_undo_brings_the_true_run_back(qtbot: QtBot, window: MainWindow) -> None:
    train_to(qtbot, window, 5)
    switch(qtbot, window, "bugOverwrite")
    assert "= instead of +=" in banner(window).text
    assert banner(window).isVisible()
    window.runs.set_speed(math.inf)
    window.runs.play()
    wait_for(qtbot, window, lambda frame: frame.step >= 25)
    window.runs.pause()
    qtbot.waitUntil(lambda: not window.runs.playing, timeout=WAIT_MS)
    panel = window.network.loss
    frame = wait_for(qtbot, window, lambda frame: panel.history.last_step == frame.step)
    assert panel.twin.steps[0] == 5
    assert panel.twin.last_step == frame.step
    assert panel.twin.losses[:20].tolist() == losses("lecture", 25)[5:]
    assert panel.history.losses[:5].tolist() == losses("lecture", 5)
    assert (panel.history.losses[10:25] > panel.twin.losses[5:20]).all()
    assert legend(window) == ["with the bug", "without the bug"]
    assert "41 of 41 gradients are wrong" in banner(window).text

    window.documents.undo_stack.undo()
    frame = wait_for(qtbot, window, lambda frame: frame.broken is None)
    assert not banner(window).isVisible()
    assert not window.network.bugs.findChild(QCheckBox, "bugOverwrite").isChecked()
    ended = panel.twin.last_step
    before = frame.loss
    frame = train_to(qtbot, window, frame.step + 40)
    assert frame.loss < before  # the gradients are true again
    assert frame.twin is None
    assert panel.twin.last_step == ended
    assert legend(window) == ["this run", "without the bug"]
    assert [mark.text for mark in panel.marks] == ["bug: = instead of +=", "bugs off"]


def go_on_from(qtbot: QtBot, window: MainWindow, step: int) -> None:
    """Look at an earlier step, and play from there for a little while."""
    window.runs.look_at(step)
    wait_for(qtbot, window, lambda frame: frame.step == step and frame.is_past)
    window.runs.play()
    wait_for(qtbot, window, lambda frame: frame.step > step and not frame.is_past)
    window.runs.pause()
    qtbot.waitUntil(lambda: not window.runs.playing)


def test_the_true_run_goes_back_with_the_other(qtbot: QtBot, window: MainWindow) -> None:
    train_to(qtbot, window, 4)
    switch(qtbot, window, "bugNoZero")
    train_to(qtbot, window, 20)
    known = window.network.loss.twin.losses.tolist()
    window.runs.look_at(12)
    wait_for(qtbot, window, lambda frame: frame.step == 12)
    assert window.network.loss.twin.losses.tolist() == known, "looking back forgets nothing"
    go_on_from(qtbot, window, 12)
    train_to(qtbot, window, 20)
    assert window.network.loss.twin.losses.tolist() == known
    go_on_from(qtbot, window, 2)  # before the bug: both begin here
    train_to(qtbot, window, 6)
    assert window.network.loss.twin.steps[0] == 2
    assert window.network.loss.twin.losses.tolist() == losses("lecture", 7)[2:]


def test_a_new_run_begins_both_curves(qtbot: QtBot, window: MainWindow) -> None:
    switch(qtbot, window, "bugTwice")
    train_to(qtbot, window, 6)
    assert window.runs.frame is not None
    run = window.runs.frame.run
    window.runs.reset()
    wait_for(qtbot, window, lambda frame: frame.run != run)
    train_to(qtbot, window, 3)
    assert window.network.loss.history.losses.tolist()[:3] == losses("lecture", 3, Bug.TWICE)
    assert window.network.loss.twin.losses.tolist() == losses("lecture", 4)
    assert window.network.loss.ghost is not None


def test_with_minibatches_the_true_run_is_told_over_all_samples(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window("moons-demo")
    window.documents.set_training("batch size", batch=20)
    window.network.bugs.findChild(QCheckBox, "bugWrongSign").click()
    frame = train_to(qtbot, window, 8)
    trainer = Trainer(with_bugs(window.documents.experiment, frozenset()))
    twin = window.network.loss.twin
    assert (twin.steps[0], twin.last_step) == (0, 8)
    assert twin.losses[0] == trainer.objective.evaluate(trainer.theta).loss
    trainer.advance(8)
    assert twin.losses[-1] == trainer.objective.evaluate(trainer.theta).loss
    assert frame.twin is not None
    assert frame.twin.curve.steps.tolist()[-1] == 8
    assert legend(window) == ["batch", "all samples", "without the bug"]


def test_a_file_keeps_bug_and_true_run(
    qtbot: QtBot, window: MainWindow, open_window: OpenWindow, tmp_path: Path
) -> None:
    switch(qtbot, window, "bugNoZero")
    frame = train_to(qtbot, window, 9)
    path = tmp_path / "buggy.chainrule"
    with qtbot.waitSignal(window.files.saved, timeout=WAIT_MS):
        window.files.save(path)
    assert read_document(path).experiment.training.bugs == ("no-zero",)
    other = open_window("xor")
    other.files.open(path)
    again = wait_for(qtbot, other, lambda frame: frame.step == 9)
    assert again.theta.tobytes() == frame.theta.tobytes()
    assert again.gradient.tobytes() == frame.gradient.tobytes()
    assert banner(other).isVisible()
    assert other.network.bugs.findChild(QCheckBox, "bugNoZero").isChecked()
    qtbot.waitUntil(lambda: other.network.loss.twin.last_step == 9, timeout=WAIT_MS)
    assert other.network.loss.twin.losses.tolist() == losses("lecture", 10)
    frame, again = train_to(qtbot, window, 14), train_to(qtbot, other, 14)
    assert again.theta.tobytes() == frame.theta.tobytes()
    assert other.network.loss.twin.losses.tolist() == window.network.loss.twin.losses.tolist()


def test_the_gradients_shown_are_those_the_next_step_uses(qtbot: QtBot, window: MainWindow) -> None:
    switch(qtbot, window, "bugNoZero")
    frame = train_to(qtbot, window, 6)
    after = train_to(qtbot, window, 7)
    assert after.theta.tobytes() == (frame.theta - 0.05 * frame.gradient).tobytes()
    assert frame.broken is not None
    assert not np.allclose(frame.broken.true_gradient, frame.gradient)


def test_the_panel_lists_wrong_gradients_and_leads_to_the_weight(qtbot: QtBot, window: MainWindow) -> None:
    window.findChild(QAbstractButton, "bugsLink").click()
    switch(qtbot, window, "bugOverwrite")
    title = window.network.bugs.findChild(QLabel, "bugSummaryTitle")
    qtbot.waitUntil(lambda: title.text() == "41 of 41 gradients are wrong", timeout=WAIT_MS)
    note = window.network.bugs.findChild(QLabel, "bugSummaryNote").text()
    assert note.startswith("and 33 more.")
    assert "without the bug" in note
    window.network.bugs.findChild(QPushButton, "wrongGradient1").click()
    assert window.selection.address == "L1.N1.w2"


def test_right_gradients_are_said_to_be_right(qtbot: QtBot, window: MainWindow) -> None:
    window.findChild(QAbstractButton, "bugsLink").click()
    switch(qtbot, window, "bugWrongSign")
    note = window.network.bugs.findChild(QLabel, "bugSummaryNote")
    qtbot.waitUntil(lambda: "the update that goes the wrong way" in note.text(), timeout=WAIT_MS)
    assert "no gradient is wrong" in banner(window).text


@pytest.mark.parametrize("name", ["moons-demo", "lecture"])
def test_an_example_of_the_lab_begins_with_the_bug_on(qtbot: QtBot, window: MainWindow, name: str) -> None:
    bug = {"moons-demo": "NoZero", "lecture": "Twice"}[name]
    train_to(qtbot, window, 3)
    assert window.runs.frame is not None
    run, theta = window.runs.frame.run, window.runs.frame.theta
    window.findChild(QAbstractButton, "bugsLink").click()
    switch(qtbot, window, f"bug{bug}")
    window.network.bugs.findChild(QPushButton, f"tryBug{bug}").click()
    frame = wait_for(qtbot, window, lambda frame: frame.run != run)
    assert (frame.step, window.documents.experiment.data.kind) == (0, name)
    assert frame.broken is not None
    assert window.runs.bugs == frame.broken.bugs
    if name != "lecture":
        window.documents.undo_stack.undo()  # the run that was there goes on
        frame = wait_for(qtbot, window, lambda frame: frame.run == run)
        assert frame.theta.tobytes() == theta.tobytes()


def test_a_bug_that_would_never_end_pauses_with_its_reason(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window("moons-demo")
    window.documents.set_network("layers", hidden=window.documents.experiment.network.hidden * 4)
    wait_for(qtbot, window, lambda frame: len(frame.theta) > 1000)
    window.findChild(QAbstractButton, "bugsLink").click()
    switch(qtbot, window, "bugNaive")
    assert "no step can be taken" in banner(window).text
    window.runs.failed.disconnect(window.notifications.show_error)
    with qtbot.waitSignal(window.runs.failed, timeout=WAIT_MS) as failed:
        window.runs.play()
    assert "every path" in failed.args[0]
    assert failed.args[1] == ""
    qtbot.waitUntil(lambda: not window.runs.playing, timeout=WAIT_MS)
    window.network.findChild(QWidget, "bugBannerOff").click()
    wait_for(qtbot, window, lambda frame: frame.broken is None)
    train_to(qtbot, window, 1)
