"""Tables as CSV: their form (RFC 4180, UTF-8, a header row), and the values of a sheet.

The history of a run is in history_table.py, its predictions are in predictions_table.py.

Numbers are written so that they read back exactly. Texts that a spreadsheet would take for a formula are defused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from core import kernels
from core.document import present_trainer
from core.document_parts import Document
from core.errors import ChainruleError
from core.expression.sheet import State, state_at
from core.graph import GraphSnapshot
from core.kernels_numpy import NumpyKernel
from core.ops import OPS
from core.trainer import Trainer
from core.words import tr

Cell = str | int | float | bool | None
WORTH_COMPILED_KERNELS = 2_000  # steps; fewer are done by NumPy before Numba is even imported
_OPERATIONS = {operation.symbol: name for name, operation in OPS.items()}  # "add" reads better than a defused plus
_FORMULA = tuple("=+-@\t\r＝＋－＠")  # what a spreadsheet takes for the beginning of a formula


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table in RFC 4180's form; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([defused(name) for name in header])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue()


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that could be begins with an apostrophe."""
    plain = text.replace("\0", "")
    return f"'{plain}" if plain.lstrip(" \n").startswith(_FORMULA) else plain


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    return str(cell) if isinstance(cell, bool | int) else repr(float(cell))


def trained(document: Document, steps: int = 0) -> Trainer:
    """The trainer of the document's run (a new one, if it has none) after so many more steps, or where it ended: where
    it diverged, or stopped by itself.

    A run from a file goes on with the kernels that it was trained with.
    """
    recorded = document.runs[-1].segments[-1].kernel if document.runs else NumpyKernel.name
    if recorded != NumpyKernel.name or steps >= WORTH_COMPILED_KERNELS:
        kernels.warm_up(beside=False)
    trainer = present_trainer(document)
    if not document.runs:
        trainer.switch(kernels.name())
    trainer.advance(steps)
    return trainer


def values_csv(document: Document, steps: int = 0) -> str:
    """Every value of the expression lab's text with its data and gradient, after so many operations (0: all).

    Raises ChainruleError for a document of the network lab, ExpressionError for a text with a mistake.
    """
    if document.mode != "expression":
        raise ChainruleError(tr("The network lab has no table of values: export its history or its predictions."))
    from core.expression.run import run_text  # the interpreter, where it is needed

    sheet = run_text(document.text)
    state = state_at(sheet, steps or len(sheet.steps))
    return values_text(sheet.graph, state)


def values_text(graph: GraphSnapshot, state: State) -> str:
    """The table of a graph's values; the data of what is not computed yet is empty."""
    rows = []
    for node, data, grad in zip(graph.nodes, state.data.tolist(), state.grad.tolist(), strict=True):
        operands = " ".join(graph.nodes[operand].address for operand in node.operands)
        unknown = data != data and bool(node.op)
        operation = _OPERATIONS.get(node.op, node.op)
        rows.append((node.address, node.label, operation, operands, None if unknown else data, grad))
    return csv_text(("value", "label", "operation", "operands", "data", "gradient"), rows)


def require_network(document: Document, what: str) -> None:
    """Raises ChainruleError for a document of the expression lab. `what` is a marked text."""
    if document.mode != "network":
        raise ChainruleError(
            tr("The expression lab has no {what}: open the network lab, or export the graph.", what=tr(what))
        )
