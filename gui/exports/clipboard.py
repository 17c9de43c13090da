"""Pictures on the clipboard: as a bitmap for everybody, and as SVG for those who can draw."""

from __future__ import annotations

import atexit

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from gui.exports.paper import Drawing, dot_scale, drawn_image, svg_bytes

SVG_TYPE = "image/svg+xml"
MOST_COPIED = 20e6  # dots: what is pasted is seldom printed on a wall
_OWNERLESS = ("offscreen", "minimal")  # platforms whose clipboard nobody else can have


def picture_parts(drawing: Drawing) -> tuple[QImage, bytes]:
    """A bitmap of a drawing and its SVG; in any thread."""
    size = drawing.size
    scale = min(dot_scale(drawing), (MOST_COPIED / (size.width() * size.height())) ** 0.5)
    return drawn_image(drawing, scale), svg_bytes(drawing)


def put_picture(image: QImage, svg: bytes) -> None:
    """Both to the clipboard."""
    data = QMimeData()
    data.setImageData(image)
    data.setData(SVG_TYPE, svg)
    QGuiApplication.clipboard().setMimeData(data)
    atexit.unregister(_leave_bitmap)
    atexit.register(_leave_bitmap)


def _leave_bitmap() -> None:
    """Data that Python made must not outlive Python: Qt would ask it when it is gone, and the process would crash."""
    if QGuiApplication.instance() is None:
        return
    clipboard = QGuiApplication.clipboard()
    ours = clipboard.ownsClipboard() or QGuiApplication.platformName() in _OWNERLESS
    if ours and clipboard.mimeData().hasFormat(SVG_TYPE):
        clipboard.setImage(clipboard.image())
