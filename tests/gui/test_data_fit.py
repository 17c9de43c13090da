"""Other data for the same network: whatever was trained before, what follows is sound and said."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from core.document import open_document
from core.errors import ExperimentError
from core.experiment import DataKind, DataSpec, Experiment, Loss, NetworkSpec, OutputActivation, TrainingSpec
from core.experiment_rules import check_experiment
from gui.session.data_fit import change_data, fitted
from gui.session.documents import Documents

KINDS: list[Any] = [kind for kind in get_args(DataKind) if kind != "own"]
DATA = st.builds(DataSpec, st.sampled_from(KINDS), classes=st.integers(2, 4))
EXPERIMENTS = st.builds(
    Experiment,
    st.just(""),
    DATA,
    st.builds(NetworkSpec, output=st.sampled_from(get_args(OutputActivation))),
    st.builds(TrainingSpec, loss=st.sampled_from(get_args(Loss))),
)


@given(EXPERIMENTS, DATA)
def test_any_other_data_can_be_trained_on(before: Experiment, data: DataSpec) -> None:
    """Also an experiment that was not sound itself."""
    after, _ = fitted(msgspec.structs.replace(before, data=data))
    check_experiment(after)
    assert after.data == data
    assert fitted(after) == (after, "")


@pytest.mark.parametrize("loss", ["hinge", "logistic"])
def test_a_loss_of_classes_gives_way_to_numbers(qapp: QApplication, loss: Any) -> None:
    documents = Documents(open_document("moons"))
    documents.set_network("output", output="linear")
    documents.set_training("loss", loss=loss)
    assert "the loss half the squared error" in change_data(documents, "data", kind="sine")
    assert documents.experiment.training.loss == "half-squared"
    with pytest.raises(ExperimentError, match="needs classes"):
        documents.set_training("loss", loss=loss)
    documents.undo_stack.undo()
    assert (documents.experiment.data.kind, documents.experiment.training.loss) == ("moons", loss)


@pytest.mark.parametrize("last", ["yin-yang", "moons"])
def test_classes_get_back_what_a_regression_took(last: str) -> None:
    documents = Documents(open_document("moons"))
    documents.set_network("output", output="tanh")
    documents.set_training("loss", loss="hinge")
    change_data(documents, "plane", kind="plane")
    documents.set_training("loss", loss="huber")
    steps = documents.undo_stack.count()
    note = change_data(documents, "classes", kind=last)
    assert (documents.experiment.network.output, documents.experiment.training.loss) == ("tanh", "hinge")
    assert "what they were" in note
    assert documents.undo_stack.count() == steps + 1
    change_data(documents, "numbers", kind="sine")
    assert (documents.experiment.network.output, documents.experiment.training.loss) == ("linear", "huber")
    documents.undo_stack.undo()
    documents.undo_stack.undo()
    assert documents.experiment.data.kind == "plane"
    assert documents.experiment.training.loss == "huber"


def test_classes_after_a_document_of_numbers_get_the_usual_output() -> None:
    documents = Documents(open_document("sine"))
    note = change_data(documents, "classes", kind="moons")
    assert (documents.experiment.network.output, documents.experiment.training.loss) == ("tanh", "half-squared")
    assert "the usual ones" in note
