"""The lessons that come with the program: one folder a language under resources/lessons, one file a lesson."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from core.errors import UnknownNameError
from core.expression.nearest import did_you_mean, nearest
from core.lessons.sharing import OpenLesson, open_lesson
from core.words import tr

FIRST_LANGUAGE = "en"  # has every lesson


def shelf_path() -> Path:
    """Where they are."""
    return Path(str(files("resources").joinpath("lessons")))


@cache
def shelf(language: str = FIRST_LANGUAGE) -> tuple[OpenLesson, ...]:
    """All lessons in the order of the course; those that a language does not have are in the first one."""
    found = {each.lesson.head.id: each for each in _of(FIRST_LANGUAGE)}
    if language != FIRST_LANGUAGE and (shelf_path() / language).is_dir():
        found |= {each.lesson.head.id: each for each in _of(language)}
    return tuple(sorted(found.values(), key=lambda each: (each.lesson.head.part, each.lesson.head.id)))


def shelved(lesson_id: str, language: str = FIRST_LANGUAGE) -> OpenLesson:
    """The lesson of this id. Raises UnknownNameError."""
    for each in shelf(language):
        if each.lesson.head.id == lesson_id:
            return each
    near = nearest(lesson_id, (each.lesson.head.id for each in shelf(language)))
    raise UnknownNameError(tr("There is no lesson '{name}'.", name=lesson_id[:60]) + did_you_mean(near))


def _of(language: str) -> list[OpenLesson]:
    return [open_lesson(path) for path in sorted((shelf_path() / language).glob("*.md"))]
