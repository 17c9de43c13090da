"""Which kernels run: the compiled ones once they are ready, NumPy's until then and wherever Numba does not work.

Nothing here imports Numba before it is asked to. Compiled code is kept in a folder of the user's own; a first start
fills it in a process beside this one, because compiling stalls whatever runs in the same interpreter.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import ModuleType

import numpy as np

from core.errors import ChainruleError
from core.ops import OPS
from core.tape import EMPTY_TAPE
from core.words import mark, tr

COMPILE_SECONDS = 300  # after which a process that fills the cache is given up
_LOW_PRIORITY = 10  # of that process, as `nice` counts

_warming = threading.Lock()
_module: ModuleType | None = None
_NOT_ASKED = mark("The compiled kernels have not been asked for yet.")
_failure: str | None = None


def ready() -> bool:
    """Whether compiled kernels can be used at once."""
    return _module is not None


def reason() -> str:
    """Why they cannot, in a sentence; empty if they can."""
    if _module is not None:
        return ""
    if _failure is None:
        return tr(_NOT_ASKED)
    return tr("The compiled kernels could not be used: {error}", error=_failure)


def name() -> str:
    """What runs now, as a run's segments call it."""
    return "numba" if ready() else "numpy"


def cached() -> bool:
    """Whether they were compiled on an earlier start, so that warming up takes no time to speak of."""
    try:
        return _mark(cache_folder()).exists()
    except (ImportError, OSError):
        return False


def warm_up(*, beside: bool = True) -> bool:
    """Get the compiled kernels ready, compiling them where the cache has none; whether that worked.

    Takes seconds on a first start, less than one afterwards; to be called in a thread where somebody waits. `beside`:
    what has to be compiled is compiled in a process beside this one.
    """
    with _warming:  # a second caller waits for the first
        return _module is not None or _warm_up(beside)


def _warm_up(beside: bool) -> bool:
    global _module, _failure
    try:
        folder = _writable_cache_folder()
        done = _mark(folder)
        # A frozen program is no interpreter: there, what is not yet compiled is compiled in this process.
        if beside and not done.exists() and not getattr(sys, "frozen", False):
            _fill_cache(folder)
        module = _load(folder)
        done.touch()
    except Exception as error:  # whatever is wrong with Numba on this machine: training goes on without
        _failure = str(error)
        return False
    _module = module
    return True


def compiled_module() -> ModuleType:
    """The compiled functions. Raises ChainruleError if they are not ready."""
    if _module is None:
        raise ChainruleError(reason())
    return _module


def cache_folder() -> Path:
    """Where compiled code is kept: NUMBA_CACHE_DIR, if that is set, else the user's cache folder of this platform."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    home = Path.home()
    if sys.platform == "darwin":
        caches = home / "Library" / "Caches"
    elif sys.platform == "win32":
        caches = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        caches = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return caches / "chainrule" / "kernels"


def _writable_cache_folder() -> Path:
    """The cache folder, or one that lasts as long as the system's temporary files do. Raises OSError."""
    for folder in (cache_folder(), Path(tempfile.gettempdir()) / f"chainrule-kernels-{_user()}"):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError as error:
            problem = error
    raise problem


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def _mark(folder: Path) -> Path:
    """A file that is there once all is compiled, named after what compiled code depends on. Raises ImportError."""
    from importlib.metadata import version  # brings a mail parser along: not before it is needed

    found = importlib.util.find_spec("numba")
    source = importlib.util.find_spec("core.kernels_numba")
    if found is None or source is None or not found.origin or not source.origin:
        raise ImportError("Numba is not installed.")
    parts = [Path(found.origin).parent, Path(source.origin).stat().st_mtime_ns, sys.version, platform.machine()]
    parts += [platform.node(), version("numba")]
    key = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
    return folder / f"{key}.ready"


def _fill_cache(folder: Path) -> None:
    """Compile in a process of its own. Raises OSError, subprocess.SubprocessError, or RuntimeError if it fails."""
    root = str(Path(__file__).parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": os.pathsep.join(paths)}
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    done = subprocess.run(
        [sys.executable, "-m", "core.kernels"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMPILE_SECONDS,
        creationflags=hidden,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"compiling failed ({last})")


def _load(folder: Path) -> ModuleType:
    """Import the compiled functions and run each of them once. Raises whatever Numba raises."""
    config = importlib.import_module("numba").config
    config.CACHE_DIR = str(folder)  # read when the functions are decorated
    module = importlib.import_module("core.kernels_numba")
    if tuple(OPS) != module.OPERATIONS:
        raise RuntimeError("they were made from another table of operations; run python -m core.generate_kernels.")
    _run_each_once(module)
    return module


def _run_each_once(module: ModuleType) -> None:
    """With empty arrays of the types that they are always called with, so that each is compiled or loaded."""
    numbers, whole, rows, square = np.ones(1), np.empty(0, dtype=np.int64), np.empty((0, 1)), np.empty((6, 1))
    tape = EMPTY_TAPE._replace(root=-1)
    space = module.Space(numbers, numbers.copy(), np.empty(0), np.empty(0), square)
    never = np.zeros(1, dtype=np.bool_)
    nothing = np.empty(0)
    one_row = EMPTY_TAPE._replace(rows=1)
    module.run(
        *(one_row, space, tape, space, numbers, rows, rows),
        *(whole, whole, nothing, True, 1, True, 0, numbers, nothing, 0.0, never[:0], nothing, 0.0, 1, 0, rows),
        *(rows, numbers, numbers, numbers),
    )
    module.over_points(one_row, space, numbers, rows, 1, never, rows)
    module.whole_forward(tape, numbers, square, square)
    module.whole_backward(one_row, numbers, numbers, square, square.copy(), square, 1.0)


def _main() -> None:
    """Fill the cache, with as little in the way of others as can be."""
    if hasattr(os, "nice"):
        os.nice(_LOW_PRIORITY)
    _load(cache_folder())


if __name__ == "__main__":
    _main()
