"""What a document in a file is, in a few words, without reading all of it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.datasets import DATASET_TITLES
from core.document import MAX_BYTES
from core.errors import DocumentError
from core.files import read_bytes
from core.words import tr

LONGEST = 60  # characters of a name
_TITLES = {str(kind): title for kind, title in DATASET_TITLES.items()}


class _Data(msgspec.Struct):
    kind: str = ""


class _Experiment(msgspec.Struct):
    name: str = ""
    data: _Data = msgspec.field(default_factory=_Data)


class _Present(msgspec.Struct):
    step: int = 0


class _Run(msgspec.Struct):
    present: _Present = msgspec.field(default_factory=_Present)


class _Outline(msgspec.Struct):
    """Of a document only what is said here; all else is passed over."""

    mode: str = "network"
    text: str = ""
    experiment: _Experiment = msgspec.field(default_factory=_Experiment)
    runs: tuple[_Run, ...] = ()


def about_document(path: Path) -> str:
    """`"moons" at step 1,200`, `the expression "a = 2.0"`; empty where the file does not say."""
    try:
        found = msgspec.json.decode(read_bytes(path, MAX_BYTES), type=_Outline)
    except (DocumentError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if found.mode == "expression":
        first = next((line.strip() for line in found.text.splitlines() if line.strip()), "")
        return tr('the expression "{line}"', line=_short(first)) if first else ""
    name = f'"{_short(found.experiment.name)}"' if found.experiment.name else tr("a network")
    title = _TITLES.get(found.experiment.data.kind, "")
    if title and title.casefold() != found.experiment.name.casefold():
        name += f" ({tr(title)})"
    return tr("{name} at step {step}", name=name, step=f"{found.runs[-1].present.step:,}") if found.runs else name


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
