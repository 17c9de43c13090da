"""TeX to pictures, typeset by ziamath in a thread of its own and kept for reuse.

One formula takes 15–50 ms, so the GUI thread only asks: `request` answers with the picture if it is there, and
otherwise returns None and emits `ready` once it is. What is asked for last is typeset first, because that is
what the person is looking at.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, Qt, QThread, Signal, SignalInstance
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

MOST_PICTURES = 400  # a formula of 300×50 pixels takes 60 kB, so the cache stays below about 25 MB


class _Key(NamedTuple):
    tex: str
    size: int  # of the letters, in pixels before the ratio
    colour: str  # `#rrggbb`
    ratio: float  # device pixels per pixel
    inline: bool  # set for a line of text: lower fractions, and a baseline on a whole device pixel


class Typeset(NamedTuple):
    """A formula's picture and where it stands on a line."""

    picture: QPixmap
    descent: float  # pixels of the picture below the baseline


class Maths(QObject):
    """Typesets formulas off the GUI thread. Lives in the GUI thread; call `close` before the program ends."""

    ready = Signal(str)  # the TeX whose picture, or whose error, can be had now
    _wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: dict[_Key, Typeset] = {}
        self._errors: dict[str, str] = {}
        self._asked: set[_Key] = set()
        self._thread = QThread()
        self._thread.setObjectName("maths")
        self._typesetter = _Typesetter()
        self._typesetter.moveToThread(self._thread)
        self._wanted.connect(self._typesetter.on_wanted, Qt.ConnectionType.QueuedConnection)
        self._typesetter.typeset.connect(self._on_typeset, Qt.ConnectionType.QueuedConnection)

    def request(self, tex: str, size_px: int, colour: QColor, ratio: float = 1.0) -> QPixmap | None:
        """The picture of `tex` with letters of `size_px` pixels; None (and `ready` later) if there is none yet.

        None, without a `ready` to wait for, is also the answer for an empty formula, for one that cannot be
        typeset (see `error`) and after `close`.
        """
        found = self.typeset(tex, size_px, colour, ratio)
        return found.picture if found else None

    def typeset(
        self, tex: str, size_px: int, colour: QColor, ratio: float = 1.0, *, inline: bool = False
    ) -> Typeset | None:
        """As `request`, with the place of the baseline; `inline` for a formula within a line of text."""
        if not tex or tex in self._errors:
            return None
        key = _Key(tex, max(1, size_px), colour.name(), float(ratio), inline)
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures[key] = self._pictures.pop(key)  # used last, dropped last
            return picture
        if key not in self._asked and not self._typesetter.closing.is_set():
            self._asked.add(key)
            self._typesetter.waiting.append(key)
            if not self._thread.isRunning():
                self._thread.start(QThread.Priority.LowPriority)
            self._wanted.emit()
        return None

    @property
    def busy(self) -> bool:
        """Whether a formula that was asked for has not come yet."""
        return bool(self._asked)

    def error(self, tex: str) -> str:
        """Why `tex` cannot be typeset, in one line; empty if it can be or was not tried yet."""
        return self._errors.get(tex, "")

    def close(self) -> None:
        """Stop the thread and wait for it: at most one formula long. Safe to call twice."""
        self._typesetter.closing.set()
        self._thread.quit()
        self._thread.wait()

    def _on_typeset(self, key: _Key, image: QImage, descent: float, error: str) -> None:
        self._asked.discard(key)
        if error:
            self._errors[key.tex] = error
        else:
            self._pictures[key] = Typeset(QPixmap.fromImage(image), descent)
            while len(self._pictures) > MOST_PICTURES:
                del self._pictures[next(iter(self._pictures))]
        self.ready.emit(key.tex)


class _Typesetter(QObject):
    """The part of Maths that lives in the thread."""

    typeset = Signal(object, QImage, float, str)  # key, picture, descent, error

    def __init__(self) -> None:
        super().__init__()
        self.waiting: deque[_Key] = deque()  # filled by the GUI thread, emptied here; append and pop are atomic
        self.closing = threading.Event()

    def on_wanted(self) -> None:
        """Typeset the newest formula that waits. There is one call for each request."""
        if self.closing.is_set() or not self.waiting:
            return
        key = self.waiting.pop()
        image, descent, error = QImage(), 0.0, ""
        try:
            image, descent = _drawn(*key)
        except Exception as failure:  # ziamath raises anything, down to bare assertions, for TeX it cannot read
            error = f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__
        signal: SignalInstance = self.typeset
        signal.emit(key, image, descent, error)


def tidy(tex: str) -> str:
    """TeX spaced as in print: ziamath sets `\\partial z` and `\\tanh(z)` too wide."""
    tex = re.sub(r"(^|[=(,\[{<>])\s*-\s*", r"\1{-}", tex)  # a sign, and no operation
    tex = re.sub(r"\\partial(?![a-zA-Z])", r"{\\partial}", tex)
    return re.sub(r"\\(tanh|max|min|ln|log|exp|sin|cos)(?=\()", r"\\mathrm{\1}", tex)


def draw_formula(tex: str, size_px: int, colour: str, ratio: float = 1.0) -> QImage:
    """Typeset `tex` at once, on any thread. Raises whatever ziamath raises for a formula that it cannot read."""
    return _drawn(tex, size_px, colour, ratio)[0]


def _drawn(tex: str, size_px: int, colour: str, ratio: float, inline: bool = False) -> tuple[QImage, float]:
    """The picture, and how many of its pixels are below the baseline."""
    from ziamath.config import config  # importing takes 150–400 ms, so only the thread pays for it
    from ziamath.zmath import Latex

    config.svg2 = False  # QtSvg does not draw the glyphs of SVG 2
    formula = Latex(tidy(tex), size=size_px, color=colour, inline=inline)
    renderer = QSvgRenderer(QByteArray(formula.svg().encode()))
    box = renderer.viewBoxF()  # its y is 0 on the baseline
    if not renderer.isValid() or box.isEmpty():
        raise ValueError("the formula has no picture")
    above, below = -box.top() * ratio, box.bottom() * ratio
    if inline:
        above, below = float(ceil(above)), float(ceil(below))
    image = QImage(ceil(box.width() * ratio), ceil(above + below), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(QPointF(0, above / ratio + box.top()), box.size()))
    painter.end()
    return image, image.height() / ratio - above / ratio
