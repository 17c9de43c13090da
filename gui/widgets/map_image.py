"""From an array of activations to a picture, by the theme's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

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
    height, width = values.shape
    image = QImage(width, height, QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.bits(), np.uint32).reshape(height, image.bytesPerLine() // 4)
    pixels[:, :width] = theme.map_table()[map_places(values, limit)]
    return image


def map_places(values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """Where in the theme's table of 256 colours each value lies."""
    places = values * (_CENTRE / limit)
    places += _CENTRE + 0.5  # rounds, as the cast below cuts
    np.clip(places, 0.0, 255.0, out=places)
    np.nan_to_num(places, copy=False, nan=_CENTRE)
    return places.astype(np.uint8)
