"""The marks of health: a shape and a colour for each severity, and one for all is well."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.health import Finding, Severity
from core.words import mark, tr
from gui.theme import Theme

SIDE = 16  # pixels at scale 1
WORDS = {
    Severity.NOTE: mark("note"),
    Severity.WARNING: mark("warning"),
    Severity.FAILURE: mark("failure"),
    None: mark("all is well"),
}
_LINE = 1.5


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The severity that counts for all of them; None without any."""
    return next((each for each in reversed(Severity) if any(found.severity is each for found in findings)), None)


class HealthMark(QWidget):
    """One mark, as large as a letter is high."""

    def __init__(self, theme: Theme, severity: Severity | None) -> None:
        super().__init__()
        self._theme, self._severity = theme, severity
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_severity(severity)
        theme.changed.connect(self._on_theme_changed)

    def set_severity(self, severity: Severity | None) -> None:
        self._severity = severity
        self.setAccessibleName(tr(WORDS[severity]))
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(SIDE)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_mark(painter, self._theme, QRectF(self.rect()), self._severity)
        painter.end()

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def draw_mark(painter: QPainter, theme: Theme, place: QRectF, severity: Severity | None) -> None:
    """A disc with a tick, a ring with an i, a triangle or an octagon with an exclamation mark, filling its place."""
    colours = theme.palette
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(place.center())
    painter.scale(place.width() / SIDE, place.height() / SIDE)
    if severity is Severity.WARNING:
        _shape(painter, colours.negative, None, _corners((0, -6.5), (7, 5.5), (-7, 5.5)))
        _exclaim(painter, colours.negative_text, -1.9, 1.2, 3.4)
    elif severity is Severity.FAILURE:
        near, far = 2.9, 7.0
        corners = _corners(
            *((near, -far), (far, -near), (far, near), (near, far)),
            *((-near, far), (-far, near), (-far, -near), (-near, -far)),
        )
        _shape(painter, colours.negative_text, colours.negative_text, corners)
        _exclaim(painter, colours.card, -3.6, 0.8, 3.6)
    else:
        colour = colours.good if severity is None else colours.mute
        painter.setPen(QPen(colour, _LINE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(0, 0), 6.3, 6.3)
        if severity is None:
            painter.drawPolyline(_corners((-2.9, 0.2), (-0.8, 2.3), (3.0, -2.1)))
        else:
            _exclaim(painter, colour, 3.4, -0.4, -3.1)
    painter.restore()


def _shape(painter: QPainter, line: QColor, fill: QColor | None, corners: QPolygonF) -> None:
    painter.setPen(QPen(line, _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    painter.drawPolygon(corners)


def _exclaim(painter: QPainter, colour: QColor, begin: float, end: float, dot: float) -> None:
    """A stroke from one height to another, and a dot; upside down it is an i."""
    painter.setPen(QPen(colour, _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(0, begin), QPointF(0, end))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(0, dot), 0.95, 0.95)


def _corners(*points: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
