"""Other data for the same network: what of network and training has to follow, and a sentence that says so."""

from __future__ import annotations

import msgspec

from core.experiment import Experiment
from core.shape import input_count, task_of
from core.words import mark, tr
from gui.session.documents import Documents, Gesture
from gui.session.network_edits import fitted_to_data

_USUAL = "tanh", "half-squared"  # output and loss of classes: a mean over the rows, so that rates stay right
_FOR_NUMBERS = frozenset({"sum-squared", "mean-squared", "half-squared", "absolute", "huber"})  # losses

_HALF_SQUARED = mark("Targets can be any number, so the output becomes linear and the loss half the squared error.")
_AS_IT_WAS = mark("Targets can be any number, so the output becomes linear and the loss what it was for numbers.")
_USUAL_ONES = mark("Targets are classes, so output and loss become the usual ones for these.")
_AS_THEY_WERE = mark("Targets are classes, so output and loss become what they were for these.")


def fitted(experiment: Experiment, documents: Documents | None = None) -> tuple[Experiment, str]:
    """The experiment with a network that its data can train, and what was changed; an empty text if nothing was.

    With the `documents` that it is to be the next of: when targets become classes again, or numbers, so do output and
    loss what they were for these.
    """
    after, notes = fitted_to_data(experiment), []
    if after.network.features != experiment.network.features:
        notes.append(tr("Features of inputs beyond x{feature} go.", feature=input_count(after.data)))
    if after.training.frozen != experiment.training.frozen:
        notes.append(tr("Frozen parts that the network no longer has are free."))
    if documents is not None and _is_regression(documents.experiment) and not _is_regression(after):
        after, note = _for_classes(after, documents)
        notes += [note] if note else []
    output, loss = after.network.output, after.training.loss
    match task_of(after.data):
        case "regression" if output != "linear" or loss not in _FOR_NUMBERS:
            earlier = documents.latest(_is_regression) if documents is not None else None
            loss = "half-squared" if earlier is None else earlier.training.loss
            after = _with(after, output="linear", loss=loss)
            notes.append(tr(_HALF_SQUARED if loss == "half-squared" else _AS_IT_WAS))
        case "signs" if output == "sigmoid" and loss == "hinge":
            after = _with(after, output="sigmoid", loss="logistic")
            notes.append(tr("The hinge loss needs scores of both signs, so the loss becomes the logistic one."))
    return after, " ".join(notes)


def change_data(documents: Documents, name: str | Gesture, **changes: object) -> str:
    """Change fields of the DataSpec, as one step of undo, and what has to follow; returns what followed, as a sentence.

    Raises ExperimentError (nothing changes then).
    """
    experiment = documents.experiment
    data = msgspec.structs.replace(experiment.data, **changes)
    after, note = fitted(msgspec.structs.replace(experiment, data=data), documents)
    documents.replace(name, after)
    return note


def _for_classes(experiment: Experiment, documents: Documents) -> tuple[Experiment, str]:
    """Output and loss as they were before the targets were numbers, or the usual ones."""
    earlier = documents.latest(_is_of_classes)
    output, loss = _USUAL if earlier is None else (earlier.network.output, earlier.training.loss)
    if (output, loss) == (experiment.network.output, experiment.training.loss):
        return experiment, ""
    return _with(experiment, output=output, loss=loss), tr(_USUAL_ONES if earlier is None else _AS_THEY_WERE)


def _is_regression(experiment: Experiment) -> bool:
    return task_of(experiment.data) == "regression"


def _is_of_classes(experiment: Experiment) -> bool:
    return not _is_regression(experiment)


def _with(experiment: Experiment, *, output: str, loss: str) -> Experiment:
    return msgspec.structs.replace(
        experiment,
        network=msgspec.structs.replace(experiment.network, output=output),
        training=msgspec.structs.replace(experiment.training, loss=loss),
    )
