from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSlider, QStackedWidget, QToolButton, QWidget

from core.document_parts import Document
from core.experiment import Experiment
from gui.frames import Divergence, Frame, Points, RunStarted
from gui.panels.transport import SPEEDS, TransportBar
from gui.panels.transport_controls import speed_words
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode
from gui.theme import Theme


class FakeRuns(QObject):
    """The signals and verbs of a run, and a list of what was asked of it."""

    run_started = Signal(RunStarted)
    frame_ready = Signal(Frame)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    diverged = Signal(Divergence)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.playing = False
        self.speed = 4.0
        self.started: RunStarted | None = None
        self.frame: Frame | None = None

    def toggle(self) -> None:
        self.asked.append("toggle")
        self.playing = not self.playing
        self.playing_changed.emit(self.playing)

    def step(self, steps: int = 1) -> None:
        self.asked.append(f"step {steps}")

    def step_back(self) -> None:
        self.asked.append("step back")

    def reset(self) -> None:
        self.asked.append("reset")

    def set_speed(self, speed: float) -> None:
        self.asked.append(f"speed {speed:g}")
        self.speed = speed
        self.speed_changed.emit(speed)


def frame(step: int, loss: float = 0.5, accuracy: float | None = 1.0, rate: float = 0.05) -> Frame:
    nothing = np.zeros(0)
    return Frame(1, step, loss, accuracy, rate, nothing, nothing, nothing, nothing)


def started() -> RunStarted:
    points = Points(np.zeros((4, 3)), np.ones(4), ("x1", "x2", "x3"))
    return RunStarted(2, "lecture", points, (4, 4), ("tanh", "tanh", "tanh"), (), 675, False)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme("light")
    theme.apply(qapp)
    yield theme
    theme.deleteLater()


@pytest.fixture
def runs() -> FakeRuns:
    return FakeRuns()


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(Document(experiment=Experiment(name="lecture")))


@pytest.fixture
def sheets(documents: Documents) -> Iterator[Sheets]:
    sheets = Sheets(documents)
    yield sheets
    sheets.close()


@pytest.fixture
def bar(qtbot, runs: FakeRuns, documents: Documents, sheets: Sheets, theme: Theme) -> TransportBar:
    bar = TransportBar(runs, documents, sheets, theme)
    qtbot.addWidget(bar)
    bar.resize(1280, bar.height())
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def button(bar: TransportBar, name: str) -> QToolButton:
    return bar.findChild(QToolButton, name)


def shown_text(bar: TransportBar, name: str) -> str:
    return bar.findChild(QLabel, name).text()


@pytest.mark.parametrize(
    ("name", "asked", "shortcut"),
    [
        ("resetButton", "reset", "Ctrl+R"),
        ("playButton", "toggle", "Space"),
        ("stepButton", "step 1", "."),
        ("stepBackButton", "step back", ","),
    ],
)
def test_buttons_ask_the_run(bar: TransportBar, runs: FakeRuns, name: str, asked: str, shortcut: str) -> None:
    runs.frame_ready.emit(frame(3))
    QTest.mouseClick(button(bar, name), Qt.MouseButton.LeftButton)
    assert runs.asked == [asked]
    assert f"({shortcut})" in button(bar, name).toolTip()
    assert button(bar, name).accessibleName()


def test_play_becomes_pause(bar: TransportBar, runs: FakeRuns) -> None:
    play = button(bar, "playButton")
    assert (play.accessibleName(), play.toolTip()) == ("Play", "Play (Space)")
    runs.toggle()
    assert (play.accessibleName(), play.toolTip()) == ("Pause", "Pause (Space)")
    runs.toggle()
    assert play.accessibleName() == "Play"


def test_no_step_back_from_the_start(bar: TransportBar, runs: FakeRuns) -> None:
    assert not button(bar, "stepBackButton").isEnabled()
    runs.frame_ready.emit(frame(1))
    assert button(bar, "stepBackButton").isEnabled()
    runs.frame_ready.emit(frame(0))
    assert not button(bar, "stepBackButton").isEnabled()


def test_numbers_of_the_newest_frame(bar: TransportBar, runs: FakeRuns) -> None:
    assert shown_text(bar, "lossValue") == "—"
    runs.frame_ready.emit(frame(1200, 0.0015, 0.975, 0.15))
    names = ("stepValue", "lossValue", "accuracyValue", "rateValue")
    assert [shown_text(bar, name) for name in names] == ["1\u2009200", "0.0015", "97.5 %", "0.150"]
    assert bar.findChild(QLabel, "lossValue").toolTip().startswith("0.0015\nloss: ")
    runs.frame_ready.emit(frame(1201, accuracy=None))
    assert shown_text(bar, "accuracyValue") == "—"


def test_numbers_never_move_anything(bar: TransportBar, runs: FakeRuns) -> None:
    def places() -> list[object]:
        return [child.geometry() for child in bar.findChildren(QWidget)]

    runs.frame_ready.emit(frame(0))
    before = places()
    runs.frame_ready.emit(frame(9_999_999, -1.2345e-100, 0.975, 1.234e-5))
    QApplication.processEvents()
    assert places() == before
    for name in ("stepValue", "lossValue", "accuracyValue", "rateValue"):
        label = bar.findChild(QLabel, name)
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def test_a_bar_made_late_shows_the_newest_frame(
    qtbot, runs: FakeRuns, documents: Documents, sheets: Sheets, theme: Theme
) -> None:
    runs.frame, runs.playing, runs.speed = frame(7), True, math.inf
    bar = TransportBar(runs, documents, sheets, theme)
    qtbot.addWidget(bar)
    assert shown_text(bar, "stepValue") == "7"
    assert button(bar, "playButton").accessibleName() == "Pause"
    assert shown_text(bar, "speedText") == "as fast as possible"


def test_divergence_colours_the_loss_until_the_run_is_sound_again(
    bar: TransportBar, runs: FakeRuns, theme: Theme
) -> None:
    loss = bar.findChild(QLabel, "lossValue")

    def colour() -> object:
        return loss.palette().windowText().color()

    runs.frame_ready.emit(frame(10, 4.0))
    assert colour() == theme.palette.ink
    runs.diverged.emit(Divergence(11, "sample1/L1.N1.sum1", math.nan, "try a lower learning rate"))
    runs.frame_ready.emit(frame(11, math.nan))
    assert (loss.text(), colour()) == ("nan", theme.palette.negative_text)
    runs.frame_ready.emit(frame(9, 3.0))
    assert colour() == theme.palette.ink
    runs.frame_ready.emit(frame(12, math.inf))
    runs.run_started.emit(started())
    assert (loss.text(), colour()) == ("—", theme.palette.ink)


def test_speed_starts_at_the_runs_own(bar: TransportBar, runs: FakeRuns) -> None:
    slider = bar.findChild(QSlider, "speedSlider")
    assert (SPEEDS[slider.value()], shown_text(bar, "speedText"), runs.asked) == (4.0, "4 steps/s", [])


def test_speed_slider_asks_once_and_follows(bar: TransportBar, runs: FakeRuns) -> None:
    slider = bar.findChild(QSlider, "speedSlider")
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert (runs.asked, shown_text(bar, "speedText")) == (["speed 10"], "10 steps/s")
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert (runs.asked[-1], shown_text(bar, "speedText")) == ("speed inf", "as fast as possible")
    runs.asked.clear()
    runs.speed_changed.emit(1.0)
    assert (slider.value(), shown_text(bar, "speedText"), runs.asked) == (0, "1 step/s", [])


@pytest.mark.parametrize(("speed", "position"), [(3.0, 2), (0.0, 0), (5000.0, 8), (math.inf, 9)])
def test_any_speed_has_a_nearest_position(bar: TransportBar, runs: FakeRuns, speed: float, position: int) -> None:
    runs.speed_changed.emit(speed)
    assert bar.findChild(QSlider, "speedSlider").value() == position


def test_words_for_speeds() -> None:
    assert [speed_words(speed) for speed in (1.0, 2.0, 1000.0)] == ["1 step/s", "2 steps/s", "1\u2009000 steps/s"]


def test_the_buttons_keep_their_place_whatever_the_example_is_called(bar: TransportBar, documents: Documents) -> None:
    play, name = button(bar, "playButton"), bar.findChild(QLabel, "exampleName")
    place = play.mapTo(bar, QPoint())
    long = "my experiment with a rather long name"
    for text in ("xor", long):
        documents.opened.emit(Experiment(name=text))
        QApplication.processEvents()
        assert play.mapTo(bar, QPoint()) == place
    assert (name.text(), name.toolTip()) == (long, long)
    documents.opened.emit(Experiment(name="xor"))
    assert name.toolTip() == ""


def test_readouts_and_speed_say_what_they_mean(bar: TransportBar, runs: FakeRuns) -> None:
    for name in ("stepValue", "lossValue", "accuracyValue", "rateValue"):
        readout = bar.findChild(QLabel, name).parentWidget()
        assert readout.toolTip().startswith(bar.findChild(QLabel, name).accessibleName())
    assert "Ctrl+←" in bar.findChild(QSlider, "speedSlider").toolTip()


def test_the_last_step_back_does_not_leave_the_focus_on_play(bar: TransportBar, runs: FakeRuns) -> None:
    bar.activateWindow()
    runs.frame_ready.emit(frame(1))
    button(bar, "stepBackButton").setFocus()
    runs.frame_ready.emit(frame(0))
    assert bar.isAncestorOf(QApplication.focusWidget())
    assert not isinstance(QApplication.focusWidget(), QToolButton)


def test_the_switch_opens_the_other_lab(qtbot, bar: TransportBar, documents: Documents) -> None:
    assert button(bar, "playButton").isVisible() and not button(bar, "sheetPlayButton").isVisible()
    with qtbot.waitSignal(documents.mode_changed):
        QTest.mouseClick(bar.findChild(QWidget, "modeSwitch_expression"), Qt.MouseButton.LeftButton)
    assert documents.mode is Mode.EXPRESSION
    assert button(bar, "sheetPlayButton").isVisible() and not button(bar, "playButton").isVisible()
    documents.set_mode(Mode.NETWORK)
    assert button(bar, "playButton").isVisible()


def test_the_expression_side_shows_the_playhead(qtbot, bar: TransportBar, documents: Documents, sheets: Sheets) -> None:
    documents.set_mode(Mode.EXPRESSION)
    qtbot.waitUntil(lambda: sheets.frame is not None)
    assert (shown_text(bar, "phaseValue"), shown_text(bar, "rootValue")) == ("backward", "-8.0000")
    assert shown_text(bar, "positionValue") == "7/7"
    QTest.mouseClick(button(bar, "sheetStepBackButton"), Qt.MouseButton.LeftButton)
    assert (sheets.position, shown_text(bar, "positionValue")) == (6, "6/7")
    QTest.mouseClick(button(bar, "sheetResetButton"), Qt.MouseButton.LeftButton)
    assert (shown_text(bar, "phaseValue"), shown_text(bar, "rootValue")) == ("forward", "—")
    assert not button(bar, "sheetStepBackButton").isEnabled()


def test_name_of_the_example(bar: TransportBar, documents: Documents) -> None:
    assert shown_text(bar, "exampleName") == "lecture"
    documents.opened.emit(Experiment(name="moons-demo"))
    assert shown_text(bar, "exampleName") == "moons-demo"


@pytest.mark.parametrize(("scale", "height"), [(1.0, 52), (1.5, 78)])
def test_height(bar: TransportBar, theme: Theme, scale: float, height: int) -> None:
    theme.set_scale(scale)
    assert bar.height() == height
    assert button(bar, "playButton").width() == theme.px(40)


@pytest.mark.parametrize("width", [1920, 1280, 1100, 1000, 900, 800, 700])
@pytest.mark.parametrize("scale", [1.0, 0.8])
def test_nothing_is_clipped(bar: TransportBar, runs: FakeRuns, theme: Theme, width: int, scale: float) -> None:
    theme.set_scale(scale)
    runs.frame_ready.emit(frame(1200))
    runs.speed_changed.emit(math.inf)
    bar.resize(round(width * scale), bar.height())
    QApplication.processEvents()
    parts = [part for part in bar.findChildren(QWidget) if part.isVisible()]
    for part in parts:
        assert part.width() >= part.minimumSizeHint().width(), part
        assert part.mapTo(bar, part.rect().topRight()).x() < bar.width(), part
    for label in bar.findChildren(QLabel):
        if label.isVisible():
            assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.text()
    if width >= 1280:
        side = bar.findChild(QStackedWidget).currentWidget()
        assert all(label.isVisible() for label in side.findChildren(QLabel))
    for name in ("playButton", "stepButton", "resetButton"):
        assert button(bar, name).isVisible()
