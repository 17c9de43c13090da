"""Which slice of the loss surface is wanted: two parameters by their addresses, or two random directions; how wide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from core.loss_surface import LEAST_SPAN, MOST_SPAN
from core.surface_of_run import Plane
from core.words import tr
from gui.panels.surface_key import SurfaceKey
from gui.theme import Theme
from gui.widgets.buttons import IconButton, LinkButton
from gui.widgets.fields import ChoiceRow, NumberRow
from gui.widgets.text import TextLabel

PARAMETERS, RANDOM = "parameters", "random"
FIRST_SPANS = {PARAMETERS: 2.0, RANDOM: 1.0}
MOST_SEED = 999_999
WIDTH, NARROW = 190, 160  # pixels at scale 1; the latter on a card that is narrower than
NARROW_CARD = 440
_LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class AddressField(QLineEdit):
    """The address of a parameter, with those that there are to choose from."""

    address_changed = Signal(str)

    def __init__(self, name: str, label: str, tooltip: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setToolTip(tooltip)
        self.setProperty("role", "number")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._address = ""
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(self._on_activated)
        self.setCompleter(completer)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def address(self) -> str:
        return self._address

    def set_addresses(self, names: Sequence[str]) -> None:
        """Those that there are."""
        self._names.setStringList(list(names))

    def set_address(self, address: str) -> None:
        """Show another one, without a signal."""
        self._address = address
        self.setText(address)
        self.setCursorPosition(0)

    def event(self, event: QEvent) -> bool:
        """Enter and Escape are the field's own while it has the focus, whatever shortcuts the window has."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _LEAVING:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _LEAVING:
            super().keyPressEvent(event)
            return
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self.set_address(self._address)
        else:
            self._take_over()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._take_over()

    @Slot()
    def _on_activated(self) -> None:
        self._take_over()

    def _take_over(self) -> None:
        """What was typed, if there is such a parameter; else back to the one before."""
        typed = self.text().strip().casefold()
        found = next((name for name in self._names.stringList() if name.casefold() == typed), None)
        changed = found is not None and found != self._address
        self.set_address(found or self._address)
        if changed:
            self.address_changed.emit(self._address)


class SurfaceControls(QWidget):
    """A column of fields; `plane_changed` is only emitted for what a person did."""

    plane_changed = Signal()
    wanted = Signal()  # the surface, anew
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._kind = ChoiceRow(
            tr("over"), theme, [(PARAMETERS, tr("two parameters")), (RANDOM, tr("random directions"))], "surfaceKind",
            tr("Slice through two weights, or along two random directions that move all weights at once"),
        )  # fmt: skip
        tip = tr("Address of a weight or bias, as L1.N2.w1; type a part of it to choose")
        self._first = AddressField("surfaceFirst", tr("parameter across"), tr("Across. {tip}", tip=tip))
        self._second = AddressField("surfaceSecond", tr("parameter upwards"), tr("Upwards. {tip}", tip=tip))
        self._seed = NumberRow(tr("seed"), theme, minimum=0, maximum=MOST_SEED, integer=True, name="surfaceSeed",
                               tooltip=tr("The same seed gives the same two directions"))  # fmt: skip
        self._dice = IconButton("dice", theme, tr("Two other random directions"), size=16)
        self._dice.setObjectName("surfaceDice")
        tip = tr("How far the picture reaches to either side of the present weights")
        self._span = NumberRow(
            tr("span ±"), theme, minimum=LEAST_SPAN, maximum=MOST_SPAN, name="surfaceSpan", tooltip=tip
        )
        self._update = LinkButton(tr("update"), theme, tr("Work the surface out anew around the present weights"))
        self._update.setObjectName("surfaceUpdate")
        self._cancel = LinkButton(tr("cancel"), theme, tr("Stop working it out"))
        self._cancel.setObjectName("surfaceCancel")
        self.key = SurfaceKey(theme)
        self._is_narrow = False
        self.note = TextLabel("", "small")
        self.note.setObjectName("surfaceNote")
        self._spans = dict(FIRST_SPANS)
        self._lay_out()
        self._connect()
        self.set_working(False)
        self._seed.set_value(1)
        self._show_kind()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def plane(self) -> Plane:
        """What is asked for."""
        pair = (self._first.address(), self._second.address()) if self._kind.value() == PARAMETERS else None
        return Plane(pair, int(self._seed.value()), self._span.value())

    def set_addresses(self, names: Sequence[str]) -> None:
        """The parameters that there are; what was chosen stays if it is among them."""
        for number, field in enumerate((self._first, self._second)):
            field.set_addresses(names)
            if field.address() not in names:
                field.set_address(names[min(number, len(names) - 1)])

    def set_working(self, working: bool) -> None:
        """Whether a surface is being worked out."""
        self._cancel.setVisible(working)
        self._update.setVisible(not working)

    def set_room(self, width: int) -> None:
        """How wide the card is: on a narrow one the picture gets more of it."""
        self._is_narrow = width < self._theme.px(NARROW_CARD)
        self.setFixedWidth(self._theme.px(NARROW if self._is_narrow else WIDTH))

    def _lay_out(self) -> None:
        self._pair = QWidget()
        pair = QVBoxLayout(self._pair)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(0)
        for text, field in ((tr("across"), self._first), (tr("upwards"), self._second)):
            label = TextLabel(text, "label")
            label.setBuddy(field)
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(label)
            line.addWidget(field, 1)
            pair.addLayout(line)
        drawn = QHBoxLayout()
        drawn.setContentsMargins(0, 0, 0, 0)
        drawn.addWidget(self._seed, 1)
        drawn.addWidget(self._dice)
        self._random = QWidget()
        self._random.setLayout(drawn)
        last = QHBoxLayout()
        last.setContentsMargins(0, 0, 0, 0)
        last.addWidget(self.note, 1)
        last.addWidget(self._cancel)
        last.addWidget(self._update)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._kind, self._pair, self._random, self._span):
            column.addWidget(part)
        column.addLayout(last)
        column.addWidget(self.key)
        column.addStretch(1)
        self._column = column

    def _connect(self) -> None:
        self._kind.choice_changed.connect(self._on_kind_changed)
        self._first.address_changed.connect(self.plane_changed)
        self._second.address_changed.connect(self.plane_changed)
        self._seed.value_changed.connect(self.plane_changed)
        self._span.value_changed.connect(self._on_span_changed)
        self._dice.clicked.connect(self._on_dice)
        self._update.clicked.connect(self._on_update)
        self._cancel.clicked.connect(self._on_cancel)

    def _show_kind(self) -> None:
        kind = self._kind.value()
        self._pair.setVisible(kind == PARAMETERS)
        self._random.setVisible(kind == RANDOM)
        self._span.set_value(self._spans[kind])

    @Slot()
    def _on_kind_changed(self) -> None:
        self._show_kind()
        self.plane_changed.emit()

    @Slot(float)
    def _on_span_changed(self, span: float) -> None:
        self._spans[self._kind.value()] = span
        self.plane_changed.emit()

    @Slot()
    def _on_dice(self) -> None:
        self._seed.set_value((self._seed.value() + 1) % (MOST_SEED + 1))
        self.plane_changed.emit()

    @Slot()
    def _on_update(self) -> None:
        self.wanted.emit()

    @Slot()
    def _on_cancel(self) -> None:
        self.cancelled.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedWidth(self._theme.px(NARROW if self._is_narrow else WIDTH))
        self._column.setSpacing(self._theme.px(1))
