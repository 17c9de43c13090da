"""The playhead's slider: a ring a step, the phases with their extent below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QEvent, QLineF, QPointF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from core.expression.sheet import Phase, Sheet
from core.words import tr
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme

HEIGHT, TRACK = 40, 11  # pixels at scale 1, as all below: the whole, and the middle of the line in it
MARGIN = 8  # left and right of the line: half of the handle
RING, HANDLE = 3.5, 6.5  # radii
LINE = 3
NEAREST = 11.0  # from ring to ring; with more steps only some of them have one
LABEL_SIZE = 11
STRIDES = (1, 2, 5)
PAGES = 10  # turns of Page Down from one end to the other


@dataclass(frozen=True)
class Stretch:
    """Steps of one phase in a row."""

    phase: Phase
    start: int  # steps done before
    end: int  # steps done after


def stretches(sheet: Sheet) -> tuple[Stretch, ...]:
    """The phases of a sheet in their order."""
    found, start = [], 0
    for phase, steps in groupby(sheet.steps, key=lambda step: step.phase):
        end = start + sum(1 for _ in steps)
        found.append(Stretch(phase, start, end))
        start = end
    return tuple(found)


def stride_for(steps: int, width: float) -> int:
    """Every how manyth step has a ring: 1, 2, 5, 10, 20 …"""
    factor = 1
    while True:
        for base in STRIDES:
            if steps <= 0 or width * base * factor >= steps * NEAREST:
                return base * factor
        factor *= 10


class SheetTimeline(QSlider):
    """Positions are steps done. Dragging, clicking and keys move the playhead of `sheets`; arrows go step by step."""

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("sheetTimeline")
        self.setAccessibleName(tr("Timeline of the steps"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setRange(0, 0)
        self._sheets, self._theme = sheets, theme
        self._sheet: Sheet | None = None
        self._stretches: tuple[Stretch, ...] = ()
        self._dragging = False
        self.valueChanged.connect(self._on_value_changed)
        sheets.frame_ready.connect(self._on_frame_ready)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        if sheets.frame is not None:
            self._on_frame_ready(sheets.frame)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The phases that are named below the line."""
        return self._stretches

    def x_of(self, position: int) -> float:
        """Where a position of the playhead lies."""
        share = position / self.maximum() if self.maximum() else 0.0
        return self._theme.px(MARGIN) + share * self._span

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(HEIGHT))

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter)
        if self.maximum():
            self._paint_rings(painter)
            self._paint_phases(painter)
        self._paint_handle(painter)

    def _paint_line(self, painter: QPainter) -> None:
        colours, middle, here = self._theme.palette, self._middle, self.x_of(self.value())
        cap = Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(colours.line, self._theme.px(LINE), Qt.PenStyle.SolidLine, cap))
        painter.drawLine(QLineF(self.x_of(0), middle, self._theme.px(MARGIN) + self._span, middle))
        if self.value():
            painter.setPen(QPen(colours.accent, self._theme.px(LINE), Qt.PenStyle.SolidLine, cap))
            painter.drawLine(QLineF(self.x_of(0), middle, here, middle))

    def _paint_rings(self, painter: QPainter) -> None:
        """Done ones in the accent; the last step always has one."""
        colours, radius, stride = self._theme.palette, RING * self._theme.scale, stride_for(self.maximum(), self._span)
        painter.setBrush(colours.card)
        last = self.maximum()
        for position in [*(p for p in range(0, last, stride) if p == 0 or last - p >= stride), last]:
            done = position <= self.value()
            painter.setPen(QPen(colours.accent if done else colours.mute, 1.5 * self._theme.scale))
            painter.drawEllipse(QPointF(self.x_of(position), self._middle), radius, radius)

    def _paint_phases(self, painter: QPainter) -> None:
        """Each stretch's name with a line over its extent."""
        colours, px = self._theme.palette, self._theme.px
        metrics = QFontMetricsF(self._theme.font(LABEL_SIZE))
        top = px(TRACK) + px(13)
        painter.setFont(self._theme.font(LABEL_SIZE))
        names = self.name_places()
        for stretch, (left, _) in names.items():
            here = stretch.start < self.value() <= stretch.end
            painter.setPen(colours.ink if here else colours.mute)
            painter.drawText(QPointF(left, top + metrics.ascent()), tr(stretch.phase.value))
        painter.setPen(QPen(colours.line, px(1)))
        y = top + metrics.height() / 2
        for left, right in self._extents(sorted(names.values())):
            painter.drawLine(QLineF(left, y, right, y))

    def name_places(self) -> dict[Stretch, tuple[float, float]]:
        """Left and right of each name that has room: where its stretch begins, else where it ends, long ones first."""
        metrics, gap = QFontMetricsF(self._theme.font(LABEL_SIZE)), self._theme.px(8)
        places: dict[Stretch, tuple[float, float]] = {}
        for stretch in sorted(self._stretches, key=lambda each: each.start - each.end):
            wide = metrics.horizontalAdvance(tr(stretch.phase.value))
            begin, end = self._edge(stretch.start), self._edge(stretch.end) - self._theme.px(5)
            back = 0 if stretch.end >= self.maximum() else self._theme.px(9)  # apart from the name that follows
            for left in (begin, end - back - wide):
                inside = left >= 0 and left + wide <= self.width()
                if inside and all(left + wide + gap <= a or left >= b + gap for a, b in places.values()):
                    places[stretch] = left, left + wide
                    break
        return places

    def _extents(self, names: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
        """The lines of the stretches, without what the names cover."""
        gap = self._theme.px(7)
        for stretch in self._stretches:
            left, right = self._edge(stretch.start), self._edge(stretch.end) - self._theme.px(5)
            for name_left, name_right in names:
                if name_right + gap > left and name_left - gap < right:
                    if name_left - gap > left:
                        yield left, name_left - gap
                    left = max(left, name_right + gap)
            if right > left:
                yield left, right

    def _paint_handle(self, painter: QPainter) -> None:
        colours, scale = self._theme.palette, self._theme.scale
        live = self.maximum() > 0
        painter.setPen(QPen(colours.accent if live else colours.mute, 2 * scale))
        painter.setBrush(colours.card)
        centre = QPointF(self.x_of(self.value()), self._middle)
        painter.drawEllipse(centre, HANDLE * scale, HANDLE * scale)
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawEllipse(centre, 3.5 * scale, 3.5 * scale)

    @property
    def _middle(self) -> float:
        return float(self._theme.px(TRACK))

    @property
    def _span(self) -> float:
        return max(self.width() - 2 * self._theme.px(MARGIN), 1.0)

    def _edge(self, position: int) -> float:
        """Where a stretch that begins after so many steps begins: half way to its first ring, so that it holds it."""
        if position == 0:
            return self.x_of(0) - self._theme.px(3)
        if position >= self.maximum():
            return self._theme.px(MARGIN) + self._span + self._theme.px(5)
        return (self.x_of(position) + self.x_of(position + 1)) / 2

    # -- moving ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.maximum():
            self._dragging = True
            self._sheets.seek(self._position_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._sheets.seek(self._position_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only with the focus; up is forward."""
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self._sheets.seek(self.value() + (1 if event.angleDelta().y() > 0 else -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = self._page()
        targets = {
            Qt.Key.Key_Left: self.value() - 1,
            Qt.Key.Key_Right: self.value() + 1,
            Qt.Key.Key_Down: self.value() - 1,
            Qt.Key.Key_Up: self.value() + 1,
            Qt.Key.Key_PageUp: self.value() + page,
            Qt.Key.Key_PageDown: self.value() - page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.maximum(),
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        else:
            self._sheets.seek(target)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip(self._position_at(event.pos().x())), self)
            return True
        return super().event(event)

    def tip(self, position: int) -> str:
        """What the tooltip says about a place."""
        if not self.maximum():
            return tr("No steps yet")
        return tr("{place}\nclick or drag; arrows go step by step", place=self._where(position))

    def _page(self) -> int:
        return max(self.maximum() // PAGES, 2)

    def _position_at(self, x: float) -> int:
        share = (x - self._theme.px(MARGIN)) / self._span
        return round(max(0.0, min(share, 1.0)) * self.maximum())

    def _where(self, position: int) -> str:
        found = next((each for each in self._stretches if each.start < position <= each.end), None)
        where = tr(found.phase.value) if found else tr("the beginning")
        return tr("step {step} of {last}, {where}", step=position, last=self.maximum(), where=where)

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        """Somebody else than this widget's own keys moved the slider: a screen reader's user."""
        if self._sheet is not None and value != self._sheets.position:
            self._sheets.seek(value)

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame) -> None:
        blocked = self.blockSignals(True)  # the range may clip the old value
        if frame.sheet is not self._sheet:
            self._sheet = frame.sheet
            self._stretches = stretches(frame.sheet)
            self.setRange(0, len(frame.sheet.steps))
            self.setPageStep(self._page())
        self.blockSignals(blocked)
        self.setValue(frame.position)
        self.setAccessibleDescription(self._where(frame.position) if self.maximum() else tr("no steps"))
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.updateGeometry()
        self.update()
