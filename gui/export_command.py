"""The command `export`: what a document shows, as a file for other tools. Programs, DOT and CSV need no Qt."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from core.document import open_document
from core.document_parts import Document
from core.errors import ChainruleError, ExpressionError
from core.files import shown, write_bytes
from core.words import tr

DRAWN = ("svg", "pdf", "png", "html")  # these need Qt
EXISTS = 1  # exit status

_IMPORTED = re.compile(r"^(?:import|from) (\w+)", re.MULTILINE)


def export(example: str, target: str, output: str, steps: int | None, *, now: bool, force: bool) -> int:
    """Write a document as `target`; status 1, and nothing written, if the file exists and `force` is not given.

    `steps`: of a program how many it takes (100, if None); before a picture or a table how many are trained (none).
    Raises ChainruleError for what cannot be read, exported or written; no half file is left then.
    """
    document = open_document(example)
    path = Path(output)
    if path.is_dir():
        raise ChainruleError(tr("{name} is a folder: name a file in it.", name=shown(output)))
    if os.path.lexists(path) and not force:
        print(f"chainrule: {shown(output)} is there already: add --force to overwrite it.", file=sys.stderr)
        return EXISTS
    if not path.parent.is_dir():
        raise ChainruleError(tr("There is no folder {folder}.", folder=shown(path.parent)))
    try:
        if target in DRAWN:
            from gui.exports.headless import export_picture

            export_picture(document, target, steps or 0, path)
        else:
            write_bytes(path, _text(document, target, steps, path, now=now).encode())
    except ExpressionError as error:
        raise ChainruleError(
            tr("The text of this document has a mistake in line {line}: {error}", line=error.line, error=error)
        ) from None
    return 0


def _text(document: Document, target: str, steps: int | None, path: Path, *, now: bool) -> str:
    if target == "dot":
        from core.exporters.graph_pictures import dot_text

        return dot_text(document, steps or 0)
    if target == "csv":
        from core.exporters.history_table import history_csv
        from core.exporters.tables import values_csv

        return (values_csv if document.mode == "expression" else history_csv)(document, steps or 0)
    from core.exporters.code_text_targets import document_code
    from core.exporters.code_text_training import STEPS

    code = document_code(document, target, STEPS if steps is None else steps, now=now)
    if path.suffix == ".py" and path.stem in _IMPORTED.findall(code):
        raise ChainruleError(
            tr("{name} would hide the module that it imports: choose another name.", name=shown(path.name))
        )
    return code
