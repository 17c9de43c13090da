"""All rules of health, the worst first, and which finding explains which other."""

from __future__ import annotations

from collections.abc import Callable

from core.checkup import Checkup
from core.health import Finding, Severity
from core.health_curves import overfit, rate_too_high, rate_too_low, stuck
from core.health_gradients import exploding, not_finite, vanishing
from core.health_neurons import dead_relu, saturated, saturated_output, symmetric

RULES: tuple[Callable[[Checkup], Finding | None], ...] = (
    not_finite,
    exploding,
    vanishing,
    dead_relu,
    saturated_output,
    saturated,
    symmetric,
    rate_too_high,
    rate_too_low,
    stuck,
    overfit,
)

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
    all_found = [found for rule in RULES if (found := rule(checkup)) is not None]
    bad = {found.key for found in all_found if found.severity is not Severity.NOTE}
    own = [found for found in all_found if not _EXPLAINED.get(found.key, set()) & bad]
    return tuple(sorted(own, key=lambda found: _SEVERITIES.index(found.severity)))
