"""Lessons, the tour and the presentation in the language that does not exist: none of it English, none of it cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.lessons.shelf import shelf
from gui.main_window import MainWindow
from gui.sheet_frames import Mode
from gui.translation_texts import Catalogue, collect
from tests.gui.lesson_solver import Learner
from tests.gui.pseudo import pseudo_language
from tests.gui.pseudo_judges import cut_below, english_in, is_english
from tests.gui.pseudo_lesson import lesson_visits
from tests.gui.visible_texts import Found, painted_texts, texts_below

SIZES = [(1280, 800), (1920, 1080)]
OWN = ("lessonProse", "lessonQuestion", "lessonHeading", "lessonTitle")  # a lesson's words are in its own language
FILE_WORDS = re.compile(r"'[^']*'")  # of a lesson's file, in what is said of its mistakes
HEADS = {text for found in shelf("en") for text in (found.lesson.head.title, found.lesson.head.summary) if text}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return collect()


@pytest.fixture(autouse=True)
def strangers(catalogue: Catalogue) -> Iterator[set[str]]:
    """All tests here are in that language; afterwards texts are English again."""
    with pseudo_language(catalogue) as found:
        yield found


class Looker:
    """Looks at a window after every thing that is done, and remembers what was wrong first."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.wrong: dict[str, str] = {}

    def look(self, done: str, painted: set[Found]) -> None:
        self.window.grab()
        for where, text in english_in(without_lessons(texts_below(self.window) | painted)):
            self.wrong.setdefault(f"English: {where}: {text!r}", done)
        painted.clear()
        for what in cut_below(self.window):
            self.wrong.setdefault(f"cut: {what}", done)

    @property
    def told(self) -> str:
        return "\n".join(f"{what} ({done})" for what, done in sorted(self.wrong.items()))


def without_lessons(found: set[Found]) -> set[Found]:
    """What does not come from the course: its words, and the names of its lessons."""
    seen = set()
    for where, text in found:
        if not any(own in where for own in OWN):
            for head in HEADS:
                text = text.replace(head, "")
            seen.add((where, FILE_WORDS.sub("", text) if "lessonMistakes" in where else text))
    return seen


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.is_settled)
    for _ in range(10):  # a text that wraps gets its height when its width is known, and the scroll bar after that
        QApplication.processEvents()


def open_large(open_window: Callable[[str], MainWindow], size: tuple[int, int]) -> MainWindow:
    window = open_window("lecture")
    window.resize(*size)
    window.activateWindow()
    return window


@pytest.mark.parametrize("size", SIZES)
def test_lessons(qtbot: QtBot, open_window: Callable[[str], MainWindow], size: tuple[int, int], tmp_path: Path) -> None:
    window = open_large(open_window, size)
    looker = Looker(window)
    with painted_texts() as painted:
        for done in lesson_visits(Learner(window, qtbot), tmp_path):
            settle(qtbot, window)
            looker.look(done, painted)
    assert looker.told == ""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mode", list(Mode))
def test_the_tour(qtbot: QtBot, open_window: Callable[[str], MainWindow], size: tuple[int, int], mode: Mode) -> None:
    window = open_large(open_window, size)
    window.documents.set_mode(mode)
    settle(qtbot, window)
    looker = Looker(window)
    window.tour.start()
    with painted_texts() as painted:
        while window.tour.stop is not None:
            settle(qtbot, window)
            looker.look(window.tour.stop.title, painted)
            window.tour.go_on()
    assert looker.told == ""


@pytest.mark.parametrize("mode", list(Mode))
def test_the_presentation(qtbot: QtBot, open_window: Callable[[str], MainWindow], mode: Mode, tmp_path: Path) -> None:
    """At its scale of 1.5, and with a lesson beside the graph."""
    window = open_large(open_window, SIZES[1])
    window.documents.set_mode(mode)
    settle(qtbot, window)
    looker = Looker(window)
    window.presentation.begin()
    settle(qtbot, window)
    window.resize(*SIZES[1])  # of a projector; the screen of these tests is smaller
    bar = window.findChild(QWidget, "presentationBar")
    assert bar is not None
    with painted_texts() as painted:
        settle(qtbot, window)
        bar.appear()
        assert bar.isVisible()
        assert window.size().toTuple() == SIZES[1]
        looker.look("presentation", painted)
        for playing in (True, False):
            bar.show_playing(playing)
            looker.look("playing" if playing else "paused", painted)
        for done in lesson_visits(Learner(window, qtbot), tmp_path):
            settle(qtbot, window)
            bar.appear()
            looker.look(done, painted)
    window.presentation.end()
    assert looker.told == ""


def test_the_looker_sees_english_and_what_is_cut(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_large(open_window, SIZES[0])
    looker = Looker(window)
    label = QLabel("A sentence that nobody has translated", window)
    label.setObjectName("english")
    label.setGeometry(4, 4, 30, 20)
    label.show()
    looker.look("a label", set())
    assert "English: QLabel english" in looker.told
    assert "cut: QLabel english" in looker.told
    assert is_english("QLabel", "loss")
