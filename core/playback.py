"""Looking at the earlier steps of a run, without changing it."""

from __future__ import annotations

from core.trainer import Trainer


class Playback:
    """A trainer of its own that stands at whichever step of another one's run is wanted. Belongs to its thread."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._shown: Trainer | None = None
        self._cuts = 0

    def look_at(self, step: int) -> Trainer:
        """The run at the beginning of this step, exactly, with the experiment of then; always the same trainer.

        What it finds on the way forward it does not compute again; backwards it begins at a checkpoint. Raises
        ExperimentError for a step that was never reached.
        """
        run = self._trainer.run
        if self._shown is None:
            self._shown = self._trainer.at(step)
        else:
            self._trainer.check_reached(step)
            self._shown.stand_in(run, step, on_the_way=self._cuts == run.cuts)
        self._cuts = run.cuts
        return self._shown
