"""Pictures and reports without a window: for the command line."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from core import kernels
from core.document_parts import Document
from core.errors import ChainruleError
from core.exporters.tables import WORTH_COMPILED_KERNELS
from core.files import shown, write_bytes
from core.words import tr


def export_picture(document: Document, kind: str, steps: int, target: Path, theme: str = "light") -> None:
    """Write what the document shows as `svg`, `pdf` or `png`, or its report as `html`, after `steps` more steps.

    In the expression lab after so many operations (0: all of them). The file is replaced as a whole; whether it may be
    is the caller's to know. Raises ChainruleError; nothing is written then.
    """
    if not target.parent.is_dir():
        raise ChainruleError(tr("There is no folder {folder}.", folder=shown(target.parent)))
    write_bytes(target, picture_bytes(document, kind, steps, theme))


def picture_bytes(document: Document, kind: str, steps: int, theme: str = "light") -> bytes:
    """What `export_picture` writes."""
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qInstallMessageHandler

    from gui.exports.hidden_lab import HiddenLab

    before, collects = qInstallMessageHandler(_on_qt_message), gc.isenabled()
    gc.disable()  # as in the window: never in a worker's thread
    if steps >= WORTH_COMPILED_KERNELS:
        kernels.warm_up(beside=False)
    lab = HiddenLab(document, theme)
    try:
        lab.take(steps)
        return lab.picture(kind, document.experiment.name if document.mode == "network" else tr("expression"))
    finally:
        lab.close()
        qInstallMessageHandler(before)
        if collects:
            gc.enable()


def _on_qt_message(kind: object, context: object, message: str) -> None:
    """Qt's messages, but for one that the platform without a screen always gives."""
    if "This plugin does not support" not in message:
        print(message, file=sys.stderr)
