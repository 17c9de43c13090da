"""How the file is written: found by looking at it, and correctable."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.own_data.csv_reading import DELIMITERS, ENCODINGS, CsvFormat
from core.words import mark, tr
from gui.theme import Theme
from gui.widgets.check import CheckBox
from gui.widgets.fields import ChoiceRow

ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": mark("UTF-8 with mark"),
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows 1252",
    "latin-1": "Latin-1",
}
DELIMITER_NAMES = {
    ",": mark("comma"),
    ";": mark("semicolon"),
    "\t": mark("tab"),
    "|": mark("bar |"),
    " ": mark("spaces"),
}
DECIMALS = ((".", mark("point 1.5")), (",", mark("comma 1,5")))
GAP = 16  # px at scale 1


class FormatRow(QWidget):
    """Encoding, delimiter, decimal sign and header."""

    format_changed = Signal(object)  # CsvFormat, by a person

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._encoding = ChoiceRow(
            tr("encoding"),
            theme,
            [(key, tr(ENCODING_NAMES[key])) for key in ENCODINGS],
            name="importEncoding",
            tooltip=tr("How bytes stand for letters. Another one if letters look wrong"),
        )
        self._delimiter = ChoiceRow(
            tr("delimiter"),
            theme,
            [(key, tr(DELIMITER_NAMES[key])) for key in DELIMITERS],
            name="importDelimiter",
            tooltip=tr("What stands between two cells of a row"),
        )
        self._decimal = ChoiceRow(
            tr("decimal sign"),
            theme,
            [(key, tr(text)) for key, text in DECIMALS],
            name="importDecimal",
            tooltip=tr("What stands before a number's decimals"),
        )
        self._header = CheckBox(tr("first row has names"))
        self._header.setObjectName("importHeader")
        self._header.setToolTip(tr("The first row has the names of the columns and is no row of data"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self._encoding, self._delimiter, self._decimal):
            self._row.addWidget(part)
            part.choice_changed.connect(self._on_changed)
        self._row.addWidget(self._header)
        self._row.addStretch(1)
        self._header.clicked.connect(self._on_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_format(self, format: CsvFormat) -> None:
        """Without a signal."""
        self._encoding.set_value(format.encoding)
        self._delimiter.set_value(format.delimiter)
        self._decimal.set_value(format.decimal)
        self._header.setChecked(format.header)

    @Slot()
    def _on_changed(self) -> None:
        delimiter = next(each for each in DELIMITERS if each == self._delimiter.value())
        decimal = next(sign for sign in (".", ",") if sign == self._decimal.value())
        self.format_changed.emit(CsvFormat(self._encoding.value(), delimiter, decimal, self._header.isChecked()))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(GAP))
