"""What a document is made of, and the rules that its parts keep among themselves.

Arrays are bytes here: little-endian float64, base64 in the file, so that every bit survives, infinity and nan too.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Literal

import msgspec
import numpy as np

from core.bugs import Bug
from core.datasets import row_count
from core.errors import ChainruleError, DocumentError
from core.experiment import MIN_POINTS, Experiment, OwnRows, bugs_of
from core.experiment_rules import check_experiment
from core.history import CAP
from core.optim import state_size
from core.own_data.own_rows import check_own_rows
from core.program import Array
from core.run import MOST, Segment, needs_new_run
from core.shape import layer_sizes, parameter_count
from core.words import tr

FORMAT = "chainrule"
VERSION = 1
KERNELS = ("numpy", "numba")
MAX_NUMBER = 2**53  # steps, epochs: whole numbers that float64 tells apart
MAX_COUNT = 10**9  # samples in a batch, steps of a decay
MAX_TEXT = 200  # characters of a name or an address
MAX_KEPT = 32  # runs that are kept to compare
SLOWEST, FASTEST = 0.01, 1e6  # steps a second, besides infinity

MAX_SHEET = 20_000  # characters of the expression lab's text
FIRST_TEXT = """\
a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
e = a * b
d = e + c
f = Value(-2.0, label='f')
L = d * f
L.backward()
"""  # the lecture's first graph

_NEURON = re.compile(r"L([1-9][0-9]?)\.N([1-9][0-9]?)")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters and halves of characters
_SAMPLE = re.compile(r"sample([0-9]*)/")


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked at, and how fast training is shown."""

    level: Literal["network", "neuron", "sample", "whole loss"] = "network"
    neuron: str = ""  # `L1.N3` at level neuron, else empty
    sample: int = 0  # counted from 0
    address: str = ""  # of the selected node; empty for none
    speed: float | None = 4.0  # steps a second; math.inf is as fast as possible (null in the file, never None here)

    def __post_init__(self) -> None:
        if self.speed is None:
            msgspec.structs.force_setattr(self, "speed", math.inf)


class CheckpointRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Checkpoint, its arrays as bytes."""

    step: int
    segment: int
    theta: bytes
    epoch: int
    position: int
    state: bytes = b""  # of the optimiser; plain SGD has none
    accumulated: bytes = b""  # gradients that a bug never sets to zero


class HistoryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A History: as many losses as steps."""

    steps: bytes
    losses: bytes
    stride: int


class RunRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run, and where its training stands."""

    segments: tuple[Segment, ...]
    checkpoints: tuple[CheckpointRecord, ...]
    present: CheckpointRecord
    history: HistoryRecord


class KeptRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run that a person kept, to compare others with."""

    name: str
    run: RunRecord


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a file holds. The last run is the one that goes on; before it, its twin without bugs, if it has one."""

    format: str = FORMAT
    version: int = VERSION
    mode: Literal["network", "expression"] = "network"
    text: str = FIRST_TEXT  # of the expression lab
    experiment: Experiment = Experiment()
    view: View = View()
    runs: tuple[RunRecord, ...] = ()
    kept: tuple[KeptRecord, ...] = ()
    tables: tuple[OwnRows, ...] = ()  # own rows, in the file alone (see document_tables.py)


def packed(array: Array) -> bytes:
    """An array as the file keeps it."""
    return array.astype("<f8").tobytes()


def unpacked(data: bytes) -> Array:
    """The array of `packed`; a copy. Raises DocumentError if these bytes are no whole numbers of 8 bytes each."""
    if len(data) % 8:
        raise DocumentError(tr("an array is cut off."))
    return np.frombuffer(data, "<f8").astype(np.float64)


def check_document(document: Document) -> None:
    """Raise ChainruleError, with what is wrong, unless trainers and a window can be made of the document."""
    _require(
        document.format == FORMAT,
        tr("its format is '{format}', not '{expected}'.", format=document.format[:40], expected=FORMAT),
    )
    _require(document.version == VERSION, tr("there is no version {version} of the format.", version=document.version))
    _require(
        len(document.text) <= MAX_SHEET,
        tr("the expression lab's text has more than {most} characters.", most=f"{MAX_SHEET:,}"),
    )
    _require(not document.tables, tr("its tables of own rows are not in their places."))
    checked: set[int] = set()
    check_setup(document.experiment, checked)
    _check_view(document.view, document.experiment)
    _require(len(document.kept) <= MAX_KEPT, tr("there are more than {most} runs kept to compare.", most=MAX_KEPT))
    runs = [(tr("run {number}", number=number), run) for number, run in enumerate(document.runs, start=1)]
    for kept in document.kept:
        _check_text(kept.name, tr("the name of a run"))
        runs.append((tr("the run '{name}'", name=kept.name[:40]), kept.run))
    for name, run in runs:
        try:
            _check_run(run, checked)
        except ChainruleError as error:
            raise DocumentError(tr("in {name}: {error}", name=name, error=error)) from None


def check_setup(experiment: Experiment, checked: set[int] | None = None) -> None:
    """`check_experiment`, and what only a file could get wrong: a name or a number beyond all measure.

    `checked`: ids of own rows that were checked already and still exist; those found sound are added.
    """
    own = experiment.data.own
    if own is not None and checked is not None:
        if id(own) not in checked:
            check_own_rows(own)
            checked.add(id(own))
        data = msgspec.structs.replace(experiment.data, own=_few_rows(own))
        check_experiment(msgspec.structs.replace(experiment, data=data))
    else:
        check_experiment(experiment)
    _check_text(experiment.name, tr("the name of the experiment"))
    for text in () if own is None else (own.origin, own.target_name, *own.names, *own.labels):
        _check_text(text, tr("a name of own data"))
    batch, decay = experiment.training.batch, experiment.training.decay
    largest = max(batch, decay.steps, decay.warmup)
    _require(largest <= MAX_COUNT, tr("batch size and steps of the decay are at most {most}.", most=f"{MAX_COUNT:,}"))
    _require(experiment.training.stop.step <= MAX_NUMBER, tr("the step to stop at is out of range."))


def _few_rows(own: OwnRows) -> OwnRows:
    """The first of rows that were checked: thousands of segments can have the same table."""
    inputs, targets = own.inputs[: 8 * MIN_POINTS * len(own.names)], own.targets[: 8 * MIN_POINTS]
    return msgspec.structs.replace(own, inputs=inputs, targets=targets)


def fitted(view: View, experiment: Experiment) -> View:
    """As much of the view as this experiment has: without its node, without its level, without its sample."""
    speed = view.speed if view.speed == math.inf else min(max(view.speed or 0.0, SLOWEST), FASTEST)
    same_level = View(view.level, view.neuron, view.sample, "", speed)
    for found in (msgspec.structs.replace(view, speed=speed), same_level, View(sample=view.sample, speed=speed)):
        try:
            _check_view(found, experiment)
        except DocumentError:
            continue
        return found
    return View(speed=speed)


def _check_view(view: View, experiment: Experiment) -> None:
    rows = row_count(experiment.data)
    _require(0 <= view.sample < rows, tr("it shows sample {n} of {rows}.", n=f"{view.sample + 1:,}", rows=f"{rows:,}"))
    _require(
        (view.level == "neuron") == (view.neuron != ""),
        tr("a neuron is named at the level of a neuron, only there."),
    )
    if view.neuron:
        found = _NEURON.fullmatch(view.neuron)
        sizes = layer_sizes(experiment)[1:]
        exists = found and int(found[1]) <= len(sizes) and int(found[2]) <= sizes[int(found[1]) - 1]
        _require(bool(exists), tr("there is no neuron '{neuron}'.", neuron=view.neuron[:40]))
    _check_text(view.address, tr("the selected address"))
    prefix = _SAMPLE.match(view.address)
    _require(prefix is None or prefix[1] == str(view.sample + 1), tr("the selected node is not in the sample shown."))
    _require(view.speed == math.inf or SLOWEST <= (view.speed or 0.0) <= FASTEST, tr("the speed is out of its range."))


def _check_text(text: str, what: str) -> None:
    _require(len(text) <= MAX_TEXT, tr("{what} is longer than {most} characters.", what=what, most=MAX_TEXT))
    _require(_UNFIT.search(text) is None, tr("{what} has characters that cannot be shown.", what=what))


def _check_run(run: RunRecord, checked: set[int]) -> None:
    segments, checkpoints, present = run.segments, run.checkpoints, run.present
    _require(bool(segments) and segments[0].first_step == 0, tr("no segment begins at step 0."))
    _require(bool(checkpoints) and checkpoints[0].step == 0, tr("no checkpoint is at step 0."))
    _require(len(checkpoints) <= MOST + len(segments), tr("there are more checkpoints than a run keeps."))
    _require(all(a.first_step < b.first_step for a, b in pairwise(segments)), tr("the segments are not in order."))
    _require(all(a.step < b.step for a, b in pairwise(checkpoints)), tr("the checkpoints are not in order."))
    _require(checkpoints[-1].step <= present.step <= MAX_NUMBER, tr("its present step is out of range."))
    _require(present.segment == len(segments) - 1, tr("its present step is not in the last segment."))
    for segment in segments:
        check_setup(segment.experiment, checked)
        _require(not needs_new_run(segments[0].experiment, segment.experiment), tr("a segment needs other weights."))
        _require(segment.kernel in KERNELS, tr("the kernel '{kernel}' is unknown.", kernel=segment.kernel[:40]))
        _check_shuffle(segment.epoch, segment.position, segment)
        _check_edits(segment)
    size = 8 * parameter_count(segments[0].experiment)
    for checkpoint in (*checkpoints, present):
        _check_checkpoint(checkpoint, segments, size)
    _check_history(run.history, present.step)


def _check_checkpoint(checkpoint: CheckpointRecord, segments: tuple[Segment, ...], size: int) -> None:
    index, step = checkpoint.segment, checkpoint.step
    _require(0 <= index < len(segments), tr("a checkpoint is in segment {i}, of {n}.", i=index, n=len(segments)))
    last = index == len(segments) - 1
    _require(
        segments[index].first_step <= step and (last or step < segments[index + 1].first_step),
        tr("the checkpoint of step {step} is not in its segment.", step=step),
    )
    _require(
        len(checkpoint.theta) == size,
        tr(
            "the checkpoint of step {step} has {theta} parameters; the network has {size}.",
            step=step,
            theta=f"{len(checkpoint.theta) / 8:g}",
            size=size // 8,
        ),
    )
    training = segments[index].experiment.training
    _require(
        len(checkpoint.state) == 8 * state_size(training.optimizer.kind, size // 8),
        tr("the checkpoint of step {step} has another state than that of its optimiser.", step=step),
    )
    _require(
        len(checkpoint.accumulated) == (size if Bug.NO_ZERO in bugs_of(training) else 0),
        tr("the checkpoint of step {step} has other gradients left over than its bugs leave.", step=step),
    )
    _check_shuffle(checkpoint.epoch, checkpoint.position, segments[index])


def _check_edits(segment: Segment) -> None:
    places, count = [place for place, _ in segment.edits], parameter_count(segment.experiment)
    _require(all(a < b for a, b in pairwise(places)), tr("weights set by hand are not in order, each once."))
    _require(not places or 0 <= places[0] <= places[-1] < count, tr("a weight that was set by hand does not exist."))
    _require(all(math.isfinite(number) for _, number in segment.edits), tr("a weight was set to no finite number."))


def _check_shuffle(epoch: int, position: int, segment: Segment) -> None:
    _require(0 <= epoch <= MAX_NUMBER, tr("an epoch is out of range."))
    _require(0 <= position < row_count(segment.experiment.data), tr("a position is beyond the samples."))


def _check_history(history: HistoryRecord, present: int) -> None:
    _require(1 <= history.stride <= MAX_NUMBER, tr("the stride of its losses is out of range."))
    _require(len(history.steps) == len(history.losses), tr("there are not as many losses as steps."))
    _require(len(history.steps) < 8 * CAP, tr("there are more than {cap} losses.", cap=f"{CAP:,}"))
    steps = unpacked(history.steps)
    if steps.size:
        rising = bool(np.all(steps[1:] > steps[:-1])) and steps[0] >= 0 and steps[-1] < present
        _require(rising and bool(np.all(steps == np.floor(steps))), tr("the steps of its losses are not in order."))


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise DocumentError(complaint)
