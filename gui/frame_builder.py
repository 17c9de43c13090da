"""Builds the frames that the window shows from a trainer's state. Runs in the worker's thread; no Qt."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from core.accuracy import accuracy_of
from core.bugs import BugError
from core.datasets import DataSet
from core.experiment import bugs_of
from core.explain import Explanation, explain
from core.features import is_feature
from core.focus import WHOLE_LIMIT, Focus, Replay
from core.graph import GraphSnapshot
from core.objective import Evaluation, Objective
from core.program import Index
from core.shape import layer_sizes, output_activation
from core.trainer import Trainer
from core.words import tr
from gui.frame_maps import MapMaker
from gui.frames import Broken, Frame, GraphNumbers, Level, Points, RunStarted, ViewRequest
from gui.numbers import format_count

if TYPE_CHECKING:
    from gui.frame_playhead import PlayheadFrames


class FrameBuilder:
    """Looks at one trainer on behalf of the window."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._objective: Objective | None = None
        self._focus: Focus | None = None
        self._maps = MapMaker()
        self._shown: tuple[tuple[int, int], dict[str, int]] | None = None  # nodes of one program's sample
        self._playhead: PlayheadFrames | None = None  # until a place inside a step is looked at
        self._graph: tuple[tuple[object, ...], GraphSnapshot, Index] | None = None

    def started(self, run: int, *, keeps_ghost: bool, carried: str = "") -> RunStarted:
        """What stays the same while the run goes on."""
        trainer = self.trainer
        network, sizes = trainer.experiment.network, layer_sizes(trainer.experiment)
        return RunStarted(
            run=run,
            experiment_name=trainer.experiment.name,
            points=_points(trainer.dataset),
            hidden=sizes[1:-1],
            activations=(*(layer.activation for layer in network.hidden), output_activation(trainer.experiment)),
            parameter_names=tuple(trainer.objective.names),
            keeps_ghost=keeps_ghost,
            features=network.features or trainer.dataset.names,
            outputs=sizes[-1],
            bias=network.bias,
            carried=carried,
        )

    def build(self, run: int, request: ViewRequest, *, running: bool, maps: bool) -> Frame:
        """The state at the trainer's present step; `running` asks for coarser maps, `maps` for maps at all."""
        trainer = self.trainer
        focus = self._current_focus()
        true = trainer.objective.evaluate(trainer.theta)
        found, broken = self._with_bugs(true) if trainer.experiment.training.bugs else (true, None)
        sample = min(request.sample, len(trainer.dataset.targets) - 1)
        replay = focus.replay(trainer.theta, true, sample)
        share = accuracy_of(found, trainer.dataset)
        frame = Frame(
            run=run,
            step=trainer.step,
            loss=found.loss,
            accuracy=share if math.isfinite(share) else None,
            learning_rate=trainer.learning_rate,
            theta=trainer.theta.copy(),
            gradient=found.gradient,
            predictions=found.outputs,
            sample_losses=found.sample_losses,
            sample_outputs=self._sample_outputs(replay),
            full_batch=trainer.full_batch,
            kernel=trainer.kernel,
            broken=broken,
            explanation=self._explanation(focus, replay, found, request.address),
            maps=self._maps.maps(trainer.objective, trainer.theta, request.axes, sample, running=running)
            if maps
            else None,
        )
        frame = self._with_graph(frame, focus, replay, found, request)
        if request.position is None:
            return frame
        return self._inside().at(frame, trainer, request.position, sample)

    def _inside(self) -> PlayheadFrames:
        if self._playhead is None:
            from gui.frame_playhead import PlayheadFrames  # with the story of a step: a launch need not wait

            self._playhead = PlayheadFrames()
        return self._playhead

    def _sample_outputs(self, replay: Replay) -> dict[str, tuple[float, float]]:
        """Data and gradient of what the picture of the network shows of the selected sample."""
        key = (id(replay.program), replay.sample if replay.unrolled else 0)
        if self._shown is None or self._shown[0] != key:
            self._shown = (key, _shown_nodes(replay))
        names = self._shown[1]
        nodes = list(names.values())
        return dict(zip(names, zip(replay.data[nodes].tolist(), replay.grad[nodes].tolist(), strict=True), strict=True))

    def _with_bugs(self, true: Evaluation) -> tuple[Evaluation, Broken]:
        """Loss and gradient as the bugs have them."""
        trainer = self.trainer
        bugs = bugs_of(trainer.experiment.training)
        try:
            broken = trainer.broken
        except BugError as error:
            return true, Broken(bugs, true.gradient, str(error))
        assert broken is not None
        return broken.evaluate(trainer.theta, None, trainer.accumulated), Broken(bugs, true.gradient)

    def _explanation(self, focus: Focus, replay: Replay, found: Evaluation, address: str) -> Explanation | None:
        """Of the selected node; of a parameter with what the next step does to it."""
        explained = explain(focus, replay, address) if address else None
        if explained is None:
            return None
        from core.update_told import with_update  # nothing is inspected at a launch

        return with_update(explained, self.trainer, found)

    def forget_maps(self) -> None:
        """Somebody has not seen them: the next frame that may have maps has them."""
        self._maps.forget()

    def _current_focus(self) -> Focus:
        """The focus on the trainer's objective; a new one where the experiment has changed since."""
        if self._focus is None or self._objective is not self.trainer.objective:
            self._objective = self.trainer.objective
            self._focus = Focus(self._objective)
            self._graph = self._shown = None
            self._maps.forget()
        return self._focus

    def _with_graph(self, frame: Frame, focus: Focus, replay: Replay, found: Evaluation, request: ViewRequest) -> Frame:
        if request.level is Level.NETWORK:
            return frame
        if request.level is Level.WHOLE and not focus.unrolled:
            rows, nodes, most = map(format_count, (len(found.sample_losses), focus.whole_nodes, WHOLE_LIMIT))
            note = tr(
                "The whole loss of {rows} samples has {nodes} scalars; up to {most} can be "
                "drawn so that one sees anything. One sample's part of it shows every operation.",
                rows=rows,
                nodes=nodes,
                most=most,
            )
            return replace(frame, graph_note=note)
        key = (request.level, request.neuron, replay.sample, id(focus))
        if self._graph is None or self._graph[0] != key:
            if request.level is Level.WHOLE:
                graph, nodes = focus.whole_graph(replay)
            elif request.level is Level.NEURON:
                graph, nodes = focus.neuron_graph(replay, request.neuron)
            else:
                graph, nodes = focus.sample_graph(replay)
            self._graph = (key, graph, nodes)
        _, graph, nodes = self._graph
        return replace(frame, graph=GraphNumbers(graph, replay.data[nodes], replay.grad[nodes]))


def _points(dataset: DataSet) -> Points:
    return Points(
        dataset.inputs,
        dataset.targets,
        dataset.names,
        dataset.task,
        dataset.labels,
        dataset.threshold,
        dataset.test_inputs,
        dataset.test_targets,
        dataset.extent,
        dataset.ranges,
        dataset.target_range,
    )


def _shown_nodes(replay: Replay) -> dict[str, int]:
    """Inputs, features, outputs of neurons and loss of the selected sample: their nodes, by local address."""
    prefix = f"sample{replay.sample + 1}/" if replay.unrolled else "sample/"
    found = {}
    for node, address in enumerate(replay.program.addresses):
        local = address[len(prefix) :]
        if address.startswith(prefix) and (local.endswith(".out") or local == "loss" or is_feature(local)):
            found[local] = node
    return found
