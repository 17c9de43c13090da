# mypy: ignore-errors
"""Compiled kernels: forward and backward over a Tape, lane by lane.

Written by `python -m core.generate_kernels` from the op table and the lane_*.py files: change those and run it again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from core.optim import Mask
    from core.program import Array, Index
    from core.tape import Flow, Offset, Tape

OPERATIONS = (
    "add",
    "mul",
    "power",
    "pow",
    "tanh",
    "exp",
    "log",
    "sqrt",
    "sigmoid",
    "relu",
    "leaky_relu",
    "softplus",
    "sin",
    "cos",
    "abs",
    "max",
    "min",
    "logsumexp",
)  # their codes are their places here

_inner = njit(error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
_sum_over_lanes = njit(error_model="numpy", nogil=True, fastmath={"reassoc"})
_entry = njit(error_model="numpy", nogil=True, cache=True)

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # its last bits are 0, so that whole multiples are exact
LN2_LOW = 1.90821492927058770002e-10
MAGIC = 6755399441055744.0  # 1.5 · 2^52: what is added to it is rounded to a whole number, found in its last bits
EXPONENT_ZERO = 4843621399236968448 - 1023  # the bits of MAGIC, less the bias of an exponent
NUMBERS, NUMBER_SUMS, ROWS, ROW_SUMS, DENSE, NUMBER_FOLDS, ROW_FOLDS = range(7)
SKIP, ASSIGN, ADD = range(3)
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM, ADAMW = range(6)


@_inner
def two_to_the(shifted: float) -> float:
    """2^k from MAGIC + k, for −1022 ≤ k ≤ 1023."""
    bits = (np.float64(shifted).view(np.int64) - EXPONENT_ZERO) << 52
    power: float = np.int64(bits).view(np.float64)
    return power


@_inner
def small_expm1(high: float, low: float) -> float:
    """e^r − 1 for r = high − low, |r| ≤ ln 2 / 2: the rational approximation of fdlibm (Sun Microsystems, freely
    granted).
    """
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    return high - (low - (r * c) / (2.0 - c))


@_inner
def exp(x: float) -> float:
    """Without branches, so that it runs in vector registers; within 1 unit in the last place."""
    x = 710.0 if x > 710.0 else x  # beyond, it is inf or 0 anyway
    x = -746.0 if x < -746.0 else x
    k = (x * LOG2_E + MAGIC) - MAGIC
    half = (0.5 * k + MAGIC) - MAGIC  # in two factors: 2^k itself may be too large or too small
    y = 1.0 + small_expm1(x - k * LN2_HIGH, k * LN2_LOW)
    return y * two_to_the(half + MAGIC) * two_to_the((k - half) + MAGIC)


@_inner
def tanh(x: float) -> float:
    """Without branches; within 2.5 units in the last place. From e^(−2|x|) − 1, which is exact where x is small."""
    a = -2.0 * abs(x)
    a = -80.0 if a < -80.0 else a
    shifted = a * LOG2_E + MAGIC
    k = shifted - MAGIC
    y = small_expm1(a - k * LN2_HIGH, k * LN2_LOW)
    scale = two_to_the(shifted)
    less_one = scale * y + (scale - 1.0)
    large = a < -1.1
    part = (2.0 * (scale * y + scale) if large else -less_one) / (less_one + 2.0)
    return math.copysign(1.0 - part if large else part, x)


@_inner
def ieee_pow(a: float, b: float) -> float:
    """The power by IEEE: nan or inf where Python's own raises."""
    if b == 2.0:
        return a * a
    if b == 1.0:
        return a
    power: float = a**b
    return power


@_inner
def add_forward(a, b):
    return a + b


@_inner
def _add_partials(a: Any, b: Any, out: Any) -> tuple[float, float]:
    return (1.0, 1.0)


@_inner
def mul_forward(a, b):
    return a * b


@_inner
def _mul_partials(a: Any, b: Any, out: Any) -> tuple[Any, Any]:
    return (b, a)


@_inner
def _power_partials(a: float, c: float, out: float) -> tuple[float]:
    return (c * ieee_pow(a, c - 1.0) if c != 0.0 else 0.0,)


@_inner
def _pow_partials(a: float, b: float, out: float) -> tuple[float, float]:
    by_base = b * ieee_pow(a, b - 1.0) if b != 0.0 else 0.0
    if a > 0.0:
        return (by_base, out * math.log(a))
    if a == 0.0:
        return (by_base, 0.0 if b >= 0.0 else out * -math.inf)
    return (by_base, math.nan)


@_inner
def _tanh_partials(a: Any, out: Any) -> tuple[Any]:
    return (1.0 - out * out,)


@_inner
def _exp_partials(a: Any, out: Any) -> tuple[Any]:
    return (out,)


@_inner
def _log_partials(a: float, out: float) -> tuple[float]:
    return (1.0 / a if a != 0.0 else math.copysign(math.inf, a),)


@_inner
def _sqrt_partials(a: float, out: float) -> tuple[float]:
    return (0.5 / out if out != 0.0 else math.copysign(math.inf, out),)


@_inner
def _sigmoid(a: float) -> float:
    e = exp(-abs(a))
    return (1.0 if a >= 0.0 else e) / (1.0 + e)


@_inner
def _sigmoid_partials(a: Any, out: Any) -> tuple[Any]:
    return (out * (1.0 - out),)


@_inner
def _relu(a: float) -> float:
    return a if not a <= 0.0 else 0.0


@_inner
def _relu_partials(a: float, out: float) -> tuple[float]:
    return (0.0 if a <= 0.0 else 1.0,)


@_inner
def _leaky(a: float, c: float) -> float:
    return a if a > 0.0 else a * c


@_inner
def _leaky_partials(a: float, c: float, out: float) -> tuple[float]:
    return (1.0 if a > 0.0 else c,)


@_inner
def _softplus(a: float) -> float:
    return max(a, 0.0) + math.log1p(exp(-abs(a))) if a == a else a


@_inner
def softplus_partials(a, out):
    return (_sigmoid(a),)


@_inner
def sin_partials(a, out):
    return (math.cos(a) if math.isfinite(a) else math.nan,)


@_inner
def cos_partials(a, out):
    return (-math.sin(a) if math.isfinite(a) else math.nan,)


@_inner
def _abs_partials(a: float, out: float) -> tuple[float]:
    return (1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0,)


@_inner
def _max(a: float, b: float) -> float:
    return math.nan if a != a or b != b else max(a, b)


@_inner
def _max_partials(a: float, b: float, out: float) -> tuple[float, float]:
    if a == b:
        return (0.5, 0.5)
    return (0.0 if a < b else 1.0, 0.0 if a > b else 1.0)


@_inner
def _min(a: float, b: float) -> float:
    return math.nan if a != a or b != b else min(a, b)


@_inner
def _min_partials(a: float, b: float, out: float) -> tuple[float, float]:
    if a == b:
        return (0.5, 0.5)
    return (0.0 if a > b else 1.0, 0.0 if a < b else 1.0)


@_inner
def _logaddexp(a: float, b: float) -> float:
    """ln(eᵃ + eᵇ), from the larger of the two: nothing overflows."""
    if a == b:
        return a + 0.6931471805599453
    return max(a, b) + math.log1p(exp(-abs(a - b)))


@_inner
def _softmax(a: float, out: float) -> float:
    """e^(a − out), a part of 1."""
    distance = a - out
    return exp(0.0 if distance > 0.0 else distance)


@_inner
def forward_unary(op: int, constant: float, a: Array, out: Array, n: int) -> None:
    if op == 2:  # power
        for i in range(n):
            out[i] = ieee_pow(a[i], constant)
    elif op == 4:  # tanh
        for i in range(n):
            out[i] = tanh(a[i])
    elif op == 5:  # exp
        for i in range(n):
            out[i] = exp(a[i])
    elif op == 6:  # log
        for i in range(n):
            out[i] = math.log(a[i])
    elif op == 7:  # sqrt
        for i in range(n):
            out[i] = math.sqrt(a[i])
    elif op == 8:  # sigmoid
        for i in range(n):
            out[i] = _sigmoid(a[i])
    elif op == 9:  # relu
        for i in range(n):
            out[i] = _relu(a[i])
    elif op == 10:  # leaky_relu
        for i in range(n):
            out[i] = _leaky(a[i], constant)
    elif op == 11:  # softplus
        for i in range(n):
            out[i] = _softplus(a[i])
    elif op == 12:  # sin
        for i in range(n):
            out[i] = math.sin(a[i])
    elif op == 13:  # cos
        for i in range(n):
            out[i] = math.cos(a[i])
    elif op == 14:  # abs
        for i in range(n):
            out[i] = abs(a[i])


@_inner
def forward_binary(op: int, a: Array, b: Array, out: Array, n: int) -> None:
    if op == 0:  # add
        for i in range(n):
            out[i] = add_forward(a[i], b[i])
    elif op == 1:  # mul
        for i in range(n):
            out[i] = mul_forward(a[i], b[i])
    elif op == 3:  # pow
        for i in range(n):
            out[i] = ieee_pow(a[i], b[i])
    elif op == 15:  # max
        for i in range(n):
            out[i] = _max(a[i], b[i])
    elif op == 16:  # min
        for i in range(n):
            out[i] = _min(a[i], b[i])


@_inner
def backward_unary(op: int, constant: float, a: Array, out: Array, upstream: Array, share: Array, n: int) -> None:
    if op == 2:  # power
        for i in range(n):
            by_a = _power_partials(a[i], constant, out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 4:  # tanh
        for i in range(n):
            by_a = _tanh_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 5:  # exp
        for i in range(n):
            by_a = _exp_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 6:  # log
        for i in range(n):
            by_a = _log_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 7:  # sqrt
        for i in range(n):
            by_a = _sqrt_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 8:  # sigmoid
        for i in range(n):
            by_a = _sigmoid_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 9:  # relu
        for i in range(n):
            by_a = _relu_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 10:  # leaky_relu
        for i in range(n):
            by_a = _leaky_partials(a[i], constant, out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 11:  # softplus
        for i in range(n):
            by_a = softplus_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 12:  # sin
        for i in range(n):
            by_a = sin_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 13:  # cos
        for i in range(n):
            by_a = cos_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]
    elif op == 14:  # abs
        for i in range(n):
            by_a = _abs_partials(a[i], out[i])[0]
            share[i] = by_a * upstream[i]


@_inner
def backward_binary(
    op: int, a: Array, b: Array, out: Array, upstream: Array, first: Array, second: Array, n: int
) -> None:
    if op == 0:  # add
        for i in range(n):
            by_a, by_b = _add_partials(a[i], b[i], out[i])
            first[i] = by_a * upstream[i]
            second[i] = by_b * upstream[i]
    elif op == 1:  # mul
        for i in range(n):
            by_a, by_b = _mul_partials(a[i], b[i], out[i])
            first[i] = by_a * upstream[i]
            second[i] = by_b * upstream[i]
    elif op == 3:  # pow
        for i in range(n):
            by_a, by_b = _pow_partials(a[i], b[i], out[i])
            first[i] = by_a * upstream[i]
            second[i] = by_b * upstream[i]
    elif op == 15:  # max
        for i in range(n):
            by_a, by_b = _max_partials(a[i], b[i], out[i])
            first[i] = by_a * upstream[i]
            second[i] = by_b * upstream[i]
    elif op == 16:  # min
        for i in range(n):
            by_a, by_b = _min_partials(a[i], b[i], out[i])
            first[i] = by_a * upstream[i]
            second[i] = by_b * upstream[i]


@_inner
def forward_fold(op: int, a: Array, out: Array, n: int) -> None:
    if op == 17:  # logsumexp
        for i in range(n):
            out[i] = _logaddexp(out[i], a[i])


@_inner
def backward_fold(op: int, a: Array, out: Array, upstream: Array, share: Array, n: int) -> None:
    if op == 17:  # logsumexp
        for i in range(n):
            share[i] = _softmax(a[i], out[i]) * upstream[i]


@_sum_over_lanes
def total(a: Array, n: int) -> float:
    result = 0.0
    for lane in range(n):
        result += a[lane]
    return result


@_sum_over_lanes
def dot(a: Array, first: Offset, b: Array, second: Offset, n: Offset) -> float:
    result = 0.0
    for lane in range(n):
        result += a[first + lane] * b[second + lane]
    return result


@_inner
def fill(out: Array, number: float, n: int) -> None:
    for lane in range(n):
        out[lane] = number


@_inner
def copy(out: Array, a: Array, n: int) -> None:
    for lane in range(n):
        out[lane] = a[lane]


@_inner
def add(out: Array, a: Array, n: int) -> None:
    for lane in range(n):
        out[lane] += a[lane]


@_inner
def add_rows(out: Array, a: Array, b: Array, n: int) -> None:
    for lane in range(n):
        out[lane] = a[lane] + b[lane]


@_inner
def fill_at(flat: Array, out: Offset, number: float, n: Offset) -> None:
    """These rows are where an unsigned number says in a flat array: a view costs as much as a short row."""
    for lane in range(n):
        flat[out + lane] = number


@_inner
def copy_at(flat: Array, out: Offset, a: Offset, n: Offset) -> None:
    for lane in range(n):
        flat[out + lane] = flat[a + lane]


@_inner
def add_scaled(flat: Array, out: Offset, weight: float, a: Offset, n: Offset) -> None:
    for lane in range(n):
        flat[out + lane] += weight * flat[a + lane]


@_inner
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


@_inner
def part(rows: Array, place: int, count: int) -> Array:
    """Neighbouring rows as one."""
    n = rows.shape[1]
    return rows.reshape(-1)[place * n : (place + count) * n]


@_inner
def rows_of(place: int, count: int, numbers: Array, rows: Array, spare: Array) -> Array:
    """An operand as a row; a number is spread over the lanes. Only operations outside of sums of products need it."""
    if place >= 0:
        return part(rows, place, count)
    fill(spare, numbers[~place], rows.shape[1])
    return spare


@_inner
def settle(place: int, flow: int, share: Array, grad: Array, number_grads: Array, n: int) -> None:
    """Add a share that was not the first, and so stands in spare room."""
    if flow == ADD:
        if place < 0:
            number_grads[~place] += total(share, n)
        else:
            add(grad[place], share, n)


@_inner
def hand_on(place: int, flow: int, upstream: Array, grad: Array, number_grads: Array, n: int) -> None:
    """The whole upstream gradient is handed on."""
    if flow == ASSIGN:
        copy(grad[place], upstream, n)
    else:
        settle(place, flow, upstream, grad, number_grads, n)


@_inner
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


@_inner
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


@_inner
def forward_number_sums(terms: int, index: Index, numbers: Array) -> None:
    """index, for each sum: start, then (partial sum, term) for each term."""
    for at in range(0, len(index), 1 + 2 * terms):
        partial = numbers[~index[at]]
        for i in range(at + 1, at + 1 + 2 * terms, 2):
            partial += numbers[~index[i + 1]]
            numbers[~index[i]] = partial


@_inner
def backward_number_sums(terms: int, index: Index, flow: Flow, grads: Array) -> None:
    for at in range(0, len(index), 1 + 2 * terms):
        upstream = grads[~index[at + 2 * terms - 1]]
        if flow[at] != SKIP:
            grads[~index[at]] += upstream
        for i in range(at + 1, at + 1 + 2 * terms, 2):
            grads[~index[i]] = upstream
            if flow[i + 1] != SKIP:
                grads[~index[i + 1]] += upstream


@_inner
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


@_inner
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


@_inner
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


@_inner
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


@_inner
def forward_row_folds(op: int, operands: int, index: Index, numbers: Array, data: Array, work: Array) -> None:
    """index, for each node: out, operands."""
    n = data.shape[1]
    for at in range(0, len(index), 1 + operands):
        out = data[index[at]]
        copy(out, rows_of(index[at + 1], 1, numbers, data, work[1]), n)
        for i in range(at + 2, at + 1 + operands):
            forward_fold(op, rows_of(index[i], 1, numbers, data, work[1]), out, n)


@_inner
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


@_inner
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


@_inner
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


@_inner
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


@_inner
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


@_inner
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


@_inner
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


@_inner
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


@_inner
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


@_inner
def clip_to(length: float, gradient: Array, frozen: Mask) -> None:
    """Shorten the gradient of all that is not frozen, as one vector, to about this length if it is longer."""
    squares = 0.0
    for i in range(len(gradient)):
        if len(frozen) == 0 or not frozen[i]:
            squares += gradient[i] * gradient[i]
    factor = length / (math.sqrt(squares) + 1e-6)
    if factor < 1.0:
        for i in range(len(gradient)):
            gradient[i] = gradient[i] * factor


@_inner
def update_free(
    kind: int, settings: Array, theta: Array, state: Array, gradient: Array, rate: float, frozen: Mask, before: Array
) -> None:
    """The update of what is not frozen; `before` is room for θ and the state."""
    n = len(theta)
    before[:n] = theta
    before[n:] = state
    update(kind, settings, theta, state, gradient, rate)
    parts = 0 if kind == SGD else 1 if kind < ADAM else 2
    for i in range(n):
        if frozen[i]:
            theta[i] = before[i]
            for part in range(parts):
                state[part * n + i] = before[(1 + part) * n + i]


@_inner
def update(kind: int, settings: Array, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    """settings: momentum, alpha, beta 1, beta 2, epsilon, weight decay."""
    if kind == SGD:
        for i in range(len(theta)):
            theta[i] = theta[i] - rate * gradient[i]
    elif kind <= NESTEROV:
        by_momentum(kind, settings[0], theta, state, gradient, rate)
    elif kind == RMSPROP:
        by_rms(settings[1], settings[4], theta, state, gradient, rate)
    else:
        by_adam(kind, settings, theta, state, gradient, rate)


@_inner
def by_momentum(kind: int, momentum: float, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    for i in range(len(theta)):
        state[i] = momentum * state[i] + gradient[i]
        direction = gradient[i] + momentum * state[i] if kind == NESTEROV else state[i]
        theta[i] = theta[i] - rate * direction


@_inner
def by_rms(alpha: float, eps: float, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    for i in range(len(theta)):
        state[i] = alpha * state[i] + (1.0 - alpha) * (gradient[i] * gradient[i])
        theta[i] = theta[i] - rate * (gradient[i] / (math.sqrt(state[i]) + eps))


@_inner
def by_adam(kind: int, settings: Array, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    n = len(theta)
    beta1, beta2, eps = settings[2], settings[3], settings[4]
    state[2 * n] *= beta1
    state[2 * n + 1] *= beta2
    step, root = rate / (1.0 - state[2 * n]), math.sqrt(1.0 - state[2 * n + 1])
    kept = 1.0 - rate * settings[5] if kind == ADAMW else 1.0
    for i in range(n):
        state[i] = state[i] + (1.0 - beta1) * (gradient[i] - state[i])
        state[n + i] = beta2 * state[n + i] + (1.0 - beta2) * (gradient[i] * gradient[i])
        theta[i] = theta[i] * kept - step * (state[i] / (math.sqrt(state[n + i]) / root + eps))


class Space(NamedTuple):
    """The numbers that a tape needs, and room to work in."""

    numbers: Array
    number_grads: Array
    data: Array  # flat: rows · lanes of a chunk
    grad: Array
    work: Array  # six rows for what is in between


@_inner
def load(places: Index, samples: Array, rows: Index, first: int, data: Array) -> None:
    """Samples `first` … `first + n` of a batch become lanes. Without `rows` the batch is all samples."""
    for i in range(len(places)):
        lanes = data[places[i]]
        for lane in range(data.shape[1]):
            lanes[lane] = samples[rows[first + lane] if len(rows) else first + lane, i]


@_inner
def read_out(place: int, numbers: Array, data: Array, out: Array, n: int) -> None:
    if place >= 0:
        copy(out, data[place], n)
    else:
        fill(out, numbers[~place], n)


@_inner
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


@_inner
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


@_inner
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


@_inner
def is_finite(loss: float, gradient: Array, parameters: int) -> bool:
    finite = math.isfinite(loss)
    for i in range(parameters):
        finite &= math.isfinite(gradient[i])
    return finite


@_entry
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


@_entry
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


@_entry
def whole_forward(tape: Tape, numbers: Array, data: Array, work: Array) -> None:
    """For a whole tape, whose arrays are the caller's."""
    forward_all_rows(tape, numbers, data, work)


@_entry
def whole_backward(
    tape: Tape, numbers: Array, number_grads: Array, data: Array, grad: Array, work: Array, seed: float
) -> None:
    n = data.shape[1]
    number_grads[:] = 0.0
    for row in tape.cleared:
        fill(grad[row], 0.0, n)
    fill(grad[tape.root], seed, n)
    backward_all_rows(tape, numbers, number_grads, data, grad, work)
