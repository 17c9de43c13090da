"""Changing numbers and order by dragging: one weight up and down, one layer sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ExperimentError
from core.words import tr
from gui.graph.network_layout import NetworkLayout
from gui.graph.network_structure import Bias, Weight
from gui.graph.sheet_scrub import Scrub
from gui.session.documents import Gesture

if TYPE_CHECKING:
    from gui.session.runs import Runs


class WeightDrag:
    """One drag of a weight or bias, from the number that it had: one step of undo."""

    def __init__(self, runs: Runs, place: Weight | Bias, address: str, value: float) -> None:
        self.place = place
        self._runs, self._address = runs, address
        self._scrub = Scrub(value)
        is_weight = isinstance(place, Weight)
        self._name = Gesture(
            tr("weight {address}", address=address) if is_weight else tr("bias {address}", address=address)
        )

    @property
    def value(self) -> float:
        return self._scrub.value

    def move(self, upwards: float, *, fine: bool) -> bool:
        """So many pixels; `fine` is a tenth as fast. False if the network has no such parameter any more."""
        before = self._scrub.value
        value = self._scrub.move(upwards, fine=fine)
        return value == before or set_weight(self._runs, self._address, value, self._name)


def set_weight(runs: Runs, address: str, value: float, name: str | None = None) -> bool:
    """Give a weight or bias a number; False if there is none of this address now."""
    try:
        runs.set_parameter(address, value, name or Gesture(tr("set {address}", address=address)))
    except ExperimentError:
        return False
    return True


class LayerDrag:
    """One drag of a hidden layer: from which column, and to which."""

    def __init__(self, layout: NetworkLayout, column: int) -> None:
        self.column = self.to = column
        self._layout = layout

    def move(self, right: float) -> None:
        """So many pixels at zoom 1 from where its column stands."""
        x = self._layout.columns[self.column].x + right
        hidden = range(1, len(self._layout.columns) - 1)
        self.to = min(hidden, key=lambda column: abs(self._layout.columns[column].x - x))
