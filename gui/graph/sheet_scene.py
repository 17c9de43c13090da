"""A sheet's graph on screen: takes frames, and keeps step, flow, wrong and hidden numbers on the picture."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, Signal
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from core.expression.sheet import Field
from core.expression.wording import plain_number
from core.graph import GraphSnapshot
from core.words import mark, tr
from gui.frames import GraphNumbers
from gui.graph.camera import Camera
from gui.graph.layout import Layout
from gui.graph.layout_client import LayoutClient
from gui.graph.record_item import RecordPicture
from gui.graph.record_style import WORDS_FROM
from gui.graph.record_view import RecordView
from gui.graph.sheet_camera import FIT_MARGIN, OPENED_WHOLE, end_camera, is_edited, kept_camera
from gui.graph.sheet_labels import View
from gui.graph.sheet_layouts import SheetLayouts
from gui.graph.sheet_motion import SheetMotion
from gui.graph.sheet_overlay import SheetOverlay
from gui.graph.sheet_picture import FIELDS, SheetPicture
from gui.graph.sheet_steps import flowed_edges, pending, step_marks, wrong_gradients
from gui.graph.sheet_words import tip_text
from gui.numbers import format_exact
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme

_FEW = 12  # edges that stop being violet: their places are drawn anew; for more of them all is
_NOT_YET = mark("not computed yet")
_HIDDEN = "?"
_PART = mark("Only a part of the graph: F shows all of it.")
_ROWS = mark("Upper number: data, lower: gradient.")


class SheetScene(RecordView):
    """Only numbers and what lies over the records are drawn anew at a step; the rest stays in its pixmap."""

    camera_moved = Signal()  # camera, size or picture: what stands over the records must be placed again

    def __init__(self, sheets: Sheets, theme: Theme, layouts: LayoutClient, parent: QWidget | None = None) -> None:
        self._frame: SheetFrame | None = None  # before the base class, which asks for the name of what is selected
        self._hidden: tuple[str, frozenset[int], frozenset[int]] = "", frozenset(), frozenset()
        self._shown_text = ""  # the text whose graph is on screen
        self._in_part = False  # only the end of the graph was opened
        sheet_layouts = SheetLayouts(layouts, theme)
        super().__init__(sheets.selection, theme, sheet_layouts, parent)
        sheet_layouts.setParent(self)
        sheet_layouts.room = self._room
        self._sheets = sheets
        self._remark = ""
        self._overlay = SheetOverlay(theme)
        self._motion = SheetMotion(self)
        self._motion.moved.connect(self._on_motion_moved)

    # -- what is shown ------------------------------------------------------------------------------------------

    @property
    def overlay(self) -> SheetOverlay:
        """The marks over the records."""
        return self._overlay

    def show_frame(self, frame: SheetFrame, *, moving: bool = False) -> None:
        """The state at the playhead; with `moving` what flows in this step is seen on its way."""
        before, self._frame = self._frame, frame
        same = before is not None and frame.sheet is before.sheet and frame.position == before.position
        graph = frame.sheet.graph
        self.show_graph(graph)
        self._dress()
        self.set_numbers(GraphNumbers(graph, frame.state.data, frame.state.grad))
        if before is not None and frame.sheet is before.sheet and not same:
            self._follow_step()
        if moving and self.isVisible() and self._shown_frame() is not None:
            self._motion.start()
        elif not same:
            self._motion.stop()

    def set_remark(self, text: str) -> None:
        """What has to be said below the graph; empty for nothing."""
        if text != self._remark:
            self._remark = text
            self.update()

    def hide_numbers(self, data: Collection[int], grad: Collection[int]) -> None:
        """Write `?` for the data and gradients of these nodes of the sheet's graph, until called again.

        Another graph is shown with all its numbers until this is called for it.
        """
        sheet = self._sheets.sheet
        self._hidden = sheet.graph.key if sheet is not None else "", frozenset(data), frozenset(grad)
        self._dress()
        self._name_selected()

    def is_hidden(self, address: str, field: Field) -> bool:
        """Whether a number is drawn as `?`."""
        return self._index.get(address) in self._hidden_nodes(field)

    def slot_rect(self, address: str, field: Field) -> QRect:
        """Where a number stands, in pixels of the widget; empty if it cannot be seen or read."""
        node, picture = self._index.get(address), self._sheet_picture()
        if node is None or picture is None or self.far:
            return QRect()
        ratio = self.devicePixelRatioF()
        box = picture.slot_box(node, field, self._camera)
        place = QRectF(box.topLeft() / ratio, box.size() / ratio).toAlignedRect()
        return place if place.intersects(self.rect()) else QRect()

    def node_of(self, address: str) -> int | None:
        """The number of a node of the graph on screen."""
        return self._index.get(address)

    # -- following ----------------------------------------------------------------------------------------------

    def _sheet_picture(self) -> SheetPicture | None:
        return self._picture if isinstance(self._picture, SheetPicture) else None

    def _shown_frame(self) -> SheetFrame | None:
        """The newest frame, if it belongs to the graph on screen (which may wait for its layout)."""
        frame, shown = self._frame, self.snapshot
        return frame if frame is not None and shown is not None and frame.sheet.graph.key == shown.key else None

    def _hidden_nodes(self, field: Field) -> frozenset[int]:
        shown = self.snapshot
        if shown is None or self._hidden[0] != shown.key:
            return frozenset()
        return self._hidden[1] if field == FIELDS[0] else self._hidden[2]

    def _dress(self) -> None:
        """Bring the picture's marks to the newest frame."""
        frame, picture = self._shown_frame(), self._sheet_picture()
        if frame is None or picture is None:
            return
        grads = self._hidden_nodes("grad")
        untold = frozenset(range(len(picture.snapshot.nodes))) if frame.secret else grads
        self._overlay.set_marks(step_marks(picture.snapshot, frame.done, picture.edges, untold))
        wrong = wrong_gradients(frame.state.grad, frame.true_grad)
        wrong = np.array([node for node in wrong.tolist() if node not in grads], dtype=np.intp)
        self._overlay.set_wrong(wrong, np.empty(0) if frame.true_grad is None else frame.true_grad[wrong])
        self._cover(picture, frame)
        self._follow_flow_of(picture, flowed_edges(frame.sheet, frame.position, picture.edges))
        self.update()

    def _cover(self, picture: SheetPicture, frame: SheetFrame) -> None:
        """Leave places of numbers empty that are not there yet, and those secret that are hidden."""
        count = len(picture.snapshot.nodes)
        waiting = pending(frame.sheet, frame.state)
        empty = hidden = None
        if waiting is not None:
            empty = np.zeros((2, count), dtype=bool)
            empty[0] = waiting
        if any(self._hidden_nodes(field) for field in FIELDS):
            hidden = np.zeros((2, count), dtype=bool)
            for row, field in enumerate(FIELDS):
                hidden[row, [node for node in self._hidden_nodes(field) if node < count]] = True
        picture.numbers.cover(empty, hidden)

    def _follow_flow_of(self, picture: SheetPicture, flowed: frozenset[int]) -> None:
        """Colour what flows now; only what changes is drawn anew."""
        before, picture.flowed = picture.flowed, flowed
        added, removed = flowed - before, before - flowed
        if self._still is None or not (added or removed):
            return
        if len(removed) > _FEW or len(added) > _FEW:
            self.redraw()
            return
        painter = QPainter(self._still)
        for edge in removed:
            area = QRectF(picture.edge_area(edge, self._still_camera).toAlignedRect())
            painter.setClipRect(area)
            picture.paint_still(painter, self._still_camera, area)
        painter.setClipping(False)
        picture.paint_flowed(painter, self._still_camera, sorted(added))
        painter.end()

    def _make_picture(self, snapshot: GraphSnapshot, layout: Layout) -> RecordPicture:
        return SheetPicture(snapshot, layout, self._theme)

    def set_picture(self, picture: RecordPicture | None, *, keep_camera: bool = False) -> None:
        """Show another graph or layout; who has zoomed stays where they are, as far as the graph is still there."""
        self._motion.stop()
        self._overlay.hover(None)
        self._overlay.pin(None)
        text = self._frame.sheet.text if self._frame is not None else ""
        keep_camera = keep_camera and (self._fit_kept or is_edited(self._shown_text, text))
        camera, old = None, self._picture
        if not (keep_camera or self._fit_kept or picture is None or old is None) and is_edited(self._shown_text, text):
            camera = kept_camera(old, picture, self._camera, *self._pixels_of_view())
        self._shown_text = text
        super().set_picture(picture, keep_camera=keep_camera or camera is not None)
        frame = self._shown_frame()
        if picture is not None and frame is not None:
            picture.set_values(frame.state.data, frame.state.grad)
        self._dress()
        if camera is not None:
            self._look(camera)
        elif frame is not None and frame.position < len(frame.sheet.steps):
            self._follow_step()
        self.camera_moved.emit()

    def _room(self) -> tuple[float, float]:
        """What a graph has to fit into, in pixels at scale 1."""
        margin = 2 * FIT_MARGIN
        return self.width() / self._theme.scale - margin, self.height() / self._theme.scale - margin

    def _fit_again(self) -> None:
        """All of the graph; at its first sight, if it could not be read, the end of it (or what is selected)."""
        super()._fit_again()
        self._in_part = False
        picture = self._picture
        if picture is None or not self._opening or self.zoom >= OPENED_WHOLE:
            return
        node = picture.selected if picture.selected is not None else len(picture.snapshot.nodes) - 1
        self._in_part = True
        self._look(end_camera(picture.layout, node, *self._pixels_of_view(), self._unit(), self._foot()))

    def _follow_step(self) -> None:
        """Where only a part of the graph was opened, the part in which the step happens."""
        picture, node = self._sheet_picture(), self._overlay.marks.active
        if picture is None or node < 0 or not (self._in_part and self._fit_kept):
            return
        size = self._pixels_of_view()
        if not QRectF(0, 0, *size).contains(picture.device_box(node, self._camera)):
            self._look(end_camera(picture.layout, node, *size, self._unit(), self._foot()))

    def _look(self, camera: Camera) -> None:
        super()._look(camera)
        self.camera_moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.camera_moved.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._motion.stop()
        super().hideEvent(event)

    # -- drawing and words --------------------------------------------------------------------------------------

    def _seen_as(self) -> View:
        return View(self._camera, self._unit(), *self._pixels_of_view())

    def _paint_over(self, painter: QPainter) -> None:
        picture = self._sheet_picture()
        if picture is not None:
            self._overlay.paint(painter, picture, self._seen_as(), self._motion.share)

    def _on_motion_moved(self) -> None:
        picture, ratio = self._sheet_picture(), self.devicePixelRatioF()
        if picture is not None:
            area = self._overlay.lit_area(picture, self._seen_as())
            self.update(QRectF(area.topLeft() / ratio, area.size() / ratio).toAlignedRect())

    def _on_scale_changed(self) -> None:
        self._overlay.restyle()
        super()._on_scale_changed()
        self.camera_moved.emit()

    def _notes(self) -> str:
        picture, part, rows = self._picture, "", ""
        if self._in_part and self._fit_kept:
            part = tr(_PART)
        if picture is not None and not self.far and (picture.layout.records[:1, 2] < WORDS_FROM).any():
            rows = tr(_ROWS)
        return "\n".join(filter(None, (super()._notes(), " ".join(filter(None, (rows, part))), self._remark)))

    def told_numbers(self, node: int, write: Callable[[float], str] = format_exact) -> tuple[str, str]:
        """Data and gradient of a node of the graph on screen in words; `?` for what is hidden."""
        frame = self._shown_frame()
        if frame is None:
            return "", ""
        told = []
        for field, values in zip(FIELDS, (frame.state.data, frame.state.grad), strict=True):
            told.append(
                _HIDDEN if node in self._hidden_nodes(field) else write(float(values[node]) + 0.0)
            )  # never -0.0
        waiting = pending(frame.sheet, frame.state)
        if waiting is not None and waiting[node] and told[0] != _HIDDEN:
            told[0] = tr(_NOT_YET)
        return told[0], told[1]

    def _hint(self, node: int) -> str:
        """What can be done with a node, for its tooltip."""
        return ""

    def _show_tooltip(self, place: QPoint, node: int | None) -> None:
        frame = self._shown_frame()
        if node is None or frame is None:
            QToolTip.hideText()
            return
        text = tip_text(frame.sheet, node, *self.told_numbers(node), self._hint(node))
        QToolTip.showText(place, text, self, self.box_of(node))

    def _name_selected(self) -> None:
        frame, picture = self._shown_frame(), self._sheet_picture()
        if frame is None or picture is None or picture.selected is None:
            super()._name_selected()
            return
        data, grad = (word.replace(_HIDDEN, tr("hidden")) for word in self.told_numbers(picture.selected, plain_number))
        address = picture.snapshot.nodes[picture.selected].address
        self.setAccessibleName(
            tr("node {address}, data {data}, gradient {gradient}", address=address, data=data, gradient=grad)
        )
