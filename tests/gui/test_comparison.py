"""Runs that are kept: without a window, on real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core import kernels
from core.document import decode, encode, open_document, with_runs
from core.document_parts import View
from core.trainer import Trainer
from gui.frames import Frame
from gui.session.analysis import Analysis
from gui.session.comparison import COLOURS, MOST_KEPT, Comparison, KeptRun
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection


class Bench:
    """Documents with their runs and those that are kept."""

    def __init__(self, qtbot: QtBot, name: str = "moons") -> None:
        self.qtbot = qtbot
        self.documents = Documents(open_document(name))
        self.runs = Runs(self.documents, Selection())
        self.analysis = Analysis()
        self.comparison = Comparison(self.documents, self.runs, self.analysis)

    def train(self, steps: int) -> Frame:
        self.runs.move(steps - (self.runs.frame.step if self.runs.frame else 0))
        return self.at(steps)

    def at(self, step: int) -> Frame:
        self.qtbot.waitUntil(lambda: self.runs.frame is not None and self.runs.frame.step == step)
        assert self.runs.frame is not None
        return self.runs.frame

    def keep(self, name: str = "") -> KeptRun:
        count = len(self.comparison.kept)
        self.comparison.keep(name)
        self.qtbot.waitUntil(lambda: len(self.comparison.kept) == count + 1)
        return self.comparison.kept[-1]

    @property
    def names(self) -> list[str]:
        return [run.name for run in self.comparison.kept]

    def close(self) -> None:
        self.analysis.close()
        self.runs.close()


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(kernels, "_module", None)  # compiled kernels differ in the last place
    bench = Bench(qtbot)
    yield bench
    bench.close()


def test_a_run_is_kept_as_it_stands(bench: Bench) -> None:
    frame = bench.train(12)
    run = bench.keep()
    assert (run.name, run.step, run.colour, run.shown) == ("run 1", 12, COLOURS[0], True)
    assert run.loss == frame.loss
    assert run.accuracy == frame.accuracy
    assert run.test_loss is None
    assert run.steps.tolist() == list(range(13))
    assert run.losses[-1] == frame.loss
    assert run.plane is not None
    assert run.plane.output.shape == (100, 100)
    assert run.experiment == bench.documents.experiment
    bench.train(20)
    assert run.step == 12, "the present run goes on without it"


def test_test_rows_are_measured_where_there_are_some(bench: Bench) -> None:
    bench.documents.set_data("test share", test_share=0.3)
    bench.qtbot.waitUntil(lambda: bench.runs.frame is not None and bench.runs.frame.test_loss is not None)
    frame = bench.train(5)
    run = bench.keep()
    assert run.test_loss == frame.test_loss
    assert run.accuracy == frame.test_accuracy


def test_more_than_two_inputs_have_no_plane(qtbot: QtBot) -> None:
    bench = Bench(qtbot, "lecture")
    bench.train(2)
    assert bench.keep().plane is None
    bench.close()


def test_trying_again_begins_with_the_same_weights(bench: Bench) -> None:
    first = bench.train(0).theta
    bench.train(7)
    bench.comparison.try_again()
    bench.qtbot.waitUntil(lambda: len(bench.comparison.kept) == 1)
    frame = bench.at(0)
    assert bench.comparison.kept[0].step == 7
    assert frame.theta.tolist() == first.tolist()


def test_names_and_colours_stay_their_own(bench: Bench) -> None:
    bench.train(1)
    for _ in range(3):
        bench.keep()
    bench.comparison.forget(bench.comparison.kept[1])
    assert bench.names == ["run 1", "run 3"]
    assert [run.colour for run in bench.comparison.kept] == [COLOURS[0], COLOURS[2]]
    assert bench.keep().name == "run 4", "run 2 may be brought back"
    assert bench.comparison.kept[-1].colour == COLOURS[1]
    bench.comparison.rename(bench.comparison.kept[0], "  slow\nlearner ")
    bench.comparison.rename(bench.comparison.kept[1], " ")
    assert bench.names == ["slow learner", "run 3", "run 4"]
    assert [record.name for record in bench.documents.kept] == bench.names
    assert bench.keep().name == "run 5", "run 1 is the slow learner's old name"


def test_what_was_forgotten_can_be_brought_back(bench: Bench) -> None:
    bench.train(1)
    for _ in range(3):
        bench.keep()
    second = bench.comparison.kept[1]
    bench.comparison.forget(second)
    assert bench.comparison.forgotten is second
    bench.comparison.bring_back()
    assert bench.names == ["run 1", "run 2", "run 3"]
    assert [run.colour for run in bench.comparison.kept] == list(COLOURS[:3])
    assert bench.comparison.forgotten is None
    assert len(bench.documents.kept) == 3


def test_no_more_than_there_are_colours(bench: Bench) -> None:
    bench.train(1)
    for number in range(MOST_KEPT):
        assert bench.comparison.can_keep
        bench.comparison.keep(f"{number}")
    assert not bench.comparison.can_keep
    bench.comparison.keep("one too many")
    bench.qtbot.waitUntil(lambda: len(bench.comparison.kept) == MOST_KEPT)
    assert sorted(run.colour for run in bench.comparison.kept) == list(range(MOST_KEPT))
    assert not bench.comparison.can_keep


def test_hiding_one_changes_nothing_that_is_saved(bench: Bench) -> None:
    bench.train(1)
    run = bench.keep()
    told: list[None] = []
    bench.documents.kept_changed.connect(lambda: told.append(None))
    bench.comparison.show(run, False)
    assert not bench.comparison.kept[0].shown
    assert told == []


def test_kept_runs_are_in_the_file(bench: Bench, tmp_path: Path) -> None:
    bench.train(9)
    run = bench.keep("first")
    document = with_runs(bench.documents.present(View()), [Trainer(bench.documents.experiment)])
    again = decode(encode(document))
    bench.documents.open_document(again)
    assert bench.comparison.kept == ()
    bench.qtbot.waitUntil(lambda: len(bench.comparison.kept) == 1)
    other = bench.comparison.kept[0]
    assert (other.name, other.step, other.loss) == ("first", 9, run.loss)
    assert other.losses.tolist() == run.losses.tolist()
    assert other.plane is not None and run.plane is not None
    assert other.plane.output.tolist() == run.plane.output.tolist()


def test_another_document_forgets_what_was_under_way(bench: Bench) -> None:
    bench.train(3)
    bench.comparison.keep()
    bench.documents.open_example("xor")
    bench.qtbot.waitUntil(lambda: bench.runs.started is not None and bench.runs.started.experiment_name == "xor")
    bench.train(1)
    assert bench.keep("of xor").experiment.name == "xor"
    assert bench.names == ["of xor"]


def test_going_on_with_one_is_a_step_of_undo(bench: Bench) -> None:
    bench.documents.set_training("learning rate", learning_rate=0.2)
    kept = bench.train(10)
    run = bench.keep("fast")
    bench.documents.set_training("learning rate", learning_rate=0.01)
    bench.documents.set_network("activation", hidden=_relu(bench))
    left = bench.train(25)
    before = bench.documents.experiment

    bench.comparison.go_on(run)
    frame = bench.at(10)
    assert frame.theta.tolist() == kept.theta.tolist()
    assert bench.documents.experiment == run.experiment
    assert bench.documents.undo_stack.undoText() == "go on with fast"
    gone_on = bench.train(15).theta
    alone = Trainer(run.experiment)
    alone.advance(15)
    assert len(gone_on) == len(alone.theta)

    bench.documents.undo_stack.undo()
    frame = bench.at(25)
    assert bench.documents.experiment == before
    assert frame.theta.tolist() == left.theta.tolist()
    bench.documents.undo_stack.redo()
    frame = bench.at(15)
    assert frame.theta.tolist() == gone_on.tolist()
    assert np.isfinite(frame.loss)


def test_going_on_with_another_shape_can_be_undone_too(bench: Bench) -> None:
    bench.train(4)
    run = bench.keep()
    hidden = bench.documents.experiment.network.hidden
    bench.documents.set_network("layer", hidden=hidden[:1])
    bench.qtbot.waitUntil(lambda: bench.runs.started is not None and len(bench.runs.started.hidden) == 1)
    left = bench.train(6).theta
    bench.comparison.go_on(run)
    bench.qtbot.waitUntil(lambda: bench.runs.started is not None and len(bench.runs.started.hidden) == len(hidden))
    assert bench.at(4).loss == run.loss
    bench.documents.undo_stack.undo()
    bench.qtbot.waitUntil(lambda: bench.runs.started is not None and len(bench.runs.started.hidden) == 1)
    assert bench.at(6).theta.tolist() == left.tolist()


def _relu(bench: Bench) -> tuple[object, ...]:
    return tuple(
        msgspec.structs.replace(layer, activation="relu") for layer in bench.documents.experiment.network.hidden
    )
