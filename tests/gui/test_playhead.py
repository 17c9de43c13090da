"""The network lab's playhead on a real run: where it stands, what is on screen there, and when it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QObject

from core import kernels
from core.document_parts import Document
from core.examples import load_example
from core.experiment import Experiment
from core.expression.sheet import Phase
from core.playhead import Here, Position
from core.trainer import Trainer
from gui.frames import Frame, Level
from gui.session.documents import Documents
from gui.session.playhead import Playhead, Scale
from gui.session.runs import Runs
from gui.session.selection import Selection

Wait = Callable[..., None]


class Lab(QObject):
    """The models of a session on one experiment."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.documents = Documents(Document(experiment=experiment))
        self.selection = Selection(self)
        self.runs = Runs(self.documents, self.selection, self)
        self.playhead = Playhead(self.runs, self.documents, self.selection, self)

    @property
    def here(self) -> Here:
        here = self.playhead.here
        assert here is not None
        return here

    @property
    def frame(self) -> Frame:
        frame = self.runs.frame
        assert frame is not None
        return frame


@pytest.fixture(autouse=True)
def _numpy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled kernels, which an earlier test may have made ready, differ in the last place."""
    monkeypatch.setattr(kernels, "_module", None)


@pytest.fixture
def open_lab(qtbot) -> Iterator[Callable[[Experiment], Lab]]:
    labs: list[Lab] = []

    def opened(experiment: Experiment) -> Lab:
        labs.append(Lab(experiment))
        qtbot.waitUntil(lambda: labs[-1].runs.frame is not None)
        return labs[-1]

    yield opened
    for lab in labs:
        lab.playhead.pause()
        lab.runs.close()


@pytest.fixture
def lab(open_lab: Callable[[Experiment], Lab]) -> Lab:
    return open_lab(load_example("lecture"))


@pytest.fixture
def settle(qtbot) -> Callable[[Lab, int], None]:
    """Wait until the playhead's position in this step is on screen."""

    def wait(lab: Lab, step: int) -> None:
        def there() -> bool:
            position, frame = lab.playhead.position, lab.runs.frame
            if position is None or lab.playhead.here is None or frame is None or frame.here is None:
                return False
            return frame.step == step and frame.here.position == position and lab.playhead.here == frame.here

        qtbot.waitUntil(there)

    return wait


def minibatches() -> Experiment:
    lecture = load_example("lecture")
    return msgspec.structs.replace(lecture, training=msgspec.structs.replace(lecture.training, batch=3))


def test_one_operation_after_the_other(lab: Lab, settle: Wait) -> None:
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.step()
    settle(lab, 0)
    assert (lab.here.address, lab.here.position) == ("sample1/L1.N1.w1*x1", Position(Phase.FORWARD, 0, 1))
    assert set(lab.frame.sample_outputs) == {"x1", "x2", "x3"}
    lab.playhead.step()
    settle(lab, 0)
    assert lab.here.address == "sample1/L1.N1.sum1"
    lab.playhead.step_back()
    settle(lab, 0)
    assert lab.here.address == "sample1/L1.N1.w1*x1"


def test_moves_that_come_before_the_first_answer_are_made_up_for(lab: Lab, settle: Wait) -> None:
    lab.playhead.set_scale(Scale.OPERATION)
    for _ in range(7):
        lab.playhead.step()
    lab.playhead.step_back()
    settle(lab, 0)
    assert lab.playhead.position == Position(Phase.FORWARD, 0, 6)


def test_sample_after_sample_the_selection_goes_along(lab: Lab, settle: Wait) -> None:
    lab.playhead.set_scale(Scale.SAMPLE)
    seen = []
    for _ in range(11):
        lab.playhead.step()
        settle(lab, 0)
        seen.append((lab.here.position.phase.value, lab.selection.sample))
    assert seen == [
        *[("forward", sample) for sample in range(4)], ("zero gradients", 3), ("backward", 3),
        *[("backward", sample) for sample in (3, 2, 1, 0)], ("update", 0),
    ]  # fmt: skip


def test_the_end_of_a_step_is_where_the_next_one_begins(lab: Lab, settle: Wait) -> None:
    after = Trainer(load_example("lecture"))
    after.advance(1)
    lab.playhead.set_scale(Scale.SAMPLE)
    for _ in range(11):
        lab.playhead.step()
        settle(lab, 0)
    assert np.array_equal(lab.frame.theta, after.theta)
    lab.playhead.step()
    settle(lab, 1)
    assert lab.playhead.position == Position(Phase.FORWARD, 0, 76)
    assert np.array_equal(lab.frame.theta, after.theta)
    assert lab.frame.gradient.any()  # those of the step before, not zero yet
    lab.playhead.step_back()
    settle(lab, 1)
    assert lab.playhead.position == Position(Phase.FORWARD, 0, 0)
    lab.playhead.step_back()
    settle(lab, 0)
    assert lab.playhead.position == Position(Phase.BACKWARD, 0, 76)  # where the update has moved nothing yet
    assert lab.here.address.startswith("sample1/") and "handed" in lab.here.sentence
    assert lab.here.coming == "L1.N1.w1 moves by what its gradient says."


def test_back_from_between_two_steps_takes_back_the_last_weight(lab: Lab, settle: Wait, qtbot) -> None:
    lab.runs.move(2)
    qtbot.waitUntil(lambda: lab.frame.step == 2)
    theta = lab.frame.theta
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.step_back()
    settle(lab, 1)
    assert lab.playhead.position == Position(Phase.UPDATE, 0, 40)
    assert np.flatnonzero(lab.frame.theta != theta).tolist() == [40]
    lab.playhead.step()
    settle(lab, 1)
    assert np.array_equal(lab.frame.theta, theta)
    assert lab.here.coming == "The next step begins."


def test_there_is_nothing_before_the_first_step(lab: Lab, settle: Wait) -> None:
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.step_back()
    assert lab.playhead.position is None
    assert not lab.playhead.can_go_back
    lab.playhead.step()
    settle(lab, 0)
    assert lab.playhead.can_go_back
    lab.playhead.step_back()
    settle(lab, 0)
    assert not lab.playhead.can_go_back
    lab.playhead.step_back()
    assert lab.playhead.position == Position(Phase.FORWARD, 0, 0)


def test_a_step_from_inside_leads_to_its_end_or_its_beginning(lab: Lab, settle: Wait, qtbot) -> None:
    for back in (False, True):
        step = lab.frame.step
        lab.playhead.set_scale(Scale.OPERATION)
        lab.playhead.step()
        settle(lab, step)
        lab.playhead.set_scale(Scale.STEP)
        assert lab.playhead.is_inside
        if back:
            lab.playhead.step_back()
        else:
            lab.playhead.step()
        assert not lab.playhead.is_inside
        qtbot.waitUntil(lambda: lab.frame.here is None and lab.frame.step == 1)


def test_the_sample_from_before_comes_back_when_the_step_is_left(lab: Lab, settle: Wait) -> None:
    lab.selection.select_sample(2)
    lab.selection.select("sample3/L1.N2.out")
    lab.playhead.set_scale(Scale.SAMPLE)
    lab.playhead.step()
    settle(lab, 0)
    lab.playhead.step()
    settle(lab, 0)
    assert (lab.selection.sample, lab.selection.address) == (1, "sample2/L1.N2.out")
    lab.playhead.leave()
    assert (lab.selection.sample, lab.selection.address) == (2, "sample3/L1.N2.out")


def test_a_sample_that_was_chosen_inside_of_the_step_stays(lab: Lab, settle: Wait) -> None:
    lab.selection.select_sample(2)
    lab.playhead.set_scale(Scale.SAMPLE)
    lab.playhead.step()
    settle(lab, 0)
    lab.selection.select_sample(3)
    lab.playhead.leave()
    assert lab.selection.sample == 3


def test_another_document_does_not_get_the_sample_from_before(lab: Lab, settle: Wait) -> None:
    lab.selection.select_sample(3)
    lab.playhead.set_scale(Scale.SAMPLE)
    lab.playhead.step()
    settle(lab, 0)
    assert lab.selection.sample == 0
    lab.documents.open_example("xor")
    assert (lab.playhead.is_inside, lab.selection.sample) == (False, 0)


def test_the_inspected_node_is_told_as_at_the_position(lab: Lab, settle: Wait, qtbot) -> None:
    lab.runs.move(1)
    lab.selection.select("L3.N1.w1")
    qtbot.waitUntil(lambda: lab.frame.step == 1 and lab.frame.explanation is not None)
    whole = lab.frame.explanation
    assert whole is not None and whole.check is not None and whole.update is not None
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.step()
    settle(lab, 1)
    here = lab.frame.explanation
    assert here is not None and (here.check, here.update, here.inside) == (None, None, True)
    index = 36  # of L3.N1.w1 in theta
    assert here.gradient == lab.frame.gradient[index] != whole.gradient
    lab.playhead.go_to_phase(Phase.UPDATE)
    settle(lab, 1)
    done = lab.frame.explanation
    assert done is not None and done.gradient == pytest.approx(whole.gradient) and done.check == whole.check


def test_epochs(open_lab: Callable[[Experiment], Lab], settle: Wait, qtbot) -> None:
    lab = open_lab(minibatches())
    lab.playhead.set_scale(Scale.EPOCH)
    lab.runs.move(3)
    qtbot.waitUntil(lambda: lab.frame.step == 3)
    lab.playhead.step()
    qtbot.waitUntil(lambda: lab.frame.step == 4)
    lab.playhead.step()
    qtbot.waitUntil(lambda: lab.frame.step == 6)
    lab.playhead.step_back()
    qtbot.waitUntil(lambda: lab.frame.step == 4)
    lab.runs.move(1)
    qtbot.waitUntil(lambda: lab.frame.step == 5)
    lab.playhead.step_back()
    qtbot.waitUntil(lambda: lab.frame.step == 4)


def test_a_short_batch_follows_a_whole_one(open_lab: Callable[[Experiment], Lab], settle: Wait) -> None:
    lab = open_lab(minibatches())
    lab.playhead.set_scale(Scale.SAMPLE)
    lab.playhead.step()
    settle(lab, 0)
    assert (lab.here.samples, len(lab.here.rows)) == (3, 3)
    lab.playhead.go_to_phase(Phase.UPDATE)
    lab.playhead.step()
    settle(lab, 0)
    lab.playhead.step()
    settle(lab, 1)
    assert lab.here.samples == 1
    assert lab.selection.sample == lab.here.rows[0]
    lab.playhead.step_back()
    lab.playhead.step_back()
    settle(lab, 0)
    assert lab.here.samples == 3


def test_phases(lab: Lab, settle: Wait) -> None:
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.step()
    settle(lab, 0)
    for phase in (Phase.UPDATE, Phase.BACKWARD, Phase.ZERO, Phase.FORWARD):
        lab.playhead.go_to_phase(phase)
        settle(lab, 0)
        assert (lab.here.position.phase, lab.here.position.done) == (phase, 0)


@pytest.mark.parametrize("change", ["rate", "play", "reset", "another document", "step"])
def test_what_leads_out_of_a_step(lab: Lab, settle: Wait, qtbot, change: str) -> None:
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.step()
    settle(lab, 0)
    told = []
    lab.playhead.here_changed.connect(told.append)
    if change == "rate":
        lab.documents.set_training("learning rate", learning_rate=0.2)
    elif change == "play":
        lab.runs.play()
    elif change == "reset":
        lab.playhead.reset()
    elif change == "step":
        lab.runs.move(1)
    else:
        lab.documents.open_example("xor")
    qtbot.waitUntil(lambda: not lab.playhead.is_inside)
    assert told[-1] is None
    lab.runs.pause()
    qtbot.waitUntil(lambda: lab.runs.frame is not None and lab.frame.here is None)


def test_playing_by_operations(lab: Lab, settle: Wait, qtbot) -> None:
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.set_speed(60.0)
    playing = []
    lab.playhead.playing_changed.connect(playing.append)
    lab.playhead.toggle()
    assert (lab.playhead.playing, lab.runs.playing, playing) == (True, False, [True])
    qtbot.waitUntil(lambda: lab.playhead.here is not None and lab.here.position.done >= 5)
    lab.playhead.toggle()
    assert (lab.playhead.playing, playing) == (False, [True, False])
    settle(lab, 0)


def test_playing_as_fast_as_possible_goes_through_steps(lab: Lab, qtbot) -> None:
    lab.playhead.set_scale(Scale.OPERATION)
    lab.playhead.set_speed(float("inf"))
    lab.playhead.play()
    qtbot.waitUntil(lambda: lab.frame.step >= 2)
    assert lab.playhead.playing
    lab.playhead.pause()
    assert not lab.playhead.playing


def test_what_plays_goes_on_in_another_scale(lab: Lab, qtbot) -> None:
    lab.playhead.set_scale(Scale.SAMPLE)
    lab.playhead.play()
    qtbot.waitUntil(lambda: lab.playhead.here is not None)
    lab.playhead.set_scale(Scale.STEP)
    qtbot.waitUntil(lambda: lab.runs.playing and not lab.playhead.is_inside)
    lab.playhead.set_scale(Scale.SAMPLE)
    qtbot.waitUntil(lambda: not lab.runs.playing and lab.playhead.here is not None)
    assert lab.playhead.playing


def test_graphs_are_masked(lab: Lab, settle: Wait, qtbot) -> None:
    lab.selection.show_level(Level.WHOLE)
    lab.playhead.set_scale(Scale.SAMPLE)
    lab.playhead.step()
    settle(lab, 0)
    qtbot.waitUntil(lambda: lab.frame.graph is not None)
    graph = lab.frame.graph
    assert graph is not None
    data = {node.address: value for node, value in zip(graph.snapshot.nodes, graph.data.tolist(), strict=True)}
    assert np.isfinite(data["sample1/loss"]) and np.isfinite(data["sample2/x1"]) and np.isfinite(data["L1.N1.w1"])
    assert np.isnan(data["sample2/loss"]) and np.isnan(data["loss"])


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_a_speed_is_above_zero(lab: Lab, speed: float) -> None:
    for scale in (Scale.OPERATION, Scale.STEP):
        lab.playhead.set_scale(scale)
        with pytest.raises(ValueError, match="above 0"):
            lab.playhead.set_speed(speed)
