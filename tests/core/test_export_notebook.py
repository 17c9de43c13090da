"""Jupyter notebooks: sound nbformat, and their cells, run one after the other, give the app's numbers."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.examples import example_names, load_example
from core.exporters.code_text_targets import CODE_TARGETS, sheet_code, training_code
from core.exporters.notebook import expression_notebook, markdown, training_notebook
from core.expression.run import run_text
from core.expression.sheet import state_at
from core.expression.snippets import snippets
from tests.core.export_runs import (
    CLOSE,
    all_printed,
    check_tests,
    lab_variations,
    largest_difference,
    losses_of,
    printed,
    stopping,
    trained,
    values_of,
)
from tests.core.test_export_code_text import HOSTILE

has_nbclient = all(importlib.util.find_spec(name) for name in ("nbformat", "nbclient", "ipykernel"))
TEXTS = {each.name: each.text for each in snippets()}


def sources(notebook: str, kind: str = "code") -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"] if cell["cell_type"] == kind]


def program(notebook: str) -> str:
    """All cells as one program; what a notebook shows of a cell's last line is left out."""
    return "\n\n".join(sources(notebook))


def check_format(notebook: str) -> None:
    """What nbformat 4.5 asks for."""
    whole: dict[str, Any] = json.loads(notebook)
    assert set(whole) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5)
    assert whole["metadata"]["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    names = [cell["id"] for cell in whole["cells"]]
    assert len({*names}) == len(names) and all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
    for cell in whole["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert cell["cell_type"] in ("code", "markdown")
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | code
        assert cell["metadata"] == {} and cell.get("outputs", []) == [] and cell.get("execution_count") is None
        assert cell["source"] and all(line.endswith("\n") for line in cell["source"][:-1])
        assert not cell["source"][-1].endswith("\n")
    if importlib.util.find_spec("nbformat"):
        nbformat = importlib.import_module("nbformat")
        nbformat.validate(nbformat.reads(notebook, as_version=4))


@pytest.mark.parametrize("name", example_names())
def test_of_a_training(name: str, tmp_path: Path) -> None:
    experiment = load_example(name)
    notebook = training_notebook(experiment, 2)
    check_format(notebook)
    losses = losses_of("\n".join(printed(program(notebook), tmp_path).splitlines()))
    assert largest_difference(losses, trained(experiment, 2)) < CLOSE


def test_of_classes_features_frozen_parts_and_stops(tmp_path: Path) -> None:
    experiments = lab_variations() | {"stops": stopping()["accuracy of classes"]}
    notebooks = {name: training_notebook(each, 3) for name, each in experiments.items()}
    outputs = all_printed({name: program(each) for name, each in notebooks.items()}, tmp_path, sys.executable)
    for name, experiment in experiments.items():
        check_format(notebooks[name])
        assert largest_difference(losses_of(outputs[name]), trained(experiment, 3)) < CLOSE, name
        check_tests(outputs[name], experiment, 3)


def test_of_every_snippet(tmp_path: Path) -> None:
    notebooks = {name: expression_notebook(run_text(text)) for name, text in TEXTS.items()}
    outputs = all_printed({name: program(each) for name, each in notebooks.items()}, tmp_path, sys.executable)
    for name, text in TEXTS.items():
        check_format(notebooks[name])
        sheet = run_text(text)
        state = state_at(sheet, len(sheet.steps))
        values = values_of("\n".join(line for line in outputs[name].splitlines() if " data " in line))
        for address, (data, grad) in values.items():
            node = sheet.node(address)
            assert node is not None
            assert data == pytest.approx(state.data[node], rel=CLOSE)
            assert grad == pytest.approx(state.grad[node], rel=CLOSE, abs=CLOSE)
        assert len(values) > 0


@pytest.mark.skipif(not has_nbclient, reason="no nbformat, nbclient and ipykernel here")
@pytest.mark.parametrize("name", ["lecture", "xor", "neuron"])
def test_executed_by_jupyter(name: str) -> None:
    nbformat, nbclient = importlib.import_module("nbformat"), importlib.import_module("nbclient")
    code = expression_notebook(run_text(TEXTS[name])) if name in TEXTS else training_notebook(load_example(name), 3)
    notebook = nbformat.reads(code, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    text = "".join(output.get("text", "") for output in outputs)
    if name in TEXTS:
        assert "o              data 0.7071067811865477 grad 1.0" in text
    else:
        assert largest_difference(losses_of(text), trained(load_example(name), 3)) < CLOSE


def test_the_picture_is_the_lectures(tmp_path: Path) -> None:
    """A record for every value, a round node for every operation; labels cannot leave their field."""
    dot = tmp_path / "dot"
    dot.write_text("#!/bin/sh\n")
    dot.chmod(0o755)
    text = (
        TEXTS["neuron"].replace("label='n'", "label='n | {x} <y>'").replace("n.label = 'n'", "n.label = 'n | {x} <y>'")
    )
    code = program(expression_notebook(run_text(text)))
    which = "from shutil import which"
    assert which in code
    code = code.replace(which, f"which = {{'dot': {str(dot)!r}}}.get").replace(
        "draw_dot(o)", "print(draw_dot(o).source)"
    )
    source = printed(code, tmp_path).split("digraph {")[-1].rpartition("}")[0]
    assert source.count("shape=record") == 10
    assert len(re.findall(r"label=[\"+*]|label=tanh", source)) >= 5
    assert "| data 0.8814 | grad 0.5000 }" in source
    assert r"n\\ \\|\\ \\{x\\}\\ \\<y\\>" in source or r"n\ \|\ \{x\}\ \<y\>" in source
    assert source.count("->") == 5 + 9


def test_without_graphviz_it_says_what_to_install(tmp_path: Path) -> None:
    code = program(expression_notebook(run_text(TEXTS["neuron"])))
    code = code.replace("from shutil import which", "which = {}.get")
    assert "For the picture install Graphviz" in printed(code, tmp_path)


def test_the_graph_is_drawn_before_and_after_backward() -> None:
    cells = sources(expression_notebook(run_text(TEXTS["neuron"])))
    calls = [cell for cell in cells if cell in ("draw_dot(o)", "o.backward()")]
    assert calls == ["draw_dot(o)", "o.backward()", "draw_dot(o)"]
    assert not [cell for cell in sources(expression_notebook(run_text(TEXTS["loss"]))) if cell.startswith("draw_dot")]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_changes_nothing(name: str) -> None:
    experiment = load_example("lecture")
    mine, other = training_notebook(experiment), training_notebook(msgspec.structs.replace(experiment, name=name))
    check_format(other)
    assert ast.dump(ast.parse(program(mine).encode())) == ast.dump(ast.parse(program(other).encode()))
    assert len(sources(mine, "markdown")) == len(sources(other, "markdown"))


def test_markdown_from_outside_means_nothing() -> None:
    assert markdown("<script>a</script> [x](javascript:y) *b* `c` $d$") == (
        r"&lt;script&gt;a&lt;/script&gt; \[x\]\(javascript:y\) \*b\* \`c\` \$d\$"
    )
    assert markdown("a\n# b") == r"a\\n\# b"
    assert markdown("a & b") == "a &amp; b"


def test_what_targets_are_called() -> None:
    assert [(target.key, target.suffix) for target in CODE_TARGETS.values()] == [
        ("pytorch", ".py"),
        ("micrograd", ".py"),
        ("notebook", ".ipynb"),
    ]
    assert training_code(load_example("lecture"), "notebook", 3) == training_notebook(load_example("lecture"), 3)
    sheet = run_text(TEXTS["neuron"])
    assert sheet_code(sheet, "notebook") == expression_notebook(sheet)
