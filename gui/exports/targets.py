"""What can be exported, and as what: one table for menus, dialogs and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.words import mark, tr
from gui.exports.paper import Drawing, pdf_bytes, png_bytes, svg_bytes


@dataclass(frozen=True)
class Kind:
    """A kind of file."""

    name: str  # its suffix without the dot
    title: str  # in menus
    what: str  # in the filter of a file dialog

    @property
    def suffix(self) -> str:
        return f".{self.name}"

    @property
    def filter(self) -> str:
        """For the dialog, in the language of the window."""
        kinds = f"{tr(self.what)} (*{self.suffix})"
        return ";;".join((kinds, tr("All files (*)")))

    def path(self, chosen: str) -> Path:
        """The file that was chosen, with the suffix of its kind."""
        path = Path(chosen)
        return path if path.suffix.lower() == self.suffix else path.with_name(path.name + self.suffix)


SVG = Kind("svg", "SVG", mark("SVG drawings"))
PDF = Kind("pdf", "PDF", mark("PDF documents"))
PNG = Kind("png", mark("PNG, 300 dpi"), mark("PNG pictures"))
DOT = Kind("dot", mark("DOT (Graphviz)"), mark("Graphviz sources"))
CSV = Kind("csv", "CSV", mark("CSV tables"))
HTML = Kind("html", "HTML", mark("HTML pages"))
PYTHON = Kind("py", "Python", mark("Python programs"))
NOTEBOOK = Kind("ipynb", mark("Notebook"), mark("Jupyter notebooks"))

GRAPH_KINDS, PLOT_KINDS = (SVG, PDF, PNG, DOT), (SVG, PNG, CSV)
CODE_KINDS = {"pytorch": PYTHON, "micrograd": PYTHON, "notebook": NOTEBOOK}  # by the exporter's key
KINDS = {kind.name: kind for kind in (SVG, PDF, PNG, DOT, CSV, HTML)}
PICTURES: dict[str, Callable[[Drawing], bytes]] = {"svg": svg_bytes, "pdf": pdf_bytes, "png": png_bytes}
