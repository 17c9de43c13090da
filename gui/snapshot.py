"""Draws the real window to a picture, without a screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from core.document import open_document
from core.document_parts import Document
from core.errors import ChainruleError
from core.words import mark, tr

if TYPE_CHECKING:
    from gui.main_window import MainWindow

PATIENCE_MS = 60_000
TOO_LONG = mark("The window took too long to draw.")


@dataclass(frozen=True)
class SnapshotSpec:
    """What the picture shows."""

    example: str  # a name or a file
    steps: int
    target: Path
    size: tuple[int, int]
    theme: str
    level: str  # name of a gui.frames.Level, in small letters
    select: str  # an address, or empty
    lesson: str = ""  # `chain-rule:4`: the fourth step of a lesson beside the lab, in place of an example


def snapshot(spec: SnapshotSpec) -> int:
    """Open an example, train it, select a node, save the picture. Raises ChainruleError for what can't be done."""
    document = open_document(spec.example)
    if spec.target.suffix.lower() != ".png":
        raise ChainruleError(tr("The picture is a PNG: '{name}' should end in .png.", name=spec.target.name))
    if not spec.target.parent.is_dir():
        raise ChainruleError(tr("There is no folder '{folder}'.", folder=spec.target.parent))
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with TemporaryDirectory() as folder:
        _draw(document, spec, folder)
    return 0


def _draw(document: Document, spec: SnapshotSpec, folder: str) -> None:
    from PySide6.QtCore import QSettings, qInstallMessageHandler

    from gui.app import make_app, make_window
    from gui.collector import Collector
    from gui.session.recovery import Recovery
    from gui.theme import Theme

    qInstallMessageHandler(_on_qt_message)
    app = make_app()
    Collector(app)
    settings = QSettings(f"{folder}/snapshot.ini", QSettings.Format.IniFormat)
    window = make_window(app, document, settings, Recovery(Path(folder)), Theme(spec.theme))
    window.show()
    window.resize(*spec.size)
    try:
        _arrange(window, spec)
        for _ in range(3):  # what has settled may ask for more: a new formula, a layout
            app.processEvents()
            _wait(window.is_settled)
        picture = window.grab()
    finally:
        window.close()
    if not picture.save(str(spec.target)):
        raise ChainruleError(tr("The picture could not be written to '{target}'.", target=spec.target))


def _arrange(window: MainWindow, spec: SnapshotSpec) -> None:
    """Bring the window to the state that the picture shows."""
    from gui.sheet_frames import Mode

    if spec.lesson:
        _arrange_lesson(window, spec.lesson)
        return
    if window.documents.mode is Mode.EXPRESSION:
        _arrange_sheet(window, spec)
    else:
        _arrange_run(window, spec)


def _arrange_lesson(window: MainWindow, name: str) -> None:
    """A step of a lesson of the course, as it begins."""
    from core.lessons.shelf import shelved

    lesson, _, step = name.partition(":")
    found = shelved(lesson)
    count = len(found.lesson.steps)
    if step and not (step.isdigit() and 1 <= int(step) <= count):
        raise ChainruleError(tr("The lesson '{name}' has the steps 1 to {count}.", name=lesson, count=count))
    _wait(window.is_settled)
    lessons = window.session.lessons
    window.lessons.open_lesson(found)
    _wait(lambda: lessons.is_ready)
    lessons.go_to(int(step or 1) - 1)
    _wait(lambda: lessons.is_ready and window.is_settled())


def _arrange_sheet(window: MainWindow, spec: SnapshotSpec) -> None:
    """In the expression lab `steps` are operations; none is the end of the text."""
    sheets = window.sheets
    _wait(lambda: not sheets.busy)
    if sheets.error is not None:
        raise ChainruleError(tr("Line {line} of the text: {error}", line=sheets.error.line, error=sheets.error))
    if spec.steps:
        sheets.seek(spec.steps)
    if spec.select:
        if sheets.sheet is None or sheets.sheet.node(spec.select) is None:
            raise ChainruleError(tr("No node '{address}' here.", address=spec.select))
        sheets.selection.select(spec.select)


def _arrange_run(window: MainWindow, spec: SnapshotSpec) -> None:
    from gui.frames import Level

    runs = window.runs
    _wait(lambda: runs.frame is not None)
    if spec.steps:
        runs.move(spec.steps)
        _wait(lambda: runs.frame is not None and (runs.frame.step >= spec.steps or runs.frame.divergence is not None))
    if spec.level != Level.NETWORK.name.lower():
        window.selection.open_level(Level[spec.level.upper()])
    if spec.select:
        window.selection.select(spec.select)
        missing = tr("No node '{address}' here.", address=spec.select)
        _wait(lambda: runs.frame is not None and runs.frame.explanation is not None, missing)


def _on_qt_message(kind: object, context: object, message: str) -> None:
    """Qt's messages, but for one that the platform without a screen always gives."""
    if "This plugin does not support" not in message:
        print(message, file=sys.stderr)


def _wait(done: Callable[[], bool], complaint: str = "") -> None:
    """Let the window work until something is so; raises ChainruleError if it takes too long."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop
    from PySide6.QtWidgets import QApplication

    deadline = QDeadlineTimer(PATIENCE_MS if not complaint else PATIENCE_MS // 12)
    while not done():
        if deadline.hasExpired():
            raise ChainruleError(complaint or tr(TOO_LONG))
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
