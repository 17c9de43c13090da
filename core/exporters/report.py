"""The report of a run as one HTML page that needs nothing else: no script, no other file, nothing from a network.

Pictures come as ready SVG, each in light and in dark colours; everything else is plain text and escaped here.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from core.errors import ChainruleError
from core.exporters.report_style import STYLE
from core.version import VERSION
from core.words import tr

Rows = Sequence[tuple[str, str]]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # whatever is in it, the page fetches nothing
_PICTURE_ELEMENTS = frozenset(
    {"svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text"}
    | {"tspan", "image", "clipPath", "linearGradient", "radialGradient", "stop"}
)
_IDENTIFIER = re.compile(r"\bid=\"([^\"]+)\"")


@dataclass(frozen=True)
class Facts:
    """A table of names and values."""

    title: str
    rows: Rows


@dataclass(frozen=True)
class Listing:
    """A table with a header; numbers stand at the right."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG in the light colours and in the dark ones, and what has to be said about it."""

    title: str
    light: str
    dark: str
    caption: str = ""
    wide: bool = False  # as wide as the page, even if its letters become larger


@dataclass(frozen=True)
class Code:
    """A text that keeps its lines."""

    title: str
    text: str


Section = Facts | Listing | Picture | Code


def report_html(title: str, subtitle: str, figures: Rows, sections: Sequence[Section]) -> str:
    """The page. `figures` are the few numbers that are read first. Raises ChainruleError for a picture that is none."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<meta name="generator" content="Chainrule {escape(VERSION)}">',
        f"<title>{_text(title)}</title><style>{STYLE}</style></head><body><main>",
        f"<header><h1>{_text(title)}</h1><p>{_text(subtitle)}</p></header>",
        _figures(figures),
        *(_section(number, section) for number, section in enumerate(sections)),
        f"<footer>{_text(tr('Made by Chainrule {version}.', version=VERSION))}</footer>",
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


# -- HTML ---------------------------------------------------------------------------------------------------------


def _text(text: str) -> str:
    """A text as the page may hold it: escaped, and without what no page may hold."""
    return escape(
        "".join(letter if letter.isprintable() or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text)
    )


def _figures(figures: Rows) -> str:
    tiles = (f"<div><b>{_text(value)}</b><span>{_text(name)}</span></div>" for name, value in figures)
    return f'<section class="figures">{"".join(tiles)}</section>' if figures else ""


def _section(number: int, section: Section) -> str:
    heading = f"<h2>{_text(section.title)}</h2>"
    if isinstance(section, Facts):
        rows = "".join(f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in section.rows)
        return f'<section class="facts">{heading}<table>{rows}</table></section>'
    if isinstance(section, Listing):
        head = "".join(f"<th>{_text(name)}</th>" for name in section.header)
        body = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in section.rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f'<section class="listing">{heading}<div>{table}</div></section>'
    if isinstance(section, Code):
        return f'<section class="code">{heading}<pre>{_text(section.text)}</pre></section>'
    caption = f"<figcaption>{_text(section.caption)}</figcaption>" if section.caption else ""
    kind = "picture wide" if section.wide else "picture"
    pictures = "".join(
        f'<div class="{look}">{_inline(svg, f"p{number}{look[0]}")}</div>'
        for look, svg in (("light", section.light), ("dark", section.dark))
    )
    return f'<section class="{kind}"><figure>{heading}{pictures}{caption}</figure></section>'


def _inline(svg: str, prefix: str) -> str:
    """An SVG as a part of the page; its identifiers get a prefix, as the page has many pictures.

    Raises ChainruleError for one with anything else in it than a drawing: scripts, styles, links.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ChainruleError(tr("A picture of the report cannot be read: {error}.", error=error)) from error
    for element in root.iter():
        _check(element)
    body = svg[svg.index("<svg") :]
    for name in set(_IDENTIFIER.findall(body)):
        body = body.replace(f'id="{name}"', f'id="{prefix}{name}"').replace(f"url(#{name})", f"url(#{prefix}{name})")
    return body.strip()


def _check(element: ElementTree.Element) -> None:
    if element.tag.rpartition("}")[2] not in _PICTURE_ELEMENTS:
        raise ChainruleError(tr("A picture of the report has a part that is no drawing: {tag}.", tag=element.tag[:60]))
    for name, value in element.attrib.items():
        plain = name.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain == "href" and not value.startswith("data:image/png;base64,")):
            raise ChainruleError(
                tr("A picture of the report has more than a drawing in it: {plain}.", plain=plain[:60])
            )
