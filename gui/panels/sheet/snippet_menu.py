"""The link `snippets ▾` in the header of the editor's card: every example of the lecture, by its parts."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QWidget

from core.expression.snippets import Snippet, snippets
from core.words import tr
from gui.theme import Theme
from gui.widgets.buttons import LinkButton

FONT_SIZE, ARROW, GAP = 12, 8, 5  # px at scale 1: letters, width of the arrow, space before it


class SnippetMenu(LinkButton):
    """Opens the menu; what is chosen there is told."""

    snippet_chosen = Signal(object)  # Snippet

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("snippets"), theme, tr("Put an example of the lecture in the place of the text"), parent)
        self.setObjectName("expressionSnippets")
        self.setAccessibleName(tr("Snippets"))
        self._menu = QMenu(tr("&Snippets"), self)
        self._menu.setObjectName("expressionSnippetMenu")
        self._menu.setAccessibleName(tr("Snippets"))
        self._menu.setToolTipsVisible(True)
        self._fill()
        self._menu.triggered.connect(self._on_triggered)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def menu(self) -> QMenu:
        """The menu itself, for the window's menu bar too."""
        return self._menu

    def menu_actions(self) -> dict[str, QAction]:
        """Every snippet's action under the snippet's name."""
        found = {}
        for part in self._menu.actions():
            menu = part.menu()
            for action in menu.actions() if isinstance(menu, QMenu) else ():
                found[action.objectName().removeprefix("snippet_")] = action
        return found

    def sizeHint(self) -> QSize:
        metrics, px = QFontMetrics(self._theme.font(FONT_SIZE)), self._theme.px
        return QSize(metrics.horizontalAdvance(self.text()) + px(GAP) + px(ARROW) + px(1), metrics.height() + px(6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The word and a small arrow of our own, so that it looks alike everywhere."""
        colours, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font(FONT_SIZE)
        font.setUnderline(self.underMouse())
        painter.setFont(font)
        painter.setPen(colours.accent_text)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        wide, middle = px(ARROW), self.height() / 2 + px(1)
        left = self.width() - wide
        painter.setPen(QPen(colours.accent_text, 1.4 * self._theme.scale))
        arrow = (QPointF(left, middle - wide / 4), QPointF(left + wide / 2, middle + wide / 4))
        painter.drawPolyline(QPolygonF([*arrow, QPointF(left + wide - 1, middle - wide / 4)]))
        if self.hasFocus():
            painter.fillRect(0, self.height() - px(2), self.width(), px(2), colours.accent)
        painter.end()

    def _fill(self) -> None:
        for part, found in groupby(snippets(), attrgetter("part")):
            menu = self._menu.addMenu(tr(part))
            menu.setToolTipsVisible(True)
            for snippet in found:
                action = menu.addAction(tr(snippet.title))
                action.setObjectName(f"snippet_{snippet.name}")
                action.setData(snippet)

    @Slot()
    def _on_clicked(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        snippet = action.data()
        if isinstance(snippet, Snippet):
            self.snippet_chosen.emit(snippet)

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
