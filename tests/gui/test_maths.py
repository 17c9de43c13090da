"""Formulas are typeset off the GUI thread, once, and shown without jumping."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.maths import Maths, draw_formula
from gui.theme import Theme
from gui.widgets.formula import FormulaLabel, spoken

INK = QColor("#1c2330")
CHAIN = r"\frac{dL}{dh_{2}} = \frac{dL}{dz_{3}} \cdot \frac{\partial z_{3}}{\partial h_{2}}"
BROKEN = r"\frac{1"
PATIENCE = 20_000  # ms; the first formula imports the typesetter


@pytest.fixture
def maths(qapp: QApplication) -> Iterator[Maths]:
    maths = Maths()
    yield maths
    maths.close()


def typeset(qtbot: QtBot, maths: Maths, tex: str, size: int = 15, ratio: float = 1.0) -> QPixmap:
    if maths.request(tex, size, INK, ratio) is None:
        qtbot.waitUntil(lambda: maths.request(tex, size, INK, ratio) is not None, timeout=PATIENCE)
    picture = maths.request(tex, size, INK, ratio)
    assert picture is not None
    return picture


def test_a_picture_comes_later_and_is_kept(qtbot: QtBot, maths: Maths) -> None:
    with qtbot.waitSignal(maths.ready, timeout=PATIENCE) as signal:
        assert maths.request(CHAIN, 15, INK) is None
    assert signal.args == [CHAIN]
    picture = maths.request(CHAIN, 15, INK)
    assert picture is not None and picture.width() > 2 * picture.height() > 0
    assert maths.request(CHAIN, 15, INK) is picture


def test_size_colour_and_ratio_are_told_apart(qtbot: QtBot, maths: Maths) -> None:
    small, sharp = typeset(qtbot, maths, CHAIN), typeset(qtbot, maths, CHAIN, ratio=2.0)
    assert sharp.devicePixelRatio() == 2.0
    assert sharp.width() == pytest.approx(2 * small.width(), abs=2)
    assert sharp.deviceIndependentSize().width() == pytest.approx(small.width(), abs=1)
    assert typeset(qtbot, maths, CHAIN, size=30).height() == pytest.approx(2 * small.height(), abs=4)
    assert maths.request(CHAIN, 15, QColor("#ffffff")) is None


def test_the_picture_has_ink_in_the_colour_asked_for(qapp: QApplication) -> None:
    image = draw_formula(CHAIN, 30, "#ff0000")
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [pixel for pixel in pixels if pixel.alpha() == 255]
    assert len(solid) > 100
    assert {pixel.name() for pixel in solid} == {"#ff0000"}


def test_a_broken_formula_is_reported_not_raised(qtbot: QtBot, maths: Maths) -> None:
    with qtbot.waitSignal(maths.ready, timeout=PATIENCE):
        assert maths.request(BROKEN, 15, INK) is None
    assert maths.request(BROKEN, 15, INK) is None
    assert maths.error(BROKEN)
    assert maths.error(CHAIN) == ""


def test_an_empty_formula_is_nothing(maths: Maths) -> None:
    assert maths.request("", 15, INK) is None
    assert maths.error("") == ""


def test_closing_twice_and_asking_afterwards_is_harmless(qtbot: QtBot) -> None:
    maths = Maths()
    for size in range(10, 40):
        maths.request(CHAIN, size, INK)
    maths.close()
    maths.close()
    assert maths.request("x", 15, INK) is None


def test_a_label_reserves_its_height_and_then_shows_the_formula(qtbot: QtBot, maths: Maths, theme: Theme) -> None:
    label = FormulaLabel(maths, theme, size=15, lines=2.6)
    qtbot.addWidget(label)
    label.resize(280, 40)
    label.show()
    height = label.sizeHint().height()
    label.set_tex(CHAIN)
    assert label.accessibleName() == "dL/dh_2 = dL/dz_3 · ∂z_3/∂h_2"
    qtbot.waitUntil(lambda: label.picture is not None, timeout=PATIENCE)
    assert label.sizeHint().height() == height
    label.set_tex("")
    assert label.picture is None
    assert label.sizeHint().height() == height


def test_a_label_that_is_too_narrow_sets_a_smaller_formula(qtbot: QtBot, maths: Maths, theme: Theme) -> None:
    label = FormulaLabel(maths, theme, size=15, lines=2.6)
    qtbot.addWidget(label)
    wide = typeset(qtbot, maths, CHAIN).width()
    label.resize(int(wide * 0.8), 40)
    label.show()
    label.set_tex(CHAIN)
    qtbot.waitUntil(lambda: label.picture is not None and label.picture.width() <= label.width(), timeout=PATIENCE)


def test_a_label_follows_the_theme(qtbot: QtBot, maths: Maths, theme: Theme) -> None:
    label = FormulaLabel(maths, theme, size=15)
    qtbot.addWidget(label)
    label.resize(600, 40)
    label.show()
    label.set_tex(CHAIN)
    qtbot.waitUntil(lambda: label.picture is not None, timeout=PATIENCE)
    before = label.picture.width()
    theme.set_scale(2.0)
    qtbot.waitUntil(lambda: label.picture is not None, timeout=PATIENCE)
    assert label.picture.width() == pytest.approx(2 * before, abs=3)


def test_a_label_shows_a_broken_formula_as_text(qtbot: QtBot, maths: Maths, theme: Theme) -> None:
    label = FormulaLabel(maths, theme)
    qtbot.addWidget(label)
    label.show()
    label.set_tex(BROKEN)
    qtbot.waitUntil(lambda: "could not be typeset" in label.toolTip(), timeout=PATIENCE)
    assert label.picture is None
    assert not label.grab().isNull()


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (CHAIN, "dL/dh_2 = dL/dz_3 · ∂z_3/∂h_2"),
        (r"h_{2} = \tanh(z_{2})", "h_2 = tanh(z_2)"),
        (r"\frac{dL}{dL} = 1", "dL/dL = 1"),
        ("", ""),
    ],
)
def test_spoken(tex: str, words: str) -> None:
    assert spoken(tex) == words
