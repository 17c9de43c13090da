"""What the text gave, in a line below the editor: how many nodes, and where the selected one comes from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.expression.sheet import Sheet, Span
from core.words import mark, tr, trn
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.text import TextLabel

ICON = 14  # px at scale 1
RUNNING = mark("Running the text …")
NOTHING = mark("Nothing to draw yet")
STALE = mark("The graph shows the last good text")


class SheetStatus(QWidget):
    """`✓ 7 nodes, 3 operations`, in the colour of what is good, and `· line 5 selected`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel()
        self._count = TextLabel("", "good")
        self._count.setObjectName("expressionStatus")
        self._note = TextLabel("", "label")
        self._note.setObjectName("expressionNote")
        self._note.setWordWrap(True)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._selected = _Selected()
        self._row = QHBoxLayout()
        self._row.addWidget(self._icon)
        self._row.addWidget(self._count)
        self._row.addWidget(self._selected, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self._note)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_sheet(self, sheet: Sheet | None, *, stale: bool = False) -> None:
        """`stale`: the present text has an error, so its graph is not this one."""
        there = [] if sheet is None else sheet.graph.nodes
        nodes = [] if stale else there
        operations = sum(bool(node.op) for node in nodes)
        counted_nodes = trn("{n} node", "{n} nodes", len(nodes), n=format_count(len(nodes)))
        counted_operations = trn("{n} operation", "{n} operations", operations, n=format_count(operations))
        counts = f"{counted_nodes}, {counted_operations}"
        self._count.setText(counts if nodes else tr(STALE) if there else tr(NOTHING))
        self._count.set_role("good" if nodes else "label")
        self._icon.setVisible(bool(nodes))
        self._note.setText(sheet.note if sheet is not None and not stale else "")
        self._note.setVisible(bool(self._note.text()))
        self._selected.setVisible(not stale)

    def show_running(self) -> None:
        """The present text has been running for a while."""
        self._count.setText(tr(RUNNING))
        self._count.set_role("label")
        self._icon.setVisible(False)

    def show_selected(self, span: Span | None) -> None:
        """The line, or lines, of the selected node's expression."""
        if span is None:
            self._selected.show_place("")
        elif span.line == span.end_line:
            self._selected.show_place(tr("line {line}", line=span.line))
        else:
            self._selected.show_place(tr("lines {line} to {end_line}", line=span.line, end_line=span.end_line))

    def _on_theme_changed(self) -> None:
        side, palette = self._theme.px(ICON), self._theme.palette
        icon = self._theme.icon("check", palette.good)
        self._icon.setPixmap(icon.pixmap(QSize(side, side), self.devicePixelRatioF()))
        self._icon.setFixedSize(side, side)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._row.setSpacing(self._theme.px(5))
        self._column.setSpacing(self._theme.px(2))


class _Selected(TextLabel):
    """`· line 5 selected`, or as much of it as there is room for."""

    def __init__(self) -> None:
        super().__init__("", "label")
        self._place = ""
        self.setObjectName("expressionSelected")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_place(self, place: str) -> None:
        self._place = place
        self.setText(tr("{place} selected", place=place) if place else "")
        self.setToolTip(self.text())

    @property
    def shown(self) -> str:
        """What is painted."""
        forms = (f"· {self.text()}", f"· {self._place}", self._place) if self._place else ()
        fits = (form for form in forms if self.fontMetrics().horizontalAdvance(form) <= self.contentsRect().width())
        return next(fits, "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.contentsRect(), int(self.alignment()), self.shown)
