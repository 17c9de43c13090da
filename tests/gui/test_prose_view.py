"""The prose of lessons: shown as it is written, in place, and never as markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.lessons.figures import Figure, figure
from core.lessons.folders import NO_FILES, PackedFolder
from core.lessons.prose import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Formula,
    FormulaBlock,
    Heading,
    Link,
    Live,
    Paragraph,
    Picture,
    Text,
)
from gui.maths import Maths
from gui.theme import Theme
from gui.widgets.prose_view import ProseView, SpansView

CHAIN = r"\frac{dL}{dc} = \frac{dL}{dd} \cdot \frac{\partial d}{\partial c}"
HOSTILE = '<img src="file:///etc/passwd"><b>bold</b> &lt; <a href="javascript:x">x</a>'
ADDRESS = "https://example.org/a?b=1%20c#d"
LOSS, GRAD = figure("loss"), figure("grad a")
LONG = Paragraph((Text("Words that are read for a long while, and go on and on. " * 8),))
Show = Callable[..., ProseView]


@pytest.fixture
def maths(qapp: QApplication) -> Iterator[Maths]:
    maths = Maths()
    yield maths
    maths.close()


@pytest.fixture
def view(qtbot: QtBot, maths: Maths, theme: Theme) -> ProseView:
    view = ProseView(maths, theme)
    qtbot.addWidget(view)
    view.resize(312, 400)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


@pytest.fixture
def spans_view(qtbot: QtBot, maths: Maths, theme: Theme) -> SpansView:
    view = SpansView(maths, theme)
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.addWidget(view)
    layout.addStretch()
    qtbot.addWidget(box)
    box.resize(320, 500)
    box.show()
    view.box = box  # lives as long as the view
    return view


def paragraph(*spans: Text | Code | Formula | Live | Link) -> tuple[Block, ...]:
    return (Paragraph(spans),)


def picture(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def typeset(qtbot: QtBot, maths: Maths) -> None:
    qtbot.waitUntil(lambda: not maths.busy)


def pixels(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_formulas_and_text_have_one_colour(qtbot: QtBot, maths: Maths, theme: Theme) -> None:
    view = SpansView(maths, theme, mute=True)
    qtbot.addWidget(view)
    view.resize(300, 60)
    view.show()
    view.show_spans((Text("a "), Formula("L = L"), Code("x")))
    typeset(qtbot, maths)
    seen = pixels(view.viewport().grab().toImage())
    assert theme.palette.mute.name() in seen and theme.palette.ink.name() not in seen


def test_every_kind_of_block_can_be_read(view: ProseView) -> None:
    blocks = (
        Heading((Text("Title"),)),
        Paragraph((Text("a "), Text("b", bold=True), Code("x = 3.0"), Formula(r"\frac{dL}{da}"), Text(", c"))),
        Bullets(((Text("one"),), (Live(LOSS),))),
        Bullets(((Text("nine"),), (Text("ten"),)), first=9),
        CodeBlock("def f(x):\n    return x\n"),
        FormulaBlock(r"a \cdot b"),
        Picture("map.png", "A map"),
    )
    view.show_blocks(blocks, PackedFolder({"map.png": picture(20, 10)}))
    assert view.plain().split("\n") == [
        *("Title", "a bx = 3.0dL/da, c", "•\tone", "•\t…", "9.\tnine", "10.\tten", "def f(x):", "    return x"),
        *("a · b", "", "A map"),
    ]


@pytest.mark.parametrize(
    "block",
    [
        Paragraph((Text(HOSTILE),)),
        Paragraph((Code(HOSTILE),)),
        Heading((Text(HOSTILE),)),
        CodeBlock(HOSTILE),
        Bullets(((Text(HOSTILE),),)),
        Paragraph((Link(HOSTILE, ADDRESS),)),
    ],
)
def test_html_is_shown_as_it_is_written(view: ProseView, block: Block) -> None:
    view.show_blocks((block,), NO_FILES)
    assert view.plain().removeprefix("•\t") == HOSTILE
    assert "\ufffc" not in view.toPlainText()


def test_signs_that_a_document_keeps_for_itself_are_harmless(view: ProseView) -> None:
    view.show_blocks(paragraph(Text("a\ufffc\ufdd0\x00b\u2029c\nd"), Formula("x"), Live(LOSS)), NO_FILES)
    assert view.plain() == "a\ufffd\ufffd\ufffdb c dx…"
    assert not view.grab().isNull()


def test_nothing_is_loaded(view: ProseView) -> None:
    view.show_blocks(paragraph(Text(HOSTILE)), NO_FILES)
    file = QUrl.fromLocalFile(__file__)
    for kind in QTextDocument.ResourceType:
        assert not view.loadResource(kind.value, file)
        assert not view.document().resource(kind.value, file)
    view.setSource(file)
    assert view.plain() == HOSTILE


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "lesson.md", ""])
def test_a_link_to_anything_but_the_web_is_mere_text(view: ProseView, address: str) -> None:
    view.show_blocks(paragraph(Link("words", address)), NO_FILES)
    assert view.plain() == "words"
    assert view.anchorAt(QPoint(12, 12)) == ""


def test_a_click_on_a_link_asks_for_its_address(qtbot: QtBot, view: ProseView) -> None:
    view.show_blocks(paragraph(Link("the lecture", ADDRESS), Text(" and more")), NO_FILES)
    before = view.plain()
    with qtbot.waitSignal(view.link_requested) as asked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert asked.args == [ADDRESS]
    assert view.plain() == before


def test_links_are_reached_by_tab_and_asked_for_by_enter(qtbot: QtBot, view: ProseView) -> None:
    view.show_blocks(paragraph(Text("See "), Link("one", ADDRESS), Link("two", "http://example.org/")), NO_FILES)
    view.setFocus()
    asked: list[str] = []
    view.link_requested.connect(asked.append)
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Tab)
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked == [ADDRESS, "http://example.org/"]


def test_a_link_under_the_mouse_is_underlined(qtbot: QtBot, view: ProseView) -> None:
    view.show_blocks(paragraph(Link("the lecture", ADDRESS)), NO_FILES)
    view.highlighted.emit(QUrl(ADDRESS))
    (line,) = view.extraSelections()
    assert line.cursor.selectedText() == "the lecture" and line.format.fontUnderline()
    view.highlighted.emit(QUrl())
    assert view.extraSelections() == []


def test_live_numbers_are_written_in_their_places(view: ProseView) -> None:
    view.show_blocks((*paragraph(Live(LOSS), Live(GRAD), Text(" x "), Live(LOSS)), Bullets(((Live(GRAD),),))), NO_FILES)
    assert view.figures == (LOSS, GRAD, LOSS, GRAD)
    view.set_numbers({LOSS: "0.25", GRAD: ""}.__getitem__)
    assert view.plain() == "0.25… x 0.25\n•\t…"
    view.set_numbers({LOSS: "1", GRAD: "−7.286"}.__getitem__)
    assert view.plain() == "1−7.286 x 1\n•\t−7.286"
    view.set_numbers({LOSS: "𝟏𝟐", GRAD: "1\N{THIN SPACE}000"}.__getitem__)
    view.set_numbers({LOSS: "3", GRAD: "12\N{THIN SPACE}000"}.__getitem__)
    assert view.plain() == "312\N{THIN SPACE}000 x 3\n•\t12\N{THIN SPACE}000"


def test_the_same_numbers_change_nothing(view: ProseView) -> None:
    view.show_blocks(paragraph(Live(LOSS)), NO_FILES)
    view.set_numbers(lambda what: "1")
    revision = view.document().revision()
    view.set_numbers(lambda what: "1")
    assert view.document().revision() == revision


@pytest.mark.parametrize(("first", "last", "wanted"), [(0, 4, "abcd"), (0, 6, "abcd12.75"), (6, 9, "efg"), (4, 9, "?")])
def test_a_selection_stays_while_numbers_change(view: ProseView, first: int, last: int, wanted: str) -> None:
    view.show_blocks(paragraph(Text("abcd"), Live(LOSS), Text("efgh")), NO_FILES)
    view.set_numbers(lambda what: "77")
    cursor = view.textCursor()
    cursor.setPosition(first)
    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.set_numbers(lambda what: "12.75")
    assert view.textCursor().selectedText() == ("12.75efg" if wanted == "?" else wanted)
    view.set_numbers(lambda what: "3")
    assert view.textCursor().selectedText() == wanted.replace("12.75", "3").replace("?", "3efg")


def test_numbers_do_not_move_what_is_read(view: ProseView) -> None:
    view.show_blocks((*paragraph(Live(LOSS)), *[LONG] * 6), NO_FILES)
    view.verticalScrollBar().setValue(200)
    view.set_numbers(lambda what: "123456")
    assert view.verticalScrollBar().value() == 200
    view.show_blocks((LONG,) * 6, NO_FILES)
    assert view.verticalScrollBar().value() == 0


def test_numbers_are_told_from_text_by_face_and_colour(view: ProseView, theme: Theme) -> None:
    view.show_blocks(paragraph(Text("a"), Live(LOSS)), NO_FILES)
    view.set_numbers(lambda what: "41")
    cursor = QTextCursor(view.document())
    for position, family, colour in (
        (1, "Inter", theme.palette.ink),
        *((each, "JetBrains Mono", theme.palette.accent_text) for each in (2, 3)),
    ):
        cursor.setPosition(position)
        assert cursor.charFormat().font().family() == family
        assert cursor.charFormat().foreground().color() == colour


def test_a_formula_is_words_first_and_then_a_picture(qtbot: QtBot, view: ProseView, maths: Maths) -> None:
    view.show_blocks(paragraph(Formula(CHAIN)), NO_FILES)
    before = view.grab().toImage()
    typeset(qtbot, maths)
    assert view.grab().toImage() != before
    assert view.plain() == "dL/dc = dL/dd · ∂d/∂c"


def test_formulas_stand_on_the_line_of_the_text(qtbot: QtBot, view: ProseView, maths: Maths, theme: Theme) -> None:
    """The lower edges of a letter and of the same letter as a formula are on the same row of pixels."""
    theme.set_scale(2.0)
    rows = []
    for tex, words in ((r"\frac{d}{y}", " L"), (r"L\frac{d}{y}", " ")):
        view.show_blocks(paragraph(Text(words), Formula(tex)), NO_FILES)
        typeset(qtbot, maths)
        image = view.grab().toImage()
        dark = [y for y in range(image.height()) for x in range(8, 22) if image.pixelColor(x, y).lightness() < 90]
        rows.append(max(dark))
    assert abs(rows[0] - rows[1]) <= 1


@pytest.mark.parametrize("block", [FormulaBlock(f"{CHAIN} = {CHAIN}"), Paragraph((Formula(f"{CHAIN} = {CHAIN}"),))])
def test_a_wide_formula_fits(qtbot: QtBot, view: ProseView, maths: Maths, block: Block) -> None:
    view.show_blocks((block,), NO_FILES)
    view.resize(160, 400)
    typeset(qtbot, maths)
    assert 100 < view.document().idealWidth() <= view.viewport().width()


def test_a_broken_formula_is_read_as_words(qtbot: QtBot, view: ProseView, maths: Maths) -> None:
    view.show_blocks(paragraph(Formula(r"\frac{1")), NO_FILES)
    typeset(qtbot, maths)
    assert view.plain() == "frac1"
    assert not view.grab().isNull()


def test_a_formula_that_comes_does_not_move_what_is_read(qtbot: QtBot, view: ProseView, maths: Maths) -> None:
    view.show_blocks((FormulaBlock(r"\sum_{i} \frac{\frac{a}{b}}{\frac{c}{d}}"), *[LONG] * 6), NO_FILES)
    view.verticalScrollBar().setValue(300)
    top = view.cursorForPosition(QPoint(0, 0)).position()
    height = view.document().size().height()
    typeset(qtbot, maths)
    assert view.document().size().height() != height
    assert view.cursorForPosition(QPoint(0, 0)).position() == top


def test_no_line_begins_with_the_comma_behind_a_formula(qtbot: QtBot, view: ProseView, maths: Maths) -> None:
    view.show_blocks(paragraph(*[Formula("L"), Text("), ", bold=True)] * 60), NO_FILES)
    typeset(qtbot, maths)
    assert view.plain() == "L), " * 60
    layout, text = view.document().begin().layout(), view.document().begin().text()
    for width in range(150, 180, 2):
        view.resize(width, 400)
        starts = [layout.lineAt(i).textStart() for i in range(layout.lineCount())]
        assert len(starts) > 3
        assert {text[start] for start in starts} == {"\ufffc"}


def test_what_is_copied_is_plain_text(qtbot: QtBot, view: ProseView) -> None:
    view.show_blocks(paragraph(Text("so "), Formula(r"a \cdot b"), Text(", "), Code("x = 3")), NO_FILES)
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "so a · b, x = 3"
    assert view.createMimeDataFromSelection().formats() == ["text/plain"]


def test_a_picture_is_no_wider_than_the_text(view: ProseView) -> None:
    view.show_blocks((Picture("map.png", "A map"),), PackedFolder({"map.png": picture(900, 300)}))
    assert view.document().idealWidth() <= view.viewport().width()
    assert view.document().size().height() == pytest.approx(312 / 3, abs=40)
    assert "#ff0000" in pixels(view.grab().toImage())
    view.resize(160, 400)
    assert view.document().idealWidth() <= view.viewport().width()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("none.png", None, "There is no file"),
        ("map.svg", b"<svg/>", "is no picture"),
        ("map.png", b"<svg/>", "is not a picture"),
        ("../map.png", None, "is no name of a file"),
        ("map.png", picture(40, 40)[:60], "is damaged"),
    ],
)
def test_a_picture_that_cannot_be_read_says_why(view: ProseView, name: str, data: bytes | None, reason: str) -> None:
    view.show_blocks((Picture(name, "A map"),), PackedFolder({} if data is None else {name: data}))
    words, said = view.plain().split("\n")
    assert words == "A map" and reason in said


def test_the_view_follows_the_theme(qtbot: QtBot, view: ProseView, maths: Maths, theme: Theme) -> None:
    view.show_blocks((*paragraph(Live(LOSS), Text(" a "), Formula("x")), *[LONG] * 8), NO_FILES)
    view.set_numbers(lambda what: "41")
    view.verticalScrollBar().setValue(400)
    top = view.cursorForPosition(QPoint(0, 0)).position()
    height = view.document().size().height()
    theme.set_mode("dark")
    assert view.document().size().height() == height
    theme.set_scale(1.5)
    assert view.document().size().height() > 1.5 * height
    assert view.plain().startswith("41 a x\n")
    assert view.cursorForPosition(QPoint(0, 0)).position() == pytest.approx(top, abs=60)
    typeset(qtbot, maths)
    view.verticalScrollBar().setValue(0)
    assert theme.palette.accent_text.name() in pixels(view.grab().toImage())


def test_code_stands_on_soft_ground(view: ProseView, theme: Theme) -> None:
    for block, seen in ((LONG, False), (Paragraph((Code("x"),)), True), (CodeBlock("x"), True)):
        view.show_blocks((block,), NO_FILES)
        assert (theme.palette.soft.name() in pixels(view.viewport().grab().toImage())) is seen


def test_code_breaks_only_where_it_is_long(view: ProseView) -> None:
    view.resize(200, 300)
    view.show_blocks(paragraph(Text("Under it stands the line "), Code("x = 3.0")), NO_FILES)
    layout, text = view.document().begin().layout(), view.document().begin().text()
    assert text[layout.lineAt(layout.lineCount() - 1).textStart() :].split() == ["x", "=", "3.0"]
    view.show_blocks((CodeBlock("y" * 200),), NO_FILES)
    assert view.document().begin().layout().lineCount() > 4


def test_spans_are_as_high_as_their_text(qtbot: QtBot, spans_view: SpansView, maths: Maths) -> None:
    spans_view.show_spans((Text("short"),))
    qtbot.waitUntil(lambda: spans_view.height() == spans_view.heightForWidth(spans_view.width()))
    low = spans_view.height()
    spans_view.show_spans(LONG.spans)
    qtbot.waitUntil(lambda: spans_view.height() > 4 * low)
    assert spans_view.verticalScrollBar().maximum() == 0
    assert spans_view.heightForWidth(150) > spans_view.heightForWidth(300) > spans_view.heightForWidth(600)
    assert spans_view.document().textWidth() == spans_view.viewport().width()


def test_spans_grow_with_a_formula_that_comes(qtbot: QtBot, spans_view: SpansView, maths: Maths) -> None:
    spans_view.show_spans((Formula(r"\frac{\frac{a}{b}}{\frac{c}{d}}"),))
    before = spans_view.sizeHint().height()
    typeset(qtbot, maths)
    assert spans_view.sizeHint().height() > before
    qtbot.waitUntil(lambda: spans_view.height() == spans_view.sizeHint().height())
    assert spans_view.verticalScrollBar().maximum() == 0


def test_only_spans_with_a_link_are_on_the_way_of_the_tab_key(spans_view: SpansView) -> None:
    spans_view.show_spans((Text("words"),))
    assert not spans_view.focusPolicy() & Qt.FocusPolicy.TabFocus
    spans_view.show_spans((Link("words", ADDRESS),))
    assert spans_view.focusPolicy() & Qt.FocusPolicy.TabFocus
    spans_view.show_spans(())
    assert spans_view.plain() == ""


def test_spans_have_live_numbers(spans_view: SpansView) -> None:
    spans_view.show_spans((Text("Its gradient is "), Live(GRAD), Text(".")))
    wanted: list[Figure] = []
    spans_view.set_numbers(lambda what: wanted.append(what) or "−3")
    assert wanted == [GRAD]
    assert spans_view.plain() == "Its gradient is −3."
