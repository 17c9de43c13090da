"""A run in the worker: its trainer, the run without bugs beside it, and which of its steps is looked at."""

from __future__ import annotations

from core.playback import Playback
from core.trainer import Trainer
from core.twin import TrueRun
from gui.frame_builder import FrameBuilder
from gui.frame_extras import FrameExtras
from gui.frames import Frame, ViewRequest


class LiveRun:
    """Belongs to the worker's thread."""

    def __init__(self, trainer: Trainer, true: TrueRun | None = None) -> None:
        self.trainer = trainer
        self.true = true or TrueRun(trainer)
        self.extras = FrameExtras(trainer)
        self._present = FrameBuilder(trainer)
        self._playback: Playback | None = None
        self._past: FrameBuilder | None = None  # while an earlier step is looked at

    @property
    def is_past(self) -> bool:
        """Whether an earlier step is looked at."""
        return self._past is not None

    @property
    def step(self) -> int:
        """The one that is looked at."""
        return self.builder.trainer.step

    @property
    def builder(self) -> FrameBuilder:
        """Of what is looked at."""
        return self._past or self._present

    def frame(self, run: int, request: ViewRequest, *, playing: bool, maps: bool) -> Frame:
        """What is looked at."""
        frame = self.builder.build(run, request, running=playing, maps=maps)
        return self.extras.complete(frame, self.builder.trainer, request.wants, running=playing)

    def look_at(self, step: int) -> None:
        """Show the beginning of this step; from the present one on, the present."""
        if step >= self.trainer.step:
            self.look_at_present()
            return
        if self._playback is None:
            self._playback = Playback(self.trainer)
        shown = self._playback.look_at(step)
        if self._past is None or self._past.trainer is not shown:
            self._past = FrameBuilder(shown)

    def look_at_present(self) -> None:
        """Whatever was shown until now: maps are drawn once more."""
        self._past = self._playback = None
        self._present.forget_maps()

    def branched(self) -> tuple[LiveRun, bool]:
        """A run that goes on from the step that is looked at, and whether it may come out otherwise than this one."""
        step = self.step
        branch = self.trainer.branched(step)
        differs = self.trainer.run.segments[-1].first_step > step
        return LiveRun(branch, self.true.branched(branch)), differs
