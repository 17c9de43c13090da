"""The history of a run as a table: every step that can be known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.accuracy import accuracy_of
from core.document import trainer_of
from core.document_parts import Document, RunRecord
from core.errors import ChainruleError
from core.exporters.tables import csv_text, require_network, trained
from core.history import History
from core.measures import on_test_rows
from core.program import Array
from core.run import Run, Segment
from core.schedules import learning_rate
from core.trainer import Trainer
from core.words import mark, tr

STEPS_A_CALL = 100  # between two looks at whether the table is still wanted
MOST_WORK = 3e8  # steps · (samples · parameters + 10,000) that are worth repeating to know every accuracy
_CALL_COST = 10_000  # of a step whatever its size, in the same unit


class CancelledError(ChainruleError):
    """Somebody did not want to wait any longer."""


@dataclass(frozen=True, eq=False)
class HistoryTable:
    """What is known of the steps of a run; all arrays have the same length, and nan where nothing is known."""

    steps: Array
    losses: Array  # of the step's batch, before its update
    accuracies: Array  # of the step's batch, 0 … 1
    rates: Array  # learning rates
    test_losses: Array  # of the rows kept back, before the step's update
    test_accuracies: Array
    has_classes: bool = True  # else there are no accuracies
    tested: bool = False  # whether there are rows kept back

    def text(self) -> str:
        """As CSV; what is not known is empty."""
        named = [("accuracy", self.accuracies)] if self.has_classes else []
        if self.tested:
            named.append(("test_loss", self.test_losses))
            named += [("test_accuracy", self.test_accuracies)] if self.has_classes else []
        named.append(("learning_rate", self.rates))
        columns = [_known(column) for _, column in named]
        steps, losses = self.steps.astype(np.int64).tolist(), self.losses.tolist()
        return csv_text(("step", "loss", *(name for name, _ in named)), zip(steps, losses, *columns, strict=True))


def _known(column: Array) -> list[float | None]:
    return [None if number != number else number for number in column.tolist()]


def history_csv(document: Document, steps: int = 0, cancelled: Callable[[], bool] = bool) -> str:
    """Step, loss, accuracy, what the test rows say, and learning rate of the document's run, `steps` more of it.

    What is not known is empty. Raises ChainruleError for a document of the expression lab, CancelledError when
    `cancelled` says so.
    """
    require_network(document, mark("history"))
    return run_history(document, steps, cancelled).text()


def run_history(document: Document, steps: int = 0, cancelled: Callable[[], bool] = bool) -> HistoryTable:
    """The table of `history_csv`. A run is repeated from its checkpoints, exactly, where that does not take too long.

    Otherwise its losses are those that were kept of it, and the rest of its past is not known.
    """
    trainer = trained(document)
    record = document.runs[-1] if document.runs else None
    parts = [] if record is None else [_past(record, trainer, cancelled)]
    parts.append(_advanced(trainer, steps, cancelled, stops=True))
    if trainer.full_batch:
        parts.append(_present(trainer))
    data = trainer.dataset
    return HistoryTable(*_joined(parts), data.task != "regression", len(data.test_targets) > 0)


Part = tuple[Array, Array, Array, Array, Array, Array]  # as the arrays of a HistoryTable


def _past(record: RunRecord, trainer: Trainer, cancelled: Callable[[], bool]) -> Part:
    data = trainer.dataset
    rows = len(data.targets) + len(data.test_targets)
    work = record.present.step * (rows * len(trainer.theta) + _CALL_COST * (1 + 2 * bool(len(data.test_targets))))
    repeated = _repeated(record, cancelled) if work <= MOST_WORK else None
    if repeated is not None:
        return repeated
    history = trainer_of(record).run.history
    steps, unknown = history.steps.copy(), np.full(len(history), np.nan)
    return steps, history.losses.copy(), unknown, _rates(record.segments, steps), unknown, unknown


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
    return _joined(parts)


def _joined(parts: Sequence[Part]) -> Part:
    steps, losses, accuracies, rates, test_losses, test_accuracies = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    return steps, losses, accuracies, rates, test_losses, test_accuracies


def _advanced(trainer: Trainer, steps: int, cancelled: Callable[[], bool], *, stops: bool = False) -> Part:
    """So many steps, or as many as there are before training diverges or, if it `stops`, ends by itself.

    Step by step where there are test rows: they are measured at each.
    """
    first, last = trainer.step, trainer.step + steps
    tested = len(trainer.dataset.test_targets) > 0
    losses, accuracies, tests = [np.empty(0)], [np.empty(0)], [np.empty((0, 2))]
    while trainer.step < last:
        if cancelled():
            raise CancelledError(tr("The export was cancelled."))
        test = _test(trainer) if tested else (np.nan, np.nan)
        progress = trainer.advance(min(1 if tested else STEPS_A_CALL, last - trainer.step))
        losses.append(progress.losses)
        accuracies.append(progress.accuracies)
        tests.append(np.tile(test, (len(progress.losses), 1)))
        if progress.divergence is not None or (stops and progress.stopped):
            break
    done = np.arange(first, trainer.step, dtype=np.float64)
    rates = np.array([learning_rate(trainer.experiment.training, step) for step in range(first, trainer.step)])
    return done, np.concatenate(losses), np.concatenate(accuracies), rates, *np.concatenate(tests).T


def _present(trainer: Trainer) -> Part:
    """The step that training would take next: its loss is the present one."""
    found = trainer.objective.evaluate(trainer.theta, gradient=False)
    right = accuracy_of(found, trainer.dataset)
    numbers = float(trainer.step), found.loss, right, trainer.learning_rate, *_test(trainer)
    step, loss, accuracy, rate, test_loss, test_accuracy = (np.array([number]) for number in numbers)
    return step, loss, accuracy, rate, test_loss, test_accuracy


def _test(trainer: Trainer) -> tuple[float, float]:
    """Loss and accuracy of the rows kept back; nan for what there is not."""
    found = on_test_rows(trainer.objective, trainer.theta)
    if found is None:
        return np.nan, np.nan
    return found.loss, np.nan if found.accuracy is None else found.accuracy


def _rates(segments: Sequence[Segment], steps: Array) -> Array:
    """The learning rate of every step, from the segment that it belongs to."""
    starts = np.array([segment.first_step for segment in segments])
    owners = np.searchsorted(starts, steps, side="right") - 1
    pairs = zip(owners.tolist(), steps.tolist(), strict=True)
    return np.array([learning_rate(segments[owner].experiment.training, int(step)) for owner, step in pairs])
