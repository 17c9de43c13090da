"""Where an exported training begins, and the parts of its program that look the same in every target."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import msgspec
import numpy as np

from core.changes import describe_change
from core.datasets import DataSet, make_dataset
from core.document import trainer_of
from core.document_parts import Document
from core.errors import ChainruleError
from core.experiment import OPTIMIZER_TITLES, Experiment, TrainingSpec
from core.experiment_rules import check_experiment
from core.exporters.code_text import listed, number, numbers
from core.losses import LOSSES, is_mean
from core.optim import fresh_state
from core.program import Array
from core.record import build_network
from core.run import Run, needs_new_run
from core.trainer import Trainer

STEPS = 100  # of an exported training, unless more or fewer are asked for
_NONE = np.empty(0)


@dataclass(frozen=True, eq=False)
class Start:
    """All that a training needs to give the app's numbers from `step` on."""

    experiment: Experiment
    dataset: DataSet
    theta: Array  # in the order of MLP.parameters()
    step: int = 0
    epoch: int = 0  # of the shuffle
    position: int = 0  # samples of the epoch already used
    state: Array = field(default_factory=lambda: _NONE)  # of the optimiser; empty for a fresh one
    taken: int = 0  # steps that the optimiser's state has seen
    earlier: tuple[tuple[int, TrainingSpec], ...] = ()  # from which step other rates held before the present ones
    remarks: tuple[str, ...] = ()  # what a reader has to know

    @property
    def sizes(self) -> list[int]:
        """Inputs, neurons of each hidden layer, outputs."""
        targets = self.dataset.targets
        outputs = targets.shape[1] if targets.ndim == 2 else 1
        return [self.dataset.inputs.shape[1], *(layer.neurons for layer in self.experiment.network.hidden), outputs]

    @property
    def activations(self) -> list[str]:
        """Of each layer, the last one included."""
        network = self.experiment.network
        return [*(layer.activation for layer in network.hidden), network.output]

    @property
    def batch(self) -> int:
        """Samples a step; 0 for all of them."""
        batch = self.experiment.training.batch
        return 0 if batch >= len(self.dataset.targets) else batch

    @property
    def mean(self) -> bool:
        """Whether the loss is divided by the number of samples."""
        return is_mean(self.experiment.training.loss, self.sizes[-1])

    @property
    def fixed_rate(self) -> bool:
        """Whether the learning rate never changes."""
        decay = self.experiment.training.decay
        return decay.kind == "constant" and self.step >= decay.warmup and not self.earlier


def beginning(subject: Document | Experiment, *, now: bool = False) -> Start:
    """Where the training of a document or an experiment begins: at step 0 or, `now`, where its run stands.

    Raises ExperimentError if it is not a sound one.
    """
    if isinstance(subject, Experiment):
        return _fresh(subject)
    if not subject.runs or needs_new_run(subject.runs[-1].segments[-1].experiment, subject.experiment):
        return _fresh(subject.experiment)
    trainer = trainer_of(subject.runs[-1])
    if trainer.experiment != subject.experiment:
        trainer.change(subject.experiment)
    return present(trainer) if now else _from_first(trainer)


def present(trainer: Trainer) -> Start:
    """Where a trainer stands."""
    here = trainer.present
    fresh = fresh_state(trainer.experiment.training.optimizer.kind, len(here.theta))
    state = _NONE if np.array_equal(here.state, fresh) else here.state
    anew = max((each.first_step for each in trainer.run.segments if each.anew), default=0)
    return Start(
        trainer.experiment,
        trainer.dataset,
        here.theta,
        here.step,
        here.epoch,
        here.position,
        state,
        taken=here.step - anew,
    )


def _fresh(experiment: Experiment) -> Start:
    check_experiment(experiment)
    dataset = make_dataset(experiment.data)
    network = build_network(experiment)
    return Start(experiment, dataset, np.array([value.data for value in network.parameters()]))


def _from_first(trainer: Trainer) -> Start:
    """From the run's first weights with its present settings; changed rates are followed, other changes told."""
    start = replace(_fresh(trainer.experiment), theta=trainer.run.checkpoints[0].theta)
    segments = [(each.first_step, each.experiment) for each in trainer.run.segments]
    if all(_same_but_rates(experiment, trainer.experiment) for _, experiment in segments):
        return replace(start, earlier=_rates(trainer.run))
    told = [
        f"step {step}: {describe_change(before, after)}"
        for (_, before), (step, after) in pairwise(segments)
        if describe_change(before, after)
    ]
    changes = "; ".join(told[:3]) + ("; …" if len(told) > 3 else "")
    return replace(
        start, remarks=(f"Settings were changed on the way ({changes}); here the last ones hold from the beginning.",)
    )


def _rates(run: Run) -> tuple[tuple[int, TrainingSpec], ...]:
    """From which step which rates held, before the present ones; neighbours that are alike are one."""
    found: list[tuple[int, TrainingSpec]] = []
    for segment in run.segments:
        training = segment.experiment.training
        if not found or (training.learning_rate, training.decay) != (found[-1][1].learning_rate, found[-1][1].decay):
            found.append((segment.first_step, training))
    return tuple(found) if len(found) > 1 else ()


def _same_but_rates(one: Experiment, other: Experiment) -> bool:
    rates = one.training
    training = msgspec.structs.replace(other.training, learning_rate=rates.learning_rate, decay=rates.decay)
    return (one.data, one.network, one.training) == (other.data, other.network, training)


# -- text -------------------------------------------------------------------------------------------------------------


def summary(start: Start) -> str:
    """What is trained, on one line; the name in it is a person's, so it belongs into a remark."""
    training = start.experiment.training
    rows = len(start.dataset.targets)
    shape = " → ".join(
        f"{size} {kind}" if kind else f"{size}"
        for size, kind in zip(start.sizes, ["", *start.activations], strict=True)
    )
    loss = "softmax cross-entropy" if start.sizes[-1] > 1 else LOSSES[training.loss].title
    batch = f"batches of {start.batch}" if start.batch else "all of them each step"
    return f"{rows} samples, {batch}; network {shape}; {loss}; {OPTIMIZER_TITLES[training.optimizer.kind]}"


def steps_lines(start: Start, steps: int) -> list[str]:
    """`STEPS = 100`, and where they begin if that is not 0."""
    return [*([f"FIRST_STEP = {start.step}"] if start.step else []), f"STEPS = {steps}"]


def steps_range(start: Start) -> str:
    """The steps as the loop runs over them."""
    return "range(FIRST_STEP, FIRST_STEP + STEPS)" if start.step else "range(STEPS)"


def learning_rate_text(start: Start) -> str:
    """The function `learning_rate(step)`; empty for a rate that never changes."""
    if start.fixed_rate:
        return ""
    training = start.experiment.training
    lines = ["def learning_rate(step):", '    """Of a step, counted from 0."""']
    pieces = [*start.earlier] or [(0, training)]
    for (_, rates), (until, _) in pairwise(pieces):
        lines += [f"    if step < {until}:  # it was changed there", *_rate_lines(rates, "        ")]
    lines += _rate_lines(pieces[-1][1], "    ")
    return "\n".join(lines)


def uses_math(start: Start) -> bool:
    """Whether the learning rate needs Python's math."""
    rates = [start.experiment.training, *(training for _, training in start.earlier)]
    return any(each.decay.kind == "cosine" for each in rates)


def _rate_lines(training: TrainingSpec, indent: str) -> list[str]:
    decay, rate = training.decay, number(training.learning_rate)
    lines, step = [], "step"
    if decay.warmup:
        lines = [
            f"if step < {decay.warmup}:  # warm-up",
            f"    return {rate} * ((step + 1) / {decay.warmup + 1})",
        ]
        step = f"(step - {decay.warmup})"
    least = f"min({step.strip('()') if decay.warmup else step}, {decay.steps})"
    drop, factor, per_step = number(decay.drop), number(decay.factor), number(decay.per_step)
    last = {
        "constant": rate,
        "linear": f"{rate} * (1 - {drop} * {least} / {decay.steps})",
        "step": f"{rate} * {factor} ** ({step} // {decay.steps})",
        "exponential": f"{rate} * {per_step} ** {step}",
        "cosine": f"{rate} * (1 - {drop} * (1 - math.cos(math.pi * {least} / {decay.steps})) / 2)",
    }[decay.kind]
    return [indent + line for line in [*lines, f"return {last}"]]


def batches_text(start: Start) -> str:
    """The generator `batches()`; empty where each step takes all samples."""
    if not start.batch:
        return ""
    return f'''
def batches():
    """The rows of each step's batch: every epoch shuffles them anew, and its last batch may be short."""
    epoch, first = {start.epoch}, {start.position}
    while True:
        order = np.random.RandomState((SEED, epoch % 2**32)).permutation(len(DATA))
        for begin in range(first, len(DATA), BATCH):
            yield order[begin : begin + BATCH]
        epoch, first = epoch + 1, 0
'''.strip("\n")


def batch_lines(start: Start) -> list[str]:
    """The settings that `batches()` reads."""
    if not start.batch:
        return []
    return [f"BATCH = {start.batch}", f"SEED = {start.experiment.network.seed}  # of the shuffles"]


def data_text(start: Start) -> str:
    """`DATA`: a row a sample, inputs first."""
    targets = start.dataset.targets.reshape(len(start.dataset.targets), -1)
    rows = np.hstack([start.dataset.inputs, targets])
    names = [*start.dataset.names, *(["y"] if targets.shape[1] == 1 else [f"y{i + 1}" for i in range(start.sizes[-1])])]
    lines = "\n".join(f"    {listed([number(x) for x in row], '    ')}," for row in rows)
    return f"DATA = [  # {', '.join(names)}\n{lines}\n]"


def layers_of(sizes: list[int], flat: Array) -> list[tuple[Array, Array]]:
    """Weights (a row a neuron) and biases of each layer, of an array in the order of MLP.parameters()."""
    found, begin = [], 0
    for before, after in pairwise(sizes):
        table = flat[begin : begin + (before + 1) * after].reshape(after, before + 1)
        found.append((table[:, :-1], table[:, -1]))
        begin += table.size
    return found


def layers_text(name: str, sizes: list[int], flat: Array) -> str:
    """`name`: for each layer its weights, a row a neuron, and its biases."""
    lines = [f"{name} = [  # of each layer: the weights, a row a neuron; the biases"]
    for weights, biases in layers_of(sizes, flat):
        rows = "\n".join(f"            {numbers(row, ' ' * 12)}," for row in weights)
        lines.append(f"    (\n        [\n{rows}\n        ],\n        {numbers(biases, ' ' * 8)},\n    ),")
    return "\n".join([*lines, "]"])


def check_steps(steps: int) -> None:
    """Raises ChainruleError for a number of steps that is none."""
    if steps < 0:
        raise ChainruleError(f"A training takes 0 steps or more, not {steps}.")
