"""One line above the graph while a bug is on, so that nobody takes its gradients for true."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.errors import ExpressionError
from core.words import tr
from gui.frames import Frame
from gui.panels.bug_lab import BugModel
from gui.panels.inspector_text import TextLine
from gui.panels.wrong_gradients import count_text, wrong_count, wrong_gradients
from gui.sheet_frames import Mode, SheetFrame
from gui.theme import Theme
from gui.widgets.buttons import LinkButton

HEIGHT = 30  # pixels at scale 1, as all below
ICON = 15
WORDS = 36  # characters of an error


class BugBanner(QWidget):
    """`Bug lab: = instead of += · 2 of 7 gradients are wrong · switch off`; hidden without bugs."""

    def __init__(
        self, model: BugModel, theme: Theme, mode: Mode = Mode.EXPRESSION, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bugBanner")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._model, self._theme, self._mode = model, theme, mode
        self._count = ""
        self._secret = False
        self._icon = QLabel()
        self._text = TextLine(theme, colour="negative_text", size=12, caption=tr("Bug lab"))
        self._text.setObjectName("bugBannerText")
        self._off = LinkButton(tr("switch off"), theme, tr("Switch every bug off: the right gradients again"))
        self._off.setObjectName("bugBannerOff")
        self._off.clicked.connect(self._on_off)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._off, 0, Qt.AlignmentFlag.AlignVCenter)
        model.bugs_changed.connect(self._on_bugs_changed)
        for name, slot in (("frame_ready", self._on_frame_ready), ("error_changed", self._on_error_changed)):
            signal = getattr(model, name, None)
            if signal is not None and (mode is Mode.EXPRESSION or slot == self._on_frame_ready):
                signal.connect(slot)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_bugs_changed(model.bugs)

    @property
    def text(self) -> str:
        return self._text.text()

    def set_secret(self, *, secret: bool) -> None:
        """Whether the bugs that are on are to be found: then nothing is said."""
        self._secret = secret
        self.setVisible(bool(self._model.bugs) and not secret)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.soft)
        painter.drawRoundedRect(QRectF(self.rect()), px(6), px(6))
        painter.end()

    def _say(self) -> None:
        titles = [tr(text.title) for bug, text in BUG_TEXTS.items() if bug in self._model.bugs]
        parts = [tr("Bug lab: {titles}", titles=", ".join(titles)), *filter(None, [self._count])]
        self._text.set_text(" · ".join(parts))
        self._text.setToolTip(self._text.text())

    @Slot(object)
    def _on_bugs_changed(self, bugs: frozenset[Bug]) -> None:
        self._count = ""
        self._say()
        self.setVisible(bool(bugs) and not self._secret)
        self._on_frame_ready(getattr(self._model, "frame", None))

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame | Frame | None) -> None:
        if not self._model.bugs or (frame is None and getattr(self._model, "error", None) is None):
            return
        error = getattr(self._model, "error", None) if self._mode is Mode.EXPRESSION else None
        if error is not None:
            self._count = tr("the text does not run: {why}", why=_first_words(str(error)))
        elif isinstance(frame, SheetFrame):
            known = frame.bugs == self._model.bugs and frame.true_grad is not None
            self._count = count_text(len(wrong_gradients(frame)), len(frame.sheet.graph.nodes)) if known else ""
        elif frame is not None:
            self._count = _run_text(frame) if frame.broken and frame.broken.bugs == self._model.bugs else ""
        self._say()

    @Slot(object)
    def _on_error_changed(self, _error: ExpressionError | None) -> None:
        self._count = ""
        self._say()
        self._on_frame_ready(getattr(self._model, "frame", None))

    @Slot()
    def _on_off(self) -> None:
        self._model.set_bugs(frozenset())

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        side = px(ICON)
        self._icon.setPixmap(
            self._theme.icon("warning", self._theme.palette.negative_text).pixmap(
                QSize(side, side), self.devicePixelRatioF()
            )
        )
        self._row.setContentsMargins(px(10), 0, px(10), 0)
        self._row.setSpacing(px(8))
        self.updateGeometry()
        self.update()


def _first_words(message: str) -> str:
    """As much of the first sentence as has room beside the names of bugs."""
    sentence = message.partition(". ")[0].removesuffix(".")
    return sentence if len(sentence) <= WORDS else f"{sentence[:WORDS].rpartition(' ')[0]} …"


def _run_text(frame: Frame) -> str:
    """Of a run's weights; at the closer levels of its graph there are the true gradients."""
    if frame.broken is not None and frame.broken.error:
        return tr("no step can be taken")
    count = wrong_count(frame)
    text = count_text(count, len(frame.gradient))
    return tr("{text}; closer levels show the true ones", text=text) if count else text
