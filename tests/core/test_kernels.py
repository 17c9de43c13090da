"""How compiled kernels come to be there: on a first start, on a second one, and where they cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import kernels
from core.errors import ChainruleError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def not_ready(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kernels, "_module", None)
    monkeypatch.setattr(kernels, "_failure", None)
    yield


def test_before_they_are_ready(not_ready: None) -> None:
    assert (kernels.ready(), kernels.name()) == (False, "numpy")
    assert kernels.reason() == "The compiled kernels have not been asked for yet."
    with pytest.raises(ChainruleError, match="asked for yet"):
        kernels.compiled_module()


def test_once_they_are_ready() -> None:
    pytest.importorskip("numba")
    assert kernels.warm_up(beside=False), kernels.reason()
    assert (kernels.ready(), kernels.name(), kernels.reason()) == (True, "numba", "")
    assert kernels.warm_up()


STARTS = """
import json, sys
from core import kernels
assert "numba" not in sys.modules
done = kernels.warm_up(beside=len(sys.argv) > 1)
assert done, kernels.reason()
module = kernels.compiled_module()
entries = [module.run, module.over_points, module.whole_forward, module.whole_backward]
hits = sum(sum(entry.stats.cache_hits.values()) for entry in entries)
misses = sum(sum(entry.stats.cache_misses.values()) for entry in entries)
print(json.dumps([done, kernels.reason(), hits, misses]))
"""


def start(cache: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(cache), **variables}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", STARTS, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=600,
        cwd=cache,
    )


def compiled_files(cache: Path) -> dict[Path, int]:
    """Files of compiled code, and when they were written."""
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")}


def test_the_first_start_compiles_beside_and_the_second_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    first = start(tmp_path, "beside")
    assert first.returncode == 0, first.stderr
    compiled = compiled_files(tmp_path)
    assert compiled
    second = start(tmp_path, "beside")
    assert compiled_files(tmp_path) == compiled  # nothing was written again
    assert second.returncode == 0, second.stderr
    assert json.loads(first.stdout) == [True, "", 4, 0]  # this process compiled nothing itself
    assert json.loads(second.stdout) == [True, "", 4, 0]
    assert list(tmp_path.glob("*.ready"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert kernels.cached()


def test_a_folder_that_cannot_be_written_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked / "inside"))
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path))
    assert kernels._writable_cache_folder().parent == tmp_path


@pytest.mark.parametrize(
    ("platform", "variable", "parts"),
    [
        ("linux", "XDG_CACHE_HOME", ("chainrule", "kernels")),
        ("win32", "LOCALAPPDATA", ("chainrule", "kernels")),
        ("darwin", "", ("Library", "Caches", "chainrule", "kernels")),
    ],
)
def test_the_cache_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, parts: tuple[str, ...]
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(kernels.sys, "platform", platform)
    monkeypatch.setattr(kernels.Path, "home", lambda: tmp_path)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
    assert kernels.cache_folder() == tmp_path.joinpath(*parts)


WITHOUT = """
import importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"numba", "llvmlite"}:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)

sys.meta_path.insert(0, Absent())
from core import compiled, kernels
from core.examples import load_example
from core.trainer import Trainer
assert not kernels.cached()
print(kernels.warm_up(), kernels.name(), kernels.reason(), len(Trainer(load_example("lecture")).advance(3).losses))
"""


def test_without_numba_training_goes_on(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("False numpy The compiled kernels could not be used: No module named 'numba")
    assert done.stdout.split()[-1] == "3"
    assert not list(tmp_path.iterdir())


def test_a_compiler_that_fails_is_no_more_than_a_reason(
    not_ready: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(kernels.sys, "executable", str(tmp_path / "no python"))
    assert not kernels.cached()
    assert not kernels.warm_up()
    assert "could not be used" in kernels.reason()
