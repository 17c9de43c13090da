"""What own data are: where they come from, their columns with the scaling of each, their classes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.datasets import DATASET_TITLES
from core.experiment import OwnRows
from core.own_data.csv_scaling import scaling_formula
from core.own_data.own_rows import SIGNS
from core.words import mark, tr, trn
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.fields import LinkButton
from gui.widgets.text import ElidedLabel

SHOW, HIDE = mark("Show the columns with their scaling"), mark("Hide the columns")
IMPORT_TOOLTIP = mark(
    "Choose a file of your own: its columns, classes and scaling (File menu, or drop it on the window)"
)


class OwnSummary(QWidget):
    """One line in short, with the link to another import; below it, when opened, a line for each column.

    The number of inputs is the link that opens it, where the columns have anything to say.
    """

    import_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("ownSummary")
        self._inputs = ""  # how many there are, in words
        self._short = _Line("", "label")
        self._short.setObjectName("ownShort")
        self._toggle = LinkButton("", theme)
        self._toggle.setObjectName("ownColumnsLink")
        self._import = LinkButton(tr("import…"), theme, tr(IMPORT_TOOLTIP))
        self._import.setObjectName("importLink")
        self._list = QWidget()
        self._list.setObjectName("ownColumns")
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._top = QHBoxLayout()
        for part in (self._short, self._toggle, self._import):
            self._top.addWidget(part)
            if part is self._toggle:
                self._top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self._list)
        self._list.hide()
        self._toggle.clicked.connect(self._on_toggle)
        self._import.clicked.connect(self._on_import)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._name_link()

    def show_rows(self, own: OwnRows) -> None:
        """Another set of own rows."""
        rows = tr("{rows} rows", rows=format_count(len(own.targets) // 8))
        self._inputs = trn("{n} input", "{n} inputs", len(own.names))
        lines = told_columns(own)
        self._short.setText(rows if lines else f"{rows} · {self._inputs}")
        self._toggle.setVisible(bool(lines))
        self._fill(lines)
        if not lines:
            self._list.hide()
        self._name_link()

    def _fill(self, texts: list[str]) -> None:
        while self._lines.count() > len(texts):
            gone = self._lines.takeAt(self._lines.count() - 1).widget()
            gone.hide()
            gone.setParent(None)
            gone.deleteLater()
        while self._lines.count() < len(texts):
            self._lines.addWidget(_Line("", "small"))
        for place, text in enumerate(texts):
            label = self._lines.itemAt(place).widget()
            if isinstance(label, ElidedLabel):
                label.setText(text)

    def _name_link(self) -> None:
        tooltip = tr(SHOW) if self._list.isHidden() else tr(HIDE)
        self._toggle.setText(self._inputs)
        self._toggle.setToolTip(tooltip)
        self._toggle.setAccessibleName(tooltip)

    @Slot()
    def _on_toggle(self) -> None:
        self._list.setVisible(self._list.isHidden())
        self._name_link()

    @Slot()
    def _on_import(self) -> None:
        self.import_requested.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._top.setSpacing(self._theme.px(8))
        self._lines.setSpacing(self._theme.px(1))


class _Line(ElidedLabel):
    """A text that gives way where there is little room."""

    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())


def own_columns(own: OwnRows) -> list[str]:
    """A line for each input and one for the target, with its scaling or its classes."""
    *inputs, target = scaling_formula(own)
    if own.labels:
        target = f"{target}: {', '.join(own.labels)}"
    return [*inputs, target]


def told_columns(own: OwnRows) -> list[str]:
    """Of these lines those that say something: no `x1 = x1`, and no classes that are only called −1 and +1."""
    *inputs, target = scaling_formula(own)
    lines = [line for line in inputs if not _says_nothing(line)]
    if own.labels and own.labels != SIGNS:
        names = ", ".join(own.labels)
        lines.append(tr("classes: {names}", names=names) if _says_nothing(target) else f"{target}: {names}")
    elif not _says_nothing(target):
        lines.append(target)
    return lines


def _says_nothing(formula: str) -> bool:
    symbol, _, name = formula.partition(" = ")
    return symbol == name


def own_title(own: OwnRows) -> str:
    """For the card's title row."""
    title = {str(kind): title for kind, title in DATASET_TITLES.items()}.get(own.origin)
    return tr("{title}, own points", title=tr(title)) if title else own.origin
