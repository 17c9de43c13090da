"""What was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LETTERS = 2  # of a name that was only begun


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name that was probably meant; empty if none is near."""
    known = sorted({each for each in names if each == "_backward" or not each.startswith("_")})
    same = [each for each in known if each.lower() == name.lower()]
    near = same or difflib.get_close_matches(name[:40], known, n=1, cutoff=0.6) or _begun(name.lower(), known)
    return near[0] if near else ""


def _begun(name: str, known: list[str]) -> list[str]:
    """The shortest of the names that begin so: `Value` for `Va`."""
    found = [each for each in known if each.lower().startswith(name)] if len(name) >= LETTERS else []
    return sorted(found, key=len)[:1]
