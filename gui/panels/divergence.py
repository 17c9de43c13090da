"""The banner that appears when training met a number that is not finite: what, where first, and what to do."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import tr
from gui.frames import Divergence, Frame, RunStarted
from gui.numbers import format_count
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel


class DivergenceBanner(QWidget):
    """Stays until the numbers are finite again: after a step back, a reset, or a change that mends it."""

    def __init__(self, runs: Runs, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("divergenceBanner")
        self._runs, self._selection, self._theme = runs, selection, theme
        self._divergence: Divergence | None = None
        self._best: tuple[float, int] | None = None  # the lowest loss of the run, and its step
        self._links: dict[str, LinkButton] = {}
        self._text = TextLabel("", "error")
        self._text.setObjectName("divergenceText")
        self._text.setWordWrap(True)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._text, 1)
        for name, text, tip, verb in (
            ("divergenceNode", tr("go to the node"), tr("Select it: the inspector shows its numbers"), self._on_node),
            ("divergenceBack", tr("step back"), tr("To the step before, exactly (,)"), self._on_back),
            ("divergenceBefore", "", "", self._on_before),
            ("divergenceReset", tr("reset"), tr("Begin again with the same weights (Ctrl+R)"), self._on_reset),
        ):
            button = LinkButton(text, theme, tip)
            button.setObjectName(name)
            button.clicked.connect(verb)
            self._row.addWidget(button)
            self._links[name] = button
        self.hide()
        runs.diverged.connect(self._on_diverged)
        runs.frame_ready.connect(self._on_frame_ready)
        runs.run_started.connect(self._on_run_started)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours.card)
        painter.setPen(QPen(colours.negative, self._theme.px(2)))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    @Slot(object)
    def _on_diverged(self, divergence: Divergence) -> None:
        self._divergence = divergence
        told = {"step": divergence.step, "address": divergence.address, "value": divergence.value}
        told["advice"] = divergence.advice
        if divergence.in_gradient:
            text = tr("Paused before step {step}: the gradient of {address} is {value}. {advice}", **told)
        else:
            text = tr("Paused before step {step}: {address} is {value}. {advice}", **told)
        self._text.setText(text)
        self._offer_before(divergence)
        self.show()

    def _offer_before(self, divergence: Divergence) -> None:
        """The way back to where all was well, unless that is but the step before."""
        link = self._links["divergenceBefore"]
        step = self._best[1] if self._best is not None else divergence.step
        link.setVisible(step < divergence.step - 1)
        link.setText(tr("look at step {step}", step=format_count(step)))
        link.setAccessibleName(link.text())
        link.setToolTip(tr("Where the loss was lowest, exactly as it was; play or a change goes on from there"))

    def _follow(self, frame: Frame) -> None:
        """Remember where the loss was lowest; of small batches only what all samples' loss was."""
        if frame.is_past:
            return
        if self._best is not None and self._best[1] > frame.head:
            self._best = None  # taken back
        found = [] if self._best is None else [self._best]
        if math.isfinite(frame.loss):
            found.append((frame.loss, frame.step))
        if frame.curve is not None and frame.full_batch and np.isfinite(frame.curve.losses).any():
            i = int(np.nanargmin(frame.curve.losses))
            found.append((float(frame.curve.losses[i]), int(frame.curve.steps[i])))
        self._best = min(found, default=None)

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        self._follow(frame)
        if self._divergence is None or frame.divergence is not None:
            return
        finite = math.isfinite(frame.loss) and bool(np.isfinite(frame.gradient).all())
        if finite or frame.step != self._divergence.step:
            self._put_away()

    @Slot(object)
    def _on_run_started(self, _started: RunStarted) -> None:
        self._best = None
        self._put_away()

    @Slot()
    def _on_node(self) -> None:
        if self._divergence is not None:
            self._selection.select(self._divergence.address)

    @Slot()
    def _on_back(self) -> None:
        self._runs.step_back()

    @Slot()
    def _on_before(self) -> None:
        if self._best is not None:
            self._runs.look_at(self._best[1])

    @Slot()
    def _on_reset(self) -> None:
        self._runs.reset()

    def _put_away(self) -> None:
        self._divergence = None
        self.hide()

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(16), px(8), px(16), px(8))
        self._row.setSpacing(px(14))
