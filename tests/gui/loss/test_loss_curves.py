"""Curves beside the one that goes on: the run before, batches, test rows, runs that are kept; and the legend."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.document import open_document
from gui.frames import Curve
from gui.palette import DARK, LIGHT, contrast
from gui.panels.loss import LossPanel
from gui.panels.loss_legend import CurveLegend
from gui.panels.loss_looks import batch_colour, held_back_colour, kept_colour, twin_colour
from gui.session.documents import Documents
from gui.theme import Theme
from tests.gui.loss_bench import (
    QuietRuns,
    count_near,
    count_of,
    empty_text,
    link,
    losses_shown,
    make_panel,
    plot_of,
    put_mouse,
    steps_shown,
    whole,
)


def test_a_ghost_needs_no_text_over_it(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(2, keeps_ghost=True)
    runs.send(0, 3.0)
    assert not empty_text(panel).isVisible()
    assert count_of(panel.grab().toImage(), theme.palette.line) > 500
    link(panel, "lossGhost").click()
    assert empty_text(panel).isVisible()


def test_the_run_before_becomes_the_ghost(panel: LossPanel, runs: QuietRuns) -> None:
    ghost_link = link(panel, "lossGhost")
    assert not ghost_link.isVisibleTo(panel.header)
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(2, keeps_ghost=True)
    assert len(panel.history) == 0
    assert panel.ghost is not None
    assert panel.ghost.losses.tolist() == [3.0, 2.0, 1.0]
    assert ghost_link.isVisibleTo(panel.header)
    runs.send([0, 1], [3.0, 2.5])
    with_ghost = panel.grab().toImage()
    ghost_link.click()
    assert ghost_link.text() == "show previous run"
    assert panel.grab().toImage() != with_ghost
    ghost_link.click()
    assert panel.grab().toImage() == with_ghost


def test_a_run_without_steps_does_not_replace_the_ghost(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(2, keeps_ghost=True)
    runs.send(0, 3.0)
    runs.start(3, keeps_ghost=True)
    assert panel.ghost is not None
    assert len(panel.ghost) == 3


def test_a_run_that_took_no_step_never_takes_the_ghost_away(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(2, keeps_ghost=True)
    runs.send(0, 3.0)
    runs.start(3, keeps_ghost=False)
    assert panel.ghost is not None
    assert len(panel.ghost) == 3


def test_another_example_has_no_ghost(qtbot: QtBot, runs: QuietRuns, theme: Theme) -> None:
    documents = Documents(open_document("lecture"))
    panel = make_panel(qtbot, runs, theme, documents=documents)
    runs.start(1)
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(2, keeps_ghost=True)
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    documents.open_example("moons")
    assert panel.ghost is None
    runs.start(3, keeps_ghost=True)  # a change so soon after the opening that its own run never started
    assert panel.ghost is None
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(4, keeps_ghost=True)
    assert panel.ghost is not None


def test_a_ghost_below_the_axis_is_cut_off(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    """It is not drawn as a flat line along the lower end."""
    runs.send(np.arange(21), np.full(21, 1e-9))
    runs.start(2, keeps_ghost=True)
    runs.send([0, 1], [1.0, 1.1])
    plot = plot_of(panel)
    image = plot.grab().toImage()
    x = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(11.0, 0.0))).x()
    colours = {image.pixelColor(x, y).name() for y in range(image.height())}
    assert colours <= {theme.palette.card.name(), theme.palette.line.name()}


def test_batches_and_all_samples_are_told_apart(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    legend = panel.header.findChild(QWidget, "lossLegend")
    assert legend is not None
    runs.send([0, 1, 2], [4.0, 3.0, 2.0])
    assert legend.isHidden()
    before = count_of(panel.grab().toImage(), theme.palette.accent)
    runs.send([3, 4, 5], [2.5, 1.0, 1.9], full_batch=False, all_curve=whole([0, 2, 5], [4.0, 2.0, 1.9]))
    assert not legend.isHidden()
    assert plot_of(panel).full.steps.tolist() == [0, 2, 5]
    assert count_of(panel.grab().toImage(), theme.palette.accent) < before / 4  # paler
    assert count_of(legend.grab().toImage(), theme.palette.ink) > 5
    put_mouse(panel, 5.0)
    assert panel.cursor_text == "step 5  loss 1.9000 of its batch, 1.9000 of all samples"
    runs.send(6, 1.8, full_batch=False)  # nothing new of all samples
    assert plot_of(panel).full.steps.tolist() == [0, 2, 5]
    runs.start(2, keeps_ghost=True)
    assert legend.isHidden()
    assert len(plot_of(panel).full) == 0


def test_a_narrow_card_has_its_legend_in_a_row_of_its_own(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send(
        *([0, 1], [2.0, 1.0]), full_batch=False, all_curve=whole([0, 1], [2, 1]), test_curve=whole([0, 1], [2, 1])
    )
    row = panel.findChild(CurveLegend, "lossLegendRow")
    assert row is not None
    assert row.isHidden()
    assert not panel.header.legend.isHidden()
    panel.resize(252, 150)
    assert panel.header.legend.isHidden()
    assert not row.isHidden()
    panel.grab()
    assert row.shown_texts() == ["batch", "all samples", "test"]
    row.resize(160, row.height())
    assert row.shown_texts() == ["batch", "all", "test"]


def test_a_narrow_legend_leaves_the_kept_runs_out_first(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    curve = whole([0, 1], [2, 1])
    runs.send([0, 1], [2.0, 1.0], full_batch=False, all_curve=curve, test_curve=curve)
    legend = panel.header.legend
    own = legend.sizeHint().width()
    plot_of(panel).set_kept([(f"run {i}", i, np.arange(4.0), np.ones(4)) for i in range(4)])
    kept = kept_colour(theme.palette, 3)
    names = {}
    for width in (legend.sizeHint().width(), own, own - 30):
        legend.resize(width, legend.height())
        names[width] = legend.shown_texts()
        image = legend.grab().toImage()
        assert count_near(image, batch_colour(theme.palette)) >= 10
        assert (count_of(image, kept) >= 5) == (len(names[width]) == 7)
    assert list(names.values()) == [legend.texts, ["batch", "all samples", "test"], ["batch", "all", "test"]]
    legend.resize(80, legend.height())
    assert len(legend.shown_texts()) == 3
    assert "run 3" in legend.toolTip()


def test_a_pale_curve_that_cannot_be_found_is_not_offered(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1, 2], [4.0, 3.0, 2.0])
    runs.start(2, keeps_ghost=True)
    runs.send([0, 1, 2, 3], [4.0, 3.0, 2.0, 1.0])
    ghost = link(panel, "lossGhost")
    assert not ghost.isHidden()
    ghost.click()
    assert not ghost.isHidden()  # to show it again
    ghost.click()
    runs.send(np.arange(4, 50_000), np.ones(49_996))  # which leaves a small part of a pixel to it
    assert ghost.isHidden()
    runs.start(3, keeps_ghost=True)
    runs.send([0, 1, 2], [4.0, 3.0, 2.0])
    assert not ghost.isHidden()


def test_the_test_rows_have_a_curve_of_their_own(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    legend = panel.header.findChild(CurveLegend, "lossLegend")
    assert legend is not None
    runs.send(np.arange(21), np.linspace(2.0, 1.0, 21))
    before = count_of(panel.grab().toImage(), theme.palette.negative)
    assert legend.isHidden()
    runs.send(21, 1.0, test_curve=Curve(np.array([0.0, 10.0, 21.0]), np.array([2.5, 1.75, 1.5])))
    assert legend.texts == ["train", "test"]
    assert not legend.isHidden()
    assert count_of(panel.grab().toImage(), theme.palette.negative) > before + 100
    put_mouse(panel, 10.0)
    assert panel.cursor_text == "step 10  loss 1.5000, 1.7500 of the test rows"
    runs.send(22, 1.0)  # no rows are kept back any more
    assert legend.isHidden()
    assert panel.cursor_text == "step 10  loss 1.5000"


def test_the_test_curve_is_that_of_its_run(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1], [2.0, 1.0], test_curve=Curve(np.array([0.0, 1.0]), np.array([2.5, 1.5])))
    runs.start(2)
    assert len(plot_of(panel).test) == 0


def test_the_axis_holds_the_test_curve(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1], [1.0, 0.9], test_curve=Curve(np.array([0.0, 1.0]), np.array([1.0, 50.0])))
    assert losses_shown(panel)[1] > np.log10(50.0)


def test_runs_that_are_kept_are_shown_beside(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    legend = panel.header.findChild(CurveLegend, "lossLegend")
    assert legend is not None
    runs.send(np.arange(21), np.linspace(2.0, 1.0, 21))
    before = panel.grab().toImage()
    steps = np.arange(31.0)
    plot_of(panel).set_kept([("wide", 2, steps, np.full(31, 4.0)), ("η 0.3", 5, steps[:11], np.full(11, 0.5))])
    assert legend.texts == ["this run", "wide", "η 0.3"]
    assert steps_shown(panel) == (0, 20)  # those of the run that goes on
    shown = panel.grab().toImage()
    for index in (2, 5):
        colour = kept_colour(theme.palette, index)
        assert count_near(shown, colour) > count_near(before, colour) + 50
    put_mouse(panel, 10.0)
    assert panel.cursor_text == "step 10  loss 1.5000, 4.0000 wide, 0.5000 η 0.3"
    put_mouse(panel, 20.0)
    assert panel.cursor_text == "step 20  loss 1.0000, 4.0000 wide"
    plot_of(panel).set_kept([])
    assert legend.isHidden()
    assert steps_shown(panel) == (0, 20)


def test_a_long_run_that_is_kept_leaves_the_axes_to_the_present_one(panel: LossPanel, runs: QuietRuns) -> None:
    steps = np.arange(0.0, 2001.0, 50.0)
    losses = np.where(steps <= 20.0, 1.5, 0.1)  # its next point is beyond the edge
    runs.send(np.arange(21), np.linspace(2.0, 1.0, 21))
    before = losses_shown(panel)
    plot_of(panel).set_kept([("long", 2, steps, losses)])
    assert steps_shown(panel) == (0, 20)
    assert losses_shown(panel) == before
    runs.send(np.arange(21, 61), np.ones(40))
    assert steps_shown(panel)[1] < 100
    assert losses_shown(panel)[0] < np.log10(0.1)  # now it is in the picture
    runs.start(2)
    assert steps_shown(panel) == (0, 2000)  # nothing else to be read yet


def test_all_names_of_the_legend_are_drawn(panel: LossPanel, runs: QuietRuns) -> None:
    """Its hint has room for every name."""
    legend = panel.header.findChild(CurveLegend, "lossLegend")
    assert legend is not None
    curves = {"all_curve": whole([0, 1], [2.0, 1.0]), "test_curve": whole([0, 1], [2.5, 1.5])}
    runs.send([0, 1], [2.0, 1.0], full_batch=False, **curves)
    kept = [(f"run {i}", i, np.arange(4.0), np.ones(4)) for i in range(4)]
    plot_of(panel).set_kept(kept)
    legend.resize(legend.sizeHint())
    pixels = [legend.grab().toImage().pixelColor(x, legend.height() // 2).name() for x in range(legend.width())]
    assert kept_colour(panel.header.legend._theme.palette, 3).name() in pixels


def test_kept_runs_fill_an_empty_plot(panel: LossPanel, theme: Theme) -> None:
    plot_of(panel).set_kept([("wide", 2, np.arange(31.0), np.geomspace(1.0, 0.1, 31))])
    assert not empty_text(panel).isVisible()
    assert count_near(panel.grab().toImage(), kept_colour(theme.palette, 2)) > 50


def test_curves_are_told_apart_in_both_themes() -> None:
    """Those that lie over each other, by hue and by how bright they are on the card."""
    for palette in (LIGHT, DARK):
        assert contrast(held_back_colour(palette), palette.card) >= 2.5
        colours = [palette.accent, held_back_colour(palette), palette.ink, twin_colour(palette, goes_on=True)]
        for i, one in enumerate(colours):
            for other in colours[:i]:
                distance = np.abs(np.subtract(one.getRgb()[:3], other.getRgb()[:3])).sum()
                assert distance > 90
