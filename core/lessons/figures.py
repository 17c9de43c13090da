"""Figures: numbers that a lesson names and the session computes. `{grad a}` in prose, `figure = "grad a"` in a task.

    loss   accuracy   test loss   test accuracy   step   result   parameters
    data NODE          grad NODE        of a node, by its address
    slope NODE         the slope found by nudging the node a very little to both sides
    slope NODE by H    (result after − result before) / H, as the lecture nudges
    moved NODE by H    the result if the node were larger by H
    field NAME         a field of the experiment: `field training.learning_rate`

Any of them may end in ` | DIGITS`: how many significant digits are shown (1 to 17; 4 if nothing is said).
"""

from __future__ import annotations

import math
import re
from typing import Literal

import msgspec

from core.errors import ChainruleError
from core.expression.nearest import did_you_mean, meant, nearest
from core.lessons.fields import FieldError, field
from core.lessons.state import State
from core.words import tr

Kind = Literal[
    "loss", "accuracy", "test loss", "test accuracy", "step", "result", "parameters",
    "data", "grad", "slope", "moved", "field",
]  # fmt: skip
MEASURED: tuple[Kind, ...] = ("loss", "accuracy", "test loss", "test accuracy")
ALONE: tuple[Kind, ...] = (*MEASURED, "step", "result", "parameters")
OF_NODE: tuple[Kind, ...] = ("data", "grad", "slope", "moved")
DIGITS = 4
MOST_DIGITS = 17
LONGEST = 120  # characters
_PLAIN = 1e15  # above, numbers are written with an exponent
_SMALL = 1e-4  # so are those below

_WITH_DIGITS = re.compile(r"(.*) \| *(\d{1,2})")
_BY = re.compile(r"(.*\S) +by +(\S+)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)


class FigureError(ChainruleError):
    """A figure that is not written as it should be, or that the state does not have."""


class Figure(msgspec.Struct, frozen=True):
    """A number by its name."""

    kind: Kind
    node: str = ""  # of a node its address, of a field its name
    by: float | None = None  # how far the node is nudged
    digits: int = DIGITS

    def __str__(self) -> str:
        by = "" if self.by is None else f" by {self.by!r}"
        return f"{self.kind} {self.node}".strip() + by


def figure(text: str) -> Figure:
    """The figure that a text names. Raises FigureError."""
    words = " ".join(text.split())
    if len(words) > LONGEST:
        raise FigureError(tr("A figure's name has at most {most} characters.", most=LONGEST))
    digits = DIGITS
    if found := _WITH_DIGITS.fullmatch(words):
        words, digits = found[1].strip(), int(found[2])
        if not 1 <= digits <= MOST_DIGITS:
            raise FigureError(
                tr(
                    "A number is shown with 1 to {most} digits, not {digits}.",
                    most=MOST_DIGITS,
                    digits=digits,
                )
            )
    for kind in ALONE:
        if words == kind:
            return Figure(kind, digits=digits)
    first, _, rest = words.partition(" ")
    for kind in (*OF_NODE, "field"):
        if first == kind:
            return _with_node(kind, rest, digits)
    known = (*ALONE, *OF_NODE, "field")
    near = nearest(first, known)
    raise FigureError(tr("'{words}' names no figure.", words=words[:40]) + meant(near, known))


def _with_node(kind: Kind, rest: str, digits: int) -> Figure:
    if not rest:
        raise FigureError(tr("'{kind}' of what? Write '{kind} NAME'.", kind=kind))
    found = _BY.fullmatch(rest) if kind in ("slope", "moved") else None
    if found is None:
        if kind == "moved":
            raise FigureError(tr("Moved by how much? Write 'moved NAME by 0.001'."))
        return Figure(kind, rest, digits=digits)
    if not _NUMBER.fullmatch(found[2]) or not 0.0 < abs(float(found[2])) <= 1e6:
        raise FigureError(tr("'{found}' is no number to move something by.", found=found[2][:40]))
    return Figure(kind, found[1], float(found[2]), digits)


def resolve(what: Figure, state: State) -> float:
    """The number. Raises FigureError where the state has none: no such node, not computed yet, not a number."""
    value = plain(what, state)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FigureError(tr("'{what}' is not a number.", what=what))
    return float(value)


def plain(what: Figure, state: State) -> object:
    """The same, but a field may be a text as well. Raises FigureError."""
    match what.kind:
        case "field":
            return _field(what, state)
        case "step":
            return state.step
        case "parameters":
            if state.mode != "network":
                raise FigureError(tr("'parameters' are counted in network mode alone."))
            from core.shape import parameter_count

            return parameter_count(state.experiment)
        case "result":
            return _known(what, state.result)
        case "data" | "grad" | "slope" | "moved":
            return _of_node(what, state)
    if what.kind not in state.measured:
        raise FigureError(_not_measured(what.kind, state))
    return state.measured[what.kind]


def _field(what: Figure, state: State) -> object:
    if state.mode != "network":
        raise FigureError(tr("The expression lab has no experiment with fields."))
    try:
        return field(state.experiment, what.node)
    except FieldError as error:
        raise FigureError(str(error)) from None


def _not_measured(kind: str, state: State) -> str:
    if state.mode != "network":
        return tr("There is no {kind} in the expression lab; 'result' is the end of the graph.", kind=kind)
    if kind.startswith("test"):
        return tr("No rows are kept back for testing: set data.test_share.")
    return tr("There is no {kind} of these data.", kind=kind)


def _of_node(what: Figure, state: State) -> float:
    place = state.places.get(what.node)
    if place is None:
        near = nearest(what.node, state.named)
        raise FigureError(tr("There is no node '{node}' in this graph.", node=what.node[:60]) + did_you_mean(near))
    if what.kind == "data":
        return _known(what, float(state.data[place]))
    if what.kind == "grad":
        return float(state.grad[place]) + 0.0
    if what.by is None:
        explained = state.explain(what.node)
        return _known(what, explained.check.slope if explained and explained.check else math.nan)
    moved = _known(what, state.moved(what.node, what.by))
    return moved if what.kind == "moved" else (moved - _known(what, state.result)) / what.by


def _known(what: Figure, number: float) -> float:
    if math.isnan(number):
        raise FigureError(tr("'{what}' is not known at this moment.", what=what))
    return number + 0.0


def shown(what: Figure, number: float) -> str:
    """The number as prose has it: `−7.286`, `41`, `0.0001`, `1.2e−8`; accuracies in percent."""
    if what.kind.endswith("accuracy"):
        return f"{_written(100.0 * number, what.digits)}%"
    return _written(number, what.digits)


def _written(number: float, digits: int) -> str:
    if math.isinf(number):
        return "−∞" if number < 0 else "∞"
    if number == int(number) and abs(number) < _PLAIN:
        return f"{int(number):,}".replace("-", "−").replace(",", "\N{THIN SPACE}" if abs(number) >= 10_000 else "")
    mantissa, _, exponent = f"{number:.{digits - 1}e}".partition("e")
    if _SMALL <= abs(number) < 10.0 ** max(digits, 6):
        text = f"{number:.{max(digits - 1 - int(exponent), 0)}f}"
        return _short(text).replace("-", "−")
    return f"{_short(mantissa)}e{int(exponent)}".replace("-", "−")


def _short(text: str) -> str:
    """Without zeros at the end that say nothing."""
    return text.rstrip("0").rstrip(".") if "." in text else text
