"""What is asked of compiled code, from a batch's loss to many steps: source for kernels_numba.py, never run from here.

Like lane_loops.py, on which it stands.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from core.lane_loops import (
        add,
        backward_all_numbers,
        backward_all_rows,
        copy,
        fill,
        forward_all_numbers,
        forward_all_rows,
        total,
    )
    from core.lane_updates import clip_to, update, update_free
    from core.optim import Mask
    from core.program import Array, Index
    from core.tape import Tape


class Space(NamedTuple):
    """The numbers that a tape needs, and room to work in."""

    numbers: Array
    number_grads: Array
    data: Array  # flat: rows · lanes of a chunk
    grad: Array
    work: Array  # six rows for what is in between


def load(places: Index, samples: Array, rows: Index, first: int, data: Array) -> None:
    """Samples `first` … `first + n` of a batch become lanes. Without `rows` the batch is all samples."""
    for i in range(len(places)):
        lanes = data[places[i]]
        for lane in range(data.shape[1]):
            lanes[lane] = samples[rows[first + lane] if len(rows) else first + lane, i]


def read_out(place: int, numbers: Array, data: Array, out: Array, n: int) -> None:
    if place >= 0:
        copy(out, data[place], n)
    else:
        fill(out, numbers[~place], n)


def sweep(
    sample: Tape,
    space: Space,
    theta: Array,
    inputs: Array,
    targets: Array,
    rows: Index,
    count: int,
    scale: float,
    chunk: int,
    wants_gradient: bool,
    outputs: Array,
    losses: Array,
) -> float:
    """The samples' loss over a batch and, in `space.number_grads`, its gradient."""
    numbers, number_grads, work = space.numbers, space.number_grads, space.work
    numbers[: len(theta)] = theta
    number_grads[:] = 0.0
    forward_all_numbers(sample, numbers, work)
    for first in range(0, count, chunk):
        n = min(chunk, count - first)
        data = space.data[: sample.rows * n].reshape(sample.rows, n)
        load(sample.inputs, inputs, rows, first, data)
        load(sample.targets, targets, rows, first, data)
        forward_all_rows(sample, numbers, data, work)
        read_out(sample.root, numbers, data, losses[first:], n)
        for i in range(len(sample.outputs)):
            read_out(sample.outputs[i], numbers, data, outputs[i, first:], n)
        if wants_gradient:
            grad = space.grad[: sample.rows * n].reshape(sample.rows, n)
            if sample.root >= 0:
                fill(grad[sample.root], scale, n)
            else:
                number_grads[~sample.root] += scale * n
            backward_all_rows(sample, numbers, number_grads, data, grad, work)
    if wants_gradient:
        backward_all_numbers(sample, numbers, number_grads, work)
    return total(losses, count) * scale


def add_penalty(tape: Tape, space: Space, theta: Array, gradient: Array, wants_gradient: bool) -> float:
    space.numbers[: len(theta)] = theta
    forward_all_numbers(tape, space.numbers, space.work)
    if wants_gradient:
        space.number_grads[:] = 0.0
        space.number_grads[~tape.root] = 1.0
        backward_all_numbers(tape, space.numbers, space.number_grads, space.work)
        add(gradient, space.number_grads, len(theta))
    loss: float = space.numbers[~tape.root]
    return loss


def count_correct(outputs: Array, targets: Array, rows: Index, count: int, threshold: float) -> int:
    """Samples of the batch whose class is right: the side of the threshold of one output, the largest of several."""
    correct = 0
    for i in range(count):
        row = rows[i] if len(rows) else i
        if len(outputs) == 1:
            correct += (outputs[0, i] > threshold) == (targets[row, 0] > threshold)
            continue
        best = 0
        for j in range(1, len(outputs)):
            if outputs[j, i] > outputs[best, i]:
                best = j
        correct += targets[row, best] > 0.0
    return correct


def is_finite(loss: float, gradient: Array, parameters: int) -> bool:
    finite = math.isfinite(loss)
    for i in range(parameters):
        finite &= math.isfinite(gradient[i])
    return finite


def run(
    sample: Tape,
    space: Space,
    penalty: Tape,
    penalty_space: Space,
    theta: Array,
    inputs: Array,
    targets: Array,
    rows: Index,
    bounds: Index,
    rates: Array,
    mean: bool,
    chunk: int,
    wants_gradient: bool,
    optimizer: int,
    settings: Array,
    state: Array,
    clip: float,
    frozen: Mask,
    before: Array,
    threshold: float,
    spacing: int,
    done: int,
    kept: Array,
    outputs: Array,
    sample_losses: Array,
    losses: Array,
    accuracies: Array,
) -> int:
    """Steps of an optimiser, one for each rate; `theta` and `state` move. Without rates, one evaluation.

    Step i's batch is rows[bounds[i] : bounds[i + 1]], or all samples if there are no rows. Stops before a step that is
    not finite. Returns how many steps were taken.

    The gradient is clipped if `clip` is above 0; `frozen` says what does not move (empty: nothing), `before` is room
    for θ and state then. Rows of `kept` get θ and state after every step at which `done` and those taken are a multiple
    of `spacing`.
    """
    gradient = space.number_grads[: len(theta)]
    filled = 0
    for step in range(max(1, len(rates))):
        batch = rows[bounds[step] : bounds[step + 1]] if len(rows) else rows
        count = len(batch) if len(rows) else len(inputs)
        scale = 1.0 / count if mean else 1.0
        loss = sweep(
            sample, space, theta, inputs, targets, batch, count, scale, chunk, wants_gradient, outputs, sample_losses
        )
        if len(penalty.code):
            loss += add_penalty(penalty, penalty_space, theta, gradient, wants_gradient)
        losses[step] = loss
        accuracies[step] = count_correct(outputs, targets, batch, count, threshold) / count
        if step == len(rates) or not is_finite(loss, gradient, len(theta)):
            return step
        if clip > 0.0:
            clip_to(clip, gradient, frozen)
        if len(frozen):
            update_free(optimizer, settings, theta, state, gradient, rates[step], frozen, before)
        else:
            update(optimizer, settings, theta, state, gradient, rates[step])
        if filled < len(kept) and (done + step + 1) % spacing == 0:
            kept[filled, : len(theta)] = theta
            kept[filled, len(theta) :] = state
            filled += 1
    return len(rates)


def over_points(
    tape: Tape, space: Space, theta: Array, points: Array, chunk: int, cancelled: Array, found: Array
) -> bool:
    """Rows of a tape for many points, without gradients; `cancelled[0]` may be set from another thread."""
    numbers, work = space.numbers, space.work
    numbers[: len(theta)] = theta
    everyone = tape.inputs[:0]
    forward_all_numbers(tape, numbers, work)
    for first in range(0, len(points), chunk):
        if cancelled[0]:
            return False
        n = min(chunk, len(points) - first)
        data = space.data[: tape.rows * n].reshape(tape.rows, n)
        load(tape.inputs, points, everyone, first, data)
        forward_all_rows(tape, numbers, data, work)
        for i in range(len(tape.outputs)):
            read_out(tape.outputs[i], numbers, data, found[i, first:], n)
    return True


def whole_forward(tape: Tape, numbers: Array, data: Array, work: Array) -> None:
    """For a whole tape, whose arrays are the caller's."""
    forward_all_rows(tape, numbers, data, work)


def whole_backward(
    tape: Tape, numbers: Array, number_grads: Array, data: Array, grad: Array, work: Array, seed: float
) -> None:
    n = data.shape[1]
    number_grads[:] = 0.0
    for row in tape.cleared:
        fill(grad[row], 0.0, n)
    fill(grad[tape.root], seed, n)
    backward_all_rows(tape, numbers, number_grads, data, grad, work)
