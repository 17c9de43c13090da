"""The loss card alone, on a run that does only what a test tells it to."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.panels.loss import LossPanel
from gui.theme import Theme
from tests.gui.loss_bench import QuietRuns, make_panel


@pytest.fixture
def runs() -> QuietRuns:
    return QuietRuns()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme("light")


@pytest.fixture
def panel(qtbot: QtBot, runs: QuietRuns, theme: Theme) -> LossPanel:
    panel = make_panel(qtbot, runs, theme)
    runs.start(1)
    return panel
