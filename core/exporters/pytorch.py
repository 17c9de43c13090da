"""A training as a PyTorch script: the same numbers, in double precision, on one process or on many.

`python FILE` trains in one process. `torchrun --nproc-per-node 2 FILE` gives every process its share of each batch; the
gradients are summed up over the whole batch, so that the losses are the same.
"""

from __future__ import annotations

import re

from core.document_parts import Document
from core.experiment import Experiment
from core.exporters import pytorch_freezing as freezing
from core.exporters.code_text import MARK, number, script
from core.exporters.code_text_data import data_text, layers_text
from core.exporters.code_text_start import Start, beginning
from core.exporters.code_text_training import (
    STEPS,
    batch_lines,
    batches_text,
    check_steps,
    learning_rate_text,
    remarks,
    steps_lines,
    steps_range,
    uses_math,
)
from core.exporters.pytorch_network import goals_text, losses_text, measure_text, network_text, penalty_text
from core.exporters.pytorch_optimizers import optimizer_lines, state_text

DOC = f"""
A network that PyTorch trains with the numbers of Chainrule, step by step. {MARK}

    python FILE                               in one process
    torchrun --nproc-per-node 2 FILE          in two: each takes its share of every batch, the losses stay the same
"""

_FUNCTIONAL = re.compile(r"\bF\.\w+\(")
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
device = find_device()
if WORLD > 1:
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")

network = Network().to(device)
with torch.no_grad():
    for parameter, numbers in zip(network.parameters(), tensors(WEIGHTS, device)):
        parameter.copy_(numbers)
"""
_STOP = """
before, reached = reached, goals_reached(network, x, y)
if reached - before:
    if RANK == 0:
        print(f"stopped at step {step}: {' and '.join(sorted(reached - before))} reached")
    break
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
        network_text(start),
        losses_text(start),
        penalty_text(start),
        freezing.freezing_text(start),
        measure_text(start),
        goals_text(start),
        learning_rate_text(start),
        batches_text(start),
        _SHARING,
        "\n".join(["def main():", *_indented(_main(start))]),
        data_text(start),
        layers_text("WEIGHTS", start, start.theta),
        state_text(start),
        'if __name__ == "__main__":\n    main()',
    ]
    return script(DOC, parts)


def _imports(start: Start) -> str:
    plain = [*(["import math"] if uses_math(start) else []), "import os", "import time"]
    arrays = ["import numpy as np"] if start.batch else []
    needed = _FUNCTIONAL.search(network_text(start) + losses_text(start))
    functional = ["import torch.nn.functional as F"] if needed else []
    return "\n".join(
        [*plain, "", *arrays, "import torch", "import torch.distributed as dist", *functional, "from torch import nn"]
    )


def _settings(start: Start, steps: int) -> str:
    lines = [*remarks(start), *steps_lines(start, steps), *batch_lines(start)]
    return "\n".join(
        [
            *lines,
            _PROCESSES.strip("\n"),
            "",
            "torch.set_default_dtype(torch.float64)  # as Python counts; PyTorch's usual float32 has half the digits",
        ]
    )


def _main(start: Start) -> list[str]:
    """The lines of `main()`."""
    inputs = start.inputs
    targets = f"{inputs}:" if start.several else f"{inputs}"
    return [
        *_lines(_START),
        *freezing.layer_lines(start),
        *(["frozen = frozen_parts(network)"] if freezing.is_masked(start) else []),
        *optimizer_lines(start),
        "",
        "data = torch.tensor(DATA, device=device)",
        f"x, y = data[:, :{inputs}], data[:, {targets}]",
        *([] if start.batch else ["mine = slice(RANK, None, WORLD)  # the share of this process"]),
        *(['reached = {"loss", "accuracy"}  # what is there at the first look stops nothing'] if start.goals else []),
        *_head(start),
        *_indented(_step(start)),
        *_test(start),
        *_lines(_END),
    ]


def _head(start: Start) -> list[str]:
    if not start.batch:
        return [f"for step in {steps_range(start)}:"]
    rows = "(rows, is_first)" if start.goals else "rows"
    return [f"for step, {rows} in zip({steps_range(start)}, batches()):"]


def _step(start: Start) -> list[str]:
    """The lines of the loop."""
    lines = []
    if start.goals:
        stop = _lines(_STOP)
        lines += ["if is_first:  # of its epoch", *_indented(stop)] if start.batch else stop
    if start.batch:
        lines.append("mine = rows[RANK::WORLD]  # the share of this process")
    count = ("len(rows)" if start.batch else "len(data)") if start.mean else ""
    lines.append(f"loss = losses(network(x[mine]), y[mine]).sum(){f' / {count}' if count else ''}")
    if penalty_text(start):
        lines += ["if RANK == 0:  # once, not once a process", "    loss = loss + penalty(network)"]
    lines += ["optimizer.zero_grad()", "loss.backward()", "for parameter in network.parameters():"]
    if freezing.frozen_layers(start):
        lines += ["    if parameter.requires_grad:", "        sum_over_processes(parameter.grad)"]
    else:
        lines.append("    sum_over_processes(parameter.grad)")
    lines += freezing.gradient_lines() if freezing.is_masked(start) else []
    lines += [
        "total = sum_over_processes(loss.detach()).item()",
        "if RANK == 0:",
        '    print(f"step {step} loss {total!r}")',
    ]
    clip = start.experiment.training.clip
    if clip:
        lines.append(f"nn.utils.clip_grad_norm_(network.parameters(), {number(clip)})")
    if not start.fixed_rate:
        lines.append('optimizer.param_groups[0]["lr"] = learning_rate(step)')
    lines.append("optimizer.step()")
    return lines + (freezing.update_lines() if freezing.is_masked(start) else [])


def _test(start: Start) -> list[str]:
    """The rows kept back, measured after training."""
    if not start.tested:
        return []
    inputs = start.inputs
    targets = f"{inputs}:" if start.several else f"{inputs}"
    found, told = ("loss, right", " accuracy {right!r}") if start.has_classes else ("loss", "")
    return [
        "",
        "test = torch.tensor(TEST_DATA, device=device)",
        f"{found} = measure(network, test[:, :{inputs}], test[:, {targets}])",
        "if RANK == 0:",
        f'    print(f"test loss {{loss!r}}{told}")',
        "",
    ]


def _lines(text: str) -> list[str]:
    return text.strip("\n").split("\n")


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]
