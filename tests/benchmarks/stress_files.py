"""Files under stress: `python -m tests.benchmarks.stress_files [kills] [files]` (500 and 100,000).

Saving is killed at random moments: the file must be the old or the new one. Files that were mutated must be read or
refused with one clear message, each in less than a second and 200 MB. The tests run short versions of both.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from core.document import decode, document_of, encode, present_trainer, read_document, trainer_of, write_document
from core.errors import DocumentError
from core.examples import load_example
from core.trainer import Trainer
from tests.benchmarks.mutated_files import mutated_files

KILLS, FILES = 500, 100_000
MOST_SECONDS, MOST_MEGABYTES = 1.0, 200.0
LONGEST_WAIT = 0.02  # seconds from the first save to the kill
RESTORED = 50  # one in so many of the files that are still sound is trained on

SAVER = """
import os, sys
from pathlib import Path
from core.document import read_document, write_document
folder = Path(sys.argv[1])
documents = [read_document(folder / name) for name in ("one.chainrule", "two.chainrule")]
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            for document in documents:
                write_document(folder / "saved.chainrule", document)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


# Kills


def kill_while_saving(folder: Path, kills: int, rng: random.Random) -> int:
    """Kill `kills` processes that save two documents in turn; how many left a temporary file behind.

    Raises AssertionError if the file is ever anything but one of the two.
    """
    trainer = Trainer(load_example("moons-demo"))
    documents = []
    for name, steps in (("one", 30), ("two", 300)):
        trainer.advance(steps)
        documents.append(document_of(trainer.experiment, None, [trainer]))
        write_document(folder / f"{name}.chainrule", documents[-1])
    target = folder / "saved.chainrule"
    write_document(target, documents[0])
    left = 0
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as saver:
        assert saver.stdin and saver.stdout
        for _ in range(kills):
            print("save", file=saver.stdin, flush=True)
            child = int(saver.stdout.readline())
            sleep(rng.uniform(0.0, LONGEST_WAIT))
            os.kill(child, signal.SIGKILL)
            assert saver.stdout.readline() == "dead\n"
            assert read_document(target) in documents
            for temporary in folder.glob(".chainrule-*"):
                temporary.unlink()
                left += 1
        saver.stdin.close()
        assert saver.wait(timeout=10) == 0
    return left


def read_or_refuse(path: Path, *, restore: bool) -> str:
    """What became of a file: `sound`, or the beginning of its one message. Raises AssertionError, or what escapes."""
    try:
        document = read_document(path)
    except DocumentError as error:
        words = str(error)
        assert words and "\n" not in words and len(words) < 400, words
        return words.removeprefix(f"'{path.name}' ").split(":")[0]
    assert decode(encode(document)) == document
    if restore:
        for record in document.runs:
            trainer_of(record)
        present_trainer(document).advance(2)
    return "sound"


def _stress_kills(kills: int) -> None:
    started = perf_counter()
    with TemporaryDirectory() as folder:
        left = kill_while_saving(Path(folder), kills, random.Random(1))
    print(f"{kills} kills in {perf_counter() - started:.0f} s: no broken file; {left} of them in the middle of writing")


def _stress_files(count: int) -> None:
    started, longest, restored = perf_counter(), 0.0, 0
    outcomes: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.chainrule"
        before = _memory_now()
        for data in mutated_files(2, count):
            path.write_bytes(data)
            restore = outcomes["sound"] % RESTORED == 0
            begin = perf_counter()
            outcome = read_or_refuse(path, restore=restore)
            longest = max(longest, perf_counter() - begin)
            outcomes[outcome] += 1
            restored += restore and outcome == "sound"
        grown = _memory("VmHWM") - before
    print(f"{count} files in {perf_counter() - started:.0f} s: no escaped exception; {restored} sound ones trained on")
    for outcome, times in outcomes.most_common():
        print(f"  {times:7}  {outcome}")
    print(f"longest {longest:.3f} s; memory grew by {grown:.0f} MB in all")
    assert longest < MOST_SECONDS and grown < MOST_MEGABYTES


def _memory_now() -> float:
    """Megabytes in use; peaks are measured from here on (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(what: str) -> float:
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 2**10


# Giants: the largest files there can be, each read in a process of its own


def giants() -> dict[str, Callable[[], bytes]]:
    """What makes them, by name."""
    head = b'{"format":"chainrule","version":1,'
    checkpoint = b'{"step":%d,"segment":0,"theta":"' + b"A" * 32 + b'","epoch":0,"position":0}'
    experiment = b'{"network":{"hidden":[]},"data":{"kind":"moons"},"training":{}}'
    segment = b'{"first_step":%d,"experiment":' + experiment + b',"kernel":"numpy","epoch":0,"position":0}'

    def run(segments: int, checkpoints: int) -> bytes:
        parts = b",".join(segment % i for i in range(segments)), b",".join(checkpoint % i for i in range(checkpoints))
        present = (checkpoint % 10**6).replace(b'"segment":0', b'"segment":%d' % (segments - 1))
        history = b'"history":{"steps":"","losses":"","stride":1}'
        return head + b'"runs":[{"segments":[%b],"checkpoints":[%b],"present":%b,%b}]}' % (*parts, present, history)

    return {
        "segments": lambda: run(59_000, 1),
        "checkpoints": lambda: run(1, 290_000),
        "large checkpoints": lambda: run(1, 200_000).replace(b"A" * 32, b"A" * 240),
        "unknown field": lambda: head + b'"%b":1}' % (b"x" * 60_000_000),
        "unknown fields": lambda: (
            head + b",".join(b'"\xf0\x9f\x98\x80%b":1' % (b"x" * 7_000_000) for _ in range(9)) + b"}"
        ),
        "name": lambda: head + b'"experiment":{"name":"%b"}}' % (b'\xf0\x9f\x98\x80\\"' * 10_000_000),
        "digits": lambda: head + b'"view":{"sample":%b}}' % (b"9" * 60_000_000),
        "digits in pieces": lambda: head + b'"":0,' * 10_000_000 + b'"":0}',
        "blanks": lambda: b" " * 60_000_000,
        "brackets": lambda: head + b'"runs":' + b"[" * 60_000_000,
        "braces": lambda: head + b'"runs":[' + b"{}," * 20_000_000,
        "too large": lambda: b"[" * (64 * 2**20 + 1),
    }


def _read_giant(path: Path) -> None:
    """In a process of its own: its peak is that of this one file."""
    before, begin = _memory_now(), perf_counter()
    outcome = ""
    try:
        document = read_document(path)
        begin_restoring = perf_counter()
        trainer_of(document.runs[0])
        outcome = f"sound (restored in {perf_counter() - begin_restoring:.2f} s)"
        seconds = begin_restoring - begin
    except DocumentError as error:
        outcome, seconds = str(error)[:110], perf_counter() - begin
    grown = _memory("VmHWM") - before
    print(f"{path.stem:18} {path.stat().st_size / 2**20:5.1f} MB  {seconds:.3f} s  +{grown:3.0f} MB  {outcome}")
    assert seconds < MOST_SECONDS and grown < MOST_MEGABYTES


def _stress_giants() -> None:
    with TemporaryDirectory() as folder:
        for kind, make in giants().items():
            path = Path(folder) / f"{kind}.chainrule"
            path.write_bytes(make())
            words = [sys.executable, "-m", "tests.benchmarks.stress_files", "giant", str(path)]
            subprocess.run(words, check=True, cwd=Path(__file__).parents[2])
            path.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["giant"]:
        _read_giant(Path(sys.argv[2]))
    else:
        numbers = [int(word) for word in sys.argv[1:]]
        _stress_giants()
        _stress_kills(*(numbers[:1] or [KILLS]))
        _stress_files(*(numbers[1:2] or [FILES]))
