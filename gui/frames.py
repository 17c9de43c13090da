"""What crosses threads: requests to the training worker, and frozen frames back. Plain data, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.bugs import Bugs
from core.diagnostics import Divergence
from core.experiment import Task
from core.explain import Explanation
from core.graph import GraphSnapshot
from core.health import Finding, UnitState
from core.metrics import Confusion, Histograms, Series
from core.playhead import Here, Position

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
    "Want",
]

Array = NDArray[np.float64]


class Level(Enum):
    """How closely the graph is looked at."""

    NETWORK = "network"
    NEURON = "neuron"
    SAMPLE = "sample"
    WHOLE = "whole loss"


class Want(Enum):
    """What costs time and is computed only while something shows it."""

    SERIES = "series"
    HISTOGRAMS = "histograms"
    CONFUSION = "confusion"


@dataclass(frozen=True)
class ViewRequest:
    """What the window wants to see of the run; the newest one wins."""

    level: Level = Level.NETWORK
    neuron: str = ""  # `L1.N3` at level NEURON
    sample: int = 0  # counted from 0; its address is sample<this + 1>
    address: str = ""  # the selected node, empty for none
    axes: tuple[int, int] | None = None  # the two inputs that maps are drawn over, of more than two; None: no maps
    wants: frozenset[Want] = frozenset()
    position: Position | None = None  # inside the step; None: between two steps


@dataclass(frozen=True)
class Points:
    """The data set as shown."""

    inputs: Array  # (rows, inputs), those to train on
    targets: Array  # (rows,): −1 or +1 (0 or 1 for a sigmoid), or a number; of several classes (rows, classes), one-hot
    names: tuple[str, ...]  # of the inputs: x1, x2 …
    task: Task = "signs"
    labels: tuple[str, ...] = ("−1", "+1")  # of the classes; none for a regression
    threshold: float = 0.0  # of signs, between the two classes
    test_inputs: Array = field(default_factory=lambda: np.empty((0, 2)))  # kept back; perhaps no rows
    test_targets: Array = field(default_factory=lambda: np.empty(0))
    extent: tuple[float, float, float, float] | None = None  # of two inputs: x1 min, x1 max, x2 min, x2 max
    ranges: tuple[tuple[float, float], ...] = ()  # least and greatest of each input to draw
    target_range: tuple[float, float] = (-1.0, 1.0)


@dataclass(frozen=True)
class RunStarted:
    """A run begins (or begins anew): all that stays the same until the next such message."""

    run: int
    experiment_name: str
    points: Points
    hidden: tuple[int, ...]  # neurons per hidden layer
    activations: tuple[str, ...]  # per hidden layer and, last, for the output
    parameter_names: tuple[str, ...]  # addresses, in the order of theta
    keeps_ghost: bool  # the run before becomes the pale curve
    features: tuple[str, ...] = ("x1", "x2")  # what the first layer reads: addresses in a sample, see core/features.py
    outputs: int = 1  # more than one: a score for each class
    bias: bool = True
    carried: str = ""  # which weights a change of shape could keep: a sentence, else empty


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
    """Outputs over a plane of two inputs. Row 0 of an image is the *top* (largest value), column 0 the left.

    Of more than two inputs the others are those of the selected sample. Of one input there is no plane: images have one
    row, from the least to the greatest x1, and the extent's last two numbers are the range of the targets.
    """

    extent: tuple[float, float, float, float]  # of the axes: min, max of the one across, min, max of the one upwards
    output: Array  # (h, w): the network's output, before any sign; of several classes the index of the largest score
    neurons: dict[str, Array]  # features `x1`, `x2`, `x1^2` … and neurons `L1.N1` … `L3.N1` -> (h, w)
    axes: tuple[int, int] = (0, 1)
    scores: Array | None = None  # (classes, h, w), of several classes: softmax probabilities, 0 … 1


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
    predictions: Array  # (rows,): the network's output for every row; of several classes (classes, rows): scores
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
    head: int = 0  # the last step of the run: beyond `step` while the past is looked at
    test_loss: float | None = None  # of the rows kept back; None without any
    test_accuracy: float | None = None
    test_predictions: Array | None = None  # as `predictions`, of the rows kept back
    test_curve: Curve | None = None  # all of the test loss so far, thinned
    all_curve: Curve | None = None  # with batches the loss of all training rows so far, thinned
    units: dict[str, UnitState] = field(default_factory=dict)  # neurons that are dead or saturated on all samples
    series: Series | None = None  # of Want.SERIES, as all below
    histograms: Histograms | None = None
    confusion: Confusion | None = None
    findings: tuple[Finding, ...] | None = None  # of the health check; None: as they were
    here: Here | None = None  # what happens at the position inside the step
    stopped: str = ""  # why training stopped by itself, in this frame: "loss 0.01 reached"

    @property
    def is_past(self) -> bool:
        """Whether an earlier step is looked at."""
        return self.step < self.head
