"""What the lines of a text have to do with going backward: the line that would do it, and the loop of a training."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from functools import lru_cache
from textwrap import dedent

from core.expression.sheet import Sheet


@dataclass(frozen=True)
class LoopText:
    """The lines of a loop, as the learner wrote them."""

    first: int  # the line of the text that it begins on
    lines: tuple[str, ...]  # without the indentation that they share


@lru_cache(maxsize=8)
def training_loop(text: str) -> LoopText | None:
    """The first loop of a text that goes backward; None if there is none, or if the text is not Python."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text, "")  # no name: for an error Python would look for a file of that name
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in tree.body:
        if isinstance(node, ast.For | ast.While) and any(map(_goes_backward, ast.walk(node))):
            lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
            return LoopText(node.lineno, tuple(dedent("\n".join(lines)).split("\n")))
    return None


def backward_line(sheet: Sheet) -> str:
    """The line that would go backward from the graph's end: `L.backward()`; empty if the text has no name for it."""
    computed = bool(sheet.graph.nodes) and bool(sheet.graph.nodes[sheet.root].operands)
    return f"{sheet.end}.backward()" if computed and sheet.end else ""


def _goes_backward(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "backward"
