from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QScrollArea, QWidget

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.document_parts import Document
from gui.palette import contrast
from gui.panels.bug_banner import BugBanner
from gui.panels.bug_card import BugCard, CodeLines, camel_name
from gui.panels.bug_lab import BugLabPanel
from gui.panels.wrong_gradients import Wrong, count_text, wrong_gradients
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode, SheetFrame
from gui.theme import Theme

WAIT_MS = 20_000
WIDTH = 262  # of the left column


def example(bug: Bug) -> str:
    showing = BUG_TEXTS[bug].sheet
    assert showing is not None
    return showing.example


class QuietRuns(QObject):
    """Network mode's model, as far as bugs go."""

    bugs_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.bugs: frozenset[Bug] = frozenset()

    def set_bugs(self, bugs: frozenset[Bug]) -> None:
        if bugs != self.bugs:
            self.bugs = bugs
            self.bugs_changed.emit(bugs)


@pytest.fixture
def documents() -> Documents:
    return Documents(Document(text=example(Bug.TWICE)))


@pytest.fixture
def sheets(qtbot, documents: Documents) -> Iterator[Sheets]:
    sheets = Sheets(documents)
    qtbot.waitUntil(lambda: sheets.frame is not None, timeout=WAIT_MS)
    yield sheets
    sheets.close()


@pytest.fixture
def panel(qtbot, sheets: Sheets, theme: Theme) -> BugLabPanel:
    return shown(qtbot, BugLabPanel(sheets, theme))


def shown(qtbot, panel: BugLabPanel) -> BugLabPanel:
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.header)
    panel.resize(WIDTH - 28, 620)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def switch(panel: QWidget, bug: Bug) -> QCheckBox:
    found = panel.findChild(QCheckBox, f"bug{camel_name(bug)}")
    assert found is not None
    return found


def turn_on(qtbot, panel: BugLabPanel, sheets: Sheets, bug: Bug) -> SheetFrame:
    """Click a switch, and wait for the sheet with the bugs."""
    switch(panel, bug).click()
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert sheets.frame is not None
    return sheets.frame


def words(panel: QWidget, name: str) -> str:
    label = panel.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisibleTo(panel) else ""


def rows(panel: QWidget) -> list[str]:
    links = [panel.findChild(QPushButton, f"wrongGradient{i}") for i in range(20)]
    return [link.accessibleName() for link in links if link is not None and link.isVisibleTo(panel)]


def cards(panel: QWidget) -> list[str]:
    visible = [card for card in panel.findChildren(BugCard) if card.isVisibleTo(panel)]
    return [card.objectName() for card in sorted(visible, key=lambda card: card.y())]


def test_all_bugs_are_offered_where_they_have_a_place(qtbot, panel: BugLabPanel, theme: Theme) -> None:
    for bug, text in BUG_TEXTS.items():
        assert switch(panel, bug).text() == switch(panel, bug).accessibleName() == text.title
        assert text.sentence in switch(panel, bug).toolTip()
    network = shown(qtbot, BugLabPanel(QuietRuns(), theme, Mode.NETWORK))
    titles = {box.text() for box in network.findChildren(QCheckBox)}
    gone = {BUG_TEXTS[Bug.NEGATION_LOOP].title, BUG_TEXTS[Bug.NO_RADD].title}
    assert titles == {text.title for text in BUG_TEXTS.values()} - gone


def test_a_switch_breaks_the_sheet(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    assert words(panel, "bugInvitation")
    assert cards(panel) == []
    frame = turn_on(qtbot, panel, sheets, Bug.TWICE)
    assert sheets.bugs == frame.bugs == {Bug.TWICE}
    assert words(panel, "bugSummaryTitle") == "6 of 7 gradients are wrong"
    assert "The gradient of d is -4, and should be -2" in rows(panel)
    assert "The gradient of a is 24, and should be 6" in rows(panel)
    assert len(rows(panel)) == 6
    assert cards(panel) == ["bugCardTwice"]
    assert words(panel, "bugInvitation")
    switch(panel, Bug.TWICE).click()
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert cards(panel) == rows(panel) == []
    assert words(panel, "bugInvitation")


def test_a_switch_stays_under_the_mouse_and_what_it_did_comes_below_it(
    qtbot, panel: BugLabPanel, sheets: Sheets
) -> None:
    above = [switch(panel, bug) for bug in list(BUG_TEXTS)[:2]]
    places = [box.y() for box in above]
    turn_on(qtbot, panel, sheets, Bug.TWICE)  # the second one
    card, summary = panel.findChild(BugCard, "bugCardTwice"), panel.findChild(QWidget, "bugSummary")
    third = switch(panel, list(BUG_TEXTS)[2])
    qtbot.waitUntil(lambda: above[1].y() < summary.y() < card.y() < third.y(), timeout=WAIT_MS)
    assert [box.y() for box in above] == places
    turn_on(qtbot, panel, sheets, Bug.OVERWRITE)
    first = panel.findChild(BugCard, "bugCardOverwrite")
    qtbot.waitUntil(lambda: above[0].y() < summary.y() < first.y() < above[1].y() < card.y(), timeout=WAIT_MS)


@pytest.mark.parametrize("bug", [Bug.TWICE, Bug.NO_BACKWARD, Bug.NO_RADD])
def test_the_sentence_on_what_went_wrong_is_in_view(qtbot, panel: BugLabPanel, sheets: Sheets, bug: Bug) -> None:
    sheets.set_text(example(bug))
    panel.resize(296, 310)  # what the card gives it in a window of 1280 × 800
    turn_on(qtbot, panel, sheets, bug)
    view = panel.findChild(QScrollArea).viewport()

    def in_view() -> bool:
        sentence = panel.findChild(QLabel, "bugSentence")
        corner, box = sentence.mapTo(view, sentence.rect().bottomLeft()), switch(panel, bug)
        return corner.y() <= view.height() and box.mapTo(view, box.rect().topLeft()).y() >= 0

    qtbot.waitUntil(in_view, timeout=WAIT_MS)


def test_nothing_is_told_while_somebody_is_to_find_the_gradients(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    sheets.withhold(withheld=True)
    turn_on(qtbot, panel, sheets, Bug.TWICE)
    assert rows(panel) == [] and words(panel, "bugSummaryNote").endswith("hidden while you predict.")
    sheets.withhold(withheld=False)
    assert len(rows(panel)) == 6


def test_an_old_graph_does_not_stand_for_a_text_that_does_not_run(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    turn_on(qtbot, panel, sheets, Bug.OVERWRITE)
    sheets.set_text("a = (")
    qtbot.waitUntil(lambda: sheets.error is not None, timeout=WAIT_MS)
    sheets.selection.select("a")  # which shows the last good frame once more
    assert words(panel, "bugSummaryTitle") == "The text does not run"


def test_the_keyboard_switches_too(panel: BugLabPanel, sheets: Sheets) -> None:
    box = switch(panel, Bug.OVERWRITE)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert sheets.bugs == {Bug.OVERWRITE}


def test_a_name_leads_to_its_node(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    turn_on(qtbot, panel, sheets, Bug.TWICE)
    asked = QSignalSpy(panel.node_requested)
    link = panel.findChild(QPushButton, "wrongGradient1")
    link.click()
    assert [asked.at(0)[0]] == ["d"]
    assert link.accessibleName().startswith("The gradient of d ")


def test_cards_say_what_is_wrong_and_lead_to_an_example(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    turn_on(qtbot, panel, sheets, Bug.PREORDER)
    text = BUG_TEXTS[Bug.PREORDER]
    card = panel.findChild(BugCard, "bugCardPreorder")
    wrong, right = card.findChildren(CodeLines)
    assert (wrong.accessibleName(), right.accessibleName()) == (f"wrong: {text.wrong}", f"right: {text.right}")
    assert words(card, "bugSentence") == text.sentence
    assert text.sheet is not None
    assert words(card, "bugFigure") == text.sheet.figure
    asked = QSignalSpy(panel.example_requested)
    card.findChild(QPushButton, "tryBugPreorder").click()
    assert [asked.at(0)[0]] == [example(Bug.PREORDER)]


def test_the_example_shows_the_figure(qtbot, panel: BugLabPanel, sheets: Sheets, documents: Documents) -> None:
    panel.example_requested.connect(sheets.set_text)
    turn_on(qtbot, panel, sheets, Bug.PREORDER)
    panel.findChild(QPushButton, "tryBugPreorder").click()
    assert documents.text == example(Bug.PREORDER)
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert "The gradient of a is 14, and should be 26" in rows(panel)


def test_cards_keep_the_order_of_the_switches(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    for bug in (Bug.NOT_INSTALLED, Bug.OVERWRITE, Bug.TWICE):
        turn_on(qtbot, panel, sheets, bug)
    qtbot.waitUntil(lambda: panel.findChild(BugCard, "bugCardTwice").y() > 0, timeout=WAIT_MS)
    assert cards(panel) == ["bugCardOverwrite", "bugCardTwice", "bugCardNotInstalled"]


def test_two_that_exclude_each_other(panel: BugLabPanel, sheets: Sheets) -> None:
    switch(panel, Bug.PREORDER).click()
    assert "Switches off “no topological order”" in switch(panel, Bug.NAIVE).toolTip()
    switch(panel, Bug.NAIVE).click()
    assert sheets.bugs == {Bug.NAIVE}
    assert not switch(panel, Bug.PREORDER).isChecked()
    switch(panel, Bug.TWICE).click()
    switch(panel, Bug.NO_BACKWARD).click()
    assert sheets.bugs == {Bug.NO_BACKWARD}
    assert [box.objectName() for box in panel.findChildren(QCheckBox) if box.isChecked()] == ["bugNoBackward"]


def test_all_off(panel: BugLabPanel, sheets: Sheets) -> None:
    off = panel.header
    assert isinstance(off, QPushButton)
    assert not off.isEnabled()
    switch(panel, Bug.TWICE).click()
    switch(panel, Bug.OVERWRITE).click()
    assert off.isEnabled()
    off.click()
    assert sheets.bugs == frozenset()
    assert not any(box.isChecked() for box in panel.findChildren(QCheckBox))
    assert cards(panel) == []


def test_bugs_switched_on_elsewhere_are_shown(panel: BugLabPanel, sheets: Sheets) -> None:
    asked = QSignalSpy(sheets.bugs_changed)
    sheets.set_bugs(frozenset({Bug.NO_ZERO}))
    assert switch(panel, Bug.NO_ZERO).isChecked()
    assert cards(panel) == ["bugCardNoZero"]
    assert asked.count() == 1  # showing does not ask again


def test_a_bug_that_does_nothing_here_says_so(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    turn_on(qtbot, panel, sheets, Bug.OVERWRITE)
    assert words(panel, "bugSummaryTitle") == "No gradient is wrong"
    assert words(panel, "bugSummaryNote") == BUG_TEXTS[Bug.OVERWRITE].harmless
    sheets.set_text("a = Value(2.0, label='a')\nb = a + a\n")
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert words(panel, "bugSummaryNote") == "Without the bug every gradient is 0 too."


def test_on_the_way_the_summary_waits_for_the_end(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    turn_on(qtbot, panel, sheets, Bug.TWICE)
    sheets.step_back()
    assert words(panel, "bugSummaryTitle") == ""
    assert words(panel, "bugSummaryNote") == "Play to the end to see which gradients are wrong."
    assert rows(panel) == []
    sheets.step()
    assert len(rows(panel)) == 6


def test_a_bug_that_stops_the_text(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    sheets.set_text(example(Bug.NEGATION_LOOP))
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert sheets.error is None
    turn_on(qtbot, panel, sheets, Bug.NEGATION_LOOP)
    assert sheets.error is not None
    assert words(panel, "bugSummaryTitle") == "The text does not run"
    assert words(panel, "bugSummaryNote").startswith("Line 3: RecursionError")
    switch(panel, Bug.NEGATION_LOOP).click()
    switch(panel, Bug.OVERWRITE).click()
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert words(panel, "bugSummaryTitle") == "No gradient is wrong"


def test_many_wrong_gradients_are_counted(qtbot, panel: BugLabPanel, sheets: Sheets) -> None:
    lines = ["a = Value(1.5, label='a')", "c0 = a * 2", *(f"c{i} = c{i - 1} * 1.5" for i in range(1, 10))]
    sheets.set_text("\n".join([*lines, "c9.backward()", ""]))
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    frame = turn_on(qtbot, panel, sheets, Bug.TWICE)
    wrong = len(wrong_gradients(frame))
    assert wrong > 8
    assert len(rows(panel)) == 8
    assert words(panel, "bugSummaryNote") == f"and {wrong - 8} more, marked in the graph"


def test_it_fits_the_left_column(qtbot, panel: BugLabPanel, sheets: Sheets, theme: Theme) -> None:
    """Nothing is wider than the column at any scale, however many bugs are on; the rest scrolls."""
    for bug in (Bug.NOT_INSTALLED, Bug.NAIVE, Bug.OVERWRITE, Bug.NO_ZERO):
        turn_on(qtbot, panel, sheets, bug)
    for scale in (0.7, 1.0, 1.4, 2.5):
        theme.set_scale(scale)
        panel.resize(theme.px(WIDTH) - 2 * theme.px(14), 500)
        qtbot.waitUntil(lambda: panel.findChild(BugCard, "bugCardNaive").height() > 50, timeout=WAIT_MS)
        assert panel.minimumSizeHint().width() <= theme.px(WIDTH) - 2 * theme.px(14), scale
        assert panel.minimumSizeHint().height() <= 200 * scale


def test_network_mode_asks_for_an_example_by_name(qtbot, theme: Theme) -> None:
    runs = QuietRuns()
    panel = shown(qtbot, BugLabPanel(runs, theme, Mode.NETWORK))
    switch(panel, Bug.NO_ZERO).click()
    assert runs.bugs == {Bug.NO_ZERO}
    asked = QSignalSpy(panel.example_requested)
    panel.findChild(QPushButton, "tryBugNoZero").click()
    assert [asked.at(0)[0]] == ["moons-demo"]
    assert not panel.findChild(QWidget, "bugSummary").isVisibleTo(panel)


def test_texts_can_be_read_in_both_modes(theme: Theme) -> None:
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        colours = theme.palette
        for letters in (colours.ink, colours.negative_text, colours.good):
            assert contrast(letters, colours.soft) >= 4.5


# -- the banner -------------------------------------------------------------------------------------------------------


@pytest.fixture
def banner(qtbot, sheets: Sheets, theme: Theme) -> BugBanner:
    banner = BugBanner(sheets, theme)
    qtbot.addWidget(banner)
    banner.resize(640, banner.sizeHint().height())
    return banner


def test_the_banner_is_there_while_a_bug_is(qtbot, banner: BugBanner, sheets: Sheets) -> None:
    assert banner.isHidden()
    sheets.set_bugs(frozenset({Bug.TWICE}))
    assert not banner.isHidden()
    assert banner.text == "Bug lab: two backward passes"
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert banner.text == "Bug lab: two backward passes · 6 of 7 gradients are wrong"
    sheets.set_bugs(frozenset({Bug.TWICE, Bug.OVERWRITE}))
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    assert banner.text == "Bug lab: = instead of +=, two backward passes · no gradient is wrong"
    banner.findChild(QPushButton, "bugBannerOff").click()
    assert sheets.bugs == frozenset()
    assert banner.isHidden()


def test_the_banner_counts_at_the_end_alone(qtbot, banner: BugBanner, sheets: Sheets) -> None:
    sheets.set_bugs(frozenset({Bug.TWICE}))
    qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
    sheets.step_back()
    assert banner.text == "Bug lab: two backward passes"


def test_the_banner_says_that_the_text_does_not_run(qtbot, banner: BugBanner, sheets: Sheets) -> None:
    sheets.set_bugs(frozenset({Bug.NO_RADD}))
    sheets.set_text(example(Bug.NO_RADD))
    qtbot.waitUntil(lambda: sheets.error is not None, timeout=WAIT_MS)
    assert banner.text == "Bug lab: sum() without __radd__ · the text does not run: TypeError: unsupported operand …"
    sheets.selection.select("a")
    assert "does not run" in banner.text
    sheets.set_text(example(Bug.TWICE))
    qtbot.waitUntil(lambda: sheets.error is None and not sheets.busy, timeout=WAIT_MS)
    assert banner.text == "Bug lab: sum() without __radd__ · no gradient is wrong"


def test_the_banner_of_network_mode(qtbot, theme: Theme) -> None:
    runs = QuietRuns()
    banner = BugBanner(runs, theme, Mode.NETWORK)
    qtbot.addWidget(banner)
    runs.set_bugs(frozenset({Bug.WRONG_SIGN}))
    assert not banner.isHidden()
    assert banner.text == "Bug lab: update with the wrong sign"


# -- which are wrong --------------------------------------------------------------------------------------------------


def test_numbers_that_look_alike_are_told_apart(qtbot, sheets: Sheets) -> None:
    frame = sheets.frame
    assert frame is not None
    grad = frame.state.grad.copy()
    assert frame.true_grad is None
    assert wrong_gradients(frame) == ()
    node = frame.sheet.node("d")
    assert node is not None

    def against(number: float) -> tuple[Wrong, ...]:
        true = grad.copy()
        true[node] = number
        return wrong_gradients(
            SheetFrame(frame.sheet, frame.state, None, None, None, frozenset({Bug.NAIVE}), true_grad=true)
        )

    assert against(-2.0) == ()
    assert against(-2.0 * (1 + 1e-12)) == ()  # another order of additions is no mistake
    assert against(6.0) == (Wrong("d", "-2", "6", "d"),)
    assert against(1 / 3) == (Wrong("d", "-2", "0.3333", "d"),)
    assert against(-2.0000001) == (Wrong("d", "-2", "-2.0000", "d"),)
    assert against(float("nan")) == (Wrong("d", "-2", "nan", "d"),)


def test_counts_in_words() -> None:
    assert count_text(0, 7) == "no gradient is wrong"
    assert count_text(1, 7) == "1 of 7 gradients is wrong"
    assert count_text(3, 7) == "3 of 7 gradients are wrong"
