"""The inspector alone, on frames by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.maths import Maths
from gui.panels.inspector import InspectorPanel
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.inspector_bench import RunsDouble


@pytest.fixture
def maths(qapp: QApplication) -> Iterator[Maths]:
    maths = Maths()
    yield maths
    maths.close()


@pytest.fixture
def runs() -> RunsDouble:
    return RunsDouble()


@pytest.fixture
def selection() -> Selection:
    selection = Selection()
    selection.select_sample(1)
    return selection


@pytest.fixture
def panel(qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme, maths: Maths) -> InspectorPanel:
    panel = InspectorPanel(runs, selection, theme, maths)
    qtbot.addWidget(panel)
    panel.resize(292, 400)
    panel.show()
    return panel
