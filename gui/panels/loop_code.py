"""The training loop as its few lines of code, with the line that is running lit: forward, zero, backward, update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.bugs import NO_BUGS, Bug, Bugs, pass_count, update_sign
from core.experiment import Experiment
from core.expression.sheet import Phase
from core.shape import task_of
from core.words import mark, tr
from gui.numbers import format_count
from gui.theme import Theme

ROW = 20  # pixels at scale 1, as all below
INDENT = 10  # from the left edge to the code
BAR = 3
FONT_SIZE, NAME_SIZE = 12, 11
CORNER = 4.0
GAP = 12  # between code and the name of its phase
LOSSES = {
    "sum-squared": "sum((o - y)**2 for o, y in zip(ypred, ys))",
    "mean-squared": "mean((o - y)**2 for o, y in zip(ypred, ys))",
    "half-squared": "mean((o - y)**2 / 2 for o, y in zip(ypred, ys))",
    "hinge": "mean((1 - y*o).relu() for o, y in zip(ypred, ys))",
    "logistic": "mean(log(1 + exp(-y*o)) for o, y in zip(ypred, ys))",
    "absolute": "mean(abs(o - y) for o, y in zip(ypred, ys))",
    "huber": "mean(huber(o - y) for o, y in zip(ypred, ys))",
    "cross-entropy": "mean(logsumexp(o)-o[y] for o, y in zip(ypred, ys))",
    "of-probability": "-mean(log(1 - abs(o-y)) for o, y in zip(ypred, ys))",
}  # by their names in core/losses.py, or as `loss_name` calls them; others by their name alone
BREAKS = ("  # ", " for ", ": ")  # where a line may be continued on the next


@dataclass(frozen=True)
class CodeLine:
    """One line of the loop."""

    text: str
    phase: Phase | None = None
    number: int = 0  # of the learner's text; 0 for a line that is not in it


def loss_name(experiment: Experiment) -> str:
    """The loss that is minimised: of several classes always the cross-entropy; logistic has two forms."""
    task, loss = task_of(experiment.data), experiment.training.loss
    if task == "classes":
        return "cross-entropy"
    of_probability = task == "signs" and loss == "logistic" and experiment.network.output == "sigmoid"
    return "of-probability" if of_probability else loss


def training_code(
    loss: str,
    learning_rate: float,
    samples: int,
    batch: int,
    optimizer: str = "sgd",
    bugs: Bugs = NO_BUGS,
    *,
    clip: float = 0.0,
    frozen: bool = False,
) -> tuple[CodeLine, ...]:
    """The loop of a run: `loss` as `loss_name` calls it, `samples` there are, `batch` of them a step (0: all).

    `clip` is the most length of the gradient, 0 for any; `frozen`: whether something does not move. Other optimisers
    than plain descent make a step of their own of the gradient: `adam(p.grad)`. Bugs of the loop itself are in its
    lines.
    """
    some = 0 < batch < samples
    if some:
        count = tr("{batch} of {samples} samples", batch=format_count(batch), samples=format_count(samples))
    else:
        count = tr("{samples} samples", samples=format_count(samples))
    step = "p.grad" if optimizer == "sgd" else f"{optimizer}(p.grad)"
    formula = LOSSES.get(loss, f"{loss.replace('-', '_')}(ypred, ys)")
    sign, moving = "-" if update_sign(bugs) > 0 else "+", "free" if frozen else "parameters"
    told = f"  # {tr('all that is not frozen')}" if frozen else ""
    return (
        CodeLine(f"ypred = [n(x) for x in xs]  # {count}" if samples else "ypred = [n(x) for x in xs]", Phase.FORWARD),
        CodeLine(f"loss = {formula}", Phase.FORWARD),
        *([] if Bug.NO_ZERO in bugs else [CodeLine("for p in parameters: p.grad = 0", Phase.ZERO)]),
        *[CodeLine("loss.backward()", Phase.BACKWARD)] * pass_count(bugs),
        *([CodeLine(f"clip({moving}, {clip:.4g})", Phase.UPDATE)] if clip else []),
        CodeLine(f"for p in {moving}: p.data {sign}= {learning_rate:.4g} * {step}{told}", Phase.UPDATE),
    )


def general_code() -> tuple[CodeLine, ...]:
    """The loop without a run: any loss, any learning rate."""
    return (
        CodeLine("loss = f(parameters)", Phase.FORWARD),
        CodeLine("for p in parameters: p.grad = 0", Phase.ZERO),
        CodeLine("loss.backward()", Phase.BACKWARD),
        CodeLine("for p in parameters: p.data -= η * p.grad", Phase.UPDATE),
    )


class LoopCode(QWidget):
    """Shows lines of code; `show_phase` lights those of a phase, `show_line` one line of the learner's text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loopCode")
        self.setAccessibleName(tr("Training loop"))
        self.title = mark("Training loop")
        self.header: QWidget | None = None
        self._theme = theme
        self._code = general_code()
        self._lit: frozenset[int] = frozenset()  # of the lines of `_code`
        self._phase: Phase | None = None
        self._rows: list[tuple[int, str]] = []  # which line, and what stands in the row
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._on_theme_changed)
        self._lay_out()

    @property
    def code(self) -> tuple[CodeLine, ...]:
        return self._code

    @property
    def lit(self) -> tuple[str, ...]:
        """The lines that are running."""
        return tuple(line.text for i, line in enumerate(self._code) if i in self._lit)

    @property
    def rows(self) -> list[str]:
        """The rows as they stand there: long lines are continued on the next where there is little room."""
        return [text for _, text in self._rows]

    def set_settings(
        self,
        loss: str,
        learning_rate: float,
        samples: int,
        batch: int,
        optimizer: str = "sgd",
        bugs: Bugs = NO_BUGS,
        *,
        clip: float = 0.0,
        frozen: bool = False,
    ) -> None:
        """The loop of a network's training, with its loss, learning rate and samples a step (0: all of them)."""
        lines = training_code(loss, learning_rate, samples, batch, optimizer, bugs, clip=clip, frozen=frozen)
        self.set_code(lines)

    def set_code(self, code: Sequence[CodeLine]) -> None:
        """Other lines; what is running stays."""
        if tuple(code) != self._code:
            self._code = tuple(code)
            self._lay_out()
            self.show_phase(self._phase)

    def show_phase(self, phase: Phase | None) -> None:
        """Light the lines of a phase; None for no line."""
        self._phase = phase
        self._light({i for i, line in enumerate(self._code) if phase is not None and line.phase is phase})

    def show_line(self, number: int, phase: Phase) -> None:
        """Light the line of the learner's text with this number; its bar has the colour of the phase."""
        self._phase = phase
        self._light({i for i, line in enumerate(self._code) if line.number == number})

    # -- geometry -------------------------------------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return len(self._broken(width)) * self._theme.px(ROW)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(234), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        rows = self._broken(self.width())
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows = rows
        cut = [text for _, text in rows if self._elided(text) != text]
        self.setToolTip("\n".join(line.text for line in self._code) if cut else "")
        self.update()

    def _broken(self, width: int) -> list[tuple[int, str]]:
        rows: list[tuple[int, str]] = []
        room = self._letters(width)
        texts = [line.text for line in self._code]
        if any(len(text) > room for text in texts):
            texts = [text[(len(text) - len(text.lstrip())) // 2 :] for text in texts]  # half of the indentation
        for i, text in enumerate(texts):
            rows += [(i, part) for part in _continued(text, room)]
        return rows

    def _letters(self, width: int) -> int:
        """How many fit into a row."""
        letter = QFontMetricsF(self._font()).horizontalAdvance("x")
        return int((width - self._theme.px(INDENT) - self._theme.px(4)) / letter)

    def _elided(self, text: str) -> str:
        room = self._letters(self.width())
        return text if len(text) <= room else f"{text[: max(room - 1, 1)]}…"

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = self._theme.px(ROW)
        for place, (line, text) in enumerate(self._rows):
            self._paint_row(painter, QRectF(0, place * row, self.width(), row), line, text)
        self._paint_names(painter, row)

    def _paint_row(self, painter: QPainter, place: QRectF, line: int, text: str) -> None:
        colours, px = self._theme.palette, self._theme.px
        lit = line in self._lit
        if lit:
            painter.fillRect(place, colours.soft)
            flow = self._phase is Phase.BACKWARD
            painter.fillRect(QRectF(0, place.top(), px(BAR), place.height()), colours.glow if flow else colours.accent)
        font = self._font(bold=lit)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        base = place.center().y() + (metrics.ascent() - metrics.descent()) / 2
        code, mark, remark = self._elided(text).partition("# ")
        painter.setPen(colours.ink)
        painter.drawText(QPointF(px(INDENT), base), code)
        painter.setFont(self._font())
        painter.setPen(colours.mute)
        painter.drawText(QPointF(px(INDENT) + metrics.horizontalAdvance(code), base), mark + remark)

    def _paint_names(self, painter: QPainter, row: int) -> None:
        """The names of the phases at the right, if all of them have room beside their code."""
        font = self._theme.font(NAME_SIZE)
        metrics, code = QFontMetricsF(font), QFontMetricsF(self._font(bold=True))
        first = {line: place for place, (line, _) in reversed(list(enumerate(self._rows)))}
        named = [(first[i], line.phase) for i, line in enumerate(self._code) if line.phase and self._begins(i)]
        right, indent, gap = self.width() - self._theme.px(6), self._theme.px(INDENT), self._theme.px(GAP)
        for place, phase in named:
            wide = metrics.horizontalAdvance(tr(phase.value))
            if indent + code.horizontalAdvance(self._rows[place][1]) + gap + wide > right:
                return
        painter.setFont(font)
        for place, phase in named:
            painter.setPen(self._theme.palette.ink if phase is self._phase else self._theme.palette.mute)
            area = QRectF(0, place * row, right, row)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tr(phase.value))

    def _begins(self, line: int) -> bool:
        return line == 0 or self._code[line].phase is not self._code[line - 1].phase

    def _light(self, lines: set[int]) -> None:
        self._lit = frozenset(lines)
        running = "; ".join(self.lit)
        self.setAccessibleDescription(
            tr("running: {running}", running=running) if running else tr("nothing is running")
        )
        self.update()

    def _font(self, *, bold: bool = False) -> QFont:
        return self._theme.font(FONT_SIZE, mono=True, bold=bold)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._lay_out()
        self.updateGeometry()


def _continued(text: str, room: int) -> list[str]:
    """A line in as many rows as it takes, if there are places to break it at."""
    if len(text) <= room:
        return [text]
    indent = text[: len(text) - len(text.lstrip())]
    for sign in BREAKS:
        head, found, tail = text.partition(sign)
        if found and head.strip():
            first, start = (f"{head}:", "") if sign == ": " else (head, f"{sign.strip()} ")
            return [first, *_continued(f"{indent}  {start}{tail}", room)]
    return [text]
