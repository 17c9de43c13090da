"""The composition root of the window: application, theme, session, main window."""

from __future__ import annotations

import signal
import sys
import threading
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths, Qt
from PySide6.QtWidgets import QApplication

from core import kernels
from core.document_parts import Document
from core.version import VERSION
from gui.collector import Collector
from gui.file_verbs import LESSONS
from gui.languages import install, language
from gui.logs import end_log, last_crash, start_log
from gui.main_window import MainWindow
from gui.session.documents import Documents
from gui.session.recovery import Recovery
from gui.theme import Theme

WELCOMED = "welcomed"  # in the settings, once the tour was offered


def warm_up_beside() -> None:
    """Import Numba and get the compiled kernels ready, in a thread: nobody waits for them."""
    threading.Thread(target=kernels.warm_up, name="kernels", daemon=True).start()


def make_app() -> QApplication:
    """The one QApplication, named so that settings find their place."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Chainrule")
    app.setOrganizationName("Chainrule")
    app.setApplicationVersion(VERSION)
    return app


def make_window(
    app: QApplication, document: Document, settings: QSettings, recovery: Recovery, theme: Theme | None = None
) -> MainWindow:
    """The main window on a document, not yet shown."""
    theme = theme or _saved_theme(settings)
    theme.apply(app)
    window = MainWindow(Documents(document), theme, settings, recovery)
    app.setWindowIcon(theme.icon("app"))
    return window


def run_window(document: Document, path: Path | None) -> int:
    """Open the window and stay until it is closed; returns the exit status. `path`: the document's own file."""
    app = make_app()
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))
    crash = start_log(folder / "logs")
    recovery = Recovery(folder / "sessions")
    collector = Collector(app)
    settings = QSettings()
    install(app, language(settings))
    window = make_window(app, document, settings, recovery)
    if path is not None and path.suffix.lower() not in LESSONS:
        window.files.adopt(path)
    window.notifications.install()
    window.filled.connect(collector.settle)
    window.filled.connect(warm_up_beside)
    window.show()
    window.file_verbs.offer_recovery(recovery, last_crash(folder / "logs"))
    if path is not None and path.suffix.lower() in LESSONS:
        window.filled.connect(partial(window.lessons.open_path, path), Qt.ConnectionType.SingleShotConnection)
    elif path is None and not settings.value(WELCOMED):
        settings.setValue(WELCOMED, True)
        window.filled.connect(partial(_welcome, window), Qt.ConnectionType.SingleShotConnection)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = app.exec()
    window.notifications.remove()
    end_log(crash)
    return status


def _welcome(window: MainWindow) -> None:
    """The very first start: a few stops on the real controls."""
    window.tour.start()


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
