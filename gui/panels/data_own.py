"""What own data are: where they come from, their columns with the scaling of each, their classes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.datasets import DATASET_TITLES
from core.experiment import OwnRows
from core.own_data.csv_reading import scaling_formula
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.fields import LinkButton
from gui.widgets.text import ElidedLabel

CLOSED, OPEN = ("columns", "Show the columns with their scaling"), ("hide", "Hide the columns")
IMPORT_TOOLTIP = "Choose a file of your own: its columns, classes and scaling (File menu, or drop it on the window)"


class OwnSummary(QWidget):
    """One line in short, with the link to another import; below it, when opened, a line for each column."""

    import_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("ownSummary")
        self._short = _Line("", "label")
        self._short.setObjectName("ownShort")
        self._toggle = LinkButton("", theme)
        self._toggle.setObjectName("ownColumnsLink")
        self._import = LinkButton("import…", theme, IMPORT_TOOLTIP)
        self._import.setObjectName("importLink")
        self._list = QWidget()
        self._list.setObjectName("ownColumns")
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._top = QHBoxLayout()
        for part in (self._short, self._toggle, self._import):
            self._top.addWidget(part)
        self._top.setStretch(0, 1)
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
        rows, inputs = len(own.targets) // 8, len(own.names)
        self._short.setText(f"{format_count(rows)} rows · {inputs} input{'s' if inputs > 1 else ''}")
        self._fill(own_columns(own))

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
        text, tooltip = OPEN if not self._list.isHidden() else CLOSED
        self._toggle.setText(text)
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
    """A text that takes what room there is."""

    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())


def own_columns(own: OwnRows) -> list[str]:
    """A line for each input and one for the target, with its scaling or its classes."""
    *inputs, target = scaling_formula(own)
    if own.labels:
        target = f"{target}: {', '.join(own.labels)}"
    return [*inputs, target]


def own_title(own: OwnRows) -> str:
    """For the card's title row."""
    title = {str(kind): title for kind, title in DATASET_TITLES.items()}.get(own.origin)
    return f"{title}, own points" if title else own.origin
