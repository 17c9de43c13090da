"""What the pointer is on in the picture of the network, and whether its bubble is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.graph.network_structure import Place, Tile, Weight

BUBBLE_MS = 300  # that the pointer rests on a tile before its bubble opens


class PointedPlace(QObject):
    """A tile's large bubble waits a little, so that it is not in the way; those of weights and biases do not."""

    changed = Signal()  # the picture is to be drawn again

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.place: Place | None = None
        self._rested = False  # the pointer has been on a tile for long enough
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BUBBLE_MS)
        self._timer.timeout.connect(self._on_rested)

    @property
    def has_bubble(self) -> bool:
        return self.place is not None and (self._rested or not isinstance(self.place, Tile))

    def set_place(self, place: Place | None) -> None:
        """This is under the pointer now; the bubble of a weight goes along with the pointer."""
        if place == self.place and not isinstance(place, Weight):
            return
        if place != self.place:
            self.place = place
            self.put_bubble_away()
            if isinstance(place, Tile):
                self._timer.start()
        self.changed.emit()

    def forget(self) -> None:
        """Another network is shown: what was pointed at is no more."""
        self.place = None
        self.put_bubble_away()

    def put_bubble_away(self) -> None:
        """Until another tile is under the pointer."""
        self._timer.stop()
        self._rested = False
        self.changed.emit()

    @Slot()
    def _on_rested(self) -> None:
        self._rested = True
        self.changed.emit()
