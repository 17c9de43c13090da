"""Verification: shipped lessons hold, and whatever does not hold in a lesson is found, at its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.document import document_of, encode
from core.document_parts import Document
from core.examples import load_example
from core.expression.exercises import exercise
from core.expression.sheet import Phase
from core.lessons.checks import right_nodes, right_number
from core.lessons.figures import resolve, shown
from core.lessons.folders import NO_FILES, PackedFolder
from core.lessons.parts import PickTask, Step
from core.lessons.preparing import Prepared, PrepareError, prepared, state_of
from core.lessons.prose import live_numbers
from core.lessons.reading import lesson_of
from core.lessons.sharing import open_lesson
from core.lessons.shelf import shelf, shelf_path
from core.lessons.verify import verify
from core.trainer import Trainer

FILES = sorted(shelf_path().glob("*/*.md"))
SHEET = '[prepare]\ntext = "a = 2.0\\nb = a * a\\nb.backward()\\n"\n'
NET = '[prepare]\nexample = "lecture"\n'
CSV = b"u;v;class\n1;2;yes\n2;1;no\n1,5;2;yes\n3;1;no\n0;0;no\n"


def steps_of(*blocks: str) -> tuple[Step, ...]:
    sections = "".join(f"## S\nwords\n```step\n{block}\n```\n" for block in blocks)
    return lesson_of(f'+++\nid = "x"\ntitle = "X"\n+++\n{sections}').steps


def made(*blocks: str, files: dict[str, bytes] | None = None) -> Prepared:
    return prepared(steps_of(*blocks), len(blocks) - 1, PackedFolder(files or {}))


def told(block: str, prose: str = "words", files: dict[str, bytes] | None = None) -> list[str]:
    """With lines counted from the first one of the block."""
    lesson = lesson_of(f'+++\nid = "x"\ntitle = "X"\n+++\n## S\n{prose}\n```step\n{block}\n```\n')
    first = 8 + prose.count("\n")
    found = verify(lesson, PackedFolder(files or {})).mistakes
    return [f"{each.place.line - first + 1}:{each.place.column} {each.message}" for each in found]


# -- what is shipped --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_lessons_hold_and_are_quickly_checked(path: Path) -> None:
    found = open_lesson(path)
    checked = verify(found.lesson, found.folder)
    assert [str(each) for each in checked.mistakes] == []
    assert found.lesson.head.language == path.parent.name
    assert len(found.lesson.steps) >= 5
    assert 2 * found.lesson.tasks > len(found.lesson.steps)


def test_the_shelf_is_in_the_order_of_the_course() -> None:
    heads = [each.lesson.head for each in shelf()]
    assert [head.part for head in heads] == sorted(head.part for head in heads)
    assert len({head.id for head in heads}) == len(heads)
    assert {"derivative", "chain-rule"} <= {head.id for head in heads}
    assert [each.lesson for each in shelf("xx")] == [each.lesson for each in shelf()]


def test_the_example_of_the_documentation_holds() -> None:
    page = (shelf_path() / "FORMAT.md").read_text(encoding="utf-8")
    example = re.search(r"~~~markdown\n(.*?)~~~", page, re.DOTALL)
    assert example
    lesson = lesson_of(example[1])
    assert verify(lesson).mistakes == ()
    assert lesson.tasks == 2


def test_the_figures_of_the_first_parts() -> None:
    """Those that the lessons show are those of the syllabus."""
    by_id = {each.lesson.head.id: each.lesson.steps for each in shelf()}
    for name, expected in (
        ("derivative", ["20", "20.014003", "14.3", "14.03", "14.003", "14.00300000000243", "14.00000009255109",
                        "14.00124460815277", "4", "4", "3.997", "−3"]),
        ("chain-rule", ["4", "−2", "−1.9999999999953388", "−8"]),
    ):  # fmt: skip
        steps, seen = by_id[name], []
        for index, step in enumerate(steps):
            state = state_of(prepared(steps, index, NO_FILES))
            seen += [shown(live.figure, resolve(live.figure, state)) for live in live_numbers(step.blocks)]
        assert seen == expected
    answers = [
        right_number(step, state_of(prepared(by_id["chain-rule"], index, NO_FILES)))
        for index, step in enumerate(by_id["chain-rule"])
        if step.figure and step.task and step.task.__struct_config__.tag == "number"
    ]
    assert answers == [-8.0, 1.0, 4.0, -2.0, 6.0]
    picks = [step.task for step in by_id["chain-rule"] if isinstance(step.task, PickTask)]
    assert [right_nodes(task, state_of(prepared(by_id["chain-rule"], 6, NO_FILES))) for task in picks] == [{"a"}]


# -- what a step prepares ---------------------------------------------------------------------------------------------


def test_a_text_and_its_playhead() -> None:
    assert made(SHEET).position is None
    for position, steps in (('"start"', 0), ('"backward"', 1), ("1", 1), ("99", 3)):
        found = made(f"{SHEET}position = {position}")
        assert found.position == steps
        assert (state_of(found).step, state_of(found).outcome.step) == (steps, 3)
    assert (made(SHEET).document.mode, made(SHEET).document.text) == (
        "expression",
        "a = 2.0\nb = a * a\nb.backward()\n",
    )


def test_an_exercise() -> None:
    assert made("[prepare]\nexercise = 2\nseed = 17").document.text == exercise(2, 17).text


def test_a_network_is_trained_as_far_as_it_says() -> None:
    found = made(
        f'{NET}steps = 5\nsample = 3\nlevel = "neuron"\nneuron = "L1.N2"\nselect = "L1.N2.w1"\nposition = "zero"'
    )
    view = found.document.view
    assert (view.level, view.neuron, view.sample, view.address) == ("neuron", "L1.N2", 2, "L1.N2.w1")
    assert found.position is Phase.ZERO
    trainer = Trainer(load_example("lecture"))
    trainer.advance(5)
    state = state_of(found)
    assert state.step == 5
    assert state.measured["loss"] == trainer.objective.evaluate(trainer.theta).loss
    assert encode(found.document)  # it can be opened and saved


def test_a_step_goes_on_with_what_the_one_before_had() -> None:
    first = f'{NET}steps = 2\nset = {{ training.learning_rate = 0.1 }}\nselect = "L1.N1.w1"'
    found = made(first, '[prepare]\nsteps = 3\nset = { training.clip = 1.0 }\nbugs = ["twice"]', "")
    training = found.document.experiment.training
    assert (training.learning_rate, training.clip, training.bugs) == (0.1, 1.0, ("twice",))
    assert state_of(found).step == 5
    assert found.select == "L1.N1.w1"
    assert made(first, '[prepare]\nlevel = "sample"').select == ""
    assert made(first, SHEET).document.mode == "expression"
    assert made(SHEET + 'position = "start"', "").position == 0
    assert made(SHEET + 'position = "start"', '[prepare]\nposition = "end"').position is None
    assert made("").document == Document(experiment=load_example("lecture"))


def test_rows_and_documents_of_the_folder() -> None:
    document = encode(document_of(load_example("xor"), None, [Trainer(load_example("xor"))]))
    found = made('[prepare]\ndocument = "d.chainrule"\nsteps = 2', files={"d.chainrule": document})
    assert state_of(found).step == 2
    own = made('[prepare]\nexample = "xor"\ncsv = "rows.csv"\nsteps = 1', files={"rows.csv": CSV})
    data = own.document.experiment.data
    assert data.own is not None
    assert (data.kind, data.own.names, data.own.labels) == ("own", ("u", "v"), ("no", "yes"))
    assert state_of(own).step == 1


def test_cancelling_ends_the_training() -> None:
    seen = []

    class StopError(Exception):
        pass

    def report(share: float, partial: object = None) -> None:
        seen.append(share)
        if share > 0.3:
            raise StopError

    with pytest.raises(StopError):
        prepared(steps_of(f"{NET}steps = 100"), 0, NO_FILES, report)
    assert seen == pytest.approx([0.0, 0.2, 0.4])


@pytest.mark.parametrize(
    ("block", "key", "says"),
    [
        ('[prepare]\ntext = "a = ("', "text", "In line 1 of the text"),
        ('[prepare]\nexample = "xro"', "example", "Did you mean 'xor'?"),
        ('[prepare]\ndocument = "no.chainrule"', "document", "There is no file 'no.chainrule' in the lesson."),
        ('[prepare]\ndocument = "../x.chainrule"', "document", "no name of a file of the lesson's own folder"),
        ('[prepare]\ncsv = "/etc/passwd"', "csv", "no name of a file of the lesson's own folder"),
        ('[prepare]\ncsv = "bad.csv"', "csv", "bad.csv: "),
        (f"{NET}set = {{ training.rate = 1 }}", "set.training.rate", "There is no field 'rate'"),
        (f"{NET}set = {{ training.learning_rate = 99 }}", "set", "The learning rate must be"),
        (f'{NET}bugs = ["twise"]', "bugs[0]", "Did you mean 'twice'?"),
        (f'{NET}bugs = ["no-radd"]', "bugs", "has no place in a network"),
        (f"{NET}sample = 5", "level", "sample 5 of 4"),
        (f'{NET}level = "neuron"\nneuron = "L9.N1"', "level", "there is no neuron"),
        (f'{NET}position = "start"', "position", "In a network the playhead"),
        (
            f"{NET}set = {{ training.learning_rate = 10.0, network.output = 'linear' }}\nsteps = 999",
            "steps",
            "diverges",
        ),
        (f"{SHEET}steps = 3", "steps", "no meaning in an expression"),
        (f'{SHEET}position = "update"', "position", "is a phase of training"),
        (f'{SHEET}select = "z"', "select", "There is no node 'z'"),
    ],
)
def test_what_cannot_be_prepared(block: str, key: str, says: str) -> None:
    with pytest.raises(PrepareError) as caught:
        made(block, files={"bad.csv": b"a"})
    assert says in str(caught.value)
    assert caught.value.key == key
    assert any(says in each for each in told(block, files={"bad.csv": b"a"}))


# -- what is found ----------------------------------------------------------------------------------------------------

NUMBER = '[task]\nkind = "number"\nask = "?"\nfigure = "grad a"\n'
REACH = '[task]\nkind = "reach"\nask = "?"\n'


@pytest.mark.parametrize(
    ("block", "says"),
    [
        (SHEET + '[spotlight]\nnode = "c"', "4:8 There is no node 'c' in this graph."),
        (NET + '[spotlight]\nnode = "L1.N9"', "4:8 There is no node 'L1.N9' in this graph."),
        (NET + 'select = "L1.N1.w9"', "3:10 There is no node 'L1.N1.w9' in this graph. Did you mean"),
        (SHEET + NUMBER + "expect = 5.0", "7:10 The session computes 4.0, not 5.0."),
        (SHEET + NUMBER.replace("grad a", "grad z"), "6:10 There is no node 'z' in this graph."),
        (SHEET + NUMBER + "tolerance = 0.5\n" + '[[task.hints]]\nwhen = 4\nsay = "x"', "8:1 No wrong answer meets"),
        (SHEET + NUMBER + '[[task.hints]]\nwhen = "grad z"\nsay = "x"', "7:1 There is no node 'z'"),
        (SHEET + NUMBER + '[[task.hints]]\nwhen = "sgin"\nsay = "x"', "7:1 'sgin' names no figure."),
        (
            NET + NUMBER.replace("grad a", "loss") + '[[task.hints]]\nwhen = "local"\nsay = "x"',
            "'local' is about gradients",
        ),
        (SHEET + NUMBER.replace('"?"', '"{grad z}"'), "5:7 There is no node 'z'"),
        ("[prepare]\ntext = 'a = 0.0\\nb = a * a'\n" + NUMBER, "In line 1 of the text"),
        (SHEET + '[task]\nkind = "pick"\nask = "?"\nnodes = ["z"]', "6:10 There is no node 'z'"),
        (SHEET + '[task]\nkind = "pick"\nask = "?"\nnodes = ["a", "b"]', "3:1 Every node is right"),
        (SHEET + '[task]\nkind = "pick"\nask = "?"\nproperty = "zero gradient"', "6:12 No node of this graph"),
        (
            SHEET + '[task]\nkind = "pick"\nask = "?"\nnodes = ["a"]\n[[task.hints]]\nwhen = "a"\nsay = "x"',
            "7:1 'a' is no wrong node of this graph.",
        ),
        (
            NET + REACH + 'figure = "loss"\nat_most = 0.1\nsolution = { steps = 3 }',
            "8:12 The solution does not meet the task.",
        ),
        (
            NET + REACH + 'figure = "loss"\nat_most = 9.0\nsolution = { steps = 3 }',
            "3:1 The task is met before anything",
        ),
        (NET + REACH + 'figure = "loss"\nat_most = 0.1\nwithin = 5\nsolution = { steps = 30 }', "it can be done in 5"),
        (NET + REACH + 'figure = "loss"\nat_most = 0.1\nsolution = { set = { a = 1 } }', "8:26 There is no field 'a'."),
        (NET + REACH + 'figure = "test loss"\nat_most = 0.1\nsolution = {}', "6:10 No rows are kept back"),
        (NET + REACH + 'figure = "loss"\nat_most = 0.1\nsolution = { text = "a" }', "8:12 A network has no text."),
        (
            NET + REACH + 'figure = "loss"\nat_most = 0.1\nsolution = { leaves = { x = 1.0 } }',
            "8:12 There is no parameter 'x'",
        ),
        (
            SHEET + REACH + 'figure = "data a"\nat_least = 9\nsolution = { leaves = { z = 9.0 } }',
            "There is no number 'z'",
        ),
        (
            SHEET + REACH + 'figure = "data a"\nat_least = 9\nsolution = { steps = 1 }',
            "8:12 In an expression a solution",
        ),
        (
            NET + '[task]\nkind = "separate"\nask = "?"\naccuracy = 1.0\nsolution = {}',
            "7:12 The solution does not meet",
        ),
        (NET + '[task]\nkind = "bug"\nask = "?"', "3:1 There are 0 bugs on"),
        (
            NET + 'bugs = ["twice"]\n[task]\nkind = "bug"\nask = "?"\namong = ["naive"]',
            "7:9 The bug that is on has to be",
        ),
        (NET + 'bugs = ["twice"]\n[task]\nkind = "bug"\nask = "?"\namong = ["nope"]', "7:10 There is no bug 'nope'"),
        (NET + 'bugs = ["naive", "preorder"]', "cannot be together"),
    ],
)
def test_what_does_not_hold_is_found(block: str, says: str) -> None:
    assert says in "\n".join(told(block))


@pytest.mark.parametrize(
    "block",
    [
        SHEET + NUMBER + "expect = 4.0\n" + '[[task.hints]]\nwhen = "one use"\nsay = "x"',
        SHEET + REACH + 'figure = "data a"\nat_least = 9\nsolution = { leaves = { a = 9.5 } }',
        SHEET + REACH + 'figure = "result"\nat_least = 9\nsolution = { text = "a = 9.0\\nb = a * a" }',
        NET + REACH + 'figure = "data L1.N1.w1"\nequals = 0.25\nsolution = { leaves = { "L1.N1.w1" = 0.25 } }',
        NET
        + REACH
        + 'figure = "field network.output"\nequals = "linear"\nsolution = { set = { network.output = "linear" } }',
        NET + 'bugs = ["twice"]\n[task]\nkind = "bug"\nask = "?"\n[[task.hints]]\nwhen = "naive"\nsay = "x"',
        NET + '[task]\nkind = "separate"\nask = "?"\naccuracy = 1.0\nsolution = { steps = 30 }',
        NET + '[spotlight]\nnode = "L1.N2"\n[task]\nkind = "do"\nask = "?"\nevent = "play"',
        NET
        + 'set = { network.hidden = [{ neurons = 2, activation = "relu" }] }\n[spotlight]\nnode = "sample1/L1.N2.out"',
    ],
)
def test_what_holds(block: str) -> None:
    assert told(block) == []


def test_live_numbers_and_pictures_are_found_where_they_stand() -> None:
    prose = "Loss {loss}, {grad c}.\n\n![A map](map.png)\n\n{data b}"
    assert told(SHEET + 'position = "start"', prose) == [
        "-5:6 There is no loss in the expression lab; 'result' is the end of the graph.",
        "-5:14 There is no node 'c' in this graph.",
        "-3:1 There is no file 'map.png' in the lesson.",
        "-1:1 'data b' is not known at this moment.",
    ]


def test_too_long_a_lesson_ends() -> None:
    steps = "## S\nwords\n```step\n[prepare]\nexample = 'moons-demo'\nsteps = 5000\n```\n" * 3
    lesson = lesson_of(f'+++\nid = "x"\ntitle = "X"\n+++\n{steps}')
    checked = verify(lesson, seconds=0.3)
    assert [each.message for each in checked.mistakes] == [
        "The verification takes too long: train fewer steps, or take a smaller network."
    ]
