"""Runs statements: assignments, loops, conditions, definitions, import lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from core.bugs import Bug
from core.engine import Value
from core.errors import ExpressionError
from core.expression import language
from core.expression.assignments import Assignments
from core.expression.calls import Return
from core.expression.limits import Budget, Complaint
from core.expression.nearest import nearest
from core.expression.source import Source
from core.expression.values import Function, Namespace, Scope, Tracked, items_of, truth, written
from core.words import tr

_DECIMALS = re.compile(r"-?\d+,\d+")
_BREAK, _CONTINUE = object(), object()
_LOOKED_AT = (ast.Name, ast.Attribute, ast.Subscript)  # expressions that make nothing new


class Interpreter(Assignments):
    """A whole text. Raises ExpressionError."""

    def __init__(self, source: Source, bugs: frozenset[Bug], budget: Budget) -> None:
        super().__init__(source, bugs, budget)
        self._loops = 0
        self._now: ast.stmt | None = None
        self._statements: dict[type[ast.stmt], Callable[[Any], Any]] = {
            ast.Assign: self._assign,
            ast.AugAssign: self.augmented,
            ast.AnnAssign: self._annotated,
            ast.Expr: self._expression,
            ast.For: self._for,
            ast.While: self._while,
            ast.If: self._if_statement,
            ast.FunctionDef: self._def,
            ast.Return: self._return,
            ast.Break: lambda _: _BREAK,
            ast.Continue: lambda _: _CONTINUE,
            ast.Pass: lambda _: None,
            ast.Import: self._import,
            ast.ImportFrom: self._import,
            ast.ClassDef: self._class,
        }

    def run(self) -> None:
        """From the first line to the last."""
        self._complaining(self._run, self.source.tree.body)
        self.output.end(len(self.source.lines))

    def look(self) -> None:
        """Whether there is time left: for those who go on with what the run made."""
        self._complaining(self.budget.look)

    def _complaining(self, function: Callable[..., None], *args: Any) -> None:
        """Complaints without a place get that of the statement that ran last."""
        body = self.source.tree.body
        try:
            function(*args)
        except Complaint as complaint:
            if self._now is None and not body:  # cancelled before anything was done
                raise self.source.error_at(complaint.message, 1, 0, 1, 0) from None
            raise self._at(self._now or body[0], complaint.message, complaint.suggestion) from None
        except RecursionError:
            raise self._at(self._now or body[0], tr("This calls itself too deeply, or is nested too deeply.")) from None
        except MemoryError:
            raise self._at(self._now or body[0], tr("There is not enough memory for this.")) from None

    def root(self) -> Value | None:
        """The value whose graph is shown: of draw_dot, or the last one that was named or gone back from."""
        if self.drawn is not None:
            return self.drawn
        for value in reversed(self.candidates):
            if value._prev:
                return value
        if self.journal.last is not None:
            return self.journal.last
        if self.candidates:
            return self.candidates[-1]
        if self.tracked:
            return self.value_of(self.tracked[-1])
        return next(reversed(self.journal.births), None)

    def functions(self) -> tuple[str, ...]:
        """Names of the functions of one variable that give something back."""
        return tuple(
            name
            for name, value in self.top.names.items()
            if isinstance(value, Function) and _of_one_variable(value) and _gives_back(value)
        )

    def _at(self, statement: ast.stmt, message: str, suggestion: str = "") -> ExpressionError:
        """An error of a statement: of a loop or a function its first line alone is marked."""
        error = self.error(statement, message, suggestion)
        if hasattr(statement, "body"):
            line = self.source.lines[error.line - 1]
            error.end_line, error.end_column = error.line, max(error.column, len(line))
        return error

    def _run(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if self.block([statement]) is not None:
                if isinstance(statement, ast.Return):
                    raise self._at(statement, tr("`return` stands inside a function only."))
                raise self._at(statement, tr("`break` stands inside a loop only."))
        last = body[-1] if body else None
        if isinstance(last, ast.Expr) and self._echoed is not None:
            self._now = last
            self.output.write(last.lineno, self.guarded(last, written, self._echoed, True))

    def block(self, body: list[ast.stmt]) -> Any:
        """None, or what ends the block: a Return, a break, a continue."""
        statements, budget = self._statements, self.budget
        for statement in body:
            self._now = statement
            budget.spend()
            method = statements.get(statement.__class__)
            if method is None:
                message = tr(language.STATEMENTS.get(statement.__class__, language.NOT_PART))
                raise self._at(statement, message)
            done = method(statement)
            if done is not None:
                return done
        return None

    # -- assignments ----------------------------------------------------------------------------------------------

    def _assign(self, node: ast.Assign) -> None:
        value = self.of(node.value)
        for target in node.targets:
            self.assign(target, value, node.value)
        if isinstance(node.value, ast.Tuple) and isinstance(node.targets[0], ast.Name):
            self._note_comma(node.value)

    def _note_comma(self, node: ast.Tuple) -> None:
        """`a = 2,0` gives two numbers, and is often meant as one."""
        place = self.source.span(node)
        code = self.source.lines[place.line - 1][place.column : place.end_column]
        if place.line == place.end_line and _DECIMALS.fullmatch(code):
            point = code.replace(",", ".")
            note = tr(
                "{code} in line {line} is two numbers: with a decimal point it is {point}.",
                code=code,
                line=place.line,
                point=point,
            )
            self.notes[note] = None

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.of(node.value), node.value)

    # -- loops and conditions -------------------------------------------------------------------------------------

    _echoed: Any = None

    def _expression(self, node: ast.Expr) -> None:
        self._echoed = value = self.of(node.value)
        if self.scope is self.top and not isinstance(node.value, _LOOKED_AT):
            made = value.node if isinstance(value, Tracked) else value
            if isinstance(made, Value) and made._prev:
                self.candidates.append(made)

    def _for(self, node: ast.For) -> Any:
        items = self.guarded(node.iter, items_of, self.of(node.iter), self.budget)
        outer = self.loop
        self._loops += 1
        loop = self._loops
        for item in items:
            self.budget.spend()
            self.loop = loop
            self.assign(node.target, item, None)
            done = self.block(node.body)
            if done is _BREAK:
                break
            if isinstance(done, Return):
                self.loop = outer
                return done
        else:
            self.loop = outer
            return self.block(node.orelse)
        self.loop = outer
        return None

    def _while(self, node: ast.While) -> Any:
        outer = self.loop
        self._loops += 1
        loop = self._loops
        while self.guarded(node.test, truth, self.of(node.test)):
            self.loop = loop
            done = self.block(node.body)
            if done is _BREAK:
                break
            if isinstance(done, Return):
                self.loop = outer
                return done
        else:
            self.loop = outer
            return self.block(node.orelse)
        self.loop = outer
        return None

    def _if_statement(self, node: ast.If) -> Any:
        return self.block(node.body if self.guarded(node.test, truth, self.of(node.test)) else node.orelse)

    # -- definitions and imports ----------------------------------------------------------------------------------

    def _def(self, node: ast.FunctionDef) -> None:
        self.check_name(node, node.name)
        if node.decorator_list:
            raise self.error(node.decorator_list[0], tr("Decorators are not part of the lab's language."))
        if node.name == "draw_dot":
            self.notes[tr("The text's own draw_dot is not run: the lab draws.")] = None
            return
        self.scope.names[node.name] = self.function(node.name, node.args, node.body)

    def _return(self, node: ast.Return) -> Return:
        return Return(None if node.value is None else self.of(node.value))

    def _class(self, node: ast.ClassDef) -> None:
        if node.name not in language.CLASSES:
            raise self._at(node, tr(language.STATEMENTS[ast.ClassDef]))
        self.notes[tr("The text's own class {name} is not run: the lab's {name} is used.", name=node.name)] = None

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
        for module in modules:
            if module not in language.IMPORTS:
                near = nearest(module, language.IMPORTS)
                raise self.error(
                    node,
                    tr("`{module}` cannot be imported here: the lecture's imports alone can.", module=module),
                    near,
                )
        for alias in node.names:
            if isinstance(node, ast.Import):
                self._import_module(alias)
            else:
                self._import_name(node, modules[0], alias)

    def _import_module(self, alias: ast.alias) -> None:
        package = alias.name.partition(".")[0]
        known: Scope | None = self.top.parent
        assert known is not None
        there = {"matplotlib": "plt", "graphviz": "torch"}.get(package, package)
        found = known.names.get(there)
        if package == "graphviz":
            found = Namespace("graphviz", {}, language.REFUSED["graphviz"])
        name = alias.asname or package
        self.check_name(alias, name)
        self.scope.names[name] = found
        if package == "torch":
            self.notes[tr(language.NO_TORCH)] = None

    def _import_name(self, node: ast.ImportFrom, module: str, alias: ast.alias) -> None:
        """`from math import tanh` gives the name; other names are there already or refused when they are used."""
        assert self.top.parent is not None
        holder = self.top.parent.names.get(module)
        name = alias.asname or alias.name
        if alias.name == "*":
            if isinstance(holder, Namespace):
                self.scope.names.update(holder.members)
            return
        self.check_name(alias, name)
        if isinstance(holder, Namespace) and not holder.refusal:
            if alias.name not in holder.members:
                near = nearest(alias.name, holder.members)
                raise self.error(
                    alias, tr("`{module}.{name}` is not part of the lab.", module=module, name=alias.name), near
                )
            self.scope.names[name] = holder.members[alias.name]
        elif alias.name in self.top.parent.names and alias.asname:
            self.scope.names[name] = self.top.parent.names[alias.name]
        elif module.partition(".")[0] == "torch":
            self.scope.names[name] = self.top.parent.names["torch"]
            self.notes[tr(language.NO_TORCH)] = None


def _of_one_variable(function: Function) -> bool:
    needed = len(function.parameters) - len(function.defaults)
    return needed == 1 or (needed == 0 and len(function.parameters) == 1)


def _gives_back(function: Function) -> bool:
    if isinstance(function.body, ast.expr):
        return True
    return any(
        isinstance(node, ast.Return) and node.value is not None
        for statement in function.body
        for node in ast.walk(statement)
    )
