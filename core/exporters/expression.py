"""The expression lab's graph as a program: every value on a line of its own, under the name it has in the lab.

Leaves come in the order of the text, operations in the order in which they were computed; then whatever the text did:
backward passes, zeroing, updates. At the end data and gradient of every value are printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from core.exporters.code_text import MARK, Section, listed, script
from core.exporters.expression_program import BROUGHT, Backward, Instruction, Leaf, Operate, Program, Write, program_of
from core.exporters.expression_spelling import MicrogradSpelling, Spelling, TorchSpelling
from core.exporters.micrograd_operations import FUNCTION_NAMES, functions_text, needs_math
from core.expression.replay import replay_of
from core.expression.sheet import Sheet

TORCH_DOC = f"""
A graph of Chainrule's expression lab in PyTorch, with the same numbers. {MARK}
"""
MICROGRAD_DOC = f"""
A graph of Chainrule's expression lab in micrograd, with the same numbers. {MARK}

    pip install micrograd
    python FILE

It runs on Chainrule's own engine, too: import Value from core.engine.
"""
IMPORT = "from micrograd.engine import Value"
OWN_IMPORT = "from core.engine import Value"
TAKEN = ("torch", "F", "math", "sys", "Value", "values", "value", "name", "grad", "data")
_SHALLOW = 400  # nodes below each other that Python's own limit of recursion leaves room for
PRINT = """
for name, value in values.items():
    print(f"{name:<14} data {float(value.data)!r} grad {float(value.grad)!r}")
"""
_TORCH_PRINT = """
for name, value in values.items():
    grad = 0.0 if value.grad is None else value.grad.item()
    print(f"{name:<14} data {value.item()!r} grad {grad!r}")
"""


def expression_pytorch(sheet: Sheet) -> str:
    """A PyTorch script of a sheet. Raises ExportError for an operation that is not in the table."""
    program = program_of(sheet, TAKEN, keeps_inner=False)
    spelling = TorchSpelling(program)
    code = "\n".join(_torch_lines(program, spelling))
    imports = "import torch\nimport torch.nn.functional as F" if "F." in code else "import torch"
    double = "torch.set_default_dtype(torch.float64)  # as Python counts"
    return script(TORCH_DOC, [imports, double, code, spelling.values(), _TORCH_PRINT])


def expression_micrograd(sheet: Sheet) -> str:
    """A micrograd script of a sheet. Raises ExportError for an operation that is not in the table."""
    program = micrograd_program(sheet)
    spelling = MicrogradSpelling(program)
    sections = [section.code for section in expression_sections(program, spelling)]
    imports = "\n".join([*import_lines(sheet), IMPORT])
    return script(MICROGRAD_DOC, [imports, functions_text(operations_of(sheet)), *sections, spelling.values(), PRINT])


def micrograd_program(sheet: Sheet, more: Sequence[str] = ()) -> Program:
    """A sheet's program for micrograd; `more` are names that are taken, too."""
    return program_of(sheet, (*TAKEN, *FUNCTION_NAMES, *more), keeps_inner=True)


def operations_of(sheet: Sheet) -> set[str]:
    """The operations in a sheet's graph."""
    return {operation.name for operation in replay_of(sheet).operations if operation is not None}


def import_lines(sheet: Sheet) -> list[str]:
    """Python's own modules, and room for a deep graph."""
    lines = ["import math", ""] if needs_math(operations_of(sheet)) else []
    deep = _depth(sheet)
    if deep > _SHALLOW:
        limit = f"sys.setrecursionlimit({deep * 2 + 1000})  # backward() calls itself down the graph"
        lines = [*lines[:1], "import sys", "", limit, ""]
    return lines


def expression_sections(program: Program, spelling: Spelling) -> list[Section]:
    """Forward pass, backward pass, updates …: a section each, in the order of the text."""
    return [
        Section(about, "\n".join(spelling.lines(list(group))))
        for about, group in groupby(program.instructions, key=_about)
    ]


def is_forward(instruction: Instruction) -> bool:
    """Whether an instruction belongs to the forward pass: leaves with what they bring along, and operations."""
    return isinstance(instruction, Leaf | Operate) or (isinstance(instruction, Write) and instruction.why in BROUGHT)


def _about(instruction: Instruction) -> str:
    if is_forward(instruction):
        return "Forward: leaves and operations."
    match instruction:
        case Backward():
            return "Backward: the chain rule, from the last value to the first."
        case Write():
            return "Numbers that are written."
        case _:
            return "Zeroing and updates."


def _torch_lines(program: Program, spelling: Spelling) -> list[str]:
    """PyTorch keeps the gradient of an inner value only where it is asked to."""
    lines: list[str] = []
    waiting: list[str] = []
    for each in program.instructions:
        if isinstance(each, Operate):
            waiting.append(program.names[each.node])
        elif waiting and not isinstance(each, Leaf):
            lines += ["", *_retain(waiting)]
            waiting = []
        lines += spelling.line(each)
    return [*lines, *(["", *_retain(waiting)] if waiting else [])]


def _retain(names: Sequence[str]) -> list[str]:
    return [f"for value in {listed(names, before=15)}:", "    value.retain_grad()", ""]


def _depth(sheet: Sheet) -> int:
    """How many nodes lie below each other."""
    depths: list[int] = []
    for node in sheet.graph.nodes:
        depths.append(1 + max((depths[operand] for operand in node.operands), default=0))
    return max(depths, default=0)
