"""Below the graph, while the playhead is inside a step: its phase, what just happened, and what comes next."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.expression.sheet import Phase
from core.playhead import PHASES, Here
from core.words import mark, tr
from gui.numbers import format_count
from gui.session.playhead import Playhead
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.press_button import PressButton
from gui.widgets.text import ElidedLabel
from gui.widgets.two_lines import TwoLines

SHORT = {Phase.ZERO: mark("zero")}
NAMES = {  # in the middle of a sentence
    Phase.FORWARD: mark("forward"),
    Phase.ZERO: mark("zero gradients"),
    Phase.BACKWARD: mark("backward"),
    Phase.UPDATE: mark("update"),
}
TIPS = {
    Phase.FORWARD: mark("Forward: every sample's numbers are computed, up to the loss"),
    Phase.ZERO: mark("Zero gradients: those of the step before are set to 0"),
    Phase.BACKWARD: mark("Backward: from the loss on, every value hands its gradient to what it was made of"),
    Phase.UPDATE: mark("Update: every weight moves by what its gradient says"),
}
_LOSS_OF_BATCH = mark("loss of the batch, operation {done} of {count}")
_LOSS_OF_ALL = mark("loss of all samples, operation {done} of {count}")
_SAMPLE_OF_BATCH = mark("sample {sample} of {of} in the batch, operation {done} of {count}")
_SAMPLE = mark("sample {sample} of {of}, operation {done} of {count}")
HEIGHT, SIDE = 22, 10  # of a chip, and around its text; pixels at scale 1, as all below
DARKER = 112  # percent: white letters on the light theme's violet need it


class PhaseChip(PressButton):
    """One phase: filled when it is the present one, soft when it is done. Going backward is violet."""

    def __init__(self, phase: Phase, theme: Theme) -> None:
        super().__init__()
        self._theme, self.phase = theme, phase
        self._done = False
        self.setText(tr(SHORT.get(phase, NAMES[phase])))
        self.setObjectName(f"phase_{SHORT.get(phase, phase.value)}")
        self.setAccessibleName(tr("Go to phase {phase}", phase=tr(NAMES[phase])))
        self.setToolTip(tr("{phase}. Click to go to where it begins", phase=tr(TIPS[phase])))
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_phase(self, present: Phase) -> None:
        """Light it up, or not."""
        self._done = PHASES.index(self.phase) < PHASES.index(present)
        self.setChecked(self.phase is present)
        self.update()

    def nextCheckState(self) -> None:
        """A click asks; only the playhead checks."""

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(self._theme.font(12, bold=True)).horizontalAdvance(self.text())
        return QSize(wide + 2 * self._theme.px(SIDE), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        strong = colours.accent_text
        if self.phase is Phase.BACKWARD:
            strong = colours.glow if self._theme.dark else colours.glow.darker(DARKER)
        on, soft = self.isChecked(), self._done or self.underMouse()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = px(2 if self.hasFocus() else 1)
        painter.setPen(QPen(colours.ink if self.hasFocus() else strong if on else colours.line, wide))
        painter.setBrush(strong if on else colours.soft if soft else colours.card)
        pill = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setFont(self._theme.font(12, bold=on))
        painter.setPen(colours.card if on else colours.ink if self._done else colours.mute)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


class PlayheadFoot(QWidget):
    """Four chips, how far the phase is, a sentence of what happened, one of what comes; away between two steps."""

    shown_changed = Signal(bool)

    def __init__(self, playhead: Playhead, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("playheadFoot")
        self.setAccessibleName(tr("Inside the step"))
        self._playhead, self._theme = playhead, theme
        self.chips = {phase: PhaseChip(phase, theme) for phase in PHASES}
        self._progress = ElidedLabel("", "mute")
        self._progress.setObjectName("playheadProgress")
        self._progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._leave = IconButton("close", theme, tr("Leave the step (Escape in the graph)"), size=14)
        self._leave.setObjectName("leaveStep")
        self._told = TwoLines(theme)
        self._told.setObjectName("playheadTold")
        self._told.set_lines(2, 2)
        self._coming = TwoLines(theme, mute=True)
        self._coming.setObjectName("playheadComing")
        self._coming.set_lines(1, 1)
        self._lay_out()
        for phase, chip in self.chips.items():
            chip.clicked.connect(partial(self._on_chip_clicked, phase))
        self._leave.clicked.connect(playhead.leave)
        playhead.here_changed.connect(self._on_here_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_here_changed(playhead.here)

    @property
    def progress(self) -> str:
        return self._progress.text()

    @property
    def told(self) -> str:
        """What just happened."""
        return self._told.text()

    @property
    def coming(self) -> str:
        """What comes next."""
        return self._coming.text()

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        for chip in self.chips.values():
            self._top.addWidget(chip)
        self._top.addWidget(self._progress, 1)
        self._top.addWidget(self._leave)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self._told)
        self._column.addWidget(self._coming)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_chip_clicked(self, phase: Phase) -> None:
        self._playhead.go_to_phase(phase)

    @Slot(object)
    def _on_here_changed(self, here: Here | None) -> None:
        self.setVisible(here is not None)
        if here is None:
            return
        for phase, chip in self.chips.items():
            chip.show_phase(here.position.phase)
            chip.setEnabled(phase is not Phase.ZERO or here.shape.zeroed > 0)
        self._progress.setText(progress_of(here))
        self._told.setText(here.sentence)
        self._coming.setText(tr("Next: {what}", what=here.coming))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(4), px(6), 0, 0)
        self._column.setSpacing(px(6))
        self._top.setContentsMargins(0, 0, 0, 0)
        self._top.setSpacing(px(6))


def progress_of(here: Here) -> str:
    """`sample 3 of 4, operation 12 of 77`, `sample 3 of 20 in the batch, …`, `parameter 5 of 41`."""
    position, done, count = here.position, format_count(here.position.done), format_count(here.count)
    if position.phase in (Phase.ZERO, Phase.UPDATE):
        return tr("parameter {done} of {count}", done=done, count=count)
    if position.sample >= here.samples:
        words = _LOSS_OF_BATCH if here.batched else _LOSS_OF_ALL
        return tr(words, done=done, count=count)
    sample, of = format_count(position.sample + 1), format_count(here.samples)
    return tr(_SAMPLE_OF_BATCH if here.batched else _SAMPLE, sample=sample, of=of, done=done, count=count)
