"""What learners hand in: read with suspicion, and judged again."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import document_of
from core.document_parts import Document
from core.errors import DocumentError
from core.examples import load_example
from core.lessons.marking import Mark, marking_of
from core.lessons.reading import lesson_of
from core.lessons.results import (
    Attempt,
    Result,
    ResultError,
    StepResult,
    decode_result,
    document_of_result,
    encode_result,
    read_result,
    with_document,
    write_result,
)
from core.trainer import Trainer

LESSON = lesson_of("""+++
id = "mixed"
title = "Mixed"
+++
## Read
words
## Number
words
```step
[prepare]
text = "a = 2.0\\nb = a * a\\nb.backward()\\n"
[task]
kind = "number"
ask = "?"
figure = "grad a"
```
## Choose
words
```step
[task]
kind = "choose"
ask = "?"
choices = [{answer = "yes", why = "w", right = true}, {answer = "no", why = "w"}]
```
## Pick
words
```step
[task]
kind = "pick"
ask = "?"
nodes = ["a"]
```
## Reach
words
```step
[prepare]
example = "lecture"
[task]
kind = "reach"
ask = "?"
figure = "loss"
at_most = 0.1
solution = { steps = 20 }
```
## Do
words
```step
[task]
kind = "do"
ask = "?"
event = "play"
```
""")
KINDS = ("", "number", "choose", "pick", "reach", "do")


def result(*steps: StepResult, **changes: object) -> Result:
    told = Result(learner="Ada", lesson="mixed", digest=LESSON.digest, steps=steps)
    return msgspec.structs.replace(told, **changes)


def answered(kind: str, *answers: str, solved: bool = True, revealed: bool = False) -> StepResult:
    attempts = tuple(Attempt(answer, solved and answer == answers[-1], 2.0) for answer in answers)
    return StepResult("t", kind, attempts, solved, revealed, seconds=30.0)  # type: ignore[arg-type]


def trained(steps: int) -> Document:
    trainer = Trainer(load_example("lecture"))
    trainer.advance(steps)
    return document_of(trainer.experiment, None, [trainer])


GOOD = (
    StepResult("Read"),
    answered("number", "3", "4,0"),
    answered("choose", "no", "yes"),
    answered("pick", "a"),
    answered("reach", "loss 0.06"),
    answered("do"),
)


def marks(told: Result) -> list[Mark]:
    return [step.mark for step in marking_of(told, LESSON).steps]


def test_there_and_back(tmp_path: Path) -> None:
    told = with_document(result(*GOOD, begun="2026-01-01T10:00:00+00:00", seed=17), trained(5))
    write_result(tmp_path / "ada.chainresult", told)
    again = read_result(tmp_path / "ada.chainresult")
    assert encode_result(again) == encode_result(told)
    assert again.steps == GOOD
    assert again.solved == 5
    assert document_of_result(again) == trained(5)
    assert document_of_result(result()) is None
    text = (tmp_path / "ada.chainresult").read_text()
    assert '"learner": "Ada"' in text and '"answer": "4,0"' in text and '"steps"' in text


def test_answers_are_judged_again() -> None:
    right = [Mark.NO_TASK, Mark.RIGHT, Mark.RIGHT, Mark.RIGHT, Mark.AS_TOLD, Mark.AS_TOLD]
    marking = marking_of(result(*GOOD), LESSON)
    assert [step.mark for step in marking.steps] == right
    assert (marking.score, marking.notes) == ((5, 5), ())
    assert marking.steps[1].attempts == 2
    assert marks(with_document(result(*GOOD), trained(20)))[4] is Mark.BY_DOCUMENT
    assert marks(with_document(result(*GOOD), trained(2)))[4] is Mark.AS_TOLD


def test_what_is_not_right_is_told_whatever_the_file_says() -> None:
    lies = (
        StepResult("Read"),
        answered("number", "5"),
        answered("choose", "no"),
        answered("pick", "b"),
        answered("reach", solved=False),
        StepResult("Do"),
    )
    assert marks(result(*lies)) == [Mark.NO_TASK, Mark.FALSE, Mark.FALSE, Mark.FALSE, Mark.WRONG, Mark.WRONG]
    assert marking_of(result(*lies), LESSON).score == (0, 5)


def test_revealed_and_missing_steps() -> None:
    told = result(StepResult("Read"), answered("number", "3", solved=True, revealed=True))
    marking = marking_of(told, LESSON)
    assert [step.mark for step in marking.steps] == [Mark.NO_TASK, Mark.REVEALED, *[Mark.WRONG] * 4]
    assert marking.notes == ("The result has 2 steps, the lesson 6.",)


def test_notes() -> None:
    assert "has changed since" in marking_of(result(*GOOD, digest="0" * 64), LESSON).notes[0]
    assert "is of lesson 'other'" in marking_of(result(*GOOD, lesson="other"), LESSON).notes[0]
    broken = result(*GOOD, document=msgspec.Raw(b'{"format": "other"}'))
    assert "Its document cannot be used" in marking_of(broken, LESSON).notes[0]
    with pytest.raises(DocumentError):
        document_of_result(broken)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is not a result"),
        (b"[]", "is not a result"),
        (b"{" * 60_000, "more parts than a result can have"),
        (b"[" * 100_000, "is not a result"),
        (b"\xff\xfe", "is not a result"),
        (b'{"format": "chainrule-result"}', "is not a result"),
    ],
)
def test_files_that_are_no_results(data: bytes, says: str) -> None:
    with pytest.raises(ResultError, match=says):
        decode_result(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2}, {"format": "x"}, {"lesson": "x" * 300}, {"digest": "x"}, {"steps": [{"title": "a"}] * 41},
        {"seed": -1}, {"more": 1}, {"steps": [{"title": "a", "seconds": -1}]}, {"learner": 3},
        {"steps": [{"title": "a", "task": "quiz"}]},
    ],
)  # fmt: skip
def test_fields_out_of_range(changes: dict[str, object]) -> None:
    plain = msgspec.json.decode(encode_result(result(*GOOD))) | changes
    with pytest.raises(ResultError):
        decode_result(msgspec.json.encode(plain))


def test_what_could_not_be_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="cannot be saved"):
        write_result(tmp_path / "x.chainresult", result(learner="x" * 300))
    assert list(tmp_path.iterdir()) == []


SOUND = encode_result(with_document(result(*GOOD), Document(mode="expression")))


@given(st.data())
@settings(max_examples=150)
def test_changed_files_are_marked_or_refused(data: st.DataObject) -> None:
    changed = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 5))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(32, 126))
    try:
        told = decode_result(bytes(changed))
    except ResultError:
        return
    assert len(marking_of(told, LESSON).steps) == 6
