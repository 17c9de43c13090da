"""Texts for people, in the language of the window. English stands in the source; a translator is put in from outside.

`tr("Training stops at step {step}.", step=7)` is translated, then filled in. A text that is made once, when a module
is imported, is only marked there, `TITLE = mark("Loss")`, and translated where it is shown, `tr(TITLE)`. The texts to
be translated are the literals in `tr`, `trn` and `mark`, so nothing else may stand there (`gui/languages.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Translator = Callable[[str, int], str]
"""English text, and the number that decides on singular or plural (−1: none) -> the same in another language."""

SINGULAR: Final = 1
ENGLISH: Final = "en"  # the language of the source
CONTEXT: Final = "Chainrule"  # of every text in the files of translations

_translator: Translator | None = None


def install(translator: Translator | None) -> None:
    """From now on texts are in this translator's language; None for English."""
    global _translator
    _translator = translator


def mark(text: str) -> str:
    """The text itself: it is translated where it is used."""
    return text


def tr(text: str, /, **values: object) -> str:
    """A text in the language of the window, `{names}` in it filled in."""
    found = text if _translator is None else _translator(text, -1)
    return _filled(found, text, values) if values else found


def trn(one: str, many: str, n: int, /, **values: object) -> str:
    """`trn("{n} step", "{n} steps", 3)`: the text that fits the number, which stands in it as `{n}`.

    `n` may be given among the values as well, where it is to be written in a special way.
    """
    english = one if n == SINGULAR else many
    found = many if _translator is None else _translator(many, n)
    found = english if found == many else found  # not translated: English has a singular of its own
    return _filled(found, english, {"n": n} | values)


def _filled(found: str, english: str, values: dict[str, object]) -> str:
    """A translation that asks for what is not there is no reason to fail: then it is said in English."""
    try:
        return found.format(**values)
    except (KeyError, IndexError, ValueError):
        return english.format(**values)
