"""What a bug did to the gradients of a sheet or a run: how many are wrong, and which, with what they should be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.bug_texts import BUG_TEXTS, LUCKY, why_harmless
from core.bugs import Bug, Bugs
from core.words import mark, tr
from gui.frames import Frame
from gui.panels.inspector_text import TextLine
from gui.panels.wrong_gradients import Wrong, count_text, wrong_count, wrong_gradients, wrong_parameters
from gui.sheet_frames import SheetFrame
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

MOST = 8  # gradients that are listed; the graph marks them all
NAME_WIDTH, NUMBER_WIDTH, COLUMN_GAP = 64, 72, 4  # pixels at scale 1; ten digits have room
WAITING = mark("Play to the end to see which gradients are wrong.")
ALL_ZERO = mark("Without the bug every gradient is 0 too.")
ELSEWHERE = mark(
    "These are the gradients of weights and biases, over all samples, as a step now uses them; the network shows them. "
    "The closer levels of the graph, the inspector and the maps are without the bug."
)
HARMLESS = frozenset({Bug.WRONG_SIGN, Bug.NO_ZERO})  # that can leave a run's gradients right
SECRET = mark("Which gradients are wrong is hidden while you predict.")
NO_TRUE = mark("Without the bug the text gives another graph, so its gradients cannot be set side by side.")


class BugSummary(QWidget):
    """Follows the frames; a name leads to its node. Hidden while no bug is on."""

    node_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bugSummary")
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self._title = TextLabel("", "title")
        self._title.setObjectName("bugSummaryTitle")
        self._title.setWordWrap(True)
        self._note = TextLabel("", "label")
        self._note.setObjectName("bugSummaryNote")
        self._note.setWordWrap(True)
        self._rows: list[_WrongRow] = []
        self._before: QWidget | None = None  # has the focus before the rows
        self._list = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._captions = _Captions(theme)
        self._column.addWidget(self._title)
        self._column.addWidget(self._captions)
        self._column.addLayout(self._list)
        self._column.addWidget(self._note)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def tab_after(self, other: QWidget) -> None:
        """Tab comes to the rows from another widget."""
        self._before = other
        for row in self._rows:
            QWidget.setTabOrder(other, row.link)
            other = row.link

    def show_frame(self, frame: SheetFrame, bugs: frozenset[Bug]) -> None:
        """The gradients at the playhead."""
        if frame.bugs != bugs:
            return  # of the sheet as it was before the bug; the next frame is on its way
        if frame.true_grad is None:
            self._show("", (), tr(NO_TRUE) if frame.at_end else tr(WAITING))
            return
        wrong, nodes = wrong_gradients(frame), len(frame.sheet.graph.nodes)
        note = ""
        if not wrong:
            graph = frame.sheet.graph
            reasons = (
                [why_harmless(bug, graph) for bug in Bug if bug in bugs] if frame.true_grad.any() else [tr(ALL_ZERO)]
            )
            note = " ".join(dict.fromkeys(reasons))
        elif len(wrong) > MOST:
            note = tr("and {n} more, marked in the graph", n=len(wrong) - MOST)
        self._show(_first_up(count_text(len(wrong), nodes)), wrong[:MOST], note)

    def show_run(self, frame: Frame, names: Sequence[str], bugs: Bugs) -> None:
        """The gradients of a run's parameters (`names`), as the next step would take them."""
        broken = frame.broken
        if broken is None or broken.bugs != bugs:
            return  # of the run as it was before the bug
        if broken.error:
            self._show(tr("No step can be taken"), (), broken.error)
            return
        count, note = wrong_count(frame), tr(ELSEWHERE)
        if not count:
            known = [tr(BUG_TEXTS[bug].harmless) for bug in Bug if bug in bugs & HARMLESS]
            reasons = (known or [tr(LUCKY)]) if broken.true_gradient.any() else [tr(ALL_ZERO)]
            note = " ".join(reasons)
        elif count > MOST:
            note = tr("and {n} more. {note}", n=count - MOST, note=note)
        title = f"{_first_up(count_text(count, len(frame.gradient)))}"
        self._show(title, wrong_parameters(frame, names, MOST), note)

    def show_secret(self) -> None:
        """Somebody is to find the gradients."""
        self._show("", (), tr(SECRET))

    def show_error(self, message: str) -> None:
        """With the bug the text does not run."""
        self._show(tr("The text does not run"), (), message)

    def _show(self, title: str, wrong: tuple[Wrong, ...], note: str) -> None:
        if (title, wrong, note) == self._shown:
            return
        self._shown = title, wrong, note
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._captions.setVisible(bool(wrong))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        while len(self._rows) < len(wrong):
            row = _WrongRow(self._theme, len(self._rows))
            row.clicked.connect(self.node_requested)
            self._rows.append(row)
            self._list.addWidget(row)
            if self._before is not None:
                self.tab_after(self._before)
        for i, row in enumerate(self._rows):
            row.setVisible(i < len(wrong))
            if i < len(wrong):
                row.show_wrong(wrong[i])

    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(4))
        self._column.setContentsMargins(0, self._theme.px(2), 0, self._theme.px(6))
        self._list.setSpacing(self._theme.px(1))


class _WrongRow(QWidget):
    """Name, what its gradient is, what it should be; the name is a link."""

    clicked = Signal(str)

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self._address = self._shown = ""
        self._name = LinkButton("", theme)
        self._name.setObjectName(f"wrongGradient{number}")
        self._name.clicked.connect(self._on_clicked)
        self._numbers = [_number_line(theme, "negative_text"), _number_line(theme, "good")]
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addStretch(1)
        for line in self._numbers:
            self._row.addWidget(line, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def link(self) -> QWidget:
        return self._name

    def show_wrong(self, wrong: Wrong) -> None:
        self._address, self._shown = wrong.address, wrong.name or wrong.address
        said = tr(
            "The gradient of {address} is {is_}, and should be {should_be}",
            address=wrong.address,
            is_=wrong.is_,
            should_be=wrong.should_be,
        )
        self._name.setToolTip(tr("{said}. Click to select it", said=said))
        self._name.setAccessibleName(said)
        for line, text in zip(self._numbers, (wrong.is_, wrong.should_be), strict=True):
            line.set_text(text)
            line.setToolTip(text)
        self._fit_name()

    def _fit_name(self) -> None:
        self._name.ensurePolished()
        metrics = self._name.fontMetrics()
        text = metrics.elidedText(self._shown, Qt.TextElideMode.ElideMiddle, self._theme.px(NAME_WIDTH))
        self._name.setText(text)
        self._name.setFixedWidth(metrics.horizontalAdvance(text) + self._theme.px(2))

    def _on_clicked(self) -> None:
        self.clicked.emit(self._address)

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(COLUMN_GAP))
        for line in self._numbers:
            line.setFixedWidth(self._theme.px(NUMBER_WIDTH))
        self._fit_name()


def _number_line(theme: Theme, colour: str) -> TextLine:
    return TextLine(theme, colour=colour, size=12, mono=True, chars=0, right=True)


class _Captions(QWidget):
    """What stands above the two columns of numbers."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self._labels = [TextLabel(text, "small") for text in (tr("is"), tr("should be"))]
        for label in self._labels:
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            label.setWordWrap(True)
            self._row.addWidget(label)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(COLUMN_GAP))
        for label in self._labels:
            label.setFixedWidth(self._theme.px(NUMBER_WIDTH))


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
