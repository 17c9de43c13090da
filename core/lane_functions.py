"""Functions of one number that compiled code has of its own: source for kernels_numba.py, never run from here.

`python -m core.generate_kernels` puts them in the place of Python's: without branches, so that they run on several
lanes at a time, or by IEEE's rules where Python's own raise.
"""

from __future__ import annotations

import math

import numpy as np

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # its last bits are 0, so that whole multiples are exact
LN2_LOW = 1.90821492927058770002e-10
MAGIC = 6755399441055744.0  # 1.5 · 2^52: what is added to it is rounded to a whole number, found in its last bits
EXPONENT_ZERO = 4843621399236968448 - 1023  # the bits of MAGIC, less the bias of an exponent


def two_to_the(shifted: float) -> float:
    """2^k from MAGIC + k, for −1022 ≤ k ≤ 1023."""
    bits = (np.float64(shifted).view(np.int64) - EXPONENT_ZERO) << 52
    power: float = np.int64(bits).view(np.float64)
    return power


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


def exp(x: float) -> float:
    """Without branches, so that it runs in vector registers; within 1 unit in the last place."""
    x = 710.0 if x > 710.0 else x  # beyond, it is inf or 0 anyway
    x = -746.0 if x < -746.0 else x
    k = (x * LOG2_E + MAGIC) - MAGIC
    half = (0.5 * k + MAGIC) - MAGIC  # in two factors: 2^k itself may be too large or too small
    y = 1.0 + small_expm1(x - k * LN2_HIGH, k * LN2_LOW)
    return y * two_to_the(half + MAGIC) * two_to_the((k - half) + MAGIC)


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


def ieee_pow(a: float, b: float) -> float:
    """The power by IEEE: nan or inf where Python's own raises."""
    if b == 2.0:
        return a * a
    if b == 1.0:
        return a
    power: float = a**b
    return power
