"""Addresses as symbols and as words."""

from __future__ import annotations

import msgspec
import pytest

from core.datasets import make_dataset
from core.examples import load_example
from core.losses import LOSSES
from core.record import build_network, record_focus
from core.tex import label_symbol, symbol, title


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("loss", "L"),
        ("sample7/loss", r"\ell_{7}"),
        ("sample/loss", r"\ell"),
        ("L1.N3.w2", "w_{13,2}"),
        ("L1.N3.b", "b_{13}"),
        ("L1.N12.w2", "w_{1,12,2}"),
        ("sample7/L1.N3.w2*x2", "p_{13,2}"),
        ("sample7/L1.N3.sum1", "s_{13,1}"),
        ("sample7/L1.N3.z", "z_{13}"),
        ("sample7/L1.N3.out", "h_{13}"),
        ("sample7/L3.N1.out", "o"),
        ("L1.N3.w2²", "q_{13,2}"),
        ("L1.N3.b²", "q_{13}"),
        ("sample7/x2", "x_{2}"),
        ("sample7/x1^2", "{x_{1}^{2}}"),
        ("sample7/x1*x2", "{x_{1} x_{2}}"),
        ("sample7/cos(x10)", r"{\cos x_{10}}"),
        ("sample7/abs(x1)", r"{\left|x_{1}\right|}"),
        ("sample7/L1.N3.w2*f2", "p_{13,2}"),
        ("sample7/y", "y"),
        ("sample7/error", "e"),
        ("sample7/-1", "{-}1"),
        ("sample7/0.5", "0.5"),
        ("1 over 100", r"\frac{1}{100}"),
        ("sum of losses 1–3", "S_{3}"),
        ("sum of losses", "S"),
        ("sum of squares 1–12", "Q_{12}"),
        ("l2", "R"),
        ("λ", r"\lambda"),
        ("l1", "R_1"),
        ("λ₁", r"\lambda_1"),
        ("L1.N3.|w2|", "a_{13,2}"),
        ("L1.N3.|b|", "a_{13}"),
        ("sum of sizes 1–12", "A_{12}"),
        ("sample7/size of error", "a"),
        ("sample7/y2", "y_{2}"),
        ("sample7/y2*score", "p_{2}"),
        ("sample7/sum of y*score 1–2", "s_{2}"),
        ("sample7/-score of the class", "{-}s"),
        ("a", "a"),
        ("learning", r"\mathrm{learning}"),
    ],
)
def test_symbols(address: str, expected: str) -> None:
    assert symbol(address, 3) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("loss", "loss"),
        ("sample7/L2.N1.w3", "sample 7 · hidden 2 · neuron 1 · weight 3"),
        ("L1.N3.b", "hidden 1 · neuron 3 · bias"),
        ("L3.N1.w4", "output · weight 4"),
        ("sample7/L1.N3.w2*x2", "sample 7 · hidden 1 · neuron 3 · weight 2 × input 2"),
        ("sample7/L2.N1.w3*h3", "sample 7 · hidden 2 · neuron 1 · weight 3 × signal 3"),
        ("sample7/L1.N3.sum1", "sample 7 · hidden 1 · neuron 3 · partial sum 1"),
        ("sample7/L1.N3.z", "sample 7 · hidden 1 · neuron 3 · sum before activation"),
        ("sample7/L3.N1.out", "sample 7 · output · output"),
        ("L1.N3.w2²", "hidden 1 · neuron 3 · weight 2 squared"),
        ("L1.N3.|w2|", "hidden 1 · neuron 3 · size of weight 2"),
        ("sample7/x2", "sample 7 · input 2"),
        ("sample7/y", "sample 7 · target"),
        ("sample7/-y", "sample 7 · minus target"),
        ("sum of losses 1–3", "sum of losses 1–3"),
    ],
)
def test_titles(address: str, expected: str) -> None:
    assert title(address, 3) == expected


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("example", ["lecture", "moons-demo", "xor"])
def test_every_address_has_a_balanced_symbol(example: str, loss: str) -> None:
    experiment = load_example(example)
    training = msgspec.structs.replace(experiment.training, loss=loss, l1=0.1)
    experiment = msgspec.structs.replace(experiment, training=training)
    rows = len(make_dataset(experiment.data).targets)
    for address in record_focus(experiment, build_network(experiment), rows).names.values():
        tex = symbol(address, 3)
        assert tex
        assert tex.count("{") == tex.count("}")
        assert not set(tex) & set("ℓλ₁²–·%#&$~")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("L", "L"),
        ("x1", "x_{1}"),
        ("w12", "w_{12}"),
        ("θ", "θ"),
        ("x1w1x2w2", r"\mathrm{x1w1x2w2}"),
        ("x1*w1 + x2*w2", r"\mathrm{x1*w1 + x2*w2}"),
        ("loss", r"\mathrm{loss}"),
        ("loss_a", r"\mathrm{loss}_{a}"),
        ("w_1", "w_{1}"),
        ("a{b}$", r"\mathrm{a b}"),
        ("{}", r"\mathrm{v}"),
    ],
)
def test_symbols_of_labels(label: str, expected: str) -> None:
    assert label_symbol(label) == expected
