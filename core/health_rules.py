"""All rules of health, the worst first, and which finding explains which other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.checkup import Checkup
from core.health import Finding, Severity
from core.health_curves import overfit, rate_too_high, rate_too_low, stuck
from core.health_gradients import exploding, not_finite, vanishing
from core.health_neurons import dead_relu, saturated, saturated_output, symmetric

RULES: dict[str, Callable[[Checkup], Finding | None]] = {
    "not-finite": not_finite,
    "exploding": exploding,
    "vanishing": vanishing,
    "dead-relu": dead_relu,
    "saturated-output": saturated_output,
    "saturated": saturated,
    "symmetric": symmetric,
    "rate-too-high": rate_too_high,
    "rate-too-low": rate_too_low,
    "stuck": stuck,
    "overfit": overfit,
}
"""By the key of what they find."""

_SEVERITIES = (Severity.FAILURE, Severity.WARNING, Severity.NOTE)
_EXPLAINED = {  # by any of these, if they are more than a note; then nothing is said of what follows from them
    "vanishing": {"dead-relu", "symmetric", "saturated"},
    "rate-too-low": {"dead-relu", "symmetric", "saturated", "saturated-output", "vanishing"},
    "stuck": {"dead-relu", "symmetric", "saturated", "saturated-output", "vanishing", "rate-too-high"},
    "rate-too-high": {"exploding"},
    "saturated-output": {"rate-too-high"},
    "symmetric": {"dead-relu"},
}


def findings(checkup: Checkup) -> tuple[Finding, ...]:
    """What is wrong, the worst first; of what belongs together, the cause alone."""
    if checkup.divergence is not None:
        found = not_finite(checkup)
        return (found,) if found else ()
    all_found = [found for rule in RULES.values() if (found := rule(checkup)) is not None]
    bad = {found.key for found in all_found if found.severity is not Severity.NOTE}
    return worst_first(found for found in all_found if not _EXPLAINED.get(found.key, set()) & bad)


def worst_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """In the order in which they are listed; among equals that of the rules, so that each keeps its place."""
    places = list(RULES)
    return tuple(sorted(found, key=lambda each: (_SEVERITIES.index(each.severity), places.index(each.key))))
