"""Editing points on a plot with pointer and keyboard: it stands between the plot and its events while this is on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen

from gui.panels.boundary_plot import PointsPlot
from gui.panels.plotting import Layer, with_alpha
from gui.session.painting import Ground, Painting, Place, Tool

TOOL_KEYS = {Qt.Key.Key_B: Tool.BRUSH, Qt.Key.Key_P: Tool.POINT, Qt.Key.Key_X: Tool.ERASE, Qt.Key.Key_M: Tool.MOVE}
STEP, FINE_STEP = 8.0, 1.0  # pixels that the cross-hair goes by an arrow key; the fine one with Shift
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_PAINT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_SIZE_KEYS = {Qt.Key.Key_BracketLeft: 1 / 1.25, Qt.Key.Key_BracketRight: 1.25}
_CROSS = 9.0  # pixels at scale 1: half the length of its lines
_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class PlotEditor(QObject):
    """Turns presses and keys on one plot into strokes of the Painting."""

    def __init__(self, plot: PointsPlot, painting: Painting) -> None:
        super().__init__(plot)
        self._plot, self._painting = plot, painting
        self._layer = _BrushLayer(plot, painting)
        self._pressed = False
        plot.installEventFilter(self)
        plot.viewport().installEventFilter(self)
        painting.editing_changed.connect(self._on_editing_changed)
        painting.changed.connect(self._layer.update)
        self._on_editing_changed(painting.editing)

    @property
    def cross(self) -> QPointF | None:
        """Where the cross-hair of the keyboard is, in the view box; None while the mouse is used."""
        return self._layer.cross

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._painting.editing:
            return False
        if isinstance(event, QMouseEvent) and watched is self._plot.viewport():
            return self._mouse(event)
        if watched is self._plot and isinstance(event, QKeyEvent):
            return self._key_event(event)
        if event.type() is QEvent.Type.Leave:
            self._layer.point_at(None)
        if event.type() is QEvent.Type.FocusOut:
            self._drop()
        return False

    # -- mouse ------------------------------------------------------------------------------------------------------

    def _mouse(self, event: QMouseEvent) -> bool:
        place = self._plot.box.mapFromScene(self._plot.mapToScene(event.position().toPoint()))
        kind = event.type()
        if kind is QEvent.Type.MouseMove:
            self._layer.point_at(place)
            if self._pressed:
                self._painting.go_on(self._in_units(place))
            return True  # no bubble comes in the way
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._plot.setFocus(Qt.FocusReason.MouseFocusReason)
            self._layer.point_at(place)
            self._begin(place)
            self._pressed = True
            return True
        if kind is QEvent.Type.MouseButtonRelease and self._pressed:
            self._drop()
            return True
        return False

    def _begin(self, place: QPointF) -> None:
        ground = self._ground()
        if ground is not None:
            self._painting.begin(self._in_units(place), ground)

    def _drop(self) -> None:
        self._pressed = False
        self._layer.held = False
        self._painting.end()

    def _ground(self) -> Ground | None:
        plot, extent = self._plot, self._plot.extent
        if extent is None:
            return None
        origin, unit, scale = plot.from_pixels(QPointF(0, 0)), plot.from_pixels(QPointF(1, 1)), plot.theme.scale
        size = abs(unit.x() - origin.x()) * scale, abs(unit.y() - origin.y()) * scale
        return Ground(size, extent, plot.heights, plot.test_shown)

    def _in_units(self, place: QPointF) -> Place:
        point = self._plot.from_pixels(place)
        return point.x(), point.y()

    # -- keyboard -----------------------------------------------------------------------------------------------------

    def _key_event(self, event: QKeyEvent) -> bool:
        """One-key shortcuts of the window would take the keys away, so they are asked for first."""
        if event.type() is QEvent.Type.ShortcutOverride:
            if self._is_mine(event):
                event.accept()
            return False
        if event.type() is not QEvent.Type.KeyPress or not self._is_mine(event):
            return False
        self._on_key(event)
        return True

    def _is_mine(self, event: QKeyEvent) -> bool:
        if event.modifiers() & _MODIFIERS:
            return False
        key = event.key()
        fixed = (*TOOL_KEYS, *_ARROWS, *_PAINT_KEYS, *_SIZE_KEYS, Qt.Key.Key_Escape)
        return key in fixed or 0 <= key - Qt.Key.Key_1 < len(self._painting.labels)

    def _on_key(self, event: QKeyEvent) -> None:
        key, painting = event.key(), self._painting
        if key in TOOL_KEYS:
            self._layer.held = False
            painting.set_tool(TOOL_KEYS[Qt.Key(key)])
        elif key in _ARROWS:
            self._step(*_ARROWS[Qt.Key(key)], fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in _SIZE_KEYS:
            painting.set_size(painting.size * _SIZE_KEYS[Qt.Key(key)])
        elif key == Qt.Key.Key_Escape:
            painting.set_editing(False)
        elif key in _PAINT_KEYS:
            self._paint_at_cross()
        else:
            painting.set_label(key - Qt.Key.Key_1)

    def _step(self, across: float, down: float, *, fine: bool) -> None:
        area, length = QRectF(self._plot.box.rect()), (FINE_STEP if fine else STEP) * self._plot.theme.scale
        place = (self._layer.cross or self._layer.pointer or area.center()) + QPointF(across, down) * length
        place = QPointF(min(max(place.x(), area.left()), area.right()), min(max(place.y(), area.top()), area.bottom()))
        self._layer.set_cross(place)
        if self._layer.held:
            self._painting.go_on(self._in_units(place))

    def _paint_at_cross(self) -> None:
        """At the cross-hair: one dab, one point; the first press takes hold of a point to move, the next drops it."""
        place = self._layer.cross or QRectF(self._plot.box.rect()).center()
        self._layer.set_cross(place)
        if self._layer.held:
            self._drop()
            return
        self._begin(place)
        if self._painting.tool is Tool.MOVE and self._painting.stroke is not None:
            self._layer.held = True
        else:
            self._painting.end()

    def _on_editing_changed(self, editing: bool) -> None:
        self._pressed = False
        self._plot.holds_frame = editing
        self._plot.left.emit()  # the bubble that is there goes
        if not editing:
            self._layer.clear()
            self._plot.viewport().unsetCursor()
            self._plot.frame_points()
        else:
            self._plot.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self._layer.update()


class _BrushLayer(Layer):
    """The circle of the brush at the pointer; the cross-hair of the keyboard."""

    def __init__(self, plot: PointsPlot, painting: Painting) -> None:
        super().__init__(plot, height=6)
        self._painting = painting
        self.pointer: QPointF | None = None
        self.cross: QPointF | None = None
        self.held = False  # the keyboard moves a point

    def point_at(self, place: QPointF | None) -> None:
        """The mouse is here, or gone; the cross-hair makes way for it."""
        self.pointer = place
        if place is not None:
            self.cross = None
        self.update()

    def set_cross(self, place: QPointF) -> None:
        self.cross = place
        self.update()

    def clear(self) -> None:
        self.pointer = self.cross = None
        self.held = False
        self.update()

    def draw(self, painter: QPainter) -> None:
        place = self.cross or self.pointer
        if place is None or not self._painting.editing:
            return
        theme = self.plot.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = self._painting.size * theme.scale
        for colour, width in ((with_alpha(theme.palette.card, 0.8), 3.0), (theme.palette.ink, 1.2)):
            painter.setPen(QPen(colour, width * theme.scale))
            if self._painting.tool in (Tool.BRUSH, Tool.ERASE):
                painter.drawEllipse(place, radius, radius)
            if self.cross is not None:
                reach = _CROSS * theme.scale
                painter.drawLine(QLineF(place.x() - reach, place.y(), place.x() + reach, place.y()))
                painter.drawLine(QLineF(place.x(), place.y() - reach, place.x(), place.y() + reach))
