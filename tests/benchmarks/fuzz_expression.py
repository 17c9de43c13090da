"""Texts that chance wrote, given to the expression lab: `python -m tests.benchmarks.fuzz_expression`.

Every one must give a sheet whose steps lead to the numbers of the real Values, exactly, or an ExpressionError whose
place lies inside the text; within the limits of time and memory. Prints what came out.
`--programs` says how many (100,000), `--seed` which.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from collections import Counter
from time import perf_counter

import numpy as np

from core.bugs import NO_BUGS, Bug
from core.engine import Value
from core.errors import ExpressionError
from core.expression.interpreter import Interpreter
from core.expression.limits import Budget
from core.expression.sheet import Sheet, state_at
from core.expression.source import Source
from core.expression.trace import sheet_of
from core.graph import topological_order
from tests.benchmarks.made_programs import made_programs

MOST_SECONDS = 4.0  # twice the limit: the last operation before it may be a long one
MOST_MEGABYTES = 1_000.0
WITH_BUGS = 0.2  # of the programs run with two bugs


def sheet_and_values(text: str, bugs: frozenset[Bug] = NO_BUGS) -> tuple[Sheet, list[Value]]:
    """The sheet of a text, and the Values behind its nodes. Raises ExpressionError."""
    run = Interpreter(Source(text), bugs, Budget(lambda: False))
    run.run()
    root = run.root()
    return sheet_of(run), topological_order(root) if root is not None else []


def outcome(text: str, bugs: frozenset[Bug] = NO_BUGS) -> str:
    """`sheet`, or the message of the error. Raises AssertionError for whatever is not as promised."""
    try:
        sheet, values = sheet_and_values(text, bugs)
    except ExpressionError as error:
        check_place(text, error)
        return str(error)
    state = state_at(sheet, len(sheet.steps))
    np.testing.assert_array_equal(state.data, [value.data for value in values])
    np.testing.assert_array_equal(state.grad, [value.grad for value in values])
    addresses = [node.address for node in sheet.graph.nodes]
    assert len(set(addresses)) == len(addresses)
    check_steps(sheet)
    return "sheet"


def check_place(text: str, error: ExpressionError) -> None:
    """The place of an error lies inside the text, and it says something."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert str(error)
    assert 1 <= error.line <= error.end_line <= len(lines)
    assert 0 <= error.column <= len(lines[error.line - 1])
    assert 0 <= error.end_column <= len(lines[error.end_line - 1])
    assert (error.line, error.column) <= (error.end_line, error.end_column)


def check_steps(sheet: Sheet) -> None:
    """Every change begins where the one before it ended."""
    data, grad = sheet.start_data.copy(), sheet.start_grad.copy()
    for step in sheet.steps:
        for change in step.changes:
            numbers = data if change.field == "data" else grad
            np.testing.assert_equal(numbers[change.node], change.before)
            numbers[change.node] = change.after


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    kinds: Counter[str] = Counter()
    rng = random.Random(wanted.seed)
    longest, slowest, begin = 0.0, "", perf_counter()
    for text in made_programs(wanted.seed, wanted.programs):
        start = perf_counter()
        try:
            bugs = frozenset(rng.sample(list(Bug), 2)) if rng.random() < WITH_BUGS else NO_BUGS
            kinds["".join(c for c in outcome(text, bugs) if not c.isdigit())[:60]] += 1
        except BaseException:
            print(f"this text fails:\n{text[:2000]!r}", file=sys.stderr)
            raise
        took = perf_counter() - start
        if took > longest:
            longest, slowest = took, text
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{wanted.programs:,} programs in {perf_counter() - begin:.0f} s, seed {wanted.seed}")
    print(f"sheets: {kinds['sheet']:,}; errors: {kinds.total() - kinds['sheet']:,} of {len(kinds) - 1} kinds")
    print(f"longest: {longest:.2f} s: {slowest[:80]!r}; most memory: {megabytes:.0f} MB")
    for kind, count in kinds.most_common(25):
        print(f"{count:8,}  {kind}")
    assert longest <= MOST_SECONDS
    assert megabytes <= MOST_MEGABYTES


if __name__ == "__main__":
    main()
