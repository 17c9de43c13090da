"""Lessons as text: what is read, and what is told of each mistake, at which line and column."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ChainruleError
from core.lessons.folders import NO_FILES
from core.lessons.mistakes import LessonError, Place
from core.lessons.parts import ChooseTask, Lesson, NumberTask, Prepare, Spotlight
from core.lessons.prose import Paragraph, Text, plain
from core.lessons.reading import MOST_BYTES, lesson_of, read_lesson
from core.lessons.shelf import shelf_path
from core.lessons.verify import verify

HEAD = '+++\nid = "x"\ntitle = "X"\n+++\n'
STEP = """
## One

Words.

```step
{}
```
"""
SHIPPED = [path.read_text(encoding="utf-8") for path in sorted((shelf_path() / "en").glob("*.md"))]


def step_lesson(toml: str) -> Lesson:
    return lesson_of(HEAD + STEP.format(toml))


def told(text: str) -> list[str]:
    with pytest.raises(LessonError) as caught:
        lesson_of(text)
    return [str(each) for each in caught.value.mistakes]


def told_of_step(toml: str) -> list[str]:
    """With lines counted from the first one of the block."""
    with pytest.raises(LessonError) as caught:
        step_lesson(toml)
    return [f"{each.place.line - 10}:{each.place.column} {each.message}" for each in caught.value.mistakes]


def test_head_introduction_and_steps() -> None:
    lesson = lesson_of(
        '+++\nid = "a-1"\ntitle = "A"\npart = 3\nminutes = 5\nlanguage = "de"\nsummary = "s"\nlock = ["play"]\n'
        'hide = ["lossPanel"]\n+++\nBefore.\n\n## First\nWords.\n## Second\nMore.\n'
    )
    head = lesson.head
    assert (head.id, head.title, head.part, head.minutes, head.language) == ("a-1", "A", 3, 5, "de")
    assert (head.summary, head.lock, head.hide) == ("s", ("play",), ("lossPanel",))
    assert lesson.introduction == (Paragraph((Text("Before."),)),)
    assert [(step.title, step.line, step.blocks) for step in lesson.steps] == [
        ("First", 13, (Paragraph((Text("Words."),)),)),
        ("Second", 15, (Paragraph((Text("More."),)),)),
    ]
    assert lesson.tasks == 0
    assert lesson.controls == {"play", "lossPanel"}


def test_a_step_block_is_read_and_is_no_prose() -> None:
    lesson = step_lesson(
        '[prepare]\ntext = """\na = 2.0\nb = a * a\nb.backward()\n"""\nposition = "start"\n[spotlight]\nnode = "a"\n'
        '[task]\nkind = "number"\nask = "What is $a$?"\nfigure = "grad a | 6"\ntolerance = 0.1\n'
        '[[task.hints]]\nwhen = 2\nsay = "*No.*"\n[[task.hints]]\nwhen = "sign"\nsay = "Sign."\n'
    )
    (step,) = lesson.steps
    assert step.prepare == Prepare(text="a = 2.0\nb = a * a\nb.backward()\n", position="start")
    assert step.spotlight == Spotlight(node="a")
    assert isinstance(step.task, NumberTask)
    assert [(hint.when, hint.say) for hint in step.task.hints] == [(2, "*No.*"), ("sign", "Sign.")]
    assert step.figure is not None and (step.figure.kind, step.figure.node, step.figure.digits) == ("grad", "a", 6)
    assert step.spans["hints[0].say"] == (Text("No.", italic=True),)
    assert plain(step.spans["ask"]) == "What is a?"
    assert step.blocks == (Paragraph((Text("Words."),)),)
    assert step.place("task.figure") == Place(23, 10)
    assert step.place("task.hints[1].say") == Place(30, 7)
    assert step.place("prepare.select") == Place(11, 1)  # not there: where the table is


def test_titles_inside_of_fences_begin_no_step() -> None:
    lesson = lesson_of(HEAD + "## One\n```python\n## no title\n```\n")
    assert len(lesson.steps) == 1


def test_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    text = SHIPPED[0]
    for data in (text.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + text.encode()):
        assert read_lesson(data) == lesson_of(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1, column 1: A lesson begins with a line of +++"),
        ("# Hello", "line 1, column 1: A lesson begins with a line of +++"),
        ("\n+++\nid = 1", "line 2, column 1: The +++ at the beginning has no second line"),
        ("+++\nid = \n+++\n## A\nb", "line 2, column 6: This is not TOML: here should be a value. A text"),
        (HEAD, "There is no step: a step begins with a line '## Title'."),
        (
            '+++\nid = "X Y"\ntitle = "t"\n+++\n## A\nb',
            "line 2, column 6: An id is made of a-z, 0-9 and -, at most 60 of them. Did you mean 'x-y'?",
        ),
        ('+++\nid = "x"\n+++\n## A\nb', "line 2, column 1: 'title' is missing."),
        ('+++\nid = "x"\ntitle = 3\n+++\n## A\nb', "line 3, column 9: 'title' should be a text in quotes, not a whole"),
        (
            '+++\nid="x"\ntitle="t"\ntittle="t"\n+++\n## A\nb',
            "line 4, column 1: 'tittle' is not known here. Did you mean",
        ),
        (HEAD + "## A\n", "line 5, column 1: This step says nothing"),
        (HEAD + "## A\nb\n```step\n", "line 7, column 1: This ```step is never closed"),
        (HEAD + "## A\nb\n```step\n```\n```step\n```\n", "line 9, column 1: A step has one ```step block"),
        (HEAD + "## A\nb\x07", "line 6, column 2: This is a character that cannot be shown."),
        (HEAD + "## A\nb \u202eevil", "line 6, column 3: This is a character that cannot be shown."),
        (HEAD + "## A\n" + "b" * 10_001, "line 6, column 1: A line has at most 10,000 characters."),
        (HEAD + "## " + "t" * 101 + "\nb", "line 5, column 4: A title has at most 100 characters."),
        (HEAD + "## A\nb\n" * 41, "line 85, column 1: A lesson has at most 40 steps."),
    ],
)
def test_mistakes_of_the_whole(text: str, says: str) -> None:
    assert says in told(text)[0]


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[prepare", "1:9 This is not TOML"),
        ("[prepair]", "1:1 'prepair' is not known here. Did you mean 'prepare'?"),
        ('[prepare]\nexmple = "xor"', "2:1 'exmple' is not known here. Did you mean 'example'?"),
        ('[prepare]\nlevel = "deep"', "2:9 'level' cannot be 'deep'. There are: network, neuron, sample, whole loss."),
        ("[prepare]\nsteps = 2.5", "2:9 'steps' should be a whole number, not a number."),
        ("[prepare]\nsteps = 9999", "2:9 'steps' should be at most 5000."),
        ('[prepare]\ntext = "a"\nexample = "xor"', "3:11 'text' and 'example' cannot be together"),
        ("[prepare]\nseed = 3", "2:8 A seed belongs to an exercise."),
        ('[prepare]\nneuron = "L1.N1"', "1:1 A neuron is named at level 'neuron'"),
        ("[spotlight]", "1:1 A spotlight is on a control or on a node."),
        ('[spotlight]\nnode = "a"\ncontrol = "b"', "1:1 A spotlight is on a control or on a node."),
        ('[spotlight]\ncontrol = "a b"', "2:11 'control' has signs that cannot be in it"),
        ('[task]\nask = "?"', "1:1 What 'kind' of task? There are: number, pick, choose"),
        ('[task]\nkind = "quiz"\nask = "?"', "2:8 'quiz' is no kind of task. There are: number"),
        ('[task]\nkind = "number"\nask = "?"', "1:1 'figure' is missing in task."),
        (
            '[task]\nkind = "number"\nask = "?"\nfigure = "grap a"',
            "4:10 'grap a' names no figure. Did you mean 'grad'?",
        ),
        ('[task]\nkind = "number"\nask = "?"\nfigure = "loss"\nexpect = inf', "5:10 A number here must be finite."),
        ('[task]\nkind = "number"\nask = "$\\\\frc{a}{b}$"\nfigure = "loss"', "3:7 '\\frc' is not known in formulas."),
        ('[task]\nkind = "pick"\nask = "?"', "1:1 Either 'nodes' are named, or a 'property'"),
        (
            '[task]\nkind = "do"\nask = "?"\nevent = "fly"',
            "4:9 'event' cannot be 'fly'. There are: keep, level, mode, play, predict, reset",
        ),
        ('[task]\nkind = "reach"\nask = "?"\nfigure = "loss"\nsolution = {}', "1:1 How should the figure be?"),
        (
            '[task]\nkind = "choose"\nask = "?"\n[[task.choices]]\nanswer="a"\nwhy="w"\n[[task.choices]]\nanswer="b"',
            "7:1 'why' is missing in task.choices[1].",
        ),
        (
            '[task]\nkind = "choose"\nask = "?"\nchoices = [{answer="a", why="w"}, {answer="b", why="w"}]',
            "4:11 Exactly one of the choices has right = true.",
        ),
    ],
)
def test_mistakes_of_a_step_block(toml: str, says: str) -> None:
    assert says in told_of_step(toml)[0]


def test_several_mistakes_are_told_at_once_in_their_order() -> None:
    text = (
        HEAD.replace('"X"', "7")
        + "## A\nA $ sign\n## B\n{los}\n```step\n[prepare]\nsteps = -1\n[task]\nkind = 1\n```\n"
    )
    assert [int(line.split()[1].rstrip(",")) for line in told(text)] == [3, 6, 8, 11, 13]


def test_numbers_of_the_file_are_not_taken_for_true() -> None:
    lesson = step_lesson(
        '[task]\nkind = "choose"\nask = "?"\nchoices = [{answer="a", why="w", right=true}, {answer="b", why="w"}]'
    )
    assert isinstance(lesson.steps[0].task, ChooseTask)
    assert [choice.right for choice in lesson.steps[0].task.choices] == [True, False]


BOMBS = [
    "a = " + "[" * 20_000,
    "a = " + "{b = " * 5_000,
    "a = " + "9" * 20_000,
    "a" + ".a" * 10_000 + " = 1",
    "[a" + ".b" * 10_000 + "]",
    "a = {" + "a." * 10_000 + "a = 1}",
    "\n".join(f"k{i} = {i}" for i in range(2_500)),
    "a = '" + "x" * 29_000 + "'",
    "x = 9999-99-99",
    'text = """' + "\\u0000" * 100 + '"""',
    "[prepare]\nset = { " + ", ".join(f"f{i} = 1" for i in range(2_000)) + " }",
    "[prepare]\nset = { a = " + "[" * 90 + "1" + "]" * 90 + " }",
]


@pytest.mark.parametrize("toml", BOMBS)
def test_toml_that_is_meant_to_harm(toml: str) -> None:
    """Without the limits some of them take minutes."""
    try:
        lesson = step_lesson(toml)
    except LessonError as error:
        assert all(len(str(each)) < 1_000 for each in error.mistakes)
    else:
        assert not verify(lesson).sound


def test_a_file_beyond_all_size_is_refused_unread() -> None:
    with pytest.raises(LessonError, match="at most 400,000 bytes"):
        read_lesson(b"+" * (MOST_BYTES + 1))
    with pytest.raises(LessonError, match="line 2, column 1: This is no text in UTF-8"):
        read_lesson(b"+++\n\xff\xfe")


def test_paragraphs_of_signs_do_not_take_the_square_of_their_length() -> None:
    for signs in ("{", "*", "**", "`", "$", "[", "[a](", "![", "\\", "{}", "$$", "- ", "#"):
        with pytest.raises(LessonError):
            lesson_of(HEAD + "## A\n" + "\n".join([signs * (60 // len(signs))] * 480) + "\n{")


# -- whatever the text ------------------------------------------------------------------------------------------------

LINES = """
+++|## T|```step|```|[prepare]|[task]|[[task.hints]]|[[task.choices]]|[spotlight]|kind = "number"|kind = "pick"
kind = "reach"|ask = "a"|figure = "loss"|figure = "grad a"|at_most = 1|property = "zero gradient"|when = "sign"
say = "x"|when = 2|text = "a = 2.0"|example = "xor"|csv = "../x.csv"|document = "/etc/passwd"|steps = 3|sample = 9
set = { training.learning_rate = 0.1 }|set = { data.kind = "own" }|bugs = ["twice"]|level = "sample"|node = "a"
solution = { steps = 1 }|position = "backward"|![a](../b.png)|- a|$$x$$|$$|### a
"""
WORDS = ["```", "$x^2$", "{loss}", "[a](file:///etc/passwd)", "<script>", "**b**", '"""', "nan", "1e999"]
PIECES = st.sampled_from([*LINES.strip().replace("|", "\n").splitlines(keepends=True), *WORDS, *"\\\n'\x00é٣{}=[]$*`"])


def survives(text: str) -> None:
    """A lesson or a LessonError, and a verification that says what is wrong."""
    try:
        lesson = read_lesson(text.encode("utf-8", "surrogatepass"))
    except LessonError as error:
        assert error.mistakes and all(each.place.line >= 1 and each.place.column >= 1 for each in error.mistakes)
        return
    verify(lesson, NO_FILES, seconds=2.0)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300)
def test_made_up_texts_are_read_or_refused(text: str) -> None:
    survives(HEAD + "## A\nwords\n" + text)
    survives(text)


@given(st.data())
@settings(max_examples=150)
def test_shipped_lessons_with_changes_are_read_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SHIPPED))
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(text)))
        end = begin + data.draw(st.integers(0, 30))
        text = text[:begin] + data.draw(st.one_of(PIECES, st.text(max_size=8), st.just(""))) + text[end:]
    survives(text)


@given(
    st.recursive(
        st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.booleans()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["kind", "ask", "text", "set", "nodes", "steps"]), inner),
        ),
        max_leaves=8,
    )
)
@settings(max_examples=150)
def test_values_of_every_type_are_told(value: object) -> None:
    """Any TOML value in the place of any key."""
    toml = _toml(value)
    tomllib.loads(f"x = {toml}")
    for key in ("prepare", "task", "spotlight"):
        survives(HEAD + STEP.format(f"{key} = {toml}"))
    for key in ("text", "set", "steps", "bugs", "position", "sample", "example"):
        survives(HEAD + STEP.format(f"[prepare]\n{key} = {toml}"))
    for key in ("kind", "ask", "figure", "at_most", "equals", "solution", "hints", "expect"):
        others = {"kind": '"reach"', "ask": '"?"', "figure": '"loss"', "at_most": "1", "solution": "{}", key: toml}
        survives(HEAD + STEP.format("[task]\n" + "\n".join(f"{name} = {each}" for name, each in others.items())))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(sign):08X}" if not 0xD800 <= ord(sign) < 0xE000 else "?" for sign in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    assert isinstance(value, dict)
    return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"


def test_errors_are_those_of_the_project() -> None:
    assert issubclass(LessonError, ChainruleError)
