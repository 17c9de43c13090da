"""What the lab shows when a step of a lesson begins: as a document to open, and as the State that checks read.

A step that opens something (a text, an exercise, an example, a document, rows) begins from it alone. Any other step
goes on with what the step before had: fields that it sets are added, and steps that it trains come on top. A step that
says nothing of level, sample, node or playhead keeps those as well.

The playhead, `position`. In an expression: `start` (nothing is computed), `backward` (the forward pass is done),
`end`, or so many steps. In a network: `forward`, `zero`, `backward`, `update`: where that phase of the coming
training step begins. If nothing is said: the end of an expression; between two training steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import msgspec

from core.bug_texts import BUG_TEXTS
from core.bugs import NO_BUGS, Bug, Bugs
from core.document import Document, View, decode, present_trainer, with_runs
from core.document_parts import check_document
from core.errors import ChainruleError, ExpressionError
from core.examples import load_example
from core.experiment import MAX_POINTS, Experiment, OwnRows, with_bugs
from core.expression.exercises import exercise
from core.expression.nearest import did_you_mean, meant, nearest
from core.expression.run import run_text
from core.expression.sheet import Phase, Sheet, state_at
from core.lessons.fields import FieldError, changed, flat
from core.lessons.folders import Folder
from core.lessons.parts import Prepare, Step
from core.lessons.state import State, state_of_sheet, state_of_trainer
from core.long_work import Report, silent
from core.own_data.csv_reading import ColumnChoice, read_table, rows_from, sniff
from core.trainer import Trainer
from core.words import tr

STEPS_A_REPORT = 20
MOST_DOCUMENT = 8 * 2**20  # bytes
MOST_CSV = 4 * 2**20
PHASES = {"forward": Phase.FORWARD, "zero": Phase.ZERO, "backward": Phase.BACKWARD, "update": Phase.UPDATE}
_VIEW = ("level", "neuron", "sample", "select", "position")


class PrepareError(ChainruleError):
    """What cannot be prepared; `key` of Prepare says where."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, eq=False)
class Prepared:
    """What to show. In a document of network mode the run is there, trained as far as the lesson wants."""

    document: Document
    bugs: Bugs = NO_BUGS  # of the expression lab; those of a network are in its experiment
    position: int | Phase | None = None  # steps of the sheet; the phase of a training step that begins; None: see above
    select: str = ""  # a node; empty for none


def effective(steps: Sequence[Step], index: int) -> Prepare:
    """All that holds for a step, with what it takes over from those before it."""
    found = Prepare()
    for step in steps[: index + 1]:
        own = step.prepare
        if own is None:
            continue
        found = own if own.opens else _on_top(found, own)
    return found


def _on_top(before: Prepare, own: Prepare) -> Prepare:
    speaks = any(getattr(own, name) for name in _VIEW)
    view = {name: getattr(own if speaks else before, name) for name in _VIEW}
    return msgspec.structs.replace(
        before,
        mode=own.mode or before.mode,
        set=flat(before.set) | flat(own.set),
        steps=before.steps + own.steps,
        bugs=own.bugs or before.bugs,
        **view,
    )


def prepared(steps: Sequence[Step], index: int, folder: Folder, report: Report = silent) -> Prepared:
    """What to show at the beginning of a step. `report` is called while it trains, and may raise CancelledError.

    Raises PrepareError.
    """
    wanted = effective(steps, index)
    bugs = _bugs(wanted.bugs)
    document = _opened(wanted, folder)
    if document.mode == "expression":
        return _expression(wanted, document, bugs)
    return _network(wanted, document, bugs, report)


def state_of(found: Prepared) -> State:
    """What the lab shows then, without a window. Raises PrepareError."""
    if found.document.mode == "expression":
        sheet = sheet_of(found.document.text, found.bugs)
        end = len(sheet.steps)
        position = found.position if isinstance(found.position, int) else end
        outcome = state_of_sheet(sheet, state_at(sheet, end), found.bugs)
        if position >= end:
            return outcome
        return replace(state_of_sheet(sheet, state_at(sheet, position), found.bugs), end=outcome)
    return state_of_trainer(present_trainer(found.document), found.document.view.sample)


def sheet_of(text: str, bugs: Bugs = NO_BUGS) -> Sheet:
    """`run_text`; raises PrepareError with the line of the text."""
    try:
        return run_text(text, bugs)
    except ExpressionError as error:
        raise PrepareError("text", tr("In line {line} of the text: {error}", line=error.line, error=error)) from None
    except ChainruleError as error:
        raise PrepareError("text", str(error)) from None


def _bugs(names: Sequence[str]) -> Bugs:
    known = {bug.value: bug for bug in Bug}
    for name in names:
        if name not in known:
            near = nearest(name, known)
            said = tr("There is no bug '{name}'.", name=name[:40])
            raise PrepareError(f"bugs[{names.index(name)}]", said + meant(near, known))
    return frozenset(known[name] for name in names)


def _opened(wanted: Prepare, folder: Folder) -> Document:
    """The document without what is changed in it."""
    if wanted.document:
        document = _read_document(wanted.document, folder)
    else:
        expression = bool(wanted.text or wanted.exercise)
        mode = wanted.mode or ("expression" if expression else "network")
        try:
            experiment = load_example(wanted.example or "lecture")
        except ChainruleError as error:
            raise PrepareError("example", str(error)) from None
        document = Document(mode=mode, experiment=experiment)
        if expression:
            text = wanted.text or exercise(wanted.exercise, wanted.seed).text
            document = msgspec.structs.replace(document, text=text)
    if wanted.csv:
        rows = own_rows_of(wanted.csv, folder)
        data = msgspec.structs.replace(document.experiment.data, kind="own", own=rows)
        experiment = msgspec.structs.replace(document.experiment, name=PurePosixPath(wanted.csv).stem, data=data)
        document = msgspec.structs.replace(document, experiment=experiment, runs=())
    return msgspec.structs.replace(document, mode=wanted.mode or document.mode)


def _read_document(name: str, folder: Folder) -> Document:
    try:
        return decode(folder.read(name, MOST_DOCUMENT), name)
    except ChainruleError as error:
        raise PrepareError("document", str(error)) from None


def own_rows_of(name: str, folder: Folder) -> OwnRows:
    """The rows of a CSV file of the lesson's folder: the last column is the target. Raises PrepareError."""
    try:
        data = folder.read(name, MOST_CSV)
        table = read_table(data, sniff(data), most=MAX_POINTS)
        last = len(table.names) - 1
        return rows_from(table, ColumnChoice(tuple(range(last)), last), name)
    except ChainruleError as error:
        raise PrepareError("csv", f"{name}: {error}") from None


def _expression(wanted: Prepare, document: Document, bugs: Bugs) -> Prepared:
    for key in ("steps", "set", "level", "sample"):
        if getattr(wanted, key):
            raise PrepareError(key, tr("'{key}' has no meaning in an expression.", key=key))
    sheet = sheet_of(document.text, bugs)
    position: int | None = None
    match wanted.position:
        case "start":
            position = 0
        case "backward":
            position = next((i for i, each in enumerate(sheet.steps) if each.phase is Phase.BACKWARD), len(sheet.steps))
        case int() as steps:
            position = min(steps, len(sheet.steps))
        case None | "end":
            pass
        case other:
            raise PrepareError(
                "position", tr("'{other}' is a phase of training; here: start, backward, end or a number.", other=other)
            )
    if wanted.select and sheet.node(wanted.select) is None:
        near = nearest(wanted.select, state_of_sheet(sheet, state_at(sheet, len(sheet.steps))).named)
        said = tr("There is no node '{node}' in this graph.", node=wanted.select)
        raise PrepareError("select", said + did_you_mean(near))
    return Prepared(_sound(document), bugs, position, wanted.select)


def _network(wanted: Prepare, document: Document, bugs: Bugs, report: Report) -> Prepared:
    if wanted.position is not None and wanted.position not in PHASES:
        raise PrepareError("position", tr("In a network the playhead is at one of {names}.", names=", ".join(PHASES)))
    experiment = _changed(wanted, document.experiment)
    if bugs:
        alone = [bug.value for bug in bugs if BUG_TEXTS[bug].network is None]
        if alone:
            raise PrepareError("bugs", tr("The bug '{name}' has no place in a network.", name=alone[0]))
        experiment = with_bugs(experiment, bugs)
    view = View(
        level=wanted.level or "network", neuron=wanted.neuron, sample=(wanted.sample or 1) - 1, address=wanted.select
    )
    document = msgspec.structs.replace(document, experiment=experiment, view=view)
    _sound(msgspec.structs.replace(document, runs=()))
    if wanted.steps:
        document = with_runs(document, [_trained(document, wanted.steps, report)])
    position = PHASES[str(wanted.position)] if wanted.position else None
    return Prepared(document, NO_BUGS, position, wanted.select)


def _changed(wanted: Prepare, experiment: Experiment) -> Experiment:
    try:
        return changed(experiment, wanted.set)
    except FieldError as error:
        raise PrepareError(f"set.{error.path}".rstrip("."), str(error)) from None


def _trained(document: Document, steps: int, report: Report) -> Trainer:
    try:
        trainer = present_trainer(document)
        train(trainer, steps, report)
    except ChainruleError as error:
        raise PrepareError("steps", str(error)) from None
    return trainer


def train(trainer: Trainer, steps: int, report: Report = silent) -> None:
    """So many steps, or as far as training goes. Raises PrepareError where it diverges."""
    last = trainer.step + steps
    while trainer.step < last:
        report(1.0 - (last - trainer.step) / steps)
        progress = trainer.advance(min(STEPS_A_REPORT, last - trainer.step))
        if progress.divergence:
            found = progress.divergence
            raise PrepareError(
                "steps", tr("Training diverges at step {step}: {advice}", step=found.step, advice=found.advice)
            )
        if progress.stopped:
            break


def _sound(document: Document) -> Document:
    try:
        check_document(document)
    except ChainruleError as error:
        raise PrepareError(
            "level" if _is_sound(msgspec.structs.replace(document, view=View())) else "", str(error)
        ) from None
    return document


def _is_sound(document: Document) -> bool:
    try:
        check_document(document)
    except ChainruleError:
        return False
    return True
