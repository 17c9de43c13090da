"""A training as a script for karpathy's micrograd: the same numbers, scalar by scalar.

What micrograd has is used as it is; what it lacks (tanh, softplus …) is defined as the lecture defines operations. With
the import lines changed the script runs on Chainrule's own engine.
"""

from __future__ import annotations

from core.document_parts import Document
from core.experiment import Experiment
from core.exporters import code_text_training as training_text
from core.exporters import micrograd_network as network_text
from core.exporters import micrograd_optimizers as optimizers
from core.exporters.code_text import MARK, Section, number, script
from core.exporters.code_text_data import data_text
from core.exporters.code_text_start import Start, beginning
from core.exporters.code_text_training import STEPS, check_steps
from core.exporters.micrograd_network import measured, operations_of
from core.exporters.micrograd_operations import functions_text, needs_math

DOC = f"""
A network that micrograd trains with the numbers of Chainrule, step by step. {MARK}

    pip install micrograd
    python FILE

On Chainrule's own engine it is faster: import Value from core.engine and MLP from core.nn.
"""
IMPORTS = "from micrograd.engine import Value\nfrom micrograd.nn import MLP"
OWN_IMPORTS = "from core.engine import Value\nfrom core.nn import MLP"

_SHALLOW = 400  # nodes below each other that Python's own limit of recursion leaves room for
_WEIGHTS_ALONE = "[w for layer in network.layers for neuron in layer.neurons for w in neuron.w]  # no biases"
_STOP = """
before, reached = reached, goals_reached(network, parameters)
if reached - before:
    print(f"stopped at step {step}: {' and '.join(sorted(reached - before))} reached")
    break
"""


def micrograd_script(subject: Document | Experiment | Start, steps: int = STEPS, *, now: bool = False) -> str:
    """A script that prints `step 0 loss …` as the app does, for so many steps; see `beginning` for `now`.

    Raises ExperimentError for an experiment that is not sound.
    """
    start = subject if isinstance(subject, Start) else beginning(subject, now=now)
    check_steps(steps)
    lines = [*network_lines(start), "", *loop_lines(start), *test_lines(start)]
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    parts = [
        "\n".join([*import_lines(start), "", IMPORTS]).strip("\n"),
        settings_text(start, steps),
        *(section.code for section in function_sections(start)),
        f"def main():\n{body}",
        data_text(start),
        weights_text(start),
        optimizers.memory_text(start),
        'if __name__ == "__main__":\n    main()',
    ]
    return script(DOC, parts)


def import_lines(start: Start) -> list[str]:
    """Python's own modules, and NumPy for the shuffles."""
    deep = _depth(start) > _SHALLOW
    users = network_text, optimizers, training_text
    uses_math = needs_math(operations_of(start)) or any(module.uses_math(start) for module in users)
    plain = [name for name, used in (("math", uses_math), ("sys", deep)) if used]
    lines = [f"import {name}" for name in plain]
    if start.batch:
        lines += [*([""] if lines else []), "import numpy as np"]
    return lines


def settings_text(start: Start, steps: int) -> str:
    """Who this is, how many steps, which batches."""
    lines = [*training_text.remarks(start), *training_text.steps_lines(start, steps), *training_text.batch_lines(start)]
    if _depth(start) > _SHALLOW:
        lines.append(f"sys.setrecursionlimit({_depth(start) * 2 + 1000})  # backward() calls itself down the graph")
    return "\n".join(lines)


def function_sections(start: Start) -> list[Section]:
    """The functions that the training is made of."""
    rate, batches = training_text.learning_rate_text(start), training_text.batches_text(start)
    sections = [
        Section(
            "Operations that micrograd lacks, written as the lecture writes them.", functions_text(operations_of(start))
        ),
        Section("The forward pass.", network_text.forward_text(start)),
        Section("What one sample costs.", network_text.loss_text(start)),
        Section("What is frozen does not move.", network_text.freezing_text(start)),
        Section("How good the network is.", network_text.measure_text(start)),
        Section("Where training stops.", network_text.goals_text(start)),
        Section("The learning rate of each step.", rate),
        Section("The rows of each step.", batches),
        Section("A gradient that is too long is made shorter.", optimizers.clip_text(start)),
        Section("The update: each parameter moves against its gradient.", optimizers.update_text(start)),
    ]
    return [section for section in sections if section.code]


def weights_text(start: Start) -> str:
    """`WEIGHTS`, a line a neuron."""
    rows, begin, bias = [], 0, int(start.bias)
    for before, after in zip(start.sizes, start.sizes[1:], strict=False):
        for _ in range(after):
            row = [number(value) for value in start.theta[begin : begin + before + bias]]
            rows.append(_row(row))
            begin += before + bias
    about = "its weights, then its bias" if bias else "its weights"
    return "\n".join([f"WEIGHTS = [  # of every neuron {about}", *rows, "]"])


def network_lines(start: Start) -> list[str]:
    """The lines that make `network` with its first weights."""
    return [
        f"network = MLP({start.sizes[0]}, {start.sizes[1:]})",
        f"parameters = {'network.parameters()' if start.bias else _WEIGHTS_ALONE}",
        "for parameter, weight in zip(parameters, WEIGHTS):",
        "    parameter.data = weight",
        *(["free = free_parameters(network)"] if start.experiment.training.frozen else []),
    ]


def loop_lines(start: Start) -> list[str]:
    """The training loop."""
    steps, goals = training_text.steps_range(start), bool(start.goals)
    rows = "(rows, is_first)" if goals else "rows"
    head = f"for step, {rows} in zip({steps}, batches()):" if start.batch else f"for step in {steps}:"
    first = ['reached = {"loss", "accuracy"}  # what is there at the first look stops nothing'] if goals else []
    return [*first, head, *(f"    {line}" for line in _step(start))]


def test_lines(start: Start) -> list[str]:
    """The rows kept back, measured after training."""
    if not start.tested:
        return []
    told = " accuracy {right!r}" if start.has_classes else ""
    return ["", f"{measured(start)} = measure(network, TEST_DATA)", f'print(f"test loss {{loss!r}}{told}")']


def _step(start: Start) -> list[str]:
    """The lines of the loop."""
    spec, stop = start.experiment.training, _STOP.strip("\n").split("\n") if start.goals else []
    if stop and start.batch:
        stop = ["if is_first:  # of its epoch", *(f"    {line}" for line in stop)]
    rows = "(DATA[i] for i in rows)" if start.batch else "DATA"
    output = f"output_of(network, row[:{start.inputs}])"
    free = "free" if spec.frozen else "parameters"
    return [
        *stop,
        f"losses = [loss_of({output}, {network_text.target_of(start)}) for row in {rows}]",
        f"loss = sum(losses){' / len(losses)' if start.mean else ''}",
        *(["loss = loss + penalty(parameters)"] if network_text.penalty_text(start) else []),
        "network.zero_grad()",
        "loss.backward()",
        'print(f"step {step} loss {loss.data!r}")',
        *([f"clip({free})"] if spec.clip else []),
        f"update({free}, {number(spec.learning_rate) if start.fixed_rate else 'learning_rate(step)'})",
    ]


def _depth(start: Start) -> int:
    """At least so many nodes lie below each other in the loss of a step."""
    rows = start.batch or len(start.dataset.targets)
    spec = start.experiment.training
    penalties = len(start.theta) * (bool(spec.l2) + bool(spec.l1))
    return rows + penalties + sum(size + 4 for size in start.sizes) + 20


def _row(items: list[str]) -> str:
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) + 2 > 100 and line.strip():
            lines.append(line)
            line = "   "
        line += f" {item},"
    return "\n".join([*lines, line])
