"""Addresses as mathematics: `sample7/L2.N1.w3*h3` becomes the symbol p with its indices."""

from __future__ import annotations

import re

from core.features import is_feature, parsed, show_feature
from core.words import mark, tr

_NEURON = re.compile(r"L(\d+)\.N(\d+)\.(.+)")
_SIGNALS = {"x": mark("input"), "f": mark("feature"), "h": mark("signal")}
_SUMS = {"losses": "S", "squares": "Q", "sizes": "A"}
_FIXED = {
    "loss": "L",
    "sample/loss": r"\ell",
    "l2": "R",
    "λ": r"\lambda",
    "mean loss": r"\bar{\ell}",
    "sum of losses": "S",
    "other samples": r"\ell_{\mathrm{rest}}",
    "sum of squares": "Q",
    "l1": "R_1",
    "λ₁": r"\lambda_1",
    "sum of sizes": "A",
    "loss and l2": "L_2",
    "l2 + l1": r"R + R_1",
    "y": "y",
    "-y": "{-}y",
    "error": "e",
    "square": "e_2",
    "-margin": "{-}m",
    "shortfall": "g",
    "size of error": "a",
    "capped size": "c",
    "-half capped": "{-}c_2",
    "size less half": "u",
    "-size of error": "{-}a",
    "probability of the class": "r",
    "log of probability": "v",
    "log of sum": r"\Lambda",
    "score of the class": "s",
    "-score of the class": "{-}s",
}

_WORDS = {  # what is called by its address, and a target
    "y": mark("target"),
    "-y": mark("minus target"),
    "loss": mark("loss"),
    "error": mark("error"),
    "square": mark("square"),
    "shortfall": mark("shortfall"),
    "size of error": mark("size of error"),
    "capped size": mark("capped size"),
    "-half capped": mark("-half capped"),
    "size less half": mark("size less half"),
    "-size of error": mark("-size of error"),
    "-margin": mark("-margin"),
    "probability of the class": mark("probability of the class"),
    "log of probability": mark("log of probability"),
    "log of sum": mark("log of sum"),
    "score of the class": mark("score of the class"),
    "-score of the class": mark("-score of the class"),
    "sum of y*score": mark("sum of y*score"),
    "other samples": mark("other samples"),
    "mean loss": mark("mean loss"),
    "sum of losses": mark("sum of losses"),
    "sum of squares": mark("sum of squares"),
    "sum of sizes": mark("sum of sizes"),
    "loss and l2": mark("loss and l2"),
}
_PARTS = {"out": mark("output"), "z": mark("sum before activation"), "b": mark("bias")}


def number_tex(value: float | None) -> str:
    """A number inside a formula; a minus that does not space like an operator. Empty for None."""
    return "" if value is None else f"{value:g}".replace("-", "{-}")


def symbol(address: str, last_layer: int, outputs: int = 1) -> str:
    """The TeX symbol of a scalar. `last_layer` is the number of the output layer, whose output is called o.

    If there are several `outputs`, they are called o₁, o₂ …
    """
    prefix, local = _split(address)
    if local == "loss" and prefix:
        number = prefix.removeprefix("sample")
        return rf"\ell_{{{number}}}" if number else r"\ell"
    if found := _NEURON.fullmatch(local):
        if found[3] == "out" and int(found[1]) == last_layer and outputs > 1:
            return f"o_{{{found[2]}}}"
        return _neuron_symbol(int(found[1]), int(found[2]), found[3], last_layer)
    if local in _FIXED:
        return _FIXED[local]
    if found := re.fullmatch(r"([xy])(\d+)", local):
        return f"{found[1]}_{{{found[2]}}}"
    if is_feature(local):
        return _feature_symbol(local)
    if found := re.fullmatch(r"y(\d+)\*score", local):
        return f"p_{{{found[1]}}}"
    if found := re.fullmatch(r"sum of y\*score 1–(\d+)", local):
        return f"s_{{{found[1]}}}"
    if found := re.fullmatch(r"sum of (losses|squares|sizes) 1–(\d+)", local):
        return f"{_SUMS[found[1]]}_{{{found[2]}}}"
    if re.fullmatch(r"-?[\d.e+-]+'*", local):
        return "{-}" + local[1:].rstrip("'") if local.startswith("-") else local.rstrip("'")
    if found := re.fullmatch(r"1 over (\d+)", local):
        return rf"\frac{{1}}{{{found[1]}}}"
    return local if re.fullmatch(r"[A-Za-z]", local) else rf"\mathrm{{{re.sub('[^A-Za-z0-9 ]', '', local) or 'v'}}}"


def _feature_symbol(text: str) -> str:
    """Of `sin(x1)`: \\sin x_{1}, in braces, as it stands for one number."""
    feature = parsed(text)
    x = " ".join(f"x_{{{i + 1}}}" for i in feature.reads)
    match feature.kind:
        case "^2":
            return f"{{{x}^{{2}}}}"
        case "abs":
            return rf"{{\left|{x}\right|}}"
        case "sin" | "cos":
            return rf"{{\{feature.kind} {x}}}"
    return f"{{{x}}}"


def _neuron_symbol(layer: int, neuron: int, part: str, last_layer: int) -> str:
    here = f"{layer}{neuron}" if layer < 10 and neuron < 10 else f"{layer},{neuron}"
    if part.endswith("²"):
        return f"q_{{{here},{part[1:-1]}}}" if part != "b²" else f"q_{{{here}}}"
    if part.startswith("|"):
        return f"a_{{{here},{part[2:-1]}}}" if part != "|b|" else f"a_{{{here}}}"
    if part == "out":
        return "o" if layer == last_layer else f"h_{{{here}}}"
    if part in ("z", "b"):
        return f"{part}_{{{here}}}"
    if part.startswith("sum"):
        return f"s_{{{here},{part[3:]}}}"
    letter = "p" if "*" in part else "w"
    return f"{letter}_{{{here},{part[1:].partition('*')[0]}}}"


def label_symbol(label: str) -> str:
    """The TeX symbol of a learner's label: `x1` is x₁, `loss_a` has an index, `x1w1` and `x1*w1` stand upright."""
    if found := re.fullmatch(r"([^\W\d_])(\d+)", label):
        return f"{found[1]}_{{{found[2]}}}"
    if found := re.fullmatch(r"([^\W_]\w*?)_(\w+)", label):
        return f"{_upright(found[1])}_{{{_upright(found[2])}}}"
    return _upright(label)


def _upright(text: str) -> str:
    """A single letter or a number as it is, more of them as a word; signs that mean something to TeX are left out."""
    if re.fullmatch(r"[^\W\d_]|\d+", text):
        return text
    return rf"\mathrm{{{re.sub(r'[^\w +*/().,=<>|:-]|_', ' ', text).strip() or 'v'}}}"


def title(address: str, last_layer: int, outputs: int = 1) -> str:
    """The address in words: `sample 7 · hidden 2 · neuron 1 · weight 3`; several outputs are numbered."""
    prefix, local = _split(address)
    sample = [tr("sample {number}", number=prefix.removeprefix("sample"))] if prefix else []
    found = _NEURON.fullmatch(local)
    if not found:
        return " · ".join([*sample, _local_words(local)])
    layer, neuron, part = int(found[1]), found[2], found[3]
    place = [tr("hidden {number}", number=layer), tr("neuron {number}", number=neuron)]
    if layer == last_layer:
        place = [tr("output {number}", number=neuron) if outputs > 1 else tr("output")]
    return " · ".join([*sample, *place, _part_words(part)])


def _local_words(local: str) -> str:
    """What belongs to no neuron."""
    if local in _WORDS:
        return tr(_WORDS[local])
    if found := re.fullmatch(r"x(\d+)", local):
        return tr("input {number}", number=found[1])
    if found := re.fullmatch(r"y(\d+)", local):
        return tr("target {number}", number=found[1])
    if found := re.fullmatch(r"(sum of .+) (1–\d+)", local):
        return f"{tr(_WORDS[found[1]])} {found[2]}" if found[1] in _WORDS else local
    if found := re.fullmatch(r"1 over (\d+)", local):
        return tr("1 over {number}", number=found[1])
    return tr("feature {feature}", feature=show_feature(local)) if is_feature(local) else local


def _part_words(part: str) -> str:
    if part.endswith("²"):
        return tr("{part} squared", part=_part_words(part[:-1]))
    if part.startswith("|"):
        return tr("size of {part}", part=_part_words(part[1:-1]))
    if "*" in part:
        weight, signal = part.split("*")
        words = tr(_SIGNALS[signal[0]])
        return tr("weight {weight} × {signal} {number}", weight=weight[1:], signal=words, number=signal[1:])
    if part in _PARTS:
        return tr(_PARTS[part])
    if part.startswith("sum"):
        return tr("partial sum {number}", number=part[3:])
    return tr("weight {number}", number=part[1:])


def _split(address: str) -> tuple[str, str]:
    """`sample7/x1` -> `sample7`, `x1`; an address over all samples has no prefix."""
    prefix, slash, local = address.partition("/")
    return (prefix, local) if slash else ("", address)
