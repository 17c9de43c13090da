"""`check-lesson` and `check-answers`: what they print, and their exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.lessons.results import Attempt, Result, StepResult, write_result
from core.lessons.shelf import shelf_path, shelved
from gui.__main__ import main

SOUND = '+++\nid = "x"\ntitle = "X"\n+++\n## A\n![A](a.png)\n\nLoss {loss}.\n'
DERIVATIVE = shelf_path() / "en" / "01-derivative.md"


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, list[str], str]:
    status = main([str(word) for word in words])
    found = capsys.readouterr()
    return status, found.out.splitlines(), found.err


def test_a_sound_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines, errors = run(capsys, "check-lesson", DERIVATIVE)
    assert (status, errors) == (0, "")
    assert len(lines) == 1
    assert lines[0].startswith(f"{DERIVATIVE}: sound, 8 steps, 7 tasks, ")


def test_mistakes_stand_where_an_editor_finds_them(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SOUND)
    (tmp_path / "b.md").write_text(SOUND.replace("{loss}", "{los}") + "## B\n")
    status, lines, _ = run(capsys, "check-lesson", tmp_path / "a.md", tmp_path / "b.md", tmp_path / "c.md", DERIVATIVE)
    assert status == 1
    assert lines[0] == f"{tmp_path}/a.md:6:1: There is no file 'a.png' beside the lesson."
    assert lines[1].startswith(f"{tmp_path}/b.md:8:6: 'los' names no figure. Did you mean 'loss'?")
    assert lines[2].startswith(f"{tmp_path}/b.md:9:1: This step says nothing")
    assert "There is no file" in lines[3]
    assert "sound" in lines[4]
    assert len(lines) == 5


def test_packing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "d.chainlesson"
    assert run(capsys, "check-lesson", DERIVATIVE, "--pack", target)[0] == 0
    status, lines, _ = run(capsys, "check-lesson", target)
    assert status == 0
    assert lines[0].startswith(f"{target}: sound, 8 steps")
    for words in ((DERIVATIVE, "--pack", tmp_path / "d.zip"), (DERIVATIVE, DERIVATIVE, "--pack", target)):
        status, lines, errors = run(capsys, "check-lesson", *words)
        assert (status, lines) == (2, [])
        assert "--pack is for one lesson" in errors
    (tmp_path / "a.md").write_text(SOUND)
    assert run(capsys, "check-lesson", tmp_path / "a.md", "--pack", tmp_path / "a.chainlesson")[0] == 1
    assert not (tmp_path / "a.chainlesson").exists()


def test_answers_are_marked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lesson = shelved("derivative").lesson
    steps = [StepResult(step.title) for step in lesson.steps]
    steps[0] = StepResult(
        lesson.steps[0].title, "number", (Attempt("10", False, 5.0), Attempt("20", True, 9.0)), True, seconds=70.0
    )
    steps[1] = StepResult(lesson.steps[1].title, "number", (Attempt("13", True, 5.0),), True, seconds=5.0)
    told = Result(learner="Ada\x1b[2J", lesson="derivative", digest=lesson.digest, steps=tuple(steps))
    write_result(tmp_path / "ada.chainresult", told)
    (tmp_path / "none.chainresult").write_text("{}")
    status, lines, errors = run(capsys, "check-answers", tmp_path / "ada.chainresult")
    assert (status, errors) == (0, "")
    assert lines == [f"{tmp_path}/ada.chainresult: Ada [2J, derivative, 1 of 7, 1:15 min"]
    status, lines, _ = run(
        capsys, "check-answers", "--steps", tmp_path / "ada.chainresult", tmp_path / "none.chainresult"
    )
    assert status == 1
    assert lines[1] == "  1 A function, and one point on it: right, 2 attempts, 1:10 min"
    assert lines[2] == "  2 Nudge it: not right, although the file says so, 1 attempt, 0:05 min"
    assert len(lines) == 1 + 7 + 1
    assert "is not a result" in lines[-1]


def test_answers_of_another_lesson(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_result(tmp_path / "r.chainresult", Result(lesson="mine", digest="0" * 64))
    status, lines, _ = run(capsys, "check-answers", tmp_path / "r.chainresult")
    assert status == 1
    assert "There is no lesson 'mine'." in lines[0]
    status, lines, _ = run(capsys, "check-answers", tmp_path / "r.chainresult", "--lesson", DERIVATIVE)
    assert status == 0
    assert lines[0].endswith("no name, mine, 0 of 7, 0:00 min")
    assert "is of lesson 'mine', marked by lesson 'derivative'" in lines[1]
    assert run(capsys, "check-answers", tmp_path / "r.chainresult", "--lesson", tmp_path / "no.md")[0] == 2
