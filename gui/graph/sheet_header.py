"""The first row of the expression lab's graph card: title, how large it is, its style; fit, zoom and find."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.dot import GraphStyle
from core.words import mark, tr, trn
from gui.graph.find_field import FindField
from gui.graph.header_row import HeaderRow
from gui.graph.text_button import SIDE, TextButton
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.text import TextLabel

_WORDS = {
    GraphStyle.AUTO: mark("automatic"),
    GraphStyle.LECTURE: mark("lecture style"),
    GraphStyle.COMPACT: mark("compact"),
}


class _Title(QWidget):
    """`Graph   7 nodes`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        title = TextLabel(tr("Graph"), "title")
        title.setObjectName("sheetGraphTitle")
        self.count = TextLabel("", "small")
        self.count.setObjectName("sheetGraphCount")
        self._row = QHBoxLayout(self)
        self._row.addWidget(title)
        self._row.addWidget(self.count)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def add(self, widget: QWidget) -> None:
        """Something beside the title."""
        self._row.addWidget(widget)

    def _on_theme_changed(self) -> None:
        self._row.setContentsMargins(self._theme.px(SIDE), 0, 0, 0)
        self._row.setSpacing(self._theme.px(10))


class SheetHeader(HeaderRow):
    """Where there is no graph, only the title is left."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._title = _Title(theme)
        self.style_button = TextButton(
            "", theme, name="sheetGraphStyle", tooltip=tr("How values are drawn: with round operations or without")
        )
        field = FindField(theme, name="sheetGraphFind", example="d")
        rest = (self.style_button,)
        super().__init__(self._title, rest, field, theme, names="sheetGraph", parent=parent)
        self.show_style(GraphStyle.AUTO)

    def add_links(self, links: QWidget) -> None:
        """What the lab can do with the graph, beside the title."""
        self._title.add(links)

    def show_count(self, nodes: int) -> None:
        """How many values the graph has; nothing for none."""
        shown = format_count(nodes)
        self._title.count.setText(trn("{shown} node", "{shown} nodes", nodes, shown=shown) if nodes else "")

    def show_style(self, style: GraphStyle) -> None:
        self.style_button.set_text(f"{tr(_WORDS[style])} ▾")
        self.style_button.setAccessibleName(tr("Graph style: {style}", style=tr(_WORDS[style])))
