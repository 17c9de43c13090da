"""Tables as CSV: the history of a run, its predictions, the values of a sheet. RFC 4180, UTF-8, a header row.

Numbers are written so that they read back exactly. Texts that a spreadsheet would take for a formula are defused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core import kernels
from core.document import present_trainer, trainer_of
from core.document_parts import Document, RunRecord
from core.errors import ChainruleError
from core.expression.sheet import State, state_at
from core.graph import GraphSnapshot
from core.history import History
from core.kernels_numpy import NumpyKernel
from core.ops import OPS
from core.program import Array
from core.run import Run, Segment
from core.schedules import learning_rate
from core.trainer import Trainer, accuracy_of

Cell = str | int | float | bool | None
STEPS_A_CALL = 100  # between two looks at whether the table is still wanted
WORTH_COMPILED_KERNELS = 2_000  # steps; fewer are done by NumPy before Numba is even imported
MOST_WORK = 3e8  # steps · (samples · parameters + 10,000) that are worth repeating to know every accuracy
_OPERATIONS = {operation.symbol: name for name, operation in OPS.items()}  # "add" reads better than a defused plus
_CALL_COST = 10_000  # of a step whatever its size, in the same unit
_FORMULA = tuple("=+-@\t\r＝＋－＠")  # what a spreadsheet takes for the beginning of a formula


class CancelledError(ChainruleError):
    """Somebody did not want to wait any longer."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table in RFC 4180's form; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([defused(name) for name in header])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue()


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that could be begins with an apostrophe."""
    plain = text.replace("\0", "")
    return f"'{plain}" if plain.lstrip(" \n").startswith(_FORMULA) else plain


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    return str(cell) if isinstance(cell, bool | int) else repr(float(cell))


def trained(document: Document, steps: int = 0) -> Trainer:
    """The trainer of the document's run (a new one, if it has none) after so many more steps, or where it diverged.

    A run from a file goes on with the kernels that it was trained with.
    """
    recorded = document.runs[-1].segments[-1].kernel if document.runs else NumpyKernel.name
    if recorded != NumpyKernel.name or steps >= WORTH_COMPILED_KERNELS:
        kernels.warm_up(beside=False)
    trainer = present_trainer(document)
    if not document.runs:
        trainer.switch(kernels.name())
    trainer.advance(steps)
    return trainer


# -- history ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HistoryTable:
    """What is known of the steps of a run; all arrays have the same length."""

    steps: Array
    losses: Array  # of the step's batch, before its update
    accuracies: Array  # of the step's batch, 0 … 1; nan where it is not known
    rates: Array  # learning rates; nan where they are not known
    whole: tuple[Array, Array] | None = None  # losses and accuracies of all samples, where those above are of batches

    def text(self) -> str:
        """As CSV; what is not known is empty."""
        named = [("accuracy", self.accuracies), ("learning_rate", self.rates)]
        if self.whole is not None:
            named = [("loss_all_samples", self.whole[0]), ("accuracy_all_samples", self.whole[1]), named[1]]
        columns = [_known(column) for _, column in named]
        steps, losses = self.steps.astype(np.int64).tolist(), self.losses.tolist()
        return csv_text(("step", "loss", *(name for name, _ in named)), zip(steps, losses, *columns, strict=True))


def _known(column: Array) -> list[float | None]:
    return [None if number != number else number for number in column.tolist()]


def history_csv(document: Document, steps: int = 0, cancelled: Callable[[], bool] = bool) -> str:
    """Step, loss, accuracy (empty where it is not known) and learning rate of the document's run, `steps` more of it.

    Raises ChainruleError for a document of the expression lab, CancelledError when `cancelled` says so.
    """
    _require_network(document, "history")
    return run_history(document, steps, cancelled).text()


def run_history(document: Document, steps: int = 0, cancelled: Callable[[], bool] = bool) -> HistoryTable:
    """The table of `history_csv`. A run is repeated from its checkpoints, exactly, where that does not take too long.

    Otherwise its losses are those that were kept of it, and the accuracies of its past are not known.
    """
    trainer = trained(document)
    record = document.runs[-1] if document.runs else None
    parts = [] if record is None else [_past(record, trainer, cancelled)]
    parts.append(_advanced(trainer, steps, cancelled))
    if trainer.full_batch:
        parts.append(_present(trainer))
    steps_done, losses, accuracies, rates = (np.concatenate(each) for each in zip(*parts, strict=True))
    return HistoryTable(steps_done, losses, accuracies, rates)


Part = tuple[Array, Array, Array, Array]  # steps, losses, accuracies, learning rates


def _past(record: RunRecord, trainer: Trainer, cancelled: Callable[[], bool]) -> Part:
    work = record.present.step * (len(trainer.dataset.targets) * len(trainer.theta) + _CALL_COST)
    repeated = _repeated(record, cancelled) if work <= MOST_WORK else None
    if repeated is not None:
        return repeated
    history = trainer_of(record).run.history
    steps = history.steps.copy()
    return steps, history.losses.copy(), np.full(len(steps), np.nan), _rates(record.segments, steps)


def _repeated(record: RunRecord, cancelled: Callable[[], bool]) -> Part | None:
    """All steps of a run once more; None if a segment's first checkpoint is not there."""
    run = trainer_of(record).run
    parts: list[Part] = []
    for index, segment in enumerate(run.segments):
        start = next((each for each in run.checkpoints if each.step == segment.first_step), None)
        if start is None or start.segment != index:
            return None
        last = run.segments[index + 1].first_step if index + 1 < len(run.segments) else record.present.step
        trainer = Trainer.restored(Run(run.segments[: index + 1], [start], History()), start)
        parts.append(_advanced(trainer, last - start.step, cancelled))
    steps, losses, accuracies, rates = (np.concatenate(each) for each in zip(*parts, strict=True))
    return steps, losses, accuracies, rates


def _advanced(trainer: Trainer, steps: int, cancelled: Callable[[], bool]) -> Part:
    """So many steps, or as many as there are before training diverges."""
    first, last = trainer.step, trainer.step + steps
    losses: list[Array] = [np.empty(0)]
    accuracies: list[Array] = [np.empty(0)]
    while trainer.step < last:
        if cancelled():
            raise CancelledError("The export was cancelled.")
        progress = trainer.advance(min(STEPS_A_CALL, last - trainer.step))
        losses.append(progress.losses)
        accuracies.append(progress.accuracies)
        if progress.divergence is not None:
            break
    done = np.arange(first, trainer.step, dtype=np.float64)
    rates = np.array([learning_rate(trainer.experiment.training, step) for step in range(first, trainer.step)])
    return done, np.concatenate(losses), np.concatenate(accuracies), rates


def _present(trainer: Trainer) -> Part:
    """The step that training would take next: its loss is the present one."""
    found = trainer.objective.evaluate(trainer.theta, gradient=False)
    right = accuracy_of(found, trainer.dataset)
    return np.array([float(trainer.step)]), np.array([found.loss]), np.array([right]), np.array([trainer.learning_rate])


def _rates(segments: Sequence[Segment], steps: Array) -> Array:
    """The learning rate of every step, from the segment that it belongs to."""
    starts = np.array([segment.first_step for segment in segments])
    owners = np.searchsorted(starts, steps, side="right") - 1
    pairs = zip(owners.tolist(), steps.tolist(), strict=True)
    return np.array([learning_rate(segments[owner].experiment.training, int(step)) for owner, step in pairs])


# -- predictions --------------------------------------------------------------------------------------------------


def predictions_csv(document: Document, steps: int = 0) -> str:
    """Inputs, target, output and loss of every sample, after `steps` more steps of the document's run.

    Raises ChainruleError for a document of the expression lab.
    """
    _require_network(document, "predictions")
    trainer = trained(document, steps)
    found, data = trainer.objective.evaluate(trainer.theta, gradient=False), trainer.dataset
    return predictions_text(data.names, data.inputs, data.targets, found.outputs, found.sample_losses)


def predictions_text(names: Sequence[str], inputs: Array, targets: Array, outputs: Array, losses: Array) -> str:
    """The table of predictions. Of several classes `targets` are one-hot rows, `outputs` one row for each class."""
    if targets.ndim == 2:
        classes = targets.argmax(axis=1) + 1
        scores = [f"output{i + 1}" for i in range(targets.shape[1])]
        header = ("sample", *names, "target", "predicted", *scores, "loss")
        columns = [*inputs.T, classes, outputs.argmax(axis=0) + 1, *outputs, losses]
    else:
        header = ("sample", *names, "target", "output", "loss")
        columns = [*inputs.T, targets, outputs, losses]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return csv_text(header, ((sample, *row) for sample, row in enumerate(rows, start=1)))


# -- values of a graph --------------------------------------------------------------------------------------------


def values_csv(document: Document, steps: int = 0) -> str:
    """Every value of the expression lab's text with its data and gradient, after so many operations (0: all).

    Raises ChainruleError for a document of the network lab, ExpressionError for a text with a mistake.
    """
    if document.mode != "expression":
        raise ChainruleError("The network lab has no table of values: export its history or its predictions.")
    from core.expression.run import run_text  # the interpreter, where it is needed

    sheet = run_text(document.text)
    state = state_at(sheet, steps or len(sheet.steps))
    return values_text(sheet.graph, state)


def values_text(graph: GraphSnapshot, state: State) -> str:
    """The table of a graph's values; the data of what is not computed yet is empty."""
    rows = []
    for node, data, grad in zip(graph.nodes, state.data.tolist(), state.grad.tolist(), strict=True):
        operands = " ".join(graph.nodes[operand].address for operand in node.operands)
        unknown = data != data and bool(node.op)
        operation = _OPERATIONS.get(node.op, node.op)
        rows.append((node.address, node.label, operation, operands, None if unknown else data, grad))
    return csv_text(("value", "label", "operation", "operands", "data", "gradient"), rows)


def _require_network(document: Document, what: str) -> None:
    if document.mode != "network":
        raise ChainruleError(f"The expression lab has no {what}: open the network lab, or export the graph.")
