"""Features: what the first layer reads besides the inputs themselves, as nodes of the graph.

A feature is written `x1`, `x1^2`, `x1*x2`, `sin(x1)`, `cos(x1)` or `abs(x1)`, of any inputs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.engine import Value
from core.errors import ExperimentError
from core.experiment import MAX_INPUTS
from core.words import tr

_FORMS = re.compile(r"x([1-9]\d?)(\^2)?|x([1-9]\d?)\*x([1-9]\d?)|(sin|cos|abs)\(x([1-9]\d?)\)")


@dataclass(frozen=True)
class Feature:
    """What a feature does: `kind` is x, ^2, *, sin, cos or abs; the inputs it reads are counted from 0."""

    text: str
    kind: str
    reads: tuple[int, ...]

    def of(self, x: Sequence[Value]) -> Value:
        """Its node; of an input as it is the input itself."""
        first = x[self.reads[0]]
        if self.kind == "*":
            return first * x[self.reads[1]]
        match self.kind:
            case "^2":
                return first**2
            case "sin":
                return first.sin()
            case "cos":
                return first.cos()
            case "abs":
                return first.abs()
        return first


def parsed(text: str) -> Feature:
    """The feature of this text. Raises ExperimentError."""
    found = _FORMS.fullmatch(text)
    if found is None:
        raise ExperimentError(
            tr("'{text}' is no feature. There are x1, x1^2, x1*x2, sin(x1), cos(x1) and abs(x1).", text=text[:40])
        )
    plain, square, left, right, function, inside = found.groups()
    if plain:
        return Feature(text, "^2" if square else "x", (int(plain) - 1,))
    if left:
        return Feature(text, "*", (int(left) - 1, int(right) - 1))
    return Feature(text, function, (int(inside) - 1,))


def is_feature(text: str) -> bool:
    """Whether a feature is written so."""
    return _FORMS.fullmatch(text) is not None


def features_of(features: tuple[str, ...], inputs: int) -> list[Feature]:
    """Those of a network on so many inputs; every input as it is where none is named."""
    return [parsed(text) for text in features or [f"x{i + 1}" for i in range(inputs)]]


def check_features(features: tuple[str, ...], inputs: int) -> None:
    """Raise ExperimentError unless all of them can be made of so many inputs."""
    if len(features) > MAX_INPUTS:
        raise ExperimentError(tr("The first layer reads at most {most} features.", most=MAX_INPUTS))
    if len(set(features)) < len(features):
        raise ExperimentError(tr("Every feature can be there once."))
    for feature in map(parsed, features):
        if max(feature.reads) >= inputs:
            raise ExperimentError(tr("The feature {text} needs an input that the data do not have.", text=feature.text))


def show_feature(text: str) -> str:
    """As people write it: x₁², x₁x₂, sin x₁."""
    feature = parsed(text)
    names = [f"x{_LOW[i + 1]}" for i in feature.reads]
    match feature.kind:
        case "x":
            return names[0]
        case "^2":
            return f"{names[0]}²"
        case "*":
            return "".join(names)
        case "abs":
            return f"|{names[0]}|"
    return f"{feature.kind} {names[0]}"


_LOW = {i: "".join(chr(0x2080 + int(digit)) for digit in str(i)) for i in range(1, 100)}
