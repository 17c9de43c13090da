"""A sheet of exercises as a lesson: the same difficulty, length and seed give every learner of a class the same one.

It is a lesson like any other, written by the program: it can be read, handed in, and marked.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import UnknownNameError
from core.expression.exercises import DIFFICULTIES, LARGEST_SEED, TITLES, exercise
from core.expression.run import run_text
from core.expression.sheet import Sheet
from core.lessons.folders import NO_FILES
from core.lessons.reading import lesson_of
from core.lessons.sharing import OpenLesson
from core.words import tr

MOST_EXERCISES = 8
MOST_ASKED = 4  # gradients in one exercise
_ID = re.compile(r"exercises-([1-9])-([1-9])")
_MINUTES = 3  # for an exercise


def exercise_sheet(difficulty: int, count: int, seed: int) -> OpenLesson:
    """`count` (1 … MOST_EXERCISES) exercises of a difficulty (1 … DIFFICULTIES). Raises ValueError outside of those."""
    if not 1 <= count <= MOST_EXERCISES or not 0 <= seed <= LARGEST_SEED or not 1 <= difficulty <= DIFFICULTIES:
        raise ValueError(f"there is no sheet of {count} exercises of difficulty {difficulty} with seed {seed}")
    steps = [_steps(difficulty, number, _seed_of(seed, number)) for number in range(1, count + 1)]
    text = "".join([_head(difficulty, count, seed), *steps])
    name = Path(f"exercises-{difficulty}-{count}-{seed}.md")
    return OpenLesson(lesson_of(text), NO_FILES, name, text.encode())


def sheet_of_result(lesson_id: str, seed: int | None) -> OpenLesson | None:
    """The sheet that a result is of; None if it is of another lesson. Raises UnknownNameError."""
    found = _ID.fullmatch(lesson_id)
    if found is None or seed is None:
        return None
    try:
        return exercise_sheet(int(found[1]), int(found[2]), seed)
    except ValueError:
        raise UnknownNameError(tr("There is no sheet of exercises '{name}'.", name=lesson_id[:60])) from None


def _seed_of(seed: int, number: int) -> int:
    """Of one exercise of a sheet: neighbouring sheets have none in common."""
    return (seed * (MOST_EXERCISES + 1) + number) % (LARGEST_SEED + 1)


def _head(difficulty: int, count: int, seed: int) -> str:
    title = tr("Exercises: {kind}, sheet {seed}", kind=tr(TITLES[difficulty - 1]), seed=seed)
    return f"""+++
id = "exercises-{difficulty}-{count}"
title = "{title}"
minutes = {count * _MINUTES}
+++
{tr("Everybody with the same kind, length and sheet number has the same exercises.")}

"""


def _steps(difficulty: int, number: int, seed: int) -> str:
    """One exercise: the result first, then the gradients of its leaves, one step each."""
    found = exercise(difficulty, seed)
    sheet = run_text(found.text)
    begins = f'[prepare]\nexercise = {difficulty}\nseed = {seed}\nposition = "start"\n'
    title = tr("Exercise {number}: the forward pass", number=number)
    ask = tr("Work out the result. What is $L$?")
    steps = [_step(title, tr("Go through the graph from left to right."), begins, ask, "data L")]
    for index, leaf in enumerate(_asked(sheet)):
        title = tr("Exercise {number}: the gradient of {leaf}", number=number, leaf=leaf)
        prepare = '[prepare]\nposition = "backward"\n' if index == 0 else ""
        steps.append(_step(title, _rule(), prepare, _gradient_ask(leaf), f"grad {leaf}"))
    return "".join(steps)


def _rule() -> str:
    return tr("On every way back to it: the gradient from above times the local derivative. Several ways are added.")


def _gradient_ask(leaf: str) -> str:
    return tr("How fast does $L$ change with `{leaf}`: what is its gradient?", leaf=leaf)


def _asked(sheet: Sheet) -> list[str]:
    """The leaves with a name, in the order of the text."""
    nodes = sheet.graph.nodes
    return [nodes[leaf.node].address for leaf in sheet.leaves if nodes[leaf.node].label][:MOST_ASKED]


def _step(title: str, prose: str, prepare: str, ask: str, figure: str) -> str:
    return f"""## {title}

{prose}

```step
{prepare}
[task]
kind = "number"
ask = {_quoted(ask)}
figure = "{figure}"
```

"""


def _quoted(text: str) -> str:
    """As a text of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
