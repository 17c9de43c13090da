from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from core.document_parts import FIRST_TEXT, Document
from gui.panels.sheet.chip_paint import ChipPaint
from gui.panels.sheet.chip_row import ChipRow
from gui.panels.sheet.order_chips import Look
from gui.panels.sheet.order_strip import OrderStrip
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme

WAIT_MS = 20_000
CHAIN = "a0 = 1.5\n" + "".join(f"a{i + 1} = a{i}.tanh()\n" for i in range(300)) + "a300.backward()\n"


Open = Callable[[str], tuple[Sheets, OrderStrip]]


@pytest.fixture
def open_strip(qtbot, theme: Theme) -> Iterator[Open]:
    """The strip, 640 pixels wide, of a text that was interpreted."""
    opened: list[Sheets] = []

    def open_text(text: str = FIRST_TEXT) -> tuple[Sheets, OrderStrip]:
        sheets = Sheets(Documents(Document(text=text)))
        opened.append(sheets)
        strip = OrderStrip(sheets, theme)
        qtbot.addWidget(strip)
        strip.resize(640, strip.height())
        with qtbot.waitExposed(strip):
            strip.show()
        qtbot.waitUntil(lambda: not sheets.busy, timeout=WAIT_MS)
        return sheets, strip

    yield open_text
    for sheets in opened:
        sheets.close()


def chips(strip: OrderStrip) -> ChipRow:
    return strip.findChild(ChipRow, "orderChips")


def shown(strip: OrderStrip) -> str:
    assert strip.strip is not None
    return " ".join(chip.name for chip in strip.strip.chips)


def looks(strip: OrderStrip) -> str:
    """`D` done, `A` active, `N` next, `.` to come."""
    letters = {Look.DONE: "D", Look.ACTIVE: "A", Look.NEXT: "N", Look.COMING: "."}
    return "".join(letters[look] for look in chips(strip)._looks)


def click(strip: OrderStrip, index: int) -> None:
    row = chips(strip)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.chip_rect(index).center().toPoint())


def is_in_view(row: ChipRow, index: int) -> bool:
    place = row.chip_rect(index)
    return place.left() >= 0 and place.right() <= row.width()


def test_the_lecture_s_graph_backward(open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    sheets.seek(6)
    assert shown(strip) == "L f d c e b a"
    assert looks(strip) == "DDADN.."
    assert [chip.number for chip in strip.strip.chips] == [1, 2, 3, 4, 5, 6, 7]


def test_forward_first(open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    sheets.seek(0)
    assert shown(strip) == "a b e c d f L"
    assert looks(strip) == "DDN...."
    sheets.step()
    assert looks(strip) == "DDADN.."


def test_the_seed_and_handing_on_are_one_turn(open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    sheets.seek(4)
    assert looks(strip).startswith("N") and looks(strip).count("N") == 1  # as the sentence says: L acts next
    sheets.step()
    assert looks(strip)[0] == "A"
    sheets.step()
    assert looks(strip)[0] == "D"


def test_at_the_end_all_have_acted(open_strip: Open) -> None:
    _, strip = open_strip(FIRST_TEXT)
    assert set(looks(strip)) == {"D"}


def test_a_click_goes_to_where_the_node_acts_and_selects_it(open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    click(strip, 2)
    assert (sheets.position, sheets.selection.address) == (6, "d")
    assert sheets.frame is not None and sheets.frame.done is not None
    assert sheets.frame.done.node == sheets.sheet.node("d")
    click(strip, 1)  # a leaf: where its gradient is complete
    assert (sheets.position, sheets.selection.address) == (5, "f")


def test_keys(open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    row = chips(strip)
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Home)
    QTest.keyClick(row, Qt.Key.Key_Right)
    QTest.keyClick(row, Qt.Key.Key_Right)
    assert sheets.position == len(sheets.sheet.steps)  # arrows alone move nothing
    assert row.accessibleDescription().startswith("d acts 3rd: after L")
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert (sheets.position, sheets.selection.address) == (6, "d")


def test_keys_stop_at_the_ends(open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    row = chips(strip)
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_End)
    QTest.keyClick(row, Qt.Key.Key_Right)
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert sheets.selection.address == "a"
    QTest.keyClick(row, Qt.Key.Key_Home)
    QTest.keyClick(row, Qt.Key.Key_Left)
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert sheets.selection.address == "L"


def test_hundreds_of_nodes_scroll_and_follow_the_active_one(open_strip: Open) -> None:
    sheets, strip = open_strip(CHAIN)
    row = chips(strip)
    assert len(strip.strip.chips) == 301 and not row.findChildren(QLabel)
    for position in (350, 500, 420, 301, 601):
        sheets.seek(position)
        present = next((look for look in "AN" if look in looks(strip)), "D")
        active = looks(strip).rindex(present)
        assert is_in_view(row, active), position
    assert not is_in_view(row, 0)
    row.grab()  # draws


def test_the_wheel_scrolls(open_strip: Open) -> None:
    sheets, strip = open_strip(CHAIN)
    row = chips(strip)
    sheets.seek(302)
    assert is_in_view(row, 0)
    before = row.chip_rect(0).left()
    centre = QPoint(row.width() // 2, row.height() // 2)
    wheel(row, centre, -120)
    assert row.chip_rect(0).left() < before
    wheel(row, centre, 1200)
    assert row.chip_rect(0).left() == before


def wheel(row: ChipRow, place: QPoint, turned: int) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    event = QWheelEvent(
        QPointF(place), QPointF(row.mapToGlobal(place)), QPoint(), QPoint(0, turned),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(row, event)


def test_tooltips(open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    row = chips(strip)
    assert row.tip(0).startswith("L acts 1st: the pass begins here")
    assert row.tip(2).startswith("d acts 3rd: after L")
    assert "it has nobody to hand its gradient to" in row.tip(1)
    sheets.seek(1)
    assert row.tip(2).startswith("e is computed 3rd: after a and b")


def test_the_rule_stands_there_if_there_is_room(open_strip: Open) -> None:
    _, strip = open_strip(FIRST_TEXT)
    rule = strip.findChild(QLabel, "orderRule")
    assert rule.text() == "a node acts when all that depends on it has acted" and not rule.isVisible()
    strip.resize(1000, strip.height())
    assert rule.isVisible()


def test_nothing_acts_in_an_empty_text(open_strip: Open) -> None:
    _, strip = open_strip("")
    assert strip.strip is None
    QTest.keyClick(chips(strip), Qt.Key.Key_Right)
    QTest.keyClick(chips(strip), Qt.Key.Key_Return)
    strip.grab()


def test_a_shorter_text_leaves_no_chip_behind(qtbot, open_strip: Open) -> None:
    sheets, strip = open_strip(FIRST_TEXT)
    chips(strip).setFocus()
    QTest.keyClick(chips(strip), Qt.Key.Key_End)
    with qtbot.waitSignal(sheets.sheet_changed, timeout=WAIT_MS):
        sheets.set_text("a = 2.0\nb = a.tanh()\n")
    assert shown(strip) == "a b"
    QTest.keyClick(chips(strip), Qt.Key.Key_Return)  # the mark of the longer text is gone
    assert sheets.selection.address == ""


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_letters_on_the_active_chip_can_be_read(qapp: QApplication, mode: str) -> None:
    theme = Theme(mode)
    for backward in (False, True):
        fill = ChipPaint(theme).active_fill(backward=backward)
        assert contrast(fill, theme.palette.card) >= 4.5
    theme.deleteLater()


def contrast(one, other) -> float:
    def luminance(colour) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)
