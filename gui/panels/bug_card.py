"""One bug that is on: what it does and why, its wrong line beside the right one, and where that shows best."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.bug_texts import BUG_TEXTS, BugText
from core.bugs import Bug
from core.words import tr
from gui.panels.inspector_text import ThemedLabel, draw_fitting
from gui.sheet_frames import Mode
from gui.theme import Theme
from gui.widgets.buttons import LinkButton

CODE_SIZE = 12  # pixels at scale 1, as all below
CAPTION_SIZE = 11
LINE_HEIGHT = 18
MARGIN, STRIPE = 9, 3


def camel_name(bug: Bug) -> str:
    """`NoZero`, for the names of widgets."""
    return "".join(word.capitalize() for word in bug.value.split("-"))


class CodeLines(QWidget):
    """A few lines of code in a well, with a stripe and a word that say whether they are wrong or right."""

    def __init__(self, code: str, beside: str, *, right: bool, theme: Theme) -> None:
        """`beside`: other code that is to have the same size of letters."""
        super().__init__()
        self._lines = code.split("\n")
        self._widest = max([*self._lines, *beside.split("\n")], key=len)
        self._right, self._theme = right, theme
        self.setAccessibleName(f"{self._word}: {code}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def _word(self) -> str:
        return tr("right") if self._right else tr("wrong")

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(px(200), px(LINE_HEIGHT) * (len(self._lines) + 1) + px(6))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.soft)
        painter.drawRoundedRect(QRectF(self.rect()), px(5), px(5))
        painter.setBrush(colours.good if self._right else colours.negative)
        painter.drawRoundedRect(QRectF(0, 0, px(STRIPE), self.height()), px(STRIPE) / 2, px(STRIPE) / 2)
        place = QRectF(px(MARGIN), px(3), self.width() - 2 * px(MARGIN) + px(4), px(LINE_HEIGHT))
        painter.setPen(colours.good if self._right else colours.negative_text)
        draw_fitting(painter, self._theme, place, self._word, CAPTION_SIZE)
        painter.setPen(colours.ink)
        size = self._code_size(place.width())
        for line in self._lines:
            place.translate(0, px(LINE_HEIGHT))
            draw_fitting(painter, self._theme, place, line, size, mono=True)
        painter.end()

    def _code_size(self, room: float) -> int:
        """One size for all lines, so that what differs is the code alone."""
        for size in range(CODE_SIZE, CODE_SIZE - 3, -1):
            metrics = QFontMetricsF(self._theme.font(size, mono=True))
            if metrics.horizontalAdvance(self._widest) <= room:
                return size
        return CODE_SIZE - 2

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


class BugCard(QWidget):
    """What stands below the switch of a bug; the switch says its name."""

    example_requested = Signal(str)

    def __init__(self, bug: Bug, mode: Mode, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"bugCard{camel_name(bug)}")
        self._theme = theme
        text: BugText = BUG_TEXTS[bug]
        self._showing = text.sheet if mode is Mode.EXPRESSION else text.network
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setAccessibleName(tr(text.title))
        self._sentence = self._paragraph(tr(text.sentence), "ink", "bugSentence")
        self._link: LinkButton | None = None
        self._column.addWidget(self._sentence)
        self._column.addWidget(CodeLines(text.wrong, text.right, right=False, theme=theme))
        self._column.addWidget(CodeLines(text.right, text.wrong, right=True, theme=theme))
        if self._showing is not None:
            link = LinkButton(
                tr("Try it on {title}", title=tr(self._showing.title)),
                theme,
                tr("Load this example; undo brings back yours"),
            )
            link.setObjectName(f"tryBug{camel_name(bug)}")
            link.clicked.connect(self._on_clicked)
            self._column.addWidget(link)
            self._link = link
            self._column.addWidget(self._paragraph(tr(self._showing.figure), "mute", "bugFigure"))
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def sentence_end(self) -> int:
        """How far down the sentence reaches, in pixels."""
        return self._sentence.geometry().bottom()

    def tab_after(self, other: QWidget) -> None:
        """Tab comes to the card's link from another widget."""
        if self._link is not None:
            QWidget.setTabOrder(other, self._link)

    def _paragraph(self, text: str, colour: str, name: str) -> ThemedLabel:
        label = ThemedLabel(self._theme, text, colour=colour, size=12)
        label.setObjectName(name)
        label.setWordWrap(True)
        return label

    def _on_clicked(self) -> None:
        assert self._showing is not None
        self.example_requested.emit(self._showing.example)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(6))
        self._column.setContentsMargins(0, px(2), 0, px(12))  # apart from the next switch
