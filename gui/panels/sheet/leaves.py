"""The leaves panel: a slider and a number for every number of the text that the graph starts from."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.errors import ExpressionError
from core.expression.knobs import FixedSource, Knob, fixed_sources, knobs_of
from core.expression.literals import rewritten
from core.expression.sheet import Sheet, Span
from core.words import mark, tr, trn
from gui.numbers import format_count
from gui.panels.sheet.gradient_step import GradientStep
from gui.panels.sheet.leaf_row import LeafRow
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme
from gui.widgets.scroll import PanelScroll
from gui.widgets.text import TextLabel

MOST_ROWS = 100
ROWS_AT_ONCE = 25  # more of them would take longer than a frame
MOST_SOURCES = 3  # notes that say where other numbers come from
LONGEST_CODE = 40  # characters of them
WISHED_HEIGHT = 260  # px at scale 1: six rows; with more of them the rows scroll
PATIENCE_MS = 600  # an error shorter than this is somebody typing: the rows stay as they are
EMPTY = mark("No numbers yet: write a = 2.0 in the text.")
BAD_TEXT = mark("The text has an error: its numbers can be moved when it is mended")


class LeavesPanel(QWidget):
    """Rows follow the last good sheet; what a row asks for is written into the text."""

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = mark("Leaves")
        self.header: QWidget | None = None
        self._sheets, self._theme = sheets, theme
        self._knobs: tuple[Knob, ...] = ()
        self._rows: list[LeafRow] = []
        self._list = QWidget()
        self._note = TextLabel(tr(EMPTY), "mute")
        self._sources = [TextLabel("", "small") for _ in range(MOST_SOURCES)]
        self._step = GradientStep(sheets, theme)
        self._filling = QTimer(self, singleShot=True, interval=0)
        self._settling = QTimer(self, singleShot=True, interval=0)
        self._waiting = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        if sheets.sheet is not None:
            self._on_sheet_changed(sheets.sheet)
        if sheets.frame is not None:
            self._on_frame_ready(sheets.frame)

    def row(self, address: str) -> LeafRow | None:
        """The row of a leaf, also of one that shares its number in the text with another."""
        sheet = self._sheets.sheet
        node = sheet.node(address) if sheet is not None else None
        return next((row for row, knob in self._pairs() if node in knob.nodes), None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._sheets.frame is not None:
            self._show_gradients(self._sheets.frame)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._note)
        self._note.setWordWrap(True)
        self._note.setObjectName("leavesNote")
        for number, line in enumerate(self._sources):
            line.setObjectName(f"leavesSource{number}")
            line.setWordWrap(True)
            line.hide()
            self._column.addWidget(line)
        self._column.addStretch(1)
        self._scroll = _Rows(self._list, self._theme)
        self._scroll.setObjectName("leavesScroll")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._scroll, 1)
        box.addWidget(self._step)
        self._box = box

    def _connect(self) -> None:
        self._sheets.sheet_changed.connect(self._on_sheet_changed)
        self._sheets.error_changed.connect(self._on_error_changed)
        self._sheets.frame_ready.connect(self._on_frame_ready)
        self._sheets.withheld_changed.connect(self._on_withheld_changed)
        self._sheets.selection.address_changed.connect(self._on_address_changed)
        self._filling.timeout.connect(self._fill_rows)
        self._settling.timeout.connect(self._on_settled)
        self._waiting.timeout.connect(self._show_movable)
        self._theme.changed.connect(self._on_theme_changed)

    # -- the text's numbers ---------------------------------------------------------------------------------------

    def _on_sheet_changed(self, sheet: Sheet) -> None:
        knobs = knobs_of(sheet)
        self._knobs = knobs[:MOST_ROWS]
        self._fill_rows()
        more = len(knobs) - len(self._knobs)
        self._note.setText(
            tr("… and {more} more: change them in the text.", more=format_count(more)) if more else tr(EMPTY)
        )
        self._note.setVisible(bool(more) or not sheet.leaves)
        self._show_sources(fixed_sources(sheet))
        self._settling.start()

    def _fill_rows(self) -> None:
        """Show the numbers in rows; where many rows are missing, the others follow with the next events."""
        self._fit_rows(min(len(self._knobs), len(self._rows) + ROWS_AT_ONCE))
        for row, knob in self._pairs():
            row.show_leaf(knob, by_hand=not self._step.under_way)
        self._on_address_changed(self._sheets.selection.address)
        self._show_movable()
        if len(self._rows) < len(self._knobs):
            self._filling.start()
        elif self._sheets.frame is not None:
            self._on_frame_ready(self._sheets.frame)

    def _pairs(self) -> Iterator[tuple[LeafRow, Knob]]:
        """The rows that are there, with what they show."""
        return zip(self._rows, self._knobs, strict=False)

    def _fit_rows(self, count: int) -> None:
        """Rows are used again for other leaves: making them takes longer than showing another one."""
        while len(self._rows) < count:
            row = LeafRow(self._theme)
            row.moved.connect(self._on_moved)
            row.select_requested.connect(self._sheets.selection.select)
            self._column.insertWidget(len(self._rows), row)
            row.tab_after(self._rows[-1].last_part if self._rows else self._list)
            self._rows.append(row)
        while len(self._rows) > count:
            row = self._rows.pop()
            row.hide()
            row.setParent(None)
            row.deleteLater()

    def _show_sources(self, sources: tuple[FixedSource, ...]) -> None:
        """How many numbers have no slider, and the code that made them."""
        told = [(_source_line(source), source.code) for source in sources]
        if len(told) > MOST_SOURCES:
            rest = sum(source.count for source in sources[MOST_SOURCES - 1 :])
            told[MOST_SOURCES - 1 :] = [
                (
                    trn(
                        "{n} number made by other code",
                        "{n} numbers made by other code",
                        max(rest, 2),
                        n=format_count(rest),
                    ),
                    "",
                )
            ]
        for number, line in enumerate(self._sources):
            words, code = told[number] if number < len(told) else ("", "")
            line.setText(words)
            line.setToolTip(
                tr("{code}\nChange these numbers in the text: they have no slider", code=code) if code else ""
            )
            line.setVisible(bool(words))

    def _on_moved(self, address: str, value: float, name: str) -> None:
        self._write(address, value, name)

    def _write(self, address: str, value: float, name: str) -> None:
        """Ask for another number; where the one before made the text fail (the log of −1), mend it with this one."""
        sheet, error = self._sheets.sheet, self._sheets.error
        if error is None or sheet is None:
            self._sheets.set_leaves({address: value}, name)
            return
        knob = next((knob for knob in self._knobs if knob.address == address), None)
        if knob is not None and _differs_only_at(sheet.text, self._sheets.text, knob.literal):
            self._sheets.set_text(rewritten(sheet.text, {knob.literal: value}), name)
        else:
            self._settling.start()

    def _on_error_changed(self, error: ExpressionError | None) -> None:
        if error is None:
            self._waiting.stop()
            self._show_movable()
        elif not self._waiting.isActive():
            self._waiting.start()
        self._settling.start()

    def _on_settled(self) -> None:
        """No number is on its way any more: what the text says is what is shown."""
        sheet = self._sheets.sheet
        if self._sheets.busy or sheet is None:
            return
        for row, knob in self._pairs():
            if self._sheets.error is None:
                row.settle(knob.value)
            elif row.asked is not None and _differs_only_at(sheet.text, self._sheets.text, knob.literal):
                self._write(row.address, row.asked, row.address)  # the newest one was dropped with the bad text
            elif row.asked is not None:
                row.settle(knob.value)

    def _show_movable(self) -> None:
        sheet, bad = self._sheets.sheet, self._sheets.error is not None
        for row, knob in self._pairs():
            mends = bad and sheet is not None and _differs_only_at(sheet.text, self._sheets.text, knob.literal)
            row.set_movable(not bad or mends, tr(BAD_TEXT) if bad and not mends else "")

    # -- selection and gradients ----------------------------------------------------------------------------------

    def _on_address_changed(self, address: str) -> None:
        chosen = self.row(address) if address else None
        for row in self._rows:
            row.set_selected(row is chosen)
        if chosen is not None:
            self._scroll.ensureWidgetVisible(chosen, 0, self._theme.px(8))

    def _on_frame_ready(self, frame: SheetFrame) -> None:
        if self.isVisible():
            self._show_gradients(frame)

    def _show_gradients(self, frame: SheetFrame) -> None:
        if frame.sheet is not self._sheets.sheet:
            return
        told = frame.sheet.has_backward and not self._sheets.withheld
        for row, knob in self._pairs():
            row.show_gradient(knob.gradient(frame.state.grad) if told else None)

    def _on_withheld_changed(self, _withheld: bool) -> None:
        if self._sheets.frame is not None:
            self._show_gradients(self._sheets.frame)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(4))
        self._box.setSpacing(px(8))


class _Rows(PanelScroll):
    """Wants no more than a few rows' height."""

    def __init__(self, rows: QWidget, theme: Theme) -> None:
        super().__init__(theme)
        self.set_panel(rows)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        wish = super().sizeHint()
        return QSize(wish.width(), min(wish.height(), self._theme.px(WISHED_HEIGHT)))


def _source_line(source: FixedSource) -> str:
    """`Layer(2, 3): 3 of its 9 parameters are in this graph`, `1 constant inside 3*x**2 - 4*x`."""
    code, count = source.code, format_count(source.count)
    if len(code) > LONGEST_CODE:
        code = f"{code[: LONGEST_CODE - 1]}…"
    if source.made is not None and source.count < source.made:
        return trn(
            "{code}: {n} of its {made} parameters is in this graph",
            "{code}: {n} of its {made} parameters are in this graph",
            source.count,
            n=count,
            code=code,
            made=format_count(source.made),
        )
    if source.made is not None and source.count == source.made:
        return trn("{code}: its {n} parameters", "{code}: its {n} parameters", source.count, n=count, code=code)
    if not code or code.startswith("Value("):
        maker = code or tr("a computation")
        return trn("{n} number made by {code}", "{n} numbers made by {code}", source.count, n=count, code=maker)
    return trn("{n} constant inside {code}", "{n} constants inside {code}", source.count, n=count, code=code)


def _differs_only_at(text: str, other: str, place: Span) -> bool:
    """Whether another text is this one with something else at a place on one line."""
    before = sum(len(line) + 1 for line in text.split("\n")[: place.line - 1])
    head, tail = text[: before + place.column], text[before + place.end_column :]
    return len(other) >= len(head) + len(tail) and other.startswith(head) and other.endswith(tail)
