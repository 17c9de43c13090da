"""Runs on their own: looking at earlier steps, going on from there, weights set by hand, changes of shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core import kernels
from core.document import open_document
from core.errors import ExperimentError
from core.experiment import Experiment, LayerSpec
from core.trainer import Trainer
from gui.frames import Frame, RunStarted
from gui.session.documents import Documents, Gesture
from gui.session.runs import Runs
from gui.session.selection import Selection


class Bench:
    """Documents and their runs, without a window."""

    def __init__(self, qtbot: QtBot, name: str) -> None:
        self.qtbot = qtbot
        self.documents = Documents(open_document(name))
        self.selection = Selection()
        self.runs = Runs(self.documents, self.selection)
        self.started: list[RunStarted] = []
        self.frames: list[Frame] = []
        self.runs.run_started.connect(self.started.append)
        self.runs.frame_ready.connect(self.frames.append)

    def wait(self, holds: Callable[[Frame], bool]) -> Frame:
        """The first newest frame for which it holds."""
        self.qtbot.waitUntil(lambda: self.runs.frame is not None and holds(self.runs.frame))
        assert self.runs.frame is not None
        return self.runs.frame

    def train(self, steps: int) -> Frame:
        """To this step."""
        self.runs.move(steps - (self.runs.frame.step if self.runs.frame else 0))
        return self.wait(lambda frame: frame.step == steps)

    @property
    def experiment(self) -> Experiment:
        return self.documents.experiment


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(kernels, "_module", None)  # compiled kernels differ in the last place
    bench = Bench(qtbot, "moons")
    yield bench
    bench.runs.close()


def thetas(experiment: Experiment, steps: int) -> list[list[float]]:
    """The parameters before each step of a run on its own."""
    trainer = Trainer(experiment)
    found = [trainer.theta.tolist()]
    for _ in range(steps):
        trainer.advance(1)
        found.append(trainer.theta.tolist())
    return found


def test_an_earlier_step_is_shown_exactly_and_nothing_is_forgotten(bench: Bench) -> None:
    expected = thetas(bench.experiment, 40)
    bench.train(40)
    for step in (3, 17, 39, 0):
        bench.runs.look_at(step)
        frame = bench.wait(lambda frame, step=step: frame.step == step)
        assert frame.is_past
        assert frame.head == 40
        assert frame.theta.tolist() == expected[step]
    bench.runs.look_at(40)
    frame = bench.wait(lambda frame: frame.step == 40)
    assert not frame.is_past
    assert frame.theta.tolist() == expected[40]


def test_steps_walk_through_what_was_recorded_and_then_train(bench: Bench) -> None:
    expected = thetas(bench.experiment, 12)
    bench.train(10)
    bench.runs.step_back()
    assert bench.wait(lambda frame: frame.step == 9).head == 10
    bench.runs.step()
    assert bench.wait(lambda frame: frame.step == 10).head == 10
    bench.runs.move(-3)
    bench.wait(lambda frame: frame.step == 7)
    bench.runs.move(5)
    frame = bench.wait(lambda frame: frame.step == 12)
    assert frame.head == 12
    assert frame.theta.tolist() == expected[12]


def test_playing_from_an_earlier_step_goes_on_from_there(bench: Bench) -> None:
    expected = thetas(bench.experiment, 60)
    bench.runs.set_speed(500.0)
    bench.train(20)
    bench.runs.look_at(5)
    bench.wait(lambda frame: frame.step == 5)
    bench.runs.play()
    bench.wait(lambda frame: frame.step > 5 and not frame.is_past)
    bench.runs.pause()
    bench.qtbot.waitUntil(lambda: not bench.runs.playing)
    frame = bench.runs.frame
    assert frame is not None
    assert frame.theta.tolist() == expected[frame.step]
    assert not bench.started[-1].keeps_ghost, "nothing was changed: it is the same run once more"


def test_a_change_at_an_earlier_step_leaves_the_run_as_a_ghost(bench: Bench) -> None:
    bench.train(20)
    bench.documents.set_training("learning rate", learning_rate=0.2)
    bench.train(30)
    bench.runs.look_at(10)
    bench.wait(lambda frame: frame.step == 10)
    before = len(bench.started)
    bench.documents.set_training("learning rate", learning_rate=0.01)
    frame = bench.wait(lambda frame: frame.step == 10 and not frame.is_past)
    assert len(bench.started) > before
    assert bench.started[before].keeps_ghost
    assert frame.learning_rate == pytest.approx(0.01)


def test_a_weight_is_set_by_hand_and_undone(bench: Bench) -> None:
    frame = bench.train(5)
    assert bench.runs.started is not None
    place = bench.runs.started.parameter_names.index("L1.N2.w1")
    before = frame.theta.copy()
    drag = Gesture("weight L1.N2.w1")
    for number in (0.25, 0.5, 0.75):
        bench.runs.set_parameter("L1.N2.w1", number, drag)
    frame = bench.wait(lambda frame: frame.theta[place] == 0.75)
    assert np.delete(frame.theta, place).tolist() == np.delete(before, place).tolist()
    assert bench.documents.undo_stack.count() == 1
    bench.documents.undo_stack.undo()
    frame = bench.wait(lambda frame: frame.theta[place] != 0.75)
    assert frame.theta.tolist() == before.tolist()


@pytest.mark.parametrize(("address", "number"), [("L9.N1.w1", 1.0), ("L1.N1.w1", float("nan"))])
def test_what_cannot_be_set_is_refused(bench: Bench, address: str, number: float) -> None:
    bench.train(1)
    with pytest.raises(ExperimentError):
        bench.runs.set_parameter(address, number, "weight")
    assert bench.documents.undo_stack.count() == 0


def test_a_neuron_more_keeps_the_other_weights_and_goes_on_playing(bench: Bench) -> None:
    frame = bench.train(10)
    assert bench.runs.started is not None
    names, theta = bench.runs.started.parameter_names, frame.theta.tolist()
    hidden = list(bench.experiment.network.hidden)
    hidden[0] = msgspec.structs.replace(hidden[0], neurons=hidden[0].neurons + 1)
    bench.runs.play()
    bench.qtbot.waitUntil(lambda: bench.runs.playing)
    bench.documents.set_network("neuron", hidden=tuple(hidden))
    bench.qtbot.waitUntil(lambda: len(bench.started) > 1 or bench.started[-1].hidden[0] == hidden[0].neurons)
    bench.wait(lambda frame: frame.step > 0)
    assert bench.runs.playing
    bench.runs.look_at(0)
    frame = bench.wait(lambda frame: frame.step == 0)
    now = dict(zip(bench.started[-1].parameter_names, frame.theta.tolist(), strict=True))
    assert set(names) < set(now)
    assert bench.started[-1].carried
    del theta


def test_another_seed_begins_anew(bench: Bench) -> None:
    bench.train(10)
    bench.documents.set_network("seed", seed=5)
    frame = bench.wait(lambda frame: frame.step == 0)
    assert frame.theta.tolist() == thetas(bench.experiment, 0)[0]
    assert not bench.started[-1].carried


def test_a_layer_more_is_kept_where_it_can(bench: Bench) -> None:
    bench.train(3)
    hidden = bench.experiment.network.hidden
    bench.documents.set_network("layer", hidden=(*hidden, LayerSpec(3)))
    frame = bench.wait(lambda frame: frame.step == 0)
    assert len(frame.theta) > 0
    assert bench.started[-1].hidden == (*(layer.neurons for layer in hidden), 3)


def test_an_edit_that_was_undone_and_is_made_again_begins_from_the_present_weights(bench: Bench) -> None:
    bench.train(4)
    hidden = bench.experiment.network.hidden
    more = (msgspec.structs.replace(hidden[0], neurons=hidden[0].neurons + 1), *hidden[1:])
    bench.documents.set_network("neuron", hidden=more)
    bench.wait(lambda frame: frame.step == 0)
    bench.train(3)
    bench.documents.undo_stack.undo()
    bench.wait(lambda frame: frame.step == 4)
    known = bench.train(20).theta.copy()
    bench.documents.set_network("neuron", hidden=more)
    frame = bench.wait(lambda frame: frame.step == 0)
    assert bench.started[-1].carried
    assert set(known.tolist()) <= set(frame.theta.tolist()), "every weight of step 20, and not of step 4"


def test_undo_brings_the_run_and_its_pictures_back(bench: Bench) -> None:
    bench.train(4)
    before = bench.experiment
    bench.documents.set_network("layer", hidden=before.network.hidden[:1])
    bench.wait(lambda frame: frame.step == 0 and frame.maps is not None)
    bench.frames.clear()
    bench.documents.undo_stack.undo()
    frame = bench.wait(lambda frame: frame.step == 4)
    assert frame.maps is not None
    assert f"L{len(before.network.hidden) + 1}.N1" in frame.maps.neurons


def test_the_present_is_drawn_again_after_looking_back(bench: Bench) -> None:
    bench.train(30)
    bench.runs.look_at(10)
    bench.wait(lambda frame: frame.step == 10 and frame.maps is not None)
    bench.runs.look_at(30)
    assert bench.wait(lambda frame: frame.step == 30).maps is not None


def test_a_change_in_the_past_keeps_what_came_after_it_and_undo_brings_that_back(bench: Bench) -> None:
    last = bench.train(26).theta.tolist()
    bench.runs.look_at(12)
    bench.wait(lambda frame: frame.step == 12)
    for rate in (0.2, 0.1, 0.05):
        bench.documents.set_training(Gesture("learning rate") if rate == 0.2 else "rate", learning_rate=rate)
    bench.wait(lambda frame: frame.step == 12 and not frame.is_past)
    assert bench.started[-1].keeps_ghost
    while bench.documents.undo_stack.canUndo():
        bench.documents.undo_stack.undo()
    frame = bench.wait(lambda frame: frame.step == 26)
    assert frame.theta.tolist() == last


def test_reset_is_undone(bench: Bench) -> None:
    last = bench.train(9).theta.tolist()
    bench.runs.reset()
    assert bench.wait(lambda frame: frame.step == 0).head == 0
    bench.train(2)
    bench.documents.undo_stack.undo()
    assert bench.wait(lambda frame: frame.step == 9).theta.tolist() == last
    bench.documents.undo_stack.redo()
    bench.wait(lambda frame: frame.step == 2)


def test_a_reset_before_the_first_step_is_nothing_to_be_undone(bench: Bench) -> None:
    bench.wait(lambda frame: frame.step == 0)
    bench.runs.reset()
    assert not bench.documents.undo_stack.canUndo()


def test_playing_on_from_an_earlier_step_is_undone(bench: Bench) -> None:
    last = bench.train(30).theta.tolist()
    bench.runs.look_at(4)
    bench.wait(lambda frame: frame.step == 4)
    bench.runs.play()
    bench.wait(lambda frame: not frame.is_past and frame.step > 4)
    bench.runs.pause()
    bench.qtbot.waitUntil(lambda: not bench.runs.playing)
    assert bench.documents.undo_stack.undoText() == "going on from step 4"
    bench.documents.undo_stack.undo()
    assert bench.wait(lambda frame: frame.step == 30).theta.tolist() == last
