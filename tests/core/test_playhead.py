"""The playhead in a step of a network, against a graph of Values that is walked by hand up to there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np
import pytest

from core.engine import Value
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, OptimizerSpec, TrainingSpec
from core.expression.sheet import Phase
from core.graph import GraphNode, GraphSnapshot, topological_order
from core.playhead import BEGINNING, PHASES, Here, Position, StepShape, Stride
from core.playhead_steps import StepPlays
from core.playhead_story import four_decimals
from core.playhead_values import StepPlay
from core.record import Recording, build_network, record_whole
from core.trainer import Trainer

SEED = Position(Phase.BACKWARD, 3, 1)  # of a batch of three
STRIDES: tuple[Stride, ...] = ("operation", "sample", "phase")
SHAPES = (
    StepShape(4, 5, 0, 7, 7),
    StepShape(1, 5, 2, 3, 3),
    StepShape(3, 2, 4, 0, 3),
    StepShape(2, 3, 1, 4, 0),
    StepShape(1, 1, 0, 1, 1),
)


# -- where one can stand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_every_operation_of_a_step_is_one_position(shape: StepShape) -> None:
    places = [shape.at(ordinal) for ordinal in range(shape.total + 1)]
    assert len(set(places)) == shape.total + 1
    assert [shape.ordinal(place) for place in places] == list(range(shape.total + 1))
    assert [shape.clamped(place) for place in places] == places
    assert all(1 <= place.done <= shape.count(place) for place in places[1:])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("stride", STRIDES)
def test_back_leads_through_the_same_places_as_forward(shape: StepShape, stride: Stride) -> None:
    there, place = [BEGINNING], shape.later(BEGINNING, stride)
    while place is not None:
        there.append(place)
        place = shape.later(place, stride)
    back, place = [there[-1]], shape.earlier(there[-1], stride)
    while place is not None:
        back.append(place)
        place = shape.earlier(place, stride)
    assert shape.ordinal(there[-1]) == shape.total
    assert back[::-1] == there


def test_parts_are_gone_through_as_backward_does() -> None:
    shape = StepShape(3, 2, 1, 4, 4)
    place: Position | None = BEGINNING
    parts = []
    while (place := shape.later(place, "sample")) is not None:
        parts.append((place.phase.value, place.sample, place.done))
    assert parts == [
        ("forward", 0, 2), ("forward", 1, 3), ("forward", 2, 3), ("forward", 3, 1), ("zero gradients", 0, 4),
        ("backward", 3, 2), ("backward", 2, 3), ("backward", 1, 3), ("backward", 0, 2), ("update", 0, 4),
    ]  # fmt: skip


def test_from_inside_a_part_a_stride_leads_to_its_ends() -> None:
    shape = StepShape(3, 4, 0, 5, 5)
    inside = Position(Phase.FORWARD, 1, 2)
    assert shape.later(inside, "sample") == Position(Phase.FORWARD, 1, 5)
    assert shape.earlier(inside, "sample") == Position(Phase.FORWARD, 0, 4)
    assert shape.later(inside, "phase") == Position(Phase.FORWARD, 2, 5)
    assert shape.earlier(inside, "phase") == BEGINNING


def test_a_phase_begins_where_the_one_before_ends() -> None:
    shape = StepShape(3, 4, 2, 5, 5)
    ends = [shape.later(BEGINNING, "phase")]
    for phase in (Phase.ZERO, Phase.BACKWARD, Phase.UPDATE):
        begun = shape.beginning_of(phase)
        assert (begun.phase, begun.done) == (phase, 0)
        assert shape.ordinal(begun) == shape.ordinal(ends[-1])
        ends.append(shape.later(begun, "phase"))
    assert StepShape(3, 4, 2, 0, 5).beginning_of(Phase.ZERO).phase is Phase.FORWARD


def test_what_a_step_does_not_have_is_moved_into_it() -> None:
    shape = StepShape(2, 3, 0, 4, 4)
    assert shape.clamped(Position(Phase.FORWARD, 9, 9)) == Position(Phase.FORWARD, 1, 4)
    assert shape.clamped(Position(Phase.UPDATE, 3, 99)) == Position(Phase.UPDATE, 0, 4)
    assert shape.ordinal(Position(Phase.UPDATE, 3, 99)) == shape.total


def test_nothing_done_of_a_part_is_the_end_of_the_part_before_it() -> None:
    """But at the beginning of a phase: there the phase itself is what is told of."""
    shape = StepShape(3, 4, 2, 5, 5)
    assert shape.clamped(Position(Phase.FORWARD, 1, 0)) == Position(Phase.FORWARD, 0, 4)
    assert shape.clamped(Position(Phase.BACKWARD, 2, 0)) == Position(Phase.BACKWARD, 3, 3)
    assert shape.clamped(Position(Phase.BACKWARD, 0, 0)) == Position(Phase.BACKWARD, 1, 5)
    for phase in PHASES:
        assert (shape.clamped(shape.beginning_of(phase)).phase, shape.beginning_of(phase).done) == (phase, 0)


# -- numbers ----------------------------------------------------------------------------------------------------------


class ByHand:
    """A batch's loss as Values, walked operation by operation."""

    def __init__(self, trainer: Trainer, rows: list[int], stale: np.ndarray, after: np.ndarray) -> None:
        dataset, experiment = trainer.dataset, trainer.experiment
        network = build_network(experiment)
        for parameter, number in zip(network.parameters(), trainer.theta.tolist(), strict=True):
            parameter.data = number
        batch = dataset.inputs[rows].tolist(), dataset.targets[rows].tolist()
        recording: Recording = record_whole(experiment, network, *batch)
        order = topological_order(recording.root)
        self.names = {id(node): self._of_data(recording.names[id(node)], rows) for node in order}
        self.order, self.parameters, self.after = order, recording.parameters, after.tolist()
        operations = [node for node in order if node._prev]
        parts = [[n for n in operations if self.names[id(n)].startswith(f"sample{row + 1}/")] for row in rows]
        sums = [n for n in operations if self._adds_a_loss(n)] if len(rows) > 1 else []
        for part, total in zip(parts[1:], sums, strict=True):
            part.append(total)
        inner = {id(node) for part in parts for node in part}
        self.parts = [*parts, [node for node in operations if id(node) not in inner]]
        self.data = {id(node): math.nan if node._prev else node.data for node in order}
        self.right = {id(node): node.data for node in operations}
        for parameter, number in zip(self.parameters, stale.tolist(), strict=True):
            parameter.grad = number

    @staticmethod
    def _of_data(name: str, rows: list[int]) -> str:
        """The addresses of the batch's samples as those of the data."""
        head, slash, tail = name.partition("/")
        return f"sample{rows[int(head[6:]) - 1] + 1}/{tail}" if slash else name

    def _adds_a_loss(self, node: Value) -> bool:
        return (
            any(self.names[id(operand)].endswith("/loss") for operand in node._prev) and "/" not in self.names[id(node)]
        )

    def steps(self, zeroed: bool = True) -> Iterator[str]:
        """Do one operation after the other; yields the address that was at work."""
        for node in (node for part in self.parts for node in part):
            self.data[id(node)] = self.right[id(node)]
            yield self.names[id(node)]
        for parameter in self.parameters if zeroed else ():
            parameter.grad = 0.0
            yield self.names[id(parameter)]
        self.order[-1].grad = 1.0
        yield self.names[id(self.order[-1])]
        for node in (node for part in reversed(self.parts) for node in reversed(part)):
            node._backward()
            yield self.names[id(node)]
        for parameter, number in zip(self.parameters, self.after, strict=True):
            self.data[id(parameter)] = number
            yield self.names[id(parameter)]

    @property
    def numbers(self) -> dict[str, tuple[float, float]]:
        return {self.names[id(node)]: (self.data[id(node)], node.grad) for node in self.order}


def small(**training: object) -> Experiment:
    """A minibatch of three of eight moons, two layers."""
    settings = {"loss": "mean-squared", "learning_rate": 0.1, "batch": 3, **training}
    return Experiment(
        "small",
        DataSpec("moons", points=8),
        NetworkSpec((LayerSpec(3, "tanh"), LayerSpec(2, "relu")), "linear"),
        TrainingSpec(**settings),
    )


EXPERIMENTS = {
    "lecture": load_example("lecture"),
    "minibatch": small(),
    "penalties": small(l2=0.01, l1=0.003),
    "whole batch": small(batch=0, loss="huber"),
    "one sample a step": small(batch=1, l2=0.02),
    "Adam": small(optimizer=OptimizerSpec("adam")),
    "classes": Experiment(
        "classes",
        DataSpec("blobs", points=6, classes=3),
        NetworkSpec((LayerSpec(2, "sigmoid"),), features=("x1", "x1*x2", "x2^2")),
        TrainingSpec(learning_rate=0.1, batch=2),
    ),
    "no bias, clipped": Experiment(
        "no bias",
        DataSpec("sine", points=5),
        NetworkSpec((LayerSpec(2, "leaky_relu"),), "linear", bias=False),
        TrainingSpec(learning_rate=0.1, loss="absolute", clip=0.05),
    ),
    "never zeroed": small(bugs=("no-zero",)),
}


def graph_of(addresses: list[str]) -> GraphSnapshot:
    return GraphSnapshot("all", tuple(GraphNode(address, address, "", ()) for address in addresses))


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("steps", [0, 2])
def test_every_number_at_every_position_is_that_of_values_walked_by_hand(name: str, steps: int) -> None:
    trainer = Trainer(EXPERIMENTS[name])
    trainer.advance(steps)
    plays = StepPlays()
    play = plays.of(trainer)
    next_one = Trainer(EXPERIMENTS[name])
    next_one.advance(steps + 1)
    full = play.numbers.rows is None
    by_hand = _by_hand(trainer, play, next_one.theta)
    graph = graph_of([address for address in by_hand.numbers if full or "sum of losses 1–" not in address])
    place = BEGINNING
    for address in by_hand.steps(zeroed=name != "never zeroed"):
        following = play.shape.later(place)
        assert following is not None
        place = following
        data, grad = play.of_graph(place, graph)
        numbers = by_hand.numbers
        expected = np.array([numbers[here.address] for here in graph.nodes]).T
        found = np.array([data, grad])
        wrong = ~np.isclose(found, expected, rtol=1e-10, atol=1e-13, equal_nan=True)
        assert not wrong.any(), (place, [graph.nodes[node].address for node in np.flatnonzero(wrong.any(axis=0))])
        if full or "sum of losses 1–" not in address:
            assert plays.story is not None and plays.story.here(place).address == address
    assert play.shape.later(place) is None
    assert play.theta(place).tolist() == next_one.theta.tolist()


def _by_hand(trainer: Trainer, play: StepPlay, after: np.ndarray) -> ByHand:
    return ByHand(trainer, list(play.rows), play.numbers.stale, after)


def plays_of(experiment: Experiment, steps: int) -> tuple[Trainer, StepPlays]:
    trainer, plays = Trainer(experiment), StepPlays()
    trainer.advance(steps)
    plays.of(trainer)
    return trainer, plays


def all_here(plays: StepPlays) -> list[Here]:
    assert plays.story is not None
    shape = plays.story.here(BEGINNING).shape
    return [plays.story.here(shape.at(ordinal)) for ordinal in range(shape.total + 1)]


def test_the_gradients_at_the_end_are_those_of_the_ordinary_step() -> None:
    for name in ("lecture", "minibatch", "penalties"):
        trainer, plays = plays_of(EXPERIMENTS[name], 1)
        play = plays.of(trainer)
        for place in (play.shape.beginning_of(Phase.UPDATE), play.shape.at(play.shape.total)):
            assert play.gradient(place).tolist() == trainer.evaluate(trainer.rows).gradient.tolist()


@pytest.mark.parametrize("name", ["minibatch", "penalties", "Adam"])
def test_the_gradients_left_behind_are_those_that_the_step_before_went_by(name: str) -> None:
    entered, _ = plays_of(EXPERIMENTS[name], 3)
    going, plays = plays_of(EXPERIMENTS[name], 2)
    before = plays.of(going).numbers.gradient
    going.advance(1)
    for play in (StepPlays().of(entered), plays.of(going)):
        assert play.gradient(BEGINNING).tolist() == before.tolist()


def test_before_the_first_step_all_gradients_are_zero() -> None:
    trainer, plays = plays_of(small(), 0)
    assert not plays.of(trainer).gradient(BEGINNING).any()


def test_a_sample_that_is_not_in_the_batch_has_no_numbers() -> None:
    trainer, plays = plays_of(small(), 0)
    play = plays.of(trainer)
    outside = next(row for row in range(8) if row not in play.rows)
    data, grad = play.sample_numbers(play.shape.beginning_of(Phase.UPDATE), outside)
    program = play.program.program
    assert np.isnan(data[play.program.of_sample]).all()
    assert np.isfinite(data[program.inputs]).all()
    assert not grad[play.program.of_sample].any()


def test_of_one_sample_alone_its_loss_is_the_loss() -> None:
    trainer, plays = plays_of(small(batch=1, loss="sum-squared"), 1)
    play = plays.of(trainer)
    assert (play.shape.samples, play.shape.above) == (1, 0)
    at_end = play.shape.beginning_of(Phase.UPDATE)
    _, grad = play.sample_numbers(at_end, play.rows[0])
    assert grad[play.program.loss] == 1.0
    assert play.gradient(at_end).tolist() == trainer.evaluate(trainer.rows).gradient.tolist()


def test_a_step_that_diverges_has_no_update() -> None:
    trainer, plays = plays_of(small(), 0)
    trainer.theta = np.full_like(trainer.theta, 1e200)
    shape = plays.of(trainer).shape
    assert shape.updated == 0
    assert shape.at(shape.total).phase is Phase.BACKWARD


def test_frozen_weights_stay() -> None:
    experiment = small(frozen=("L1", "L2.N1.w2"))
    trainer, plays = plays_of(experiment, 0)
    play = plays.of(trainer)
    assert play.theta(play.shape.at(play.shape.total))[:9].tolist() == trainer.theta[:9].tolist()
    told = [here.sentence for here in all_here(plays) if here.position.phase is Phase.UPDATE]
    assert told[0].startswith("L1.N1.w1 is frozen: it stays ")
    assert sum("is frozen" in sentence for sentence in told) == 10


# -- sentences --------------------------------------------------------------------------------------------------------


def test_what_the_lectures_first_step_says() -> None:
    _, plays = plays_of(EXPERIMENTS["lecture"], 0)
    told = {(h.position.phase.value, h.position.sample, h.position.done): h for h in all_here(plays)}
    here = told["forward", 0, 0]
    assert here.sentence == "Step 1 begins, with all 4 samples: nothing is computed yet."
    assert (here.address, here.reads, here.row, here.loss) == ("", (), 0, None)
    assert here.coming == "L1.N1.w1*x1 = L1.N1.w1 · x1 is computed."
    assert told["forward", 0, 76].coming.startswith("Sample 2: L1.N1.w1*x1 = ")
    here = told["forward", 1, 76]
    assert (here.address, here.reads) == ("sample2/loss", ("sample2/error",))
    assert here.sentence.startswith("sample2/loss = error²: ")
    here = told["forward", 1, 77]
    assert (here.address, here.reads) == ("sum of losses 1–2", ("sample1/loss", "sample2/loss"))
    assert "Sample 2 is done: its loss is " in here.sentence
    here = told["zero gradients", 0, 41]
    assert here.sentence == "The gradient of L3.N1.b was 0.0000 already. All gradients are 0 now."
    assert told["backward", 4, 1].sentence == "loss starts the backward pass: its own gradient is 1."
    here = told["backward", 3, 1]
    assert here.sentence == "loss handed its gradient 1.0000 to sample4/loss and to the losses before, unchanged."
    assert here.reads == ("sum of losses 1–3", "sample4/loss")
    here = told["backward", 3, 2]
    assert here.sentence.startswith("sample4/loss handed ") and "times the upstream 1.0000" in here.sentence
    here = told["update", 0, 41]
    assert here.sentence.startswith("L3.N1.b moves against its gradient: ") and here.sentence.endswith(
        "That was the step."
    )
    assert here.coming == "The next step begins."


def test_a_minibatch_says_which_rows_it_is_about() -> None:
    trainer, plays = plays_of(small(), 1)
    rows = plays.of(trainer).rows
    told = all_here(plays)
    assert told[0].sentence.startswith("Step 2 begins, with its batch of 3 samples: ")
    assert "those of the step before" in told[0].sentence
    forward = [here for here in told if here.position.phase is Phase.FORWARD and here.position.done == 1]
    assert [here.address.partition("/")[0] for here in forward[:3]] == [f"sample{row + 1}" for row in rows]
    assert [here.row for here in forward[:3]] == list(rows)
    assert {here.rows for here in told} == {rows}
    assert any("sum of losses 1–2 of the batch" in here.sentence for here in told)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_position_is_told_in_a_sentence_or_a_few(name: str) -> None:
    _, plays = plays_of(EXPERIMENTS[name], 1)
    for here in all_here(plays):
        for text in (here.sentence, here.coming):
            assert text.endswith(".") and "sample/" not in text and "nan" not in text, (here.position, text)
            assert len(text) < 330, text


def test_where_a_gradient_grows_the_sum_is_told() -> None:
    _, plays = plays_of(EXPERIMENTS["lecture"], 0)
    grown = [
        here
        for here in all_here(plays)
        if here.address == "sample3/L1.N1.w1*x1" and here.position.phase is Phase.BACKWARD
    ]
    assert len(grown) == 1
    parts = r"L1\.N1\.w1\*x1 handed −0\.\d{4} to L1\.N1\.w1 \(0\.\d{4} \+ \(−0\.\d{4}\) → 0\.\d{4}\): x1 = 0\.5000, "
    assert re.match(parts, grown[0].sentence), grown[0].sentence
    assert "to x1" not in grown[0].sentence and "x1 gets" not in grown[0].sentence


def test_of_two_that_get_a_gradient_the_numbers_come_first_and_it_stays_short() -> None:
    _, plays = plays_of(EXPERIMENTS["lecture"], 0)
    address = "sample3/L2.N1.w3*h3"
    back = [h for h in all_here(plays) if h.address == address and h.position.phase is Phase.BACKWARD]
    amounts, _, why = back[0].sentence.partition(": ")
    assert amounts.startswith("L2.N1.w3*h3 handed 0.0202 to L2.N1.w3 (0.0063 → 0.0265) and 0.0198 to L1.N3.out (")
    assert why == "L1.N3.out = 0.4065 and L2.N1.w3 = 0.3984, each times the upstream 0.0498."
    assert len(back[0].sentence) < 180


def test_where_a_phase_begins_nothing_of_the_phase_before_is_told() -> None:
    _, plays = plays_of(EXPERIMENTS["minibatch"], 1)
    assert plays.story is not None
    shape, began = plays.story.here(BEGINNING).shape, []
    for phase in PHASES:
        here = plays.story.here(shape.beginning_of(phase))
        assert (here.position.phase, here.position.done, here.address, here.reads) == (phase, 0, "", ())
        began.append(here.sentence.partition(" ")[0])
    assert began == ["Step", "Forward", "Backward", "Backward"]
    assert "those of the step before are still there" in plays.story.here(shape.beginning_of(Phase.ZERO)).sentence


def test_numbers_have_four_decimals_as_in_the_records() -> None:
    assert four_decimals("a: −0.227 × 2.0 = −0.454.") == "a: −0.2270 × 2.0000 = −0.4540."
    assert four_decimals("7.02e−06, 0.12345, L1.N1.w1, x1^0.5") == "7.02e−06, 0.12345, L1.N1.w1, x1^0.5"
    assert four_decimals("1.0 − 0.05 · 0.3 = 0.985.") == "1.0000 − 0.05 · 0.3000 = 0.9850."
    _, plays = plays_of(EXPERIMENTS["lecture"], 1)
    for here in all_here(plays):
        numbers = re.findall(r"(?<![\w.])\d+\.\d+(?! ·)(?![e\d])", here.sentence)
        assert all(len(number.partition(".")[2]) >= 4 for number in numbers), here.sentence
    zeroed = [h.sentence for h in all_here(plays) if h.position.phase is Phase.ZERO and h.position.done]
    assert re.fullmatch(r"The gradient of L1\.N1\.w1 was −?\d\.\d{4}; now it is 0\.0000\.", zeroed[0])


@pytest.mark.parametrize(
    ("optimizer", "says"),
    [
        ("sgd", r" moves against its gradient: N − 0\.0001 · F = N\."),
        ("momentum", r": N → N\. The gradient N turns the velocity v from N into N: the step is − 0\.0001 · F\."),
        ("nesterov", r": N → N\. The gradient N turns .* and looks ahead from there: the step is − 0\.0001 · F\."),
        (
            "rmsprop",
            r": N → N\. With the gradient N and v = N, g/\(√v\+ε\) = N, so it moves by N times the rate",
        ),
        (
            "adam",
            r": N → N\. m̂ = N, v̂ = N: m̂/\(√v̂\+ε\) = N, so it moves by .* rate 0\.0001\.",
        ),
        ("adamw", r": N → N\. m̂ = N, .* rate 0\.0001\. Weight decay leaves 0\.9+ of it\."),
    ],
)
def test_every_optimiser_says_what_it_made_of_the_gradient(optimizer: str, says: str) -> None:
    spec = OptimizerSpec(optimizer, weight_decay=0.1 if optimizer == "adamw" else 0.0)  # type: ignore[arg-type]
    _, plays = plays_of(small(optimizer=spec, learning_rate=0.0001), 1)
    told = [here for here in all_here(plays) if here.position.phase is Phase.UPDATE]
    moved = next(here.sentence for here in told if "stays" not in here.sentence)
    n = r"−?\d+\.\d+(e−\d+)?"
    assert re.match(r"L\d\.N\d\.(w\d|b)" + says.replace("N", n).replace("F", rf"\(?{n}\)?"), moved), moved
    assert len(moved) < 190


def test_adams_first_step_is_nearly_the_whole_rate() -> None:
    _, plays = plays_of(EXPERIMENTS["Adam"], 0)
    told = [h.sentence for h in all_here(plays) if h.position.phase is Phase.UPDATE and "stays" not in h.sentence]
    assert all("1.0000, so it moves by nearly the whole rate 0.1000." in sentence for sentence in told)


def test_a_clipped_gradient_is_told_as_such() -> None:
    _, plays = plays_of(EXPERIMENTS["no bias, clipped"], 0)
    assert any("against its clipped gradient: " in here.sentence for here in all_here(plays))


def test_bugs_in_the_gradients_are_told_and_the_update_goes_by_them() -> None:
    trainer, plays = plays_of(small(bugs=("overwrite",)), 1)
    play = plays.of(trainer)
    told = all_here(plays)
    assert all("as they should be" in here.sentence for here in told if here.position in (BEGINNING, SEED))
    after = Trainer(small(bugs=("overwrite",)))
    after.advance(2)
    assert play.theta(told[-1].position).tolist() == after.theta.tolist()
    assert (
        play.gradient(play.shape.beginning_of(Phase.UPDATE)).tolist()
        == trainer.evaluate(trainer.rows).gradient.tolist()
    )


def test_going_uphill_is_said() -> None:
    _, plays = plays_of(small(bugs=("wrong-sign",)), 0)
    moves = [here.sentence for here in all_here(plays) if here.position.phase is Phase.UPDATE]
    assert any("moves along its gradient: " in sentence for sentence in moves)
    assert not any("moves against" in sentence for sentence in moves)
