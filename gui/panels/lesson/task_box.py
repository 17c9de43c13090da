"""What a step asks for: the question, where to answer it, what came of the answer, and help after some tries."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.lessons.checks import Outcome, Verdict
from core.lessons.figures import Figure
from core.lessons.parts import BugTask, ChooseTask, NumberTask, PickTask, Step
from core.lessons.prose import Spans, Text, plain
from core.lessons.results import StepResult
from core.words import tr
from gui.maths import Maths
from gui.panels.lesson.answers import ChoiceAnswer, NumberAnswer, SeenAnswer
from gui.sheet_frames import Mode
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.prose_view import SpansView

UNKNOWN = "…"  # a live number that is not known
ICON = 16  # pixels at scale 1

AnswerWidget = NumberAnswer | ChoiceAnswer | SeenAnswer


class TaskBox(QWidget):
    """On a soft ground below the prose."""

    answered = Signal(object)
    solution_requested = Signal()

    def __init__(self, maths: Maths, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonTask")
        self._maths, self._theme = maths, theme
        self._answer: AnswerWidget | None = None
        self._outcome = Outcome.OPEN
        self._texts: Mapping[Figure, str] = {}
        self._question = SpansView(maths, theme)
        self._question.setObjectName("lessonQuestion")
        self._icon = QLabel()
        self._verdict = SpansView(maths, theme)
        self._verdict.setObjectName("lessonVerdict")
        self._said = QWidget()
        said = QHBoxLayout(self._said)
        said.setContentsMargins(0, 0, 0, 0)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._verdict, 1)
        self._said_row = said
        self._help = LinkButton(tr("show the solution"), theme, tr("Give this task up and see what is right"))
        self._help.setObjectName("lessonSolution")
        self._help.clicked.connect(self.solution_requested)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._question)
        self._column.addWidget(self._said)
        self._column.addWidget(self._help)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def answer(self) -> AnswerWidget | None:
        """Where the answer is given."""
        return self._answer

    @property
    def verdict(self) -> str:
        """What is said of the last answer."""
        return self._verdict.plain() if self._said.isVisibleTo(self) else ""

    def show_task(self, step: Step, told: StepResult, mode: Mode) -> None:
        """The task of a step, as it was left."""
        if self._answer is not None:
            self._answer.setParent(None)
            self._answer.deleteLater()
            self._answer = None
        self.setVisible(step.task is not None)
        if step.task is None:
            return
        self._question.show_spans(step.spans.get("ask", (Text(step.task.ask),)))
        self._question.setAccessibleName(plain(step.spans.get("ask", ())))
        self._answer = self._make_answer(step, mode)
        self._answer.answered.connect(self.answered)
        self._column.insertWidget(1, self._answer)
        self._say(Outcome.OPEN, ())
        right = next((each.answer for each in told.attempts if each.right), "")
        if told.solved:
            self._show_solved(step, right)
        elif told.revealed:
            self._answer.set_open(open_=isinstance(self._answer, SeenAnswer))
        self._help.hide()

    def show_verdict(self, verdict: Verdict) -> None:
        """What came of the last answer."""
        if verdict.outcome is Outcome.OPEN and isinstance(self._answer, SeenAnswer):
            self._answer.say(verdict.say)
            self.set_numbers(self._texts)
            return
        if verdict.right and self._answer is not None:
            self._answer.set_open(open_=False)
            self._help.hide()
        say = verdict.say
        if verdict.right and not say:
            say = (Text(tr("Right.")),)
        self._say(verdict.outcome, say)

    def show_solution(self, spans: Spans) -> None:
        """What would have been right."""
        self._say(Outcome.OPEN, spans)
        self._help.hide()
        if self._answer is not None and not isinstance(self._answer, SeenAnswer):
            self._answer.set_open(open_=False)

    def set_numbers(self, texts: Mapping[Figure, str]) -> None:
        """Live numbers in the question, and in what is said."""
        views = [self._question, self._verdict]
        if isinstance(self._answer, SeenAnswer):
            views.append(self._answer.line)
        for view in views:
            view.set_numbers(lambda figure: texts.get(figure, UNKNOWN))
        self._texts = texts

    def offer_solution(self, *, offered: bool) -> None:
        """After some tries."""
        self._help.setVisible(offered)

    def take_focus(self) -> bool:
        """Put the keyboard where the answer is given; False where nothing is to be typed or chosen."""
        open_ = isinstance(self._answer, NumberAnswer | ChoiceAnswer) and not self._answer.check.isHidden()
        if open_:
            self._answer.take_focus()  # type: ignore[union-attr]
        return open_

    @property
    def takes_numbers(self) -> bool:
        """Whether a number is to be typed."""
        return isinstance(self._answer, NumberAnswer) and not self._answer.check.isHidden()

    def type(self, text: str) -> None:
        """Add this to the number."""
        if isinstance(self._answer, NumberAnswer):
            self._answer.field.insert(text)

    def set_ready(self, *, ready: bool) -> None:
        """Whether the lab shows what the task is about."""
        if self._answer is not None:
            self._answer.setEnabled(ready)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.palette.soft)
        painter.drawRoundedRect(QRectF(self.rect()), self._theme.px(8), self._theme.px(8))

    def _make_answer(self, step: Step, mode: Mode) -> AnswerWidget:
        match step.task:
            case NumberTask():
                return NumberAnswer(self._theme)
            case ChooseTask(choices=choices):
                rows = [
                    (i, step.spans.get(f"choices[{i}].answer", (Text(choice.answer),)))
                    for i, choice in enumerate(choices)
                ]
                return ChoiceAnswer(rows, self._maths, self._theme)
            case BugTask() as task:
                bugs = [(bug.value, (Text(tr(BUG_TEXTS[bug].title)),)) for bug in _bugs(task, mode)]
                return ChoiceAnswer(bugs, self._maths, self._theme)
            case PickTask():
                return SeenAnswer(tr("Click it in the graph."), self._maths, self._theme)
        return SeenAnswer(tr("The lesson sees when it is done."), self._maths, self._theme)

    def _show_solved(self, step: Step, answer: str) -> None:
        assert self._answer is not None
        say: Spans = (Text(tr("Solved.")),)
        if isinstance(step.task, ChooseTask):
            index = next(i for i, choice in enumerate(step.task.choices) if choice.right)
            self._answer.show_answer(index)
            say = step.spans.get(f"choices[{index}].why", say)
        else:
            self._answer.show_answer(answer)
        self._answer.set_open(open_=False)
        self._say(Outcome.RIGHT, say)

    def _say(self, outcome: Outcome, spans: Spans) -> None:
        self._outcome = outcome
        self._said.setVisible(bool(spans))
        self._verdict.show_spans(spans)
        self._verdict.set_numbers(lambda figure: self._texts.get(figure, UNKNOWN))
        self._draw_icon()

    def _draw_icon(self) -> None:
        colours = self._theme.palette
        right = self._outcome is Outcome.RIGHT
        name = "check" if right else "hint"
        colour = colours.good if right else colours.negative_text if self._outcome is Outcome.WRONG else colours.mute
        side = self._theme.px(ICON)
        pixmap = self._theme.icon(name, colour).pixmap(QSize(side, side), self.devicePixelRatioF())
        self._icon.setPixmap(pixmap)
        self._icon.setAccessibleName(tr("Right") if right else tr("Hint"))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(8), px(8), px(12), px(10))
        self._column.setSpacing(px(8))
        self._said_row.setSpacing(px(7))
        self._icon.setContentsMargins(0, px(5), 0, 0)  # beside the first line of words
        self._draw_icon()
        self.update()


def _bugs(task: BugTask, mode: Mode) -> list[Bug]:
    if task.among:
        return [Bug(name) for name in task.among]
    network = mode is Mode.NETWORK
    return [bug for bug, text in BUG_TEXTS.items() if (text.network if network else text.sheet) is not None]
