"""What GUI tests share: the theme, a real main window, and a look at what a test leaves behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.document import open_document
from gui.app import make_window
from gui.main_window import MainWindow
from gui.session.recovery import Recovery
from gui.theme import Theme

WAIT_MS = 20_000  # generous: a busy machine is not a failure


@pytest.fixture(autouse=True)
def _collect_here() -> Iterator[None]:
    """As in the app (gui/collector.py): garbage is never collected in a worker's thread."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[str], MainWindow]]:
    """Opens the real window on an example, in light colours and with settings of its own; closes it afterwards."""
    windows: list[MainWindow] = []

    def open_example(name: str = "lecture") -> MainWindow:
        theme = Theme()
        theme.set_mode("light")
        settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        window = make_window(qapp, open_document(name), settings, Recovery(tmp_path / "sessions"), theme)
        windows.append(window)
        window.resize(1280, 800)
        window.show()
        qtbot.waitUntil(lambda: window.runs.frame is not None, timeout=WAIT_MS)
        return window

    before = set(threading.enumerate())
    yield open_example
    for window in windows:
        window.files.forget_changes()
        window.close()
        window.deleteLater()
    qapp.processEvents()
    gc.collect()
    left = [thread.name for thread in set(threading.enumerate()) - before if not thread.daemon]
    assert not left, f"threads outlive the window: {left}"


@pytest.fixture
def window(open_window: Callable[[str], MainWindow]) -> MainWindow:
    """The main window as a first launch shows it: on the lecture example."""
    return open_window("lecture")
