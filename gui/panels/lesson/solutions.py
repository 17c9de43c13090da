"""The solution of a task in words, for those who give it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.lessons.parts import (
    BugTask,
    ChooseTask,
    DoTask,
    NumberTask,
    PickTask,
    ReachTask,
    SeparateTask,
    Solution,
    Step,
)
from core.lessons.prose import Code, Span, Spans, Text
from core.words import mark, tr, trn

_BETWEEN = Text(", ")
_FIELDS = {
    "training.learning_rate": mark("learning rate"),
    "training.optimizer.kind": mark("optimiser"),
    "training.batch": mark("batch"),
    "training.bugs": mark("bugs"),
    "network.hidden": mark("hidden layers"),
    "network.output": mark("output activation"),
}


def solution_spans(step: Step, found: str) -> Spans:
    """`found`: of a number task the number, of a pick task the addresses."""
    match step.task:
        case NumberTask():
            return (Text(tr("It is {number}.", number=found)),)
        case PickTask():
            return (Text(tr("Right is: ")), *_listed(found.split(", ")))
        case ChooseTask(choices=choices):
            index = next(i for i, choice in enumerate(choices) if choice.right)
            answer = step.spans.get(f"choices[{index}].answer", ())
            return (*answer, Text(". "), *step.spans.get(f"choices[{index}].why", ()))
        case BugTask():
            bugs = step.prepare.bugs if step.prepare is not None else ()
            return tuple(
                Text(f"{tr(BUG_TEXTS[Bug(name)].title)}. {tr(BUG_TEXTS[Bug(name)].sentence)}") for name in bugs
            )
        case ReachTask() | SeparateTask() as task:
            return _way(task.solution)
        case DoTask():
            return (Text(tr("Do it in the lab, or go on to the next step.")),)
    return ()


def _way(solution: Solution) -> Spans:
    """What leads there, one thing after the other."""
    parts: list[Span] = [Text(tr("One way: "))]
    changes = [f"{_name(path)} = {_value(value)}" for path, value in _fields(solution.set)]
    changes += [f"{name} = {value:g}" for name, value in solution.leaves.items()]
    parts += _listed(changes)
    if solution.text:
        parts += [Text(tr("write this: ")), Code(solution.text.strip())]
    if solution.steps:
        between = ", " if len(parts) > 1 else ""
        parts.append(Text(between + trn("train {n} step", "train {n} steps", solution.steps)))
    return (*parts, Text("."))


def _fields(changes: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Of the experiment, with their paths: `training.learning_rate = 0.1` is a table in a table in TOML."""
    for name, value in changes.items():
        if isinstance(value, Mapping):
            yield from _fields(value, f"{above}{name}.")
        else:
            yield above + name, value


def _name(path: str) -> str:
    """As the panels call a field."""
    return tr(_FIELDS[path]) if path in _FIELDS else path.rpartition(".")[2].replace("_", " ")


def _value(value: object) -> str:
    """`8 tanh, 4 tanh` of layers."""
    match value:
        case []:
            return tr("none")
        case [*parts]:
            return ", ".join(map(_value, parts))
        case Mapping():
            return " ".join(str(part) for part in value.values())
    return str(value)


def _listed(words: list[str]) -> list[Span]:
    spans: list[Span] = []
    for word in words:
        spans += [_BETWEEN] * bool(spans) + [Code(word)]
    return spans
