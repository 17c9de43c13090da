"""The data panel: which points to train on, with their parameters, or the rows themselves."""

from __future__ import annotations

import random
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.datasets import DATASET_TITLES, dataset_of
from core.errors import ChainruleError
from core.experiment import DataKind, DataSpec, Experiment, OwnRows
from core.own_data.titles import input_titles
from core.shape import input_count
from core.words import mark, tr
from gui.frames import Frame, Points
from gui.panels.data_kinds import DataKinds
from gui.panels.data_own import OwnSummary, own_columns, own_title
from gui.panels.data_rows import DataRows
from gui.panels.sample_table import SampleTable
from gui.session.data_fit import change_data
from gui.session.documents import Documents
from gui.session.own_data import OwnData
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.text import ElidedLabel, TextLabel

if TYPE_CHECKING:
    from gui.session.runs import Runs

SEEDS = 10_000  # new seeds are below this: short ones are easier to tell to others
NOTES: dict[DataKind, str] = {
    "lecture": mark("the lecture's four rows, fixed"),
    "moons-demo": mark("the demo's 100 points, fixed"),
}
PLANE = 2  # inputs: such rows are points on the decision boundary and need no table
MENU = (  # name, text, tooltip
    ("importData", mark("Import data…"), mark("Rows from a CSV file: choose columns, classes and scaling")),
    ("copyPoints", mark("Copy points"), mark("All rows as text, for a spreadsheet or an editor")),
    ("pastePoints", mark("Paste points"), mark("Rows from the clipboard in place of the present ones")),
    (
        "makeOwn",
        mark("Make these points my own"),
        mark("So that they can be changed one by one; noise and seed then have no say"),
    ),
)


class DataPanel(QWidget):
    """Shows and changes the DataSpec of the document; the table of a small data set follows the run."""

    import_requested = Signal()

    def __init__(
        self, runs: Runs, documents: Documents, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = mark("Data")
        self.header = _Note(theme)
        self._documents = documents
        self._own_data = OwnData(documents)
        self._selection = selection
        self._theme = theme
        self._frame: Frame | None = runs.frame  # the newest
        self._shown: tuple[DataSpec, bool] | None = None  # and whether the output is a sigmoid
        self._own: OwnRows | None = None  # the last own rows of this document, to come back to
        self._kinds = DataKinds(theme)
        self._message = TextLabel("", "mute")
        self._summary = OwnSummary(theme)
        self._table = SampleTable(theme)
        self._rows = DataRows(theme)
        self._actions = {name: self._action(tr(text), tr(tip), name) for name, text, tip in MENU}
        self._lay_out()
        self._connect(runs)
        self._on_theme_changed()
        self._show(documents.experiment)

    def _action(self, text: str, tooltip: str, name: str) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setToolTip(tooltip)
        self._kinds.menu_button.menu.addAction(action)
        return action

    def _lay_out(self) -> None:
        self._message.setObjectName("dataMessage")
        self._message.setWordWrap(True)
        self._message.hide()
        self._kinds.menu_button.menu.setToolTipsVisible(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self._kinds, self._message, self._summary, self._table, self._rows):
            self._column.addWidget(part)
        self._column.addStretch(1)

    def _connect(self, runs: Runs) -> None:
        self._kinds.kind_chosen.connect(self._on_kind_chosen)
        self._summary.import_requested.connect(self.import_requested)
        self._table.sample_chosen.connect(self._selection.select_sample)
        self._rows.changed.connect(self._on_changed)
        self._rows.dice_thrown.connect(self._on_dice)
        self._rows.show_test_chosen.connect(self._selection.set_show_test)
        self._actions["importData"].triggered.connect(self._on_import)
        self._actions["copyPoints"].triggered.connect(self.copy_points)
        self._actions["pastePoints"].triggered.connect(self.paste_points)
        self._actions["makeOwn"].triggered.connect(self._on_make_own)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        self._documents.opened.connect(self._on_opened)
        self._selection.sample_changed.connect(self._table.show_sample)
        self._selection.show_test_changed.connect(self._rows.set_show_test)
        self._rows.set_show_test(self._selection.show_test)
        runs.frame_ready.connect(self._on_frame_ready)
        self._theme.changed.connect(self._on_theme_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_numbers()

    @Slot()
    def copy_points(self) -> None:
        """All rows as text, to the clipboard."""
        QGuiApplication.clipboard().setText(self._own_data.copy_text())

    @Slot()
    def paste_points(self) -> None:
        """Rows from the clipboard; what is wrong with them stands under the pictures until the data change."""
        try:
            self._own_data.paste_text(QGuiApplication.clipboard().text())
        except ChainruleError as error:
            self._tell(str(error), "error")

    def _change(self, name: str, **changes: object) -> None:
        """Change the data; what of the network had to follow is said until they change again."""
        self._tell(change_data(self._documents, name, **changes), "mute")

    def _tell(self, text: str, role: Literal["mute", "error"]) -> None:
        self._message.set_role(role)
        self._message.setText(text)
        self._message.setVisible(bool(text))

    def _show(self, experiment: Experiment) -> None:
        spec, sigmoid = experiment.data, experiment.network.output == "sigmoid"
        if (spec, sigmoid) == self._shown:
            return
        self._shown = spec, sigmoid
        self._own = spec.own or self._own
        self._tell("", "mute")
        self._kinds.show_kind(spec.kind, self._own)
        self._rows.show_spec(spec)
        self._actions["makeOwn"].setEnabled(spec.own is None)
        if spec.own is not None:
            self._summary.show_rows(spec.own)
            self.header.setText(own_title(spec.own))
        else:
            self.header.setText(tr(NOTES.get(spec.kind, DATASET_TITLES[spec.kind])))
        has_table = spec.kind in ("lecture", "own") and input_count(spec) != PLANE
        if has_table:
            self._show_rows(experiment)
        self._show_parts(
            (self._summary, spec.own is not None),
            (self._table, has_table),
            (self._rows, spec.kind != "lecture" or spec.test_share > 0.0),
        )
        self._show_numbers()

    def _show_rows(self, experiment: Experiment) -> None:
        """Fill the table with the rows to train on."""
        data, own = dataset_of(experiment), experiment.data.own
        points = Points(data.inputs, data.targets, data.names, data.task, data.labels, data.threshold)
        tips = tuple(own_columns(own)) if own is not None else ()
        self._table.show_points(points, tips, input_titles(experiment.data))
        self._table.show_sample(self._selection.sample)

    @staticmethod
    def _show_parts(*parts: tuple[QWidget, bool]) -> None:
        """What goes is hidden before what comes is shown: for an instant both would make the window grow."""
        for part, wanted in sorted(parts, key=itemgetter(1)):
            part.setVisible(wanted)

    def _show_numbers(self) -> None:
        if self._frame is not None and not self._table.isHidden():
            self._table.samples.set_numbers(self._frame.predictions, self._frame.sample_losses)

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        self._frame = frame
        if self.isVisible():
            self._show_numbers()

    @Slot(Experiment, Experiment)
    def _on_experiment_changed(self, _: Experiment, experiment: Experiment) -> None:
        self._show(experiment)

    @Slot(Experiment)
    def _on_opened(self, experiment: Experiment) -> None:
        self._own, self._shown = None, None
        self._show(experiment)

    @Slot(str)
    def _on_kind_chosen(self, kind: str) -> None:
        if kind != "own":
            self._change(tr("data set {kind}", kind=kind), kind=kind, own=None)
        elif self._own is not None:
            self._change(tr("own data"), kind=kind, own=self._own)
        else:
            self.import_requested.emit()

    @Slot(str, str, object)
    def _on_changed(self, name: str, field: str, value: object) -> None:
        self._change(name, **{field: value})

    @Slot()
    def _on_dice(self) -> None:
        self._change(tr("seed of the data"), seed=random.randrange(SEEDS))

    @Slot()
    def _on_import(self) -> None:
        self.import_requested.emit()

    @Slot()
    def _on_make_own(self) -> None:
        self._own_data.to_own()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(4))


class _Note(ElidedLabel):
    """What the data are, at the right of the card's title; a file's long name never makes the card wider."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("", "label")
        self.setObjectName("dataNote")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._theme = theme

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(40), super().minimumSizeHint().height())
