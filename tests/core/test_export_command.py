"""`chainrule export` in a process of its own: what it writes, its exit status, and what it leaves alone."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.document import document_of, write_document
from core.document_parts import Document
from core.examples import load_example
from core.exporters.code_text_targets import document_code, sheet_code, training_code
from core.expression.run import run_text
from core.trainer import Trainer

ROOT = Path(__file__).parents[2]
QT = ("PySide6", "shiboken6", "pyqtgraph")


def export(*words: str, folder: Path, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, *options, "-m", "gui", "export", *words],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        cwd=folder,
        timeout=120,
    )


@pytest.mark.parametrize("target", ["pytorch", "micrograd", "notebook"])
def test_programs_are_written_without_qt(target: str, tmp_path: Path) -> None:
    done = export("xor", "--to", target, "--steps", "7", "-o", "out.txt", folder=tmp_path, options=("-X", "importtime"))
    assert (done.returncode, done.stdout) == (0, "")
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "core" in imported and not imported & set(QT)
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == training_code(load_example("xor"), target, 7)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.txt"]


@pytest.mark.parametrize("target", ["dot", "csv"])
def test_tables_and_dot_are_written_without_qt(target: str, tmp_path: Path) -> None:
    done = export("xor", "--to", target, "--steps", "3", "-o", "out", folder=tmp_path, options=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert done.returncode == 0 and not imported & set(QT)
    text = (tmp_path / "out").read_text(encoding="utf-8")
    assert text.startswith("step,loss,") if target == "csv" else "digraph" in text


@pytest.mark.parametrize(
    ("target", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG"), ("html", b"<!doctype html>")]
)
def test_pictures_and_the_report_are_written_offscreen(target: str, begins: bytes, tmp_path: Path) -> None:
    done = export("lecture", "--to", target, "--steps", "2", "-o", f"out.{target}", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / f"out.{target}").read_bytes()[:15].lower().startswith(begins.lower())


def test_a_file_is_exported_by_its_lab_from_its_beginning_or_from_now(tmp_path: Path) -> None:
    trainer = Trainer(load_example("xor"))
    trainer.advance(5)
    document = document_of(trainer.experiment, None, [trainer])
    write_document(tmp_path / "run.chainrule", document)
    assert export("run.chainrule", "--to", "pytorch", "-o", "a.py", folder=tmp_path).returncode == 0
    assert export("run.chainrule", "--to", "pytorch", "-o", "b.py", "--from-now", folder=tmp_path).returncode == 0
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == document_code(document, "pytorch")
    assert "FIRST_STEP = 5" in (tmp_path / "b.py").read_text(encoding="utf-8")
    text = "a = Value(2.0, label='a')\nb = a * 3\nb.backward()\n"
    write_document(tmp_path / "sheet.chainrule", Document(mode="expression", text=text))
    assert export("sheet.chainrule", "--to", "notebook", "-o", "c.ipynb", folder=tmp_path).returncode == 0
    written = (tmp_path / "c.ipynb").read_text(encoding="utf-8")
    assert written == sheet_code(run_text(text), "notebook") and json.loads(written)


def test_an_existing_file_is_only_overwritten_by_force(tmp_path: Path) -> None:
    there = tmp_path / "there.py"
    there.write_text("mine")
    done = export("lecture", "--to", "pytorch", "-o", "there.py", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "chainrule: 'there.py' is there already: add --force to overwrite it.\n"
    assert there.read_text() == "mine"
    assert export("lecture", "--to", "pytorch", "-o", "there.py", "--force", folder=tmp_path).returncode == 0
    assert there.read_text(encoding="utf-8") == training_code(load_example("lecture"), "pytorch")
    link = tmp_path / "link.svg"  # leads nowhere, but is there
    link.symlink_to("nowhere")
    assert export("lecture", "--to", "svg", "-o", "link.svg", folder=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("lectur", "--to", "pytorch", "-o", "x"), "Did you mean 'lecture'?"),
        (("nofile.chainrule", "--to", "pytorch", "-o", "x"), "There is no file 'nofile.chainrule'."),
        (("lecture", "--to", "fortran", "-o", "x"), "invalid choice: 'fortran'"),
        (("lecture", "-o", "x"), "--to"),
        (("lecture", "--to", "pytorch"), "-o"),
        (("lecture", "--to", "pytorch", "-o", "x", "--steps", "many"), "'many' is not a number of steps"),
        (("lecture", "--to", "pytorch", "-o", "no/folder.py"), "There is no folder 'no'."),
        (("lecture", "--to", "png", "-o", "no/folder.png"), "There is no folder 'no'."),
        (("lecture", "--to", "pytorch", "-o", "."), "'.' is a folder"),
        (("lecture", "--to", "svg", "-o", ".", "--force"), "'.' is a folder"),
        (("lecture", "--to", "pytorch", "-o", "torch.py"), "'torch.py' would hide the module that it imports"),
        (("xor", "--to", "micrograd", "-o", "numpy.py"), "'numpy.py' would hide the module that it imports"),
        (("mistake.chainrule", "--to", "pytorch", "-o", "x"), "mistake in line 2"),
        (("mistake.chainrule", "--to", "csv", "-o", "x"), "mistake in line 2"),
        (("empty.chainrule", "--to", "micrograd", "-o", "x"), "nothing to export"),
    ],
)
def test_what_cannot_be_done_gets_one_line_and_status_2(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    write_document(tmp_path / "mistake.chainrule", Document(mode="expression", text="a = 1.0\nb = a.tahn()\n"))
    write_document(tmp_path / "empty.chainrule", Document(mode="expression", text=""))
    before = sorted(tmp_path.rglob("*"))
    done = export(*words, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("chainrule")
    assert says in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    done = export("lecture", "--to", "pytorch", "-o", "closed/x.py", folder=tmp_path)
    assert done.returncode == 2 and "cannot be saved" in done.stderr
    assert list(closed.iterdir()) == []


def test_help_names_every_kind(tmp_path: Path) -> None:
    done = export("--help", folder=tmp_path)
    assert done.returncode == 0
    words = ("pytorch", "micrograd", "notebook", "dot", "svg", "pdf", "png", "csv", "html", "--force", "--from-now")
    assert all(word in done.stdout for word in words)
