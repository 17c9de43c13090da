"""A row of controls over a graph: something at the left; fit, zoom and find at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import tr
from gui.graph.find_field import FindField
from gui.graph.text_button import TextButton
from gui.theme import Theme


class HeaderRow(QWidget):
    """Where there is little room, zoom, fit, find and then the rest give way; all are in the menus too.

    Where there is no graph, only the left part and what `stays` are left.
    """

    def __init__(
        self,
        lead: QWidget,
        rest: Sequence[QWidget],
        find_field: FindField,
        theme: Theme,
        *,
        names: str,
        stays: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        """`rest` stands before fit, zoom and find; object names begin with `names`."""
        super().__init__(parent)
        self._theme, self._lead, self._rest, self._stays = theme, lead, tuple(rest), tuple(stays)
        self.fit_button = TextButton(tr("fit"), theme, name=f"{names}Fit", tooltip=tr("Show the whole graph (F)"))
        self.zoom_button = TextButton("100 %", theme, name=f"{names}Zoom", tooltip=tr("Zoom; click for 100 % (1)"))
        self.find_field = find_field
        self._drawn = True  # there is a graph to be zoomed and searched
        self._searching = False  # the field was asked for where it has no room: it has the header for itself
        self._row = QHBoxLayout(self)
        self._row.addWidget(lead)
        self._row.addStretch(1)
        for widget in (*rest, self.fit_button, self.zoom_button, self.find_field):
            self._row.addWidget(widget)
        self.find_field.left.connect(self._on_search_ended)
        self.find_field.focus_lost.connect(self._on_search_ended)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_drawn(self, drawn: bool) -> None:
        """Whether there is a graph; what needs one hides where there is none."""
        if drawn != self._drawn:
            self._drawn = drawn
            self._give_way()

    def begin_find(self) -> None:
        """Put the cursor into the find field; if it is hidden for want of room, in the place of all else."""
        if not self._drawn:
            return
        self._searching = self.find_field.isHidden()
        self._give_way()
        self.find_field.begin()

    def show_zoom(self, zoom: float) -> None:
        words = f"{round(zoom * 100)} %"
        self.zoom_button.set_text(words)
        self.zoom_button.setAccessibleName(tr("Zoom {zoom}", zoom=words))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()
        self._row.activate()

    def _shorten_lead(self) -> None:
        """Make the left part as short as the header needs it."""

    def _give_way(self) -> None:
        """Hide what does not fit."""
        self._lead.setVisible(not self._searching)
        self._shorten_lead()
        room = self.width() - self._lead.sizeHint().width()
        for widget in (*self._rest, self.find_field, self.fit_button, self.zoom_button):
            wanted = widget is self.find_field if self._searching else self._drawn or widget in self._stays
            if wanted:
                room -= widget.minimumSizeHint().width() + self._row.spacing()
            widget.setVisible(wanted and (room >= 0 or self._searching))

    def _on_search_ended(self) -> None:
        if self._searching:
            self._searching = False
            self._give_way()

    def _on_theme_changed(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px(6))
        self.setMinimumHeight(self.find_field.sizeHint().height())  # the same with and without a graph
        self._give_way()
