"""Runs that were kept to be compared: their names, settings, curves and boundaries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.document import trainer_of
from core.document_parts import Document, KeptRecord, RunRecord
from core.experiment import Experiment
from core.long_work import Report
from core.program import Array
from core.trainer import accuracy
from gui.frame_maps import MapMaker
from gui.frames import Maps
from gui.session.analysis import Analysis, Job
from gui.session.documents import Documents
from gui.session.runs import Runs

MOST_KEPT = 8  # as many as there are colours that can be told apart
POINTS = 1_000  # of a kept curve
_FIRST_JOB = 1_000_000  # numbers of our requests to the worker, beyond those of saving


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run as it stood when it was kept."""

    name: str
    colour: int  # index of its colour, its own as long as it is kept
    record: RunRecord
    steps: Array  # of its curve, thinned
    losses: Array
    loss: float  # at its last step, over all training rows
    test_loss: float | None
    accuracy: float | None  # of the test rows where there are some, else of the training rows
    maps: Maps | None  # of two inputs: what it answers over the plane
    shown: bool = True  # with its curve and its boundary

    @property
    def experiment(self) -> Experiment:
        """What it followed at the end."""
        return self.record.segments[-1].experiment

    @property
    def step(self) -> int:
        return self.record.present.step


class Comparison(QObject):
    """Keeps runs beside the one that goes on. They are saved with the document; keeping one is no step of undo."""

    changed = Signal()

    def __init__(self, documents: Documents, runs: Runs, analysis: Analysis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents, self._runs, self._analysis = documents, runs, analysis
        self._kept: tuple[KeptRun, ...] = ()
        self._asked: dict[int, str] = {}  # requests under way: the name that the run shall have
        self._last_job = _FIRST_JOB
        self._names = 0
        runs.document_made.connect(self._on_document_made)
        documents.opened.connect(self._on_opened)
        self._on_opened()

    @property
    def kept(self) -> tuple[KeptRun, ...]:
        """In the order in which they were kept."""
        return self._kept

    @property
    def can_keep(self) -> bool:
        return len(self._kept) + len(self._asked) < MOST_KEPT

    def keep(self, name: str = "") -> None:
        """Keep the present run as it stands; `changed` follows. Without a name it is called `run 1`, `run 2` …"""
        if self.can_keep:
            self._names += not name
            self._last_job += 1
            self._asked[self._last_job] = name or f"run {self._names}"
            self._runs.ask_document(self._last_job)

    def rename(self, run: KeptRun, name: str) -> None:
        """An empty name changes nothing."""
        if name.strip():
            self._change(run, replace(run, name=name.strip()))

    def show(self, run: KeptRun, shown: bool) -> None:
        """Draw its curve and its boundary, or not."""
        self._change(run, replace(run, shown=shown))

    def forget(self, run: KeptRun) -> None:
        self._set(tuple(kept for kept in self._kept if kept is not run))

    def go_on(self, run: KeptRun) -> None:
        """Make it the run that goes on, with its settings, where it stood; undo brings the present one back."""
        self._runs.go_on_with(f"go on with {run.name}", run.record)

    def _change(self, before: KeptRun, after: KeptRun) -> None:
        self._set(tuple(after if kept is before else kept for kept in self._kept))

    def _set(self, kept: tuple[KeptRun, ...]) -> None:
        self._kept = kept
        self._documents.set_kept(tuple(KeptRecord(run.name, run.record) for run in kept))
        self.changed.emit()

    @Slot(int, object)
    def _on_document_made(self, job: int, document: Document) -> None:
        name = self._asked.pop(job, None)
        if name is not None:
            self._take_up([KeptRecord(name, document.runs[-1])])

    @Slot()
    def _on_opened(self) -> None:
        """Another document, with its own kept runs."""
        self._asked.clear()
        self._names, self._kept = len(self._documents.kept), ()
        self.changed.emit()
        if self._documents.kept:
            self._take_up(list(self._documents.kept))

    def _take_up(self, records: list[KeptRecord]) -> None:
        """Work out what is shown of them beside the window."""
        job: Job = self._analysis.start(partial(_results, records))
        job.finished.connect(self._on_results)

    @Slot(object)
    def _on_results(self, results: list[KeptRun]) -> None:
        kept = list(self._kept)
        for run in results[: MOST_KEPT - len(kept)]:
            free = next(colour for colour in range(MOST_KEPT) if all(colour != other.colour for other in kept))
            kept.append(replace(run, colour=free))
        self._set(tuple(kept))


def _results(records: list[KeptRecord], report: Report) -> list[KeptRun]:
    found = []
    for number, record in enumerate(records):
        report(number / len(records))
        found.append(_result(record))
    return found


def _result(kept: KeptRecord) -> KeptRun:
    trainer = trainer_of(kept.run)
    objective, theta, data = trainer.objective, trainer.theta, trainer.dataset
    found = objective.evaluate(theta, gradient=False)
    tested = objective.measure(theta, data.test_inputs, data.test_targets) if len(data.test_inputs) else None
    share = accuracy(found, data) if tested is None else accuracy(tested, data, of_test=True)
    history = trainer.run.history.thinned(POINTS)
    maps = MapMaker().maps(objective, theta, None, 0, running=False)
    return KeptRun(
        kept.name,
        0,
        kept.run,
        np.append(history.steps, float(trainer.step)),
        np.append(history.losses, found.loss),
        found.loss,
        tested.loss if tested else None,
        share,
        maps,
    )
