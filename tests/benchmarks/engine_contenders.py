"""Ways to take one gradient step of a Work, in this process: ours, and backpropagation written by hand with NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from engine_elsewhere import flat, layers_of
from engine_works import RATE, Array, Work, map_program, network_of, penalty_program, sample_loss, sample_program

from core.compiled import CompiledLoss, CompiledMap
from core.engine import Value
from core.kernels_numpy import NumpyKernel
from core.objective import LANES
from core.program import Program

STEPS_A_CALL = 50


@dataclass(frozen=True, eq=False)
class Contender:
    """`first` finds loss and gradient once; `step` is what is timed and takes `steps` steps."""

    first: Callable[[], tuple[float, Array]]
    step: Callable[[], Any]
    steps: int = 1


def compiled(work: Work) -> CompiledLoss:
    program, scores = sample_program(work)
    mean = work.loss != "squared"
    return CompiledLoss(program, penalty_program(work), work.inputs, work.targets, mean=mean, outputs=scores)


def numba_many(work: Work) -> Contender:
    """As training runs: many steps in a call."""
    loss, rates = compiled(work), np.full(STEPS_A_CALL, RATE)
    return Contender(lambda: loss.evaluate(work.theta)[:2], lambda: loss.descend(work.theta, rates), steps=STEPS_A_CALL)


def numba_one(work: Work) -> Contender:
    """One step a call, the update outside."""
    loss = compiled(work)
    return Contender(lambda: loss.evaluate(work.theta)[:2], lambda: work.theta - RATE * loss.evaluate(work.theta)[1])


class NumpyPrograms:
    """Sample and penalty on the NumPy kernels, in the chunks of the Objective."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._sample, _ = sample_program(work)
        self._kernel = NumpyKernel(self._sample, fused=True)
        penalty = penalty_program(work)
        self._penalty = NumpyKernel(penalty, fused=True) if penalty else None
        self._arrays: dict[tuple[int, int], tuple[Array, Array]] = {}

    def evaluate(self, theta: Array) -> tuple[float, Array]:
        work, program = self._work, self._sample
        scale = 1.0 if work.loss == "squared" else 1.0 / len(work.inputs)
        loss, gradient = 0.0, np.zeros(len(theta))
        for start in range(0, len(work.inputs), LANES):
            rows = slice(start, start + LANES)
            uniform, data, grad = self._room(self._kernel, program, theta, len(work.inputs[rows]))
            data[program.inputs - program.lanes_from] = work.inputs[rows].T
            data[program.targets - program.lanes_from] = work.targets[rows].T
            loss += scale * self._run(self._kernel, program, (uniform, data, grad), scale, gradient)
        if self._penalty:
            arrays = self._room(self._penalty, self._penalty.program, theta, 1)
            loss += self._run(self._penalty, self._penalty.program, arrays, 1.0, gradient)
        return loss, gradient

    def _room(self, kernel: NumpyKernel, program: Program, theta: Array, lanes: int) -> tuple[Array, Array, Array]:
        key = (id(kernel), lanes)
        if key not in self._arrays:
            self._arrays[key] = kernel.allocate(lanes)
        uniform = program.uniform.copy()
        uniform[: program.parameters] = theta
        return uniform, *self._arrays[key]

    @staticmethod
    def _run(
        kernel: NumpyKernel, program: Program, arrays: tuple[Array, Array, Array], seed: float, gradient: Array
    ) -> float:
        uniform, data, grad = arrays
        uniform_grad = np.zeros(program.lanes_from)
        kernel.forward(uniform, data)
        kernel.backward(uniform, data, grad, uniform_grad, seed)
        gradient += uniform_grad[: program.parameters]
        return float(data[program.root - program.lanes_from].sum())


def numpy_kernels(work: Work) -> Contender:
    programs = NumpyPrograms(work)
    return Contender(
        lambda: programs.evaluate(work.theta), lambda: work.theta - RATE * programs.evaluate(work.theta)[1]
    )


def eager(work: Work) -> Contender:
    """The whole loss as a graph of Values, built anew at every step."""
    network = network_of(work)
    parameters = network.parameters()
    rows, targets = work.inputs.tolist(), work.targets.tolist()

    def loss_of() -> Value:
        losses = []
        for row, target in zip(rows, targets, strict=True):
            found = network([Value(number) for number in row])
            scores = found if isinstance(found, list) else [found]
            losses.append(sample_loss(work, scores, [Value(number) for number in target]))
        loss = losses[0]
        for each in losses[1:]:
            loss = loss + each
        if work.loss != "squared":
            loss = loss * (1.0 / len(losses))
        if work.l2:
            squares = parameters[0] * parameters[0]
            for parameter in parameters[1:]:
                squares = squares + parameter * parameter
            loss = loss + work.l2 * squares
        return loss

    def step() -> Value:
        network.zero_grad()
        loss = loss_of()
        loss.backward()
        for parameter in parameters:
            parameter.data -= RATE * parameter.grad
        return loss

    def first() -> tuple[float, Array]:
        loss = step().data
        return loss, np.array([parameter.grad for parameter in parameters])

    return Contender(first, step)


class ByHand:
    """Backpropagation as one writes it with NumPy: a matrix product a layer, both ways."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._layers = layers_of(work.theta, list(work.sizes))

    def signals(self, x: Array) -> list[Array]:
        """The outputs of every layer."""
        work, found = self._work, []
        for i, (w, b) in enumerate(self._layers):
            x = x @ w.T + b
            if i < len(self._layers) - 1 or work.loss == "squared":
                x = np.maximum(x, 0.0) if work.activation == "relu" else np.tanh(x)
            found.append(x)
        return found

    def _loss(self, scores: Array) -> tuple[float, Array]:
        """The loss and its gradient by the scores."""
        work, count = self._work, len(scores)
        if work.loss == "hinge":
            margin = 1.0 - work.targets * scores
            return float(np.maximum(margin, 0.0).mean()), np.where(margin > 0.0, -work.targets, 0.0) / count
        if work.loss == "squared":
            error = scores - work.targets
            return float((error * error).sum()), 2.0 * error
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance = powers / powers.sum(axis=1, keepdims=True)
        return float(-np.log((chance * work.targets).sum(axis=1)).mean()), (chance - work.targets) / count

    def step(self) -> tuple[float, list[tuple[Array, Array]]]:
        """One step of gradient descent; loss and gradients before it."""
        work = self._work
        signals = [work.inputs, *self.signals(work.inputs)]
        loss, upstream = self._loss(signals[-1])
        gradients = []
        for i in range(len(self._layers) - 1, -1, -1):
            out = signals[i + 1]
            if i < len(self._layers) - 1 or work.loss == "squared":
                upstream = upstream * (out > 0.0) if work.activation == "relu" else upstream * (1.0 - out * out)
            w, b = self._layers[i]
            by_w, by_b = upstream.T @ signals[i], upstream.sum(axis=0)
            if i:
                upstream = upstream @ w
            if work.l2:
                loss += work.l2 * float((w * w).sum() + (b * b).sum())
                by_w += 2.0 * work.l2 * w
                by_b += 2.0 * work.l2 * b
            w -= RATE * by_w
            b -= RATE * by_b
            gradients.append((by_w, by_b))
        return loss, gradients[::-1]


def by_hand(work: Work) -> Contender:
    hand = ByHand(work)

    def first() -> tuple[float, Array]:
        loss, gradients = hand.step()
        return loss, np.array(flat(gradients))

    return Contender(first, hand.step)


IN_PROCESS: dict[str, Callable[[Work], Contender]] = {
    "numba": numba_many,
    "numba, 1 step a call": numba_one,
    "numpy": numpy_kernels,
    "eager Value": eager,
    "by hand": by_hand,
}


def maps(work: Work, points: Array) -> dict[str, Callable[[], Array]]:
    """Every neuron's output over points: (neurons, points)."""
    program, nodes = map_program(work)
    compiled_map, hand, kernel = CompiledMap(program, nodes), ByHand(work), NumpyKernel(program, fused=True)
    uniform = program.uniform.copy()
    rows = np.array(nodes) - program.lanes_from

    def by_compiled() -> Array:
        found = compiled_map.over_points(work.theta, points)
        assert found is not None
        return found

    arrays = {lanes: kernel.allocate(lanes)[0] for lanes in {min(LANES, len(points)), len(points) % LANES or LANES}}

    def by_numpy() -> Array:
        found = np.empty((len(nodes), len(points)))
        for start in range(0, len(points), LANES):
            chunk = points[start : start + LANES]
            data = arrays[len(chunk)]
            data[program.inputs - program.lanes_from] = chunk.T
            kernel.forward(uniform, data)
            found[:, start : start + LANES] = data[rows]
        return found

    return {
        "numba": by_compiled,
        "numpy": by_numpy,
        "by hand": lambda: np.concatenate(hand.signals(points), axis=1).T,
    }
