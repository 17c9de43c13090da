"""Layouts: read from Graphviz, made without it, and asked for from the process."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.dot import BoxSizes, GraphStyle
from core.graph import GraphNode, GraphSnapshot
from gui.graph import layout_worker
from gui.graph.layout import (
    RESULT,
    Layout,
    LayoutError,
    decode_answer,
    encode_request,
    parse_graphviz,
    structure_of,
)
from gui.graph.layout_client import LayoutClient
from gui.graph.plain_layout import LONG_NOTE, NOTE, plain_layout, ranks_passed
from tests.gui.neuron_double import neuron

SIZES = BoxSizes(operation_widths={"tanh": 50.0})
DEAF = (sys.executable, "-c", "import sys; sys.stdin.read()")


def expression(key: str = "expression", prefix: str = "") -> GraphSnapshot:
    """(a * b + c) * f."""
    rows = [("a", "", ()), ("b", "", ()), ("e", "*", (0, 1)), ("c", "", ()), ("d", "+", (2, 3)), ("f", "", ())]
    rows.append(("L", "*", (4, 5)))
    return GraphSnapshot(key, tuple(GraphNode(prefix + name, prefix + name, op, uses) for name, op, uses in rows))


def chain(length: int) -> GraphSnapshot:
    """A leaf and so many operations behind it."""
    later = (GraphNode(f"v{i}", f"v{i}", "tanh", (i - 1,)) for i in range(1, length))
    return GraphSnapshot(f"chain {length}", (GraphNode("v0", "v0", "", ()), *later))


def assert_sound(layout: Layout, snapshot: GraphSnapshot) -> None:
    """Left to right, nothing overlaps, every edge starts at its tail and ends at its head."""
    assert len(layout.records) == len(snapshot.nodes)
    boxes = np.vstack([layout.records, layout.operations[np.isfinite(layout.operations[:, 0])]])
    assert boxes[:, :2].min() >= -0.01
    assert (boxes[:, 0] + boxes[:, 2]).max() <= layout.width + 0.01
    assert (boxes[:, 1] + boxes[:, 3]).max() <= layout.height + 0.01
    for i, (left, top, width, height) in enumerate(boxes):
        others = np.delete(boxes, i, axis=0)
        apart = (others[:, 0] >= left + width) | (others[:, 0] + others[:, 2] <= left)
        apart |= (others[:, 1] >= top + height) | (others[:, 1] + others[:, 3] <= top)
        assert apart.all()
    drawn = set()
    for edge in layout.edges:
        tail = layout.operations[edge.tail] if edge.position == RESULT else layout.records[edge.tail]
        head = layout.records[edge.head]
        if edge.position != RESULT and np.isfinite(layout.operations[edge.head, 0]):
            head = layout.operations[edge.head]
        assert edge.curve[:2] == pytest.approx((tail[0] + tail[2], tail[1] + tail[3] / 2), abs=0.6)
        assert edge.curve[-2:] == pytest.approx((head[0], head[1] + head[3] / 2), abs=0.6)
        assert len(edge.curve) % 6 == 2
        drawn.add((edge.tail, edge.head, edge.position))
    assert {
        (operand, i, k) for i, node in enumerate(snapshot.nodes) for k, operand in enumerate(node.operands)
    } <= drawn


@pytest.mark.parametrize("style", [GraphStyle.LECTURE, GraphStyle.COMPACT])
@pytest.mark.parametrize("how", [layout_worker.lay_out, plain_layout])
def test_a_layout_is_sound(how: object, style: GraphStyle) -> None:
    assert callable(how)
    for graph in (expression(), chain(5)):
        layout = how(graph, style, SIZES)
        assert_sound(layout, graph)
        assert layout.boxes == len(graph.nodes) + (
            sum(bool(node.op) for node in graph.nodes) if style is GraphStyle.LECTURE else 0
        )


def test_a_repeated_operand_has_two_edges() -> None:
    graph = GraphSnapshot("twice", (GraphNode("a", "a", "", ()), GraphNode("b", "b", "+", (0, 0))))
    for layout in (
        layout_worker.lay_out(graph, GraphStyle.LECTURE, SIZES),
        plain_layout(graph, GraphStyle.AUTO, SIZES),
    ):
        assert sorted(edge.position for edge in layout.edges) == [RESULT, 0, 1]


@pytest.mark.parametrize("style", [GraphStyle.LECTURE, GraphStyle.COMPACT])
def test_the_sums_of_a_neuron_stand_below_each_other(style: GraphStyle) -> None:
    graph = neuron(4)
    layout = layout_worker.lay_out(graph, style, SIZES)
    sums = [0, *(i for i, node in enumerate(graph.nodes) if node.op == "+")]
    products = [graph.nodes[i].operands[1] for i in sums[1:]]
    assert np.ptp(layout.records[sums, 0]) < 1.0
    assert (np.diff(layout.records[sums, 1]) > SIZES.record_height).all()
    assert (layout.records[products, 0] + SIZES.record_width < layout.records[sums[1:], 0]).all()
    assert len(layout.edges) == graph.edges + (9 if style is GraphStyle.LECTURE else 0)
    for edge in layout.edges:
        if edge.head in sums and edge.position == 0:
            tail, head = layout.records[edge.tail], layout.records[edge.head]
            assert edge.curve[:2] == pytest.approx((tail[0] + tail[2] / 2, tail[1] + tail[3]), abs=0.6)
            assert tail[1] + tail[3] < edge.curve[-1] <= head[1] + 0.6


def test_without_graphviz_there_is_a_plain_layout_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_worker, "embedded_graphviz", lambda: None)
    monkeypatch.setattr(layout_worker, "which", lambda name: None)
    message = encode_request(4, expression(), GraphStyle.LECTURE, SIZES)
    job, layout = decode_answer(layout_worker.answer(message))
    assert job == 4
    assert isinstance(layout, Layout)
    assert layout.note == NOTE
    assert_sound(layout, expression())


def test_an_empty_graph_has_an_empty_layout() -> None:
    nothing = GraphSnapshot("nothing", ())
    assert layout_worker.lay_out(nothing, GraphStyle.AUTO, SIZES).boxes == 0


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b'{"bb": "0,0,1,1"}', b'{"bb": "0,0,1,1", "objects": [{"name": "n0"}]}']
)
def test_an_answer_that_cannot_be_read_is_an_error(answer: bytes) -> None:
    with pytest.raises(LayoutError):
        parse_graphviz(answer, expression(), GraphStyle.LECTURE, SIZES)


def test_names_are_no_part_of_the_structure() -> None:
    one, other = expression("sample1", "sample1/"), expression("sample2", "sample2/")
    assert structure_of(one, GraphStyle.AUTO) == structure_of(other, GraphStyle.LECTURE)
    assert structure_of(one, GraphStyle.AUTO) != structure_of(other, GraphStyle.COMPACT)


def test_the_process_survives_nonsense_and_loads_no_qt() -> None:
    good = encode_request(7, expression(), GraphStyle.COMPACT, SIZES)
    frames = layout_worker.framed(b"nonsense") + layout_worker.framed(good)
    done = subprocess.run(
        [sys.executable, "-m", "gui.graph.layout_worker"], input=frames, capture_output=True, check=True
    )
    (length,) = struct.unpack_from(">I", done.stdout)
    assert isinstance(decode_answer(done.stdout[4 : 4 + length])[1], str)
    job, layout = decode_answer(done.stdout[8 + length :])
    assert job == 7
    assert isinstance(layout, Layout)
    check = "import sys, gui.graph.layout_worker; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@pytest.fixture
def client(qtbot: QtBot) -> Iterator[LayoutClient]:
    made = LayoutClient()
    yield made
    made.close()


def test_the_client_answers_and_remembers(qtbot: QtBot, client: LayoutClient) -> None:
    assert client.cached(expression(), GraphStyle.AUTO) is None
    with qtbot.waitSignal(client.layout_finished) as finished:
        job = client.request(expression(), GraphStyle.AUTO, SIZES)
        assert client.busy
    assert finished.args is not None
    assert finished.args[0] == job
    assert_sound(finished.args[1], expression())
    assert not client.busy
    assert client.cached(expression("other", "sample9/"), GraphStyle.LECTURE) is finished.args[1]


def test_jobs_are_answered_in_turn(qtbot: QtBot, client: LayoutClient) -> None:
    answered: list[int] = []
    client.layout_finished.connect(lambda job, layout: answered.append(job))
    jobs = [client.request(chain(length), GraphStyle.LECTURE, SIZES) for length in (3, 4, 5)]
    qtbot.waitUntil(lambda: not client.busy)
    assert answered == jobs


@pytest.mark.parametrize("length", [10, 600])
def test_a_cancelled_job_is_never_heard_of(qtbot: QtBot, client: LayoutClient, length: int) -> None:
    answered: list[int] = []
    client.layout_finished.connect(lambda job, layout: answered.append(job))
    client.layout_failed.connect(lambda job, reason: answered.append(job))
    client.cancel(client.request(chain(length), GraphStyle.LECTURE, SIZES))
    kept = client.request(expression(), GraphStyle.LECTURE, SIZES)
    qtbot.waitUntil(lambda: kept in answered)
    assert answered == [kept]


@pytest.mark.parametrize("command", [(sys.executable, "-c", "pass"), ("/no/such/program",)])
def test_a_process_that_dies_fails_the_job(qtbot: QtBot, command: tuple[str, ...]) -> None:
    client = LayoutClient(command=command)
    with qtbot.waitSignal(client.layout_failed) as failed:
        job = client.request(expression(), GraphStyle.AUTO, SIZES)
    assert failed.args is not None
    assert failed.args[0] == job
    assert "layout process" in failed.args[1]
    client.close()


def test_closing_does_not_wait_for_the_job(qtbot: QtBot) -> None:
    client = LayoutClient(command=DEAF)
    client.request(expression(), GraphStyle.AUTO, SIZES)
    client.close()
    assert not client.busy
    client.close()


def reused(length: int) -> GraphSnapshot:
    """One leaf, used again at every step."""
    nodes = [GraphNode("a", "a", "", ())]
    nodes += [GraphNode(f"v{i}", f"v{i}", "+", (i - 1, 0)) for i in range(1, length)]
    return GraphSnapshot(f"reused {length}", tuple(nodes))


def test_very_long_edges_get_the_plain_layout() -> None:
    assert ranks_passed(reused(4)) == 1 + 2
    short = layout_worker.lay_out(reused(40), GraphStyle.COMPACT, SIZES)
    assert short.note == ""
    long = layout_worker.lay_out(reused(160), GraphStyle.COMPACT, SIZES)
    assert long.note == LONG_NOTE
    assert len(long.records) == 160 and np.isfinite(long.records).all()
