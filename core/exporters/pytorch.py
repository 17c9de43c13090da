"""A training as a PyTorch script: the same numbers, in double precision, on one process or on many.

`python FILE` trains in one process. `torchrun --nproc-per-node 2 FILE` gives every process its share of each batch; the
gradients are summed up over the whole batch, so that the losses are the same.
"""

from __future__ import annotations

from core.document_parts import Document
from core.experiment import Experiment
from core.exporters.code_text import MARK, number, remark, script
from core.exporters.code_text_training import (
    STEPS,
    Start,
    batch_lines,
    batches_text,
    beginning,
    check_steps,
    data_text,
    layers_text,
    learning_rate_text,
    steps_lines,
    steps_range,
    summary,
    uses_math,
)
from core.exporters.pytorch_optimizers import optimizer_lines, state_text

DOC = f"""
A network that PyTorch trains with the numbers of Chainrule, step by step. {MARK}

    python FILE                               in one process
    torchrun --nproc-per-node 2 FILE          in two: each takes its share of every batch, the losses stay the same
"""

ACTIVATIONS = {  # `{0}` is what comes in
    "tanh": "torch.tanh({0})",
    "relu": "torch.relu({0})",
    "leaky_relu": "F.leaky_relu({0}, 0.01)",
    "sigmoid": "torch.sigmoid({0})",
    "softplus": "F.softplus({0}, threshold=40)",  # PyTorch's 20 cuts off 2e-9
    "sin": "torch.sin({0})",
    "linear": "{0}",
}
LOSSES = {  # of each sample: a sentence, and its code
    "sum-squared": ("The squared error", "(outputs - targets) ** 2"),
    "mean-squared": ("The squared error", "(outputs - targets) ** 2"),
    "half-squared": ("Half the squared error", "0.5 * (outputs - targets) ** 2"),
    "hinge": (
        "Max-margin: nothing to pay from a score of 1 on the right side onwards,",
        "torch.relu(1 - targets * outputs)",
    ),
    "logistic": (
        "Binary cross-entropy on the logit,",
        'F.binary_cross_entropy_with_logits(outputs, (targets + 1) / 2, reduction="none")',
    ),
    "absolute": ("The absolute error", "(outputs - targets).abs()"),
    "huber": (
        "The Huber error: squared where it is small, absolute where it is large,",
        'F.huber_loss(outputs, targets, reduction="none")',
    ),
}
CROSS_ENTROPY = ("Softmax cross-entropy", 'F.cross_entropy(outputs, targets, reduction="none")')

_PROCESSES = """
RANK = int(os.environ.get("RANK", 0))  # torchrun says which process this is …
WORLD = int(os.environ.get("WORLD_SIZE", 1))  # … of how many
"""
_SHARING = '''
def find_device():
    """A GPU for each process on this machine, or else the CPU for all of them."""
    if torch.cuda.device_count() >= int(os.environ.get("LOCAL_WORLD_SIZE", 1)):
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    return torch.device("cpu")


def sum_over_processes(tensor):
    if WORLD > 1:
        dist.all_reduce(tensor)
    return tensor


def tensors(layers, device):
    return [torch.tensor(part, device=device) for layer in layers for part in layer]
'''
_START = """
def main():
    device = find_device()
    if WORLD > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")

    network = Network().to(device)
    with torch.no_grad():
        for parameter, numbers in zip(network.parameters(), tensors(WEIGHTS, device)):
            parameter.copy_(numbers)
"""
_END = """
    if WORLD > 1:
        dist.destroy_process_group()
        time.sleep(0.2)  # gloo's threads let go of their tensors: Python may not end before
"""


def pytorch_script(subject: Document | Experiment | Start, steps: int = STEPS, *, now: bool = False) -> str:
    """A script that prints `step 0 loss …` as the app does, for so many steps; see `beginning` for `now`.

    Raises ExperimentError for an experiment that is not sound, ExportError for what PyTorch cannot go on with.
    """
    start = subject if isinstance(subject, Start) else beginning(subject, now=now)
    check_steps(steps)
    parts = [
        _imports(start),
        _settings(start, steps),
        _network(start),
        _losses(start),
        _penalty(start),
        learning_rate_text(start),
        batches_text(start),
        _SHARING,
        _main(start),
        data_text(start),
        layers_text("WEIGHTS", start.sizes, start.theta),
        state_text(start),
        'if __name__ == "__main__":\n    main()',
    ]
    return script(DOC, parts)


def _imports(start: Start) -> str:
    plain = [*(["import math"] if uses_math(start) else []), "import os", "import time"]
    arrays = ["import numpy as np"] if start.batch else []
    functional = ["import torch.nn.functional as F"] if "F." in _network(start) + _losses(start) else []
    return "\n".join(
        [*plain, "", *arrays, "import torch", "import torch.distributed as dist", *functional, "from torch import nn"]
    )


def _settings(start: Start, steps: int) -> str:
    lines = [remark(f"{start.experiment.name}: {summary(start)}."), *(remark(each) for each in start.remarks)]
    lines += [*steps_lines(start, steps), *batch_lines(start)]
    return "\n".join(
        [
            *lines,
            _PROCESSES.strip("\n"),
            "",
            "torch.set_default_dtype(torch.float64)  # as Python counts; PyTorch's usual float32 has half the digits",
        ]
    )


def _network(start: Start) -> str:
    sizes, lines = start.sizes, []
    for i in range(1, len(sizes)):
        lines.append(f"        self.layer{i} = nn.Linear({sizes[i - 1]}, {sizes[i]})")
    lines += ["", "    def forward(self, x):"]
    for i, kind in enumerate(start.activations, start=1):
        line = ACTIVATIONS[kind].format(f"self.layer{i}(x)")
        if i == len(sizes) - 1:
            lines.append(f"        return {line}{'.squeeze(1)' if sizes[-1] == 1 else ''}")
        else:
            lines.append(f"        x = {line}")
    head = ["class Network(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    return "\n".join([*head, *lines])


def _losses(start: Start) -> str:
    about, code = CROSS_ENTROPY if start.sizes[-1] > 1 else LOSSES[start.experiment.training.loss]
    return f'def losses(outputs, targets):\n    """{about} of each sample."""\n    return {code}'


def _penalty(start: Start) -> str:
    training, terms = start.experiment.training, []
    if training.l2:
        terms.append(f"{number(training.l2)} * sum((p**2).sum() for p in network.parameters())")
    if training.l1:
        terms.append(f"{number(training.l1)} * sum(p.abs().sum() for p in network.parameters())")
    if not terms:
        return ""
    names = " and ".join(name for name, strength in (("L2", training.l2), ("L1", training.l1)) if strength)
    return f'def penalty(network):\n    """{names}: what large parameters cost."""\n    return {" + ".join(terms)}'


def _main(start: Start) -> str:
    lines = [*_START.strip("\n").split("\n"), *(f"    {line}" for line in optimizer_lines(start)), ""]
    inputs = start.sizes[0]
    one = start.sizes[-1] == 1
    lines += [
        "    data = torch.tensor(DATA, device=device)",
        f"    x, y = data[:, :{inputs}], data[:, {inputs}{'' if one else ':'}]",
    ]
    if start.batch:
        lines += [
            f"    for step, rows in zip({steps_range(start)}, batches()):",
            "        mine = rows[RANK::WORLD]  # the share of this process",
            "        loss = losses(network(x[mine]), y[mine]).sum()" + (" / len(rows)" if start.mean else ""),
        ]
    else:
        lines += [
            "    x, y = x[RANK::WORLD], y[RANK::WORLD]  # the share of this process",
            f"    for step in {steps_range(start)}:",
            "        loss = losses(network(x), y).sum()" + (" / len(data)" if start.mean else ""),
        ]
    if _penalty(start):
        lines += ["        if RANK == 0:  # once, not once a process", "            loss = loss + penalty(network)"]
    lines += [
        "        optimizer.zero_grad()",
        "        loss.backward()",
        "        for parameter in network.parameters():",
        "            sum_over_processes(parameter.grad)",
        "        total = sum_over_processes(loss.detach()).item()",
        "        if RANK == 0:",
        '            print(f"step {step} loss {total!r}")',
    ]
    if not start.fixed_rate:
        lines.append('        optimizer.param_groups[0]["lr"] = learning_rate(step)')
    return "\n".join([*lines, "        optimizer.step()", *_END.strip("\n").split("\n")])
