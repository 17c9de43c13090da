"""The controls of the window that a lesson may name. The window itself is not known here: it writes the list.

`python -m gui.lesson_controls` makes resources/lessons/controls.txt: object names, one a line. In a name `#` stands
for digits and `*` for a node, a bug or a word. What comes after MENU are verbs of the menus, for `lock` alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from core.expression.nearest import did_you_mean, nearest
from core.words import tr

FILE = "controls.txt"  # beside FORMAT.md
NOTE = "# "  # a line that begins so is no name
HEAD = "# controls"
MENU = "# verbs"


def unknown_control(name: str, *, verbs: bool = False) -> str:
    """What to say of a name that the window does not have; empty if it has it. `verbs`: one of a menu will do."""
    controls, menu = _listed()
    known = (*controls, *menu) if verbs else controls
    if any(stands_for(line, name) for line in known):
        return ""
    said = tr("There is no control '{name}'.", name=name)
    near = did_you_mean(nearest(name, (_like(line, name) for line in known)))
    return said + (near or " " + tr("All of them stand in {file}.", file=f"resources/lessons/{FILE}"))


def stands_for(line: str, name: str) -> bool:
    """Whether a line of the list is about a control of this name."""
    return _pattern(line).fullmatch(name) is not None


@cache
def _listed() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Controls, and the menus' verbs."""
    text = files("resources").joinpath("lessons", FILE).read_text(encoding="utf-8")
    controls, _, menu = text.partition(MENU)
    return _names(controls), _names(menu)


def _names(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line and not line.startswith(NOTE))


@cache
def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(re.escape(line).replace(r"\#", r"\d+").replace(r"\*", ".+"))


def _like(line: str, name: str) -> str:
    """A line as a name, with the digits and the end of the one that is looked for: `leafField-b` for `leafFeild-b`."""
    digits = re.search(r"\d+$", name)
    end = re.search(r"[^_-]+$", name)
    line = line.replace("#", digits[0] if digits else "0")
    return line.replace("*", end[0] if end else "…")
