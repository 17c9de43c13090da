"""Take the selected tanh apart, or put it together again: a link, or the reason why it stays as it is."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.expression.atoms import Offer, can_put_together, can_take_apart, put_together, take_apart
from core.expression.sheet import Sheet
from core.words import mark, tr
from gui.session.documents import Gesture
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

PAUSE_MS = 60  # while numbers move, nothing is looked up
ATOMS = {
    "tanh": mark("e = exp(2n) and (e − 1)/(e + 1)"),
    "sigmoid": mark("1/(1 + exp(−n))"),
    "softplus": mark("log(1 + exp(n))"),
}


class TakeApartBar(QWidget):
    """Seen only while a tanh, sigmoid or softplus is selected, whole or in its atomic form."""

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("takeApartBar")
        self._sheets = sheets
        self._apart: Offer | None = None
        self._together: Offer | None = None
        self._from_end = 0  # where the selected node will be after a change: so many before the end of the graph
        self._text_to_come = ""
        self._link = LinkButton("", theme)
        self._link.setObjectName("takeApart")
        self._reason = TextLabel("", "small")
        self._reason.setObjectName("takeApartReason")
        self._reason.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._link)
        column.addWidget(self._reason)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._settling = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._settling.timeout.connect(self._show_offer)
        self._link.clicked.connect(self._on_clicked)
        sheets.sheet_changed.connect(self._on_sheet_changed)
        sheets.error_changed.connect(self._settling.start)
        sheets.selection.address_changed.connect(self._show_offer)
        self._show_offer()

    def _show_offer(self) -> None:
        sheet, node = self._sheets.sheet, self._node()
        self._apart = self._together = None
        if sheet is not None and node is not None and sheet.text == self._sheets.text:
            self._apart = can_take_apart(sheet.text, sheet, node)
            self._together = can_put_together(sheet.text, sheet, node) if self._apart is None else None
        offer = self._apart or self._together
        self.setVisible(offer is not None)
        if offer is not None:
            self._show_texts(offer)

    def _show_texts(self, offer: Offer) -> None:
        name, atoms = offer.operation, tr(ATOMS[offer.operation])
        text = tr("take {name} apart", name=name) if self._apart is not None else tr("put {name} together", name=name)
        if self._apart is not None:
            told = tr("Write {name}(n) as {atoms}: output and gradients stay the same", name=name, atoms=atoms)
        else:
            told = tr("Write {atoms} as {name}(n) again: output and gradients stay the same", atoms=atoms, name=name)
        self._link.setText(text)
        self._link.setAccessibleName(text)
        self._link.setToolTip(told)
        self._link.setVisible(not offer.reason)
        self._reason.setText(offer.reason)
        self._reason.setVisible(bool(offer.reason))

    def _node(self) -> int | None:
        sheet, address = self._sheets.sheet, self._sheets.selection.address
        return sheet.node(address) if sheet is not None and address else None

    def _on_clicked(self) -> None:
        self._show_offer()
        sheet, node = self._sheets.sheet, self._node()
        offer = self._apart or self._together
        if sheet is None or node is None or offer is None or offer.reason:
            return
        twins = [i for i, origin in enumerate(sheet.origins) if origin == sheet.origins[node]]
        self._from_end = len(sheet.graph.nodes) - twins[-1]
        change = take_apart if self._apart is not None else put_together
        self._text_to_come = change(sheet.text, sheet, node)
        self._sheets.set_text(self._text_to_come, Gesture(self._link.text()))

    def _on_sheet_changed(self, sheet: Sheet) -> None:
        """The node stays selected: what is computed after it is the same as before, so it is as far from the end."""
        if self._text_to_come and sheet.text == self._text_to_come and self._from_end <= len(sheet.graph.nodes):
            self._sheets.selection.select(sheet.graph.nodes[-self._from_end].address)
        self._text_to_come = ""
        self._settling.start()
