"""What Qt writes as SVG, made small and sound: without repetitions, with faces that other machines have.

Qt repeats every property of the pen and of the font for each element. Texts get the length that they had here, so that
a machine without our faces draws them as long with its own.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from PySide6.QtGui import QFont, QFontMetricsF

from gui.theme import INTERFACE_FAMILY, NUMBER_FAMILY

SVG, LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
FAMILIES = {
    INTERFACE_FAMILY: f"{INTERFACE_FAMILY}, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif",
    NUMBER_FAMILY: f"'{NUMBER_FAMILY}', 'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace",
}
_GROUP = f"{{{SVG}}}g"
_UNFIT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")  # no XML has them
_FONT = ("font-family", "font-size", "font-weight", "font-style")
_USUAL = {  # what the whole picture has unless an element says otherwise
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "stroke-linecap": "square",
    "stroke-linejoin": "bevel",
    "fill-rule": "evenodd",
    "transform": "matrix(1,0,0,1,0,0)",
    "vector-effect": "none",
    "font-style": "normal",
    "font-weight": "400",
}
_STROKE = ("stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray")
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", LINK)


def tidied(svg: bytes, title: str, width: int, height: int) -> bytes:
    """The same picture in far fewer bytes, `width` times `height` pixels large."""
    root = ElementTree.fromstring(_UNFIT.sub(b"?", svg))
    for name in ("title", "desc"):
        for element in root.findall(f"{{{SVG}}}{name}"):
            root.remove(element)
    heading = ElementTree.Element(f"{{{SVG}}}title")
    heading.text = _UNFIT.sub(b"?", title.encode("utf-8", "replace")).decode()
    root.insert(0, heading)
    root.set("width", str(width))
    root.set("height", str(height))
    for group in list(root):
        if group.tag == _GROUP:
            _tidy_group(group)
    _shorten(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}'.encode()


def _tidy_group(group: ElementTree.Element, inherited: frozenset[str] = frozenset()) -> None:
    """Drop groups without content; give a lone element its group's properties. `inherited`: what groups around say."""
    kept: list[ElementTree.Element] = []
    for child in list(group):
        if child.tag == _GROUP:
            child = _merged(child)
        if child.tag == _GROUP:
            _tidy_group(child, inherited | child.attrib.keys())
            if not len(child):
                continue
        _tidy_element(child, inherited)
        if kept and kept[-1].tag == child.tag == _GROUP and kept[-1].attrib == child.attrib:
            kept[-1].extend(list(child))
        else:
            kept.append(child)
    for child in list(group):
        group.remove(child)
    group.extend(kept)


def _merged(group: ElementTree.Element) -> ElementTree.Element:
    """The only child with what the group said, where both cannot contradict each other."""
    if len(group) != 1 or group[0].tag == _GROUP:
        return group
    child = group[0]
    if "transform" in child.attrib or "clip-path" in child.attrib or "clip-path" in group.attrib:
        return group
    child.attrib.update({name: value for name, value in group.attrib.items() if name not in child.attrib})
    return child


def _tidy_element(element: ElementTree.Element, inherited: frozenset[str]) -> None:
    attributes = element.attrib
    if element.tag == f"{{{SVG}}}text":
        _fit_text(element)
    elif element.tag != _GROUP or not any(True for _ in element.iter(f"{{{SVG}}}text")):
        for name in _FONT:
            attributes.pop(name, None)
    for name, usual in _USUAL.items():
        if attributes.get(name) == usual and name not in inherited:
            del attributes[name]
    if element.tag == _GROUP:
        return
    if attributes.get("stroke") == "none":
        for name in _STROKE:
            attributes.pop(name, None)
    if attributes.get("fill") == "none":
        attributes.pop("fill-opacity", None)


def _fit_text(element: ElementTree.Element) -> None:
    attributes, text = element.attrib, element.text or ""
    font = QFont(attributes.get("font-family", INTERFACE_FAMILY))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setPixelSize(max(1, round(float(attributes.get("font-size", "12")))))
    font.setWeight(QFont.Weight(int(attributes.get("font-weight", "400"))))
    if len(text.strip()) > 1:
        attributes["textLength"] = f"{QFontMetricsF(font).horizontalAdvance(text):.5g}"
        attributes["lengthAdjust"] = "spacingAndGlyphs"
    attributes["font-family"] = FAMILIES.get(attributes.get("font-family", ""), attributes.get("font-family", ""))
    if "  " not in text and text == text.strip():
        attributes.pop("{http://www.w3.org/XML/1998/namespace}space", None)


def _shorten(root: ElementTree.Element) -> None:
    """One element a line, without the blanks that Qt leaves."""
    for element in root.iter():
        element.tail = "\n"
        if element.text and not element.text.strip() and element.tag != f"{{{SVG}}}text":
            element.text = "\n" if len(element) else None
        for name in ("d", "points"):
            if name in element.attrib:
                element.attrib[name] = element.attrib[name].strip()
