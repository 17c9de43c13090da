"""How far one step of the transport goes: operation, sample, step or epoch."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot

from core.words import mark, tr
from gui.session.playhead import SCALES, Playhead, Scale
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox

WORDS = {
    Scale.OPERATION: mark("one operation: a product, a sum, a gradient handed on"),
    Scale.SAMPLE: mark("one sample forward or backward; all gradients set to zero; the update"),
    Scale.STEP: mark("one step of training: the whole batch, and the update"),
    Scale.EPOCH: mark("one epoch: steps until every sample was used once"),
}


class ScaleChoice(ChoiceBox):
    """Shows and chooses the playhead's scale."""

    def __init__(self, playhead: Playhead, theme: Theme) -> None:
        super().__init__(theme, [(scale.value, tr(scale.value)) for scale in SCALES])
        self._playhead = playhead
        self.setObjectName("scaleChoice")
        self.setAccessibleName(tr("Scale of a step"))
        self.choice_changed.connect(self._on_choice_changed)
        playhead.scale_changed.connect(self._on_scale_changed)
        self._on_scale_changed(playhead.scale)

    def sizeHint(self) -> QSize:
        """As wide as the widest choice: the buttons keep their place."""
        words = (self.fontMetrics().horizontalAdvance(tr(scale.value)) for scale in SCALES)
        return QSize(max(words) + self._theme.px(34), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @Slot(str)
    def _on_choice_changed(self, key: str) -> None:
        self._playhead.set_scale(Scale(key))

    @Slot(object)
    def _on_scale_changed(self, scale: Scale) -> None:
        self.set_value(scale.value)
        self.setToolTip(tr("A step is {words} (finer Ctrl+,  coarser Ctrl+.)", words=tr(WORDS[scale])))
