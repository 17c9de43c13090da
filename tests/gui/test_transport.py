from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSlider, QStackedWidget, QToolButton, QWidget

from core.document_parts import Document
from core.experiment import Experiment
from core.playhead import Position
from gui.frames import Divergence, Frame, Points, RunStarted
from gui.panels.playhead_scale import ScaleChoice
from gui.panels.transport import SHEET_SPEEDS, SPEEDS, TransportBar
from gui.panels.transport_controls import speed_words
from gui.session.documents import Documents
from gui.session.playhead import Playhead, Scale
from gui.session.selection import Selection
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

    def show(self, frame: Frame) -> None:
        """A frame has come."""
        self.frame = frame
        self.frame_ready.emit(frame)

    def play(self) -> None:
        self.asked.append("play")
        self._set_playing(True)

    def pause(self) -> None:
        if self.playing:
            self.asked.append("pause")
        self._set_playing(False)

    def _set_playing(self, playing: bool) -> None:
        if playing != self.playing:
            self.playing = playing
            self.playing_changed.emit(playing)

    def step(self, steps: int = 1) -> None:
        self.asked.append(f"step {steps}")

    def step_back(self) -> None:
        self.asked.append("step back")

    def move(self, steps: int) -> None:
        self.asked.append(f"move {steps}")

    def set_position(self, position: Position | None) -> None:
        self.asked.append("leave" if position is None else f"{position.phase.value} {position.sample} {position.done}")

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
def playhead(runs: FakeRuns, documents: Documents) -> Iterator[Playhead]:
    playhead = Playhead(runs, documents, Selection())
    yield playhead
    playhead.pause()


@pytest.fixture
def sheets(documents: Documents) -> Iterator[Sheets]:
    sheets = Sheets(documents)
    yield sheets
    sheets.close()


@pytest.fixture
def bar(qtbot, runs: FakeRuns, playhead: Playhead, documents: Documents, sheets: Sheets, theme: Theme) -> TransportBar:
    bar = TransportBar(runs, playhead, documents, sheets, theme)
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
        ("playButton", "play", "Space"),
        ("stepButton", "step 1", "."),
        ("stepBackButton", "step back", ","),
    ],
)
def test_buttons_ask_the_run(bar: TransportBar, runs: FakeRuns, name: str, asked: str, shortcut: str) -> None:
    runs.show(frame(3))
    QTest.mouseClick(button(bar, name), Qt.MouseButton.LeftButton)
    assert runs.asked == [asked]
    assert f"({shortcut})" in button(bar, name).toolTip()
    assert button(bar, name).accessibleName()


def test_play_becomes_pause(bar: TransportBar, playhead: Playhead) -> None:
    play = button(bar, "playButton")
    assert (play.accessibleName(), play.toolTip()) == ("Play", "Play (Space)")
    playhead.toggle()
    assert (play.accessibleName(), play.toolTip()) == ("Pause", "Pause (Space)")
    playhead.toggle()
    assert play.accessibleName() == "Play"


def test_no_step_back_from_the_start(bar: TransportBar, runs: FakeRuns) -> None:
    assert not button(bar, "stepBackButton").isEnabled()
    runs.show(frame(1))
    assert button(bar, "stepBackButton").isEnabled()
    runs.show(frame(0))
    assert not button(bar, "stepBackButton").isEnabled()


def test_numbers_of_the_newest_frame(bar: TransportBar, runs: FakeRuns) -> None:
    assert shown_text(bar, "lossValue") == "—"
    runs.show(frame(1200, 0.0015, 0.975, 0.15))
    names = ("stepValue", "lossValue", "accuracyValue", "rateValue")
    assert [shown_text(bar, name) for name in names] == ["1\u2009200", "0.0015", "97.5 %", "0.150"]
    assert bar.findChild(QLabel, "lossValue").toolTip().startswith("0.0015\nloss: ")
    runs.show(frame(1201, accuracy=None))
    assert shown_text(bar, "accuracyValue") == "—"


def test_numbers_of_the_test_rows_stand_below(bar: TransportBar, runs: FakeRuns) -> None:
    runs.show(frame(3))
    notes = {name: bar.findChild(QLabel, name) for name in ("lossNote", "accuracyNote", "stepNote", "rateNote")}
    assert all(note.isHidden() for note in notes.values())
    runs.show(replace(frame(4), test_loss=0.123456, test_accuracy=0.96))
    assert (notes["lossNote"].text(), notes["accuracyNote"].text()) == ("test 0.123", "test 96 %")
    assert "0.123456" in notes["lossNote"].toolTip()
    assert not any(note.isHidden() for note in notes.values())  # in line with each other
    runs.show(replace(frame(5), test_loss=0.5, accuracy=None))  # a regression
    assert (notes["lossNote"].text(), notes["accuracyNote"].text()) == ("test 0.500", "")
    runs.show(frame(6))
    assert all(note.isHidden() for note in notes.values())


def test_a_little_larger_the_learning_rate_is_still_there(in_window: TransportBar, theme: Theme) -> None:
    theme.set_scale(1.1)
    in_window.resize(1280, in_window.height())
    for _ in range(3):
        QApplication.processEvents()
    assert in_window.findChild(QLabel, "rateValue").isVisible()


def test_numbers_never_move_anything(bar: TransportBar, runs: FakeRuns) -> None:
    def places() -> list[object]:
        return [child.geometry() for child in bar.findChildren(QWidget)]

    runs.show(frame(0))
    before = places()
    runs.show(frame(9_999_999, -1.2345e-100, 0.975, 1.234e-5))
    QApplication.processEvents()
    assert places() == before
    for name in ("stepValue", "lossValue", "accuracyValue", "rateValue"):
        label = bar.findChild(QLabel, name)
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def test_a_bar_made_late_shows_the_newest_frame(
    qtbot, runs: FakeRuns, documents: Documents, sheets: Sheets, theme: Theme
) -> None:
    runs.frame, runs.playing, runs.speed = frame(7), True, math.inf
    bar = TransportBar(runs, Playhead(runs, documents, Selection()), documents, sheets, theme)
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

    runs.show(frame(10, 4.0))
    assert colour() == theme.palette.ink
    runs.diverged.emit(Divergence(11, "sample1/L1.N1.sum1", math.nan, "try a lower learning rate"))
    runs.show(frame(11, math.nan))
    assert (loss.text(), colour()) == ("nan", theme.palette.negative_text)
    runs.show(frame(9, 3.0))
    assert colour() == theme.palette.ink
    runs.show(frame(12, math.inf))
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
    runs.show(frame(1))
    button(bar, "stepBackButton").setFocus()
    runs.show(frame(0))
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


@pytest.fixture
def in_window(qtbot, bar: TransportBar) -> Iterator[TransportBar]:
    """In a window that does not mind that the bar is narrower than it wants to be."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(3000, 100)
    bar.setParent(window)
    with qtbot.waitExposed(window):
        window.show()
    bar.show()
    yield bar
    bar.setParent(None)


@pytest.mark.parametrize("width", [1920, 1400, 1280, 1240, 1180, 1100, 1060, 1000, 920, 860, 800, 780])
@pytest.mark.parametrize("scale", [1.0, 0.8, 1.5])
@pytest.mark.parametrize("mode", Mode)
def test_nothing_is_clipped(
    in_window: TransportBar, runs: FakeRuns, documents: Documents, theme: Theme, width: int, scale: float, mode: Mode
) -> None:
    bar = in_window
    documents.set_mode(mode)
    theme.set_scale(scale)
    runs.show(frame(1200))
    runs.speed_changed.emit(math.inf)
    bar.resize(round(width * scale), bar.height())
    for _ in range(3):  # layouts inside of layouts ask for one another
        QApplication.processEvents()
    side = bar.findChild(QStackedWidget).currentWidget()
    assert side.layout().minimumSize().width() <= side.width()
    parts = [part for part in bar.findChildren(QWidget) if part.isVisible()]
    for part in parts:
        assert part.width() >= part.minimumSizeHint().width() or part is bar.findChild(QStackedWidget), part
        assert part.mapTo(bar, part.rect().topRight()).x() < bar.width(), part
    for label in bar.findChildren(QLabel):
        if label.isVisible():
            assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.text()
    if width >= 1280:
        assert all(label.isVisible() for label in side.findChildren(QLabel) if label.text())
    assert button(bar, "sheetPlayButton" if mode is Mode.EXPRESSION else "playButton").isVisible()
    assert bar.findChild(ScaleChoice).isVisible() == (mode is Mode.NETWORK and width >= 780)


# -- the scale of a step ----------------------------------------------------------------------------------------------


def test_the_scale_is_chosen_beside_the_buttons_and_they_say_so(bar: TransportBar, playhead: Playhead) -> None:
    choice = bar.findChild(ScaleChoice)
    assert (choice.value(), button(bar, "stepButton").toolTip()) == ("step", "One step (.)")
    QTest.keyClick(choice, Qt.Key.Key_Up)
    assert playhead.scale is Scale.SAMPLE
    assert button(bar, "stepButton").toolTip() == "One sample (.)"
    assert button(bar, "stepBackButton").toolTip() == "One sample back (,)"
    assert "one sample forward or backward" in choice.toolTip()
    playhead.finer()
    assert (choice.value(), button(bar, "stepButton").toolTip()) == ("operation", "One operation (.)")
    for _ in range(5):
        playhead.coarser()
    assert (choice.value(), playhead.scale) == ("epoch", Scale.EPOCH)


def test_another_scale_moves_no_button(bar: TransportBar, playhead: Playhead) -> None:
    place = button(bar, "playButton").mapTo(bar, QPoint())
    for scale in Scale:
        playhead.set_scale(scale)
        QApplication.processEvents()
        assert button(bar, "playButton").mapTo(bar, QPoint()) == place


def test_each_scale_has_its_speed(bar: TransportBar, runs: FakeRuns, playhead: Playhead) -> None:
    playhead.set_scale(Scale.OPERATION)
    slider = bar.findChild(QSlider, "speedSlider")
    assert (SHEET_SPEEDS[slider.value()], shown_text(bar, "speedText")) == (2.0, "2 operations/s")
    assert bar.speeds == SHEET_SPEEDS
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert (playhead.speed, runs.speed, shown_text(bar, "speedText")) == (4.0, 4.0, "4 operations/s")
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert (playhead.speed, runs.speed, shown_text(bar, "speedText")) == (8.0, 4.0, "8 operations/s")
    playhead.set_scale(Scale.EPOCH)
    assert (SPEEDS[slider.value()], shown_text(bar, "speedText"), bar.speeds) == (4.0, "4 steps/s", SPEEDS)
    runs.set_speed(10.0)
    assert shown_text(bar, "speedText") == "10 steps/s"


def test_the_step_button_goes_by_the_scale(bar: TransportBar, runs: FakeRuns, playhead: Playhead) -> None:
    runs.show(frame(3))
    playhead.set_scale(Scale.OPERATION)
    QTest.mouseClick(button(bar, "stepButton"), Qt.MouseButton.LeftButton)
    assert runs.asked == ["forward 0 1"]
    playhead.set_scale(Scale.STEP)
    QTest.mouseClick(button(bar, "stepButton"), Qt.MouseButton.LeftButton)
    assert runs.asked == ["forward 0 1", "leave", "step 1"]
