"""What people type for a number. Whoever knows the answer must not fail by how it is written.

Besides what `read_answer` reads (`-2`, `−2,5`, `−3/4`, `1e-3`, `(2)`, spaces anywhere): `= 6`, `dL/da = 6`, `x: 6`,
`½`, `1 ½`, `1 1/2`, `97 %`, `3 · 10^-2`, `3×10⁻²`, a full stop at the end. What can be read in two ways, such as
`1,000`, is read in both.
"""

from __future__ import annotations

import re

from core.expression.answers import AnswerError, read_answer
from core.words import tr

_LONGEST = 80  # characters
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_PARTS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip
_TEN = re.compile(r"\s*[·*×xX⋅]\s*10\s*(?:\^|\*\*)\s*\(?\s*([+\-−–]?\s*\d{1,3})\s*\)?$")
_RAISED_TEN = re.compile(r"\s*[·*×xX⋅]\s*10\s*([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\s*$")
_MIXED = re.compile(r"([+\-−–]?)\s*(\d+)\s+(\d+)\s*[/⁄∕]\s*(\d+)")
_GROUPED = (re.compile(r"[+\-−–]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?"), re.compile(r"[+\-−–]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?"))
"""Digits in groups of three, by commas or by full stops."""


def readings(text: str) -> tuple[float, ...]:
    """Every number that the text can mean, the likeliest first; at least one. Raises AnswerError."""
    words = _bare(text)
    if not words or len(words) > _LONGEST:
        raise AnswerError(tr("Type a number, such as -2, 0.25 or 1/3."))
    share = 1.0
    if words[-1] in "%٪":
        words, share = words[:-1].strip(), 0.01
    power = 0
    if found := _RAISED_TEN.search(words) or _TEN.search(words):
        power = int("".join(found[1].split()).translate(_RAISED).replace("−", "-").replace("–", "-"))
        words = words[: found.start()]
    found_all = [number * share * 10.0 ** max(min(power, 300), -300) for number in _plain(words)]
    return tuple(dict.fromkeys(found_all))


def _bare(text: str) -> str:
    """Without `dL/da =`, quotation marks and a full stop."""
    words = text.strip().strip("\"'“”„‘’`$").strip()
    words = re.split(r"[=≈~]", words)[-1].strip()
    if found := re.fullmatch(r"[^\W\d][\w. ]{0,30}:\s*(.+)", words):
        words = found[1]
    return words[:-1].rstrip() if words.endswith((".", ",", ";")) and len(words) > 1 else words


def _plain(words: str) -> list[float]:
    for sign, fraction in _PARTS.items():
        words = words.replace(sign, f" {fraction}")
    words = words.strip()
    words = re.sub(r"^([+\-−–])\s+", r"\1", words)
    if mixed := _MIXED.fullmatch(words):
        whole = read_answer(f"{mixed[2]}") + read_answer(f"{mixed[3]}/{mixed[4]}")
        return [-whole if mixed[1] and mixed[1] != "+" else whole]
    together = "".join(words.split())
    found = [
        read_answer(together.replace(sign, ""))
        for pattern, sign in zip(_GROUPED, ",.", strict=True)
        if pattern.fullmatch(together)
    ]
    try:
        return [read_answer(words), *found]
    except AnswerError:
        if found:
            return found
        raise
