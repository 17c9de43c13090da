"""What can be pressed while the window shows the graph alone: a small bar that comes when it is wanted, and goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import tr
from gui.theme import Theme
from gui.widgets.buttons import IconButton, LinkButton

STAY_MS = 1_500  # after the pointer has left
RADIUS, ABOVE = 8, 6  # pixels at scale 1, as all below
MARGINS = (10, 5, 14, 5)
SPACING = 6
ICON = 20


class PresentationBar(QWidget):
    """Lies above everything at the top of its parent. Its buttons are other ways to the window's actions."""

    leave_requested = Signal()

    def __init__(self, actions: dict[str, QAction], theme: Theme, parent: QWidget) -> None:
        """`actions`: reset, stepBack, play, step."""
        super().__init__(parent)
        self.setObjectName("presentationBar")
        self.setAccessibleName(tr("Presentation"))
        self._actions, self._theme = actions, theme
        self._buttons: dict[str, IconButton] = {}
        self._row = QHBoxLayout(self)
        for name, icon, tip in (
            ("reset", "reset", tr("Reset (Ctrl+R)")),
            ("stepBack", "step-back", tr("Step back (,)")),
            ("play", "play", tr("Play (Space)")),
            ("step", "step", tr("Step (.)")),
        ):
            self._add(name, IconButton(icon, theme, tip, size=ICON))
        leave = LinkButton(tr("leave presentation (Escape)"), theme)
        leave.setObjectName("presentationLeave")
        leave.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        leave.clicked.connect(self.leave_requested)
        self._row.addWidget(leave)
        self._stay = QTimer(self)
        self._stay.setSingleShot(True)
        self._stay.timeout.connect(self._on_time_up)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_playing(self, playing: bool) -> None:
        """Whether pressing play would pause."""
        play = self._buttons["play"]
        play.set_icon("pause" if playing else "play")
        play.setToolTip(tr("Pause (Space)") if playing else tr("Play (Space)"))
        play.setAccessibleName(tr("Pause") if playing else tr("Play"))

    @Slot()
    def appear(self, stay_ms: int = STAY_MS) -> None:
        """For a while, and as long as the pointer or the keyboard is in it."""
        self.place()
        self.show()
        self.raise_()
        self._stay.start(stay_ms)

    def take_keyboard(self) -> None:
        self.appear()
        self._buttons["play"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def has_keyboard(self) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    @Slot()
    def vanish(self) -> None:
        self._stay.stop()
        self.hide()

    def place(self) -> None:
        """In the middle of the upper edge."""
        self.adjustSize()
        self.move((self.parentWidget().width() - self.width()) // 2, self._theme.px(ABOVE))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._stay.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._stay.start(STAY_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.line, px(1)))
        painter.setBrush(colours.card)
        half = px(1) / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), px(RADIUS), px(RADIUS))

    def _add(self, name: str, button: IconButton) -> None:
        action = self._actions[name]
        button.setObjectName(f"presentation{name[0].upper()}{name[1:]}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard in the graph
        button.setEnabled(action.isEnabled())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        self._buttons[name] = button
        self._row.addWidget(button)

    @Slot()
    def _on_time_up(self) -> None:
        if self.underMouse() or self.has_keyboard:
            self._stay.start(STAY_MS)
        else:
            self.hide()

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(*map(px, MARGINS))
        self._row.setSpacing(px(SPACING))
        self.place()


class PresentationEdge(QWidget):
    """The upper edge of its parent: nothing to be seen, but it tells when the pointer comes there."""

    reached = Signal()

    HEIGHT = 4  # pixels, at every scale

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("presentationEdge")
        self.hide()

    def place(self) -> None:
        self.setGeometry(0, 0, self.parentWidget().width(), self.HEIGHT)
        self.raise_()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.reached.emit()
