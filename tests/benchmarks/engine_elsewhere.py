"""The same work in PyTorch or in micrograd, whichever the running interpreter has; started by bench_engine.py.

`python engine_elsewhere.py torch works.npz` prints a JSON line with its versions, then answers lines from its input:
`find I` with loss and gradient of work I, `time I SECONDS` with the seconds of a step. So both sides take turns. It
needs nothing of this project, so that another interpreter can run it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

RATE = 1e-9


def layers_of(theta: Any, sizes: list[int]) -> list[tuple[Any, Any]]:
    """Weights (outputs, inputs) and biases of each layer."""
    found, at = [], 0
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):  # noqa: B905, RUF007  for any version of Python
        block = theta[at : at + outputs * (inputs + 1)].reshape(outputs, inputs + 1)
        found.append((block[:, :-1].copy(), block[:, -1].copy()))
        at += outputs * (inputs + 1)
    return found


def flat(layers: list[tuple[Any, Any]]) -> list[float]:
    return np.concatenate([np.column_stack([w, b]).reshape(-1) for w, b in layers]).tolist()


def timed(step: Callable[[], Any], seconds: float) -> float:
    """Seconds of a step, over as many steps as fit into this time; at least one."""
    began, steps = time.perf_counter(), 0
    while not steps or time.perf_counter() - began < seconds:
        step()
        steps += 1
    return (time.perf_counter() - began) / steps


Ready = tuple[dict[str, Any], Callable[[], Any]]  # what it finds, and one step


def torch_step(work: dict[str, Any]) -> Ready:
    import torch

    torch.set_num_threads(1)
    layers = [
        (torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True))
        for w, b in layers_of(work["theta"], work["sizes"])
    ]
    parameters = [each for layer in layers for each in layer]
    x, y = torch.tensor(work["inputs"]), torch.tensor(work["targets"])
    classes = y.argmax(dim=1)
    active = {"relu": torch.relu, "tanh": torch.tanh}[work["activation"]]

    def forward() -> list[Any]:
        signal, outs = x, []
        for i, (w, b) in enumerate(layers):
            signal = torch.nn.functional.linear(signal, w, b)
            if i < len(layers) - 1 or work["loss"] == "squared":
                signal = active(signal)
            outs.append(signal)
        return outs

    def loss_of(scores: Any) -> Any:
        if work["loss"] == "hinge":
            loss = torch.relu(1.0 - y * scores).mean()
        elif work["loss"] == "squared":
            loss = ((scores - y) ** 2).sum()
        else:
            loss = torch.nn.functional.cross_entropy(scores, classes)
        return loss + work["l2"] * sum((each * each).sum() for each in parameters) if work["l2"] else loss

    def step() -> Any:
        for each in parameters:
            each.grad = None
        loss = loss_of(forward()[-1])
        loss.backward()
        with torch.no_grad():
            for each in parameters:
                each -= RATE * each.grad
        return loss

    if work["map"]:
        with torch.no_grad():
            outs = torch.cat(forward(), dim=1).T
            return {"outputs": float(outs.sum())}, torch.no_grad()(forward)
    loss = step()
    gradient = [(w.grad.numpy(), b.grad.numpy()) for w, b in layers]
    return {"loss": loss.item(), "gradient": flat(gradient)}, step


def micrograd_step(work: dict[str, Any]) -> Ready:
    from micrograd.engine import Value

    layers = [
        [([Value(float(each)) for each in row], Value(float(bias))) for row, bias in zip(w, b)]  # noqa: B905
        for w, b in layers_of(work["theta"], work["sizes"])
    ]
    parameters = [each for layer in layers for w, b in layer for each in [*w, b]]
    rows, targets = work["inputs"].tolist(), work["targets"][:, 0].tolist()

    def step() -> Any:
        losses = []
        for row, target in zip(rows, targets):  # noqa: B905
            signal = [Value(each) for each in row]
            for i, layer in enumerate(layers):
                outs = [sum((wi * xi for wi, xi in zip(w, signal)), b) for w, b in layer]  # noqa: B905
                signal = [out.relu() for out in outs] if i < len(layers) - 1 else outs
            losses.append((1 + -target * signal[0]).relu())
        loss = sum(losses) * (1.0 / len(losses)) + work["l2"] * sum(p * p for p in parameters)
        for parameter in parameters:
            parameter.grad = 0
        loss.backward()
        for parameter in parameters:
            parameter.data -= RATE * parameter.grad
        return loss

    sys.setrecursionlimit(100_000)
    loss = step()
    gradient = [float(parameter.grad) for parameter in parameters]
    return {"loss": loss.data, "gradient": gradient}, step


def main() -> None:
    engine, path = sys.argv[1:]
    module = __import__(engine)
    versions = {"version": getattr(module, "__version__", ""), "python": sys.version.split()[0]}
    print(json.dumps(versions), flush=True)
    make = {"torch": torch_step, "micrograd": micrograd_step}[engine]
    ready: dict[int, Ready] = {}
    with np.load(path) as stored:
        descriptions = json.loads(str(stored["works"]))
        for line in sys.stdin:
            order, *numbers = line.split()
            i = int(numbers[0])
            if i not in ready:
                arrays = {name: stored[f"{name}{i}"] for name in ("inputs", "targets", "theta")}
                ready[i] = make({**descriptions[i], **arrays})
            answer = ready[i][0] if order == "find" else {"seconds": timed(ready[i][1], float(numbers[1]))}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
