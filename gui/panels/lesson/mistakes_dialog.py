"""What is wrong with a lesson, for the person who writes it: all of it in a dialog, the first of it in the panel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.errors import ChainruleError
from core.lessons.mistakes import MOST, LessonError, Mistake
from core.words import tr, trn
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

LETTERS, LINES = 72, 14  # that the dialog has room for at first


def show_mistakes(parent: QWidget, path: Path, error: ChainruleError) -> QDialog:
    """Why a lesson's file cannot be used. The dialog does not wait, and deletes itself when it is closed."""
    dialog: QDialog
    if isinstance(error, LessonError):
        dialog = MistakesDialog(path.name, error.mistakes, parent)
    else:
        dialog = _sentence(parent, path, error)
    dialog.setObjectName("lessonMistakes")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def _sentence(parent: QWidget, path: Path, error: ChainruleError) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Warning, path.name, "", QMessageBox.StandardButton.Ok, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(str(error))
    box.button(QMessageBox.StandardButton.Ok).setIcon(QIcon())
    return box


class MistakesDialog(QDialog):
    """A list to read beside an editor, or to copy."""

    def __init__(self, title: str, mistakes: Sequence[Mistake], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        head = TextLabel(_count(len(mistakes)), "title")
        head.setObjectName("lessonMistakesCount")
        self._list = QPlainTextEdit("\n".join(map(str, mistakes)))
        self._list.setObjectName("lessonMistakesList")
        self._list.setAccessibleName(head.text())
        self._list.setReadOnly(True)
        self._list.setTabChangesFocus(True)
        copy, close = QPushButton(tr("&Copy")), QPushButton(tr("Close"))
        copy.setObjectName("lessonMistakesCopy")
        close.setObjectName("lessonMistakesClose")
        close.setDefault(True)
        copy.clicked.connect(self._on_copy)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        box = QVBoxLayout(self)
        box.addWidget(head)
        box.addWidget(self._list, 1)
        box.addLayout(foot)
        close.setFocus()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = self.fontMetrics()
        wanted = QSize(LETTERS * metrics.averageCharWidth(), LINES * metrics.lineSpacing())
        return wanted.boundedTo(self.screen().availableSize()).expandedTo(self.minimumSizeHint())

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._list.toPlainText())


class MistakesBar(QWidget):
    """While a lesson is being written: the first of its mistakes. Hidden when there are none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lessonMistakesBar")
        self._theme = theme
        self._mistakes: tuple[Mistake, ...] = ()
        self._first = TextLabel("", "error")
        self._first.setObjectName("lessonMistakesFirst")
        self._first.setWordWrap(True)
        self._first.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)  # no long word widens the lesson
        policy.setHeightForWidth(True)
        self._first.setSizePolicy(policy)
        self._more = LinkButton("", theme, tr("Show all mistakes"))
        self._more.setObjectName("lessonMistakesMore")
        self._more.clicked.connect(self._on_more)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(self._first)
        self._box.addWidget(self._more)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_mistakes(self, mistakes: Sequence[Mistake]) -> None:
        """In the order of the file."""
        self._mistakes = tuple(mistakes)
        more = len(mistakes) - 1
        self._first.setText(str(mistakes[0]) if mistakes else "")
        self._more.setText(trn("and {n} more", "and {n} more", more) if more > 0 else "")
        self._more.setAccessibleName(self._more.text())
        self._more.setVisible(more > 0)
        self.setVisible(bool(mistakes))

    @Slot()
    def _on_more(self) -> None:
        dialog = MistakesDialog(tr("Mistakes in the lesson"), self._mistakes, self.window())
        dialog.setObjectName("lessonMistakes")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._box.setSpacing(self._theme.px(2))


def _count(count: int) -> str:
    """More than that are not told."""
    if count >= MOST:
        return tr("{count} mistakes or more", count=count)
    return trn("{n} mistake", "{n} mistakes", count)
