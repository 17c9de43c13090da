"""What GUI tests share: the theme, a real main window, and a look at what a test leaves behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.document import open_document
from gui.app import make_window
from gui.main_window import MainWindow
from gui.panels.sheet.editor import CodeEditor
from gui.session.documents import Documents
from gui.session.recovery import Recovery
from gui.session.sheets import Sheets
from gui.theme import Theme

WAIT_MS = 20_000  # generous: a busy machine is not a failure


@pytest.fixture(autouse=True, scope="module")
def _settle() -> None:
    """What earlier modules left is there for good: no later test has to look at it again and again."""
    gc.disable()
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _collect_here() -> Iterator[None]:
    """As in the app (gui/collector.py): garbage is never collected in a worker's thread.

    A test's widgets go with it: outside of an event loop Qt would only keep them for later, and every theme that is
    applied would style them again.
    """
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect(1)


class PatientBot(QtBot):
    """As pytest-qt's, but it waits as long as a busy machine may take where a test does not say how long."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = WAIT_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: object, *, timeout: int = WAIT_MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """Light, and applied: fonts and style sheet are the app's."""
    theme = Theme("light")
    theme.apply(qapp)
    return theme


@pytest.fixture
def sheets(documents: Documents) -> Iterator[Sheets]:
    """On the documents of the module's own fixture."""
    sheets = Sheets(documents)
    yield sheets
    sheets.close()


@pytest.fixture
def editor(qtbot: QtBot, theme: Theme) -> CodeEditor:
    """The editor of expressions alone, in an active window and with the keyboard."""
    editor = CodeEditor(theme)
    qtbot.addWidget(editor)
    editor.resize(234, 200)
    with qtbot.waitActive(editor):
        editor.show()
        editor.activateWindow()
    editor.setFocus()
    return editor


@contextmanager
def _opener(bot: QtBot, app: QApplication, folder: Path) -> Iterator[Callable[[str], MainWindow]]:
    """Opens the real window on an example, in light colours and with settings of its own; closes it afterwards."""
    windows: list[MainWindow] = []

    def open_example(name: str = "lecture") -> MainWindow:
        theme = Theme()
        theme.set_mode("light")
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        window = make_window(app, open_document(name), settings, Recovery(folder / "sessions"), theme)
        windows.append(window)
        window.resize(1280, 800)
        window.show()
        bot.waitUntil(lambda: window.runs.frame is not None and window.desk.is_filled, timeout=WAIT_MS)
        return window

    before = set(threading.enumerate())
    yield open_example
    for window in windows:
        window.files.forget_changes()
        window.close()
        window.deleteLater()
    app.processEvents()
    gc.collect()
    left = [thread.name for thread in set(threading.enumerate()) - before if not thread.daemon]
    assert not left, f"threads outlive the window: {left}"


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[str], MainWindow]]:
    """Opens real windows on examples, for one test."""
    with _opener(qtbot, qapp, tmp_path) as open_example:
        yield open_example


@pytest.fixture(scope="module")
def shared_window(
    qapp: QApplication, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """One window for all tests of a module: each brings a document of its own, and leaves nothing that others see."""
    with _opener(PatientBot(request), qapp, tmp_path_factory.mktemp("shared")) as open_example:
        yield open_example("lecture")


@pytest.fixture
def window(open_window: Callable[[str], MainWindow]) -> MainWindow:
    """The main window as a first launch shows it: on the lecture example."""
    return open_window("lecture")
