"""Asks for values of the learner's functions, off the window's thread; the newest question wins."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from core.errors import ExpressionError, UnknownNameError
from core.expression.functions import function_values
from gui.panels.sheet.code_words import in_quotes

log = logging.getLogger("chainrule")

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Question:
    """Which values are wanted: over a range, and at single places."""

    text: str
    name: str  # of the function
    curve: Array
    dots: Array
    places: Array  # x, x + h and two close neighbours


@dataclass(frozen=True, eq=False)
class Answer:
    """The values, nan where there are none; or what is wrong with the function."""

    question: Question
    curve: Array
    dots: Array
    places: Array
    error: str = ""


class FunctionSampler(QObject):
    """One question is worked on at a time; of those that come meanwhile only the last is kept."""

    answered = Signal(object)  # Answer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._post = _Post()
        self._post.arrived.connect(self._on_arrived)
        self._waiting: Question | None = None
        self._job = _Job(self._post)
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether an answer is to come."""
        return self._busy

    def ask(self, question: Question) -> None:
        """`answered` follows, unless a newer question comes first."""
        if self._busy:
            self._waiting = question
            self._post.newest += 1
            return
        self._busy = True
        self._post.newest += 1
        self._job.take(question)
        _RUNNING.add(self._job)
        QThreadPool.globalInstance().start(self._job)

    @Slot(object)
    def _on_arrived(self, answer: Answer | None) -> None:
        self._busy = False
        _RUNNING.discard(self._job)
        if self._waiting is not None:
            question, self._waiting = self._waiting, None
            self.ask(question)
        if answer is not None:
            self.answered.emit(answer)


class _Post(QObject):
    """Carries answers between the threads. Jobs hold it too, so that it outlives a window that is closed."""

    arrived = Signal(object)  # Answer, or None for a question that was dropped

    def __init__(self) -> None:
        super().__init__()
        self.newest = 0


class _Job(QRunnable):
    """Used again for every question: the pool does not keep Python's half of a job alive."""

    def __init__(self, post: _Post) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._post = post
        self._number = 0
        self._question: Question | None = None

    def take(self, question: Question) -> None:
        """The next thing to do; not while it runs."""
        self._question, self._number = question, self._post.newest

    def run(self) -> None:
        question = self._question
        assert question is not None
        parts = [question.places, question.dots, question.curve]  # a limit of the text would cut the last ones off
        none = np.zeros(0)
        answer: Answer | None = None
        try:
            values = function_values(question.text, question.name, np.concatenate(parts), self._is_old)
            places, dots, curve = np.split(values, np.cumsum([len(part) for part in parts])[:-1])
            answer = Answer(question, curve, dots, places)
        except (ExpressionError, UnknownNameError) as error:
            answer = None if self._is_old() else Answer(question, none, none, none, in_quotes(str(error)))
        except Exception:
            log.exception("a function could not be evaluated")
        self._post.arrived.emit(answer)

    def _is_old(self) -> bool:
        return self._post.newest != self._number


_RUNNING: set[_Job] = set()  # what is on its way outlives the window that asked
