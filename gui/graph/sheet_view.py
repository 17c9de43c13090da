"""A sheet's graph under mouse and keyboard: leaves are dragged and typed, edges tell what flows through them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget

from core.expression.sheet import Leaf
from core.words import mark, tr
from gui.graph.layout import RESULT
from gui.graph.layout_client import LayoutClient
from gui.graph.record_item import RecordPicture
from gui.graph.sheet_labels import Note
from gui.graph.sheet_leaf_field import LeafField
from gui.graph.sheet_picture import SheetPicture
from gui.graph.sheet_pills import Pill, PillPainter
from gui.graph.sheet_scene import SheetScene
from gui.graph.sheet_scrub import Scrub
from gui.graph.sheet_words import edge_text
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme

_NEAR = 5.0  # pixels at scale 1 around an edge that belong to it
_STEPS = {Qt.Key.Key_Up: 5, Qt.Key.Key_Down: -5}  # of a leaf's number, in pixels of a drag
_EDIT = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
_HINT = mark("Drag the number (Shift: fine), click to type it; Ctrl+↑ ↓ when selected")
_HELP = mark(
    "Arrow keys walk along the graph, Escape clears the selection. With a leaf selected, Enter types its number and "
    "Control with up or down changes it, with Shift in small steps."
)


class SheetView(SheetScene):
    """Click selects, drag pans, wheel zooms; a leaf's number can be dragged and typed over."""

    slot_clicked = Signal(str, str)  # address, "data" or "grad": a number was clicked

    def __init__(self, sheets: Sheets, theme: Theme, layouts: LayoutClient, parent: QWidget | None = None) -> None:
        super().__init__(sheets, theme, layouts, parent)
        self.setObjectName("sheetView")
        self.setAccessibleDescription(tr(_HELP))
        self._scrub: tuple[str, Scrub] | None = None  # the leaf whose number is held
        self._held = QPointF()
        self._moved = False
        self._stepped: tuple[str, Scrub] | None = None  # the leaf that keys changed last
        self._slot: str | None = None  # the leaf whose number is under the pointer
        self._pointer: QPointF | None = None  # over the ground, where edges are
        self._field = LeafField(theme, self)
        self._field.value_changed.connect(self._on_value_typed)
        self._field.problem_changed.connect(self._on_problem_changed)
        self._field.closed.connect(self.update)
        self.camera_moved.connect(self._on_camera_moved)

    # -- leaves -------------------------------------------------------------------------------------------------

    def leaf_of(self, address: str) -> Leaf | None:
        """The leaf of an address if its number may be changed here."""
        sheet, node = self._sheets.sheet, self.node_of(address)
        if sheet is None or node is None or self._shown_frame() is None or self.is_hidden(address, "data"):
            return None
        found = (leaf for leaf in sheet.leaves if leaf.node == node and leaf.literal is not None)
        return next(found, None)

    def edit_leaf(self, address: str) -> None:
        """Type the number of a leaf over its place in the record."""
        leaf, slot = self.leaf_of(address), self.slot_rect(address, "data")
        if leaf is not None and slot.isValid():
            self._field.open(address, leaf.value, slot)

    def set_picture(self, picture: RecordPicture | None, *, keep_camera: bool = False) -> None:
        self._field.hide()
        super().set_picture(picture, keep_camera=keep_camera)

    def _on_value_typed(self, value: float) -> None:
        self._sheets.set_leaf(self._field.address, value)

    def _on_problem_changed(self, problem: str) -> None:
        self._field.setAccessibleDescription(problem)
        self.update()

    def _on_camera_moved(self) -> None:
        if not self._field.isHidden():
            slot = self.slot_rect(self._field.address, "data")
            if slot.isValid():
                self._field.place(slot)
            else:
                self._field.hide()

    def _slot_at(self, position: QPointF) -> tuple[str, str] | None:
        """The number under a point of the widget: address and field."""
        picture, ratio = self._sheet_picture(), self.devicePixelRatioF()
        if picture is None or self.far:
            return None
        found = picture.slot_at(self._camera.to_scene(position.x() * ratio, position.y() * ratio), self._camera)
        return (picture.snapshot.nodes[found[0]].address, found[1]) if found else None

    def _draggable_at(self, position: QPointF) -> Leaf | None:
        slot = self._slot_at(position)
        return self.leaf_of(slot[0]) if slot is not None and slot[1] == "data" else None

    # -- mouse --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        leaf = self._draggable_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        picture = self._picture
        if leaf is None or picture is None:
            super().mousePressEvent(event)
            return
        self._light(None)
        self._scrub = picture.snapshot.nodes[leaf.node].address, Scrub(leaf.value)
        self._held, self._moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._scrub is not None:
            self._drag(event)
            return
        super().mouseMoveEvent(event)
        if self._pressed is None:
            self._look_under(event.position())

    def _drag(self, event: QMouseEvent) -> None:
        assert self._scrub is not None
        way = event.position().x() - self._held.x()
        if not self._moved and abs(way) < QApplication.startDragDistance():
            return
        self._moved, self._held = True, event.position()
        address, scrub = self._scrub
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._sheets.set_leaf(address, scrub.move(way, fine=fine))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._scrub is None:
            clicked = self._pressed is not None and not self._dragged and event.button() is Qt.MouseButton.LeftButton
            note = self._hovered_at(event.position()) if clicked and self.node_at(event.position()) is None else None
            if note is None:
                super().mouseReleaseEvent(event)
            else:
                self._pressed = None
            if clicked:
                self._pin(note)
            slot = self._slot_at(event.position()) if clicked else None
            if slot is not None:
                self.slot_clicked.emit(*slot)
        elif event.button() is Qt.MouseButton.LeftButton:
            (address, _), self._scrub = self._scrub, None
            self._pin(None)
            if not self._moved:
                self._selection.select(address)
                self.edit_leaf(address)
                self.slot_clicked.emit(address, "data")
        self._look_under(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._light(None)
        self._mark_slot(None)
        super().leaveEvent(event)

    def _look_under(self, position: QPointF) -> None:
        """Tell what is under the pointer: a number that can be dragged, or an edge."""
        leaf, picture = self._draggable_at(position), self._picture
        self._mark_slot(picture.snapshot.nodes[leaf.node].address if leaf is not None and picture is not None else None)
        if leaf is not None:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._light(position if self.node_at(position) is None else None)
        if self._overlay.hovered is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)  # a click keeps what is said of the edge

    def _mark_slot(self, address: str | None) -> None:
        if address != self._slot:
            self._slot = address
            self.update()

    # -- edges --------------------------------------------------------------------------------------------------

    def _light(self, position: QPointF | None) -> None:
        """Light up the edge at a point and write beside it what flows through it."""
        self._pointer = position
        if self._overlay.hover(self._hovered_at(position) if position is not None else None):
            self.update()

    def _hovered_at(self, position: QPointF) -> Note | None:
        frame, picture, ratio = self._shown_frame(), self._sheet_picture(), self.devicePixelRatioF()
        if frame is None or picture is None:
            return None
        point = self._camera.to_scene(position.x() * ratio, position.y() * ratio)
        edge = picture.edge_at(point, _NEAR * self._unit() / self._camera.pixels)
        return self._note_of(frame, picture, edge) if edge is not None else None

    def _note_of(self, frame: SheetFrame, picture: SheetPicture, edge: int) -> Note | None:
        """What is said of an edge."""
        found = picture.layout.edges[edge]
        place = found.position
        if place == RESULT:  # it belongs to all operands: what flows to a single one can be told
            if len(picture.snapshot.nodes[found.head].operands) != 1:
                return None
            place = 0
        whole = (picture.edges[found.head, place], picture.edges.get((found.head, RESULT)))
        operand = picture.snapshot.nodes[found.head].operands[place]
        hidden = bool({operand, found.head} & self._hidden_nodes("grad"))
        text = edge_text(frame.sheet, frame.state, found.head, place, hidden=hidden)
        return Note(tuple(part for part in whole if part is not None), text)

    def _pin(self, note: Note | None) -> None:
        """Keep what is said of an edge until something else is clicked; its operand is selected."""
        picture, before = self._sheet_picture(), self._overlay.pinned
        if note is None or picture is None or (before is not None and before.edges == note.edges):
            note = None
        else:
            self._select(picture.layout.edges[note.edges[0]].tail)
        if self._overlay.pin(note):
            self.update()

    def _refresh_notes(self) -> None:
        """The same edges with the numbers of now."""
        frame, picture, pinned = self._shown_frame(), self._sheet_picture(), self._overlay.pinned
        if self._overlay.hovered is not None:
            self._light(self._pointer)
        if pinned is not None:
            there = frame is not None and picture is not None
            self._overlay.pin(self._note_of(frame, picture, pinned.edges[0]) if there else None)

    def show_frame(self, frame: SheetFrame, *, moving: bool = False) -> None:
        super().show_frame(frame, moving=moving)
        self._refresh_notes()

    # -- keyboard -----------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys that change a leaf are the graph's own while a leaf is selected, whatever shortcuts the window has."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and self._is_step(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._scrub is not None and event.key() == Qt.Key.Key_Escape:
            (address, scrub), self._scrub = self._scrub, None
            self._sheets.set_leaf(address, scrub.start)
        elif self._is_step(event):
            self._step(_STEPS[Qt.Key(event.key())], fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in _EDIT and self.leaf_of(self._selection.address) is not None and not self.far:
            self._reveal_and_edit(self._selection.address)
        else:
            super().keyPressEvent(event)

    def _is_step(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return control and event.key() in _STEPS and self.leaf_of(self._selection.address) is not None

    def _step(self, pixels: int, *, fine: bool) -> None:
        """As a drag of so many pixels; while the last number is still on its way, from there."""
        address = self._selection.address
        leaf = self.leaf_of(address)
        if leaf is None:
            return
        if self._stepped is None or self._stepped[0] != address or not self._sheets.busy:
            self._stepped = address, Scrub(leaf.value)
        self._sheets.set_leaf(address, self._stepped[1].move(pixels, fine=fine))

    def _reveal_and_edit(self, address: str) -> None:
        node = self.node_of(address)
        if node is not None:
            self.reveal(node)
            self.edit_leaf(address)

    def _activate(self, node: int) -> None:
        """A double click types the number of a leaf that can be read."""
        picture = self._picture
        if picture is not None and not self.far and self.leaf_of(picture.snapshot.nodes[node].address) is not None:
            self._reveal_and_edit(picture.snapshot.nodes[node].address)
        else:
            super()._activate(node)

    def _hint(self, node: int) -> str:
        picture = self._picture
        leaf = self.leaf_of(picture.snapshot.nodes[node].address) if picture is not None else None
        return tr(_HINT) if leaf is not None else ""

    # -- drawing ------------------------------------------------------------------------------------------------

    def _paint_over(self, painter: QPainter) -> None:
        super()._paint_over(painter)
        picture = self._sheet_picture()
        held = self._scrub[0] if self._scrub is not None else self._slot
        if picture is not None and held is not None:
            self._paint_line(painter, picture, held)
        if not self._field.isHidden() and self._field.problem():
            self._paint_problem(painter)

    def _paint_line(self, painter: QPainter, picture: SheetPicture, address: str) -> None:
        """A soft line under a number that can be dragged."""
        node = self.node_of(address)
        if node is None or self.far:
            return
        box = picture.slot_box(node, "data", self._camera)
        painter.setPen(QPen(self._theme.palette.accent, self._unit(), Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(box.left() + box.width() * 0.2, box.bottom() - 1, box.right(), box.bottom() - 1))

    def _paint_problem(self, painter: QPainter) -> None:
        """Why the typed number cannot be taken, below the field."""
        ratio, pills = self.devicePixelRatioF(), PillPainter(self._theme, self._unit())
        size = pills.size_of(self._field.problem())
        corner = QPointF(self._field.geometry().bottomLeft()) * ratio + QPointF(0, 4 * self._unit())
        left = max(4.0, min(corner.x(), self.width() * ratio - size.width() - 4))
        box = QRectF(QPointF(left, corner.y()), QSizeF(size))
        pills.paint(painter, Pill(self._field.problem(), box, False), self._theme.palette.negative)
