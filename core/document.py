"""Documents in files: set-up, view and runs. JSON with a format and a version, validated, never executed.

A file is read with all its rules kept or not at all: who holds a Document can make trainers of it. The parts and
their rules are in document_parts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.document_parts import (
    FORMAT,
    VERSION,
    CheckpointRecord,
    Document,
    HistoryRecord,
    KeptRecord,
    RunRecord,
    View,
    check_document,
    fitted,
    packed,
    unpacked,
)
from core.document_tables import stored, tables_of, unstored
from core.errors import ChainruleError, DocumentError, UnknownNameError
from core.examples import example_names, load_example
from core.experiment import Experiment
from core.files import read_bytes, shown, write_bytes
from core.history import History
from core.run import Checkpoint, Run, Segment, needs_new_run
from core.trainer import Trainer
from core.words import tr

__all__ = [
    "SUFFIX",
    "Document",
    "KeptRecord",
    "RunRecord",
    "View",
    "decode",
    "document_of",
    "encode",
    "history_of",
    "open_document",
    "present_trainer",
    "read_document",
    "record_of",
    "trainer_of",
    "with_runs",
    "write_document",
]

SUFFIX = ".chainrule"
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""For each earlier version of the format, what turns its plain JSON into that of the next version."""

MAX_BYTES = 64 * 2**20
MAX_OBJECTS = 300_000  # braces in a file: an object takes far more memory than its text
STRETCH = 4 * 2**20  # bytes in which there is a quotation mark: no array is that long, and one letter can take 4 bytes
SAVED_CHECKPOINTS = 64  # of a run, evenly spaced, besides those where a segment begins
SAVED_CHECKPOINT_BYTES = 32 * 2**20  # of all runs; base64 makes them two thirds of the largest file
SAVED_TABLE_BYTES = 8 * 2**20  # of different own rows that a run was trained on, one after the other
SAVED_LOSSES = 20_000  # points of a run's curve


def open_document(name: str | Path) -> Document:
    """A built-in example by its name, or the document in a file.

    Raises UnknownNameError if it is neither, DocumentError if the file cannot be read or is not a sound document.
    """
    path = Path(name)
    if str(name) not in example_names() and (path.suffix.lower() in (SUFFIX, ".json") or _exists(path)):
        return read_document(path)
    try:
        return Document(experiment=load_example(str(name)))
    except UnknownNameError as error:
        raise UnknownNameError(tr("{error} (A file's name ends in {suffix}.)", error=error, suffix=SUFFIX)) from None


def read_document(path: Path) -> Document:
    """Read and validate a document. Raises DocumentError with a sentence that says what is wrong with the file."""
    return decode(read_bytes(path, MAX_BYTES), shown(path.name))


def write_document(path: Path, document: Document) -> None:
    """Save all at once. Raises DocumentError; the file is then as it was."""
    write_bytes(path, encode(document))


def encode(document: Document) -> bytes:
    """The file's bytes. Raises DocumentError for what `decode` would not read again."""
    try:
        check_document(document)
        data = msgspec.json.encode(stored(document))
        _check_size(data)
    except ChainruleError as error:
        raise DocumentError(tr("This cannot be saved: {error}", error=_short(error))) from None
    return data


def decode(data: bytes, name: str = "") -> Document:
    """The document in these bytes. Raises DocumentError: a sentence or two about the file called `name`."""
    name = name or tr("This")
    try:
        _check_size(data)
        document = unstored(_parsed(data))
        check_document(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError(
            tr("{name} is not a Chainrule document: {why}.", name=name, why=_why(data, error))
        ) from None
    except _NewerError:
        raise DocumentError(tr("{name} was written by a newer Chainrule: update to open it.", name=name)) from None
    except ChainruleError as error:
        raise DocumentError(
            tr("{name} is not a sound Chainrule document: {error}", name=name, error=_short(error))
        ) from None
    return document


def document_of(experiment: Experiment, view: View | None = None, trainers: Sequence[Trainer] = ()) -> Document:
    """A document of the network lab, as `with_runs` makes it."""
    return with_runs(Document(experiment=experiment, view=view or View()), trainers)


def with_runs(document: Document, trainers: Sequence[Trainer]) -> Document:
    """All that is to be saved, as it stands now; the last trainer is the one that goes on.

    Belongs to the thread of the trainers. A view that the experiment does not have becomes the first one.
    """
    room = SAVED_CHECKPOINT_BYTES // max(len(trainers) + len(document.kept), 1)
    runs = tuple(record_of(trainer, room) for trainer in trainers)
    kept = tuple(KeptRecord(each.name, _thinned(each.run, room)) for each in document.kept)
    return msgspec.structs.replace(document, view=fitted(document.view, document.experiment), runs=runs, kept=kept)


def record_of(trainer: Trainer, room: int = SAVED_CHECKPOINT_BYTES) -> RunRecord:
    """A run as it stands, with checkpoints of up to so many bytes. Belongs to the trainer's thread.

    One that was trained on more own rows than a file has room for begins with its present weights, as step 0.
    """
    run, history = trainer.run, trainer.run.history.thinned(SAVED_LOSSES)
    record = RunRecord(
        tuple(run.segments),
        tuple(_checkpoint_record(kept) for kept in _saved_checkpoints(run, room)),
        _checkpoint_record(trainer.present),
        HistoryRecord(packed(history.steps), packed(history.losses), history.stride),
    )
    tables = sum(len(table.inputs) + len(table.targets) for table in tables_of(record.segments))
    return record if tables <= SAVED_TABLE_BYTES else _without_past(record)


def history_of(record: RunRecord) -> History:
    """The losses of a saved run."""
    kept = record.history
    return History.restored(unpacked(kept.steps), unpacked(kept.losses), kept.stride)


def trainer_of(record: RunRecord) -> Trainer:
    """A trainer that goes on with a saved run, bit for bit, and can go back to each of its steps."""
    run = Run(list(record.segments), [_checkpoint(each) for each in record.checkpoints], history_of(record))
    return Trainer.restored(run, _checkpoint(record.present))


def present_trainer(document: Document) -> Trainer:
    """The trainer of the document's last run, on the document's experiment; without a run a new one."""
    if not document.runs or needs_new_run(document.runs[-1].segments[-1].experiment, document.experiment):
        return Trainer(document.experiment)
    trainer = trainer_of(document.runs[-1])
    if trainer.experiment != document.experiment:
        trainer.change(document.experiment)
    return trainer


class _NewerError(ChainruleError):
    """The file's version is above ours."""


class _Head(msgspec.Struct):
    """What says how to read the rest."""

    format: str
    version: int


_HEADS = msgspec.json.Decoder(_Head)
_DOCUMENTS = msgspec.json.Decoder(
    Document
)  # made here: it evaluates the annotations above, and opening evaluates nothing


def _parsed(data: bytes) -> Document:
    head = _HEADS.decode(data)
    if head.format == FORMAT and head.version > VERSION:
        raise _NewerError
    if head.format != FORMAT or head.version not in MIGRATIONS:
        return _DOCUMENTS.decode(data)
    plain = msgspec.json.decode(data)
    for version in range(head.version, VERSION):
        plain = MIGRATIONS[version](plain)
    return msgspec.convert(plain, Document)


def _check_size(data: bytes) -> None:
    """Refuse what would take too much time or memory to read, before it does."""
    if len(data) > MAX_BYTES:
        raise DocumentError(tr("it is larger than {most} MB.", most=MAX_BYTES // 2**20))
    if data.count(b"{") > MAX_OBJECTS:
        raise DocumentError(tr("it has more than {most} parts.", most=f"{MAX_OBJECTS:,}"))
    bare = data.replace(rb"\"", b"") if rb"\"" in data else data
    if any(bare.find(b'"', start, start + STRETCH) < 0 for start in range(0, len(bare) - STRETCH, STRETCH)):
        raise DocumentError(tr("it has more than {most} MB in one piece.", most=STRETCH // 2**20))


def _why(data: bytes, error: Exception) -> str:
    """What is wrong with JSON, in words."""
    if not data.strip():
        return tr("it is empty")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return tr("it begins with a byte order mark; save it as UTF-8 without one")
    if isinstance(error, UnicodeDecodeError):
        return tr("it is not text in UTF-8")
    if isinstance(error, RecursionError):
        return tr("it is nested too deeply")
    return _short(error).rstrip(".")


def _short(error: Exception) -> str:
    """An error's words on one line; they may repeat what a file says at any length."""
    words = str(error)
    return " ".join((words if len(words) <= 300 else f"{words[:200]} … {words[-80:]}").split())


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _without_past(record: RunRecord) -> RunRecord:
    last, present = record.segments[-1], record.present
    here = msgspec.structs.replace(present, step=0, segment=0)
    segment = Segment(0, last.experiment, last.kernel, present.epoch, present.position)
    return RunRecord((segment,), (here,), here, HistoryRecord(b"", b"", 1))


def _thinned(record: RunRecord, room: int) -> RunRecord:
    """With checkpoints of up to so many bytes, at least the first and the last."""
    kept = record.checkpoints
    largest = max(len(each.theta) + len(each.state) + len(each.accumulated) for each in kept)
    chosen = _evenly(len(kept), max(room // max(largest, 1), 2))
    return msgspec.structs.replace(record, checkpoints=tuple(kept[i] for i in chosen))


def _saved_checkpoints(run: Run, room: int) -> list[Checkpoint]:
    """Enough of them to go back quickly. Every step can be replayed from the first, so any may be left out but that."""
    kept, first_steps = run.checkpoints, {segment.first_step for segment in run.segments}
    chosen = set(_evenly(len(kept), SAVED_CHECKPOINTS))
    chosen |= {i for i, checkpoint in enumerate(kept) if checkpoint.step in first_steps}
    indices = sorted(chosen)
    most = max(room // max(checkpoint.nbytes for checkpoint in kept), 2)
    return [kept[indices[i]] for i in _evenly(len(indices), most)]


def _evenly(count: int, most: int) -> list[int]:
    """At most `most` indices into `count` things, the first and the last among them."""
    spread: list[int] = np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()
    return spread


def _checkpoint_record(kept: Checkpoint) -> CheckpointRecord:
    theta, state, accumulated = packed(kept.theta), packed(kept.state), packed(kept.accumulated)
    return CheckpointRecord(kept.step, kept.segment, theta, kept.epoch, kept.position, state, accumulated)


def _checkpoint(record: CheckpointRecord) -> Checkpoint:
    theta, state, accumulated = unpacked(record.theta), unpacked(record.state), unpacked(record.accumulated)
    return Checkpoint(record.step, record.segment, theta, record.epoch, record.position, state, accumulated)
