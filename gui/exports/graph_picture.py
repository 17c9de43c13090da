"""The graph of a card as a drawing and as Graphviz source: the whole graph, not only the part that is seen."""

from __future__ import annotations

import numpy as np

from core.exporters.graph_pictures import network_dot, records_dot
from core.words import mark, tr
from gui.exports.network_drawing import NetworkDrawing
from gui.exports.paper import Drawing, DrawingError
from gui.exports.record_drawing import RecordDrawing
from gui.graph.graph_card import GraphCard
from gui.graph.network_canvas import NetworkCanvas
from gui.graph.network_numbers import NetworkNumbers
from gui.graph.record_canvas import RecordCanvas
from gui.graph.record_item import RecordPicture
from gui.graph.sheet_picture import SheetPicture
from gui.graph.sheet_scene import SheetScene
from gui.theme import Theme

NO_GRAPH = mark("There is no graph to be exported yet.")


def graph_drawing(card: GraphCard, theme: Theme, title: str, scale: float = 1.0) -> Drawing:
    """What the card shows, in the colours of `theme`; `scale` is that of the interface.

    Raises DrawingError if it shows none.
    """
    shown = card.shown
    if isinstance(shown, NetworkCanvas) and shown.numbers is not None:
        return NetworkDrawing(shown, shown.numbers, theme, scale, title)
    picture = _picture(card)
    if isinstance(shown, SheetScene) and isinstance(picture, SheetPicture):
        return RecordDrawing.of_sheet(shown, picture, theme, title)
    return RecordDrawing(picture, theme, title)


def graph_dot(card: GraphCard) -> str:
    """The same graph with its numbers as Graphviz source. Raises DrawingError if the card shows none."""
    shown = card.shown
    if isinstance(shown, NetworkCanvas) and shown.numbers is not None:
        return network_dot(shown.numbers.structure.columns, _parameters(shown.numbers))
    picture = _picture(card)
    count = len(picture.snapshot.nodes)
    data, grad = picture.numbers.values or (np.full(count, np.nan), np.full(count, np.nan))
    if picture.numbers.covers is not None:  # what is to be found out is told nowhere
        empty, hidden = picture.numbers.covers
        covered = empty | hidden
        data, grad = np.where(covered[0], np.nan, data), np.where(covered[1], np.nan, grad)
    return records_dot(picture.snapshot, data, grad, picture.layout.style)


def _picture(card: GraphCard) -> RecordPicture:
    shown = card.shown
    picture = shown.picture if isinstance(shown, RecordCanvas) else None
    if picture is None:
        raise DrawingError(tr(NO_GRAPH))
    return picture


def _parameters(numbers: NetworkNumbers) -> dict[str, float]:
    """Every weight and bias by its address."""
    found: dict[str, float] = {}
    neurons = numbers.structure.columns[1:]
    for names, weights, biases in zip(neurons, numbers.weights(), numbers.biases(), strict=True):
        found |= {f"{name}.b": bias for name, bias in zip(names, biases.tolist(), strict=False)}  # or there are none
        for name, row in zip(names, weights.tolist(), strict=True):
            found |= {f"{name}.w{i}": weight for i, weight in enumerate(row, start=1)}
    return found
