"""The built-in examples: Experiments ready to train, one readable JSON file each in resources/examples.

To add one, write its file and a line in `index.json`, which gives the order and the titles.
"""

from __future__ import annotations

import difflib
from importlib.resources import files
from types import MappingProxyType

import msgspec

from core.errors import UnknownNameError
from core.experiment import Experiment
from core.words import tr


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: str


_FOLDER = files("resources").joinpath("examples")
_TITLES = {
    entry.name: entry.title
    for entry in msgspec.json.decode(_FOLDER.joinpath("index.json").read_bytes(), type=list[_Entry])
}
EXAMPLES: MappingProxyType[str, Experiment] = MappingProxyType(
    {name: msgspec.json.decode(_FOLDER.joinpath(f"{name}.json").read_bytes(), type=Experiment) for name in _TITLES}
)


def example_names() -> tuple[str, ...]:
    """In the order in which a learner meets them."""
    return tuple(EXAMPLES)


def example_title(name: str) -> str:
    """One line about the example. Raises UnknownNameError."""
    load_example(name)
    return tr(_TITLES[name])


def load_example(name: str) -> Experiment:
    """The example of this name. Raises UnknownNameError, with the nearest name if one is near."""
    if name in EXAMPLES:
        return EXAMPLES[name]
    near = difflib.get_close_matches(name.lower(), EXAMPLES, n=1)
    hint = (
        tr("Did you mean {near}?", near=repr(near[0]))
        if near
        else tr("There are: {examples}.", examples=", ".join(EXAMPLES))
    )
    raise UnknownNameError(tr("There is no example {name}. {hint}", name=repr(name), hint=hint))
