"""The lecture's examples as texts, one file each in resources/snippets.

To add one, write its file and a line in `index.json`, which gives the order, the titles and the parts.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from core.errors import UnknownNameError
from core.expression.nearest import did_you_mean, nearest
from core.words import tr


class Snippet(msgspec.Struct, frozen=True):
    """One example."""

    name: str
    title: str
    part: str  # of the lecture, as a menu shows it: `3 · Backpropagation by hand`
    text: str


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: str
    part: str


@cache
def snippets() -> tuple[Snippet, ...]:
    """In the order in which a learner meets them; those of one part stand together."""
    folder = files("resources").joinpath("snippets")
    entries = msgspec.json.decode(folder.joinpath("index.json").read_bytes(), type=list[_Entry])
    return tuple(
        Snippet(entry.name, entry.title, entry.part, folder.joinpath(f"{entry.name}.txt").read_text(encoding="utf-8"))
        for entry in entries
    )


def snippet(name: str) -> Snippet:
    """The snippet of this name. Raises UnknownNameError."""
    for each in snippets():
        if each.name == name:
            return each
    near = nearest(name, (each.name for each in snippets()))
    raise UnknownNameError(tr("There is no snippet '{name}'.", name=name) + did_you_mean(near))
