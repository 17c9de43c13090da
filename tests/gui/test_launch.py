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
from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication
from gui import app

def loop():
    events, found = QEventLoop(), {}
    window, = (each for each in QApplication.topLevelWidgets() if isinstance(each, app.MainWindow))
    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() is QEvent.Type.Paint and not found:
                found["painted"] = sorted(sys.modules)
            return False
    def when_filled():
        found["filled"] = sorted(sys.modules)
        app.kernels.warm_up()
        found["warm"] = sorted(sys.modules)
        events.quit()
    window.filled.disconnect(app.warm_up_beside)
    window.filled.connect(when_filled)
    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    events.exec()
    sys.stdout.write(json.dumps(found))
    window.close()
    return 0

QApplication.exec = staticmethod(loop)
sys.exit(app.run_window(document, None))
"""


def test_plots_and_numba_come_after_the_first_paint_and_the_other_lab_only_when_opened(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    homes = {f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "DATA", "STATE")}
    environment = {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH], capture_output=True, text=True, env=environment, timeout=300, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    painted, filled, warm = (set(found[name]) for name in ("painted", "filled", "warm"))
    later = {"pyqtgraph", "gui.panels.loss", "gui.panels.boundary", "gui.panels.inspector"}
    never = {"numba", "llvmlite", "ziamath", "graphviz", "gui.expression_desk", "core.expression.run"}
    wanted_first = {"core.own_data.point_text", "gui.frame_playhead", "core.playhead_story", "core.update_told"}
    wanted_first |= {"gui.session.comparison", "gui.session.lessons", "gui.lesson_verbs", "logging.handlers"}
    assert "gui.main_window" in painted and not (later | never | wanted_first) & painted
    assert later <= filled and not never & filled
    assert "numba" in warm  # the look at the modules would have found it
