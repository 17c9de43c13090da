"""From an array of activations to a picture, by the theme's colours."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from gui.palette import CLASS_COLOURS, DARK, LIGHT, diverging_table

if TYPE_CHECKING:
    from gui.theme import Theme

_CENTRE = 127.5  # the place of zero in the theme's table of 256 colours


def map_image(values: NDArray[np.floating], theme: Theme, *, limit: float) -> QImage:
    """A picture with one pixel a value: -limit is the full negative colour, +limit the full positive one.

    `values` is (h, w), row 0 on top. Larger values get the colour of the limit; nan gets that of zero. Raises
    ValueError if the array is not two-dimensional or the limit is not positive.
    """
    if values.ndim != 2:
        raise ValueError(f"a map has two dimensions, not {values.ndim}")
    if not limit > 0.0:
        raise ValueError(f"the limit of a map must be positive, not {limit}")
    return _image(theme.map_table()[map_places(values, limit)])


def class_image(scores: NDArray[np.floating], theme: Theme, *, discrete: bool = False) -> QImage:
    """A picture with one pixel a place, in the colour of the class that wins there: the paler, the closer the call.

    `scores` (classes, h, w) are probabilities, row 0 on top. `discrete` gives the full colour everywhere. Places that
    are not a number get the card's colour. Raises ValueError unless the array is three-dimensional with two classes or
    more.
    """
    if scores.ndim != 3 or len(scores) < 2:
        raise ValueError(f"scores are (classes, h, w) with two classes or more, not {scores.shape}")
    least = 1.0 / len(scores)  # the winner of a tie of all
    surest = scores.max(axis=0)
    shares = np.clip((surest - least) * (255.0 / (1.0 - least)), 0.0, 255.0)
    if discrete:
        shares = np.where(np.isnan(surest), np.nan, 255.0)
    places = scores.argmax(axis=0) % CLASS_COLOURS * 256 + np.nan_to_num(shares, nan=0.0).astype(np.intp)
    return _image(_class_table(theme.dark)[places])


def _image(colours: NDArray[np.uint32]) -> QImage:
    """0xffRRGGBB of every pixel, (h, w), as a picture."""
    height, width = colours.shape
    image = QImage(width, height, QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.bits(), np.uint32).reshape(height, image.bytesPerLine() // 4)
    pixels[:, :width] = colours
    return image


@cache
def _class_table(dark: bool) -> NDArray[np.uint32]:
    """256 colours for each class, one class after the other: from the card's to the class's own."""
    palette = DARK if dark else LIGHT
    steps = np.arange(256) // 2 + 128  # the upper half of a diverging table, in half steps
    tables = [
        diverging_table(palette.card, palette.card, palette.class_colour(index))[steps]
        for index in range(CLASS_COLOURS)
    ]
    return np.concatenate(tables)


def map_places(values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """Where in the theme's table of 256 colours each value lies."""
    places = values * (_CENTRE / limit)
    places += _CENTRE + 0.5  # rounds, as the cast below cuts
    np.clip(places, 0.0, 255.0, out=places)
    np.nan_to_num(places, copy=False, nan=_CENTRE)
    return places.astype(np.uint8)
