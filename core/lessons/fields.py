"""Fields of an experiment by name: `training.learning_rate`, `network.hidden`, `data.kind`. Reading and changing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from core.errors import ChainruleError, ExperimentError
from core.experiment import Experiment
from core.experiment_rules import check_experiment
from core.expression.nearest import meant, nearest
from core.lessons.misfits import misfit_of_field
from core.words import tr

Plain = str | int | float | bool | list[Any] | dict[str, Any]
_CLOSED = frozenset({"own"})  # rows come from a file of the lesson, never from its text


class FieldError(ChainruleError):
    """There is no such field, or it cannot have such a value."""

    path = ""  # of the field, where it is one


def field(experiment: Experiment, path: str) -> object:
    """What a field of an experiment is: a number, a text, or a part of it. Raises FieldError."""
    here: object = experiment
    for name in path.split("."):
        here = getattr(here, _known(here, name, path))
    return here


def changed(experiment: Experiment, changes: Mapping[str, Plain]) -> Experiment:
    """The experiment with some fields changed, by their names; nested tables are as good as dots.

    Raises FieldError for names and values that do not fit, or if the whole is no sound experiment.
    """
    for path, value in flat(changes).items():
        try:
            experiment = _with(experiment, path, value)
        except FieldError as error:
            error.path = path
            raise
    try:
        check_experiment(experiment)
    except ExperimentError as error:
        raise FieldError(str(error)) from None
    return experiment


def flat(changes: Mapping[str, Plain], before: str = "") -> dict[str, Plain]:
    """Nested tables as names with dots."""
    found: dict[str, Plain] = {}
    for name, value in changes.items():
        path = f"{before}{name}"
        if isinstance(value, dict) and value and path.count(".") < 3:
            found |= flat(value, f"{path}.")
        else:
            found[path] = value
    return found


def _with(part: Any, path: str, value: Plain) -> Any:
    name, _, rest = path.partition(".")
    _known(part, name, path)
    if rest:
        return msgspec.structs.replace(part, **{name: _with(getattr(part, name), rest, value)})
    kind = next(each.type for each in msgspec.structs.fields(part) if each.name == name)
    try:
        return msgspec.structs.replace(part, **{name: msgspec.convert(value, kind)})
    except msgspec.ValidationError as error:
        raise FieldError(misfit_of_field(error, name, kind, value)) from None


def _known(part: object, name: str, path: str) -> str:
    names = (
        [each.name for each in msgspec.structs.fields(part) if each.name not in _CLOSED]
        if isinstance(part, msgspec.Struct)
        else []
    )
    if name not in names:
        near = nearest(name, names)
        known = meant(near, names) if names else ""
        raise FieldError(tr("There is no field '{path}'.", path=path[:60]) + known)
    return name
