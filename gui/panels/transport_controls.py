"""Play and step, and how fast: the same controls for both labs. They call the verbs of a transport."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import mark, tr, trn
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.flat_slider import FlatSlider
from gui.widgets.text import TextLabel

PLAY_SIZE = 40  # pixels at scale 1, as all below
SLIDER_WIDTH = 116
SPEED_TEXT_WIDTH = 128
ONE = {  # tooltips of the buttons, back and forward, by what a step is
    "operation": (mark("One operation back (,)"), mark("One operation (.)")),
    "sample": (mark("One sample back (,)"), mark("One sample (.)")),
    "step": (mark("One step back (,)"), mark("One step (.)")),
    "epoch": (mark("One epoch back (,)"), mark("One epoch (.)")),
}


class Transport(Protocol):
    """What plays: the run of the network lab, the playhead of the expression lab."""

    playing_changed: Any  # Signal(bool)
    speed_changed: Any  # Signal(float)

    @property
    def playing(self) -> bool: ...

    @property
    def speed(self) -> float: ...

    def toggle(self) -> None: ...

    def step(self) -> None: ...

    def step_back(self) -> None: ...

    def reset(self) -> None: ...

    def set_speed(self, steps_per_second: float, /) -> None: ...


@dataclass(frozen=True)
class TransportTexts:
    """How a lab calls what its transport does."""

    prefix: str  # of object names: `step` gives stepButton, `sheetStep` …
    reset: str  # tooltips
    back: str
    step: str
    unit: str  # `step`, `operation`: singular of what the speed counts
    speeds: tuple[float, ...]  # positions of the slider, a second; the last may be math.inf

    def name(self, word: str) -> str:
        """An object name: `stepButton`, `sheetStepButton`."""
        return f"{self.prefix}{word[0].upper()}{word[1:]}" if self.prefix else word


class _PlayButton(IconButton):
    """The round one in the accent's colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("play", theme, tr("Play (Space)"), size=20)
        self.setProperty("role", "play")

    def show_playing(self, playing: bool) -> None:
        self.set_icon("pause" if playing else "play")
        self.setToolTip(tr("Pause (Space)") if playing else tr("Play (Space)"))
        self.setAccessibleName(tr("Pause") if playing else tr("Play"))

    def _icon_colour(self) -> QColor:
        return self._theme.palette.card

    def _button_size(self) -> int:
        return self._theme.px(PLAY_SIZE)


class TransportButtons(QWidget):
    """Reset, step back, play or pause, step."""

    def __init__(self, transport: Transport, texts: TransportTexts, theme: Theme) -> None:
        super().__init__()
        self._transport, self._theme = transport, theme
        self._reset = reset = IconButton("reset", theme, tr(texts.reset), size=20)
        self._back = IconButton("step-back", theme, tr(texts.back), size=20)
        self._play = _PlayButton(theme)
        step = IconButton("step", theme, tr(texts.step), size=20)
        self._play.setObjectName(texts.name("playButton"))
        self._forward = step
        for button, name, text in (
            (reset, "resetButton", tr("Reset")),
            (self._back, "stepBackButton", tr("Step back")),
            (step, "stepButton", tr("Step")),
        ):
            button.setObjectName(texts.name(name))
            button.setAccessibleName(text)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in (reset, self._back, self._play, step):
            self._row.addWidget(button)
        reset.clicked.connect(self._on_reset_clicked)
        self._back.clicked.connect(self._on_back_clicked)
        self._play.clicked.connect(self._on_play_clicked)
        step.clicked.connect(self._on_step_clicked)
        transport.playing_changed.connect(self._play.show_playing)
        self._play.show_playing(transport.playing)
        self.set_can_step_back(False)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_can_step_back(self, can: bool) -> None:
        if not can and self._back.hasFocus():
            self.setFocus()  # else it would pass to the next button, and Enter pressed once more would play
        self._back.setEnabled(can)

    def set_can_play(self, can: bool) -> None:
        """Whether there is anything to play."""
        self._play.setEnabled(can)
        self._forward.setEnabled(can)

    @property
    def least_width(self) -> int:
        """Of the buttons alone."""
        buttons = (self._reset, self._back, self._play, self._forward)
        return sum(button.width() for button in buttons) + (len(buttons) - 1) * self._row.spacing()

    def add(self, control: QWidget) -> None:
        """One more, behind the buttons."""
        self._row.addWidget(control)

    def show_unit(self, unit: str) -> None:
        """Steps are of this size now: an operation, an epoch …"""
        back, forward = ONE[unit]
        self._back.setToolTip(tr(back))
        self._forward.setToolTip(tr(forward))

    # A click brings along whether the button is checked, which a transport would take for a number of steps.

    def _on_reset_clicked(self) -> None:
        self._transport.reset()

    def _on_back_clicked(self) -> None:
        self._transport.step_back()

    def _on_play_clicked(self) -> None:
        self._transport.toggle()

    def _on_step_clicked(self) -> None:
        self._transport.step()

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(6))


class TransportSpeed(QWidget):
    """How many steps a second: a slider and its words."""

    def __init__(self, transport: Transport, texts: TransportTexts, theme: Theme) -> None:
        super().__init__()
        self._transport, self._theme = transport, theme
        self._unit, self._speeds = texts.unit, texts.speeds
        self._label = TextLabel(tr("speed"), "label")
        self._slider = FlatSlider(len(texts.speeds))
        self._slider.setObjectName(texts.name("speedSlider"))
        self._slider.setAccessibleName(tr("Speed"))
        self._slider.setPageStep(2)
        self._text = TextLabel("", "label")
        self._text.setObjectName(texts.name("speedText"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self._label, self._slider, self._text):
            self._row.addWidget(part)
        self._slider.valueChanged.connect(self._on_position_changed)
        transport.speed_changed.connect(self._on_speed_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_speed_changed(transport.speed)
        self._on_theme_changed()

    @property
    def speeds(self) -> tuple[float, ...]:
        """The slider's positions."""
        return self._speeds

    def show_unit(self, unit: str, speeds: tuple[float, ...]) -> None:
        """What the speed counts from now on, and the positions of the slider."""
        self._unit, self._speeds = unit, speeds
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, len(speeds) - 1)
        self._on_speed_changed(self._transport.speed)

    @property
    def label(self) -> QWidget:
        """What may go where there is little room."""
        return self._label

    @property
    def words(self) -> QWidget:
        """What may go as well; the slider's tooltip says it too."""
        return self._text

    @property
    def label_width(self) -> int:
        """What the label takes, with the gap beside it."""
        return self._label.sizeHint().width() + self._theme.px(8)

    @property
    def words_width(self) -> int:
        return self._theme.px(SPEED_TEXT_WIDTH) + self._theme.px(8)

    @property
    def least_width(self) -> int:
        """Of the slider alone."""
        return self._theme.px(SLIDER_WIDTH)

    def _on_position_changed(self, position: int) -> None:
        speed = self._speeds[position]
        self._show_words(speed)
        self._transport.set_speed(speed)

    def _on_speed_changed(self, speed: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(_nearest_position(speed, self._speeds))
        self._show_words(speed)

    def _show_words(self, speed: float) -> None:
        words = speed_words(speed, self._unit)
        self._text.setText(words)
        self._slider.setToolTip(tr("Speed: {words} (slower Ctrl+←, faster Ctrl+→)", words=words))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setSpacing(px(8))
        self._slider.setFixedWidth(px(SLIDER_WIDTH))
        self._text.setFixedWidth(px(SPEED_TEXT_WIDTH))


def speed_words(speed: float, unit: str = "step") -> str:
    """`4 steps/s`, `0.5 operations/s`, `as fast as possible`."""
    if math.isinf(speed):
        return tr("as fast as possible")
    text = f"{speed:g}" if speed < 1 else format_count(round(speed))
    count = 1 if speed == 1 else max(round(speed), 2)  # a part of one is said as several are
    match unit:
        case "operation":
            return trn("{n} operation/s", "{n} operations/s", count, n=text)
        case "sample":
            return trn("{n} sample/s", "{n} samples/s", count, n=text)
        case "epoch":
            return trn("{n} epoch/s", "{n} epochs/s", count, n=text)
    return trn("{n} step/s", "{n} steps/s", count, n=text)


def _nearest_position(speed: float, speeds: tuple[float, ...]) -> int:
    """The slider's position nearest to a speed, on a logarithmic measure."""
    finite = [each for each in speeds if math.isfinite(each)]
    if math.isinf(speed):
        return len(speeds) - 1
    return min(range(len(finite)), key=lambda position: abs(math.log(finite[position] / max(speed, 1e-3))))
