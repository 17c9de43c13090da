"""A learner's text with its syntax tree, to find the code of a node and to put other code in its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from core.expression.sheet import Span
from core.expression.source import Source
from core.words import mark, tr

Place = tuple[int, int]  # from, to: characters counted from the beginning of the text
Edit = tuple[Place, str]  # what stands there now goes, and this comes

_INSIDE = {
    ast.For: mark("a loop"),
    ast.While: mark("a loop"),
    ast.FunctionDef: mark("a function"),
    ast.Lambda: mark("a function"),
    ast.ListComp: mark("a comprehension"),
    ast.GeneratorExp: mark("a comprehension"),
    ast.SetComp: mark("a comprehension"),
    ast.DictComp: mark("a comprehension"),
    ast.ClassDef: mark("a class"),
    ast.If: mark("a condition"),
    ast.IfExp: mark("a condition"),
    ast.BoolOp: mark("a condition"),
}
_NO_PARENTHESES = (  # code that stands here is read as a whole without them
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Expr,
    ast.Call,
    ast.keyword,
    ast.List,
    ast.Tuple,
    ast.FormattedValue,
)
_PRIMARY = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant)


class CodePlaces:
    """A text and where its expressions stand. Raises ExpressionError for a text that cannot be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._source = Source(text)
        self.tree = self._source.tree
        self._starts = [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", text)), len(text)]
        self._parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def place(self, node: ast.expr | ast.stmt) -> Place:
        return self._range(self._source.span(node))

    def code(self, node: ast.expr | ast.stmt) -> str:
        """As the text has it; parentheses around the whole are not part of it."""
        start, end = self.place(node)
        return self.text[start:end]

    def as_operand(self, node: ast.expr) -> str:
        """Its code, in parentheses unless it binds closer than any operator."""
        return self.code(node) if isinstance(node, _PRIMARY) else f"({self.code(node)})"

    def expression_at(self, span: Span | None) -> ast.expr | None:
        """The expression that takes up exactly this place."""
        if span is None or span.end_line >= len(self._starts):
            return None
        wanted = self._range(span)
        return next((e for e in ast.walk(self.tree) if isinstance(e, ast.expr) and self.place(e) == wanted), None)

    def what_holds(self, node: ast.AST) -> str | None:
        """`a loop`, `a function` …: what runs this code any number of times; None if it runs once, in its turn."""
        return next((tr(_INSIDE[type(holder)]) for holder in self._holders(node) if type(holder) in _INSIDE), None)

    def statement_of(self, node: ast.expr) -> int:
        """The number of the statement of the text that the expression is in."""
        outermost = [*self._holders(node)][-2]  # the last one is the module
        return self.tree.body.index(outermost)  # type: ignore[arg-type]

    def needs_parentheses(self, node: ast.expr) -> bool:
        """Whether a division that stands in its place must be held together."""
        return not isinstance(self._parents[node], _NO_PARENTHESES)

    def place_with_parentheses(self, node: ast.expr) -> Place:
        """Its place, with the innermost pair of parentheses around it if there is one."""
        start, end = self.place(node)
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip()
        if before.endswith("(") and after.startswith(")"):
            return len(before) - 1, len(self.text) - len(after) + 1
        return start, end

    def before_statement(self, number: int, code: str) -> Edit:
        """Another statement right before this one: on a line of its own, or on the line that both are on."""
        start, _ = self.place(self.tree.body[number])
        first_on_line = not self.text[:start].rpartition("\n")[2].strip()
        return (start, start), f"{code}\n" if first_on_line else f"{code}; "

    def without_statement(self, number: int) -> Edit:
        """The statement goes, with its line if it is alone on it."""
        body, statement = self.tree.body, self.tree.body[number]
        start, end = self.place(statement)
        if number + 1 < len(body) and body[number + 1].lineno == statement.end_lineno:
            return (start, self.place(body[number + 1])[0]), ""
        if number and body[number - 1].end_lineno == statement.lineno:
            return (self.place(body[number - 1])[1], end), ""
        return (self._starts[statement.lineno - 1], self._starts[statement.end_lineno or 0]), ""

    def edited(self, edits: Iterable[Edit]) -> str:
        """The text with these edits; they do not overlap."""
        text = self.text
        for (start, end), code in sorted(edits, reverse=True):
            text = text[:start] + code + text[end:]
        return text

    def bindings(self, name: str) -> int:
        """How often the text gives this name a value."""
        stored = sum(isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id == name for n in self._nodes())
        return stored + sum(isinstance(n, ast.FunctionDef) and n.name == name for n in self._nodes())

    def uses(self, name: str) -> int:
        """How often the text reads this name."""
        return sum(isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store) and n.id == name for n in self._nodes())

    def _nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def _holders(self, node: ast.AST) -> Iterator[ast.AST]:
        """The node itself, what it is in, … the module."""
        holder: ast.AST | None = node
        while holder is not None:
            yield holder
            holder = self._parents.get(holder)

    def _range(self, span: Span) -> Place:
        return self._starts[span.line - 1] + span.column, self._starts[span.end_line - 1] + span.end_column
