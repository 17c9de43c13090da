"""Our optimisers in PyTorch's words, fresh or in the middle of a run."""

from __future__ import annotations

import math

from core.exporters.code_text import ExportError, number
from core.exporters.code_text_data import layers_text
from core.exporters.code_text_start import Start
from core.schedules import learning_rate
from core.words import tr

_SAME = 1e-9  # how far products of the betas may be from a power


def optimizer_lines(start: Start) -> list[str]:
    """The lines that make `optimizer`, and give it its state where it has one."""
    spec = start.experiment.training.optimizer
    rate = number(learning_rate(start.experiment.training, start.step))
    head, betas = f"network.parameters(), lr={rate}", f"({number(spec.beta1)}, {number(spec.beta2)})"
    made = {
        "sgd": f"SGD({head})",
        "momentum": f"SGD({head}, momentum={number(spec.momentum)})",
        # with a momentum of 0 Nesterov's is plain descent, and PyTorch refuses it
        "nesterov": f"SGD({head}, momentum={number(spec.momentum)}{', nesterov=True' if spec.momentum else ''})",
        "rmsprop": f"RMSprop({head}, alpha={number(spec.alpha)}, eps={number(spec.eps)})",
        "adam": f"Adam({head}, betas={betas}, eps={number(spec.eps)})",
        "adamw": f"AdamW({head}, betas={betas}, eps={number(spec.eps)}, weight_decay={number(spec.weight_decay)})",
    }[spec.kind]
    return [f"optimizer = torch.optim.{made}", *_state_lines(start)]


def state_text(start: Start) -> str:
    """The numbers of the state; empty for a fresh optimiser."""
    if not start.state.size:
        return ""
    if not _is_adam(start):
        name = "SQUARES" if start.experiment.training.optimizer.kind == "rmsprop" else "BUFFERS"
        return layers_text(name, start, start.state)
    _check_count(start)
    count = len(start.theta)
    mean, squares = start.state[:count], start.state[count : 2 * count]
    return "\n\n".join([layers_text("MEANS", start, mean), layers_text("SQUARES", start, squares)])


def _state_lines(start: Start) -> list[str]:
    if not start.state.size:
        return []
    steps = f'"step": torch.tensor({number(start.taken)})'
    if _is_adam(start):
        return [
            "averages = zip(network.parameters(), tensors(MEANS, device), tensors(SQUARES, device))",
            "for parameter, mean, squares in averages:",
            f'    optimizer.state[parameter] = {{{steps}, "exp_avg": mean, "exp_avg_sq": squares}}',
        ]
    if start.experiment.training.optimizer.kind == "rmsprop":
        return [
            "for parameter, squares in zip(network.parameters(), tensors(SQUARES, device)):",
            f'    optimizer.state[parameter] = {{{steps}, "square_avg": squares}}',
        ]
    return [
        "for parameter, buffer in zip(network.parameters(), tensors(BUFFERS, device)):",
        '    optimizer.state[parameter] = {"momentum_buffer": buffer}',
    ]


def _is_adam(start: Start) -> bool:
    return start.experiment.training.optimizer.kind in ("adam", "adamw")


def _check_count(start: Start) -> None:
    """PyTorch's Adam knows how many steps it took, not with which betas."""
    spec = start.experiment.training.optimizer
    for kept, beta in zip(start.state[-2:], (spec.beta1, spec.beta2), strict=True):
        if not math.isclose(1.0 - kept, 1.0 - beta**start.taken, rel_tol=_SAME):
            raise ExportError(
                tr(
                    "A beta was changed during this run, which PyTorch's Adam cannot go on with: "
                    "export from the beginning of the run."
                )
            )
