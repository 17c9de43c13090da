"""What a launch imports before the window is on screen, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LAUNCH = """
import json, sys
from core.document import open_document
document = open_document("lecture")
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from gui import app

def loop():
    events, found = QEventLoop(), {}
    def at_first_paint():
        found["before"] = sorted(sys.modules)
        app.kernels.warm_up()
        found["after"] = sorted(sys.modules)
        events.quit()
    painted = app.QApplication.instance().findChild(app.FirstPaint)
    painted.done.disconnect(app.warm_up_beside)
    painted.done.connect(at_first_paint)
    events.exec()
    sys.stdout.write(json.dumps(found))
    for window in QApplication.topLevelWidgets():
        window.close()
    return 0

QApplication.exec = staticmethod(loop)
sys.exit(app.run_window(document, None))
"""


def test_numba_and_the_other_lab_come_after_the_first_paint(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    homes = {f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "DATA", "STATE")}
    environment = {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH], capture_output=True, text=True, env=environment, timeout=300, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    late = {"numba", "llvmlite", "ziamath", "graphviz", "numpy.ma", "gui.expression_desk"}
    assert not late & set(found["before"])
    assert "gui.main_window" in found["before"]
    assert "numba" in found["after"]  # the look at the modules would have found it
