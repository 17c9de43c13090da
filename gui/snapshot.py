"""Draws the real window to a picture, without a screen."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import ChainruleError
from core.examples import load_example

PATIENCE_MS = 60_000


def snapshot(options: argparse.Namespace) -> int:
    """Open an example, train it, select a node, save the picture. Raises ChainruleError for what can't be done."""
    experiment = load_example(options.example)
    target = Path(options.output)
    if target.suffix.lower() != ".png":
        raise ChainruleError(f"The picture is a PNG: '{target.name}' should end in .png.")
    if not target.parent.is_dir():
        raise ChainruleError(f"There is no folder '{target.parent}'.")
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with TemporaryDirectory() as folder:
        return _draw(experiment, options, target, folder)


def _draw(experiment: object, options: argparse.Namespace, target: Path, folder: str) -> int:
    from PySide6.QtCore import QSettings

    from gui.app import make_app, make_window
    from gui.collector import Collector
    from gui.frames import Level
    from gui.theme import Theme

    app = make_app()
    Collector(app)
    theme = Theme()
    theme.set_mode(options.theme)
    settings = QSettings(f"{folder}/snapshot.ini", QSettings.Format.IniFormat)
    window = make_window(app, experiment, settings, theme)  # type: ignore[arg-type]
    window.resize(*options.size)
    window.show()
    window.resize(*options.size)
    try:
        _wait(lambda: window.runs.frame is not None)
        if options.steps:
            window.runs.move(options.steps)
            _wait(lambda: window.runs.frame.step >= options.steps or window.runs.frame.divergence)
        if options.level != "network":
            window.selection.open_level(Level[options.level.upper()])
        if options.select:
            window.selection.select(options.select)
            _wait(lambda: window.runs.frame.explanation is not None, f"There is no node '{options.select}' here.")
        for _ in range(3):  # what has settled may ask for more: a new formula, a layout
            app.processEvents()
            _wait(window.is_settled)
        picture = window.grab()
    finally:
        window.close()
    if not picture.save(str(target)):
        raise ChainruleError(f"The picture could not be written to '{target}'.")
    return 0


def _wait(done: object, complaint: str = "The window took too long to draw.") -> None:
    """Let the window work until something is so."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop
    from PySide6.QtWidgets import QApplication

    deadline = QDeadlineTimer(PATIENCE_MS if complaint.startswith("The window") else 5_000)
    while not done():  # type: ignore[operator]
        if deadline.hasExpired():
            raise ChainruleError(complaint)
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
