"""The bug lab: backpropagation broken on purpose, and what goes wrong then."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, SignalInstance, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QVBoxLayout, QWidget

from core.bug_texts import BUG_TEXTS
from core.bugs import EXCLUSIVE, Bug, switched
from core.errors import ExpressionError
from core.words import mark, tr
from gui.frames import Frame, RunStarted
from gui.panels.bug_card import BugCard, camel_name
from gui.panels.bug_summary import BugSummary
from gui.sheet_frames import Mode, SheetFrame
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.check import CheckBox
from gui.widgets.scroll import PanelScroll
from gui.widgets.text import TextLabel

SETTLING_MS = 400  # a broken sheet is there by then, and its table
INVITATION = mark("Break backpropagation on purpose, and see where the gradients go wrong.")


class BugModel(Protocol):
    """What has bugs: the sheets of the expression lab, the runs of network mode."""

    bugs_changed: SignalInstance  # frozenset[Bug]

    @property
    def bugs(self) -> frozenset[Bug]: ...

    def set_bugs(self, bugs: frozenset[Bug]) -> None: ...


class BugLabPanel(QWidget):
    """A switch for every bug; below it, if it is on, what it did, the wrong line and the right one.

    Where the model also has `frame_ready` (a SheetFrame, or a Frame of the run `started`), the panel says which
    gradients are wrong.
    """

    title = mark("Bug lab")

    example_requested = Signal(str)  # the text of a sheet, or in network mode the name of an example
    node_requested = Signal(str)  # an address

    def __init__(self, model: BugModel, theme: Theme, mode: Mode = Mode.EXPRESSION) -> None:
        super().__init__()
        self.setObjectName("bugLabPanel")
        self._model, self._theme, self._mode = model, theme, mode
        self._all_off = LinkButton(tr("all off"), theme, tr("Switch every bug off: the right gradients again"))
        self._all_off.setObjectName("bugsAllOff")
        self._all_off.clicked.connect(self._on_all_off)
        self.header: QWidget | None = self._all_off
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._switches = {bug: self._switch(bug) for bug in BUG_TEXTS if _has_place(bug, mode)}
        self._cards: dict[Bug, BugCard] = {}
        self._before: frozenset[Bug] = frozenset()  # that were on
        self._following = QTimer(self, singleShot=True, interval=SETTLING_MS)  # what is new still grows
        self._last: Bug | None = None  # switched on last: the wrong gradients stand below it
        self._showing = QTimer(self, singleShot=True, interval=0)  # when what is new has its place
        self._showing.timeout.connect(self._show_last)
        self._summary = BugSummary(theme)
        self._summary.node_requested.connect(self.node_requested)
        self._lay_out()
        self._group.idToggled.connect(self._on_toggled)
        model.bugs_changed.connect(self._on_bugs_changed)
        self._follow_frames()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_bugs_changed(model.bugs)

    def _switch(self, bug: Bug) -> QCheckBox:
        text = BUG_TEXTS[bug]
        switch = CheckBox(tr(text.title))
        switch.setObjectName(f"bug{camel_name(bug)}")
        switch.setAccessibleName(tr(text.title))
        switch.setAccessibleDescription(tr(text.sentence))
        self._group.addButton(switch, list(BUG_TEXTS).index(bug))
        return switch

    def _lay_out(self) -> None:
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._invitation = TextLabel(tr(INVITATION), "label")
        self._invitation.setObjectName("bugInvitation")
        self._invitation.setWordWrap(True)
        self._column.addWidget(self._invitation)
        self._list = QVBoxLayout()
        for switch in self._switches.values():
            self._list.addWidget(switch)
        self._list.addWidget(self._summary)
        self._column.addLayout(self._list)
        self._column.addStretch(1)
        self._scroll = PanelScroll(self._theme)
        self._scroll.set_panel(inside)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._scroll)

    def _follow_frames(self) -> None:
        """Models without frames simply have no summary."""
        for name, slot in (("frame_ready", self._on_frame_ready), ("error_changed", self._on_error_changed)):
            signal = getattr(self._model, name, None)
            if signal is not None:
                signal.connect(slot)
        withheld_changed = getattr(self._model, "withheld_changed", None)
        if withheld_changed is not None:
            withheld_changed.connect(self._on_withheld_changed)

    @Slot(int, bool)
    def _on_toggled(self, number: int, on: bool) -> None:
        self._model.set_bugs(switched(self._model.bugs, list(BUG_TEXTS)[number], on))

    @Slot()
    def _on_all_off(self) -> None:
        self._model.set_bugs(frozenset())

    @Slot(object)
    def _on_bugs_changed(self, bugs: frozenset[Bug]) -> None:
        for bug, switch in self._switches.items():
            with QSignalBlocker(self._group):
                switch.setChecked(bug in bugs)
            switch.setToolTip(_tooltip(bug, bugs))
        self._all_off.setEnabled(bool(bugs))
        for bug in self._switches:
            if bug in bugs and bug not in self._cards:
                self._add_card(bug)
            if bug in self._cards:
                self._cards[bug].setVisible(bug in bugs)
        self._place_summary(bugs)
        self._summary.setVisible(bool(bugs) and hasattr(self._model, "frame_ready"))
        self._on_frame_ready(getattr(self._model, "frame", None))
        self._on_error_changed(getattr(self._model, "error", None))

    def _add_card(self, bug: Bug) -> None:
        """Cards are made when they are first wanted; each stands below its switch."""
        card = BugCard(bug, self._mode, self._theme)
        card.example_requested.connect(self.example_requested)
        self._cards[bug] = card
        self._list.insertWidget(self._list.indexOf(self._switches[bug]) + 1, card)
        card.tab_after(self._switches[bug])

    def _place_summary(self, bugs: frozenset[Bug]) -> None:
        """The wrong gradients come first below the bug that was switched on last."""
        here = [bug for bug in self._switches if bug in bugs]
        new = [bug for bug in here if bug not in self._before]
        self._before = bugs
        last = new[0] if new else self._last if self._last in here else here[0] if here else None
        if last is not self._last:
            self._last = last
            if last is not None:
                self._list.removeWidget(self._summary)
                self._list.insertWidget(self._list.indexOf(self._switches[last]) + 1, self._summary)
                self._summary.tab_after(self._switches[last])
        if new:
            self._reveal()

    @Slot()
    def _show_last(self) -> None:
        """Scroll to the sentence on what went wrong, as little as it takes, never so far that the switch is gone."""
        if self._last is None or not self.isVisible():
            return
        bar, card, gap = self._scroll.verticalScrollBar(), self._cards[self._last], self._theme.px(4)
        end = card.y() + card.sentence_end + gap - self._scroll.viewport().height()
        top = self._switches[self._last].y() - gap
        bar.setValue(min(max(bar.value(), end), max(top, 0)))

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame | Frame | None) -> None:
        if not self._model.bugs or getattr(self._model, "busy", False):
            return  # with the sheet of the new bugs there will be another frame
        if isinstance(frame, SheetFrame):
            if getattr(self._model, "withheld", False):
                self._summary.show_secret()
            elif getattr(self._model, "error", None) is None:
                self._summary.show_frame(frame, self._model.bugs)
        elif frame is not None and self.isVisible():
            started: RunStarted = self._model.started  # type: ignore[attr-defined]
            self._summary.show_run(frame, started.parameter_names, self._model.bugs)
        if self._following.isActive():
            self._reveal()

    @Slot(object)
    def _on_error_changed(self, error: ExpressionError | None) -> None:
        if error is not None and self._mode is Mode.EXPRESSION and self._model.bugs:
            self._summary.show_error(tr("Line {line}: {error}", line=error.line, error=error))
            if self._following.isActive():
                self._reveal()

    def _reveal(self) -> None:
        """Bring what a switch has brought into view, now and while its lines still find their places."""
        self._following.start()
        self._showing.start()

    @Slot()
    def _on_range_changed(self) -> None:
        if self._following.isActive():
            self._showing.start()

    @Slot(bool)
    def _on_withheld_changed(self, _withheld: bool) -> None:
        self._on_frame_ready(getattr(self._model, "frame", None))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The invitation has the height that it needs beside a scroll bar: nothing moves when there is one."""
        super().resizeEvent(event)
        beside = self.width() - self._scroll.verticalScrollBar().sizeHint().width() - self._theme.px(4)
        self._invitation.setMinimumHeight(self._invitation.heightForWidth(beside))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_frame_ready(getattr(self._model, "frame", None))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, px(4), 0)
        self._column.setSpacing(px(12))
        self._list.setSpacing(px(1))


def _has_place(bug: Bug, mode: Mode) -> bool:
    text = BUG_TEXTS[bug]
    return (text.sheet if mode is Mode.EXPRESSION else text.network) is not None


def _tooltip(bug: Bug, bugs: frozenset[Bug]) -> str:
    """What it does; and which of those that are on it would switch off, and why."""
    lines = [tr(BUG_TEXTS[bug].sentence)]
    for other in bugs - {bug}:
        if (reason := EXCLUSIVE.get(frozenset({bug, other}))) is not None:
            title = tr(BUG_TEXTS[other].title)
            lines.append(tr("Switches off “{title}”. {reason}", title=title, reason=tr(reason)))
    return "\n".join(lines)
