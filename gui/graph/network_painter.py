"""What lies on the edges of the network, painted in its order: tiles, badges, and what is pointed at or selected."""

from __future__ import annotations

from dataclasses import dataclass
from types import UnionType

from PySide6.QtGui import QPainter

from gui.graph.network_badges import BadgePainter
from gui.graph.network_marks import MarkPainter
from gui.graph.network_paint import Scene, TilePainter
from gui.graph.network_playhead import StepPainter
from gui.graph.network_structure import Bias, Place, Tile, Weight
from gui.theme import Theme


@dataclass(frozen=True)
class Marked:
    """What stands out of the picture."""

    selected: Place | None
    hovered: Place | None
    found: list[Tile | Bias]
    frozen: tuple[str, ...]  # addresses that get a lock
    lift: tuple[int, int] | None  # a column that is being dragged, and the one whose place it would take


class NetworkPainter:
    """Selected and pointed at: weights below the tiles, tiles and biases above them."""

    def __init__(self, theme: Theme) -> None:
        self.tiles = TilePainter(theme)
        self._inside_step = StepPainter(theme)
        self._marks, self._badges = MarkPainter(theme), BadgePainter(theme)

    def forget(self) -> None:
        """Colours and sizes are others now."""
        self.tiles.forget_all()
        self._badges.forget()

    def paint(self, painter: QPainter, scene: Scene, marked: Marked) -> None:
        if marked.lift is not None:
            self._marks.paint_lift(painter, scene, *marked.lift)
        self._paint_marked(painter, scene, marked, Weight)
        self.tiles.paint(painter, scene)
        self._inside_step.paint(painter, scene)
        self._badges.paint(painter, scene, marked.frozen)
        self._marks.paint_found(painter, scene, marked.found)
        self._paint_marked(painter, scene, marked, Tile | Bias)

    def _paint_marked(self, painter: QPainter, scene: Scene, marked: Marked, kind: type | UnionType) -> None:
        if isinstance(marked.hovered, kind) and marked.hovered != marked.selected:
            self._marks.paint_hovered(painter, scene, marked.hovered)
        if isinstance(marked.selected, kind):
            self._marks.paint_selected(painter, scene, marked.selected)
