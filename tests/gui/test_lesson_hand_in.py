"""Handing in: the name that is asked for is in the name of the file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from core.lessons.results import read_result
from core.lessons.shelf import shelved
from gui.main_window import MainWindow


def test_the_file_is_proposed_with_the_name_of_the_learner(
    window: MainWindow, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    proposed: list[str] = []

    def answer() -> None:
        dialog = qapp.activeModalWidget()
        if isinstance(dialog, QInputDialog):
            dialog.setTextValue("Ada Lovelace")
            dialog.accept()
        elif isinstance(dialog, QFileDialog):
            timer.stop()
            proposed.append(Path(dialog.selectedFiles()[0]).name)
            dialog.findChild(QLineEdit, "fileNameEdit").setText(str(tmp_path / "mine"))
            dialog.accept()

    window.lessons.open_lesson(shelved("descent"))
    qtbot.waitUntil(lambda: window.session.lessons.is_ready)
    timer = QTimer(qapp, interval=10)
    timer.timeout.connect(answer)
    timer.start()
    window.lessons.hand_in()
    assert proposed == ["descent-ada-lovelace.chainresult"]
    file = tmp_path / "mine.chainresult"
    qtbot.waitUntil(file.exists)
    assert read_result(file).learner == "Ada Lovelace"
