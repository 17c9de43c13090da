"""Painting on the boundary card: by mouse and by keys, on the real widgets and a real document."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMenu, QSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.datasets import DataSet, dataset_of
from core.document import open_document
from core.experiment import Experiment
from core.own_data.own_rows import inputs_of, own_rows, targets_of
from gui.frames import Frame, Maps, Points, RunStarted
from gui.panels.boundary import BoundaryPanel
from gui.panels.boundary_editor import PlotEditor
from gui.panels.boundary_tools import BoundaryTools
from gui.session.data_fit import change_data
from gui.session.documents import Documents
from gui.session.painting import Tool
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.text import TextLabel


class FollowingRuns(QObject):
    """Shows the document's points at once, with a map that is positive at the right."""

    run_started = Signal(RunStarted)
    plots_ready = Signal(Frame)

    def __init__(self, documents: Documents) -> None:
        super().__init__()
        self.documents = documents
        self.started: RunStarted | None = None
        self.frame: Frame | None = None
        documents.experiment_changed.connect(self.follow)
        self.follow(documents.experiment, documents.experiment)

    def set_axes(self, first: int, second: int) -> None:
        pass

    def clear_axes(self) -> None:
        pass

    def follow(self, before: Experiment, after: Experiment) -> None:
        points = points_of(dataset_of(after))
        self.started = RunStarted(1, "some", points, (4,), ("tanh", "tanh"), ("L1.N1.w1",), False)
        self.run_started.emit(self.started)
        across = np.linspace(-1.0, 1.0, 50)
        if points.inputs.shape[1] == 1:
            maps: Maps | None = Maps((*points.ranges[0], *points.target_range), across[None], {}, (0, 0))
        else:
            maps = None if points.extent is None else Maps(points.extent, np.tile(across, (50, 1)), {})
        rows = len(points.targets)
        self.frame = Frame(
            run=1, step=1, loss=0.1, accuracy=None, learning_rate=0.1, theta=np.zeros(1), gradient=np.zeros(1),
            predictions=np.zeros((len(points.labels), rows)) if points.task == "classes" else np.ones(rows),
            sample_losses=np.zeros(rows), maps=None if points.task == "classes" else maps,
        )  # fmt: skip
        self.plots_ready.emit(self.frame)


def points_of(data: DataSet) -> Points:
    return Points(
        data.inputs, data.targets, data.names, data.task, data.labels, data.threshold, data.test_inputs,
        data.test_targets, data.extent, data.ranges, data.target_range,
    )  # fmt: skip


@pytest.fixture(scope="session")
def light(qapp: QApplication) -> Theme:
    """Lives to the end: the application's style sheet goes on reading icons from its files."""
    return Theme("light")


@pytest.fixture(autouse=True, scope="module")
def _styled(qapp: QApplication, light: Theme) -> None:
    """A window of an earlier test leaves its style sheet, whose icons are gone: a menu with a tick would miss them."""
    light.apply(qapp)


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(open_document("moons-demo"))


@pytest.fixture
def selection(qapp: QApplication) -> Selection:
    return Selection()


@pytest.fixture
def panel(qtbot: QtBot, documents: Documents, selection: Selection) -> BoundaryPanel:
    panel = BoundaryPanel(FollowingRuns(documents), selection, Theme("light"), documents)
    panel.runs = panel._runs  # kept alive as long as the panel
    panel.resize(320, 260)
    qtbot.addWidget(panel.header)
    qtbot.addWidget(panel)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.grab()
    return panel


@pytest.fixture
def editing(panel: BoundaryPanel) -> BoundaryPanel:
    QTest.mouseClick(part(panel.header, "boundaryEdit"), Qt.MouseButton.LeftButton)
    panel.grab()
    return panel


def part(widget: QObject, name: str) -> QAbstractButton:
    found = widget.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def place(panel: BoundaryPanel, x: float, y: float) -> QPoint:
    plot = panel.plot
    return plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(x, y)))


def drag(panel: BoundaryPanel, *places: QPoint) -> None:
    viewport = panel.plot.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=places[0])
    for each in places[1:]:
        QTest.mouseMove(viewport, each)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=places[-1])


def count(documents: Documents) -> int:
    data = documents.experiment.data
    return 100 if data.own is None else len(targets_of(data.own))


def press(panel: BoundaryPanel, *keys: Qt.Key) -> None:
    panel.plot.setFocus()
    for key in keys:
        QTest.keyClick(panel.plot, key)


def test_the_tools_come_and_go(panel: BoundaryPanel) -> None:
    tools = panel.findChild(BoundaryTools, "boundaryTools")
    assert tools.isHidden()
    QTest.mouseClick(part(panel.header, "boundaryEdit"), Qt.MouseButton.LeftButton)
    assert tools.isVisible()
    assert panel.plot.hasFocus(), "so that keys work at once"
    press(panel, Qt.Key.Key_Escape)
    assert tools.isHidden()
    press(panel, Qt.Key.Key_E)
    assert tools.isVisible()
    assert part(panel.header, "boundaryEdit").isChecked()


def test_a_drag_paints_points_of_the_chosen_class(editing: BoundaryPanel, documents: Documents) -> None:
    QTest.mouseClick(part(editing, "paintClass1"), Qt.MouseButton.LeftButton)
    drag(editing, place(editing, -1.0, -1.0), place(editing, 0.0, -1.0), place(editing, 1.0, -1.0))
    own = documents.experiment.data.own
    assert own is not None
    assert count(documents) > 105
    assert set(targets_of(own)[100:]) == {0.0}
    painted = inputs_of(own)[100:]
    assert -1.6 < painted[:, 0].min() < -0.5 < 0.5 < painted[:, 0].max() < 1.6
    assert documents.undo_stack.count() == 1
    documents.undo_stack.undo()
    assert count(documents) == 100
    assert len(editing.plot.points.targets) == 100


def test_points_follow_the_pointer_before_it_is_released(editing: BoundaryPanel, documents: Documents) -> None:
    viewport = editing.plot.viewport()
    before = editing.plot.grab().toImage()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place(editing, -1.0, -1.0))
    QTest.mouseMove(viewport, place(editing, 1.0, -1.0))
    assert count(documents) == 100
    shown = len(editing.plot.points.targets)
    assert shown > 105
    assert len(editing.plot.wrong) == shown, "the map says which are wrong"
    assert editing.plot.grab().toImage() != before
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place(editing, 1.0, -1.0))
    assert count(documents) == shown


def test_frames_do_not_disturb_a_stroke(editing: BoundaryPanel, documents: Documents) -> None:
    viewport = editing.plot.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place(editing, -1.0, -1.0))
    QTest.mouseMove(viewport, place(editing, 1.0, -1.0))
    shown = editing.plot.points
    editing.runs.plots_ready.emit(editing.runs.frame)
    editing.runs.run_started.emit(editing.runs.started)
    assert editing.plot.points is shown
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place(editing, 1.0, -1.0))
    assert len(editing.plot.points.targets) == len(shown.targets)


def test_clicks_edit_and_do_not_select(editing: BoundaryPanel, documents: Documents, selection: Selection) -> None:
    QTest.mouseClick(part(editing, "paintPoint"), Qt.MouseButton.LeftButton)
    sample = editing.plot.position_of(50).toPoint()
    QTest.mouseClick(editing.plot.viewport(), Qt.MouseButton.LeftButton, pos=sample)
    assert count(documents) == 101
    assert selection.sample == 0
    press(editing, Qt.Key.Key_Escape)
    QTest.mouseClick(editing.plot.viewport(), Qt.MouseButton.LeftButton, pos=sample)
    assert selection.sample in (50, 100)
    assert count(documents) == 101


def test_erasing_with_the_mouse(editing: BoundaryPanel, documents: Documents) -> None:
    QTest.mouseClick(part(editing, "paintErase"), Qt.MouseButton.LeftButton)
    drag(editing, place(editing, -1.0, 0.5), place(editing, 0.0, 1.0), place(editing, 1.0, 0.5))
    assert 4 < count(documents) < 90


def test_moving_with_the_mouse(editing: BoundaryPanel, documents: Documents) -> None:
    before = editing.plot.points.inputs[7].copy()
    QTest.mouseClick(part(editing, "paintMove"), Qt.MouseButton.LeftButton)
    drag(editing, place(editing, *before), place(editing, 0.0, -1.0), place(editing, 1.0, -1.2))
    own = documents.experiment.data.own
    assert own is not None
    moved = np.flatnonzero((inputs_of(own) != dataset_of(open_document("moons-demo").experiment).inputs).any(axis=1))
    assert len(moved) == 1
    assert np.abs(inputs_of(own)[moved[0]] - [1.0, -1.2]).max() < 0.1
    assert documents.undo_stack.count() == 1


def test_the_plane_keeps_still_while_points_are_edited(editing: BoundaryPanel) -> None:
    before = editing.plot.box.viewRange()
    QTest.mouseClick(part(editing, "paintPoint"), Qt.MouseButton.LeftButton)
    corner = QPoint(editing.plot.width() // 2, 3)
    QTest.mouseClick(editing.plot.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert editing.plot.box.viewRange() == before


def test_keys_choose_tools_classes_and_size(editing: BoundaryPanel) -> None:
    painting = editing.painting
    assert painting is not None
    for key, tool in (("P", Tool.POINT), ("X", Tool.ERASE), ("M", Tool.MOVE), ("B", Tool.BRUSH)):
        press(editing, Qt.Key[f"Key_{key}"])
        assert painting.tool is tool
        assert part(editing, f"paint{tool.value.title()}").isChecked()
    press(editing, Qt.Key.Key_1)
    assert painting.label == 0
    assert part(editing, "paintClass1").isChecked()
    size = painting.size
    press(editing, Qt.Key.Key_BracketRight)
    assert painting.size > size
    slider = editing.findChild(QSlider, "paintSize")
    at = slider.value()
    press(editing, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketLeft)
    assert slider.value() < at
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert painting.size == 60.0


def test_points_are_painted_with_keys_alone(editing: BoundaryPanel, documents: Documents) -> None:
    editor = editing.plot.findChild(PlotEditor)
    press(editing, Qt.Key.Key_P, *[Qt.Key.Key_Down] * 3, *[Qt.Key.Key_Left] * 2)
    cross = editor.cross
    assert cross is not None
    press(editing, Qt.Key.Key_Space)
    own = documents.experiment.data.own
    assert own is not None
    wanted = editing.plot.from_pixels(cross)
    assert inputs_of(own)[-1].tolist() == pytest.approx([wanted.x(), wanted.y()])
    press(editing, Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert count(documents) == 102
    press(editing, Qt.Key.Key_X, Qt.Key.Key_Space)
    assert count(documents) < 102


def test_a_point_is_moved_with_keys(editing: BoundaryPanel, documents: Documents) -> None:
    press(editing, Qt.Key.Key_P, *[Qt.Key.Key_Down] * 4, Qt.Key.Key_Space)
    press(editing, Qt.Key.Key_M, Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert editing.painting.stroke is not None, "it is held"
    press(editing, Qt.Key.Key_Return)
    assert editing.painting.stroke is None
    own = documents.experiment.data.own
    unit = editing.plot.from_pixels(editing.plot.box.rect().bottomRight()).x()
    assert unit > inputs_of(own)[-1, 0]
    assert documents.undo_stack.undoText() == "move a point"


def test_a_class_is_added_from_the_strip(editing: BoundaryPanel, documents: Documents) -> None:
    QTest.mouseClick(part(editing, "paintAddClass"), Qt.MouseButton.LeftButton)
    assert documents.experiment.data.own.labels == ("−1", "+1", "class 3")
    assert part(editing, "paintClass3").isChecked()
    documents.undo_stack.undo()
    assert editing.findChild(BoundaryTools).isVisible()
    assert part(editing, "paintClass2").isChecked()


def test_numbers_have_a_value_to_paint_with(editing: BoundaryPanel, documents: Documents) -> None:
    inputs = np.random.default_rng(1).uniform(-3, 3, (30, 2))
    change_data(documents, "numbers", kind="own", own=own_rows("plane", inputs, inputs[:, 0]))
    slider = editing.findChild(QSlider, "paintValue")
    assert slider.isVisible()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    low = editing.plot.points.target_range[0]
    assert editing.painting.value == pytest.approx(low)
    press(editing, Qt.Key.Key_P, Qt.Key.Key_Space)
    assert targets_of(documents.experiment.data.own)[-1] == pytest.approx(low)


def test_one_input_is_painted_on_the_curve(editing: BoundaryPanel, documents: Documents) -> None:
    inputs = np.linspace(-3, 3, 20)
    change_data(documents, "line", kind="own", own=own_rows("line", inputs[:, None], inputs / 3))
    editing.grab()
    press(editing, Qt.Key.Key_P)
    QTest.mouseClick(editing.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(editing, 1.5, -0.5))
    own = documents.experiment.data.own
    assert abs(inputs_of(own)[-1, 0] - 1.5) < 0.1
    assert abs(targets_of(own)[-1] + 0.5) < 0.1


def test_what_cannot_be_done_is_said_on_the_card(editing: BoundaryPanel, documents: Documents) -> None:
    notice = editing.findChild(TextLabel, "paintNotice")
    press(editing, Qt.Key.Key_M)
    QTest.mouseClick(editing.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(editing, -1.8, 1.4))
    assert notice.text() == "No point to move is near enough."
    assert notice.isVisible()
    press(editing, Qt.Key.Key_B)
    assert notice.isHidden()


def test_the_menu_edits_all_points(qtbot: QtBot, panel: BoundaryPanel, documents: Documents) -> None:
    QGuiApplication.clipboard().setText("0.5\t0.25\t+1\n")
    with qtbot.waitSignal(panel.menu_made) as made:
        panel.plot.customContextMenuRequested.emit(QPoint(5, 5))
    menu = made.args[0]
    assert isinstance(menu, QMenu)
    actions = {action.objectName(): action for action in menu.actions()}
    actions["boundaryPasteAction"].trigger()
    assert count(documents) == 101
    actions["boundaryCopyAction"].trigger()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 102
    actions["boundaryClearAction"].trigger()
    assert count(documents) == 4
    documents.undo_stack.undo()
    assert count(documents) == 101
    actions["boundaryEditAction"].trigger()
    assert panel.painting.editing
    menu.close()


def test_more_than_two_inputs_cannot_be_painted_and_the_pencil_says_why(
    editing: BoundaryPanel, documents: Documents
) -> None:
    pencil = part(editing.header, "boundaryEdit")
    assert pencil.isEnabled()
    assert "(E after a click on this card)" in pencil.toolTip()
    documents.set_data("lecture", kind="lecture")
    assert not editing.painting.editing
    assert not pencil.isHidden()
    assert not pencil.isEnabled()
    assert pencil.toolTip() == "Points of one or two inputs can be edited; these have 3"


def test_a_click_anywhere_on_the_card_makes_its_keys_work(qtbot: QtBot, editing: BoundaryPanel) -> None:
    editing.painting.set_editing(False)
    window, elsewhere = QWidget(), QLineEdit()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(elsewhere)
    column.addWidget(editing)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    elsewhere.setFocus()
    focused = [editing.plot.hasFocus()]
    QTest.mouseClick(editing.findChild(QWidget, "boundaryLegend"), Qt.MouseButton.LeftButton)
    focused.append(editing.plot.hasFocus())
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_E)
    editing.setParent(None)  # it is closed by itself
    assert focused == [False, True]
    assert editing.painting.editing


def test_copy_and_paste_of_the_edit_menu_reach_the_points(editing: BoundaryPanel, documents: Documents) -> None:
    told: list[str] = []
    editing.painting.told.connect(told.append)
    before = count(documents)
    editing.plot.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == before + 1
    editing.plot.paste()
    assert count(documents) == before
    assert told == ["No point added: all of them are here already."]
    QGuiApplication.clipboard().setText(QGuiApplication.clipboard().text() + "0.25\t0.25\t1\n")
    editing.plot.paste()
    assert count(documents) == before + 1
    assert told[1].startswith("1 point added; ")


def test_the_menu_tells_keys_and_hides_the_bubble(editing: BoundaryPanel) -> None:
    editing.painting.set_editing(False)
    plot = editing.plot
    plot.hovered.emit(plot.position_of(0))
    assert editing.hover_text
    plot.customContextMenuRequested.emit(QPoint(10, 10))
    assert editing.hover_text == ""
    menu = plot.findChild(QMenu, "boundaryMenu")
    actions = {each.objectName(): each for each in menu.actions()}
    for name, key in (("boundaryCopyAction", "Ctrl+C"), ("boundaryPasteAction", "Ctrl+V")):
        assert actions[name].shortcut().toString() == key
        assert actions[name].isShortcutVisibleInContextMenu()
    clear = actions["boundaryClearAction"]
    assert clear.text().replace("&", "") == "Clear points"
    assert "four" in clear.toolTip()
    assert menu.toolTipsVisible()
    menu.close()


@pytest.fixture
def real(qtbot: QtBot, documents: Documents, selection: Selection) -> Iterator[tuple[BoundaryPanel, Runs]]:
    runs = Runs(documents, selection)
    panel = BoundaryPanel(runs, selection, Theme("light"), documents)
    panel.resize(320, 260)
    qtbot.addWidget(panel.header)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: panel.legend_note != "")
    yield panel, runs
    runs.close()


def test_training_goes_on_with_painted_points(
    qtbot: QtBot, real: tuple[BoundaryPanel, Runs], documents: Documents
) -> None:
    panel, runs = real
    runs.move(3)
    qtbot.waitUntil(lambda: runs.frame is not None and runs.frame.step == 3)
    theta, run = runs.frame.theta.copy(), runs.frame.run
    QTest.mouseClick(part(panel.header, "boundaryEdit"), Qt.MouseButton.LeftButton)
    panel.grab()
    drag(panel, place(panel, -1.0, -1.0), place(panel, 1.0, -1.0))
    rows = count(documents)
    assert rows > 105
    qtbot.waitUntil(lambda: len(runs.frame.predictions) == rows)
    assert (runs.frame.run, runs.frame.step) == (run, 3)
    assert np.array_equal(runs.frame.theta, theta)
    qtbot.waitUntil(lambda: panel.legend_note.endswith(f"of {rows} wrong"))


def test_axes_have_the_names_of_the_file(qtbot: QtBot, real: tuple[BoundaryPanel, Runs], documents: Documents) -> None:
    panel, runs = real
    inputs = np.random.RandomState(1).normal(size=(12, 3))
    names = ("height", "x2", "weight of the thing")
    rows = own_rows("a.csv", inputs, np.arange(12.0) % 2, names=names, labels=("a", "b"))
    change_data(documents, "rows", kind="own", own=rows)
    qtbot.waitUntil(lambda: runs.started is not None and len(runs.started.points.names) == 3)
    across, upwards = (panel.findChild(QComboBox, name) for name in ("boundaryAcross", "boundaryUpwards"))
    assert [across.itemText(i) for i in range(3)] == ["x1 height", "x2", "x3 weight of the thing"]
    assert across.toolTip() == "Input across: x1 height; choose one"
    assert upwards.toolTip() == "Input upwards: x2; choose one"
