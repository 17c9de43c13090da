"""Documents: an Experiment in a file. JSON with a format and a version, validated, never executed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.errors import DocumentError, UnknownNameError
from core.examples import example_names, load_example
from core.experiment import Experiment, check_experiment

SUFFIX = ".chainrule"
FORMAT = "chainrule"
VERSION = 1
MAX_BYTES = 64 * 2**20


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file holds."""

    format: str
    version: int
    experiment: Experiment


def open_document(name: str) -> Experiment:
    """A built-in example by its name, or the experiment in a file.

    Raises UnknownNameError if it is neither, DocumentError if the file cannot be read or is not a sound document.
    """
    if name in example_names():
        return load_example(name)
    path = Path(name)
    if path.suffix.lower() in (SUFFIX, ".json") or path.exists():
        return read_document(path).experiment
    try:
        return load_example(name)
    except UnknownNameError as error:
        raise UnknownNameError(f"{error} (A file's name ends in {SUFFIX}.)") from None


def read_document(path: Path) -> Document:
    """Read and validate a document. Raises DocumentError with a sentence that says what is wrong with the file."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"'{path.name}' is larger than {MAX_BYTES // 2**20} MB: this is no Chainrule document.")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"'{path}' cannot be read: {error.strerror or error}.") from None
    try:
        document = msgspec.json.decode(data, type=Document)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise DocumentError(f"'{path.name}' is not a Chainrule document: {error}.") from None
    if document.format != FORMAT:
        raise DocumentError(f"'{path.name}' is not a Chainrule document: its format is '{document.format[:40]}'.")
    if document.version > VERSION:
        raise DocumentError(
            f"'{path.name}' was written by a newer Chainrule (version {document.version} of the format)."
        )
    check_experiment(document.experiment)
    return document
