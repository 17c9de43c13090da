from __future__ import annotations

import codecs
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TableError
from core.experiment import OwnRows
from core.long_work import CancelledError
from core.own_data.csv_reading import (
    DELIMITERS,
    ENCODINGS,
    ColumnChoice,
    CsvFormat,
    Table,
    column_kinds,
    read_table,
    rows_from,
    scaling_formula,
    sniff,
    task_for,
)
from core.own_data.own_rows import check_own_rows, inputs_of, targets_of

PLAIN = CsvFormat()
IRIS = "width;length;kind\n1,5;2;setosa\n2,5;3;setosa\n3;4,25;virginica\n3;1e-3;virginica\n"


def table_of(text: str, **format: object) -> Table:
    data = text.encode()
    guessed = sniff(data)
    return read_table(data, CsvFormat(**{**vars(guessed), **format}))


def mistake(text: str | bytes, format: CsvFormat = PLAIN) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(text if isinstance(text, bytes) else text.encode(), format)
    return caught.value


# -- the guess ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_are_recognised_with_and_without_a_mark(encoding: str, mark: bool, end: str) -> None:
    marks = {"utf-8": b"", "utf-8-sig": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    data = (marks[encoding] if mark else b"") + "größe;y\n1,5;1\n2,5;0\n".replace("\n", end).encode(encoding)
    format = sniff(data)
    assert format == CsvFormat(encoding, ";", ",", True)
    table = read_table(data, format)
    assert table.names == ("größe", "y")
    assert list(table.cells) == [["1,5", "1"], ["2,5", "0"]]
    assert list(table.lines) == [2, 3]


def test_what_is_no_utf_8_is_taken_for_windows_or_latin() -> None:
    assert sniff("größe,y\n1,€\n".encode("cp1252")).encoding == "cp1252"
    assert sniff(b"a,b\n\x81,2\n").encoding == "latin-1"


def test_a_head_that_ends_within_a_character_is_still_utf_8() -> None:
    assert sniff("größe,y\n1,ö".encode()[:-1]).encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "delimiter", "decimal", "header"),
    [
        ("a,b\n1,2\n3,4\n", ",", ".", True),
        ("1,2\n3,4\n", ",", ".", False),
        ("1.5,2.5\n3,4\n", ",", ".", False),
        ("1,5;2,5\n3,5;4,5\n", ";", ",", False),
        ("a\tb\n1,5\t2\n", "\t", ",", True),
        ("a|b|c\n1|2|x\n", "|", ".", True),
        ("x1 x2 y\n1 2 3\n-1 0.5 1\n", " ", ".", True),
        ("1.0   2.0  3\n10.0  -2.0 4\n", " ", ".", False),
        ("1, 2, 3\n4, 5, 6\n", ",", ".", False),
        ('"1,5","2,5"\n"3,5","4"\n', ",", ",", False),
        ("first name,last name\nAda,Lovelace\nAlan,Turing\n", ",", ".", True),
        ("yes,no\nno,yes\nyes,yes\n", ",", ".", False),
        ('text,y\n"a, b; c",1\n"d; e, f",2\n', ",", ".", True),
        ("year,2001,2002\nx,1,2\ny,3,4\n", ",", ".", False),
        ("\n\na,b\n\n1,2\n", ",", ".", True),
    ],
)
def test_delimiter_decimal_sign_and_header_are_guessed(text: str, delimiter: str, decimal: str, header: bool) -> None:
    assert sniff(text.encode()) == CsvFormat("utf-8", delimiter, decimal, header)  # type: ignore[arg-type]


@given(st.one_of(st.binary(max_size=300), st.text(alphabet='a1,.;|\t "\n\r\0', max_size=60).map(str.encode)))
def test_a_guess_never_raises(data: bytes) -> None:
    format = sniff(data)
    assert format.encoding in ENCODINGS
    assert format.delimiter in DELIMITERS
    assert format.decimal in (".", ",")


# -- the table ----------------------------------------------------------------------------------------------------


def test_quotes_blank_lines_and_spaces() -> None:
    text = 'name, note ,name\n\n" a ""b""",  x  ,1\n,,\n"two\nlines",y,2\n'
    table = read_table(text.encode(), PLAIN)
    assert table.names == ("name", "note", "name (2)")
    assert list(table.cells) == [['a "b"', "x", "1"], ["two\nlines", "y", "2"]]
    assert list(table.lines) == [3, 5]
    assert table.sampled_from is None


def test_cells_are_a_sequence_of_rows() -> None:
    cells = table_of("a,b\n1,2\n3,4\n5,6\n").cells
    assert len(cells) == 3
    assert cells[1] == ["3", "4"]
    assert cells[-1] == ["5", "6"]
    assert list(cells[1:]) == [["3", "4"], ["5", "6"]]
    assert ["1", "2"] in cells


def test_columns_without_a_name_get_one() -> None:
    assert table_of("a,,b,a\n1,2,3,4\n").names == ("a", "column 2", "b", "a (2)")
    assert read_table(b"1,2\n3,4\n", CsvFormat(header=False)).names == ("column 1", "column 2")


def test_trailing_spaces_between_spaces_are_no_cells() -> None:
    table = read_table(b"  1   2.5 \n 3 4\n", CsvFormat(delimiter=" ", header=False))
    assert list(table.cells) == [["1", "2.5"], ["3", "4"]]


@pytest.mark.parametrize("text", ["", "\n\r\n\n", "\ufeff", "  \n\t\n", ";;\n;;\n"])
def test_an_empty_file(text: str) -> None:
    assert "is empty" in str(mistake(text, CsvFormat(delimiter=";")))


def test_a_header_alone() -> None:
    assert "no row below it" in str(mistake("a,b\n"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a,b\n1,2\n\n1,2,3\n", 4, "Line 4 has 3 cells, but the header has 2. Is the delimiter right?"),
        ("a,b\n1\n", 2, "Line 2 has 1 cell, but the header has 2. Is the delimiter right?"),
        ('a,b\n1,2\n"3,4\n5,6\n', 3, "The quotes that open in line 3 are never closed."),
        ('a,b\n"1"2,3\n', 2, "In line 2 something follows a closing quote; a quote in quotes is written twice."),
        ("a,b\n1," + "x" * 10_001 + "\n", 2, "A cell in line 2 has more than 10,000 characters."),
        ("a,b\n1," + "x" * 200_000 + "\n", 2, "A cell in line 2 has more than 10,000 characters."),
        (
            'a,b\n"1,2\n' + "3,4\n" * 90_000,
            2,
            "The quotes that open in line 2 hold more than 10,000 characters: are they",
        ),
        ("a\n" + "x" * 1_300_000, 2, "Line 2 has more than 1,000,000 characters: this is no table."),
        ("a\n" + "1," * 1_000 + "1\n", 2, "Line 2 has 1,001 cells, but the header has 1."),
        ("1," * 1_000 + "1\n", 1, "Line 1 has 1,001 columns; 1,000 are the most."),
        ("a,b\n1,2\n3,\0\n", 3, "The file is not text in utf-8: byte 11 (line 3) is a NUL. Is it UTF-16?"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(text: str, line: int, message: str) -> None:
    error = mistake(text)
    assert str(error).startswith(message)
    assert error.line == line


def test_bytes_of_another_encoding_are_named_wherever_they_are() -> None:
    before = "größe,b\n" + "1,2\n" * 70_000  # more than what is decoded at once
    error = mistake(before.encode() + b"3,\xe4\n")
    assert str(error).startswith(f"The file is not written in utf-8: byte {len(before.encode()) + 3:,} (0xE4)")
    cut = mistake("\ufeffa,b\n1,ö".encode()[:-1], CsvFormat("utf-8-sig"))
    assert "byte 10 (0xC3)" in str(cut)
    odd = mistake("a,b\n1,2\n".encode("utf-16-le") + b"\x31", CsvFormat("utf-16-le"))
    assert "byte 17 (0x31)" in str(odd)


def test_a_nul_in_utf_16() -> None:
    error = mistake("a,b\n1,\0\n".encode("utf-16-le"), CsvFormat("utf-16-le"))
    assert error.line == 2


@pytest.mark.parametrize(
    ("beginning", "what"),
    [(b"PK\x03\x04", "workbook"), (b"\x1f\x8b", "compressed"), (b"%PDF", "PDF"), (b"\x89PNG", "picture")],
)
def test_files_of_other_kinds_are_called_by_their_name(beginning: bytes, what: str) -> None:
    assert what in str(mistake(beginning + b"abc"))


def test_another_encoding_or_delimiter_is_refused() -> None:
    assert "no encoding 'zip'" in str(mistake("a,b\n1,2\n", CsvFormat("zip")))
    assert "cannot stand between" in str(mistake("a,b\n1,2\n", CsvFormat(delimiter="ab")))  # type: ignore[arg-type]


def test_a_long_file_is_sampled_evenly_in_its_order() -> None:
    data = b"x\n" + b"".join(b"%d\n" % i for i in range(20_000))
    table = read_table(data, PLAIN, most=1_000)
    numbers = [int(row[0]) for row in table.cells]
    assert len(numbers) == 1_000
    assert numbers == sorted(numbers)
    assert list(table.lines) == [number + 2 for number in numbers]
    assert table.sampled_from == 20_000
    assert np.mean(numbers) == pytest.approx(10_000, abs=800)  # standard error: 183
    assert list(read_table(data, PLAIN, most=1_000).lines) == list(table.lines)
    assert list(read_table(data, PLAIN, most=1_000, seed=2).lines) != list(table.lines)


def test_a_file_that_is_short_enough_is_not_sampled() -> None:
    table = read_table(b"x\n1\n2\n3\n", PLAIN, most=3)
    assert [row[0] for row in table.cells] == ["1", "2", "3"]
    assert table.sampled_from is None


def test_a_preview_stops_early() -> None:
    table = read_table(b'x\n1\n2\n3,3,3\n"', PLAIN, first=2)
    assert [row[0] for row in table.cells] == ["1", "2"]


def test_reading_reports_and_can_be_cancelled() -> None:
    data = b"x,y\n" + b"1.5,2.5\n" * 100_000
    shares: list[float] = []

    def report(share: float, partial: object = None) -> None:
        shares.append(share)

    read_table(data, PLAIN, report)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert max(np.diff(shares)) < 0.2

    def cancel(share: float, partial: object = None) -> None:
        if share > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        read_table(data, PLAIN, cancel)


FORMATS = st.builds(
    CsvFormat, st.sampled_from(ENCODINGS), st.sampled_from(DELIMITERS), st.sampled_from([".", ","]), st.booleans()
)
TEXTS = st.text(alphabet='a1,.;|\t "\n\r\0-−ä', max_size=80)
FILES = st.one_of(st.binary(max_size=200), TEXTS.map(str.encode), TEXTS.map(lambda text: text.encode("utf-16-le")))


@given(data=FILES, format=st.one_of(st.none(), FORMATS), most=st.one_of(st.none(), st.integers(1, 5)))
def test_any_bytes_end_in_a_sound_table_or_in_a_table_error(
    data: bytes, format: CsvFormat | None, most: int | None
) -> None:
    try:
        table = read_table(data, format or sniff(data), most=most)
    except TableError as error:
        assert str(error).endswith((".", "?", "first"))
        return
    assert {len(row) for row in table.cells} == {len(table.names)}
    assert len(set(table.names)) == len(table.names)
    assert len(table.lines) == len(table.cells) > 0
    assert list(table.lines) == sorted(set(table.lines))
    kinds = column_kinds(table)
    assert len(kinds) == len(table.names)
    for target in range(len(table.names)):
        inputs = tuple(i for i in range(len(table.names)) if i != target)
        for scaling in ("none", "standard", "range"):
            try:
                check_own_rows(rows_from(table, ColumnChoice(inputs, target, None, scaling, "skip"), "a.csv"))
            except TableError as error:
                assert str(error)


# -- columns ------------------------------------------------------------------------------------------------------


def test_what_a_column_holds() -> None:
    number, text, mixed, nothing = column_kinds(table_of("a,b,c,d\n1,x,1,\n−2.5,x,z,NA\n?,w 10,1,\n1,w 2,,n/a\n"))
    assert (number.kind, number.missing, number.values, number.low, number.high) == (
        "number",
        1,
        ("−2.5", "1"),
        -2.5,
        1,
    )
    assert (text.kind, text.missing, text.values, text.low) == ("text", 0, ("w 2", "w 10", "x"), None)
    assert (mixed.kind, mixed.missing, mixed.values) == ("mixed", 1, ("1", "z"))
    assert (nothing.kind, nothing.missing, nothing.values) == ("text", 4, ())


def test_different_values_are_counted_up_to_fifty() -> None:
    (many,) = column_kinds(table_of("a\n" + "".join(f"{i}\n" for i in range(60))))
    assert (len(many.values), many.more_values, many.high) == (50, True, 59.0)


@pytest.mark.parametrize(
    ("cells", "task"),
    [
        ("0 1 1 0", "classes"),
        ("-1 1 1 -1", "classes"),
        ("1 2 3 4", "regression"),
        ("0.5 1 0.5 1", "regression"),
        ("1 2 3 1 2 3 2 2", "classes"),
        ("red blue red red", "classes"),
        ("a b c d", "classes"),
        (" ".join(str(i % 9) for i in range(40)), "regression"),
        (" ".join([*map(str, range(20)), "oops"]), "regression"),
    ],
)
def test_the_task_follows_from_the_target(cells: str, task: str) -> None:
    assert task_for(table_of("y\n" + "\n".join(cells.split())), 0) == task


# -- rows ---------------------------------------------------------------------------------------------------------


def rows(text: str, choice: ColumnChoice, **format: object) -> OwnRows:
    made = rows_from(table_of(text, **format), choice, "iris.csv")
    check_own_rows(made)
    return made


def refused(text: str, choice: ColumnChoice, **format: object) -> TableError:
    with pytest.raises(TableError) as caught:
        rows(text, choice, **format)
    return caught.value


def test_rows_of_classes() -> None:
    made = rows(IRIS, ColumnChoice((1, 0), 2))
    assert inputs_of(made).tolist() == [[2, 1.5], [3, 2.5], [4.25, 3], [0.001, 3]]
    assert targets_of(made).tolist() == [0, 0, 1, 1]
    assert (made.labels, made.names, made.target_name) == (("setosa", "virginica"), ("length", "width"), "kind")
    assert (made.origin, made.shifts, made.scales, made.extent) == ("iris.csv", (), (), None)
    assert scaling_formula(made) == ("x1 = length", "x2 = width", "y = kind")


def test_rows_of_a_regression() -> None:
    made = rows(IRIS, ColumnChoice((0,), 1))
    assert targets_of(made).tolist() == [2, 3, 4.25, 0.001]
    assert made.labels == ()


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        ("1 -1 −1 +1.0", ("-1", "1")),
        ("10 9 2 9", ("2", "9", "10")),
        ("item10 item9 item10 B", ("B", "item9", "item10")),
        ("yes No yes No", ("No", "yes")),
        ("no 1 2 no", ("1", "2", "no")),
    ],
)
def test_labels_are_in_natural_order_and_equal_numbers_are_one(cells: str, labels: tuple[str, ...]) -> None:
    text = "x,y\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells.split()))
    assert rows(text, ColumnChoice((0,), 1, "classes"), header=True).labels == labels


def test_standard_scaling_of_inputs_and_of_a_number_to_predict() -> None:
    text = "age,price\n20,100\n30,300\n40,200\n50,400\n"
    made = rows(text, ColumnChoice((0,), 1, "regression", "standard"))
    assert (made.shifts[0], made.shifts[1]) == (35.0, 250.0)
    ages, prices = inputs_of(made)[:, 0], targets_of(made)
    assert (ages.mean(), ages.std(), prices.mean(), prices.std()) == pytest.approx((0, 1, 0, 1))
    assert (ages * made.scales[0] + made.shifts[0]).tolist() == pytest.approx([20, 30, 40, 50])
    assert (prices * made.scales[1] + made.shifts[1]).tolist() == pytest.approx([100, 300, 200, 400])
    assert scaling_formula(made) == ("x1 = (age − 35) / 11.18", "y = (price − 250) / 111.8")


def test_scaling_to_a_range_leaves_classes_alone() -> None:
    text = "a,b,y\n-30,0.5,no\n-20,1.5,no\n-10,2.5,yes\n-10,-2.5,yes\n"
    made = rows(text, ColumnChoice((0, 1), 2, "classes", "range"))
    assert inputs_of(made).tolist() == [[-1, 0.2], [0, 0.6], [1, 1], [1, -1]]
    assert targets_of(made).tolist() == [0, 0, 1, 1]
    assert scaling_formula(made) == ("x1 = (a + 20) / 10", "x2 = b / 2.5", "y = y")


def test_a_cell_that_is_no_number_is_named_and_all_are_counted() -> None:
    error = refused("a,b,y\n1,2,3\n4,x,6.5\n7,y,9\n1,2,\n", ColumnChoice((0, 1), 2))
    assert str(error) == 'Line 3, column "b": "x" is not a number. There are 2 such cells in all.'
    assert (error.line, error.column) == (3, 1)


def test_a_missing_cell_is_named_or_its_row_is_left_out() -> None:
    text = "a,y\n1,2.5\n\n,3\n3,NA\n4,5\n6,7\n8,9\n"
    error = refused(text, ColumnChoice((0,), 1))
    assert str(error) == 'Line 4, column "a": there is no value. There are 2 such cells in all.'
    assert (error.line, error.column) == (4, 0)
    assert inputs_of(rows(text, ColumnChoice((0,), 1, missing="skip")))[:, 0].tolist() == [1, 4, 6, 8]


def test_a_cell_that_is_missing_in_a_column_not_chosen_does_not_matter() -> None:
    assert len(targets_of(rows("a,b,y\n1,,2\n3,,4\n5,,6\n7,,8.5\n", ColumnChoice((0,), 2)))) == 4


@pytest.mark.parametrize(
    ("cell", "decimal", "hint"),
    [
        ('"1,5"', ".", " with a decimal point"),
        ("1.5", ",", " with a decimal comma"),
        ("1e999", ".", ""),
        ("0x10", ".", ""),
        ("1_000", ".", ""),
        ("inf", ".", ""),
        ("1 000", ".", ""),
        ("٣", ".", ""),
    ],
)
def test_what_is_no_number(cell: str, decimal: str, hint: str) -> None:
    text = f"a,y\n1,1\n2,2\n3,3\n{cell},4\n"
    error = refused(text, ColumnChoice((0,), 1, "regression"), decimal=decimal, delimiter=",", header=True)
    assert str(error) == f'Line 5, column "a": "{cell.strip(chr(34))}" is not a number{hint}.'


@pytest.mark.parametrize(
    ("cell", "value"), [("−3", -3.0), ("+.5", 0.5), (" 1. ", 1.0), ("1E-3", 0.001), ("\u00a02\u00a0", 2)]
)
def test_what_is_a_number(cell: str, value: float) -> None:
    text = f"a,y\n0,1\n0,2\n0,3\n{cell},4\n"
    made = rows(text, ColumnChoice((0,), 1, "regression"), delimiter=",", decimal=".", header=True)
    assert inputs_of(made)[3, 0] == value


@pytest.mark.parametrize(
    ("text", "choice", "message"),
    [
        ("a,y\n1,1\n2,2\n3,3\n", ColumnChoice((0,), 1), "There are only 3 rows; 4 are"),
        ("a,y\n1,1\n,2\n3,3\n4,4\n", ColumnChoice((0,), 1, missing="skip"), "only 3 rows without a missing cell"),
        ("a,y\n" + "1,2\n" * 10_001, ColumnChoice((0,), 1), "The file has 10,001 rows; 10,000 are the most"),
        ("a,y\n7,1\n7,2\n7,3\n7,4\n", ColumnChoice((0,), 1, scaling="range"), 'Column "a" is 7 in every row'),
        ("a,y\n1,7\n2,7\n3,7\n4,7\n", ColumnChoice((0,), 1, "regression", "standard"), 'Column "y" is 7 in every'),
        ("a,y\n-1e308,1\n1e308,2\n1e308,3\n0,4\n", ColumnChoice((0,), 1, scaling="standard"), 'Column "a" has numbers'),
        ("a,y\n1,no\n2,no\n3,no\n4,no\n", ColumnChoice((0,), 1), 'Every row has "no" in column "y"'),
        ("a,y\n" + "".join(f"1,k{i}\n" for i in range(9)), ColumnChoice((0,), 1), 'Column "y" has 9 different values'),
        ("a,y\n" + "".join(f"1,{i}\n" for i in range(9)), ColumnChoice((0,), 1, "classes"), "Then choose regression"),
        ("a,y\n1," + "x" * 201 + "\n2,b\n3,b\n4,b\n", ColumnChoice((0,), 1), "too long for a class"),
        ("a,y\n1,2\n", ColumnChoice((), 1), "at least one column"),
        ("a,y\n1,2\n", ColumnChoice((1,), 1), 'Column "y" is both an input and the target.'),
        ("a,y\n1,2\n", ColumnChoice((0, 0), 1), "A column can be an input once."),
        (",".join("abcdefghijkl") + "\n" + "1," * 11 + "2\n", ColumnChoice(tuple(range(11)), 11), "10 are the most"),
    ],
)
def test_a_choice_that_cannot_be_used(text: str, choice: ColumnChoice, message: str) -> None:
    assert message in str(refused(text, choice))


def test_making_rows_can_be_cancelled() -> None:
    table = table_of("a,y\n" + "1.5,2\n2.5,3\n" * 4_000)

    def cancel(share: float, partial: object = None) -> None:
        if share > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        rows_from(table, ColumnChoice((0,), 1), "a.csv", cancel)
    with pytest.raises(CancelledError):
        column_kinds(table, cancel)


def test_long_names_are_cut() -> None:
    made = rows("x" * 500 + ",y\n1,2.5\n2,3\n3,4\n4,5\n", ColumnChoice((0,), 1))
    assert 100 < len(made.names[0]) <= 200


def test_a_file_of_many_rows_goes_all_the_way() -> None:
    drawn = random.Random(1)
    lines = [
        f"{drawn.gauss(0, 1):.4f};{drawn.gauss(3, 2):.4f};{drawn.choice('ab')}".replace(".", ",") for _ in range(30_000)
    ]
    data = ("p;q;r\r\n" + "\r\n".join(lines)).encode("utf-16")
    table = read_table(data, sniff(data[:4096]), most=10_000)
    made = rows_from(table, ColumnChoice((0, 1), 2, scaling="standard"), "big.csv")
    check_own_rows(made)
    assert len(targets_of(made)) == 10_000
    assert table.sampled_from == 30_000
    assert made.shifts[1] == pytest.approx(3, abs=0.1)
    assert made.labels == ("a", "b")
