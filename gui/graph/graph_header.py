"""The first row of the graph card: levels at the left; sample, fit, zoom and find at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.graph.breadcrumb import Breadcrumb
from gui.graph.find_field import FindField
from gui.graph.sample_stepper import SampleStepper
from gui.graph.text_button import TextButton
from gui.session.selection import Selection
from gui.theme import Theme


class GraphHeader(QWidget):
    """Where there is little room, zoom, fit, find and sample give way, in this order; all are in the menus too.

    Where there is no graph, only levels and sample stay.
    """

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.breadcrumb = Breadcrumb(selection, theme)
        self.stepper = SampleStepper(selection, theme)
        self.fit_button = TextButton("fit", theme, name="graphFit", tooltip="Show the whole graph (F)")
        self.zoom_button = TextButton("100 %", theme, name="graphZoom", tooltip="Zoom; click for 100 % (1)")
        self.find_field = FindField(theme)
        self._drawn = True  # there is a graph to be zoomed and searched
        self._searching = False  # the field was asked for where it has no room: it has the header for itself
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.breadcrumb)
        self._row.addStretch(1)
        for widget in (self.stepper, self.fit_button, self.zoom_button, self.find_field):
            self._row.addWidget(widget)
        self.find_field.left.connect(self._on_search_ended)
        self.find_field.focus_lost.connect(self._on_search_ended)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_drawn(self, drawn: bool) -> None:
        """Whether there is a graph; fit, zoom and find hide where there is none."""
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

    def _on_search_ended(self) -> None:
        if self._searching:
            self._searching = False
            self._give_way()

    def show_zoom(self, zoom: float) -> None:
        words = f"{round(zoom * 100)} %"
        self.zoom_button.set_text(words)
        self.zoom_button.setAccessibleName(f"Zoom {words}")

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()
        self._row.activate()

    def _give_way(self) -> None:
        """Hide what does not fit."""
        self.breadcrumb.setVisible(not self._searching)
        self.breadcrumb.shorten(self.width())
        room = self.width() - self.breadcrumb.sizeHint().width()
        for widget in (self.stepper, self.find_field, self.fit_button, self.zoom_button):
            wanted = widget is self.find_field if self._searching else self._drawn or widget is self.stepper
            if wanted:
                room -= widget.minimumSizeHint().width() + self._row.spacing()
            widget.setVisible(wanted and (room >= 0 or self._searching))

    def _on_theme_changed(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px(6))
        self._give_way()
