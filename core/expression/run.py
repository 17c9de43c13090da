"""Runs a learner's text: parsed with `ast`, interpreted by a whitelist (language.py), never executed by Python.

Plain numbers: a name that is given a plain number at the top level is a leaf of the graph. It counts and prints like
the number, and becomes a Value with that label as soon as it meets a Value. In a text that makes no Value of its own
(no `Value`, `Neuron`, `Layer`, `MLP` in it), arithmetic with such names is watched, too: the results print as numbers
and have a graph, so that `a = 2.0` is enough. An exponent that is a whole number stays a number.

Random numbers are the same in every run: those of `random.seed(1337)`, unless the text sets another seed.
"""

from __future__ import annotations

from collections.abc import Callable

from core.bugs import Bug
from core.errors import ExpressionError
from core.expression.interpreter import Interpreter
from core.expression.limits import Budget
from core.expression.sheet import Sheet
from core.expression.source import Source
from core.expression.trace import sheet_of

__all__ = ["ExpressionError", "run_text"]


def run_text(text: str, bugs: frozenset[Bug] = frozenset(), cancelled: Callable[[], bool] = lambda: False) -> Sheet:
    """The sheet of a text, in at most limits.SECONDS. `cancelled` is asked every few hundred operations.

    Raises ExpressionError: for a mistake, for a limit that is reached, and when it is cancelled.
    """
    run = Interpreter(Source(text), bugs, Budget(cancelled))
    run.run()
    return sheet_of(run)
