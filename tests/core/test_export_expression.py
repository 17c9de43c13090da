"""Programs of the expression lab's graph: each is run, and every value and gradient compared with the sheet's."""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.bugs import Bug
from core.document_parts import Document
from core.errors import ChainruleError
from core.exporters.code_text_targets import document_code, sheet_code
from core.exporters.expression import IMPORT, TAKEN, expression_micrograd, expression_pytorch
from core.exporters.expression_program import EARLIER, Backward, Leaf, Move, Operate, Write, program_of
from core.expression.run import run_text
from core.expression.sheet import Sheet, state_at
from core.expression.snippets import snippets
from tests.core.export_runs import (
    CLOSE,
    MICROGRAD,
    TORCH,
    all_printed,
    needs_micrograd,
    needs_torch,
    on_our_engine,
    values_of,
)
from tests.core.test_export_code_text import HOSTILE

EVERY = """
a = Value(0.7, label='a')
b = Value(-1.3, label='b')
c = a.tanh() + b.exp() * a.log() - a.sqrt() / b.sigmoid()
d = c.relu() + c.leaky_relu() + c.leaky_relu(0.2) + b.softplus() + a.sin() * b.cos() + b.abs()
e = d.max(a) + d.min(b) + max(a, 0.5) + a ** 3 + a ** -0.5 + a ** b + (40 * a).softplus()
e.backward()
"""
TEXTS = {
    "every operation": EVERY,
    "a second backward": "a = Value(2.0, label='a')\nb = a * 3; b.label = 'b'\nL = b * b; L.label = 'L'\n"
    "L.backward()\nL.backward()\n",
    "two ends": "a = Value(2.0, label='a')\nb = a * 3\nc = b.tanh()\nb.backward()\nc.backward()\nd = c * b\n",
    "zeroing and a step": "a = Value(2.0, label='a')\nb = Value(5.0, label='b')\nL = a * b\nL.backward()\n"
    "for p in [a, b]:\n  p.data += -0.1 * p.grad\nfor p in [a, b]:\n  p.grad = 0.0\n",
    "by hand, with a mistake": "a = Value(2.0, label='a')\nb = a * a\nc = b + 1\n"
    "c.grad = 1.0\nb.grad = 1.0\na.grad = 2.0\n",
    "data written": "a = Value(2.0, label='a')\nb = a * 3\na.data = 5.0\nc = a * b\nc.backward()\n",
    "an operation of its own": "a = Value(2.0)\nb = Value(3.0)\nc = Value(-6.0, (a, b), '*')\nd = c * a\n"
    "d.backward()\n",
    "a leaf alone": "a = Value(2.0, label='a')\n",
    "numbers alone": "a = 2.0\nb = -3.0\nd = a*b + 10\n",
    "not finite": "import math\na = Value(math.inf, label='a')\nb = a * 0\nb.backward()\n",
    "a used often": "a = Value(1.5, label='a')\nb = a\nfor i in range(40):\n  b = b * a + a\nb.backward()\n",
    "deep": "a = Value(1.0, label='a')\nb = a\nfor i in range(1500):\n  b = b + a\nb.backward()\n",
    "constants side by side": "a = Value(1.0) * Value(2.0)\nb = a + Value(3.0)\nb.backward()\n",
}


def sheets() -> dict[str, Sheet]:
    found = {snippet.name: run_text(snippet.text) for snippet in snippets()}
    found.update({name: run_text(text) for name, text in TEXTS.items()})
    for bug in Bug:
        found[f"bug {bug.name}"] = run_text(TEXTS["a used often"].replace("40", "4"), frozenset({bug}))
    return found


def check(codes: Mapping[str, str], folder: Path, python: str) -> None:
    outputs = all_printed(codes, folder, python)
    for name, sheet in sheets().items():
        state, values = state_at(sheet, len(sheet.steps)), values_of(outputs[name])
        compared = 0
        for i, node in enumerate(sheet.graph.nodes):
            if node.address not in values:
                assert not node.operands and not node.label, (name, node)
                continue
            for found, expected in zip(values[node.address], (state.data[i], state.grad[i]), strict=True):
                same = found == expected or (math.isnan(found) and math.isnan(expected))
                assert same or abs(found - expected) <= CLOSE * max(1.0, abs(expected)), (name, node.address)
            compared += 1
        assert compared == len(values) > 0


def test_on_our_engine_every_number_is_that_of_the_sheet(tmp_path: Path) -> None:
    check(
        {name: on_our_engine(expression_micrograd(each)) for name, each in sheets().items()}, tmp_path, sys.executable
    )


@needs_micrograd
def test_on_micrograd_every_number_is_that_of_the_sheet(tmp_path: Path) -> None:
    check({name: expression_micrograd(each) for name, each in sheets().items()}, tmp_path, MICROGRAD)


@needs_torch
def test_in_pytorch_every_number_is_that_of_the_sheet(tmp_path: Path) -> None:
    check({name: expression_pytorch(each) for name, each in sheets().items()}, tmp_path, TORCH)


def lines_of(text: str, target: str = "micrograd") -> list[str]:
    return sheet_code(run_text(text), target).splitlines()


def test_names_and_order_are_those_of_the_text() -> None:
    lines = lines_of(next(each.text for each in snippets() if each.name == "automatic"))
    wanted = ["a = Value(2.0)", "b = Value(-3.0)", "c = Value(10.0)", "e = a * b", "d = e + c", "f = Value(-2.0)",
              "L = d * f", "L.backward()"]  # fmt: skip
    assert [line for line in lines if line in wanted] == wanted
    assert 'values = {"a": a, "b": b, "e": e, "c": c, "d": d, "f": f, "L": L}' in lines


def test_every_value_has_one_line() -> None:
    sheet = run_text(EVERY)
    code = expression_pytorch(sheet)
    program = program_of(sheet, TAKEN, keeps_inner=False)
    assigned = [
        line.split(" = ")[0] for line in code.splitlines() if " = " in line and not line.startswith((" ", "values"))
    ]
    assert sorted(assigned) == sorted(program.names[node] for node in program.named)
    assert len({*assigned}) == len(assigned)


def test_an_update_is_written_as_a_loop() -> None:
    code = expression_micrograd(run_text(TEXTS["zeroing and a step"]))
    assert "for value in [a, b]:\n    value.data += -0.1 * value.grad\n" in code
    assert "for value in [a, b]:\n    value.grad = 0.0\n" in code


def test_what_backward_would_not_give_is_written_down_and_said() -> None:
    text = TEXTS["by hand, with a mistake"]
    sheet = run_text(text)
    found = program_of(sheet, TAKEN, keeps_inner=True).instructions
    assert [type(each) for each in found] == [Leaf, Operate, Operate, Write]
    code = expression_micrograd(sheet)
    assert "# as the lab has them: backward() alone would not give these" in code and "a.grad = 2.0" in code
    right = run_text(text.replace("a.grad = 2.0", "a.grad = 4.0"))
    assert isinstance(program_of(right, TAKEN, keeps_inner=True).instructions[-1], Backward)


def test_only_pytorch_cannot_do_the_second_backward() -> None:
    """Gradients of inner values are not part of PyTorch's second pass: the lab's numbers are written down."""
    sheet = run_text(TEXTS["a second backward"])
    assert expression_micrograd(sheet).count("L.backward()") == 2
    code = expression_pytorch(sheet)
    assert code.count("L.backward()") == 1 and "as the lab has them" in code
    leaf = run_text("a = Value(2.0, label='a')\nL = a * 3\nL.backward()\na.grad = 0.0\nL.grad = 0.0\nL.backward()\n")
    assert "L.backward(retain_graph=True)" in expression_pytorch(leaf)


def test_what_happened_before_the_graph_is_brought_along() -> None:
    sheet = run_text(next(each.text for each in snippets() if each.name == "one-step"))
    program = program_of(sheet, TAKEN, keeps_inner=True)
    assert {each.why for each in program.instructions if isinstance(each, Write)} == {EARLIER}
    moved = run_text(next(each.text for each in snippets() if each.name == "training-loop"))
    moves = [each for each in program_of(moved, TAKEN, keeps_inner=True).instructions if isinstance(each, Move)]
    assert [(len(each.nodes), each.factor) for each in moves] == [(41, -0.05)]


@pytest.mark.parametrize(
    "label", [*filter(None, HOSTILE), "lambda", "print", "torch", "Value", "values", "__class__", "a.b", "a b"]
)
@pytest.mark.parametrize("target", ["pytorch", "micrograd"])
def test_hostile_labels_stay_inert(label: str, target: str) -> None:
    """Names come from labels: whatever is in one, the program has the same statements as with a harmless one."""
    text = "a = Value(2.0)\na.label = {0}\nb = a * 3.0\nb.label = {0}\nb.backward()\n"
    hostile = sheet_code(run_text(text.format(repr(label.replace("\x00", "\x01")))), target)
    harmless = sheet_code(run_text(text.format("'x'")), target)
    shapes = [
        [type(node).__name__ for node in ast.walk(ast.parse(code.encode("utf-8")))] for code in (hostile, harmless)
    ]
    assert shapes[0] == shapes[1]
    names = {node.id for node in ast.walk(ast.parse(hostile)) if isinstance(node, ast.Name)}
    assert not names & {"os", "__class__", "lambda"}


def test_an_empty_text_is_said_to_have_nothing() -> None:
    with pytest.raises(ChainruleError, match="nothing to export"):
        sheet_code(run_text(""), "pytorch")
    with pytest.raises(ChainruleError, match="no program of the kind"):
        sheet_code(run_text("a = 1.0"), "fortran")


def test_a_document_is_written_by_its_lab() -> None:
    document = Document(mode="expression", text="a = 1.0\nb = a * 2\n")
    assert IMPORT in document_code(document, "micrograd")
    assert "STEPS = 7" in document_code(Document(), "micrograd", 7)
