"""What the window wants to see of a run, gathered from the selection and from the panels that are open."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from core.playhead import Position
from gui.frames import Level, ViewRequest, Want
from gui.session.selection import Selection


class Sight(QObject):
    """Tells the newest ViewRequest whenever a part of it changes."""

    changed = Signal(object)  # ViewRequest

    def __init__(self, selection: Selection, parent: QObject) -> None:
        super().__init__(parent)
        self._selection = selection
        self._wants: dict[QObject, frozenset[Want]] = {}
        self._axes: tuple[int, int] | None = None
        self._position: Position | None = None
        selection.address_changed.connect(self.tell)
        selection.sample_changed.connect(self.tell)
        selection.level_changed.connect(self.tell)

    @property
    def position(self) -> Position | None:
        return self._position

    def want(self, owner: QObject, wants: frozenset[Want]) -> None:
        """What frames have to bring for `owner` from now on; an empty set ends it."""
        if wants != self._wants.get(owner, frozenset()):
            self._wants[owner] = wants
            self.tell()

    def set_axes(self, axes: tuple[int, int] | None) -> None:
        """Over which two inputs to draw maps, of more than two; None for no maps then."""
        if axes != self._axes:
            self._axes = axes
            self.tell()

    def set_position(self, position: Position | None) -> None:
        """Inside of the coming step; None between two steps."""
        if position != self._position:
            self._position = position
            self.tell()

    def at(self, position: Position | None) -> ViewRequest:
        """The request from now on, for somebody who hands it over together with a move."""
        self._position = position
        return self.request

    @property
    def request(self) -> ViewRequest:
        """All that is wanted now."""
        selection = self._selection
        return ViewRequest(
            level=selection.level,
            neuron=selection.neuron if selection.level is Level.NEURON else "",
            sample=selection.sample,
            address=selection.address,
            axes=self._axes,
            wants=frozenset().union(*self._wants.values()),
            position=self._position,
        )

    @Slot()
    def tell(self) -> None:
        """Ask for it once more."""
        self.changed.emit(self.request)
