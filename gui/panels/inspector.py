"""The inspector: for the selected node, where its gradient comes from and where it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.explain import Explanation
from core.words import mark, tr
from gui.frames import RunStarted
from gui.maths import Maths
from gui.panels.inspector_check import CheckSection
from gui.panels.inspector_empty import NETWORK, EmptyInspector, EmptyTexts
from gui.panels.inspector_frames import Rule
from gui.panels.inspector_identity import IdentitySection
from gui.panels.inspector_scroll import SectionScroll
from gui.panels.inspector_sections import HistorySection, OriginSection, PassesSection, Section
from gui.panels.inspector_source import Inspected, InspectorSource, structure_of
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import short_title
from gui.panels.inspector_tools import Editing, FreezeLink, WeightField
from gui.panels.inspector_trail import Trail
from gui.panels.inspector_update import UpdateSection
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.buttons import IconButton

_NUMBERED = re.compile(r"v\d+")  # the address of a value that nobody named: it is called by its formula instead


class InspectorPanel(QWidget):
    """Takes the gradient of the selected node apart, live. Both labs have one: what differs is passed in."""

    title = mark("Inspector")

    def __init__(
        self,
        source: InspectorSource,
        selection: Selection,
        theme: Theme,
        maths: Maths,
        *,
        sections: Sequence[Section] = (),
        empty: EmptyTexts = NETWORK,
        name: str = "inspectorPanel",
        editing: Editing | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`sections` stand below the chain rule; by default those of a run: next step, numerical check and history.

        `editing`: for weights that can be set and frozen here.
        """
        super().__init__(parent)
        self._selection, self._theme = selection, theme
        self._explanation: Explanation | None = None  # the newest that fits the selection
        self._shown: Explanation | None = None  # what is on screen; None for blanks
        self._structure: tuple[object, ...] = ()
        self._full_batch = True
        self._run = -1  # none yet
        self._trail = Trail()
        self.setObjectName(name)
        self.setAccessibleName(tr("Inspector"))
        self.header: QWidget | None = self._make_header()
        self._make_sections(maths, sections, editing)
        self._lay_out(empty)
        self._make_shortcuts()
        self._connect(source)
        if source.started is not None:
            self._on_run_started(source.started)
        self._newest = source.frame
        self._on_address_changed(selection.address)

    # -- making ---------------------------------------------------------------------------------------------------

    def _make_header(self) -> QWidget:
        self._title = TextLine(self._theme, colour="mute", size=12, chars=0, right=True)
        self._title.setObjectName("inspectorTitle")
        return self._title

    def _make_sections(self, maths: Maths, sections: Sequence[Section], editing: Editing | None) -> None:
        theme = self._theme
        self._address = ThemedLabel(theme, size=13, bold=True, mono=True)
        self._address.setObjectName("inspectorAddress")
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._address.setMinimumWidth(1)
        self._back = IconButton("chevron-left", theme, tr("Back to the node before (Backspace, Alt+Left)"), size=16)
        self._back.setObjectName("inspectorBack")
        self._forward = IconButton("chevron-right", theme, tr("Forward again (Alt+Right)"), size=16)
        self._forward.setObjectName("inspectorForward")
        self._top = QHBoxLayout()
        field = WeightField(editing.runs, theme) if editing is not None else None
        self._freeze = FreezeLink(editing.documents, self._selection, theme) if editing is not None else None
        self._identity = IdentitySection(theme, maths, self._top, field)
        self._origin = OriginSection(theme, maths)
        self._passes = PassesSection(theme)
        self._more: list[Section] = list(sections) or [UpdateSection(theme, maths), CheckSection(theme, maths)]
        self._history = None if sections else HistorySection(theme)
        self._last: Section | None = self._more.pop() if sections and sections[-1].gives_way else self._history
        self._scroll = SectionScroll((self._origin, self._passes, *self._more), self._last, theme)

    def _lay_out(self, empty: EmptyTexts) -> None:
        self._top.addWidget(self._address)
        self._top.addStretch(1)
        if self._freeze is not None:
            self._top.addWidget(self._freeze)
        self._top.addWidget(self._back)
        self._top.addWidget(self._forward)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._top)
        self._column.addWidget(self._identity)
        self._column.addWidget(Rule(self._theme))
        self._column.addWidget(self._scroll, 1)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._empty = EmptyInspector(self._theme, empty)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(content)
        self._on_theme_changed()

    def _make_shortcuts(self) -> None:
        for keys, slot in (
            (Qt.Key.Key_Backspace, self.go_back),
            ("Alt+Left", self.go_back),
            ("Alt+Right", self.go_forward),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def _connect(self, source: InspectorSource) -> None:
        source.run_started.connect(self._on_run_started)
        source.frame_ready.connect(self._on_frame_ready)
        self._selection.address_changed.connect(self._on_address_changed)
        self._theme.changed.connect(self._on_theme_changed)
        self._origin.followed.connect(self._selection.select)
        self._passes.followed.connect(self._selection.select)
        self._back.clicked.connect(self.go_back)
        self._forward.clicked.connect(self.go_forward)
        self._identity.update_toggled.connect(self._scroll.toggle_update)
        self._scroll.update_shown.connect(self._identity.show_how)

    # -- verbs ----------------------------------------------------------------------------------------------------

    def go_back(self) -> None:
        """Select the node that was inspected before this one; nothing if there is none."""
        if address := self._trail.go_back():
            self._selection.select(address)

    def go_forward(self) -> None:
        """Undo a `go_back`; nothing if there is none."""
        if address := self._trail.go_forward():
            self._selection.select(address)

    # -- what comes in --------------------------------------------------------------------------------------------

    def _on_run_started(self, started: RunStarted) -> None:
        if started.run != self._run:
            self._run = started.run
            self._newest = None
            self._blank()

    def _on_frame_ready(self, frame: Inspected) -> None:
        if self._run >= 0 and frame.run != self._run:
            return  # late, of a run that is over
        self._newest = frame
        explanation = frame.explanation
        if explanation is None or explanation.address != self._selection.address or not explanation.address:
            return
        self._explanation = explanation
        self._full_batch = frame.full_batch
        if self._history is not None and not explanation.inside:  # of whole steps
            self._history.add(frame.step, explanation.gradient)
        if self.isVisible():
            self._draw()

    def _on_address_changed(self, address: str) -> None:
        self._trail.visit(address)
        with self._keeping_focus():
            self._enable(self._back, bool(self._trail.before))
            self._enable(self._forward, bool(self._trail.after))
            self._address.setText("" if _NUMBERED.fullmatch(address) else address)
            self._address.setToolTip("")
            self._blank()
            self._pages.setCurrentIndex(1 if address else 0)
            self._scroll.verticalScrollBar().setValue(0)
        if self._newest is not None:
            self._on_frame_ready(self._newest)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._top.setSpacing(px(4))
        self._column.setSpacing(px(4))

    # -- focus ----------------------------------------------------------------------------------------------------

    def _enable(self, button: IconButton, enabled: bool) -> None:
        """A button that is disabled would hand the focus to whatever comes next, and Enter with it."""
        if not enabled and button.hasFocus():
            self.setFocus()
        button.setEnabled(enabled)

    @contextmanager
    def _keeping_focus(self) -> Iterator[None]:
        """What is hidden or disabled meanwhile does not take the focus out of the inspector."""
        had = self._has_focus()
        yield
        if had and not self._has_focus():
            self.setFocus()

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))

    # -- drawing --------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def _blank(self) -> None:
        """Keep every place and empty it: the next frame brings the numbers."""
        if self._history is not None:
            self._history.blank()
        self._explanation = self._shown = None
        self._structure = ()
        self._title.set_text("")
        for section in (self._identity, self._origin, self._passes, *self._more):
            section.blank()
        if self._last is not None:
            self._last.blank()

    def _draw(self) -> None:
        explanation = self._explanation
        if explanation is None or explanation is self._shown:
            return
        self._shown = explanation
        with self._keeping_focus():
            changed = self._draw_structure(explanation)
            sample = self._selection.sample
            self._identity.show_numbers(explanation)
            self._origin.show_numbers(explanation, sample)
            self._passes.show_numbers(explanation, sample)
            for section in self._more:
                section.show_numbers(explanation)
            if changed:
                self._scroll.fit()

    def _draw_structure(self, explanation: Explanation) -> bool:
        """What is there for this kind of node; whether it is another one."""
        structure = (*structure_of(explanation), self._full_batch)
        if structure == self._structure:
            return False
        self._structure = structure
        name = explanation.name or explanation.address
        self._address.setText(name[:1].upper() + name[1:] if name.startswith("the ") else name)
        self._address.setToolTip(explanation.address if name != explanation.address else "")
        self._title.set_text("" if explanation.title == name else short_title(explanation.title, explanation.address))
        self._title.setToolTip(explanation.title)
        for section in (self._identity, self._origin, self._passes, *self._more):
            section.show_structure(explanation)
        over_all = explanation.role == "parameter" and not explanation.inside
        self._identity.show_batch_note(over_all and not self._full_batch)
        return True
