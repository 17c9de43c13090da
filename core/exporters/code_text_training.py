"""The parts of an exported training that look the same in every target: settings, learning rate, batches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from core.errors import ChainruleError
from core.experiment import OPTIMIZER_TITLES, TrainingSpec
from core.exporters.code_text import number, remark
from core.exporters.code_text_start import Start
from core.features import show_feature
from core.losses import LOSSES
from core.words import tr

STEPS = 100  # of an exported training, unless more or fewer are asked for


def summary(start: Start) -> str:
    """What is trained, on one line; the name in it is a person's, so it belongs into a remark."""
    return "; ".join(_parts(start))


def remarks(start: Start) -> list[str]:
    """The same as remarks, and what a reader has to know."""
    rows, *rest = _parts(start)
    lines = [f"{start.experiment.name}: {rows};", f"{'; '.join(rest)}."]
    return [remark(each) for each in (*lines, *start.remarks)]


def _parts(start: Start) -> list[str]:
    """Rows, network, loss, optimiser."""
    training = start.experiment.training
    rows, tested = len(start.dataset.targets), len(start.dataset.test_targets)
    samples = f"{rows} samples" + (f" and {tested} to test" if tested else "")
    batches = f"batches of {start.batch}" if start.batch else "all of them each step"
    shape = " → ".join(
        f"{size} {kind}" if kind else f"{size}"
        for size, kind in zip(start.sizes, ["", *start.activations], strict=True)
    )
    features = ", ".join(map(show_feature, start.experiment.network.features))
    network = f"network {shape}{f' of {features}' if features else ''}{'' if start.bias else ' without biases'}"
    loss = "softmax cross-entropy" if start.several else LOSSES[training.loss].title
    return [f"{samples}, {batches}", network, loss, OPTIMIZER_TITLES[training.optimizer.kind]]


def steps_lines(start: Start, steps: int) -> list[str]:
    """`STEPS = 100`, and where they begin if that is not 0."""
    lines = [*([f"FIRST_STEP = {start.step}"] if start.step else []), f"STEPS = {steps}"]
    return [*lines, *([f"LAST_STEP = {start.last_step}  # where training stops"] if start.last_step else [])]


def steps_range(start: Start) -> str:
    """The steps as the loop runs over them."""
    end = "FIRST_STEP + STEPS" if start.step else "STEPS"
    end = f"min({end}, LAST_STEP)" if start.last_step else end
    return f"range(FIRST_STEP, {end})" if start.step else f"range({end})"


def learning_rate_text(start: Start) -> str:
    """The function `learning_rate(step)`; empty for a rate that never changes."""
    if start.fixed_rate:
        return ""
    training = start.experiment.training
    lines = ["def learning_rate(step):", '    """Of a step, counted from 0."""']
    pieces = [*start.earlier] or [(0, training)]
    for (_, rates), (until, _) in pairwise(pieces):
        lines += [f"    if step < {until}:  # it was changed there", *_rate_lines(rates, "        ")]
    lines += _rate_lines(pieces[-1][1], "    ")
    return "\n".join(lines)


def uses_math(start: Start) -> bool:
    """Whether the learning rate needs Python's math."""
    rates = [start.experiment.training, *(training for _, training in start.earlier)]
    return any(each.decay.kind == "cosine" for each in rates)


def _rate_lines(training: TrainingSpec, indent: str) -> list[str]:
    decay, rate = training.decay, number(training.learning_rate)
    lines, step = [], "step"
    if decay.warmup:
        lines = [
            f"if step < {decay.warmup}:  # warm-up",
            f"    return {rate} * ((step + 1) / {decay.warmup + 1})",
        ]
        step = f"(step - {decay.warmup})"
    least = f"min({step.strip('()') if decay.warmup else step}, {decay.steps})"
    drop, factor, per_step = number(decay.drop), number(decay.factor), number(decay.per_step)
    last = {
        "constant": rate,
        "linear": f"{rate} * (1 - {drop} * {least} / {decay.steps})",
        "step": f"{rate} * {factor} ** ({step} // {decay.steps})",
        "exponential": f"{rate} * {per_step} ** {step}",
        "cosine": f"{rate} * (1 - {drop} * (1 - math.cos(math.pi * {least} / {decay.steps})) / 2)",
    }[decay.kind]
    return [indent + line for line in [*lines, f"return {last}"]]


def batches_text(start: Start) -> str:
    """The generator `batches()`; empty where each step takes all samples."""
    if not start.batch:
        return ""
    about = "every epoch shuffles them anew, and its last batch may be short."
    rows = "order[begin : begin + BATCH]"
    if start.goals:
        about, rows = "every epoch shuffles them anew. And whether an epoch begins with it.", f"{rows}, begin == first"
    return f'''
def batches():
    """The rows of each step's batch: {about}"""
    epoch, first = {start.epoch}, {start.position}
    while True:
        order = np.random.RandomState((SEED, epoch % 2**32)).permutation(len(DATA))
        for begin in range(first, len(DATA), BATCH):
            yield {rows}
        epoch, first = epoch + 1, 0
'''.strip("\n")


def batch_lines(start: Start) -> list[str]:
    """The settings that `batches()` reads."""
    if not start.batch:
        return []
    return [f"BATCH = {start.batch}", f"SEED = {start.experiment.network.seed}  # of the shuffles"]


def check_steps(steps: int) -> None:
    """Raises ChainruleError for a number of steps that is none."""
    if steps < 0:
        raise ChainruleError(tr("A training takes 0 steps or more, not {steps}.", steps=steps))


def penalty_function(start: Start, of: str, *, l2: str, l1: str) -> str:
    """`penalty(of)` as a sum of a target's words for L2's and L1's sums; empty where there is none."""
    training = start.experiment.training
    used = [each for each in (("L2", training.l2, l2), ("L1", training.l1, l1)) if each[1]]
    if not used:
        return ""
    names, terms = " and ".join(each[0] for each in used), " + ".join(f"{number(each[1])} * {each[2]}" for each in used)
    return f'def penalty({of}):\n    """{names}: what large parameters cost."""\n    return {terms}'


def goals_function(start: Start, arguments: str, lines: Sequence[str]) -> str:
    """`goals_reached(arguments)`, after lines that measure `loss` and `right`; empty without goals."""
    if not start.goals:
        return ""
    signs = {"loss": "loss <=", "accuracy": "right >="}
    goals = ", ".join(f'"{name}": {signs[name]} {number(goal)}' for name, goal in start.goals)
    return "\n".join(
        [
            f"def goals_reached({arguments}):",
            '    """Which of the goals, at which training stops, all samples have reached."""',
            *(f"    {line}" for line in lines),
            f"    goals = {{{goals}}}",
            "    return {name for name, reached in goals.items() if reached}",
        ]
    )
