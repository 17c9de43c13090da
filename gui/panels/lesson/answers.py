"""Where a learner answers: a field for a number, rows to choose from, or a line that follows what the lab shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QRadioButton, QVBoxLayout, QWidget

from core.lessons.prose import Spans, Text
from core.words import tr
from gui.maths import Maths
from gui.theme import Theme
from gui.widgets.prose_view import SpansView

LINE = 28  # pixels at scale 1: of the first line of words, with what is around it
SMALL = 12  # size of letters
LONGEST = 60  # characters of a number


class NumberAnswer(QWidget):
    """A field and a button; Enter checks as well."""

    answered = Signal(object)  # str

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.field = QLineEdit()
        self.field.setObjectName("lessonAnswer")
        self.field.setAccessibleName(tr("Your answer"))
        self.field.setPlaceholderText(tr("a number"))
        self.field.setToolTip(tr("Written as you like: −2, 0.5, 1/2, 0,5 or 1e-3. Enter checks it."))
        self.field.setMaxLength(LONGEST)
        self.check = QPushButton(tr("Check"))
        self.check.setObjectName("lessonCheck")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 0, 0)
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self.check)
        self.field.returnPressed.connect(self._on_check)
        self.check.clicked.connect(self._on_check)
        self.field.textChanged.connect(self._on_text)
        self._on_text("")

    def show_answer(self, text: str) -> None:
        """What was right before."""
        self.field.setText(text)

    def take_focus(self) -> None:
        """The learner may begin."""
        self.field.setFocus()

    def set_open(self, *, open_: bool) -> None:
        """Whether an answer is still wanted."""
        self.field.setReadOnly(not open_)
        self.check.setVisible(open_)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.check.setEnabled(bool(text.strip()))

    @Slot()
    def _on_check(self) -> None:
        if self.field.text().strip() and not self.field.isReadOnly():
            self.answered.emit(self.field.text())


class _Choice(QWidget):
    """A radio button beside words that may have formulas; the words can be clicked too."""

    def __init__(self, spans: Spans, name: str, maths: Maths, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.button = QRadioButton()
        self.button.setObjectName(name)
        self.words = SpansView(maths, theme)
        self.words.show_spans(spans)
        self.words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.viewport().installEventFilter(self)
        self.button.setAccessibleName(self.words.plain())
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.words, 1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on the words chooses; a drag over them selects text."""
        if event.type() is QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            pressed = self.words.textCursor().hasSelection()
            if not pressed and event.button() is Qt.MouseButton.LeftButton and self.button.isEnabled():
                self.button.setFocus()
                self.button.click()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.button.isEnabled():
            self.button.setFocus()
            self.button.click()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(0)
        self.button.setFixedHeight(self._theme.px(LINE))


class ChoiceAnswer(QWidget):
    """One of several; `answered` has the key of the row that was checked."""

    answered = Signal(object)  # a key

    def __init__(self, rows: Sequence[tuple[object, Spans]], maths: Maths, theme: Theme) -> None:
        """`rows`: key and words."""
        super().__init__()
        self._theme = theme
        self._keys = [key for key, _ in rows]
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 0, 0, 0)
        self.choices: list[_Choice] = []
        for i, (_, spans) in enumerate(rows):
            choice = _Choice(spans, f"lessonChoice{i}", maths, theme)
            choice.button.installEventFilter(self)
            self._group.addButton(choice.button, i)
            self._column.addWidget(choice)
            self.choices.append(choice)
        self.check = QPushButton(tr("Check"))
        self.check.setObjectName("lessonCheck")
        self.check.setEnabled(False)
        self._column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        self._group.buttonToggled.connect(self._on_toggled)
        self.check.clicked.connect(self._on_check)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter on a row checks it; Space belongs to the row although the window uses it for playing."""
        if isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress and isinstance(watched, QRadioButton):
                return self._on_key(watched, Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _on_key(self, button: QRadioButton, key: Qt.Key) -> bool:
        """Arrows choose the row above or below, Enter checks the one that has the keyboard."""
        place = self._group.id(button)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            place = max(0, min(place + (1 if key is Qt.Key.Key_Down else -1), len(self.choices) - 1))
            self.choices[place].button.setFocus()
            self.choices[place].button.setChecked(True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            button.setChecked(True)
            self._on_check()
        else:
            return False
        return True

    def show_answer(self, key: object) -> None:
        """What was right before."""
        if key in self._keys:
            self.choices[self._keys.index(key)].button.setChecked(True)

    def take_focus(self) -> None:
        """The learner may begin."""
        chosen = self._group.checkedId()
        self.choices[max(chosen, 0)].button.setFocus()

    def set_open(self, *, open_: bool) -> None:
        """Whether an answer is still wanted."""
        for choice in self.choices:
            choice.button.setEnabled(open_)
        self.check.setVisible(open_)

    @Slot()
    def _on_toggled(self) -> None:
        self.check.setEnabled(self._group.checkedId() >= 0)

    @Slot()
    def _on_check(self) -> None:
        chosen = self._group.checkedId()
        if chosen >= 0 and self.choices[chosen].button.isEnabled():
            self.answered.emit(self._keys[chosen])

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(8))


class SeenAnswer(QWidget):
    """Nothing to type: says what is to be done in the lab, and how far it is."""

    answered = Signal(object)  # never

    def __init__(self, words: str, maths: Maths, theme: Theme) -> None:
        super().__init__()
        self._first: Spans = (Text(words),)
        self._shown: Spans = ()
        self.line = SpansView(maths, theme, letters=SMALL, mute=True)
        self.line.setObjectName("lessonSeen")
        self.say(self._first)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)

    def say(self, spans: Spans) -> None:
        """How far it is now; nothing for the first words again."""
        spans = spans or self._first
        if spans != self._shown:
            self._shown = spans
            self.line.show_spans(spans)

    def show_answer(self, _answer: object) -> None:
        """Nothing was typed."""

    def set_open(self, *, open_: bool) -> None:
        """Whether it is still to be done."""
        self.setVisible(open_)
