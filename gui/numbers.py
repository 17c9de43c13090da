"""Numbers written for people: short, of steady width, with a plain hyphen for minus as the lecture prints them."""

from __future__ import annotations

import math
import re

MAX_WIDTH = 10  # characters: what the columns of numbers leave room for
THIN_SPACE = "\N{THIN SPACE}"
MISSING = "—"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


def format_number(x: float, digits: int = 4, figures: int = 2) -> str:
    """`-0.0143`, `1.2e-07`, `nan`, `inf`: `digits` decimals where they show at least two figures, else an exponent.

    At most MAX_WIDTH characters; large numbers give up decimals first, then take an exponent. `figures` are those of
    a number too small for decimals; numbers that a reader may add up need 3: `-1.03e-05`.
    """
    x = float(x)
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    if x == 0:
        return f"{0.0:.{digits}f}"
    if abs(x) < 10.0 ** (1 - digits):
        return f"{x:.{figures - 1}e}"
    return _within_width(x, digits)


def format_exact(x: float) -> str:
    """The shortest text that gives exactly this number again; for tooltips."""
    return repr(float(x))


def format_significant(x: float, digits: int = 3) -> str:
    """`digits` significant figures, `0.150`, `1e-05`; all of them if the number has more, so that it is not a lie."""
    x = float(x)
    short = f"{x:.{digits}g}"
    if float(short) != x:
        return f"{x:.10g}"
    return short if "e" in short else f"{x:#.{digits}g}".rstrip(".")


def format_rounded(x: float, digits: int = 3) -> str:
    """As `format_significant`, of a number that was computed: `digits` figures and no more, `0.130`, `6.1e-196`."""
    return format_significant(float(f"{float(x):.{digits}g}"), digits)


def format_decimals(x: float, decimals: int) -> str:
    """`decimals` decimals, `0.10`; all of them if the number has more, so that it is not a lie."""
    short = f"{float(x):.{decimals}f}"
    return short if float(short) == x else f"{x:.10g}"


def format_count(n: int) -> str:
    """A whole number with its thousands apart: `1 200` with thin spaces."""
    return f"{n:,}".replace(",", THIN_SPACE)


def format_percent(fraction: float | None) -> str:
    """`100 %`, `97.5 %`, a dash for None. Only a full 1.0 is shown as 100."""
    if fraction is None or math.isnan(fraction):
        return MISSING
    percent = round(100.0 * fraction, 1)
    if percent >= 100.0 and fraction < 1.0:
        percent = 99.9
    return f"{percent:g} %"


def parse_number(text: str, *, whole: bool = False) -> float | None:
    """The number a person typed; None if it is not a finite one.

    Spaces of any width may stand between thousands, a comma for the decimal point, a real minus sign for the hyphen.
    Where only a `whole` number makes sense, commas are taken as marks of thousands: `10,000`.
    """
    plain = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    if whole and _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _within_width(x: float, digits: int) -> str:
    """Decimals, or an exponent, as many figures as fit."""
    for decimals in range(digits, -1, -1):
        text = f"{x:.{decimals}f}"
        if len(text) <= MAX_WIDTH and (decimals > 0 or digits == 0):
            return text
    for decimals in range(4, -1, -1):
        text = f"{x:.{decimals}e}"
        if len(text) <= MAX_WIDTH:
            break
    return text
