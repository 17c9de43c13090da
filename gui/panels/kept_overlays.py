"""Lays the curves and the boundaries of kept runs over those of the run that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Slot

from core.experiment import DataSpec, Experiment
from core.shape import input_count, lineage, output_activation, task_of

if TYPE_CHECKING:
    from gui.session.comparison import Comparison, KeptRun
    from gui.session.documents import Documents

Array = NDArray[np.float64]
Curves = Sequence[tuple[str, int, Array, Array]]
Contours = Sequence[tuple[str, int, tuple[float, float, float, float], Array]]


class CurvesShown(Protocol):
    """A plot of losses."""

    def set_kept(self, runs: Curves) -> None: ...


class ContoursShown(Protocol):
    """A plot of the plane of two inputs."""

    def set_contours(self, contours: Contours) -> None: ...


class KeptCurves(QObject):
    """Feeds a plot of losses; belongs to it."""

    def __init__(self, comparison: Comparison, plot: CurvesShown, parent: QObject) -> None:
        super().__init__(parent)
        self._comparison, self._plot = comparison, plot
        self._shown: list[KeptRun] = []
        comparison.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        shown = [run for run in self._comparison.kept if run.shown]
        if shown != self._shown:
            self._shown = shown
            self._plot.set_kept([(run.name, run.colour, run.steps, run.losses) for run in shown])


class KeptBoundaries(QObject):
    """Feeds a plot of the plane with the boundaries of those runs that have the same plane; belongs to it."""

    def __init__(self, comparison: Comparison, documents: Documents, plot: ContoursShown, parent: QObject) -> None:
        super().__init__(parent)
        self._comparison, self._documents, self._plot = comparison, documents, plot
        self._shown: list[tuple[KeptRun, float]] = []
        comparison.changed.connect(self._on_changed)
        documents.experiment_changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        present = self._documents.experiment
        threshold = _threshold(present)
        shown = [
            (run, threshold)
            for run in self._comparison.kept
            if run.shown and run.plane is not None and same_plane(run.experiment.data, present.data)
        ]
        if shown != self._shown:
            self._shown = shown
            self._plot.set_contours([_contour(*each) for each in shown])


def same_plane(one: DataSpec, other: DataSpec) -> bool:
    """Whether the two inputs of the one mean the same as those of the other, and so do the outputs."""
    return _plane(one) == _plane(other)


def _plane(data: DataSpec) -> tuple[object, ...]:
    inputs = input_count(data)
    own = data.own
    scales = (own.shifts[:inputs], own.scales[:inputs]) if own and own.shifts else ()
    return lineage(data), inputs, task_of(data), scales


def _threshold(experiment: Experiment) -> float:
    """Between two classes: they are 0 and 1 for a sigmoid, else −1 and 1."""
    two = task_of(experiment.data) == "signs"
    return 0.5 if two and output_activation(experiment) == "sigmoid" else 0.0


def _contour(run: KeptRun, threshold: float) -> tuple[str, int, tuple[float, float, float, float], Array]:
    """Its output, moved so that its boundary lies at the threshold of the run that goes on."""
    assert run.plane is not None  # it would not be shown
    return run.name, run.colour, run.plane.extent, run.plane.output + (threshold - run.plane.threshold)
