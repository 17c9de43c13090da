"""Which gradients of a sheet, or of a run, a bug has made wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.expression.wording import short_name
from core.words import tr, trn
from gui.frames import Array, Frame
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
    name: str = ""  # how a person calls the node; empty: by its address


def wrong_gradients(frame: SheetFrame) -> tuple[Wrong, ...]:
    """From the root down; none while the true gradients are not known."""
    grad, true = frame.state.grad, frame.true_grad
    if true is None or len(true) != len(grad):
        return ()
    nodes = frame.sheet.graph.nodes
    return tuple(
        Wrong(nodes[i].address, *_told_apart(float(grad[i]), float(true[i])), short_name(frame.sheet, int(i)))
        for i in _wrong(grad, true)[::-1]
    )


def wrong_count(frame: Frame) -> int:
    """How many parameters of a run have a wrong gradient."""
    return len(_wrong(frame.gradient, frame.broken.true_gradient)) if frame.broken else 0


def wrong_parameters(frame: Frame, names: Sequence[str], most: int) -> tuple[Wrong, ...]:
    """The first of them; `names` are the parameters' addresses."""
    if frame.broken is None:
        return ()
    grad, true = frame.gradient, frame.broken.true_gradient
    return tuple(Wrong(names[i], *_told_apart(float(grad[i]), float(true[i]))) for i in _wrong(grad, true)[:most])


def _wrong(grad: Array, true: Array) -> NDArray[np.intp]:
    return np.flatnonzero(~np.isclose(grad, true, rtol=CLOSE, atol=TINY, equal_nan=True))


def count_text(wrong: int, of: int) -> str:
    """`3 of 7 gradients are wrong`"""
    if not wrong:
        return tr("no gradient is wrong")
    return trn("{n} of {of} gradients is wrong", "{n} of {of} gradients are wrong", wrong, of=of)


def _told_apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers, short: as whole numbers where they are, with all their digits where they would look the same."""
    texts = _short(one), _short(other)
    return texts if texts[0] != texts[1] else (format_exact(one), format_exact(other))


def _short(x: float) -> str:
    x += 0.0  # -0 is 0 for a reader
    whole = f"{x:g}"
    if x == float(whole) and len(whole) <= MAX_WIDTH and "e" not in whole:
        return whole
    return f"{x:.4f}" if 1e-4 <= abs(x) < 1e-3 else format_number(x)
