"""The timeline on the real window: dragged back to earlier steps, and on from there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from core.trainer import Trainer
from gui.frames import Frame
from gui.main_window import MainWindow
from gui.panels.timeline import StepTrack, Timeline


def timeline(window: MainWindow) -> Timeline:
    return window.network.findChild(Timeline, "timeline")


def track(window: MainWindow) -> StepTrack:
    return window.network.findChild(StepTrack, "timelineSlider")


def wait_for_step(qtbot: QtBot, window: MainWindow, step: int) -> Frame:
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == step)
    assert window.runs.frame is not None
    return window.runs.frame


def test_dragging_shows_the_run_as_it_was(qtbot: QtBot, window: MainWindow) -> None:
    assert not track(window).isEnabled(), "before the first step there is nothing to go back to"
    window.runs.move(50)
    wait_for_step(qtbot, window, 50)
    assert track(window).maximum() == 50
    QTest.mouseClick(track(window), Qt.MouseButton.LeftButton, pos=track(window).rect().center())
    qtbot.waitUntil(lambda: bool(window.runs.frame and window.runs.frame.is_past))
    frame = window.runs.frame
    assert frame is not None
    assert 15 < frame.step < 35
    alone = Trainer(window.documents.experiment, frame.kernel)
    alone.advance(frame.step)
    assert frame.theta.tolist() == alone.theta.tolist()
    text = timeline(window).findChild(QLabel, "timelineText")
    assert text.text() == f"step {frame.step} of 50"
    timeline(window).findChild(QAbstractButton, "timelineReturn").click()
    assert not wait_for_step(qtbot, window, 50).is_past
    assert text.text() == "step 50"


def test_keys_walk_step_by_step(qtbot: QtBot, window: MainWindow) -> None:
    window.runs.move(20)
    wait_for_step(qtbot, window, 20)
    track(window).setFocus()
    QTest.keyClick(track(window), Qt.Key.Key_Left)
    wait_for_step(qtbot, window, 19)
    QTest.keyClick(track(window), Qt.Key.Key_Home)
    wait_for_step(qtbot, window, 0)
    QTest.keyClick(track(window), Qt.Key.Key_End)
    assert not wait_for_step(qtbot, window, 20).is_past


def test_playing_goes_on_from_the_step_that_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.runs.move(40)
    wait_for_step(qtbot, window, 40)
    window.runs.look_at(10)
    wait_for_step(qtbot, window, 10)
    window.runs.set_speed(60.0)
    window.runs.play()
    qtbot.waitUntil(lambda: bool(window.runs.frame and 10 < window.runs.frame.step == window.runs.frame.head))
    window.runs.pause()
    assert window.runs.frame is not None
    assert window.runs.frame.head < 40


def test_the_handle_moves_only_with_the_run(qtbot: QtBot, window: MainWindow) -> None:
    """A text that grows would push the slider together."""
    qtbot.waitUntil(lambda: window.runs.frame is not None)
    assert window.runs.frame is not None
    here, row = timeline(window), timeline(window).layout()
    widths = set()
    for step in (0, 1, 8, 11, 111, 888, 8888, 44_444):
        window.runs.frame_ready.emit(replace(window.runs.frame, step=step, head=step))
        row.activate()
        widths.add(track(window).width())
    assert len(widths) == 1
    text = here.findChild(QLabel, "timelineText")
    assert text.fontMetrics().horizontalAdvance(text.text()) <= text.width()
