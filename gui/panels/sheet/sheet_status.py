"""What the text gave, in two lines below the editor: how many nodes, and where the selected one comes from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.expression.sheet import Sheet, Span
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.text import TextLabel

ICON = 14  # px at scale 1
RUNNING = "Running the text …"
NOTHING = "Nothing to draw yet"
STALE = "The graph shows the last good text"


class SheetStatus(QWidget):
    """`✓ 7 nodes, 3 operations`, in the colour of what is good, and `line 5 selected`."""

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
        self._selected = TextLabel("", "label")
        self._selected.setObjectName("expressionSelected")
        self._row = QHBoxLayout()
        self._row.addWidget(self._icon)
        self._row.addWidget(self._count, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self._note)
        self._column.addWidget(self._selected)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_sheet(self, sheet: Sheet | None, *, stale: bool = False) -> None:
        """`stale`: the present text has an error, so its graph is not this one."""
        nodes = [] if sheet is None or stale else sheet.graph.nodes
        operations = sum(bool(node.op) for node in nodes)
        counts = f"{_many(len(nodes), 'node')}, {_many(operations, 'operation')}"
        self._count.setText(counts if nodes else STALE if stale else NOTHING)
        self._count.set_role("good" if nodes else "label")
        self._icon.setVisible(bool(nodes))
        self._note.setText(sheet.note if sheet is not None and not stale else "")
        self._note.setVisible(bool(self._note.text()))
        self._selected.setVisible(not stale)

    def show_running(self) -> None:
        """The present text has been running for a while."""
        self._count.setText(RUNNING)
        self._count.set_role("label")
        self._icon.setVisible(False)

    def show_selected(self, span: Span | None) -> None:
        """The line, or lines, of the selected node's expression."""
        if span is None:
            self._selected.setText("")
        elif span.line == span.end_line:
            self._selected.setText(f"line {span.line} selected")
        else:
            self._selected.setText(f"lines {span.line} to {span.end_line} selected")

    def _on_theme_changed(self) -> None:
        side, palette = self._theme.px(ICON), self._theme.palette
        icon = self._theme.icon("check", palette.good)
        self._icon.setPixmap(icon.pixmap(QSize(side, side), self.devicePixelRatioF()))
        self._icon.setFixedSize(side, side)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._row.setSpacing(self._theme.px(5))
        self._column.setSpacing(self._theme.px(2))
        # room for its line also when nothing is selected: a click in the graph moves nothing here
        self._selected.setMinimumHeight(QFontMetrics(self._theme.font(12)).height())


def _many(count: int, thing: str) -> str:
    return f"{format_count(count)} {thing}{'' if count == 1 else 's'}"
