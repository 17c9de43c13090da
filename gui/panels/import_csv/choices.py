"""What is made of the columns: classes or numbers, missing cells, scaling, how many rows; and what comes of it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.experiment import MAX_POINTS, OwnRows
from core.own_data.csv_reading import ColumnChoice
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.check import CheckBox
from gui.widgets.fields import ChoiceRow
from gui.widgets.text import TextLabel

TASKS = (("classes", "classes"), ("regression", "numbers"))
MISSING = (("refuse", "are refused"), ("skip", "skip their rows"))
SCALINGS = (("none", "none"), ("standard", "mean 0, deviation 1"), ("range", "from −1 to 1"))
TASK_TOOLTIP = "classes: the network says which one\nnumbers: it says how much (a regression)"
MISSING_TOOLTIP = "Cells without a value in the columns that are used"
SCALING_TOOLTIP = (
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
        self._task = ChoiceRow("the target is", theme, TASKS, name="importTask", tooltip=TASK_TOOLTIP)
        self._missing = ChoiceRow("missing cells", theme, MISSING, name="importMissing", tooltip=MISSING_TOOLTIP)
        self._scaling = ChoiceRow("scaling", theme, SCALINGS, name="importScaling", tooltip=SCALING_TOOLTIP)
        self._size = ""  # how many rows there are, in words
        self._draw = CheckBox("")
        self._draw.setObjectName("importDraw")
        self._draw.setToolTip("Which rows they are is drawn by chance, the same ones every time; they keep their order")
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
        return f"{self._size} {format_count(MAX_POINTS)} are the most here: tick the box to have some drawn by chance."

    def show_choice(self, choice: ColumnChoice, sampled_from: int | None) -> None:
        """Of another table, without a signal; `sampled_from`: how many rows there are, if there are too many."""
        self._missing.set_value(choice.missing)
        self._scaling.set_value(choice.scaling)
        self._draw.setVisible(sampled_from is not None)
        self._size = f"The file has {format_count(sampled_from or 0)} rows;"
        self._draw.setText(f"draw {format_count(MAX_POINTS)} of {format_count(sampled_from or 0)} rows")

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


def outcome(own: OwnRows) -> str:
    """Rows, inputs and classes in a sentence or two."""
    rows, inputs = format_count(len(own.targets) // 8), len(own.names)
    read = f"{rows} rows with {inputs} input{'s' if inputs > 1 else ''}"
    if not own.labels:
        return f"{read}. Regression: a number."
    names = ", ".join(own.labels)
    names = names if len(names) <= MOST_LABELS else f"{names[:MOST_LABELS]}…"
    kind = "one output: −1 is the first, +1 the second" if len(own.labels) == 2 else f"{len(own.labels)} outputs"
    return f"{read}. Classes: {names} ({kind})."
