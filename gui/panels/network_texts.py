"""What the network panel says of its parts."""

from __future__ import annotations

from core.words import mark

INITS = (
    ("lecture", mark("lecture ±1")),
    ("library", mark("library, bias 0")),
    ("playground", mark("Playground ±½")),
    ("xavier", mark("Xavier")),
    ("he", mark("He")),
    ("zeros", mark("zeros")),
)
INIT_TOOLTIP = mark(
    "How weights and biases begin.\n"
    "lecture: both uniformly from (−1, 1)\n"
    "library: weights from (−1, 1), biases 0\n"
    "Playground: weights from (−0.5, 0.5), biases 0.1\n"
    "Xavier: weights uniformly within ±√(6 / (inputs + outputs)) of their layer, biases 0: for tanh and sigmoid\n"
    "He: weights uniformly within ±√(6 / inputs) of their layer, biases 0: for relu\n"
    "zeros: every neuron of a layer stays the same as the others – see symmetry fail"
)
ZEROS_HINT = mark("all weights 0: the neurons of a layer stay alike")
ZEROS_TOOLTIP = mark(
    "Neurons that begin the same get the same gradient, and so the same weights for ever;\n"
    "and where every weight is 0, most gradients are 0 as well. Choose another beginning to let them part."
)
BIAS_TOOLTIP = mark(
    "Every neuron adds a number of its own, its bias; without, a neuron's border goes through the origin"
)
FEATURES_TOOLTIP = mark("What the first layer reads: inputs, their squares, products, sines …")
SEED_TOOLTIP = mark("Which initial weights are drawn: the same seed always gives the same ones")
