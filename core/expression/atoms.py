"""Take an operation apart into smaller ones, and put it together again: text to text.

    o = n.tanh()        e = (2*n).exp()
                        o = (e - 1) / (e + 1)
    o = n.sigmoid()     o = 1 / (1 + (-n).exp())
    o = n.softplus()    o = (1 + n.exp()).log()

Output and gradients stay what they are: the level at which an operation is defined is free. The syntax tree only
serves to find the places; nothing is run.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from core.expression.code_places import CodePlaces, Edit
from core.expression.sheet import Sheet
from core.words import tr

OPERATIONS = ("tanh", "sigmoid", "softplus")
_DRAWING = frozenset({"random", "Neuron", "Layer", "MLP"})  # the order of their calls decides the numbers


@dataclass(frozen=True)
class Offer:
    """What can be done with a node."""

    operation: str  # `tanh`, `sigmoid` or `softplus`
    reason: str = ""  # why it cannot be done, one sentence; empty if it can


@dataclass(frozen=True)
class _Atoms:
    """An operation in its atomic form."""

    operation: str
    operand: ast.expr  # what it is taken of
    spelled: str  # the operand as the text has it, with its parentheses
    as_method: bool
    helper: int | None  # the statement that names the exponential


def can_take_apart(text: str, sheet: Sheet, node: int) -> Offer | None:
    """Whether the node's call can be replaced by its atomic form; None for a node of another operation."""
    operation = sheet.graph.nodes[node].op
    if operation not in OPERATIONS or text != sheet.text:
        return None
    places = CodePlaces(text)
    expression = places.expression_at(sheet.origins[node])
    if expression is None or _call_of(expression, operation) is None:
        where = _short(places.code(expression)) if expression is not None else tr("other code")
        said = tr("This {kind} is inside {where}: it has no place of its own in the text.", kind=operation, where=where)
        return Offer(operation, said)
    holder = places.what_holds(expression)
    if holder:
        return Offer(operation, _inside(operation, holder))
    if _names(expression) & _DRAWING:
        said = tr("This {kind} is taken of numbers drawn in the same line: give them a name first.", kind=operation)
        return Offer(operation, said)
    return Offer(operation)


def can_put_together(text: str, sheet: Sheet, node: int) -> Offer | None:
    """Whether the node is one of the atomic forms and can become one call; None for all other nodes."""
    if not sheet.graph.nodes[node].op or text != sheet.text:
        return None
    places = CodePlaces(text)
    expression = places.expression_at(sheet.origins[node])
    atoms = _atoms_of(places, expression) if expression is not None else None
    if expression is None or atoms is None:
        return None
    holder = places.what_holds(expression)
    if holder:
        return Offer(atoms.operation, _inside(atoms.operation, holder))
    changed = _changed_between(places, atoms, expression)
    if changed:
        return Offer(atoms.operation, tr("{changed} changes between the exponential and its use.", changed=changed))
    return Offer(atoms.operation)


def take_apart(text: str, sheet: Sheet, node: int) -> str:
    """The text with the atomic form in place of the node's call. Raises ValueError if `can_take_apart` says no."""
    offer = can_take_apart(text, sheet, node)
    if offer is None or offer.reason:
        raise ValueError(offer.reason if offer is not None else "this node is no tanh, sigmoid or softplus")
    places = CodePlaces(text)
    call = places.expression_at(sheet.origins[node])
    assert call is not None
    found = _call_of(call, offer.operation)
    assert found is not None
    operand, as_method = found
    as_method = as_method or any(places.bindings(name) for name in ("exp", "log"))
    edits: list[Edit] = []
    if offer.operation == "tanh":
        name = _fresh_name(text)
        exponential = _written("exp", f"2*{_receiver(places, call, operand)}", as_method)
        edits.append(places.before_statement(places.statement_of(call), f"{name} = {exponential}"))
        atoms, whole = f"({name} - 1) / ({name} + 1)", False
    elif offer.operation == "sigmoid":
        atoms = f"1 / (1 + {_written('exp', f'-{_receiver(places, call, operand)}', as_method)})"
        whole = False
    else:
        inner = _receiver(places, call, operand) if as_method else places.code(operand)
        atoms = _written("log", f"1 + {f'{inner}.exp()' if as_method else f'exp({inner})'}", as_method)
        whole = True
    if not whole and places.needs_parentheses(call):
        atoms = f"({atoms})"
    edits.append((places.place(call), atoms))
    return places.edited(edits)


def put_together(text: str, sheet: Sheet, node: int) -> str:
    """The text with one call in place of the atomic form. Raises ValueError if `can_put_together` says no."""
    offer = can_put_together(text, sheet, node)
    if offer is None or offer.reason:
        raise ValueError(offer.reason if offer is not None else "this node is not an atomic form")
    places = CodePlaces(text)
    expression = places.expression_at(sheet.origins[node])
    assert expression is not None
    atoms = _atoms_of(places, expression)
    assert atoms is not None
    if atoms.as_method or places.bindings(atoms.operation):
        held = atoms.spelled != places.code(atoms.operand)
        call = f"{atoms.spelled if held else places.as_operand(atoms.operand)}.{atoms.operation}()"
    else:
        call = f"{atoms.operation}({places.code(atoms.operand)})"
    loose = places.needs_parentheses(expression) and not isinstance(expression, ast.Call)
    place = places.place_with_parentheses(expression) if loose else places.place(expression)
    edits = [(place, call)]
    if atoms.helper is not None:
        name = _assigned_name(places.tree.body[atoms.helper])
        here = sum(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(expression))
        if places.uses(name) == here:
            edits.append(places.without_statement(atoms.helper))
    return places.edited(edits)


# -- writing ------------------------------------------------------------------------------------------------------


def _written(function: str, argument: str, as_method: bool) -> str:
    return f"({argument}).{function}()" if as_method else f"{function}({argument})"


def _receiver(places: CodePlaces, call: ast.expr, operand: ast.expr) -> str:
    """The operand of a call so that any operator may stand before it; a method's as it is spelled there."""
    assert isinstance(call, ast.Call)
    if not isinstance(call.func, ast.Attribute):
        return places.as_operand(operand)
    return places.code(call.func)[: -len(call.func.attr)].rstrip().removesuffix(".").rstrip()


def _fresh_name(text: str) -> str:
    """`e`, or the first of `e1`, `e2` … that is no word of the text."""
    words = set(re.findall(r"\w+", text))
    names = ["e", *(f"e{number}" for number in range(1, len(words) + 2))]
    return next(name for name in names if name not in words)


def _inside(operation: str, holder: str) -> str:
    return tr("This {kind} is inside {holder}: one place in the text for many values.", kind=operation, holder=holder)


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 24 else f"{line[:23]}…"


# -- reading ------------------------------------------------------------------------------------------------------


def _call_of(expression: ast.expr, name: str) -> tuple[ast.expr, bool] | None:
    """The operand of `x.name()` or `name(x)`, and whether it is spelled as a method."""
    match expression:
        case ast.Call(func=ast.Attribute(value=operand, attr=attr), args=[], keywords=[]) if attr == name:
            return operand, True
        case ast.Call(func=ast.Name(id=called), args=[operand], keywords=[]) if called == name:
            return operand, False
    return None


def _atoms_of(places: CodePlaces, expression: ast.expr) -> _Atoms | None:
    """The atomic form that an expression has: exactly those that `take_apart` writes and their hand-written kin."""
    match expression:
        case ast.BinOp(op=ast.Div(), left=ast.BinOp(op=ast.Sub(), left=upper, right=ast.Constant(value=1)), right=sum_):
            lower = _beside_one(sum_)
            if lower is not None and ast.dump(lower) == ast.dump(upper):
                return _with_exponential(places, "tanh", upper)
        case ast.BinOp(op=ast.Div(), left=ast.Constant(value=1), right=sum_):
            return _with_exponential(places, "sigmoid", _beside_one(sum_))
        case ast.Call():
            found = _call_of(expression, "log")
            if found is not None and not (places.bindings("log") and not found[1]):
                return _with_exponential(places, "softplus", _beside_one(found[0]))
    return None


def _beside_one(sum_: ast.expr) -> ast.expr | None:
    """x of `x + 1` or `1 + x`."""
    match sum_:
        case ast.BinOp(op=ast.Add(), left=ast.Constant(value=1), right=other):
            return other
        case ast.BinOp(op=ast.Add(), left=other, right=ast.Constant(value=1)):
            return other
    return None


def _with_exponential(places: CodePlaces, operation: str, inner: ast.expr | None) -> _Atoms | None:
    """The form around an exponential that stands there itself or under a name given once, earlier in the text."""
    helper = None
    if isinstance(inner, ast.Name):
        helper = _definition(places, inner)
        if helper is None:
            return None
        statement = places.tree.body[helper]
        assert isinstance(statement, ast.Assign)
        inner = statement.value
    found = _call_of(inner, "exp") if inner is not None else None
    if found is None or (not found[1] and places.bindings("exp")):
        return None
    argument, as_method = found
    operand = {"tanh": _doubled, "sigmoid": _negated}.get(operation, _itself)(argument)
    if operand is None:
        return None
    return _Atoms(operation, operand, _spelled(places, argument, operand, inner), as_method, helper)


def _definition(places: CodePlaces, name: ast.Name) -> int | None:
    """The one statement that gives a name its value; None if there are several, or none that is a plain one."""
    if places.bindings(name.id) != 1:
        return None
    body = places.tree.body
    found = next((i for i, statement in enumerate(body) if _assigned_name(statement) == name.id), None)
    return found if found is not None and found < places.statement_of(name) else None


def _assigned_name(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def _doubled(argument: ast.expr) -> ast.expr | None:
    match argument:
        case ast.BinOp(op=ast.Mult(), left=ast.Constant(value=2), right=operand):
            return operand
        case ast.BinOp(op=ast.Mult(), left=operand, right=ast.Constant(value=2)):
            return operand
    return None


def _negated(argument: ast.expr) -> ast.expr | None:
    match argument:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return operand
    return None


def _itself(argument: ast.expr) -> ast.expr | None:
    return argument


def _spelled(places: CodePlaces, argument: ast.expr, operand: ast.expr, call: ast.expr | None) -> str:
    """The operand with the parentheses that the text has around it."""
    if operand is argument:
        assert call is not None
        return _receiver(places, call, operand)
    start, end = places.place(operand)
    whole_start, whole_end = places.place(argument)
    opening = places.text[whole_start:start].rpartition("*" if isinstance(argument, ast.BinOp) else "-")[2].strip()
    closing = places.text[end:whole_end].strip()
    if opening and len(opening) == len(closing):
        return f"{opening}{places.code(operand)}{closing}"
    return places.code(operand)


def _changed_between(places: CodePlaces, atoms: _Atoms, expression: ast.expr) -> str:
    """A name of the operand that gets another value after the exponential was computed; empty if none does."""
    if atoms.helper is None:
        return ""
    names = _names(atoms.operand)
    for statement in places.tree.body[atoms.helper + 1 : places.statement_of(expression)]:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names:
                return node.id
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == "data":
                return places.code(node)
    return ""


def _names(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
