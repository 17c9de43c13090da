"""How PyTorch and micrograd spell the instructions of a sheet's program."""

from __future__ import annotations

from collections.abc import Sequence

from core.exporters.code_text import listed, number, text
from core.exporters.expression_program import Backward, Instruction, Leaf, Move, Operate, Program, Write, Zero
from core.exporters.micrograd_operations import function_name
from core.expression.replay import replay_of

TORCH = {  # `{0}`, `{1}` operands, `{c}` the constant
    "tanh": "torch.tanh({0})",
    "exp": "torch.exp({0})",
    "log": "torch.log({0})",
    "sqrt": "torch.sqrt({0})",
    "sigmoid": "torch.sigmoid({0})",
    "relu": "torch.relu({0})",
    "leaky_relu": "F.leaky_relu({0}, {c})",
    "softplus": "F.softplus({0}, threshold=40)",
    "sin": "torch.sin({0})",
    "cos": "torch.cos({0})",
    "abs": "torch.abs({0})",
    "max": "torch.maximum({0}, {1})",
    "min": "torch.minimum({0}, {1})",
}
_SIGNS = {"add": "{0} + {1}", "mul": "{0} * {1}", "power": "{0}**{c}", "pow": "{0}**{1}"}


class Spelling:
    """What both have in common."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._replay = replay_of(program.sheet)

    def lines(self, instructions: Sequence[Instruction]) -> list[str]:
        found: list[str] = []
        for each in instructions:
            found += self.line(each)
        return found

    def line(self, instruction: Instruction) -> list[str]:
        """The lines of one instruction."""
        names = self.program.names
        match instruction:
            case Leaf(node, value):
                return [f"{names[node]} = {self.leaf(value)}"]
            case Operate(node):
                return [f"{names[node]} = {self._operation(node)}"]
            case Zero(nodes):
                return [self._loop(nodes), f"    value.grad = {self.no_gradient}"]
            case Backward(node, last):
                return [f"{names[node]}.backward({self.again if not last else ''})"]
            case Move(nodes, factor):
                return [self._loop(nodes), f"    value.data += {number(factor)} * value.grad"]
            case Write(changes, why):
                lines = [f"{names[node]}.{field} = {self.number(value)}" for node, field, value in changes]
                if why and len(lines) == 1:
                    return [f"{lines[0]}  # {why}"]
                return [*([f"# {why}"] if why else []), *lines]

    no_gradient = "0.0"
    again = ""

    def leaf(self, value: float) -> str:
        raise NotImplementedError

    def number(self, value: float) -> str:
        raise NotImplementedError

    def operation(self, name: str, operands: list[str], constant: str) -> str:
        raise NotImplementedError

    def values(self) -> str:
        """`values`: every variable under the name that the lab gives it."""
        program = self.program
        pairs = [f"{text(program.sheet.graph.nodes[node].address)}: {program.names[node]}" for node in program.named]
        return f"values = {listed(pairs, brackets='{}', before=9)}"

    def _loop(self, nodes: Sequence[int]) -> str:
        items = listed([self.program.names[node] for node in nodes], before=15)
        return f"for value in {items}:"

    def _operation(self, node: int) -> str:
        operation, constants = self._replay.operations[node], self._replay.constants[node]
        assert operation is not None
        operands = [self._operand(operand) for operand in self._replay.operands[node]]
        constant = _short(constants[0]) if constants else ""
        return self.operation(operation.name, operands, constant)

    def _operand(self, node: int) -> str:
        return self.program.names[node] or number(float(self.program.sheet.start_data[node]))


class TorchSpelling(Spelling):
    """Tensors of one number."""

    no_gradient = "None"
    again = "retain_graph=True"

    def leaf(self, value: float) -> str:
        return f"torch.tensor({number(value)}, requires_grad=True)"

    def number(self, value: float) -> str:
        return f"torch.tensor({number(value)})"

    def operation(self, name: str, operands: list[str], constant: str) -> str:
        if name == "logsumexp":
            return f"torch.logsumexp(torch.stack([{', '.join(operands)}]), 0)"
        return (_SIGNS.get(name) or TORCH[name]).format(*operands, c=constant)


class MicrogradSpelling(Spelling):
    """micrograd's Values, and functions for what it lacks."""

    def leaf(self, value: float) -> str:
        return f"Value({number(value)})"

    def number(self, value: float) -> str:
        return number(value)

    def operation(self, name: str, operands: list[str], constant: str) -> str:
        if name == "relu":
            return f"{operands[0]}.relu()"
        own = function_name(name)
        if own is not None:
            return f"{own}({', '.join([*operands, *([constant] if constant else [])])})"
        return _SIGNS[name].format(*operands, c=constant)


def _short(constant: float) -> str:
    """An exponent as one writes it: 2, not 2.0."""
    return str(int(constant)) if constant.is_integer() and abs(constant) < 1e6 else number(constant)
