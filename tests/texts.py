"""Finds texts in the source that look as if a person would read them, and that are not given to the translation.

    python -m tests.texts gui core          lists them, file by file

Two words in a literal make a text. What is never read by a person does not count: docstrings, annotations, messages of
mistakes of the program itself (ValueError, assert …), names of objects, patterns, what is logged.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TRANSLATED = {"tr", "trn", "mark"}
PROGRAMMERS = {
    "ValueError", "TypeError", "KeyError", "IndexError", "AssertionError", "NotImplementedError", "RuntimeError",
    "AttributeError", "StopIteration", "TimeoutError",
}  # fmt: skip
UNSEEN = {
    "setObjectName", "setProperty", "property", "compile", "match", "fullmatch", "sub", "search", "split", "join",
    "getLogger", "debug", "exception", "critical", "joinpath", "startswith", "endswith",
    "removeprefix", "removesuffix", "replace", "partition", "rpartition", "setStyleSheet", "findChild", "getattr",
    "setattr", "Signal", "Slot", "QIcon", "icon", "setdefault", "Meta", "TypeVar",
}  # fmt: skip
NOT_READ = TRANSLATED | UNSEEN | PROGRAMMERS
_TWO_WORDS = re.compile(r"[A-Za-zÀ-ÿ]{2,}[,;:]? [A-Za-zÀ-ÿ({']")
_CODE = re.compile(
    r"^\s*(def |import |from |class |for |return |if |with |print\()|;\s*$|\\[a-zA-Z]+|\bself\.|=\s*\S+\(|</?\w+[ >]"
)


def untranslated(source: str) -> list[tuple[int, str]]:
    """Line and text of every literal that looks like a text and is not translated."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or isinstance(parents.get(node), ast.JoinedStr | ast.FormattedValue):
            continue
        if _TWO_WORDS.search(text) and not _CODE.search(text) and not _is_unseen(node, parents):
            found.append((node.lineno, text))
    return sorted(set(found))


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else "{}" for each in node.values)
        return "".join(str(part) for part in parts)
    return None


def _is_unseen(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    child = node
    while (parent := parents.get(child)) is not None:
        if isinstance(parent, ast.Call) and child is not parent.func and _callee(parent) in NOT_READ:
            return True
        if isinstance(parent, ast.Expr):
            return child is node  # a docstring; else a call whose value is not used
        if isinstance(parent, ast.Assert | ast.Subscript):
            return True
        if isinstance(parent, ast.AnnAssign) and child is parent.annotation:
            return True
        if isinstance(parent, ast.arg) or (isinstance(parent, ast.FunctionDef) and child is parent.returns):
            return True
        if isinstance(parent, ast.stmt):
            return False
        child = parent
    return False


def _callee(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def files(*roots: str) -> Iterator[Path]:
    """All source files below these folders, or the files themselves."""
    for root in map(Path, roots):
        yield from [root] if root.is_file() else sorted(root.rglob("*.py"))


def main() -> None:
    count = 0
    for path in files(*(sys.argv[1:] or ("core", "gui"))):
        for line, text in untranslated(path.read_text(encoding="utf-8")):
            count += 1
            print(f"{path}:{line}: {' '.join(text.split())[:110]}")
    print(f"{count} texts are not translated")


if __name__ == "__main__":
    main()
