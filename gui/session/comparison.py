"""Runs that were kept to be compared: their names, settings, curves and boundaries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import count

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.document import trainer_of
from core.document_parts import MAX_TEXT, Document, KeptRecord, RunRecord
from core.experiment import Experiment
from core.long_work import Report
from core.measures import accuracy_of, on_test_rows
from core.program import Array
from core.words import tr
from gui.frame_maps import Extent, MapMaker
from gui.session.analysis import Analysis, Job
from gui.session.documents import Documents
from gui.session.runs import Runs

MOST_KEPT = 8  # as many as there are colours that can be told apart
COLOURS = (2, 3, 4, 7, 5, 6, 1, 0)  # in this order: the last ones are much like those of the run that goes on
POINTS = 1_000  # of a kept curve
_FIRST_JOB = 1_000_000  # numbers of our requests to the worker, beyond those of saving


@dataclass(frozen=True, eq=False)
class Plane:
    """What a network answers over the plane of its two inputs."""

    extent: Extent
    output: Array  # (h, w), row 0 on top; of several classes the index of the largest score
    threshold: float  # of two classes, between them


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run as it stood when it was kept."""

    name: str
    colour: int  # index of its colour, its own as long as it is kept
    kept: KeptRecord  # as it is saved
    steps: Array  # of its curve, thinned
    losses: Array
    loss: float  # at its last step, over all training rows
    test_loss: float | None
    accuracy: float | None  # of the test rows where there are some, else of the training rows
    plane: Plane | None  # of two inputs
    shown: bool = True  # with its curve and its boundary

    @property
    def record(self) -> RunRecord:
        return self.kept.run

    @property
    def path(self) -> tuple[Experiment, ...]:
        """What it followed, from its first step on."""
        return tuple(segment.experiment for segment in self.record.segments)

    @property
    def experiment(self) -> Experiment:
        """What it followed at the end."""
        return self.path[-1]

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
        self._used: set[str] = set()  # all names that runs of this document have or had
        self._asked: dict[int, str] = {}  # requests under way: the name that the run shall have
        self._jobs: list[Job] = []  # results under way
        self._numbers = count(_FIRST_JOB)
        self._forgotten: tuple[int, KeptRun] | None = None  # the last one, and where it stood
        runs.document_made.connect(self._on_document_made)
        documents.opened.connect(self._on_opened)
        self._on_opened()

    @property
    def kept(self) -> tuple[KeptRun, ...]:
        """In the order in which they were kept."""
        return self._kept

    @property
    def can_keep(self) -> bool:
        return len(self._kept) + len(self._asked) + len(self._jobs) < MOST_KEPT

    @property
    def forgotten(self) -> KeptRun | None:
        """The run that can be brought back."""
        return self._forgotten[1] if self._forgotten and self.can_keep else None

    @Slot()
    def keep(self, name: str = "") -> None:
        """Keep the present run as it stands; `changed` follows. Without a name it is called `run 1`, `run 2` …

        Nothing happens unless `can_keep`.
        """
        if self.can_keep:
            number = next(self._numbers)
            self._asked[number] = name = _cleaned(name) or self._next_name()
            self._used.add(name)
            self._runs.ask_document(number)

    @Slot()
    def try_again(self) -> None:
        """Keep the present run, and begin another one with the same initial weights: now change one setting."""
        if self.can_keep:
            self.keep()
            self._runs.reset(keeps_ghost=False)  # its curve stays as a kept one

    def rename(self, run: KeptRun, name: str) -> None:
        """An empty name changes nothing."""
        name = _cleaned(name)
        if name and name != run.name:
            self._used.add(name)
            self._change(run, replace(run, name=name, kept=KeptRecord(name, run.record)))

    def show(self, run: KeptRun, shown: bool) -> None:
        """Draw its curve and its boundary, or not."""
        if shown != run.shown:
            self._change(run, replace(run, shown=shown))

    def forget(self, run: KeptRun) -> None:
        """It is kept no longer; the last one that was forgotten can be brought back."""
        if run in self._kept:
            self._forgotten = self._kept.index(run), run
            self._set(tuple(kept for kept in self._kept if kept is not run))

    @Slot()
    def bring_back(self) -> None:
        """The run that was forgotten last, where it stood."""
        run = self.forgotten
        if self._forgotten is None or run is None:
            return
        place, self._forgotten = self._forgotten[0], None
        kept = [*self._kept[:place], replace(run, colour=_free_colour(self._kept, run.colour)), *self._kept[place:]]
        self._set(tuple(kept))

    def go_on(self, run: KeptRun) -> None:
        """Make it the run that goes on, with its settings, where it stood; undo brings the present one back."""
        self._runs.go_on_with(tr("go on with {run}", run=run.name), run.record)

    def _next_name(self) -> str:
        """No run had it before: it may be brought back, or its new name recall the old one."""
        return next(name for name in (tr("run {number}", number=i) for i in count(1)) if name not in self._used)

    def _change(self, before: KeptRun, after: KeptRun) -> None:
        self._set(tuple(after if kept is before else kept for kept in self._kept))

    def _set(self, kept: tuple[KeptRun, ...]) -> None:
        self._kept = kept
        self._documents.set_kept(tuple(run.kept for run in kept))
        self.changed.emit()

    @Slot(int, object)
    def _on_document_made(self, number: int, document: Document) -> None:
        name = self._asked.pop(number, None)
        if name is not None:
            self._take_up((KeptRecord(name, document.runs[-1]),))

    @Slot()
    def _on_opened(self) -> None:
        """Another document, with its own kept runs."""
        self._asked.clear()
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        self._kept, self._forgotten = (), None
        self._used = {record.name for record in self._documents.kept}
        self.changed.emit()
        if self._documents.kept:
            self._take_up(self._documents.kept)

    def _take_up(self, records: tuple[KeptRecord, ...]) -> None:
        """Work out what is shown of them beside the window."""
        job = self._analysis.start(partial(_results, records))
        self._jobs.append(job)
        job.finished.connect(self._on_results)
        job.refused.connect(self._on_refused)

    @Slot(object)
    def _on_results(self, results: list[KeptRun]) -> None:
        job = self.sender()
        if not isinstance(job, Job) or job not in self._jobs:  # of a document that is closed
            return
        self._jobs.remove(job)
        kept = self._kept
        for run in results:
            kept = (*kept, replace(run, colour=_free_colour(kept)))
        self._set(kept)

    @Slot(str)
    def _on_refused(self, _reason: str) -> None:
        """A mistake of the program, which the window tells."""
        job = self.sender()
        if isinstance(job, Job) and job in self._jobs:
            self._jobs.remove(job)
            self.changed.emit()


def _free_colour(kept: tuple[KeptRun, ...], wished: int | None = None) -> int:
    """The wished one if it is free, else the first of those that are used least (a file may hold more runs)."""
    used = [run.colour for run in kept]
    return min(COLOURS, key=lambda colour: (used.count(colour), colour != wished))


def _cleaned(name: str) -> str:
    """One line, of what a file may hold."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:MAX_TEXT]


def _results(records: tuple[KeptRecord, ...], report: Report) -> list[KeptRun]:
    found = []
    for number, record in enumerate(records):
        report(number / len(records))
        found.append(_result(record))
    return found


def _result(kept: KeptRecord) -> KeptRun:
    trainer = trainer_of(kept.run)
    objective, theta, data = trainer.objective, trainer.theta, trainer.dataset
    found, test = objective.evaluate(theta, gradient=False), on_test_rows(objective, theta)
    history = trainer.run.history.thinned(POINTS)
    maps = MapMaker().maps(objective, theta, None, 0, running=False) if data.inputs.shape[1] == 2 else None
    return KeptRun(
        kept.name,
        0,
        kept,
        np.append(history.steps, float(trainer.step)),
        np.append(history.losses, found.loss),
        found.loss,
        test.loss if test else None,
        test.accuracy if test else accuracy_of(found.outputs, data.targets, data),
        Plane(maps.extent, maps.output, data.threshold) if maps else None,
    )
