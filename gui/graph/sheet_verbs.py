"""What the context menu of a node in a sheet's graph can do: take it apart, go to the steps in which it acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from core.expression.atoms import Offer, can_put_together, can_take_apart, put_together, take_apart
from core.expression.sheet import Phase, Sheet
from core.words import mark, tr
from gui.session.documents import Gesture
from gui.session.sheets import Sheets

_APART, _TOGETHER = mark("Take {operation} apart"), mark("Put {operation} together")
_COMPUTED = mark("Step to where it is computed")
_HANDS_ON = mark("Step to where it hands its gradient on")


class NodeVerbs(QObject):
    """Makes the entries for the node that is selected."""

    def __init__(self, sheets: Sheets, parent: QObject) -> None:
        super().__init__(parent)
        self._sheets = sheets
        self._awaited: tuple[str, int] | None = None  # a text, and how far from its graph's end the selection will be
        sheets.sheet_changed.connect(self._on_sheet_changed)

    def actions(self, menu: QMenu) -> list[QAction]:
        """Those that apply to the selected node; one that cannot be done is grey and tells why."""
        sheet, address = self._sheets.sheet, self._sheets.selection.address
        node = sheet.node(address) if sheet is not None and address else None
        if sheet is None or node is None or sheet.text != self._sheets.text:
            return []
        return [*self._form_actions(menu, sheet, node), *self._step_actions(menu, sheet, node)]

    def _form_actions(self, menu: QMenu, sheet: Sheet, node: int) -> list[QAction]:
        apart = can_take_apart(sheet.text, sheet, node)
        if apart is not None:
            return [self._form_action(menu, _APART, apart, partial(self._rewrite, take_apart, node))]
        together = can_put_together(sheet.text, sheet, node)
        if together is not None:
            return [self._form_action(menu, _TOGETHER, together, partial(self._rewrite, put_together, node))]
        return []

    def _form_action(self, menu: QMenu, verb: str, offer: Offer, act: Callable[[str], None]) -> QAction:
        text = tr(verb, operation=offer.operation)
        action = QAction(tr("{verb}: not here", verb=text) if offer.reason else text, menu)
        action.setObjectName("sheetNodeForm")
        action.setEnabled(not offer.reason)
        action.setToolTip(offer.reason or tr("Output and gradients stay the same"))
        action.triggered.connect(partial(act, text[0].lower() + text[1:]))
        return action

    def _rewrite(self, change: Callable[[str, Sheet, int], str], node: int, name: str, _checked: bool = False) -> None:
        sheet = self._sheets.sheet
        if sheet is None or sheet.text != self._sheets.text:
            return
        twins = [i for i, origin in enumerate(sheet.origins) if origin == sheet.origins[node]]
        text = change(sheet.text, sheet, node)
        self._awaited = text, len(sheet.graph.nodes) - twins[-1]
        self._sheets.set_text(text, Gesture(name))

    def _on_sheet_changed(self, sheet: Sheet) -> None:
        """The node stays selected: what is computed after it is the same, so it is as far from the end as before."""
        awaited, self._awaited = self._awaited, None
        if awaited is not None and sheet.text == awaited[0] and awaited[1] <= len(sheet.graph.nodes):
            self._sheets.selection.select(sheet.graph.nodes[-awaited[1]].address)

    def _step_actions(self, menu: QMenu, sheet: Sheet, node: int) -> list[QAction]:
        actions = []
        for phase, text, name in (
            (Phase.FORWARD, _COMPUTED, "sheetNodeComputed"),
            (Phase.BACKWARD, _HANDS_ON, "sheetNodeHandsOn"),
        ):
            number = step_of(sheet, node, phase)
            if number is not None:
                action = QAction(tr(text), menu)
                action.setObjectName(name)
                action.triggered.connect(partial(self._seek, number + 1))
                actions.append(action)
        return actions

    def _seek(self, position: int, _checked: bool = False) -> None:
        self._sheets.pause()
        self._sheets.seek(position)


def step_of(sheet: Sheet, node: int, phase: Phase) -> int | None:
    """The first step of a phase in which a node acts; backward, the one in which it hands its gradient on."""
    for number, step in enumerate(sheet.steps):
        acts = phase is Phase.FORWARD or any(change.position >= 0 for change in step.changes)
        if acts and step.phase is phase and step.node == node:
            return number
    return None
