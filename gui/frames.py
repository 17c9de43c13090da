"""What crosses threads: requests to the training worker, and frozen frames back. Plain data, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.bugs import Bugs
from core.diagnostics import Divergence
from core.explain import Explanation
from core.graph import GraphSnapshot

__all__ = [
    "Broken",
    "Curve",
    "Divergence",
    "Frame",
    "GraphNumbers",
    "Level",
    "Maps",
    "Mark",
    "Points",
    "RunStarted",
    "Twin",
    "ViewRequest",
]

Array = NDArray[np.float64]


class Level(Enum):
    """How closely the graph is looked at."""

    NETWORK = "network"
    NEURON = "neuron"
    SAMPLE = "sample"
    WHOLE = "whole loss"


@dataclass(frozen=True)
class ViewRequest:
    """What the window wants to see of the run; the newest one wins."""

    level: Level = Level.NETWORK
    neuron: str = ""  # `L1.N3` at level NEURON
    sample: int = 0  # counted from 0; its address is sample<this + 1>
    address: str = ""  # the selected node, empty for none


@dataclass(frozen=True)
class Points:
    """The data set as shown: rows of inputs and one target each."""

    inputs: Array  # (rows, inputs)
    targets: Array  # (rows,), −1 or +1
    names: tuple[str, ...]  # of the inputs: x1, x2 …


@dataclass(frozen=True)
class RunStarted:
    """A run begins (or begins anew): all that stays the same until the next such message."""

    run: int
    experiment_name: str
    points: Points
    hidden: tuple[int, ...]  # neurons per hidden layer
    activations: tuple[str, ...]  # per hidden layer and, last, for the output
    parameter_names: tuple[str, ...]  # addresses, in the order of theta
    whole_loss_nodes: int  # how many records the whole loss would need
    keeps_ghost: bool  # the run before becomes the pale curve


@dataclass(frozen=True)
class Curve:
    """Losses since the frame before: `steps[i]`, `losses[i]`."""

    steps: Array
    losses: Array


@dataclass(frozen=True)
class Twin:
    """The run without the bugs, which goes on beside the one that is shown."""

    curve: Curve  # of its losses
    begins: bool = False  # with the first step of this curve


@dataclass(frozen=True)
class Broken:
    """What bugs do to the gradient of the parameters. Graphs and maps are those of the network without them."""

    bugs: Bugs
    true_gradient: Array  # (parameters,): what `Frame.gradient` should be
    error: str = ""  # why no step can be taken with these bugs; the frame is then the true one


@dataclass(frozen=True)
class Mark:
    """A change during the run, shown on the curve."""

    step: int
    text: str  # `η 0.05 → 0.15`


@dataclass(frozen=True)
class GraphNumbers:
    """Numbers for a graph; `data[i]`, `grad[i]` belong to node i of the snapshot with this key."""

    snapshot: GraphSnapshot
    data: Array
    grad: Array


@dataclass(frozen=True)
class Maps:
    """Outputs over the plane. Row 0 of an image is the *top* (largest x2), column 0 the left."""

    extent: tuple[float, float, float, float]  # x1 min, x1 max, x2 min, x2 max
    output: Array  # (h, w): the network's output, before any sign
    neurons: dict[str, Array]  # `x1`, `x2`, `L1.N1` … `L3.N1` -> (h, w)


@dataclass(frozen=True)
class Frame:
    """The state of a run at one step. Fields that are None did not change or were not asked for."""

    run: int
    step: int
    loss: float
    accuracy: float | None  # 0 … 1
    learning_rate: float
    theta: Array  # (parameters,)
    gradient: Array  # (parameters,): dL/dθ over all samples; with bugs what they make of it
    predictions: Array  # (rows,): the network's output for every row
    sample_losses: Array  # (rows,)
    sample_outputs: dict[str, tuple[float, float]] = field(default_factory=dict)
    # of the selected sample: address without `sample…/` (`x1`, `L1.N3.out`) -> data, gradient
    curve: Curve | None = None
    marks: tuple[Mark, ...] = ()  # new ones
    graph: GraphNumbers | None = None
    graph_note: str = ""  # why the asked-for level cannot be drawn (too many nodes), else empty
    maps: Maps | None = None
    explanation: Explanation | None = None
    divergence: Divergence | None = None
    steps_per_second: float = 0.0
    kernel: str = "numpy"  # or numba: what evaluated it
    broken: Broken | None = None  # while bugs are on
    twin: Twin | None = None  # while bugs are on
    whole: bool = False  # curve, twin and marks are told from the beginning of the run
    full_batch: bool = True  # else the curve's losses are those of batches, `loss` that of all samples
