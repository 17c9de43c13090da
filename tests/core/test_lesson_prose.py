"""Prose of lessons: what Markdown means here, and what has no meaning."""

from __future__ import annotations

import pytest

from core.lessons.blocks import blocks_of
from core.lessons.figures import Figure
from core.lessons.mistakes import Mistakes
from core.lessons.prose import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Formula,
    FormulaBlock,
    Heading,
    Link,
    Live,
    Paragraph,
    Picture,
    Spans,
    Text,
    live_numbers,
    plain,
)


def read(text: str) -> tuple[Block, ...]:
    mistakes = Mistakes()
    found = blocks_of(text.split("\n"), 1, mistakes)
    assert mistakes.found == ()
    return found


def spans(text: str) -> Spans:
    (block,) = read(text)
    assert isinstance(block, Paragraph)
    return block.spans


def told(text: str) -> list[tuple[int, int, str]]:
    mistakes = Mistakes()
    blocks_of(text.split("\n"), 1, mistakes)
    return [(each.place.line, each.place.column, each.message) for each in mistakes.found]


def test_blocks() -> None:
    assert read(
        "One\ntwo.\n\n### Head `x`\n- a\n- b\n  more\n\n3. c\n4) d\n```python\nx = {1}\n\n$\n```\n"
        "$$x^2$$\n![A map](maps/a.png)"
    ) == (
        Paragraph((Text("One two."),)),
        Heading((Text("Head "), Code("x"))),
        Bullets(((Text("a"),), (Text("b more"),))),
        Bullets(((Text("c"),), (Text("d"),)), 3),
        CodeBlock("x = {1}\n\n$", "python"),
        FormulaBlock("x^2"),
        Picture("maps/a.png", "A map", 17, 1),
    )


def test_spans() -> None:
    assert spans("A **bold *both* b** *it* `c*d` $x_1$ {grad a | 6} [w](https://a.org/b?c=1#d).") == (
        Text("A "),
        Text("bold ", bold=True),
        Text("both", bold=True, italic=True),
        Text(" b", bold=True),
        Text(" "),
        Text("it", italic=True),
        Text(" "),
        Code("c*d"),
        Text(" "),
        Formula("x_1"),
        Text(" "),
        Live(Figure("grad", "a", digits=6), 1, 38),
        Text(" "),
        Link("w", "https://a.org/b?c=1#d"),
        Text("."),
    )


def test_signs_that_stand_for_themselves() -> None:
    assert spans(r"2 * 3, \*, \{loss\}, \$5, \`, \\, a_b, [x], (y), a \ b") == (
        Text("2 * 3, *, {loss}, $5, `, \\, a_b, [x], (y), a \\ b"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> &amp; <script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!-- comment -->",
        "[a]: https://a.org",
        "<https://a.org>",
        "a  \nb",
        "| a | b |",
        "> quoted",
        "javascript:alert(1)",
    ],
)
def test_html_and_other_markdown_are_words(text: str) -> None:
    assert spans(text) == (Text(text.replace("\n", " ").replace("a   b", "a b")),)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("a\nb `c", (2, 3), "This ` is never closed."),
        ("a $x", (1, 3), "This $ is never closed."),
        ("a **b", (1, 3), "This '**' is never closed."),
        ("a *b", (1, 3), "This '*' is never closed."),
        ("a {loss", (1, 3), "This '{' is never closed."),
        ("- x\n-  {lass}", (2, 4), "'lass' names no figure. Did you mean 'loss'?"),
        ("ab $\\frac{1}$", (1, 5), "After '\\frac' a group in braces is wanted"),
        ("  $$x^$$", (1, 6), "After '^' a letter, a digit or a group is wanted"),
        ("$$x", (1, 1), "A formula of its own stands on one line"),
        ("## x", (1, 1), "A heading inside a step begins with ###"),
        ("```\nx", (1, 1), "This ``` is never closed"),
        ("a [b](file:///etc/passwd)", (1, 3), "A link's address begins with https://"),
        ("a [b](javascript:alert(1))", (1, 3), "A link's address begins with https://"),
        ("[b](https://a.org\\@evil)", (1, 1), "A link's address begins with https://"),
        ("[b](https://)", (1, 1), "A link's address begins with https://"),
        ("![](a.png)", (1, 1), "A picture needs words"),
        ("![a](a.png) b", (1, 1), "A picture stands on a line of its own"),
    ],
)
def test_mistakes(text: str, place: tuple[int, int], says: str) -> None:
    found = told(text)
    if text == "a [b](javascript:alert(1))":
        assert found == [] and spans(text) == (Text(text),)  # not even a link
        return
    assert found[0][:2] == place
    assert says in found[0][2]


def test_words_alone_and_live_numbers() -> None:
    text = "A **b** `c` $x$ {loss}\n\n- {step}\n\n### {accuracy}"
    blocks = read(text)
    assert isinstance(blocks[0], Paragraph)
    assert plain(blocks[0].spans) == "A b c x {loss}"
    assert [live.figure.kind for live in live_numbers(blocks)] == ["loss", "step", "accuracy"]
