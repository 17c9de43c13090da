"""The colours of the window: one Palette for light, one for dark, and what is derived from them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainterPath, QPalette, QPolygonF

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442")
"""Colours that people with any colour vision can tell apart (Okabe and Ito 2008); the eighth is black, or pale grey."""

CLASS_COLOURS = len(OKABE_ITO) + 1

SHAPES = ("circle", "square", "triangle", "diamond", "triangle down", "plus", "pentagon", "star")
"""The marks of classes, by index: a class is never told by its colour alone."""

_LEAST_CONTRAST = 3.0  # of a mark or a line on the card


@dataclass(frozen=True)
class Palette:
    """Colours by what they are for. The ones ending in `_text` are for letters: 4.5:1 or more on ground, card, soft."""

    ground: QColor  # the window behind the cards
    card: QColor
    line: QColor  # borders and grid lines
    soft: QColor  # rows and wells on a card
    ink: QColor  # text
    mute: QColor  # secondary text
    positive: QColor  # areas and lines of positive data, weights, gradients
    negative: QColor
    glow: QColor  # the flow of gradients, marks on curves
    good: QColor  # checks that hold
    accent: QColor  # the one accent of controls
    positive_text: QColor
    negative_text: QColor
    accent_text: QColor  # links

    def tokens(self) -> dict[str, str]:
        """Every colour as `#rrggbb` under its name, for the style sheet."""
        return {field.name: getattr(self, field.name).name() for field in fields(self)}

    def class_colour(self, index: int) -> QColor:
        """The colour of a class, for areas; colours begin anew after the eighth."""
        colours = (*OKABE_ITO, "#c9cfd9" if self.card.lightnessF() < 0.5 else "#000000")
        return QColor(colours[index % CLASS_COLOURS])

    def class_mark(self, index: int) -> QColor:
        """The colour of a class for lines and marks on a card: moved away from the card's until it stands out."""
        colour, towards = self.class_colour(index), self.ink
        for share in np.linspace(0.0, 1.0, 21):
            mixed = _mixed(colour, towards, float(share))
            if contrast(mixed, self.card) >= _LEAST_CONTRAST:
                return mixed
        return QColor(towards)


LIGHT = Palette(
    ground=QColor("#f4f5f7"),
    card=QColor("#ffffff"),
    line=QColor("#dfe2e8"),
    soft=QColor("#eef1f6"),
    ink=QColor("#1c2330"),
    mute=QColor("#5f6878"),
    positive=QColor("#1f6feb"),
    negative=QColor("#e8710a"),
    glow=QColor("#8b5cf6"),
    good=QColor("#147a4b"),
    accent=QColor("#1f6feb"),
    positive_text=QColor("#1a5fd6"),
    negative_text=QColor("#a94e08"),
    accent_text=QColor("#1a5fd6"),
)

DARK = Palette(
    ground=QColor("#14171d"),
    card=QColor("#1c2129"),
    line=QColor("#2d3440"),
    soft=QColor("#252c37"),
    ink=QColor("#e8ebf1"),
    mute=QColor("#95a0b3"),
    positive=QColor("#58a6ff"),
    negative=QColor("#ff9f43"),
    glow=QColor("#b59bff"),
    good=QColor("#3ecf8e"),
    accent=QColor("#58a6ff"),
    positive_text=QColor("#58a6ff"),
    negative_text=QColor("#ff9f43"),
    accent_text=QColor("#58a6ff"),
)


def qt_palette(colours: Palette) -> QPalette:
    """The palette Qt's own widgets draw with."""
    roles = QPalette.ColorRole
    palette = QPalette(colours.card, colours.ground)
    for role, colour in (
        (roles.Window, colours.ground),
        (roles.WindowText, colours.ink),
        (roles.Base, colours.card),
        (roles.AlternateBase, colours.soft),
        (roles.Text, colours.ink),
        (roles.Button, colours.card),
        (roles.ButtonText, colours.ink),
        (roles.BrightText, colours.negative_text),
        (roles.PlaceholderText, colours.mute),
        (roles.ToolTipBase, colours.ink),
        (roles.ToolTipText, colours.card),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.card),
        (roles.Accent, colours.accent),
        (roles.Link, colours.accent_text),
        (roles.LinkVisited, colours.accent_text),
        (roles.Light, colours.card),
        (roles.Midlight, colours.soft),
        (roles.Mid, colours.line),
        (roles.Dark, colours.mute),
        (roles.Shadow, colours.line),
    ):
        palette.setColor(role, colour)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colours.mute)
    return palette


def diverging_table(low: QColor, middle: QColor, high: QColor) -> NDArray[np.uint32]:
    """256 colours 0xffRRGGBB: entry 0 is `low`, 255 is `high`, `middle` lies between 127 and 128."""
    positions = np.arange(256)
    channels = [
        np.rint(np.interp(positions, (0.0, 127.5, 255.0), [getattr(c, name)() for c in (low, middle, high)]))
        for name in ("red", "green", "blue")
    ]
    red, green, blue = (channel.astype(np.uint32) for channel in channels)
    table: NDArray[np.uint32] = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return table


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, 1 … 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: QColor, other: QColor, share: float) -> QColor:
    channels = ((getattr(each, name)() for each in (colour, other)) for name in ("redF", "greenF", "blueF"))
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in channels))


def shape_name(index: int) -> str:
    """The shape of a class's points; shapes begin anew after the eighth."""
    return SHAPES[index % len(SHAPES)]


def shape_path(index: int, centre: QPointF, diameter: float) -> QPainterPath:
    """The outline of a class's mark: all shapes cover about as much as a circle of this diameter."""
    path, name, radius = QPainterPath(), shape_name(index), diameter / 2
    if name == "circle":
        path.addEllipse(centre, radius, radius)
        return path
    path.addPolygon(QPolygonF([centre + QPointF(x, y) * radius for x, y in _CORNERS[name]]))
    path.closeSubpath()
    return path


def _star(points: int, outer: float, inner: float, turn: float = 0.0) -> tuple[tuple[float, float], ...]:
    """Corners on two circles in turn, the first on top; y goes down."""
    angles = np.pi * (np.arange(2 * points) / points + turn)
    radii = np.where(np.arange(2 * points) % 2, inner, outer)
    return tuple((float(r * np.sin(a)), float(-r * np.cos(a))) for r, a in zip(radii, angles, strict=True))


_ARM, _REACH = 0.42, 1.15  # of the plus: half the width of an arm, and its length
_CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)),
    "triangle": ((0.0, -1.2), (1.2, 0.88), (-1.2, 0.88)),
    "diamond": ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    "triangle down": ((0.0, 1.2), (1.2, -0.88), (-1.2, -0.88)),
    "plus": (
        *((-_ARM, -_REACH), (_ARM, -_REACH), (_ARM, -_ARM), (_REACH, -_ARM), (_REACH, _ARM), (_ARM, _ARM)),
        *((_ARM, _REACH), (-_ARM, _REACH), (-_ARM, _ARM), (-_REACH, _ARM), (-_REACH, -_ARM), (-_ARM, -_ARM)),
    ),
    "pentagon": _star(5, 1.15, 0.93),
    "star": _star(5, 1.4, 0.62),
}
