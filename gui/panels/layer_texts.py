"""What the rows of the network panel say of layers and activations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from core.words import mark, tr

EndName = Literal["input", "output"]

ACTIVATIONS = (
    ("tanh", "tanh"),
    ("relu", "relu"),
    ("leaky_relu", mark("leaky relu")),
    ("sigmoid", "sigmoid"),
    ("softplus", "softplus"),
    ("sin", "sin"),
    ("linear", mark("linear")),
)
OUTPUT_ACTIVATIONS = (("tanh", "tanh"), ("linear", mark("linear")), ("sigmoid", "sigmoid"))
_WORDS = ("linear", "leaky_relu")  # the others are called as in a text: those are names, not words
SOFTMAX = "softmax"
SOFTMAX_TOOLTIP = mark("A score for each class, linear; the softmax in the loss makes probabilities of them")
END_TEXTS: dict[EndName, tuple[str, str, str]] = {  # the layer; its count and its activation in words
    "input": (mark("input"), mark("neurons of the input"), mark("activation of the input")),
    "output": (mark("output"), mark("neurons of the output"), mark("activation of the output")),
}


def shown_choices(activations: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keys and texts, for a drop-down list."""
    return [(key, tr(text) if key in _WORDS else text) for key, text in activations]


def hidden_name(layer: int) -> str:
    """Counted from 0; said as in the title of a node."""
    return tr("hidden {number}", number=layer + 1)
