"""The prose of a lesson, to be read: text, code, formulas, pictures, live numbers and links."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QRectF, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QTextEdit, QWidget

from core.lessons.figures import Figure
from core.lessons.folders import NO_FILES, Folder
from core.lessons.prose import Block, Paragraph, Spans
from gui.maths import Maths
from gui.theme import Theme
from gui.widgets.prose_document import Linked, ProseDocument
from gui.widgets.prose_grounds import paint_grounds
from gui.widgets.prose_styles import LETTERS, ProseStyles

MARGIN = 2  # px at scale 1 between the focus ring and the text
NARROW = 120  # px at scale 1: no narrower


class ProseView(QTextBrowser):
    """Prose that scrolls. It opens nothing by itself and reads no file but the pictures of the lesson's folder."""

    link_requested = Signal(str)  # the address of a link that was clicked, or on which Enter was pressed

    def __init__(
        self, maths: Maths, theme: Theme, parent: QWidget | None = None, *, letters: int = LETTERS, mute: bool = False
    ) -> None:
        """`letters`: their size at scale 1. `mute`: for text that comes second."""
        super().__init__(parent)
        self._theme, self._letters, self._mute = theme, letters, mute
        self._blocks: tuple[Block, ...] = ()
        self._folder: Folder = NO_FILES
        self._text_of: Callable[[Figure], str] | None = None
        self._ratio = 0.0  # that the formulas were drawn for
        self._prose = ProseDocument(self.document(), maths, self)
        self.setProperty("role", "prose")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(False)
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.highlighted.connect(self._on_highlighted)
        maths.ready.connect(self._on_ready)
        theme.changed.connect(self._on_theme_changed)
        self._write()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those of the live numbers, in their order."""
        return tuple(number.figure for number in self._prose.numbers())

    def show_blocks(self, blocks: tuple[Block, ...], folder: Folder) -> None:
        """Show this text from its beginning; live numbers are unknown until `set_numbers`."""
        self._blocks, self._folder, self._text_of = blocks, folder, None
        self._prose.forget_pictures()
        self._write()
        self.verticalScrollBar().setValue(0)

    def set_numbers(self, text_of: Callable[[Figure], str]) -> None:
        """Write the live numbers anew; an empty text is one that is not known."""
        said = {figure: text_of(figure) for figure in self.figures}
        self._text_of = said.__getitem__  # for when everything is written anew
        if self._prose.set_numbers(said.__getitem__):
            self._on_height_changed()

    def plain(self) -> str:
        """What a person can read: formulas and pictures by their words."""
        return self._prose.words(0, self.document().characterCount() - 1)

    # -- what the text itself may do --------------------------------------------------------------------------------

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Nothing, whatever is asked for: the pictures shown are in memory and have no names.

        Not None: then the document itself would go and look for a file.
        """
        return QByteArray()

    def doSetSource(self, name: QUrl, kind: object = None) -> None:
        """No text is loaded from anywhere."""

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text alone, formulas by their words."""
        cursor, data = self.textCursor(), QMimeData()
        data.setText(self._prose.words(cursor.selectionStart(), cursor.selectionEnd()))
        return data

    # -- events -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.translate(0, -self.verticalScrollBar().value())
        seen = QRectF(event.rect().translated(0, self.verticalScrollBar().value()))
        paint_grounds(painter, self.document(), self._prose.parts, self._styles, seen)
        painter.end()
        super().paintEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._renew()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._ratio != self.devicePixelRatioF():
            self._renew()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setAccessibleDescription(self.plain())
        super().focusInEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl Qt would enlarge this text alone."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    # -- writing ----------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        self.setExtraSelections([])
        self._styles = ProseStyles(self._theme, self._letters, mute=self._mute)
        self._ratio = self.devicePixelRatioF()
        self.document().setDocumentMargin(self._theme.px(MARGIN))
        self._prose.write(self._blocks, self._folder, self._styles, self._ratio)
        self._height()
        if self._text_of is not None:
            self._prose.set_numbers(self._text_of)
        self.setAccessibleDescription(self.plain())
        self._on_height_changed()

    def _renew(self) -> None:
        """The same text in other sizes or colours; what stands at the top stays there."""
        top = self.cursorForPosition(QPoint(0, 0)).position()
        scrolled = self.verticalScrollBar().value() > 0
        self._write()
        self.verticalScrollBar().setValue(self._offset_of(top) if scrolled else 0)

    def _offset_of(self, position: int) -> int:
        """How far down in the document a line is."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        return self.cursorRect(cursor).top() + self.verticalScrollBar().value()

    def _height(self) -> float:
        """Of all of the text: Qt itself would lay out a long one bit by bit."""
        self.document().documentLayout().blockBoundingRect(self.document().lastBlock())
        return self.document().size().height()

    def _on_height_changed(self) -> None:
        """For views that are as high as their text."""

    # -- what happens -----------------------------------------------------------------------------------------------

    @Slot(QUrl)
    def _on_anchor_clicked(self, address: QUrl) -> None:
        for part in self._prose.parts:
            if isinstance(part, Linked) and QUrl(part.address) == address:
                self.link_requested.emit(part.address)
                return

    @Slot(QUrl)
    def _on_highlighted(self, address: QUrl) -> None:
        """The link under the mouse is underlined."""
        lines = []
        for part in self._prose.parts:
            if isinstance(part, Linked) and QUrl(part.address) == address:
                line = QTextEdit.ExtraSelection()
                line.cursor = QTextCursor(self.document())
                line.cursor.setPosition(part.start)
                line.cursor.setPosition(part.start + part.length, QTextCursor.MoveMode.KeepAnchor)
                line.format.setFontUnderline(True)
                lines.append(line)
        self.setExtraSelections(lines)

    @Slot(str)
    def _on_ready(self, tex: str) -> None:
        """Put a formula in its place; what is being read does not move."""
        if not self._prose.has_formula(tex):
            return
        bar = self.verticalScrollBar()
        top = self.cursorForPosition(QPoint(0, 0)).position() if bar.value() else 0
        before = self._offset_of(top)
        self._prose.take_formula(tex)
        if bar.value():
            bar.setValue(bar.value() + self._offset_of(top) - before)
        self._on_height_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._renew()


class SpansView(ProseView):
    """A question, an answer, a hint: as high as its text is in the width that it has, and never scrolled."""

    def __init__(
        self, maths: Maths, theme: Theme, parent: QWidget | None = None, *, letters: int = LETTERS, mute: bool = False
    ) -> None:
        self._heights: dict[int, int] = {}  # of the text, by the width of the view
        super().__init__(maths, theme, parent, letters=letters, mute=mute)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_spans(self, spans: Spans) -> None:
        """Show this text; the Tab key stops at it only if there is a link in it."""
        self.show_blocks((Paragraph(spans),) if spans else (), NO_FILES)
        links = any(isinstance(part, Linked) for part in self._prose.parts)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if links else Qt.FocusPolicy.ClickFocus)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._measured(width)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(2 * NARROW), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(NARROW), self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What is around may scroll."""
        event.ignore()

    def _measured(self, width: int) -> int:
        self.ensurePolished()
        frame = 2 * self.frameWidth()
        document, room = self.document(), max(1, width - frame)
        if document.textWidth() == room:
            return math.ceil(self._height()) + frame
        quiet = document.documentLayout().blockSignals(True)
        page = document.pageSize()
        document.setTextWidth(room)
        height = self._height()
        document.setPageSize(page)
        document.documentLayout().blockSignals(quiet)
        return math.ceil(height) + frame

    def _on_height_changed(self) -> None:
        self._heights.clear()
        self.updateGeometry()
