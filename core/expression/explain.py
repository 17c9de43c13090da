"""Where a gradient of a sheet comes from: the chain rule of one node at one moment of the playback."""

from __future__ import annotations

from core.explain import Explanation
from core.expression.sheet import Sheet, State


def explain_at(sheet: Sheet, state: State, address: str) -> Explanation | None:
    """Take one node's gradient apart as it stands at `state`; None if the sheet has no such address."""
    return None
