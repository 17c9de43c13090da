"""Pieces of Python that are written: whatever a person typed stays inert in them."""

from __future__ import annotations

import ast
import math
import tokenize
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exporters.code_text import Names, identifier, inert, joined, listed, number, numbers, remark, script, text

HOSTILE = [
    "'); import os; os.abort() #",
    '"""\nimport os',
    "a\nimport os",
    "a\r\nimport os\r",
    "\\",
    "\\\n",
    "a\x00b\x0c\x1b[31m",
    "\u2028import os\u2029\x85",
    "\u202eedoc\u202c \u200f",
    "\ud800 half",
    "coding: utf-7",
    "-*- coding: latin-1 -*-",
    "#!/bin/sh",
    "{name} %s {0}",
    "😀 naïve 数 שלום",
    "",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_a_remark_is_one_comment(words: str) -> None:
    line = remark(words)
    code = script("Ours.", [f"x = 1\n{line}\ny = 2"]).encode()
    kinds = [token.type for token in tokenize.tokenize(BytesIO(code).readline)]
    assert kinds.count(tokenize.COMMENT) == 1
    assert [ast.unparse(node) for node in ast.parse(code).body] == ["'Ours.'", "x = 1", "y = 2"]
    assert all(letter.isprintable() for letter in line)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_literal_means_the_words(words: str) -> None:
    assert ast.literal_eval(text(words)) == words
    assert text(words).isascii() and "\n" not in text(words)


@given(st.text(st.characters(), max_size=30))
def test_any_words_stay_inert(words: str) -> None:
    assert "\n" not in inert(words) and "\r" not in inert(words)
    assert ast.literal_eval(text(words)) == words
    name = Names(["x"]).new(words)
    assert name.isidentifier()
    assert ast.dump(ast.parse(name)) == ast.dump(ast.Module([ast.Expr(ast.Name(name, ast.Load()))]))


def test_no_remark_declares_an_encoding() -> None:
    """The first two lines of a program are ours: in them a comment could change what all others mean."""
    code = script("Ours.", [remark("coding: utf-7"), "x = 1"])
    assert tokenize.detect_encoding(BytesIO(code.encode()).readline)[0] == "utf-8"
    assert code.startswith('"""Ours."""\n\n# coding')


def test_labels_become_names() -> None:
    names = Names(["torch"])
    given = [
        "a",
        "a",
        "x1*w1",
        "x1*w1 + x2*w2",
        "c'",
        "torch",
        "lambda",
        "sum",
        "2*n",
        "",
        "w²",
        "match",
        "é",
        "π",
        "x1",
    ]
    found = [names.new(label) for label in given]
    assert found == ["a", "a2", "x1_w1", "x1_w1_x2_w2", "c", "torch2", "lambda2", "sum2", "v_2_n", "value", "w_squared",
                     "match2", "é", "π", "x1"]  # fmt: skip
    assert names.new("x1") == "x1_2"


def test_names_that_python_takes_for_one_are_two() -> None:
    names = Names([])
    assert names.new("ﬁ") == "fi"  # a ligature: Python reads it as two letters
    assert names.new("fi") == "fi2"
    assert identifier("__import__") == "import"
    assert names.new("__import__") == "import2"


@given(st.floats())
def test_numbers_keep_every_bit(value: float) -> None:
    found = float(ast.unparse(ast.parse(number(value)))) if math.isfinite(value) else None
    assert found is None or found == value
    assert math.isfinite(value) or number(value) in ('float("nan")', 'float("inf")', '-float("inf")')


def test_long_lists_are_broken_into_lines() -> None:
    assert numbers([1.0, -2.5]) == "[1.0, -2.5]"
    assert numbers([]) == "[]"
    long = numbers([0.1234567890123456] * 40, "    ")
    assert all(len(line) <= 102 for line in long.splitlines())
    assert ast.literal_eval(long) == [0.1234567890123456] * 40
    assert listed(["a"], brackets="()") == "(a,)"


def test_functions_stand_apart() -> None:
    assert joined(["x = 1", "", "y = 2", "def f():\n    pass", "z = 3"]) == (
        "x = 1\n\ny = 2\n\n\ndef f():\n    pass\n\n\nz = 3"
    )


def test_a_program_is_text_of_lines() -> None:
    code = script("One\n\ntwo", ["x = 1"])
    assert code == '"""One\n\ntwo\n"""\n\nx = 1\n'
    assert list(tokenize.generate_tokens(StringIO(code).readline))
