from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TableError
from core.own_data.own_rows import Array
from core.own_data.point_text import MAX_CHARACTERS, SIGNS, PastedPoints, WidthError, from_text, to_text

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def mistake(text: str, inputs: int | None = None, labels: tuple[str, ...] | None = None) -> TableError:
    with pytest.raises(TableError) as caught:
        from_text(text, inputs, labels)
    return caught.value


def as_rows(points: PastedPoints) -> list[list[float]]:
    return np.column_stack([points.inputs, points.targets]).tolist()


def test_points_are_written_as_a_spreadsheet_takes_them() -> None:
    text = to_text(np.array([[1.0, -2.5], [0.1, 1e-20]]), np.array([0.0, 1.0]), SIGNS)
    assert text == "x1\tx2\ty\n1\t-2.5\t-1\n0.1\t1e-20\t+1\n"
    assert to_text(np.array([[3.0]]), np.array([0.5])) == "x1\ty\n3\t0.5\n"


@given(st.lists(st.tuples(FINITE, FINITE, FINITE), min_size=1, max_size=9))
def test_numbers_read_back_exactly(rows: list[tuple[float, float, float]]) -> None:
    table: Array = np.array(rows)
    back = from_text(to_text(table[:, :2], table[:, 2]), 2, ())
    assert back.inputs.tolist() == table[:, :2].tolist()
    assert back.targets.tolist() == table[:, 2].tolist()
    assert back.labels == ()


@pytest.mark.parametrize("labels", [SIGNS, ("yin", "yang", "dot"), ("1", "2", "3"), ('a "b"', "c, d; e", " f  g")])
@pytest.mark.parametrize("inputs", [1, 2, 10])
def test_classes_read_back_by_their_names(labels: tuple[str, ...], inputs: int) -> None:
    targets = np.arange(7) % len(labels)
    points = np.arange(7.0 * inputs).reshape(7, inputs) / 4
    back = from_text(to_text(points, targets.astype(float), labels), inputs, labels)
    assert back.targets.tolist() == targets.tolist()
    assert back.inputs.tolist() == points.tolist()
    assert back.labels == labels


@pytest.mark.parametrize(
    "text",
    [
        "x1\tx2\ty\n1.5\t2\t-1\n3\t-4\t1\n",
        "1.5,2,-1\n3,-4,1",
        "1.5, 2, -1\r\n3, -4, +1\r\n",
        "1,5;2;−1\n\n3;−4;1\n",
        "1,5\t2\t-1\n3,0\t-4\t1\n",
        "  1.5   2  -1 \n  3    -4   1 \n",
        "a b c\n1,5 2 -1,0\n3 -4 1",
    ],
)
def test_many_ways_to_write_the_same_points(text: str) -> None:
    assert as_rows(from_text(text)) == [[1.5, 2, 0], [3, -4, 1]]
    assert from_text(text).labels == SIGNS
    assert as_rows(from_text(text, 2, ())) == [[1.5, 2, -1], [3, -4, 1]]


def test_classes_that_differ_in_case_alone_stay_apart() -> None:
    assert from_text("1 a\n2 A\n", 1, ("A", "a")).targets.tolist() == [1, 0]
    assert from_text("1 YES\n2 no\n", 1, ("no", "Yes")).targets.tolist() == [1, 0]


def test_one_line_is_one_point() -> None:
    assert as_rows(from_text("1.5 2.5 -1", 2, SIGNS)) == [[1.5, 2.5, 0]]


def test_words_are_classes_and_other_numbers_are_not() -> None:
    assert from_text("1 2 red\n3 4 blue").labels == ("blue", "red")
    assert from_text("1 2 red\n3 4 blue").targets.tolist() == [1, 0]
    assert from_text("1 2 0.5\n3 4 1").labels == ()


@pytest.mark.parametrize(
    "text",
    ["1\t2\tdog\n3\t4\tcat", "1;2;dog\r\n3;4;cat", "a,b,c\n1,2,dog\n\n3,4,cat\n", "1 2 dog\n3   4 cat"],
)
def test_many_ways_to_write_the_same_classes(text: str) -> None:
    read = from_text(text, 2, ("cat", "dog"))
    assert as_rows(read) == [[1, 2, 1], [3, 4, 0]]
    assert read.labels == ("cat", "dog")


def test_new_classes_where_they_are_allowed() -> None:
    read = from_text("1 2 cow\n3 4 -1\n5 6 COW\n7 8 bee\n", 2, SIGNS, new_classes=True)
    assert read.targets.tolist() == [2, 0, 2, 3]
    assert read.labels == (*SIGNS, "cow", "bee")
    with pytest.raises(TableError, match='Line 2: "nine" would be one class more; 8 are the most'):
        from_text("1 a\n2 nine\n", 1, tuple("abcdefgh"), new_classes=True)
    with pytest.raises(TableError, match="is too long for a class"):
        from_text(f"1 {'n' * 201}\n", 1, SIGNS, new_classes=True)
    with pytest.raises(TableError, match="is not a number"):
        from_text("1 cow\n", 1, (), new_classes=True)


@pytest.mark.parametrize("inputs", [1, 2])
def test_points_without_targets_get_the_usual_one(inputs: int) -> None:
    text = "x1\tx2\n1\t2\n3\t4\n" if inputs == 2 else "x1\n1\n3\n"
    read = from_text(text, inputs, SIGNS, usual=1.0)
    assert read.inputs[:, 0].tolist() == [1.0, 3.0]
    assert (read.inputs.shape, read.targets.tolist(), read.labels) == ((2, inputs), [1.0, 1.0], SIGNS)
    with pytest.raises(WidthError):
        from_text(text, inputs, SIGNS)


def test_another_number_of_columns_is_an_error_of_its_own() -> None:
    with pytest.raises(WidthError):
        from_text("1 2 3 1\n", 2, SIGNS)
    assert not isinstance(mistake("1 2 cow\n", 2, SIGNS), WidthError)
    assert not isinstance(mistake("1 2 1\n1\n", 2, SIGNS), WidthError)


@pytest.mark.parametrize(
    ("text", "inputs", "labels", "line", "message"),
    [
        ("", None, None, None, "There is no text with points."),
        (" \n\t\n", None, None, None, "There is no text with points."),
        ("x1 x2 y", 2, SIGNS, 1, "There is no line with numbers."),
        ("1 2 1\n3 4\n", 2, SIGNS, 2, "Line 2 has 2 cells, but the first row has 3."),
        ("1 2 1\n3 four 1\n", 2, SIGNS, 2, 'Line 2, column "column 2": "four" is not a number.'),
        ("x1\tx2\ty\n1\t2\t1\n3\t\t1\n", 2, SIGNS, 3, "Line 3 has no number for x2."),
        ("x1\tx2\ty\n1\t2\t1\n3\t4\t\n", 2, SIGNS, 3, "Line 3 has no target."),
        ("1 2 1\n3 4 2\n", 2, SIGNS, 2, 'Line 2: there is no class "2". There are −1, +1.'),
        ("1 2 1\n3 4 blue\n", 2, (), 2, 'Line 2, column "column 3": "blue" is not a number.'),
        ("1 2 3\n", 1, SIGNS, None, "Each line must have 1 input and a target, 2 numbers; these lines have 3."),
        ("1\n2\n", None, None, None, "Each line must have 1 to 10 inputs and a target; these lines have 1 cells."),
        ("1 " * 12 + "\n", None, None, None, "Each line must have 1 to 10 inputs and a target; these lines have 12"),
        ("1 red\n2 red\n", None, None, None, 'Every point is of class "red": there must be two or more.'),
        ("".join(f"1 c{i}\n" for i in range(9)), None, None, None, "There are 9 classes; 8 are the most."),
        ("1 2\n" * 10_001, 1, (), None, "There are more than 10,000 points."),
        ("1 2 1\n" * (MAX_CHARACTERS // 6 + 1), 2, SIGNS, None, "This text is too long to be points."),
        ("1 nan 1\n2 inf 1\n", 2, SIGNS, 1, "Line 1 has no number for x2."),
        ("1 2 1\n2 inf 1\n", 2, SIGNS, 2, 'Line 2, column "column 2": "inf" is not a number.'),
        ("1 2 \0\n", 2, SIGNS, None, "The text has a NUL character: these are no points."),
        ('1 2 1\n3 4 "a\n', 2, SIGNS, 2, "The quotes that open in line 2 are never closed."),
    ],
)
def test_what_is_no_points(
    text: str, inputs: int | None, labels: tuple[str, ...] | None, line: int | None, message: str
) -> None:
    error = mistake(text, inputs, labels)
    assert str(error).startswith(message)
    assert error.line == line


@given(
    st.text(alphabet='a1,.;|\t "\n\r\0-−\ud800', max_size=60),
    st.one_of(st.none(), st.integers(1, 3)),
    st.sampled_from([None, (), SIGNS, ("a", "b", "c")]),
    st.booleans(),
)
def test_any_text_is_points_or_a_table_error(
    text: str, inputs: int | None, labels: tuple[str, ...] | None, adding: bool
) -> None:
    try:
        points = from_text(text, inputs, labels, usual=1.0 if adding else None, new_classes=adding)
    except TableError as error:
        assert str(error)
        return
    assert len(points.inputs) == len(points.targets) > 0
    assert np.isfinite(points.inputs).all()
    if points.labels:
        assert set(points.targets.tolist()) <= set(range(len(points.labels)))
