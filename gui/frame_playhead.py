"""Frames inside a step: what the playhead has not reached yet is left out. Runs in the worker's thread; no Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.bugs import BugError
from core.playhead import Position
from core.playhead_explained import explained_at
from core.playhead_steps import StepPlays
from core.playhead_values import StepPlay
from core.record import SAMPLE
from core.trainer import Trainer
from gui.frames import Frame, GraphNumbers


class PlayheadFrames:
    """Turns frames of the beginning of a step into those of a position in it."""

    def __init__(self) -> None:
        self._plays = StepPlays()

    def at(self, frame: Frame, trainer: Trainer, position: Position, sample: int) -> Frame:
        """The frame with all numbers as at the position: weights, gradients, the inspected node's, the graph's.

        `sample` is the selected one. Numbers that are not computed yet are nan, and neurons' outputs are left out.
        Where a bug makes training impossible the frame stays as it is.
        """
        try:
            play = self._plays.of(trainer)
        except BugError:
            return frame
        story = self._plays.story
        assert story is not None
        here = story.here(position)
        graph = frame.graph
        if graph is not None:
            graph = GraphNumbers(graph.snapshot, *play.of_graph(here.position, graph.snapshot))
        explained = frame.explanation
        if explained is not None:
            explained = explained_at(play, here.position, explained, sample)
        return replace(
            frame,
            graph=graph,
            theta=play.theta(here.position),
            gradient=play.gradient(here.position),
            sample_outputs=_outputs(play, here.position, sample, frame.sample_outputs),
            here=here,
            explanation=explained,
        )


def _outputs(
    play: StepPlay, position: Position, sample: int, known: dict[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Those of the selected sample that are computed at the position."""
    data, grad = play.sample_numbers(position, sample)
    found = {}
    for local in known:
        node = play.program.node(SAMPLE + local)
        if node is not None and not np.isnan(data[node]):
            found[local] = float(data[node]), float(grad[node])
    return found
