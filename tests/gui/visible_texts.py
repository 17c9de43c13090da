"""Every text that a window shows, speaks or paints: for tests of its language."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAction, QPainter, QStaticText
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGraphicsItem,
    QGraphicsSimpleTextItem,
    QGraphicsTextItem,
    QGraphicsView,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

Found = tuple[str, str]  # where, text
_TAG = re.compile(r"<[^<>]+>")
_SPOKEN = ("windowTitle", "toolTip", "statusTip", "whatsThis", "accessibleName", "accessibleDescription")
_ROWS = 60  # of a table: more say nothing new


def texts_below(window: QWidget) -> set[Found]:
    """Of all widgets, whether they are seen at the moment or not, and of all actions."""
    found = {(place(each), plain(text)) for each in [window, *window.findChildren(QWidget)] for text in texts_of(each)}
    for action in window.findChildren(QAction):
        name = f"action {action.objectName() or action.text()}"
        found |= {(name, plain(text)) for text in (action.text(), action.toolTip(), action.statusTip())}
    return {(where, text) for where, text in found if text}


def texts_of(widget: QWidget) -> Iterator[str]:
    """What a widget shows and says."""
    yield from (str(getattr(widget, name)()) for name in _SPOKEN)
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QComboBox():
            yield from (widget.itemText(i) for i in range(widget.count()))
        case QLineEdit():
            yield from (widget.placeholderText(), widget.text())
        case QPlainTextEdit():
            yield widget.placeholderText()
        case QTextEdit():
            yield widget.toPlainText()
        case QGroupBox() | QMenu():
            yield widget.title()
        case QTabBar():
            yield from (widget.tabText(i) for i in range(widget.count()))
        case QAbstractItemView() if widget.model() is not None:
            yield from _cells(widget)
        case QGraphicsView() if widget.scene() is not None:
            for item in widget.scene().items():
                yield from _item_texts(item)


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    columns = range(1 if isinstance(model, QAbstractListModel) else model.columnCount())
    rows = range(min(model.rowCount(), _ROWS))
    wanted = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    for role in wanted:
        yield from (_said(model.headerData(i, Qt.Orientation.Horizontal, role)) for i in columns)
        yield from (_said(model.headerData(i, Qt.Orientation.Vertical, role)) for i in rows)
        yield from (_said(model.data(model.index(row, column), role)) for row in rows for column in columns)


def _item_texts(item: QGraphicsItem) -> Iterator[str]:
    yield item.toolTip()
    if isinstance(item, QGraphicsTextItem):
        yield item.toPlainText()
    elif isinstance(item, QGraphicsSimpleTextItem):
        yield item.text()
    elif isinstance(item, pg.TextItem):
        yield item.toPlainText()


def _said(data: Any) -> str:
    return data if isinstance(data, str) else ""


def plain(text: str) -> str:
    """Without tags: what is read."""
    return html.unescape(_TAG.sub(" ", text)).strip() if "<" in text else text.strip()


def place(widget: QWidget) -> str:
    """Which widget: the names from the nearest one with a name."""
    kind, names, each = type(widget).__name__, [], widget
    while isinstance(each, QWidget) and len(names) < 2:
        if each.objectName():
            names.append(each.objectName())
        each = each.parent()
    return f"{kind} {' in '.join(names)}"


def _painter_of(frame: FrameType) -> str:
    return f"painted {Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"


@contextmanager
def painted_texts() -> Iterator[set[Found]]:
    """What is painted by hand inside of the block, onto whatever; and by which source."""
    seen: set[Found] = set()
    draw_text, draw_static = QPainter.drawText, QPainter.drawStaticText

    def heard_text(painter: QPainter, *args: Any) -> Any:
        painted_by = _painter_of(sys._getframe(1))
        seen.update((painted_by, each) for each in args if isinstance(each, str))
        return draw_text(painter, *args)

    def heard_static(painter: QPainter, *args: Any) -> Any:
        painted_by = _painter_of(sys._getframe(1))
        seen.update((painted_by, plain(each.text())) for each in args if isinstance(each, QStaticText))
        return draw_static(painter, *args)

    QPainter.drawText, QPainter.drawStaticText = heard_text, heard_static
    try:
        yield seen
    finally:
        QPainter.drawText, QPainter.drawStaticText = draw_text, draw_static
