"""The plots card on a real run: it asks for what it shows, and shows what it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.examples import load_example
from core.experiment import Experiment
from core.metrics import Confusion, Histograms
from gui.frames import Frame
from gui.panels.axes import LABEL_SIZE
from gui.panels.plots import ACCURACY, EMPTY, KINDS, NO_ACCURACY, NO_CONFUSION, NORMS, SURFACE, PlotsPanel
from gui.panels.plots_confusion import ConfusionPlot
from gui.panels.plots_lines import Line, LinesPlot, spread_rows
from gui.panels.plots_pointer import StepsPlot
from gui.panels.plots_spread import SpreadPlot, value_ticks
from gui.theme import Theme
from tests.gui.run_bench import RunBench, benches


class Bench(RunBench):
    """A card of its usual size on a run of its own."""

    def __init__(self, qtbot: QtBot, experiment: Experiment) -> None:
        super().__init__(qtbot, experiment)
        self.panel = PlotsPanel(self.runs, self.documents, self.analysis, self.theme)
        self.panel.resize(650, 126)
        qtbot.addWidget(self.panel.header)
        qtbot.addWidget(self.panel)
        self.frames: list[Frame] = []
        self.runs.frame_ready.connect(self.frames.append)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.wait(lambda frame: True)

    def wait(self, holds: Callable[[Frame], bool]) -> Frame:
        self.qtbot.waitUntil(lambda: self.runs.frame is not None and holds(self.runs.frame))
        assert self.runs.frame is not None
        return self.runs.frame

    def train(self, steps: int) -> None:
        """So many steps further, one frame for each ten."""
        for _ in range(steps // 10):
            wanted = (self.runs.frame.step if self.runs.frame else 0) + 10
            with self.qtbot.waitSignal(self.runs.plots_ready, check_params_cb=lambda f, s=wanted: f.step == s):
                self.runs.move(10)


def moons(**data: object) -> Experiment:
    example = load_example("moons")
    return msgspec.structs.replace(example, data=msgspec.structs.replace(example.data, **{"test_share": 0.3, **data}))


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Callable[[Experiment], Bench]]:
    yield from benches(Bench, qtbot)


@pytest.fixture
def bench(make: Callable[[Experiment], Bench]) -> Bench:
    return make(moons())


def empty_text(panel: PlotsPanel) -> str:
    label = panel.findChild(QLabel, "plotsEmpty")
    assert label is not None
    return label.text() if label.isVisible() else ""


def count_near(widget: QWidget, colour: QColor) -> int:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    channels = np.frombuffer(image.bits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    return int((np.abs(channels - colour.getRgb()[:3]).sum(axis=1) < 60).sum())


def drawn(plot: StepsPlot) -> int:
    """Pixels between the axes that are neither card nor grid."""
    area = plot.box.mapRectToScene(plot.box.rect()).toRect()
    image = plot.grab(area).toImage().convertToFormat(QImage.Format.Format_RGB32)
    channels = np.frombuffer(image.bits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    colours = plot.theme.palette
    apart = [np.abs(channels - each.getRgb()[:3]).sum(axis=1) for each in (colours.card, colours.line)]
    return int((np.min(apart, axis=0) > 40).sum())


def put_mouse(plot: QWidget, place: QPoint) -> None:
    QTest.mouseMove(plot, place)
    QTest.mouseMove(plot, place + QPoint(0, 1))


def test_only_what_is_shown_is_asked_for(bench: Bench) -> None:
    fields = {"accuracy": "series", "weights": "histograms", "confusion": "confusion"}
    for kind, field in fields.items():
        bench.panel.show_kind(kind)
        bench.frames.clear()
        bench.train(10)
        frame = bench.frames[-1]
        assert {each for each in fields.values() if getattr(frame, each) is not None} == {field}
    for hide in (lambda: bench.panel.show_kind(SURFACE), bench.panel.hide):
        hide()
        bench.train(10)
        frame = bench.frames[-1]
        assert not [each for each in fields.values() if getattr(frame, each) is not None]
        bench.panel.show_kind("accuracy")
    bench.panel.show()
    bench.train(10)
    assert bench.frames[-1].series is not None
    bench.panel.set_seen(False)  # covered by another card
    bench.train(10)
    assert bench.frames[-1].series is None


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS if kind not in (SURFACE, "confusion")])
def test_every_plot_is_empty_at_first_and_drawn_then(bench: Bench, kind: str) -> None:
    bench.panel.show_kind(kind)
    plot = bench.panel.plot
    if kind in ("accuracy", "norms"):
        assert empty_text(bench.panel) == EMPTY[kind]
    before = drawn(plot)
    bench.train(50)
    bench.qtbot.waitUntil(lambda: len(plot.steps) > 3)
    assert not empty_text(bench.panel)
    assert drawn(plot) > before + 200


def test_lines_are_those_of_the_run(bench: Bench) -> None:
    bench.panel.show_kind("accuracy")
    bench.train(50)
    accuracy = bench.panel.accuracy
    assert [line.name for line in accuracy.lines] == ["train", "test"]
    frame = bench.runs.frame
    assert frame is not None
    assert [float(line.values[-1]) for line in accuracy.lines] == [frame.accuracy, frame.test_accuracy]
    bench.panel.show_kind("norms")
    bench.train(10)
    norms = bench.panel.norms
    assert [line.name for line in norms.lines] == ["L1", "L2", "L3", "all"]
    frame = bench.runs.frame
    assert frame is not None
    assert norms.lines[-1].values[-1] == pytest.approx(np.linalg.norm(frame.gradient))


def test_the_pointer_reads_numbers(bench: Bench) -> None:
    bench.panel.show_kind("accuracy")
    bench.train(50)
    plot = bench.panel.accuracy
    assert plot.cursor_text == ""
    place = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(50.0, 90.0)))
    put_mouse(plot.viewport(), place)
    assert plot.cursor_text.startswith("step 50  train ")
    assert "  test " in plot.cursor_text
    assert count_near(plot, bench.theme.palette.ink) > 500  # the bubble
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.cursor_text == ""


def test_keys_move_the_cursor(bench: Bench) -> None:
    bench.panel.show_kind("norms")
    bench.train(50)
    plot = bench.panel.norms
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    steps = [f"step {step:.0f} " for step in plot.steps]
    for key, wanted in ((Qt.Key.Key_Left, -1), (Qt.Key.Key_Left, -2), (Qt.Key.Key_Right, -1), (Qt.Key.Key_Home, 0)):
        QTest.keyClick(plot, key)
        assert plot.cursor_text.startswith(steps[wanted])
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.cursor_text == ""


def test_a_layer_can_be_chosen(bench: Bench) -> None:
    panel = bench.panel
    assert panel.layer_choice.isHidden()
    panel.show_kind("weights")
    assert not panel.layer_choice.isHidden()
    assert [panel.layer_choice.itemText(i) for i in range(panel.layer_choice.count())] == [
        "layer 1", "layer 2", "output layer",
    ]  # fmt: skip
    bench.train(30)
    sizes = []
    for index in range(3):
        panel.layer_choice.setCurrentIndex(index)
        sizes.append(int(panel.spread.counts[-1].sum()))
    assert sizes == [24, 72, 9]
    assert panel.spread.key == "weights L3"


def test_confusion_is_that_of_the_run(bench: Bench) -> None:
    bench.panel.show_kind("confusion")
    bench.train(50)
    bench.qtbot.waitUntil(lambda: not bench.panel.confusion.blank)
    frame = bench.wait(lambda frame: frame.confusion is not None)
    assert bench.panel.confusion.confusion is not None
    assert frame.accuracy is not None
    rows = len(frame.predictions)
    assert bench.panel.confusion.confusion.train.trace() == round(frame.accuracy * rows)
    assert not empty_text(bench.panel)
    assert count_near(bench.panel.confusion, bench.theme.palette.positive) > 500


def test_a_regression_says_what_there_is_not(make: Callable[[Experiment], Bench]) -> None:
    experiment = moons(kind="plane")
    training = msgspec.structs.replace(experiment.training, loss="mean-squared")
    bench = make(msgspec.structs.replace(experiment, training=training))
    bench.train(20)
    assert bench.panel.kind == NORMS  # there are gradients to be seen
    assert empty_text(bench.panel) == ""
    bench.panel.show_kind(ACCURACY)
    assert empty_text(bench.panel) == NO_ACCURACY
    bench.panel.show_kind("confusion")
    assert empty_text(bench.panel) == NO_CONFUSION
    bench.panel.show_kind("norms")
    bench.train(20)
    assert empty_text(bench.panel) == ""


def test_what_was_chosen_comes_back_with_the_classes(bench: Bench) -> None:
    bench.panel.show_kind("confusion")
    classes = bench.documents.experiment
    training = msgspec.structs.replace(classes.training, loss="mean-squared")
    numbers = msgspec.structs.replace(moons(kind="plane"), training=training)
    for experiment, kind in ((numbers, NORMS), (classes, "confusion")):
        bench.documents.replace("data", experiment)
        bench.qtbot.waitUntil(lambda kind=kind: bench.panel.kind == kind)
    bench.panel.show_kind("weights")
    bench.documents.replace("data", numbers)
    bench.qtbot.waitUntil(lambda: bool(bench.runs.started and bench.runs.started.points.task == "regression"))
    assert bench.panel.kind == "weights"


@pytest.mark.parametrize("width", [340, 650, 1200])
def test_names_never_lie_over_the_lines(qtbot: QtBot, qapp: QApplication, width: int) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    plot = LinesPlot(theme, percent=True)
    qtbot.addWidget(plot)
    plot.resize(width, 150)
    plot.grab()
    steps = np.arange(501.0)  # to the very end of a round axis
    plot.set_lines(steps, [Line(name, theme.palette.accent, np.full(501, 0.9)) for name in ("train", "test")])
    end, edge = plot.to_pixels(500.0, 90.0).x(), plot.box.rect().right()
    wide = QFontMetricsF(theme.font(LABEL_SIZE)).horizontalAdvance("train")
    assert edge - end >= wide + theme.px(9) + 2 * theme.px(5)
    plot.resize(width - 60, 150)
    plot.grab()
    assert plot.box.rect().right() - plot.to_pixels(500.0, 90.0).x() >= wide + theme.px(9) + 2 * theme.px(5)


def test_the_axes_of_a_table_have_names(qtbot: QtBot, qapp: QApplication) -> None:
    plot = ConfusionPlot(Theme("light"))
    qtbot.addWidget(plot)
    table = np.array([[70.0, 4.0], [2.0, 64.0]])
    plot.set_confusion(Confusion(("−1", "+1"), table, table))
    for width, said in ((650, "network says →"), (344, "says →")):
        plot.resize(width, 150)
        room = 2 * plot.cell("train", 0, 0).width() + plot.cell("train", 0, 0).left()
        assert plot._headings("train", "134", "140", room)[1] == said


def test_the_past_is_marked_and_nothing_is_lost(bench: Bench) -> None:
    bench.panel.show_kind("accuracy")
    bench.train(50)
    plot = bench.panel.accuracy
    steps = plot.steps.tolist()
    before = count_near(plot, bench.theme.palette.ink)
    bench.runs.look_at(20)
    bench.qtbot.waitUntil(lambda: count_near(plot, bench.theme.palette.ink) > before + 40)
    assert set(steps) <= set(plot.steps.tolist())


def test_another_run_begins_without_the_numbers_of_the_last(bench: Bench) -> None:
    bench.panel.show_kind("accuracy")
    bench.train(50)
    bench.runs.reset()
    bench.qtbot.waitUntil(lambda: bench.panel.accuracy.blank)
    assert empty_text(bench.panel) == EMPTY["accuracy"]


def test_controls_have_names(bench: Bench) -> None:
    panel = bench.panel
    assert (panel.title, panel.objectName()) == ("Plots", "plotsPanel")
    for control in (panel.choice, panel.layer_choice):
        assert control.objectName()
        assert control.accessibleName()
        assert control.toolTip()
    for kind, _ in KINDS:
        panel.show_kind(kind)
        assert panel.plot.accessibleName()
        assert panel.plot.objectName()


def test_everything_follows_the_theme(bench: Bench) -> None:
    bench.panel.show_kind("accuracy")
    bench.train(30)
    for mode, scale in (("dark", 1.5), ("light", 1.0)):
        bench.theme.set_mode(mode)
        bench.theme.set_scale(scale)
        for kind, _ in KINDS:
            bench.panel.show_kind(kind)
            assert count_near(bench.panel.plot, bench.theme.palette.card) > 1000


def test_names_at_the_ends_never_lie_on_each_other() -> None:
    rows = spread_rows([10.0, 11.0, 12.0, 95.0, 96.0], 10.0, 0.0, 100.0)
    assert min(np.diff(rows)) >= 10.0
    assert rows[0] == 10.0
    assert rows[-1] == 95.0
    assert spread_rows([], 10.0, 0.0, 100.0) == []


def test_values_no_axis_likes(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("light")
    for percent in (False, True):
        plot = LinesPlot(theme, percent=percent)
        qtbot.addWidget(plot)
        colour = theme.palette.accent
        for values in ([0.0, 0.0], [np.nan, np.nan], [np.inf, 1e308], [1e-300, 1.0], [0.5, np.nan]):
            plot.set_lines(np.array([0.0, 1.0]), [Line("L1", colour, np.array(values))])
            plot.grab()
            bottom, top = plot.box.viewRange()[1]
            assert np.isfinite([bottom, top]).all()
            assert bottom < top


def test_bins_are_told_by_their_numbers(qtbot: QtBot, qapp: QApplication) -> None:
    plot = SpreadPlot(Theme("light"))
    qtbot.addWidget(plot)
    counts = np.zeros((3, 4))
    counts[:, 1], counts[:, 2] = 3.0, 1.0
    plot.set_histograms(Histograms(np.array([0.0, 5.0, 9.0]), {"weights L1": np.linspace(-2, 2, 5)},
                                   {"weights L1": counts}), "weights L1")  # fmt: skip
    assert list(plot.lines_at(1, 1.5)) == ["step 5", "-1 … 0", "3 of 4  75 %"]
    plot.set_histograms(None, "weights L1")
    assert plot.blank


def test_labels_of_bins_are_round() -> None:
    even = value_ticks(np.linspace(-4.0, 4.0, 41), 10.0, 30.0, 4.0)
    assert even == [(10.0, "-2"), (15.0, "-1"), (20.0, "0"), (25.0, "1"), (30.0, "2")]
    outer = 10.0 ** ((-3 - np.arange(20)) / 3)
    decades = value_ticks(np.concatenate([-outer, [0.0], outer[::-1]]), 0.0, 40.0, 8.0)
    assert [text for _, text in decades] == ["-0.1", "-0.001", "-1e-5", "0", "1e-5", "0.001", "0.1"]


def test_cells_are_told_in_words(qtbot: QtBot, qapp: QApplication) -> None:
    plot = ConfusionPlot(Theme("light"))
    qtbot.addWidget(plot)
    plot.resize(600, 126)
    train = np.array([[9.0, 1.0, 0.0], [0.0, 10.0, 0.0], [2.0, 0.0, 8.0]])
    plot.set_confusion(Confusion(("yin", "yang", "dot"), train, np.zeros((3, 3))))
    assert [name for name, _ in plot.tables()] == ["train"]
    assert plot.sentences() == [
        "train: yin taken for yang, 1 of 10 rows (10 %)",
        "train: dot taken for yin, 2 of 10 rows (20 %)",
    ]
    plot.show()
    qtbot.waitExposed(plot)
    put_mouse(plot, plot.cell("train", 1, 1).center().toPoint())
    assert plot.hover_text == "train: yang seen as such, 10 of 10 rows (100 %)"
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.hover_text == ""


@pytest.mark.parametrize("classes", [2, 3, 8])
@pytest.mark.parametrize("size", [(200, 90), (650, 126), (900, 460)])
def test_tables_fit_their_card(qtbot: QtBot, qapp: QApplication, classes: int, size: tuple[int, int]) -> None:
    plot = ConfusionPlot(Theme("light"))
    qtbot.addWidget(plot)
    plot.resize(*size)
    table = np.full((classes, classes), 12.0)
    plot.set_confusion(Confusion(tuple(f"class {i}" for i in range(classes)), table, table))
    plot.grab()
    first, last = plot.cell("train", 0, 0), plot.cell("test", classes - 1, classes - 1)
    assert plot.rect().contains(first.toRect())
    assert plot.rect().contains(last.toRect())
    assert plot.cell("train", 0, classes - 1).right() < plot.cell("test", 0, 0).left()
