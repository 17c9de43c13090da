"""What is a mistake in the language that does not exist: English that nobody can translate, and texts that are cut."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHeaderView, QLabel, QScrollArea, QWidget

from core.examples import example_names
from gui.widgets.prose_view import SpansView
from gui.widgets.text import ElidedLabel
from gui.widgets.two_lines import TwoLines
from tests.gui.visible_texts import Found, place, plain

WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = (  # of values, as they stand in a graph and in the text of the expression lab
    r"sum of losses(?: \d+–\d+)?", "other samples", "mean loss",
    r"(?:sample|call)\d+/[\w.*²]+",
    r"L\d+(?:\.N\d+)?(?:\.[a-z]+\d*)?(?:\*[a-z]\d+)?", r"sum\d*", "loss", "error",
    r"[a-z]\d", r"d\w/d\w",
)  # fmt: skip
KEPT = (
    r"(?:(?:Ctrl|Shift|Alt)\+)+(?:(?:[A-Z][a-z]+)+|\w|\W)", r"\((?:Space|Delete|End|Enter|Escape|F\d+)\)",
    "PyTorch", "Chainrule", "micrograd", "NumPy", "Graphviz", "CSV", "SVG", "PDF",
    r"UTF-\d+(?: [LB]E)?", "Windows 1252", "Latin-1",
    "tanh|relu|sigmoid|softplus|softmax|sin|cos|log", "data|grad",  # the last: attributes of a Value, in its record
    r"L\.backward\(\)", r"(?:Neuron|MLP)\([^)]*\)", r"def f\(x\): return \S+ - 4\*x \+ 5",
    r"sum\(\[a, b\]\)", r"&#x27;",
    *sorted(map(re.escape, example_names()), key=len, reverse=True),
)  # fmt: skip
UNTRANSLATED = re.compile(rf"(?<![A-Za-z])(?:{'|'.join((*NAMES, *KEPT))})(?![A-Za-z])")
NAMED_ALONE = ("inspectorAddress", "painted record", "painted chip", "rootValue")  # may show nothing but a name
CODE = (  # what shows code or formulas
    "FormulaLabel", "CodeLines", "CodeView", "painted code_", "painted loop_", "LoopCode",
)  # fmt: skip
CODE_LINE = re.compile(
    r"\bself\b|_backward|^\s*child\.|\.grad\b|\bypred\b|^\s*(?:for|def|return|loss =|draw_dot|# no)\b"
)
QT_OWN = ("qt_dockwidget_", "action Export...")  # these come with Qt's own translations, or are never seen
QT_TEXTS = {"OK"}


def is_english(where: str, text: str) -> bool:
    """Whether there are words that a translator has not seen."""
    if where.startswith(CODE) or CODE_LINE.search(text) or text in QT_TEXTS:
        return False
    if any(own in where for own in QT_OWN):
        return False
    if text in ("loss", "error", "sum") and not any(each in where for each in NAMED_ALONE):
        return True
    return WORD.search(UNTRANSLATED.sub("", text)) is not None


def english_in(found: Iterable[Found]) -> set[Found]:
    """Of texts that were found."""
    return {each for each in found if is_english(*each)}


def cut_below(window: QWidget) -> set[str]:
    """All that is seen of a window and is cut: where, and the text."""
    seen = [each for each in [window, *window.findChildren(QWidget)] if each.isVisible()]
    texts = {f"{place(each)}: {shown_text(each)!r}" for each in seen if is_cut(each)}
    heads = {head for each in seen if isinstance(each, QHeaderView) for head in _cut_headings(each)}
    return texts | heads | {f"{place(each)}: its right edge" for each in seen if _is_too_wide(each)}


def is_cut(widget: QWidget) -> bool:
    """Whether a widget has less room than its text takes, and nothing says the rest; or hangs out of its parent."""
    text = shown_text(widget)
    if not text or isinstance(widget, TwoLines):
        return False
    if plain(text) in plain(widget.toolTip()) or (isinstance(widget, ElidedLabel) and widget.toolTip()):
        return False
    return _lacks_room(widget) or _hangs_out(widget)


def shown_text(widget: QWidget) -> str:
    match widget:
        case QComboBox():
            return widget.currentText()
        case QLabel() | QAbstractButton():
            return widget.text()
        case SpansView():
            return widget.toPlainText()
    return ""


def _lacks_room(widget: QWidget) -> bool:
    if widget.hasHeightForWidth():
        return widget.heightForWidth(widget.width()) > widget.height() + 1
    return widget.sizeHint().width() > widget.width() + 1


def _hangs_out(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or isinstance(parent.parentWidget(), QScrollArea):
        return False
    return not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())


def _is_too_wide(widget: QWidget) -> bool:
    """Whether what scrolls up and down alone has no room from left to right."""
    area = widget.parentWidget().parentWidget() if widget.parentWidget() is not None else None
    if not isinstance(area, QScrollArea) or area.widget() is not widget:
        return False
    never = area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    return never and widget.width() > area.viewport().width() + 1


def _cut_headings(header: QHeaderView) -> set[str]:
    """Of a table's columns: those that have less room than their text, and no tooltip that says it."""
    if header.orientation() is Qt.Orientation.Vertical or header.isHidden():
        return set()
    model, across, metrics = header.model(), Qt.Orientation.Horizontal, header.fontMetrics()
    texts = {i: str(model.headerData(i, across)) for i in range(header.count()) if not header.isSectionHidden(i)}
    tips = {i: str(model.headerData(i, across, Qt.ItemDataRole.ToolTipRole) or "") for i in texts}
    short = (i for i, text in texts.items() if metrics.horizontalAdvance(text) > header.sectionSize(i))
    return {f"{place(header)}: heading {texts[i]!r}" for i in short if texts[i] not in tips[i]}
