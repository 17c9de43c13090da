"""Rows that a person changes by hand: painted, pasted, copied. Every change is one of the document, to be undone."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.datasets import make_dataset
from core.experiment import MIN_POINTS, OwnRows
from core.own_data.own_rows import inputs_of, own_rows, targets_of
from core.shape import labels_of, lineage, task_of
from core.words import mark, tr
from gui.session.data_fit import change_data
from gui.session.documents import Documents, Gesture

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]

PASTED = mark("pasted points")  # where rows come from that have nothing in common with those before
PASTE = mark("paste points")


class PresentRows(NamedTuple):
    """All rows of the data, training and test rows together, in their order."""

    inputs: Array  # (rows, inputs)
    targets: Array  # (rows,): the index of the class; of a regression a number
    labels: tuple[str, ...]  # of the classes, index 0 of two is −1; none for a regression


class OwnData:
    """What can be done with the rows of the document. Nothing is kept here: the document has it all."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def rows(self) -> PresentRows:
        """The rows as they are, whichever kind of data they belong to; the arrays cannot be written to."""
        data = self._documents.experiment.data
        if data.own is not None:
            return PresentRows(inputs_of(data.own), targets_of(data.own), data.own.labels)
        made = make_dataset(msgspec.structs.replace(data, test_share=0.0))
        match task_of(data):
            case "signs":
                targets = np.where(made.targets > 0.0, 1.0, 0.0)
            case "classes":
                targets = made.targets.argmax(axis=1).astype(float)
            case _:
                targets = made.targets
        return PresentRows(made.inputs, targets, labels_of(data))

    def replace_rows(self, name: str | Gesture, inputs: Array, targets: Array, labels: tuple[str, ...]) -> None:
        """Other rows in place of the present ones, as one step of undo called `name`; a Gesture's changes are one.

        `targets` are as in PresentRows. The rows keep their origin and what is drawn of the plane, which only grows
        where a row lies outside: so training goes on with its weights. Raises ExperimentError for fewer than four rows.
        """
        present = self._as_own()
        if inputs.shape[1] != len(present.names):  # nothing of the columns holds any more
            own = own_rows(present.origin, inputs, targets, labels=labels)
        else:
            scaled = len(present.names) + (not labels)  # the target's scale is that of a regression
            own = own_rows(
                present.origin,
                inputs,
                targets,
                names=present.names,
                labels=labels,
                target_name=present.target_name,
                shifts=present.shifts[:scaled],
                scales=present.scales[:scaled],
                extent=_grown(present.extent, inputs),
            )
        change_data(self._documents, name, kind="own", own=own)

    def to_own(self) -> None:
        """Make own rows of the built-in data, to be changed one by one. Own rows stay as they are."""
        if self._documents.experiment.data.own is None:
            change_data(self._documents, tr("own rows"), kind="own", own=self._as_own())

    def copy_text(self) -> str:
        """All rows as text: a line each under a header, tabs between, so that a spreadsheet takes them as cells."""
        from core.own_data.point_text import to_text  # it reads tables, too: a launch need not wait for that

        return to_text(*self.rows())

    def paste_text(self, text: str) -> None:
        """The rows of a text in place of the present ones, as one step of undo.

        Those with as many columns are of the present classes; they keep their origin, so that training goes on with its
        weights. A table with another number of columns is other data, with classes of its own.
        Raises TableError for what are no such points, ExperimentError for fewer than four.
        """
        from core.own_data.point_text import WidthError, from_text

        present = self.rows()
        try:
            points = from_text(text, present.inputs.shape[1], present.labels)
        except WidthError:
            points = from_text(text)
            own = own_rows(PASTED, points.inputs, points.targets, labels=points.labels)
            change_data(self._documents, Gesture(tr(PASTE)), kind="own", own=own)
        else:
            self.replace_rows(Gesture(tr(PASTE)), points.inputs, points.targets, points.labels)

    def clear(self) -> None:
        """Take away all rows but the four that training cannot do without: of each class in turn its first ones."""
        rows = self.rows()
        kept = np.sort(_turns(rows)[:MIN_POINTS])
        self.replace_rows(Gesture(tr("clear points")), rows.inputs[kept], rows.targets[kept], rows.labels)

    def _as_own(self) -> OwnRows:
        """The present rows as own ones, with the extent that is drawn now."""
        data = self._documents.experiment.data
        extent = make_dataset(data).extent
        if data.own is not None:
            return msgspec.structs.replace(data.own, extent=extent)
        rows = self.rows()
        return own_rows(lineage(data), rows.inputs, rows.targets, labels=rows.labels, extent=extent)


def _turns(rows: PresentRows) -> NDArray[np.intp]:
    """The rows' numbers: the first of each class, then the second of each …; of a regression in their order."""
    if not rows.labels:
        return np.arange(len(rows.targets))
    turn = np.zeros(len(rows.targets), dtype=int)
    for label in range(len(rows.labels)):
        members = rows.targets == label
        turn[members] = np.arange(np.count_nonzero(members))
    return np.argsort(turn, kind="stable")


def _grown(extent: Extent | None, inputs: Array) -> Extent | None:
    """The extent, larger where a row lies outside."""
    if extent is None or not len(inputs):
        return extent
    (left, bottom), (right, top) = inputs.min(axis=0), inputs.max(axis=0)
    return (
        min(extent[0], float(left)),
        max(extent[1], float(right)),
        min(extent[2], float(bottom)),
        max(extent[3], float(top)),
    )
