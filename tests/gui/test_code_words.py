"""Code inside messages."""

from __future__ import annotations

import pytest

from gui.panels.sheet.code_words import in_mono, in_quotes
from gui.theme import Theme


@pytest.mark.parametrize(
    ("message", "quoted"),
    [
        ("no code", "no code"),
        ("`a` and `b.c()`", "‘a’ and ‘b.c()’"),
        ("The character ` is not known here", "The character ` is not known here"),
    ],
)
def test_quotes(message: str, quoted: str) -> None:
    assert in_quotes(message) == quoted


def test_the_face_of_code(qapp: object) -> None:
    theme = Theme("light")
    found = in_mono("`a<b` & <i>", theme)
    family = theme.font(12, mono=True).family()
    assert found == f"<span style=\"font-family: '{family}'\">a&lt;b</span> &amp; &lt;i&gt;"
    theme.deleteLater()
