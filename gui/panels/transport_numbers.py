"""The numbers at the right of the transport bar, those of each lab."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.expression.sheet import Phase
from core.words import mark, tr
from gui.frames import Frame
from gui.numbers import MAX_WIDTH, format_count, format_exact, format_number, format_percent
from gui.sheet_frames import SheetFrame
from gui.theme import Theme
from gui.widgets.readout import Readout

MEANINGS = (
    mark("step: how often the weights have been changed in this run"),
    mark("loss: how wrong the network is over all samples, L2 included; training makes it small"),
    mark("accuracy: the part of the samples whose output has the sign of the target"),
    mark("learning rate: how far the next step moves each weight against its gradient"),
)
TEST_LOSS = mark("loss of the rows kept back for testing, without penalties")
TEST_ACCURACY = mark("accuracy on the rows kept back for testing")
GAP = 20  # pixels at scale 1


class _Numbers(QWidget):
    """A row of readouts."""

    def __init__(self, theme: Theme, readouts: tuple[Readout, ...]) -> None:
        super().__init__()
        self._theme, self._readouts = theme, readouts
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for readout in readouts:
            self._row.addWidget(readout)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def clear(self) -> None:
        """Something else begins."""
        for readout in self._readouts:
            readout.clear()

    @property
    def last(self) -> QWidget:
        """The one that goes where there is little room."""
        return self._readouts[-1]

    @property
    def last_width(self) -> int:
        """What it takes, with the gap beside it."""
        return self.last.sizeHint().width() + self._theme.px(GAP)

    @property
    def least_width(self) -> int:
        """Of all the others."""
        others = self._readouts[:-1]
        return sum(readout.sizeHint().width() for readout in others) + (len(others) - 1) * self._theme.px(GAP)

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(GAP))


class NetworkNumbers(_Numbers):
    """Step, loss, accuracy and learning rate of the newest frame."""

    def __init__(self, theme: Theme) -> None:
        self._diverged_at: int | None = None
        self._step = Readout(tr("step"), theme, characters=9, name="stepValue")
        self._loss = Readout(tr("loss"), theme, characters=MAX_WIDTH, name="lossValue")
        self._accuracy = Readout(tr("accuracy"), theme, characters=7, name="accuracyValue")
        self._rate = Readout(tr("learning rate"), theme, characters=9, name="rateValue")
        readouts = self._step, self._loss, self._accuracy, self._rate
        for readout, meaning in zip(readouts, MEANINGS, strict=True):
            readout.setToolTip(tr(meaning))
        super().__init__(theme, readouts)

    def show_frame(self, frame: Frame) -> None:
        self._step.show_text(format_count(frame.step))
        self._loss.show_text(format_number(frame.loss), f"{format_exact(frame.loss)}\n{tr(MEANINGS[1])}")
        self._accuracy.show_text(format_percent(frame.accuracy))
        self._rate.show_text(f"{frame.learning_rate:#.3g}", f"{format_exact(frame.learning_rate)}\n{tr(MEANINGS[3])}")
        self._show_test(frame.test_loss, frame.test_accuracy)
        after_divergence = self._diverged_at is not None and frame.step >= self._diverged_at
        self._loss.set_bad(after_divergence or not math.isfinite(frame.loss))

    def _show_test(self, loss: float | None, accuracy: float | None) -> None:
        """Below the numbers of the rows trained on; without rows kept back there is no such line."""
        for readout in self._readouts:
            readout.set_note_room(loss is not None)
        if loss is not None:
            self._loss.show_note(
                tr("test {loss}", loss=format_number(loss, 3)), f"{tr(TEST_LOSS)}: {format_exact(loss)}"
            )
            share = "" if accuracy is None else tr("test {accuracy}", accuracy=format_percent(accuracy))
            self._accuracy.show_note(share, f"{tr(TEST_ACCURACY)}: {format_percent(accuracy)}" if share else "")

    def show_divergence(self, step: int) -> None:
        self._diverged_at = step
        self._loss.set_bad(True)

    def clear(self) -> None:
        self._diverged_at = None
        super().clear()


class SheetNumbers(_Numbers):
    """Where the playhead of the expression lab is, and the number at the end of the graph."""

    def __init__(self, theme: Theme) -> None:
        words = (tr("zero"), *(tr(phase.value) for phase in Phase))
        room = max(9, *map(len, words))
        self._phase = Readout(tr("pass"), theme, characters=room, name="phaseValue")
        self._position = Readout(tr("step"), theme, characters=9, name="positionValue")
        self._root = Readout(tr("result"), theme, characters=MAX_WIDTH, name="rootValue")
        self._nodes = Readout(tr("values"), theme, characters=6, name="nodesValue")
        self._phase.setToolTip(
            tr("Forward: numbers are computed. Backward: gradients are handed on, last value first.")
        )
        self._position.setToolTip(tr("Operations done so far, of all that the text asks for"))
        self._nodes.setToolTip(tr("Values in the graph, leaves included"))
        super().__init__(theme, (self._phase, self._position, self._root, self._nodes))

    def show_frame(self, frame: SheetFrame) -> None:
        sheet = frame.sheet
        phase = frame.done.phase if frame.done else Phase.FORWARD
        self._phase.show_text(tr("zero") if phase is Phase.ZERO else tr(phase.value))
        self._position.show_text(f"{frame.position}/{len(sheet.steps)}")
        self._nodes.show_text(format_count(len(sheet.graph.nodes)))
        if sheet.root < 0 or np.isnan(frame.state.data[sheet.root]):
            self._root.clear()
            return
        value, name = float(frame.state.data[sheet.root]), sheet.graph.nodes[sheet.root].address
        self._root.show_text(format_number(value), f"{name} = {format_exact(value)}")
        self._root.set_bad(not math.isfinite(value))
