"""Every program that a session can be written as: what it is called, and its text."""

from __future__ import annotations

from dataclasses import dataclass

from core.document_parts import Document
from core.errors import ChainruleError
from core.experiment import Experiment
from core.exporters.code_text_start import Start
from core.exporters.code_text_training import STEPS
from core.exporters.expression import expression_micrograd, expression_pytorch
from core.exporters.micrograd import micrograd_script
from core.exporters.notebook import expression_notebook, training_notebook
from core.exporters.pytorch import pytorch_script
from core.expression.sheet import Sheet
from core.words import mark, tr


@dataclass(frozen=True)
class CodeTarget:
    """A kind of program."""

    key: str  # on the command line
    title: str  # in menus, marked
    suffix: str


CODE_TARGETS = {
    target.key: target
    for target in (
        CodeTarget("pytorch", mark("PyTorch script"), ".py"),
        CodeTarget("micrograd", mark("micrograd script"), ".py"),
        CodeTarget("notebook", mark("Jupyter notebook"), ".ipynb"),
    )
}
BROKEN = mark(
    "The bug lab is or was on in this run; a program would train without the bug. Reset begins a run without it."
)
_OF_TRAINING = {"pytorch": pytorch_script, "micrograd": micrograd_script, "notebook": training_notebook}
_OF_SHEET = {"pytorch": expression_pytorch, "micrograd": expression_micrograd, "notebook": expression_notebook}


def document_code(document: Document, target: str, steps: int = STEPS, *, now: bool = False) -> str:
    """What the document shows: a training of so many steps, or the graph of its text.

    `now`: the training goes on where the document's run stands, else it begins where the run began. Raises
    ExpressionError for a text with a mistake, ChainruleError for what the target cannot express.
    """
    if document.mode == "expression":
        from core.expression.run import run_text  # the whole interpreter, which the network lab does not need

        return sheet_code(run_text(document.text), target)
    return training_code(document, target, steps, now=now)


def training_code(subject: Document | Experiment | Start, target: str, steps: int = STEPS, *, now: bool = False) -> str:
    """A training of so many steps. Raises ChainruleError, also for a run that the bug lab has broken."""
    if _is_broken(subject):
        raise ChainruleError(tr(BROKEN))
    return _OF_TRAINING[_known(target)](subject, steps, now=now)


def sheet_code(sheet: Sheet, target: str) -> str:
    """A graph of the expression lab. Raises ChainruleError for one that is empty, or has what cannot be expressed."""
    if not sheet.graph.nodes:
        raise ChainruleError(tr("The text makes no graph: there is nothing to export."))
    return _OF_SHEET[_known(target)](sheet)


def _known(target: str) -> str:
    if target not in CODE_TARGETS:
        raise ChainruleError(tr("There is no program of the kind '{target}'.", target=target[:40]))
    return target


def _is_broken(subject: Document | Experiment | Start) -> bool:
    """Whether a bug is on, or was during the run."""
    experiments = [subject if isinstance(subject, Experiment) else subject.experiment]
    if isinstance(subject, Document) and subject.runs:
        experiments += [segment.experiment for segment in subject.runs[-1].segments]
    return any(experiment.training.bugs for experiment in experiments)
