"""What a frame brings besides the state of its step: the test rows, and what only some panels want, when they do."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from core.measures import Tested, confusion, on_test_rows
from core.metrics_log import FILLED, MetricsLog
from core.objective import Evaluation
from core.trainer import Trainer
from gui.frame_health import FrameHealth
from gui.frames import Curve, Frame, Want

SPREAD_SECONDS = 0.1  # between two looks at how numbers are spread, and between two tellings, while training runs
FILL_SECONDS = 0.001  # a frame, to measure checkpoints since the frame before
CATCH_UP_SECONDS = 0.004  # a frame, to measure earlier steps again while training runs
REST_SECONDS = 0.03  # the same while it rests: a run that was opened has its curves almost at once


class FrameExtras:
    """Of one run. Belongs to the worker's thread."""

    def __init__(self, trainer: Trainer) -> None:
        """`trainer` is the run's own; one that shows an earlier step is handed to `complete`."""
        self._trainer = trainer
        self._log = MetricsLog()
        self._health = FrameHealth()
        self._wanted: frozenset[Want] = frozenset()  # by the frame before
        self._whole = trainer.step == 0  # all steps are in the log
        self._spread_at = self._told_at = 0.0
        self._last = 0  # the step of the frame before

    @property
    def behind(self) -> bool:
        """Whether earlier steps have still to be measured again: the next frame knows more, even without a step."""
        return self._log.behind

    def complete(self, frame: Frame, shown: Trainer, wants: frozenset[Want], *, running: bool = False) -> Frame:
        """The frame with the test rows, and with what is wanted.

        `shown` is the trainer that stands at the frame's step: the run's own, or one in the past, which is told of but
        not recorded. While training is `running` what costs more is told a few times a second.
        """
        found = on_test_rows(shown.objective, shown.theta)
        now = perf_counter()
        if shown is self._trainer:
            spread_now = Want.HISTOGRAMS in wants and (not running or now - self._spread_at >= SPREAD_SECONDS)
            self._log.fill(shown, FILL_SECONDS)
            self._log.record(shown, _evaluation(frame), found, columns=spread_now)
            self._spread_at = now if spread_now else self._spread_at
        jumped = not running and self._trainer.step > self._last + FILLED
        self._last = self._trainer.step
        self._make_up(wants, jumped=jumped, running=running)
        self._wanted = wants
        frame = self._with_curves(frame, found)
        frame = self._health.complete(frame, shown, self._log, found, running=running)
        if Want.CONFUSION in wants:
            outputs = found.outputs if found else None
            frame = replace(frame, confusion=confusion(shown.objective.dataset, frame.predictions, outputs))
        if running and now - self._told_at < SPREAD_SECONDS:
            return frame
        self._told_at = now
        return replace(
            frame,
            series=self._log.series() if Want.SERIES in wants else None,
            histograms=self._log.histograms() if Want.HISTOGRAMS in wants else None,
        )

    def _make_up(self, wants: frozenset[Want], *, jumped: bool, running: bool) -> None:
        """Measure earlier steps again where they were not recorded when they passed."""
        trainer = self._trainer
        news = wants if jumped else wants - self._wanted
        late = (jumped or not self._whole) and not self._log.behind
        if Want.HISTOGRAMS in news and trainer.step:
            self._log.rebuild(trainer, columns=True)
        elif late or (Want.SERIES in news and trainer.step):
            self._log.rebuild(trainer, columns=False)
            self._whole = True
        if self._log.behind:
            self._log.catch_up(trainer, CATCH_UP_SECONDS if running else REST_SECONDS)

    def _with_curves(self, frame: Frame, found: Tested | None) -> Frame:
        if self._has_batches():
            frame = replace(frame, all_curve=Curve(*self._log.losses()))
        if found is None:
            return frame
        return replace(
            frame,
            test_loss=found.loss,
            test_accuracy=found.accuracy,
            test_predictions=found.outputs,
            test_curve=Curve(*self._log.test_losses()),
        )

    def _has_batches(self) -> bool:
        """Whether the losses of some steps were those of batches alone."""
        trainer = self._trainer
        rows = len(trainer.dataset.targets)
        return not trainer.full_batch or any(
            0 < segment.experiment.training.batch < rows for segment in trainer.run.segments
        )


def _evaluation(frame: Frame) -> Evaluation:
    """What the frame was made of."""
    return Evaluation(frame.loss, frame.gradient, frame.predictions, frame.sample_losses)
