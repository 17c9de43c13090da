"""The sentence in the place of a graph."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.graph.graph_notice import GraphNotice
from gui.theme import Theme

LONG = "The whole loss of 100 samples has 66,014 scalars; up to 1,000 can be drawn so that one sees anything. " * 2


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [240, 640])
def test_all_lines_have_room(qtbot: QtBot, qapp: QApplication, width: int, scale: float) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    theme.set_scale(scale)
    notice = GraphNotice(theme)
    qtbot.addWidget(notice)
    notice.say(LONG, "Show sample 1 instead")
    notice.resize(width, 600)
    notice.show()
    notice.grab()
    text = notice.findChild(QLabel, "graphNoticeText")
    assert text is not None
    assert text.height() >= text.heightForWidth(text.width()) > 3 * text.fontMetrics().height()
    assert notice.rect().contains(text.geometry())
    assert abs(text.geometry().center().x() - notice.rect().center().x()) <= 2
