"""The controls that lessons may name, as the window has them: `python -m gui.lesson_controls` writes the list of them.

The list, resources/lessons/controls.txt, is what lessons are checked against where no window is: see
core/lessons/controls.py.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from core.document import open_document
from core.lessons.controls import FILE, HEAD, MENU, stands_for
from core.lessons.shelf import shelf_path
from gui.app import make_app, make_window
from gui.collector import Collector
from gui.main_window import MainWindow
from gui.session.recovery import Recovery
from gui.sheet_frames import Mode
from gui.theme import Theme

COMING = (  # names of what is made only while there is something to show
    "answer_*", "boundaryCurve", "boundaryPlot", "bugCard*", "consumerRow#", "featureChip_*", "finding*",
    "inspectorSum#", "leafField-*", "leafGradient-*", "leafName-*", "leafRow-*", "leafSlider-*", "lessonAnswer",
    "lessonCheck", "lessonChoice#", "lessonSeen", "operandRow#", "tryBug*", "wrongGradient#",
)  # fmt: skip
MANY = frozenset({"cardBody", "cardCloseButton", "inspectorRule", "bugSentence", "bugFigure"})  # on many cards
AROUND = frozenset({"desk", "expressionDesk", "mainWindow", "spotlight", "callout"})  # nothing to point at
CLOSED = ("coursePanel", "lessonMistakesBar", "presentationBar", "presentationEdge")  # not what a lesson speaks of
PATIENCE_MS = 60_000


def control_lines(window: MainWindow) -> list[str]:
    """The list: a line for every name, as core reads them. All cards of both labs are made for it."""
    before = window.documents.mode
    for mode in Mode:
        window.documents.set_mode(mode)
        for name in window.desk.docks:
            window.desk.panel(name)
    window.documents.set_mode(before)
    _ = window.lessons.column
    verbs = {action.objectName() for action in window.actions_table.findChildren(QAction)}
    names = {_in_general(name) for name in control_names(window)}
    return [HEAD, *sorted(names | set(COMING)), MENU, *sorted(verbs)]


def control_names(window: MainWindow) -> set[str]:
    """The object names of all controls that there are now."""
    return {part.objectName() for part in window.findChildren(QWidget) if _is_control(part)}


def _is_control(part: QWidget) -> bool:
    name = part.objectName()
    if not name or name.startswith("qt_") or name in MANY | AROUND or isinstance(part, QMenu):
        return False
    above: QWidget | None = part
    while above is not None:
        if above.objectName() in CLOSED:
            return False
        above = above.parentWidget()
    return True


def _in_general(name: str) -> str:
    """`layerCount#` for `layerCount1`, `leafField-*` for `leafField-a`."""
    return next((each for each in COMING if stands_for(each, name)), re.sub(r"\d+$", "#", name))


def main() -> int:
    """Open a window without a screen, and write what it has."""
    parser = argparse.ArgumentParser(prog="python -m gui.lesson_controls", description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, nargs="?", default=shelf_path() / FILE)
    path = parser.parse_args().file
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with TemporaryDirectory() as folder:
        lines = _lines_of_a_window(folder)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(path)
    return 0


def _lines_of_a_window(folder: str) -> list[str]:
    app = make_app()
    Collector(app)
    settings = QSettings(f"{folder}/controls.ini", QSettings.Format.IniFormat)
    window = make_window(app, open_document("lecture"), settings, Recovery(Path(folder)), Theme("light"))
    window.show()
    try:
        fill(window, _wait)
        return control_lines(window)
    finally:
        window.files.forget_changes()
        window.close()


def fill(window: MainWindow, wait: Callable[[Callable[[], bool]], None]) -> None:
    """Both labs, seen once: what comes after the first paint is there then, the menus' last verbs as well."""
    before = window.documents.mode
    for mode, last in ((Mode.EXPRESSION, "exportFunctionPng"), (Mode.NETWORK, "exportBoundaryPng")):
        window.documents.set_mode(mode)
        wait(lambda last=last: window.is_settled() and window.actions_table.has(last))  # type: ignore[misc]
    window.documents.set_mode(before)


def _wait(done: Callable[[], bool]) -> None:
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not done():
        if deadline.hasExpired():
            raise TimeoutError("The window took too long to draw.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


if __name__ == "__main__":
    sys.exit(main())
