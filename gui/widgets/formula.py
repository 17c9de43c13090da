"""A typeset formula as a widget: crisp at every scale, in the ink of the theme, never wider than its place."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.words import tr
from gui.maths import Maths
from gui.theme import Theme

SMALLEST = 9  # pixels at scale 1: letters of a formula that is too wide are typeset no smaller, then scaled down
_FRACTION = re.compile(r"\\[td]?frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_WORDS = {r"\partial": "∂", r"\cdot": "·", r"\times": "×", r"\sum": "sum", r"\lambda": "λ", r"\eta": "η"}


class FormulaLabel(QWidget):
    """Shows one formula, left-aligned. Its height is reserved before the picture comes, so nothing jumps."""

    def __init__(
        self, maths: Maths, theme: Theme, *, size: int = 15, lines: float = 1.5, parent: QWidget | None = None
    ) -> None:
        """`size`: of the letters, at scale 1. `lines`: the height kept free, in letter sizes (a fraction: 2.6)."""
        super().__init__(parent)
        self._maths, self._theme = maths, theme
        self._size, self._lines = size, lines
        self._tex = self._tip = ""
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        maths.ready.connect(self._on_ready)
        theme.changed.connect(self._on_theme_changed)

    @property
    def tex(self) -> str:
        return self._tex

    @property
    def picture(self) -> QPixmap | None:
        """What is on screen; None while the formula is being typeset or cannot be."""
        return self._picture

    def set_tip(self, tip: str) -> None:
        """What the tooltip says of a formula that could be typeset."""
        self._tip = tip
        if not self._maths.error(self._tex):
            self.setToolTip(tip)

    def set_tex(self, tex: str) -> None:
        """Show this formula; empty for none."""
        if tex == self._tex:
            return
        self._tex = tex
        self.setAccessibleName(spoken(tex))
        self._refresh()

    def sizeHint(self) -> QSize:
        needed = self._theme.px(self._size * self._lines)
        if self._picture is not None:
            needed = max(needed, min(self._height_of(self._picture), 2 * needed))
        return QSize(self._theme.px(120), needed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(40), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(self._place_of(self._picture), self._picture, QRectF(self._picture.rect()))
        elif self._maths.error(self._tex):
            painter.setFont(self._theme.font(11, mono=True))
            painter.setPen(self._theme.palette.mute)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, spoken(self._tex))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._refresh()
        return super().event(event)

    def _refresh(self) -> None:
        """Take the best picture there is; ask for a better one if need be."""
        if not self.isVisible():
            return
        before = self.sizeHint().height()
        self._picture = self._fitting_picture()
        error = self._maths.error(self._tex)
        self.setToolTip(tr("This formula could not be typeset ({error})", error=error) if error else self._tip)
        if self.sizeHint().height() != before:
            self.updateGeometry()
        self.update()

    def _fitting_picture(self) -> QPixmap | None:
        size, ratio, ink = self._theme.px(self._size), self.devicePixelRatioF(), self._theme.palette.ink
        full = self._maths.request(self._tex, size, ink, ratio)
        if full is None or full.deviceIndependentSize().width() <= self.width():
            return full
        smaller = int(size * self.width() / full.deviceIndependentSize().width())
        return self._maths.request(self._tex, max(smaller, self._theme.px(SMALLEST)), ink, ratio) or full

    def _height_of(self, picture: QPixmap) -> int:
        return round(self._place_of(picture).height() + 0.49)

    def _place_of(self, picture: QPixmap) -> QRectF:
        """Where the picture goes: its own size, on whole pixels, or smaller if it is too wide."""
        size = picture.deviceIndependentSize()
        shrink = min(1.0, self.width() / max(1.0, size.width()))
        height = size.height() * shrink
        return QRectF(0, max(0, int((self.height() - height) / 2)), size.width() * shrink, height)

    def _on_ready(self, tex: str) -> None:
        if tex == self._tex:
            self._refresh()

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self._refresh()


def spoken(tex: str) -> str:
    r"""TeX as a line that a screen reader can read: `\frac{dL}{dh_{2}}` becomes `dL/dh_2`."""
    text = tex
    while (shorter := _FRACTION.sub(r" \1/\2 ", text)) != text:
        text = shorter
    for command, sign in _WORDS.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])", sign, text)
    text = re.sub(r"\\(left|right|,|;|!|quad|mathrm|operatorname|text)(?![a-zA-Z])", "", text)
    text = re.sub(r"[{}\\]", "", text)
    text = re.sub(r"∂ +", "∂", text)
    return re.sub(r" +", " ", text).strip()
