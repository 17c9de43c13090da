"""The list of controls that lessons may name is what the window has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from core.bugs import Bug
from core.lessons.controls import FILE, stands_for, unknown_control
from core.lessons.shelf import shelf, shelf_path
from gui.lesson_controls import COMING, control_lines, control_names, fill
from gui.main_window import MainWindow
from gui.sheet_frames import Mode

PROJECT = Path(__file__).resolve().parents[2]
SELECTED = ("L1.N1.w1", "sample1/L1.N2.w1*x1", "sample1/L1.N1.out")
Wait = Callable[[Callable[[], bool]], None]


def test_the_list_is_what_the_window_has(window: MainWindow, qtbot: QtBot) -> None:
    fill(window, qtbot.waitUntil)
    lines = (shelf_path() / FILE).read_text(encoding="utf-8").splitlines()
    assert control_lines(window) == lines, "python -m gui.lesson_controls writes the list anew"
    assert {"playButton", "lossDock", "layerCount#", "leafField-*", "card_bugs"} <= set(lines)
    assert not {"cardBody", "qt_scrollarea_viewport", "mainWindow"} & set(lines)


def test_the_command_writes_the_list(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gui.lesson_controls", str(tmp_path / FILE)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=120)
    assert (tmp_path / FILE).read_bytes() == (shelf_path() / FILE).read_bytes()


def test_whatever_comes_into_the_window_is_on_the_list(window: MainWindow, qtbot: QtBot) -> None:
    """And all that the list has besides does come."""
    seen: set[str] = set()
    for _ in _visits(window, qtbot.waitUntil):
        qtbot.waitUntil(window.is_settled)
        seen |= control_names(window)
    assert [name for name in sorted(seen) if unknown_control(name)] == []
    assert [each for each in COMING if not any(stands_for(each, name) for name in seen)] == []


def _visits(window: MainWindow, wait: Wait) -> Iterator[None]:
    """States of both labs, and steps of lessons with every way to answer."""
    window.documents.set_mode(Mode.NETWORK)
    for name in ("moons", "sine", "blobs-5", "lecture"):
        window.documents.open_example(name)
        yield
    for node in SELECTED:
        window.selection.select(node)
        wait(lambda node=node: _explained(window) == node)
        yield
    window.runs.set_bugs(frozenset({Bug.TWICE}))
    window.desk.show_card("bugs")
    yield
    window.runs.set_bugs(frozenset())
    window.documents.set_training("1", learning_rate=10.0)
    window.desk.show_card("health")
    frame = window.runs.frame
    window.runs.step()
    wait(lambda: window.runs.frame is not frame)
    yield
    yield from _in_expressions(window)
    yield from _in_a_lesson(window, wait)


def _explained(window: MainWindow) -> str:
    frame = window.runs.frame
    return frame.explanation.address if frame is not None and frame.explanation is not None else ""


def _in_expressions(window: MainWindow) -> Iterator[None]:
    window.documents.set_mode(Mode.EXPRESSION)
    yield
    window.desk.show_card("predict")
    switch = window.findChild(QCheckBox, "predictSwitch")
    switch.click()
    yield
    switch.click()
    window.sheets.set_bugs(frozenset({Bug.TWICE}))
    window.desk.show_card("bugs")
    yield
    window.sheets.set_bugs(frozenset())


def _in_a_lesson(window: MainWindow, wait: Wait) -> Iterator[None]:
    lessons = window.session.lessons
    window.files.forget_changes()
    window.lessons.open_lesson(shelf()[0])
    for index in range(len(shelf()[0].lesson.steps)):
        lessons.go_to(index)
        wait(lambda: lessons.is_ready)
        yield
