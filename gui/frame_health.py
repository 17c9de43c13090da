"""The health of a run in its frames: which neurons ail, always, and what is wrong, a few times a second."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np

from core.bugs import BugError
from core.checkup import checkup
from core.diagnostics import Divergence, find_divergence
from core.health import Finding
from core.health_hold import HealthHold
from core.health_rules import findings
from core.measures import Tested
from core.metrics_log import MetricsLog
from core.objective import Evaluation
from core.program_bugs import broken_divergence
from core.trainer import Trainer
from core.units import Onsets, unit_states
from gui.frames import Frame

CHECK_SECONDS = 0.2  # between two checks while training runs
LEAST_SHARE = 20.0  # a check that costs much comes less often: this many times its cost goes to other things


class FrameHealth:
    """Of one run. Belongs to the worker's thread."""

    def __init__(self) -> None:
        self._hold, self._onsets = HealthHold(), Onsets()
        self._due = 0.0

    def complete(
        self, frame: Frame, shown: Trainer, log: MetricsLog, tested: Tested | None, *, running: bool = False
    ) -> Frame:
        """The frame with its units; and with findings, if it is time for them or nothing moves.

        `shown` is the trainer that stands at the frame's step, `log` what was measured of the run, perhaps beyond that
        step, which does not count.
        """
        frame = replace(frame, units=unit_states(shown.objective, shown.theta))
        began = perf_counter()
        if running and began < self._due:
            return frame
        found = self._check(frame, shown, log, tested)
        now = perf_counter()
        self._due = now + max(CHECK_SECONDS, LEAST_SHARE * (now - began))
        return replace(frame, findings=self._hold.settle(found, now, running=running))

    def _check(self, frame: Frame, shown: Trainer, log: MetricsLog, tested: Tested | None) -> tuple[Finding, ...]:
        evaluation = Evaluation(frame.loss, frame.gradient, frame.predictions, frame.sample_losses)
        divergence = None if _is_finite(evaluation) else _divergence(shown)
        return findings(checkup(shown, evaluation, tested, log.series(), frame.units, self._onsets, divergence))


def _divergence(shown: Trainer) -> Divergence:
    """What is not finite: in the batch of the next step, or else in some other row."""
    try:
        broken = shown.broken
    except BugError:
        broken = None
    if broken is not None:
        return broken_divergence(broken, shown.theta, shown.step, shown.rows, shown.accumulated)
    batch = shown.objective.evaluate(shown.theta, shown.rows)
    return find_divergence(shown.objective, shown.theta, shown.step, None if _is_finite(batch) else shown.rows)


def _is_finite(evaluation: Evaluation) -> bool:
    return bool(np.isfinite(evaluation.loss) and np.isfinite(evaluation.gradient).all())
