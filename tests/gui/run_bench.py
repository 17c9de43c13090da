"""Cards on a real run: what a bench for one of them has beside the card."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from core.experiment import Experiment
from gui.session.analysis import Analysis
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme


class RunBench:
    """A run of its own with what works beside it; a subclass adds the card."""

    def __init__(self, qtbot: QtBot, experiment: Experiment) -> None:
        self.qtbot = qtbot
        self.documents = Documents(Document(experiment=experiment))
        self.runs, self.analysis = Runs(self.documents, Selection()), Analysis()
        self.theme = Theme("light")
        self.theme.apply(QApplication.instance())

    def close(self) -> None:
        """The style sheet goes, too: the icons it names go with the theme."""
        QApplication.instance().setStyleSheet("")
        self.analysis.close()
        self.runs.close()


def benches[Bench: RunBench](kind: type[Bench], qtbot: QtBot) -> Iterator[Callable[[Experiment], Bench]]:
    """For a fixture: what makes benches of this kind, all closed in the end."""
    made: list[Bench] = []

    def make(experiment: Experiment) -> Bench:
        made.append(kind(qtbot, experiment))
        return made[-1]

    yield make
    for bench in made:
        bench.close()
