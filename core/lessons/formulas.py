"""The TeX that formulas of lessons may have: a whitelist, checked before anything is typeset.

What passes has balanced braces and only commands that the window's typesetter knows.
"""

from __future__ import annotations

import re

from core.expression.nearest import nearest

LONGEST = 400  # characters
DEEPEST = 12  # groups in groups
_TAKES = {"frac": 2, "sqrt": 1, "mathrm": 1, "text": 1, "mathbf": 1, "hat": 1, "bar": 1}  # groups that must follow
_GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi varphi "
    "chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
_SIGNS = (
    "partial cdot times pm sum prod ell infty nabla approx neq ne le leq ge geq ll gg to rightarrow Rightarrow mapsto "
    "in cdots ldots dots quad qquad mid"
)
_FUNCTIONS = "tanh sinh cosh exp log ln sin cos tan max min lim"
COMMANDS = frozenset((*_TAKES, *_GREEK.split(), *_SIGNS.split(), *_FUNCTIONS.split(), "left", "right"))
_SPACES = frozenset(",;!: ")  # \, \; \! \: and a backslash with a space
_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|([{}^_])|([\s])|(.)", re.DOTALL)
_DELIMITERS = "()[]|."
_PLAIN = re.compile(r"[0-9A-Za-z+\-−=<>()\[\]|/,.:;!'*·×−≈≠≤≥∂∑√π→\u0370-\u03ff]")


def formula_mistake(tex: str) -> tuple[int, str] | None:
    """Where the formula goes wrong (characters from its beginning) and how; None if it can be typeset."""
    if len(tex) > LONGEST:
        return 0, f"A formula has at most {LONGEST} characters."
    if not tex.strip():
        return 0, "A formula is empty."
    return _Reader(tex).mistake()


class _Reader:
    """Goes through the signs of a formula once."""

    def __init__(self, tex: str) -> None:
        self._tokens = [found for found in _TOKEN.finditer(tex) if not found[4]]
        self._open: list[int] = []  # where braces are open
        self._fences: list[tuple[int, int]] = []  # where \left stands, and in how many braces
        self._wanted = 0  # groups that must follow
        self._scripts: list[set[str]] = [set()]  # of the atom before, in each open group
        self._atom = [False]  # whether there is one, in each open group

    def mistake(self) -> tuple[int, str] | None:
        i = 0
        while i < len(self._tokens):
            token = self._tokens[i]
            said = self._take(token, i)
            if said:
                return token.start(), said
            i += 2 if token[1] in ("left", "right") else 1
        if self._open:
            return self._open[-1], "This '{' is never closed."
        if self._fences:
            return self._fences[-1][0], "This \\left has no \\right."
        if self._wanted:
            return self._tokens[-1].start(), "Something is missing at the end, in braces: {…}."
        return None

    def _take(self, token: re.Match[str], i: int) -> str:
        if token[3] in ("{", "}"):
            return self._brace(token)
        if self._wanted:
            return "Here a group in braces is wanted: {…}."
        if token[3]:
            return self._script(token[3], i)
        if token[1]:
            return self._command(token[1], token.start(), i)
        if token[2]:
            return "" if token[2] in _SPACES else f"'\\{token[2]}' is not known in formulas."
        if not _PLAIN.fullmatch(token[0]):
            return f"'{token[0]}' cannot stand in a formula."
        self._new_atom()
        return ""

    def _brace(self, token: re.Match[str]) -> str:
        if token[3] == "{":
            if len(self._open) >= DEEPEST:
                return f"More than {DEEPEST} groups in each other."
            self._open.append(token.start())
            if self._wanted:
                self._wanted -= 1
                self._pending.append(self._wanted)
            else:
                self._new_atom()
                self._pending.append(0)
            self._wanted = 0
            self._scripts.append(set())
            self._atom.append(False)
            return ""
        if not self._open:
            return "This '}' closes nothing."
        if self._wanted:
            return "Here a group in braces is wanted: {…}."
        if self._fences and self._fences[-1][1] == len(self._open):
            return "A \\left in this group has no \\right."
        if not self._atom[-1]:
            return "This group is empty."
        self._open.pop()
        self._scripts.pop()
        self._atom.pop()
        self._wanted = self._pending.pop()
        return ""

    _pending: list[int]

    def _script(self, sign: str, i: int) -> str:
        if not self._atom[-1]:
            return f"There is nothing before this '{sign}'."
        if sign in self._scripts[-1]:
            return f"A second '{sign}' at the same sign: put braces around what belongs together."
        following = self._tokens[i + 1] if i + 1 < len(self._tokens) else None
        if following is None or following[3] != "{":
            if following is None or not re.fullmatch(r"[0-9A-Za-z]", following[0]):
                return f"After '{sign}' a letter, a digit or a group in braces is wanted: {sign}{{…}}."
            self._skip_atom = True
        else:
            self._wanted = 1
        self._scripts[-1].add(sign)
        return ""

    _skip_atom = False

    def _command(self, name: str, start: int, i: int) -> str:
        if name not in COMMANDS:
            near = nearest(name, COMMANDS)
            return f"'\\{name[:30]}' is not known in formulas." + (f" Did you mean '\\{near}'?" if near else "")
        if name in ("left", "right"):
            following = self._tokens[i + 1] if i + 1 < len(self._tokens) else None
            if following is None or following[0] not in _DELIMITERS:
                return f"After '\\{name}' one of {' '.join(_DELIMITERS)} is wanted."
            if name == "left":
                self._fences.append((start, len(self._open)))
            elif not self._fences or self._fences[-1][1] != len(self._open):
                return "This \\right has no \\left."
            else:
                self._fences.pop()
        self._new_atom()
        self._wanted = _TAKES.get(name, 0)
        return ""

    def _new_atom(self) -> None:
        if self._skip_atom:
            self._skip_atom = False
            return
        self._scripts[-1] = set()
        self._atom[-1] = True
