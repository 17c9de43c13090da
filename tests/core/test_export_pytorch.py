"""The PyTorch script: what stands in it; and where PyTorch is at hand, that it trains as the app does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.document import document_of
from core.document_parts import Document
from core.errors import ChainruleError, ExperimentError
from core.examples import example_names, load_example
from core.experiment import Decay, OptimizerSpec, Stop
from core.exporters.code_text import ExportError
from core.exporters.code_text_start import beginning, present
from core.exporters.code_text_training import learning_rate_text
from core.exporters.pytorch import pytorch_script
from core.schedules import learning_rate
from core.trainer import Trainer
from tests.core.export_runs import (
    CLOSE,
    TORCH,
    TWO,
    all_printed,
    check_stopping,
    check_tests,
    largest_difference,
    losses_of,
    needs_torch,
    printed,
    stopping,
    trained,
    variations,
)
from tests.core.test_export_code_text import HOSTILE

replace = msgspec.structs.replace


def constants(code: str) -> dict[str, object]:
    """The numbers at the end of a script, by name."""
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.List | ast.Constant)
    }


@pytest.mark.parametrize("name", example_names())
def test_the_script_holds_the_very_numbers_of_the_app(name: str) -> None:
    experiment = load_example(name)
    code, trainer = pytorch_script(experiment), Trainer(experiment)
    found, dataset = constants(code), trainer.dataset
    for table, inputs, targets in (
        ("DATA", dataset.inputs, dataset.targets),
        ("TEST_DATA", dataset.test_inputs, dataset.test_targets),
    ):
        assert (table in found) == (len(targets) > 0)
        if table in found:
            assert np.array_equal(np.array(found[table]), np.column_stack([inputs, targets]))
    weights = found["WEIGHTS"]
    assert isinstance(weights, list)
    flat = np.concatenate([np.column_stack([np.array(part) for part in layer]).ravel() for layer in weights])
    assert np.array_equal(flat, trainer.theta)
    assert found["STEPS"] == 100
    assert ("def batches" in code) == (not trainer.full_batch)


@pytest.mark.parametrize("name", example_names())
def test_it_reads_well(name: str) -> None:
    code = pytorch_script(load_example(name))
    assert all(len(line) <= 120 and line == line.rstrip() for line in code.splitlines())
    assert "\t" not in code and "\n\n\n\n" not in code and code.endswith("\n")
    assert f"\n# {name}: " in code
    assert "torchrun --nproc-per-node 2" in code
    used = re.findall(r"^import \S+ as (\w+)|^import (\w+)$", code, re.MULTILINE)
    assert used and all(re.search(rf"(?<!import )\b{alias or module}\.", code) for alias, module in used)


def test_only_what_is_needed_is_in_it() -> None:
    lecture = pytorch_script(load_example("lecture"))
    assert not re.search(r"numpy|penalty|learning_rate|batches|FIRST_STEP", lecture)
    assert "penalty" in pytorch_script(load_example("moons-demo"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_changes_nothing(name: str) -> None:
    experiment = load_example("lecture")
    mine = ast.dump(ast.parse(pytorch_script(experiment).encode()))
    assert ast.dump(ast.parse(pytorch_script(replace(experiment, name=name)).encode())) == mine


def test_what_is_not_sound_is_refused() -> None:
    experiment = load_example("lecture")
    with pytest.raises(ExperimentError, match="learning rate"):
        pytorch_script(replace(experiment, training=replace(experiment.training, learning_rate=-1.0)))
    with pytest.raises(ChainruleError, match="not -1"):
        pytorch_script(experiment, -1)


# -- where it begins ----------------------------------------------------------------------------------------------


def run_of(name: str, steps: int, **changes: object) -> tuple[Document, Trainer]:
    experiment = load_example(name)
    trainer = Trainer(replace(experiment, training=replace(experiment.training, **changes)))
    trainer.advance(steps)
    return document_of(trainer.experiment, None, [trainer]), trainer


def test_a_run_begins_at_its_first_weights_or_where_it_stands() -> None:
    document, trainer = run_of("xor", 13)
    start, now = beginning(document), beginning(document, now=True)
    assert (start.step, start.epoch, start.position) == (0, 0, 0)
    assert np.array_equal(start.theta, Trainer(document.experiment).theta)
    assert (now.step, now.epoch, now.position) == (13, 0, 130)
    assert np.array_equal(now.theta, trainer.theta)
    code = pytorch_script(document, 5, now=True)
    assert "FIRST_STEP = 13" in code and "range(FIRST_STEP, FIRST_STEP + STEPS)" in code
    assert "epoch, first = 0, 130" in code


def test_rates_that_were_changed_on_the_way_are_followed() -> None:
    _, trainer = run_of("lecture", 7)
    trainer.change(replace(trainer.experiment, training=replace(trainer.experiment.training, learning_rate=0.2)))
    trainer.advance(7)
    trainer.change(
        replace(trainer.experiment, training=replace(trainer.experiment.training, decay=Decay("cosine", steps=5)))
    )
    trainer.advance(3)
    start = beginning(document_of(trainer.experiment, None, [trainer]))
    assert [step for step, _ in start.earlier] == [0, 7, 14] and not start.remarks
    code = learning_rate_text(start)
    assert "if step < 7:" in code and "if step < 14:" in code and "math.cos" in code
    assert "import math" in pytorch_script(start)


def test_other_changes_are_told() -> None:
    _, trainer = run_of("lecture", 7)
    trainer.change(replace(trainer.experiment, training=replace(trainer.experiment.training, loss="huber")))
    trainer.advance(1)
    code = pytorch_script(document_of(trainer.experiment, None, [trainer]))
    assert "# Settings were changed on the way (step 7: loss: Huber error)" in code
    assert "F.huber_loss" in code and "import torch.nn.functional as F" in code


def edited(step: int) -> Trainer:
    """Two weights are set by hand at this step; then training goes on to step 9."""
    _, trainer = run_of("lecture", step)
    trainer.set_parameter("L1.N1.w2", 0.5)
    trainer.set_parameter("L3.N1.b", -0.25)
    trainer.advance(9 - step)
    return trainer


def test_weights_set_by_hand_are_told_and_gone_on_with() -> None:
    trainer = edited(5)
    document = document_of(trainer.experiment, None, [trainer])
    told = "# Weights were set by hand on the way (step 5: L1.N1.w2 = 0.5; step 5: L3.N1.b = -0.25); here they are not"
    assert told in pytorch_script(document)
    now = beginning(document, now=True)
    assert np.array_equal(now.theta, trainer.theta) and not now.remarks


def test_weights_set_by_hand_before_the_first_step_are_the_first_weights() -> None:
    trainer = edited(0)
    start = beginning(document_of(trainer.experiment, None, [trainer]))
    assert not start.remarks and start.theta[start.names.index("L1.N1.w2")] == 0.5
    assert start.names == trainer.objective.names


def test_a_change_of_where_it_stops_is_told_and_no_other_change() -> None:
    _, trainer = run_of("lecture", 4)
    training = replace(trainer.experiment.training, stop=Stop(step=50), learning_rate=0.2)
    trainer.change(replace(trainer.experiment, training=training))
    trainer.advance(1)
    code = pytorch_script(document_of(trainer.experiment, None, [trainer]))
    assert "# Where training stops was changed on the way; here the last choice holds from the beginning." in code
    assert "Settings were changed" not in code and "if step < 4:" in code
    assert "LAST_STEP = 50" in code and "range(min(STEPS, LAST_STEP))" in code


def test_a_step_to_stop_at_that_is_past_stops_nothing() -> None:
    document, _ = run_of("lecture", 7, stop=Stop(step=5))
    trainer_stopped = beginning(document, now=True)
    assert trainer_stopped.step == 5 and "LAST_STEP" not in pytorch_script(trainer_stopped)


def test_own_words_are_remarks() -> None:
    experiments = variations()
    code = pytorch_script(experiments["own rows"])
    assert "# x1 is age, in the file 9.5 * x1 + 40.0" in code and "# x2 is '); import os #\n" in code
    assert "# y is rent, in the file 300.0 * y + 900.0" in code
    plain = replace(experiments["own rows"].data.own, names=("x1", "x2", "x3", "x4"), target_name="y")
    other = replace(experiments["own rows"], data=replace(experiments["own rows"].data, own=plain))
    assert ast.dump(ast.parse(pytorch_script(other))) == ast.dump(ast.parse(code))
    assert "# y3 is 1 where the class is c | d\n# y4 is 1 where the class is \\u202ee" in pytorch_script(
        experiments["own classes"]
    )


def test_a_document_whose_set_up_needs_new_weights_begins_anew() -> None:
    document, _ = run_of("lecture", 3)
    other = replace(document, experiment=load_example("xor"))
    assert beginning(other, now=True).step == 0


def test_adam_cannot_go_on_with_other_betas() -> None:
    _, trainer = run_of("lecture", 4, optimizer=OptimizerSpec("adam"))
    training = trainer.experiment.training
    trainer.change(
        replace(trainer.experiment, training=replace(training, optimizer=replace(training.optimizer, beta1=0.5)))
    )
    trainer.advance(2)
    document = document_of(trainer.experiment, None, [trainer])
    with pytest.raises(ExportError, match="from the beginning"):
        pytorch_script(document, now=True)
    assert "betas=(0.5, 0.999)" in pytorch_script(document)


def test_written_rates_are_those_of_the_schedule() -> None:
    """The formulas in the script and in schedules.py are the same."""
    checked = 0
    for name, experiment in variations().items():
        text = learning_rate_text(beginning(experiment))
        if not text:
            continue
        body = ast.parse(text).body[0]
        assert isinstance(body, ast.FunctionDef)
        for step in (0, 1, 4, 5, 8, 9, 13, 14, 15, 40):
            assert evaluated(body, step) == pytest.approx(learning_rate(experiment.training, step), rel=1e-15), name
        checked += 1
    assert checked >= 9


def evaluated(function: ast.FunctionDef, step: int) -> float:
    """What `learning_rate(step)` returns, found by walking its few kinds of nodes."""
    import math
    import operator

    signs = {
        ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv, ast.Pow: operator.pow,
    }  # fmt: skip

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=found):
                return found  # type: ignore[return-value]
            case ast.Name(id="step"):
                return step
            case ast.Attribute(attr="pi"):
                return math.pi
            case ast.BinOp(left=left, op=sign, right=right):
                return signs[type(sign)](value(left), value(right))  # type: ignore[no-any-return]
            case ast.Call(func=ast.Name(id="min"), args=args):
                return min(map(value, args))
            case ast.Call(func=ast.Attribute(attr="cos"), args=[angle]):
                return math.cos(value(angle))
        raise AssertionError(ast.dump(node))

    for statement in function.body:
        if isinstance(statement, ast.If) and isinstance(statement.test, ast.Compare):
            if step < value(statement.test.comparators[0]):
                assert isinstance(statement.body[0], ast.Return) and statement.body[0].value
                return value(statement.body[0].value)
        elif isinstance(statement, ast.Return) and statement.value:
            return value(statement.value)
    raise AssertionError("nothing is returned")


# -- run for real -------------------------------------------------------------------------------------------------


@needs_torch
def test_in_one_process_it_prints_the_losses_of_the_app(tmp_path: Path) -> None:
    experiments = variations()
    steps = {name: 100 if name in example_names() else 60 for name in experiments}
    outputs = all_printed({n: pytorch_script(e, steps[n]) for n, e in experiments.items()}, tmp_path, TORCH)
    for name, experiment in experiments.items():
        assert largest_difference(losses_of(outputs[name]), trained(experiment, steps[name])) < CLOSE, name
        check_tests(outputs[name], experiment, steps[name])


@needs_torch
def test_it_stops_where_the_app_does(tmp_path: Path) -> None:
    check_stopping(all_printed({n: pytorch_script(e, 300) for n, e in stopping().items()}, tmp_path, TORCH), 300)


@needs_torch
@pytest.mark.parametrize("name", ["lecture", "moons-demo", "spiral"])
def test_shared_by_two_processes_it_prints_the_same(name: str, tmp_path: Path) -> None:
    experiment = load_example(name)
    output = printed(pytorch_script(experiment), tmp_path, TORCH, *TWO)
    assert largest_difference(losses_of(output), trained(experiment, 100)) < CLOSE


@needs_torch
@pytest.mark.parametrize("name", ["accuracy of classes", "frozen adamw", "clipped"])
def test_stopping_freezing_and_clipping_are_shared_too(name: str, tmp_path: Path) -> None:
    experiment = (stopping() | variations())[name]
    output = printed(pytorch_script(experiment, 50), tmp_path, TORCH, *TWO)
    assert largest_difference(losses_of(output), trained(experiment, 50)) < CLOSE
    check_tests(output, experiment, 50)


@needs_torch
def test_batches_smaller_than_the_processes_are_shared_too(tmp_path: Path) -> None:
    experiment = variations()["one sample a step"]
    output = printed(pytorch_script(experiment, 10), tmp_path, TORCH, *TWO)
    assert largest_difference(losses_of(output), trained(experiment, 10)) < CLOSE


@needs_torch
def test_it_goes_on_in_the_middle_of_a_run(tmp_path: Path) -> None:
    codes: dict[str, str] = {}
    expected: dict[str, list[float]] = {}
    for kind in ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"):
        document, trainer = run_of("xor", 33, optimizer=OptimizerSpec(kind), learning_rate=0.01)
        codes[kind] = pytorch_script(document, 30, now=True)
        expected[kind] = trainer.advance(30).losses.tolist()
    trainer = Trainer(load_example("xor"))
    trainer.advance(5)
    training = trainer.experiment.training
    trainer.change(replace(trainer.experiment, training=replace(training, optimizer=OptimizerSpec("adam"))))
    trainer.advance(5)  # Adam counts from where it began
    codes["begun later"] = pytorch_script(present(trainer), 20)
    expected["begun later"] = trainer.advance(20).losses.tolist()
    outputs = all_printed(codes, tmp_path, TORCH)
    for name, code in codes.items():
        first = int(code.split("FIRST_STEP = ")[1].split()[0])
        assert largest_difference(losses_of(outputs[name], first), expected[name]) < CLOSE, name


@needs_torch
def test_a_rate_dragged_while_it_trained_gives_the_same_curve(tmp_path: Path) -> None:
    trainer = Trainer(load_example("lecture"))
    losses = []
    for rate in (0.05, 0.1, 0.02):
        trainer.change(replace(trainer.experiment, training=replace(trainer.experiment.training, learning_rate=rate)))
        losses += trainer.advance(10).losses.tolist()
    code = pytorch_script(document_of(trainer.experiment, None, [trainer]), 30)
    assert largest_difference(losses_of(printed(code, tmp_path, TORCH)), losses) < CLOSE
