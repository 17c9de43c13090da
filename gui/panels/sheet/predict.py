"""Predict first, then reveal: hides numbers, gives exercises, keeps the score."""

from __future__ import annotations

from random import SystemRandom

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.expression.exercises import DIFFICULTIES, LARGEST_SEED, TITLES
from core.words import mark, tr
from gui.session.prediction import Prediction, Score
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.buttons import IconButton, LinkButton
from gui.widgets.check import CheckBox
from gui.widgets.fields import ChoiceRow, NumberRow
from gui.widgets.text import TextLabel

FIRST_SEED = 1
SAID_HEIGHT = 132  # px at scale 1: score, what came of the last answer, and the chain rule, two lines each and more


class PredictPanel(QWidget):
    """Switch, exercises, and for the selected node: show it, or show why."""

    title = mark("Predict")
    next_requested = Signal()  # put the cursor into the next open number

    def __init__(self, prediction: Prediction, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("predictPanel")
        self.setAccessibleName(tr("Predict"))
        self.header: QWidget | None = None
        self._prediction, self._selection, self._theme = prediction, selection, theme
        self._make()
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._on_changed()

    def _make(self) -> None:
        theme = self._theme
        self._hide = CheckBox(tr("Hide the gradients"))
        self._hide.setObjectName("predictSwitch")
        self._hide.setToolTip(tr("Type each gradient into its record in the graph; Enter checks it"))
        self._data = CheckBox(tr("and the data of operations"))
        self._data.setObjectName("predictData")
        self._data.setToolTip(tr("Also work out the forward pass"))
        choices = [(str(i), f"{i} · {tr(title)}") for i, title in enumerate(TITLES, start=1)]
        self._difficulty = ChoiceRow(tr("exercise"), theme, choices, name="exerciseDifficulty")
        self._seed = NumberRow(tr("sheet"), theme, minimum=0, maximum=LARGEST_SEED, integer=True, name="exerciseSeed")
        self._seed.set_value(FIRST_SEED)
        self._seed.setToolTip(tr("The same exercise and sheet number give everybody the same sheet"))
        self._dice = IconButton("dice", theme, tr("Another sheet of this exercise"), size=16)
        self._dice.setObjectName("exerciseDice")
        self._open = QPushButton(tr("Open exercise"))
        self._open.setObjectName("exerciseOpen")
        self._open.setToolTip(tr("Puts the exercise in the place of the text; undo brings the text back"))
        self._said = QWidget()
        self._score = TextLabel("", "plain")
        self._score.setObjectName("predictScore")
        self._message = TextLabel("", "mute")
        self._message.setObjectName("predictMessage")
        self._reason = TextLabel("", "mute")
        self._reason.setObjectName("predictReason")
        for label in (self._score, self._message, self._reason):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._next = self._link(tr("next number"), "predictNext", tr("Put the cursor into the next number to be found"))
        self._show = self._link(tr("show it"), "predictShow", tr("Show the selected node's numbers"))
        self._why = self._link(
            tr("why?"), "predictWhy", tr("Show the selected node's gradient by the chain rule, in numbers")
        )
        self._show_all = self._link(tr("show all"), "predictShowAll", tr("Show everything that was not found"))
        self._again = self._link(tr("start again"), "predictAgain", tr("Forget the answers on this sheet"))

    def _link(self, text: str, name: str, tip: str) -> LinkButton:
        link = LinkButton(text, self._theme, tip)
        link.setObjectName(name)
        return link

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._rows = [QHBoxLayout() for _ in range(3)]
        sheet, first, second = self._rows
        sheet.addWidget(self._seed, 1)
        sheet.addWidget(self._dice)
        sheet.addWidget(self._open)
        for link in (self._next, self._show, self._why):
            first.addWidget(link)
        for link in (self._show_all, self._again):
            second.addWidget(link)
        first.addStretch(1)
        second.addStretch(1)
        for widget in (self._hide, self._data, self._difficulty):
            self._column.addWidget(widget)
        self._column.addLayout(sheet)
        self._column.addLayout(first)
        self._column.addLayout(second)
        self._column.addWidget(self._said)  # last: it grows, and nothing is to move then
        self._lines = QVBoxLayout(self._said)
        self._lines.setContentsMargins(0, 0, 0, 0)
        for label in (self._score, self._message, self._reason):
            self._lines.addWidget(label)
        self._lines.addStretch(1)
        self._column.addStretch(1)

    def _connect(self) -> None:
        self._hide.clicked.connect(self._on_hide_clicked)
        self._data.clicked.connect(self._on_data_clicked)
        self._dice.clicked.connect(self._on_dice_clicked)
        self._open.clicked.connect(self._on_open_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self._show.clicked.connect(self._on_show_clicked)
        self._why.clicked.connect(self._on_why_clicked)
        self._show_all.clicked.connect(self._on_show_all_clicked)
        self._again.clicked.connect(self._on_again_clicked)
        self._prediction.begun.connect(self._on_begun)
        self._prediction.changed.connect(self._on_changed)
        self._selection.address_changed.connect(self._on_address_changed)
        self._theme.changed.connect(self._on_theme_changed)

    @Slot(str)
    def show_message(self, text: str) -> None:
        """What came of the last answer."""
        self._message.setText(text)

    @Slot()
    def _on_hide_clicked(self) -> None:
        if self._hide.isChecked():
            self._prediction.start(with_data=self._data.isChecked())
        else:
            self._prediction.stop()

    @Slot()
    def _on_data_clicked(self) -> None:
        self._prediction.set_with_data(self._data.isChecked())

    @Slot()
    def _on_dice_clicked(self) -> None:
        self._seed.set_value(SystemRandom().randint(0, LARGEST_SEED))
        self._on_open_clicked()

    @Slot()
    def _on_open_clicked(self) -> None:
        difficulty, seed = int(self._difficulty.value()), int(self._seed.value())
        assert 1 <= difficulty <= DIFFICULTIES
        self._prediction.open_exercise(difficulty, seed, with_data=self._data.isChecked())

    @Slot()
    def _on_next_clicked(self) -> None:
        self.next_requested.emit()

    @Slot()
    def _on_show_clicked(self) -> None:
        for field in ("data", "grad"):
            self._prediction.reveal((self._selection.address, field))  # type: ignore[arg-type]

    @Slot()
    def _on_why_clicked(self) -> None:
        self._reason.setText(self._prediction.reason(self._selection.address))
        self._reason.setVisible(True)

    @Slot()
    def _on_show_all_clicked(self) -> None:
        self._prediction.reveal_all()

    @Slot()
    def _on_again_clicked(self) -> None:
        self._prediction.begin_again()

    @Slot()
    def _on_begun(self) -> None:
        """What was said was about other answers."""
        self._message.setText("")
        self._reason.setText("")

    @Slot()
    def _on_changed(self) -> None:
        prediction = self._prediction
        score, active = prediction.score, prediction.active
        self._hide.setChecked(active)
        self._data.setChecked(prediction.with_data)
        found = prediction.exercise
        words = _score_words(score) if active else tr("Nothing is hidden.")
        self._score.setText(f"{found.title}\n{words}" if found and active else words)
        self._show_links()

    @Slot()
    def _on_address_changed(self) -> None:
        self._reason.setText("")
        self._show_links()

    def _show_links(self) -> None:
        """Only what would do something can be pressed."""
        prediction, address = self._prediction, self._selection.address
        hidden = prediction.hidden
        mine = any(slot[0] == address for slot in hidden)
        self._next.setEnabled(bool(hidden))
        self._show.setEnabled(mine)
        self._why.setEnabled(prediction.active)
        self._show_all.setEnabled(bool(hidden))
        self._again.setEnabled(prediction.active and prediction.score.right + prediction.score.shown > 0)
        self._reason.setVisible(bool(self._reason.text()))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(6))
        self._lines.setSpacing(px(4))
        self._said.setMinimumHeight(px(SAID_HEIGHT))
        for row in self._rows:
            row.setSpacing(px(10))


def _score_words(score: Score) -> str:
    """What is found and what was shown; and whether that is all."""
    counts = {"right": score.right, "total": score.total, "first": score.first_try}
    if score.shown:
        words = tr("{right} of {total} found, {first} at once, {shown} shown.", shown=score.shown, **counts)
    else:
        words = tr("{right} of {total} found, {first} at once.", **counts)
    if score.total and score.right + score.shown == score.total:
        words = f"{words} {tr('The sheet is done.')}"
    return words
