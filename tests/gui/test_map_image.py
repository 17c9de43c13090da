"""Maps become pictures by the theme's colours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from gui.theme import Theme
from gui.widgets.map_image import map_image


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
