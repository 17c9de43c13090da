"""What a lesson is made of. Frozen data; reading.py makes it from a file, FORMAT.md tells people how to write one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from core.lessons.figures import Figure
from core.lessons.mistakes import Place, place_in
from core.lessons.prose import Block, Spans

MOST_STEPS = 40
MOST_TRAINED = 5_000  # steps that are trained before a step of a lesson begins, or by a solution
SHEET = 20_000  # characters of an expression

Words = Annotated[str, Meta(min_length=1, max_length=400)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
ObjectName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.*²'-]{0,79}$")]  # of a control of the window
Count = Annotated[int, Meta(ge=1, le=1_000)]
Mode = Literal["expression", "network"]
Moment = Literal["start", "backward", "end", "forward", "zero", "update"]
EventName = Literal[
    "play", "step", "step back", "reset", "select", "sample", "level", "mode", "scrub", "text", "predict", "keep"
]
"""What a learner can do and a lesson can wait for; `detail` of an event says more.

select: the address. sample: its number, from 1. level: `network`, `neuron`, `sample`, `whole loss`. mode: `network`,
`expression`. scrub: the leaf or parameter that was moved. The others have none.
"""


class Prepare(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the lab shows when a step begins. What it does not name stays as the step before had it (see preparing.py).

    One of text, exercise, example, document and csv says what is opened.
    """

    mode: Mode | None = None
    text: Annotated[str, Meta(max_length=SHEET)] = ""  # expression mode: what stands in the editor
    exercise: Annotated[int, Meta(ge=0, le=5)] = 0  # … or an exercise of this difficulty …
    seed: Annotated[int, Meta(ge=0, le=999_999)] = 0  # … and this seed
    example: Annotated[str, Meta(max_length=60)] = ""  # network mode: a built-in example …
    document: Annotated[str, Meta(max_length=200)] = ""  # … or a document of the lesson's folder
    csv: Annotated[str, Meta(max_length=200)] = ""  # rows of the lesson's folder for that network; last column: target
    set: dict[str, Any] = msgspec.field(default_factory=dict)  # fields of the experiment that differ (see fields.py)
    steps: Annotated[int, Meta(ge=0, le=MOST_TRAINED)] = 0  # trained before the step begins
    bugs: tuple[str, ...] = ()  # of the bug lab, by their names
    level: Literal["network", "neuron", "sample", "whole loss"] | None = None
    neuron: Annotated[str, Meta(max_length=20)] = ""  # at level neuron: `L1.N2`
    sample: Annotated[int, Meta(ge=1, le=10_000)] | None = None  # counted from 1
    select: Annotated[str, Meta(max_length=120)] = ""  # a node
    position: Moment | Annotated[int, Meta(ge=0, le=100_000)] | None = None  # of the playhead (see preparing.py)

    @property
    def opens(self) -> bool:
        """Whether it names something to open, so that nothing of the step before stays."""
        return bool(self.text or self.exercise or self.example or self.document or self.csv)


class Spotlight(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a step points at: a control or a node."""

    control: ObjectName | None = None
    node: Name | None = None


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said about a certain wrong answer."""

    when: str | float  # see hints.py: a number, a figure or a word such as `sign`; of a node or a bug its name
    say: Words


class NumberTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="number"):
    """Type a number. Which number is right, the session computes."""

    ask: Words
    figure: Name
    tolerance: Annotated[float, Meta(ge=0.0, le=0.5)] | None = None  # relative; None: three digits are enough (0.005)
    expect: float | None = None  # what the writer takes it for: tested against the session, never used
    hints: tuple[Hint, ...] = ()
    otherwise: Words | None = None  # said about any other wrong answer


class PickTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="pick"):
    """Click a node: one of `nodes`, or any that has the property among those that are `among`."""

    ask: Words
    nodes: tuple[Name, ...] = ()
    property: (
        Literal["largest gradient", "smallest gradient", "zero gradient", "largest data", "used more than once"] | None
    ) = None
    among: Literal["all", "leaves", "operations", "parameters"] = "all"
    hints: tuple[Hint, ...] = ()
    otherwise: Words | None = None


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer to choose from. `why`: of the right one the reason, of a wrong one the hint."""

    answer: Words
    why: Words
    right: bool = False


class ChooseTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="choose"):
    """Choose one of several answers, and read why."""

    ask: Words
    choices: Annotated[tuple[Choice, ...], Meta(min_length=2, max_length=8)]


class Solution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a task about the lab's state is met; the verification does just that."""

    set: dict[str, Any] = msgspec.field(default_factory=dict)  # fields of the experiment
    leaves: dict[str, float] = msgspec.field(default_factory=dict)  # numbers of the expression, or parameters
    text: Annotated[str, Meta(max_length=SHEET)] = ""  # another expression
    steps: Annotated[int, Meta(ge=0, le=MOST_TRAINED)] = 0  # trained then


class ReachTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="reach"):
    """Bring a figure to where it is wanted: train, or change one thing. It is met as soon as the lab shows it.

    Several of the comparisons hold together.
    """

    ask: Words
    figure: Name
    at_most: float | None = None
    at_least: float | None = None
    equals: float | str | bool | None = None
    within: Annotated[int, Meta(ge=1, le=MOST_TRAINED)] | None = None  # steps from where the step of the lesson begins
    solution: Solution
    otherwise: Words | None = None


class SeparateTask(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="separate"
):
    """Separate the classes: an accuracy on the rows kept back for testing, or if there are none on all."""

    ask: Words
    accuracy: Annotated[float, Meta(gt=0.0, le=1.0)]
    within: Annotated[int, Meta(ge=1, le=MOST_TRAINED)] | None = None
    solution: Solution
    otherwise: Words | None = None


class BugTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="bug"):
    """Say which bug of the bug lab is on: the one of `prepare.bugs`."""

    ask: Words
    among: tuple[str, ...] = ()  # names to choose from; none: all that this mode has
    hints: tuple[Hint, ...] = ()
    otherwise: Words | None = None


class DoTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="do"):
    """Do something in the window."""

    ask: Words
    event: EventName
    detail: Annotated[str, Meta(max_length=120)] = ""  # only an event with this detail counts; empty: any
    times: Count = 1


Task = NumberTask | PickTask | ChooseTask | ReachTask | SeparateTask | BugTask | DoTask


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a lesson: what is read, what is prepared, where it points, what it asks for."""

    title: str
    blocks: tuple[Block, ...]
    prepare: Prepare | None = None
    spotlight: Spotlight | None = None
    task: Task | None = None
    spans: dict[str, Spans] = msgspec.field(default_factory=dict)  # texts of the task, read: `ask`, `hints[0].say` …
    figure: Figure | None = None  # of the task
    line: int = 1  # of its title in the file
    places: dict[str, Place] = msgspec.field(default_factory=dict)  # of the values of `task.figure` and other keys

    def place(self, path: str) -> Place:
        """Where the value of a key stands, or what it is in."""
        return place_in(self.places, path) or Place(self.line, 1)


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands between the +++ lines."""

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,59}$")]  # progress and results go by it
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    part: Annotated[int, Meta(ge=0, le=99)] = 0  # of the course; 0: a lesson of one's own
    minutes: Annotated[int, Meta(ge=1, le=600)] = 10
    language: Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    summary: Annotated[str, Meta(max_length=300)] = ""
    lock: tuple[ObjectName, ...] = ()  # controls that are shown and cannot be used
    hide: tuple[ObjectName, ...] = ()  # controls and cards that are not shown


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson, read. Whether everything in it holds, verify.py finds out."""

    head: Head
    introduction: tuple[Block, ...]  # above the first step; often empty
    steps: tuple[Step, ...]
    digest: str  # SHA-256 of the file's text: which lesson a result belongs to
    places: dict[str, Place] = msgspec.field(default_factory=dict)  # of the values of the head's keys

    @property
    def tasks(self) -> int:
        """How many steps ask for something."""
        return sum(step.task is not None for step in self.steps)

    def place(self, path: str) -> Place:
        """Where something of the head stands: `hide[0]`."""
        return place_in(self.places, path) or Place(1, 1)

    @property
    def controls(self) -> frozenset[str]:
        """The object names of all controls that it speaks of: the window has them, or the lesson is wrong."""
        spots = {step.spotlight.control for step in self.steps if step.spotlight and step.spotlight.control}
        return frozenset({*spots, *self.head.lock, *self.head.hide})
