"""Where everything of a scalar graph stands: the result of a layout, and how it is read from Graphviz. No Qt here."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dot import BoxSizes, GraphStyle, operation_id, record_id
from core.graph import GraphNode, GraphSnapshot
from core.words import tr

Array = NDArray[np.float64]
Structure = tuple[GraphStyle, tuple[tuple[str, tuple[int, ...]], ...]]
RESULT = -1  # the position of an edge from an operation to its result


class LayoutError(Exception):
    """A layout that could not be made; the text is fit to be shown."""


@dataclass(frozen=True)
class Edge:
    """One drawn edge. `position` counts the operand; RESULT marks the short edge from an operation to its result."""

    tail: int  # index of the operand (for RESULT: of the result itself)
    head: int  # index of the node whose operation takes the operand
    position: int
    curve: tuple[float, ...]  # x, y of 3 k + 1 control points of cubic Béziers, tail to head


@dataclass(frozen=True)
class Layout:
    """Rectangles and curves in scene coordinates: pixels at scale 1, origin top left, y down.

    Row i belongs to node i of every snapshot with the same structure.
    """

    style: GraphStyle
    width: float
    height: float
    records: Array  # (n, 4): left, top, width, height
    operations: Array  # (n, 4) likewise; a row of nan where no round node is drawn
    edges: tuple[Edge, ...]
    note: str = ""  # how the layout was made where that was not the usual way

    @property
    def boxes(self) -> int:
        """How many records and round nodes there are."""
        return len(self.records) + int(np.isfinite(self.operations[:, 0]).sum())


def structure_of(snapshot: GraphSnapshot, style: GraphStyle) -> Structure:
    """What a layout depends on; snapshots that differ only in names share one layout."""
    return style.resolve(len(snapshot.nodes)), tuple((node.op, node.operands) for node in snapshot.nodes)


def parse_graphviz(answer: bytes | str, snapshot: GraphSnapshot, style: GraphStyle, sizes: BoxSizes) -> Layout:
    """Read Graphviz' `json` output of `core.dot.digraph(snapshot, style, sizes)`.

    The drawing instructions are read, not `pos`: `pos` has five significant digits only. Raises LayoutError when the
    answer is cut off or does not fit the snapshot.
    """
    try:
        graph = json.loads(answer)
        _, _, width, height = (float(part) for part in graph["bb"].split(","))
        objects = [item for item in graph.get("objects", []) if "_draw_" in item]  # the others are subgraphs
        centres = {item["name"]: _centre(item, height) for item in objects}
        names = {item["_gvid"]: item["name"] for item in objects}
        edges = tuple(_edge(item, names, centres, height) for item in graph.get("edges", []))
        records, operations = _rectangles(snapshot, centres, sizes)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise LayoutError(tr("Graphviz gave an answer that cannot be read ({error}).", error=error)) from error
    return Layout(style.resolve(len(snapshot.nodes)), width, height, records, operations, edges)


def _rectangles(
    snapshot: GraphSnapshot, centres: dict[str, tuple[float, float]], sizes: BoxSizes
) -> tuple[Array, Array]:
    records = np.empty((len(snapshot.nodes), 4))
    operations = np.full((len(snapshot.nodes), 4), np.nan)
    for i, node in enumerate(snapshot.nodes):
        records[i] = rectangle(centres[record_id(i)], sizes.record_width, sizes.record_height)
        round_node = centres.get(operation_id(i))
        if round_node is not None:
            operations[i] = rectangle(round_node, sizes.operation_width(node.op), sizes.operation_height)
    return records, operations


def rectangle(centre: tuple[float, float], width: float, height: float) -> tuple[float, float, float, float]:
    """Left, top, width, height of a box around `centre`."""
    return centre[0] - width / 2, centre[1] - height / 2, width, height


def _centre(item: dict[str, Any], height: float) -> tuple[float, float]:
    points = next(drawn["points"] for drawn in item["_draw_"] if drawn["op"] in "pP")
    xs, ys = zip(*points, strict=True)
    return (min(xs) + max(xs)) / 2, height - (min(ys) + max(ys)) / 2


def _edge(item: dict[str, Any], names: dict[int, str], centres: dict[str, tuple[float, float]], height: float) -> Edge:
    points = [(x, height - y) for x, y in next(drawn["points"] for drawn in item["_draw_"] if drawn["op"] in "bB")]
    tail = names[item["tail"]]
    if math.dist(points[0], centres[tail]) > math.dist(points[-1], centres[tail]):
        points.reverse()  # Graphviz draws edges within a rank backwards
    curve = tuple(number for point in points for number in point)
    kind, rest = item["id"][0], item["id"][1:]
    if kind == "r":
        return Edge(int(rest), int(rest), RESULT, curve)
    head, position = rest.split(".")
    return Edge(int(tail[1:]), int(head), int(position), curve)


def encode_request(job: int, snapshot: GraphSnapshot, style: GraphStyle, sizes: BoxSizes) -> bytes:
    """A job for the worker process: the structure without names and numbers."""
    structure = structure_of(snapshot, style)
    message = {
        "job": job,
        "style": structure[0].value,
        "nodes": structure[1],
        "sizes": {**vars(sizes), "operation_widths": dict(sizes.operation_widths)},
    }
    return json.dumps(message).encode()


def decode_request(message: bytes) -> tuple[int, GraphSnapshot, GraphStyle, BoxSizes]:
    """The opposite of `encode_request`; addresses are replaced by numbers."""
    request = json.loads(message)
    nodes = tuple(GraphNode(str(i), "", op, tuple(operands)) for i, (op, operands) in enumerate(request["nodes"]))
    return request["job"], GraphSnapshot("", nodes), GraphStyle(request["style"]), BoxSizes(**request["sizes"])


def encode_layout(job: int, layout: Layout) -> bytes:
    """The worker's answer to a job."""
    operations = [None if np.isnan(row[0]) else row.tolist() for row in layout.operations]
    message = {
        "job": job,
        "style": layout.style.value,
        "size": [layout.width, layout.height],
        "records": layout.records.tolist(),
        "operations": operations,
        "edges": [[edge.tail, edge.head, edge.position, edge.curve] for edge in layout.edges],
        "note": layout.note,
    }
    return json.dumps(message).encode()


def encode_failure(job: int, reason: str) -> bytes:
    """The worker's answer where there is no layout."""
    return json.dumps({"job": job, "failure": reason}).encode()


def decode_answer(message: bytes) -> tuple[int, Layout | str]:
    """Job id, and its layout or the reason why there is none."""
    answer = json.loads(message)
    if "failure" in answer:
        return answer["job"], str(answer["failure"])
    nothing = [np.nan] * 4
    records = np.array(answer["records"], dtype=np.float64).reshape(-1, 4)
    operations = np.array([row or nothing for row in answer["operations"]], dtype=np.float64).reshape(-1, 4)
    edges = tuple(Edge(tail, head, position, tuple(curve)) for tail, head, position, curve in answer["edges"])
    width, height = answer["size"]
    return answer["job"], Layout(GraphStyle(answer["style"]), width, height, records, operations, edges, answer["note"])
