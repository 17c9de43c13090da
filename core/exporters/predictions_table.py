"""The predictions of a run as a table: a row a sample, those to train on first, then those kept back for testing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.datasets import dataset_of
from core.document_parts import Document
from core.experiment import Experiment, Task
from core.exporters.tables import Cell, csv_text, require_network, trained
from core.objective import Objective
from core.program import Array, Index
from core.shape import parameter_count
from core.words import mark

PLAIN_LABELS = ("−1", "+1")  # of two classes that have no other names than their targets


class Rows(Protocol):
    """What a DataSet has, and the points that are on screen."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def inputs(self) -> Array: ...
    @property
    def targets(self) -> Array: ...
    @property
    def test_inputs(self) -> Array: ...
    @property
    def test_targets(self) -> Array: ...
    @property
    def task(self) -> Task: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def threshold(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Answers:
    """What a network says of rows."""

    outputs: Array  # (rows,), or of several classes (classes, rows): scores
    losses: Array | None  # (rows,); None if they are not known


def predictions_csv(document: Document, steps: int = 0) -> str:
    """Inputs, target, output and loss of every sample, after `steps` more steps of the document's run.

    Raises ChainruleError for a document of the expression lab.
    """
    require_network(document, mark("predictions"))
    trainer = trained(document, steps)
    objective, data = trainer.objective, trainer.dataset
    found = objective.evaluate(trainer.theta, gradient=False)
    if not len(data.test_targets):
        return predictions_text(data, Answers(found.outputs, found.sample_losses))
    tests = objective.measure(trainer.theta, data.test_inputs, data.test_targets)
    answers = Answers(tests.outputs, tests.sample_losses)
    return predictions_text(data, Answers(found.outputs, found.sample_losses), answers)


def answers_on_test_rows(experiment: Experiment, theta: Array, data: Rows, outputs: Array) -> Answers:
    """Known outputs of the rows kept back, with their losses where these parameters are of this experiment."""
    unknown = Answers(outputs, None)
    if parameter_count(experiment) != len(theta):
        return unknown
    dataset = dataset_of(experiment)
    if not np.array_equal(dataset.test_inputs, data.test_inputs):
        return unknown
    found = Objective(experiment, dataset).measure(theta, dataset.test_inputs, dataset.test_targets)
    same = found.outputs.shape == outputs.shape and np.allclose(found.outputs, outputs, equal_nan=True)
    return Answers(outputs, found.sample_losses) if same else unknown


def predictions_text(data: Rows, answers: Answers, test_answers: Answers | None = None) -> str:
    """The table. Of several classes there are their names and a score of each.

    Where rows are kept back, a column says which they are; they have numbers of their own.
    """
    marked = test_answers is not None
    header = ["sample", *(["rows"] if marked else []), *data.names, *_titles(data), "loss"]
    rows = list(_rows(data, data.inputs, data.targets, answers, ["training"] if marked else []))
    if test_answers is not None:
        rows += _rows(data, data.test_inputs, data.test_targets, test_answers, ["test"])
    return csv_text(header, rows)


def _titles(data: Rows) -> list[str]:
    """Of the columns between the inputs and the loss."""
    if data.task == "classes":
        return ["class", "predicted", *(f"score {label}" for label in data.labels)]
    return ["target", "output", *(["class", "predicted"] if _has_names(data) else [])]


def _has_names(data: Rows) -> bool:
    """Whether two classes are called other than their targets."""
    return data.task == "signs" and data.labels != PLAIN_LABELS


def _rows(data: Rows, inputs: Array, targets: Array, answers: Answers, part: Sequence[str]) -> Iterator[list[Cell]]:
    columns = _columns(data, targets, answers.outputs)
    losses: Sequence[float | None] = [None] * len(targets) if answers.losses is None else answers.losses.tolist()
    for i, (numbers, loss) in enumerate(zip(inputs.tolist(), losses, strict=True)):
        yield [i + 1, *part, *numbers, *(column[i] for column in columns), loss]


def _columns(data: Rows, targets: Array, outputs: Array) -> list[Sequence[Cell]]:
    """Those of `_titles`."""
    if data.task == "classes":
        meant, said = targets.argmax(axis=1), outputs.argmax(axis=0)
        return [*_named(data, meant, said), *(scores.tolist() for scores in outputs)]
    columns: list[Sequence[Cell]] = [targets.tolist(), outputs.tolist()]
    if _has_names(data):
        limit = data.threshold
        columns += _named(data, (targets > limit).astype(np.int64), (outputs > limit).astype(np.int64))
    return columns


def _named(data: Rows, meant: Index, said: Index) -> list[Sequence[Cell]]:
    return [[data.labels[int(number)] for number in each] for each in (meant, said)]
