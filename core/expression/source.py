"""A text and its syntax tree, and the places of the tree's nodes in the text."""

from __future__ import annotations

import ast
import re
import warnings

from core.errors import ExpressionError
from core.expression.limits import CHAIN, NESTING, TEXT
from core.expression.mistakes import syntax_mistake
from core.expression.sheet import Span
from core.words import mark, tr

_LINE_END = re.compile(r"\r\n|\r|\n")
_NOTEBOOK = re.compile(
    r"^[ \t]*(?=%(?:matplotlib|config|load_ext|autoreload|time|timeit|pylab)\b|!(?:pip|conda)\b)", re.M
)
_PREFIXES = re.compile(rf"(?:(?:[-+~]|\bnot\b|\blambda\b:?)\s*){{{NESTING}}}")
_TOKEN = re.compile(
    r"""'''(?:\\.|[^\\])*?(?:'''|\Z)|\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)|'(?:\\.|[^\\'\n])*'?|"(?:\\.|[^\\"\n])*"?"""
    r"""|\#[^\n]*|\*\*|[-+*/%@&|^<>=.~!]|\b(?:if|else|and|or|not|in|is|lambda|elif|await)\b|[()\[\]{}]|,|\n""",
    re.S,
)
_ODD_NUMBER = re.compile(r"\d[\w.]*(?:and|else|for|if|in|is|not|or)")  # `1if`: Python would warn
_NO_FILE = ""  # for a syntax error Python looks into the file of this name: one that cannot be
_NESTED = mark("This is nested too deeply: split it over several lines.")
_LONG = 150  # characters of a line below which nothing in it can be too deep


class Source:
    """A parsed text. Raises ExpressionError for a text that is no Python, is too long or too deeply nested."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _LINE_END.split(text)
        self._ascii = text.isascii()
        if len(text) > TEXT:
            last = len(self.lines)
            raise self.error_at(
                tr("The text is longer than {text} characters.", text=f"{TEXT:,}"), last, 0, last, len(self.lines[-1])
            )
        self._refuse_depth()
        self.tree = self._parse()

    def span(self, node: ast.AST) -> Span:
        """Where a node of the tree stands; columns in characters."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        end_line, end_column = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        if self._ascii:
            return Span(line, column, end_line, end_column)
        return Span(line, self._characters(line, column), end_line, self._characters(end_line, end_column))

    def error(self, node: ast.AST, message: str, suggestion: str = "") -> ExpressionError:
        """An error at a node."""
        span = self.span(node)
        return self.error_at(message, span.line, span.column, span.end_line, span.end_column, suggestion)

    def error_at(
        self, message: str, line: int, column: int, end_line: int, end_column: int, suggestion: str = ""
    ) -> ExpressionError:
        """An error at a place, moved into the text where it would lie outside."""
        line = max(1, min(line, len(self.lines)))
        end_line = max(line, min(end_line, len(self.lines)))
        column = max(0, min(column, len(self.lines[line - 1])))
        least = column if end_line == line else 0
        end_column = max(least, min(end_column, len(self.lines[end_line - 1])))
        return ExpressionError(message, line, column, end_line, end_column, suggestion)

    def _characters(self, line: int, offset: int) -> int:
        """Syntax trees count bytes of UTF-8."""
        text = self.lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))

    def _parse(self) -> ast.Module:
        text = self.text
        if "%" in text or "!" in text:
            text = _NOTEBOOK.sub(lambda found: found[0] + "#", text)
            text = "\n".join(
                new[: len(old)] if new != old else old
                for new, old in zip(_LINE_END.split(text), self.lines, strict=True)
            )
        try:
            return _quietly_parsed(text)
        except SyntaxError as error:
            mistake = syntax_mistake(error, self.lines)
            raise self.error_at(*mistake) from None
        except (RecursionError, MemoryError):
            raise self._whole(tr(_NESTED)) from None
        except UnicodeError:
            raise self._whole(tr("The text has a character that is none: half of a pair.")) from None
        except ValueError:
            raise self._whole(tr("The text has a character that cannot be read.")) from None

    def _whole(self, message: str) -> ExpressionError:
        return self.error_at(message, 1, 0, len(self.lines), len(self.lines[-1]))

    def _refuse_depth(self) -> None:
        """Python's own parser goes one level down the machine's stack for each of these: stop it before."""
        text = self.text
        balanced = all(
            len(line) <= _LONG
            and line.count("(") + line.count("[") + line.count("{")
            == line.count(")") + line.count("]") + line.count("}")
            and not line.endswith("\\")
            for line in self.lines
        )
        if balanced:
            return
        signs = _PREFIXES.search(text)
        place = _too_deep(text) if signs is None else signs.start()
        if place is not None:
            line = len(_LINE_END.findall(text, 0, place))
            code = self.lines[line]
            first = len(code) - len(code.lstrip())
            raise self.error_at(tr(_NESTED), line + 1, first, line + 1, len(code.rstrip()))


def _too_deep(text: str) -> int | None:
    """Where brackets stand too deep, or too many operators in a row; None for nowhere."""
    chains = [0]
    for found in _TOKEN.finditer(text):
        token = found[0]
        first = token[0]
        if first in "([{":
            chains.append(0)
        elif first in ")]}":
            if len(chains) > 1:
                chains.pop()
            chains[-1] += 1
        elif first == "," or (first == "\n" and len(chains) == 1):
            chains[-1] = 0
        elif first not in "\n#'\"":
            chains[-1] += 4 if token in ("**", "if", "else", "not", "lambda", "~", "elif") else 1
        if len(chains) > NESTING or chains[-1] > CHAIN:
            return found.start()
    return None


def _quietly_parsed(text: str) -> ast.Module:
    """Parsed, not compiled; without Python's warnings about odd escapes."""
    if "\\" not in text and not _ODD_NUMBER.search(text):
        return ast.parse(text, _NO_FILE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, _NO_FILE)
