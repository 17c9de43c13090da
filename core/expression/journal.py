"""What happened while a text ran, in the order in which it happened."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from core.bugs import Pass
from core.engine import Value
from core.expression.limits import Budget, Complaint
from core.expression.sheet import Field, Phase
from core.words import tr

PASSES = 300_000  # gradients handed on that are remembered


@dataclass(slots=True)
class Made:
    """An operation was computed."""

    value: Value
    data: float
    origin: ast.AST | None


@dataclass(slots=True)
class Wrote:
    """A number was written. `loop` is the execution of a loop in which that happened, 0 for none."""

    value: Value
    field: Field
    before: float
    after: float
    phase: Phase
    origin: ast.AST | None
    loop: int


@dataclass(slots=True)
class Passed:
    """A node handed its gradient on; those of one `backward()` have the same `call`."""

    told: Pass
    origin: ast.AST | None
    call: int


Event = Made | Wrote | Passed


@dataclass(slots=True)
class Birth:
    """A leaf: its first number, and where in the text it comes from."""

    data: float
    origin: ast.AST | None
    literal: ast.expr | None


class Journal:
    """Events, leaves and names. Keeps every Value alive, so that each has one identity."""

    def __init__(self, budget: Budget) -> None:
        self.events: list[Event] = []
        self.births: dict[Value, Birth] = {}
        self.names: dict[Value, str] = {}  # of parameters: their addresses
        self.parts: dict[Value, tuple[int, str]] = {}  # of nodes made in a call of a network: the call, the address
        self.calls = 0
        self.last: Value | None = None  # the last operation computed
        self._known: set[Value] = set()
        self._budget = budget
        self._passes = 0

    def leaf(
        self, value: Value, origin: ast.AST | None, literal: ast.expr | None = None, counted: bool = False
    ) -> Value:
        """A Value without operands was made; `counted` if the budget knows already."""
        if not counted:
            self._budget.make()
        self._known.add(value)
        self.births[value] = Birth(value.data, origin, literal)
        return value

    def made(self, value: Value, origin: ast.AST) -> Value:
        """`value` and whatever it needs that is not known yet was computed by the expression `origin`."""
        known = self._known
        if value in known:
            return value
        stack = [value]
        while stack:
            node = stack[-1]
            if node in known:
                stack.pop()
                continue
            waiting = [operand for operand in node._prev if operand not in known]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            if node._prev:
                self._budget.make()
                known.add(node)
                self.events.append(Made(node, node.data, origin))
            else:
                self.leaf(node, origin)
        self.last = value
        return value

    def wrote(
        self, value: Value, field: Field, before: float, phase: Phase, origin: ast.AST | None,
        loop: int = 0, after: float | None = None,
    ) -> None:  # fmt: skip
        """The number of a value is another one (`after`, or what it is now)."""
        self._budget.spend()
        now = getattr(value, field) if after is None else after
        self.events.append(Wrote(value, field, before, now, phase, origin, loop))

    def passed(self, passes: list[Pass], origin: ast.AST) -> None:
        """Gradients were handed on, in one call. Raises Complaint where that becomes too much to remember."""
        self._passes += len(passes)
        if self._passes > PASSES:
            raise Complaint(tr("This goes backward too often: use fewer steps, or network mode for a long training."))
        self._budget.spend(len(passes))
        self.calls += 1
        self.events.extend(Passed(told, origin, self.calls) for told in passes)
