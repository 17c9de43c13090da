"""What is said of a document that nobody has opened yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.document import document_of, open_document, write_document
from core.document_parts import Document
from core.document_words import LONGEST, about_document
from core.trainer import Trainer


def test_a_network_is_told_by_its_name_and_its_step(tmp_path: Path) -> None:
    trainer = Trainer(open_document("playground-spiral").experiment)
    trainer.advance(1200)
    path = tmp_path / "s.chainrule"
    write_document(path, document_of(trainer.experiment, None, [trainer]))
    assert about_document(path) == f'"{trainer.experiment.name}" (Spiral) at step 1,200'
    write_document(path, Document(experiment=trainer.experiment))
    assert about_document(path) == f'"{trainer.experiment.name}" (Spiral)'


def test_an_expression_is_told_by_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "s.chainrule"
    write_document(path, Document(mode="expression", text="\n\na = 2.0\nb = a * a\n"))
    assert about_document(path) == 'the expression "a = 2.0"'
    write_document(path, Document(mode="expression", text="a = " + "1 + " * 50 + "1"))
    assert len(about_document(path)) < LONGEST + 20


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"runs": 3}', b"\xff\xfe", b"[" * 200_000])
def test_a_broken_file_says_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.chainrule"
    path.write_bytes(content)
    assert about_document(path) == ""
    assert about_document(tmp_path / "none.chainrule") == ""
