"""The banner of a diverged run: what is wrong, and the ways back."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from core.experiment import LayerSpec
from gui.frames import Frame
from gui.main_window import MainWindow


def diverged(qtbot: QtBot, window: MainWindow) -> dict[int, float]:
    """Three steps down, then a rate that is too high; the losses that were met, by step."""
    losses: dict[int, float] = {}

    def note(frame: Frame) -> None:
        if frame.curve is not None:
            losses.update(zip(frame.curve.steps.astype(int).tolist(), frame.curve.losses.tolist(), strict=True))

    window.runs.frame_ready.connect(note)
    window.documents.set_network("output", output="linear")
    for step in range(1, 4):
        window.runs.step()
        qtbot.waitUntil(lambda step=step: window.runs.frame is not None and window.runs.frame.step == step)
    window.documents.set_training("rate", learning_rate=10.0)
    window.runs.set_speed(math.inf)
    with qtbot.waitSignal(window.runs.diverged):
        window.runs.play()
    qtbot.waitUntil(lambda: not window.runs.playing)
    return losses


def test_the_lowest_loss_can_be_looked_at(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("lecture")
    losses = diverged(qtbot, window)
    best = min(losses, key=losses.__getitem__)
    banner = window.findChild(QWidget, "divergenceBanner")
    link = window.findChild(QAbstractButton, "divergenceBefore")
    assert banner is not None and link is not None
    assert link.isVisibleTo(window)
    assert link.text() == link.accessibleName() == f"look at step {best}"
    assert link.toolTip()
    last = max(losses)
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == best)
    frame = window.runs.frame
    assert frame is not None
    assert frame.loss == losses[best]
    assert frame.head > last - 1, "nothing is forgotten"
    assert not banner.isVisibleTo(window)


def test_a_run_that_diverges_at_once_offers_nothing_but_the_step_before(
    qtbot: QtBot, open_window: Callable[[str], MainWindow]
) -> None:
    window = open_window("lecture")
    window.runs.set_parameter("L1.N1.w1", 1e9, "set")
    window.documents.set_network("network", output="linear", hidden=(LayerSpec(4, "linear"),) * 2)
    qtbot.waitUntil(lambda: window.runs.frame is not None)
    window.documents.set_training("rate", learning_rate=10.0)
    with qtbot.waitSignal(window.runs.diverged) as met:
        window.runs.play()
    link = window.findChild(QAbstractButton, "divergenceBefore")
    assert link is not None
    assert link.isVisibleTo(window) == (met.args[0].step > 1)
