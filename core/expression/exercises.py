"""Random exercises in five difficulties. The same difficulty and seed always give the same sheet, for a whole class."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import ExpressionError
from core.expression.run import run_text
from core.expression.sheet import Sheet, state_at
from core.words import mark, tr

LARGEST_SEED = 999_999
LARGEST_NUMBER = 200.0  # of data and gradients: nobody learns the chain rule from long multiplications
TITLES = (
    mark("one operation"),
    mark("a chain of sums and products"),
    mark("a value used twice"),
    mark("powers, quotients and bends"),
    mark("a neuron and its loss"),
)
DIFFICULTIES = len(TITLES)
_TRIES = 200


@dataclass(frozen=True)
class Exercise:
    """A sheet to work through."""

    difficulty: int  # from 1
    seed: int
    text: str

    @property
    def title(self) -> str:
        """`3 · a value used twice · sheet 17`."""
        title = tr(TITLES[self.difficulty - 1])
        return tr("{difficulty} · {title} · sheet {seed}", difficulty=self.difficulty, title=title, seed=self.seed)


def exercise(difficulty: int, seed: int) -> Exercise:
    """The sheet of this difficulty (1 … 5) and seed (0 … LARGEST_SEED). Raises ValueError outside of those."""
    if not 1 <= difficulty <= DIFFICULTIES or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"there is no exercise of difficulty {difficulty} with seed {seed}")
    dice = random.Random(f"chainrule exercise {difficulty} {seed}")
    for _ in range(_TRIES):
        lines = _MAKERS[difficulty - 1](dice)
        text = "\n".join([*lines, "L.backward()", ""])
        if _is_good(text):
            return Exercise(difficulty, seed, text)
    raise AssertionError("no good exercise was found")


def _is_good(text: str) -> bool:
    """All numbers are finite and moderate, and not every gradient is 0."""
    try:
        sheet: Sheet = run_text(text)
    except ExpressionError:
        return False
    state = state_at(sheet, len(sheet.steps))
    numbers = [*state.data.tolist(), *state.grad.tolist()]
    moderate = all(math.isfinite(number) and abs(number) <= LARGEST_NUMBER for number in numbers)
    leaves = [state.grad[leaf.node] for leaf in sheet.leaves]
    return moderate and sum(grad != 0.0 for grad in leaves) * 2 >= len(leaves)


_WHOLE = (-4.0, -3.0, -2.0, -1.0, 2.0, 3.0, 4.0, 5.0)
_HALF = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 3.0)


def _leaves(dice: random.Random, names: str, numbers: tuple[float, ...] = _WHOLE) -> list[str]:
    """Leaves with different numbers, so that they cannot be mistaken for each other."""
    return [
        f"{name} = Value({number!r}, label='{name}')"
        for name, number in zip(names, dice.sample(numbers, len(names)), strict=True)
    ]


def _one(dice: random.Random) -> list[str]:
    sign = dice.choice(["+", "*", "*", "-"])
    return [*_leaves(dice, "ab"), f"L = a {sign} b"]


def _chain(dice: random.Random) -> list[str]:
    last = dice.choice(["*", "+"])
    shape = dice.choice([("e = a * b", "d = e + c"), ("e = a + b", "d = e * c"), ("e = a * b", "d = e - c")])
    return [*_leaves(dice, "abc"), *shape, *_leaves(dice, "f"), f"L = d {last} f"]


def _twice(dice: random.Random) -> list[str]:
    shape = dice.choice(
        [
            ("d = a * b", "e = a + b", "L = d * e"),
            ("d = a + a", "e = d * b", "L = e + a"),
            ("d = a * a", "e = d + b", "L = e * b"),
            ("d = a * b", "e = d + d", "L = e * a"),
        ]
    )
    return [*_leaves(dice, "ab"), *shape]


def _bends(dice: random.Random) -> list[str]:
    shape = dice.choice(
        [
            ("d = a * b", "e = d.relu()", "L = e + c ** 2"),
            ("d = a ** 2", "e = d / b", "L = e * c"),
            ("d = a - b", "e = d ** 2", "L = e + c * a"),
            ("d = a / b", "e = (d + c).relu()", "L = e ** 2"),
            ("d = a ** 3", "e = d + b * c", "L = e * 2"),
        ]
    )
    return [*_leaves(dice, "abc", _HALF), *shape]


def _neuron(dice: random.Random) -> list[str]:
    bend = dice.choice(["tanh", "relu", "sigmoid"])
    target = dice.choice(["1.0", "-1.0"]) if bend != "sigmoid" else dice.choice(["1.0", "0.0"])
    leaves = [f"{name} = {dice.choice(_HALF)!r}" for name in ("x1", "x2", "w1", "w2", "b")]
    return [*leaves, "n = x1 * w1 + x2 * w2 + b", f"o = n.{bend}()", f"L = (o - {target}) ** 2"]


_MAKERS: tuple[Callable[[random.Random], list[str]], ...] = (_one, _chain, _twice, _bends, _neuron)
