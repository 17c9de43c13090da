"""What is made of the columns: classes or numbers, missing cells, scaling, how many rows; and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.experiment import MAX_POINTS, OwnRows
from core.own_data.csv_reading import ColumnChoice
from core.words import mark, tr, trn
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.check import CheckBox
from gui.widgets.fields import ChoiceRow
from gui.widgets.text import TextLabel

TASKS = (("classes", mark("classes")), ("regression", mark("numbers")))
MISSING = (("refuse", mark("are refused")), ("skip", mark("skip their rows")))
SCALINGS = (("none", mark("none")), ("standard", mark("mean 0, deviation 1")), ("range", mark("from −1 to 1")))
TASK_TOOLTIP = mark("classes: the network says which one\nnumbers: it says how much (a regression)")
MISSING_TOOLTIP = mark("Cells without a value in the columns that are used")
SCALING_TOOLTIP = mark(
    "Numbers of about one size are learnt best. The formula of every column is shown.\n"
    "mean 0, deviation 1: (v − mean) / standard deviation\n"
    "from −1 to 1: (v − middle) / half of the range"
)
MOST_LABELS = 90  # characters


class Choices(QWidget):
    """Three choices and, of a file with too many rows, whether some are drawn; below them what comes of it."""

    choice_changed = Signal()
    task_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._task = _row(tr("the target is"), theme, TASKS, "importTask", TASK_TOOLTIP)
        self._missing = _row(tr("missing cells"), theme, MISSING, "importMissing", MISSING_TOOLTIP)
        self._scaling = _row(tr("scaling"), theme, SCALINGS, "importScaling", SCALING_TOOLTIP)
        self._size = ""  # how many rows there are
        self._draw = CheckBox("")
        self._draw.setObjectName("importDraw")
        self._draw.setToolTip(
            tr("Which rows they are is drawn by chance, the same ones every time; they keep their order")
        )
        self._outcome = TextLabel("", "label")
        self._outcome.setObjectName("importOutcome")
        self._outcome.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self._task, self._missing, self._scaling, self._draw, self._outcome):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._draw.hide()
        self._task.choice_changed.connect(self.task_chosen)
        self._missing.choice_changed.connect(self._on_changed)
        self._scaling.choice_changed.connect(self._on_changed)
        self._draw.clicked.connect(self._on_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def missing(self) -> str:
        return self._missing.value()

    @property
    def scaling(self) -> str:
        return self._scaling.value()

    @property
    def refuses_size(self) -> str:
        """Why the file is too large as it is; empty if it is not, or if rows may be drawn."""
        if self._draw.isHidden() or self._draw.isChecked():
            return ""
        return tr(
            "The file has {rows} rows; {most} are the most here: tick the box to have some drawn by chance.",
            rows=self._size,
            most=format_count(MAX_POINTS),
        )

    def show_choice(self, choice: ColumnChoice, sampled_from: int | None) -> None:
        """Of another table, without a signal; `sampled_from`: how many rows there are, if there are too many."""
        self._missing.set_value(choice.missing)
        self._scaling.set_value(choice.scaling)
        self._draw.setVisible(sampled_from is not None)
        self._size = format_count(sampled_from or 0)
        self._draw.setText(tr("draw {most} of {rows} rows", most=format_count(MAX_POINTS), rows=self._size))

    def show_task(self, task: str) -> None:
        """Without a signal."""
        self._task.set_value(task)

    def show_outcome(self, own: OwnRows | None, note: str) -> None:
        """`note`: what has to follow of the network."""
        self._outcome.setText("" if own is None else f"{outcome(own)} {note}".strip())

    @Slot()
    def _on_changed(self) -> None:
        self.choice_changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(4))


def _row(label: str, theme: Theme, choices: Sequence[tuple[str, str]], name: str, tooltip: str) -> ChoiceRow:
    """Of choices and a tooltip that are marked."""
    return ChoiceRow(label, theme, [(key, tr(text)) for key, text in choices], name=name, tooltip=tr(tooltip))


def outcome(own: OwnRows) -> str:
    """Rows, inputs and classes in a sentence or two."""
    rows = format_count(len(own.targets) // 8)
    read = trn("{rows} rows with {n} input", "{rows} rows with {n} inputs", len(own.names), rows=rows)
    if not own.labels:
        return tr("{read}. Regression: a number.", read=read)
    names = ", ".join(own.labels)
    names = names if len(names) <= MOST_LABELS else f"{names[:MOST_LABELS]}…"
    if len(own.labels) == 2:
        return tr("{read}. Classes: {names} (one output: −1 is the first, +1 the second).", read=read, names=names)
    return tr("{read}. Classes: {names} ({n} outputs).", read=read, names=names, n=len(own.labels))
