"""A language that does not exist: English in accented letters, longer by a third, within ⟦…⟧.

What the window shows without accents was never given to the translation; what is cut had room for English only.
Placeholders, tags, mnemonics, shortcuts and file patterns stay as they are, as a translator would leave them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from core import words
from gui.translation_texts import Catalogue

LONGER = 0.35
_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçðéƒğħîĵķļḿñöþɋŕšţüṽŵẋýžÅɃÇÐÉƑĞĦÎĴĶĻḾÑÖÞɊŔŠŢÜṼŴẊÝŽ",
)
_KEPT = re.compile(
    r"\{[^{}]*\}"  # {name}
    r"|</?[A-Za-z][^<>]*>|&\w+;"  # <b>, &lt;
    r"|&\w"  # the mnemonic in &File
    r"|\((?:[A-Z]|Space|Delete|Backspace|Enter|Escape|Tab|Home|End|F\d+|\W)\)"  # (F)
    r"|\b(?:(?:Ctrl|Shift|Alt|Meta)\+)+(?:\w+|\W)"  # Ctrl+K
    r"|\*\.\w+|\$[^$]+\$"  # file patterns, formulas
)
_TAIL = "é ñöţ é ŵöŕð "  # what fills the length: words, so that lines can be broken


def pseudo(text: str, n: int = -1) -> str:
    """The text in this language."""
    changed, at = [], 0
    for kept in _KEPT.finditer(text):
        changed += [text[at : kept.start()].translate(_ACCENTS), kept[0]]
        at = kept.end()
    changed.append(text[at:].translate(_ACCENTS))
    more = round(len(_KEPT.sub("", text)) * LONGER)
    tail = (_TAIL * (more // len(_TAIL) + 1))[:more].rstrip()
    return f"⟦{''.join(changed)}{tail}⟧"


@contextmanager
def pseudo_language(catalogue: Catalogue) -> Iterator[set[str]]:
    """Texts are in this language inside of the block, if the catalogue has them; gives those that it does not have."""
    strangers: set[str] = set()

    def translate(text: str, n: int) -> str:
        if text in catalogue.texts:
            return pseudo(text, n)
        strangers.add(text)
        return text

    words.install(translate)
    try:
        yield strangers
    finally:
        words.install(None)
