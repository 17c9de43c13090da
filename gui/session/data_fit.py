"""Other data for the same network: what of network and training has to follow, and a sentence that says so."""

from __future__ import annotations

import msgspec

from core.experiment import Experiment
from core.shape import input_count, task_of
from gui.session.documents import Documents, Gesture
from gui.session.network_edits import fitted_to_data

_FOR_NUMBERS = frozenset({"sum-squared", "mean-squared", "half-squared", "absolute", "huber"})  # losses


def fitted(experiment: Experiment) -> tuple[Experiment, str]:
    """The experiment with a network that its data can train, and what was changed; an empty text if nothing was."""
    after, notes = fitted_to_data(experiment), []
    if after.network.features != experiment.network.features:
        notes.append(f"Features of inputs beyond x{input_count(after.data)} go.")
    if after.training.frozen != experiment.training.frozen:
        notes.append("Frozen parts that the network no longer has are free.")
    output, loss = after.network.output, after.training.loss
    match task_of(after.data):
        case "regression" if output != "linear" or loss not in _FOR_NUMBERS:
            after = _with(after, output="linear", loss="half-squared")
            notes.append("Targets can be any number, so the output becomes linear and the loss half the squared error.")
        case "signs" if output == "sigmoid" and loss == "hinge":
            after = _with(after, output="sigmoid", loss="logistic")
            notes.append("The hinge loss needs scores of both signs, so the loss becomes the logistic one.")
    return after, " ".join(notes)


def change_data(documents: Documents, name: str | Gesture, **changes: object) -> str:
    """Change fields of the DataSpec, as one step of undo, and what has to follow; returns what followed, as a sentence.

    Raises ExperimentError (nothing changes then).
    """
    experiment = documents.experiment
    data = msgspec.structs.replace(experiment.data, **changes)
    after, note = fitted(msgspec.structs.replace(experiment, data=data))
    documents.replace(name, after)
    return note


def _with(experiment: Experiment, *, output: str, loss: str) -> Experiment:
    return msgspec.structs.replace(
        experiment,
        network=msgspec.structs.replace(experiment.network, output=output),
        training=msgspec.structs.replace(experiment.training, loss=loss),
    )
