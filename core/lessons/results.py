"""What a learner hands in: answers, attempts, times, and the document as it was at the end. Readable JSON.

marking.py judges the answers again; nothing here is believed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from core.document import Document, decode, encode
from core.errors import ChainruleError, DocumentError
from core.files import read_bytes, shown, write_bytes
from core.words import tr

SUFFIX = ".chainresult"
FORMAT = "chainrule-result"
MOST_BYTES = 64 * 2**20
LONGEST_NAME = 40  # letters of a learner's name in that of the file
_NO_NAME = re.compile(r"[\W_]+")  # what is neither letter nor digit
MOST_OBJECTS = 50_000  # braces before the document: an object takes more memory than its text

Seconds = Annotated[float, Meta(ge=0.0, le=1e9)]
Words = Annotated[str, Meta(max_length=400)]
Short = Annotated[str, Meta(max_length=200)]


class ResultError(DocumentError):
    """A result file that cannot be read or written."""


class Attempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer. What cannot be read as a number is no attempt."""

    answer: Words  # as typed; an address; the words of the choice; a bug's name; what was reached: `loss 0.0596`
    right: bool
    seconds: Seconds  # since the step was opened


class StepResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a step of the lesson went."""

    title: Short
    task: Literal["", "number", "pick", "choose", "reach", "separate", "bug", "do"] = ""  # empty: nothing was asked
    attempts: Annotated[tuple[Attempt, ...], Meta(max_length=1_000)] = ()
    solved: bool = False
    revealed: bool = False  # the solution was shown
    skipped: bool = False  # the learner went on without, and has not come back to solve it
    seconds: Seconds = 0.0  # in all


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A lesson as one learner went through it."""

    format: Literal["chainrule-result"] = "chainrule-result"
    version: Literal[1] = 1
    learner: Short = ""
    lesson: Short  # its id
    title: Short = ""
    language: Annotated[str, Meta(max_length=40)] = "en"
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]  # of the lesson's text
    seed: Annotated[int, Meta(ge=0, le=999_999)] | None = None  # of an exercise sheet
    begun: Annotated[str, Meta(max_length=40)] = ""  # date and time with its zone, ISO 8601
    ended: Annotated[str, Meta(max_length=40)] = ""
    steps: Annotated[tuple[StepResult, ...], Meta(max_length=40)] = ()
    document: msgspec.Raw = msgspec.Raw(b"null")  # as core.document writes it, or null

    @property
    def solved(self) -> int:
        """Tasks that were met."""
        return sum(step.solved for step in self.steps if step.task)


def result_name(lesson: str, learner: str) -> str:
    """A name for the file: `descent-ada.chainresult`, by the lesson's id and the learner's name."""
    name = _NO_NAME.sub("-", learner.lower())[:LONGEST_NAME].strip("-")
    return f"{lesson}{'-' if name else ''}{name}{SUFFIX}"


def with_document(result: Result, document: Document) -> Result:
    """The result with the document as it was at the end. Raises DocumentError."""
    return msgspec.structs.replace(result, document=msgspec.Raw(encode(document)))


def document_of_result(result: Result) -> Document | None:
    """The document in a result; None if it has none. Raises DocumentError."""
    data = bytes(result.document)
    return None if data.strip() == b"null" else decode(data, tr("The document in this result"))


def encode_result(result: Result) -> bytes:
    """The file's bytes. Raises ResultError for what `decode_result` would not read again."""
    data: bytes = msgspec.json.format(msgspec.json.encode(result), indent=1)
    decode_result(data)
    return data


def decode_result(data: bytes, name: str = "") -> Result:
    """Raises ResultError: a sentence about the file called `name`."""
    name = name or tr("This")
    if len(data) > MOST_BYTES:
        raise ResultError(
            tr("{name} is larger than {most} MB: this is no result.", name=name, most=MOST_BYTES // 2**20)
        )
    if data.count(b"{") > MOST_OBJECTS:
        raise ResultError(tr("{name} has more parts than a result can have.", name=name))
    try:
        return msgspec.json.decode(data, type=Result)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = " ".join(str(error).split())[:160]
        raise ResultError(tr("{name} is not a result of a Chainrule lesson: {said}.", name=name, said=said)) from None


def read_result(path: Path) -> Result:
    """Raises ResultError or FileError."""
    return decode_result(read_bytes(path, MOST_BYTES), shown(path.name))


def write_result(path: Path, result: Result) -> None:
    """All at once. Raises ResultError or FileError; the file is then as it was."""
    try:
        data = encode_result(result)
    except ChainruleError as error:
        raise ResultError(tr("This result cannot be saved: {error}", error=error)) from None
    write_bytes(path, data)
