"""The graph of scalars on screen: asks for layouts, takes numbers, follows the selection, says what must be said."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.dot import GraphStyle, shown_nodes
from core.graph import GraphSnapshot
from core.playhead import Here
from core.words import mark, tr
from gui.frames import GraphNumbers
from gui.graph.layout import Layout, structure_of
from gui.graph.layout_client import LayoutClient
from gui.graph.layout_notice import LayoutNotice
from gui.graph.playhead_marks import HereMarks, marks_of, paint_marks
from gui.graph.record_canvas import RecordCanvas
from gui.graph.record_item import RecordPicture
from gui.graph.record_style import measured_sizes
from gui.graph.record_text import spoken_name
from gui.graph.walk import matches
from gui.session.selection import Selection
from gui.theme import Theme

_SLOW_MS = 300  # a layout that takes longer is announced
_NAME_MS = 500  # the accessible name follows the numbers this slowly, or a screen reader would never come to an end
FAR_AWAY = mark("Upper half: data, lower half: gradient. Double-click a node to read it.")
_NOTE_SIZE, _NOTE_MARGIN = 11, 4  # of the words below the graph; pixels at scale 1


class RecordScene(RecordCanvas):
    """Records of one graph. Asks for a layout once per structure; keeps the old picture until the new one is there."""

    layout_shown = Signal(int)  # number of boxes and circles, when a new layout is on screen

    def __init__(
        self, selection: Selection, theme: Theme, layouts: LayoutClient, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._selection, self._layouts = selection, layouts
        self._style = GraphStyle.AUTO
        self._wanted: GraphSnapshot | None = None  # the newest asked for; shown when its layout is there
        self._here: Here | None = None  # what happens inside of a step
        self._covers = False  # some of its numbers are not computed yet
        self._marks = HereMarks()
        self._early: GraphNumbers | None = None  # numbers of the wanted snapshot that came before its layout
        self._job: int | None = None
        self._index: dict[str, int] = {}  # address → node of the shown snapshot
        self._found: list[str] = []  # addresses that are marked
        self._grounded = False  # the records of the selected sample are
        self._notice = LayoutNotice(theme, self)
        self._notice.cancel_requested.connect(self._on_cancel_requested)
        self._notice.retry_requested.connect(self._on_retry_requested)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(self._on_slow_layout)
        self._naming = QTimer(self, singleShot=True, interval=_NAME_MS)
        self._naming.timeout.connect(self._name_selected)
        selection.address_changed.connect(self._on_address_changed)
        selection.sample_changed.connect(self._on_sample_changed)
        layouts.layout_finished.connect(self._on_layout_finished)
        layouts.layout_failed.connect(self._on_layout_failed)
        self._name_selected()

    # -- what is shown ------------------------------------------------------------------------------------------

    @property
    def style_choice(self) -> GraphStyle:
        """The style that was chosen; AUTO decides by size."""
        return self._style

    def set_style(self, style: GraphStyle | str) -> None:
        """`lecture`, `compact` or `auto`; lays the graph out anew if that changes the picture."""
        self._style = GraphStyle(style)
        if self._wanted is not None:
            self._lay_out(self._wanted)

    @property
    def snapshot(self) -> GraphSnapshot | None:
        """The graph on screen."""
        return self._picture.snapshot if self._picture is not None else None

    def show_graph(self, snapshot: GraphSnapshot) -> None:
        """Show this structure; nothing happens if it is the wanted one already."""
        if self._wanted is None or snapshot.key != self._wanted.key:
            self._lay_out(snapshot)

    def set_numbers(self, numbers: GraphNumbers) -> None:
        """New numbers for the graph on screen, or for the one that is being laid out; others are dropped."""
        key = numbers.snapshot.key
        if self._picture is not None and key == self._picture.snapshot.key:
            if self._put(self._picture, numbers):
                self.redraw()
            self.update()
            if self._picture.selected is not None and not self._naming.isActive():
                self._naming.start()
        elif self._wanted is not None and key == self._wanted.key:
            self._early = numbers

    def show_here(self, here: Here | None) -> None:
        """Light up what happens at a position inside of a step; numbers that are nan are then not computed yet.

        Holds for the numbers that follow.
        """
        left = here is None and self._here is not None
        self._here = here
        self._mark_here()
        self._follow_here()
        if left and self._fit_kept:  # the view went along with what was at work
            self._fit_again()

    def _follow_here(self) -> None:
        """What is at work is in view."""
        if self._marks.active >= 0:
            self.reveal(self._marks.active, keep_fit=True)

    @property
    def marks(self) -> HereMarks:
        """What is lit up."""
        return self._marks

    def _mark_here(self) -> None:
        picture = self._picture
        marks = HereMarks()
        if picture is not None:
            marks = marks_of(self._here, picture.snapshot, picture.layout, self._index)
            if picture.glows is not (self._here is None):  # inside a step only what is handed on right now flows
                picture.glows = self._here is None
                self.redraw()
        if marks != self._marks:
            self._marks = marks
            self.update()

    def _put(self, picture: RecordPicture, numbers: GraphNumbers) -> bool:
        """New numbers for a picture; returns whether what stays has changed."""
        waiting = np.isnan(numbers.data) if self._here is not None else np.zeros(0, dtype=bool)
        if waiting.any():
            picture.numbers.cover(np.array([waiting, waiting]), None)
            self._covers = True
        elif self._covers:
            picture.numbers.cover(None, None)
            self._covers = False
        return picture.set_values(numbers.data, numbers.grad)

    def find(self, text: str) -> list[str]:
        """Addresses in the shown graph that contain `text`, best first."""
        return matches(self._picture.snapshot, text) if self._picture is not None else []

    def mark(self, addresses: list[str]) -> None:
        """Outline the nodes that were found; others no more."""
        if addresses != self._found:
            self._found = addresses
            self._mark_found()
            self.redraw()

    def show_node(self, address: str) -> None:
        """Bring a node into view so that it can be read; an address that is not in the graph does nothing."""
        node = self._index.get(address)
        if node is not None and self.far:
            self.come_close(node)
        elif node is not None:
            self.reveal(node, centred=True)

    # -- layout -------------------------------------------------------------------------------------------------

    def _lay_out(self, snapshot: GraphSnapshot) -> None:
        self._drop_job()
        self._notice.hide()
        if self._early is not None and self._early.snapshot.key != snapshot.key:
            self._early = None
        self._wanted = snapshot
        made = self._layouts.cached(snapshot, self._style)
        if made is not None:
            self._adopt(made)
            return
        self._job = self._layouts.request(snapshot, self._style, measured_sizes(self._theme, snapshot, self._style))
        self._slow.start()

    def _drop_job(self) -> None:
        self._slow.stop()
        if self._job is not None:
            job, self._job = self._job, None
            self._layouts.cancel(job)

    def _adopt(self, layout: Layout) -> None:
        """Show the wanted snapshot in its layout; the same structure under other names keeps the camera."""
        assert self._wanted is not None
        old, snapshot = self._picture, self._wanted
        if old is not None and old.layout is layout and old.snapshot.key == snapshot.key:
            return
        picture = self._make_picture(snapshot, layout)
        if old is not None and old.snapshot.key == snapshot.key:
            picture.numbers = old.numbers
        same = old is not None and structure_of(old.snapshot, layout.style) == structure_of(snapshot, layout.style)
        same = same and old is not None and old.layout.style is layout.style
        self._index = {node.address: i for i, node in enumerate(snapshot.nodes)}
        picture.select(self._index.get(self._selection.address))
        if self._early is not None and self._early.snapshot.key == snapshot.key:
            self._put(picture, self._early)
        self._early = None
        self.set_picture(picture, keep_camera=same)
        self._mark_found()
        self._mark_here()
        self._follow_here()
        self._ground_sample()
        self._name_selected()
        self.repaint()
        self.layout_shown.emit(layout.boxes)

    def _make_picture(self, snapshot: GraphSnapshot, layout: Layout) -> RecordPicture:
        return RecordPicture(snapshot, layout, self._theme)

    def _on_layout_finished(self, job: int, layout: Layout) -> None:
        if job == self._job:
            self._job = None
            self._slow.stop()
            self._notice.hide()
            self._adopt(layout)

    def _on_layout_failed(self, job: int, reason: str) -> None:
        if job == self._job:
            self._job = None
            self._slow.stop()
            self._notice.show_problem(reason)

    def _on_slow_layout(self) -> None:
        if self._wanted is not None:
            self._notice.show_progress(shown_nodes(self._wanted, self._style))

    def _on_cancel_requested(self) -> None:
        self._drop_job()
        self._notice.show_problem(tr("The layout was cancelled."))

    def _on_retry_requested(self) -> None:
        if self._wanted is not None:
            self._lay_out(self._wanted)

    # -- selection ----------------------------------------------------------------------------------------------

    def _on_address_changed(self, address: str) -> None:
        if self._picture is not None:
            node = self._index.get(address)
            if node != self._picture.selected:
                self._picture.select(node)
                self.redraw()
        self._name_selected()

    def _on_sample_changed(self, sample: int) -> None:
        self._ground_sample()
        self.redraw()

    def _ground_sample(self) -> None:
        """Where all samples are shown, tell which records are the selected one's."""
        if self._picture is not None:
            self._grounded = self._picture.show_sample(self._selection.in_sample(""))

    def _mark_found(self) -> None:
        if self._picture is not None:
            self._picture.mark([self._index[address] for address in self._found if address in self._index])

    def _name_selected(self) -> None:
        """Tell a screen reader what is selected."""
        self.setAccessibleName(spoken_name(self._picture))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow_here()
        self._notice.place()

    def _notes(self) -> str:
        """What has to be said about the picture."""
        if self._picture is None:
            return ""
        sample = ""
        if self._grounded and not (self.far and self._picture.selected is not None):
            number = self._selection.sample + 1
            sample = (
                tr("Full colour: sample {number}.", number=number)
                if self.far
                else tr("Shaded: sample {number}.", number=number)
            )
        hint = " ".join(filter(None, (sample, tr(FAR_AWAY) if self.far else "")))
        return "\n".join(filter(None, (tr(self._picture.layout.note), hint)))

    def _foot(self) -> int:
        lines = 2 if self._picture is not None and self._picture.layout.note else 1
        height = QFontMetrics(self._theme.font(_NOTE_SIZE)).height() * lines + self._theme.px(2 * _NOTE_MARGIN)
        return round(height * self.devicePixelRatioF())

    def _paint_over(self, painter: QPainter) -> None:
        if self._picture is not None:
            paint_marks(painter, self._picture, self._camera, self._marks, self._theme, self._unit())

    def _paint(self, painter: QPainter) -> None:
        super()._paint(painter)
        note = self._notes()
        if note:
            self._paint_note(painter, note)

    def _paint_note(self, painter: QPainter, note: str) -> None:
        """At the bottom left, on a plate of the card's colour: the graph may be below it."""
        margin = self._theme.px(_NOTE_MARGIN)
        painter.resetTransform()
        painter.setFont(self._theme.font(_NOTE_SIZE))
        corner = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        room = self.rect().adjusted(2 * margin, margin, -2 * margin, -margin)
        words = painter.fontMetrics().boundingRect(room, corner, note)
        painter.fillRect(words.adjusted(-margin, -margin, margin, margin), self._theme.palette.card)
        painter.setPen(self._theme.palette.mute)
        painter.drawText(room, corner, note)
