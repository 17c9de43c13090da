"""Messages with code in them: core writes it between backticks, which nobody should see."""

from __future__ import annotations

import html
import re

from gui.theme import Theme

_CODE = re.compile(r"`([^`]+)`")


def in_quotes(message: str) -> str:
    """For plain text: ‘tanh’."""
    return _CODE.sub(r"‘\1’", message)


def in_mono(message: str, theme: Theme) -> str:
    """For rich text: code in the face of code; nothing in the message is taken for markup."""
    family = theme.font(12, mono=True).family()
    span = f"<span style=\"font-family: '{family}'\">"
    return _CODE.sub(rf"{span}\1</span>", html.escape(message))
