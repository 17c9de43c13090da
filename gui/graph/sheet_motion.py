"""A value or gradient on its way along the edges: a short motion after a step, never while things go fast."""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QVariantAnimation, Signal

from gui.widgets.motion import motion_wanted

TRAVEL_MS = 250


class SheetMotion(QObject):
    """How far along its edges the motion is. Nobody waits for it."""

    moved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(TRAVEL_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._animation.valueChanged.connect(self._on_value_changed)
        self._animation.finished.connect(self.moved)

    @property
    def share(self) -> float | None:
        """From 0 to 1; None while nothing moves."""
        if self._animation.state() is not QAbstractAnimation.State.Running:
            return None
        return float(self._animation.currentValue())

    def start(self) -> None:
        """Begin anew, unless the system asks for reduced motion."""
        self._animation.stop()
        if motion_wanted():
            self._animation.start()

    def stop(self) -> None:
        self._animation.stop()

    def _on_value_changed(self, _share: object) -> None:
        self.moved.emit()
