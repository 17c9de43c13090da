"""Kept runs beside the one that goes on: the table, and what can be done with the run of its current row."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from core.words import mark, tr
from gui.panels.compare_cells import toggle
from gui.panels.compare_model import CompareModel
from gui.panels.compare_table import CompareTable
from gui.session.comparison import Comparison
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import ElidedLabel, TextLabel

EMPTY = mark(
    "Keep this run, change one setting and train again from the same initial weights: "
    "curves, boundaries and results then stand side by side."
)
KEEP_TIP = mark("Keep this run as it stands, to compare others with it (Ctrl+K)")
AGAIN, AGAIN_SHORT = mark("try again with a change"), mark("try again")
AGAIN_TIP = mark("Keep this run and begin anew from the same initial weights: then change one setting and press play")
LEAST_WIDTH = 300  # pixels at scale 1
ROOMY = 480  # pixels at scale 1: from here on there is room for the longer words
QWIDGETSIZE_MAX = 16_777_215  # Qt's own: no limit
FULL = mark("8 runs are kept, as many as there are colours: forget one to keep another.")


class CompareRuns(QWidget):
    """Draws the live numbers only while they can be seen."""

    def __init__(self, comparison: Comparison, documents: Documents, runs: Runs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("compareRuns")
        self._comparison, self._theme = comparison, theme
        self.model = CompareModel(comparison, documents, runs, self)
        self.table = CompareTable(self.model, theme)
        self._empty = TextLabel(tr(EMPTY), "mute")
        self._empty.setObjectName("compareEmpty")
        self._empty.setWordWrap(True)
        self._keep = _link("compareKeep", tr("keep this run"), tr(KEEP_TIP), theme)
        self._again = _link("compareAgain", tr(AGAIN), tr(AGAIN_TIP), theme)
        self._go_on = _link(
            "compareGoOn", tr("go on"), tr("Train on from where it stood; undo brings this run back"), theme
        )
        self._rename = _link("compareRename", tr("rename"), tr("Give it another name (F2)"), theme)
        self._forget = _link("compareForget", tr("forget"), tr("Keep it no longer (Delete)"), theme)
        self._back = _link("compareBack", tr("bring it back"), tr("The run that was forgotten last"), theme)
        self._note = ElidedLabel("", "small")
        self._note.setObjectName("compareNote")
        self._lay_out()
        self._keep.clicked.connect(self._on_keep)
        self._again.clicked.connect(self._on_again)
        self._go_on.clicked.connect(self._on_go_on)
        self._rename.clicked.connect(self._on_rename)
        self._forget.clicked.connect(self._on_forget)
        self._back.clicked.connect(self._on_back)
        self.table.menu_requested.connect(self._on_menu_requested)
        self.table.forget_requested.connect(self._on_forget)
        self.table.run_changed.connect(self._show)
        comparison.changed.connect(self._show)
        runs.plots_ready.connect(self._on_frame_ready)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._again.setText(tr(AGAIN) if self.width() >= self._theme.px(ROOMY) else tr(AGAIN_SHORT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(LEAST_WIDTH), super().minimumSizeHint().height())

    def _lay_out(self) -> None:
        self._said = _row(self._note, self._back)
        self._said.setStretch(0, 1)
        self._foot = _row(self._keep, self._again)
        self._foot.addStretch(1)
        for part in (self._go_on, self._rename, self._forget):
            self._foot.addWidget(part)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self._empty)
        self._column.addStretch(0)
        self._column.addLayout(self._said)
        self._column.addLayout(self._foot)

    @Slot()
    def _show(self) -> None:
        """What can be done now."""
        comparison, run = self._comparison, self.table.run
        empty = not comparison.kept
        self._empty.setVisible(empty)
        self.table.setMaximumHeight(self.table.sizeHint().height() if empty else QWIDGETSIZE_MAX)
        for link in (self._go_on, self._rename, self._forget):
            link.setVisible(run is not None)
        for link, tip in ((self._keep, tr(KEEP_TIP)), (self._again, tr(AGAIN_TIP))):
            link.setEnabled(comparison.can_keep)
            link.setToolTip(tip if comparison.can_keep else tr(FULL))
        forgotten = comparison.forgotten
        self._back.setVisible(forgotten is not None)
        if forgotten is not None:
            self._back.setAccessibleName(tr("bring {name} back", name=forgotten.name))
        note = tr("{name} is forgotten.", name=forgotten.name) if forgotten is not None else ""
        self._note.setText(note if comparison.can_keep else tr(FULL))
        self._note.setVisible(bool(self._note.text()))

    @Slot(object)
    def _on_frame_ready(self, _frame: object) -> None:
        if self.table.is_seen():
            self.model.tell_present()

    @Slot()
    def _on_keep(self) -> None:
        self._comparison.keep()
        self._show()

    @Slot()
    def _on_again(self) -> None:
        self._comparison.try_again()
        self._show()

    @Slot()
    def _on_back(self) -> None:
        self._comparison.bring_back()

    @Slot()
    def _on_go_on(self) -> None:
        if self.table.run is not None:
            self._comparison.go_on(self.table.run)

    @Slot()
    def _on_rename(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.rename()

    @Slot()
    def _on_forget(self) -> None:
        if self.table.run is not None:
            self._comparison.forget(self.table.run)

    @Slot()
    def _on_toggle(self) -> None:
        toggle(self.model, self.table.currentIndex().row())

    @Slot(QPoint)
    def _on_menu_requested(self, at: QPoint) -> None:
        run = self.table.run
        if run is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("compareMenu")
        for text, verb in (
            (tr("&Go on with {name}", name=run.name.replace("&", "&&")), self._on_go_on),
            (tr("&Hide curve and boundary") if run.shown else tr("&Show curve and boundary"), self._on_toggle),
            (tr("&Rename"), self._on_rename),
            (tr("&Forget"), self._on_forget),
        ):
            menu.addAction(text).triggered.connect(verb)
        menu.popup(at)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(4))
        self._foot.setSpacing(self._theme.px(14))
        self._said.setSpacing(self._theme.px(14))
        self._show()


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        row.addWidget(part)
    return row


def _link(name: str, text: str, tooltip: str, theme: Theme) -> LinkButton:
    link = LinkButton(text, theme, tooltip)
    link.setObjectName(name)
    return link
