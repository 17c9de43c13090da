"""Maps become pictures by the theme's colours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from gui.palette import DARK, LIGHT, Palette, contrast, shape_name, shape_path
from gui.theme import Theme
from gui.widgets.map_image import class_image, map_image


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Theme:
    return Theme(request.param)


def near(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) <= 1


def test_limits_take_the_full_colours_and_zero_the_card(theme: Theme) -> None:
    image = map_image(np.array([[-2.0, 0.0, 2.0]]), theme, limit=2.0)
    assert (image.width(), image.height()) == (3, 1)
    assert image.pixelColor(0, 0) == theme.palette.negative
    assert near(image.pixelColor(1, 0), theme.palette.card)
    assert image.pixelColor(2, 0) == theme.palette.positive


def test_row_0_is_on_top_and_columns_run_to_the_right(theme: Theme) -> None:
    values = np.zeros((3, 5))
    values[0, 4] = 1.0
    image = map_image(values, theme, limit=1.0)
    assert image.pixelColor(4, 0) == theme.palette.positive
    assert near(image.pixelColor(4, 2), theme.palette.card)


def test_what_is_beyond_the_limit_or_not_a_number_has_a_colour_too(theme: Theme) -> None:
    image = map_image(np.array([[np.inf, -np.inf, np.nan, 1e300]]), theme, limit=1.0)
    assert image.pixelColor(0, 0) == theme.palette.positive
    assert image.pixelColor(1, 0) == theme.palette.negative
    assert near(image.pixelColor(2, 0), theme.palette.card)
    assert image.pixelColor(3, 0) == theme.palette.positive


def test_the_array_stays_as_it_was_and_the_image_is_its_own(theme: Theme) -> None:
    values = np.array([[0.5, -0.5]])
    image = map_image(values, theme, limit=1.0)
    before = image.pixel(0, 0)
    assert values.tolist() == [[0.5, -0.5]]
    values[:] = -1.0
    assert image.pixel(0, 0) == before


@pytest.mark.parametrize("limit", [0.0, -1.0, np.nan])
def test_a_limit_that_is_not_positive_is_refused(theme: Theme, limit: float) -> None:
    with pytest.raises(ValueError, match="limit"):
        map_image(np.zeros((2, 2)), theme, limit=limit)


def test_only_planes_are_maps(theme: Theme) -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        map_image(np.zeros(4), theme, limit=1.0)


def test_classes_have_their_colours_and_close_calls_are_paler(theme: Theme) -> None:
    scores = np.array([[[1.0, 0.2, 1 / 3]], [[0.0, 0.7, 1 / 3]], [[0.0, 0.1, 1 / 3]]])  # (classes, 1, 3)
    image = class_image(scores, theme)
    assert image.pixelColor(0, 0) == theme.palette.class_colour(0)
    paler, full, card = image.pixelColor(1, 0), theme.palette.class_colour(1), theme.palette.card
    assert full.blue() < paler.blue() < card.blue()
    even = image.pixelColor(2, 0)
    assert all(abs(a - b) <= 2 for a, b in zip(even.getRgb(), card.getRgb(), strict=True))
    assert class_image(scores, theme, discrete=True).pixelColor(1, 0) == full


def test_classes_in_the_dark_and_places_that_are_no_number(theme: Theme) -> None:
    theme.set_mode("dark")
    scores = np.full((9, 1, 2), np.nan)
    scores[:, 0, 1] = np.eye(9)[7]
    image = class_image(scores, theme)
    card = theme.palette.card
    assert all(abs(a - b) <= 2 for a, b in zip(image.pixelColor(0, 0).getRgb(), card.getRgb(), strict=True))
    assert image.pixelColor(1, 0) == theme.palette.class_colour(7) != QColor("black")


def test_scores_are_of_two_classes_or_more(theme: Theme) -> None:
    for shape in ((4, 4), (1, 4, 4)):
        with pytest.raises(ValueError, match="scores"):
            class_image(np.zeros(shape), theme)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_classes_can_be_told_apart_and_stand_out_from_the_card(palette: Palette) -> None:
    assert len({palette.class_colour(index).name() for index in range(8)}) == 8
    assert palette.class_colour(8) == palette.class_colour(0)
    marks = [palette.class_mark(index) for index in range(8)]
    assert len({mark.name() for mark in marks}) == 8
    assert all(contrast(mark, palette.card) >= 3.0 for mark in marks)


def test_every_class_has_a_shape_of_its_own() -> None:
    assert len({shape_name(index) for index in range(8)}) == 8
    outlines = [shape_path(index, QPointF(0, 0), 10.0) for index in range(8)]
    boxes = [outline.boundingRect() for outline in outlines]
    assert all(8.0 < box.width() < 15.0 and 8.0 < box.height() < 15.0 for box in boxes)
    ways = {
        tuple(outline.contains(QPointF(x, y)) for x in (-4, -2, 0, 2, 4) for y in (-5, -4, -2, 2, 4, 5))
        for outline in outlines
    }
    assert len(ways) == 8
