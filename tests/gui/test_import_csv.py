from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QProgressBar, QPushButton, QWidget

from core.document import open_document
from core.experiment import MAX_POINTS
from core.own_data.csv_reading import column_kinds, read_table, sniff, task_for
from core.own_data.own_rows import inputs_of, targets_of
from gui.main_window import MainWindow
from gui.panels.import_csv.columns import BECOMES, HOLDS, INPUT, TARGET, ColumnsTable
from gui.panels.import_csv.dialog import ImportDialog
from gui.panels.import_csv.preview import PreviewTable
from gui.panels.import_csv.reading import first_choice
from gui.panels.sample_table import SampleTable
from gui.session.analysis import Analysis
from gui.session.documents import Documents
from gui.theme import Theme

HEADER = "sepal length,sepal width,petal length,petal width,species"
SPECIES = ("setosa", "versicolor", "virginica")
Open = Callable[..., "Desk"]


def iris(rows: int = 30) -> list[str]:
    random = np.random.RandomState(1)
    numbers = random.uniform(1.0, 7.0, (rows, 4)).round(1).tolist()
    return [HEADER] + [",".join([*map(str, row), SPECIES[i % 3]]) for i, row in enumerate(numbers)]


class Desk:
    """The dialog with the models it works on."""

    def __init__(self, documents: Documents, dialog: ImportDialog) -> None:
        self.documents, self.dialog = documents, dialog

    @property
    def data(self):
        return self.documents.experiment.data

    @property
    def error(self) -> str:
        label = self.find(QLabel, "importError")
        return label.text() if label.isVisible() else ""

    @property
    def columns(self) -> ColumnsTable:
        return self.find(ColumnsTable, "importColumns")

    @property
    def preview(self) -> PreviewTable:
        return self.find(PreviewTable, "importPreview")

    @property
    def confirm(self) -> QPushButton:
        return self.find(QPushButton, "importConfirm")

    def find(self, kind: type[QWidget], name: str):
        return self.dialog.findChild(kind, name)

    def holds(self, row: int, column: int) -> str:
        return self.columns.model().index(row, column).data()

    def click(self, row: int, column: int) -> None:
        place = self.columns.visualRect(self.columns.model().index(row, column)).center()
        QTest.mouseClick(self.columns.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def choose(self, name: str, key: str) -> None:
        """As a person does: the box's keys."""
        box = self.find(QComboBox, f"{name}Choice")
        box.setFocus()
        wanted = box.findData(key)
        while box.currentIndex() != wanted:
            QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)

    def accept(self) -> None:
        QTest.mouseClick(self.confirm, Qt.MouseButton.LeftButton)


@pytest.fixture
def open_csv(qtbot, qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """Writes a file and opens the dialog on it; waits until there is a result or a complaint."""
    theme = Theme("light")
    theme.apply(qapp)
    analysis, opened = Analysis(), []

    def open_csv(content: str | bytes | None, name: str = "iris.csv", example: str = "moons") -> Desk:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        documents = Documents(open_document(example))
        desk = Desk(documents, ImportDialog(documents, analysis, theme))
        opened.append(desk.dialog)
        desk.dialog.open_file(path)
        qtbot.waitUntil(lambda: desk.confirm.isEnabled() or bool(desk.error))
        return desk

    yield open_csv
    for dialog in filter(shiboken6.isValid, opened):
        dialog.done(0)
    analysis.close()
    theme.deleteLater()


def test_a_plain_file_is_understood_at_once(open_csv: Open) -> None:
    desk = open_csv("\n".join(iris()))
    assert desk.dialog.windowTitle() == "Import iris.csv"
    assert [desk.columns.columns.is_on(desk.columns.model().index(row, INPUT)) for row in range(5)] == [True] * 4 + [
        False
    ]
    assert desk.columns.columns.target == 4
    assert desk.holds(4, HOLDS) == "text: setosa, versicolor, virginica"
    assert desk.holds(0, BECOMES) == "x1 = sepal length"
    assert "setosa, versicolor, virginica" in desk.find(QLabel, "importOutcome").text()
    assert desk.data.kind == "moons"  # nothing is changed before it is confirmed


def test_import_is_one_step_of_undo(open_csv: Open) -> None:
    desk = open_csv("\n".join(iris()))
    desk.documents.set_data("test share", test_share=0.3)
    desk.accept()
    assert not desk.dialog.isVisible()
    assert (desk.data.kind, desk.data.test_share, desk.data.own.origin) == ("own", 0.3, "iris.csv")
    assert desk.data.own.labels == SPECIES
    assert inputs_of(desk.data.own).shape == (30, 4)
    assert desk.documents.undo_stack.undoText() == "import iris.csv"
    desk.documents.undo_stack.undo()
    assert desk.data.kind == "moons"


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-16", "utf-16-le"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252")]
)
def test_decimal_commas_and_encodings_are_found(open_csv: Open, encoding: str, shown: str) -> None:
    text = "\r\n".join(["Länge;Art"] + [f"{i},5;{'süß' if i % 2 else 'herb'}" for i in range(12)])
    desk = open_csv(text.encode(encoding), "früchte.csv")
    assert desk.find(QComboBox, "importEncodingChoice").currentData() == shown
    assert desk.find(QComboBox, "importDelimiterChoice").currentData() == ";"
    assert desk.find(QComboBox, "importDecimalChoice").currentData() == ","
    desk.accept()
    assert desk.data.own.names == ("Länge",)
    assert desk.data.own.labels == ("herb", "süß")
    assert targets_of(desk.data.own)[:2].tolist() == [0.0, 1.0]


def test_the_format_can_be_corrected(open_csv: Open, qtbot) -> None:
    desk = open_csv("1.5 , a\n2.5 , b\n3.5 , a\n4.5 , b\n5.5 , a")
    assert not desk.find(QCheckBox, "importHeader").isChecked()
    assert desk.preview.model().rowCount() == 5
    QTest.keyClick(desk.find(QCheckBox, "importHeader"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.preview.model().rowCount() == 4 and desk.confirm.isEnabled())
    assert desk.preview.model().headerData(0, Qt.Orientation.Horizontal) == "1.5"
    desk.choose("importDelimiter", "|")
    qtbot.waitUntil(lambda: desk.preview.model().columnCount() == 1 and bool(desk.error))
    assert not desk.confirm.isEnabled()


def test_columns_are_chosen_by_mouse_and_keyboard(open_csv: Open, qtbot) -> None:
    desk = open_csv("\n".join(iris()))
    desk.click(0, INPUT)
    qtbot.waitUntil(lambda: desk.holds(1, BECOMES) == "x1 = sepal width")
    assert desk.holds(0, BECOMES) == "–"
    desk.columns.setFocus()
    desk.columns.setCurrentIndex(desk.columns.model().index(1, TARGET))
    QTest.keyClick(desk.columns, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.holds(1, BECOMES) == "y = sepal width")
    assert desk.find(QComboBox, "importTaskChoice").currentData() == "regression"
    assert desk.columns.columns.inputs == (2, 3)


def test_without_an_input_the_reason_is_said(open_csv: Open, qtbot) -> None:
    desk = open_csv("a,b\n1,x\n2,y\n3,x\n4,y\n")
    desk.click(0, INPUT)
    qtbot.waitUntil(lambda: bool(desk.error))
    assert "at least one column as an input" in desk.error
    assert not desk.confirm.isEnabled()
    assert desk.confirm.toolTip() == desk.error
    desk.click(0, INPUT)
    qtbot.waitUntil(desk.confirm.isEnabled)
    assert desk.error == ""


def test_scaling_is_shown_with_its_formula(open_csv: Open, qtbot) -> None:
    desk = open_csv("age,y\n0,a\n10,b\n20,a\n40,b\n")
    assert desk.find(QComboBox, "importScalingChoice").currentData() == "standard"  # such numbers are too large
    desk.choose("importScaling", "range")
    qtbot.waitUntil(lambda: desk.holds(0, BECOMES) == "x1 = (age − 20) / 20")
    desk.accept()
    assert inputs_of(desk.data.own)[:, 0].tolist() == [-1.0, -0.5, 0.0, 1.0]
    assert (desk.data.own.shifts, desk.data.own.scales) == ((20.0,), (20.0,))


def test_a_regression_brings_a_linear_output_and_the_dialog_says_so(open_csv: Open) -> None:
    desk = open_csv("x,y\n" + "\n".join(f"{i / 10},{i * i / 50}" for i in range(20)), example="lecture")
    assert desk.documents.experiment.network.output == "tanh"
    assert "output becomes linear" in desk.find(QLabel, "importOutcome").text()
    desk.accept()
    experiment = desk.documents.experiment
    assert (experiment.network.output, experiment.training.loss) == ("linear", "half-squared")
    assert desk.data.own.labels == ()


def test_a_cell_that_cannot_be_used_is_named_and_shown(open_csv: Open, qtbot) -> None:
    lines = iris()
    lines[7] = "5.1,oops,1.4,0.2,setosa"
    lines[20] = "5.1,,1.4,0.2,setosa"
    desk = open_csv("\n".join(lines))
    assert "Line" in desk.error
    assert "sepal width" in desk.error
    assert desk.preview.rows.problem(6, 1) == "not a number"
    assert desk.preview.rows.problem(19, 1) == "no value"
    assert desk.preview.model().index(19, 1).data() == "missing"
    row = desk.preview.currentIndex().row()
    assert row in (6, 19)
    assert desk.preview.viewport().rect().intersects(desk.preview.visualRect(desk.preview.currentIndex()))
    desk.choose("importMissing", "skip")
    qtbot.waitUntil(lambda: "oops" in desk.error)
    desk.click(1, INPUT)  # without that column all is well
    qtbot.waitUntil(desk.confirm.isEnabled)
    assert desk.preview.rows.problem(6, 1) == ""


def test_a_ragged_row_is_shown_among_its_neighbours(open_csv: Open) -> None:
    lines = iris()
    lines[7] = "5.1,1.4,0.2,setosa"
    desk = open_csv("\n".join(lines))
    assert "Line 8" in desk.error
    assert not desk.confirm.isEnabled()
    row = desk.preview.rows.row_of(8)
    assert row is not None
    assert desk.preview.model().index(row, 0).data() == lines[7]
    assert desk.preview.rows.problem(row, 0)
    assert not desk.preview.rows.problem(row - 1, 0)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"\n\n \n", "empty"),
        (b"a,b\n1\x002,3\n", "NUL"),
        (b"PK\x03\x04whatever", "save the sheet as CSV"),
        (b'a,b\n"1,2\n3,4\n', "never closed"),
        (b"a,b\n1,x\n2,y\n3,x\n", "only 3 rows"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_table_ends_in_one_message(open_csv: Open, content: bytes | None, complaint: str) -> None:
    desk = open_csv(content)
    assert complaint in desk.error
    assert not desk.confirm.isEnabled()
    assert desk.confirm.toolTip() == desk.error
    assert desk.data.kind == "moons"


def test_rows_are_drawn_from_a_large_file_only_on_request(open_csv: Open, qtbot) -> None:
    desk = open_csv("x,y\n" + "\n".join(f"{i / 5000},{'ab'[i % 2]}" for i in range(MAX_POINTS + 2000)))
    assert "12\u2009000 rows" in desk.error
    assert not desk.confirm.isEnabled()
    QTest.keyClick(desk.find(QCheckBox, "importDraw"), Qt.Key.Key_Space)
    qtbot.waitUntil(desk.confirm.isEnabled)
    desk.accept()
    assert len(targets_of(desk.data.own)) == MAX_POINTS


def test_cancel_leaves_everything_as_it_is(open_csv: Open) -> None:
    desk = open_csv("\n".join(iris()))
    before = desk.documents.experiment
    QTest.keyClick(desk.dialog, Qt.Key.Key_Escape)
    assert not desk.dialog.isVisible()
    assert desk.documents.experiment is before


def test_cancel_while_the_file_is_read_ends_the_work(qtbot, qapp: QApplication, tmp_path: Path) -> None:
    theme, analysis, release = Theme("light"), Analysis(), Event()
    theme.apply(qapp)
    (tmp_path / "a.csv").write_text("\n".join(iris()))
    analysis.start(lambda report: release.wait(60))  # the thread has something else to do first
    dialog = ImportDialog(Documents(open_document("moons")), analysis, theme)
    desk = Desk(dialog._documents, dialog)
    dialog.open_file(tmp_path / "a.csv")
    job = dialog._job
    qtbot.waitUntil(desk.find(QProgressBar, "importProgress").isVisible)
    assert not desk.confirm.isEnabled()
    assert "being read" in desk.confirm.toolTip()
    QTest.mouseClick(desk.find(QPushButton, "importCancel"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    with qtbot.waitSignal(job.cancelled):
        release.set()
    assert desk.data.kind == "moons"
    analysis.close()
    theme.deleteLater()


@pytest.mark.parametrize(
    "name", ["importColumns", "importPreview", "importConfirm", "importHeader", "importMissingChoice"]
)
def test_every_part_is_reached_by_tab(open_csv: Open, name: str) -> None:
    desk = open_csv("\n".join(iris()))
    reached = set()
    for _ in range(20):
        QTest.keyClick(desk.dialog.focusWidget() or desk.dialog, Qt.Key.Key_Tab)
        reached.add((desk.dialog.focusWidget() or desk.dialog).objectName())
    assert name in reached


def test_the_window_trains_on_what_was_imported(qtbot, window: MainWindow, tmp_path: Path) -> None:
    analysis, theme = Analysis(), Theme("light")
    (tmp_path / "iris.csv").write_text("\n".join(iris()))
    dialog = ImportDialog(window.documents, analysis, theme, window)
    desk = Desk(window.documents, dialog)
    dialog.open_file(tmp_path / "iris.csv")
    qtbot.waitUntil(desk.confirm.isEnabled)
    desk.accept()
    qtbot.waitUntil(lambda: window.runs.frame is not None and len(window.runs.frame.sample_losses) == 30)
    assert window.runs.started.outputs == 3
    table = window.findChild(SampleTable, "sampleTable")
    qtbot.waitUntil(lambda: table.model().index(0, 6).data() in SPECIES)
    assert window.findChild(QLabel, "dataNote").text() == "iris.csv"
    analysis.close()


@pytest.mark.parametrize(
    ("header", "target", "task"),
    [
        ("x;y;lab", "lab", "classes"),
        ("x;y;c", "c", "classes"),
        ("lab;x;y", "lab", "regression"),  # its column holds other numbers here
        ("class_id;x;z", "class_id", "regression"),
        ("y;x1;x2", "y", "regression"),
        ("y;x;z", "z", "classes"),
        ("a;y;colour", "colour", "classes"),
        ("labour;wage;hours", "hours", "classes"),
        ("x1;x2;y", "y", "classes"),
    ],
)
def test_the_target_is_guessed_by_name_else_the_last(header: str, target: str, task: str) -> None:
    rows = [f"{i / 7:.3f};{i * i / 9:.3f};{i % 2}" for i in range(20)]
    data = "\n".join([header, *rows]).encode()
    table = read_table(data, sniff(data))
    choice = first_choice(table, column_kinds(table))
    assert table.names[choice.target] == target
    assert len(choice.inputs) == 2
    assert task_for(table, choice.target) == task


def test_classes_are_in_the_order_of_their_letters_whatever_their_dots(open_csv: Open) -> None:
    labels = ("Nuß", "Zwetschge", "Äpfel", "Birne", "Nub")
    rows = [f"{i};{i * 3 % 7};{labels[i % 5]}" for i in range(20)]
    desk = open_csv("\n".join(["a;b;fruit", *rows]))
    desk.accept()
    assert desk.data.own.labels == ("Äpfel", "Birne", "Nub", "Nuß", "Zwetschge")


def test_a_gap_far_down_has_room_for_its_word(open_csv: Open) -> None:
    lines = ["a,b,kind", *(f"{i % 9},{'' if i == 90 else i % 7},{i % 2}" for i in range(100))]
    desk = open_csv("\n".join(lines))
    column = 1
    assert desk.preview.model().index(90, column).data() == "missing"
    wide = desk.preview.fontMetrics().horizontalAdvance("missing")
    assert desk.preview.columnWidth(column) >= wide + 10


def test_what_is_to_be_predicted_is_said_in_plain_words(open_csv: Open) -> None:
    lines = ["a,b,price", *(f"{i},{i * i % 7},{i / 3:.3f}" for i in range(30))]
    desk = open_csv("\n".join(lines))
    assert desk.find(QLabel, "importOutcome").text().startswith("30 rows with 2 inputs. Regression: a number.")
