"""The compiled kernels' source is what the op table and the loops make of it, today."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core import generate_kernels, ops
from core.generate_kernels import TARGET, generate
from core.ops import OPS


def test_the_committed_file_is_a_fresh_one() -> None:
    assert TARGET.read_text(encoding="utf-8") == generate(), "run python -m core.generate_kernels"


def test_every_operation_has_its_place() -> None:
    text = generate()
    for code, operation in enumerate(OPS.values()):
        assert f'    "{operation.name}",\n' in text
        assert text.count(f"op == {code}:  # {operation.name}\n") == 2  # forward and backward


def test_nothing_of_the_table_that_raises_or_branches_is_left() -> None:
    text = generate()
    for name in ("math.exp(", "math.tanh(", "_safe_pow(", "_power(", "try:", "except "):
        assert name not in text


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    script = (
        "import pathlib, runpy, core.generate_kernels as g;"
        f"g.TARGET = pathlib.Path({str(tmp_path / 'out.py')!r}); g.write()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.py").read_text(encoding="utf-8") == generate()
    assert f"{len(OPS)} operations" in done.stdout


def test_an_operation_of_three_operands_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ops.OPS, "add", replace(OPS["add"], arity=3))
    with pytest.raises(ValueError, match="'add'"):
        generate_kernels.generate()
