"""Whether things may move on their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication


def motion_wanted() -> bool:
    """Whether the system leaves us free to move things."""
    hints = QGuiApplication.styleHints()  # kept while its part is asked: the part does not live alone
    accessibility = hints.accessibility()
    return accessibility.motionPreference() is not Qt.MotionPreference.ReducedMotion
