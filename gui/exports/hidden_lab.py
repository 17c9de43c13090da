"""A session without a window: the cards that are exported, laid out offscreen, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from core.document_parts import Document
from core.errors import ChainruleError
from core.words import mark, tr
from gui.exports.graph_picture import graph_drawing
from gui.exports.report_pictures import Looks, lab_report
from gui.exports.targets import PICTURES
from gui.frames import Frame, Level
from gui.graph.graph_card import GraphCard
from gui.graph.layout_client import LayoutClient
from gui.graph.panel import GraphPanel
from gui.graph.sheet_panel import SheetGraphPanel
from gui.panels.boundary import BoundaryPanel
from gui.panels.loss import LossPanel
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode
from gui.theme import Theme

PATIENCE_MS = 120_000
TOO_LONG = mark("The picture took too long to be made.")
GRAPH = (640, 560)  # of the graph's card: the network's picture is as large


class NetworkCards:
    """What is exported of the network lab."""

    def __init__(self, lab: HiddenLab) -> None:
        self.graph = GraphPanel(lab.runs, lab.selection, lab.theme, lab.layouts)
        self.loss = LossPanel(lab.runs, lab.documents, lab.theme)
        self.boundary = BoundaryPanel(lab.runs, lab.selection, lab.theme)

    @property
    def all(self) -> tuple[QWidget, ...]:
        return self.graph, self.loss, self.boundary


class ExpressionCards:
    """What is exported of the expression lab."""

    def __init__(self, lab: HiddenLab) -> None:
        self.graph = SheetGraphPanel(lab.sheets, lab.theme, lab.layouts)

    @property
    def all(self) -> tuple[QWidget, ...]:
        return (self.graph,)


class HiddenLab:
    """Has the attributes of the window that exports are made of."""

    def __init__(self, document: Document, theme: str) -> None:
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(app, QApplication)
        self._app = app
        self.theme = Theme(theme)
        self.theme.apply(app)
        self.documents = Documents(document)
        self.selection = Selection()
        self.runs = Runs(self.documents, self.selection)
        self.sheets = Sheets(self.documents)
        self.layouts = LayoutClient()
        self._problem = ""
        self.runs.failed.connect(self._on_failed)

    @cached_property
    def network(self) -> NetworkCards:
        return NetworkCards(self)

    @cached_property
    def expression(self) -> ExpressionCards:
        return ExpressionCards(self)

    @property
    def cards(self) -> NetworkCards | ExpressionCards:
        """Those of the lab that is open."""
        return self.network if self.documents.mode is Mode.NETWORK else self.expression

    def take(self, steps: int) -> None:
        """Go so many steps on, and wait until all of it is drawn."""
        self.cards.graph.resize(*GRAPH)
        for card in self.cards.all:
            card.show()
        if self.documents.mode is Mode.NETWORK:
            self._train(steps)
        else:
            self._wait(lambda: not self.sheets.busy)
            if self.sheets.error is not None:
                raise self.sheets.error
            if steps:
                self.sheets.seek(steps)
        for _ in range(3):  # what has settled may ask for more: a layout
            self._app.processEvents()
            self._wait(self._is_settled)

    def picture(self, kind: str, title: str) -> bytes:
        """The graph, or the report."""
        if kind == "html":
            page = lab_report(self, title, Looks(Theme("light"), Theme("dark"))).html()
            assert page is not None, "nobody cancels it here"
            return page
        if kind not in PICTURES:
            raise ChainruleError(tr("There is no picture of the kind '{kind}'.", kind=kind))
        frame, card = self.runs.frame, self.cards.graph
        if self.documents.mode is Mode.NETWORK and frame is not None and frame.graph_note:
            raise ChainruleError(frame.graph_note)
        assert isinstance(card, GraphCard)
        return PICTURES[kind](graph_drawing(card, self.theme, tr("Graph of {title}", title=title)))

    def close(self) -> None:
        """End the threads and the process."""
        self.runs.close()
        self.sheets.close()
        self.layouts.close()
        for card in self.cards.all:
            card.close()
            card.deleteLater()
        self._app.processEvents()

    def _train(self, steps: int) -> None:
        runs = self.runs
        self._wait(lambda: runs.frame is not None)
        assert runs.frame is not None
        last = runs.frame.step + steps
        if steps:
            runs.move(steps)
            self._wait(lambda: _is_done(runs.frame, last), patience_ms=-1)  # it takes as long as it takes

    def _is_settled(self) -> bool:
        if self.layouts.busy:
            return False
        if self.documents.mode is Mode.EXPRESSION:
            return not self.sheets.busy
        frame = self.runs.frame
        told = frame is not None and (bool(frame.graph_note) or frame.graph is not None)
        return told or self.selection.level is Level.NETWORK

    def _on_failed(self, message: str, details: str) -> None:
        self._problem = message

    def _wait(self, done: Callable[[], bool], patience_ms: int = PATIENCE_MS) -> None:
        """Let the lab work until something is so. Raises ChainruleError if it fails, or takes too long (−1: never)."""
        deadline = QDeadlineTimer(patience_ms)
        while not done():
            if self._problem or deadline.hasExpired():
                raise ChainruleError(self._problem or tr(TOO_LONG))
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def _is_done(frame: Frame | None, last: int) -> bool:
    """Whether so many steps are done, or no more can be."""
    return frame is not None and (frame.step >= last or frame.divergence is not None)
