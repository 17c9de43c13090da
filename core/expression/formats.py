"""Format specifications of f-strings: a checked, bounded part of Python's."""

from __future__ import annotations

import re
from typing import Any

from core.engine import Value
from core.expression.limits import Complaint
from core.expression.values import is_number, number_of, written
from core.words import mark, tr

_SPEC = re.compile(r"(?:[^{}]?[<>=^])?[-+ ]?#?0?(\d{0,3})[,_]?(?:\.(\d{1,2}))?([deEfFgG%s]?)")
WIDEST = 200  # characters that a number may be padded to


def formatted(value: Any, spec: str) -> str:
    """What `{value:spec}` gives. Raises Complaint for a specification that is none."""
    if not spec:
        return written(value)
    found = _SPEC.fullmatch(spec)
    if found is None or int(found[1] or 0) > WIDEST:
        raise Complaint(
            tr("`:{spec}` is no format for a number: .4f means four decimals, 8.3f eight places wide.", spec=spec[:20])
        )
    if isinstance(value, Value):
        raise Complaint(tr("A Value cannot be formatted: its number can, {x.data:.4f}."), ".data")
    shown: Any = number_of(value, mark("What is formatted")) if is_number(value) else written(value)
    if found[3] in ("d", "") and isinstance(shown, float) and found[3]:
        raise Complaint(tr("`d` is for whole numbers: a decimal one takes f, as in {x:.4f}."), ".4f")
    try:
        return format(shown, spec)
    except (ValueError, OverflowError):
        raise Complaint(tr("`:{spec}` does not fit what is formatted with it.", spec=spec)) from None
