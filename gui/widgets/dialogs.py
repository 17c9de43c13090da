"""Questions that a click must answer before anything happens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox, QWidget

from core.words import tr

LONGEST_WORD = 48  # letters; a longer one (an address) may be broken anywhere
_BREAK = "\N{ZERO WIDTH SPACE}"


def ask(parent: QWidget, title: str, text: str, yes: str) -> bool:
    """Whether the button `yes` was pressed; Cancel is what Enter and Escape press. The text is shown as it is."""
    box = QMessageBox(QMessageBox.Icon.Question, title, "", parent=parent)
    box.setObjectName("question")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(_breakable(text))
    wanted = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    for button in (wanted, cancel):
        button.setIcon(QIcon())
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    pressed = box.clickedButton() is wanted
    box.deleteLater()
    return pressed


def _breakable(text: str) -> str:
    """Long words would make the box wider than the screen."""
    return "\n".join(" ".join(map(_broken, line.split(" "))) for line in text.split("\n"))


def _broken(word: str) -> str:
    return _BREAK.join(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))
