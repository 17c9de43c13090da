"""Tasks: what is right, what is said about what is wrong."""

from __future__ import annotations

import pytest

from core.bugs import Bug
from core.examples import load_example
from core.expression.run import run_text
from core.expression.sheet import state_at
from core.lessons.checks import Answer, Event, Outcome, Verdict, bugs_to_choose, judge, right_nodes
from core.lessons.fields import changed
from core.lessons.parts import BugTask, PickTask, Step
from core.lessons.prose import plain
from core.lessons.reading import lesson_of
from core.lessons.state import State, state_of_sheet, state_of_trainer
from core.trainer import Trainer

HAND = """
a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
e = a * b
d = e + c
f = Value(-2.0, label='f')
L = d * f
L.backward()
"""
TWICE = "a = Value(-2.0, label='a')\nb = Value(3.0, label='b')\nd = a * b\ne = a + b\nf = d * e\nf.backward()\n"


def step(task: str) -> Step:
    return lesson_of(f'+++\nid = "x"\ntitle = "X"\n+++\n## A\nwords\n```step\n[task]\nask = "?"\n{task}\n```\n').steps[
        0
    ]


def sheet(text: str = HAND, bugs: frozenset[Bug] = frozenset()) -> State:
    found = run_text(text, bugs)
    return state_of_sheet(found, state_at(found, len(found.steps)), bugs)


def network(steps: int = 0, **changes: object) -> State:
    trainer = Trainer(changed(load_example("lecture"), changes))  # type: ignore[arg-type]
    trainer.advance(steps)
    return state_of_trainer(trainer)


def outcome(task: str, answer: Answer, state: State, since: int = 0) -> tuple[str, str]:
    verdict: Verdict = judge(step(task), answer, state, since)
    return verdict.outcome.value, plain(verdict.say)


GRAD_A = 'kind = "number"\nfigure = "grad a"\n'


@pytest.mark.parametrize("text", ["6", " 6.0 ", "6,0", "+6", "12/2", "6e0", "dL/da = 6", "6.001", "5.9999"])
def test_a_right_number_however_it_is_written(text: str) -> None:
    assert outcome(GRAD_A, text, sheet())[0] == "right"


@pytest.mark.parametrize("text", ["six", "1/0", "a", "6 6 6 b"])
def test_what_is_no_number_is_no_attempt(text: str) -> None:
    verdict, said = outcome(GRAD_A, text, sheet())
    assert verdict == "unread"
    assert said
    assert outcome(GRAD_A, "  ", sheet()) == ("open", "")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("-6", "The size is right, the sign is not."),
        ("-3", "That is the local derivative. Multiply it by the upstream gradient."),
        ("-2", "That is the upstream gradient, unchanged."),
        ("-5", "multiplied, not added"),
        ("2", "That is its data."),
        ("0", "would mean that nudging this number changes nothing"),
        ("17", "Take the gradient of what uses it"),
    ],
)
def test_wrong_gradients_explain_themselves(answer: str, says: str) -> None:
    verdict, said = outcome(GRAD_A, answer, sheet())
    assert verdict == "wrong"
    assert says in said


def test_hints_of_the_lesson_come_first() -> None:
    hints = "".join(
        f'[[task.hints]]\nwhen = {when}\nsay = "{say}"\n'
        for when, say in (
            ('"sign"', "SIGN"), ('"local"', "LOCAL"), ('"upstream"', "UPSTREAM"), ('"sum"', "SUM"), ('"data"', "DATA"),
            ('"grad b"', "B"), ("12", "TWELVE"), ('"half"', "HALF"), ('"inverse"', "INVERSE"), ('"zero"', "ZERO"),
        )
    )  # fmt: skip
    task = f'{GRAD_A}otherwise = "OTHER"\n{hints}'
    for answer, says in (
        ("-6", "SIGN"), ("-3", "LOCAL"), ("-2", "UPSTREAM"), ("-5", "SUM"), ("2", "DATA"), ("-4", "B"),
        ("12", "TWELVE"), ("3", "HALF"), ("1/6", "INVERSE"), ("0", "ZERO"), ("17", "OTHER"),
    ):  # fmt: skip
        assert outcome(task, answer, sheet()) == ("wrong", says)


def test_overwriting_is_told_from_adding() -> None:
    task = 'kind = "number"\nfigure = "grad b"\n[[task.hints]]\nwhen = "one use"\nsay = "ONE"\n'
    assert outcome(task, "-8", sheet(TWICE)) == ("right", "")
    assert outcome(task, "-6", sheet(TWICE)) == ("wrong", "ONE")
    assert outcome(task, "-2", sheet(TWICE)) == ("wrong", "ONE")


def test_the_truth_follows_the_numbers() -> None:
    state = sheet(HAND.replace("2.0, label='a'", "2.0, label='a'").replace("-3.0", "-5.0"))
    assert outcome(GRAD_A, "10", state)[0] == "right"
    assert outcome(GRAD_A, "6", state)[0] == "wrong"
    assert outcome(GRAD_A, "6", sheet("b = 2.0\nc = b * b\n"))[0] == "unread"  # no such node: not the learner's mistake


def test_tolerances() -> None:
    assert outcome('kind = "number"\nfigure = "data L"\ntolerance = 0.1\n', "-8.7", sheet())[0] == "right"
    assert outcome('kind = "number"\nfigure = "data L"\ntolerance = 0.0\n', "-8.001", sheet())[0] == "wrong"
    assert outcome('kind = "number"\nfigure = "data L"\n', "-8.001", sheet())[0] == "right"


@pytest.mark.parametrize(
    ("task", "right"),
    [
        ('nodes = ["a", "b"]', {"a", "b"}),
        ('property = "largest gradient"\namong = "leaves"', {"a"}),
        ('property = "largest gradient"', {"a"}),
        ('property = "smallest gradient"\namong = "leaves"', {"c"}),
        ('property = "smallest gradient"\namong = "operations"', {"e", "d"}),
        ('property = "largest data"', {"c"}),
        ('property = "zero gradient"', set()),
        ('property = "used more than once"', set()),
    ],
)
def test_right_nodes_of_a_sheet(task: str, right: set[str]) -> None:
    found = step(f'kind = "pick"\n{task}\n[[task.hints]]\nwhen = "d"\nsay = "D"\n')
    assert isinstance(found.task, PickTask)
    assert right_nodes(found.task, sheet()) == right
    for node in sheet().nodes:
        assert judge(found, node.address, sheet()).right is (node.address in right)
    if "d" not in right:
        assert plain(judge(found, "d", sheet()).say) == "D"


def test_right_nodes_of_other_graphs() -> None:
    used = step('kind = "pick"\nproperty = "used more than once"\n').task
    assert isinstance(used, PickTask)
    assert right_nodes(used, sheet(TWICE)) == {"a", "b"}
    zero = step('kind = "pick"\nproperty = "zero gradient"\namong = "parameters"\n').task
    assert isinstance(zero, PickTask)
    neuron = "x1 = 2.0\nx2 = 0.0\nw1 = -3.0\nw2 = 1.0\nn = x1*w1 + x2*w2\nn.backward()\n"
    assert right_nodes(zero, sheet(neuron)) == {"w2"}
    largest = step('kind = "pick"\nproperty = "largest gradient"\namong = "parameters"\n').task
    assert isinstance(largest, PickTask)
    trainer = Trainer(load_example("lecture"))
    gradient = abs(trainer.objective.evaluate(trainer.theta).gradient)
    assert right_nodes(largest, network()) == {trainer.objective.names[int(gradient.argmax())]}


def test_choices() -> None:
    task = 'kind = "choose"\nchoices = [{answer = "a", why = "A"}, {answer = "b", why = "B", right = true}]'
    assert outcome(task, 0, sheet()) == ("wrong", "A")
    assert outcome(task, 1, sheet()) == ("right", "B")
    for nothing in (None, -1, 2, "a"):
        assert outcome(task, nothing, sheet())[0] == "open"


def test_reaching_a_loss_in_time() -> None:
    task = 'kind = "reach"\nfigure = "loss"\nat_most = 0.1\nwithin = 20\nsolution = {}\n'
    assert outcome(task, None, network(3)) == ("open", "Loss is 2.711 now; wanted is at most 0.1.")
    assert outcome(task, None, network(20))[0] == "right"
    verdict, said = outcome(task, None, network(25))
    assert verdict == "wrong"
    assert "25 steps; it can be done in 20" in said
    assert outcome(task, None, network(25), since=5)[0] == "right"


def test_changing_one_thing() -> None:
    rate = 'kind = "reach"\nfigure = "field training.learning_rate"\nat_least = 0.1\nsolution = {}\n'
    assert outcome(rate, None, network()) == ("open", "Learning rate is 0.05 now; wanted is at least 0.1.")
    assert outcome(rate, None, network(**{"training.learning_rate": 0.1}))[0] == "right"
    output = 'kind = "reach"\nfigure = "field network.output"\nequals = "linear"\nsolution = {}\n'
    assert outcome(output, None, network())[0] == "open"
    assert outcome(output, None, network(**{"network.output": "linear"}))[0] == "right"
    between = 'kind = "reach"\nfigure = "data a"\nat_least = 3\nat_most = 4\nsolution = {}\notherwise = "MOVE"\n'
    assert outcome(between, None, sheet()) == ("open", "MOVE")
    assert outcome(between, None, sheet("a = 3.5\nb = a * a\n"))[0] == "right"
    assert outcome(between, None, sheet("a = 4.5\nb = a * a\n"))[0] == "open"
    assert outcome(between, None, network())[0] == "open"


def test_separating() -> None:
    task = 'kind = "separate"\naccuracy = 0.9\nwithin = 30\nsolution = {}\n'
    assert outcome(task, None, network()) == ("open", "50% of the points are right now; 90% are wanted.")
    assert outcome(task, None, network(20))[0] == "right"
    assert outcome(task, None, sheet())[0] == "open"
    held = State("network", (), *(network().data,) * 2, measured={"accuracy": 1.0, "test accuracy": 0.5})
    assert outcome(task, None, held)[0] == "open"  # what counts are the rows kept back


def test_finding_the_bug() -> None:
    state = sheet(TWICE, frozenset({Bug.OVERWRITE}))
    task = 'kind = "bug"\namong = ["overwrite", "twice"]\n[[task.hints]]\nwhen = "twice"\nsay = "TWICE"\n'
    assert outcome(task, "twice", state) == ("wrong", "TWICE")
    verdict, said = outcome(task, "overwrite", state)
    assert verdict == "right"
    assert "overwrites those before it" in said
    assert outcome(task, "", state)[0] == "open"
    every = step('kind = "bug"\n').task
    assert isinstance(every, BugTask)
    assert Bug.NEGATION_LOOP in bugs_to_choose(every, state)
    assert Bug.NEGATION_LOOP not in bugs_to_choose(every, network())


def test_doing_something() -> None:
    task = 'kind = "do"\nevent = "level"\ndetail = "sample"\ntimes = 2\n'
    events = [Event("level", "sample"), Event("level", "neuron"), Event("step")]
    assert outcome(task, events, sheet())[0] == "open"
    assert outcome(task, [*events, Event("level", "sample")], sheet())[0] == "right"
    assert outcome('kind = "do"\nevent = "step"\n', events, sheet())[0] == "right"
    assert outcome(task, None, sheet())[0] == "open"


def test_a_step_without_a_task_is_met() -> None:
    found = lesson_of('+++\nid = "x"\ntitle = "X"\n+++\n## A\nwords\n').steps[0]
    assert judge(found, None, sheet()).outcome is Outcome.RIGHT
