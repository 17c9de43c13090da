"""A column of cards that share its height by one rule, and what a layout from another screen needs to be usable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from gui.widgets.dock import CardDock


def shared_heights(total: int, wanted: Sequence[int], least: Sequence[int], gives: Sequence[int]) -> list[int]:
    """Heights of cards that come to `total`: every card gets what it wants, the first that gives keeps what is left.

    Where that is too much, the cards give in the order of `gives` (numbers of cards), each down to its least.
    """
    heights = list(wanted)
    spare = total - sum(heights)
    if spare >= 0:
        heights[gives[0]] += spare
        return heights
    for card in gives:
        cut = min(-spare, max(0, heights[card] - least[card]))
        heights[card] -= cut
        spare += cut
    return heights


def raised_heights(heights: Sequence[int], least: Sequence[int]) -> list[int]:
    """The same in sum, but none below its least as long as others have more than theirs."""
    found = [max(height, low) for height, low in zip(heights, least, strict=True)]
    owed = sum(found) - sum(heights)
    while owed > 0:
        most = max(range(len(found)), key=lambda card: found[card] - least[card])
        cut = min(owed, found[most] - least[most])
        if cut <= 0:
            break
        found[most] -= cut
        owed -= cut
    return found


def moved_inside(card: QRect, area: QRect) -> QRect:
    """A rectangle of the same size inside an area; smaller only where the area is."""
    size = card.size().boundedTo(area.size())
    left = min(max(card.left(), area.left()), area.left() + area.width() - size.width())
    top = min(max(card.top(), area.top()), area.top() + area.height() - size.height())
    return QRect(QPoint(left, top), size)


class CardColumn(QObject):
    """Cards one below the other. The same wishes in the same height always give the same layout."""

    def __init__(self, window: QMainWindow, cards: Sequence[CardDock], gives: Sequence[CardDock]) -> None:
        """`cards` from above; `gives`: who gives height first where there is too little, and keeps what is left."""
        super().__init__(window)
        self._window, self._cards, self._gives = window, cards, gives
        self._width: int | None = None  # that was chosen, by the desk or the user; None: as it is at the next sharing

    def forget_width(self) -> None:
        """The width that the column has next is a chosen one."""
        self._width = None

    def share(self) -> None:
        """Give every card its height, and the column its width if something had made it wider for a while."""
        cards = self._present()
        if not cards:
            return
        self._narrow(cards[0])
        gives = [cards.index(card) for card in self._gives if card in cards]
        heights = [card.height() for card in cards]
        wanted = [card.wished_height() for card in cards]
        target = shared_heights(sum(heights), wanted, [card.minimumSizeHint().height() for card in cards], gives)
        if target != heights:
            self._window.resizeDocks(cards, target, Qt.Orientation.Vertical)

    def _present(self) -> list[CardDock]:
        """The cards that stand below each other now."""
        shown = [card for card in self._cards if card.isVisible() and not card.isFloating()]
        shown = [card for card in shown if not self._window.tabifiedDockWidgets(card)]
        if not shown:
            return []
        left = shown[0].x()
        return [card for card in shown if card.x() == left]

    def _narrow(self, card: CardDock) -> None:
        if self._width is None:
            self._width = card.width()
        needed = max(each.minimumSizeHint().width() for each in self._present())
        if card.width() > self._width >= needed:
            self._window.resizeDocks([card], [self._width], Qt.Orientation.Horizontal)


def bring_onto_screen(card: CardDock, window: QMainWindow) -> None:
    """A floating card that cannot be taken hold of any more comes back."""
    frame = card.frameGeometry()
    screen = QGuiApplication.screenAt(frame.center()) or window.screen()
    found = moved_inside(frame, screen.availableGeometry())
    if found != frame:
        card.resize(card.size() + found.size() - frame.size())
        card.move(found.topLeft())


def raise_low(window: QMainWindow, cards: Sequence[CardDock], least: Mapping[CardDock, int]) -> None:
    """In every column of docked cards none stays lower than its least height, else than its smallest one."""
    columns: dict[int, list[CardDock]] = {}
    for card in cards:
        if card.isVisible() and not card.isFloating() and not window.tabifiedDockWidgets(card):
            columns.setdefault(card.x(), []).append(card)
    for column in columns.values():
        heights = [card.height() for card in column]
        raised = raised_heights(heights, [least.get(card, card.minimumSizeHint().height()) for card in column])
        if raised != heights:
            window.resizeDocks(column, raised, Qt.Orientation.Vertical)
