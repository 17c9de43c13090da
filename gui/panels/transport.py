"""The bar above the cards: which example, play and step, how fast, and how far training is."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.experiment import Experiment
from gui.frames import Divergence, Frame, RunStarted
from gui.numbers import MAX_WIDTH, format_count, format_exact, format_number, format_percent
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.flat_slider import FlatSlider
from gui.widgets.readout import Readout
from gui.widgets.text import ElidedLabel, TextLabel

SPEEDS = (1.0, 2.0, 4.0, 10.0, 30.0, 60.0, 120.0, 500.0, 1000.0, math.inf)  # steps a second
HEIGHT = 52  # pixels at scale 1, as all below
PLAY_SIZE = 40
SLIDER_WIDTH = 116
SPEED_TEXT_WIDTH = 128
NAME_WIDTH = 100  # of the example's name, whatever it is: the buttons keep their place; longer names are cut
FULL_WIDTH = 1180  # below this the least important texts go, one group after the other
SMALL_WIDTH = 960
TINY_WIDTH = 820
MEANINGS = (
    "step: how often the weights have been changed in this run",
    "loss: how wrong the network is over all samples, L2 included; training makes it small",
    "accuracy: the part of the samples whose output has the sign of the target",
    "learning rate: how far the next step moves each weight against its gradient",
)


class TransportBar(QWidget):
    """Buttons call the verbs of the run; everything else shows its newest frame."""

    def __init__(self, runs: Runs, documents: Documents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs, self._theme = runs, theme
        self.setObjectName("transportBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._brand = TextLabel("Chainrule", "brand")
        self._name = ElidedLabel(documents.experiment.name, "mute")
        self._name.setObjectName("exampleName")
        self._buttons = _Buttons(runs, theme)
        self._speed = _Speed(runs, theme)
        self._numbers = _Numbers(theme)
        self._lay_out()
        documents.opened.connect(self._on_opened)
        documents.experiment_changed.connect(self._on_experiment_changed)
        runs.run_started.connect(self._on_run_started)
        runs.frame_ready.connect(self._on_frame_ready)
        runs.diverged.connect(self._on_diverged)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit(event.size().width())
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._brand)
        self._row.addWidget(self._name)
        self._row.addStretch(1)
        self._row.addWidget(self._buttons)
        self._row.addWidget(self._speed)
        self._row.addStretch(1)
        self._row.addWidget(self._numbers)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _fit(self, width: int) -> None:
        """Drop what is least missed when the window is narrow."""
        self._speed.set_label_visible(width >= self._theme.px(FULL_WIDTH))
        self._name.setVisible(width >= self._theme.px(SMALL_WIDTH))
        self._brand.setVisible(width >= self._theme.px(TINY_WIDTH))
        self._speed.setVisible(width >= self._theme.px(TINY_WIDTH - 120))
        self._numbers.set_rate_visible(width >= self._theme.px(SMALL_WIDTH - 60))

    def _on_opened(self, experiment: Experiment) -> None:
        self._name.setText(experiment.name)

    def _on_experiment_changed(self, before: Experiment, after: Experiment) -> None:
        self._name.setText(after.name)

    def _on_run_started(self, started: RunStarted) -> None:
        self._numbers.clear()

    def _on_frame_ready(self, frame: Frame) -> None:
        self._buttons.set_can_step_back(frame.step > 0)
        self._numbers.show_frame(frame)

    def _on_diverged(self, divergence: Divergence) -> None:
        self._numbers.show_divergence(divergence.step)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(18), 0, px(18), 0)
        self._row.setSpacing(px(14))
        self._name.setFixedWidth(px(NAME_WIDTH))
        self.setFixedHeight(px(HEIGHT))
        self._fit(self.width())


class _PlayButton(IconButton):
    """The round one in the accent's colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("play", theme, "Play (Space)", size=20)
        self.setObjectName("playButton")

    def show_playing(self, playing: bool) -> None:
        self.set_icon("pause" if playing else "play")
        self.setToolTip("Pause (Space)" if playing else "Play (Space)")
        self.setAccessibleName("Pause" if playing else "Play")

    def _icon_colour(self) -> QColor:
        return self._theme.palette.card

    def _button_size(self) -> int:
        return self._theme.px(PLAY_SIZE)


class _Buttons(QWidget):
    """Reset, step back, play or pause, step."""

    def __init__(self, runs: Runs, theme: Theme) -> None:
        super().__init__()
        self._runs, self._theme = runs, theme
        reset = IconButton("reset", theme, "Reset: the same initial weights again (Ctrl+R)", size=20)
        self._back = IconButton("step-back", theme, "One step back (,)", size=20)
        self._play = _PlayButton(theme)
        step = IconButton("step", theme, "One step (.)", size=20)
        for button, name, text in (
            (reset, "resetButton", "Reset"),
            (self._back, "stepBackButton", "Step back"),
            (step, "stepButton", "Step"),
        ):
            button.setObjectName(name)
            button.setAccessibleName(text)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in (reset, self._back, self._play, step):
            self._row.addWidget(button)
        reset.clicked.connect(self._on_reset_clicked)
        self._back.clicked.connect(self._on_back_clicked)
        self._play.clicked.connect(self._on_play_clicked)
        step.clicked.connect(self._on_step_clicked)
        runs.playing_changed.connect(self._play.show_playing)
        self._play.show_playing(runs.playing)
        self.set_can_step_back(False)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_can_step_back(self, can: bool) -> None:
        if not can and self._back.hasFocus():
            self.setFocus()  # else it would pass to the next button, and Enter pressed once more would play
        self._back.setEnabled(can)

    # A click brings along whether the button is checked, which the run would take for a number of steps.

    def _on_reset_clicked(self) -> None:
        self._runs.reset()

    def _on_back_clicked(self) -> None:
        self._runs.step_back()

    def _on_play_clicked(self) -> None:
        self._runs.toggle()

    def _on_step_clicked(self) -> None:
        self._runs.step()

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(6))


class _Speed(QWidget):
    """How many steps a second: a slider and its words."""

    def __init__(self, runs: Runs, theme: Theme) -> None:
        super().__init__()
        self._runs, self._theme = runs, theme
        self._label = TextLabel("speed", "label")
        self._slider = FlatSlider(len(SPEEDS))
        self._slider.setObjectName("speedSlider")
        self._slider.setAccessibleName("Speed")
        self._slider.setPageStep(2)
        self._text = TextLabel("", "label")
        self._text.setObjectName("speedText")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self._label, self._slider, self._text):
            self._row.addWidget(part)
        self._slider.valueChanged.connect(self._on_position_changed)
        runs.speed_changed.connect(self._on_speed_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_speed_changed(runs.speed)
        self._on_theme_changed()

    def set_label_visible(self, visible: bool) -> None:
        self._label.setVisible(visible)

    def _on_position_changed(self, position: int) -> None:
        self._show_words(SPEEDS[position])
        self._runs.set_speed(SPEEDS[position])

    def _on_speed_changed(self, speed: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(_nearest_position(speed))
        self._show_words(speed)

    def _show_words(self, speed: float) -> None:
        words = speed_words(speed)
        self._text.setText(words)
        self._slider.setToolTip(f"Speed: {words} (slower Ctrl+←, faster Ctrl+→)")

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setSpacing(px(8))
        self._slider.setFixedWidth(px(SLIDER_WIDTH))
        self._text.setFixedWidth(px(SPEED_TEXT_WIDTH))


class _Numbers(QWidget):
    """Step, loss, accuracy and learning rate of the newest frame."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._diverged_at: int | None = None
        self._step = Readout("step", theme, characters=9, name="stepValue")
        self._loss = Readout("loss", theme, characters=MAX_WIDTH, name="lossValue")
        self._accuracy = Readout("accuracy", theme, characters=7, name="accuracyValue")
        self._rate = Readout("learning rate", theme, characters=9, name="rateValue")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for readout, meaning in zip((self._step, self._loss, self._accuracy, self._rate), MEANINGS, strict=True):
            readout.setToolTip(meaning)
            self._row.addWidget(readout)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_frame(self, frame: Frame) -> None:
        self._step.show_text(format_count(frame.step))
        self._loss.show_text(format_number(frame.loss), f"{format_exact(frame.loss)}\n{MEANINGS[1]}")
        self._accuracy.show_text(format_percent(frame.accuracy))
        self._rate.show_text(f"{frame.learning_rate:#.3g}", f"{format_exact(frame.learning_rate)}\n{MEANINGS[3]}")
        after_divergence = self._diverged_at is not None and frame.step >= self._diverged_at
        self._loss.set_bad(after_divergence or not math.isfinite(frame.loss))

    def show_divergence(self, step: int) -> None:
        self._diverged_at = step
        self._loss.set_bad(True)

    def clear(self) -> None:
        """A run begins anew."""
        self._diverged_at = None
        for readout in (self._step, self._loss, self._accuracy, self._rate):
            readout.clear()

    def set_rate_visible(self, visible: bool) -> None:
        self._rate.setVisible(visible)

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(20))


def speed_words(speed: float) -> str:
    """`4 steps/s`, `as fast as possible`."""
    if math.isinf(speed):
        return "as fast as possible"
    return "1 step/s" if speed == 1 else f"{format_count(round(speed))} steps/s"


def _nearest_position(speed: float) -> int:
    """The slider's position nearest to a speed, on a logarithmic measure."""
    if math.isinf(speed):
        return len(SPEEDS) - 1
    return min(range(len(SPEEDS) - 1), key=lambda position: abs(math.log(SPEEDS[position] / max(speed, 1e-3))))
