"""The order in which nodes act, as a strip of numbered chips; a click takes the playhead there."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.expression.order import Pass, pass_at, same_course
from core.expression.sheet import Sheet
from core.words import tr
from gui.panels.sheet.chip_row import ChipRow
from gui.panels.sheet.order_chips import Strip, strip_of
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme
from gui.widgets.text import TextLabel

HEIGHT = 44  # pixels at scale 1, as all below
GAP = 14


class OrderStrip(QWidget):
    """`Order`, the chips of the pass at the playhead, and the rule that their order obeys."""

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orderStrip")
        self._sheets, self._theme = sheets, theme
        self._sheet: Sheet | None = None
        self._pass: Pass | None = None
        self._strip: Strip | None = None
        self._position = 0
        self._label = TextLabel(tr("Order"), "mute")
        self._chips = ChipRow(theme)
        self._rule = TextLabel("", "mute")
        self._rule.setObjectName("orderRule")
        self._rule.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._label)
        self._row.addWidget(self._chips, 1)
        self._row.addWidget(self._rule)
        self._chips.chip_chosen.connect(self._on_chip_chosen)
        sheets.frame_ready.connect(self._on_frame_ready)
        sheets.selection.address_changed.connect(self._chips.set_selected)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        if sheets.frame is not None:
            self._on_frame_ready(sheets.frame)

    @property
    def strip(self) -> Strip | None:
        """What is shown."""
        return self._strip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """The rule stands beside the chips only if it takes no room from them; a tooltip has it always."""
        rule = self._rule.fontMetrics().horizontalAdvance(self._rule.text())
        wanted = self._label.sizeHint().width() + self._chips.full_width() + rule + 2 * self._row.spacing()
        self._rule.setVisible(bool(self._rule.text()) and wanted <= self.width())

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame) -> None:
        if self._goes_on(frame):
            self._sheet = frame.sheet
            return
        self._position = frame.position
        here = pass_at(frame.sheet, frame.position)
        if frame.sheet is not self._sheet or here is not self._pass:
            self._sheet, self._pass = frame.sheet, here
            self._strip = strip_of(frame.sheet, here) if here is not None else None
            self._show_strip()
        if self._strip is not None:
            self._chips.set_looks(self._strip.looks(frame.position))

    def _goes_on(self, frame: SheetFrame) -> bool:
        """Whether only numbers have changed, and no chip is called by its number: a drag of a leaf, mostly."""
        old, sheet = self._sheet, frame.sheet
        if old is None or self._strip is None or sheet is old or frame.position != self._position:
            return False
        named = all(sheet.graph.nodes[leaf.node].label for leaf in sheet.leaves)
        return named and same_course(old, sheet)

    def _show_strip(self) -> None:
        strip = self._strip
        self._chips.set_strip(strip)
        self._chips.set_selected(self._sheets.selection.address)
        rule = strip.rule if strip else ""
        self._rule.setText(rule)
        self._label.setToolTip(_tooltip(strip) if strip else "")
        self._chips.setAccessibleName(_name(strip) if strip else tr("Order in which the nodes act"))
        self._label.setVisible(strip is not None)
        self._make_room()

    @Slot(int)
    def _on_chip_chosen(self, index: int) -> None:
        if self._strip is None or index >= len(self._strip.chips):
            return
        chip = self._strip.chips[index]
        self._sheets.seek(chip.position)
        self._sheets.selection.select(chip.address)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(GAP))
        self.setFixedHeight(px(HEIGHT))
        self._make_room()


def _name(strip: Strip) -> str:
    return tr("The order of the {phase} pass", phase=tr(strip.phase.value))


def _tooltip(strip: Strip) -> str:
    return tr("The order of the {phase} pass, leaves included: {rule}", phase=tr(strip.phase.value), rule=strip.rule)
