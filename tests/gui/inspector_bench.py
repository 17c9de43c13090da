"""What tests of the inspector share: explanations as the engine gives them, and looks at the panel."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.explain import Consumer, Explanation, NudgeCheck, Operand
from gui.frames import Frame, Points, RunStarted
from gui.panels.inspector import InspectorPanel
from gui.panels.inspector_rows import ContributionRow
from gui.session.selection import Selection

ADD_RULE = "self.grad += out.grad; other.grad += out.grad"
MUL_RULE = "self.grad += other.data * out.grad; other.grad += self.data * out.grad"
TANH_RULE = "self.grad += (1 - out.data ** 2) * out.grad"


class RunsDouble(QObject):
    """Stands in for the session's runs: same signals, frames by hand."""

    run_started = Signal(RunStarted)
    frame_ready = Signal(Frame)

    def __init__(self) -> None:
        super().__init__()
        self.started: RunStarted | None = None
        self.frame: Frame | None = None

    def show(self, explanation: Explanation | None, step: int = 0, run: int = 1, full_batch: bool = True) -> None:
        none = np.zeros(0)
        self.frame = Frame(
            run, step, 1.0, None, 0.05, none, none, none, none, explanation=explanation, full_batch=full_batch
        )
        self.frame_ready.emit(self.frame)


def check(gradient: float, off: float = 3e-10, kink: str = "", tolerance: float = 2e-8) -> NudgeCheck:
    return NudgeCheck(1e-6, gradient + off, tolerance, abs(off) <= tolerance, kink)


def node(
    address: str,
    data: float,
    gradient: float,
    op: str = "",
    role: str = "operation",
    rule: str = "",
    operands: tuple[Operand, ...] = (),
    consumers: tuple[Consumer, ...] = (),
    tex: str = "",
    tex_op: str = "",
    share: float | None = None,
    title: str = "",
) -> Explanation:
    return Explanation(
        address, title or address, data, gradient, share, op, role, rule, operands, consumers, check(gradient),
        tex, tex_op,
    )  # fmt: skip


def single(of: str, by: str) -> str:
    return rf"\frac{{dL}}{{d{of}}} = \frac{{dL}}{{d{by}}} \cdot \frac{{\partial {by}}}{{\partial {of}}}"


def part3() -> dict[str, Explanation]:
    """Backpropagation by hand, example 1: e = a·b; d = e + c; L = d·f."""
    loss = (Consumer("L", "*", 1.0, -2.0, -2.0),)
    return {
        "a": node(
            "a", 2.0, 6.0, role="parameter", tex=single("a", "e"), consumers=(Consumer("e", "*", -2.0, -3.0, 6.0),)
        ),
        "e": node(
            "e", -6.0, -2.0, "*", rule=MUL_RULE, tex=single("e", "d"), tex_op=r"e = a \cdot b",
            operands=(Operand("a", 2.0, -3.0, 6.0), Operand("b", -3.0, 2.0, -4.0)),
            consumers=(Consumer("d", "+", -2.0, 1.0, -2.0),),
        ),
        "d": node(
            "d", 4.0, -2.0, "+", rule=ADD_RULE, tex=single("d", "L"), tex_op="d = e + c", title="d = e + c",
            operands=(Operand("e", -6.0, 1.0, -2.0), Operand("c", 10.0, 1.0, -2.0)), consumers=loss,
        ),
        "L": node(
            "L", -8.0, 1.0, "*", role="loss", rule=MUL_RULE, tex=r"\frac{dL}{dL} = 1", tex_op=r"L = d \cdot f",
            operands=(Operand("d", 4.0, -2.0, -2.0), Operand("f", -2.0, 4.0, 4.0)),
        ),
    }  # fmt: skip


def part4() -> dict[str, Explanation]:
    """Backpropagation by hand, example 2: o = tanh(n)."""
    n, o = 0.8813735870195432, 0.7071067811865476
    return {
        "n": node(
            "n", n, 0.5, "+", rule=ADD_RULE, tex=single("n", "o"), tex_op="n = s + b",
            operands=(Operand("s", -6.0, 1.0, 0.5), Operand("b", 6.8813735870195432, 1.0, 0.5)),
            consumers=(Consumer("o", "tanh", 1.0, 0.5, 0.5),),
        ),
        "o": node(
            "o", o, 1.0, "tanh", role="loss", rule=TANH_RULE, tex=r"\frac{do}{do} = 1", tex_op=r"o = \tanh{n}",
            operands=(Operand("n", n, 0.5, 0.5),),
        ),
    }  # fmt: skip


def weight(scale: float = 1.0) -> Explanation:
    """A weight in a batch of four samples, with L2: its own sample's use, the others', the penalty."""
    consumers = (
        Consumer("sample2/L1.N3.w2*x2", "*", 0.0021 * scale, -1.0, -0.0021 * scale),
        Consumer("", "", math.nan, math.nan, -0.0122 * scale, "the other 3 samples"),
        Consumer("L1.N3.w2²", "*", 0.0001, -0.6574, -0.00006574),
    )
    gradient = math.fsum(consumer.contribution for consumer in consumers)
    return node(
        "L1.N3.w2", -0.6574, gradient, role="parameter", consumers=consumers, share=-0.0021 * scale,
        tex=r"\frac{dL}{dw_{2}} = \sum_{s} \frac{dL}{dp_{s}} \cdot \frac{\partial p_{s}}{\partial w_{2}}"
        r" + 2 \lambda w_{2}",
        title="hidden 1 · neuron 3 · weight 2",
    )  # fmt: skip


def hidden(uses: int = 1) -> Explanation:
    """The output of a hidden neuron, used by the neurons of the next layer."""
    factors = [(-0.0099, 1.4442), (0.0213, -0.3175), (0.0008, 0.9981), (-0.1, 0.2), (0.25, 0.125)][:uses]
    consumers = tuple(
        Consumer(f"sample2/L3.N{i}.w2*h2", "*", up, local, up * local) for i, (up, local) in enumerate(factors, 1)
    )
    gradient = math.fsum(consumer.contribution for consumer in consumers)
    local = 1 - 0.8127**2
    return node(
        "sample2/L2.N2.out", 0.8127, gradient, "tanh", rule=TANH_RULE, consumers=consumers,
        operands=(Operand("sample2/L2.N2.z", 1.135, local, gradient * local),),
        tex=r"\frac{dL}{dh_{2}} = " + " + ".join(
            rf"\frac{{dL}}{{dp_{i}}} \cdot \frac{{\partial p_{i}}}{{\partial h_{{2}}}}" for i in range(1, uses + 1)
        ),
        tex_op=r"h_{2} = \tanh{(z_{2})}", title="hidden 2 · neuron 2 · output",
    )  # fmt: skip


def text(panel: InspectorPanel, name: str) -> str:
    widget = panel.findChild(QWidget, name)
    assert widget is not None, name
    return widget.text()


def seen(panel: InspectorPanel, name: str) -> bool:
    widget = panel.findChild(QWidget, name)
    return widget is not None and widget.isVisibleTo(panel)


def row(panel: InspectorPanel, name: str) -> ContributionRow:
    found = panel.findChild(ContributionRow, name)
    assert found is not None, name
    return found


def inspect(selection: Selection, runs: RunsDouble, explanation: Explanation, step: int = 0) -> None:
    selection.select(explanation.address)
    runs.show(explanation, step)


def started(run: int) -> RunStarted:
    none = np.zeros(0)
    return RunStarted(run, "lecture", Points(np.zeros((0, 2)), none, ("x1", "x2")), (), ("tanh",), (), 7, False)


def text_of(widget: QWidget) -> str:
    return widget.text()  # type: ignore[attr-defined,no-any-return]
