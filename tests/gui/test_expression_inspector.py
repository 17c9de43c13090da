"""The inspector in the expression lab: the same panel, fed by real sheets, with its own sections."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.document import open_document
from core.document_parts import Document
from gui.maths import Maths
from gui.panels.inspector import InspectorPanel
from gui.panels.inspector_expression import expression_inspector
from gui.panels.inspector_rows import Columns, ContributionRow, RowParts
from gui.panels.inspector_text import TextLine
from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.error_plot import ErrorPlot
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox

PART_3 = "a = 2.0\nb = -3.0\nc = 10.0\ne = a*b\nd = e + c\nf = -2.0\nL = d*f\nL.backward()\n"
PARABOLA = "x = 3.0\nf = 3*x**2 - 4*x + 5\nf.backward()\n"
TWICE = "a = 3.0\nb = a + a\nb.backward()\n"
Opened = Callable[[str], InspectorPanel]


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(Document(experiment=open_document("lecture").experiment, text=PART_3))


@pytest.fixture
def panel(qtbot: QtBot, sheets: Sheets, theme: Theme) -> Iterator[InspectorPanel]:
    maths = Maths()
    panel = expression_inspector(sheets, theme, maths)
    qtbot.addWidget(panel)
    panel.resize(296, 900)
    panel.show()
    yield panel
    maths.close()


@pytest.fixture
def show(qtbot: QtBot, sheets: Sheets, documents: Documents, panel: InspectorPanel) -> Callable[[str, str], None]:
    def show(text: str, address: str) -> None:
        documents.set_text(text, "test")
        qtbot.waitUntil(lambda: sheets.sheet is not None and sheets.sheet.text == text and not sheets.busy)
        sheets.selection.select(address)

    return show


def text(panel: QWidget, name: str) -> str:
    widget = panel.findChild(QWidget, name)
    assert widget is not None, name
    return widget.text()  # type: ignore[attr-defined,no-any-return]


def seen(panel: QWidget, name: str) -> bool:
    widget = panel.findChild(QWidget, name)
    return widget is not None and widget.isVisibleTo(panel)


def set_h(panel: InspectorPanel, place: int) -> None:
    panel.findChild(QWidget, "inspectorStepSlider").setValue(place)


def plot(panel: InspectorPanel) -> CurvePlot:
    return panel.findChild(CurvePlot, "inspectorExplorerPlot")


Show = Callable[[str, str], None]


def test_invites_until_a_value_is_selected(panel: InspectorPanel, show: Show, sheets: Sheets) -> None:
    assert seen(panel, "inspectorEmpty")
    assert any("value of the graph" in label.text() for label in panel.findChildren(QLabel))
    show(PART_3, "d")
    assert not seen(panel, "inspectorEmpty")
    assert not seen(panel, "inspectorHistory")
    assert not seen(panel, "inspectorShare")


def test_shows_the_lectures_d(panel: InspectorPanel, show: Show) -> None:
    show(PART_3, "d")
    assert panel.header.text() == "d = e + c"  # type: ignore[union-attr]
    assert text(panel, "inspectorData") == "4.0000"
    assert text(panel, "inspectorGradient") == "-2.0000"
    assert text(panel, "inspectorRole") == "operation"
    assert text(panel, "inspectorNumbers") == "= 1.0000 × (-2.0000) = -2.0000"
    assert text(panel, "consumerRow0") == "× L 1.0000 × -2.0000 = -2.0000"
    assert text(panel, "operandRow0") == "to e -2.0000 × 1.0000 = -2.0000"
    assert text(panel, "operandRow1") == "to c -2.0000 × 1.0000 = -2.0000"


def test_what_is_still_to_come_is_a_question_mark(panel: InspectorPanel, show: Show, sheets: Sheets) -> None:
    show(PART_3, "d")
    sheets.seek(0)
    assert text(panel, "inspectorData") == "?"
    assert text(panel, "inspectorGradient") == "0.0000"
    assert text(panel, "consumerRow0") == "× L ? × -2.0000 = ?"
    assert text(panel, "operandRow0") == "to e ? × 1.0000 = ?"
    assert text(panel, "inspectorForwardVerdict") == ""
    sheets.seek(5)
    assert text(panel, "inspectorGradient") == "-2.0000"
    assert text(panel, "consumerRow0") == "× L 1.0000 × -2.0000 = -2.0000"


def test_a_value_used_twice_has_two_rows_and_their_sum(panel: InspectorPanel, show: Show) -> None:
    show(TWICE, "a")
    rows = [panel.findChild(ContributionRow, f"consumerRow{i}").text() for i in range(2)]
    assert rows == ["+ b 1.0000 × 1.0000 = 1.0000"] * 2
    assert text(panel, "inspectorSum0") == "sum = 2.0000"
    assert panel.findChild(QWidget, "inspectorFormula").tex.endswith("= 1 + 1")


def test_the_output_says_that_gradients_begin_there(panel: InspectorPanel, show: Show) -> None:
    show(PARABOLA, "f")
    assert text(panel, "inspectorSentence") == "f itself: df/df = 1. Every gradient starts here."
    assert text(panel, "inspectorRole") == "output"


@pytest.mark.parametrize(
    ("place", "slope", "verdict"),
    [
        (0, "17.0", "truncation: h is too large"),
        (8, "14.00000009255109", "agrees: checked"),
        (12, "14.001244608152774", "rounding: h is too small"),
        (16, "0.0", "rounding: h is too small"),
    ],
)
def test_1_h_from_1_to_1e_16(panel: InspectorPanel, show: Show, place: int, slope: str, verdict: str) -> None:
    show(PARABOLA, "x")
    set_h(panel, place)
    assert text(panel, "inspectorStepText") == ("h = 1" if place == 0 else f"h = 1e-{place}")
    assert text(panel, "inspectorForwardSlope") == slope
    assert text(panel, "inspectorForwardVerdict") == verdict
    assert text(panel, "inspectorQuotient") == "(f(x+h) - f(x)) / h"


def test_3_the_nudge_of_c_prints_what_the_lecture_prints(panel: InspectorPanel, show: Show) -> None:
    show(PART_3, "c")
    assert text(panel, "inspectorStepText") == "h = 1e-4"
    assert text(panel, "inspectorForwardSlope") == "-1.9999999999953388"
    assert text(panel, "inspectorForwardVerdict") == "agrees: checked"


def test_the_error_over_all_h_has_both_branches(panel: InspectorPanel, show: Show) -> None:
    show(PARABOLA, "x")
    set_h(panel, 8)
    errors = panel.findChild(ErrorPlot, "inspectorErrors")
    assert errors.here == pytest.approx(1e-8)
    sizes = dict(errors.points)
    by_h = {round(-math.log10(h)): error for h, error in sizes.items() if abs(math.log10(h) % 1) < 1e-9}
    assert by_h[0] == pytest.approx(3.0)
    assert by_h[16] == pytest.approx(14.0)
    assert min(by_h.values()) < 1e-6


def test_the_explorer_plots_the_output_over_the_node_then_the_node_over_its_leaves(
    qtbot: QtBot, panel: InspectorPanel, show: Show
) -> None:
    show(PART_3, "d")
    choice = panel.findChild(ChoiceBox, "inspectorExplorerChoice")
    assert [choice.itemText(i) for i in range(choice.count())] == ["L over d", "d over a", "d over b", "d over c"]
    assert plot(panel).point == (4.0, -8.0)
    assert plot(panel).slope == -2.0
    assert plot(panel).label == "slope -2.0000"
    assert not plot(panel).draggable
    choice.setCurrentIndex(1)
    assert plot(panel).point == (2.0, 4.0)
    assert plot(panel).slope == -3.0
    assert plot(panel).draggable


def test_a_leaf_has_one_plot_and_its_dot_rewrites_the_code(
    qtbot: QtBot, panel: InspectorPanel, show: Show, documents: Documents, sheets: Sheets
) -> None:
    show(PART_3, "a")
    assert not seen(panel, "inspectorExplorerChoice")
    assert text(panel, "inspectorExplorerTitle") == "L over a"
    curve = plot(panel)
    at = curve.to_pixels(4.0, 0.0)
    before = curve.across
    qtbot.mousePress(curve, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), 20))
    qtbot.waitUntil(lambda: not sheets.busy and curve.point[0] > 3.0)
    assert documents.text.startswith("a = 4.0") or documents.text.startswith("a = 3.9")
    assert curve.across == before  # it holds still while it is dragged
    qtbot.mouseRelease(curve, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), 20))
    curve.setFocus()
    qtbot.keyClick(curve, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: not sheets.busy and curve.point[0] < 3.9)


def test_h_moves_the_secant(panel: InspectorPanel, show: Show) -> None:
    show(PARABOLA, "x")
    set_h(panel, 0)
    assert plot(panel).step == (1.0, 37.0)
    set_h(panel, 1)
    assert plot(panel).step == (0.1, pytest.approx(21.43))


def test_why_this_order(panel: InspectorPanel, show: Show) -> None:
    show(PART_3, "d")
    assert text(panel, "inspectorReason") == (
        "d is used by L: its gradient is complete when L has acted. "
        "Acting earlier, it would hand on 0.0 instead of −2.0."
    )
    assert not seen(panel, "inspectorWrongOrder")


def test_rows_lead_from_value_to_value(qtbot: QtBot, panel: InspectorPanel, show: Show, sheets: Sheets) -> None:
    show(PART_3, "d")
    qtbot.mouseClick(panel.findChild(ContributionRow, "operandRow0"), Qt.MouseButton.LeftButton)
    assert sheets.selection.address == "e"
    assert text(panel, "inspectorData") == "-6.0000"
    panel.go_back()
    assert text(panel, "inspectorData") == "4.0000"


def test_numbers_follow_the_leaf(qtbot: QtBot, panel: InspectorPanel, show: Show, sheets: Sheets) -> None:
    show(PART_3, "e")
    sheets.set_leaf("f", -4.0)
    qtbot.waitUntil(lambda: text(panel, "inspectorGradient") == "-4.0000")


def test_every_size_and_theme_paints(panel: InspectorPanel, show: Show, theme: Theme) -> None:
    show(PART_3, "d")
    for mode in ("dark", "light"):
        theme.set_mode(mode)
        for scale in (0.7, 1.4, 2.0):
            theme.set_scale(scale)
            assert panel.minimumSizeHint().width() <= theme.px(296)
            assert not panel.grab().isNull()
    assert not plot(panel)._failed
    assert not panel.findChild(ErrorPlot)._failed


def test_a_value_without_a_name_is_called_by_its_formula(panel: InspectorPanel, show: Show, sheets: Sheets) -> None:
    show(PARABOLA, "x")
    node = next(n for n in sheets.sheet.graph.nodes if n.op == "**2")
    sheets.selection.select(node.address)
    assert text(panel, "inspectorAddress") == "The power x²"
    assert panel.findChild(QLabel, "inspectorAddress").toolTip() == node.address
    row = panel.findChild(ContributionRow, "consumerRow0")
    assert row.text().startswith("× 3·x² ")
    assert node.address not in row.text()
    assert panel.header.text() == ""  # type: ignore[union-attr]


def test_a_shorter_title_leaves_nothing_of_the_one_before(qtbot: QtBot, theme: Theme) -> None:
    """Qt takes a widget first shown without any width as off screen, and never wipes where it was."""
    window = QWidget()
    row = QHBoxLayout(window)
    row.addStretch(1)
    line = TextLine(theme, chars=0, right=True)
    row.addWidget(line)
    qtbot.addWidget(window)
    window.resize(300, 40)
    with qtbot.waitExposed(window):
        window.show()
    assert not line.testAttribute(Qt.WidgetAttribute.WA_OutsideWSRange)
    for title in ("e = a · b · c · d", "a"):
        line.set_text(title)
        qtbot.waitUntil(lambda title=title: line.width() == line.sizeHint().width() and line.text() == title)
    left = line.x()

    def ink() -> int:
        picture = window.screen().grabWindow(window.winId()).toImage()
        ground = picture.pixel(3, 3)
        return sum(picture.pixel(x, y) != ground for x in range(left) for y in range(picture.height()))

    qtbot.waitUntil(lambda: ink() == 0)


@pytest.mark.parametrize("width", [120, 160, 220, 296])
def test_a_narrow_row_drops_its_product_before_anything_overlaps(qtbot: QtBot, theme: Theme, width: int) -> None:
    columns = Columns()
    row = ContributionRow(theme, columns)
    qtbot.addWidget(row)
    parts = RowParts("×", "d", "-2.0000", "-3.0000", "6.0000", 6.0, "d")
    columns.grow(parts)
    row.show_parts(parts)
    row.resize(width, 24)
    digit = QFontMetricsF(theme.font(11, mono=True)).horizontalAdvance("0")
    painted = QImage(row.size(), QImage.Format.Format_ARGB32)
    painted.fill(0)
    row.render(painted)
    assert row._has_room_for_product(digit) == (width >= 220)


def test_the_error_plot_leaves_room_for_the_dots_at_its_ends(panel: InspectorPanel, show: Show) -> None:
    show(PARABOLA, "x")
    errors = panel.findChild(QWidget, "inspectorErrors")
    area = errors.area()
    for place in (0.0, 16.0):
        x = errors.to_pixels(place, errors.up[1]).x()
        assert area.left() + 4 <= x <= area.right() - 4
