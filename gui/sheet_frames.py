"""What the expression lab shows at one moment. Plain data, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.bugs import Bug
from core.errors import ExpressionError
from core.explain import Explanation
from core.expression.sheet import Array, Sheet, State, Step


class Mode(Enum):
    """The two modes of the window. The value is the name in files."""

    NETWORK = "network"
    EXPRESSION = "expression"


@dataclass(frozen=True, eq=False)
class SheetResult:
    """What the worker made of a text."""

    job: int
    text: str
    bugs: frozenset[Bug]
    sheet: Sheet | None  # None where the text has an error
    error: ExpressionError | None
    true: Sheet | None = None  # the same text without the bugs; None without bugs


@dataclass(frozen=True, eq=False)
class SheetFrame:
    """The state at the playhead. A new one for every step, every new number, every selection."""

    sheet: Sheet
    state: State
    done: Step | None  # the step that was done last; None at the beginning
    coming: Step | None  # the next one; None at the end
    explanation: Explanation | None  # of the selected node
    bugs: frozenset[Bug] = frozenset()
    true_grad: Array | None = None  # with bugs, at the end: the gradients as they should be
    secret: bool = False  # what goes wrong is to be found: nothing but the numbers is told

    @property
    def position(self) -> int:
        """Steps done."""
        return self.state.position

    @property
    def at_end(self) -> bool:
        return self.coming is None
