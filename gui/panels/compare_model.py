"""The runs of a comparison as a table's model: the one that goes on first, live; then those that are kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtWidgets import QWidget

from core.changes import describe_change
from core.comparison_table import comparable, settings_table
from core.experiment import Experiment
from core.shape import task_of
from core.words import mark, tr
from gui.numbers import MISSING, format_count, format_number, format_percent
from gui.session.comparison import Comparison, KeptRun
from gui.session.documents import Documents
from gui.session.runs import Runs

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

BEST = Role.UserRole + 1
"""Whether the cell has the best value of its column."""

SHOWN, NAME, STEP, LOSS, TEST_LOSS, ACCURACY = (
    "",
    mark("run"),
    mark("step"),
    mark("loss"),
    mark("test loss"),
    mark("accuracy"),
)
PRESENT = mark("this run")
_MEANINGS = {
    SHOWN: mark("Draw the curve and the boundary of this run"),
    NAME: mark("F2 or a double click renames a kept run"),
    STEP: mark("How many steps the run has taken"),
    LOSS: mark("Of all training rows, with penalties, at that step"),
    TEST_LOSS: mark("Of the rows kept back for testing, without penalties"),
    ACCURACY: mark("Of the rows kept back for testing where there are some, else of the training rows"),
}


@dataclass(frozen=True)
class Results:
    """How a run stands."""

    step: int | None = None
    loss: float | None = None
    test_loss: float | None = None
    accuracy: float | None = None

    def of(self, column: str) -> float | None:
        return {STEP: self.step, LOSS: self.loss, TEST_LOSS: self.test_loss, ACCURACY: self.accuracy}[column]


class CompareModel(QAbstractTableModel):
    """Columns: shown or not, name, results, and the settings that differ between the runs."""

    def __init__(self, comparison: Comparison, documents: Documents, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison, self._documents, self._runs = comparison, documents, runs
        self._columns: tuple[tuple[str, str], ...] = ()  # titles and what they mean
        self._settings: tuple[tuple[str, ...], ...] = ()  # texts of every row
        self._comparable = True
        comparison.changed.connect(self._on_changed)
        documents.experiment_changed.connect(self._on_changed)
        documents.opened.connect(self._on_changed)
        self._on_changed()

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(title for title, _ in self._columns)

    def run(self, row: int) -> KeptRun | None:
        """The kept run of a row; None for the one that goes on."""
        return self._comparison.kept[row - 1] if 1 <= row <= len(self._comparison.kept) else None

    def results(self, row: int) -> Results:
        """Of a row, as they are now."""
        run = self.run(row)
        if run is not None:
            return Results(run.step, run.loss, run.test_loss, run.accuracy)
        frame = self._runs.frame
        if frame is None:
            return Results()
        accuracy = frame.accuracy if frame.test_loss is None else frame.test_accuracy
        return Results(frame.step, frame.loss, frame.test_loss, accuracy)

    def tell_present(self) -> None:
        """The run that goes on has other numbers, and so another may be the best."""
        last = self.index(self.rowCount() - 1, self.titles.index(self._result_titles()[-1]))
        self.dataChanged.emit(self.index(0, self.titles.index(STEP)), last, [Role.DisplayRole])

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._settings)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.run(index.row()) is None:
            return flags
        title = self.titles[index.column()]
        if title == SHOWN:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if title == NAME else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, title = index.row(), self.titles[index.column()]
        if role in (Role.DisplayRole, Role.EditRole):
            return self.text(row, index.column())
        if role == Role.CheckStateRole:
            run = self.run(row)
            if title != SHOWN or run is None:
                return None
            return Qt.CheckState.Checked if run.shown else Qt.CheckState.Unchecked
        if role == BEST:
            return self._is_best(row, title)
        if role == Role.ToolTipRole:
            return self._tip(row, title)
        if role == Role.AccessibleTextRole:
            said = {"name": self._name(row), "title": _shown_title(title) or tr("shown")}
            said["text"] = self.text(row, index.column())
            is_best = self._is_best(row, title)
            return tr("{name}, {title} {text}, the best", **said) if is_best else tr("{name}, {title} {text}", **said)
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        run = self.run(index.row()) if index.isValid() else None
        if run is None:
            return False
        if role == Role.CheckStateRole:
            self._comparison.show(run, Qt.CheckState(value) is Qt.CheckState.Checked)
        elif role == Role.EditRole and self.titles[index.column()] == NAME:
            self._comparison.rename(run, str(value))
        else:
            return False
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        title, meaning = self._columns[section]
        return {Role.DisplayRole: _shown_title(title), Role.ToolTipRole: meaning}.get(Role(role))

    def text(self, row: int, column: int) -> str:
        """What a cell says."""
        title = self.titles[column]
        fixed = len(self._result_titles()) + 2
        if column >= fixed:
            return self._settings[row][column - fixed]
        if title in (SHOWN, NAME):
            return self._name(row) if title == NAME else ""
        value = self.results(row).of(title)
        if value is None:
            return MISSING
        if title == STEP:
            return format_count(int(value))
        return format_percent(value) if title == ACCURACY else format_number(value)

    @Slot()
    def _on_changed(self) -> None:
        """Other runs, or another set-up: the same cells where their number stays."""
        kept, present = self._comparison.kept, self._documents.experiment
        paths = [(present,), *(run.path for run in kept)]
        settings, texts = settings_table(paths)
        ends = [path[-1] for path in paths]
        titles = (SHOWN, NAME, *_results_of(ends))
        columns = (
            *((title, tr(_MEANINGS[title])) for title in titles),
            *((setting.title, _sentence(tr(setting.meaning))) for setting in settings),
        )
        same = columns == self._columns and len(texts) == len(self._settings)
        if not same:
            self.beginResetModel()
        self._columns, self._settings, self._comparable = columns, texts, comparable(ends)
        if same:
            self.dataChanged.emit(self.index(0, 0), self.index(len(texts) - 1, len(columns) - 1))
        else:
            self.endResetModel()

    def _result_titles(self) -> tuple[str, ...]:
        return tuple(title for title in self.titles if title in (STEP, LOSS, TEST_LOSS, ACCURACY))

    def _name(self, row: int) -> str:
        run = self.run(row)
        return tr(PRESENT) if run is None else run.name

    def _is_best(self, row: int, title: str) -> bool:
        """Of at least two different numbers that can be compared."""
        if title not in (LOSS, TEST_LOSS, ACCURACY) or (title != ACCURACY and not self._comparable):
            return False
        found = [self.results(each).of(title) for each in range(self.rowCount())]
        known = [value for value in found if value is not None and math.isfinite(value)]
        if len(set(known)) < 2:
            return False
        return found[row] == (max(known) if title == ACCURACY else min(known))

    def _tip(self, row: int, title: str) -> str | None:
        run = self.run(row)
        if title == SHOWN:
            return None if run is None else tr("Draw its curve and its boundary (Space)")
        if title == NAME:
            return None if run is None else _way(run)
        value = self.results(row).of(title) if title in (LOSS, TEST_LOSS) else None
        if value is None:
            return None
        return tr("{title} of {name}: {value}", title=tr(title), name=self._name(row), value=repr(value))


def _results_of(experiments: list[Experiment]) -> tuple[str, ...]:
    """Which results there are."""
    tested = any(experiment.data.test_share > 0.0 for experiment in experiments)
    judged = any(task_of(experiment.data) != "regression" for experiment in experiments)
    return (STEP, LOSS, *((TEST_LOSS,) if tested else ()), *((ACCURACY,) if judged else ()))


def _way(run: KeptRun) -> str:
    """Its name, and what was changed on its way."""
    lines = [run.name]
    for before, after in pairwise(run.record.segments):
        changes = describe_change(before.experiment, after.experiment)
        if changes:
            lines.append(tr("step {step}: {changes}", step=format_count(after.first_step), changes=changes))
    return "\n".join(lines)


def _shown_title(title: str) -> str:
    """What stands over a column; that of the check boxes has no title."""
    return tr(title) if title else ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
