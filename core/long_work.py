"""Long work tells how far it is, and ends when nobody wants it any more."""

from __future__ import annotations

from typing import Protocol


class CancelledError(Exception):
    """The work is no longer wanted; raised by a Report, to be let through."""


class Report(Protocol):
    """Called by the work at least every 50 ms or so."""

    def __call__(self, share: float, partial: object = None) -> None:
        """`share` of the work is done, 0 … 1; `partial` is what can be shown already. Raises CancelledError."""


def silent(share: float, partial: object = None) -> None:
    """A Report for those who do not listen."""
