"""Findings that do not flicker: while training runs, one comes and goes only when it has held for a while."""

from __future__ import annotations

from dataclasses import dataclass

from core.health import Finding
from core.health_rules import worst_first

CHECKS_TO_COME = 2  # in a row
CHECKS_TO_GO = 4
STILL_SECONDS = 2.0  # a sentence stands so long before its numbers change


@dataclass
class _Held:
    finding: Finding  # as it is told
    told_at: float
    seen: int = 1  # checks in a row
    missed: int = 0


class HealthHold:
    """What is told of one run, check by check."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def settle(self, found: tuple[Finding, ...], now: float, *, running: bool) -> tuple[Finding, ...]:
        """What to tell at `now` (seconds). At rest that is what was found, at once."""
        if not running:
            self._held = {each.key: _Held(each, now, CHECKS_TO_COME) for each in found}
            return found
        for each in found:
            self._see(each, now)
        keys = {each.key for each in found}
        for key, held in list(self._held.items()):
            if key not in keys:
                held.missed += 1
                if held.missed >= CHECKS_TO_GO or held.seen < CHECKS_TO_COME:
                    del self._held[key]
        return worst_first(held.finding for held in self._held.values() if held.seen >= CHECKS_TO_COME)

    def _see(self, finding: Finding, now: float) -> None:
        held = self._held.get(finding.key)
        if held is None:
            self._held[finding.key] = _Held(finding, now)
            return
        held.seen, held.missed = held.seen + 1, 0
        if now - held.told_at >= STILL_SECONDS:
            held.finding, held.told_at = finding, now
