"""Which phase of the training loop is shown as running: all four in turn while steps are slow enough to be followed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.expression.sheet import Phase

FOLLOWED = 4.0  # steps a second, up to which the phases are lit in turn
SINGLE_SECONDS = 1.0  # that the phases of a step taken by itself are spread over
_ORDER = (Phase.UPDATE, Phase.FORWARD, Phase.ZERO, Phase.BACKWARD)
# A step as it is seen: the gradients on screen move the weights, then come the new loss and its gradients.


class LoopPhase(QObject):
    """Goes through the phases of a step; between steps it rests at the one whose result is on screen."""

    changed = Signal(object)  # Phase | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phase: Phase | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer)

    @property
    def phase(self) -> Phase | None:
        """None where steps are too fast to be told apart, and before the first."""
        return self._phase

    @property
    def running(self) -> bool:
        """Whether more phases of a step are to come."""
        return self._timer.isActive()

    def take_step(self, seconds: float) -> None:
        """A step was taken: its phases one after the other, in so much time."""
        self._timer.start(round(1000 * seconds / len(_ORDER)))
        self._show(_ORDER[0])

    def rest(self) -> None:
        """Nothing runs: the gradients on screen are those of the last backward pass."""
        self._timer.stop()
        self._show(Phase.BACKWARD)

    def hold(self, phase: Phase) -> None:
        """The playhead stands inside a step, in this phase."""
        self._timer.stop()
        self._show(phase)

    def stop(self) -> None:
        """No phase at all."""
        self._timer.stop()
        self._show(None)

    def _show(self, phase: Phase | None) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.changed.emit(phase)

    @Slot()
    def _on_timer(self) -> None:
        following = _ORDER.index(self._phase) + 1 if self._phase is not None else len(_ORDER)
        if following < len(_ORDER):
            self._show(_ORDER[following])
        if following + 1 >= len(_ORDER):
            self._timer.stop()
