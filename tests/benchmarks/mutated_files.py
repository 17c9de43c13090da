"""Files that were sound once: seeds, and what chance does to them. Tests and stress_files.py read them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from core.document import Document, KeptRecord, View, document_of, encode, record_of
from core.examples import load_example
from core.experiment import DataSpec, Decay, Experiment, LayerSpec, NetworkSpec, Stop, TrainingSpec
from core.own_data.own_rows import own_rows
from core.trainer import Trainer

MOONS = Experiment(
    "small moons",
    DataSpec("moons", 10, 0.1, 3),
    NetworkSpec((LayerSpec(3, "tanh"),), "linear", "lecture", 5),
    TrainingSpec(0.1, Decay("linear", 0.9, 40), "hinge", 1e-3, 4),
)


def saved_documents() -> list[Document]:
    """Small ones of every sort: without runs, with changes on the way, with two runs, rewound, diverged, own rows."""
    trainer = Trainer(MOONS)
    trainer.advance(37)
    trainer.change(msgspec.structs.replace(MOONS, training=TrainingSpec(0.3, batch=3)))
    trainer.advance(21)
    lecture = Trainer(load_example("lecture"))
    lecture.advance(5)
    lecture.rewind(3)
    fast = Trainer(Experiment("", DataSpec("lecture"), NetworkSpec((), "linear"), TrainingSpec(10.0)))
    fast.advance(400)
    neuron = View("neuron", "L1.N2", 3, "sample4/L1.N2.out", float("inf"))
    return [
        Document(),
        document_of(trainer.experiment, neuron, [lecture, trainer]),
        document_of(lecture.experiment, View("whole loss"), [lecture]),
        document_of(fast.experiment, View("sample", "", 1), [fast]),
        _with_own_rows(),
    ]


def _with_own_rows() -> Document:
    """Two tables, a weight set by hand, a frozen one, a run kept to compare."""
    inputs, targets = np.arange(12.0).reshape(6, 2) / 12, np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
    data = [DataSpec("own", own=own_rows("flowers.csv", inputs[:n], targets[:n], labels=("a", "b"))) for n in (6, 4)]
    stop = TrainingSpec(0.1, clip=1.0, frozen=("L1.N2", "L2.N1.b"), stop=Stop(1000, 1e-9, 1.0))
    experiment = Experiment("flowers", data[0], NetworkSpec((LayerSpec(2),)), stop)
    trainer = Trainer(experiment)
    trainer.advance(4)
    kept = KeptRecord("slow", record_of(trainer))
    trainer.set_parameter("L1.N2.w1", 0.25)
    trainer.advance(4)
    trainer.change(msgspec.structs.replace(experiment, data=data[1]))
    trainer.advance(2)
    return msgspec.structs.replace(document_of(trainer.experiment, None, [trainer]), kept=(kept,))


TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|[][{}:,]')
NASTY = (
    b"-1 0 1 2 7 63 64 65 1.5 -0.0 1e308 -1e308 1e400 1e-400 9007199254740993 18446744073709551616 null true false NaN "
    b'Infinity -Infinity "" "x" "AAAA" "AAAAAAAAAAA=" "AAAAAAAA8H8=" "numba" "lecture" "spiral" "neuron" "L1.N1" '
    b'"L9.N99" "\\ud800" "\\u0000" [] {} [[]] [null] {"x":1} "sample2/loss" "sample9999999999999999/loss" 4294967296'
).split()


def mutated_files(seed: int, count: int) -> Iterator[bytes]:
    """Files that were sound once, and some that never were."""
    rng = random.Random(seed)
    sources = [encode(document) for document in saved_documents()]
    for _ in range(count):
        data = rng.choice(sources)
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            data = rng.choice(MUTATIONS)(rng, data, sources)
        yield data


def _flip(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(min(rng.choice((1, 1, 2, 8, 64)), len(data))):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _truncate(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _cut_out(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.choice((1, 4, 32, 1000)) :]


def _repeat(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    start = rng.randrange(len(data) + 1)
    end = start + rng.choice((1, 20, 500))
    return data[:end] + data[start:end] * rng.choice((1, 1, 10)) + data[end:]


def _splice(rng: random.Random, data: bytes, sources: list[bytes]) -> bytes:
    other = rng.choice(sources)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other)) :]


def _swap_tokens(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    tokens = [found.group() for found in TOKEN.finditer(data)]
    if len(tokens) > 1:
        for _ in range(rng.choice((1, 1, 3))):
            one, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
            tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def _put_nasty_token(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    values = [found.span() for found in TOKEN.finditer(data) if found.group() not in b"[]{}:,"]
    if not values:
        return data
    start, end = rng.choice(values)
    return data[:start] + rng.choice(NASTY) + data[end:]


def _nudge_number(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    numbers = [found.span() for found in TOKEN.finditer(data) if found.group().isdigit()]
    if not numbers:
        return data
    start, end = rng.choice(numbers)
    return data[:start] + b"%d" % (int(data[start:end][:18]) + rng.choice((-1, 1, 2, 1000))) + data[end:]


def _nest(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    start, depth = rng.randrange(len(data) + 1), rng.choice((10, 1000, 20_000))
    return data[:start] + rng.choice((b"[", b'{"x":', b'{"runs":[')) * depth + data[start:]


def _anything(rng: random.Random, data: bytes, _: list[bytes]) -> bytes:
    value = msgspec.json.encode(_random_json(rng, 4))
    return rng.choice(
        (value, rng.randbytes(rng.randrange(200)), b'{"format":"chainrule","version":1,"runs":%b}' % value)
    )


def _random_json(rng: random.Random, depth: int) -> object:
    if depth and rng.random() < 0.6:
        if rng.random() < 0.4:
            return [_random_json(rng, depth - 1) for _ in range(rng.randrange(4))]
        words = ("format", "version", "experiment", "view", "runs", "segments", "present", "theta", "x")
        return {rng.choice(words): _random_json(rng, depth - 1) for _ in range(rng.randrange(5))}
    return rng.choice((None, True, 0, 1, -1, 2**63, 1.5, 1e300, "", "chainrule", "numpy", "é" * 3))


MUTATIONS: tuple[Callable[[random.Random, bytes, list[bytes]], bytes], ...] = (
    _flip,
    _flip,
    _truncate,
    _cut_out,
    _repeat,
    _splice,
    *3 * (_swap_tokens, _put_nasty_token, _nudge_number, _nudge_number),
    _nest,
    _anything,
)
