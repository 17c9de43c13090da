"""Documents: what was saved comes back to the bit, and training goes on as if nothing had happened."""

from __future__ import annotations

import math
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.document
import core.document_parts
import core.run
from core.document import (
    SAVED_CHECKPOINTS,
    SAVED_LOSSES,
    Document,
    KeptRecord,
    View,
    decode,
    document_of,
    encode,
    history_of,
    open_document,
    present_trainer,
    read_document,
    record_of,
    trainer_of,
    with_runs,
    write_document,
)
from core.errors import DocumentError, UnknownNameError
from core.examples import example_names, load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.history import History
from core.own_data.own_rows import own_rows
from core.trainer import Trainer
from tests.benchmarks.mutated_files import MOONS

ROOT = Path(__file__).parents[2]


def changed(experiment: Experiment, part: str, **fields: Any) -> Experiment:
    """The experiment with some fields of a part replaced."""
    return msgspec.structs.replace(experiment, **{part: msgspec.structs.replace(getattr(experiment, part), **fields)})


def reopened(trainer: Trainer) -> Trainer:
    """The trainer, through a file's bytes and back."""
    document = decode(encode(document_of(trainer.experiment, None, [trainer])))
    assert document.experiment == trainer.experiment
    return trainer_of(document.runs[0])


def walk(trainer: Trainer, until: int) -> list[bytes]:
    """Train to a step, with changes on the way; the parameters before each step."""
    changes = {
        20: changed(MOONS, "training", learning_rate=0.05),
        50: changed(MOONS, "training", batch=3),
        90: changed(changed(MOONS, "training", batch=3), "data", noise=0.3),
        137: changed(MOONS, "data", points=13),
        200: changed(MOONS, "network", hidden=(LayerSpec(3, "relu"),)),
        233: changed(MOONS, "training", loss="logistic", batch=0),
    }
    thetas = []
    while trainer.step < until:
        if trainer.step in changes and trainer.experiment != changes[trainer.step]:
            trainer.change(changes[trainer.step])
        thetas.append(trainer.theta.tobytes())
        assert trainer.advance(1).divergence is None
    return thetas


# Round trips


@pytest.mark.parametrize("name", example_names())
def test_every_example_comes_back_with_its_runs(name: str, tmp_path: Path) -> None:
    ghost, trainer = Trainer(load_example(name)), Trainer(load_example(name))
    ghost.advance(20)
    trainer.advance(35)
    trainer.change(changed(trainer.experiment, "training", learning_rate=0.01))
    trainer.advance(10)
    view = View("neuron", "L1.N1", 2, "sample3/L1.N1.w1*x1", math.inf)
    document = document_of(trainer.experiment, view, [ghost, trainer])
    path = tmp_path / "saved.chainrule"
    write_document(path, document)
    found = open_document(str(path))
    assert found == document == read_document(path)
    assert found.view == view
    for record, origin in zip(found.runs, (ghost, trainer), strict=True):
        again = trainer_of(record)
        again.advance(15)
        origin.advance(15)
        assert again.theta.tobytes() == origin.theta.tobytes()
        assert again.run.segments == origin.run.segments
        assert again.run.history.losses.tobytes() == origin.run.history.losses.tobytes()


VIEWS = st.builds(
    View,
    st.sampled_from(["network", "sample", "whole loss"]),
    st.just(""),
    st.integers(0, 3),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200).filter(lambda text: "sample" not in text),
    st.one_of(st.just(math.inf), st.floats(0.01, 1e6)),
)


@settings(max_examples=40)
@given(st.data())
def test_documents_that_nobody_thought_of(experiments: st.SearchStrategy[Experiment], data: st.DataObject) -> None:
    trainers = []
    for experiment in data.draw(st.lists(experiments, max_size=2)):
        trainer = Trainer(experiment)
        for steps, rate in data.draw(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([0.01, 0.1])), max_size=3)):
            trainer.advance(steps)
            trainer.change(changed(experiment, "training", learning_rate=rate))
        trainer.advance(data.draw(st.integers(0, 20)))
        trainer.rewind(data.draw(st.integers(0, trainer.step)))
        trainers.append(trainer)
    experiment = trainers[-1].experiment if trainers else data.draw(experiments)
    document = document_of(experiment, data.draw(VIEWS), trainers)
    found = decode(encode(document))
    assert found == document
    assert encode(found) == encode(document)
    for record, trainer in zip(found.runs, trainers, strict=True):
        again = trainer_of(record)
        assert (again.step, again.theta.tobytes()) == (trainer.step, trainer.theta.tobytes())
        again.advance(10)
        trainer.advance(10)
        assert again.theta.tobytes() == trainer.theta.tobytes()
        assert again.run.history.steps.tolist() == trainer.run.history.steps.tolist()


@given(st.lists(st.floats(), min_size=9, max_size=9), st.lists(st.floats(), max_size=30))
def test_every_bit_of_every_number_survives(theta: list[float], losses: list[float]) -> None:
    trainer = Trainer(Experiment("", DataSpec("moons"), NetworkSpec((LayerSpec(2, "relu"),))))
    trainer.theta[:] = theta
    trainer.step = 100
    trainer.run.history.append(np.arange(len(losses)), losses)
    again = reopened(trainer)
    assert again.theta.tobytes() == struct.pack("=9d", *theta)
    assert again.run.history.losses.tobytes() == struct.pack(f"={len(losses)}d", *losses)
    assert again.run.history.finite_count == trainer.run.history.finite_count


@pytest.mark.parametrize("speed", [math.inf, 0.01, 4, 1e6])
def test_the_speed_survives(speed: float) -> None:
    assert decode(encode(document_of(MOONS, View(speed=speed)))).view.speed == speed


# Going on


@pytest.mark.parametrize("saved_at", [0, 1, 16, 137, 138, 299])
def test_saving_in_the_middle_changes_nothing(saved_at: int) -> None:
    reference = Trainer(MOONS)
    thetas = walk(reference, 300)
    trainer = Trainer(MOONS)
    walk(trainer, saved_at)
    again = reopened(trainer)
    assert again.step == saved_at
    assert walk(again, 300) == thetas[saved_at:]
    assert again.theta.tobytes() == reference.theta.tobytes()
    assert again.run.segments == reference.run.segments
    assert again.run.history.losses.tobytes() == reference.run.history.losses.tobytes()
    for step in (299, 234, 200, 137, 136, 91, 50, 17, 1, 0):
        again.rewind(step)
        assert (again.step, again.theta.tobytes()) == (step, thetas[step])


def test_every_step_can_be_reached_from_a_file() -> None:
    trainer = Trainer(MOONS)
    thetas = walk(trainer, 150)
    for step in range(150):
        again = reopened(trainer)
        again.rewind(step)
        assert again.theta.tobytes() == thetas[step]


def test_saving_and_opening_again_and_again() -> None:
    reference, trainer = Trainer(MOONS), Trainer(MOONS)
    walk(reference, 300)
    for until in range(10, 301, 10):
        walk(trainer, until)
        trainer = reopened(trainer)
    assert trainer.theta.tobytes() == reference.theta.tobytes()
    assert trainer.run.history.losses.tobytes() == reference.run.history.losses.tobytes()


def test_the_last_run_follows_the_documents_experiment() -> None:
    trainer = Trainer(MOONS)
    trainer.advance(10)
    faster = changed(MOONS, "training", learning_rate=0.7)
    other = changed(MOONS, "network", seed=9)
    assert (
        present_trainer(document_of(MOONS, None, [Trainer(other), trainer])).theta.tobytes() == trainer.theta.tobytes()
    )
    went_on = present_trainer(document_of(faster, None, [trainer]))
    assert (went_on.step, went_on.experiment, len(went_on.run.segments)) == (10, faster, 2)
    anew = present_trainer(document_of(other, None, [trainer]))
    assert (anew.step, anew.experiment) == (0, other)
    assert present_trainer(Document()).experiment == Experiment()


def test_a_kernel_that_is_not_here_ends_its_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.kernels._module", None)
    trainer = Trainer(MOONS)
    trainer.advance(20)
    record = document_of(MOONS, None, [trainer]).runs[0]
    compiled = msgspec.structs.replace(
        record, segments=tuple(msgspec.structs.replace(segment, kernel="numba") for segment in record.segments)
    )
    again = trainer_of(decode(encode(Document(experiment=MOONS, runs=(compiled,)))).runs[0])
    assert (again.step, again.theta.tobytes()) == (20, trainer.theta.tobytes())
    assert [(segment.first_step, segment.kernel) for segment in again.run.segments] == [(0, "numba"), (20, "numpy")]


def test_the_command_line_goes_on_with_a_run(tmp_path: Path) -> None:
    trainer = Trainer(MOONS)
    walk(trainer, 137)
    path = tmp_path / "saved.chainrule"
    write_document(path, document_of(trainer.experiment, None, [trainer]))
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "gui", "train", str(path), "--steps", "3"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        timeout=60,
    )
    losses = trainer.advance(3).losses.tolist()
    assert (done.returncode, done.stderr) == (0, "")
    expected = [f"step {step} loss {loss!r}" for step, loss in zip((137, 138, 139), losses, strict=True)]
    assert [line.partition(" accuracy")[0] for line in done.stdout.splitlines()] == expected
    assert path.read_bytes() == before


# What is left out


def test_long_runs_are_thinned_and_every_step_stays_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.run, "FIRST_SPACING", 1)
    trainer = Trainer(MOONS)
    trainer.run.spacing = 1
    thetas = walk(trainer, 300)
    assert len(trainer.run.checkpoints) == 300 + 1
    record = document_of(trainer.experiment, None, [trainer]).runs[0]
    steps = [checkpoint.step for checkpoint in record.checkpoints]
    assert {segment.first_step for segment in record.segments} <= set(steps)
    assert SAVED_CHECKPOINTS <= len(steps) <= SAVED_CHECKPOINTS + len(record.segments)
    assert (steps[0], steps[-1]) == (0, 300)
    assert max(np.diff(steps)) <= 5
    for step in (0, 3, 77, 136, 250, 299):
        again = trainer_of(record)
        again.rewind(step)
        assert again.theta.tobytes() == thetas[step]


def test_the_room_for_checkpoints_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.document, "SAVED_CHECKPOINT_BYTES", 2 * 5 * 13 * 8)
    trainer = Trainer(MOONS)
    thetas = walk(trainer, 300)
    for record in document_of(trainer.experiment, None, [trainer, trainer]).runs:
        assert len(record.checkpoints) == 5
        again = trainer_of(decode(encode(Document(runs=(record,)))).runs[0])
        again.rewind(201)
        assert again.theta.tobytes() == thetas[201]


def test_a_long_curve_is_thinned() -> None:
    trainer = Trainer(MOONS)
    trainer.step = 100_000
    trainer.run.history.append(np.arange(100_000), np.arange(100_000.0))
    again = reopened(trainer).run.history
    assert SAVED_LOSSES / 2 <= len(again) <= SAVED_LOSSES
    assert again.stride == 8
    assert again.losses.tolist() == again.steps.tolist() == list(range(0, 100_000, 8))
    assert len(trainer.run.history) == 100_000
    again.append([100_000, 100_001], [1.0, 2.0])
    assert (again.steps[-1], again.last_step) == (100_000, 100_001)


def test_a_restored_history_goes_on_like_the_first() -> None:
    history = History()
    history.append(np.arange(10), [3.0, 2.0, np.nan, *np.ones(7)])
    again = History.restored(history.steps, history.losses, history.stride)
    for each in (history, again):
        each.append([7, 8], [5.0, 6.0])
        each.drop_from(8)
    assert again.steps.tolist() == history.steps.tolist()
    assert again.losses.tobytes() == history.losses.tobytes()
    assert (again.last_step, again.finite_count) == (history.last_step, history.finite_count) == (7, 2)
    assert len(History.restored(np.empty(0), np.empty(0), 4)) == 0
    assert len(history.thinned(1)) == 1


@pytest.mark.parametrize(
    "view",
    [
        *(View(sample=10), View(sample=-1), View("neuron"), View("neuron", "L1.N4"), View("neuron", "L4.N1")),
        *(View(neuron="L1.N1"), View(address="x" * 201), View(address="a\nb"), View(address="sample2/loss")),
        *(View(speed=0.0), View(speed=-1.0)),
    ],
)
def test_a_view_that_does_not_fit_is_put_back(view: View) -> None:
    with pytest.raises(DocumentError, match="This cannot be saved: "):
        encode(Document(experiment=MOONS, view=view))
    found = document_of(MOONS, view).view
    assert found == View(speed=max(view.speed or 0.0, 0.01))
    assert decode(encode(document_of(MOONS, view))).view == found


def test_what_fits_of_a_view_stays() -> None:
    assert document_of(MOONS, View("sample", "", 3, "sample2/loss", 9.0)).view == View("sample", "", 3, "", 9.0)
    assert document_of(MOONS, View("neuron", "L7.N1", 3, "", 9.0)).view == View("network", "", 3, "", 9.0)
    assert document_of(MOONS, View("sample", "", 10, "loss", 1e9)).view == View(speed=1e6)


def test_what_could_not_be_read_again_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "saved.chainrule"
    write_document(path, Document())
    before = path.read_bytes()
    with pytest.raises(DocumentError, match="This cannot be saved: The learning rate"):
        write_document(path, Document(experiment=Experiment(training=TrainingSpec(math.nan))))
    with pytest.raises(DocumentError, match="This cannot be saved: the name"):
        write_document(path, Document(experiment=Experiment("a\udcffb")))
    assert path.read_bytes() == before


# Format and versions

FIRST_VERSION = (
    b'{"format":"chainrule","version":1,"mode":"network","experiment":{"name":"line","data":{"kind":"moons","points":4,'
    b'"noise":0.1,"seed":1337},"network":{"hidden":[],"output":"linear","init":"lecture","seed":1337},"training":'
    b'{"learning_rate":0.05,"decay":{"kind":"constant","drop":0.9,"steps":100},"loss":"sum-squared","l2":0.0,"batch":3}},'
    b'"view":{"level":"network","neuron":"","sample":0,"address":"","speed":null},"runs":[{"segments":[{"first_step":0,'
    b'"experiment":{"name":"line","data":{"kind":"moons","points":4,"noise":0.1,"seed":1337},"network":{"hidden":[],'
    b'"output":"linear","init":"lecture","seed":1337},"training":{"learning_rate":0.05,"decay":{"kind":"constant","drop":'
    b'0.9,"steps":100},"loss":"sum-squared","l2":0.0,"batch":3}},"kernel":"numpy","epoch":0,"position":0}],"checkpoints":'
    b'[{"step":0,"segment":0,"theta":"AAAAAAAA8D8AAAAAAAAAwAAAAAAAAAAA","epoch":0,"position":0}],"present":{"step":1,'
    b'"segment":0,"theta":"AAAAAAAA4D8AAAAAAADwvwAAAAAAAPh/","epoch":0,"position":3},"history":{"steps":"AAAAAAAAAAA=",'
    b'"losses":"AAAAAAAA8H8=","stride":1}}]}'
)


def test_a_file_of_the_first_version_will_always_be_read() -> None:
    document = decode(FIRST_VERSION)
    assert encode(decode(encode(document))) == encode(document)  # fields that came later have their defaults
    assert (document.experiment.name, document.view.speed) == ("line", math.inf)
    trainer = trainer_of(document.runs[0])
    assert trainer.run.checkpoints[0].theta.tolist() == [1.0, -2.0, 0.0]
    assert trainer.theta[:2].tolist() == [0.5, -1.0] and math.isnan(trainer.theta[2])
    assert (trainer.step, trainer.present.position, trainer.run.history.losses.tolist()) == (1, 3, [math.inf])


def test_a_set_up_alone_is_a_document() -> None:
    document = decode(b'{"format": "chainrule", "version": 1, "experiment": {"name": "by hand"}}\n')
    assert document == Document(experiment=Experiment("by hand"))


@pytest.mark.parametrize("rest", [b"}", b',"runs":7,"colours":["red"]}', b',"experiment":null}'])
def test_a_newer_version_says_so(rest: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^'x\.chainrule' was written by a newer Chainrule: update to open it\.$"):
        decode(b'{"format":"chainrule","version":2' + rest, "'x.chainrule'")


def test_older_versions_migrate_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def to_two(plain: dict[str, Any]) -> dict[str, Any]:
        return {**plain, "version": 2, "experiment": {**plain["experiment"], "name": "moved"}}

    def to_three(plain: dict[str, Any]) -> dict[str, Any]:
        assert plain["version"] == 2
        return {**plain, "version": 3, "experiment": {**plain["experiment"], "name": plain["experiment"]["name"] + "!"}}

    for module in (core.document, core.document_parts):
        monkeypatch.setattr(module, "VERSION", 3)
    monkeypatch.setattr(core.document, "MIGRATIONS", {1: to_two, 2: to_three})
    document = decode(FIRST_VERSION)
    assert (document.version, document.experiment.name) == (3, "moved!")
    assert document.runs[0].present.theta == bytes.fromhex("000000000000e03f000000000000f0bf000000000000f87f")
    with pytest.raises(DocumentError, match="there is no version 0"):
        decode(FIRST_VERSION.replace(b'"version":1', b'"version":0'))


# Opening by name


def test_an_example_by_its_name() -> None:
    for name in example_names():
        assert open_document(name) == Document(experiment=load_example(name))


def test_a_name_that_is_neither_example_nor_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'lecture'\? \(A file's name ends in \.chainrule\.\)"):
        open_document("lectur")
    for name in ("a\0b", "x" * 5000):
        with pytest.raises(UnknownNameError):
            open_document(name)
    with pytest.raises(DocumentError, match="There is no file"):
        open_document(tmp_path / "lecture.chainrule")
    with pytest.raises(DocumentError, match="is a folder"):
        open_document(str(tmp_path))


# Runs kept to compare, and own rows


def own(rows: int, origin: str = "flowers.csv") -> DataSpec:
    inputs, targets = np.arange(2.0 * rows).reshape(rows, 2) / rows, np.arange(rows) % 3.0
    return DataSpec("own", own=own_rows(origin, inputs, targets, labels=("a", "b", "c")))


FLOWERS = Experiment("flowers", own(9), NetworkSpec((LayerSpec(3),), "linear"), TrainingSpec(0.1, batch=4))


def test_runs_that_are_kept_come_back() -> None:
    kept, trainer = Trainer(MOONS), Trainer(MOONS)
    thetas = walk(kept, 60)
    record = KeptRecord("the first one", record_of(kept))
    document = msgspec.structs.replace(Document(experiment=MOONS), kept=(record,))
    found = decode(encode(with_runs(document, [trainer])))
    assert found.kept == (record,)
    assert history_of(found.kept[0].run).losses.tobytes() == kept.run.history.losses.tobytes()
    again = trainer_of(found.kept[0].run)
    again.rewind(31)
    assert again.theta.tobytes() == thetas[31]


def test_kept_runs_share_the_room_for_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(MOONS)
    thetas = walk(trainer, 60)
    document = Document(experiment=MOONS, kept=(KeptRecord("a", record_of(trainer)),) * 2)
    monkeypatch.setattr(core.document, "SAVED_CHECKPOINT_BYTES", 3 * 5 * 13 * 8)
    found = decode(encode(with_runs(document, [trainer])))
    for record in (*(each.run for each in found.kept), *found.runs):
        assert len(record.checkpoints) == 5
        again = trainer_of(record)
        again.rewind(44)
        assert again.theta.tobytes() == thetas[44]


def test_own_rows_stand_in_the_file_once_however_many_segments_have_them() -> None:
    trainer, thetas = Trainer(FLOWERS), []
    for i in range(30):
        for _ in range(3):
            thetas.append(trainer.theta.tobytes())
            trainer.advance(1)
        rows = own(9) if i % 2 else own(7)  # made anew each time: equal, not the same
        trainer.change(msgspec.structs.replace(changed(FLOWERS, "training", learning_rate=0.1 + i / 100), data=rows))
    data = encode(document_of(trainer.experiment, None, [trainer]))
    document = decode(data)
    assert document == document_of(trainer.experiment, None, [trainer])
    assert document.tables == ()
    assert len(msgspec.json.decode(data)["tables"]) == 2
    rows_of_segments = [segment.experiment.data.own for segment in document.runs[0].segments]
    assert len(rows_of_segments) == 31
    assert len({id(each) for each in [*rows_of_segments, document.experiment.data.own]}) == 2
    again = trainer_of(document.runs[0])
    for step in (80, 45, 8, 0):
        again.rewind(step)
        assert again.theta.tobytes() == thetas[step]


def test_rows_that_stand_in_their_place_are_read_too() -> None:
    plain = msgspec.json.decode(encode(Document(experiment=FLOWERS)))
    plain["experiment"]["data"]["own"] = plain["tables"].pop()
    assert decode(msgspec.json.encode(plain)) == Document(experiment=FLOWERS)


def test_a_run_on_more_own_rows_than_a_file_has_room_for_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(FLOWERS)
    trainer.advance(5)
    trainer.change(msgspec.structs.replace(FLOWERS, data=own(8)))
    trainer.advance(5)
    assert trainer_of(record_of(trainer)).step == 10
    monkeypatch.setattr(core.document, "SAVED_TABLE_BYTES", 8 * 3 * 16)
    again = trainer_of(decode(encode(document_of(trainer.experiment, None, [trainer]))).runs[0])
    assert (again.step, again.theta.tobytes()) == (0, trainer.theta.tobytes())
    again.advance(7)
    trainer.advance(7)
    assert again.theta.tobytes() == trainer.theta.tobytes()


def test_a_file_without_what_came_later_is_read() -> None:
    """As saved before there were kept runs, tables, edits, frozen parts, clipping, stops, features."""
    trainer = Trainer(MOONS)
    trainer.advance(20)
    plain = msgspec.json.decode(encode(document_of(MOONS, None, [trainer])))
    for each in (plain["experiment"], plain["runs"][0]["segments"][0]["experiment"]):
        for field in ("clip", "frozen", "stop"):
            del each["training"][field]
        for field in ("features", "bias"):
            del each["network"][field]
        for field in ("classes", "test_share", "own"):
            del each["data"][field]
    del plain["kept"], plain["tables"], plain["runs"][0]["segments"][0]["edits"]
    assert decode(msgspec.json.encode(plain)) == document_of(MOONS, None, [trainer])
