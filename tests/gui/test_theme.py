from __future__ import annotations

import itertools
import re
from importlib.resources import files

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontInfo, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from gui.palette import DARK, LIGHT, Palette, contrast
from gui.style_sheet import round_parts
from gui.theme import SCALES, Theme

ICONS = sorted(file.name.removesuffix(".svg") for file in files("resources").joinpath("icons").iterdir())


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "mute", "positive_text", "negative_text", "accent_text", "good"])
@pytest.mark.parametrize("ground", ["ground", "card", "soft"])
def test_text_stands_out(palette: Palette, text: str, ground: str) -> None:
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_filled_controls_stands_out(palette: Palette) -> None:
    assert contrast(palette.card, palette.accent) >= 4.5  # the play button's icon
    assert contrast(palette.card, palette.ink) >= 4.5  # tooltips


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_focus_rings_and_control_marks_stand_out(palette: Palette) -> None:
    assert contrast(palette.accent, palette.card) >= 3.0
    assert contrast(palette.mute, palette.card) >= 3.0


def test_contrast_of_black_and_white(qapp: QApplication) -> None:
    from PySide6.QtGui import QColor

    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21.0)
    assert contrast(QColor("red"), QColor("red")) == 1.0


def test_modes(theme: Theme) -> None:
    assert (theme.dark, theme.palette) == (False, LIGHT)
    theme.set_mode("dark")
    assert (theme.mode, theme.dark, theme.palette) == ("dark", True, DARK)
    theme.set_mode("system")
    system_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    assert theme.dark is system_dark
    with pytest.raises(ValueError, match="sepia"):
        theme.set_mode("sepia")


def test_follows_the_system_only_when_told_to(theme: Theme) -> None:
    announced: list[bool] = []
    theme.changed.connect(lambda: announced.append(theme.dark))
    hints = QGuiApplication.styleHints()
    theme.set_mode("system")
    announced.clear()
    before = theme.dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light if before else Qt.ColorScheme.Dark)
    assert announced == [not before]
    theme.set_mode("light")
    announced.clear()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark if before else Qt.ColorScheme.Light)
    assert (announced, theme.dark) == ([], False)


def test_announces_only_real_changes(theme: Theme, qtbot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode("light")
        theme.set_scale(1.0)
    with qtbot.waitSignal(theme.changed, timeout=1000):
        theme.set_mode("dark")
    with qtbot.waitSignal(theme.changed, timeout=1000):
        theme.set_scale(1.5)


def test_zoom_walks_the_steps_and_stops_at_the_ends(theme: Theme) -> None:
    seen = [theme.scale]
    for _ in SCALES:
        theme.zoom_in()
        seen.append(theme.scale)
    assert seen[-1] == SCALES[-1] == 2.5
    assert set(seen) == {step for step in SCALES if step >= 1.0}
    for _ in SCALES:
        theme.zoom_out()
    assert theme.scale == SCALES[0] == 0.7
    theme.zoom_reset()
    assert theme.scale == 1.0


def test_zoom_from_between_two_steps(theme: Theme) -> None:
    theme.set_scale(1.3)
    theme.zoom_in()
    assert theme.scale == 1.5
    theme.set_scale(1.3)
    theme.zoom_out()
    assert theme.scale == 1.25


@pytest.mark.parametrize(("asked", "got"), [(0.1, 0.7), (9.0, 2.5), (1.5, 1.5)])
def test_scale_is_kept_in_bounds(theme: Theme, asked: float, got: float) -> None:
    theme.set_scale(asked)
    assert theme.scale == got


def test_whole_pixels(theme: Theme) -> None:
    assert [theme.px(n) for n in (0, 0.2, 1, 13, -6)] == [0, 1, 1, 13, -6]
    theme.set_scale(1.5)
    assert [theme.px(n) for n in (0, 0.2, 1, 13, -6)] == [0, 1, 2, 20, -9]
    assert all(isinstance(theme.px(n), int) for n in (0, 1.5, -2))


@pytest.mark.parametrize(
    ("bold", "mono", "family", "weight"),
    [(False, False, "Inter", 400), (True, False, "Inter", 600), (False, True, "JetBrains Mono", 400)],
)
def test_fonts_are_the_shipped_ones(theme: Theme, bold: bool, mono: bool, family: str, weight: int) -> None:
    font = theme.font(13, bold=bold, mono=mono)
    info = QFontInfo(font)
    assert (info.family(), info.weight(), font.pixelSize()) == (family, weight, 13)
    theme.set_scale(2.0)
    assert theme.font(13, bold=bold, mono=mono).pixelSize() == 26


def test_the_application_is_dressed_anew_after_a_change(theme: Theme, qapp: QApplication) -> None:
    assert qapp.palette().window().color() == LIGHT.ground
    theme.set_mode("dark")
    assert qapp.palette().window().color() == DARK.ground
    assert DARK.card.name() in qapp.styleSheet()
    theme.set_scale(2.0)
    assert qapp.font().pixelSize() == 26


@pytest.mark.parametrize(("mode", "scale"), list(itertools.product(("light", "dark"), (0.7, 1.0, 2.5))))
def test_style_sheet_is_filled(theme: Theme, mode: str, scale: float) -> None:
    theme.set_mode(mode)
    theme.set_scale(scale)
    sheet = theme.style_sheet()
    assert "$" not in sheet
    assert not re.search(r"\d+sp\b", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    assert sheet.count("{") == sheet.count("}")


@pytest.mark.parametrize("scale", SCALES)
def test_round_things_stay_round(theme: Theme, scale: float) -> None:
    """Qt draws a square where a radius is more than half the side."""
    theme.set_scale(scale)
    parts = {name: int(text.removesuffix("px")) for name, text in round_parts(theme.px).items()}
    handle = theme.px(10) + 2 * theme.px(2)
    assert 2 * parts["handle_radius"] in (handle, handle - 1)
    assert theme.px(3) - parts["handle_above"] - parts["handle_below"] == handle
    assert 2 * parts["play_radius"] <= theme.px(40)
    assert parts["radio_inside"] > 0


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_can_be_drawn(theme: Theme, name: str) -> None:
    icon = theme.icon(name)
    image = icon.pixmap(QSize(24, 24)).toImage()
    assert any(image.pixelColor(x, y).alpha() > 128 for x in range(24) for y in range(24))
    assert not icon.pixmap(QSize(24, 24), QIcon.Mode.Disabled).isNull()


def test_icons_are_ink_or_the_colour_asked_for(theme: Theme) -> None:
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        for colour in (None, theme.palette.accent):
            image = theme.icon("pause", colour).pixmap(QSize(48, 48)).toImage()
            bar = image.pixelColor(image.width() * 8 // 24, image.height() // 2)
            assert bar.name() == (colour or theme.palette.ink).name()


def test_unknown_icon(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        theme.icon("no-such-icon")


def test_line_icons_share_one_stroke() -> None:
    folder = files("resources").joinpath("icons")
    for name in ICONS:
        text = folder.joinpath(f"{name}.svg").read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in text
        if name != "app":
            assert 'stroke="currentColor" stroke-width="1.6" stroke-linecap="round"' in text


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_map_goes_from_negative_over_card_to_positive(theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    table = theme.map_table()
    assert (table.dtype, table.shape) == ("uint32", (256,))
    palette = theme.palette
    assert (table[0], table[255]) == (palette.negative.rgb(), palette.positive.rgb())
    for middle in (127, 128):
        for shift, want in ((16, palette.card.red()), (8, palette.card.green()), (0, palette.card.blue())):
            assert abs(int(table[middle] >> shift) % 256 - want) <= 1


def test_colours_of_numbers(theme: Theme) -> None:
    palette = theme.palette
    assert theme.number_colour(0.1) == palette.positive_text
    assert theme.number_colour(float("-inf")) == palette.negative_text
    assert theme.number_colour(-0.0) == palette.ink
    assert theme.number_colour(float("nan")) == palette.mute
