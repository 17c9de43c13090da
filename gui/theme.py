"""How everything looks: colours, sizes, fonts, icons and the one style sheet. Passed to widgets as an argument."""

from __future__ import annotations

import functools
import math
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QSize, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from gui.palette import DARK, LIGHT, Palette, diverging_table, qt_palette
from gui.style_sheet import filled_style_sheet

__all__ = ["MODES", "SCALES", "Palette", "Theme"]

MODES = ("system", "light", "dark")
SCALES = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5)  # the steps of zooming
INTERFACE_FAMILY = "Inter"
NUMBER_FAMILY = "JetBrains Mono"


class Theme(QObject):
    """Colours and sizes now; `changed` says that both may have changed and everything should be drawn anew."""

    changed = Signal()

    def __init__(self, mode: str = "system", scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app: QApplication | None = None
        self._mode = _checked_mode(mode)
        self._scale = _clamped_scale(scale)
        self._tinted = QTemporaryDir()  # icons in the colours of the theme: Qt's style sheets read them from files
        self._icons: dict[tuple[str, str, str], QIcon] = {}  # by name, colour, colour when disabled
        self._paths: dict[tuple[str, str, bool], str] = {}  # of what was written there: icon, colour, faded
        hints = QGuiApplication.styleHints()
        self._system_dark = hints.colorScheme() is Qt.ColorScheme.Dark
        hints.colorSchemeChanged.connect(self._on_system_scheme_changed)

    # -- colours ------------------------------------------------------------------------------------------------

    @property
    def mode(self) -> str:
        """`system`, `light` or `dark`."""
        return self._mode

    @property
    def dark(self) -> bool:
        return self._mode == "dark" or (self._mode == "system" and self._system_dark)

    @property
    def palette(self) -> Palette:
        return DARK if self.dark else LIGHT

    def set_mode(self, mode: str) -> None:
        """Follow the system or stay light or dark. Raises ValueError for anything else."""
        if _checked_mode(mode) != self._mode:
            was_dark, self._mode = self.dark, mode
            if self.dark != was_dark:
                self._refresh()

    def map_table(self) -> NDArray[np.uint32]:
        """256 colours 0xffRRGGBB for maps: negative → card → positive."""
        return diverging_table(self.palette.negative, self.palette.card, self.palette.positive)

    def number_colour(self, value: float) -> QColor:
        """The text colour of a number by its sign."""
        if math.isnan(value):
            return self.palette.mute
        if value == 0:
            return self.palette.ink
        return self.palette.positive_text if value > 0 else self.palette.negative_text

    # -- sizes --------------------------------------------------------------------------------------------------

    @property
    def scale(self) -> float:
        return self._scale

    def set_scale(self, scale: float) -> None:
        """Scale text, lines and pictures together; kept between 0.7 and 2.5."""
        scale = _clamped_scale(scale)
        if scale != self._scale:
            self._scale = scale
            self._refresh()

    def zoom_in(self) -> None:
        self.set_scale(next((step for step in SCALES if step > self._scale), SCALES[-1]))

    def zoom_out(self) -> None:
        self.set_scale(next((step for step in reversed(SCALES) if step < self._scale), SCALES[0]))

    def zoom_reset(self) -> None:
        self.set_scale(1.0)

    def px(self, n: float) -> int:
        """Whole pixels for a length of n pixels at scale 1; never 0 unless n is."""
        size = max(1, int(abs(n) * self._scale + 0.5)) if n else 0
        return size if n >= 0 else -size

    def font(self, size: int = 13, *, bold: bool = False, mono: bool = False) -> QFont:
        """The interface's or the numbers' face at `size` pixels at scale 1."""
        _load_fonts()
        font = QFont(NUMBER_FAMILY if mono else INTERFACE_FAMILY)
        font.setStyleHint(QFont.StyleHint.Monospace if mono else QFont.StyleHint.SansSerif)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setPixelSize(self.px(size))
        if bold:
            font.setWeight(QFont.Weight.Bold if mono else QFont.Weight.DemiBold)
        return font

    # -- icons and style sheet ----------------------------------------------------------------------------------

    def icon(self, name: str, colour: QColor | None = None) -> QIcon:
        """A line icon of `resources/icons` in ink or another colour; mute when disabled.

        Raises FileNotFoundError for a name that is not there.
        """
        colour = colour or self.palette.ink
        key = name, colour.name(), self.palette.mute.name()
        if key not in self._icons:
            icon = self._icons[key] = QIcon()
            icon.addFile(self._tinted_file(name, colour), QSize(), QIcon.Mode.Normal)
            icon.addFile(self._tinted_file(name, self.palette.mute, faded=True), QSize(), QIcon.Mode.Disabled)
        return self._icons[key]

    def apply(self, app: QApplication) -> None:
        """Dress the whole application, now and after every change."""
        _load_fonts()
        self._app = app
        app.setStyle("Fusion")
        self._dress(app)

    def style_sheet(self) -> str:
        """The application's style sheet in the present colours and sizes."""
        colours = self.palette
        icons = {
            "chevron_down": self._tinted_file("chevron-down", colours.mute),
            "chevron_up": self._tinted_file("chevron-up", colours.mute),
            "chevron_right": self._tinted_file("chevron-right", colours.mute),
            "check": self._tinted_file("check", colours.card),
            "check_menu": self._tinted_file("check", colours.ink),
            "close": self._tinted_file("close", colours.mute),
        }
        families = {"interface": INTERFACE_FAMILY, "mono": NUMBER_FAMILY}
        return filled_style_sheet(_resource_text("style.qss"), colours.tokens() | icons | families, self.px)

    def _dress(self, app: QApplication) -> None:
        app.setPalette(qt_palette(self.palette))
        app.setFont(self.font())
        app.setStyleSheet(self.style_sheet())

    def _refresh(self) -> None:
        if self._app is not None:
            self._dress(self._app)
        self.changed.emit()

    def _tinted_file(self, name: str, colour: QColor, faded: bool = False) -> str:
        """The path of an icon in a colour; written once. Files stay while icons made from them may live."""
        key = name, colour.name(), faded
        if key not in self._paths:
            path = Path(self._tinted.filePath(f"{name}-{colour.name()[1:]}{'-faded' if faded else ''}.svg"))
            drawing = _resource_text(f"icons/{name}.svg").replace("currentColor", colour.name())
            path.write_text(drawing.replace("<svg ", '<svg opacity="0.55" ', 1) if faded else drawing, encoding="utf-8")
            self._paths[key] = path.as_posix()
        return self._paths[key]

    def _on_system_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        was_dark, self._system_dark = self.dark, scheme is Qt.ColorScheme.Dark
        if self.dark != was_dark:
            self._refresh()


def _checked_mode(mode: str) -> str:
    if mode not in MODES:
        raise ValueError(f"the mode is one of {', '.join(MODES)}, not {mode!r}")
    return mode


def _clamped_scale(scale: float) -> float:
    return round(min(max(scale, SCALES[0]), SCALES[-1]), 3)


@functools.cache
def _resource_text(name: str) -> str:
    return files("resources").joinpath(name).read_text(encoding="utf-8")


@functools.cache
def _load_fonts() -> None:
    """Make the shipped faces known to Qt, so that every machine shows the same letters."""
    for file in files("resources").joinpath("fonts").iterdir():
        if file.name.endswith((".otf", ".ttf")):
            QFontDatabase.addApplicationFontFromData(file.read_bytes())
