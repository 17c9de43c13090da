"""Sliders of half the column's width: how many points, how much noise, how many are kept back for testing."""

from __future__ import annotations

import bisect

from PySide6.QtCore import QSize

from core.experiment import MAX_BLOBS, MAX_POINTS, MAX_TEST_SHARE, MIN_POINTS
from core.words import mark, tr
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.sliders import NumberSlider

ROUND = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)  # per decade: near enough to even steps on a logarithmic scale
STOPS = (MIN_POINTS, 6, 8, *ROUND, *(10 * n for n in ROUND), *(100 * n for n in ROUND), MAX_POINTS)
FIELD_WIDTH = 54  # px at scale 1: `10 000`
PER_CENT = 100.0

NOISE_TOOLTIP = mark(
    "moons, blobs, yin-yang: how far the points scatter\n"
    "gauss: how wide the clouds are\n"
    "spiral: how far the points stray\n"
    "circle, XOR: how far from a point its label is read\n"
    "regressions: how far the targets scatter"
)
TEST_TOOLTIP = mark("How many of a hundred rows are kept back for testing: the network never trains on them")
CLASSES_TOOLTIP = mark("How many clouds, each of a class of its own: 2 to {most}")


class HalfSlider(NumberSlider):
    """Two of them stand side by side: the number has less room."""

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(FIELD_WIDTH), super().minimumSizeHint().height())

    def _on_theme_changed(self) -> None:
        self._field.setFixedWidth(self._theme.px(FIELD_WIDTH))


class PointsSlider(HalfSlider):
    """The slider stops at the round numbers; any whole number in range may be typed."""

    def __init__(self, theme: Theme) -> None:
        most = format_count(MAX_POINTS)
        super().__init__(
            tr("points"),
            theme,
            minimum=MIN_POINTS,
            maximum=MAX_POINTS,
            step=(MAX_POINTS - MIN_POINTS) / (len(STOPS) - 1),
            decimals=0,
            name="points",
            tooltip=tr(
                "How many samples, {least} to {most}: drag, type a number, or use the arrow keys",
                least=MIN_POINTS,
                most=most,
            ),
        )

    def _text(self, value: float) -> str:
        return format_count(round(value))

    def _position(self, value: float) -> int:
        return min(bisect.bisect_left(STOPS, value), len(STOPS) - 1)

    def _value_at(self, position: int) -> float:
        return float(STOPS[position])


def noise_slider(theme: Theme) -> HalfSlider:
    return HalfSlider(tr("noise"), theme, minimum=0.0, maximum=0.5, step=0.01, name="noise", tooltip=tr(NOISE_TOOLTIP))


def share_slider(theme: Theme) -> HalfSlider:
    """In per cent of all rows."""
    most = PER_CENT * MAX_TEST_SHARE
    return HalfSlider(
        tr("test %"), theme, minimum=0.0, maximum=most, step=5.0, decimals=0, name="testShare", tooltip=tr(TEST_TOOLTIP)
    )


def classes_slider(theme: Theme) -> HalfSlider:
    return HalfSlider(
        tr("classes"),
        theme,
        minimum=2,
        maximum=MAX_BLOBS,
        step=1.0,
        decimals=0,
        name="classes",
        tooltip=tr(CLASSES_TOOLTIP, most=MAX_BLOBS),
    )
