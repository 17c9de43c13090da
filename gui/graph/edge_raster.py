"""Antialiased edges by NumPy: all edges between two columns in a few milliseconds, however many they are.

Qt strokes a curve in about 0.1 ms, which for 300 edges is two frames. An edge here is a function of x, so down one
column of pixels its coverage is a trapezoid: a piecewise linear function with four corners. Second differences put
these corners into an array, and two cumulative sums draw every edge at once, at a cost that does not depend on widths.

What adds up is optical depth, so the order of edges does not matter: opacity is 1 - exp(-depth).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.graph.network_layout import rise, steepness

Array = NDArray[np.float64]
Colour = tuple[int, int, int]

POSITIVE, NEGATIVE, GLOW = 0, 1, 2  # the planes: one a colour
DASH = (6.0, 4.0)  # of a dashed edge across: line and gap; pixels at scale 1


@dataclass(frozen=True)
class Strokes:
    """Edges to draw; all arrays (edges,). Lengths in device pixels."""

    starts: Array
    ends: Array
    widths: Array
    opacity: Array  # 0 … below 1
    softness: Array  # how many pixels the rim takes; 1 = antialiasing alone
    planes: NDArray[np.intp]
    dashed: NDArray[np.bool_] | None = None  # which of them are; None for none
    unit: float = 1.0  # device pixels a pixel at scale 1, for the dashes


def raster(strokes: Strokes, left: float, right: float, columns: range, rows: int) -> Array:
    """Depth (planes, rows, columns) of strokes that run from x = left to right; row 0 is y = 0.

    The plane of the glow is there only if something glows.
    """
    across = np.clip((np.arange(columns.start, columns.stop) + 0.5 - left) / (right - left), 0.0, 1.0)
    climb = (strokes.ends - strokes.starts)[:, None]
    centre = strokes.starts[:, None] + climb * rise(across)
    stretch = np.sqrt(1.0 + (climb * (steepness(across) / (right - left))) ** 2)  # vertical over true thickness
    thick = strokes.widths[:, None] * stretch
    rim = strokes.softness[:, None] * stretch
    outer, inner = (thick + rim) / 2.0, (thick - rim) / 2.0
    margin = int(2.0 * outer.max(initial=0.0)) + 2  # rows above and below for what is cut off
    centre = np.clip(centre, -outer, rows + outer) + (margin - 0.5)
    amount = -np.log1p(-strokes.opacity)[:, None] / rim
    if strokes.dashed is not None:
        amount[np.ix_(strokes.dashed, _in_gap(columns, left, strokes.unit))] = 0.0
    return _summed(strokes.planes, centre, outer, inner, amount, rows, margin)


def _in_gap(columns: range, left: float, unit: float) -> NDArray[np.bool_]:
    """Which columns of pixels lie between two dashes."""
    line, gap = DASH
    return (np.arange(columns.start, columns.stop) + 0.5 - left) % ((line + gap) * unit) >= line * unit


def _summed(
    planes: NDArray[np.intp], centre: Array, outer: Array, inner: Array, amount: Array, rows: int, margin: int
) -> Array:
    """Put the corners of the trapezoids in their places and sum twice down the columns."""
    height, width = rows + 2 * margin + 2, centre.shape[1]
    base = planes[:, None] * (height * width) + np.arange(width)[None, :]
    places, amounts = [], []
    for corner, value in ((-outer, amount), (-inner, -amount), (inner, -amount), (outer, amount)):
        position = centre + corner
        row = position.astype(np.intp)
        low = value * (position - row)  # the part that belongs to the row below
        place = base + (row + 1) * width
        places += [place.ravel(), (place + width).ravel()]
        amounts += [(value - low).ravel(), low.ravel()]
    count = max(int(planes.max(initial=0)), NEGATIVE) + 1
    total = np.bincount(np.concatenate(places), np.concatenate(amounts), minlength=count * height * width)
    depth = total[: count * height * width].reshape(count, height, width)
    np.cumsum(depth, axis=1, out=depth)
    np.cumsum(depth, axis=1, out=depth)
    return np.maximum(depth[:, margin : margin + rows], 0.0)


def coloured(depth: Array, card: Colour, positive: Colour, negative: Colour, glow: Colour) -> NDArray[np.uint32]:
    """Pixels 0xffRRGGBB (rows, columns): the glow on the card, and the edges on the glow."""
    light = depth.astype(np.float32)
    edges = light[POSITIVE] + light[NEGATIVE]
    clear = np.exp(-edges)
    share = (1.0 - clear) / np.maximum(edges, np.float32(1e-9))
    blue, orange = light[POSITIVE] * share, light[NEGATIVE] * share
    behind = np.exp(-light[GLOW]) if len(light) > GLOW else None
    pixels = np.full(edges.shape, 0xFF, np.uint32)
    for channel in range(3):
        ground: NDArray[np.float32] | np.float32 = np.float32(card[channel])
        if behind is not None:
            ground = np.float32(glow[channel]) + behind * np.float32(card[channel] - glow[channel])
        level = clear * ground + blue * np.float32(positive[channel]) + orange * np.float32(negative[channel])
        pixels <<= np.uint32(8)
        pixels |= (level + np.float32(0.5)).astype(np.uint32)
    return pixels
