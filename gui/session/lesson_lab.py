"""The lab as a lesson sees it: judges answers, and computes live numbers, from what is shown at this moment.

The numbers of an expression are at hand. Those of nodes of a network are worked out beside the window, from the weights
of the frame that is on screen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.experiment import Experiment, bugs_of
from core.expression.sheet import state_at
from core.lessons.checks import Answer, Verdict, judge, right_nodes, right_number
from core.lessons.figures import OF_NODE, Figure, FigureError, resolve, shown
from core.lessons.parts import NumberTask, PickTask, ReachTask, Step
from core.lessons.state import State, state_of_sheet, state_of_trainer
from core.long_work import Report
from core.trainer import Trainer
from gui.session.analysis import Analysis
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.session.sheets import Sheets

NUMBERS_MS = 100  # live numbers are written anew at most so often
UNKNOWN = "…"  # a number that is not known at this moment

Mode = Literal["expression", "network"]
_NO_NODES = np.zeros(0)


@dataclass(frozen=True, eq=False)
class _Moment:
    """The network lab at a frame: all that the thread needs to know."""

    experiment: Experiment
    theta: NDArray[np.float64]
    gradient: NDArray[np.float64]
    step: int
    sample: int
    measured: Mapping[str, float]


class LessonLab(QObject):
    """Follows the session; a verdict may come a little later than it was asked for."""

    changed = Signal()  # the lab shows something else: other numbers, or another place in the playback
    numbers_changed = Signal(object)  # dict[Figure, str]: texts of the live numbers that are followed

    def __init__(
        self,
        documents: Documents,
        runs: Runs,
        sheets: Sheets,
        selection: Selection,
        analysis: Analysis,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._runs, self._sheets = documents, runs, sheets
        self._selection, self._analysis = selection, analysis
        self._mode: Mode = "expression"
        self._states = _NetworkStates()
        self._figures: tuple[Figure, ...] = ()
        self._told: dict[Figure, str] = {}
        self._working = self._stale = self._at_end = False
        self._timer = QTimer(self, singleShot=True, interval=NUMBERS_MS)
        self._timer.timeout.connect(self._tell_numbers)
        sheets.frame_ready.connect(self._on_sheet)
        runs.frame_ready.connect(self._on_run)

    def set_mode(self, mode: Mode) -> None:
        """Which lab the step is about."""
        self._mode = mode

    @property
    def step(self) -> int:
        """Training steps done, in the network lab."""
        frame = self._runs.frame
        return frame.step if self._mode == "network" and frame is not None else 0

    def follow(self, figures: Sequence[Figure], *, at_end: bool = False) -> None:
        """These are the live numbers from now on; `numbers_changed` tells their texts.

        They are those of the playhead, or `at_end` those of the end of the playback.
        """
        self._at_end = at_end
        self._figures = tuple(dict.fromkeys(figures))
        self._told = {}
        self._timer.stop()
        self._tell_numbers()

    def judge(self, step: Step, answer: Answer, since: int, then: Callable[[Verdict], object]) -> None:
        """`then` is called with the verdict: at once, or when it has been worked out."""
        self._work(partial(_judged, step, answer, since), then, nodes=_asks_for_nodes(step))

    def solve(self, step: Step, then: Callable[[str], object]) -> None:
        """`then` is called with what is right for a task about a number or nodes: a number as text, or addresses."""
        self._work(partial(_solution, step), then, nodes=_asks_for_nodes(step))

    def _work[Found](self, work: Callable[[State], Found], then: Callable[[Found], object], *, nodes: bool) -> None:
        if self._mode == "expression" or not nodes:
            state = self._state()
            if state is not None:
                then(work(state))
            return
        moment = self._moment()
        if moment is not None:
            job = self._analysis.start(partial(_on_moment, self._states, moment, work))
            job.finished.connect(then)

    def _state(self) -> State | None:
        """What needs no work: everything of an expression, of a network what the frame says."""
        if self._mode == "expression":
            return self._state_of_sheet()
        moment = self._moment()
        if moment is None:
            return None
        bugs = bugs_of(moment.experiment.training)
        return State(
            "network", (), _NO_NODES, _NO_NODES, -1, moment.step, moment.experiment, bugs, moment.measured
        )  # fmt: skip

    def _state_of_sheet(self) -> State | None:
        frame = self._sheets.frame
        if frame is None:
            return None
        sheet, here = frame.sheet, frame.state
        end = len(sheet.steps)
        state = state_of_sheet(sheet, here, self._sheets.bugs)
        if here.position >= end:
            return state
        return replace(state, end=state_of_sheet(sheet, state_at(sheet, end), self._sheets.bugs))

    def _moment(self) -> _Moment | None:
        frame = self._runs.frame
        if frame is None:
            return None
        measured = {
            "loss": frame.loss,
            "accuracy": frame.accuracy,
            "test loss": frame.test_loss,
            "test accuracy": frame.test_accuracy,
        }
        known = {name: float(number) for name, number in measured.items() if number is not None}
        experiment, sample = self._documents.experiment, self._selection.sample
        return _Moment(experiment, frame.theta, frame.gradient, frame.step, sample, known)

    # -- live numbers ---------------------------------------------------------------------------------------------

    @Slot()
    def _tell_numbers(self) -> None:
        if not self._figures:
            return
        if self._working:
            self._stale = True
            return
        nodes = any(figure.kind in (*OF_NODE, "result") for figure in self._figures)
        self._working = nodes and self._mode == "network" and self._moment() is not None
        self._work(partial(_texts, self._figures, self._at_end), self._take_numbers, nodes=nodes)

    def _take_numbers(self, texts: dict[Figure, str]) -> None:
        self._working = False
        if self._stale:
            self._stale = False
            self._timer.start()
        texts = {figure: text for figure, text in texts.items() if figure in self._figures}
        if texts != self._told:
            self._told = texts
            self.numbers_changed.emit(texts)

    @Slot(object)
    def _on_sheet(self, _frame: object) -> None:
        if self._mode == "expression":
            self._on_changed()

    @Slot(object)
    def _on_run(self, _frame: object) -> None:
        if self._mode == "network":
            self._on_changed()

    def _on_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
        self.changed.emit()


class _NetworkStates:
    """Makes States of moments. Belongs to the analysis thread."""

    def __init__(self) -> None:
        self._trainer: Trainer | None = None

    def at(self, moment: _Moment) -> State:
        if self._trainer is None or self._trainer.experiment != moment.experiment:
            self._trainer = Trainer(moment.experiment)
        self._trainer.theta, self._trainer.step = moment.theta.copy(), moment.step
        state = state_of_trainer(self._trainer, moment.sample)
        state.grad[: len(moment.gradient)] = moment.gradient
        return replace(state, measured=moment.measured)


def _on_moment[Found](states: _NetworkStates, moment: _Moment, work: Callable[[State], Found], report: Report) -> Found:
    return work(states.at(moment))


def _judged(step: Step, answer: Answer, since: int, state: State) -> Verdict:
    return judge(step, answer, state, since)


def _texts(figures: tuple[Figure, ...], at_end: bool, state: State) -> dict[Figure, str]:
    seen = state.outcome if at_end else state
    return {figure: _text(figure, seen) for figure in figures}


def _text(figure: Figure, state: State) -> str:
    try:
        number = resolve(figure, state)
    except FigureError:
        return UNKNOWN
    return UNKNOWN if math.isnan(number) else shown(figure, number)


def _solution(step: Step, state: State) -> str:
    """Of a number task the number, of a pick task the addresses, separated by commas."""
    if isinstance(step.task, PickTask):
        return ", ".join(sorted(right_nodes(step.task, state)))
    try:
        number = right_number(step, state)
    except FigureError as error:
        return str(error)
    assert step.figure is not None
    return shown(step.figure, number)


def _asks_for_nodes(step: Step) -> bool:
    if isinstance(step.task, NumberTask | ReachTask):
        return step.figure is not None and step.figure.kind in (*OF_NODE, "result")
    return isinstance(step.task, PickTask)
