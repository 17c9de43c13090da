"""The graph as a file: texts are texts, pages have the size of the graph, bitmaps 300 dots an inch."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from core.bugs import Bug
from gui.exports import paper
from gui.exports.graph_picture import graph_dot, graph_drawing
from gui.exports.paper import DrawingError, drawn_image, pdf_bytes, png_bytes, svg_bytes
from gui.frames import Level
from gui.graph.network_canvas import NetworkCanvas
from gui.graph.record_canvas import RecordCanvas
from gui.main_window import MainWindow
from gui.theme import Theme
from tests.gui.sheet_graph import FIRST, WAIT_MS, Lab, lab_on

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "a = Value(2.0, label='<script>alert(1)</script>&\\x07')\nb = Value(3.0, label='b')\nL = a * b\nL.backward()\n"
)


@pytest.fixture
def lab(qtbot: QtBot, theme: Theme) -> Iterator[Lab]:
    with lab_on(qtbot, FIRST, theme) as lab:
        yield lab


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def page_size(pdf: bytes) -> tuple[float, float]:
    box = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    assert box is not None
    return float(box[1]), float(box[2])


def test_numbers_and_names_of_an_svg_are_texts(lab: Lab, theme: Theme) -> None:
    svg = svg_bytes(graph_drawing(lab.panel, theme, "my graph"))
    written = texts(svg)
    for name in ("a", "b", "c", "d", "e", "f", "L"):
        assert name in written
    assert written.count("data") == written.count("grad") == 7
    assert {"-8.0000", "-2.0000", "4.0000", "10.0000"} <= set(written)
    root = ElementTree.fromstring(svg)
    assert root.find(f"{SVG}title").text == "my graph"  # type: ignore[union-attr]
    assert not list(root.iter(f"{SVG}image")), "nothing is a picture of letters"
    assert len(list(root.iter(f"{SVG}path"))) > 7


def test_texts_keep_their_length_with_other_faces(lab: Lab, theme: Theme) -> None:
    root = ElementTree.fromstring(svg_bytes(graph_drawing(lab.panel, theme, "")))
    number = next(element for element in root.iter(f"{SVG}text") if element.text == "-8.0000")
    assert "monospace" in number.attrib["font-family"]
    assert float(number.attrib["textLength"]) == pytest.approx(7 * 7.2, abs=0.5)


def test_the_svg_is_as_large_as_the_whole_graph(lab: Lab, theme: Theme) -> None:
    lab.view.zoom_to(4.0)
    drawing = graph_drawing(lab.panel, theme, "")
    root = ElementTree.fromstring(svg_bytes(drawing))
    assert (root.attrib["width"], root.attrib["height"]) == (
        str(round(drawing.size.width())),
        str(round(drawing.size.height())),
    )
    picture = lab.view.picture
    assert picture is not None
    assert drawing.size.width() >= picture.layout.width
    assert {"a", "L"} <= set(texts(svg_bytes(drawing))), "also what is outside of the view"


def test_the_pdf_has_one_page_of_the_graphs_size(lab: Lab, theme: Theme) -> None:
    drawing = graph_drawing(lab.panel, theme, "")
    pdf = pdf_bytes(drawing)
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    width, height = page_size(pdf)
    assert width == pytest.approx(drawing.size.width() * 0.75, abs=1.0)
    assert height == pytest.approx(drawing.size.height() * 0.75, abs=1.0)
    assert b"/FontFile" in pdf, "the faces are in it"
    assert b"/Subtype /Image" not in pdf


def test_the_png_has_300_dots_an_inch(lab: Lab, theme: Theme) -> None:
    drawing = graph_drawing(lab.panel, theme, "")
    image = QImage.fromData(png_bytes(drawing))
    assert image.dotsPerMeterX() == image.dotsPerMeterY() == 11811
    assert image.width() == pytest.approx(drawing.size.width() * 3.125, abs=1)
    assert image.height() == pytest.approx(drawing.size.height() * 3.125, abs=1)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_colours_are_those_of_the_look(lab: Lab, mode: str) -> None:
    look = Theme(mode)
    image = drawn_image(graph_drawing(lab.panel, look, ""), 1.0)
    assert image.pixelColor(1, 1) == look.palette.card
    other = Theme("dark" if mode == "light" else "light").palette.card
    assert QColor(image.pixel(image.width() - 2, image.height() - 2)) != other


def test_a_graph_too_large_for_a_bitmap_is_drawn_smaller(
    lab: Lab, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = graph_drawing(lab.panel, theme, "")
    monkeypatch.setattr(paper, "MOST_DOTS", 40_000.0)
    monkeypatch.setattr(paper, "MOST_POINTS", 100.0)
    image = QImage.fromData(png_bytes(drawing))
    assert 30_000 < image.width() * image.height() <= 41_000
    assert max(page_size(pdf_bytes(drawing))) == pytest.approx(100.0, abs=1.0)


def test_hostile_labels_stay_letters(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, HOSTILE, theme) as lab:
        svg = svg_bytes(graph_drawing(lab.panel, theme, "<b>\x07"))
        root = ElementTree.fromstring(svg)
        assert not list(root.iter(f"{SVG}script"))
        assert b"<script" not in svg
        assert b"\x07" not in svg
        assert any(text.startswith("<script>") for text in texts(svg))


def test_hidden_numbers_are_not_told_by_a_file(lab: Lab, theme: Theme) -> None:
    node = lab.view.node_of("L")
    assert node is not None
    lab.view.hide_numbers([node], [node])
    assert "-8.0000" not in texts(svg_bytes(graph_drawing(lab.panel, theme, "")))
    assert texts(svg_bytes(graph_drawing(lab.panel, theme, ""))).count("?") == 2
    source = graph_dot(lab.panel)
    assert "data -8.0000" not in source
    assert "{ L | data ? | grad ? }" in source


def test_what_is_not_computed_yet_is_empty(lab: Lab, theme: Theme) -> None:
    lab.sheets.seek(0)
    written = texts(svg_bytes(graph_drawing(lab.panel, theme, "")))
    assert "nan" not in written
    assert written.count("0.0000") == 7, "the gradients"


def test_the_step_and_its_words_are_in_the_file(lab: Lab, theme: Theme) -> None:
    lab.sheets.seek(5)
    written = texts(svg_bytes(graph_drawing(lab.panel, theme, "")))
    assert {"1.0 × -2.0 = -2.0", "1.0 × 4.0 = 4.0"} <= set(written), "what L handed on"


def test_wrong_gradients_are_marked(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, "a = Value(3.0, label='a')\nb = a + a\nb.backward()\n", theme) as lab:
        lab.sheets.set_bugs(frozenset({Bug.OVERWRITE}))
        lab.settle()
        written = texts(svg_bytes(graph_drawing(lab.panel, theme, "")))
        assert "should be" in written
        assert "2.0000" in written


def test_without_a_graph_there_is_nothing_to_draw(qtbot: QtBot, theme: Theme) -> None:
    documents_text = ""
    with lab_on(qtbot, "a = Value(1.0)\nb = a * 2\n", theme) as lab:
        lab.show_text(documents_text)
        with pytest.raises(DrawingError):
            graph_drawing(lab.panel, theme, "")
        with pytest.raises(DrawingError):
            graph_dot(lab.panel)


def test_the_network_with_its_maps(window: MainWindow, qtbot: QtBot, theme: Theme) -> None:
    window.file_verbs.open_example("moons-demo")
    card = window.network.graph
    assert isinstance(card.shown, NetworkCanvas)
    qtbot.waitUntil(lambda: bool(card.shown.numbers and card.shown.numbers.maps), timeout=WAIT_MS)
    drawing = graph_drawing(card, theme, "")
    svg = svg_bytes(drawing)
    assert {"x1", "x2", "output"} <= set(texts(svg))
    root = ElementTree.fromstring(svg)
    assert len(list(root.iter(f"{SVG}image"))) == 2 + 16 + 16 + 1, "a map for each tile"
    weights = 2 * 16 + 16 * 16 + 16
    assert len(list(root.iter(f"{SVG}path"))) >= weights
    assert pdf_bytes(drawing).startswith(b"%PDF")
    source = graph_dot(card)
    assert source.count("comment=") == weights
    assert repr(float(window.runs.frame.theta[0])) in source  # type: ignore[union-attr]


def test_the_records_of_a_sample(window: MainWindow, qtbot: QtBot, theme: Theme) -> None:
    window.selection.open_level(Level.SAMPLE)
    card = window.network.graph

    def drawn() -> bool:
        shown = card.shown
        picture = shown.picture if isinstance(shown, RecordCanvas) else None
        return picture is not None and picture.numbers.values is not None

    qtbot.waitUntil(drawn, timeout=WAIT_MS)
    window.selection.select("L1.N1.w1")
    shown = card.shown
    assert isinstance(shown, RecordCanvas)
    assert shown.picture is not None
    svg = svg_bytes(graph_drawing(card, theme, ""))
    written = texts(svg)
    assert written.count("data") == len(shown.picture.snapshot.nodes)
    values = shown.picture.numbers.values
    assert values is not None
    node = shown.picture.selected
    assert node is not None
    assert f"{float(values[0][node]):.4f}" in written
    glow = theme.palette.glow.name()
    lit = [element for element in ElementTree.fromstring(svg).iter() if element.get("stroke") == glow]
    assert sum(max(len(element), 1) for element in lit) == len(shown.picture.glowing), "the gradient's path glows"
    assert np.count_nonzero(np.isfinite(values[1])) == len(values[1])
