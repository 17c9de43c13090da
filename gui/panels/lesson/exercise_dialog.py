"""Which sheet of exercises: kind, length and number. It is opened as a lesson."""

from __future__ import annotations

from random import SystemRandom

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.expression.exercises import LARGEST_SEED, TITLES
from core.lessons.exercise_sheet import MOST_EXERCISES
from core.words import tr
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.fields import ChoiceRow
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

FIRST_COUNT, FIRST_SEED = 5, 1
WIDTH, SEED_WIDTH, MARGIN, GAP = 380, 92, 18, 10  # pixels at scale 1


class ExerciseDialog(QDialog):
    """Nothing is opened here: who asked hears what was chosen. It deletes itself when it is closed."""

    chosen = Signal(int, int, int)  # difficulty (from 1), how many exercises, number of the sheet

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("exerciseDialog")
        self.setWindowTitle(tr("Exercises"))
        self._theme = theme
        self._make()
        self._lay_out()
        self._dice.clicked.connect(self._on_dice)
        self._open.clicked.connect(self._on_open)
        self._cancel.clicked.connect(self.reject)
        self._seed.entered.connect(self._on_open)
        self._seed.problem_changed.connect(self._on_problem_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _make(self) -> None:
        theme = self._theme
        kinds = [(str(i), f"{i} · {tr(title)}") for i, title in enumerate(TITLES, start=1)]
        self._kind = ChoiceRow(tr("kind"), theme, kinds, name="exercisesKind")
        counts = [(str(count), str(count)) for count in range(1, MOST_EXERCISES + 1)]
        self._count = ChoiceRow(tr("how many"), theme, counts, name="exercisesCount")
        self._count.set_value(str(FIRST_COUNT))
        self._label = TextLabel(tr("sheet"), "label")
        self._seed = _SheetField()
        self._seed.setObjectName("exercisesSeed")
        self._seed.setAccessibleName(tr("sheet"))
        self._seed.setToolTip(tr("The number of the sheet, from 0 to {largest}", largest=format_count(LARGEST_SEED)))
        self._seed.set_value(FIRST_SEED)
        self._label.setBuddy(self._seed)
        self._dice = IconButton("dice", theme, tr("Any sheet"), size=16)
        self._dice.setObjectName("exercisesDice")
        self._error = TextLabel("", "error")
        self._error.setObjectName("exercisesError")
        self._error.setWordWrap(True)
        self._error.hide()
        self._same = TextLabel(tr("The same numbers give everybody the same sheet."), "mute")
        self._same.setWordWrap(True)
        self._cancel, self._open = QPushButton(tr("Cancel")), QPushButton(tr("Open"))
        self._cancel.setObjectName("exercisesCancel")
        self._open.setObjectName("exercisesOpen")
        self._open.setDefault(True)
        self._open.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves a number that cannot be where it is

    def _lay_out(self) -> None:
        sheet, self._foot = QHBoxLayout(), QHBoxLayout()
        sheet.addWidget(self._label)
        sheet.addStretch(1)
        sheet.addWidget(self._dice)
        sheet.addWidget(self._seed)
        self._foot.addStretch(1)
        self._foot.addWidget(self._cancel)
        self._foot.addWidget(self._open)
        self._box = QVBoxLayout(self)
        self._box.addWidget(self._kind)
        self._box.addWidget(self._count)
        self._box.addLayout(sheet)
        self._box.addWidget(self._error)
        self._box.addWidget(self._same)
        self._box.addStretch(1)
        self._box.addLayout(self._foot)

    @Slot()
    def _on_dice(self) -> None:
        self._seed.revert()
        self._seed.set_value(SystemRandom().randint(0, LARGEST_SEED))

    @Slot()
    def _on_open(self) -> None:
        if self._seed.settle():
            chosen = int(self._kind.value()), int(self._count.value()), int(self._seed.value())
            self.accept()
            self.chosen.emit(*chosen)

    @Slot(str)
    def _on_problem_changed(self, problem: str) -> None:
        self._error.setText(problem)
        self._error.setVisible(bool(problem))
        self._take_height()

    def showEvent(self, event: QShowEvent) -> None:
        self._take_height()
        super().showEvent(event)

    def _take_height(self) -> None:
        """What is wrapped is as high as its words, which may be longer in another language."""
        self.setMinimumHeight(self._box.totalHeightForWidth(self._theme.px(WIDTH)))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        margin = px(MARGIN)
        self._box.setContentsMargins(margin, margin, margin, margin)
        self._box.setSpacing(px(GAP))
        self._foot.setSpacing(px(GAP))
        self._seed.setFixedWidth(px(SEED_WIDTH))
        self.setFixedWidth(px(WIDTH))
        if self.isVisible():
            self._take_height()


class _SheetField(NumberField):
    """In a dialog: Enter says that this is it, and Escape leaves the dialog unless something was typed."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__(minimum=0, maximum=LARGEST_SEED, integer=True, show=lambda value: format_count(int(value)))

    def settle(self) -> bool:
        """Take over what was typed; False if it cannot be, and that is said then."""
        if self.isModified() and not self._take_over():
            self._set_problem(self._wanted())
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and not self.isModified():
            event.ignore()
        else:
            super().keyPressEvent(event)
