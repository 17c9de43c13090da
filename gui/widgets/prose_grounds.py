"""The soft ground behind code in prose: Qt's own would have sharp corners and no margin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QTextBlock, QTextDocument

from gui.widgets.prose_document import CodeGround, Part
from gui.widgets.prose_styles import CODE_ABOVE, CODE_SIDE, ProseStyles

RADIUS = 6  # px at scale 1, behind lines of code
SMALL_RADIUS = 4  # … and behind code within a line
BEYOND = 2  # px at scale 1 that the ground of code within a line reaches beyond it, into the spaces around


def paint_grounds(
    painter: QPainter, document: QTextDocument, parts: Iterable[Part], styles: ProseStyles, seen: QRectF
) -> None:
    """`seen`: the area of the document that is on screen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(styles.theme.palette.soft)
    reach = styles.px(CODE_SIDE)
    for part in parts:
        if not isinstance(part, CodeGround):
            continue
        block = document.findBlock(part.start)
        lines = document.documentLayout().blockBoundingRect(block)
        if lines.adjusted(-reach, -reach, reach, reach).intersects(seen):
            radius = styles.px(RADIUS if part.block else SMALL_RADIUS)
            for area in _areas(document, block, part, styles):
                painter.drawRoundedRect(area, radius, radius)


def _areas(document: QTextDocument, block: QTextBlock, part: CodeGround, styles: ProseStyles) -> Iterator[QRectF]:
    layout = block.layout()
    if part.block:
        lines = layout.boundingRect().translated(layout.position())
        width = document.textWidth() - 2 * document.documentMargin()
        above = styles.px(CODE_ABOVE)
        yield QRectF(document.documentMargin(), lines.top() - above, width, lines.height() + 2 * above)
        return
    metrics, beyond = styles.code_metrics, styles.px(BEYOND)
    start, end = part.start - block.position(), part.start - block.position() + part.length
    for line in (layout.lineAt(i) for i in range(layout.lineCount())):
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        while first < last < end and document.characterAt(block.position() + last - 1) == " ":
            last -= 1  # a space at which the line is broken
        if first < last:
            left, right = line.cursorToX(first)[0], line.cursorToX(last)[0]
            top = line.y() + line.ascent() - metrics.ascent()
            area = QRectF(left, top, right - left, metrics.ascent() + metrics.descent())
            yield area.adjusted(-beyond, 0, beyond, 0).translated(layout.position())
