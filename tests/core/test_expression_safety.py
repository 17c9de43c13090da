"""Whatever is typed: a sheet or a located error, and nothing outside of the interpreter happens."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.bugs import Bug
from core.expression.run import run_text
from core.expression.snippets import snippets
from tests.benchmarks.fuzz_expression import outcome
from tests.benchmarks.made_programs import HOSTILE, made_program

ROOT = Path(__file__).parents[2]
QUIET = """
import ast, sys, unicodedata  # the last for names such as \\N{MINUS SIGN}, which the compiler looks up
from core.errors import ExpressionError
from core.expression import limits
from core.expression.functions import function_values
from core.expression.run import run_text
from tests.benchmarks.made_programs import HOSTILE, made_programs
import numpy

programs = [*HOSTILE, *made_programs(11, 600)]
limits.SECONDS = 0.5
xs = numpy.arange(3.0)
first = "a = 2.0\\nb = a.tanh()\\nb.backward()\\nprint(f'{b:.3f}')"
for text in (first, "a = tahn('\\\\d' if 1else 2)", "f(", HOSTILE[0]):
    try:
        run_text(text)  # whatever is imported or cached once is so now
    except ExpressionError:
        pass

events = {}
def watch(event, args):
    if event == "compile":  # of ast.parse: with a source, no file of that name, and the flag that asks for a tree alone
        frame = sys._getframe(1)
        if frame.f_code is ast.parse.__code__ and frame.f_locals["flags"] & ast.PyCF_ONLY_AST:
            return
    if event == "open" and args[0] == "":  # Python looks for a line of the text in the file that ast.parse named: none
        return
    if event not in ("sys._getframe", "object.__getattr__", "builtins.id"):
        events[event] = args
sys.addaudithook(watch)

sheets = errors = 0
for text in programs:
    try:
        sheet = run_text(text)
        sheets += 1
        for name in sheet.functions:
            function_values(text, name, xs)
    except ExpressionError:
        errors += 1
found = dict(events)
events.clear()
eval("1")
assert set(events) == {"compile", "exec"}, events  # the hook sees what it is there for
print(sheets, errors, found)
"""


def test_nothing_is_opened_executed_imported_or_sent() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", QUIET], capture_output=True, text=True, env=environment, timeout=110
    )
    assert done.returncode == 0, done.stderr
    sheets, errors, found = done.stdout.split(maxsplit=2)
    assert int(sheets) > 100
    assert int(errors) > 100
    assert found.strip() == "{}"
    assert done.stderr == ""


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A time limit that keeps the test quick."""
    monkeypatch.setattr("core.expression.limits.SECONDS", 0.3)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30].encode("unicode_escape").decode())
def test_hostile_texts(text: str) -> None:
    outcome(text)


@pytest.mark.parametrize("bug", Bug)
def test_snippets_with_every_bug(bug: Bug) -> None:
    found = [outcome(each.text, frozenset({bug})) for each in snippets()]
    assert "sheet" in found


def test_made_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.expression.limits.SECONDS", 0.3)

    @settings(max_examples=400)
    @given(st.integers(0, 2**64), st.sets(st.sampled_from(Bug), max_size=2))
    def check(seed: int, bugs: set[Bug]) -> None:
        outcome(made_program(random.Random(seed)), frozenset(bugs))

    check()


def test_any_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.expression.limits.SECONDS", 0.3)

    @settings(max_examples=300)
    @given(st.text(st.characters(), max_size=60) | st.text("ab.()[]=+-*/'\"\n 12#:,\\{}%!\r\fé", max_size=40))
    def check(text: str) -> None:
        outcome(text)

    check()


def test_the_text_is_interpreted_the_same_way_every_time() -> None:
    for each in snippets():
        one, other = run_text(each.text), run_text(each.text)
        assert (one.graph, one.output, one.leaves) == (other.graph, other.output, other.leaves)
