"""What may be completed: the lab's names with a word of explanation, and the names that the text itself defines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from core.words import mark, tr


@dataclass(frozen=True)
class Word:
    """A proposal. `brackets`: empty, `()` with the cursor after it, or `(…)` with the cursor inside."""

    name: str
    about: str
    brackets: str = ""

    @property
    def shown(self) -> str:
        return self.name + self.brackets


OPERATIONS = (
    Word("tanh", mark("between −1 and 1"), "()"),
    Word("sigmoid", mark("between 0 and 1"), "()"),
    Word("relu", mark("0 below 0, else itself"), "()"),
    Word("leaky_relu", mark("a small slope below 0"), "()"),
    Word("softplus", mark("a smooth relu"), "()"),
    Word("exp", mark("e to the power of it"), "()"),
    Word("log", mark("natural logarithm"), "()"),
    Word("sqrt", mark("square root"), "()"),
    Word("sin", mark("sine"), "()"),
    Word("cos", mark("cosine"), "()"),
    Word("abs", mark("without its sign"), "()"),
    Word("max", mark("the larger one"), "(…)"),
    Word("min", mark("the smaller one"), "(…)"),
)
MEMBERS = (
    Word("backward", mark("all gradients behind it"), "()"),
    Word("data", mark("its number")),
    Word("grad", mark("its gradient")),
    Word("label", mark("its name in the graph")),
    *OPERATIONS,
    Word("parameters", mark("weights and biases"), "()"),
    Word("zero_grad", mark("gradients to 0"), "()"),
    Word("append", mark("one more in a list"), "(…)"),
    Word("_backward", mark("hands its gradient on"), "()"),
)
RANDOM_MEMBERS = (
    Word("seed", mark("the same numbers again"), "(…)"),
    Word("uniform", mark("between two numbers"), "(…)"),
    Word("gauss", mark("around a mean"), "(…)"),
    Word("random", mark("between 0 and 1"), "()"),
)
MATH_MEMBERS = (
    *(Word(name, mark("of a plain number"), "(…)") for name in ("tanh", "exp", "log", "sqrt", "sin", "cos")),
    Word("pi", mark("3.14159…")),
    Word("e", mark("2.71828…")),
)
FUNCTIONS = (
    Word("Value", mark("a number with a gradient"), "(…)"),
    *(Word(each.name, each.about, "(…)") for each in OPERATIONS),
    Word("Neuron", mark("weights, a bias, tanh"), "(…)"),
    Word("Layer", mark("neurons side by side"), "(…)"),
    Word("MLP", mark("layers in a row"), "(…)"),
    Word("print", mark("into the output"), "(…)"),
    Word("range", mark("0, 1, 2 …"), "(…)"),
    Word("sum", mark("of a list"), "(…)"),
    Word("zip", mark("lists in step"), "(…)"),
    Word("len", mark("how many"), "(…)"),
    Word("random", mark("seed, uniform …")),
    Word("math", mark("pi, exp …")),
    Word("for", mark("a loop")),
    Word("in", mark("of a loop")),
    Word("def", mark("a function")),
    Word("return", mark("what it gives")),
)
MODULES = {"random": RANDOM_MEMBERS, "math": MATH_MEMBERS}
KNOWN = frozenset(
    word.name for word in FUNCTIONS + MEMBERS + RANDOM_MEMBERS if word.name not in ("data", "grad", "label", "name")
)

_COMMENT = re.compile(r"#.*")
_TARGETS = re.compile(r"^\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*(?:\*\*|//|[-+*/])?=(?!=)")
_LOOP = re.compile(r"\bfor\s+([\w\s,()]+?)\s+in\b")
_FUNCTION = re.compile(r"\bdef\s+(\w+)\s*\(([^)]*)\)")
_NAME = re.compile(r"[^\W\d]\w*")


def own_names(text: str) -> list[Word]:
    """The names that a text defines, each with the line that does so last."""
    lines: dict[str, tuple[int, bool]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for name, is_function in _given(line):
            lines[name] = number, is_function
    return [
        Word(name, tr("function, line {number}", number=number), "(…)")
        if is_function
        else Word(name, tr("line {number}", number=number))
        for name, (number, is_function) in lines.items()
    ]


@lru_cache(maxsize=8192)  # asked at every key for every line, of which one has changed
def _given(line: str) -> tuple[tuple[str, bool], ...]:
    """The names that a line defines, and whether each is a function."""
    code = _COMMENT.sub("", line)
    function = _FUNCTION.search(code)
    given = [found[1] for found in (_TARGETS.match(code), _LOOP.search(code)) if found]
    given += [function[2]] if function else []
    names = [(name, False) for name in _NAME.findall(" ".join(given))]
    return (*([(function[1], True)] if function else []), *names)


def _shown(words: Iterable[Word]) -> list[Word]:
    """In the language of the window."""
    return [replace(word, about=tr(word.about)) for word in words]


def proposals(text: str, before: str) -> tuple[str, list[Word]]:
    """What may stand at the end of `before` (the line up to the cursor): the letters typed already, and the words.

    Names of the text come first, then the lab's. After a dot, members; after a number's dot nothing.
    """
    found = re.search(r"(?:(\w+|[)\]])\s*(\.)\s*)?((?:[^\W\d]\w*)?)$", before)
    if found is None:
        return "", []
    owner, dot, typed = found[1], found[2], found[3]
    if not dot and before[: found.start(3)].endswith((".", *"0123456789")):
        return "", []  # `2.` or `1e`: a number
    if dot and owner[0].isdigit():
        return "", []
    if dot:
        words = _shown(MODULES.get(owner, MEMBERS))
        if not typed.startswith("_"):
            words = [word for word in words if not word.name.startswith("_")]
    else:
        own = own_names(text)
        taken = {word.name for word in own}
        words = sorted(own, key=lambda word: word.name.lower()) + _shown(w for w in FUNCTIONS if w.name not in taken)
    small = typed.lower()
    return typed, [word for word in words if word.name.lower().startswith(small)]
