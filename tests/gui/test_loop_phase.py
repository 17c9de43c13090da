"""The training loop in network mode: which line is lit, and what stands below."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from core.bugs import Bug
from core.expression.sheet import Phase
from gui.main_window import MainWindow
from gui.panels.loop_code import training_code
from gui.panels.loop_phase import LoopPhase
from gui.panels.loop_training import TrainingLoopPanel
from gui.session.playhead import Scale

WAIT_MS = 20_000
OpenWindow = Callable[[str], MainWindow]
IN_TURN = [Phase.UPDATE, Phase.FORWARD, Phase.ZERO, Phase.BACKWARD]


def listening(phase: LoopPhase) -> list[Phase | None]:
    seen: list[Phase | None] = []
    phase.changed.connect(seen.append)
    return seen


@pytest.fixture
def panel(qtbot: QtBot, window: MainWindow) -> TrainingLoopPanel:
    panel = window.network.panel("loop")
    assert not panel.isVisible()
    window.findChild(QAbstractButton, "loopLink").click()
    qtbot.waitUntil(panel.isVisible, timeout=WAIT_MS)
    return panel


def test_a_step_goes_through_its_phases_and_rests(qtbot: QtBot) -> None:
    phase = LoopPhase()
    seen = listening(phase)
    phase.take_step(0.02)
    assert phase.running
    qtbot.waitUntil(lambda: not phase.running, timeout=WAIT_MS)
    assert seen == IN_TURN
    phase.rest()
    assert seen == IN_TURN
    phase.stop()
    assert phase.phase is None


def test_a_new_step_begins_again_and_stopping_ends_it(qtbot: QtBot) -> None:
    phase = LoopPhase()
    seen = listening(phase)
    phase.take_step(1000.0)
    phase.take_step(0.02)
    qtbot.waitUntil(lambda: not phase.running, timeout=WAIT_MS)
    assert seen == IN_TURN
    phase.take_step(1000.0)
    phase.stop()
    assert not phase.running
    assert seen == [*IN_TURN, Phase.UPDATE, None]


def test_paused_the_backward_line_is_lit(window: MainWindow, panel: TrainingLoopPanel) -> None:
    assert panel.code.lit == ("loss.backward()",)
    assert panel.note.startswith("step 0: the loss is 6.0")


def test_a_single_step_lights_the_four_phases(qtbot: QtBot, window: MainWindow, panel: TrainingLoopPanel) -> None:
    seen = listening(panel.phase)
    window.runs.step()
    qtbot.waitUntil(lambda: len(seen) == 4, timeout=WAIT_MS)
    assert seen == IN_TURN
    assert panel.code.lit == ("loss.backward()",)
    assert panel.note.startswith("step 1:")


def test_back_there_is_nothing_that_runs(qtbot: QtBot, window: MainWindow, panel: TrainingLoopPanel) -> None:
    window.runs.move(5)
    qtbot.waitUntil(lambda: panel.note.startswith("step 5:"), timeout=WAIT_MS)
    seen = listening(panel.phase)
    window.runs.step_back()
    qtbot.waitUntil(lambda: panel.note.startswith("step 4:"), timeout=WAIT_MS)
    assert seen == []


def test_slow_steps_are_followed_and_fast_ones_are_counted(
    qtbot: QtBot, window: MainWindow, panel: TrainingLoopPanel
) -> None:
    seen = listening(panel.phase)
    window.runs.play()
    qtbot.waitUntil(lambda: Phase.BACKWARD in seen, timeout=WAIT_MS)
    assert seen[:4] == IN_TURN
    window.runs.set_speed(math.inf)
    qtbot.waitUntil(lambda: panel.note.endswith("times a second"), timeout=WAIT_MS)
    assert panel.code.lit == ()
    assert not panel.phase.running
    window.runs.pause()
    qtbot.waitUntil(lambda: panel.code.lit == ("loss.backward()",), timeout=WAIT_MS)


def test_hidden_no_timer_runs(qtbot: QtBot, window: MainWindow, panel: TrainingLoopPanel) -> None:
    window.runs.step()
    qtbot.waitUntil(lambda: panel.phase.running, timeout=WAIT_MS)
    window.findChild(QAbstractButton, "loopLink").click()
    assert not panel.isVisible()
    assert not panel.phase.running
    seen = listening(panel.phase)
    with qtbot.waitSignal(window.runs.frame_ready, timeout=WAIT_MS):
        window.runs.step()
    assert seen == []
    window.findChild(QAbstractButton, "loopLink").click()
    assert panel.code.lit == ("loss.backward()",)


def test_the_lines_have_the_numbers_of_the_run(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window("moons-demo")  # whose rate falls
    panel = window.network.panel("loop")
    window.findChild(QAbstractButton, "loopLink").click()
    assert panel.code.code[-1].text.endswith("p.data -= 1 * p.grad")
    window.runs.move(10)
    qtbot.waitUntil(lambda: panel.code.code[-1].text.endswith("p.data -= 0.91 * p.grad"), timeout=WAIT_MS)
    window.documents.set_training("batch size", batch=20)
    assert "# 20 of 100 samples" in panel.code.code[0].text


def test_bugs_of_the_loop_are_in_its_lines() -> None:
    def lines(*bugs: Bug) -> list[str]:
        return [line.text for line in training_code("sum-squared", 0.1, 4, 0, "sgd", frozenset(bugs))][2:]

    zero, backward, update = lines()
    assert lines(Bug.NO_ZERO) == [backward, update]
    assert lines(Bug.TWICE) == [zero, backward, backward, update]
    assert lines(Bug.NO_BACKWARD) == [zero, update]
    assert lines(Bug.WRONG_SIGN) == [zero, backward, update.replace("-=", "+=")]
    assert lines(Bug.OVERWRITE) == lines()


def test_inside_a_step_the_line_of_its_phase_is_lit(qtbot: QtBot, window: MainWindow, panel: TrainingLoopPanel) -> None:
    playhead = window.session.playhead
    playhead.set_scale(Scale.OPERATION)
    playhead.step()
    qtbot.waitUntil(lambda: playhead.here is not None, timeout=WAIT_MS)
    assert panel.code.lit[0].startswith("ypred")
    assert panel.note == "inside step 1: forward"
    for phase, line in ((Phase.ZERO, "p.grad = 0"), (Phase.BACKWARD, "loss.backward()"), (Phase.UPDATE, "p.data -= ")):
        playhead.go_to_phase(phase)
        qtbot.waitUntil(lambda: panel.note == f"inside step 1: {phase.value}", timeout=WAIT_MS)  # noqa: B023
        assert [line in lit for lit in panel.code.lit] == [True]
    playhead.leave()
    qtbot.waitUntil(lambda: panel.note.startswith("step 0: "), timeout=WAIT_MS)
    assert panel.phase.phase is Phase.BACKWARD
