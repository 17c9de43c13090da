"""The import of a CSV file: format, rows, columns and what comes of them, before anything is changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import msgspec
from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.errors import ChainruleError
from core.experiment import Experiment, OwnRows
from core.own_data.csv_reading import ColumnChoice, CsvFormat
from core.words import tr
from gui.panels.import_csv.card import Card
from gui.panels.import_csv.choices import Choices
from gui.panels.import_csv.columns import ColumnsTable
from gui.panels.import_csv.format_row import FormatRow
from gui.panels.import_csv.preview import PreviewTable
from gui.panels.import_csv.reading import Chosen, FileRead, Refusal, choosing, first_choice, reading
from gui.session.analysis import Analysis, Job
from gui.session.data_fit import fitted
from gui.session.documents import Documents
from gui.theme import Theme
from gui.widgets.text import TextLabel

SIZE = (980, 660)  # px at scale 1, as all below
MARGIN, GAP, CHOICES_WIDTH = 18, 10, 250
PATIENCE_MS = 300  # work that takes longer shows how far it is


class ImportDialog(QDialog):
    """Reads the file beside the window; the document changes once, when Import is pressed. Made for one file."""

    def __init__(self, documents: Documents, analysis: Analysis, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._documents, self._analysis, self._theme = documents, analysis, theme
        self._path = Path()
        self._job: Job | None = None
        self._read: FileRead | None = None
        self._choice: ColumnChoice | None = None
        self._own: OwnRows | None = None
        self._format, self._preview = FormatRow(theme), PreviewTable(theme)
        self._error = TextLabel("", "error")
        self._columns, self._choices = ColumnsTable(theme), Choices(theme)
        self._progress = QProgressBar()
        self._cancel, self._import = QPushButton(tr("Cancel")), QPushButton(tr("Import"))
        self._patience = QTimer(self)
        self._name_parts()
        self._lay_out()
        self._connect()
        self._on_theme_changed()

    def open_file(self, path: Path) -> None:
        """Show the dialog at once and read the file; it deletes itself when it is closed."""
        self._path = path
        self.setWindowTitle(tr("Import {name}", name=path.name))
        self.open()
        self._start_reading(None)

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._patience.stop()
        super().done(result)
        self.deleteLater()

    def _name_parts(self) -> None:
        self.setObjectName("importDialog")
        self.setWindowTitle(tr("Import"))
        self._error.setObjectName("importError")
        self._error.setWordWrap(True)
        self._error.hide()
        self._progress.setObjectName("importProgress")
        self._progress.setAccessibleName(tr("how far the file is read"))
        self._progress.setRange(0, 1000)
        self._progress.hide()
        self._cancel.setObjectName("importCancel")
        self._cancel.setToolTip(tr("Leave everything as it is (Esc)"))
        self._cancel.setAutoDefault(False)
        self._import.setObjectName("importConfirm")
        self._import.setDefault(True)
        self._import.setEnabled(False)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)

    def _lay_out(self) -> None:
        self._middle, self._foot = QHBoxLayout(), QHBoxLayout()
        self._middle.addWidget(Card(self._columns, self._theme), 1)
        self._middle.addWidget(self._choices)
        self._foot.addWidget(self._progress, 1)
        self._foot.addStretch(1)
        self._foot.addWidget(self._cancel)
        self._foot.addWidget(self._import)
        self._box = QVBoxLayout(self)
        self._box.addWidget(self._format)
        self._box.addWidget(Card(self._preview, self._theme), 3)
        self._box.addWidget(self._error)
        self._box.addLayout(self._middle, 2)
        self._box.addLayout(self._foot)

    def _connect(self) -> None:
        self._format.format_changed.connect(self._start_reading)
        self._columns.columns.choice_changed.connect(self._on_columns_changed)
        self._choices.choice_changed.connect(self._on_choices_changed)
        self._choices.task_chosen.connect(self._on_task_chosen)
        self._patience.timeout.connect(self._progress.show)
        self._cancel.clicked.connect(self.reject)
        self._import.clicked.connect(self._on_import)
        self._theme.changed.connect(self._on_theme_changed)

    # -- work beside the window -----------------------------------------------------------------------------------

    @Slot(object)
    def _start_reading(self, format: CsvFormat | None) -> None:
        data = self._read.data if self._read is not None else None
        job = self._start(reading(self._path, format, data), tr("The file is being read."))
        job.finished.connect(self._on_read)

    def _start_choosing(self) -> None:
        if self._read is None or self._read.table is None or self._choice is None:
            return
        job = self._start(choosing(self._read.table, self._choice, self._path.name), tr("The rows are being made."))
        job.finished.connect(self._on_chosen)

    def _start(self, task: object, reason: str) -> Job:
        """In place of the work under way. Nothing can be imported until it is done."""
        if self._job is not None:
            self._job.cancel()
        self._own = None
        self._import.setEnabled(False)
        self._import.setToolTip(reason)
        self._progress.setValue(0)
        self._patience.start()
        self._job = self._analysis.start(task)
        self._job.progressed.connect(self._on_progressed)
        self._job.refused.connect(self._on_refused)
        return self._job

    def _end_work(self) -> None:
        self._job = None
        self._patience.stop()
        self._progress.hide()

    @Slot(float, object)
    def _on_progressed(self, share: float, _: object) -> None:
        self._progress.setValue(round(1000 * share))

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        """Only a mistake of the program comes here; what is wrong with a file is a result."""
        if self.sender() is self._job:
            self._end_work()
            self._show_refusal(Refusal(reason))

    @Slot(object)
    def _on_read(self, result: object) -> None:
        self._end_work()
        if isinstance(result, Refusal):
            self._show_refusal(result)
            return
        read, is_first = cast(FileRead, result), self._read is None
        self._read = read
        self._format.show_format(read.format)
        self._preview.rows.show_file(read)
        if read.table is None:
            self._choice = None
            self._columns.columns.show_columns((), (), ColumnChoice((), 0))
            self._choices.setEnabled(False)
            self._choices.show_outcome(None, "")
            self._show_refusal(read.refusal or Refusal(tr("The file is no table.")))
            return
        self._choice = first_choice(read.table, read.kinds)
        self._columns.columns.show_columns(read.table.names, read.kinds, self._choice)
        self._choices.setEnabled(True)
        self._choices.show_choice(self._choice, read.table.sampled_from)
        if is_first:
            self._columns.setFocus()
        self._start_choosing()

    @Slot(object)
    def _on_chosen(self, result: object) -> None:
        self._end_work()
        chosen = cast(Chosen, result)
        self._choices.show_task(chosen.task)
        if self._choice is not None:
            self._preview.rows.show_choice(self._choice, chosen.task)
        self._columns.columns.show_rows(chosen.own)
        if chosen.own is None:
            self._choices.show_outcome(None, "")
            self._show_refusal(chosen.refusal or Refusal(tr("There are no rows.")))
            return
        self._choices.show_outcome(chosen.own, fitted(self._imported(chosen.own), self._documents)[1])
        too_many = self._choices.refuses_size
        self._show_refusal(Refusal(too_many) if too_many else None)
        self._own = None if too_many else chosen.own
        self._import.setEnabled(not too_many)

    # -- what a person does ---------------------------------------------------------------------------------------

    @Slot()
    def _on_columns_changed(self) -> None:
        columns = self._columns.columns
        if self._choice is not None:
            same = columns.target == self._choice.target
            task = self._choice.task if same else None  # another target is looked at anew
            self._choose(inputs=columns.inputs, target=columns.target, task=task)

    @Slot()
    def _on_choices_changed(self) -> None:
        self._choose(missing=self._choices.missing, scaling=self._choices.scaling)

    @Slot(str)
    def _on_task_chosen(self, task: str) -> None:
        self._choose(task=task)

    def _choose(self, **changes: object) -> None:
        if self._choice is not None:
            self._choice = replace(self._choice, **changes)
            self._start_choosing()

    @Slot()
    def _on_import(self) -> None:
        if self._own is None:
            return
        try:
            after, _ = fitted(self._imported(self._own), self._documents)
            self._documents.replace(tr("import {name}", name=self._path.name), after)
        except ChainruleError as error:
            self._show_refusal(Refusal(str(error)))
        else:
            self.accept()

    def _imported(self, own: OwnRows) -> Experiment:
        """The present experiment on these rows; the share kept back for testing stays."""
        experiment = self._documents.experiment
        data = msgspec.structs.replace(experiment.data, kind="own", own=own)
        return msgspec.structs.replace(experiment, data=data)

    def _show_refusal(self, refusal: Refusal | None) -> None:
        """What is wrong, under the rows, with its place in view; Import is off as long."""
        self._error.setText(refusal.message if refusal is not None else "")
        self._error.setVisible(refusal is not None)
        self._import.setEnabled(refusal is None and self._own is not None)
        self._import.setToolTip(refusal.message if refusal is not None else tr("Train on these rows (Enter)"))
        if refusal is not None:
            self._preview.show_place(refusal.line, refusal.column)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        margin = px(MARGIN)
        self._box.setContentsMargins(margin, margin, margin, margin)
        self._box.setSpacing(px(GAP))
        self._middle.setSpacing(px(2 * GAP))
        self._foot.setSpacing(px(GAP))
        self._choices.setFixedWidth(px(CHOICES_WIDTH))
        self.resize(QSize(px(SIZE[0]), px(SIZE[1])).boundedTo(self.screen().availableSize()))
