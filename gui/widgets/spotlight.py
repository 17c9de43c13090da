"""Spotlight: a ring around something in the window, for those who tell a person where to look."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.widgets.motion import motion_wanted

POLL_MS = 80  # how soon the ring follows its target
PULSE_MS = 600
GAP, RING, RADIUS = 3, 2, 8  # between target and ring, the ring, its corners; pixels at scale 1, as all below
GLOW, PULSE = 3, 5  # how far the light reaches beyond the ring: always, and how much further at first
_FAINT, _STRONG = 0.22, 0.5  # share of the ring's colour in that light


class Spotlight(QWidget):
    """Lies over the window just where the ring is. Sees no event; takes neither mouse nor focus."""

    target_changed = Signal()

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self._where: Callable[[], QRect | None] | None = None
        self._target: QRect | None = None
        self._shine = 0.0  # 1 when the ring appears, 0 once it is just there
        self.setObjectName("spotlight")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._look)
        self._pulse = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=PULSE_MS)
        self._pulse.setEasingCurve(QEasingCurve.Type.OutQuad)
        self._pulse.valueChanged.connect(self._on_pulse)
        theme.changed.connect(self._on_theme_changed)
        window.installEventFilter(self)

    @property
    def target(self) -> QRect | None:
        """What the ring is around, in coordinates of the window; None while there is nothing to be seen."""
        return self._target

    def point_at(self, where: Callable[[], QRect | None]) -> None:
        """Follow what `where` gives in global coordinates; None hides the ring while the target cannot be seen."""
        self._where = where
        self._pulse.stop()
        self._shine = 0.0
        self._timer.start()
        self._look()
        if self._target is not None and motion_wanted():
            self._pulse.start()

    def clear(self) -> None:
        """Point at nothing more."""
        self._where = None
        self._timer.stop()
        self._pulse.stop()
        self._show(None)

    def _look(self) -> None:
        """Ask where the target is now."""
        if self._where is not None:
            found = self._where()
            window = self.parentWidget()
            if found is not None:
                found = QRect(window.mapFromGlobal(found.topLeft()), found.size()) & window.rect()
            self._show(found if found is not None and not found.isEmpty() else None)

    def _show(self, target: QRect | None) -> None:
        if target == self._target:
            return
        self._target = target
        self._lie_around()
        self.setVisible(target is not None)
        self.raise_()
        self.target_changed.emit()

    def _lie_around(self) -> None:
        """Only as large as the ring and its light; inside the window."""
        if self._target is not None:
            reach = self._theme.px(GAP + RING + GLOW + PULSE)
            room = self.parentWidget().rect()
            self.setGeometry(self._target.adjusted(-reach, -reach, reach, reach) & room)
            self.update()

    def _ring(self) -> QRectF:
        """The middle of the ring's line, in the widget: around the target, or at the edge of the window."""
        assert self._target is not None
        px, half = self._theme.px, self._theme.px(RING) / 2
        around = px(GAP) + half
        ring = QRectF(self._target).adjusted(-around, -around, around, around)
        ring &= QRectF(self.parentWidget().rect()).adjusted(half, half, -half, -half)
        return ring.translated(QPoint(0, 0) - self.pos())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._target is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring, radius, wide = self._ring(), float(self._theme.px(RADIUS)), float(self._theme.px(RING))
        colour = QColor(self._theme.palette.accent)
        light = QColor(colour)
        light.setAlphaF(_FAINT + (_STRONG - _FAINT) * self._shine)
        reach = self._theme.px(GLOW) + self._theme.px(PULSE) * self._shine
        out = (wide + reach) / 2
        painter.setPen(QPen(light, reach))
        painter.drawRoundedRect(ring.adjusted(-out, -out, out, out), radius + out, radius + out)
        painter.setPen(QPen(colour, wide))
        painter.drawRoundedRect(ring, radius, radius)

    def _on_pulse(self, shine: float) -> None:
        self._shine = shine
        self.update()

    def _on_theme_changed(self) -> None:
        self._lie_around()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A new size of the window moves most targets; once its layout is done, look."""
        if event.type() is QEvent.Type.Resize and self._where is not None:
            QTimer.singleShot(0, self, self._look)
        return False
