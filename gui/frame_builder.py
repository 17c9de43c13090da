"""Builds the frames that the window shows from a trainer's state. Runs in the worker's thread; no Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.bugs import BugError
from core.experiment import bugs_of
from core.explain import explain
from core.focus import WHOLE_LIMIT, Focus, Replay
from core.graph import GraphSnapshot
from core.kernels_numpy import NumpyKernel
from core.objective import Evaluation, Objective
from core.program import Index
from core.trainer import Trainer, accuracy
from gui.frames import Array, Broken, Frame, GraphNumbers, Level, Maps, Points, RunStarted, ViewRequest

FINE, COARSE = 100, 50  # points along a side of a map; the coarse ones while NumPy has to train and draw


class FrameBuilder:
    """Looks at one trainer on behalf of the window."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._objective: Objective | None = None
        self._focus: Focus | None = None
        self._grids: dict[int, Array] = {}
        self._graph: tuple[tuple[object, ...], GraphSnapshot, Index] | None = None
        self._mapped: tuple[bytes, int] | None = None  # parameters and size of the last maps

    def started(self, run: int, *, keeps_ghost: bool) -> RunStarted:
        """What stays the same while the run goes on."""
        trainer = self._trainer
        network = trainer.experiment.network
        focus = self._current_focus()
        return RunStarted(
            run=run,
            experiment_name=trainer.experiment.name,
            points=Points(trainer.dataset.inputs, trainer.dataset.targets, trainer.dataset.names),
            hidden=tuple(layer.neurons for layer in network.hidden),
            activations=(*(layer.activation for layer in network.hidden), network.output),
            parameter_names=tuple(trainer.objective.names),
            whole_loss_nodes=focus.whole_nodes,
            keeps_ghost=keeps_ghost,
        )

    def build(self, run: int, request: ViewRequest, *, running: bool, maps: bool) -> Frame:
        """The state at the trainer's present step; `running` asks for coarser maps, `maps` for maps at all."""
        trainer = self._trainer
        focus = self._current_focus()
        true = trainer.objective.evaluate(trainer.theta)
        found, broken = self._with_bugs(true) if trainer.experiment.training.bugs else (true, None)
        sample = min(request.sample, len(trainer.dataset.targets) - 1)
        replay = focus.replay(trainer.theta, true, sample)
        frame = Frame(
            run=run,
            step=trainer.step,
            loss=found.loss,
            accuracy=accuracy(found, trainer.dataset.targets),
            learning_rate=trainer.learning_rate,
            theta=trainer.theta.copy(),
            gradient=found.gradient,
            predictions=found.outputs,
            sample_losses=found.sample_losses,
            sample_outputs=_sample_outputs(replay),
            full_batch=trainer.full_batch,
            kernel=trainer.kernel,
            broken=broken,
            explanation=explain(focus, replay, request.address) if request.address else None,
            maps=self._maps(self._map_size(running)) if maps else None,
        )
        return self._with_graph(frame, focus, replay, found, request)

    def _with_bugs(self, true: Evaluation) -> tuple[Evaluation, Broken]:
        """Loss and gradient as the bugs have them."""
        trainer = self._trainer
        bugs = bugs_of(trainer.experiment.training)
        try:
            broken = trainer.broken
        except BugError as error:
            return true, Broken(bugs, true.gradient, str(error))
        assert broken is not None
        return broken.evaluate(trainer.theta, None, trainer.accumulated), Broken(bugs, true.gradient)

    def forget_maps(self) -> None:
        """Somebody has not seen them: the next frame that may have maps has them."""
        self._mapped = None

    def _current_focus(self) -> Focus:
        """The focus on the trainer's objective; a new one where the experiment has changed since."""
        if self._focus is None or self._objective is not self._trainer.objective:
            self._objective = self._trainer.objective
            self._focus = Focus(self._objective)
            self._grids.clear()
            self._graph = self._mapped = None
        return self._focus

    def _with_graph(self, frame: Frame, focus: Focus, replay: Replay, found: Evaluation, request: ViewRequest) -> Frame:
        if request.level is Level.NETWORK:
            return frame
        if request.level is Level.WHOLE and not focus.unrolled:
            rows = len(found.sample_losses)
            note = (
                f"The whole loss of {rows:,} samples has {focus.whole_nodes:,} scalars; up to {WHOLE_LIMIT:,} can be "
                "drawn so that one sees anything. One sample's part of it shows every operation."
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

    def _map_size(self, running: bool) -> int:
        return COARSE if running and self._trainer.kernel == NumpyKernel.name else FINE

    def _maps(self, size: int) -> Maps | None:
        """The plane seen by every neuron; None for data that is not a plane, and where the last maps still hold."""
        trainer = self._trainer
        extent = trainer.dataset.extent
        state = (trainer.theta.tobytes(), size)
        if extent is None or state == self._mapped:
            return None
        self._mapped = state
        if size not in self._grids:
            self._grids[size] = _grid(extent, size)
        grid = self._grids[size]
        output, neurons = trainer.objective.over_points(trainer.theta, grid)
        pictures = {address: values.reshape(size, size) for address, values in neurons.items()}
        for i, name in enumerate(trainer.dataset.names):
            low, high = extent[2 * i], extent[2 * i + 1]
            centred = (grid[:, i] - (low + high) / 2) / ((high - low) / 2)
            pictures[name] = centred.reshape(size, size)
        return Maps(extent, output.reshape(size, size), pictures)


def _grid(extent: tuple[float, float, float, float], size: int) -> Array:
    """(size², 2) points, row by row from the top left."""
    x = np.linspace(extent[0], extent[1], size)
    y = np.linspace(extent[3], extent[2], size)
    return np.column_stack([np.tile(x, size), np.repeat(y, size)])


def _sample_outputs(replay: Replay) -> dict[str, tuple[float, float]]:
    """Inputs, outputs of neurons and loss of the selected sample: data and gradient, by local address."""
    prefix = f"sample{replay.sample + 1}/" if replay.unrolled else "sample/"
    found = {}
    for node, address in enumerate(replay.program.addresses):
        if not address.startswith(prefix):
            continue
        local = address[len(prefix) :]
        if local.endswith(".out") or local == "loss" or (local[0] == "x" and local[1:].isdigit()):
            found[local] = (float(replay.data[node]), float(replay.grad[node]))
    return found
