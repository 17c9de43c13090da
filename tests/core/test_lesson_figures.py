"""Figures: how they are named, and that the session computes them. The numbers are those of the syllabus."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bugs import Bug
from core.document_parts import FIRST_TEXT
from core.examples import load_example
from core.experiment import with_bugs
from core.expression.run import run_text
from core.expression.sheet import state_at
from core.lessons.fields import FieldError, changed, field
from core.lessons.figures import Figure, FigureError, figure, plain, resolve, shown
from core.lessons.state import State, state_of_sheet, state_of_trainer
from core.trainer import Trainer


def sheet_state(text: str, position: int = 10**6, bugs: frozenset[Bug] = frozenset()) -> State:
    sheet = run_text(text, bugs)
    return state_of_sheet(sheet, state_at(sheet, position), bugs)


def number(text: str, state: State) -> float:
    return resolve(figure(text), state)


@pytest.fixture(scope="module")
def lecture() -> State:
    trainer = Trainer(load_example("lecture"))
    trainer.advance(19)
    return state_of_trainer(trainer)


def test_names() -> None:
    assert figure(" test   loss ") == Figure("test loss")
    assert figure("grad sum of losses 1–2 | 7") == Figure("grad", "sum of losses 1–2", digits=7)
    assert figure("slope a by 1e-4") == Figure("slope", "a", 1e-4)
    assert figure("slope a") == Figure("slope", "a")
    assert figure("data |b| | 3") == Figure("data", "|b|", digits=3)
    assert str(figure("moved a by 0.001 | 3")) == "moved a by 0.001"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no figure"),
        ("gard a", "Did you mean 'grad'?"),
        ("qqq", "There are: loss, accuracy"),
        ("grad", "'grad' of what?"),
        ("moved a", "Moved by how much?"),
        ("slope a by x", "'x' is no number"),
        ("slope a by 0", "'0' is no number"),
        ("slope a by 1e99", "'1e99' is no number"),
        ("loss | 0", "1 to 17 digits"),
        ("loss | 18", "1 to 17 digits"),
        ("data " + "a" * 200, "at most 120"),
    ],
)
def test_names_of_nothing(text: str, says: str) -> None:
    with pytest.raises(FigureError, match=says.replace("?", r"\?").replace("|", r"\|")):
        figure(text)


@given(st.text(max_size=60))
def test_whatever_the_text_it_is_a_figure_or_refused(text: str) -> None:
    try:
        found = figure(text)
    except FigureError as error:
        assert str(error)
    else:
        assert figure(str(found)).kind == found.kind


def test_nudges_print_what_the_lecture_prints() -> None:
    state = sheet_state("a = 2.0\nb = -3.0\nc = 10.0\nd = a*b + c\n")
    assert number("slope a by 0.001", state) == -3.0000000000001137
    assert [number(f"slope {name} by 0.0001", state) for name in "abc"] == [
        -3.000000000010772,
        2.0000000000042206,
        0.9999999999976694,
    ]
    assert (number("data d", state), number("result", state)) == (4.0, 4.0)
    assert number("moved a by 0.001", state) == pytest.approx(3.997, rel=1e-15)
    square = sheet_state("x = 3.0\nf = 3*x**2 - 4*x + 5\n")
    assert number("slope x by 1e-8", square) == 14.00000009255109
    assert number("slope x by 1e-12", square) == 14.001244608152774
    hand = sheet_state(FIRST_TEXT)
    assert number("slope c by 0.0001", hand) == -1.9999999999953388
    assert number("slope a", hand) == pytest.approx(6.0, rel=1e-9)


def test_a_sheet_is_read_at_its_playhead_and_asked_about_at_its_end() -> None:
    start = sheet_state(FIRST_TEXT, 0)
    assert number("data a", start) == 2.0
    for text in ("data L", "result"):
        with pytest.raises(FigureError, match="is not known at this moment"):
            number(text, start)
    assert number("grad a", start) == 0.0
    end = sheet_state(FIRST_TEXT)
    assert end.outcome is end
    assert [number(f"grad {name}", end) for name in "Ldfceab"] == [1.0, -2.0, 4.0, -2.0, -2.0, 6.0, -4.0]


def test_a_network(lecture: State) -> None:
    assert number("loss", lecture) == pytest.approx(0.0596420176420171, rel=1e-13)
    assert (number("accuracy", lecture), number("step", lecture), number("parameters", lecture)) == (1.0, 19.0, 41.0)
    assert number("data loss", lecture) == pytest.approx(number("loss", lecture), rel=1e-14)
    assert number("grad loss", lecture) == 1.0
    assert number("field training.learning_rate", lecture) == 0.05
    assert plain(figure("field network.output"), lecture) == "tanh"
    for address in ("L1.N2.w1", "sample1/L2.N3.out"):
        assert number(f"slope {address}", lecture) == pytest.approx(number(f"grad {address}", lecture), rel=1e-5)
        assert number(f"slope {address} by 1e-6", lecture) == pytest.approx(
            number(f"grad {address}", lecture), rel=1e-3
        )


def test_a_large_network_is_seen_from_one_sample() -> None:
    trainer = Trainer(load_example("moons-demo"))
    state = state_of_trainer(trainer, 7)
    assert number("loss", state) == pytest.approx(0.8958441028683222, abs=1e-9)
    assert number("parameters", state) == 337.0
    gradient = trainer.objective.evaluate(trainer.theta).gradient
    place = trainer.objective.names.index("L1.N3.w2")
    assert number("grad L1.N3.w2", state) == gradient[place]
    assert number("slope L1.N3.w2 by 1e-6", state) == pytest.approx(gradient[place], rel=1e-3)
    assert math.isfinite(number("data sample8/L1.N1.out", state))
    with pytest.raises(FigureError, match=r"There is no node 'sample3/L1\.N1\.out'"):
        number("data sample3/L1.N1.out", state)


def test_bugs_show_in_the_gradients_of_parameters() -> None:
    true = load_example("lecture")
    state = state_of_trainer(Trainer(with_bugs(true, frozenset({Bug.OVERWRITE}))))
    assert state.bugs == {Bug.OVERWRITE}
    assert number("grad L1.N1.w1", state) != number("grad L1.N1.w1", state_of_trainer(Trainer(true)))
    sheet = sheet_state("a = Value(3.0, label='a')\nb = a + a\nb.backward()\n", bugs=frozenset({Bug.OVERWRITE}))
    assert number("grad a", sheet) == 1.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("test loss", "No rows are kept back"),
        ("data L1.N2.w9", "Did you mean 'L1.N2.w"),
        ("field training.lerning_rate", "Did you mean 'learning_rate'?"),
        ("field data.own", "There is no field 'data.own'"),
        ("field network.output", "is not a number"),
        ("field training.__class__", "There is no field"),
    ],
)
def test_what_a_state_does_not_have(lecture: State, text: str, says: str) -> None:
    with pytest.raises(FigureError) as caught:
        number(text, lecture)
    assert says in str(caught.value)
    with pytest.raises(FigureError):
        number("loss", sheet_state("a = 2.0\nb = a * a\n"))


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("loss", -8.0, "−8"),
        ("loss", 0.88137358, "0.8814"),
        ("loss | 6", 0.88137358, "0.881374"),
        ("loss", 24.70408, "24.7"),
        ("loss", 645.5773, "645.6"),
        ("loss", 0.00001, "1e−5"),
        ("loss | 17", -1.9999999999953388, "−1.9999999999953388"),
        ("loss", 65818.0, "65\u2009818"),
        ("loss", 1337.0, "1337"),
        ("loss", 12345.678, "12346"),
        ("loss", 0.0, "0"),
        ("loss", 1e20, "1e20"),
        ("loss", -math.inf, "−∞"),
        ("accuracy", 0.975, "97.5%"),
        ("test accuracy", 1.0, "100%"),
        ("loss", 9.99996, "10"),
        ("loss", 123456.7, "123457"),
        ("loss", 1234567.8, "1.235e6"),
    ],
)
def test_how_a_number_is_shown(text: str, value: float, said: str) -> None:
    assert shown(figure(text), value) == said


def test_fields_can_be_changed_by_name() -> None:
    before = load_example("lecture")
    after = changed(
        before, {"training": {"learning_rate": 1}, "network.hidden": [{"neurons": 2}], "data": {"noise": 0.3}}
    )
    assert field(after, "training.learning_rate") == 1.0
    assert [layer.neurons for layer in after.network.hidden] == [2]
    assert (after.data.noise, after.network.init) == (0.3, before.network.init)
    for changes, says in (
        ({"training.lr": 1}, "There is no field 'lr'"),
        ({"network": {"hidden": [{"neurons": 99}]}}, "1 to 32 neurons"),
        ({"training": {"loss": "foo"}}, "'loss' cannot be 'foo'"),
        ({"training": 3}, "'training' should be a table, not a whole number."),
        ({"data": {"own": {}}}, "There is no field"),
        ({"": 1}, "There is no field"),
    ):
        with pytest.raises(FieldError, match=says):
            changed(before, changes)
