"""The menu of the expression lab. Its entries press the lab's own controls, by their names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QWidget

from core.words import mark, tr
from gui.actions import Actions, ActionSpec
from gui.panels.sheet.snippet_menu import SnippetMenu

if TYPE_CHECKING:
    from gui.main_window import MainWindow

MENU = mark("E&xpression")
ENTRIES = (  # action, text, control, shortcut, card that has to be open for it
    ("sheetStepUp", mark("One step &up"), "stepUp", "Ctrl+Alt+Up", "leaves"),
    ("sheetStepDown", mark("One step &down"), "stepDown", "Ctrl+Alt+Down", "leaves"),
    ("sheetAddBackward", mark("Add &backward()"), "addBackward", "Ctrl+Alt+B", "leaves"),
    ("sheetTakeApart", mark("&Take apart, or put together"), "takeApart", "Ctrl+T", "sheetInspector"),
    ("sheetPredict", mark("&Predict: hide the gradients"), "predictSwitch", "Ctrl+Alt+P", "predict"),
    ("sheetNext", mark("&Next number to be found"), "predictNext", "Ctrl+Alt+N", "predict"),
    ("sheetExercise", mark("Open e&xercise"), "exerciseOpen", "Ctrl+Alt+E", "predict"),
)
NAMES = tuple(entry[0] for entry in ENTRIES)


def fill_expression_menu(window: MainWindow, actions: Actions) -> None:
    """Hang the menu in; called when the lab is opened for the first time."""
    snippets = window.expression.findChild(SnippetMenu)
    if snippets is not None:
        actions.menu(MENU).addMenu(snippets.menu)
    for number, (name, text, control, keys, card) in enumerate(ENTRIES):
        verb = partial(press, window, control, card)
        actions.add(ActionSpec(name, MENU, tr(text), verb, (keys,), separator=number in (0, 4)))


def press(window: MainWindow, control: str, card: str) -> None:
    """Press a control of the lab; one that cannot be pressed now says why in the status line."""
    desk = window.expression
    button = desk.panel(card).findChild(QAbstractButton, control)
    if not desk.docks[card].isVisible():
        desk.show_card(card)
    if button is None or button.isHidden() or not button.isEnabled():
        window.status.say(_why_not(button))
    else:
        button.click()


def _why_not(button: QWidget | None) -> str:
    tip = button.toolTip() if button is not None else ""
    if not tip:
        return tr("There is nothing to do this with at the moment.")
    return tr("Not now: {reason}", reason=f"{tip[0].lower()}{tip[1:]}")
