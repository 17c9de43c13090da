"""How many points: a slider over round numbers from a handful to ten thousand."""

from __future__ import annotations

import bisect

from core.experiment import MAX_POINTS, MIN_POINTS
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.sliders import NumberSlider

ROUND = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)  # per decade: near enough to even steps on a logarithmic scale
STOPS = (MIN_POINTS, 6, 8, *ROUND, *(10 * n for n in ROUND), *(100 * n for n in ROUND), MAX_POINTS)


class PointsSlider(NumberSlider):
    """The slider stops at the round numbers; any whole number in range may be typed."""

    def __init__(self, theme: Theme) -> None:
        most = format_count(MAX_POINTS)
        super().__init__(
            "points",
            theme,
            minimum=MIN_POINTS,
            maximum=MAX_POINTS,
            step=(MAX_POINTS - MIN_POINTS) / (len(STOPS) - 1),
            decimals=0,
            name="points",
            tooltip=f"How many samples, {MIN_POINTS} to {most}: drag, type a number, or use the arrow keys",
        )

    def _text(self, value: float) -> str:
        return format_count(round(value))

    def _position(self, value: float) -> int:
        return min(bisect.bisect_left(STOPS, value), len(STOPS) - 1)

    def _value_at(self, position: int) -> float:
        return float(STOPS[position])
