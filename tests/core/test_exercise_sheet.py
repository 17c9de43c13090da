"""Sheets of exercises: the same numbers give the same sheet, every sheet is sound, and results of it are marked."""

from __future__ import annotations

import pytest

from core.errors import UnknownNameError
from core.expression.exercises import DIFFICULTIES, LARGEST_SEED
from core.lessons.exercise_sheet import MOST_EXERCISES, exercise_sheet, sheet_of_result
from core.lessons.parts import MOST_STEPS, NumberTask
from core.lessons.sharing import open_lesson, pack
from core.lessons.verify import verify


@pytest.mark.parametrize("difficulty", range(1, DIFFICULTIES + 1))
@pytest.mark.parametrize("seed", [0, 1, 17, LARGEST_SEED])
def test_every_sheet_is_sound(difficulty: int, seed: int) -> None:
    found = exercise_sheet(difficulty, MOST_EXERCISES, seed)
    checked = verify(found.lesson, found.folder)
    assert checked.mistakes == ()
    assert 2 * MOST_EXERCISES <= len(found.lesson.steps) <= MOST_STEPS
    assert all(isinstance(step.task, NumberTask) for step in found.lesson.steps)


def test_the_same_numbers_give_the_same_sheet_and_others_another() -> None:
    assert exercise_sheet(3, 4, 17).text == exercise_sheet(3, 4, 17).text
    assert exercise_sheet(3, 4, 17).lesson.digest == exercise_sheet(3, 4, 17).lesson.digest
    sheets = {exercise_sheet(difficulty, 2, seed).text for difficulty in (1, 2) for seed in range(20)}
    assert len(sheets) == 40


def test_exercises_of_neighbouring_sheets_differ() -> None:
    texts = [step.prepare.seed for seed in (5, 6) for step in exercise_sheet(1, 8, seed).lesson.steps if step.prepare]
    seeds = [seed for seed in texts if seed]
    assert len(set(seeds)) == len(seeds) == 16


@pytest.mark.parametrize("numbers", [(0, 1, 1), (6, 1, 1), (1, 0, 1), (1, 9, 1), (1, 1, -1), (1, 1, LARGEST_SEED + 1)])
def test_what_there_is_not(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError):
        exercise_sheet(*numbers)


def test_a_result_leads_back_to_its_sheet() -> None:
    found = exercise_sheet(2, 3, 41)
    again = sheet_of_result(found.lesson.head.id, 41)
    assert again is not None
    assert again.lesson == found.lesson
    assert sheet_of_result("chain-rule", None) is None
    assert sheet_of_result("chain-rule", 41) is None
    assert sheet_of_result(found.lesson.head.id, None) is None
    with pytest.raises(UnknownNameError, match="exercises-9-9"):
        sheet_of_result("exercises-9-9", 1)


def test_a_sheet_can_be_handed_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = exercise_sheet(5, 1, 3)
    target = tmp_path_factory.mktemp("sheets") / "sheet.chainlesson"
    pack(found, target)
    assert open_lesson(target).lesson == found.lesson
