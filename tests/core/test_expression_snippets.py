"""The lecture's examples, with the syllabus' figures."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.errors import UnknownNameError
from core.expression.run import run_text
from core.expression.sheet import Phase, Sheet, state_at
from core.expression.snippets import Snippet, snippet, snippets


def printed(name: str) -> list[str]:
    return [line.text for line in run_text(snippet(name).text).output]


def numbers(name: str) -> tuple[dict[str, float], dict[str, float]]:
    """Data and gradients at the end, by address."""
    sheet = run_text(snippet(name).text)
    state = state_at(sheet, len(sheet.steps))
    names = [node.address for node in sheet.graph.nodes]
    return dict(zip(names, state.data.tolist(), strict=True)), dict(zip(names, state.grad.tolist(), strict=True))


@pytest.mark.parametrize("each", snippets(), ids=lambda each: each.name)
def test_every_snippet_runs_and_shows_a_graph(each: Snippet) -> None:
    sheet = run_text(each.text)
    assert sheet.graph.nodes
    assert any(step.phase is Phase.FORWARD for step in sheet.steps)
    assert sheet.note == ""
    assert each.title
    assert run_text(each.text.replace("\n", "\r\n")).graph == sheet.graph


def test_parts_stand_together_and_cover_the_lecture() -> None:
    parts = list(dict.fromkeys(each.part for each in snippets()))
    assert [int(part.split(" ")[0]) for part in parts] == list(range(1, 13))
    order = [parts.index(each.part) for each in snippets()]
    assert order == sorted(order)
    assert len({each.name for each in snippets()}) == len(snippets())


def test_an_unknown_snippet_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="parabola"):
        snippet("parabel")


def test_part_1() -> None:
    assert printed("parabola") == ["20.0", "14.00000009255109"]
    assert printed("flat") == ["0.0029999999995311555"]
    assert printed("nudges") == [
        "slope in a -3.000000000010772",
        "slope in b 2.0000000000042206",
        "slope in c 0.9999999999976694",
        "4.0",
    ]
    assert run_text(snippet("parabola").text).functions == ("f",)
    data, grad = numbers("parabola")
    assert (data["y"], grad["y"], grad["x"]) == (20.0, 1.0, 14.0)


def test_part_2() -> None:
    assert printed("value") == ["Value(data=4.0)", "(Value(data=-6.0), Value(data=10.0))", "+"]
    assert printed("numbers-around")[1] == "Value(data=6.0)"


EXAMPLE_1 = {"L": 1.0, "d": -2.0, "f": 4.0, "c": -2.0, "e": -2.0, "a": 6.0, "b": -4.0}


def test_part_3() -> None:
    for name in ("by-hand", "automatic"):
        data, grad = numbers(name)
        assert grad == EXAMPLE_1
        assert (data["e"], data["d"], data["L"]) == (-6.0, 4.0, -8.0)
    assert printed("automatic") == [f"{name} {grad}" for name, grad in EXAMPLE_1.items()]
    assert printed("nudge-check") == ["-1.9999999999953388"]
    assert printed("one-step") == ["-8.0", "-7.286496"]


NEURON = {"o": 1.0, "n": 0.5, "b": 0.5, "x1*w1 + x2*w2": 0.5, "x1*w1": 0.5, "x2*w2": 0.5, "x1": -1.5, "w1": 1.0,
          "x2": 0.5, "w2": 0.0}  # fmt: skip


@pytest.mark.parametrize("name", ["neuron-by-hand", "neuron-step-by-step", "neuron", "topological-order"])
def test_parts_4_and_5(name: str) -> None:
    data, grad = numbers(name)
    assert grad == pytest.approx(NEURON, rel=1e-15)
    assert data["o"] == pytest.approx(math.sqrt(0.5), rel=1e-15)
    assert data["n"] == 0.8813735870195432


def test_part_5() -> None:
    assert printed("topological-order") == ["x1", "w1", "x1*w1", "x2", "w2", "x2*w2", "x1*w1 + x2*w2", "b", "n", "o"]
    assert printed("used-twice") == ["2.0"]
    assert printed("used-twice-again") == ["-3.0 -8.0"]
    assert printed("why-the-order") == ["26.0"]


def test_part_6() -> None:
    data, grad = numbers("tanh-apart")
    assert data["o"] == pytest.approx(math.sqrt(0.5), rel=1e-15)
    leaves = {name: NEURON[name] for name in ("x1", "w1", "x2", "w2", "b", "n")}
    assert {name: grad[name] for name in leaves} == pytest.approx(leaves, rel=1e-15)


def test_part_7() -> None:
    assert printed("readme") == ["24.7041", "138.8338", "645.5773"]
    sheet = run_text(snippet("readme").text)
    assert sheet.graph.nodes[sheet.root].address == "g'"


def test_part_8() -> None:
    assert printed("single-precision") == [
        "0.7071066904050358",
        "-1.5000003851533106 1.0000002567688737",
        "0.5000001283844369 0.0",
    ]
    data, grad = numbers("single-precision")
    assert data["b"] == float(np.float32(6.8813735870195432))
    assert [grad[name] for name in ("x1", "w1", "x2", "w2")] == [
        -1.5000003851533106, 1.0000002567688737, 0.5000001283844369, 0.0,
    ]  # fmt: skip
    *three, bias = printed("single-precision-again")
    assert three == [
        "-0.5193578553128438",
        "0.0189139266452323 0.3651337090624216",
        "0.14364360605503948 0.5111871839819242",
    ]
    assert bias.startswith("0.73026741812")
    leaves = {"x1": 0.5, "x2": 0.7, "w1": 0.0259, "w2": 0.1967, "b": -0.7261}
    data, _ = numbers("single-precision-again")
    assert {name: data[name] for name in leaves} == {name: float(np.float32(leaves[name])) for name in leaves}
    assert printed("same-engine") == [
        "1.5651709999999999 0.9162542319535778",
        "0.27441769195044236 0.24073332145898163 0.16047818242715928",
    ]
    assert printed("four-digits") == ["0.5864", "-0.5377 0.3281", "0.6359 0.4593", "0.6562"]


def test_part_9() -> None:
    lines = [[float(number) for number in line.split()] for line in printed("still-linear")]
    assert lines == [[3.5 * x - 2.5, 3.5] for x in (-10.0, 0.0, 10.0)]
    rows = [[float(number) for number in line.split()] for line in printed("xor")]
    assert rows == [[one, two, float(one != two)] for one in (0.0, 1.0) for two in (0.0, 1.0)]


def test_part_10() -> None:
    assert printed("network")[1] == "41"
    assert printed("layer")[1] == "9"
    assert len(printed("one-neuron")) == 2


def last_loss(name: str) -> Sheet:
    return run_text(snippet(name).text)


def test_part_11() -> None:
    assert printed("loss")[0] == "Value(data=6.005402783252284)"
    *losses, predictions = printed("training-loop")
    assert losses[0] == "0 6.005402783252284"
    assert losses[-1] == "19 0.0596420176420171"
    assert [round(float(each), 4) for each in predictions[1:-1].split(", ")] == [0.8678, -0.9786, -0.8655, 0.8676]


def test_the_training_loop_shows_its_last_step() -> None:
    sheet = run_text(snippet("training-loop").text)
    phases = [step.phase for step in sheet.steps]
    turns = [phase for i, phase in enumerate(phases) if i == 0 or phases[i - 1] is not phase]
    assert turns == [Phase.FORWARD, Phase.ZERO, Phase.BACKWARD, Phase.UPDATE]
    assert len(sheet.steps[-1].changes) == 41
    assert sheet.graph.nodes[sheet.root].label == "loss"
    assert state_at(sheet, len(sheet.steps)).data[sheet.root] == 0.0596420176420171


def test_part_12() -> None:
    losses = [float(line.split()[1]) for line in printed("no-zeroing")]
    assert losses[0] == 6.005402783252284
    assert losses[1] == 4.448280639552251  # the first step cannot tell
    assert losses[7] < 0.01 < 3.9 < losses[19]  # faster at first, then thrown out
    assert all(step.phase is not Phase.ZERO for step in run_text(snippet("no-zeroing").text).steps)
