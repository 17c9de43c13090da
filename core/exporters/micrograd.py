"""A training as a script for karpathy's micrograd: the same numbers, scalar by scalar.

What micrograd has is used as it is; what it lacks (tanh, softplus …) is defined as the lecture defines operations. With
the import lines changed the script runs on Chainrule's own engine.
"""

from __future__ import annotations

from core.document_parts import Document
from core.experiment import Experiment
from core.exporters import code_text_training as training_text
from core.exporters import micrograd_optimizers as optimizers
from core.exporters.code_text import MARK, Section, number, remark, script
from core.exporters.code_text_training import STEPS, Start, beginning, check_steps
from core.exporters.micrograd_operations import function_name, functions_text, needs_math
from core.losses import LOSSES

DOC = f"""
A network that micrograd trains with the numbers of Chainrule, step by step. {MARK}

    pip install micrograd
    python FILE

On Chainrule's own engine it is faster: import Value from core.engine and MLP from core.nn.
"""
IMPORTS = "from micrograd.engine import Value\nfrom micrograd.nn import MLP"
OWN_IMPORTS = "from core.engine import Value\nfrom core.nn import MLP"

_LOSSES = {  # lines of code, and the operations in them
    "sum-squared": (["return (output - target) ** 2"], ()),
    "mean-squared": (["return (output - target) ** 2"], ()),
    "half-squared": (["return 0.5 * (output - target) ** 2"], ()),
    "hinge": (["return (1 - target * output).relu()"], ()),
    "logistic": (["return softplus(-target * output)"], ("softplus",)),
    "absolute": (["return absolute(output - target)"], ("abs",)),
    "huber": (
        [
            "size = absolute(output - target)",
            "capped = minimum(size, Value(1.0))",
            "return capped * (size - 0.5 * capped)",
        ],
        ("abs", "min"),
    ),
}
_SHALLOW = 400  # nodes below each other that Python's own limit of recursion leaves room for

_FORWARD = '''
def output_of(network, row):
    """The network's output for a row of inputs, by the activation of each layer."""
    signal = row
    for layer, activation in zip(network.layers, ACTIVATIONS):
        sums = [sum((w * x for w, x in zip(neuron.w, signal)), neuron.b) for neuron in layer.neurons]
        signal = [activation(total) for total in sums]
'''


def micrograd_script(subject: Document | Experiment | Start, steps: int = STEPS, *, now: bool = False) -> str:
    """A script that prints `step 0 loss …` as the app does, for so many steps; see `beginning` for `now`.

    Raises ExperimentError for an experiment that is not sound.
    """
    start = subject if isinstance(subject, Start) else beginning(subject, now=now)
    check_steps(steps)
    body = "\n".join(f"    {line}" if line else "" for line in [*network_lines(start), "", *loop_lines(start)])
    parts = [
        "\n".join([*import_lines(start), "", IMPORTS]).strip("\n"),
        settings_text(start, steps),
        *(section.code for section in function_sections(start)),
        f"def main():\n{body}",
        training_text.data_text(start),
        weights_text(start),
        optimizers.memory_text(start),
        'if __name__ == "__main__":\n    main()',
    ]
    return script(DOC, parts)


def operations_of(start: Start) -> set[str]:
    """The operations of network, loss and penalties that micrograd lacks."""
    found = {*start.activations} - {"linear", "relu"}
    found |= {"logsumexp"} if start.sizes[-1] > 1 else {*_LOSSES[start.experiment.training.loss][1]}
    return found | ({"abs"} if start.experiment.training.l1 else set())


def import_lines(start: Start) -> list[str]:
    """Python's own modules, and NumPy for the shuffles."""
    deep = _depth(start) > _SHALLOW
    uses_math = needs_math(operations_of(start)) or optimizers.uses_math(start) or training_text.uses_math(start)
    plain = [name for name, used in (("math", uses_math), ("sys", deep)) if used]
    lines = [f"import {name}" for name in plain]
    if start.batch:
        lines += [*([""] if lines else []), "import numpy as np"]
    return lines


def settings_text(start: Start, steps: int) -> str:
    """Who this is, how many steps, which batches."""
    lines = [remark(f"{start.experiment.name}: {training_text.summary(start)}.")]
    lines += [remark(each) for each in start.remarks]
    lines += [*training_text.steps_lines(start, steps), *training_text.batch_lines(start)]
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
        Section("The forward pass.", "\n\n\n".join(filter(None, [_activations(start), _forward(start)]))),
        Section("What one sample costs.", _loss(start)),
        Section("The learning rate of each step.", rate),
        Section("The rows of each step.", batches),
        Section("The update: each parameter moves against its gradient.", optimizers.update_text(start)),
    ]
    return [section for section in sections if section.code]


def weights_text(start: Start) -> str:
    """`WEIGHTS`, a line a neuron."""
    rows, begin = [], 0
    for before, after in zip(start.sizes, start.sizes[1:], strict=False):
        for _ in range(after):
            row = [number(value) for value in start.theta[begin : begin + before + 1]]
            rows.append(_row(row))
            begin += before + 1
    return "\n".join(["WEIGHTS = [  # of every neuron its weights, then its bias", *rows, "]"])


def network_lines(start: Start) -> list[str]:
    """The lines that make `network` with its first weights."""
    return [
        f"network = MLP({start.sizes[0]}, {start.sizes[1:]})",
        "for parameter, weight in zip(network.parameters(), WEIGHTS):",
        "    parameter.data = weight",
    ]


def loop_lines(start: Start) -> list[str]:
    """The training loop."""
    spec, inputs = start.experiment.training, start.sizes[0]
    target = f"row[{inputs}]" if start.sizes[-1] == 1 else f"row[{inputs}:]"
    rows = "(DATA[i] for i in rows)" if start.batch else "DATA"
    steps = training_text.steps_range(start)
    mean = " / len(losses)" if start.mean else ""
    lines = [
        f"for step, rows in zip({steps}, batches()):" if start.batch else f"for step in {steps}:",
        f"    losses = [loss_of(output_of(network, row[:{inputs}]), {target}) for row in {rows}]",
        f"    loss = sum(losses){mean}",
    ]
    if spec.l2:
        lines.append(f"    loss = loss + {number(spec.l2)} * sum(p * p for p in network.parameters())")
    if spec.l1:
        lines.append(f"    loss = loss + {number(spec.l1)} * sum(absolute(p) for p in network.parameters())")
    rate = number(spec.learning_rate) if start.fixed_rate else "learning_rate(step)"
    return [
        *lines,
        "    network.zero_grad()",
        "    loss.backward()",
        '    print(f"step {step} loss {loss.data!r}")',
        f"    update(network.parameters(), {rate})",
    ]


def _depth(start: Start) -> int:
    """At least so many nodes lie below each other in the loss of a step."""
    rows = start.batch or len(start.dataset.targets)
    spec = start.experiment.training
    penalties = len(start.theta) * (bool(spec.l2) + bool(spec.l1))
    return rows + penalties + sum(size + 4 for size in start.sizes) + 20


def _activations(start: Start) -> str:
    plain = {"relu": "def relu(x):\n    return x.relu()", "linear": "def linear(x):\n    return x"}
    used = [plain[name] for name in plain if name in start.activations]
    names = [function_name(name) or name for name in start.activations]
    return "\n\n\n".join([*used, f"ACTIVATIONS = [{', '.join(names)}]  # of each layer"])


def _forward(start: Start) -> str:
    return f"{_FORWARD.strip(chr(10))}\n    return signal{'[0]' if start.sizes[-1] == 1 else ''}"


def _loss(start: Start) -> str:
    if start.sizes[-1] > 1:
        line = "return logsumexp(*output) - sum(y * score for y, score in zip(target, output))"
        return f'def loss_of(output, target):\n    """Softmax cross-entropy of one sample."""\n    {line}'
    key = start.experiment.training.loss
    code = "\n".join(f"    {line}" for line in _LOSSES[key][0])
    title = LOSSES[key].title
    return f'def loss_of(output, target):\n    """The share of one sample in the {title}."""\n{code}'


def _row(items: list[str]) -> str:
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) + 2 > 100 and line.strip():
            lines.append(line)
            line = "   "
        line += f" {item},"
    return "\n".join([*lines, line])
