"""Writes kernels_numba.py from the op table: `python -m core.generate_kernels`.

Numba keeps compiled code on disk only for functions that stand in a file, so that file is written out: the scalar
functions of the table, a loop over the lanes for each of them, and the functions of the lane_*.py files, which no
operation changes. It is self-contained because Numba looks at one file alone to see whether what it kept is out of
date.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from importlib.resources import files
from pathlib import Path
from typing import Any

import core.ops
from core.ops import OPS, Operation

TARGET = Path(__file__).with_name("kernels_numba.py")

# Of the functions that the table's scalar forms call, those that compiled code has otherwise: without branches, so that
# they run on several lanes at a time, or by IEEE's rules where Python's own raise.
_INSTEAD = {"math.exp": "exp", "math.tanh": "tanh", "_power": "ieee_pow", "_safe_pow": "ieee_pow"}
_ENTRIES = ("run", "over_points", "whole_forward", "whole_backward")
_FREE_ORDER = ("total", "dot")

_HEAD = '''\
# mypy: ignore-errors
"""Compiled kernels: forward and backward over a Tape, lane by lane.

Written by `python -m core.generate_kernels` from the op table and the lane_*.py files: change those and run it again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from core.optim import Mask
    from core.program import Array, Index
    from core.tape import Flow, Offset, Tape

OPERATIONS = (
{names}
)  # their codes are their places here

_inner = njit(error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
_sum_over_lanes = njit(error_model="numpy", nogil=True, fastmath={{"reassoc"}})
_entry = njit(error_model="numpy", nogil=True, cache=True)
'''


def generate() -> str:
    """The text of kernels_numba.py."""
    constants, functions = _parts("lane_functions.py")
    names = textwrap.indent("\n".join(f'"{name}",' for name in OPS), "    ")
    scalar_functions, calls = _scalar_functions()
    pieces = [*functions, *scalar_functions, *_dispatchers(calls)]
    for source in ("lane_loops.py", "lane_updates.py", "lane_training.py"):
        more_constants, functions = _parts(source)
        constants += more_constants
        pieces += functions
    head = _HEAD.format(names=names) + "\n" + "\n".join(constants) + "\n"
    return head + "".join(f"\n\n{piece}\n" for piece in pieces)


def _parts(source: str) -> tuple[list[str], list[str]]:
    """The constants of a file beside this one, and its classes and functions, ready to be compiled."""
    text = files("core").joinpath(source).read_text(encoding="utf-8")
    lines = text.splitlines()
    constants: list[str] = []
    rest: list[str] = []
    for node in ast.parse(text).body:
        part = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.Assign):
            constants.append(part)
        elif isinstance(node, ast.ClassDef):
            rest.append(part)
        elif isinstance(node, ast.FunctionDef):
            rest.append(f"@{_decorator(node.name)}\n{part}")
    return constants, rest


def _decorator(name: str) -> str:
    if name in _ENTRIES:
        return "_entry"
    return "_sum_over_lanes" if name in _FREE_ORDER else "_inner"


class _Replaced(ast.NodeTransformer):
    """Calls of the functions that compiled code has otherwise."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = ast.unparse(node)
        return ast.Name(_INSTEAD[name]) if name in _INSTEAD else node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(_INSTEAD.get(node.id, node.id))


def _scalar_functions() -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The table's scalar functions as text, and for each operation the names of its forward function and partials."""
    module = ast.parse(inspect.getsource(core.ops))
    known = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    entries = {entry.args[0].value: entry for entry in ast.walk(module) if _is_entry(entry)}  # type: ignore[attr-defined]
    fields = list(Operation.__dataclass_fields__)
    texts: dict[str, str] = {}
    calls: dict[str, tuple[str, str]] = {}
    for name in OPS:
        found = []
        for part in ("fold", "fold_partial") if OPS[name].variadic else ("forward", "partials"):
            expression = _argument(entries[name], part, fields)
            found.append(_named(expression, f"{name}_{part}", known, texts))
        calls[name] = (found[0], found[1])
    return list(texts.values()), calls


def _is_entry(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Operation"


def _argument(entry: Any, field: str, fields: list[str]) -> ast.expr:
    """What an entry's call gives for a field, by name or by place."""
    named: dict[str, ast.expr] = {keyword.arg: keyword.value for keyword in entry.keywords}
    found: ast.expr = named.get(field) or entry.args[fields.index(field)]
    return found


def _named(expression: ast.expr, name: str, known: dict[str, Any], texts: dict[str, str]) -> str:
    """The name by which compiled code calls this function; its text, and what it calls itself, are added to `texts`."""
    replaced = _Replaced().visit(expression)
    if isinstance(replaced, ast.Lambda):
        _add_known(replaced, known, texts)
        texts[name] = f"@_inner\ndef {name}({ast.unparse(replaced.args)}):\n    return {ast.unparse(replaced.body)}"
        return name
    _add_known(replaced, known, texts)
    return ast.unparse(replaced)


def _add_known(tree: ast.AST, known: dict[str, Any], texts: dict[str, str]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known and node.id not in texts:
            function = _Replaced().visit(known[node.id])
            _add_known(ast.Module(function.body, []), known, texts)
            texts[node.id] = f"@_inner\n{ast.unparse(function)}"


def _dispatchers(calls: dict[str, tuple[str, str]]) -> list[str]:
    """The functions that run one operation over the lanes; the choice is outside of the loops."""
    for operation in OPS.values():
        if operation.arity not in (1, 2):
            raise ValueError(f"Compiled kernels know operations of 1, 2 or any operands, not '{operation.name}'.")
    unary = [(code, op) for code, op in enumerate(OPS.values()) if op.arity == 1]
    binary = [(code, op) for code, op in enumerate(OPS.values()) if op.arity == 2 and not op.variadic]
    variadic = [(code, op) for code, op in enumerate(OPS.values()) if op.variadic]
    forward_of = {name: forward for name, (forward, _) in calls.items()}
    partials_of = {name: partials for name, (_, partials) in calls.items()}
    return [
        _dispatcher(
            "forward_unary(op: int, constant: float, a: Array, out: Array, n: int)",
            unary,
            lambda op: [f"out[i] = {forward_of[op.name]}(a[i]{', constant' if op.has_constant else ''})"],
        ),
        _dispatcher(
            "forward_binary(op: int, a: Array, b: Array, out: Array, n: int)",
            binary,
            lambda op: [f"out[i] = {forward_of[op.name]}(a[i], b[i])"],
        ),
        _dispatcher(
            "backward_unary(op: int, constant: float, a: Array, out: Array, upstream: Array, share: Array, n: int)",
            unary,
            lambda op: [
                f"by_a = {partials_of[op.name]}(a[i]{', constant' if op.has_constant else ''}, out[i])[0]",
                "share[i] = by_a * upstream[i]",
            ],
        ),
        _dispatcher(
            "backward_binary(\n"
            "    op: int, a: Array, b: Array, out: Array, upstream: Array, first: Array, second: Array, n: int\n"
            ")",
            binary,
            lambda op: [
                f"by_a, by_b = {partials_of[op.name]}(a[i], b[i], out[i])",
                "first[i] = by_a * upstream[i]",
                "second[i] = by_b * upstream[i]",
            ],
        ),
        _dispatcher(
            "forward_fold(op: int, a: Array, out: Array, n: int)",
            variadic,
            lambda op: [f"out[i] = {forward_of[op.name]}(out[i], a[i])"],
        ),
        _dispatcher(
            "backward_fold(op: int, a: Array, out: Array, upstream: Array, share: Array, n: int)",
            variadic,
            lambda op: [f"share[i] = {partials_of[op.name]}(a[i], out[i]) * upstream[i]"],
        ),
    ]


def _dispatcher(signature: str, operations: list[tuple[int, Operation]], body: Any) -> str:
    lines = ["@_inner", f"def {signature} -> None:"]
    for position, (code, operation) in enumerate(operations):
        lines.append(f"    {'elif' if position else 'if'} op == {code}:  # {operation.name}")
        lines.append("        for i in range(n):")
        lines += [f"            {line}" for line in body(operation)]
    return "\n".join(lines)


def write() -> None:
    """Write the file and say so."""
    TARGET.write_text(generate(), encoding="utf-8")
    print(f"Written: {TARGET.name}, {len(OPS)} operations.")


if __name__ == "__main__":
    write()
