"""Objective: L(θ) and dL/dθ of an experiment over any rows of its data, by compiled Programs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.compiled import CompiledLoss, CompiledMap, NumbaKernel, Steps
from core.datasets import DataSet
from core.experiment import Experiment
from core.features import parsed
from core.kernels_numpy import NumpyKernel
from core.losses import is_mean
from core.optim import Mask
from core.program import Array, Index, Program, compile_program
from core.record import build_network, parameter_names, record_penalty, record_prediction, record_sample

LANES = 256  # a chunk of lanes: memory stays bounded, rows stay in the cache


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The loss at some parameters, and what it is made of; arrays have one entry a row of the batch.

    Where there are several classes, `outputs` is (classes, rows): their scores.
    """

    loss: float
    gradient: Array  # (parameters,)
    outputs: Array
    sample_losses: Array


class Objective:
    """Evaluates an experiment's loss. Made once per experiment and data; not shared between threads."""

    def __init__(self, experiment: Experiment, dataset: DataSet, kernel: str = NumpyKernel.name) -> None:
        """`kernel` is that of `use`."""
        self.experiment = experiment
        self.dataset = dataset
        self.network = build_network(experiment)
        self.names = parameter_names(self.network)
        self.initial = np.array([value.data for value in self.network.parameters()], dtype=np.float64)
        self._sample = _Lanes(compile_program(record_sample(experiment, self.network)))
        self._mean = is_mean(experiment.training.loss, len(self._sample.program.outputs))
        penalty = record_penalty(experiment, self.network)
        self._penalty = _Lanes(compile_program(penalty)) if penalty else None
        self._predictor: _Lanes | None = None
        self._shown: dict[int, str] = {}  # its neurons and features: node -> address
        self._compiled: CompiledLoss | None = None
        self._map: CompiledMap | None = None
        self._measured: tuple[Array, Array, CompiledLoss] | None = None  # rows besides the training rows
        self.use(kernel)

    @property
    def kernel(self) -> str:
        """Which kernels evaluate the loss."""
        return self._compiled.name if self._compiled else NumpyKernel.name

    def use(self, kernel: str) -> None:
        """Evaluate by these kernels from now on. Raises ChainruleError if compiled ones are not ready."""
        self._compiled = self._map = self._measured = None
        if kernel == NumbaKernel.name:
            penalty = self._penalty.program if self._penalty else None
            inputs, targets = self.dataset.inputs, self.dataset.targets
            program = self._sample.program
            self._compiled = CompiledLoss(
                program,
                penalty,
                inputs,
                targets,
                mean=self._mean,
                outputs=program.outputs.tolist(),
                threshold=None if self.dataset.task == "regression" else self.dataset.threshold,
            )

    def descend(
        self,
        theta: Array,
        state: Array,
        rates: Array,
        rows: Index | None,
        bounds: Index | None,
        *,
        frozen: Mask | None = None,
        spacing: int = 0,
        done: int = 0,
    ) -> Steps | None:
        """Many steps in one call, as CompiledLoss takes them; None where the kernels at hand cannot."""
        if self._compiled is None:
            return None
        training = self.experiment.training
        return self._compiled.descend(
            *(theta, rates, rows, bounds),
            optimizer=training.optimizer,
            state=state,
            clip=training.clip,
            frozen=frozen,
            spacing=spacing,
            done=done,
        )

    @property
    def program(self) -> Program:
        """One sample's loss."""
        return self._sample.program

    def evaluate(self, theta: Array, rows: Index | None = None, *, gradient: bool = True) -> Evaluation:
        """Loss and gradient over these rows (all, if None). Values that are not finite simply come out so."""
        if self._compiled:
            return Evaluation(*self._compiled.evaluate(theta, rows, gradient=gradient))
        inputs, targets = self.dataset.inputs, self.dataset.targets
        if rows is not None:
            inputs, targets = inputs[rows], targets[rows]
        scale = 1.0 / len(targets) if self._mean else 1.0
        outputs, losses, total = self._over_rows(theta, inputs, targets, scale if gradient else None)
        with np.errstate(all="ignore"):
            loss = float(losses.sum()) * scale
            if self._penalty:
                root = self._penalty.program.root - self._penalty.program.lanes_from
                loss += self._penalty.forward(theta, None, None)[root, 0]
                if gradient:
                    total += self._penalty.backward(1.0)
        return Evaluation(float(loss), total, outputs, losses)

    def measure(self, theta: Array, inputs: Array, targets: Array) -> Evaluation:
        """The loss of any rows (of those kept back for testing), without penalties, and without a gradient.

        Where samples' losses are summed up, it is what as many rows as there are to train on would have: so both
        losses compare. Of no rows it is nan. Compiled kernels keep these arrays until others are given.
        """
        if self._compiled and len(targets):
            _, _, outputs, losses = self._loss_of(inputs, targets).evaluate(theta, gradient=False)
        else:
            outputs, losses, _ = self._over_rows(theta, inputs, targets, None)
        with np.errstate(all="ignore"):
            loss = float(losses.mean()) if len(losses) else np.nan
        return Evaluation(loss if self._mean else loss * len(self.dataset.targets), np.empty(0), outputs, losses)

    def _loss_of(self, inputs: Array, targets: Array) -> CompiledLoss:
        if self._measured is None or self._measured[0] is not inputs or self._measured[1] is not targets:
            program = self._sample.program
            compiled = CompiledLoss(program, None, inputs, targets, mean=True, outputs=program.outputs.tolist())
            self._measured = inputs, targets, compiled
        return self._measured[2]

    def _over_rows(self, theta: Array, inputs: Array, targets: Array, seed: float | None) -> tuple[Array, Array, Array]:
        """Outputs (as an Evaluation has them), losses (rows,), the gradient if there is a seed; by NumPy."""
        program, count = self._sample.program, len(targets)
        outputs, losses = np.empty((len(program.outputs), count)), np.empty(count)
        total = np.zeros(len(theta))
        for start in range(0, count, LANES):
            chunk = slice(start, min(start + LANES, count))
            lanes = self._sample.forward(theta, inputs[chunk], targets[chunk])
            outputs[:, chunk] = lanes[program.outputs - program.lanes_from]
            losses[chunk] = lanes[program.root - program.lanes_from]
            if seed is not None:
                total += self._sample.backward(seed)
        return one_or_all(outputs), losses, total

    def first_not_finite(self, theta: Array, rows: Index | None = None) -> tuple[str, float] | None:
        """Address and value of the first scalar, in topological order, that is not finite; None if all are."""
        numbers = np.arange(len(self.dataset.targets)) if rows is None else rows
        program = self._sample.program
        for node in np.flatnonzero(~np.isfinite(theta)):
            return self.names[node], float(theta[node])
        replay = _Lanes(program, fused=False)
        for start in range(0, len(numbers), LANES):
            chunk = numbers[start : start + LANES]
            data = replay.forward(theta, self.dataset.inputs[chunk], self.dataset.targets[chunk])
            for node in program.display[program.display >= program.lanes_from]:
                lanes = np.flatnonzero(~np.isfinite(data[node - program.lanes_from]))
                if len(lanes):
                    address = program.addresses[node].replace("sample/", f"sample{chunk[lanes[0]] + 1}/", 1)
                    return address, float(data[node - program.lanes_from, lanes[0]])
        loss = self.evaluate(theta, rows, gradient=False).loss
        return None if np.isfinite(loss) else ("loss", loss)

    def over_points(self, theta: Array, points: Array) -> tuple[Array, dict[str, Array]]:
        """What the network answers at each point (rows, inputs), (points,) or of several outputs (outputs, points);
        and every neuron's output there, `L2.N1`, and every feature that is named, `x1^2`. Forward only.
        """
        features = [parsed(text) for text in self.experiment.network.features]
        if self._predictor is None:
            self._predictor = _Lanes(compile_program(record_prediction(self.experiment, self.network)))
            made = {f"sample/{feature.text}" for feature in features if feature.kind != "x"}
            addresses = enumerate(self._predictor.program.addresses)
            self._shown = {node: name for node, name in addresses if name in made or name.endswith(".out")}
        program, rows = self._predictor.program, list(self._shown)
        if self._compiled:
            self._map = self._map or CompiledMap(program, rows)
            found = self._map.over_points(theta, points)
            assert found is not None  # nobody cancels it
        else:
            found = self._over_chunks(theta, points, np.array(rows, dtype=np.int64) - program.lanes_from)
        inputs = {feature.text: points[:, feature.reads[0]] for feature in features if feature.kind == "x"}
        names = (name.removeprefix("sample/").removesuffix(".out") for name in self._shown.values())
        outputs = found[np.searchsorted(rows, program.outputs)]
        return one_or_all(outputs), inputs | dict(zip(names, found, strict=True))

    def _over_chunks(self, theta: Array, points: Array, rows: Index) -> Array:
        assert self._predictor
        found = np.empty((len(rows), len(points)))
        for start in range(0, len(points), LANES):
            chunk = slice(start, min(start + LANES, len(points)))
            found[:, chunk] = self._predictor.forward(theta, points[chunk], None)[rows]
        return found


def same_programs(before: Experiment, after: Experiment) -> bool:
    """Whether two experiments on the same data compile to the same Programs."""
    return (
        before.network == after.network
        and before.training.loss == after.training.loss
        and (before.training.l1, before.training.l2) == (after.training.l1, after.training.l2)
    )


def one_or_all(outputs: Array) -> Array:
    """(outputs, rows) as they are, of one output (rows,)."""
    found: Array = outputs[0] if len(outputs) == 1 else outputs
    return found


class _Lanes:
    """A Program with its kernel and arrays for up to LANES lanes."""

    def __init__(self, program: Program, *, fused: bool = True) -> None:
        """`fused`: without the products and partial sums inside of layers."""
        self.program = program
        self._kernel = NumpyKernel(program, fused=fused)
        self._uniform = program.uniform.copy()
        self._arrays: dict[int, tuple[Array, Array]] = {}
        self._lanes = 0

    def forward(self, theta: Array, inputs: Array | None, targets: Array | None) -> Array:
        """Returns `data`, valid until the next call."""
        program = self.program
        self._uniform[: program.parameters] = theta
        self._lanes = 1 if inputs is None else len(inputs)
        if self._lanes not in self._arrays:
            if len(self._arrays) > 3:  # whole chunks, the last ones of an epoch and of the test rows, one more
                self._arrays.clear()
            self._arrays[self._lanes] = self._kernel.allocate(self._lanes)
        data, _ = self._arrays[self._lanes]
        if inputs is not None:
            data[program.inputs - program.lanes_from] = inputs.T
        if targets is not None:
            data[program.targets - program.lanes_from] = targets.T
        self._kernel.forward(self._uniform, data)
        return data

    def backward(self, seed: float) -> Array:
        """Gradient of the parameters, summed over the lanes of the last forward pass."""
        data, grad = self._arrays[self._lanes]
        uniform_grad = np.zeros(self.program.lanes_from)
        self._kernel.backward(self._uniform, data, grad, uniform_grad, seed)
        return uniform_grad[: self.program.parameters]
