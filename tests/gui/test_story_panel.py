from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from core.bugs import Bug
from core.document_parts import FIRST_TEXT, Document
from core.expression.sheet import state_at
from gui.panels.sheet.story import StoryPanel, before_step
from gui.panels.sheet.timeline import SheetTimeline
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.two_lines import TwoLines

WAIT_MS = 20_000
FORWARD_ONLY = FIRST_TEXT.replace("L.backward()\n", "")


class Lab:
    """The panel on a text, 1000 by 126 pixels as on its card."""

    def __init__(self, qtbot, text: str, theme: Theme) -> None:
        self.documents = Documents(Document(text=text))
        self.sheets = Sheets(self.documents)
        self.panel = StoryPanel(self.sheets, theme)
        qtbot.addWidget(self.panel)
        self.panel.resize(1000, 126)
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        qtbot.waitUntil(lambda: not self.sheets.busy, timeout=WAIT_MS)

    @property
    def told(self) -> TwoLines:
        return self.panel.findChild(TwoLines, "storyTold")

    @property
    def coming(self) -> TwoLines:
        return self.panel.findChild(TwoLines, "storyComing")

    @property
    def link(self) -> QPushButton:
        return self.panel.findChild(QPushButton, "addBackward")


Open = Callable[[str], Lab]


@pytest.fixture
def open_lab(qtbot, theme: Theme) -> Iterator[Open]:
    labs: list[Lab] = []

    def open_text(text: str) -> Lab:
        labs.append(Lab(qtbot, text, theme))
        return labs[-1]

    yield open_text
    for lab in labs:
        lab.sheets.close()


def test_what_just_happened_and_what_comes_next(open_lab: Open) -> None:
    lab = open_lab(FIRST_TEXT)
    lab.sheets.seek(5)
    assert lab.told.text().startswith("L handed −2.0 to d: the other operand f = −2.0, times the upstream")
    assert lab.coming.text() == "Next: d hands its gradient to e and c. A sum passes it on unchanged to both."
    lab.sheets.step_back()
    assert lab.told.text() == "L starts the backward pass: dL/dL = 1."


def test_the_beginning_and_the_end(open_lab: Open) -> None:
    lab = open_lab(FIRST_TEXT)
    assert lab.coming.text() == "That is the end: every gradient is there."
    lab.sheets.reset()
    assert lab.told.text() == "Nothing is computed yet: the leaves have their numbers."
    assert lab.coming.text() == "Next: e = a · b is computed."


def test_the_state_before_a_step_is_that_of_a_replay(open_lab: Open) -> None:
    sheet = open_lab("a = -2.0\nb = 3.0\nd = a*b\ne = a+b\nf = d*e\nf.backward()").sheets.sheet
    for i, step in enumerate(sheet.steps):
        found, replayed = before_step(state_at(sheet, i + 1), step), state_at(sheet, i)
        assert found.position == i
        assert found.data.tobytes() == replayed.data.tobytes()
        assert found.grad.tobytes() == replayed.grad.tobytes()


def test_the_missing_line_is_added_as_one_step_of_undo(qtbot, open_lab: Open) -> None:
    lab = open_lab(FORWARD_ONLY)
    assert lab.coming.text() == "All gradients are 0: L.backward() has not been called."
    assert lab.link.isVisible() and lab.link.text() == "add L.backward()"
    QTest.mouseClick(lab.link, Qt.MouseButton.LeftButton)
    assert lab.documents.text == FIRST_TEXT
    qtbot.waitUntil(lambda: not lab.sheets.busy, timeout=WAIT_MS)
    assert lab.sheets.sheet.has_backward and not lab.link.isVisible()
    lab.documents.undo_stack.undo()
    assert lab.documents.text == FORWARD_ONLY
    qtbot.waitUntil(lambda: not lab.sheets.busy, timeout=WAIT_MS)
    assert lab.link.isVisible()


def test_no_link_where_nothing_could_go_backward(qtbot, open_lab: Open) -> None:
    for text in ("", "a = 2.0\n", FIRST_TEXT):
        lab = open_lab(text)
        assert not lab.link.isVisible(), text


def test_no_link_for_the_bug_that_leaves_backward_out(qtbot, open_lab: Open) -> None:
    """The text has its line already."""
    lab = open_lab(FORWARD_ONLY)
    lab.sheets.set_bugs(frozenset({Bug.NO_BACKWARD}))
    qtbot.waitUntil(lambda: not lab.sheets.busy, timeout=WAIT_MS)
    assert not lab.link.isVisible()


def test_empty_and_unreadable_texts(qtbot, open_lab: Open) -> None:
    lab = open_lab("")
    assert (lab.told.text(), lab.coming.text()) == ("Nothing is here yet.", "Type an expression, such as a = 2.0.")
    lab = open_lab("a = (\n")
    qtbot.waitUntil(lambda: lab.sheets.error is not None, timeout=WAIT_MS)
    assert lab.told.text() == "Nothing is here yet."
    assert lab.coming.text() == f"Line {lab.sheets.error.line} of the text cannot be read yet."
    lab.panel.grab()


def test_with_an_error_the_story_of_the_last_good_graph_goes_on(qtbot, open_lab: Open) -> None:
    lab = open_lab(FIRST_TEXT)
    with qtbot.waitSignal(lab.sheets.error_changed, timeout=WAIT_MS):
        lab.sheets.set_text(FIRST_TEXT + "x = (")
    lab.sheets.seek(1)
    assert lab.told.text() == "e = a · b: 2.0 × −3.0 = −6.0."


def test_nothing_jumps_while_it_plays(open_lab: Open) -> None:
    lab = open_lab(FIRST_TEXT)
    lab.panel.resize(600, 126)
    timeline = lab.panel.findChild(SheetTimeline, "sheetTimeline")
    places = set()
    for position in range(8):
        lab.sheets.seek(position)
        places.add((lab.told.geometry().getRect(), lab.coming.geometry().getRect(), timeline.geometry().getRect()))
    assert len(places) == 1


@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_it_fits_on_its_card(open_lab: Open, theme: Theme, scale: float) -> None:
    """176 pixels less title and margin leave 126."""
    lab = open_lab(FIRST_TEXT)
    theme.set_scale(scale)
    assert lab.panel.minimumSizeHint().height() <= theme.px(126)
    assert lab.panel.minimumSizeHint().width() <= theme.px(572)


def test_long_sentences_take_two_lines_and_are_cut_then(open_lab: Open) -> None:
    lab = open_lab(FIRST_TEXT)
    lab.sheets.seek(5)
    lab.panel.resize(600, 126)
    assert " ".join(lab.told.shown) == lab.told.text() and len(lab.told.shown) == 2 and lab.told.toolTip() == ""
    lab.panel.resize(200, 126)
    assert len(lab.told.shown) == 3 and lab.told.shown[2].endswith("…")
    assert not lab.told.shown[2].endswith((".…", ",…", " …", ":…"))
    assert lab.told.toolTip() == f"<p>{lab.told.text()}</p>"  # rich text: a tooltip breaks its lines


def test_a_high_card_has_a_third_line(open_lab: Open) -> None:
    lab = open_lab(FIRST_TEXT)
    lab.panel.resize(430, 126)
    lab.sheets.seek(5)
    assert len(lab.told.shown) == 2
    lab.panel.resize(430, 170)
    assert lab.told.height() >= lab.told.height_of(3)
    assert lab.told.minimumSizeHint().height() == lab.told.height_of(2)


@pytest.mark.parametrize("width", range(120, 400, 7))
def test_there_is_one_ellipsis_and_no_stop_before_it(qtbot, theme: Theme, width: int) -> None:
    lines = TwoLines(theme)
    qtbot.addWidget(lines)
    lines.setText("b received −2.0 a second time: 0.0 + (−6.0) → −6.0 → −8.0. And then some more, and more, and 4.0.")
    lines.resize(width, lines.height_of(2))
    last = lines.shown[-1]
    assert not last.endswith("…") or not last.removesuffix("…").endswith((".", ",", ":", " ", "…"))
    assert "".join(lines.shown).count("…") <= 1


def test_numbers_can_be_kept_to_itself(open_lab: Open) -> None:
    lab = open_lab(FIRST_TEXT)
    lab.panel.set_secret(data=False, gradients=True)
    lab.sheets.seek(5)
    assert "2.0" not in lab.told.text() and lab.told.text().startswith("L handed its gradient to d and f.")
    lab.sheets.seek(1)
    assert "−6.0" in lab.told.text()
    lab.panel.set_secret(data=True, gradients=True)
    assert lab.told.text() == "e = a · b was computed."
    lab.panel.set_secret(data=False, gradients=False)
    assert "−6.0" in lab.told.text()
