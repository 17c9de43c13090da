"""Fills the colours and sizes of the moment into `resources/style.qss`."""

from __future__ import annotations

import re
import string
from collections.abc import Callable

Pixels = Callable[[float], int]

_LENGTH = re.compile(r"(?<![\w#.])(-?\d+(?:\.\d+)?)sp\b")  # `12sp`: 12 pixels at scale 1


def filled_style_sheet(template: str, tokens: dict[str, str], px: Pixels) -> str:
    """Replace `$token` and every length in `sp`. Raises KeyError for a token that nobody knows."""
    text = string.Template(template).substitute(tokens | round_parts(px))
    return _LENGTH.sub(lambda found: f"{px(float(found[1]))}px", text)


def round_parts(px: Pixels) -> dict[str, str]:
    """Lengths that must fit each other to the pixel: Qt draws a square where a radius is more than half the side."""
    handle = px(10) + 2 * px(2)
    overhang = handle - px(3)  # of the slider's handle over its groove
    radii = {
        "handle_radius": handle // 2,
        "handle_above": -(overhang - overhang // 2),
        "handle_below": -(overhang // 2),
        "groove_radius": px(3) // 2,
        "play_radius": px(40) // 2,
        "radio_radius": (px(13) + 2 * px(1)) // 2,
        "radio_inside": px(13) + 2 * px(1) - 2 * px(4),
        "focused_inside": px(13) + 2 * px(1) - 2 * px(2),
        "scroll_radius": (px(10) - 2 * px(2)) // 2,
        "bar_radius": px(4) // 2,
    }
    return {name: f"{length}px" for name, length in radii.items()}
