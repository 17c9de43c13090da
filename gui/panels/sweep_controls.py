"""Which learning rates a sweep tries, and for how long."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.errors import ExperimentError
from core.experiment import MAX_RATE, MIN_RATE
from core.sweep import MOST_RATES, MOST_STEPS, rates_between
from core.words import tr
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

WIDTH = 222  # pixels at scale 1
FIELDS = (60, 70, 60, 70)  # wide enough for 0.00001 and for 1 000 000
NARROW_FIELDS = (58, 58, 26, 70)  # in one line
QWIDGETSIZE_MAX = 16_777_215  # Qt's own: no limit
REACH = 10.0  # times the present rate, to either side
FEWEST_STEPS, USUAL_STEPS, LONGEST = 20, 200, 2_000  # what is proposed: the steps of the present run, if they fit
RATES = 9


class SweepControls(QWidget):
    """Four numbers, and what starts and ends the sweep. What nobody has typed over follows the present run."""

    wanted = Signal()
    cancelled = Signal()
    taken = Signal()  # the rate that is offered

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._typed: set[NumberField] = set()
        self._least = _field("sweepFrom", tr("from rate"), tr("The least learning rate"), MIN_RATE, MAX_RATE)
        self._most = _field("sweepTo", tr("to rate"), tr("The greatest learning rate"), MIN_RATE, MAX_RATE)
        self._count = _field(
            "sweepCount",
            tr("rates"),
            tr("How many learning rates, 2 to {most}", most=MOST_RATES),
            2,
            MOST_RATES,
            whole=True,
        )
        self._steps = _field("sweepSteps", tr("steps"), tr("Steps of each run"), 1, MOST_STEPS, whole=True)
        self._run = QPushButton(tr("run"))
        self._run.setObjectName("sweepRun")
        self._run.setAccessibleName(tr("run the sweep"))
        self._run.setToolTip(
            tr("Train the present set-up once for each rate, from the same initial weights, beside this run")
        )
        self._run.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._cancel = LinkButton(tr("cancel"), theme, tr("End the sweep; what there is so far stays"))
        self._cancel.setObjectName("sweepCancel")
        self._use = LinkButton(
            "", theme, tr("Train on with this learning rate (Enter in the plot); undo takes it back")
        )
        self._use.setObjectName("sweepUse")
        self._progress = QProgressBar()
        self._progress.setObjectName("sweepProgress")
        self._progress.setAccessibleName(tr("progress of the sweep"))
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self.note = TextLabel("", "small")
        self.note.setObjectName("sweepNote")
        self.note.setWordWrap(True)
        self.note.hide()
        self._narrow = False
        self._pairs = self._labelled()
        self._lay_out()
        self._connect()
        self._count.set_value(RATES)
        self.offer(None)
        self.set_working(False)
        theme.changed.connect(self._on_theme_changed)
        self.set_narrow(False)

    @property
    def steps(self) -> int:
        return int(self._steps.value())

    def rates(self) -> list[float]:
        """Those to be tried. Raises ExperimentError for an empty range."""
        return rates_between(self._least.value(), self._most.value(), int(self._count.value()))

    def propose(self, rate: float, step: int) -> None:
        """The present rate, and the step that the run has come to."""
        steps = min(step, LONGEST) if step >= FEWEST_STEPS else USUAL_STEPS
        for field, value in (
            (self._least, max(rate / REACH, MIN_RATE)),
            (self._most, min(rate * REACH, MAX_RATE)),
            (self._steps, float(steps)),
        ):
            if field not in self._typed:
                field.set_value(float(f"{value:.3g}") if field is not self._steps else value)

    def offer(self, rate: float | None) -> None:
        """A rate that can be used from now on; None for none."""
        self._use.setVisible(rate is not None)
        if rate is not None:
            self._use.setText(tr("use η = {rate}", rate=f"{rate:.4g}"))
            self._use.setAccessibleName(tr("use learning rate {rate}", rate=f"{rate:.4g}"))

    def say(self, words: str) -> None:
        """What is wrong, or what the result is of."""
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def set_working(self, working: bool) -> None:
        """Whether a sweep goes on."""
        self._run.setVisible(not working)
        self._progress.setVisible(working)
        self._cancel.setVisible(working)
        self._progress.setValue(0)

    def set_share(self, share: float) -> None:
        """How much of it is done, 0 … 1."""
        self._progress.setValue(round(1000 * share))

    def set_narrow(self, narrow: bool) -> None:
        """Over the plots in one line, instead of left of them in two."""
        self._narrow = narrow
        self._pairs[0][0].setText("η" if narrow else tr("η from"))
        for number, (label, field) in enumerate(self._pairs):
            row, column = (0, number) if narrow else divmod(number, 2)
            self._grid.addWidget(label, row, 2 * column)
            self._grid.addWidget(field, row, 2 * column + 1)
        if narrow:
            self._line.insertWidget(self._line.indexOf(self._cancel) + 1, self.note, 1)
        else:
            self._column.insertWidget(2, self.note)
        for column in range(8):
            self._grid.setColumnStretch(column, column % 2 if narrow or column < 4 else 0)
        self._on_theme_changed()

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._line = QHBoxLayout()
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self._run)
        self._line.addWidget(self._progress, 1)
        self._line.addWidget(self._cancel)
        self._line.addStretch(0)
        self._line.addWidget(self._use)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._grid)
        self._column.addLayout(self._line)
        self._column.addWidget(self.note)
        self._column.addStretch(1)

    def _labelled(self) -> list[tuple[TextLabel, NumberField]]:
        """The fields with their labels."""
        pairs = []
        for text, field in (
            (tr("η from"), self._least),
            (tr("to"), self._most),
            (tr("rates"), self._count),
            (tr("steps"), self._steps),
        ):
            label = TextLabel(text, "label")
            label.setBuddy(field)
            pairs.append((label, field))
        return pairs

    def _connect(self) -> None:
        for field in (self._least, self._most, self._count, self._steps):
            field.value_changed.connect(self._on_typed)
            field.problem_changed.connect(self._on_problem)
        self._run.clicked.connect(self._on_run)
        self._cancel.clicked.connect(self._on_cancel)
        self._use.clicked.connect(self._on_use)

    @Slot()
    def _on_typed(self) -> None:
        field = self.sender()
        if isinstance(field, NumberField):
            self._typed.add(field)
        try:
            self.rates()
            self.say("")
        except ExperimentError as error:
            self.say(str(error))

    @Slot(str)
    def _on_problem(self, problem: str) -> None:
        self.say(problem)

    @Slot()
    def _on_run(self) -> None:
        self.wanted.emit()

    @Slot()
    def _on_cancel(self) -> None:
        self.cancelled.emit()

    @Slot()
    def _on_use(self) -> None:
        self.taken.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        tall = QSizePolicy.Policy.Maximum if self._narrow else QSizePolicy.Policy.Preferred
        self.setSizePolicy(QSizePolicy.Policy.Preferred, tall)
        for (_, field), width in zip(self._pairs, NARROW_FIELDS if self._narrow else FIELDS, strict=True):
            field.setFixedWidth(px(width))
        self._grid.setHorizontalSpacing(px(6 if self._narrow else 5))
        self._grid.setVerticalSpacing(px(2))
        self._line.setSpacing(px(10))
        self._column.setSpacing(px(6))
        self._fit_width()

    def _fit_width(self) -> None:
        """Of the column beside the plots: longer words than the English ones make it wider."""
        for label, _ in self._pairs:
            label.ensurePolished()
        wide = max(self._theme.px(WIDTH), self._grid.minimumSize().width())
        self.setMinimumWidth(0 if self._narrow else wide)
        self.setMaximumWidth(QWIDGETSIZE_MAX if self._narrow else wide)


def _field(name: str, label: str, tooltip: str, minimum: float, maximum: float, *, whole: bool = False) -> NumberField:
    show = _whole_text if whole else _rate_text
    field = NumberField(minimum=minimum, maximum=maximum, show=show, integer=whole)
    field.setObjectName(name)
    field.setAccessibleName(label)
    field.setToolTip(tr("{what}; type a number and press Enter", what=tooltip))
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    return field


def _rate_text(value: float) -> str:
    return f"{value:.10g}"


def _whole_text(value: float) -> str:
    return format_count(int(value))
