"""Neurons, layers and multi-layer perceptrons made of Values."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence

from core.engine import Value
from core.errors import UnknownNameError
from core.words import tr

ACTIVATIONS: dict[str, Callable[[Value], Value]] = {
    "tanh": Value.tanh,
    "relu": Value.relu,
    "leaky_relu": Value.leaky_relu,
    "sigmoid": Value.sigmoid,
    "softplus": Value.softplus,
    "sin": Value.sin,
    "linear": lambda value: value,
}

# Weights uniform within ±width, which may depend on how many numbers a neuron reads and how many neurons its layer has;
# a bias is drawn likewise (after its neuron's weights) or starts at a fixed number.
INITS: dict[str, tuple[Callable[[int, int], float], float | None]] = {
    "lecture": (lambda nin, nout: 1.0, None),
    "library": (lambda nin, nout: 1.0, 0.0),
    "playground": (lambda nin, nout: 0.5, 0.1),
    "xavier": (lambda nin, nout: math.sqrt(6.0 / (nin + nout)), 0.0),  # Glorot and Bengio 2010
    "he": (lambda nin, nout: math.sqrt(6.0 / nin), 0.0),  # He and others 2015
    "zeros": (lambda nin, nout: 0.0, 0.0),  # all neurons of a layer stay alike
}


class Module:
    """Something with parameters."""

    def parameters(self) -> list[Value]:
        """All weights and biases, per neuron weights first, then the bias."""
        return []

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as must happen before every backward pass."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """activation(w · x + b), or activation(w · x) without a bias."""

    def __init__(
        self,
        nin: int,
        *,
        activation: str = "tanh",
        init: str = "lecture",
        bias: bool = True,
        nout: int = 1,
        rng: random.Random | None = None,
    ) -> None:
        """`nin` inputs; `nout` neurons in its layer. Draws from `rng`, or from Python's own generator (`random.seed`)
        as the lecture does.

        Without a bias, whose number is drawn all the same where it would be drawn, all weights of a network are those
        that it has with biases. Raises UnknownNameError for an unknown activation or initialisation.
        """
        if activation not in ACTIVATIONS:
            raise UnknownNameError(
                tr(
                    "There is no activation '{activation}'. Known: {activations}.",
                    activation=activation,
                    activations=", ".join(ACTIVATIONS),
                )
            )
        if init not in INITS:
            raise UnknownNameError(
                tr("There is no initialisation '{init}'. Known: {inits}.", init=init, inits=", ".join(INITS))
            )
        draw = (rng or random).uniform
        width_for, start = INITS[init]
        width = width_for(nin, nout)
        self.activation = activation
        self.w = [Value(draw(-width, width)) for _ in range(nin)]
        first = draw(-width, width) if start is None else start
        self.b = Value(first) if bias else None

    def __call__(self, x: Sequence[Value | float]) -> Value:
        total = self.b
        for wi, xi in zip(self.w, x, strict=True):
            product = wi * xi
            total = product if total is None else total + product
        if total is None:
            raise ValueError("A neuron without a bias reads at least one number.")
        return ACTIVATIONS[self.activation](total)

    def parameters(self) -> list[Value]:
        return [*self.w, self.b] if self.b is not None else [*self.w]

    def __repr__(self) -> str:
        return f"{self.activation} Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side on the same input."""

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        activation: str = "tanh",
        init: str = "lecture",
        bias: bool = True,
        rng: random.Random | None = None,
    ) -> None:
        self.neurons = [
            Neuron(nin, activation=activation, init=init, bias=bias, nout=nout, rng=rng) for _ in range(nout)
        ]

    def __call__(self, x: Sequence[Value | float]) -> list[Value] | Value:
        """The outputs; a single neuron's output comes without a list, as in the lecture."""
        outputs = [neuron(x) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers in a row: `MLP(3, [4, 4, 1])` has 41 parameters."""

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: str | Sequence[str] = "tanh",
        output: str | None = None,
        init: str = "lecture",
        bias: bool = True,
        rng: random.Random | None = None,
    ) -> None:
        """`activation`: one for all layers, or one for each hidden layer; `output`: that of the last layer, if other.

        Raises ValueError for a list of another length.
        """
        sizes = [nin, *nouts]
        hidden = [activation] * (len(nouts) - 1) if isinstance(activation, str) else list(activation)
        last = output or (activation if isinstance(activation, str) else "tanh")
        self.layers = [
            Layer(n, nout, activation=kind, init=init, bias=bias, rng=rng)
            for n, nout, kind in zip(sizes[:-1], nouts, [*hidden, last], strict=True)
        ]

    def __call__(self, x: Sequence[Value | float]) -> list[Value] | Value:
        signal: list[Value] | Value | Sequence[Value | float] = x
        for layer in self.layers:
            signal = layer(signal if isinstance(signal, Sequence) else [signal])
        return signal  # type: ignore[return-value]

    def neurons(self) -> Iterator[tuple[str, Neuron]]:
        """Every neuron with its address, `L1.N1` first."""
        for i, layer in enumerate(self.layers, start=1):
            for j, neuron in enumerate(layer.neurons, start=1):
                yield f"L{i}.N{j}", neuron

    def parameters(self) -> list[Value]:
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
