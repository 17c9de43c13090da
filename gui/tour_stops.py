"""What a tour shows of each lab, and how the controls are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QMenuBar, QScrollArea, QWidget

from core.words import mark
from gui.sheet_frames import Mode
from gui.widgets.beside import Side
from gui.widgets.seen import seen_rect

if TYPE_CHECKING:
    from gui.main_window import MainWindow

LESSONS_LINK: Final = "lessonsLink"


@dataclass(frozen=True)
class Stop:
    """One control, and what a person can do with it. Texts are marked, and translated where they are shown."""

    title: str
    text: str
    control: Callable[[MainWindow], QWidget | None]
    part: Callable[[QWidget], QRect] | None = None  # of the control that is meant; all of it if None
    side: Side | None = None  # where its words hide least of what should be watched
    card: str = ""  # of the desk, that it lies on; empty if it is on none
    picks_node: bool = False  # it has nothing to show until something is selected


def stops_of(mode: Mode) -> tuple[Stop, ...]:
    """The tour of a lab."""
    return NETWORK_STOPS if mode is Mode.NETWORK else EXPRESSION_STOPS


def where_is(control: QWidget, part: Callable[[QWidget], QRect] | None) -> QRect | None:
    """Where the part of a control is in global coordinates; None while nothing of it is seen."""
    return seen_rect(control, part(control) if part is not None else None)


def bring_into_view(control: QWidget) -> None:
    """Scroll what it lies in, so that all of it is seen if there is room."""
    above = control.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.widget() is not None:
            inner = above.widget()
            top = control.mapTo(inner, QPoint(0, 0)) if inner.isAncestorOf(control) else QPoint()
            above.ensureVisible(top.x(), top.y() + control.height(), 0, 0)
            above.ensureVisible(top.x(), top.y(), 0, 0)
        above = above.parentWidget()


def _named(name: str) -> Callable[[MainWindow], QWidget | None]:
    def find(window: MainWindow) -> QWidget | None:
        found: QWidget | None = window.findChild(QWidget, name)
        return found

    return find


def _buttons(name: str) -> Callable[[MainWindow], QWidget | None]:
    """The whole group that a button belongs to."""

    def find(window: MainWindow) -> QWidget | None:
        button: QWidget | None = window.findChild(QWidget, name)
        return button.parentWidget() if button is not None else None

    return find


def _graph(window: MainWindow) -> QWidget | None:
    mode = window.documents.mode
    return window.network.graph if mode is Mode.NETWORK else window.expression.graph


def _panel(name: str) -> Callable[[MainWindow], QWidget | None]:
    """A panel with the card around it."""

    def find(window: MainWindow) -> QWidget | None:
        window.desk.panel(name)
        return window.desk.docks[name]

    return find


def _menus(control: QWidget) -> QRect:
    """Of a menu bar the part that has menus."""
    if not isinstance(control, QMenuBar):
        return control.rect()
    found = QRect()
    for action in control.actions():
        found |= control.actionGeometry(action)
    return found


def _lessons(window: MainWindow) -> QWidget | None:
    link: QWidget | None = window.findChild(QWidget, LESSONS_LINK)
    if link is not None and link.isVisible():
        return link
    bar: QMenuBar | None = window.findChild(QMenuBar)
    return bar


_LESSONS = Stop(
    mark("Lessons"),
    mark(
        "Short lessons lead from one derivative to a network that learns. You try things out, and they check what you "
        "found. They are always here."
    ),
    _lessons,
    part=_menus,
    side=Side.BELOW,
)

NETWORK_STOPS: Final = (
    Stop(
        mark("Play"),
        mark(
            "Play trains the network; press it again to pause. The buttons beside it take one step, forwards or back. "
            "Try it: everything on screen follows."
        ),
        _buttons("playButton"),
        part=QWidget.childrenRect,
        side=Side.BELOW,
    ),
    Stop(
        mark("Learning rate"),
        mark(
            "How far each step moves the weights. Drag it while the network trains, and watch the loss: too small is "
            "slow, too large goes wild. Nothing has to start again."
        ),
        _named("learningRate"),
        side=Side.ABOVE,
        card="training",
    ),
    Stop(
        mark("The network"),
        mark(
            "Each tile is a neuron, each line a weight: blue is positive, orange negative. Click any of them to "
            "select it. Double-click a neuron to see the operations inside."
        ),
        _graph,
    ),
    Stop(
        mark("Why this gradient"),
        mark(
            "What is selected is explained here: its value, its gradient, and how the chain rule makes that gradient "
            "from what comes after it."
        ),
        _panel("inspector"),
        side=Side.ABOVE,
        card="inspector",
        picks_node=True,
    ),
    _LESSONS,
)

EXPRESSION_STOPS: Final = (
    Stop(
        mark("Your expression"),
        mark("Type a calculation in Python, as in the lecture. Each line becomes a part of the graph as you write."),
        _panel("expression"),
        side=Side.BELOW,
        card="expression",
    ),
    Stop(
        mark("The graph"),
        mark(
            "Each box is one number: its name, its value, its gradient. Click a box to select it. Drag the value of "
            "a leaf, and all that depends on it follows."
        ),
        _graph,
    ),
    Stop(
        mark("Step by step"),
        mark(
            "Play goes through the calculation one operation at a time: forwards for the values, then backwards for "
            "the gradients. The buttons beside it take one step, also back."
        ),
        _buttons("sheetPlayButton"),
        part=QWidget.childrenRect,
        side=Side.BELOW,
    ),
    Stop(
        mark("Why this gradient"),
        mark("The selected box is explained here: each way its gradient takes, in numbers and as a formula."),
        _panel("sheetInspector"),
        card="sheetInspector",
        picks_node=True,
    ),
    _LESSONS,
)
