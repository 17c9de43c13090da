"""Editing points by hand: the tool, the class, the brush, and strokes as steps of undo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import ExperimentError, TableError
from core.experiment import Experiment
from core.own_data.point_text import from_text
from core.shape import input_count, labels_of, task_of
from core.words import mark, tr, trn
from gui.numbers import format_count
from gui.session.documents import Documents, Gesture
from gui.session.own_data import Array, OwnData, PresentRows
from gui.session.stroke import Ground, Place, Stroke, StrokeRows, Tool, kept_back

__all__ = ["Ground", "Painting", "Place", "StrokeRows", "Tool"]

MAX_PAINTED_CLASSES = 6
SIZES = (4.0, 60.0)  # the brush's radius, pixels at scale 1
COMMIT_MS = 120  # the document follows a stroke so often

_WORDS = {
    Tool.BRUSH: mark("paint points"),
    Tool.POINT: mark("add a point"),
    Tool.ERASE: mark("erase points"),
    Tool.MOVE: mark("move a point"),
}


class Painting(QObject):
    """The tools' settings, and strokes: the points follow at once, the document at intervals, as one step of undo."""

    editing_changed = Signal(bool)
    changed = Signal()  # tool, class, value or size
    stroke_begun = Signal()
    stroke_changed = Signal()  # its rows
    stroke_ended = Signal(bool)  # whether the document has all of it
    refused = Signal(str)  # a sentence for a person
    told = Signal(str)  # another one, of what was done

    def __init__(self, documents: Documents, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents = documents
        self._own = OwnData(documents)
        self._editing = False
        self._tool, self._label, self._size = Tool.BRUSH, 1, 16.0
        self._value = 1.0  # target of painted points of a regression
        self._stroke: Stroke | None = None
        self._strokes = 0
        self._timer = QTimer(self)
        self._timer.setInterval(COMMIT_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._commit)
        documents.experiment_changed.connect(self._on_experiment_changed)
        documents.opened.connect(self._on_opened)

    # -- settings -------------------------------------------------------------------------------------------------

    @property
    def editing(self) -> bool:
        return self._editing

    @property
    def possible(self) -> bool:
        """Points of one input or two can be painted."""
        return input_count(self._documents.experiment.data) <= 2

    @property
    def tool(self) -> Tool:
        return self._tool

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the classes; none for a regression."""
        return labels_of(self._documents.experiment.data)

    @property
    def label(self) -> int:
        """The class of painted points."""
        return min(self._label, max(len(self.labels) - 1, 0))

    @property
    def value(self) -> float:
        """The target of painted points of a regression with two inputs."""
        return self._value

    @property
    def size(self) -> float:
        """The brush's radius, in pixels at scale 1."""
        return self._size

    @property
    def takes_value(self) -> bool:
        """Whether targets are numbers that the picture does not show as heights."""
        data = self._documents.experiment.data
        return task_of(data) == "regression" and input_count(data) == 2

    def set_editing(self, editing: bool) -> None:
        if editing != self._editing:
            self.end()
            self._editing = editing
            self.editing_changed.emit(editing)

    def set_tool(self, tool: Tool) -> None:
        if tool is not self._tool:
            self.end()
            self._tool = tool
            self.changed.emit()

    def set_label(self, label: int) -> None:
        """Paint points of this class."""
        if 0 <= label < len(self.labels) and label != self._label:
            self._label = label
            self.changed.emit()

    def set_value(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self.changed.emit()

    def set_size(self, size: float) -> None:
        size = min(max(size, SIZES[0]), SIZES[1])
        if size != self._size:
            self._size = size
            self.changed.emit()

    def add_class(self) -> None:
        """One more class, without points yet, as a step of undo; it is the one to paint with."""
        labels = self.labels
        if not 2 <= len(labels) < MAX_PAINTED_CLASSES:
            return
        rows = self._own.rows()
        name = next(text for text in _class_names(labels) if text not in labels)
        if self._replace(Gesture(tr("add a class")), rows._replace(labels=(*labels, name))):
            self.set_label(len(labels))

    # -- strokes --------------------------------------------------------------------------------------------------

    @property
    def stroke(self) -> StrokeRows | None:
        """The rows as they are drawn now; None between two strokes."""
        return None if self._stroke is None else self._stroke.shown()

    def begin(self, at: Place, ground: Ground) -> None:
        """Begin a stroke of the tool at a place of the plot."""
        self.end()
        self._strokes += 1
        self.stroke_begun.emit()
        rows = self._own.rows()
        data = self._documents.experiment.data
        target = float(self.label) if rows.labels else self._value
        self._stroke = Stroke(
            rows, kept_back(data, len(rows.targets)), ground, Gesture(tr(_WORDS[self._tool])), self._tool, target,
            self._size, self._strokes,
        )  # fmt: skip
        self._after(self._stroke.start(at))

    def go_on(self, at: Place) -> None:
        """The pointer has gone to another place."""
        if self._stroke is not None:
            self._after(self._stroke.go_on(at))

    @Slot()
    def end(self) -> None:
        """The pointer is released: the document has all of the stroke now."""
        if self._stroke is None:
            return
        self._commit()
        if self._stroke is not None:
            self._stroke = None
            self.stroke_ended.emit(True)

    def _after(self, problem: str) -> None:
        stroke = self._stroke
        if problem:
            self.refused.emit(problem)
        if stroke is not None and stroke.ahead:
            self.stroke_changed.emit()
            if not self._timer.isActive():
                self._timer.start()

    @Slot()
    def _commit(self) -> None:
        """The document takes over what the stroke has made so far."""
        self._timer.stop()
        stroke = self._stroke
        if stroke is None or not stroke.ahead:
            return
        stroke.ahead = False
        rows = stroke.shown()
        if not self._replace(stroke.gesture, PresentRows(rows.inputs, rows.targets, stroke.labels)):
            self._stroke = None
            self.stroke_ended.emit(False)

    # -- all at once ------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Take all points away but four, which training cannot do without."""
        self.end()
        try:
            self._own.clear()
        except ExperimentError as error:
            self.refused.emit(str(error))

    def text(self) -> str:
        """All points, to be copied."""
        return self._own.copy_text()

    def paste(self, text: str) -> None:
        """Add points that were copied, here or in a spreadsheet, of new classes too; `refused` says what is wrong.

        Those that are there already, exactly, are not added once more; `told` says how many were.
        """
        self.end()
        rows = self._own.rows()
        usual = float(self.label) if rows.labels else self._value
        try:
            read = from_text(text, rows.inputs.shape[1], rows.labels, usual=usual, new_classes=True)
        except TableError as error:
            self.refused.emit(str(error))
            return
        is_new = _new_rows(rows, read.inputs, read.targets)
        new = int(is_new.sum())
        inputs = np.concatenate((rows.inputs, read.inputs[is_new]))
        targets = np.concatenate((rows.targets, read.targets[is_new]))
        if not new or self._replace(Gesture(tr("paste points")), PresentRows(inputs, targets, read.labels)):
            self.told.emit(_pasted(new, len(is_new) - new))

    def _replace(self, gesture: Gesture, rows: PresentRows) -> bool:
        try:
            self._own.replace_rows(gesture, *rows)
        except ExperimentError as error:
            self.refused.emit(str(error))
            return False
        return True

    @Slot(Experiment, Experiment)
    def _on_experiment_changed(self, before: Experiment, after: Experiment) -> None:
        if self._editing and not self.possible:
            self.set_editing(False)
        elif before.data != after.data:
            self.changed.emit()

    @Slot()
    def _on_opened(self) -> None:
        """Another document: what was being drawn belongs to the one before."""
        self._timer.stop()
        if self._stroke is not None:
            self._stroke = None
            self.stroke_ended.emit(False)
        self.set_editing(False)
        self.changed.emit()


def _new_rows(present: PresentRows, inputs: Array, targets: Array) -> NDArray[np.bool_]:
    """Which of these rows are not among the present ones."""
    known = set(map(tuple, np.column_stack((present.inputs, present.targets)).tolist()))
    pasted = np.column_stack((inputs, targets)).tolist()
    return np.array([tuple(row) not in known for row in pasted], dtype=np.bool_)


def _pasted(new: int, known: int) -> str:
    """What came of pasting, in a sentence."""
    shown = format_count(new)
    if not known:
        return trn("{shown} point added.", "{shown} points added.", new, shown=shown)
    if not new:
        return tr("No point added: all of them are here already.")
    points = trn("{shown} point", "{shown} points", new, shown=shown)
    return trn(
        "{points} added; {shown} was here already.",
        "{points} added; {shown} were here already.",
        known,
        points=points,
        shown=format_count(known),
    )


def _class_names(labels: tuple[str, ...]) -> list[str]:
    """Names for one more class, in the style of those that are there."""
    numbered = all(label.isdecimal() for label in labels)
    return [str(i) if numbered else tr("class {i}", i=i) for i in range(len(labels) + 1, 2 * len(labels) + 3)]
