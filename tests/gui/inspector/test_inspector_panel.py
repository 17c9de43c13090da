"""The inspector shows exactly what an Explanation says: its head, its check, its curve, its sizes."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from core.explain import NudgeCheck
from gui.panels.inspector import InspectorPanel
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.inspector_bench import RunsDouble, check, hidden, inspect, node, part3, row, seen, text, text_of, weight


def test_invites_while_nothing_is_selected(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    assert seen(panel, "inspectorEmpty")
    inspect(selection, runs, part3()["d"])
    assert not seen(panel, "inspectorEmpty")
    selection.clear()
    assert seen(panel, "inspectorEmpty")


def test_shows_the_lectures_d(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["d"])
    assert text(panel, "inspectorAddress") == "d"
    assert panel.header is not None and panel.header.text() == "d = e + c"  # type: ignore[attr-defined]
    assert text(panel, "inspectorData") == "4.0000"
    assert text(panel, "inspectorGradient") == "-2.0000"
    assert text(panel, "inspectorRole") == "operation"
    assert text(panel, "inspectorNumbers") == "= 1.0000 × (-2.0000) = -2.0000"
    assert text(panel, "consumerRow0") == "× L 1.0000 × -2.0000 = -2.0000"
    assert text(panel, "operandRow0") == "to e -2.0000 × 1.0000 = -2.0000"
    assert text(panel, "operandRow1") == "to c -2.0000 × 1.0000 = -2.0000"
    assert not seen(panel, "inspectorSum0")
    assert not seen(panel, "inspectorShare")
    assert panel.findChild(QWidget, "inspectorFormula").tex == part3()["d"].tex
    assert panel.findChild(QWidget, "inspectorOperation").tex == "d = e + c"


def test_the_check_agrees_differs_or_names_a_kink(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    d = part3()["d"]
    inspect(selection, runs, d)
    assert text(panel, "inspectorSlope") == "-2.0000"
    assert text(panel, "inspectorVerdict") == "agrees within 2e-08"
    assert not seen(panel, "inspectorKink")
    runs.show(replace(d, check=check(-2.0, off=0.5)))
    assert text(panel, "inspectorVerdict") == "differs by 5.0e-01"
    runs.show(replace(d, check=check(-2.0, off=0.5, kink="sample2/L1.N4.out")))
    assert text(panel, "inspectorVerdict") == "meets a kink"
    kink = panel.findChild(QLabel, "inspectorKink")
    assert kink is not None and kink.text().startswith("L1.N4.out switches within ±h")
    runs.show(replace(d, check=replace(check(-2.0, off=0.5, kink="sample2/L1.N4.out"), kink_op="relu")))
    assert kink.text().startswith("relu at L1.N4.out switches within ±h")
    runs.show(replace(d, check=check(-2.0, off=math.nan)))
    assert text(panel, "inspectorVerdict") == "is not finite"
    runs.show(replace(d, address="d", check=None))
    assert not seen(panel, "inspectorCheck")


def test_values_that_are_not_finite_are_shown_as_such(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, replace(part3()["d"], data=math.inf, gradient=math.nan))
    assert text(panel, "inspectorData") == "inf"
    assert text(panel, "inspectorGradient") == "nan"


def test_the_gradient_is_collected_over_the_run_and_rewound(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    for step in range(5):
        inspect(selection, runs, replace(part3()["d"], gradient=-2.0 + step), step)
    line = panel.findChild(QWidget, "inspectorHistory")
    assert line.points == [(step, -2.0 + step) for step in range(5)]
    runs.show(replace(part3()["d"], gradient=9.0), 2)  # a step back
    assert line.points == [(0, -2.0), (1, -1.0), (2, 9.0)]
    selection.select("e")
    assert line.points == []


def test_nothing_moves_while_numbers_change(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, weight())
    QApplication.processEvents()
    before = row(panel, "inspectorSum0").pos(), panel.findChild(QWidget, "inspectorCheck").geometry()
    for scale in (3.0, -1e-7, 1e6, 0.0):
        runs.show(weight(scale))
        QApplication.processEvents()
        assert (row(panel, "inspectorSum0").pos(), panel.findChild(QWidget, "inspectorCheck").geometry()) == before


def test_fits_a_card_at_every_scale(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble, theme: Theme
) -> None:
    inspect(selection, runs, hidden(2))
    for scale in (1.0, 1.5, 2.0):
        theme.set_scale(scale)
        assert panel.minimumSizeHint().width() <= theme.px(240)


def test_every_control_has_a_name_and_rows_say_what_they_show(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, hidden(2))
    for button in panel.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()
        assert button.objectName()
    assert "Numerical check: slope" in panel.findChild(QWidget, "inspectorCheck").accessibleName()


def test_the_gradient_carries_the_mark_of_its_check(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    mark = panel.findChild(QLabel, "inspectorMark")
    assert mark is not None
    inspect(selection, runs, part3()["d"])
    assert not mark.pixmap().isNull()
    assert mark.toolTip().startswith("Checked with numbers") and mark.toolTip().endswith("agrees within 2e-08")
    selection.select("e")
    assert mark.pixmap().isNull()


def test_the_header_leaves_the_sample_to_the_address(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    assert panel.header is not None
    inspect(selection, runs, replace(hidden(1), title="sample 2 · hidden 2 · neuron 2 · output"))
    assert text_of(panel.header) == "hidden 2 · neuron 2 · output"
    inspect(selection, runs, node("sample2/loss", 1.0, 1.0, title="sample 2 · loss"))
    assert text_of(panel.header) == "sample 2 · loss"


def test_a_check_of_nothing_has_no_tick_and_no_number(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    vacuous = NudgeCheck(1e-6, 1.2e-12, 3e-11, True, "", conclusive=False)
    inspect(selection, runs, replace(part3()["d"], gradient=0.0, check=vacuous))
    assert text(panel, "inspectorSlope") == "below 3e-11"
    assert text(panel, "inspectorVerdict") == "too small to check"
    assert panel.findChild(QLabel, "inspectorMark").pixmap().isNull()
    shown = panel.findChild(QWidget, "inspectorCheck")
    assert shown.accessibleName() == "Numerical check: too small to check: below 3e-11"


def test_the_curve_is_left_out_where_it_alone_would_not_fit(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, part3()["a"])
    panel.resize(292, 700)
    QApplication.processEvents()
    assert seen(panel, "inspectorHistory")
    for height in range(690, 150, -10):
        panel.resize(292, height)
        QApplication.processEvents()
        scrolls = panel.findChild(QScrollArea).verticalScrollBar().maximum() > 0
        if scrolls or not seen(panel, "inspectorHistory"):
            break
    assert not scrolls
    assert not seen(panel, "inspectorHistory")
    panel.resize(292, 700)
    QApplication.processEvents()
    assert seen(panel, "inspectorHistory")
