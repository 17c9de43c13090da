"""The loss card: what it collects, its cursor, zooming, its size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.panels.loss import LossPanel
from gui.theme import Theme
from tests.gui.loss_bench import (
    QuietRuns,
    count_of,
    empty_text,
    link,
    make_panel,
    plot_of,
    put_mouse,
    steps_shown,
    whole,
)


def test_the_empty_panel_says_what_to_do(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    text = empty_text(panel)
    assert text.text() == "Press play: the loss appears here."
    assert text.isVisible()
    runs.send(0, 2.0)
    put_mouse(panel, 0.0)
    assert panel.cursor_text == ""
    assert count_of(panel.grab().toImage(), theme.palette.line) == 0  # no grid behind the text
    runs.send([0, 1], [2.0, 1.0])
    assert not text.isVisible()
    assert count_of(panel.grab().toImage(), theme.palette.line) > 500


def test_losses_are_collected_and_drawn(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    before = count_of(panel.grab().toImage(), theme.palette.accent)
    runs.send([0, 1, 2], [4.0, 2.0, 1.0])
    runs.send([2, 3], [1.0, 0.5])  # the last step again, as every frame of full batches brings it
    assert panel.history.steps.tolist() == [0, 1, 2, 3]
    assert panel.history.losses.tolist() == [4.0, 2.0, 1.0, 0.5]
    assert count_of(panel.grab().toImage(), theme.palette.accent) > before + 50


def test_frames_of_another_run_are_dropped(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1], [2.0, 1.0], run=99)
    assert len(panel.history) == 0


def test_what_came_before_the_panel_is_shown(qtbot: QtBot, runs: QuietRuns, theme: Theme) -> None:
    runs.start(7)
    runs.send([0, 1], [2.0, 1.0])
    assert len(make_panel(qtbot, runs, theme).history) == 2


def test_a_hidden_panel_draws_when_it_is_shown(qtbot: QtBot, runs: QuietRuns, theme: Theme) -> None:
    panel = make_panel(qtbot, runs, theme, shown=False)
    runs.start(1)
    runs.send(np.arange(50), np.ones(50))
    assert steps_shown(panel) == (0, 20)
    panel.show()
    qtbot.waitUntil(lambda: steps_shown(panel) == (0, 50))


def test_the_mouse_shows_step_and_loss(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send(np.arange(21), np.linspace(2.0, 1.0, 21))
    assert panel.cursor_text == ""
    put_mouse(panel, 10.2)
    assert panel.cursor_text == "step 10  loss 1.5000"
    assert count_of(panel.grab().toImage(), theme.palette.ink) > 500  # the bubble
    QApplication.sendEvent(plot_of(panel), QEvent(QEvent.Type.Leave))
    assert panel.cursor_text == ""


def test_the_keyboard_moves_the_cursor(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1, 2, 3], [4.0, 3.0, 2.0, 1.0])
    plot = plot_of(panel)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert panel.cursor_text == "step 3  loss 1.0000"
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert panel.cursor_text == "step 2  loss 2.0000"
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert panel.cursor_text.startswith("step 3")
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert panel.cursor_text.startswith("step 3")
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert panel.cursor_text.startswith("step 0")
    panel.grab()
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert panel.cursor_text == ""


def test_keys_without_a_curve_do_nothing(panel: LossPanel) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_Plus, Qt.Key.Key_Escape):
        QTest.keyClick(plot_of(panel), key)
    panel.grab()
    assert panel.cursor_text == ""


def test_the_wheel_zooms_and_the_whole_run_comes_back(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send(np.arange(1000), np.linspace(2, 1, 1000))
    assert not link(panel, "lossFit").isVisibleTo(panel.header)
    plot = plot_of(panel)
    place = QPointF(plot.viewport().rect().center())
    wheel = QWheelEvent(
        place,
        plot.viewport().mapToGlobal(place),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.viewport(), wheel)
    first, last = steps_shown(panel)
    assert 0 < first < last < 1000
    assert link(panel, "lossFit").isVisibleTo(panel.header)
    runs.send(np.arange(1000, 3000), np.ones(2000))
    assert steps_shown(panel) == (first, last)  # a zoomed plot does not follow
    link(panel, "lossFit").click()
    assert steps_shown(panel) == (0, 3000)
    assert not link(panel, "lossFit").isVisibleTo(panel.header)


def test_keys_zoom_in_and_out_again(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send(np.arange(1000), np.ones(1000))
    QTest.keyClick(plot_of(panel), Qt.Key.Key_Plus)
    assert steps_shown(panel)[1] - steps_shown(panel)[0] < 1000
    QTest.keyClick(plot_of(panel), Qt.Key.Key_Minus)
    QTest.keyClick(plot_of(panel), Qt.Key.Key_Minus)
    assert steps_shown(panel) == (0, 1000)
    assert not link(panel, "lossFit").isVisibleTo(panel.header)


def test_a_run_that_goes_on_with_other_data_keeps_its_curve(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(1)
    assert len(panel.history) == 3


def test_only_the_beginning_is_not_finite(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1], [np.inf, np.nan])
    put_mouse(panel, 1.0)
    panel.grab()
    assert panel.cursor_text == ""


def test_a_long_noisy_run_is_drawn(panel: LossPanel, runs: QuietRuns) -> None:
    losses = np.exp(np.random.default_rng(1).normal(size=100_000))
    runs.send(np.arange(100_000), losses)
    put_mouse(panel, 50_000)
    assert panel.cursor_text.startswith("step 50\N{THIN SPACE}000  loss ")
    assert not panel.grab().isNull()


def test_the_header_fits_a_narrow_card(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send(np.arange(100), np.full(100, 2.0))
    runs.start(2, keeps_ghost=True)
    runs.send(np.arange(100), np.ones(100), full_batch=False, all_curve=whole([0, 99], [1.0, 1.0]))
    QTest.keyClick(plot_of(panel), Qt.Key.Key_Plus)
    assert not any(panel.header.findChild(QWidget, name).isHidden() for name in ("lossLegend", "lossGhost", "lossFit"))
    assert panel.header.sizeHint().width() < 520  # beside the title, on a card of 620
    assert panel.header.minimumSizeHint().width() < 340


def test_colours_and_sizes_follow_the_theme(qtbot: QtBot, panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    theme.set_mode("dark")
    assert count_of(panel.grab().toImage(), theme.palette.card) > 10_000
    width = plot_of(panel).axes[0].width()
    theme.set_scale(2.0)
    qtbot.waitUntil(lambda: plot_of(panel).axes[0].width() == 2 * width)
    assert not panel.grab().isNull()


def test_controls_have_names(panel: LossPanel) -> None:
    assert panel.title == "Loss"
    assert panel.objectName() == "lossPanel"
    assert plot_of(panel).accessibleName()
    for name in ("lossScaleLog", "lossScaleLinear", "lossGhost", "lossFit"):
        assert link(panel, name).accessibleName()
        assert link(panel, name).toolTip()


def test_the_step_that_is_looked_at_is_marked(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send(np.arange(21), np.linspace(2.0, 1.0, 21), head=20)
    plot = plot_of(panel)
    x = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(7.0, 0.0))).x()

    def inked() -> int:
        image = plot.grab().toImage()
        ink = theme.palette.ink.name()
        return sum(image.pixelColor(x + dx, y).name() == ink for dx in (-1, 0, 1) for y in range(image.height()))

    assert inked() == 0
    runs.send(np.zeros(0), np.zeros(0), head=20)  # step 0 of 20
    runs.frame = replace(runs.frame, step=7)
    runs.plots_ready.emit(runs.frame)
    assert inked() > 30
    assert len(panel.history) == 21
    runs.plots_ready.emit(replace(runs.frame, step=20))
    assert inked() == 0
