"""The function plotter draws the learner's functions, to the lecture's figures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.document import open_document
from core.document_parts import Document
from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.function_empty import CODE
from gui.panels.sheet.function_plot import FunctionPlotPanel
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox
from gui.widgets.number_field import NumberField

PARABOLA = f"{CODE}\n"
TWO = f"{CODE}\ndef g(x): return 1 / x\n"


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(Document(experiment=open_document("lecture").experiment, text="a = 2.0\n"))


@pytest.fixture
def panel(qtbot: QtBot, sheets: Sheets, theme: Theme) -> FunctionPlotPanel:
    panel = FunctionPlotPanel(sheets, theme)
    qtbot.addWidget(panel)
    assert panel.header is not None
    qtbot.addWidget(panel.header)
    panel.resize(612, 126)
    panel.show()
    return panel


def write(qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents, text: str) -> None:
    documents.set_text(text, "test")
    qtbot.waitUntil(lambda: sheets.sheet is not None and sheets.sheet.text == text and not sheets.busy)
    qtbot.waitUntil(lambda: not panel.busy)


def text(panel: QWidget, name: str) -> str:
    widget = panel.findChild(QWidget, name)
    assert widget is not None, name
    return widget.text()  # type: ignore[attr-defined,no-any-return]


def test_without_a_function_a_link_writes_the_lectures(
    qtbot: QtBot, panel: FunctionPlotPanel, documents: Documents
) -> None:
    link = panel.findChild(QPushButton, "functionInsert")
    assert link.isVisibleTo(panel)
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert documents.text == f"a = 2.0\n\n{CODE}\n"
    assert documents.undo_stack.undoText() == "insert a function"
    qtbot.waitUntil(lambda: not link.isVisibleTo(panel))
    qtbot.waitUntil(lambda: panel.plot.point == (3.0, 20.0))
    documents.undo_stack.undo()
    qtbot.waitUntil(lambda: link.isVisibleTo(panel))


def test_1_the_plot_of_the_lecture(
    qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents
) -> None:
    write(qtbot, panel, sheets, documents, PARABOLA)
    qtbot.waitUntil(lambda: len(panel.plot.dots[0]) == 40)
    xs, ys = panel.plot.dots
    assert (xs[0], ys[0], xs[1], xs[-1], ys[-1]) == (-5.0, 100.0, -4.75, 4.75, 53.6875)
    curve_x, curve_y = panel.plot.curve
    assert (curve_x[0], curve_x[-1], curve_y[0], curve_y[-1]) == (-5.0, 5.0, 100.0, 60.0)
    assert text(panel, "functionValue") == "20.0"
    assert text(panel, "functionTangent") == "14.0000"


@pytest.mark.parametrize(
    ("x", "place", "slope"),
    [(3.0, 8, "14.00000009255109"), (3.0, 12, "14.001244608152774"), (2 / 3, 3, "0.0029999999995311555")],
)
def test_1_its_slopes_to_the_digit(
    qtbot: QtBot,
    panel: FunctionPlotPanel,
    sheets: Sheets,
    documents: Documents,
    x: float,
    place: int,
    slope: str,
) -> None:
    write(qtbot, panel, sheets, documents, PARABOLA)
    panel.set_x(x)
    panel.findChild(QWidget, "functionStepSlider").setValue(place)
    qtbot.waitUntil(lambda: text(panel, "functionSlope") == slope)
    assert panel.plot.point[0] == x


def test_the_point_is_dragged_along_the_curve(
    qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents
) -> None:
    write(qtbot, panel, sheets, documents, PARABOLA)
    qtbot.waitUntil(lambda: panel.plot.point == (3.0, 20.0))
    curve = panel.findChild(CurvePlot, "functionCurve")
    at = curve.to_pixels(-2.0, 0.0)
    qtbot.mousePress(curve, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), 30))
    qtbot.mouseRelease(curve, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), 30))
    qtbot.waitUntil(lambda: panel.plot.point[0] == panel.x)
    x = panel.x
    assert x == pytest.approx(-2.0, abs=0.03)
    assert panel.plot.point[1] == pytest.approx(3 * x**2 - 4 * x + 5)
    assert panel.plot.slope == pytest.approx(6 * x - 4, rel=1e-6)
    qtbot.keyClick(curve, Qt.Key.Key_Right)
    assert panel.x == pytest.approx(x + 0.25)


def test_x_and_the_range_can_be_typed(
    qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents
) -> None:
    write(qtbot, panel, sheets, documents, PARABOLA)
    field = panel.findChild(NumberField, "functionX")
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.plot.point == (0.5, 3.75))
    assert panel.header is not None
    end = panel.header.findChild(NumberField, "functionTo")
    end.selectAll()
    qtbot.keyClicks(end, "10")
    qtbot.keyClick(end, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.plot.across == (-5.0, 10.0))
    assert panel.plot.dots[0][1] == pytest.approx(-4.625)


def test_several_functions_can_be_chosen(
    qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents
) -> None:
    write(qtbot, panel, sheets, documents, TWO)
    assert panel.header is not None
    choice = panel.header.findChild(ChoiceBox, "functionChoice")
    assert [choice.itemText(i) for i in range(choice.count())] == ["f", "g"]
    choice.setCurrentIndex(1)
    panel.set_x(0.5)
    qtbot.waitUntil(lambda: panel.plot.point == (0.5, 2.0))
    assert not panel.grab().isNull()
    assert not panel.plot._failed
    write(qtbot, panel, sheets, documents, f"{TWO}\nb = 1.0\n")
    assert choice.value() == "g"  # stays chosen


def test_a_place_without_a_value_is_no_accident(
    qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents
) -> None:
    write(qtbot, panel, sheets, documents, "def g(x): return 1 / x\n")
    panel.set_x(0.0)
    qtbot.waitUntil(lambda: text(panel, "functionValue") == "nan")
    assert not panel.grab().isNull()
    panel.set_x(2.0)
    qtbot.waitUntil(lambda: text(panel, "functionValue") == "0.5")


def test_only_the_last_of_many_questions_is_answered(
    qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents
) -> None:
    write(qtbot, panel, sheets, documents, PARABOLA)
    for step in range(50):
        panel.set_x(step / 16)
    qtbot.waitUntil(lambda: panel.plot.point[0] == 49 / 16)
    assert text(panel, "functionX") == "3.0625"


def test_every_size_and_theme_paints(
    qtbot: QtBot, panel: FunctionPlotPanel, sheets: Sheets, documents: Documents, theme: Theme
) -> None:
    write(qtbot, panel, sheets, documents, PARABOLA)
    theme.set_mode("dark")
    for scale in (0.7, 1.0, 1.4, 2.0):
        theme.set_scale(scale)
        assert panel.minimumSizeHint().height() <= theme.px(134)
        assert not panel.grab().isNull()
    assert not panel.plot._failed


def test_a_narrow_card_gives_the_plot_more_than_half(qtbot: QtBot, theme: Theme) -> None:
    documents = Documents(Document(text="def f(x): return 3*x**2 - 4*x + 5\n"))
    sheets = Sheets(documents)
    panel = FunctionPlotPanel(sheets, theme)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: not sheets.busy and not panel.busy)
    for width, height in ((348, 126), (296, 126), (296, 300)):
        panel.resize(width, height)
        qtbot.waitUntil(lambda width=width: panel.plot.width() >= min(0.53 * width, width - 140))
        assert panel.plot.geometry().right() <= panel.width()
    assert panel.minimumSizeHint().width() <= 300
    sheets.close()
