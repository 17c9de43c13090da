"""A set-up as a text: short, tolerant of what chats do to it, and never trusted."""

from __future__ import annotations

import base64
import zlib

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.setup_text
from core.errors import DocumentError
from core.examples import example_names, load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, Stop, TrainingSpec
from core.own_data.own_rows import own_rows
from core.setup_text import experiment_from_text, setup_text

MOONS_DEMO = "chainrule:1:ePnZaaIJgwcCUkRjBAeSHDG-1lFKTC7JLEssycwHykEiGMW3OJTEEhF5-P1vqAeMLNxJAxYy4DSFHCS1tQA_zVe3"


def text_of(data: bytes, version: int = 1) -> str:
    """A text around any bytes, compressed as `setup_text` does it."""
    stream = zlib.compressobj(level=9, zdict=core.setup_text._WORDS)
    return f"chainrule:{version}:{base64.urlsafe_b64encode(stream.compress(data) + stream.flush()).decode()}"


@pytest.mark.parametrize("name", example_names())
def test_every_example_is_short_and_comes_back(name: str) -> None:
    text = setup_text(load_example(name))
    assert len(text) <= 200
    assert experiment_from_text(text) == load_example(name)


def test_the_format_stays_as_it_is() -> None:
    """Texts live on in chats: a change of defaults or words would make others of them."""
    assert setup_text(load_example("moons-demo")) == MOONS_DEMO
    assert experiment_from_text(MOONS_DEMO) == load_example("moons-demo")
    assert msgspec.json.encode(Experiment()) == (
        b'{"name":"lecture","data":{"kind":"lecture","points":100,"noise":0.1,"seed":1337,"classes":2,"test_share":0.0,'
        b'"own":null},"network":{"hidden":'
        b'[{"neurons":4,"activation":"tanh"},{"neurons":4,"activation":"tanh"}],"output":"tanh","init":"lecture",'
        b'"seed":1337,"features":[],"bias":true},"training":{"learning_rate":0.05,"decay":{"kind":"constant","drop":0.9,"steps":100,'
        b'"factor":0.1,"per_step":0.99,"warmup":0},"loss":"sum-squared","l2":0.0,"batch":0,"l1":0.0,'
        b'"optimizer":{"kind":"sgd","momentum":0.9,"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1e-8,'
        b'"weight_decay":0.01},"bugs":[],"clip":0.0,"frozen":[],"stop":{"step":0,"loss":0.0,"accuracy":0.0}}}'
    )


@given(st.data())
def test_every_experiment_comes_back(all_experiments: st.SearchStrategy[Experiment], data: st.DataObject) -> None:
    experiment = data.draw(all_experiments)
    text = setup_text(experiment)
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:")
    assert experiment_from_text(text) == experiment


def test_the_largest_network_and_a_long_name() -> None:
    layers = tuple(LayerSpec(25 + i, "softplus") for i in range(8))
    experiment = Experiment("Größe " * 33, DataSpec("spiral", 9999, 0.49, 2**32 - 1), NetworkSpec(layers))
    assert experiment_from_text(setup_text(experiment)) == experiment
    assert len(setup_text(experiment)) < 400


def rows_of(count: int) -> Experiment:
    random = np.random.RandomState(1)
    own = own_rows("points.csv", random.normal(size=(count, 2)), random.normal(size=count), scales=(2.0, 3.0, 1.0))
    own = msgspec.structs.replace(own, shifts=(0.0, 1.0, 0.1), extent=(-1.0, 1.0, -2.0, 2.0))
    training = TrainingSpec(clip=1.0, frozen=("L1", "L2.N1.w2"), stop=Stop(100, 0.1, 0.9), bugs=("twice",))
    network = NetworkSpec(init="xavier", features=("x1", "x1*x2", "sin(x2)"), bias=False)
    return Experiment("own", DataSpec("own", test_share=0.5, own=own), network, training)


def test_a_few_rows_of_ones_own_come_along_to_the_last_bit() -> None:
    text = setup_text(rows_of(250))
    assert experiment_from_text(text) == rows_of(250)
    quoted = "\r\n> ".join(text[i : i + 70] for i in range(0, len(text), 70))
    assert experiment_from_text(quoted) == rows_of(250)


def test_many_rows_of_ones_own_are_too_many() -> None:
    with pytest.raises(DocumentError, match="too many for a text"):
        setup_text(rows_of(1000))


def test_rows_that_were_changed_on_their_way_are_refused() -> None:
    own = rows_of(4).data.own
    assert own is not None
    data = msgspec.json.encode({"data": {"kind": "own", "own": msgspec.structs.replace(own, targets=own.targets[:-1])}})
    with pytest.raises(DocumentError, match="cannot be used: The rows of own data are cut off"):
        experiment_from_text(text_of(data))
    with pytest.raises(DocumentError, match=BROKEN):
        experiment_from_text(text_of(b'{"data":{"kind":"own","own":{"origin":"mine"}}}'))


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "  {}\r\n",
        '"{}"',
        "'{}'",
        "`{}`",
        "```\n{}\n```",
        "“{}”",
        "« {} »",
        "<{}>",
        "> {}",
        "\ufeff{}\u200b",
        "{}==",
    ],
)
def test_what_chats_put_around_it(around: str) -> None:
    assert experiment_from_text(around.format(MOONS_DEMO)) == load_example("moons-demo")


def test_what_mails_put_into_it() -> None:
    lines = "\r\n> ".join(MOONS_DEMO[i : i + 19] for i in range(0, len(MOONS_DEMO), 19))
    assert experiment_from_text(lines) == load_example("moons-demo")
    assert experiment_from_text(MOONS_DEMO.replace("chainrule", "Chainrule")) == load_example("moons-demo")


BROKEN = "incomplete or was changed"
NO_SETUP = "This is no set-up"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", NO_SETUP),
        ("hello", NO_SETUP),
        ("chainrule:", NO_SETUP),
        ("chainrule:1:", NO_SETUP),
        ("chainrule:0:abcd", NO_SETUP),
        ("chainrule:1:äöü", NO_SETUP),
        ("chainrule:1:ab+/", NO_SETUP),
        ("x" * 1_000_000, NO_SETUP),
        (f"{MOONS_DEMO} and {MOONS_DEMO}", NO_SETUP),
        ("chainrule:2:abcd", "newer Chainrule"),
        ("chainrule:999999999:abcd", "newer Chainrule"),
        ("chainrule:1:a", BROKEN),
        ("chainrule:1:abcd", BROKEN),
        (MOONS_DEMO + "AAAA", BROKEN),
        (MOONS_DEMO + "A", BROKEN),
        (text_of(b""), BROKEN),
        (text_of(b"[" * 15_000), BROKEN),
        (text_of(b'{"name":' * 2_000), BROKEN),
        (text_of(b'{"data":{"points":1e999}}'), BROKEN),
        (text_of(b'{"data":{"points":"many"}}'), BROKEN),
        (text_of(b'{"runs":[]}'), BROKEN),
        (text_of(b'{"name":"\xff"}'), BROKEN),
        (text_of(b" " * 100_000_000), NO_SETUP),
        (text_of(b" " * 1_000_000), BROKEN),
        (text_of(b'{"data":{"points":3}}'), "This set-up cannot be used: The number of points must be from 4"),
        (text_of(b'{"name":"' + b"x" * 201 + b'"}'), "cannot be used: the name of the experiment is longer than 200"),
        (text_of(b'{"name":"a\\nb"}'), "cannot be used: the name of the experiment has characters that"),
        (text_of(b'{"training":{"decay":{"steps":' + b"9" * 300 + b"}}}"), "cannot be used: batch size and steps"),
    ],
)
def test_what_is_no_setup(text: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as caught:
        experiment_from_text(text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


def test_every_slip_of_the_pen_is_noticed() -> None:
    for i in range(len("chainrule:1:"), len(MOONS_DEMO)):
        for changed in (
            MOONS_DEMO[:i],
            MOONS_DEMO[:i] + "-" + MOONS_DEMO[i + 1 :],
            MOONS_DEMO[:i] + MOONS_DEMO[i + 1 :],
        ):
            if changed != MOONS_DEMO:
                with pytest.raises(DocumentError):
                    experiment_from_text(changed)


@given(st.one_of(st.text(), st.binary().map(text_of), st.text("abcXYZ012-_").map("chainrule:1:{}".format)))
def test_nothing_else_escapes(text: str) -> None:
    try:
        experiment_from_text(text)
    except DocumentError as error:
        assert str(error)


@pytest.mark.parametrize(
    "experiment", [Experiment("a\0b"), Experiment("a\udcffb"), Experiment(training=TrainingSpec(-1.0))]
)
def test_an_unsound_experiment_has_no_text(experiment: Experiment) -> None:
    with pytest.raises(DocumentError, match="cannot be used"):
        setup_text(experiment)
