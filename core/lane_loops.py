"""The loops of one instruction of a Tape, forward and backward: source for kernels_numba.py, never run from here.

`python -m core.generate_kernels` copies these functions into kernels_numba.py, where Numba compiles them beside the
loops that it writes from the op table. `n` is the number of lanes. The order of additions is that of the graph; only
the two sums over lanes, `total` and `dot`, leave theirs to the compiler, which fixes it for good when it compiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.kernels_numba import (
        backward_binary,
        backward_fold,
        backward_unary,
        forward_binary,
        forward_fold,
        forward_unary,
    )
    from core.program import Array, Index
    from core.tape import Flow, Offset, Tape

NUMBERS, NUMBER_SUMS, ROWS, ROW_SUMS, DENSE, NUMBER_FOLDS, ROW_FOLDS = range(7)
SKIP, ASSIGN, ADD = range(3)


def total(a: Array, n: int) -> float:
    result = 0.0
    for lane in range(n):
        result += a[lane]
    return result


def dot(a: Array, first: Offset, b: Array, second: Offset, n: Offset) -> float:
    result = 0.0
    for lane in range(n):
        result += a[first + lane] * b[second + lane]
    return result


def fill(out: Array, number: float, n: int) -> None:
    for lane in range(n):
        out[lane] = number


def copy(out: Array, a: Array, n: int) -> None:
    for lane in range(n):
        out[lane] = a[lane]


def add(out: Array, a: Array, n: int) -> None:
    for lane in range(n):
        out[lane] += a[lane]


def add_rows(out: Array, a: Array, b: Array, n: int) -> None:
    for lane in range(n):
        out[lane] = a[lane] + b[lane]


def fill_at(flat: Array, out: Offset, number: float, n: Offset) -> None:
    """These rows are where an unsigned number says in a flat array: a view costs as much as a short row."""
    for lane in range(n):
        flat[out + lane] = number


def copy_at(flat: Array, out: Offset, a: Offset, n: Offset) -> None:
    for lane in range(n):
        flat[out + lane] = flat[a + lane]


def add_scaled(flat: Array, out: Offset, weight: float, a: Offset, n: Offset) -> None:
    for lane in range(n):
        flat[out + lane] += weight * flat[a + lane]


def add_four(
    flat: Array,
    out: Offset,
    weight_a: float,
    a: Offset,
    weight_b: float,
    b: Offset,
    weight_c: float,
    c: Offset,
    weight_d: float,
    d: Offset,
    n: Offset,
) -> None:
    for lane in range(n):
        flat[out + lane] = (
            (flat[out + lane] + weight_a * flat[a + lane] + weight_b * flat[b + lane])
            + weight_c * flat[c + lane]
            + weight_d * flat[d + lane]
        )


def part(rows: Array, place: int, count: int) -> Array:
    """Neighbouring rows as one."""
    n = rows.shape[1]
    return rows.reshape(-1)[place * n : (place + count) * n]


def rows_of(place: int, count: int, numbers: Array, rows: Array, spare: Array) -> Array:
    """An operand as a row; a number is spread over the lanes. Only operations outside of sums of products need it."""
    if place >= 0:
        return part(rows, place, count)
    fill(spare, numbers[~place], rows.shape[1])
    return spare


def settle(place: int, flow: int, share: Array, grad: Array, number_grads: Array, n: int) -> None:
    """Add a share that was not the first, and so stands in spare room."""
    if flow == ADD:
        if place < 0:
            number_grads[~place] += total(share, n)
        else:
            add(grad[place], share, n)


def hand_on(place: int, flow: int, upstream: Array, grad: Array, number_grads: Array, n: int) -> None:
    """The whole upstream gradient is handed on."""
    if flow == ASSIGN:
        copy(grad[place], upstream, n)
    else:
        settle(place, flow, upstream, grad, number_grads, n)


def forward_numbers(op: int, operands: int, constant: float, index: Index, numbers: Array, work: Array) -> None:
    """index: outs, first operands, second operands."""
    n = len(index) // (1 + operands)
    for k in range(n):
        work[1, k] = numbers[~index[n + k]]
    if operands == 1:
        forward_unary(op, constant, work[1], work[0], n)
    else:
        for k in range(n):
            work[2, k] = numbers[~index[2 * n + k]]
        forward_binary(op, work[1], work[2], work[0], n)
    for k in range(n):
        numbers[~index[k]] = work[0, k]


def backward_numbers(
    op: int, operands: int, constant: float, index: Index, flow: Flow, numbers: Array, grads: Array, work: Array
) -> None:
    n = len(index) // (1 + operands)
    upstream, first, second = work[5], work[3], work[4]
    for k in range(n):
        upstream[k] = grads[~index[k]]
        work[0, k] = numbers[~index[k]]
        work[1, k] = numbers[~index[n + k]]
    if operands == 1:
        backward_unary(op, constant, work[1], work[0], upstream, first, n)
    else:
        for k in range(n):
            work[2, k] = numbers[~index[2 * n + k]]
        backward_binary(op, work[1], work[2], work[0], upstream, first, second, n)
    for k in range(n):
        if flow[n + k] != SKIP:
            grads[~index[n + k]] += first[k]
        if operands == 2 and flow[2 * n + k] != SKIP:
            grads[~index[2 * n + k]] += second[k]


def forward_number_sums(terms: int, index: Index, numbers: Array) -> None:
    """index, for each sum: start, then (partial sum, term) for each term."""
    for at in range(0, len(index), 1 + 2 * terms):
        partial = numbers[~index[at]]
        for i in range(at + 1, at + 1 + 2 * terms, 2):
            partial += numbers[~index[i + 1]]
            numbers[~index[i]] = partial


def backward_number_sums(terms: int, index: Index, flow: Flow, grads: Array) -> None:
    for at in range(0, len(index), 1 + 2 * terms):
        upstream = grads[~index[at + 2 * terms - 1]]
        if flow[at] != SKIP:
            grads[~index[at]] += upstream
        for i in range(at + 1, at + 1 + 2 * terms, 2):
            grads[~index[i]] = upstream
            if flow[i + 1] != SKIP:
                grads[~index[i + 1]] += upstream


def forward_rows(
    op: int, operands: int, count: int, constant: float, index: Index, numbers: Array, data: Array, work: Array
) -> None:
    """index, for each node, or for `count` neighbouring ones: out, operands."""
    n = data.shape[1]
    for at in range(0, len(index), 1 + operands):
        out = part(data, index[at], count)
        a = rows_of(index[at + 1], count, numbers, data, work[1])
        if operands == 1:
            forward_unary(op, constant, a, out, count * n)
        else:
            forward_binary(op, a, rows_of(index[at + 2], 1, numbers, data, work[2]), out, n)


def backward_rows(
    op: int,
    operands: int,
    count: int,
    constant: float,
    index: Index,
    flow: Flow,
    numbers: Array,
    number_grads: Array,
    data: Array,
    grad: Array,
    work: Array,
) -> None:
    n = data.shape[1]
    for at in range(0, len(index), 1 + operands):
        out, upstream = part(data, index[at], count), part(grad, index[at], count)
        a = rows_of(index[at + 1], count, numbers, data, work[1])
        first = part(grad, index[at + 1], count) if flow[at + 1] == ASSIGN else work[3]
        if operands == 1:
            backward_unary(op, constant, a, out, upstream, first, count * n)
        else:
            b = rows_of(index[at + 2], 1, numbers, data, work[2])
            second = grad[index[at + 2]] if flow[at + 2] == ASSIGN else work[4]
            backward_binary(op, a, b, out, upstream, first, second, n)
            settle(index[at + 2], flow[at + 2], second, grad, number_grads, n)
        settle(index[at + 1], flow[at + 1], first, grad, number_grads, n)


def forward_number_folds(op: int, operands: int, index: Index, numbers: Array, work: Array) -> None:
    """index: outs, first operands, second operands, as many as there are."""
    n = len(index) // (1 + operands)
    for k in range(n):
        work[0, k] = numbers[~index[n + k]]
    for j in range(2, 1 + operands):
        for k in range(n):
            work[1, k] = numbers[~index[j * n + k]]
        forward_fold(op, work[1], work[0], n)
    for k in range(n):
        numbers[~index[k]] = work[0, k]


def backward_number_folds(
    op: int, operands: int, index: Index, flow: Flow, numbers: Array, grads: Array, work: Array
) -> None:
    n = len(index) // (1 + operands)
    upstream, share = work[5], work[3]
    for k in range(n):
        upstream[k] = grads[~index[k]]
        work[0, k] = numbers[~index[k]]
    for j in range(1, 1 + operands):
        for k in range(n):
            work[1, k] = numbers[~index[j * n + k]]
        backward_fold(op, work[1], work[0], upstream, share, n)
        for k in range(n):
            if flow[j * n + k] != SKIP:
                grads[~index[j * n + k]] += share[k]


def forward_row_folds(op: int, operands: int, index: Index, numbers: Array, data: Array, work: Array) -> None:
    """index, for each node: out, operands."""
    n = data.shape[1]
    for at in range(0, len(index), 1 + operands):
        out = data[index[at]]
        copy(out, rows_of(index[at + 1], 1, numbers, data, work[1]), n)
        for i in range(at + 2, at + 1 + operands):
            forward_fold(op, rows_of(index[i], 1, numbers, data, work[1]), out, n)


def backward_row_folds(
    op: int,
    operands: int,
    index: Index,
    flow: Flow,
    numbers: Array,
    number_grads: Array,
    data: Array,
    grad: Array,
    work: Array,
) -> None:
    n = data.shape[1]
    for at in range(0, len(index), 1 + operands):
        out, upstream = data[index[at]], grad[index[at]]
        for i in range(at + 1, at + 1 + operands):
            if flow[i] == SKIP:
                continue
            share = grad[index[i]] if flow[i] == ASSIGN else work[3]
            backward_fold(op, rows_of(index[i], 1, numbers, data, work[1]), out, upstream, share, n)
            settle(index[i], flow[i], share, grad, number_grads, n)


def forward_row_sums(terms: int, index: Index, numbers: Array, data: Array, work: Array) -> None:
    """index, for each sum: start, then (partial sum, term) for each term; in a fused tape all partial sums are the last
    one.
    """
    n = data.shape[1]
    for at in range(0, len(index), 1 + 2 * terms):
        previous = index[at + 1]
        start = rows_of(index[at], 1, numbers, data, work[1])
        add_rows(data[previous], start, rows_of(index[at + 2], 1, numbers, data, work[2]), n)
        for i in range(at + 3, at + 1 + 2 * terms, 2):
            term = rows_of(index[i + 1], 1, numbers, data, work[2])
            if index[i] == previous:
                add(data[previous], term, n)
            else:
                add_rows(data[index[i]], data[previous], term, n)
            previous = index[i]


def backward_row_sums(terms: int, index: Index, flow: Flow, number_grads: Array, grad: Array) -> None:
    n = grad.shape[1]
    for at in range(0, len(index), 1 + 2 * terms):
        last = index[at + 2 * terms - 1]
        upstream = grad[last]
        hand_on(index[at], flow[at], upstream, grad, number_grads, n)
        for i in range(at + 1, at + 1 + 2 * terms, 2):
            if index[i] != last:
                copy(grad[index[i]], upstream, n)
            hand_on(index[i + 1], flow[i + 1], upstream, grad, number_grads, n)


def forward_dense(terms: int, index: Index, numbers: Array, data: Array) -> None:
    """start + w1·x1 + w2·x2 + …, for several sums of the same signals x, in this order of additions.

    index: signals, then out, start, weights of each sum.
    """
    n = np.uint64(data.shape[1])
    flat = data.reshape(-1)
    for at in range(terms, len(index), 2 + terms):
        out, start = np.uint64(index[at]) * n, index[at + 1]
        if start < 0:
            fill_at(flat, out, numbers[~start], n)
        else:
            copy_at(flat, out, np.uint64(start) * n, n)
        i = 0
        while i + 4 <= terms:
            add_four(
                flat,
                out,
                numbers[~index[at + 2 + i]],
                np.uint64(index[i]) * n,
                numbers[~index[at + 3 + i]],
                np.uint64(index[i + 1]) * n,
                numbers[~index[at + 4 + i]],
                np.uint64(index[i + 2]) * n,
                numbers[~index[at + 5 + i]],
                np.uint64(index[i + 3]) * n,
                n,
            )
            i += 4
        while i < terms:
            add_scaled(flat, out, numbers[~index[at + 2 + i]], np.uint64(index[i]) * n, n)
            i += 1


def backward_dense(
    terms: int, index: Index, flow: Flow, numbers: Array, number_grads: Array, data: Array, grad: Array
) -> None:
    n = np.uint64(data.shape[1])
    width = 2 + terms
    flat, flat_grad = data.reshape(-1), grad.reshape(-1)
    for at in range(terms, len(index), width):
        hand_on(index[at + 1], flow[at + 1], grad[index[at]], grad, number_grads, data.shape[1])
    for at in range(terms, len(index), width):
        upstream = np.uint64(index[at]) * n
        for i in range(terms):
            if flow[at + 2 + i] != SKIP:
                number_grads[~index[at + 2 + i]] += dot(flat_grad, upstream, flat, np.uint64(index[i]) * n, n)
    for i in range(terms):
        if flow[i] == SKIP:
            continue
        out = np.uint64(index[i]) * n
        if flow[i] == ASSIGN:
            fill_at(flat_grad, out, 0.0, n)
        at = terms
        while at + 4 * width <= len(index):
            add_four(
                flat_grad,
                out,
                numbers[~index[at + 2 + i]],
                np.uint64(index[at]) * n,
                numbers[~index[at + width + 2 + i]],
                np.uint64(index[at + width]) * n,
                numbers[~index[at + 2 * width + 2 + i]],
                np.uint64(index[at + 2 * width]) * n,
                numbers[~index[at + 3 * width + 2 + i]],
                np.uint64(index[at + 3 * width]) * n,
                n,
            )
            at += 4 * width
        while at < len(index):
            add_scaled(flat_grad, out, numbers[~index[at + 2 + i]], np.uint64(index[at]) * n, n)
            at += width


def forward_all_numbers(tape: Tape, numbers: Array, work: Array) -> None:
    code = tape.code
    for i in range(tape.split):
        index = tape.operands[code[i, 4] : code[i, 4] + code[i, 5]]
        if code[i, 0] == NUMBERS:
            forward_numbers(code[i, 1], code[i, 2], tape.constants[i], index, numbers, work)
        elif code[i, 0] == NUMBER_FOLDS:
            forward_number_folds(code[i, 1], code[i, 2], index, numbers, work)
        else:
            forward_number_sums(code[i, 2], index, numbers)


def backward_all_numbers(tape: Tape, numbers: Array, number_grads: Array, work: Array) -> None:
    code = tape.code
    for i in range(tape.split - 1, -1, -1):
        index = tape.operands[code[i, 4] : code[i, 4] + code[i, 5]]
        flow = tape.flow[code[i, 4] : code[i, 4] + code[i, 5]]
        if code[i, 0] == NUMBERS:
            backward_numbers(code[i, 1], code[i, 2], tape.constants[i], index, flow, numbers, number_grads, work)
        elif code[i, 0] == NUMBER_FOLDS:
            backward_number_folds(code[i, 1], code[i, 2], index, flow, numbers, number_grads, work)
        else:
            backward_number_sums(code[i, 2], index, flow, number_grads)


def forward_all_rows(tape: Tape, numbers: Array, data: Array, work: Array) -> None:
    code = tape.code
    for i in range(tape.split, len(code)):
        kind, op, operands = code[i, 0], code[i, 1], code[i, 2]
        index = tape.operands[code[i, 4] : code[i, 4] + code[i, 5]]
        if kind == DENSE:
            forward_dense(operands, index, numbers, data)
        elif kind == ROWS:
            forward_rows(op, operands, code[i, 3], tape.constants[i], index, numbers, data, work)
        elif kind == ROW_FOLDS:
            forward_row_folds(op, operands, index, numbers, data, work)
        else:
            forward_row_sums(operands, index, numbers, data, work)


def backward_all_rows(tape: Tape, numbers: Array, number_grads: Array, data: Array, grad: Array, work: Array) -> None:
    code = tape.code
    for i in range(len(code) - 1, tape.split - 1, -1):
        if not code[i, 6]:
            continue
        kind, op, operands = code[i, 0], code[i, 1], code[i, 2]
        index = tape.operands[code[i, 4] : code[i, 4] + code[i, 5]]
        flow = tape.flow[code[i, 4] : code[i, 4] + code[i, 5]]
        if kind == DENSE:
            backward_dense(operands, index, flow, numbers, number_grads, data, grad)
        elif kind == ROWS:
            backward_rows(
                *(op, operands, code[i, 3], tape.constants[i], index, flow),
                *(numbers, number_grads, data, grad, work),
            )
        elif kind == ROW_FOLDS:
            backward_row_folds(op, operands, index, flow, numbers, number_grads, data, grad, work)
        else:
            backward_row_sums(operands, index, flow, number_grads, grad)
