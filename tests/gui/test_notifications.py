"""An exception anywhere is told in one dialog, and the session goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow

WAIT_MS = 20_000


class Painter(QWidget):
    """Fails in every paint event."""

    def paintEvent(self, event: QPaintEvent) -> None:
        raise RuntimeError("paint went wrong")


class Model(QObject):
    changed = Signal()

    def on_changed(self) -> None:
        raise RuntimeError("model went wrong")


def fail_in_a_slot(window: MainWindow) -> None:
    window.model = Model(window)
    window.model.changed.connect(window.model.on_changed)
    window.model.changed.emit()


def fail_in_a_timer(window: MainWindow) -> None:
    def shot() -> None:
        raise RuntimeError("timer went wrong")

    QTimer.singleShot(0, window, shot)


def fail_in_a_thread(window: MainWindow) -> None:
    def run() -> None:
        raise RuntimeError("thread went wrong")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def fail_in_painting(window: MainWindow) -> None:
    painter = Painter(window)
    painter.resize(50, 50)
    painter.show()  # painted by the event loop, again and again as the window shows its frames


def fail_in_the_worker(window: MainWindow) -> None:
    window.runs._ask.change.emit(window.runs.started.run, "no experiment")


@pytest.fixture
def told(window: MainWindow) -> Iterator[MainWindow]:
    window.notifications.install()
    yield window
    window.notifications.remove()


def dialogs(window: MainWindow) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.objectName() == "errorDialog" and box.isVisible()]


@pytest.mark.parametrize(
    "fail", [fail_in_a_slot, fail_in_a_timer, fail_in_a_thread, fail_in_painting, fail_in_the_worker]
)
def test_one_dialog_with_details_and_the_session_goes_on(
    qtbot: QtBot, told: MainWindow, fail: Callable[[MainWindow], None]
) -> None:
    fail(told)
    qtbot.waitUntil(lambda: len(dialogs(told)) == 1, timeout=WAIT_MS)
    box = dialogs(told)[0]
    assert "Traceback" in box.detailedText()
    box.close()
    fail(told)  # the same again is only logged
    told.runs.step()
    qtbot.waitUntil(lambda: told.runs.frame is not None and told.runs.frame.step == 1, timeout=WAIT_MS)
    assert dialogs(told) == []
