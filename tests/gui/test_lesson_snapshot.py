"""`chainrule snapshot --lesson`: a picture of a step of a lesson, drawn without a screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]


def snapshot(lesson: str, target: Path) -> subprocess.CompletedProcess[str]:
    words = ["snapshot", "lecture", "--lesson", lesson, "--size", "1280x800", "-o", str(target)]
    command = [sys.executable, "-m", "gui", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)


def test_a_step_of_a_lesson_is_drawn(tmp_path: Path) -> None:
    done = snapshot("chain-rule:4", tmp_path / "step.png")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    picture = QImage(str(tmp_path / "step.png"))
    assert (picture.width(), picture.height()) == (1280, 800)
    colours = {picture.pixel(x, y) for x in range(20, 340, 3) for y in range(100, 500, 3)}
    assert len(colours) > 50  # the column has its prose


@pytest.mark.parametrize(
    ("lesson", "says"),
    [("chain-rule:99", "has the steps 1 to 9"), ("chain-rule:x", "has the steps"), ("chain", "no lesson 'chain'")],
)
def test_what_there_is_not(lesson: str, says: str, tmp_path: Path) -> None:
    done = snapshot(lesson, tmp_path / "step.png")
    assert done.returncode == 2
    assert says in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "step.png").exists()
