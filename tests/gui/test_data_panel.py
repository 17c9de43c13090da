from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QFontMetricsF
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QMenu,
    QSlider,
    QWidget,
)

from core.datasets import DATASET_TITLES
from core.document import open_document
from core.experiment import DataSpec, LayerSpec, OwnRows
from core.own_data.own_rows import own_rows
from core.shape import task_of
from gui.frames import Frame, RunStarted
from gui.panels.data import DataPanel
from gui.panels.data_own import told_columns
from gui.panels.data_table_model import short_number
from gui.panels.network import NetworkPanel
from gui.panels.points_slider import STOPS
from gui.panels.sample_table import CELL_MARGIN, FONT_SIZE, SampleTable
from gui.panels.training import TrainingPanel
from gui.session.documents import Documents
from gui.session.selection import Selection
from gui.theme import Theme


class QuietRuns(QObject):
    """A run that does only what a test tells it to."""

    run_started = Signal(RunStarted)
    frame_ready = Signal(Frame)

    def __init__(self) -> None:
        super().__init__()
        self.started: RunStarted | None = None
        self.frame: Frame | None = None


class Bench:
    """The panel with the models it is connected to."""

    def __init__(self, theme: Theme, example: str = "lecture", frame: Frame | None = None) -> None:
        self.runs = QuietRuns()
        self.runs.frame = frame
        self.documents = Documents(open_document(example))
        self.selection = Selection()
        self.panel = DataPanel(self.runs, self.documents, self.selection, theme)

    @property
    def data(self):
        return self.documents.experiment.data

    def find(self, kind: type[QObject], name: str):
        return self.panel.findChild(kind, name)

    @property
    def table(self) -> SampleTable:
        return self.find(SampleTable, "sampleTable")

    def cell(self, row: int, column: int) -> str:
        model = self.table.model()
        return model.data(model.index(row, column))

    def click_row(self, row: int) -> None:
        place = self.table.visualRect(self.table.model().index(row, 2)).center()
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme("light")
    theme.apply(qapp)
    yield theme
    theme.deleteLater()


def show(qtbot, bench: Bench) -> Bench:
    qtbot.addWidget(bench.panel)
    bench.panel.resize(232, bench.panel.sizeHint().height())
    with qtbot.waitExposed(bench.panel):
        bench.panel.show()
    return bench


@pytest.fixture
def bench(qtbot, theme: Theme) -> Bench:
    return show(qtbot, Bench(theme))


def frame(predictions: list[float], losses: list[float]) -> Frame:
    nothing = np.zeros(0)
    return Frame(1, 0, sum(losses), 1.0, 0.05, nothing, nothing, np.array(predictions), np.array(losses))


LEARNED = frame([0.8678, -0.9786, -0.8655, 0.8676], [0.0175, 0.00046, 0.0181, 0.0175])


def enter(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_lecture_shows_its_rows(bench: Bench) -> None:
    assert bench.panel.title == "Data"
    assert bench.panel.header.text() == "the lecture's four rows, fixed"
    assert bench.table.isVisible()
    assert not bench.find(QWidget, "points").isVisible()
    columns = [bench.table.model().headerData(c, Qt.Orientation.Horizontal) for c in range(7)]
    assert columns == ["#", "x1", "x2", "x3", "target", "prediction", "loss"]
    rows = [[bench.cell(row, column) for column in range(7)] for row in range(4)]
    assert rows[0] == ["1", "2", "3", "-1", "1", "–", "–"]
    assert rows[1] == ["2", "3", "-1", "0.5", "-1", "–", "–"]


def test_it_is_small_enough_for_the_left_column(bench: Bench) -> None:
    assert bench.panel.sizeHint().height() <= 190
    assert bench.panel.minimumSizeHint().width() <= 232
    table = bench.table
    assert sum(table.columnWidth(column) for column in range(7)) == table.viewport().width()
    assert table.rowHeight(0) * 4 <= table.viewport().height()


@pytest.mark.parametrize("hint", [False, True])
@pytest.mark.parametrize(("example", "layers"), [("circle", 2), ("moons", 2), ("xor", 2), ("lecture", 3)])
def test_the_left_column_needs_no_scroll_bar_at_1280_by_800(
    qtbot, theme: Theme, example: str, layers: int, hint: bool
) -> None:
    bench = show(qtbot, Bench(theme, example))
    panels = [bench.panel, NetworkPanel(bench.documents, theme), TrainingPanel(bench.documents, bench.runs, theme)]
    for panel in panels[1:]:
        qtbot.addWidget(panel)
        panel.show()
    bench.documents.set_network("layers", hidden=(LayerSpec(),) * layers)
    if hint:
        bench.documents.set_training("loss", loss="hinge")
        bench.documents.set_network("output", output="tanh")
    QApplication.processEvents()
    titles_and_margins, gaps = 3 * (36 + 14), 2 * 12
    assert sum(panel.sizeHint().height() for panel in panels) + titles_and_margins + gaps <= 692


def test_predictions_and_losses_are_live(bench: Bench) -> None:
    resets = QSignalSpy(bench.table.model().modelReset)
    changes = QSignalSpy(bench.table.model().dataChanged)
    bench.runs.frame_ready.emit(LEARNED)
    assert [bench.cell(row, 5) for row in range(4)] == ["0.868", "-0.979", "-0.866", "0.868"]
    assert [bench.cell(row, 6) for row in range(4)] == ["0.0175", "0.0005", "0.0181", "0.0175"]
    assert resets.count() == 0
    assert changes.count() == 1
    first, last = changes.at(0)[0], changes.at(0)[1]
    assert (first.column(), last.column()) == (5, 6)


def test_the_newest_frame_is_shown_at_once(qtbot, theme: Theme) -> None:
    assert show(qtbot, Bench(theme, frame=LEARNED)).cell(0, 5) == "0.868"


def test_a_hidden_panel_draws_the_newest_frame_when_it_is_shown(bench: Bench) -> None:
    bench.panel.hide()
    bench.runs.frame_ready.emit(LEARNED)
    assert bench.cell(0, 5) == "–"
    bench.panel.show()
    assert bench.cell(0, 5) == "0.868"


def test_a_late_frame_of_another_data_set_is_not_taken(bench: Bench) -> None:
    bench.runs.frame_ready.emit(frame([0.1] * 100, [0.2] * 100))
    assert bench.cell(0, 5) == "–"


def test_numbers_are_coloured_by_sign(bench: Bench, theme: Theme) -> None:
    bench.runs.frame_ready.emit(LEARNED)
    model = bench.table.model()

    def colour(row: int, column: int):
        return model.data(model.index(row, column), Qt.ItemDataRole.ForegroundRole)

    assert colour(0, 5) == theme.palette.positive_text
    assert colour(1, 5) == theme.palette.negative_text
    assert colour(1, 6) == theme.palette.ink


def test_a_click_selects_the_sample(bench: Bench) -> None:
    bench.click_row(2)
    assert bench.selection.sample == 2


def test_the_keyboard_walks_the_samples(bench: Bench) -> None:
    bench.table.setFocus()
    QTest.keyClick(bench.table, Qt.Key.Key_Down)
    QTest.keyClick(bench.table, Qt.Key.Key_Down)
    assert bench.selection.sample == 2
    QTest.keyClick(bench.table, Qt.Key.Key_Up)
    assert bench.selection.sample == 1


def test_a_sample_selected_elsewhere_is_highlighted(bench: Bench) -> None:
    bench.selection.select_sample(3)
    assert [index.row() for index in bench.table.selectionModel().selectedRows()] == [3]


def test_there_is_a_picture_of_every_kind(bench: Bench) -> None:
    for kind, title in DATASET_TITLES.items():
        button = bench.find(QAbstractButton, f"data_{kind}")
        assert title in button.toolTip()
        assert title in button.accessibleName()
        assert button.isChecked() == (kind == "lecture")


def colours_of(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("dark", [False, True])
def test_pictures_have_points_in_the_colours_of_the_classes(qtbot, qapp: QApplication, dark: bool) -> None:
    theme = Theme("dark" if dark else "light")
    theme.apply(qapp)
    bench = show(qtbot, Bench(theme))
    signs = [
        kind for kind in DATASET_TITLES if kind != "own" and task_of(DataSpec(kind)) == "signs" and kind != "blobs"
    ]
    for kind in signs:
        found = colours_of(bench.find(QAbstractButton, f"data_{kind}"))
        assert {theme.palette.positive.name(), theme.palette.negative.name()} <= found, kind
    assert {"lecture", "moons", "circle", "xor", "gauss", "spiral"} <= set(signs)
    for kind, classes in (("blobs", 4), ("yin-yang", 3)):
        found = colours_of(bench.find(QAbstractButton, f"data_{kind}"))
        assert {theme.palette.class_mark(i).name() for i in range(classes)} <= found, kind
    theme.deleteLater()


def test_the_curves_of_one_input_differ(bench: Bench) -> None:
    images = [bench.find(QAbstractButton, f"data_{kind}").grab().toImage() for kind in ("line", "sine", "step")]
    assert images[0] != images[1] != images[2] != images[0]


def test_a_click_on_a_picture_chooses_the_data_and_keeps_the_rest(bench: Bench) -> None:
    before = bench.documents.experiment
    QTest.mouseClick(bench.find(QAbstractButton, "data_spiral"), Qt.MouseButton.LeftButton)
    assert bench.data.kind == "spiral"
    assert bench.documents.experiment.network == before.network
    assert bench.documents.experiment.training == before.training
    assert bench.panel.header.text() == "Spiral"
    assert not bench.table.isVisible()
    assert bench.find(QWidget, "points").isVisible()
    bench.documents.undo_stack.undo()
    assert bench.find(QAbstractButton, "data_lecture").isChecked()
    assert bench.table.isVisible()


def test_pictures_are_reached_by_keyboard(bench: Bench) -> None:
    button = bench.find(QAbstractButton, "data_circle")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert bench.data.kind == "circle"
    spiral = bench.find(QAbstractButton, "data_spiral")
    spiral.setFocus()
    QTest.keyClick(spiral, Qt.Key.Key_Return)
    assert bench.data.kind == "spiral"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Right)
    assert QApplication.focusWidget() is bench.find(QAbstractButton, "data_xor")
    checked = [kind for kind in DATASET_TITLES if bench.find(QAbstractButton, f"data_{kind}").isChecked()]
    assert checked == [bench.data.kind]


def test_the_published_points_have_no_parameters(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons-demo"))
    assert bench.panel.header.text() == "the demo's 100 points, fixed"
    assert not bench.table.isVisible()
    assert not bench.find(QWidget, "noise").isVisible()


def test_points_noise_and_seed_change_the_document(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    enter(bench.find(QLineEdit, "pointsField"), "10000")
    assert bench.data.points == 10_000
    assert bench.find(QLineEdit, "pointsField").text() == "10\u2009000"
    enter(bench.find(QLineEdit, "pointsField"), "2,500")
    assert bench.data.points == 2500
    enter(bench.find(QLineEdit, "noiseField"), "0.33")
    assert bench.data.noise == 0.33
    enter(bench.find(QLineEdit, "dataSeedField"), "7")
    assert bench.data.seed == 7


def test_the_points_slider_stops_at_round_numbers(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    slider = bench.find(QSlider, "pointsSlider")
    assert slider.maximum() == len(STOPS) - 1
    for position, points in enumerate(STOPS):
        slider.setValue(position)
        assert bench.data.points == points


@pytest.mark.parametrize("wrong", ["3", "10001", "many"])
def test_a_wrong_number_of_points_is_refused_beside_the_field(qtbot, theme: Theme, wrong: str) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    before = bench.data
    enter(bench.find(QLineEdit, "pointsField"), wrong)
    assert bench.data == before
    texts = [label.text() for label in bench.find(QWidget, "points").findChildren(QLabel) if label.isVisible()]
    assert any("from 4 to 10\u2009000" in text for text in texts)


def test_a_new_sample_is_a_new_seed(qtbot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.panels.data.random.randrange", lambda limit: limit - 1)
    bench = show(qtbot, Bench(theme, "moons"))
    QTest.mouseClick(bench.find(QAbstractButton, "newSample"), Qt.MouseButton.LeftButton)
    assert bench.data.seed == 9999


def test_the_panel_follows_the_document_and_does_not_answer(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    changes = QSignalSpy(bench.documents.experiment_changed)
    bench.documents.set_data("noise", noise=0.4)
    assert changes.count() == 1
    assert float(bench.find(QLineEdit, "noiseField").text()) == 0.4
    bench.documents.open_example("lecture")
    assert bench.find(QAbstractButton, "data_lecture").isChecked()
    assert bench.table.isVisible()


def iris(rows: int = 30, inputs: int = 4, labels: tuple[str, ...] = ("setosa", "versicolor", "virginica")) -> OwnRows:
    random = np.random.RandomState(1)
    places, targets = random.normal(size=(rows, inputs)), np.arange(rows) % max(len(labels), 2)
    names = ("sepal length", "sepal width", "petal length", "petal width")[:inputs]
    scaled = inputs + (not labels)
    return own_rows(
        "iris.csv",
        places,
        targets,
        names=names,
        labels=labels,
        target_name="species",
        shifts=(5.5,) * scaled,
        scales=(2.0,) * scaled,
    )


def test_only_blobs_have_a_number_of_classes(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    assert not bench.find(QWidget, "classes").isVisible()
    QTest.mouseClick(bench.find(QAbstractButton, "data_blobs"), Qt.MouseButton.LeftButton)
    assert bench.find(QWidget, "classes").isVisible()
    enter(bench.find(QLineEdit, "classesField"), "5")
    assert bench.data.classes == 5
    enter(bench.find(QLineEdit, "classesField"), "7")
    assert bench.data.classes == 5


def test_rows_are_kept_back_for_testing(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    box = bench.find(QCheckBox, "showTest")
    assert not box.isVisible()
    enter(bench.find(QLineEdit, "testShareField"), "50")
    assert bench.data.test_share == 0.5
    assert box.isVisible()
    assert box.isChecked() == bench.selection.show_test
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert bench.selection.show_test == box.isChecked() is False
    bench.selection.set_show_test(True)
    assert box.isChecked()
    bench.documents.undo_stack.undo()
    assert not box.isVisible()


def test_a_share_that_the_document_brings_is_shown_as_it_is(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    bench.documents.set_data("test share", test_share=0.333)
    assert bench.find(QLineEdit, "testShareField").text() == "33.3"
    assert bench.data.test_share == 0.333


def test_the_table_has_the_rows_to_train_on(bench: Bench) -> None:
    bench.documents.set_data("test share", test_share=0.25)
    assert bench.table.model().rowCount() == 3
    assert bench.find(QWidget, "testShare").isVisible()


def test_a_regression_brings_an_output_for_any_number_and_says_so(bench: Bench) -> None:
    assert bench.documents.experiment.network.output == "tanh"
    QTest.mouseClick(bench.find(QAbstractButton, "data_sine"), Qt.MouseButton.LeftButton)
    assert bench.documents.experiment.network.output == "linear"
    assert bench.documents.experiment.training.loss == "half-squared"
    assert "linear" in bench.find(QLabel, "dataMessage").text()
    assert bench.find(QLabel, "dataMessage").isVisible()
    bench.documents.undo_stack.undo()
    assert bench.data.kind == "lecture"
    assert bench.documents.experiment.network.output == "tanh"
    assert not bench.find(QLabel, "dataMessage").isVisible()


def test_other_data_without_an_input_let_go_what_needs_it(bench: Bench) -> None:
    bench.documents.set_network("features", features=("x1", "x3"))
    bench.documents.set_training("freeze", frozen=("L1.N1.w2",))
    QTest.mouseClick(bench.find(QAbstractButton, "data_moons"), Qt.MouseButton.LeftButton)
    assert bench.data.kind == "moons"
    assert bench.documents.experiment.network.features == ("x1",)
    assert bench.documents.experiment.training.frozen == ()
    assert bench.find(QLabel, "dataMessage").isVisible()


def test_own_data_say_what_they_are(bench: Bench) -> None:
    bench.documents.set_data("own", kind="own", own=iris())
    assert bench.panel.header.text() == "iris.csv"
    link = bench.find(QAbstractButton, "ownColumnsLink")
    assert (bench.find(QLabel, "ownShort").text(), link.text()) == ("30 rows", "4 inputs")
    assert not bench.find(QWidget, "ownColumns").isVisible()
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    lines = [label.text() for label in bench.find(QWidget, "ownColumns").findChildren(QLabel)]
    assert lines[0] == "x1 = (sepal length − 5.5) / 2"
    assert lines[-1] == "y = species: setosa, versicolor, virginica"
    assert not bench.find(QWidget, "points").isVisible()


def test_painted_points_have_no_columns_to_tell_of(bench: Bench) -> None:
    bench.panel._own_data.to_own()
    assert bench.documents.experiment.data.own is not None
    assert bench.find(QLabel, "ownShort").text() == "4 rows · 3 inputs"
    assert not bench.find(QAbstractButton, "ownColumnsLink").isVisible()
    named = own_rows("p", np.random.RandomState(1).normal(size=(9, 2)), np.arange(9.0) % 2, labels=("cat", "dog"))
    assert told_columns(named) == ["classes: cat, dog"]


@pytest.mark.parametrize("inputs", [1, 2, 4])
def test_the_short_line_of_own_data_is_never_cut(qtbot, theme: Theme, inputs: int) -> None:
    bench = show(qtbot, Bench(theme))
    bench.documents.set_data("own", kind="own", own=iris(10_000, inputs))
    bench.panel.resize(232, bench.panel.height())
    QApplication.processEvents()
    for name in ("ownShort", "ownColumnsLink", "importLink"):
        part = bench.find(QWidget, name)
        assert part.width() >= part.fontMetrics().horizontalAdvance(part.text()), name


def test_the_table_of_own_data_has_the_names_of_the_file(bench: Bench) -> None:
    bench.documents.set_data("own", kind="own", own=iris())
    model = bench.table.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(6)]
    assert heads == ["#", "x1 sepal length", "x2 sepal width", "x3 petal length", "x4 petal width", "target"]
    assert "sepal width" in model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_the_table_of_own_data_has_rows_enough_and_no_number_is_cut(bench: Bench, theme: Theme) -> None:
    bench.documents.set_data("own", kind="own", own=iris(200))
    bench.panel.resize(232, bench.panel.sizeHint().height())
    QApplication.processEvents()
    table = bench.table
    assert table.viewport().height() >= 3 * table.rowHeight(0)
    numbers = QFontMetricsF(theme.font(FONT_SIZE, mono=True))
    for column in range(5):
        for row in range(200):
            assert numbers.horizontalAdvance(bench.cell(row, column)) <= table.columnWidth(column) - CELL_MARGIN


def test_the_table_of_own_data_tells_classes_by_name(bench: Bench) -> None:
    bench.documents.set_data("own", kind="own", own=iris())
    assert [bench.cell(row, 5) for row in range(3)] == ["setosa", "versicolor", "virginica"]
    assert bench.cell(0, 6) == "–"
    scores = np.zeros((3, 30))
    scores[2] = 1.0
    nothing = np.zeros(0)
    bench.runs.frame_ready.emit(Frame(1, 0, 1.0, 1.0, 0.05, nothing, nothing, scores, np.full(30, 0.25)))
    assert bench.cell(0, 6) == "virginica"
    assert bench.cell(0, 7) == "0.2500"


def test_names_of_two_classes_follow_the_sign_of_the_output(bench: Bench) -> None:
    bench.documents.set_data("own", kind="own", own=iris(4, 3, ("no", "yes")))
    assert [bench.cell(row, 4) for row in range(4)] == ["no", "yes", "no", "yes"]
    bench.runs.frame_ready.emit(LEARNED)
    assert [bench.cell(row, 5) for row in range(4)] == ["yes", "no", "no", "yes"]


def test_own_points_of_the_plane_need_no_table(bench: Bench) -> None:
    bench.documents.set_data("own", kind="own", own=iris(30, 2, ("no", "yes")))
    assert not bench.table.isVisible()
    bench.documents.set_data("own", own=iris(30, 1, ()))
    assert bench.table.isVisible()


def test_ten_thousand_rows_are_written_only_where_they_are_seen(bench: Bench) -> None:
    bench.documents.set_data("own", kind="own", own=iris(10_000, 3))
    model, asked = bench.table.model(), set()
    written = model.data

    def watched(index, role=Qt.ItemDataRole.DisplayRole):
        asked.add(index.row())
        return written(index, role)

    model.data = watched
    bench.table.viewport().repaint()
    assert model.rowCount() == 10_000
    assert 0 < len(asked) < 50


def test_own_data_are_chosen_again(bench: Bench) -> None:
    own = iris()
    bench.documents.set_data("own", kind="own", own=own)
    QTest.mouseClick(bench.find(QAbstractButton, "data_moons"), Qt.MouseButton.LeftButton)
    assert (bench.data.kind, bench.data.own) == ("moons", None)
    QTest.mouseClick(bench.find(QAbstractButton, "data_own"), Qt.MouseButton.LeftButton)
    assert (bench.data.kind, bench.data.own) == ("own", own)
    bench.documents.open_example("lecture")
    asked = QSignalSpy(bench.panel.import_requested)
    QTest.mouseClick(bench.find(QAbstractButton, "data_own"), Qt.MouseButton.LeftButton)
    assert bench.data.kind == "lecture"
    assert asked.count() == 1


def test_import_is_asked_for_by_link_and_by_menu(bench: Bench) -> None:
    asked = QSignalSpy(bench.panel.import_requested)
    bench.find(QAction, "importData").trigger()
    bench.documents.set_data("own", kind="own", own=iris())
    QTest.mouseClick(bench.find(QAbstractButton, "importLink"), Qt.MouseButton.LeftButton)
    assert asked.count() == 2


def test_the_menu_opens_by_mouse_and_keyboard(bench: Bench) -> None:
    button = bench.find(QAbstractButton, "pointsMenuButton")
    for opened in (
        lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton),
        lambda: QTest.keyClick(button, Qt.Key.Key_Return),
    ):
        opened()
        menu = bench.find(QMenu, "pointsMenu")
        assert menu.isVisible()
        assert [action.text() for action in menu.actions()][:3] == ["Import data…", "Copy points", "Paste points"]
        menu.close()


def test_points_are_copied_changed_and_pasted(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    before = bench.data.points
    bench.find(QAction, "copyPoints").trigger()
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == before + 1
    QApplication.clipboard().setText("\n".join(lines[:-3]))
    bench.find(QAction, "pastePoints").trigger()
    assert bench.data.kind == "own"
    assert bench.data.own.origin == "moons"
    assert len(bench.data.own.targets) // 8 == before - 3
    assert bench.panel.header.text() == "Moons, own points"
    bench.documents.undo_stack.undo()
    assert bench.data.kind == "moons"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("", "no text"), ("1 2 1\n2 3 -1\n1 x 1\n1 4 -1", "Line 3"), ("1 2 1\n2 3 -1\n1 1 1", "4 to 10,000 rows")],
)
def test_what_cannot_be_pasted_is_said_in_the_panel(qtbot, theme: Theme, text: str, complaint: str) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    QApplication.clipboard().setText(text)
    bench.find(QAction, "pastePoints").trigger()
    assert bench.data.kind == "moons"
    message = bench.find(QLabel, "dataMessage")
    assert message.isVisible()
    assert complaint in message.text()
    bench.documents.set_data("noise", noise=0.3)
    assert not message.isVisible()


def test_pasted_points_of_another_shape_are_new_data(qtbot, theme: Theme) -> None:
    bench = show(qtbot, Bench(theme, "moons"))
    QApplication.clipboard().setText("x1;y\n1,5;a\n2;b\n3;c\n4;a\n")
    bench.find(QAction, "pastePoints").trigger()
    assert bench.data.own.origin == "pasted points"
    assert bench.data.own.labels == ("a", "b", "c")
    assert len(bench.data.own.names) == 1


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.5])
def test_rows_grow_with_the_scale(bench: Bench, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    assert bench.table.rowHeight(0) == theme.px(20)
    assert bench.panel.sizeHint().height() >= 155 * scale


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0000"),
        (4.6e-7, "5e-07"),
        (12.3456, "12.346"),
        (1234.5, "1234.5"),
        (1e9, "1e+09"),
        (-2e7, "-2e+07"),
        (float("inf"), "inf"),
        (float("nan"), "–"),
    ],
)
def test_numbers_keep_to_their_column(value: float, text: str) -> None:
    assert short_number(value, 4) == text
