"""Python's syntax errors, told in a beginner's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.words import mark, tr

Mistake = tuple[str, int, int, int, int, str]  # message, line, column, end line, end column, suggestion
Words = tuple[str, str]  # message, suggestion

_INSTEAD = {
    "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∕": "/", "−": "-", "–": "-", "—": "-", "²": "**2", "³": "**3",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "´": "'", "`": "'", "≤": "<=", "≥": ">=",
    "≠": "!=", "，": ",", "：": ":", "（": "(", "）": ")", "＝": "=", "√": "sqrt", "\u00a0": " ",
}  # fmt: skip
_STRANGERS = {
    "&&": (mark("Both conditions: that is written `and`."), "and"),
    "||": (mark("One of the conditions: that is written `or`."), "or"),
    "++": (mark("Adding one is written `+= 1`."), "+= 1"),
    "--": (mark("Taking one away is written `-= 1`."), "-= 1"),
    "<>": (mark("Not equal is written `!=`."), "!="),
    "!": (mark("The opposite of a condition is written `not`."), "not"),
    "->": (mark("An arrow has no meaning here."), ""),
    ":=": (mark("A name gets its value with `=`, on a line of its own."), "="),
    "?": (mark("A question mark has no meaning here."), ""),
    "$": (mark("A dollar sign has no meaning here."), ""),
}


def syntax_mistake(error: SyntaxError, lines: Sequence[str]) -> Mistake:
    """Message, place (columns from 0) and suggestion for what Python's parser says."""
    line = max(1, min(error.lineno or 1, len(lines)))
    text = lines[line - 1]
    column = max((error.offset or 1) - 1, 0)
    if column >= len(text) and not isinstance(error, IndentationError):
        column = max(len(text.rstrip()) - 1, 0) if text.strip() else 0
    end_line, end = error.end_lineno or line, (error.end_offset or 0) - 1
    if end_line < line or (end_line == line and end <= column):
        end_line, end = line, column + 1
    message, suggestion = _words(str(error.msg), error, text, column)
    if isinstance(error, IndentationError) and text.strip():
        column, end_line, end = 0, line, len(text) - len(text.lstrip()) or 1
    return message, line, column, end_line, end, suggestion


def _words(said: str, error: SyntaxError, text: str, column: int) -> Words:
    for pattern, answer in _TABLE:
        found = re.search(pattern, said)
        if found:
            return (tr(answer[0]), answer[1]) if isinstance(answer, tuple) else answer(found, text, column)
    if isinstance(error, IndentationError):
        return tr("This line begins at an unexpected place: check the spaces before it."), ""
    return _unexplained(text, column)


_HEADS = {
    "for": mark("A loop's first line reads `for x in …:`."),
    "while": mark("A loop's first line reads `while …:`, with a condition."),
    "def": mark("A function's first line reads `def f(x):`."),
    "if": mark("A condition's first line reads `if …:`."),
    "elif": mark("A condition's line reads `elif …:`."),
}


def _unexplained(text: str, column: int) -> Words:
    """Python said no more than `invalid syntax`: look at what stands there."""
    around = text[max(column - 1, 0) : column + 2]
    for sign, words in _STRANGERS.items():
        if sign in around and not (sign == "!" and "!=" in around):
            return tr(words[0]), words[1]
    before, here = text[:column].rstrip(), text[column:]
    head = re.match(r"\s*(for|while|def|if|elif)\b", text)
    if head is not None and column >= head.end() - 1:
        return tr(_HEADS[head[1]]), ""
    last = before[-1:] or text.rstrip()[-1:]
    at_end = not text[column + 1 :].strip()
    if re.search(r"[-+*/=%<>(,.]$", text.rstrip()) and at_end:
        return tr("Something is missing after `{sign}`.", sign=text.rstrip()[-1]), ""
    word = re.match(r"\w+", here)
    if word is not None and word[0] in ("for", "if", "in", "is", "and", "or", "not", "def", "class", "else", "return"):
        if before:
            return tr("`{word}` cannot stand here.", word=word[0]), ""
        return tr("`{word}` is a word of the language itself: something is missing in this line.", word=word[0]), ""
    if (last.isalnum() or last in "_)]'\"") and word is not None:
        return tr("Something is missing between these two: a sign such as * or +, or a comma."), "*"
    if last and last in "-+*/=%<>(,." and here[:1]:
        return tr("Something is missing before `{sign}`.", sign=here[0]), ""
    return tr("This is not complete, or a sign is out of place here."), ""


def _never_closed(found: re.Match[str], _text: str, _column: int) -> Words:
    closing = {"(": ")", "[": "]", "{": "}"}[found[1]]
    return tr("This bracket is never closed: a `{closing}` is missing.", closing=closing), closing


def _wrong_bracket(found: re.Match[str], _text: str, _column: int) -> Words:
    closing = {"(": ")", "[": "]", "{": "}"}[found[2]]
    return tr(
        "This bracket closes a `{found}`, so it has to be a `{closing}`.", found=found[2], closing=closing
    ), closing


def _character(found: re.Match[str], _text: str, _column: int) -> Words:
    instead = _INSTEAD.get(found[1], "")
    if instead.strip():
        said = tr("The character {sign} is not known here: write {instead}.", sign=found[1], instead=instead)
        return said, instead
    return tr("The character {sign} is not known here.", sign=found[1]), instead


def _number(_found: re.Match[str], text: str, column: int) -> Words:
    for pair in re.finditer(r"(?<!\w)([\d.]+)([^\W\d]\w*)", text):
        if pair.start() <= column < pair.end():
            return tr("A number and a name stand together: multiply them with *."), f"{pair[1]}*{pair[2]}"
    return tr("This number is not written as numbers are."), ""


def _zeros(_found: re.Match[str], text: str, column: int) -> Words:
    """`Value(2,05)`: a comma where the point belongs."""
    for pair in re.finditer(r"(?<![\w.])(\d+)\s*,\s*(\d+)(?![\w.])", text):
        if pair.start() <= column <= pair.end():
            number = f"{pair[1]}.{pair[2]}"
            return tr("A number does not begin with 0: a decimal point, not a comma: {number}?", number=number), number
    return tr("A number does not begin with 0."), ""


def _block(found: re.Match[str], _text: str, _column: int) -> Words:
    word = "def" if found[1] == "function" else found[1]
    return tr(
        "The lines that belong to `{word}` must be indented: begin this line with four spaces.", word=word
    ), "    "


def _assigned(found: re.Match[str], _text: str, _column: int) -> Words:
    if found[1].startswith("function call"):
        return tr("A function is defined with `def f(x): return …`; a call cannot stand left of `=`."), "def"
    if found[1].startswith("comparison"):
        return tr("`=` stores and `==` compares: both in one line do not go together."), "=="
    return tr("Left of `=` must stand a name. (`=` stores, `==` compares.)"), "=="


_TABLE: tuple[tuple[str, Words | Callable[[re.Match[str], str, int], Words]], ...] = (
    (r"'([(\[{])' was never closed", _never_closed),
    (r"unmatched '([)\]}])'", (mark("This bracket closes nothing: none was opened before it."), "")),
    (r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", _wrong_bracket),
    (
        r"unterminated (?:triple-quoted )?(?:f-)?string",
        (mark("This string is not closed: a quotation mark is missing."), '"'),
    ),
    (r"f-string: (?:expecting '}'|.*was never closed)", (mark("A `}` is missing in this f-string."), "}")),
    (r"f-string: single '}'", (mark("A single `}` in an f-string is written twice: `}}`."), "}}")),
    (r"f-string: valid expression required", (mark("Between the braces of an f-string must stand something."), "")),
    (r"f-string: invalid conversion", (mark("After `!` in an f-string comes r, s or a."), "")),
    (r"f-string", (mark("What stands between the braces of this f-string is not complete."), "")),
    (r"expected an indented block after '?(\w+)", _block),
    (r"expected an indented block after (\w+)", _block),
    (
        r"unexpected indent",
        (mark("This line is indented, but nothing before it asks for that: remove the spaces."), ""),
    ),
    (r"unindent does not match", (mark("This line is indented differently from the lines above it."), "")),
    (r"inconsistent use of tabs", (mark("Tabs and spaces are mixed here: use spaces alone."), "    ")),
    (r"expected ':'", (mark("A `:` is missing here."), ":")),
    (r"Maybe you meant '==' or ':='", (mark("`=` stores a value; to compare, write `==`."), "==")),
    (r"invalid character '(.)'", _character),
    (r"invalid non-printable character U\+00A0", (mark("This is a space of another kind: type it anew."), " ")),
    (r"invalid non-printable character", (mark("There is an invisible character here: delete it."), "")),
    (r"invalid (?:decimal|imaginary|hexadecimal|octal|binary|digit)", _number),
    (r"leading zeros", _zeros),
    (r"Exceeds the limit", (mark("This number has too many digits."), "")),
    (r"Missing parentheses in call to 'print'", (mark("What is printed stands in brackets: print(…)."), "print(")),
    (
        r"Perhaps you forgot a comma",
        (mark("Something is missing between these two: a comma, or a sign such as *."), ","),
    ),
    (r"cannot assign to (?:True|False|None)", (mark("True, False and None cannot be given another value."), "")),
    (r"cannot assign to ([\w -]+)", _assigned),
    (r"illegal expression for augmented assignment", (mark("One name alone can stand left of +=, -=, *= or /=."), "")),
    (
        r"expression cannot contain assignment",
        (mark("An argument's name must be a plain name, as in label='a'."), "=="),
    ),
    (r"positional argument follows keyword", (mark("Arguments with a name (label='a') come last."), "")),
    (r"keyword argument repeated", (mark("This argument is given twice."), "")),
    (r"duplicate argument", (mark("Two parameters have the same name."), "")),
    (
        r"unexpected EOF|unexpected character after line continuation",
        (mark("After `\\` the line must go on below."), ""),
    ),
    (r"'(?:return|await|yield)' outside function", (mark("`return` stands inside a function only."), "")),
    (r"too many (?:nested|levels)|too complex|stack overflow", (mark("This is nested too deeply."), "")),
    (r"null bytes", (mark("The text has an invisible character (a zero byte) that cannot be read."), "")),
    (r"after 'if' expression|expected 'else'", (mark("`x if condition else y`: the else part is missing."), "else")),
    (r"Expected one or more names after 'import'", (mark("What is to be imported? A name is missing."), "")),
    (
        r"did you forget parentheses around the comprehension",
        (mark("The comprehension needs brackets around it."), "("),
    ),
    (r"elif.*else|'(?:else|elif)'", (mark("This does not belong to an `if`."), "")),
)
