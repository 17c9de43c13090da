"""The log, and the text of a crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gui.logs import CRASHES_KEPT, last_crash

CRASH = """
import sys, faulthandler
from pathlib import Path
from gui.logs import start_log
start_log(Path(sys.argv[1]))
import logging
logging.getLogger("chainrule").warning("before the end")
faulthandler._sigsegv()
"""

PROPER = """
import sys
from pathlib import Path
from gui.logs import end_log, start_log
end_log(start_log(Path(sys.argv[1])))
"""


def run(code: str, folder: Path) -> int:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, cwd=root, capture_output=True, check=False).returncode


def test_a_crash_leaves_its_text_and_the_log(tmp_path: Path) -> None:
    assert run(CRASH, tmp_path) != 0
    assert "Segmentation fault" in last_crash(tmp_path)
    assert "before the end" in next(tmp_path.glob("chainrule-*.log")).read_text()


def test_a_proper_end_leaves_no_crash(tmp_path: Path) -> None:
    assert run(PROPER, tmp_path) == 0
    assert last_crash(tmp_path) == ""
    assert not list(tmp_path.glob("crash-*.txt"))


def test_only_the_newest_crashes_are_kept(tmp_path: Path) -> None:
    for number in range(CRASHES_KEPT + 3):
        (tmp_path / f"crash-{number}.txt").write_text("old")
    assert run(PROPER, tmp_path) == 0
    assert len(list(tmp_path.glob("crash-*.txt"))) <= CRASHES_KEPT


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert run(PROPER, blocked) == 0
