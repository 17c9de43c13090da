"""Tables as CSV: they read back exactly, and nothing in them is a formula."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from core import kernels
from core.datasets import DataSet, make_dataset
from core.document import open_document, with_runs
from core.document_parts import Document
from core.errors import ChainruleError
from core.experiment import DataSpec, Stop
from core.exporters.history_table import CancelledError, history_csv, run_history
from core.exporters.predictions_table import Answers, answers_on_test_rows, predictions_csv, predictions_text
from core.exporters.tables import csv_text, defused, trained, values_csv
from core.measures import on_test_rows
from core.trainer import Trainer


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def numbers(text: str, column: str) -> list[float]:
    header, *rows = read(text)
    return [float(row[header.index(column)]) for row in rows]


def changed_run() -> tuple[Document, Trainer]:
    """A run whose learning rate was changed at step 25, saved at step 40."""
    document = open_document("xor")
    trainer = trained(document, 25)
    training = msgspec.structs.replace(trainer.experiment.training, learning_rate=0.25)
    trainer.change(msgspec.structs.replace(trainer.experiment, training=training))
    trainer.advance(15)
    saved = with_runs(msgspec.structs.replace(document, experiment=trainer.experiment), [trainer])
    return saved, trainer


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1"])
def test_a_text_that_could_be_a_formula_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert read(csv_text(("name",), [(text,)]))[1] == [f"'{text}"]
    assert read(csv_text((text,), []))[0] == [f"'{text}"], "in a header, too"


@pytest.mark.parametrize("text", ["a=1", "loss", "", "L1.N1.w1", "1", "(=)"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


def test_numbers_are_no_texts_and_read_back_exactly() -> None:
    exact = [-0.1, 1e-300, -5e-324, 1 / 3, 1e22, -0.0, math.inf, -math.inf]
    rows = read(csv_text(("x",), [(value,) for value in exact]))[1:]
    assert [float(row[0]) for row in rows] == exact
    assert math.copysign(1.0, float(rows[5][0])) == -1.0
    assert read(csv_text(("x", "y"), [(None, math.nan)]))[1] == ["", "nan"]


def test_the_form_is_that_of_rfc_4180() -> None:
    text = csv_text(("a", "b"), [('say "so"', "two\nlines"), ("x,y", 1)])
    assert text == 'a,b\r\n"say ""so""","two\nlines"\r\n"x,y",1\r\n'


def test_the_history_has_every_step_of_a_run() -> None:
    trainer = Trainer(open_document("lecture").experiment, kernels.name())  # those that are ready here
    progress = trainer.advance(7)
    text = history_csv(open_document("lecture"), 7)
    assert read(text)[0] == ["step", "loss", "accuracy", "learning_rate"]
    assert numbers(text, "step") == list(range(8))
    assert numbers(text, "loss")[:7] == progress.losses.tolist()
    assert numbers(text, "loss")[7] == trainer.objective.evaluate(trainer.theta).loss, "the present one"
    assert numbers(text, "accuracy")[:7] == progress.accuracies.tolist()
    assert set(numbers(text, "learning_rate")) == {0.05}


def test_the_history_of_a_saved_run_is_repeated_exactly() -> None:
    saved, trainer = changed_run()
    table = run_history(saved, 5)
    known = trainer.run.history
    assert table.steps.tolist() == list(range(46 if trainer.full_batch else 45))
    assert np.array_equal(table.losses[:40], known.losses)
    assert np.isfinite(table.accuracies).all()
    assert table.rates[24] == 0.1
    assert table.rates[25] == 0.25
    assert set(table.rates[25:]) == {0.25}


def test_without_its_checkpoints_a_run_has_its_losses_and_no_accuracies() -> None:
    saved, trainer = changed_run()
    record = saved.runs[-1]
    cut = msgspec.structs.replace(record, checkpoints=record.checkpoints[:1])
    table = run_history(msgspec.structs.replace(saved, runs=(cut,)))
    assert np.array_equal(table.losses[:40], trainer.run.history.losses)
    assert np.isnan(table.accuracies[:40]).all()
    assert (table.rates[24], table.rates[25]) == (0.1, 0.25)
    first = read(table.text())[1]
    assert first[2] == "", "an accuracy that is not known is empty"


def test_a_history_can_be_cancelled() -> None:
    with pytest.raises(CancelledError):
        history_csv(open_document("lecture"), 1000, lambda: True)


def test_a_run_that_diverges_ends_its_history() -> None:
    document = open_document("lecture")
    training = msgspec.structs.replace(document.experiment.training, learning_rate=10.0, loss="sum-squared")
    network = msgspec.structs.replace(document.experiment.network, output="linear")
    wild = msgspec.structs.replace(document.experiment, training=training, network=network)
    text = history_csv(msgspec.structs.replace(document, experiment=wild), 200)
    assert 1 < len(read(text)) < 203


def test_predictions_read_back_exactly() -> None:
    trainer = trained(open_document("lecture"), 3)
    found, data = trainer.objective.evaluate(trainer.theta), trainer.dataset
    text = predictions_csv(open_document("lecture"), 3)
    assert read(text)[0] == ["sample", "x1", "x2", "x3", "target", "output", "loss"]
    assert numbers(text, "sample") == [1, 2, 3, 4]
    assert numbers(text, "x2") == data.inputs[:, 1].tolist()
    assert numbers(text, "output") == found.outputs.tolist()
    assert numbers(text, "loss") == found.sample_losses.tolist()


def points(**changes: object) -> DataSet:
    """Two rows of four inputs, classes of three kinds."""
    data = make_dataset(DataSpec("yin-yang", 4))
    found = {
        "inputs": np.array([[2.0, 1.0], [3.0, 0.0]]), "targets": np.eye(3)[[0, 2]], "labels": ("yin", "=yang", "dot"),
    }  # fmt: skip
    return replace(data, **(found | changes))


def test_predictions_of_several_classes_have_their_names_and_a_score_each() -> None:
    outputs = np.array([[0.1, 0.5], [0.7, -1.0], [0.2, 0.6]])
    text = predictions_text(points(), Answers(outputs, np.array([0.5, 0.25])))
    assert read(text)[0] == [
        "sample", "x1", "x2", "class", "predicted", "score yin", "score =yang", "score dot", "loss",
    ]  # fmt: skip
    assert [row[3:5] for row in read(text)[1:]] == [["yin", "'=yang"], ["dot", "dot"]]
    assert numbers(text, "score =yang") == [0.7, -1.0]


def test_rows_kept_back_are_marked_and_counted_by_themselves() -> None:
    trainer = trained(open_document("yin-yang"), 5)
    data, text = trainer.dataset, predictions_csv(open_document("yin-yang"), 5)
    header, *rows = read(text)
    assert header[:2] == ["sample", "rows"] and header[-1] == "loss"
    marks = [row[1] for row in rows]
    assert marks == ["training"] * len(data.targets) + ["test"] * len(data.test_targets)
    assert rows[len(data.targets)][0] == "1"
    tests = trainer.objective.measure(trainer.theta, data.test_inputs, data.test_targets)
    assert numbers(text, "loss")[len(data.targets) :] == tests.sample_losses.tolist()
    assert numbers(text, "score dot")[len(data.targets) :] == tests.outputs[2].tolist()


def test_two_classes_with_names_have_them_beside_their_numbers() -> None:
    changes = {"targets": np.array([0.0, 1.0]), "labels": ("cat", "dog"), "task": "signs", "threshold": 0.5}
    text = predictions_text(points(**changes), Answers(np.array([0.75, 0.875]), None))
    assert read(text)[0] == ["sample", "x1", "x2", "target", "output", "class", "predicted", "loss"]
    assert [row[3:] for row in read(text)[1:]] == [
        ["0.0", "0.75", "cat", "dog", ""],
        ["1.0", "0.875", "dog", "dog", ""],
    ]


def test_losses_of_test_rows_are_told_where_they_are_of_this_experiment() -> None:
    trainer = trained(open_document("sine"), 3)
    data = trainer.dataset
    outputs = trainer.objective.measure(trainer.theta, data.test_inputs, data.test_targets).outputs
    found = answers_on_test_rows(trainer.experiment, trainer.theta, data, outputs)
    assert found.losses is not None
    assert found.losses == pytest.approx(0.5 * (outputs - data.test_targets) ** 2)
    assert answers_on_test_rows(trainer.experiment, trainer.theta, data, outputs + 0.5).losses is None
    assert answers_on_test_rows(trainer.experiment, trainer.theta[1:], data, outputs).losses is None
    assert answers_on_test_rows(open_document("lecture").experiment, trainer.theta, data, outputs).losses is None


def test_names_of_inputs_are_defused() -> None:
    answers = Answers(np.ones(2), np.ones(2))
    text = predictions_text(points(targets=np.ones(2), task="regression", names=("=cmd|' /C calc'!A0", "b")), answers)
    assert read(text)[0][1].startswith("'=") and read(text)[0][3:] == ["target", "output", "loss"]


def test_the_history_says_what_the_test_rows_said() -> None:
    document = open_document("yin-yang")
    text = history_csv(document, 4)
    assert read(text)[0] == ["step", "loss", "accuracy", "test_loss", "test_accuracy", "learning_rate"]
    trainer = Trainer(document.experiment, kernels.name())
    for step in range(4):
        found = on_test_rows(trainer.objective, trainer.theta)
        assert found is not None
        assert (numbers(text, "test_loss")[step], numbers(text, "test_accuracy")[step]) == (found.loss, found.accuracy)
        assert numbers(text, "loss")[step] == trainer.advance(1).losses[0]


def test_the_history_of_a_regression_has_no_accuracy() -> None:
    text = history_csv(open_document("sine"), 3)
    assert read(text)[0] == ["step", "loss", "test_loss", "learning_rate"]
    assert len(numbers(text, "test_loss")) == 4


def stopped_run() -> Document:
    """Of the lecture's, which stops at step 6, and was played on to step 9."""
    document = open_document("lecture")
    training = msgspec.structs.replace(document.experiment.training, stop=Stop(step=6))
    document = msgspec.structs.replace(
        document, experiment=msgspec.structs.replace(document.experiment, training=training)
    )
    trainer = trained(document, 20)
    assert trainer.step == 6
    trainer.advance(3)
    return with_runs(document, [trainer])


def test_a_history_ends_where_training_stops_and_repeats_what_went_on() -> None:
    document = stopped_run()
    assert run_history(msgspec.structs.replace(document, runs=()), 20).steps.tolist() == list(range(7))
    table = run_history(document)
    assert table.steps.tolist() == list(range(10))
    assert np.isfinite(table.accuracies).all()


def test_the_history_of_a_run_with_a_weight_set_by_hand_is_repeated() -> None:
    document = open_document("lecture")
    trainer = trained(document, 4)
    trainer.set_parameter("L1.N1.w1", 2.0)
    trainer.advance(4)
    table = run_history(with_runs(document, [trainer]))
    assert np.array_equal(table.losses[:8], trainer.run.history.losses)
    assert np.isfinite(table.accuracies).all()


def test_the_values_of_a_sheet() -> None:
    document = Document(mode="expression", text="a = Value(2.0, label='=a')\nb = a * a\nb.backward()\n")
    header, first, second = read(values_csv(document))
    assert header == ["value", "label", "operation", "operands", "data", "gradient"]
    assert first == ["'=a", "'=a", "", "", "2.0", "4.0"]
    assert second[2:] == ["mul", "'=a =a", "4.0", "1.0"]
    assert read(values_csv(document, 1))[2][5] == "0.0", "after the first operation nothing has flowed yet"


def test_each_lab_has_its_own_tables() -> None:
    sheet = Document(mode="expression")
    for table in (history_csv, predictions_csv):
        with pytest.raises(ChainruleError, match="expression lab"):
            table(sheet)
    with pytest.raises(ChainruleError, match="network lab"):
        values_csv(open_document("lecture"))
