"""How far one step of the transport goes: operation, sample, step or epoch."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot

from gui.session.playhead import SCALES, Playhead, Scale
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox

WORDS = {
    Scale.OPERATION: "one operation: a product, a sum, a gradient handed on",
    Scale.SAMPLE: "one sample forward or backward; all gradients set to zero; the update",
    Scale.STEP: "one step of training: the whole batch, and the update",
    Scale.EPOCH: "one epoch: steps until every sample was used once",
}


class ScaleChoice(ChoiceBox):
    """Shows and chooses the playhead's scale."""

    def __init__(self, playhead: Playhead, theme: Theme) -> None:
        super().__init__(theme, [(scale.value, scale.value) for scale in SCALES])
        self._playhead = playhead
        self.setObjectName("scaleChoice")
        self.setAccessibleName("Scale of a step")
        self.choice_changed.connect(self._on_choice_changed)
        playhead.scale_changed.connect(self._on_scale_changed)
        self._on_scale_changed(playhead.scale)

    def sizeHint(self) -> QSize:
        """As wide as the widest choice: the buttons keep their place."""
        words = (self.fontMetrics().horizontalAdvance(scale.value) for scale in SCALES)
        return QSize(max(words) + self._theme.px(34), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @Slot(str)
    def _on_choice_changed(self, key: str) -> None:
        self._playhead.set_scale(Scale(key))

    @Slot(object)
    def _on_scale_changed(self, scale: Scale) -> None:
        self.set_value(scale.value)
        self.setToolTip(f"A step is {WORDS[scale]} (finer Ctrl+,  coarser Ctrl+.)")
