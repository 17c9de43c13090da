"""What was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from core.words import tr

LETTERS = 2  # of a name that was only begun


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name that was probably meant; empty if none is near."""
    known = sorted({each for each in names if each == "_backward" or not each.startswith("_")})
    same = [each for each in known if each.lower() == name.lower()]
    near = same or difflib.get_close_matches(name[:40], known, n=1, cutoff=0.6) or _begun(name.lower(), known)
    return near[0] if near else ""


def did_you_mean(near: str) -> str:
    """A question to put behind a sentence, with a space before it; empty where `nearest` found nothing."""
    return " " + tr("Did you mean '{near}'?", near=near) if near else ""


def meant(near: str, known: Iterable[str]) -> str:
    """The same question; where nothing is near, all that there is."""
    return did_you_mean(near) or there_are(known)


def there_are(known: Iterable[str]) -> str:
    """All known names in a sentence, with a space before it."""
    return " " + tr("There are: {names}.", names=", ".join(known))


def _begun(name: str, known: list[str]) -> list[str]:
    """The shortest of the names that begin so: `Value` for `Va`."""
    found = [each for each in known if each.lower().startswith(name)] if len(name) >= LETTERS else []
    return sorted(found, key=len)[:1]
