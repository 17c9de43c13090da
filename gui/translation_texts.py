"""Collects the texts for people from the source, for those who translate them. `de` stands for any language here:

1. `python -m gui.translation_texts resources/translations/chainrule_de.ts` writes the file, or brings it up to date;
2. translate in it: `pyside6-linguist resources/translations/chainrule_de.ts`;
3. `pyside6-lrelease resources/translations/chainrule_de.ts` makes the `.qm` beside it, and the window finds it there;
4. lessons are translated in `resources/lessons/de`, under the same file names; those that are missing stay English.

Sources are only read, never imported. A text that depends on a number (`trn`) stands there in its plural, with the
singular as a comment. What has been translated stays; where the source has lost the text it is kept as "vanished".
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.words import CONTEXT, ENGLISH

ROOTS = ("core", "gui")
TITLES = ("resources/examples/index.json", "resources/snippets/index.json")  # files with texts, under these keys
TITLE_KEYS = ("title", "part")
PROJECT = Path(__file__).resolve().parent.parent
WORDS = "core.words"
LITERALS = {"tr": 1, "trn": 2, "mark": 1}  # how many texts stand at the beginning of the arguments
_TITLE = re.compile(r'"(\w+)": ("(?:[^"\\]|\\.)*")')
_LOOKED_UP = (ast.Name, ast.Attribute, ast.Subscript)  # a text that has been marked elsewhere


@dataclass
class Text:
    """One text to translate, as it stands in the source."""

    source: str
    singular: str = ""  # of a text with a number
    places: list[tuple[str, int]] = field(default_factory=list)  # file, line


@dataclass
class Catalogue:
    """All texts, and what is wrong in the source: `file:line: what`."""

    texts: dict[str, Text] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def add(self, source: str, singular: str, place: tuple[str, int]) -> None:
        text = self.texts.setdefault(source, Text(source, singular))
        text.places.append(place)
        if bool(text.singular) != bool(singular):
            self.mistakes.append(f"{place[0]}:{place[1]}: stands with a number and without one: {source!r}")


def collect(project: Path = PROJECT) -> Catalogue:
    """The texts of the whole program."""
    catalogue = Catalogue()
    for path in (path for root in ROOTS for path in sorted((project / root).rglob("*.py"))):
        collect_file(catalogue, path.read_text(encoding="utf-8"), path.relative_to(project).as_posix())
    for name in TITLES:
        collect_titles(catalogue, (project / name).read_text(encoding="utf-8"), name)
    return catalogue


def collect_file(catalogue: Catalogue, source: str, name: str) -> None:
    """The texts of one file."""
    tree = ast.parse(source, name)
    known = dict(imported_words(tree))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        word = known.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if word is not None:
            _add_call(catalogue, call, word, name)


def collect_titles(catalogue: Catalogue, source: str, name: str) -> None:
    """The titles in a list of examples, one a line."""
    for line, entry in enumerate(source.splitlines(), 1):
        for text in (text for key, text in _TITLE.findall(entry) if key in TITLE_KEYS):
            catalogue.add(json.loads(text), "", (name, line))


def imported_words(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Under which names a module knows `tr`, `trn` and `mark`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == WORDS:
            yield from ((each.asname or each.name, each.name) for each in node.names if each.name in LITERALS)


def _add_call(catalogue: Catalogue, call: ast.Call, word: str, name: str) -> None:
    given = call.args[: LITERALS[word]]
    found = [_literals(each, may_be_marked=word == "tr") for each in given]
    place = (name, call.lineno)
    if len(given) < LITERALS[word] or None in found:
        catalogue.mistakes.append(f"{name}:{call.lineno}: not a literal: {ast.unparse(call)}")
    elif word == "trn":
        [one], [many] = found
        catalogue.add(many, one, place)
    else:
        for literal in found[0]:
            catalogue.add(literal, "", place)


def _literals(node: ast.expr, *, may_be_marked: bool) -> list[str] | None:
    """The literals of an argument: none where it is a marked text, None itself where it is a mistake."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if not may_be_marked:
        return None
    if isinstance(node, _LOOKED_UP) or (isinstance(node, ast.Call) and _is_get(node.func)):
        return []
    if isinstance(node, ast.IfExp):
        both = [_literals(each, may_be_marked=True) for each in (node.body, node.orelse)]
        return None if None in both else [text for each in both for text in each or ()]
    return None


def _is_get(function: ast.expr) -> bool:
    """`TEXTS.get(key, OTHER)` is a look-up as well."""
    return isinstance(function, ast.Attribute) and function.attr == "get"


def write(catalogue: Catalogue, path: Path) -> None:
    """Write the file for this language, or bring it up to date."""
    earlier = _messages(path)
    code = path.stem.rpartition("_")[2] or ENGLISH
    root = ET.Element("TS", version="2.1", language=code.replace("-", "_"), sourcelanguage=ENGLISH)
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    texts = sorted(catalogue.texts.values(), key=lambda text: text.places[0])
    context.extend(_message(text, path, earlier.pop(text.source, None)) for text in texts)
    context.extend(message for old in earlier.values() if (message := _vanished(old)) is not None)
    ET.indent(root, "    ")
    body = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def _messages(path: Path) -> dict[str, ET.Element]:
    if not path.exists():
        return {}
    return {each.findtext("source", ""): each for each in ET.parse(path).getroot().iter("message")}


def _message(text: Text, path: Path, old: ET.Element | None) -> ET.Element:
    message = ET.Element("message", {"numerus": "yes"} if text.singular else {})
    for file, line in text.places:
        ET.SubElement(message, "location", filename=_seen_from(path, file), line=str(line))
    ET.SubElement(message, "source").text = text.source
    if text.singular:
        ET.SubElement(message, "extracomment").text = f"One: {text.singular}"
    if old is not None:
        message.extend(old.findall("translatorcomment"))
    message.append(_translation(text, old))
    return message


def _translation(text: Text, old: ET.Element | None) -> ET.Element:
    """What was there, if it still fits."""
    found = None if old is None else old.find("translation")
    if found is None or (old is not None and (old.get("numerus") == "yes") != bool(text.singular)):
        found = ET.Element("translation", type="unfinished")
        if text.singular:
            ET.SubElement(found, "numerusform")
    elif found.get("type") in ("vanished", "obsolete"):
        del found.attrib["type"]
    return found


def _vanished(old: ET.Element) -> ET.Element | None:
    """A text that the source has lost: worth keeping where somebody has translated it."""
    found = old.find("translation")
    if found is None or not "".join(found.itertext()).strip():
        return None
    found.set("type", "vanished")
    for location in old.findall("location"):
        old.remove(location)
    return old


def _seen_from(path: Path, file: str) -> str:
    """As Qt's tools want it: from the folder of the .ts file, where that is in the project."""
    folder = path.resolve().parent
    if not folder.is_relative_to(PROJECT):
        return file
    return "../" * len(folder.relative_to(PROJECT).parts) + file


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gui.translation_texts", description=__doc__.split(",")[0] + ".")
    parser.add_argument("file", type=Path, help="the .ts file, chainrule_<language>.ts")
    path = parser.parse_args().file
    catalogue = collect()
    for mistake in catalogue.mistakes:
        print(mistake, file=sys.stderr)
    write(catalogue, path)
    print(f"{len(catalogue.texts)} texts in {path}")
    return 1 if catalogue.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
