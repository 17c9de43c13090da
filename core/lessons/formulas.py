"""The TeX that formulas of lessons may have: a whitelist, checked before anything is typeset.

What passes has balanced braces and only commands that the window's typesetter knows.
"""

from __future__ import annotations

import re

from core.expression.nearest import did_you_mean, nearest
from core.words import tr

LONGEST = 400  # characters
DEEPEST = 12  # groups in groups
_TAKES = {"frac": 2, "sqrt": 1, "mathrm": 1, "text": 1, "mathbf": 1, "hat": 1, "bar": 1}  # groups that must follow
_GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi varphi "
    "chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
_SIGNS = (
    "partial cdot times pm sum prod ell infty nabla approx neq ne le leq ge geq ll gg to rightarrow leftarrow "
    "Rightarrow mapsto in cdots ldots dots quad qquad mid"
)
_FUNCTIONS = "tanh sinh cosh exp log ln sin cos tan max min lim"
COMMANDS = frozenset((*_TAKES, *_GREEK.split(), *_SIGNS.split(), *_FUNCTIONS.split(), "left", "right"))
_SPACES = frozenset(",;!: ")  # \, \; \! \: and a backslash with a space
_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|[^\s]", re.DOTALL)
_DELIMITERS = ("(", ")", "[", "]", "|", ".")
_PLAIN = re.compile(r"[0-9A-Za-z+\-−=<>()\[\]|/,.:;!'*·×≈≠≤≥∂∑π→α-ωΓΔΘΛΞΠΣΦΨΩ]")
_SCRIPT = re.compile(r"[0-9A-Za-z]")


def formula_mistake(tex: str) -> tuple[int, str] | None:
    """Where the formula goes wrong (characters from its beginning) and how; None if it can be typeset."""
    if len(tex) > LONGEST:
        return 0, tr("A formula has at most {most} characters.", most=LONGEST)
    if not tex.strip():
        return 0, tr("A formula is empty.")
    try:
        _Formula(tex).read()
    except _WrongError as wrong:
        return wrong.place, wrong.message
    return None


class _WrongError(Exception):
    def __init__(self, place: int, message: str) -> None:
        super().__init__(message)
        self.place, self.message = place, message


class _Formula:
    """Reads a formula from left to right: a row of atoms, each perhaps with an index and a power."""

    def __init__(self, tex: str) -> None:
        self._tokens = list(_TOKEN.finditer(tex))
        self._next = 0
        self._deep = 0

    def read(self) -> None:
        self._row()
        if self._here:
            raise self._wrong(
                tr("This '}' closes nothing.") if self._here == "}" else tr("This \\right has no \\left.")
            )

    @property
    def _here(self) -> str:
        """The token that comes next; empty at the end."""
        return self._tokens[self._next][0] if self._next < len(self._tokens) else ""

    def _wrong(self, message: str, token: int | None = None) -> _WrongError:
        number = min(self._next if token is None else token, len(self._tokens) - 1)
        return _WrongError(self._tokens[number].start() if self._tokens else 0, message)

    def _row(self) -> int:
        """Atoms up to a closing brace, a \\right or the end; how many."""
        count = 0
        while self._here not in ("", "}", "\\right"):
            count += self._atom()
            self._scripts()
        return count

    def _atom(self) -> int:
        """One atom; 0 if it is no more than a space."""
        token, place = self._tokens[self._next], self._next
        if token[0] in ("^", "_"):
            raise self._wrong(tr("There is nothing before this '{token}'.", token=token[0]))
        if token[0] == "{":
            self._group()
            return 1
        self._next += 1
        if token[1]:
            self._command(token[1], place)
            return token[1] not in ("quad", "qquad")
        if token[2]:
            if token[2] not in _SPACES:
                raise self._wrong(tr("'{name}' is not known in formulas.", name=f"\\{token[2]}"), place)
            return 0
        if not _PLAIN.fullmatch(token[0]):
            raise self._wrong(tr("'{token}' cannot stand in a formula.", token=token[0]), place)
        return 1

    def _command(self, name: str, place: int) -> None:
        if name not in COMMANDS:
            near = nearest(name, COMMANDS)
            said = tr("'{name}' is not known in formulas.", name=f"\\{name[:30]}")
            raise self._wrong(said + did_you_mean(near and f"\\{near}"), place)
        if name == "left":
            self._fence("left", place)
            self._deeper(place)
            self._row()
            if self._here != "\\right":
                raise self._wrong(tr("This \\left has no \\right."), place)
            self._next += 1
            self._fence("right", self._next - 1)
            self._deep -= 1
        for _ in range(_TAKES.get(name, 0)):
            if self._here != "{":
                raise self._wrong(tr("After '\\{name}' a group in braces is wanted: {{…}}.", name=name), place)
            self._group()

    def _fence(self, side: str, place: int) -> None:
        if self._here not in _DELIMITERS:
            raise self._wrong(
                tr("After '\\{side}' one of {names} is wanted.", side=side, names=" ".join(_DELIMITERS)), place
            )
        self._next += 1

    def _group(self) -> None:
        place = self._next
        self._next += 1
        self._deeper(place)
        if not self._row() and self._here == "}":
            raise self._wrong(tr("This group is empty."), place)
        if self._here != "}":
            raise self._wrong(tr("This '{' is never closed."), place)
        self._next += 1
        self._deep -= 1

    def _deeper(self, place: int) -> None:
        self._deep += 1
        if self._deep > DEEPEST:
            raise self._wrong(tr("There are more than {most} groups in each other.", most=DEEPEST), place)

    def _scripts(self) -> None:
        """An index and a power, each at most once."""
        done: set[str] = set()
        while (sign := self._here) in ("^", "_") and sign:
            if sign in done:
                raise self._wrong(tr("A second '{sign}' here: put braces around what belongs together.", sign=sign))
            done.add(sign)
            self._next += 1
            if self._here == "{":
                self._group()
            elif _SCRIPT.fullmatch(self._here):
                self._next += 1
            else:
                raise self._wrong(
                    tr("After '{sign}' a letter, a digit or a group is wanted: {sign}{{…}}.", sign=sign), self._next - 1
                )
