"""What can be exported, and as what: one table for menus, dialogs and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
        return f"{self.what} (*{self.suffix});;All files (*)"

    def path(self, chosen: str) -> Path:
        """The file that was chosen, with the suffix of its kind."""
        path = Path(chosen)
        return path if path.suffix.lower() == self.suffix else path.with_name(path.name + self.suffix)


SVG = Kind("svg", "SVG", "SVG drawings")
PDF = Kind("pdf", "PDF", "PDF documents")
PNG = Kind("png", "PNG, 300 dpi", "PNG pictures")
DOT = Kind("dot", "DOT (Graphviz)", "Graphviz sources")
CSV = Kind("csv", "CSV", "CSV tables")
HTML = Kind("html", "HTML", "HTML pages")
PYTHON = Kind("py", "Python", "Python programs")
NOTEBOOK = Kind("ipynb", "Notebook", "Jupyter notebooks")

GRAPH_KINDS, PLOT_KINDS = (SVG, PDF, PNG, DOT), (SVG, PNG, CSV)
CODE_KINDS = {"pytorch": PYTHON, "micrograd": PYTHON, "notebook": NOTEBOOK}  # by the exporter's key
KINDS = {kind.name: kind for kind in (SVG, PDF, PNG, DOT, CSV, HTML)}
PICTURES: dict[str, Callable[[Drawing], bytes]] = {"svg": svg_bytes, "pdf": pdf_bytes, "png": png_bytes}
