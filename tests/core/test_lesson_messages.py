"""What a writer of lessons is told: the right words for wrong ones, once, at the line and column of the value."""

from __future__ import annotations

import pytest

from core.lessons.controls import unknown_control
from core.lessons.mistakes import LessonError
from core.lessons.reading import lesson_of
from core.lessons.results import result_name
from core.lessons.verify import verify

NET = '[prepare]\nexample = "lecture"\n'
SHEET = '[prepare]\ntext = "a = 2.0\\nb = a * 3 + 1\\nb.backward()"\n'


def told(*blocks: str, head: str = "") -> list[str]:
    """Mistakes of reading, or else of the verification; lines counted from the first of the first block."""
    sections = "".join(f"## S\nwords\n```step\n{block}\n```\n" for block in blocks)
    first = 8 + head.count("\n")
    try:
        found = verify(lesson_of(f'+++\nid = "x"\ntitle = "X"\n{head}+++\n{sections}')).mistakes
    except LessonError as error:
        found = error.mistakes
    return [f"{each.place.line - first + 1}:{each.place.column} {each.message}" for each in found]


# -- controls ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["playButton", "lossDock", "leafField-b", "leafField-v12", "layerCount0", "layerActivation11", "bugCardNoZero"],
)
def test_controls_of_the_window_are_known(name: str) -> None:
    assert unknown_control(name) == ""


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("playBotton", "playButton"),
        ("networkDok", "networkDock"),
        ("LossDock", "lossDock"),
        ("leafFeild-b", "leafField-b"),
        ("layerActivaton1", "layerActivation1"),
        ("layerCount", "layerCount0"),
    ],
)
def test_what_is_no_control_is_told_with_the_nearest(name: str, near: str) -> None:
    assert unknown_control(name) == f"There is no control '{name}'. Did you mean '{near}'?"


def test_where_nothing_is_near_the_list_is_named() -> None:
    said = unknown_control("qqqq")
    assert said == "There is no control 'qqqq'. All of them stand in resources/lessons/controls.txt."


def test_verbs_of_the_menus_can_only_be_locked() -> None:
    assert unknown_control("card_bugs", verbs=True) == ""
    assert unknown_control("card_bugs").startswith("There is no control 'card_bugs'.")


def test_wrong_controls_of_a_lesson_are_found_where_they_stand() -> None:
    block = SHEET + '[spotlight]\ncontrol = "playBotton"'
    assert told(block) == ["4:11 There is no control 'playBotton'. Did you mean 'playButton'?"]
    head = 'hide = ["lossDock",\n  "networkDok"]\nlock = ["play", "playy"]\n'
    assert told(SHEET, head=head) == [
        "-5:3 There is no control 'networkDok'. Did you mean 'networkDock'?",
        "-4:17 There is no control 'playy'. Did you mean 'play'?",
    ]
    assert told(SHEET + '[spotlight]\ncontrol = "leafField-a"', head='lock = ["play", "lossDock"]\n') == []


# -- words that are wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "says"),
    [
        (
            '[task]\nkind = "do"\nask = "?"\nevent = "fly"',
            "4:9 'event' cannot be 'fly'. There are: keep, level, mode, play, predict, reset, sample, scrub, select, "
            "step, step back, text.",
        ),
        ('[task]\nkind = "do"\nask = "?"\nevent = "plya"', "4:9 'event' cannot be 'plya'. Did you mean 'play'?"),
        (
            '[task]\nkind = "pick"\nask = "?"\nproperty = "biggest gradient"',
            "4:12 'property' cannot be 'biggest gradient'. Did you mean 'largest gradient'?",
        ),
        (
            '[prepare]\nposition = "middle"',
            "2:12 'position' cannot be 'middle'. There are: backward, end, forward, start, update, zero.",
        ),
        (
            "[prepare]\nlevel = 3",
            "2:9 'level' should be a text in quotes, not a whole number. There are: network, neuron, sample, whole "
            "loss.",
        ),
        (
            f'{NET}set = {{ training.loss = "mse" }}',
            "3:25 'loss' cannot be 'mse'. There are: absolute, half-squared, hinge, huber, logistic, mean-squared, "
            "sum-squared.",
        ),
        (
            f'{NET}set = {{ training = {{ learning_rate = 0.1, loss = "hing" }} }}',
            "3:50 'loss' cannot be 'hing'. Did you mean 'hinge'?",
        ),
        (
            f'{NET}[prepare.set]\nnetwork.hidden = [{{ neurons = 3, activation = "relo" }}]',
            "4:18 'activation' cannot be 'relo'. Did you mean 'relu'?",
        ),
        (f"{NET}set = {{ training.rate = 1 }}", "3:25 There is no field 'rate'. There are: learning_rate, decay, loss"),
        (f'{NET}bugs = ["twise"]', "3:9 There is no bug 'twise'. Did you mean 'twice'?"),
        (
            f'{NET}bugs = ["twice"]\n[task]\nkind = "bug"\nask = "?"\namong = ["twice", "nave"]',
            "7:19 There is no bug 'nave'. Did you mean 'naive'?",
        ),
        (
            '[task]\nkind = "choose"\nask = "?"\nchoices = [{ answer = "a", whi = "b" }, { answer = "b", why = "w" }]',
            "4:12 'whi' is not known in task.choices[0]. Did you mean 'why'?",
        ),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(block: str, says: str) -> None:
    assert len(found := told(block)) == 1
    assert found[0].startswith(says)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (
            'id = "My First Lesson!"',
            "line 2, column 6: An id is made of a-z, 0-9 and -, at most 60 of them. Did you mean 'my-first-lesson'?",
        ),
        ('id = "x"\nlanguage = "Deutsch"', "line 3, column 12: A language is told by its code, such as en, de"),
        ('id = "x"\nhide = ["ok", "a b"]', "line 3, column 15: 'hide[1]' has signs that cannot be in it"),
    ],
)
def test_words_of_the_head(head: str, says: str) -> None:
    with pytest.raises(LessonError) as caught:
        lesson_of(f'+++\n{head}\ntitle = "X"\n+++\n## A\nb')
    assert str(caught.value).startswith(says)


# -- TOML that cannot be read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ('[task]\nask = "What?\nkind = "do"', "2:13 A quotation mark is missing: a text ends on its line"),
        ('[prepare]\ntext = """\na = 1', "3:6 A quotation mark is missing: this text never ends."),
        ('[task]\nask = "$\\sqrt{2}$"', '2:11 In a text between " marks a backslash is written twice.'),
        ("[prepare]\nexample = lecture", "2:11 This is not TOML: here should be a value."),
        ("[prepare]\nexample lecture", "2:9 This is not TOML: behind a name stand = and its value."),
        ('[prepare]\nexample = "xor" 2', "2:17 This is not TOML: the line should end here."),
        ("[prepare]\nsteps = 1\nsteps = 2\n", "3:10 This is not TOML: a name stands here twice."),
        ("[prepare]\n[prepare]", "2:9 This is not TOML: this table is there already."),
    ],
)
def test_what_is_no_toml_is_told_in_a_sentence(block: str, says: str) -> None:
    assert told(block)[0].startswith(says)


# -- told once --------------------------------------------------------------------------------------------------------


def test_what_later_steps_inherit_is_told_once() -> None:
    wrong = '[prepare]\ntext = "a = ("'
    go_on = '[prepare]\nposition = "start"'
    assert [line.partition(" ")[0] for line in told(wrong, go_on, "", SHEET)] == ["2:8"]
    wrong = f'{NET}set = {{ training.loss = "mse" }}'
    assert [line.partition(" ")[0] for line in told(wrong, "", "[prepare]\nsteps = 3")] == ["3:25"]


def test_what_a_later_step_has_of_its_own_is_told_again() -> None:
    wrong = f'{NET}bugs = ["twise"]'
    lines = told(wrong, '[prepare]\nbugs = ["twise"]', wrong)
    assert [line.partition(" ")[0] for line in lines] == ["3:9", "9:9", "16:9"]


def test_nodes_without_a_name_are_not_proposed_where_others_have_one() -> None:
    spot = '[spotlight]\nnode = "{}"'
    assert told(SHEET + spot.format("v9")) == ["4:8 There is no node 'v9' in this graph."]
    assert told(SHEET + spot.format("B")) == ["4:8 There is no node 'B' in this graph. Did you mean 'b'?"]
    assert "node 'v9' in this graph." in told(SHEET + '[task]\nkind = "number"\nask = "?"\nfigure = "data v9"')[0]
    assert told(SHEET + 'select = "v9"') == ["3:10 There is no node 'v9' in this graph."]
    assert told(SHEET + spot.format("v2")) == []  # but it can be named


def test_of_a_network_neurons_and_parameters_are_proposed() -> None:
    for wrong, near in (("L1.N9", "L1.N4"), ("L1.N1.w9", "L1.N1.w3")):
        assert told(f'{NET}[spotlight]\nnode = "{wrong}"')[0].endswith(f"Did you mean '{near}'?")


# -- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("[prepare]\nsteps   =   2.5", "2:13"),
        ("  [prepare]\n  exmple = 1", "2:3"),  # of a name that is wrong
        ('[task]\nkind = "pick"\nask = "?"\nnodes = [\n  "a",\n  "zz"]\n' + SHEET, "6:3"),
        (
            '[task]\nkind = "choose"\nask = "?"\nchoices = [{answer="a", why="w", right=true}, {answer=2, why="w"}]',
            "4:55",
        ),
        ('[task]\nkind = "number"\nask = "{los}"\nfigure = "loss"', "3:7"),
        (SHEET + "[task]\nkind = \"number\"\nask = '''\nfigure = 3'''\nfigure = \"grad zz\"", "7:10"),
    ],
)
def test_a_mistake_stands_at_the_value(block: str, place: str) -> None:
    assert [line.partition(" ")[0] for line in told(block)] == [place]


def test_values_that_cannot_be_found_stand_where_their_list_stands() -> None:
    """Those with escapes, for one; they are not looked for again and again."""
    names = ",\n".join(['"\\u0041"'] * 2_000)
    assert told(f"[prepare]\nbugs = [{names}]")[0].startswith("2:8 There is no bug 'A'.")


# -- the file that is handed in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("learner", "name"),
    [
        ("Ada", "descent-ada.chainresult"),
        ("Ada  Lovelace, 10b", "descent-ada-lovelace-10b.chainresult"),
        ("Zoë/../x", "descent-zoë-x.chainresult"),
        ("", "descent.chainresult"),
        (" ?! ", "descent.chainresult"),
        ("a" * 100, f"descent-{'a' * 40}.chainresult"),
    ],
)
def test_the_file_that_is_handed_in_has_the_name_of_the_learner(learner: str, name: str) -> None:
    assert result_name("descent", learner) == name
