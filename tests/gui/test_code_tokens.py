"""What pieces of code are: numbers with their sign, strings, f-strings, comments."""

from __future__ import annotations

import pytest

from gui.panels.sheet.code_tokens import DOUBLE, PLAIN, SINGLE, Kind, is_code, tokens


def pieces(line: str) -> list[tuple[str, str]]:
    return [(line[token.start : token.end], token.kind.value) for token in tokens(line)[0]]


def kinds(line: str, kind: Kind) -> list[str]:
    return [text for text, name in pieces(line) if name == kind.value]


def test_the_lectures_line() -> None:
    assert pieces("b = Value(-3.0, label='b')  # leaf") == [
        ("b", "word"), ("=", "sign"), ("Value", "word"), ("(", "bracket"), ("-3.0", "negative"), (",", "sign"),
        ("label", "word"), ("=", "sign"), ("'b'", "string"), (")", "bracket"), ("# leaf", "comment"),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["x = -1", "b**-1", "f(-1)", "[2, -1]", "a * -1", "return -1", "-1"])
def test_a_minus_belongs_to_its_number(line: str) -> None:
    assert kinds(line, Kind.NEGATIVE) == ["-1"]


@pytest.mark.parametrize("line", ["x-1", "x - 1", "f(x)-1", "2-1", "a[0]-1"])
def test_a_minus_between_two_is_a_difference(line: str) -> None:
    assert kinds(line, Kind.NEGATIVE) == []
    assert kinds(line, Kind.POSITIVE)[-1] == "1"


@pytest.mark.parametrize("number", ["2", "2.0", ".5", "1e-4", "6.8813735870195432", "1_000", "2.", "1E+5"])
def test_numbers_are_one_piece(number: str) -> None:
    assert pieces(number) == [(number, "positive")]


def test_what_stands_in_the_braces_of_an_f_string_is_code() -> None:
    line = "print(f'step {k + 1}: {loss.data:.4f} {{x}}')"
    assert kinds(line, Kind.STRING) == ["f'step ", ": ", ":.4f", " {{x}}'"]
    assert kinds(line, Kind.WORD) == ["print", "k", "loss", "data"]
    assert kinds(line, Kind.POSITIVE) == ["1"]


def test_unfinished_code_never_fails() -> None:
    for line in ("f'{", "f'{x", "f'{x:", "f'{x!r", "'", '"abc\\', "f'{{", "f'{f(x", "'''", "\\", "é = 1 §", "f'}'"):
        found, _ = tokens(line)
        assert all(0 <= token.start < token.end <= len(line) or line[token.start :] == "" for token in found), line
        ends = [token.end for token in found]
        assert ends == sorted(ends)


def test_long_strings_go_on_to_the_next_line() -> None:
    assert tokens('x = """one')[1] == DOUBLE
    assert tokens("'''one")[1] == SINGLE
    found, state = tokens("two ''' + 3", SINGLE)
    assert (state, [token.text for token in found]) == (PLAIN, ["two '''", "+", "3"])
    assert tokens("still inside", DOUBLE)[1] == DOUBLE


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("a = b", 5, True),
        ("a = 'xy'", 6, False),
        ("a = 'xy'", 8, True),
        ("a = 'xy", 7, False),
        ("a  # to", 7, False),
        ("f'{to}'", 5, True),
        ("f'to {a}'", 4, False),
    ],
)
def test_where_code_is(line: str, column: int, code: bool) -> None:
    assert is_code(line, PLAIN, column) is code
