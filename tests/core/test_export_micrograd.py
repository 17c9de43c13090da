"""The micrograd script: on our engine, and where it is at hand on karpathy's package, it trains as the app does."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import msgspec
import pytest

from core.document import document_of
from core.engine import Value
from core.errors import ExperimentError
from core.examples import example_names, load_example
from core.experiment import OptimizerSpec
from core.exporters.micrograd import OWN_IMPORTS, micrograd_script
from core.exporters.micrograd_operations import FUNCTION_NAMES, function_name, functions_text
from core.ops import OPS
from core.trainer import Trainer
from tests.core.export_runs import (
    CLOSE,
    MICROGRAD,
    all_printed,
    check_stopping,
    check_tests,
    largest_difference,
    losses_of,
    needs_micrograd,
    on_our_engine,
    printed,
    stopping,
    trained,
    variations,
)
from tests.core.test_export_code_text import HOSTILE

replace = msgspec.structs.replace
SLOW = ("moons-demo", "moons")  # of all samples a step: a second each on micrograd


def steps_of(name: str) -> int:
    return 3 if name in SLOW else 25 if name in example_names() else 15


def test_on_our_engine_it_prints_the_losses_of_the_app(tmp_path: Path) -> None:
    experiments = variations()
    steps = {name: min(steps_of(name), 6) for name in experiments}
    codes = {name: on_our_engine(micrograd_script(each, steps[name])) for name, each in experiments.items()}
    outputs = all_printed(codes, tmp_path, sys.executable)
    for name, experiment in experiments.items():
        assert largest_difference(losses_of(outputs[name]), trained(experiment, steps[name])) < CLOSE, name
        check_tests(outputs[name], experiment, steps[name])


@needs_micrograd
def test_on_micrograd_it_prints_the_losses_of_the_app(tmp_path: Path) -> None:
    experiments = variations()
    codes = {name: micrograd_script(each, steps_of(name)) for name, each in experiments.items()}
    outputs = all_printed(codes, tmp_path, MICROGRAD)
    for name, experiment in experiments.items():
        assert largest_difference(losses_of(outputs[name]), trained(experiment, steps_of(name))) < CLOSE, name
        check_tests(outputs[name], experiment, steps_of(name))


def test_it_goes_on_in_the_middle_of_a_run(tmp_path: Path) -> None:
    codes, expected = {}, {}
    for kind in ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"):
        experiment = load_example("xor")
        training = replace(experiment.training, learning_rate=0.01, optimizer=OptimizerSpec(kind))
        trainer = Trainer(replace(experiment, training=training))
        trainer.advance(27)
        if kind == "adam":  # what PyTorch's cannot do
            optimizer = OptimizerSpec(kind, beta1=0.5)
            trainer.change(replace(trainer.experiment, training=replace(training, optimizer=optimizer)))
            trainer.advance(1)
        document = document_of(trainer.experiment, None, [trainer])
        codes[kind] = on_our_engine(micrograd_script(document, 12, now=True))
        expected[kind] = trainer.step, trainer.advance(12).losses.tolist()
    outputs = all_printed(codes, tmp_path, sys.executable)
    for kind, (first, losses) in expected.items():
        assert largest_difference(losses_of(outputs[kind], first), losses) < CLOSE, kind


def test_it_stops_where_the_app_does(tmp_path: Path) -> None:
    codes = {name: on_our_engine(micrograd_script(each, 120)) for name, each in stopping().items()}
    check_stopping(all_printed(codes, tmp_path, sys.executable), 120)


def test_weights_set_by_hand_are_gone_on_with(tmp_path: Path) -> None:
    trainer = Trainer(load_example("lecture"))
    trainer.advance(3)
    trainer.set_parameter("L2.N2.w1", -1.5)
    document = document_of(trainer.experiment, None, [trainer])
    assert "# Weights were set by hand on the way (step 3: L2.N2.w1 = -1.5); here" in micrograd_script(document)
    output = printed(on_our_engine(micrograd_script(document, 8, now=True)), tmp_path)
    assert largest_difference(losses_of(output, 3), trainer.advance(8).losses.tolist()) < CLOSE


@pytest.mark.parametrize("name", example_names())
def test_it_reads_well(name: str) -> None:
    code = micrograd_script(load_example(name))
    assert all(len(line) <= 120 and line == line.rstrip() for line in code.splitlines())
    assert f"\n# {name}: " in code and code.endswith("\n")
    assert "from micrograd.engine import Value\nfrom micrograd.nn import MLP\n" in code
    assert ("import numpy" in code) == ("batches()" in code)
    assert ("import math" in code) == ("math." in code)
    assert OWN_IMPORTS in on_our_engine(code)


def test_micrograd_gets_room_for_a_deep_graph() -> None:
    assert "setrecursionlimit" in micrograd_script(load_example("moons-demo"))
    assert "setrecursionlimit" not in micrograd_script(load_example("lecture"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_changes_nothing(name: str) -> None:
    experiment = load_example("lecture")
    mine = ast.dump(ast.parse(micrograd_script(experiment).encode()))
    assert ast.dump(ast.parse(micrograd_script(replace(experiment, name=name)).encode())) == mine


def test_what_is_not_sound_is_refused() -> None:
    experiment = load_example("lecture")
    with pytest.raises(ExperimentError):
        micrograd_script(replace(experiment, training=replace(experiment.training, l2=-1.0)))


def test_every_operation_of_the_table_is_there_and_like_ours(tmp_path: Path) -> None:
    """Those that micrograd lacks, at several places: number and slopes are those of the engine."""
    ours = {name for name in OPS if function_name(name)}
    assert {*OPS} - ours == {"add", "mul", "power", "relu"}
    places = [(-2.5, 0.75), (0.5, -1.25), (3.0, 3.0), (30.0, -40.0), (0.25, 2.0)]
    calls: dict[str, tuple[str, Value, tuple[Value, ...]]] = {}
    for name in sorted(ours):
        for a, b in places:
            operands = (Value(a), Value(b))[: OPS[name].arity]
            if (name in ("log", "sqrt", "pow") and a < 0) or (name == "exp" and a > 20):
                continue
            result = getattr(Value, name)(*operands) if name != "pow" else operands[0] ** operands[1]
            result.backward()
            call = f"{function_name(name)}({', '.join('Value(' + repr(x.data) + ')' for x in operands)})"
            calls[call] = (call, result, operands)
    lines = [
        f"out = {call}; out.backward(); print(out.data, *(float(x.grad) for x in {call}._prev and out._prev))"
        for call in calls
    ]
    code = "\n".join(["import math", "from core.engine import Value", "", functions_text(ours), "", *lines])
    found = [[float(word) for word in line.split()] for line in printed(code, tmp_path).splitlines()]
    for (call, result, operands), numbers in zip(calls.values(), found, strict=True):
        expected = [result.data, *(operand.grad for operand in operands)]
        assert numbers == pytest.approx(expected, rel=1e-14, abs=1e-15), call
    assert len(FUNCTION_NAMES) == len(ours)
