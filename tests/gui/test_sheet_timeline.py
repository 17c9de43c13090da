from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.document_parts import FIRST_TEXT, Document
from core.expression.sheet import Phase
from gui.panels.sheet.timeline import NEAREST, SheetTimeline, stride_for
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme

WAIT_MS = 20_000

Open = Callable[[str], tuple[Sheets, SheetTimeline]]


@pytest.fixture
def open_timeline(qtbot, qapp: QApplication) -> Iterator[Open]:
    theme = Theme("light")
    theme.apply(qapp)
    opened: list[Sheets] = []

    def open_text(text: str) -> tuple[Sheets, SheetTimeline]:
        sheets = Sheets(Documents(Document(text=text)))
        opened.append(sheets)
        timeline = SheetTimeline(sheets, theme)
        qtbot.addWidget(timeline)
        timeline.resize(640, timeline.height())
        with qtbot.waitExposed(timeline):
            timeline.show()
        qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
        return sheets, timeline

    yield open_text
    for sheets in opened:
        sheets.close()
    theme.deleteLater()


def place(timeline: SheetTimeline, position: int) -> QPoint:
    return QPoint(round(timeline.x_of(position)), timeline.height() // 3)


def test_it_shows_the_playhead_and_the_phases(open_timeline: Open) -> None:
    sheets, timeline = open_timeline(FIRST_TEXT)
    assert (timeline.minimum(), timeline.maximum(), timeline.value()) == (0, 7, 7)
    assert [(each.phase, each.start, each.end) for each in timeline.stretches] == [
        (Phase.FORWARD, 0, 3),
        (Phase.BACKWARD, 3, 7),
    ]
    sheets.seek(5)
    assert timeline.value() == 5
    assert timeline.accessibleDescription() == "step 5 of 7, backward"
    sheets.seek(0)
    assert timeline.accessibleDescription() == "step 0 of 7, the beginning"


def test_a_click_and_a_drag(open_timeline: Open) -> None:
    sheets, timeline = open_timeline(FIRST_TEXT)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=place(timeline, 2))
    assert sheets.position == 2
    QTest.mouseMove(timeline, place(timeline, 6))
    assert sheets.position == 6
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=place(timeline, 6))
    QTest.mouseMove(timeline, place(timeline, 1))
    assert sheets.position == 6


def test_a_drag_beyond_the_ends(open_timeline: Open) -> None:
    sheets, timeline = open_timeline(FIRST_TEXT)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=place(timeline, 3))
    QTest.mouseMove(timeline, QPoint(-50, 5))
    assert sheets.position == 0
    QTest.mouseMove(timeline, QPoint(5000, 5))
    assert sheets.position == 7


@pytest.mark.parametrize(
    ("key", "position"),
    [
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_Right, 5),
        (Qt.Key.Key_Down, 3),
        (Qt.Key.Key_Up, 5),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 7),
        (Qt.Key.Key_PageUp, 6),
        (Qt.Key.Key_PageDown, 2),
    ],
)
def test_keys(open_timeline: Open, key: Qt.Key, position: int) -> None:
    sheets, timeline = open_timeline(FIRST_TEXT)
    sheets.seek(4)
    QTest.keyClick(timeline, key)
    assert (sheets.position, timeline.value()) == (position, position)


def test_a_screen_reader_s_user_moves_the_playhead(open_timeline: Open) -> None:
    sheets, timeline = open_timeline(FIRST_TEXT)
    timeline.setValue(3)
    assert sheets.position == 3


def test_another_text_with_fewer_steps_does_not_seek(qtbot, open_timeline: Open) -> None:
    sheets, timeline = open_timeline(FIRST_TEXT)
    sheets.seek(2)
    with qtbot.waitSignal(sheets.sheet_changed, timeout=WAIT_MS):
        sheets.set_text("a = 2.0\nb = a.tanh()\nc = b.tanh()\nd = c.tanh()\n")
    assert (timeline.maximum(), timeline.value(), sheets.position) == (3, 2, 2)


def test_without_steps_nothing_moves(open_timeline: Open) -> None:
    sheets, timeline = open_timeline("")
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(300, 10))
    QTest.keyClick(timeline, Qt.Key.Key_End)
    assert (sheets.position, timeline.maximum()) == (0, 0)
    assert timeline.accessibleDescription() == "no steps" and timeline.tip(0) == "No steps yet"
    timeline.grab()


def test_the_tooltip_names_the_step(open_timeline: Open) -> None:
    _, timeline = open_timeline(FIRST_TEXT)
    assert timeline.tip(4).startswith("step 4 of 7, backward\n")


@pytest.mark.parametrize(("steps", "stride"), [(0, 1), (7, 1), (56, 1), (60, 2), (250, 5), (500, 10), (1000, 20)])
def test_rings_are_thinned(steps: int, stride: int) -> None:
    assert stride_for(steps, 624) == stride
    assert steps == 0 or 624 / steps * stride >= NEAREST


LOOP = """\
n = Neuron(3)
for k in range(2):
    loss = (n([1.0, 2.0, 3.0]) - 1.0)**2
    for p in n.parameters():
        p.grad = 0.0
    loss.backward()
    for p in n.parameters():
        p.data += -0.05 * p.grad
"""


def test_names_of_phases_never_overlap(open_timeline: Open) -> None:
    """Zeroing and updating are one step each: their names stand where there is room."""
    _, timeline = open_timeline(LOOP)
    phases = [each.phase for each in timeline.stretches]
    assert set(phases) == set(Phase)
    for width in (1000, 640, 300, 120):
        timeline.resize(width, timeline.height())
        places = sorted(timeline.name_places().values())
        assert all(right < left for (_, right), (left, _) in pairwise(places))
        assert places[0][0] >= 0 and places[-1][1] <= width
        extents = list(timeline._extents(places))
        assert all(right <= a or left >= b for left, right in extents for a, b in places)
        timeline.grab()
    timeline.resize(640, timeline.height())
    assert len(timeline.name_places()) == 4
