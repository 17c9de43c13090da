"""Commands that need neither window nor Qt."""

from __future__ import annotations

import math
import sys
from time import perf_counter

from core import kernels
from core.document import open_document, present_trainer
from core.examples import example_names, example_title
from core.kernels_numpy import NumpyKernel

STEPS_A_CALL = 100
WORTH_COMPILED_KERNELS = 2_000  # steps; fewer are done by NumPy before Numba is even imported


def train(example: str, steps: int, *, quiet: bool) -> int:
    """Train an example, or go on with a file's run, for so many steps or to where it stops; the file stays as it is.

    Prints one line a step, or, quiet, one line in all. Status 1 if it diverges.
    """
    document = open_document(example)
    recorded = document.runs[-1].segments[-1].kernel if document.runs else NumpyKernel.name
    if recorded != NumpyKernel.name or steps >= WORTH_COMPILED_KERNELS:
        kernels.warm_up(beside=False)
    trainer = present_trainer(document)
    if not document.runs:
        trainer.switch(kernels.name())
    last = trainer.step + steps
    started = perf_counter()
    loss = float("nan")
    while trainer.step < last:
        progress = trainer.advance(min(STEPS_A_CALL, last - trainer.step))
        if not quiet:
            for i, (each, right) in enumerate(zip(progress.losses, progress.accuracies, strict=True)):
                accuracy = "" if math.isnan(right) else f" accuracy {100 * right:.1f}%"
                print(f"step {progress.first_step + i} loss {float(each)!r}{accuracy}")
        loss = float(progress.losses[-1]) if len(progress.losses) else loss
        if progress.divergence:
            found = progress.divergence
            print(f"diverged at step {found.step}: {found.address} is {found.value}. {found.advice}", file=sys.stderr)
            return 1
        if progress.stopped:
            print(f"stopped at step {trainer.step}: {progress.stopped}")
            break
    seconds = perf_counter() - started
    if quiet:
        done = trainer.step - last + steps
        speed = done / seconds if seconds else 0.0
        print(f"{done} steps in {seconds:.2f} s ({speed:.0f} steps/s), {trainer.kernel} kernels, loss {loss!r}")
    return 0


def list_examples() -> int:
    """One line an example: name and what it is."""
    width = max(map(len, example_names()))
    for name in example_names():
        print(f"{name:<{width}}  {example_title(name)}")
    return 0
