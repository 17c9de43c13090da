"""The core works where there is no Qt, no drawing library and no window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import importlib, importlib.abc, pkgutil, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "gui"}:
            raise ModuleNotFoundError(f"{name} is blocked", name=name)

sys.meta_path.insert(0, Absent())
try:
    import PySide6
except ModuleNotFoundError:
    pass
else:
    sys.exit("the block does not work")

import core
names = [module.name for module in pkgutil.walk_packages(core.__path__, "core.")]
for name in names:
    importlib.import_module(name)

from core.examples import load_example
from core.trainer import Trainer
progress = Trainer(load_example("lecture")).advance(3)
print(len(names), *map(repr, progress.losses.tolist()))
"""


def test_the_core_imports_and_trains_without_qt() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 0, done.stderr
    modules, *losses = done.stdout.split()
    assert int(modules) == len(list((ROOT / "core").rglob("*.py"))) - 1  # without the package itself
    assert len(losses) == 3
    assert float(losses[0]) > float(losses[2]) > 0
