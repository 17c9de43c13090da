"""Pictures without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from core.document import open_document
from core.document_parts import Document, View
from core.errors import ChainruleError, ExpressionError
from gui.exports.headless import export_picture
from gui.theme import Theme

SHEET = Document(mode="expression", text="a = Value(2.0, label='a')\nb = a * a\nb.backward()\n")


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    yield
    Theme("light").apply(qapp)


@pytest.mark.parametrize(
    ("kind", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("html", b"<!doc")]
)
@pytest.mark.parametrize("name", ["lecture", "sheet"])
def test_every_kind_in_both_labs(tmp_path: Path, kind: str, start: bytes, name: str) -> None:
    target = tmp_path / f"x.{kind}"
    export_picture(SHEET if name == "sheet" else open_document(name), kind, 2, target)
    assert target.read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_the_level_that_the_document_shows(tmp_path: Path) -> None:
    document = msgspec.structs.replace(open_document("lecture"), view=View(level="neuron", neuron="L1.N2"))
    export_picture(document, "svg", 3, tmp_path / "n.svg")
    svg = (tmp_path / "n.svg").read_text()
    assert ">L1.N2.w1</text>" in svg
    assert ">L1.N1.w1</text>" not in svg


def test_steps_are_taken_first(tmp_path: Path) -> None:
    export_picture(open_document("lecture"), "html", 17, tmp_path / "r.html")
    assert "after 17 steps of training" in (tmp_path / "r.html").read_text()
    export_picture(SHEET, "svg", 1, tmp_path / "s.svg")
    assert "4.0000</text>" in (tmp_path / "s.svg").read_text()
    assert "1.0000</text>" not in (tmp_path / "s.svg").read_text(), "nothing has flowed back yet"


def test_dark_if_that_is_wanted(tmp_path: Path) -> None:
    export_picture(SHEET, "png", 0, tmp_path / "d.png", "dark")
    assert QImage(str(tmp_path / "d.png")).pixelColor(1, 1).name() == "#1c2129"


def test_what_cannot_be_done_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ExpressionError):
        export_picture(Document(mode="expression", text="a = "), "svg", 0, tmp_path / "x.svg")
    with pytest.raises(ChainruleError, match="no graph"):
        export_picture(Document(mode="expression", text=""), "svg", 0, tmp_path / "x.svg")
    with pytest.raises(ChainruleError, match="folder"):
        export_picture(SHEET, "svg", 0, tmp_path / "no" / "x.svg")
    whole = msgspec.structs.replace(open_document("moons-demo"), view=View(level="whole loss"))
    with pytest.raises(ChainruleError, match="scalars"):
        export_picture(whole, "svg", 0, tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []
