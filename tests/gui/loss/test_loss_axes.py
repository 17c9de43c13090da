"""The axes of the loss card: their ranges, ticks and numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem, QWidget
from pytestqt.qtbot import QtBot

from gui.panels.axes import ValueAxis, log_ticks, round_step, tick_text
from gui.panels.loss import LossPanel
from gui.theme import Theme
from tests.gui.loss_bench import QuietRuns, link, losses_shown, plot_of, steps_shown


@pytest.mark.parametrize(("last", "end"), [(3, 20), (20, 20), (21, 25), (1000, 1000), (1001, 1250), (20_001, 25_000)])
def test_the_axis_of_steps_grows_by_little(panel: LossPanel, runs: QuietRuns, last: int, end: float) -> None:
    runs.send(np.arange(last + 1), np.ones(last + 1))
    assert steps_shown(panel) == (0, end)


def test_the_axis_of_losses_rests_while_the_curve_stays_inside(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1], [1.0, 0.02])
    before = losses_shown(panel)
    runs.send([2, 3], [0.9, 0.03])
    assert losses_shown(panel) == before
    runs.send(4, 1e-4)
    assert losses_shown(panel)[0] < -4


def test_the_scale_can_be_changed(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send([0, 1], [1.0, 0.01])
    switch = panel.header.findChild(QWidget, "lossScale")
    assert switch is not None
    assert (link(panel, "lossScaleLog").isChecked(), link(panel, "lossScaleLinear").isChecked()) == (True, False)
    assert losses_shown(panel)[0] < -2
    before = switch.grab().toImage()
    link(panel, "lossScaleLinear").click()
    assert not panel.log_scale
    assert (link(panel, "lossScaleLog").isChecked(), link(panel, "lossScaleLinear").isChecked()) == (False, True)
    assert switch.grab().toImage() != before
    assert losses_shown(panel)[0] == 0
    assert losses_shown(panel)[1] > 1
    link(panel, "lossScaleLinear").click()
    assert not panel.log_scale
    link(panel, "lossScaleLog").click()
    assert panel.log_scale


@pytest.mark.parametrize("losses", [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, -1.0, 0.5], [1e308, 1.0, 1e-308]])
@pytest.mark.parametrize("log", [True, False])
def test_losses_no_axis_likes(panel: LossPanel, runs: QuietRuns, losses: list[float], log: bool) -> None:
    if not log:
        link(panel, "lossScaleLinear").click()
    runs.send([0, 1, 2], losses)
    panel.grab()
    assert np.isfinite(losses_shown(panel)).all()
    assert losses_shown(panel)[0] < losses_shown(panel)[1]


def test_axes_are_drawn_anew_in_another_size(qtbot: QtBot, panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    """Qt keeps the picture of an axis, and may mix it with the new one."""
    runs.send(np.arange(400), np.geomspace(5.0, 0.5, 400))
    plot = plot_of(panel)
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    for size, scale in (((1240, 150), 1.0), ((900, 210), 1.5), ((1600, 110), 0.7), ((620, 140), 1.0)):
        theme.set_scale(scale)
        plot.viewport().repaint()  # before the layout has followed
        panel.resize(*size)
        plot.viewport().repaint()
        QApplication.processEvents()
        seen = panel.grab().toImage()
        for axis in plot.axes:
            axis.setCacheMode(QGraphicsItem.CacheMode.NoCache)
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            axis.picture = None
        assert panel.grab().toImage() == seen


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("height", [80, 140])
@pytest.mark.parametrize(("high", "low"), [(6.0, 0.4), (0.9, 0.85), (0.06, 0.012), (1e-6, 8e-7), (1e3, 1e-3)])
def test_axes_have_two_labels_at_least(
    panel: LossPanel, runs: QuietRuns, theme: Theme, scale: float, height: int, high: float, low: float
) -> None:
    theme.set_scale(scale)
    panel.resize(620, round(height * scale))
    runs.send(np.arange(20), np.geomspace(high, low, 20))
    for log_scale in (True, False):
        link(panel, "lossScaleLog" if log_scale else "lossScaleLinear").click()
        panel.grab()
        plot = plot_of(panel)
        for axis, ends, length in zip(
            plot.axes, plot.box.viewRange()[::-1], (plot.box.height(), plot.box.width()), strict=True
        ):
            ((spacing, ticks),) = axis.tickValues(*ends, length)
            texts = axis.tickStrings(ticks, 1.0, spacing)
            assert len(set(texts)) >= 2
            assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.01, "0.01"), (20_000, "20\N{THIN SPACE}000"), (1e-6, "1e-6"), (2.5e7, "2.5e7"), (0, "0"), (-0.5, "-0.5")],
)
def test_numbers_at_ticks_are_short(value: float, text: str) -> None:
    assert tick_text(value) == text


def test_numbers_of_an_axis_are_of_one_style(qapp: QApplication) -> None:
    axis = ValueAxis("left")
    axis.log_scale = True
    assert axis.tickStrings(np.log10([7e-4, 1e-3, 2e-3, 1.0, 10.0]).tolist(), 1.0, 1.0) == (
        ["7e-4", "1e-3", "2e-3", "1", "10"]
    )
    assert axis.tickStrings([-3.0, -2.0, 0.0], 1.0, 1.0) == ["0.001", "0.01", "1"]
    axis.log_scale = False
    assert axis.tickStrings([0.0, 5e-4, 0.001, 0.0015], 1.0, 5e-4) == ["0", "5e-4", "1e-3", "1.5e-3"]


@pytest.mark.parametrize(("least", "step"), [(0.9, 1.0), (1.1, 2.0), (0.03, 0.05), (600, 1000), (0.0, 1.0)])
def test_steps_between_ticks_are_round(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)


@pytest.mark.parametrize(
    ("low", "high", "count", "numbers"),
    [
        (-2.0, 0.0, 4, [0.01, 0.1, 1.0]),
        (-1.95, -0.7, 5, [0.02, 0.05, 0.1]),
        (-8.0, 1.0, 4, [1e-6, 1e-3, 1.0]),
        (0.35, 0.8, 4, [3.0, 5.0]),
    ],
)
def test_ticks_of_a_logarithmic_axis(low: float, high: float, count: float, numbers: list[float]) -> None:
    assert 10.0 ** np.array(log_ticks(low, high, count)) == pytest.approx(numbers)
