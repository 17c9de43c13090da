"""What compiled code does for the rest: a Program's kernel, a batch's loss, many steps in one call, maps of neurons.

To be used once `core.kernels.ready()` says so. Every object holds its own arrays: one thread at a time. The interpreter
is free while compiled code runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiment import OptimizerSpec
from core.kernels import compiled_module
from core.optim import CODES, Mask, fresh_state, settings_of
from core.program import Array, Index, Program
from core.tape import EMPTY_TAPE, Tape, fused_tape, whole_tape

CHUNK = 256  # lanes: rows stay in the cache, memory stays bounded
_EVERYONE = np.empty(0, dtype=np.int64)
_SPARE_ROWS = 6
_PLAIN = OptimizerSpec()
_NOTHING = np.empty(0)
_NONE_FROZEN = np.empty(0, dtype=np.bool_)
_KEPT_NUMBERS = 2**17  # of θ and state, kept on the way in one call


class NumbaKernel:
    """Runs one Program as NumpyKernel does, every node in its row, but takes no nudges."""

    name = "numba"

    def __init__(self, program: Program, *, leaf_gradients: bool = False) -> None:
        """`leaf_gradients`: also find the gradients of inputs, targets and constants."""
        self.program = program
        self._code = compiled_module()
        self._tape = whole_tape(program, leaf_gradients=leaf_gradients)
        self._number_grads = np.zeros(program.lanes_from)

    def allocate(self, lanes: int) -> tuple[Array, Array]:
        """Fresh `data` and `grad` for so many lanes."""
        shape = (self.program.nodes - self.program.lanes_from, lanes)
        return np.zeros(shape), np.zeros(shape)

    def forward(self, uniform: Array, data: Array) -> None:
        """Fill `data`; rows of inputs and targets are filled by the caller."""
        self._code.whole_forward(self._tape, uniform, data, _work(data.shape[1]))

    def backward(self, uniform: Array, data: Array, grad: Array, uniform_grad: Array, seed: float) -> None:
        """Fill `grad` and add to `uniform_grad`, after a forward pass; `seed` is the root's gradient in each lane."""
        work = _work(data.shape[1])
        self._code.whole_backward(self._tape, uniform, self._number_grads, data, grad, work, float(seed))
        uniform_grad += self._number_grads


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps that were taken: one entry a step, step k's loss is L(θ_k), before its update."""

    theta: Array  # after them
    state: Array  # of the optimiser, after them
    losses: Array
    accuracies: Array  # 0 … 1; nan for a regression
    thetas: Array  # (kept, parameters): after the steps that were to be kept
    states: Array  # (kept, numbers of the state)


class CompiledLoss:
    """The loss over rows of a data set, and its gradient, in one call."""

    name = NumbaKernel.name

    def __init__(
        self,
        sample: Program,
        penalty: Program | None,
        inputs: Array,
        targets: Array,
        *,
        mean: bool,
        outputs: Sequence[int] | None = None,
        threshold: float | None = 0.0,
    ) -> None:
        """`sample` is one sample's loss, `penalty` what parameters alone add; `mean`: divided by the number of samples.

        `outputs`: the nodes of the prediction, `sample.output` if None; with several, the largest is the class.
        `threshold`: what is between the two classes of one output; None for a regression, which has no accuracy.
        """
        self._code = compiled_module()
        self._mean, self._threshold = mean, threshold
        self._parameters = sample.parameters
        self._inputs, self._targets = _rows_of(inputs), _rows_of(targets)
        nodes = [sample.output] if outputs is None else list(outputs)
        self._program, self._sample, self._shown = sample, fused_tape(sample, nodes), len(nodes)
        self._penalty = fused_tape(penalty) if penalty else EMPTY_TAPE
        self._penalty_space = _space(self._code, self._penalty, penalty, 1)
        self._make_room(len(inputs))

    def evaluate(
        self, theta: Array, rows: Index | None = None, *, gradient: bool = True
    ) -> tuple[float, Array, Array, Array]:
        """Loss, gradient (zeros if not wanted), outputs and losses of these rows (all, if None).

        Outputs are (rows,), or (outputs, rows) where there are several.
        """
        count = len(self._inputs) if rows is None else len(rows)
        if count > len(self._losses):
            self._make_room(count)
        bounds = np.array([0, count])
        loss, accuracy = np.empty(1), np.empty(1)
        theta = np.require(theta, np.float64, ["C", "W"])
        self._run(theta, rows, bounds, _NOTHING, _PLAIN, np.empty(0), loss, accuracy, gradient=gradient)
        outputs = self._outputs[:, :count].copy()
        return (
            float(loss[0]),
            self._sample_space.number_grads[: self._parameters].copy(),
            outputs[0] if len(outputs) == 1 else outputs,
            self._losses[:count].copy(),
        )

    def descend(
        self,
        theta: Array,
        rates: Array,
        rows: Index | None = None,
        bounds: Index | None = None,
        *,
        optimizer: OptimizerSpec = _PLAIN,
        state: Array | None = None,
        clip: float = 0.0,
        frozen: Mask | None = None,
        spacing: int = 0,
        done: int = 0,
    ) -> Steps:
        """Steps of an optimiser, one for each rate, bit for bit those of `evaluate` and `optim.clipped`, `updated`.

        `state` is the optimiser's; None before its first step. Step i's batch is `rows[bounds[i] : bounds[i + 1]]`, no
        larger than the data; all samples if `rows` is None. Stops before a step whose loss or gradient is not finite.

        θ and state are kept where `done` and the steps taken are a multiple of `spacing` (0: never), the first ones if
        these are more than `most_kept`.
        """
        moved = np.array(theta, dtype=np.float64)
        state = fresh_state(optimizer.kind, len(moved)) if state is None else np.array(state, dtype=np.float64)
        losses, accuracies = np.empty(max(1, len(rates))), np.empty(max(1, len(rates)))
        width, wanted = len(moved) + len(state), (done + len(rates)) // spacing - done // spacing if spacing else 0
        kept = np.empty((min(wanted, most_kept(width)), width))
        taken = 0
        if len(rates):
            taken = self._run(
                *(moved, rows, bounds, rates, optimizer, state, losses, accuracies),
                clip=clip,
                frozen=frozen,
                spacing=spacing,
                done=done,
                kept=kept,
            )
        if self._threshold is None:
            accuracies[:] = np.nan
        kept = kept[: (done + taken) // spacing - done // spacing if spacing else 0]
        thetas, states = kept[:, : len(moved)], kept[:, len(moved) :]
        return Steps(moved, state, losses[:taken], accuracies[:taken], thetas, states)

    def _make_room(self, samples: int) -> None:
        """For batches of up to so many samples."""
        self._sample_space = _space(self._code, self._sample, self._program, min(CHUNK, samples))
        self._outputs = np.empty((self._shown, samples))
        self._losses = np.empty(samples)

    def _run(
        self,
        theta: Array,
        rows: Index | None,
        bounds: Index | None,
        rates: Array,
        optimizer: OptimizerSpec,
        state: Array,
        losses: Array,
        accuracies: Array,
        *,
        gradient: bool = True,
        clip: float = 0.0,
        frozen: Mask | None = None,
        spacing: int = 0,
        done: int = 0,
        kept: Array | None = None,
    ) -> int:
        held = frozen if frozen is not None and frozen.any() else _NONE_FROZEN
        taken: int = self._code.run(
            self._sample,
            self._sample_space,
            self._penalty,
            self._penalty_space,
            theta,
            self._inputs,
            self._targets,
            _EVERYONE if rows is None else np.require(rows, np.int64, ["C", "W"]),
            _EVERYONE if bounds is None else np.require(bounds, np.int64, ["C", "W"]),
            np.require(rates, np.float64, ["C", "W"]),
            self._mean,
            CHUNK,
            gradient,
            CODES[optimizer.kind],
            settings_of(optimizer),
            state,
            float(clip),
            np.require(held, np.bool_, ["C", "W"]),
            np.empty(len(theta) + len(state)) if len(held) else _NOTHING,
            self._threshold or 0.0,
            max(spacing, 1),
            done,
            np.empty((0, 0)) if kept is None else kept,
            self._outputs,
            self._losses,
            losses,
            accuracies,
        )
        return taken


def most_kept(width: int) -> int:
    """How many times θ and state, together so many numbers, are kept in one call."""
    return max(1, _KEPT_NUMBERS // width)


class CompiledMap:
    """Some nodes of a Program over many points, forward only."""

    def __init__(self, program: Program, nodes: Sequence[int]) -> None:
        self._code = compiled_module()
        self._tape = fused_tape(program, nodes)
        self._place = [list(dict.fromkeys(nodes)).index(node) for node in nodes]
        self._space = _space(self._code, self._tape, program, CHUNK)

    def over_points(self, theta: Array, points: Array, cancelled: NDArray[np.bool_] | None = None) -> Array | None:
        """(nodes, points). `cancelled`: one flag, which another thread may set; then the answer is None."""
        found = np.empty((len(self._tape.outputs), len(points)))
        done = self._code.over_points(
            self._tape,
            self._space,
            np.require(theta, np.float64, ["C", "W"]),
            _rows_of(points),
            CHUNK,
            np.zeros(1, dtype=np.bool_) if cancelled is None else cancelled,
            found,
        )
        return found[self._place] if done and len(self._place) != len(found) else found if done else None


def _work(lanes: int) -> Array:
    return np.empty((_SPARE_ROWS, lanes))


def _rows_of(samples: Array) -> Array:
    return np.require(samples.reshape(len(samples), -1), np.float64, ["C", "W"])


def _space(code: Any, tape: Tape, program: Program | None, lanes: int) -> Any:
    """Room for a tape, its constants filled in."""
    numbers = np.zeros(tape.numbers)
    if program is not None:
        numbers[: program.lanes_from] = program.uniform
    room = tape.rows * lanes
    return code.Space(
        numbers,
        np.zeros(tape.numbers),
        np.empty(room),
        np.empty(room),
        np.empty((_SPARE_ROWS, max(lanes, tape.widest))),
    )
