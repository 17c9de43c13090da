"""What the user does with exports: chooses a file, hears what became of it. The pictures are made elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.document_parts import Document
from core.errors import ChainruleError
from core.files import shown
from core.words import mark, tr
from gui.exports.clipboard import picture_parts, put_picture
from gui.exports.export_making import (
    Cancelled,
    Make,
    encoded,
    history_bytes,
    painted,
    prediction_bytes,
    program_bytes,
    ready,
    sheet_bytes,
    written,
)
from gui.exports.graph_picture import graph_dot, graph_drawing
from gui.exports.jobs import Job, Work
from gui.exports.paper import DrawingError, shrunk
from gui.exports.plot_picture import plot_csv, plot_drawing, plot_name
from gui.exports.report_pictures import Looks, lab_report
from gui.exports.targets import CODE_KINDS, CSV, HTML, KINDS, PICTURES, Kind
from gui.graph.graph_card import GraphCard
from gui.sheet_frames import Mode
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_UNFIT = re.compile(r"[^\w .,+-]+")  # in the name of a file that is proposed
SHRUNK = mark("Exported to {path} (smaller than life: it would be too large. SVG has no such limit.)")
EXPORTED = mark("Exported to {path}")
NO_RUN = mark("The run has not begun yet: there is nothing to be exported.")
NO_HISTORY = mark("The expression lab has no history: it belongs to training, in the network lab.")
NO_PREDICTIONS = mark("The expression lab has no predictions: it belongs to training, in the network lab.")


class ExportVerbs(QObject):
    """Each verb asks for a file unless it is given one, and makes it beside the window."""

    exported = Signal(str)  # the path that was written
    copied = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._last_job = 0
        self._waiting: dict[int, tuple[Path, Callable[[Document, Cancelled], bytes | None]]] = {}
        window.runs.document_made.connect(self._on_document_made)
        self._looks = Looks(Theme("light", parent=self), Theme("dark", parent=self))
        self._always_light = False
        self._folder: Path | None = None
        self._words = EXPORTED  # what has to be said of the export that is being prepared
        self._under_way: set[Job] = set()

    @property
    def busy(self) -> bool:
        """Whether something is still being made."""
        return bool(self._under_way)

    @property
    def always_light(self) -> bool:
        """Whether pictures are made for paper, however the window looks."""
        return self._always_light

    def toggle_light(self) -> None:
        """Light pictures always, or as the window looks."""
        self._always_light = not self._always_light

    # -- pictures -------------------------------------------------------------------------------------------------

    def export_graph(self, kind: str, target: Path | None = None) -> None:
        """The whole graph that is looked at, as `svg`, `pdf`, `png` or `dot`."""
        self._export(KINDS[kind], "graph", target, partial(self._graph_bytes, kind))

    def export_plot(self, widget: QWidget, kind: str, target: Path | None = None) -> None:
        """A plot as `svg`, `png` or `csv`."""
        self._export(KINDS[kind], plot_name(widget), target, partial(self._plot_bytes, widget, kind))

    def copy_graph(self, kind: str = "picture") -> None:
        """The whole graph to the clipboard: a `picture`, or its `dot`."""
        try:
            if kind == "dot":
                QGuiApplication.clipboard().setText(graph_dot(self._card()))
                self._say_copied(tr("The graph, as Graphviz source, is on the clipboard."))
                return
            drawing = graph_drawing(self._card(), self._look(), self._title(), self._window.theme.scale)
        except ChainruleError as error:
            self._tell(str(error))
            return
        self._run(tr("Drawing the graph …"), lambda cancelled: picture_parts(drawing), self._put_graph)

    def copy_plot(self, widget: QWidget, kind: str = "picture") -> None:
        """A plot to the clipboard: a `picture`, or its numbers as `csv`."""
        try:
            if kind == "csv":
                QGuiApplication.clipboard().setText(plot_csv(widget))
                self._say_copied(tr("The plot's table is on the clipboard."))
                return
            drawing = plot_drawing(widget, self._look())
        except ChainruleError as error:
            self._tell(str(error))
            return
        image, svg = picture_parts(drawing)
        drawing.discard()
        put_picture(image, svg)
        self._say_copied(tr("The plot is on the clipboard."))

    # -- tables and report ----------------------------------------------------------------------------------------

    def export_history(self, target: Path | None = None) -> None:
        """Loss, accuracy, what the test rows say and learning rate of every step of the run, as CSV."""
        path = target or self._ask(CSV, "history")
        if path is not None:
            try:
                self._require_network(NO_HISTORY)
            except ChainruleError as error:
                self._tell(str(error))
            else:
                self._with_document(path, history_bytes)

    def export_predictions(self, target: Path | None = None) -> None:
        """Inputs, target, output and loss of every sample, as CSV."""
        self._export(CSV, "predictions", target, self._prediction_bytes)

    def export_report(self, target: Path | None = None) -> None:
        """All of it on one HTML page."""
        self._export(HTML, "report", target, self._report_bytes)

    def export_code(self, key: str, target: Path | None = None, *, now: bool = False) -> None:
        """What the window does as a program: `pytorch`, `micrograd` or `notebook`; `now`: from the present step on."""
        path = target or self._ask(CODE_KINDS[key], key)
        if path is None:
            return
        sheet = self._window.sheets.sheet
        if self._window.documents.mode is Mode.NETWORK:
            self._with_document(path, partial(program_bytes, key, now))
        elif sheet is not None:
            self._write_beside(path, partial(sheet_bytes, key, sheet))

    def _with_document(self, path: Path, make: Callable[[Document, Cancelled], bytes | None]) -> None:
        """Write what is made of the document with its run, as it stands now."""
        self._last_job += 1
        self._waiting[self._last_job] = path, make
        self._window.runs.ask_document(self._last_job)

    @Slot(int, object)
    def _on_document_made(self, number: int, document: Document) -> None:
        if number not in self._waiting:  # somebody else has asked for it
            return
        path, make = self._waiting.pop(number)
        self._write_beside(path, partial(make, document))

    def _write_beside(self, path: Path, make: Make) -> None:
        title = tr("Exporting {name} …", name=shown(path.name))
        self._run(title, partial(written, path, make), partial(self._say_exported, EXPORTED))

    # -- making ---------------------------------------------------------------------------------------------------

    def _graph_bytes(self, kind: str) -> Make:
        card = self._card()
        if kind == "dot":
            return partial(encoded, graph_dot(card))
        drawing = graph_drawing(card, self._look(), self._title(), self._window.theme.scale)
        self._words = SHRUNK if shrunk(drawing, kind) else EXPORTED
        return partial(painted, PICTURES[kind], drawing)

    def _plot_bytes(self, widget: QWidget, kind: str) -> Make:
        """Drawn here and now: a plot is a widget, and small."""
        if kind == "csv":
            return partial(encoded, plot_csv(widget))
        drawing = plot_drawing(widget, self._look())
        data = PICTURES[kind](drawing)
        drawing.discard()
        return partial(ready, data)

    def _prediction_bytes(self) -> Make:
        self._require_network(NO_PREDICTIONS)
        frame, started = self._window.runs.frame, self._window.runs.started
        if frame is None or started is None:
            raise DrawingError(tr(NO_RUN))
        return partial(prediction_bytes, self._window.documents.experiment, started.points, frame)

    def _report_bytes(self) -> Make:
        return lab_report(self._window, self._window.files.title, self._looks).html

    def _require_network(self, refusal: str) -> None:
        """Raises DrawingError with this text in the other lab."""
        if self._window.documents.mode is not Mode.NETWORK:
            raise DrawingError(tr(refusal))

    def _card(self) -> GraphCard:
        """That of the open lab."""
        window = self._window
        return window.network.graph if window.documents.mode is Mode.NETWORK else window.expression.graph

    def _look(self) -> Theme:
        dark = self._window.theme.dark and not self._always_light
        return self._looks.dark if dark else self._looks.light

    def _title(self) -> str:
        """What the picture is called inside its file."""
        name, frame = self._window.files.title, self._window.runs.frame
        if frame is None or self._window.documents.mode is not Mode.NETWORK:
            return tr("Graph of {title}", title=name)
        return tr("Graph of {title}, step {step}", title=name, step=frame.step)

    # -- files ----------------------------------------------------------------------------------------------------

    def _export(self, kind: Kind, what: str, target: Path | None, prepare: Callable[[], Make]) -> None:
        """Ask for the file first: what is asked for is then made of what is on screen when it was answered."""
        path = target or self._ask(kind, what)
        if path is None:
            return
        self._words = EXPORTED
        try:
            make = prepare()
        except ChainruleError as error:
            self._tell(str(error))
            return
        done = partial(self._say_exported, self._words)
        self._run(tr("Exporting {name} …", name=shown(path.name)), partial(written, path, make), done)

    def _ask(self, kind: Kind, what: str) -> Path | None:
        """A file to write; one that exists only if the user has said so."""
        name = _UNFIT.sub("-", f"{self._window.files.title} {what}").strip(" .-")[:120] + kind.suffix
        dialog = QFileDialog(self._window, tr("Export as {kind}", kind=tr(kind.title)), str(self._start()), kind.filter)
        dialog.setObjectName("exportDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(kind.name)
        dialog.selectFile(name)
        accepted = bool(dialog.exec())
        chosen = dialog.selectedFiles()
        dialog.deleteLater()
        if not accepted or not chosen:
            return None
        path = kind.path(chosen[0])
        self._folder = path.parent
        if path != Path(chosen[0]) and path.exists() and not self._may_replace(path):
            return None  # the dialog has asked for another name than this
        return path

    def _start(self) -> Path:
        """The folder of the export before, or of the document, or the user's own."""
        if self._folder is not None and self._folder.is_dir():
            return self._folder
        if self._window.files.path is not None:
            return self._window.files.path.parent
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))

    def _may_replace(self, path: Path) -> bool:
        question = tr("{name} already exists. Do you want to replace it?", name=shown(path.name))
        return QMessageBox.question(self._window, tr("Export"), question) == QMessageBox.StandardButton.Yes

    # -- beside the window ----------------------------------------------------------------------------------------

    def _run(self, title: str, work: Work, done: Callable[[object], None]) -> None:
        job = Job(self._window, title, work, done, self._tell)
        self._under_way.add(job)
        job.ended.connect(self._on_ended)
        job.start()

    def _on_ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            self._under_way.discard(job)

    def _put_graph(self, parts: object) -> None:
        assert isinstance(parts, tuple)
        image, svg = parts
        assert isinstance(image, QImage)
        put_picture(image, svg)
        self._say_copied(tr("The graph is on the clipboard."))

    def _say_exported(self, words: str, path: object) -> None:
        self._window.status.say(tr(words, path=path))
        self.exported.emit(str(path))

    def _say_copied(self, words: str) -> None:
        self._window.status.say(words)
        self.copied.emit()

    def _tell(self, problem: str) -> None:
        QMessageBox.warning(self._window, tr("Export"), problem)
