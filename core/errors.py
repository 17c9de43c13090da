"""The errors a person can cause. Each says what is wrong and what to do, in one sentence or two."""

from __future__ import annotations


class ChainruleError(Exception):
    """Base of all typed errors of this project; `str(error)` is fit to be shown to a person."""


class ExperimentError(ChainruleError):
    """An Experiment that cannot be built: a size, rate or name out of its range."""


class OperationError(ChainruleError, ArithmeticError):
    """An eager operation outside its domain; names the operation, its operand values and their labels."""


class UnknownNameError(ChainruleError, LookupError):
    """An example, dataset, operation or address that does not exist; suggests near misses."""


class DocumentError(ChainruleError):
    """A file that cannot be read, or that is not a sound document."""


class ExpressionError(ChainruleError):
    """A mistake in a learner's text, at its place: lines count from 1, columns from 0, the end is exclusive.

    `suggestion` is what was probably meant (`tanh` for `tahn`), or empty.
    """

    def __init__(
        self, message: str, line: int, column: int, end_line: int, end_column: int, suggestion: str = ""
    ) -> None:
        super().__init__(message)
        self.line, self.column, self.end_line, self.end_column = line, column, end_line, end_column
        self.suggestion = suggestion


class TableError(ChainruleError):
    """A table or a list of points that cannot be read, or not used as asked.

    `line` counts from 1 as in the file, `column` (of cells) from 0; None where the error is not at one place.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column
