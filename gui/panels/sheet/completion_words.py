"""What may be completed: the lab's names with a word of explanation, and the names that the text itself defines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


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
    Word("tanh", "between −1 and 1", "()"),
    Word("sigmoid", "between 0 and 1", "()"),
    Word("relu", "0 below 0, else itself", "()"),
    Word("leaky_relu", "a small slope below 0", "()"),
    Word("softplus", "a smooth relu", "()"),
    Word("exp", "e to the power of it", "()"),
    Word("log", "natural logarithm", "()"),
    Word("sqrt", "square root", "()"),
    Word("sin", "sine", "()"),
    Word("cos", "cosine", "()"),
    Word("abs", "without its sign", "()"),
    Word("max", "the larger one", "(…)"),
    Word("min", "the smaller one", "(…)"),
)
MEMBERS = (
    Word("backward", "all gradients behind it", "()"),
    Word("data", "its number"),
    Word("grad", "its gradient"),
    Word("label", "its name in the graph"),
    *OPERATIONS,
    Word("parameters", "weights and biases", "()"),
    Word("zero_grad", "gradients to 0", "()"),
    Word("append", "one more in a list", "(…)"),
    Word("_backward", "hands its gradient on", "()"),
)
RANDOM_MEMBERS = (
    Word("seed", "the same numbers again", "(…)"),
    Word("uniform", "between two numbers", "(…)"),
    Word("gauss", "around a mean", "(…)"),
    Word("random", "between 0 and 1", "()"),
)
MATH_MEMBERS = (
    *(Word(name, "of a plain number", "(…)") for name in ("tanh", "exp", "log", "sqrt", "sin", "cos")),
    Word("pi", "3.14159…"),
    Word("e", "2.71828…"),
)
FUNCTIONS = (
    Word("Value", "a number with a gradient", "(…)"),
    *(Word(each.name, each.about, "(…)") for each in OPERATIONS),
    Word("Neuron", "weights, a bias, tanh", "(…)"),
    Word("Layer", "neurons side by side", "(…)"),
    Word("MLP", "layers in a row", "(…)"),
    Word("print", "into the output", "(…)"),
    Word("range", "0, 1, 2 …", "(…)"),
    Word("sum", "of a list", "(…)"),
    Word("zip", "lists in step", "(…)"),
    Word("len", "how many", "(…)"),
    Word("random", "seed, uniform …"),
    Word("math", "pi, exp …"),
    Word("for", "a loop"),
    Word("in", "of a loop"),
    Word("def", "a function"),
    Word("return", "what it gives"),
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
        Word(name, f"function, line {number}", "(…)") if is_function else Word(name, f"line {number}")
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
        words: list[Word] = list(MODULES.get(owner, MEMBERS))
        if not typed.startswith("_"):
            words = [word for word in words if not word.name.startswith("_")]
    else:
        own = own_names(text)
        taken = {word.name for word in own}
        words = sorted(own, key=lambda word: word.name.lower()) + [w for w in FUNCTIONS if w.name not in taken]
    small = typed.lower()
    return typed, [word for word in words if word.name.lower().startswith(small)]
