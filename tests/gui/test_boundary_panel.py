from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.frames import Maps
from gui.panels.boundary import BoundaryPanel
from gui.panels.boundary_legend import BoundaryLegend
from gui.panels.boundary_map import BoundaryMap
from gui.panels.boundary_points import PointsLayer
from gui.panels.prediction_plot import PredictionPlot
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.quiet_runs import QuietRuns

EXTENT = (-3.0, 3.0, -2.0, 2.0)
CORNERS = np.array([[-2.0, -1.0], [2.0, -1.0], [-2.0, 1.0], [2.0, 1.0]])
CORNER_TARGETS = np.array([-1.0, 1.0, -1.0, 1.0])
LECTURE_TARGETS = np.array([1.0, -1.0, -1.0, 1.0])


@pytest.fixture
def runs() -> QuietRuns:
    return QuietRuns()


@pytest.fixture
def selection(qapp: QApplication) -> Selection:
    return Selection()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme("light")


@pytest.fixture
def panel(qtbot: QtBot, runs: QuietRuns, selection: Selection, theme: Theme) -> BoundaryPanel:
    return make_panel(qtbot, runs, selection, theme)


def make_panel(
    qtbot: QtBot, runs: QuietRuns, selection: Selection, theme: Theme, *, shown: bool = True
) -> BoundaryPanel:
    panel = BoundaryPanel(runs, selection, theme)
    panel.resize(320, 240)
    qtbot.addWidget(panel.header)
    qtbot.addWidget(panel)
    if shown:
        panel.show()
        qtbot.waitExposed(panel)
        panel.grab()
    return panel


def left_to_right() -> Maps:
    """-2 at the left edge, 2 at the right one."""
    return Maps(EXTENT, np.tile(np.linspace(-2.0, 2.0, 100), (100, 1)), {})


def place_of(panel: BoundaryPanel, sample: int) -> QPoint:
    plot = panel.plot
    return plot.mapFromScene(plot.box.mapToScene(plot.position_of(sample)))


def colour_at(panel: BoundaryPanel, x1: float, x2: float) -> QColor:
    plot = panel.plot
    place = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(x1, x2)))
    return plot.grab().toImage().pixelColor(place)


def test_two_inputs_are_a_map(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    assert panel.title == "Decision boundary"
    assert isinstance(panel.plot, BoundaryMap)
    assert panel.plot.objectName() == "boundaryPlot"
    assert colour_at(panel, -2.0, 0.0) == theme.palette.negative
    assert colour_at(panel, 2.0, 0.0) == theme.palette.positive
    middle = colour_at(panel, 0.0, 0.0)  # the boundary: as pale as the card
    assert min(middle.red(), middle.green(), middle.blue()) > 220


def test_the_first_row_of_a_map_is_on_top(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, Maps(EXTENT, np.repeat([[1.0], [-1.0]], 50, axis=0).reshape(100, 1), {}))
    assert colour_at(panel, 0.0, 1.0) == theme.palette.positive
    assert colour_at(panel, 0.0, -1.0) == theme.palette.negative


def test_one_unit_is_about_as_long_both_ways_and_no_point_is_cut_off(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    for size in ((320, 240), (500, 200), (200, 500)):
        panel.resize(*size)
        panel.grab()
        plot = panel.plot
        assert 1 / 1.16 < unit_ratio(plot) < 1.16
        assert all(plot.box.rect().contains(plot.position_of(sample)) for sample in range(4))


@pytest.mark.parametrize(("wide", "high"), [(1.0, 4.0), (1.0, 100.0), (40.0, 1.0)])
def test_a_map_that_is_very_tall_or_wide_fills_the_card(
    panel: BoundaryPanel, runs: QuietRuns, wide: float, high: float
) -> None:
    runs.start(CORNERS * (wide, high) / np.abs(CORNERS).max(axis=0), CORNER_TARGETS)
    runs.send(CORNER_TARGETS, Maps((-1.1 * wide, 1.1 * wide, -1.1 * high, 1.1 * high), np.ones((9, 9)), {}))
    panel.resize(296, 240)
    panel.grab()
    plot, area = panel.plot, panel.plot.box.rect()
    left, right, bottom, top = plot.extent
    shown = plot.to_pixels(right, bottom) - plot.to_pixels(left, top)
    assert shown.x() > 0.97 * area.width()
    assert shown.y() > 0.97 * area.height()
    assert all(area.contains(plot.position_of(sample)) for sample in range(4))


def unit_ratio(plot: BoundaryMap) -> float:
    """Pixels of a unit across, to those of a unit upwards."""
    origin, unit = plot.to_pixels(0.0, 0.0), plot.to_pixels(1.0, 1.0)
    return (unit.x() - origin.x()) / (origin.y() - unit.y())


def test_the_more_points_the_smaller(panel: BoundaryPanel, runs: QuietRuns) -> None:
    diameters = []
    for rows in (50, 500, 1500, 10_000):
        inputs = np.random.default_rng(1).normal(size=(rows, 2))
        runs.start(inputs, np.sign(inputs[:, 0]))
        panel.grab()
        diameters.append(dots(panel).diameter)
    assert diameters[0] == 8.0
    assert diameters == sorted(diameters, reverse=True)
    assert diameters[2] <= 4.5
    assert diameters[3] == 2.5


def dots(panel: BoundaryPanel) -> PointsLayer:
    return next(each for each in panel.plot.scene().items() if isinstance(each, PointsLayer))


def test_a_frame_without_a_map_keeps_the_last_one(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    runs.send(CORNER_TARGETS)
    assert colour_at(panel, 2.0, 0.0) == theme.palette.positive


def test_frames_of_another_run_are_dropped(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(-CORNER_TARGETS, run=99)
    assert panel.legend_note == ""


def test_a_click_selects_the_sample(panel: BoundaryPanel, runs: QuietRuns, selection: Selection) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    assert panel.header.text() == "sample 1"
    viewport = panel.plot.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place_of(panel, 3) + QPoint(5, 5))
    assert selection.sample == 3
    assert panel.header.text() == "sample 4"
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place_of(panel, 0) + QPoint(20, 20))
    assert selection.sample == 3  # too far from any


def test_the_selected_sample_has_a_ring(panel: BoundaryPanel, runs: QuietRuns, selection: Selection) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    before = panel.plot.grab().toImage()
    selection.select_sample(2)
    assert panel.plot.grab().toImage() != before


def test_the_keyboard_goes_through_the_samples(panel: BoundaryPanel, runs: QuietRuns, selection: Selection) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    for key, sample in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1)):
        QTest.keyClick(panel.plot, key)
        assert selection.sample == sample
    for _ in range(9):
        QTest.keyClick(panel.plot, Qt.Key.Key_Right)
    assert selection.sample == 3


def test_the_mouse_shows_the_numbers_of_a_sample(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send([-0.5, 0.25, -1.0, 1.0], left_to_right())
    assert panel.hover_text == ""
    QTest.mouseMove(panel.plot.viewport(), place_of(panel, 0))
    QTest.mouseMove(panel.plot.viewport(), place_of(panel, 1))
    assert panel.hover_text == "sample 2  x1 2.00  x2 -1.00  target +1  output 0.25"
    panel.grab()
    QTest.mouseMove(panel.plot.viewport(), QPoint(1, 1))
    assert panel.hover_text == ""


def test_wrong_points_are_counted_and_look_different(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    assert panel.legend_note == "0 of 4 wrong"
    right = panel.plot.grab().toImage()
    runs.send([-1.0, -1.0, -1.0, 1.0])
    assert panel.legend_note == "1 of 4 wrong"
    assert panel.plot.wrong.tolist() == [False, True, False, False]
    assert panel.plot.grab().toImage() != right


def test_the_legend_shows_the_signs_of_wrong_and_selected(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    legend = panel.findChild(BoundaryLegend, "boundaryLegend")
    assert "Hollow" in legend.toolTip()
    assert "selected" in legend.toolTip()
    assert ink_in(legend, theme) > 5  # the ring of the selected one
    for width in (40, 120, 180):  # too narrow for all: nothing overlaps
        panel.resize(width, 240)
        assert not panel.grab().isNull()
    assert ink_in(legend, theme) == 0
    runs.start(np.ones((4, 3)), LECTURE_TARGETS, run=2)
    assert "Hollow" not in legend.toolTip()


def ink_in(widget: QWidget, theme: Theme) -> int:
    image = widget.grab().toImage()
    ink = theme.palette.ink.rgb()
    return sum(image.pixel(x, y) == ink for x in range(image.width()) for y in range(image.height()))


def test_ten_thousand_points(panel: BoundaryPanel, runs: QuietRuns, selection: Selection) -> None:
    inputs = np.random.default_rng(1).normal(size=(10_000, 2))
    runs.start(inputs, np.sign(inputs[:, 0]))
    runs.send(inputs[:, 1], left_to_right())
    assert panel.legend_note.endswith("of 10\N{THIN SPACE}000 wrong")
    QTest.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel, 77))
    chosen, wanted = panel.plot.position_of(selection.sample), panel.plot.position_of(77)
    assert (chosen - wanted).manhattanLength() < 3


def test_outputs_that_are_not_finite(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send([np.nan, np.inf, -np.inf, 0.0], Maps(EXTENT, np.full((50, 50), np.nan), {}))
    QTest.mouseMove(panel.plot.viewport(), place_of(panel, 0))
    assert not panel.grab().isNull()


def test_a_hidden_panel_draws_when_it_is_shown(
    qtbot: QtBot, runs: QuietRuns, selection: Selection, theme: Theme
) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    panel = make_panel(qtbot, runs, selection, theme, shown=False)
    runs.send(CORNER_TARGETS, left_to_right())
    assert panel.legend_note == ""
    panel.show()
    qtbot.waitUntil(lambda: panel.legend_note == "0 of 4 wrong")


def test_an_output_of_exactly_zero_counts_as_the_accuracy_has_it(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send([0.0] * 4, left_to_right())
    assert not panel.grab().isNull()
    assert panel.legend_note == f"{int((CORNER_TARGETS > 0).sum())} of 4 wrong"


def test_more_inputs_are_predictions_against_targets(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    spy = QSignalSpy(panel.title_changed)
    runs.start(np.ones((4, 3)), LECTURE_TARGETS, run=2)
    assert panel.title == "Prediction against target"
    assert [spy.at(i) for i in range(spy.count())] == [["Prediction against target"]]
    assert isinstance(panel.plot, PredictionPlot)
    assert panel.plot.objectName() == "predictionPlot"
    runs.send([0.5, -0.5, 0.9, np.nan])
    assert not panel.grab().isNull()
    assert panel.legend_note == "2 of 4 wrong", "nan is no answer: the accuracy counts it so too"
    runs.start(CORNERS, CORNER_TARGETS, run=3)
    assert panel.title == "Decision boundary"


def test_a_column_is_clicked_and_walked(panel: BoundaryPanel, runs: QuietRuns, selection: Selection) -> None:
    runs.start(np.ones((4, 3)), LECTURE_TARGETS)
    runs.send([0.5, -0.5, 0.9, 0.75])
    place = place_of(panel, 3)
    QTest.mouseMove(panel.plot.viewport(), place_of(panel, 0))
    QTest.mouseMove(panel.plot.viewport(), place)
    assert panel.hover_text == "sample 4  target +1  output 0.7500"
    QTest.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=place + QPoint(0, 30))
    assert selection.sample == 3
    assert panel.header.text() == "sample 4"
    QTest.keyClick(panel.plot, Qt.Key.Key_Left)
    assert selection.sample == 2


@pytest.mark.parametrize("rows", [4, 12, 40, 41, 1000])
def test_any_number_of_rows(panel: BoundaryPanel, runs: QuietRuns, selection: Selection, rows: int) -> None:
    random = np.random.default_rng(1)
    targets = np.where(random.normal(size=rows) > 0, 1.0, -1.0)
    runs.start(random.normal(size=(rows, 3)), targets)
    assert not panel.grab().isNull()
    runs.send(3 * random.normal(size=rows))
    QTest.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel, rows - 1))
    chosen, wanted = panel.plot.position_of(selection.sample), panel.plot.position_of(rows - 1)
    assert (chosen - wanted).manhattanLength() < 3
    assert not panel.grab().isNull()


def test_the_axis_of_predictions_reaches_large_outputs(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start(np.ones((4, 3)), LECTURE_TARGETS)
    for largest, reach in ((0.9, 1.25), (2.0, 2.5), (1.2, 2.5), (0.5, 1.25), (1e6, 10.0), (np.inf, 1.25)):
        runs.send([largest, 0.0, 0.0, 0.0])
        assert panel.plot.box.viewRange()[1] == [-reach, reach]


def test_colours_follow_the_theme(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start(CORNERS, CORNER_TARGETS)
    runs.send(CORNER_TARGETS, left_to_right())
    theme.set_mode("dark")
    assert colour_at(panel, 2.0, 0.0) == theme.palette.positive
    theme.set_scale(2.0)
    assert not panel.grab().isNull()


def test_controls_have_names(panel: BoundaryPanel, runs: QuietRuns) -> None:
    assert panel.objectName() == "boundaryPanel"
    for inputs in (2, 3):
        runs.start(np.ones((4, inputs)), LECTURE_TARGETS, run=inputs)
        assert panel.plot.accessibleName()
        assert panel.plot.focusPolicy() & Qt.FocusPolicy.TabFocus
