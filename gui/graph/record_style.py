"""Sizes, fonts and colours of a record: one place, so that what is measured for the layout is what is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from core.dot import BoxSizes, GraphStyle
from core.graph import GraphSnapshot
from gui.graph.sprites import SLOT
from gui.palette import contrast
from gui.theme import Theme

# Sizes in pixels at zoom 1 and scale 1.
NAME_SIZE, NUMBER_SIZE, WORD_SIZE, SYMBOL_SIZE, BADGE_SIZE = 12, 12, 11, 14, 11
TITLE, ROW, LEAD, FOOT = 22.0, 19.0, 3.0, 4.0  # heights: name, data and gradient, space before and after the numbers
INSET, GAP, RADIUS = 9.0, 8.0, 7.0
WORDS_FROM = 104.0  # width of a record from which it has room for `data` and `grad` before the numbers
CIRCLE = 28.0  # an operation
_BETWEEN_RECORDS = 14.0
_BETWEEN_RANKS = {GraphStyle.LECTURE: 14.0, GraphStyle.COMPACT: 40.0}  # compact edges end at records: they need room
BADGE = 16.0  # height of the operation's badge in a compact record

DIMMED = 0.55  # how far boxes, edges and cells off the gradient's path fade into the card …
DIMMED_TEXT = 0.35  # … and their letters, if they can still be read then
READABLE = 4.5  # contrast of letters that are small
_SAMPLE = re.compile(r"^sample\d+/")
_SYMBOLS = {"*": "\N{MULTIPLICATION SIGN}", "/": "\N{DIVISION SIGN}"}  # minus is the hyphen, as in the numbers


def short_name(label: str) -> str:
    """What is written in a record: the sample is known from the level, and stands in the tooltip."""
    return _SAMPLE.sub("", label)


def shown_symbol(op: str) -> str:
    """An operation's symbol as it is written in the picture."""
    return _SYMBOLS.get(op, op)


def blended(colour: QColor, ground: QColor, share: float) -> QColor:
    """`colour` moved towards `ground` by `share` (0 … 1)."""
    here, there = colour.getRgbF(), ground.getRgbF()
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in zip(here[:3], there[:3], strict=True)))


def faded_text(colour: QColor, theme: Theme) -> QColor:
    """A colour of letters, faded into the card, but no further than it can be read on card and soft."""
    colours = theme.palette
    for percent in range(round(DIMMED_TEXT * 100), 0, -5):
        faded = blended(colour, colours.card, percent / 100)
        if min(contrast(faded, colours.card), contrast(faded, colours.soft)) >= READABLE:
            return faded
    return colour


def drawn_font(theme: Theme, size: int, pixels: float, *, mono: bool = True) -> QFont:
    """A face of the theme at `size` times `pixels` device pixels, in whole pixels."""
    font = theme.font(size, mono=mono)
    font.setPixelSize(max(1, round(size * pixels)))
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias | QFont.StyleStrategy.NoSubpixelAntialias)
    return font


def measured_sizes(theme: Theme, snapshot: GraphSnapshot, style: GraphStyle) -> BoxSizes:
    """The sizes of all boxes at scale 1. Numbers have a slot of fixed width, so no number can move anything."""
    number = QFontMetricsF(drawn_font(theme, NUMBER_SIZE, 1.0)).horizontalAdvance("0") * SLOT
    word = QFontMetricsF(drawn_font(theme, WORD_SIZE, 1.0, mono=False)).horizontalAdvance("grad")
    metrics = QFontMetricsF(drawn_font(theme, SYMBOL_SIZE, 1.0))
    symbols = {node.op: metrics.horizontalAdvance(shown_symbol(node.op)) + 14 for node in snapshot.nodes if node.op}
    wide = {op: float(np.ceil(width)) for op, width in symbols.items() if width > CIRCLE}
    width, height = float(np.ceil(2 * INSET + word + GAP + number)), TITLE + LEAD + 2 * ROW + FOOT
    ranks = _BETWEEN_RANKS[style.resolve(len(snapshot.nodes))]
    return BoxSizes(width, height, CIRCLE, wide, _BETWEEN_RECORDS, ranks)


def narrow_width(theme: Theme) -> float:
    """The width of a record that has its numbers without words before them, at scale 1."""
    number = QFontMetricsF(drawn_font(theme, NUMBER_SIZE, 1.0)).horizontalAdvance("0") * SLOT
    return float(np.ceil(number + INSET + INSET / 2))


@dataclass(frozen=True)
class Inks:
    """The colours of one state, plain or dimmed."""

    line: QColor
    edge: QColor
    faint: QColor  # of operations too small for their symbol, and around dimmed ones
    ink: QColor
    mute: QColor
    soft: QColor

    @staticmethod
    def of(theme: Theme, *, dimmed: bool) -> Inks:
        """The theme's colours; if dimmed, lines fade into the card, and letters as far as they can be read."""
        card, share, colours = theme.palette.card, DIMMED if dimmed else 0.0, theme.palette
        line = blended(blended(colours.line, colours.mute, 0.15), card, share)
        edge = blended(blended(colours.mute, card, 0.15), card, share)
        faint = blended(blended(colours.mute, card, 0.3), card, share)
        ink = faded_text(colours.mute, theme) if dimmed else colours.ink
        mute = faded_text(colours.mute, theme) if dimmed else colours.mute
        return Inks(line, edge, faint, ink, mute, colours.soft)
