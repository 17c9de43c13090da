"""The inspector's rows: uses of a node, their sum, samples, batches and places inside a step."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core.explain import Consumer, Explanation
from gui.panels.inspector import InspectorPanel
from gui.panels.inspector_texts import number_text
from gui.session.selection import Selection
from gui.widgets.sparkline import Sparkline
from tests.gui.inspector_bench import RunsDouble, hidden, inspect, node, part3, part4, row, seen, text, weight


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
