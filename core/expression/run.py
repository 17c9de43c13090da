"""Runs a learner's text: parsed with `ast`, interpreted by a whitelist, never executed by Python."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable

import numpy as np

from core.bugs import Bug, Pass, backward
from core.engine import Value
from core.errors import ExpressionError
from core.expression.sheet import Change, Leaf, Phase, Sheet, Span, Step
from core.graph import GraphNode, GraphSnapshot, topological_order


def run_text(text: str, bugs: frozenset[Bug] = frozenset(), cancelled: Callable[[], bool] = lambda: False) -> Sheet:
    """The sheet of a text. Raises ExpressionError; `cancelled` is asked now and then, and then too."""
    return _Seed(text, bugs).run()


def _span(node: ast.expr | ast.stmt) -> Span:
    assert node.end_lineno is not None and node.end_col_offset is not None
    return Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


class _Seed:
    """The first, small version: assignments, arithmetic, Value(…), methods without arguments, backward()."""

    def __init__(self, text: str, bugs: frozenset[Bug]) -> None:
        self._text, self._bugs = text, bugs
        self._names: dict[str, object] = {}
        self._made: dict[int, tuple[Value, Span]] = {}
        self._literals: dict[int, Span] = {}
        self._passes: list[tuple[Value, list[Pass], Span]] = []
        self._root: Value | None = None

    def run(self) -> Sheet:
        try:
            tree = ast.parse(self._text)
        except SyntaxError as error:
            line, column = error.lineno or 1, max((error.offset or 1) - 1, 0)
            raise ExpressionError("This is not complete yet.", line, column, line, column + 1) from None
        for statement in tree.body:
            self._do(statement)
        return self._sheet()

    def _do(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            value = self._of(statement.value)
            name = statement.targets[0].id
            if isinstance(value, float):
                value = Value(value)
                self._made[id(value)] = value, _span(statement.value)
                self._literals[id(value)] = _span(statement.value)
            assert isinstance(value, Value)
            value.label = value.label or name
            self._names[name], self._root = value, value
        elif isinstance(statement, ast.Expr):
            self._of(statement.value)

    def _of(self, node: ast.expr) -> object:
        found: object
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -float(number)
            case ast.Name(id=name) if name in self._names:
                return self._names[name]
            case ast.BinOp(left=left, op=op, right=right):
                a, b = self._of(left), self._of(right)
                verbs = {ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.Pow: "__pow__"}
                verbs[ast.Div] = "__truediv__"
                a = a if isinstance(a, Value) else Value(a)  # type: ignore[arg-type]
                found = getattr(a, verbs[type(op)])(b)
            case ast.Call(func=ast.Name(id="Value"), args=[first, *_], keywords=keywords):
                label = next((k.value.value for k in keywords if isinstance(k.value, ast.Constant)), "")
                found = Value(self._of(first), label=str(label))  # type: ignore[arg-type]
                self._literals[id(found)] = _span(first)
            case ast.Call(func=ast.Attribute(value=inner, attr="backward")):
                root = self._of(inner)
                assert isinstance(root, Value)
                self._passes.append((root, backward(root, self._bugs), _span(node)))
                self._root = root
                return None
            case ast.Call(func=ast.Attribute(value=inner, attr=("tanh" | "exp" | "relu") as name)):
                found = getattr(self._of(inner), name)()
            case _:
                span = _span(node)
                raise ExpressionError("This is not known here.", *vars(span).values())
        self._made[id(found)] = found, _span(node)  # type: ignore[assignment]
        return found

    def _sheet(self) -> Sheet:
        order = topological_order(self._root) if self._root is not None else []
        index = {id(value): i for i, value in enumerate(order)}
        nodes, taken = [], set[str]()
        for i, value in enumerate(order):
            address = value.label or f"v{i}"
            while address in taken:
                address += "'"
            taken.add(address)
            operands = tuple(index[id(operand)] for operand in value._prev)
            nodes.append(GraphNode(address, value.label, value._op, operands))
        key = hashlib.sha256(repr(nodes).encode()).hexdigest()[:16]
        origins = tuple(self._made[id(v)][1] if id(v) in self._made else None for v in order)
        leaves = tuple(
            Leaf(i, nodes[i].address, value.data, self._literals.get(id(value)))
            for i, value in enumerate(order)
            if not value._prev
        )
        start = np.array([value.data if not value._prev else np.nan for value in order], dtype=np.float64)
        steps = [
            Step(Phase.FORWARD, i, (Change(i, "data", np.nan, value.data),), origins[i])
            for i, value in enumerate(order)
            if value._prev
        ]
        for root, passes, span in self._passes:
            if id(root) not in index:
                continue
            node = index[id(root)]
            steps.append(Step(Phase.BACKWARD, node, (Change(node, "grad", 0.0, 1.0),), span))
            for each in passes:
                changes = tuple(
                    Change(index[id(operand)], "grad", before, after, position, upstream, local)
                    for operand, position, upstream, local, before, after in each.parts
                )
                steps.append(Step(Phase.BACKWARD, index[id(each.node)], changes, span))
        return Sheet(
            self._text,
            GraphSnapshot(key, tuple(nodes)),
            tuple(value._constant for value in order),
            origins,
            leaves,
            start,
            np.zeros(len(order)),
            tuple(steps),
        )
