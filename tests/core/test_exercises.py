from __future__ import annotations

import math

import pytest

from core.expression.exercises import DIFFICULTIES, LARGEST_NUMBER, LARGEST_SEED, exercise
from core.expression.run import run_text
from core.expression.sheet import state_at

ALL = [(difficulty, seed) for difficulty in range(1, DIFFICULTIES + 1) for seed in (*range(12), LARGEST_SEED)]


@pytest.mark.parametrize(("difficulty", "seed"), ALL)
def test_an_exercise_can_be_worked_out_by_hand(difficulty: int, seed: int) -> None:
    sheet = run_text(exercise(difficulty, seed).text)
    state = state_at(sheet, len(sheet.steps))
    for number in (*state.data, *state.grad):
        assert math.isfinite(number) and abs(number) <= LARGEST_NUMBER
    assert sheet.has_backward
    assert sheet.graph.nodes[sheet.root].address == "L"
    assert all(leaf.literal is not None for leaf in sheet.leaves if not leaf.name.startswith("v"))


def test_the_same_seed_gives_everybody_the_same_sheet() -> None:
    assert exercise(3, 17) == exercise(3, 17)
    assert exercise(1, 1).text == "a = Value(5.0, label='a')\nb = Value(-1.0, label='b')\nL = a + b\nL.backward()\n"
    assert len({exercise(4, seed).text for seed in range(30)}) > 25


def test_difficulties_grow() -> None:
    sizes = [
        sum(len(run_text(exercise(difficulty, seed).text).graph.nodes) for seed in range(12))
        for difficulty in (1, 2, 4, 5)
    ]
    assert sizes == sorted(sizes)
    for seed in range(12):
        sheet = run_text(exercise(3, seed).text)
        uses = [operand for node in sheet.graph.nodes for operand in node.operands]
        assert len(uses) > len(set(uses)), "a value is used twice"


@pytest.mark.parametrize(("difficulty", "seed"), [(0, 1), (DIFFICULTIES + 1, 1), (1, -1), (1, LARGEST_SEED + 1)])
def test_others_do_not_exist(difficulty: int, seed: int) -> None:
    with pytest.raises(ValueError, match="no exercise"):
        exercise(difficulty, seed)
