"""The composition root of the window: application, theme, session, main window."""

from __future__ import annotations

import logging
import signal
import sys

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from core.experiment import Experiment
from core.version import VERSION
from gui.collector import Collector
from gui.main_window import MainWindow
from gui.session.documents import Documents
from gui.theme import Theme


def make_app() -> QApplication:
    """The one QApplication, named so that settings find their place."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Chainrule")
    app.setOrganizationName("Chainrule")
    app.setApplicationVersion(VERSION)
    return app


def make_window(
    app: QApplication, experiment: Experiment, settings: QSettings, theme: Theme | None = None
) -> MainWindow:
    """The main window on an experiment, not yet shown."""
    theme = theme or _saved_theme(settings)
    theme.apply(app)
    window = MainWindow(Documents(experiment), theme, settings)
    app.setWindowIcon(theme.icon("app"))
    return window


def run_window(experiment: Experiment) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    logging.basicConfig(level=logging.WARNING)
    app = make_app()
    collector = Collector(app)
    settings = QSettings()
    window = make_window(app, experiment, settings)
    window.notifications.install()
    window.show()
    collector.settle()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = app.exec()
    window.notifications.remove()
    return status


def _saved_theme(settings: QSettings) -> Theme:
    theme = Theme()
    mode, scale = settings.value("theme"), settings.value("scale")
    if mode in ("system", "light", "dark"):
        theme.set_mode(str(mode))
    try:
        theme.set_scale(float(scale))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        theme.zoom_reset()
    return theme
