from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.document import open_document
from gui.frames import Curve, Divergence, Frame, Mark, Points, RunStarted
from gui.palette import DARK, LIGHT, contrast
from gui.panels.axes import ValueAxis, log_ticks, round_step, tick_text
from gui.panels.loss import LossPanel
from gui.panels.loss_legend import CurveLegend
from gui.panels.loss_looks import batch_colour, held_back_colour, kept_colour, twin_colour
from gui.panels.loss_mark_places import BOTTOM, Place, place_marks
from gui.panels.loss_marks import CurveMark, merge_marks, told_once
from gui.panels.loss_plot import LossPlot
from gui.session.documents import Documents
from gui.theme import Theme

POINTS = Points(np.zeros((4, 3)), np.array([1.0, -1.0, -1.0, 1.0]), ("x1", "x2", "x3"))


class QuietRuns(QObject):
    """A run that does only what a test tells it to."""

    run_started = Signal(RunStarted)
    plots_ready = Signal(Frame)
    diverged = Signal(Divergence)

    def __init__(self) -> None:
        super().__init__()
        self.started: RunStarted | None = None
        self.frame: Frame | None = None

    def start(self, run: int, *, keeps_ghost: bool = False) -> None:
        self.started = RunStarted(run, "lecture", POINTS, (4, 4), ("tanh",) * 3, ("L1.N1.w1",), keeps_ghost)
        self.frame = None
        self.run_started.emit(self.started)

    def send(self, steps: object, losses: object, run: int | None = None, **fields: object) -> None:
        assert self.started is not None
        curve = Curve(np.atleast_1d(np.asarray(steps, float)), np.atleast_1d(np.asarray(losses, float)))
        self.frame = Frame(
            run=self.started.run if run is None else run,
            step=int(curve.steps[-1]) if curve.steps.size else 0,
            loss=float(curve.losses[-1]) if curve.losses.size else 0.0,
            accuracy=1.0,
            learning_rate=0.1,
            theta=np.zeros(1),
            gradient=np.zeros(1),
            predictions=np.zeros(4),
            sample_losses=np.zeros(4),
            curve=curve,
            **fields,
        )
        self.plots_ready.emit(self.frame)


@pytest.fixture
def runs() -> QuietRuns:
    return QuietRuns()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme("light")


@pytest.fixture
def panel(qtbot: QtBot, runs: QuietRuns, theme: Theme) -> LossPanel:
    panel = make_panel(qtbot, runs, theme)
    runs.start(1)
    return panel


def make_panel(
    qtbot: QtBot, runs: QuietRuns, theme: Theme, *, shown: bool = True, documents: Documents | None = None
) -> LossPanel:
    panel = LossPanel(runs, documents or Documents(open_document("lecture")), theme)
    panel.resize(620, 140)
    qtbot.addWidget(panel.header)
    qtbot.addWidget(panel)
    if shown:
        panel.show()
        qtbot.waitExposed(panel)
        panel.grab()
    return panel


def whole(steps: list[float], losses: list[float]) -> Curve:
    return Curve(np.array(steps, float), np.array(losses, float))


def plot_of(panel: LossPanel) -> LossPlot:
    plot = panel.findChild(LossPlot, "lossPlot")
    assert plot is not None
    return plot


def link(panel: LossPanel, name: str) -> QPushButton:
    button = panel.header.findChild(QPushButton, name)
    assert button is not None
    return button


def empty_text(panel: LossPanel) -> QLabel:
    return next(label for label in panel.findChildren(QLabel) if label.text())


def steps_shown(panel: LossPanel) -> tuple[float, float]:
    first, last = plot_of(panel).box.viewRange()[0]
    return first, last


def losses_shown(panel: LossPanel) -> tuple[float, float]:
    bottom, top = plot_of(panel).box.viewRange()[1]
    return bottom, top


def count_of(image: QImage, colour: object) -> int:
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).bits(), np.uint32)
    return int((pixels & 0xFFFFFF == colour.rgb() & 0xFFFFFF).sum())


def count_near(image: QImage, colour: QColor) -> int:
    """Pixels of nearly this colour, as of a thin line."""
    channels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).bits(), np.uint8).reshape(-1, 4)[
        :, 2::-1
    ]
    return int((np.abs(channels.astype(int) - colour.getRgb()[:3]).sum(axis=1) < 90).sum())


def put_mouse(panel: LossPanel, step: float) -> None:
    plot = plot_of(panel)
    place = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(step, sum(losses_shown(panel)) / 2)))
    QTest.mouseMove(plot.viewport(), place)
    QTest.mouseMove(plot.viewport(), place + QPoint(0, 1))


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


def test_a_ghost_needs_no_text_over_it(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(2, keeps_ghost=True)
    runs.send(0, 3.0)
    assert not empty_text(panel).isVisible()
    assert count_of(panel.grab().toImage(), theme.palette.line) > 500
    link(panel, "lossGhost").click()
    assert empty_text(panel).isVisible()


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


def test_a_run_that_goes_on_with_other_data_keeps_its_curve(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send([0, 1, 2], [3.0, 2.0, 1.0])
    runs.start(1)
    assert len(panel.history) == 3


def test_changes_are_marked(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send(np.arange(16), np.ones(16), marks=(Mark(5, "η 0.05 → 0.15"),))
    assert [mark.text for mark in panel.marks] == ["η 0.05 → 0.15"]
    assert count_of(panel.grab().toImage(), theme.palette.glow) > 20


def test_a_rewind_takes_points_and_later_marks_back(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send(np.arange(16), np.ones(16), marks=(Mark(5, "early"), Mark(12, "late")))
    runs.send(15, 1.0)  # not a rewind
    assert len(panel.marks) == 2
    runs.send(8, 0.5)
    assert panel.history.last_step == 8
    assert panel.history.losses[-1] == 0.5
    assert [mark.text for mark in panel.marks] == ["early"]


def test_divergence_is_marked_and_everything_goes_on(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    divergence = Divergence(3, "L1.N1.z", float("nan"), "a smaller learning rate")
    runs.send([0, 1, 2, 3], [1.0, 1e5, 1e300, np.nan], divergence=divergence)
    runs.diverged.emit(divergence)
    runs.send(3, np.nan)  # a frame while paused
    assert [mark.text for mark in panel.marks] == ["diverged at step 3"]
    assert panel.marks[0].is_divergence
    assert count_of(panel.grab().toImage(), theme.palette.negative) > 20
    put_mouse(panel, 19.0)
    assert panel.cursor_text.startswith("step 2  loss 1.0")
    link(panel, "lossScaleLinear").click()
    panel.grab()
    runs.send(1, 0.5)
    assert panel.marks == ()
    runs.start(2, keeps_ghost=True)
    runs.send([0, 1], [1.0, 0.5])
    panel.grab()
    assert np.isfinite(losses_shown(panel)).all()


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


def test_the_header_fits_a_narrow_card(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send(np.arange(100), np.full(100, 2.0))
    runs.start(2, keeps_ghost=True)
    runs.send(np.arange(100), np.ones(100), full_batch=False, all_curve=whole([0, 99], [1.0, 1.0]))
    QTest.keyClick(plot_of(panel), Qt.Key.Key_Plus)
    assert not any(panel.header.findChild(QWidget, name).isHidden() for name in ("lossLegend", "lossGhost", "lossFit"))
    assert panel.header.sizeHint().width() < 520  # beside the title, on a card of 620
    assert panel.header.minimumSizeHint().width() < 340


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


def texts_of(marks: list[CurveMark]) -> list[tuple[float, str]]:
    return [(mark.step, mark.text) for mark in marks]


def test_marks_of_a_dragged_slider_become_one() -> None:
    drag = [CurveMark(100 + 4 * i, f"η 0.{i} → 0.{i + 1}") for i in range(1, 9)]
    merged = merge_marks([*drag, CurveMark(300, "η 0.9 → 1"), CurveMark(302, "L2 0 → 0.1")], stretch=5.0, gap=1.0)
    assert texts_of(merged) == [(132, "η 0.1 → 0.9"), (300, "η 0.9 → 1"), (302, "L2 0 → 0.1")]


def test_what_came_back_has_no_mark() -> None:
    there = [CurveMark(100, "η 2.43 → 0.1"), CurveMark(101, "batch size 8 → 4"), CurveMark(102, "batch size 4 → 8")]
    assert texts_of(merge_marks([*there, CurveMark(103, "η 0.1 → 2.43")], stretch=5.0, gap=3.0)) == []
    assert texts_of(merge_marks(there, stretch=5.0, gap=3.0)) == [(102, "η 2.43 → 0.1")]
    rows = [CurveMark(100, "layer 1 8 → 9"), CurveMark(101, "layer 2 9 → 8")]
    assert len(merge_marks(rows, stretch=5.0, gap=3.0)) == 1  # another layer


def test_a_word_is_said_once() -> None:
    marks = [CurveMark(100, word) for word in ("data", "data", "activation", "data", "loss mean", "loss hinge")]
    assert texts_of(merge_marks(marks, stretch=5.0, gap=1.0)) == [(100, "data · activation · loss hinge")]


def test_marks_of_two_kinds_stand_side_by_side() -> None:
    marks = [CurveMark(100, "η 0.05 → 0.1"), CurveMark(101, "decay linear"), CurveMark(104, "η 0.1 → 0.2, data")]
    assert texts_of(merge_marks(marks, stretch=5.0, gap=1.0)) == [
        (101, "η 0.05 → 0.1 · decay linear"),
        (104, "η 0.1 → 0.2, data"),
    ]


def test_the_same_again_and_again_is_told_once(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    marks = tuple(Mark(step, "data") for step in range(100, 900, 100))
    runs.send(np.arange(1000), np.ones(1000), marks=(Mark(50, "η 0.1 → 0.2"), *marks))
    placed = plot_of(panel).marks.placed()
    assert [place.text for _, place in placed] == ["η 0.1 → 0.2", *[""] * 7, "data ×8"]
    assert len({place.x for _, place in placed}) == 9  # a line each
    drag = [CurveMark(step, "data") for step in (100, 101, 102)]
    assert [mark.text for mark in told_once(merge_marks(drag, 5.0, 1.0))] == ["data ×3"]


def test_texts_of_marks_can_be_read_over_curves(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    noise = np.exp(np.random.default_rng(1).normal(size=1000))
    runs.send(np.arange(1000), noise, marks=(Mark(300, "schedule: cosine"),))
    marks = plot_of(panel).marks
    ((_, place),) = marks.placed()
    corner = plot_of(panel).mapFromScene(plot_of(panel).box.mapToScene(marks.text_box(place).topLeft()))
    size = marks.text_box(place).size().toSize()
    seen = plot_of(panel).grab().toImage().copy(corner.x(), corner.y(), size.width(), size.height())
    assert count_of(seen, theme.palette.accent) == 0


def test_changes_after_a_divergence_have_their_own_mark() -> None:
    marks = [CurveMark(9, "η 1 → 2"), CurveMark(9, "diverged at step 9", is_divergence=True), CurveMark(9, "η 2 → 1")]
    assert len(merge_marks(marks, stretch=5.0, gap=1.0)) == 3


def test_marks_are_joined_by_what_is_seen_of_the_steps(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send(np.arange(1000), np.ones(1000), marks=(Mark(500, "η 0.1 → 0.2"), Mark(525, "η 0.2 → 0.3")))
    assert texts_of(plot_of(panel).marks.drawn()) == [(525, "η 0.1 → 0.3")]
    put_mouse(panel, 500)
    QTest.keyClick(plot_of(panel), Qt.Key.Key_Plus)
    assert len(plot_of(panel).marks.drawn()) == 2


def wide(text: str) -> float:
    return 6.0 * len(text)


def placed_at(*places: float, text: str = "η 0.05 → 0.624") -> list[Place]:
    return place_marks([(text, x, False) for x in places], 0.0, 600.0, 5.0, wide)


@pytest.mark.parametrize("distance", [7.0, 9.0, 20.0, 40.0, 90.0, 150.0])
def test_texts_of_marks_never_overlap_and_no_line_crosses_them(distance: float) -> None:
    places = placed_at(*np.arange(10.0, 600.0, distance))
    shown = [place for place in places if place.text]
    assert len(shown) > 2
    for place in shown:
        assert 0.0 <= place.left < place.right <= 600.0
        assert place.right == pytest.approx(place.left + wide(place.text))
        for other in places:
            if other is not place:
                same_row = other.text and other.row == place.row
                assert not (same_row and place.left < other.right and other.left < place.right)
                assert not (other.row <= place.row and place.left < other.x < place.right)


@pytest.mark.parametrize("places", [(100, 110, 120, 130, 140), (520, 530, 540, 550, 560), (400, 480, 500, 590)])
def test_the_newest_marks_keep_their_texts(places: tuple[int, ...]) -> None:
    assert [place.text for place in placed_at(*places)[-3:]] == ["η 0.05 → 0.624"] * 3


def test_an_older_text_is_elided() -> None:
    assert [place.text for place in placed_at(100, 165, 175, 185)] == ["η 0.05 →…", *["η 0.05 → 0.624"] * 3]


def test_divergence_is_written_where_the_curve_is_not() -> None:
    (place,) = place_marks([("diverged at step 9", 590.0, True)], 0.0, 600.0, 5.0, wide)
    assert place.row == BOTTOM
    assert place.left < 590.0


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
