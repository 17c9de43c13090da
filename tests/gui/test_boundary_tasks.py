"""The boundary card for every task: classes, numbers, one input, more than two; test points and other runs on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gui.exports.paper import svg_bytes
from gui.exports.plot_picture import plot_csv, plot_drawing
from gui.frames import Maps, Points
from gui.panels.boundary import BoundaryPanel
from gui.panels.boundary_curve import BoundaryCurve
from gui.panels.boundary_legend import BoundaryLegend
from gui.panels.boundary_map import BoundaryMap
from gui.panels.prediction_plot import PredictionPlot
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox
from gui.widgets.text import TextLabel
from tests.gui.quiet_runs import QuietRuns

EXTENT = (-3.0, 3.0, -2.0, 2.0)
SPOTS = np.array([[-2.0, 0.0], [0.0, 0.0], [2.0, 0.0], [-2.0, 1.0]])
OWN = np.array([0, 1, 2, 0])
LINE_EXTENT = (-3.0, 3.0, -1.0, 1.0)


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
    panel = BoundaryPanel(runs, selection, theme)
    panel.resize(320, 260)
    qtbot.addWidget(panel.header)
    qtbot.addWidget(panel)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.grab()
    return panel


def three_classes(inputs: np.ndarray = SPOTS) -> Points:
    names = tuple(f"x{i + 1}" for i in range(inputs.shape[1]))
    return Points(
        inputs, np.eye(3)[OWN], names, "classes", ("ant", "bee", "cow"), ranges=((-3.0, 3.0),) * inputs.shape[1],
        target_range=(0.0, 1.0),
    )  # fmt: skip


def thirds(sureness: float = 1.0) -> Maps:
    """Three upright stripes, one for each class."""
    winner = np.repeat([0, 1, 2], 20)
    rest = (1.0 - sureness) / 2
    scores = np.where(np.arange(3)[:, None, None] == winner[None, None, :], sureness, rest)
    scores = np.repeat(scores, 40, axis=1)
    return Maps(EXTENT, scores.argmax(axis=0).astype(float), {}, (0, 1), scores)


def signs(threshold: float = 0.0, tests: int = 0) -> Points:
    low = 0.0 if threshold else -1.0
    targets = np.where(OWN > 0, 1.0, low)
    return Points(
        SPOTS, targets, ("x1", "x2"), "signs", threshold=threshold, test_inputs=SPOTS[:tests] + 0.5,
        test_targets=targets[:tests], extent=EXTENT, ranges=((-3.0, 3.0), (-2.0, 2.0)), target_range=(low, 1.0),
    )  # fmt: skip


def numbers() -> Points:
    return Points(
        SPOTS, np.array([-1.0, 0.0, 1.0, -0.5]), ("x1", "x2"), "regression", (), extent=EXTENT,
        ranges=((-3.0, 3.0), (-2.0, 2.0)), target_range=(-2.0, 2.0),
    )  # fmt: skip


def one_input(task: str = "regression") -> Points:
    inputs = np.array([[-2.0], [0.0], [2.0], [1.0]])
    base = Points(inputs, np.array([-1.0, 0.0, 1.0, 0.5]), ("x1",), "regression", (), ranges=((-3.0, 3.0),))
    if task == "signs":
        return replace(base, targets=np.array([-1.0, -1.0, 1.0, 1.0]), task="signs", labels=("−1", "+1"))
    if task == "classes":
        return replace(base, targets=np.eye(3)[[0, 1, 2, 1]], task="classes", labels=("a", "b", "c"))
    return base


def place(panel: BoundaryPanel, x: float, y: float) -> QPoint:
    plot = panel.plot
    return plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(x, y)))


def colour_at(panel: BoundaryPanel, x: float, y: float) -> QColor:
    return panel.plot.grab().toImage().pixelColor(place(panel, x, y))


def alike(one: QColor, other: QColor) -> bool:
    """As far as smooth edges and pictures that are scaled up leave colours as they are."""
    pairs = zip(one.getRgb(), other.getRgb(), strict=True)
    return all(abs(a - b) <= 28 for a, b in pairs)  # type: ignore[operator]


def has_line(panel: BoundaryPanel, x: float, y: float, colour: QColor) -> bool:
    """Whether a thin line of this colour goes through a place."""
    image, here = panel.plot.grab().toImage(), place(panel, x, y)
    near = [here + QPoint(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return any(alike(image.pixelColor(each), colour) for each in near)


def part(widget: QWidget, name: str) -> QAbstractButton:
    found = widget.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


# -- several classes ----------------------------------------------------------------------------------------------


def test_each_class_has_its_colour(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(three_classes())
    runs.send(np.eye(3)[OWN].T, thirds())
    for index, x in enumerate((-2.0, 0.0, 2.0)):
        assert alike(colour_at(panel, x, -0.8), theme.palette.class_colour(index))


def test_a_close_call_is_paler(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(three_classes())
    runs.send(np.eye(3)[OWN].T, thirds(0.5))
    colour, full = colour_at(panel, -2.0, -0.8), theme.palette.class_colour(0)
    assert full.lightness() + 30 < colour.lightness() < 250
    QTest.mouseClick(part(panel.header, "boundaryDiscrete"), Qt.MouseButton.LeftButton)
    assert alike(colour_at(panel, -2.0, -0.8), full)


def test_wrong_points_of_several_classes(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start_on(three_classes())
    scores = np.array([[3.0, 0.0, 0.0, 0.0], [0.0, 3.0, 0.0, 3.0], [0.0, 0.0, 3.0, 0.0]])  # (classes, rows)
    runs.send(scores, thirds())
    assert panel.plot.wrong.tolist() == [False, False, False, True]
    assert panel.legend_note == "1 of 4 wrong"
    QTest.mouseMove(panel.plot.viewport(), place(panel, 2.0, 0.0))
    QTest.mouseMove(panel.plot.viewport(), place(panel, -2.0, 1.0))
    assert panel.hover_text == "sample 4  x1 -2.00  x2 1.00  target ant  output bee 91%"


def test_points_have_the_shape_of_their_class(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    """Square and circle differ at the corner of the mark."""
    theme.set_scale(2.0)
    runs.start_on(three_classes())
    runs.send(np.eye(3)[OWN].T, thirds())
    corner = round(0.36 * theme.px(8))
    image = panel.plot.grab().toImage()
    square, circle = place(panel, 0.0, 0.0), place(panel, -2.0, 1.0)
    inside = image.pixelColor(square)
    assert image.pixelColor(square + QPoint(corner, corner)) == inside
    assert image.pixelColor(circle + QPoint(corner, corner)) != image.pixelColor(circle)


def test_the_legend_names_the_classes(panel: BoundaryPanel, runs: QuietRuns) -> None:
    legend = panel.findChild(BoundaryLegend, "boundaryLegend")
    runs.start_on(three_classes())
    before = legend.grab().toImage()
    runs.start_on(replace(three_classes(), labels=("ant", "bee", "dog")), run=2)
    assert legend.grab().toImage() != before
    assert "likeliest" in legend.toolTip()


# -- signs of a sigmoid, numbers ----------------------------------------------------------------------------------


def test_a_sigmoid_has_its_boundary_at_a_half(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(signs(threshold=0.5))
    runs.send([0.1, 0.6, 0.9, 0.7], Maps(EXTENT, np.tile(np.linspace(0.0, 1.0, 60), (40, 1)), {}))
    assert panel.legend_note == "1 of 4 wrong"
    left, middle = colour_at(panel, -2.0, -0.8), colour_at(panel, 0.0, -0.8)
    assert left.red() > left.blue() + 100
    assert min(middle.red(), middle.green(), middle.blue()) > 240


def test_discretised_output_has_two_colours(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(signs())
    runs.send([-1, 1, 1, -1], Maps(EXTENT, np.tile(np.linspace(-0.1, 0.1, 60), (40, 1)), {}))
    assert not alike(colour_at(panel, 2.0, -0.8), theme.palette.positive)
    panel.plot.setFocus()
    QTest.keyClick(panel.plot, Qt.Key.Key_D)
    assert alike(colour_at(panel, 2.0, -0.8), theme.palette.positive)
    assert alike(colour_at(panel, -2.0, -0.8), theme.palette.negative)
    assert part(panel.header, "boundaryDiscrete").isChecked()


def test_numbers_are_shaded_over_their_range(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(numbers())
    runs.send([-1.0, 0.0, 1.5, -0.5], Maps(EXTENT, np.tile(np.linspace(-2.0, 2.0, 60), (40, 1)), {}))
    assert panel.title == "Output"
    assert panel.legend_note == "mean error 0.125"
    assert colour_at(panel, 2.0, -0.8).blue() > colour_at(panel, 2.0, -0.8).red() + 100
    QTest.mouseMove(panel.plot.viewport(), place(panel, 0.0, 0.0))
    QTest.mouseMove(panel.plot.viewport(), place(panel, 2.0, 0.0))
    assert panel.hover_text == "sample 3  x1 2.00  x2 0.00  target 1  output 1.50  error 0.50"


def test_points_have_the_colour_of_their_target(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start_on(replace(numbers(), targets=np.array([-2.0, 0.0, 2.0, 0.0])))
    low, high = colour_at(panel, -2.0, 0.0), colour_at(panel, 2.0, 0.0)
    assert low.red() > low.blue() + 100
    assert high.blue() > high.red() + 100


# -- one input ------------------------------------------------------------------------------------------------------


def test_one_input_is_a_curve(panel: BoundaryPanel, runs: QuietRuns, theme: Theme, selection: Selection) -> None:
    runs.start_on(one_input())
    runs.send([-1, 0, 1, 0.5], Maps(LINE_EXTENT, np.linspace(-1.0, 1.0, 200)[None], {}, (0, 0)))
    assert isinstance(panel.plot, BoundaryCurve)
    assert panel.title == "Output by x1"
    assert has_line(panel, -1.0, -1 / 3, theme.palette.accent)
    QTest.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(panel, 2.0, 1.0))
    assert selection.sample == 2


def test_a_curve_of_signs_changes_its_colour_at_the_threshold(
    panel: BoundaryPanel, runs: QuietRuns, theme: Theme
) -> None:
    runs.start_on(one_input("signs"))
    runs.send([-1, 1, 1, 1], Maps(LINE_EXTENT, np.linspace(-1.0, 1.0, 200)[None], {}, (0, 0)))
    assert panel.legend_note == "1 of 4 wrong"
    assert has_line(panel, -1.5, -0.5, theme.palette.negative)
    assert has_line(panel, 1.5, 0.5, theme.palette.positive)


def test_one_curve_for_each_class(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(one_input("classes"))
    chances = np.repeat([0.7, 0.2, 0.1], 200).reshape(3, 1, 200)
    runs.send(np.eye(3)[[0, 1, 2, 1]].T, Maps(LINE_EXTENT, np.zeros((1, 200)), {}, (0, 0), chances))
    for index, chance in enumerate((0.7, 0.2, 0.1)):
        assert has_line(panel, -1.2, chance, theme.palette.class_mark(index))
    heights = panel.plot.heights
    assert heights[0] > heights[1] > heights[2], "a row of points for each class"
    assert [panel.plot.nearest(panel.plot.position_of(sample)) for sample in range(4)] == [0, 1, 2, 3]


def test_a_curve_far_off_makes_the_axis_longer_and_a_broken_one_is_drawn(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start_on(one_input())
    output = np.linspace(-1.8, 1.8, 200)
    runs.send([0, 0, 0, 0], Maps(LINE_EXTENT, output[None], {}, (0, 0)))
    assert panel.plot.box.viewRange()[1] == [-2.0, 2.0]
    output = np.where(np.arange(200) % 50 == 0, np.nan, np.where(np.arange(200) > 150, np.inf, 0.2))
    runs.send([0, 0, 0, 0], Maps(LINE_EXTENT, output[None], {}, (0, 0)))
    assert panel.plot.box.viewRange()[1] == [-1.0, 1.0]
    assert not panel.grab().isNull()


# -- more than two inputs ---------------------------------------------------------------------------------------------


def many_inputs() -> Points:
    return three_classes(np.column_stack((SPOTS, [0.5, 1.5, 2.5, 3.5], [9.0, 8.0, 7.0, 6.0])))


def test_more_inputs_are_rows_at_first_and_a_plane_on_request(
    panel: BoundaryPanel, runs: QuietRuns, selection: Selection, theme: Theme
) -> None:
    runs.start_on(many_inputs())
    assert isinstance(panel.plot, PredictionPlot)
    assert runs.axes is None
    QTest.mouseClick(part(panel, "boundaryView_plane"), Qt.MouseButton.LeftButton)
    assert isinstance(panel.plot, BoundaryMap)
    assert runs.axes == (0, 1)
    held = panel.findChild(TextLabel, "boundaryHeld")
    assert held.text() == "x3 = 0.50, x4 = 9.00, from sample 1"
    selection.select_sample(1)
    assert held.text() == "x3 = 1.50, x4 = 8.00, from sample 2"
    runs.send(np.eye(3)[OWN].T, thirds())
    assert alike(colour_at(panel, 2.0, -0.8), theme.palette.class_colour(2))
    QTest.mouseClick(part(panel, "boundaryView_rows"), Qt.MouseButton.LeftButton)
    assert isinstance(panel.plot, PredictionPlot)
    assert runs.axes is None
    assert held.isHidden()


def test_the_axes_are_chosen_and_never_the_same(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start_on(many_inputs())
    QTest.mouseClick(part(panel, "boundaryView_plane"), Qt.MouseButton.LeftButton)
    runs.send(np.eye(3)[OWN].T, thirds())
    across, upwards = (panel.findChild(ChoiceBox, name) for name in ("boundaryAcross", "boundaryUpwards"))
    QTest.keyClick(across, Qt.Key.Key_Down)
    assert runs.axes == (1, 0), "x2 was taken: both change places"
    assert panel.plot.maps is None, "those over other inputs are gone"
    QTest.keyClick(upwards, Qt.Key.Key_Down)
    QTest.keyClick(upwards, Qt.Key.Key_Down)
    assert runs.axes in ((1, 2), (0, 2))
    assert across.value() != upwards.value() == "2"
    assert panel.plot.text_of(1)[1] == f"x{runs.axes[0] + 1} 0.00  x3 1.50"


def test_maps_over_other_inputs_are_not_shown(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start_on(many_inputs())
    QTest.mouseClick(part(panel, "boundaryView_plane"), Qt.MouseButton.LeftButton)
    runs.send(np.eye(3)[OWN].T, replace(thirds(), axes=(1, 2)))
    assert panel.plot.maps is None
    runs.send(np.eye(3)[OWN].T, thirds())
    assert panel.plot.maps is not None


def test_fewer_inputs_need_no_axes(panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start_on(many_inputs())
    QTest.mouseClick(part(panel, "boundaryView_plane"), Qt.MouseButton.LeftButton)
    runs.start_on(signs(), run=2)
    assert runs.axes is None
    assert part(panel, "boundaryView_plane").isVisible() is False
    runs.start_on(many_inputs(), run=3)
    assert runs.axes == (0, 1), "the plane is still wanted"


# -- test points, other runs --------------------------------------------------------------------------------------


def test_test_points_are_shown_and_hidden(panel: BoundaryPanel, runs: QuietRuns, selection: Selection) -> None:
    runs.start_on(signs(tests=2))
    runs.send([-1, 1, 1, -1], Maps(EXTENT, np.ones((40, 60)), {}), tests=[1.0, 1.0])
    shown = panel.plot.grab().toImage()
    here = place(panel, -1.5, 0.5)
    selection.set_show_test(False)
    hidden = panel.plot.grab().toImage()
    assert shown.pixelColor(here) != hidden.pixelColor(here), "a wrong one is hollow"
    assert shown.copy(0, 0, 5, 5) == hidden.copy(0, 0, 5, 5)
    panel.plot.setFocus()
    QTest.keyClick(panel.plot, Qt.Key.Key_T)
    assert selection.show_test
    assert panel.plot.grab().toImage() == shown


def test_training_points_alone_are_selected_and_test_points_are_counted_apart(
    panel: BoundaryPanel, runs: QuietRuns, selection: Selection
) -> None:
    runs.start_on(signs(tests=2))
    runs.send([-1, 1, 1, -1], Maps(EXTENT, np.ones((40, 60)), {}), tests=[1.0, 1.0])
    assert panel.legend_note == "0 of 4 wrong · test 1 of 2"
    selection.select_sample(3)
    QTest.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(panel, 0.5, 0.5))
    assert selection.sample == 3


def test_boundaries_of_other_runs_are_lines(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(signs())
    runs.send([-1, 1, 1, -1], Maps(EXTENT, np.ones((40, 60)), {}))
    assert alike(colour_at(panel, 1.0, -0.8), theme.palette.positive)
    rising = np.tile(np.linspace(-4.0, 2.0, 60), (40, 1))  # 0 at x1 = 1
    panel.set_contours([("first try", 2, EXTENT, rising)])
    assert has_line(panel, 1.0, -0.8, theme.palette.class_mark(2))
    assert "first try" in panel.plot.accessibleDescription()
    panel.set_contours([])
    assert alike(colour_at(panel, 1.0, -0.8), theme.palette.positive)


def test_boundaries_between_classes_are_lines(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(three_classes())
    runs.send(np.eye(3)[OWN].T, replace(thirds(), scores=np.full((3, 40, 60), 1 / 3)))
    stripes = np.tile(np.repeat([0.0, 2.0], 30), (40, 1))
    panel.set_contours([("other", 4, EXTENT, stripes)])
    assert has_line(panel, 0.0, -0.8, theme.palette.class_mark(4))
    assert not alike(colour_at(panel, 1.0, -0.8), theme.palette.class_mark(4))


def test_the_menu_offers_what_makes_sense(qtbot: QtBot, panel: BoundaryPanel, runs: QuietRuns) -> None:
    runs.start_on(signs(tests=2))
    with qtbot.waitSignal(panel.menu_made) as made:
        panel.plot.customContextMenuRequested.emit(QPoint(5, 5))
    menu, plot = made.args
    assert plot is panel.plot
    assert [action.objectName() for action in menu.actions() if action.objectName()] == [
        "boundaryDiscreteAction",
        "boundaryTestsAction",
    ], "without a document there is nothing to edit"
    assert isinstance(menu, QMenu)
    menu.close()


def test_a_curve_is_exported_as_lines_and_numbers(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(one_input("classes"))
    chances = np.repeat([0.7, 0.2, 0.1], 200).reshape(3, 1, 200)
    runs.send(np.eye(3)[[0, 1, 2, 1]].T, Maps(LINE_EXTENT, np.zeros((1, 200)), {}, (0, 0), chances))
    drawing = plot_drawing(panel.plot, theme)
    picture = svg_bytes(drawing).decode()
    drawing.discard()
    assert picture.count("<polyline") >= 3
    assert "<image" not in picture
    header, first, *rest = plot_csv(panel.plot).splitlines()
    assert header == "x1,a,b,c"
    assert [float(cell) for cell in first.split(",")] == [-3.0, 0.7, 0.2, 0.1]
    assert len(rest) == 199


def test_a_map_of_classes_is_exported_with_every_point(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(replace(three_classes(), test_inputs=SPOTS + 0.3, test_targets=np.eye(3)[OWN]))
    runs.send(np.eye(3)[OWN].T, thirds())
    drawing = plot_drawing(panel.plot, theme)
    picture = svg_bytes(drawing).decode()
    drawing.discard()
    assert picture.count("<image") == 1, "the map"
    assert picture.count("<path") + picture.count("<polygon") >= 4, "two squares and two triangles"
    assert "ant" in picture


# -- what the legend says --------------------------------------------------------------------------------------------


def legend_of(panel: BoundaryPanel) -> BoundaryLegend:
    return panel.findChild(BoundaryLegend, "boundaryLegend")


def test_the_error_of_test_rows_is_told_too(panel: BoundaryPanel, runs: QuietRuns) -> None:
    points = replace(numbers(), test_inputs=SPOTS[:2] + 0.5, test_targets=np.array([1.0, 1.0]))
    runs.start_on(points)
    runs.send(points.targets + 0.5, Maps(EXTENT, np.ones((40, 60)), {}), tests=[1.25, 0.75])
    assert panel.legend_note == "mean error 0.500 · test 0.250"
    assert legend_of(panel).accessibleName() == panel.legend_note


def test_the_legend_has_the_sign_of_test_points_while_they_are_drawn(
    panel: BoundaryPanel, runs: QuietRuns, selection: Selection
) -> None:
    runs.start_on(signs(tests=2))
    runs.send([-1, 1, 1, -1], Maps(EXTENT, np.ones((40, 60)), {}), tests=[1.0, 1.0])
    ring = legend_of(panel).grab().toImage()
    selection.set_show_test(False)
    assert legend_of(panel).grab().toImage() != ring
    assert panel.legend_note == "0 of 4 wrong · test 1 of 2", "what is not drawn is counted all the same"


def test_a_discretised_map_has_two_colours_in_the_legend(panel: BoundaryPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.start_on(signs())
    runs.send([-1, 1, 1, -1], Maps(EXTENT, np.ones((40, 60)), {}))

    def is_there(colour: QColor) -> int:
        image = legend_of(panel).grab().toImage()
        row = [image.pixelColor(x, image.height() // 2 + 2) for x in range(image.width())]
        return sum(alike(each, colour) for each in row)

    before = is_there(theme.palette.positive)
    part(panel.header, "boundaryDiscrete").click()
    assert is_there(theme.palette.positive) >= before + 8
    assert is_there(theme.palette.negative) >= 20
