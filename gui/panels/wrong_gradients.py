"""Which gradients of a sheet a bug has made wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gui.numbers import MAX_WIDTH, format_exact, format_number
from gui.sheet_frames import SheetFrame

CLOSE = 1e-9  # relative: another order of additions changes last digits, and that is no mistake
TINY = 1e-12


@dataclass(frozen=True)
class Wrong:
    """One gradient; numbers as texts that differ."""

    address: str
    is_: str
    should_be: str


def wrong_gradients(frame: SheetFrame) -> tuple[Wrong, ...]:
    """From the root down; none while the true gradients are not known."""
    grad, true = frame.state.grad, frame.true_grad
    if true is None or len(true) != len(grad):
        return ()
    wrong = np.flatnonzero(~np.isclose(grad, true, rtol=CLOSE, atol=TINY, equal_nan=True))
    nodes = frame.sheet.graph.nodes
    return tuple(Wrong(nodes[i].address, *_told_apart(float(grad[i]), float(true[i]))) for i in wrong[::-1])


def count_text(wrong: int, of: int) -> str:
    """`3 of 7 gradients are wrong`"""
    if not wrong:
        return "no gradient is wrong"
    return f"{wrong} of {of} gradients {'is' if wrong == 1 else 'are'} wrong"


def _told_apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers, short: as whole numbers where they are, with all their digits where they would look the same."""
    texts = _short(one), _short(other)
    return texts if texts[0] != texts[1] else (format_exact(one), format_exact(other))


def _short(x: float) -> str:
    whole = f"{x:g}"
    return whole if x == float(whole) and len(whole) <= MAX_WIDTH else format_number(x)
