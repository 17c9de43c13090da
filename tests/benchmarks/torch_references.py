"""Prints the figures by PyTorch that the tests of optimisers, schedules and losses hold.

`python tests/benchmarks/torch_references.py`, by an interpreter that has torch; nothing of this project is imported.
"""

from __future__ import annotations

import torch

torch.set_default_dtype(torch.float64)
OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {}),
    "momentum 0.5": (torch.optim.SGD, {"momentum": 0.5}),
    "rmsprop other": (torch.optim.RMSprop, {"alpha": 0.5, "eps": 0.1}),
    "adamw other": (torch.optim.AdamW, {"betas": (0.5, 0.75), "eps": 0.1, "weight_decay": 0.5}),
}
SCHEDULES = {
    "constant": lambda each: torch.optim.lr_scheduler.ConstantLR(each, 1.0, 1),
    "linear": lambda each: torch.optim.lr_scheduler.LinearLR(each, 1.0, 0.25, 8),
    "step": lambda each: torch.optim.lr_scheduler.StepLR(each, 3, 0.5),
    "exponential": lambda each: torch.optim.lr_scheduler.ExponentialLR(each, 0.75),
    "cosine": lambda each: torch.optim.lr_scheduler.CosineAnnealingLR(each, 8, 0.8 * 0.25),
}
LOSSES = {
    "logistic": torch.nn.BCEWithLogitsLoss(),  # targets 0 and 1
    "absolute": torch.nn.L1Loss(),
    "huber": torch.nn.HuberLoss(),
}


def print_optimizers() -> None:
    """Parameters after each of five steps down a small landscape, at a rate of 0.1."""
    for name, (kind, options) in OPTIMIZERS.items():
        theta = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
        optimizer = kind([theta], lr=0.1, **options)
        rows = []
        for _ in range(5):
            optimizer.zero_grad()
            (theta[0] ** 2 + theta[1] ** 4 / 8 + theta[2].sin()).backward()
            optimizer.step()
            rows.append(theta.tolist())
        print(f'    "{name}": {rows},')


def print_clipped() -> None:
    """As `print_optimizers`, the gradient no longer than 1.5, and beside a fourth parameter that is frozen at 3."""
    for name in ("sgd", "momentum", "rmsprop", "adamw"):
        kind, options = OPTIMIZERS[name]
        pair, single = torch.tensor([1.0, -2.0], requires_grad=True), torch.tensor([0.5], requires_grad=True)
        frozen = torch.tensor([3.0])
        optimizer = kind([pair, single, frozen], lr=0.1, **options)
        rows = []
        for _ in range(5):
            optimizer.zero_grad()
            (pair[0] ** 2 + pair[1] ** 4 / 8 + single[0].sin() + frozen[0] * pair[0]).backward()
            torch.nn.utils.clip_grad_norm_([pair, single, frozen], 1.5)
            optimizer.step()
            rows.append([*pair.tolist(), *single.tolist(), *frozen.tolist()])
        print(f'    "{name}": {rows},')


def print_schedules() -> None:
    """The rates of ten steps from 0.8, without and with a warm-up of three."""
    for warmup in (0, 3):
        for name, make in SCHEDULES.items():
            optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.8)
            schedule = make(optimizer)
            if warmup:
                rise = torch.optim.lr_scheduler.LinearLR(optimizer, 1 / (warmup + 1), 1.0, warmup)
                schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [rise, schedule], [warmup])
            rates = []
            for _ in range(9):
                rates.append(optimizer.param_groups[0]["lr"])
                optimizer.step()
                schedule.step()
            print(f'    ("{name}", {warmup}): {rates},')


def print_losses() -> None:
    """Loss and gradient by the output, for target −1 and +1."""
    for name, loss in LOSSES.items():
        for target in (-1.0, 1.0):
            for score in (-3.0, -1.0, -0.25, 0.0, 1.0, 2.5):
                output = torch.tensor(score, requires_grad=True)
                found = loss(output, torch.tensor((target + 1) / 2 if name == "logistic" else target))
                found.backward()
                print(f'    ("{name}", {score}, {target}, {found.item()!r}, {output.grad.item()!r}),')


def print_classes() -> None:
    """Softmax cross-entropy of four scores, and its gradient."""
    for scores in ([0.5, -1.0, 2.0, 0.0], [1000.0, 0.0, -1000.0, 999.0]):
        output = torch.tensor([scores], requires_grad=True)
        loss = torch.nn.CrossEntropyLoss()(output, torch.tensor([1]))
        loss.backward()
        print(f"    ({scores}, {loss.item()!r}, {output.grad[0].tolist()}),")


if __name__ == "__main__":
    print_optimizers()
    print_clipped()
    print_schedules()
    print_losses()
    print_classes()
