"""The backward pass in sentences: who handed how much to whom, why so much, and what it added up to."""

from __future__ import annotations

import math

from core.expression.local_words import local_words
from core.expression.order import Pass, passes
from core.expression.sheet import Change, Phase, Sheet, State, Step
from core.expression.wording import distinct, first_up, listed, moved, name_of, number, operation_of, ordinal, own_name
from core.words import mark, tr

MOST_PARTS = 3  # operands that are told one by one
MOST_SUMS = 3  # intermediate sums of a gradient that are written out
WORDS = {2: mark("second"), 3: mark("third"), 4: mark("fourth"), 5: mark("fifth")}


def seed(sheet: Sheet, step: Step, count: int = 1) -> str:
    """A gradient is set: to 1, where the pass of this number begins, or to what the learner worked out."""
    change = step.changes[0]
    name = name_of(sheet, change.node)
    if len(step.changes) > 1 or change.after != 1:
        return tr("The gradient of {name} is set to {after} by hand.", name=name, after=number(change.after))
    own = own_name(sheet, change.node)
    name, gradient = first_up(name), f"d{own}/d{own}" if own else tr("its own gradient")
    if count > 1:
        return tr(
            "{name} starts a {count} backward pass: {gradient} = 1.", name=name, count=_count(count), gradient=gradient
        )
    return tr("{name} starts the backward pass: {gradient} = 1.", name=name, gradient=gradient)


def seeded(sheet: Sheet, before: State, step: Step) -> str:
    """The same; with the gradients of an earlier pass still there, that too."""
    count = _passes_before(sheet, before, step)
    if not count or step.changes[0].after != 1:
        return seed(sheet, step)
    more = tr("The gradients of the pass before were not set to 0: what comes now is added to them.")
    return f"{seed(sheet, step, count + 1)} {more}"


def _passes_before(sheet: Sheet, before: State, step: Step) -> int:
    """How many passes went backward before the one that this step begins; 0 if their gradients were set to 0."""
    index = _number_of(sheet, before, step)
    rest = [float(grad) for node, grad in enumerate(before.grad) if node != step.node]
    if not any(rest):
        return 0
    return sum(each.phase is Phase.BACKWARD and each.end <= index for each in passes(sheet))


def handed_on(sheet: Sheet, before: State, step: Step) -> str:
    """Who handed how much to whom, and what became of gradients that were not 0."""
    if not step.changes:
        return nothing_handed_on(sheet, step)
    operation = operation_of(sheet, step.node)
    growth = _growths(sheet, before, step)
    if operation and operation.name == "add":
        lines = [_of_sum(sheet, step)]
    else:
        lines = _parts(sheet, before, step, briefly=bool(growth))
    here = _pass_of(sheet, _number_of(sheet, before, step))
    if here is not None and here.start == before.position and (count := _passes_before(sheet, before, step)):
        lines.insert(
            0, tr("A {count} backward pass begins, on top of the gradients that are there.", count=_count(count + 1))
        )
    if _came_early(step, before):
        lines.append(tr("It handed on only what had just arrived, not its whole gradient."))
    elif _too_early(sheet, before, step):
        lines.append(tr("Too early: {name}'s own gradient was not complete.", name=name_of(sheet, step.node)))
    return " ".join([*lines, *growth])


def nothing_handed_on(sheet: Sheet, step: Step) -> str:
    """Why a node whose turn it is does nothing."""
    name = first_up(name_of(sheet, step.node))
    if not sheet.graph.nodes[step.node].operands:
        return tr("{name} is a leaf: it has nobody to hand its gradient to.", name=name)
    return tr("{name} hands nothing on: its backward function was never installed.", name=name)


def _of_sum(sheet: Sheet, step: Step) -> str:
    name, gradient = first_up(name_of(sheet, step.node)), number(step.changes[0].upstream)
    names = distinct(sheet, step)
    if len(names) == 1:
        return tr(
            "{name} handed its gradient {gradient} to {operand} twice: a sum passes it on once for each use.",
            name=name,
            gradient=gradient,
            operand=names[0],
        )
    return tr(
        "{name} handed its gradient {gradient} to {names}: a sum passes it on unchanged to both.",
        name=name,
        gradient=gradient,
        names=listed(names),
    )


def _parts(sheet: Sheet, before: State, step: Step, *, briefly: bool) -> list[str]:
    """A sentence for each operand that is more than a number; shorter ones, if more is to be said."""
    lines = []
    changes = [change for change in step.changes if not _is_plain(sheet, change.node)] or step.changes[:1]
    for i, change in enumerate(changes[:MOST_PARTS]):
        amount, operand = number(contribution(change)), name_of(sheet, change.node)
        words = local_words(sheet, step.node, change.position, before.data, change.local, briefly=briefly or i > 0)
        upstream = number(change.upstream)
        if i == 0:
            lines.append(
                tr(
                    "{name} handed {amount} to {operand}: {words}, times the upstream {upstream}.",
                    name=first_up(name_of(sheet, step.node)),
                    amount=amount,
                    operand=operand,
                    words=words,
                    upstream=upstream,
                )
            )
        elif change.node == changes[0].node:
            lines.append(tr("And {amount} to {operand} once more, for its other use.", amount=amount, operand=operand))
        else:
            lines.append(
                tr(
                    "{operand} gets {amount}: {words}, times the upstream {upstream}.",
                    operand=first_up(operand),
                    amount=amount,
                    words=words,
                    upstream=upstream,
                )
            )
    more = len(changes) - MOST_PARTS
    return [*lines, tr("And so on to {more} more.", more=more)] if more > 0 else lines


def _growths(sheet: Sheet, before: State, step: Step) -> list[str]:
    """What became of gradients that were not 0: what was lost first, then what was added up."""
    nodes = list(dict.fromkeys(change.node for change in step.changes))
    lost = [text for node in nodes if (text := _overwritten(sheet, step, node))]
    lines = [tr("That overwrote {lost}.", lost=listed(lost))] if lost else []
    again = [node for node in nodes if len(_history(sheet, before, step, node)) > 1]
    if len(again) > 1:  # the whole chains of several would be too long a sentence
        lines.append(_several_again(sheet, before, step, again))
        nodes = [node for node in nodes if node not in again]
    return lines + [text for node in nodes if (text := _growth(sheet, before, step, node))]


def _history(sheet: Sheet, before: State, step: Step, node: int) -> list[Change]:
    """The shares that added up to a node's gradient in this pass; none where one was lost, or nobody cares."""
    if _is_plain(sheet, node) or _overwritten(sheet, step, node):
        return []
    return [*_shares(sheet, before, step, node), *(change for change in step.changes if change.node == node)]


def _several_again(sheet: Sheet, before: State, step: Step, nodes: list[int]) -> str:
    """`Both a second time: a −6.0 + 3.0 → −3.0, b −6.0 + (−2.0) → −8.0.`"""
    counts = {len(_history(sheet, before, step, node)) for node in nodes}
    sums = []
    for node in nodes:
        last = _history(sheet, before, step, node)[-1]
        start, end = moved([last.before, last.after])
        sums.append(f"{name_of(sheet, node)} {start} + {_share(last)} → {end}")
    told, both = ", ".join(sums), len(nodes) == 2
    if len(counts) > 1:
        return tr("Both once more: {sums}.", sums=told) if both else tr("All once more: {sums}.", sums=told)
    count = _count(counts.pop())
    if both:
        return tr("Both a {count} time: {sums}.", count=count, sums=told)
    return tr("All a {count} time: {sums}.", count=count, sums=told)


def _overwritten(sheet: Sheet, step: Step, node: int) -> str:
    """`b's −6.0 (added up: −8.0)`; empty where nothing was lost."""
    for change in step.changes:
        right = change.before + contribution(change)
        if change.node == node and not _same(change.after, right):
            was, _, added_up = moved([change.before, change.after, right])
            return tr("{name}'s {was} (added up: {added_up})", name=name_of(sheet, node), was=was, added_up=added_up)
    return ""


def _growth(sheet: Sheet, before: State, step: Step, node: int) -> str:
    """How a gradient that was not 0 was added up; empty for a first share, and where it was overwritten."""
    history = _history(sheet, before, step, node)
    if not history or (len(history) == 1 and history[0].before == 0):
        return ""
    name, start, first = name_of(sheet, node), history[0].before, history[0]
    if len(history) == 1:
        start_text, end_text = moved([start, first.after])
        return tr(
            "{name} still had {start}: {start} + {share} → {end}.",
            name=first_up(name),
            start=start_text,
            share=_share(first),
            end=end_text,
        )
    sums = [number(change.after) for change in history]
    if len(sums) > MOST_SUMS:
        sums = [sums[0], "…", sums[-1]]
    chain = " → ".join([f"{number(start)} + {_share(first)}", *sums])
    return tr("{name} received a {count} time: {chain}.", name=first_up(name), count=_count(len(history)), chain=chain)


def _shares(sheet: Sheet, before: State, step: Step, node: int) -> list[Change]:
    """What a node received in this pass before this step."""
    index = _number_of(sheet, before, step)
    here = _pass_of(sheet, index)
    steps = sheet.steps[here.start : index] if here else ()
    return [change for each in steps for change in each.changes if change.node == node and change.position >= 0]


def _came_early(step: Step, before: State) -> bool:
    """Whether a share was handed on instead of the gradient that the node has by now."""
    return any(not _same(change.upstream, float(before.grad[step.node])) for change in step.changes)


def _too_early(sheet: Sheet, before: State, step: Step) -> bool:
    index = _number_of(sheet, before, step)
    here = _pass_of(sheet, index)
    return here is not None and any(act.early and index + 1 in act.positions for act in here.acts)


def _pass_of(sheet: Sheet, index: int) -> Pass | None:
    return next((each for each in passes(sheet) if each.start <= index < each.end), None)


def _is_plain(sheet: Sheet, node: int) -> bool:
    """Whether a node is a number without a name: its gradient interests nobody much."""
    return not sheet.graph.nodes[node].operands and not own_name(sheet, node)


def _share(change: Change) -> str:
    text = number(contribution(change))
    return f"({text})" if contribution(change) < 0 else text


def _number_of(sheet: Sheet, before: State, step: Step) -> int:
    """Where a step stands among the steps: where its state says, if that is true."""
    if before.position < len(sheet.steps) and sheet.steps[before.position] is step:
        return before.position
    return sheet.steps.index(step)


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(a) and math.isnan(b))


def _count(n: int) -> str:
    return tr(WORDS[n]) if n in WORDS else ordinal(n)


def contribution(change: Change) -> float:
    """What was handed on."""
    return change.upstream * change.local
