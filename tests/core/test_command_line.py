"""The command line in a process of its own: what it prints, its exit status, and what it does not import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.examples import example_names, example_title, load_example
from core.trainer import Trainer
from core.version import VERSION

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"step (\d+) loss (\S+) accuracy (\d+\.\d)%")
HEAVY = ("PySide6", "shiboken6", "pyqtgraph", "numba", "llvmlite")


def chainrule(*words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, *options, "-m", "gui", *words],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        cwd=ROOT,
        timeout=60,
    )


def test_train_prints_one_line_a_step_in_full_precision() -> None:
    done = chainrule("train", "lecture", "--steps", "3")
    progress = Trainer(load_example("lecture")).advance(3)
    expected = [
        f"step {step} loss {loss!r} accuracy {100 * right:.1f}%"
        for step, (loss, right) in enumerate(zip(progress.losses.tolist(), progress.accuracies.tolist(), strict=True))
    ]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == expected
    first = LINE.fullmatch(expected[0])
    assert first
    assert float(first[2]) == pytest.approx(6.005402783252284, rel=1e-15)
    assert first[3] == "50.0"


def test_the_published_demo_by_command_line() -> None:
    done = chainrule("train", "moons-demo", "--steps", "2")
    lines = [LINE.fullmatch(line) for line in done.stdout.splitlines()]
    assert [line and (line[1], line[3]) for line in lines] == [("0", "50.0"), ("1", "81.0")]
    losses = [float(line[2]) for line in lines if line]
    assert losses == [pytest.approx(0.8958441028683222, abs=1e-9), pytest.approx(1.7235905336972022, abs=1e-9)]
    assert all(line and len(line[2]) >= 16 for line in lines)


def test_quiet_prints_one_line() -> None:
    done = chainrule("train", "moons-demo", "--steps", "100", "--quiet")
    found = re.fullmatch(
        r"100 steps in (\d+\.\d\d) s \((\d+) steps/s\), (numpy|numba) kernels, loss (0\.01097\d+)\n", done.stdout
    )
    assert found, done.stdout
    assert (done.returncode, done.stderr) == (0, "")
    assert float(found[4]) == pytest.approx(0.010978370135492717, abs=1e-9)


def test_no_steps_print_nothing() -> None:
    done = chainrule("train", "lecture", "--steps", "0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("train", "lectur"), "There is no example 'lectur'. Did you mean 'lecture'?"),
        (("lectur",), "There is no example 'lectur'. Did you mean 'lecture'?"),
        (("train", "moon-demo", "--steps", "1"), "Did you mean 'moons-demo'?"),
        (("train", "qqq"), "There are: lecture, moons-demo"),
        (("train", "lecture", "--steps", "many"), "'many' is not a number of steps"),
        (("train", "lecture", "--steps", "-1"), "'-1' is not a number of steps"),
        (("train", "lecture", "--steps", "1.5"), "'1.5' is not a number of steps"),
        (("train", "lecture", "--steps", "99999999999"), "is not a number of steps"),
        (("train",), "EXAMPLE"),
        (("train", "lecture", "--stepps", "3"), "--stepps"),
        (("snapshot", "lecture", "--size", "big"), "'big' is not a size"),
        (("snapshot", "lecture", "--steps", "x"), "'x' is not a number of steps"),
        (("lecture", "xor"), "xor"),
    ],
)
def test_unknown_names_and_bad_numbers_get_one_line_and_status_2(words: tuple[str, ...], says: str) -> None:
    done = chainrule(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and done.stderr.endswith("\n")
    assert done.stderr.startswith("chainrule")
    assert says in done.stderr


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("train", "--help"), ("snapshot", "--help"), ("examples",)]
)
def test_neither_qt_nor_numba_is_imported(words: tuple[str, ...]) -> None:
    done = chainrule(*words, options=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert done.stdout
    assert "argparse" in imported
    assert not imported & set(HEAVY)


def test_version_and_help() -> None:
    assert chainrule("--version").stdout == f"chainrule {VERSION}\n"
    usage = chainrule("--help").stdout
    assert all(word in usage for word in ("train", "snapshot", "examples", "EXAMPLE"))
    assert "--steps" in chainrule("train", "--help").stdout


def test_examples_are_listed_with_their_titles() -> None:
    done = chainrule("examples")
    listed = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert {"lecture", "moons-demo", "xor", "circle", "spiral"} <= set(listed)
    assert listed == {name: example_title(name) for name in example_names()}


def test_a_closed_pipe_is_no_error() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "gui", "train", "lecture", "--steps", "20000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    ) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith("step 0 ")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 0
