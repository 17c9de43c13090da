"""Nothing that people read stands outside of the translation, and translators get all of it."""

from __future__ import annotations

import ast
import string
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import words
from core.words import mark, tr, trn
from gui.translation_texts import Catalogue, collect, collect_file, imported_words, write
from tests.texts import untranslated

PROJECT = Path(__file__).parents[2]
SOURCES = [path for root in ("core", "gui") for path in sorted((PROJECT / root).rglob("*.py"))]
NOT_FOR_PEOPLE = (
    # programs that are written out, with their comments
    "core/exporters/code_text", "core/exporters/expression", "core/exporters/micrograd", "core/exporters/notebook.py",
    "core/exporters/pytorch", "core/generate_kernels.py", "core/ops.py", "gui/panels/loop_code.py",
    # the command line
    "gui/__main__.py", "gui/commands.py", "gui/export_command.py", "gui/lesson_commands.py",
    "gui/translation_texts.py",
    # TeX, and names that become TeX
    "core/tex.py", "core/explain.py", "core/update_told.py", "core/lessons/formulas.py",
    # what Python, csv and Qt say
    "core/expression/mistakes.py", "core/own_data/csv_reading.py", "gui/snapshot.py", "gui/exports/headless.py",
    # style sheets
    "gui/exports/svg_tidy.py", "core/exporters/report_style.py",
    # the representation of the lecture's objects
    "core/nn.py",
)  # fmt: skip
KEYS = {  # names inside of the program and of files: keys, labels of values, kinds, quantities
    "core/diagnostics.py", "core/expression/local_words.py", "core/health_curves.py", "core/kernels.py",
    "core/lessons/checks.py", "core/lessons/exercise_sheet.py", "core/lessons/figures.py", "core/lessons/hints.py",
    "core/lessons/reaching.py", "core/lessons/state.py", "core/lessons/toml_blocks.py", "core/losses.py",
    "core/measures.py", "core/metrics_log.py", "core/playhead_values.py", "core/expression/exercises.py",
    "core/exporters/predictions_table.py", "gui/exports/paper.py", "gui/graph/record_text.py",
    "gui/graph/sheet_words.py",
    "core/playhead_story.py", "core/record.py", "core/exporters/report.py",
    "gui/exports/metric_plots.py", "gui/exports/plot_picture.py", "gui/file_verbs.py",
    "gui/frames.py", "gui/graph/network_edits.py", "gui/graph/network_keys.py", "gui/graph/network_menu.py",
    "gui/menus.py", "gui/palette.py", "gui/panels/plots.py", "gui/panels/sheet/expression.py",
    "gui/panels/sheet/order_chips.py", "gui/session/lesson_events.py", "gui/session/lesson_lab.py", "gui/theme.py",
}  # fmt: skip
LONGEST_KEY = 4  # words
ALSO = {  # longer ones
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "nothing to save, or not wanted",
    "Numba is not installed.",  # caught
    "too long, cut off, or followed by something",  # caught, too
    "{ {} | data {} | grad {} }",  # DOT
    "The session could not be kept: %s",  # to the log
}
ABOUT_F_STRINGS = ("f-string", "{x.data:.4f}", "{x:.4f}")  # in these texts braces are what is spoken of


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def is_key(name: str, text: str) -> bool:
    """Whether a text may stand there: a few words without the end of a sentence."""
    return text in ALSO or (name in KEYS and len(text.split()) <= LONGEST_KEY and not text.endswith("."))


def test_all_texts_are_given_to_the_translation() -> None:
    found = [
        f"{name}:{line}: {text}"
        for path in SOURCES
        if not (name := name_of(path)).startswith(NOT_FOR_PEOPLE)
        for line, text in untranslated(path.read_text(encoding="utf-8"))
        if not is_key(name, text)
    ]
    assert found == []


def test_the_finder_of_texts_finds_them() -> None:
    assert untranslated('label.setText("Two words")') == [(1, "Two words")]
    assert untranslated('label.setText(tr("Two words"))') == []


def test_all_texts_of_the_translation_are_literals() -> None:
    catalogue = collect()
    assert catalogue.mistakes == []
    assert len(catalogue.texts) > 2000


@pytest.mark.parametrize(
    "code", ['tr(f"{n} steps")', 'tr("a" + b)', 'tr("{}".format(n))', "mark(NAME)", "trn(ONE, MANY, 3)", 'trn("one")']
)
def test_what_is_no_literal_is_told_with_its_place(code: str) -> None:
    catalogue = Catalogue()
    collect_file(catalogue, f"from core.words import mark, tr, trn\n\n{code}\n", "gui/some.py")
    assert [each.split(": ")[0] for each in catalogue.mistakes] == ["gui/some.py:3"]


def test_one_text_with_a_number_and_without_cannot_be_translated() -> None:
    catalogue = Catalogue()
    code = 'from core.words import tr, trn\ntr("{n} steps", n=3)\ntrn("{n} step", "{n} steps", 3)\n'
    collect_file(catalogue, code, "gui/some.py")
    assert len(catalogue.mistakes) == 1


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Those of `tr`, `trn` and `mark` in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = dict(imported_words(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            yield node, known[node.func.id]


def marked_here(path: Path) -> dict[str, str]:
    """The constants of a file that are marked texts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.targets[0].id: node.value.args[0].value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "mark"
        if isinstance(node.value.args[0], ast.Constant)
    }  # fmt: skip


def placeholders(text: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def seen_texts(call: ast.Call, word: str, marked: dict[str, str]) -> list[str]:
    """Those of the call's texts that can be seen in the source."""
    given = call.args[: 2 if word == "trn" else 1]
    found = [each.value if isinstance(each, ast.Constant) else marked.get(ast.unparse(each)) for each in given]
    return [each for each in found if isinstance(each, str)]


def test_every_placeholder_has_its_value() -> None:
    """And every value its placeholder; a text without values is not filled in at all."""
    wrong = []
    for path in SOURCES:
        marked = marked_here(path)
        for call, word in calls(path):
            values = {each.arg for each in call.keywords}
            texts = seen_texts(call, word, marked)
            if word == "mark" or not texts or None in values or (word == "tr" and not values):
                continue
            wanted = set.union(*(placeholders(text) for text in texts))
            given = values | ({"n"} if word == "trn" else set())
            if wanted - given or values - wanted:
                wrong.append(f"{name_of(path)}:{call.lineno}: {sorted(wanted)} of {sorted(given)}")
    assert wrong == []


def test_no_placeholder_is_left_open() -> None:
    """`tr("{n} steps")` without values would be shown with its braces."""
    open_ones = [
        f"{name_of(path)}:{call.lineno}"
        for path in SOURCES
        for call, word in calls(path)
        if word == "tr" and not call.keywords
        for text in seen_texts(call, word, {})
        if not any(each in text for each in ABOUT_F_STRINGS)
        if any(field.isidentifier() for field in _fields(text))
    ]
    assert open_ones == []


def _fields(text: str) -> set[str]:
    try:
        return placeholders(text)
    except ValueError:  # a brace that stands for itself
        return set()


def texts_of(path: Path) -> dict[str, ET.Element]:
    return {each.findtext("source", ""): each for each in ET.parse(path).getroot().iter("message")}


def some_texts(code: str) -> Catalogue:
    catalogue = Catalogue()
    collect_file(catalogue, "from core.words import mark, tr, trn\n" + code, "gui/some.py")
    return catalogue


def test_the_file_for_translators_has_every_text(tmp_path: Path) -> None:
    catalogue, path = collect(), tmp_path / "chainrule_de.ts"
    write(catalogue, path)
    found = texts_of(path)
    assert found.keys() == catalogue.texts.keys()
    for source, text in catalogue.texts.items():
        assert (found[source].get("numerus") == "yes") == bool(text.singular)
        assert [each.get("filename", "").lstrip("./") for each in found[source].iter("location")] == [
            file for file, _ in text.places
        ]
    before = path.read_bytes()
    write(catalogue, path)
    assert path.read_bytes() == before


def test_translations_stay_and_vanish_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "chainrule_de.ts"
    both = some_texts('tr("Loss & <b>more</b>")\ntrn("{n} step", "{n} steps", 3)\ntr("Never done")\n')
    write(both, path)
    tree = ET.parse(path)
    for message in tree.getroot().iter("message"):
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") == "unfinished"
        if message.get("numerus"):
            translation.find("numerusform").text = "{n} Schritt"  # type: ignore[union-attr]
            ET.SubElement(translation, "numerusform").text = "{n} Schritte"
            del translation.attrib["type"]
        elif message.findtext("source") == "Loss & <b>more</b>":
            translation.text = "Verlust & <b>mehr</b>"
            del translation.attrib["type"]
    tree.write(path, encoding="utf-8")

    write(some_texts('tr("New")\n'), path)
    found = texts_of(path)
    assert set(found) == {"New", "Loss & <b>more</b>", "{n} steps"}
    assert found["{n} steps"].find("translation").get("type") == "vanished"  # type: ignore[union-attr]

    write(both, path)
    found = texts_of(path)
    assert "New" not in found
    assert found["Loss & <b>more</b>"].findtext("translation") == "Verlust & <b>mehr</b>"
    assert found["{n} steps"].find("translation").get("type") is None  # type: ignore[union-attr]
    assert [each.text for each in found["{n} steps"].iter("numerusform")] == ["{n} Schritt", "{n} Schritte"]


@pytest.fixture
def german() -> Iterator[None]:
    known = {("Loss", -1): "Verlust", ("{n} steps", 1): "{n} Schritt", ("{n} steps", 3): "{n} Schritte"}
    words.install(lambda text, n: known.get((text, n), text))
    yield
    words.install(None)


@pytest.mark.usefixtures("german")
def test_texts_are_in_the_language_that_is_installed() -> None:
    assert tr(mark("Loss")) == "Verlust"
    assert [trn("{n} step", "{n} steps", n) for n in (1, 3)] == ["1 Schritt", "3 Schritte"]


@pytest.mark.usefixtures("german")
def test_what_is_not_translated_is_english_with_its_singular() -> None:
    assert tr("A {thing}.", thing="pen") == "A pen."
    assert [trn("one row", "{n} rows", n) for n in (1, 2)] == ["one row", "2 rows"]


def test_a_translation_that_cannot_be_filled_in_is_said_in_english() -> None:
    words.install(lambda text, n: "{nothing} {}")
    try:
        assert tr("{n} of {m}", n=1, m=2) == "1 of 2"
    finally:
        words.install(None)
