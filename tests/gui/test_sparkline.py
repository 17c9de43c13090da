"""The sparkline keeps few points, the newest among them, and draws whatever comes."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from gui.widgets.sparkline import MOST_POINTS, Sparkline


@pytest.fixture
def line(qtbot: QtBot, qapp: QApplication) -> Sparkline:
    line = Sparkline(Theme("light"))
    qtbot.addWidget(line)
    line.resize(280, 40)
    return line


def test_points_are_kept_in_order(line: Sparkline) -> None:
    for step, value in ((0, 1.0), (5, -1.0), (9, 2.0)):
        line.add(step, value)
    assert line.points == [(0, 1.0), (5, -1.0), (9, 2.0)]


def test_steps_taken_back_are_forgotten(line: Sparkline) -> None:
    for step in range(10):
        line.add(step, float(step))
    line.add(3, -3.0)
    assert line.points == [(0, 0.0), (1, 1.0), (2, 2.0), (3, -3.0)]


def test_a_long_run_is_thinned_evenly_and_keeps_its_ends(line: Sparkline) -> None:
    for step in range(0, 100_000, 7):
        line.add(step, math.sin(step / 5_000))
    steps = [step for step, _ in line.points]
    assert len(steps) <= MOST_POINTS
    assert (steps[0], steps[-1]) == (0, 99_995)
    gaps = [b - a for a, b in pairwise(steps[:-1])]
    assert max(gaps) <= 3 * min(gaps)


def test_clear(line: Sparkline) -> None:
    line.add(0, 1.0)
    line.clear()
    assert line.points == []


@pytest.mark.parametrize(
    "values", [[], [0.0], [1.0], [0.0, 0.0], [math.nan], [1.0, math.inf, -2.0], [1e308, -1e308], [5e-324, 1.0]]
)
def test_draws_whatever_comes(line: Sparkline, values: list[float]) -> None:
    for step, value in enumerate(values):
        line.add(step, value)
    assert not line.grab().isNull()


def test_above_zero_is_blue_and_below_is_orange(line: Sparkline) -> None:
    palette = Theme("light").palette
    for step in range(50):
        line.add(step, math.cos(step / 8))
    image = line.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {palette.positive.name(), palette.negative.name()} <= colours
