"""What the tests of the sheet's graph share: real sheets of a text, in a real card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from gui.graph.layout_client import LayoutClient
from gui.graph.sheet_panel import SheetGraphPanel
from gui.graph.sheet_view import SheetView
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme

WAIT_MS = 20_000  # generous: a busy machine is not a failure
FIRST = """\
a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
e = a * b
d = e + c
f = Value(-2.0, label='f')
L = d * f
L.backward()
"""  # steps: e, d, L forward; L seeded; L, d, e hand on
TWICE = "a = Value(3.0, label='a')\nb = a + a\nb.backward()\n"


class Lab:
    """A graph card on a text, and what belongs to it."""

    def __init__(self, qtbot: QtBot, text: str, theme: Theme) -> None:
        self.documents = Documents(Document(text=text))
        self.sheets = Sheets(self.documents)
        self.layouts = LayoutClient()
        self.panel = SheetGraphPanel(self.sheets, theme, self.layouts)
        self.qtbot = qtbot
        qtbot.addWidget(self.panel)
        self.panel.resize(900, 600)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.settle()

    @property
    def view(self) -> SheetView:
        return self.panel.view

    def settle(self) -> None:
        """Until what was typed is on screen."""
        self.wait(lambda: not self.sheets.busy and not self.layouts.busy)

    def wait(self, done: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(done, timeout=WAIT_MS)

    def show_text(self, text: str) -> None:
        self.sheets.set_text(text)
        self.settle()

    def centre(self, address: str, field: str = "data") -> QPoint:
        place = self.view.slot_rect(address, field)  # type: ignore[arg-type]
        assert place.isValid(), address
        return place.center()

    def on_edge(self, head: str, position: int, share: float = 0.5) -> QPoint:
        """A point of the widget on the edge of an operand."""
        view = self.view
        picture, node = view._sheet_picture(), view.node_of(head)
        assert picture is not None
        assert node is not None
        point = picture.path(picture.edges[node, position]).pointAtPercent(share) * view._camera.pixels
        return QPoint(round(point.x()) + view._camera.left, round(point.y()) + view._camera.top)

    def close(self) -> None:
        self.sheets.close()
        self.layouts.close()


@contextmanager
def lab_on(qtbot: QtBot, text: str, theme: Theme) -> Iterator[Lab]:
    lab = Lab(qtbot, text, theme)
    try:
        yield lab
    finally:
        lab.close()
