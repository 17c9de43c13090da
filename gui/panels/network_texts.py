"""What the network panel says of its parts."""

from __future__ import annotations

INITS = (
    ("lecture", "lecture ±1"),
    ("library", "library, bias 0"),
    ("playground", "Playground ±½"),
    ("xavier", "Xavier"),
    ("he", "He"),
    ("zeros", "zeros"),
)
INIT_TOOLTIP = (
    "How weights and biases begin.\n"
    "lecture: both uniformly from (−1, 1)\n"
    "library: weights from (−1, 1), biases 0\n"
    "Playground: weights from (−0.5, 0.5), biases 0.1\n"
    "Xavier: weights uniformly within ±√(6 / (inputs + outputs)) of their layer, biases 0: for tanh and sigmoid\n"
    "He: weights uniformly within ±√(6 / inputs) of their layer, biases 0: for relu\n"
    "zeros: every neuron of a layer stays the same as the others – see symmetry fail"
)
ZEROS_HINT = "all weights 0: the neurons of a layer stay alike"
ZEROS_TOOLTIP = (
    "Neurons that begin the same get the same gradient, and so the same weights for ever;\n"
    "and where every weight is 0, most gradients are 0 as well. Choose another beginning to let them part."
)
BIAS_TOOLTIP = "Every neuron adds a number of its own, its bias; without, a neuron's border goes through the origin"
FEATURES_TOOLTIP = "What the first layer reads: inputs, their squares, products, sines …"
SEED_TOOLTIP = "Which initial weights are drawn: the same seed always gives the same ones"
