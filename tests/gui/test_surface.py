"""The loss surface on a real run: asked for, worked out beside training, drawn, and made anew in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.examples import load_example
from core.experiment import Experiment
from gui.frames import RunStarted
from gui.numbers import format_rounded
from gui.panels.surface import SurfaceView
from gui.panels.surface_controls import NARROW, WIDTH, AddressField
from gui.panels.surface_plot import MOST_LIVE, scale_of
from gui.widgets.fields import ChoiceBox
from gui.widgets.number_field import NumberField
from tests.gui.run_bench import RunBench, benches


class Bench(RunBench):
    """The view on a run of its own, which it follows as the plots card lets it."""

    def __init__(self, qtbot: QtBot, experiment: Experiment) -> None:
        super().__init__(qtbot, experiment)
        self.view = SurfaceView(self.runs, self.analysis, self.theme)
        self.view.resize(650, 126)
        qtbot.addWidget(self.view)
        self.runs.run_started.connect(self._on_started)
        self.runs.plots_ready.connect(self.view.take)
        self.view.show()
        qtbot.waitExposed(self.view)
        qtbot.waitUntil(lambda: self.runs.frame is not None)

    def _on_started(self, started: RunStarted) -> None:
        self.view.start_run(started)

    def made(self, act: Callable[[], object]) -> None:
        """Wait for another surface than there was."""
        before = self.view.plot.found
        act()
        self.qtbot.waitUntil(lambda: self.view.plot.found is not before and not self.view.busy)

    def field(self, name: str) -> QLineEdit:
        found = self.view.findChild(QLineEdit, name)
        assert found is not None
        return found

    def type_in(self, name: str, text: str) -> None:
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def move(self, steps: int) -> None:
        assert self.runs.frame is not None
        wanted = self.runs.frame.step + steps
        with self.qtbot.waitSignal(self.runs.plots_ready, check_params_cb=lambda frame: frame.step == wanted):
            self.runs.move(steps)


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Callable[[Experiment], Bench]]:
    yield from benches(Bench, qtbot)


@pytest.fixture
def bench(make: Callable[[Experiment], Bench]) -> Bench:
    return make(load_example("moons"))


def test_nothing_is_worked_out_until_somebody_looks(bench: Bench) -> None:
    assert not bench.view.busy
    assert bench.view.plot.blank
    bench.made(lambda: bench.view.set_active(True))
    found = bench.view.plot.found
    assert found is not None
    assert found.plane.parameters == ("L1.N1.w1", "L1.N1.w2")
    assert found.surface.losses.shape[0] >= 11
    assert len(bench.view.plot.contours) > 5
    assert bench.view.controls.note.text() == "around step 0"


def test_the_surface_is_that_of_the_run(bench: Bench) -> None:
    bench.move(40)
    bench.made(lambda: bench.view.set_active(True))
    found, frame = bench.view.plot.found, bench.runs.frame
    assert found is not None
    assert frame is not None
    assert found.step == 40
    assert found.surface.loss == pytest.approx(frame.loss)
    assert found.surface.theta.tolist() == frame.theta.tolist()
    assert bench.view.plot.path[-1] == pytest.approx(frame.theta[:2])
    assert len(bench.view.plot.path) > 2


def test_the_map_is_drawn_with_path_and_present_point(bench: Bench) -> None:
    bench.move(40)
    bench.made(lambda: bench.view.set_active(True))
    plot, colours = bench.view.plot, bench.theme.palette
    image = plot.grab().toImage()
    here = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(*plot.path[-1])))
    assert image.pixelColor(here) == colours.negative
    shades = {image.pixelColor(x, y).name() for x in range(80, image.width() - 30, 9) for y in range(15, 80, 5)}
    assert len(shades) > 30


def test_the_pointer_reads_the_loss(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    plot = bench.view.plot
    found = plot.found
    assert found is not None
    middle = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(*found.surface.theta[:2])))
    QTest.mouseMove(plot.viewport(), middle)
    QTest.mouseMove(plot.viewport(), middle + QPoint(1, 0))
    assert plot.hover_text.startswith(f"loss {found.surface.losses[20, 20]:.4f}  L1.N1.w1 ")


def test_parameters_are_chosen_by_their_addresses(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    bench.made(lambda: bench.type_in("surfaceFirst", "l2.n3.w4"))
    bench.made(lambda: bench.type_in("surfaceSecond", "L3.N1.b"))
    found = bench.view.plot.found
    assert found is not None
    assert found.plane.parameters == ("L2.N3.w4", "L3.N1.b")
    assert (found.surface.first.name, found.surface.second.name) == ("L2.N3.w4", "L3.N1.b")
    bench.type_in("surfaceFirst", "L9.N9.w9")  # there is none
    assert bench.field("surfaceFirst").text() == "L2.N3.w4"
    assert not bench.view.busy


def test_one_parameter_twice_is_refused_in_words(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    before = bench.view.plot.found
    bench.type_in("surfaceSecond", "L1.N1.w1")
    bench.qtbot.waitUntil(lambda: not bench.view.busy)
    assert bench.view.controls.note.text() == "A surface needs two different parameters."
    assert bench.view.plot.found is before


def test_random_directions_are_drawn_by_dice(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    kind = bench.view.findChild(ChoiceBox, "surfaceKindChoice")
    dice = bench.view.findChild(QToolButton, "surfaceDice")
    assert kind is not None
    assert dice is not None
    assert not dice.isVisible()
    bench.made(lambda: kind.setCurrentIndex(1))
    assert dice.isVisible()
    assert not bench.field("surfaceFirst").isVisible()
    first = bench.view.plot.found
    bench.made(dice.click)
    second = bench.view.plot.found
    assert first is not None
    assert second is not None
    assert (first.plane.seed, second.plane.seed) == (1, 2)
    assert first.surface.first.vector.tolist() != second.surface.first.vector.tolist()
    assert second.surface.across[[0, -1]].tolist() == [-1.0, 1.0]


def test_the_span_is_that_of_its_field(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    span = bench.view.findChild(NumberField, "surfaceSpanField")
    assert span is not None
    bench.made(lambda: bench.type_in("surfaceSpanField", "0.5"))
    found = bench.view.plot.found
    assert found is not None
    assert np.ptp(found.surface.across) == pytest.approx(1.0)


def test_the_path_goes_on_with_the_run(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    length = len(bench.view.plot.path)
    bench.move(1)
    bench.move(1)
    assert len(bench.view.plot.path) == length + 2
    frame = bench.runs.frame
    assert frame is not None
    assert bench.view.plot.path[-1] == pytest.approx(frame.theta[:2])
    for step in range(2 * MOST_LIVE):
        bench.view.plot.move_to(step, frame.theta + step)
    assert len(bench.view.plot.path) <= length + MOST_LIVE + 1


def test_a_run_that_rests_far_away_gets_another_surface(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    bench.made(lambda: bench.move(200))
    found = bench.view.plot.found
    assert found is not None
    assert found.step == 200


def test_another_loss_has_another_surface(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    bench.documents.set_training("loss", loss="mean-squared")
    bench.made(bench.view.outdate)
    found, frame = bench.view.plot.found, bench.runs.frame
    assert found is not None
    assert frame is not None
    assert found.surface.loss == pytest.approx(frame.loss)


def test_another_network_has_other_addresses(bench: Bench) -> None:
    bench.made(lambda: bench.view.set_active(True))
    bench.made(lambda: bench.type_in("surfaceFirst", "L2.N3.w4"))
    bench.documents.open_example("lecture")
    plot = bench.view.plot
    bench.qtbot.waitUntil(lambda: plot.found is not None and plot.found.surface.theta.size == 41)
    assert bench.field("surfaceFirst").text() == "L2.N3.w4"  # which this network has too
    bench.type_in("surfaceFirst", "L1.N5.w1")  # but not this one
    assert bench.field("surfaceFirst").text() == "L2.N3.w4"


def test_it_can_be_cancelled_and_asked_for_again(make: Callable[[Experiment], Bench]) -> None:
    example = load_example("moons")
    data = msgspec.structs.replace(example.data, points=10_000)  # takes a while
    bench = make(msgspec.structs.replace(example, data=data))
    cancel, update = (bench.view.findChild(QPushButton, name) for name in ("surfaceCancel", "surfaceUpdate"))
    assert cancel is not None
    assert update is not None
    bench.view.set_active(True)
    bench.qtbot.waitUntil(cancel.isVisible)
    bench.qtbot.waitUntil(lambda: bench.view.controls.note.text().startswith("working …"))
    cancel.click()
    assert not bench.view.busy
    assert update.isVisible()
    bench.move(1)
    assert not bench.view.busy  # not by itself
    update.click()
    assert bench.view.busy
    bench.view.set_active(False)
    assert not bench.view.busy


def test_the_field_offers_addresses(qtbot: QtBot, qapp: QApplication) -> None:
    field = AddressField("surfaceFirst", "parameter across", "tip")
    qtbot.addWidget(field)
    field.set_addresses(["L1.N1.w1", "L1.N1.b", "L2.N1.w1"])
    field.set_address("L1.N1.b")
    field.completer().setCompletionPrefix("w1")
    assert field.completer().completionCount() == 2
    field.setText("l2")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "L1.N1.b"


def test_the_scale_of_colours() -> None:
    assert scale_of(np.array([[0.01, 0.1], [1.0, np.inf]])).tolist()[0] == pytest.approx([0.0, 0.5])
    assert np.isnan(scale_of(np.array([[1.0, np.nan]]))[0, 1])
    assert scale_of(np.array([[1.0, 1.5, 2.0]])).tolist() == [[0.0, 0.5, 1.0]]  # not logarithmic
    assert scale_of(np.full((2, 2), 3.0)).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    zero = scale_of(np.array([[0.0, 1e-6, 1.0]]))[0]
    assert zero.tolist() == pytest.approx([0.0, 0.5, 1.0])


def test_the_key_says_what_colours_and_dots_mean(bench: Bench) -> None:
    key = bench.view.controls.key
    assert key.texts == ()
    bench.view.set_active(True)
    bench.qtbot.waitUntil(lambda: bench.view.plot.found is not None)
    losses = bench.view.plot.found.surface.losses
    assert key.texts == (f"loss {format_rounded(losses.min(), 2)}", format_rounded(losses.max(), 2), "start", "now")
    assert f"{losses.max():.3g}" in key.toolTip()
    bench.view.resize(344, 150)
    bench.view.grab()
    plot = bench.view.plot
    assert bench.view.controls.width() == bench.theme.px(NARROW) < WIDTH  # docked, the picture has more of the card
    assert plot.box.width() > 0.7 * plot.width()


def test_controls_have_names(bench: Bench) -> None:
    for widget in bench.view.findChildren(QWidget):
        if (
            isinstance(widget, QLineEdit | QPushButton | QToolButton | ChoiceBox)
            and widget.objectName() != "qt_spinbox"
        ):
            assert widget.objectName()
            assert widget.accessibleName(), widget.objectName()
            assert widget.toolTip(), widget.objectName()
