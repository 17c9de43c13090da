"""The learner's functions of one variable at many points: for the function plot."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from core.engine import Value
from core.errors import ExpressionError, UnknownNameError
from core.expression.interpreter import Interpreter
from core.expression.limits import Budget, Complaint
from core.expression.nearest import did_you_mean, nearest
from core.expression.sheet import Array
from core.expression.source import Source
from core.expression.values import Function, is_number, number_of
from core.words import tr


def function_values(text: str, name: str, xs: Array, cancelled: Callable[[], bool] = lambda: False) -> Array:
    """f(x) for every x, the text's `name` being f; nan where f fails there, and where a limit ends it all.

    The text is run first, with the limits of every text. Raises ExpressionError where the text itself has a mistake,
    UnknownNameError where it defines no such function.
    """
    run = Interpreter(Source(text), frozenset(), Budget(cancelled))
    run.run()
    function = run.top.names.get(name)
    if not isinstance(function, Function) or name not in run.functions():
        near = nearest(name, run.functions())
        raise UnknownNameError(tr("There is no function '{name}' of one variable.", name=name) + did_you_mean(near))
    found = np.full(len(xs), np.nan)
    for i, x in enumerate(xs.tolist()):
        try:
            found[i] = _value_at(run, function, x)
        except (Complaint, RecursionError):
            break
    return found


def _value_at(run: Interpreter, function: Function, x: float) -> float:
    """f(x); f may want a Value, as `x.tanh()` does. nan where it fails."""
    place = ast.Name("x", ast.Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
    for argument in (x, Value(x)):
        try:
            result: Any = run.call_function(place, function, [argument], {})
        except ExpressionError:
            continue
        if isinstance(result, Value):
            return result.data
        return float(number_of(result, "")) if is_number(result) else math.nan
    return math.nan
