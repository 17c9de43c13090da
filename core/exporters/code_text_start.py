"""Where an exported training begins: data, weights, optimiser, and what a reader has to know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import msgspec
import numpy as np

from core.changes import describe_change
from core.datasets import DataSet, dataset_of
from core.document import trainer_of
from core.document_parts import Document
from core.experiment import Experiment, TrainingSpec
from core.experiment_rules import check_experiment
from core.features import Feature, parsed
from core.losses import is_mean
from core.optim import Mask, fresh_state, frozen_mask
from core.program import Array
from core.record import build_network
from core.run import Run, needs_new_run
from core.shape import layer_sizes, output_activation
from core.trainer import Trainer

MOST_TOLD = 3  # changes in a remark
BY_HAND = "here they are not, unless you export from the present step"
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
    def inputs(self) -> int:
        """Of a row of data."""
        return int(self.dataset.inputs.shape[1])

    @property
    def features(self) -> list[Feature]:
        """What the first layer reads, where that is not every input as it is."""
        return [parsed(text) for text in self.experiment.network.features]

    @property
    def sizes(self) -> list[int]:
        """What the first layer reads, neurons of each hidden layer, outputs."""
        return list(layer_sizes(self.experiment))

    @property
    def several(self) -> bool:
        """Whether there is an output for each class."""
        return self.sizes[-1] > 1

    @property
    def activations(self) -> list[str]:
        """Of each layer, the last one included."""
        network = self.experiment.network
        return [*(layer.activation for layer in network.hidden), output_activation(self.experiment)]

    @property
    def bias(self) -> bool:
        return self.experiment.network.bias

    @property
    def names(self) -> list[str]:
        """Addresses of the parameters, in the order of θ."""
        sizes, last = self.sizes, ["b"] if self.bias else []
        return [
            f"L{layer}.N{neuron}.{part}"
            for layer, (before, after) in enumerate(pairwise(sizes), start=1)
            for neuron in range(1, after + 1)
            for part in [*(f"w{i}" for i in range(1, before + 1)), *last]
        ]

    @property
    def frozen(self) -> Mask:
        """Which parameters do not move, in the order of θ."""
        return frozen_mask(self.names, self.experiment.training.frozen)

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
    def of_probability(self) -> bool:
        """Whether the loss is the cross-entropy of a sigmoid's output, with targets of 0 and 1."""
        network, training = self.experiment.network, self.experiment.training
        return training.loss == "logistic" and network.output == "sigmoid" and self.dataset.task == "signs"

    @property
    def tested(self) -> bool:
        """Whether rows are kept back for testing."""
        return len(self.dataset.test_targets) > 0

    @property
    def has_classes(self) -> bool:
        """Whether there is an accuracy."""
        return self.dataset.task != "regression"

    @property
    def goals(self) -> list[tuple[str, float]]:
        """At which loss and which accuracy training stops."""
        stop = self.experiment.training.stop
        accuracy = stop.accuracy if self.has_classes else 0.0
        return [(name, goal) for name, goal in (("loss", stop.loss), ("accuracy", accuracy)) if goal]

    @property
    def last_step(self) -> int:
        """The step at which training stops; 0 for none that is still to come."""
        last = self.experiment.training.stop.step
        return last if last > self.step else 0

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
    """Where a trainer stands, weights that were set by hand included."""
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
    network = build_network(experiment)
    return Start(experiment, dataset_of(experiment), np.array([value.data for value in network.parameters()]))


def _from_first(trainer: Trainer) -> Start:
    """From the run's first weights with its present settings; changed rates are followed, other changes told."""
    start = replace(_fresh(trainer.experiment), theta=trainer.run.checkpoints[0].theta)
    segments = [(each.first_step, each.experiment) for each in trainer.run.segments]
    remarks = _set_by_hand(trainer.run, start.names)
    earlier: tuple[tuple[int, TrainingSpec], ...] = ()
    if all(_same_but_rates(experiment, trainer.experiment) for _, experiment in segments):
        earlier = _rates(trainer.run)
    else:
        told = [(step, describe_change(before, after)) for (_, before), (step, after) in pairwise(segments)]
        changes = _listed([f"step {step}: {change}" for step, change in told if change])
        remarks.append(f"Settings were changed on the way ({changes}); here the last ones hold from the beginning.")
    if any(experiment.training.stop != trainer.experiment.training.stop for _, experiment in segments):
        remarks.append("Where training stops was changed on the way; here the last choice holds from the beginning.")
    return replace(start, earlier=earlier, remarks=tuple(remarks))


def _set_by_hand(run: Run, names: list[str]) -> list[str]:
    """A remark on weights that were set by hand; those that were before the first step are among the first weights."""
    found = [
        f"step {segment.first_step}: {names[place]} = {number:.4g}"
        for segment in run.segments
        if segment.first_step
        for place, number in segment.edits
    ]
    return [f"Weights were set by hand on the way ({_listed(found)}); {BY_HAND}."] if found else []


def _listed(changes: list[str]) -> str:
    return "; ".join(changes[:MOST_TOLD]) + ("; …" if len(changes) > MOST_TOLD else "")


def _rates(run: Run) -> tuple[tuple[int, TrainingSpec], ...]:
    """From which step which rates held, before the present ones; neighbours that are alike are one."""
    found: list[tuple[int, TrainingSpec]] = []
    for segment in run.segments:
        training = segment.experiment.training
        if not found or (training.learning_rate, training.decay) != (found[-1][1].learning_rate, found[-1][1].decay):
            found.append((segment.first_step, training))
    return tuple(found) if len(found) > 1 else ()


def _same_but_rates(one: Experiment, other: Experiment) -> bool:
    """Where training stops does not count either."""
    mine = one.training
    training = msgspec.structs.replace(
        other.training, learning_rate=mine.learning_rate, decay=mine.decay, stop=mine.stop
    )
    return (one.data, one.network, mine) == (other.data, other.network, training)
