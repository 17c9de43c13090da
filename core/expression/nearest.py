"""What was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name that was probably meant; empty if none is near."""
    known = sorted({each for each in names if each == "_backward" or not each.startswith("_")})
    same = [each for each in known if each.lower() == name.lower()]
    near = same or difflib.get_close_matches(name[:40], known, n=1, cutoff=0.6)
    return near[0] if near else ""
