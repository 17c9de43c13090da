"""What stands at the right of the boundary card's title: the selected sample, and two switches."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import mark, tr
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.text import TextLabel

_ICON = 14  # pixels at scale 1
_EDIT_TIP = mark("Edit points: brush, add, erase, move (E after a click on this card)")
_DISCRETE_TIP = mark("Discretise output: full colours (D after a click on this card)")


class BoundaryHeader(QWidget):
    """Switches say what a person wants; the panel decides and shows it."""

    discrete_wanted = Signal(bool)
    editing_wanted = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._label = TextLabel("", "mute")
        self._label.setObjectName("boundarySample")
        self._label.setToolTip(tr("The selected sample: the point with a ring"))
        self._discrete = self._switch("discrete", "boundaryDiscrete", tr(_DISCRETE_TIP))
        self._editing = self._switch("pencil", "boundaryEdit", tr(_EDIT_TIP))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self._label, self._discrete, self._editing):
            self._row.addWidget(part)
        self._discrete.clicked.connect(self._on_discrete_clicked)
        self._editing.clicked.connect(self._on_editing_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def text(self) -> str:
        """What is said of the sample."""
        return self._label.text()

    def show_sample(self, sample: int | None) -> None:
        """Counted from 0; None for none."""
        self._label.setText("" if sample is None else tr("sample {sample}", sample=format_count(sample + 1)))

    def show_switches(self, *, discrete: bool | None, editing: bool | None, why_not: str = "") -> None:
        """None hides a switch that has nothing to do here; `why_not` says why points cannot be edited."""
        for button, state in ((self._discrete, discrete), (self._editing, editing)):
            button.setVisible(state is not None)
            button.setChecked(bool(state))
        if editing is None and why_not:
            self._editing.show()
        self._editing.setEnabled(editing is not None)
        self._editing.setToolTip(tr(_EDIT_TIP) if editing is not None else why_not)

    def _switch(self, icon: str, name: str, tip: str) -> IconButton:
        button = IconButton(icon, self._theme, tip, size=_ICON)
        button.setObjectName(name)
        button.setAccessibleName(tip.partition(":")[0])
        button.setCheckable(True)
        button.hide()
        return button

    def _on_discrete_clicked(self) -> None:
        self.discrete_wanted.emit(self._discrete.isChecked())

    def _on_editing_clicked(self) -> None:
        self.editing_wanted.emit(self._editing.isChecked())

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(2))
