"""The state after a task's solution: what the verification compares with what the task asks for."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from core.document import present_trainer
from core.expression.knobs import knobs_of
from core.expression.literals import rewritten
from core.lessons.fields import changed
from core.lessons.parts import Solution
from core.lessons.preparing import Prepared, PrepareError, sheet_of, state_of, train
from core.lessons.state import State, state_of_trainer
from core.long_work import Report
from core.words import tr


def solved(solution: Solution, found: Prepared, report: Report) -> State:
    """The state after the solution. Raises ChainruleError where it cannot be done."""
    if found.document.mode == "expression":
        if solution.set or solution.steps:
            raise PrepareError("", tr("In an expression a solution has 'leaves' or a 'text'."))
        text = _with_leaves(solution.text or found.document.text, solution.leaves, found)
        document = msgspec.structs.replace(found.document, text=text)
        return state_of(replace(found, document=document))
    if solution.text:
        raise PrepareError("", tr("A network has no text."))
    experiment = changed(found.document.experiment, solution.set)
    document = msgspec.structs.replace(found.document, experiment=experiment)
    trainer = present_trainer(document)
    for address, number in solution.leaves.items():
        trainer.set_parameter(address, number)
    if solution.steps:
        train(trainer, solution.steps, report)
    return state_of_trainer(trainer, document.view.sample)


def _with_leaves(text: str, leaves: dict[str, float], found: Prepared) -> str:
    """The text with other numbers, as the sliders write them."""
    if not leaves:
        return text
    knobs = {name: knob.literal for knob in knobs_of(sheet_of(text, found.bugs)) for name in (knob.name, knob.address)}
    for address in leaves:
        if address not in knobs:
            raise PrepareError("", tr("There is no number '{address}' in the text that can be moved.", address=address))
    return rewritten(text, {knobs[address]: number for address, number in leaves.items()})
