"""The inspector panel shows exactly what an Explanation says, and leads from node to node."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.explain import Consumer, Explanation, NudgeCheck, Operand
from gui.frames import Frame, Points, RunStarted
from gui.maths import Maths
from gui.panels.inspector import InspectorPanel
from gui.panels.inspector_rows import ContributionRow
from gui.panels.inspector_texts import number_text
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.sparkline import Sparkline

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


@pytest.fixture
def maths(qapp: QApplication) -> Iterator[Maths]:
    maths = Maths()
    yield maths
    maths.close()


@pytest.fixture
def runs() -> RunsDouble:
    return RunsDouble()


@pytest.fixture
def selection() -> Selection:
    selection = Selection()
    selection.select_sample(1)
    return selection


@pytest.fixture
def panel(qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme, maths: Maths) -> InspectorPanel:
    panel = InspectorPanel(runs, selection, theme, maths)
    qtbot.addWidget(panel)
    panel.resize(292, 400)
    panel.show()
    return panel


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


def test_invites_while_nothing_is_selected(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    assert seen(panel, "inspectorEmpty")
    inspect(selection, runs, part3()["d"])
    assert not seen(panel, "inspectorEmpty")
    selection.clear()
    assert seen(panel, "inspectorEmpty")


def test_shows_the_lectures_d(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["d"])
    assert text(panel, "inspectorAddress") == "d"
    assert panel.header is not None and panel.header.text() == "d = e + c"  # type: ignore[attr-defined]
    assert text(panel, "inspectorData") == "4.0000"
    assert text(panel, "inspectorGradient") == "-2.0000"
    assert text(panel, "inspectorRole") == "operation"
    assert text(panel, "inspectorNumbers") == "= 1.0000 × (-2.0000) = -2.0000"
    assert text(panel, "consumerRow0") == "× L 1.0000 × -2.0000 = -2.0000"
    assert text(panel, "operandRow0") == "to e -2.0000 × 1.0000 = -2.0000"
    assert text(panel, "operandRow1") == "to c -2.0000 × 1.0000 = -2.0000"
    assert not seen(panel, "inspectorSum0")
    assert not seen(panel, "inspectorShare")
    assert panel.findChild(QWidget, "inspectorFormula").tex == part3()["d"].tex
    assert panel.findChild(QWidget, "inspectorOperation").tex == "d = e + c"


@pytest.mark.parametrize("explanation", [*part3().values(), *part4().values(), weight(), hidden(2), hidden(5)])
def test_numbers_are_those_of_the_explanation(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble, explanation: Explanation
) -> None:
    inspect(selection, runs, explanation)
    assert text(panel, "inspectorData") == number_text(explanation.data)
    assert text(panel, "inspectorGradient") == number_text(explanation.gradient)
    for i, consumer in enumerate(explanation.consumers):
        parts = row(panel, f"consumerRow{i}").parts
        assert parts.contribution == number_text(consumer.contribution)
        assert parts.address == consumer.address
        if consumer.address:
            assert (parts.upstream, parts.local) == (number_text(consumer.upstream), number_text(consumer.local))
    for i, operand in enumerate(explanation.operands):
        parts = row(panel, f"operandRow{i}").parts
        assert (parts.local, parts.contribution) == (number_text(operand.local), number_text(operand.contribution))
        assert repr(operand.data) in row(panel, f"operandRow{i}").toolTip()
    if len(explanation.consumers) > 1:
        assert row(panel, "inspectorSum0").parts.contribution == number_text(explanation.gradient)


def test_a_parameter_shows_the_samples_share_and_the_other_samples(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, weight())
    assert seen(panel, "inspectorShare") and text(panel, "inspectorShare") == "-0.0021"
    assert row(panel, "consumerRow0").parts.name == "sample 2 (this)"
    assert "sample2/L1.N3.w2*x2" in row(panel, "consumerRow0").toolTip()
    others = row(panel, "consumerRow1")
    assert others.text() == "the other 3 samples -0.0122"
    assert not others.isEnabled()
    assert others.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_inside_a_step_what_is_still_to_come_is_not_told(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, hidden())
    assert seen(panel, "inspectorCheck")
    history = panel.findChild(Sparkline, "inspectorHistory")
    before = list(history.points)
    waiting = replace(
        hidden(), data=math.nan, gradient=math.nan, check=None, complete=False, inside=True, progress="0 of 1 uses"
    )
    runs.show(waiting, step=1)
    assert (text(panel, "inspectorData"), text(panel, "inspectorGradient")) == ("?", "?")
    assert not seen(panel, "inspectorCheck")
    assert list(history.points) == before  # of whole steps alone


def test_inside_a_step_the_gradient_is_that_of_its_batch(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    selection.select("L1.N3.w2")
    runs.show(weight(), full_batch=False)
    assert seen(panel, "inspectorBatchNote")
    runs.show(replace(weight(), check=None, complete=False, inside=True, share=math.nan), full_batch=False)
    assert not seen(panel, "inspectorBatchNote")
    assert text(panel, "inspectorShare") == "?"


def test_a_few_uses_are_written_out_and_many_only_counted(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, hidden(2))
    assert text(panel, "inspectorNumbers") == "= -0.0099 × 1.4442 + 0.0213 × (-0.3175)"
    inspect(selection, runs, hidden(5))
    assert text(panel, "inspectorNumbers") == "= sum of 5 terms = -0.0090"
    assert seen(panel, "consumerRow4")
    inspect(selection, runs, hidden(1))
    assert not seen(panel, "consumerRow1")


def test_very_many_uses_are_summed_up(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    uses = tuple(Consumer(f"v{i}", "+", 0.5, 1.0, 0.5) for i in range(100))
    inspect(selection, runs, node("a", 1.0, 50.0, consumers=uses))
    assert row(panel, "consumerRow39").text() == "61 more uses 30.5000"
    assert panel.findChild(QWidget, "consumerRow40") is None


def test_says_so_where_the_gradient_starts_and_where_none_comes(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, part3()["L"])
    assert text(panel, "inspectorSentence") == "The loss itself: dL/dL = 1. Every gradient starts here."
    assert not seen(panel, "consumerRow0")
    inspect(selection, runs, node("g", 3.0, 0.0, role="constant"))
    assert text(panel, "inspectorSentence") == "Nothing that the loss depends on uses this value."
    assert not seen(panel, "operandRow0")
    inspect(selection, runs, part3()["d"])
    assert not seen(panel, "inspectorSentence")


def test_a_click_and_enter_follow_a_row(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, part3()["d"])
    qtbot.mouseClick(row(panel, "operandRow0"), Qt.MouseButton.LeftButton)
    assert selection.address == "e"
    runs.show(part3()["e"])
    row(panel, "consumerRow0").setFocus()
    qtbot.keyClick(row(panel, "consumerRow0"), Qt.Key.Key_Return)
    assert selection.address == "d"


def test_keys_walk_on_without_losing_the_focus(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, part3()["a"])
    first = row(panel, "consumerRow0")
    panel.activateWindow()
    first.setFocus()
    for address in ("e", "d", "L"):
        assert first.isEnabled() and panel.focusWidget() is first
        qtbot.keyClick(first, Qt.Key.Key_Enter)
        assert selection.address == address
        runs.show(part3()[address])


def test_a_note_leads_nowhere(qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, weight())
    qtbot.mouseClick(row(panel, "consumerRow1"), Qt.MouseButton.LeftButton)
    assert selection.address == "L1.N3.w2"


def test_back_and_forward(qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    back = panel.findChild(QAbstractButton, "inspectorBack")
    forward = panel.findChild(QAbstractButton, "inspectorForward")
    assert back is not None and forward is not None
    assert not back.isEnabled() and not forward.isEnabled()
    for address in ("a", "e", "d"):
        inspect(selection, runs, part3()[address])
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert selection.address == "e" and forward.isEnabled()
    panel.go_back()
    assert selection.address == "a" and not back.isEnabled()
    qtbot.mouseClick(forward, Qt.MouseButton.LeftButton)
    assert selection.address == "e"
    selection.select("L")
    assert not forward.isEnabled()
    selection.clear()
    panel.go_back()
    assert selection.address == "L"


def test_backspace_goes_back(qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["a"])
    inspect(selection, runs, part3()["e"])
    with qtbot.waitActive(panel):
        panel.activateWindow()
    row(panel, "consumerRow0").setFocus()
    qtbot.keyClick(row(panel, "consumerRow0"), Qt.Key.Key_Backspace)
    assert selection.address == "a"


def test_another_sample_takes_the_place_of_its_twin(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    selection.select("a")
    selection.select("sample2/loss")
    selection.select_sample(3)
    assert selection.address == "sample4/loss"
    panel.go_back()
    assert selection.address == "a"


def test_numbers_are_blank_until_the_frame_comes(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["d"])
    selection.select("e")
    assert text(panel, "inspectorAddress") == "e"
    assert text(panel, "inspectorData") == text(panel, "inspectorGradient") == text(panel, "consumerRow0") == ""
    runs.show(part3()["d"])  # late: still of the node before
    assert text(panel, "inspectorGradient") == ""
    runs.show(None)
    assert text(panel, "inspectorGradient") == ""
    runs.show(part3()["e"])
    assert text(panel, "inspectorData") == "-6.0000"


def test_a_frame_of_an_older_run_is_dropped(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, part3()["d"])
    runs.run_started.emit(started(run=2))
    assert text(panel, "inspectorGradient") == ""
    runs.show(part3()["d"], run=1)
    assert text(panel, "inspectorGradient") == ""
    runs.show(part3()["d"], run=2)
    assert text(panel, "inspectorGradient") == "-2.0000"


def started(run: int) -> RunStarted:
    none = np.zeros(0)
    return RunStarted(run, "lecture", Points(np.zeros((0, 2)), none, ("x1", "x2")), (), ("tanh",), (), 7, False)


def test_a_hidden_panel_draws_when_it_is_shown(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    panel.hide()
    inspect(selection, runs, part3()["d"])
    assert text(panel, "inspectorData") == ""
    panel.show()
    assert text(panel, "inspectorData") == "4.0000"


def test_draws_at_once_what_is_already_there(
    qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme, maths: Maths
) -> None:
    inspect(selection, runs, part3()["d"])
    panel = InspectorPanel(runs, selection, theme, maths)
    qtbot.addWidget(panel)
    panel.show()
    assert text(panel, "inspectorGradient") == "-2.0000"


def test_the_check_agrees_differs_or_names_a_kink(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    d = part3()["d"]
    inspect(selection, runs, d)
    assert text(panel, "inspectorSlope") == "-2.0000"
    assert text(panel, "inspectorVerdict") == "agrees within 2e-08"
    assert not seen(panel, "inspectorKink")
    runs.show(replace(d, check=check(-2.0, off=0.5)))
    assert text(panel, "inspectorVerdict") == "differs by 5.0e-01"
    runs.show(replace(d, check=check(-2.0, off=0.5, kink="sample2/L1.N4.out")))
    assert text(panel, "inspectorVerdict") == "meets a kink"
    kink = panel.findChild(QLabel, "inspectorKink")
    assert kink is not None and kink.text().startswith("L1.N4.out switches within ±h")
    runs.show(replace(d, check=replace(check(-2.0, off=0.5, kink="sample2/L1.N4.out"), kink_op="relu")))
    assert kink.text().startswith("relu at L1.N4.out switches within ±h")
    runs.show(replace(d, check=check(-2.0, off=math.nan)))
    assert text(panel, "inspectorVerdict") == "is not finite"
    runs.show(replace(d, address="d", check=None))
    assert not seen(panel, "inspectorCheck")


def test_values_that_are_not_finite_are_shown_as_such(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, replace(part3()["d"], data=math.inf, gradient=math.nan))
    assert text(panel, "inspectorData") == "inf"
    assert text(panel, "inspectorGradient") == "nan"


def test_the_gradient_is_collected_over_the_run_and_rewound(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    for step in range(5):
        inspect(selection, runs, replace(part3()["d"], gradient=-2.0 + step), step)
    line = panel.findChild(QWidget, "inspectorHistory")
    assert line.points == [(step, -2.0 + step) for step in range(5)]
    runs.show(replace(part3()["d"], gradient=9.0), 2)  # a step back
    assert line.points == [(0, -2.0), (1, -1.0), (2, 9.0)]
    selection.select("e")
    assert line.points == []


def test_nothing_moves_while_numbers_change(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, weight())
    QApplication.processEvents()
    before = row(panel, "inspectorSum0").pos(), panel.findChild(QWidget, "inspectorCheck").geometry()
    for scale in (3.0, -1e-7, 1e6, 0.0):
        runs.show(weight(scale))
        QApplication.processEvents()
        assert (row(panel, "inspectorSum0").pos(), panel.findChild(QWidget, "inspectorCheck").geometry()) == before


def test_fits_a_card_at_every_scale(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble, theme: Theme
) -> None:
    inspect(selection, runs, hidden(2))
    for scale in (1.0, 1.5, 2.0):
        theme.set_scale(scale)
        assert panel.minimumSizeHint().width() <= theme.px(240)


def test_every_control_has_a_name_and_rows_say_what_they_show(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, hidden(2))
    for button in panel.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()
        assert button.objectName()
    assert "Numerical check: slope" in panel.findChild(QWidget, "inspectorCheck").accessibleName()


def test_the_gradient_carries_the_mark_of_its_check(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    mark = panel.findChild(QLabel, "inspectorMark")
    assert mark is not None
    inspect(selection, runs, part3()["d"])
    assert not mark.pixmap().isNull()
    assert mark.toolTip().startswith("Checked with numbers") and mark.toolTip().endswith("agrees within 2e-08")
    selection.select("e")
    assert mark.pixmap().isNull()


def test_uses_in_other_samples_are_named_by_their_sample(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    uses = tuple(Consumer(f"sample{i}/L1.N3.w2*x2", "*", 0.5, 1.0, 0.5) for i in (1, 2, 3))
    inspect(selection, runs, node("L1.N3.w2", 1.0, 1.5, role="parameter", consumers=uses))
    assert [row(panel, f"consumerRow{i}").parts.name for i in range(3)] == ["sample 1", "sample 2 (this)", "sample 3"]
    assert "sample1/L1.N3.w2*x2" in row(panel, "consumerRow0").toolTip()


def test_a_single_use_shows_its_local_derivative_too(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    local = r"\frac{\partial o}{\partial n} = 1 - o^2"
    inspect(selection, runs, replace(part4()["n"], tex_local=local))
    shown = panel.findChild(QWidget, "inspectorFormula").tex
    assert shown.startswith(part4()["n"].tex) and shown.endswith(local)


def test_the_header_leaves_the_sample_to_the_address(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    assert panel.header is not None
    inspect(selection, runs, replace(hidden(1), title="sample 2 · hidden 2 · neuron 2 · output"))
    assert text_of(panel.header) == "hidden 2 · neuron 2 · output"
    inspect(selection, runs, node("sample2/loss", 1.0, 1.0, title="sample 2 · loss"))
    assert text_of(panel.header) == "sample 2 · loss"


def text_of(widget: QWidget) -> str:
    return widget.text()  # type: ignore[attr-defined,no-any-return]


def test_small_terms_add_up_on_screen(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    factors = (-1.034e-5, -2.276e-5, 3.42e-5)
    uses = tuple(Consumer(f"v{i}", "+", factor, 1.0, factor) for i, factor in enumerate(factors))
    inspect(selection, runs, node("a", 1.0, math.fsum(factors), consumers=uses))
    shown = [row(panel, f"consumerRow{i}").parts.contribution for i in range(3)]
    assert shown == ["-1.03e-05", "-2.28e-05", "3.42e-05"]
    assert text(panel, "inspectorNumbers") == "= -1.03e-05 - 2.28e-05 + 3.42e-05 = 1.10e-06"
    assert sum(map(float, shown)) == pytest.approx(float(row(panel, "inspectorSum0").parts.contribution), abs=2e-7)


def test_four_terms_leave_the_total_to_the_row_of_the_sum(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    factors = (-0.022, -9.1e-5, -0.2223, -0.0032)
    uses = tuple(Consumer(f"v{i}", "+", factor, 1.0, factor) for i, factor in enumerate(factors))
    inspect(selection, runs, node("a", 1.0, math.fsum(factors), consumers=uses))
    assert text(panel, "inspectorNumbers") == "= -0.0220 - 9.10e-05 - 0.2223 - 0.0032"
    inspect(selection, runs, node("b", 1.0, sum(factors[:3]), consumers=uses[:3]))
    assert text(panel, "inspectorNumbers") == "= -0.0220 - 9.10e-05 - 0.2223 = -0.2444"


def test_a_check_of_nothing_has_no_tick_and_no_number(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    vacuous = NudgeCheck(1e-6, 1.2e-12, 3e-11, True, "", conclusive=False)
    inspect(selection, runs, replace(part3()["d"], gradient=0.0, check=vacuous))
    assert text(panel, "inspectorSlope") == "below 3e-11"
    assert text(panel, "inspectorVerdict") == "too small to check"
    assert panel.findChild(QLabel, "inspectorMark").pixmap().isNull()
    shown = panel.findChild(QWidget, "inspectorCheck")
    assert shown.accessibleName() == "Numerical check: too small to check: below 3e-11"


def test_a_parameter_says_when_a_step_uses_another_gradient(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    selection.select("L1.N3.w2")
    runs.show(weight(), full_batch=False)
    assert seen(panel, "inspectorBatchNote")
    assert text(panel, "inspectorBatchNote") == "gradient over all samples; a step uses one batch"
    runs.show(weight(), full_batch=True)
    assert not seen(panel, "inspectorBatchNote")
    selection.select("e")
    runs.show(part3()["e"], full_batch=False)
    assert not seen(panel, "inspectorBatchNote")


def test_another_node_is_shown_from_its_top(panel: InspectorPanel, selection: Selection, runs: RunsDouble) -> None:
    inspect(selection, runs, hidden(5))
    QApplication.processEvents()
    bar = panel.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    selection.select("sample2/L2.N1.out")
    assert bar.value() == 0


def test_the_focus_stays_in_the_inspector(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection, runs: RunsDouble, theme: Theme
) -> None:
    """A button that is disabled would pass it on, to a control the eye is not at."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    before, after = QPushButton("before"), QPushButton("after")
    for part in (before, panel, after):
        column.addWidget(part)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    for address in ("a", "e"):
        inspect(selection, runs, part3()[address])
    back = panel.findChild(QAbstractButton, "inspectorBack")
    back.setFocus()
    qtbot.keyClick(back, Qt.Key.Key_Return)
    assert selection.address == "a" and not back.isEnabled()
    assert QApplication.focusWidget() is panel
    inspect(selection, runs, hidden(5))
    row(panel, "consumerRow4").setFocus()
    inspect(selection, runs, part3()["d"])
    assert panel.isAncestorOf(QApplication.focusWidget()) or QApplication.focusWidget() is panel
    panel.setParent(None)


def test_the_curve_is_left_out_where_it_alone_would_not_fit(
    panel: InspectorPanel, selection: Selection, runs: RunsDouble
) -> None:
    inspect(selection, runs, part3()["a"])
    panel.resize(292, 700)
    QApplication.processEvents()
    assert seen(panel, "inspectorHistory")
    for height in range(690, 150, -10):
        panel.resize(292, height)
        QApplication.processEvents()
        scrolls = panel.findChild(QScrollArea).verticalScrollBar().maximum() > 0
        if scrolls or not seen(panel, "inspectorHistory"):
            break
    assert not scrolls
    assert not seen(panel, "inspectorHistory")
    panel.resize(292, 700)
    QApplication.processEvents()
    assert seen(panel, "inspectorHistory")
