"""The bar above the cards: which lab, play and step, how fast, and where it stands."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QWidget

from core.experiment import Experiment
from core.playhead import Here
from core.words import mark, tr
from gui.frames import Divergence, Frame, RunStarted
from gui.panels.playhead_scale import ScaleChoice
from gui.panels.transport_controls import Transport, TransportButtons, TransportSpeed, TransportTexts
from gui.panels.transport_numbers import NetworkNumbers, SheetNumbers
from gui.session.documents import Documents
from gui.session.playhead import STRIDES, Playhead, Scale
from gui.session.runs import Runs
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode, SheetFrame
from gui.theme import Theme
from gui.widgets.segments import Segments
from gui.widgets.text import ElidedLabel, TextLabel

SPEEDS = (1.0, 2.0, 4.0, 10.0, 30.0, 60.0, 120.0, 500.0, 1000.0, math.inf)  # training steps a second
SHEET_SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, math.inf)  # operations a second
NETWORK_TEXTS = TransportTexts(
    "",
    mark("Reset: the same initial weights again (Ctrl+R)"),
    mark("One step back (,)"),
    mark("One step (.)"),
    "step",
    SPEEDS,
)
SHEET_TEXTS = TransportTexts(
    "sheet",
    mark("Back to the beginning: the leaves alone (Ctrl+R)"),
    mark("One operation back (,)"),
    mark("One operation (.)"),
    "operation",
    SHEET_SPEEDS,
)
MODES = ((Mode.EXPRESSION, mark("Expression")), (Mode.NETWORK, mark("Network")))
HEIGHT = 52  # pixels at scale 1, as all below
NAME_WIDTH = 100  # of the example's name, whatever it is: the buttons keep their place; longer names are cut
GAP, MARGIN = 14, 18
SPARE = 16  # so that things do not stand too close


class TransportBar(QWidget):
    """Buttons call the verbs of the open lab; everything else shows its newest frame."""

    def __init__(
        self,
        runs: Runs,
        playhead: Playhead,
        documents: Documents,
        sheets: Sheets,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._playhead, self._documents, self._theme = playhead, documents, theme
        self.setObjectName("transportBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._brand = TextLabel("Chainrule", "brand")
        self._name = ElidedLabel(documents.experiment.name, "mute")
        self._name.setObjectName("exampleName")
        self._modes = Segments([(mode.value, tr(text)) for mode, text in MODES], theme, "modeSwitch")
        self._modes.setAccessibleName(tr("Lab"))
        self._modes.setToolTip(tr("The expression lab, or the network lab (Ctrl+E changes over)"))
        self._network = _Side(playhead, NETWORK_TEXTS, NetworkNumbers(theme), theme)
        self._choice = ScaleChoice(playhead, theme)
        self._network.buttons.add(self._choice)
        self._sheet = _Side(sheets, SHEET_TEXTS, SheetNumbers(theme), theme)
        self._sides = QStackedWidget()
        self._sides.setMinimumWidth(1)  # the lab that is not seen may want more than there is
        self._sides.addWidget(self._network)
        self._sides.addWidget(self._sheet)
        self._lay_out()
        self._connect(runs, sheets)
        self._on_theme_changed()
        self._on_mode_changed(documents.mode)
        self._on_scale_changed(playhead.scale)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)
        if sheets.frame is not None:
            self._on_sheet_frame(sheets.frame)

    @property
    def speeds(self) -> tuple[float, ...]:
        """What the open lab's slider offers, a second."""
        return self._side.speed.speeds

    @property
    def _side(self) -> _Side[NetworkNumbers] | _Side[SheetNumbers]:
        return self._network if self._documents.mode is Mode.NETWORK else self._sheet

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit(event.size().width())
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._brand)
        self._row.addWidget(self._name)
        self._row.addWidget(self._modes)
        self._row.addWidget(self._sides, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _connect(self, runs: Runs, sheets: Sheets) -> None:
        self._modes.chosen.connect(self._on_mode_chosen)
        self._documents.mode_changed.connect(self._on_mode_changed)
        self._documents.opened.connect(self._on_opened)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        runs.run_started.connect(self._on_run_started)
        runs.frame_ready.connect(self._on_frame_ready)
        runs.diverged.connect(self._on_diverged)
        self._playhead.scale_changed.connect(self._on_scale_changed)
        self._playhead.here_changed.connect(self._on_here_changed)
        sheets.frame_ready.connect(self._on_sheet_frame)
        self._theme.changed.connect(self._on_theme_changed)

    def _fit(self, width: int) -> None:
        """Drop what is least missed when the window is narrow, one after the other."""
        px, side, network = self._theme.px, self._side, self._documents.mode is Mode.NETWORK
        for label in self.findChildren(QLabel):
            label.ensurePolished()  # one that was never shown does not know its font yet
        gap = px(GAP)
        widths = {
            self._name: px(NAME_WIDTH) + gap if network else 0,
            side.speed.label: side.speed.label_width,
            self._brand: self._brand.sizeHint().width() + gap,
            side.numbers.last: side.numbers.last_width,
            side.speed.words: side.speed.words_width,
            side.speed: side.speed.least_width + gap,
            self._choice: self._choice.sizeHint().width() + px(6) if network else 0,
        }
        least = 2 * px(MARGIN) + self._modes.sizeHint().width() + gap + px(SPARE)
        needed = least + side.buttons.least_width + gap + side.numbers.least_width + sum(widths.values())
        for part, wide in widths.items():
            part.setVisible(needed <= width and wide > 0)
            needed -= 0 if needed <= width else wide

    def _on_mode_chosen(self, key: str) -> None:
        self._documents.set_mode(Mode(key))

    def _on_mode_changed(self, mode: Mode) -> None:
        self._modes.show_choice(mode.value)
        self._sides.setCurrentWidget(self._side)
        self._fit(self.width())

    def _on_opened(self, experiment: Experiment) -> None:
        self._name.setText(experiment.name)

    def _on_experiment_changed(self, before: Experiment, after: Experiment) -> None:
        self._name.setText(after.name)

    def _on_run_started(self, started: RunStarted) -> None:
        self._network.numbers.clear()

    def _on_frame_ready(self, frame: Frame) -> None:
        self._network.buttons.set_can_step_back(self._playhead.can_go_back)
        self._network.numbers.show_frame(frame)

    def _on_here_changed(self, here: Here | None) -> None:
        self._network.buttons.set_can_step_back(self._playhead.can_go_back)

    def _on_scale_changed(self, scale: Scale) -> None:
        self._network.buttons.show_unit(scale.value)
        if scale in STRIDES:
            self._network.speed.show_unit(scale.value, SHEET_SPEEDS)
        else:
            self._network.speed.show_unit(NETWORK_TEXTS.unit, SPEEDS)

    def _on_diverged(self, divergence: Divergence) -> None:
        self._network.numbers.show_divergence(divergence.step)

    def _on_sheet_frame(self, frame: SheetFrame) -> None:
        self._sheet.buttons.set_can_step_back(frame.position > 0)
        self._sheet.buttons.set_can_play(bool(frame.sheet.steps))
        self._sheet.numbers.show_frame(frame)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(MARGIN), 0, px(MARGIN), 0)
        self._row.setSpacing(px(GAP))
        self._name.setFixedWidth(px(NAME_WIDTH))
        self.setFixedHeight(px(HEIGHT))
        self._fit(self.width())


class _Side[Numbers: (NetworkNumbers, SheetNumbers)](QWidget):
    """What the bar shows for one lab."""

    def __init__(self, transport: Transport, texts: TransportTexts, numbers: Numbers, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.buttons = TransportButtons(transport, texts, theme)
        self.speed = TransportSpeed(transport, texts, theme)
        self.numbers = numbers
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self._row.addWidget(self.buttons)
        self._row.addWidget(self.speed)
        self._row.addStretch(1)
        self._row.addWidget(numbers)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(GAP))
