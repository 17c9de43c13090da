"""Own rows in a file: each table stands there once, however many segments of runs were trained on it.

In memory a DataSpec has the rows themselves, equal ones the same object. As stored, rows are in Document.tables, and a
DataSpec has a reference in their place: rows without inputs, whose origin is the number of the table, counted from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from core.document_parts import Document, KeptRecord, RunRecord
from core.errors import DocumentError
from core.experiment import DataSpec, Experiment, OwnRows
from core.run import Segment
from core.words import tr

_Change = Callable[[DataSpec], DataSpec]


def stored(document: Document) -> Document:
    """As the file has it."""
    numbers: dict[OwnRows, int] = {}

    def refer(data: DataSpec) -> DataSpec:
        if data.own is None:
            return data
        number = numbers.setdefault(data.own, len(numbers))
        return msgspec.structs.replace(data, own=OwnRows(str(number), (), b"", b""))

    changed = _with_data(document, refer)
    return msgspec.structs.replace(changed, tables=tuple(numbers))


def unstored(document: Document) -> Document:
    """As it is in memory. Raises DocumentError where a table is missing; the rows are not checked."""
    tables, known = document.tables, dict[OwnRows, OwnRows]()

    def resolve(data: DataSpec) -> DataSpec:
        own = data.own
        if own is None:
            return data
        if not own.names:
            own = _table(tables, own.origin)
        return msgspec.structs.replace(data, own=known.setdefault(own, own))

    return msgspec.structs.replace(_with_data(document, resolve), tables=())


def tables_of(segments: tuple[Segment, ...]) -> set[OwnRows]:
    """The different rows that these segments were trained on."""
    return {segment.experiment.data.own for segment in segments if segment.experiment.data.own is not None}


def experiments_of(document: Document) -> Iterator[Experiment]:
    """Its own, and those of all its runs."""
    yield document.experiment
    for run in (*document.runs, *(kept.run for kept in document.kept)):
        for segment in run.segments:
            yield segment.experiment


def _table(tables: tuple[OwnRows, ...], number: str) -> OwnRows:
    if len(number) > 6 or not (number.isascii() and number.isdigit()) or int(number) >= len(tables):
        raise DocumentError(tr("it has no table '{number}' of own rows.", number=number[:40]))
    return tables[int(number)]


def _with_data(document: Document, change: _Change) -> Document:
    """The document with every DataSpec changed."""
    if all(experiment.data.own is None for experiment in experiments_of(document)):
        return document
    return msgspec.structs.replace(
        document,
        experiment=_experiment(document.experiment, change),
        runs=tuple(_run(run, change) for run in document.runs),
        kept=tuple(KeptRecord(kept.name, _run(kept.run, change)) for kept in document.kept),
    )


def _run(run: RunRecord, change: _Change) -> RunRecord:
    segments = tuple(
        msgspec.structs.replace(segment, experiment=_experiment(segment.experiment, change)) for segment in run.segments
    )
    return msgspec.structs.replace(run, segments=segments)


def _experiment(experiment: Experiment, change: _Change) -> Experiment:
    return msgspec.structs.replace(experiment, data=change(experiment.data))
