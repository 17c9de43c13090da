"""One finding on the health card: what, why, what to try; to the node that shows it, and back to before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.health import Finding
from core.words import tr
from gui.numbers import format_count
from gui.panels.health_marks import SIDE, WORDS, HealthMark
from gui.panels.inspector_text import ThemedLabel
from gui.theme import Theme
from gui.widgets.buttons import LinkButton

_GAP = 8  # pixels at scale 1, between the mark and the words
_LONGEST = 14  # characters of an address in a link; of a longer one the tooltip tells


class FindingView(QWidget):
    """Shows a finding; another one of the same key may take its place without anything moving."""

    node_requested = Signal(str)  # an address
    rewind_requested = Signal(int)  # a step

    def __init__(self, finding: Finding, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("finding" + "".join(word.capitalize() for word in finding.key.split("-")))
        self._theme, self._finding = theme, finding
        self._mark = HealthMark(theme, finding.severity)
        self._title = self._label("findingTitle", "ink", bold=True)
        self._cause = self._label("findingCause", "ink")
        self._advice = self._label("findingAdvice", "mute")
        self._node = LinkButton("", theme)
        self._node.setObjectName("findingNode")
        self._node.clicked.connect(self._on_node)
        self._rewind = LinkButton("", theme)
        self._rewind.setObjectName("findingRewind")
        self._rewind.clicked.connect(self._on_rewind)
        self._lay_out()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_finding(finding)

    @property
    def finding(self) -> Finding:
        return self._finding

    def show_finding(self, finding: Finding) -> None:
        """What is found now."""
        self._finding = finding
        self._mark.set_severity(finding.severity)
        self._title.setText(finding.title)
        self._cause.setText(finding.cause)
        self._advice.setText(finding.advice)
        self.setAccessibleName(f"{tr(WORDS[finding.severity])}: {finding.title}")
        self.setAccessibleDescription(f"{finding.cause} {finding.advice}")
        node = finding.address if len(finding.address) <= _LONGEST else tr("the node")
        self._set_link(
            self._node,
            tr("show {node}", node=node) if finding.address else "",
            tr("Select {address} in the graph", address=finding.address),
        )
        since = finding.since
        tip = tr("Look at the run as it was then; play goes on from there, and what came after stays as a pale curve")
        self._set_link(
            self._rewind, "" if since is None else tr("rewind to step {step}", step=format_count(since)), tip
        )

    def _set_link(self, link: LinkButton, text: str, tip: str) -> None:
        link.setText(text)
        link.setAccessibleName(f"{text}: {self._finding.title}")
        link.setToolTip(tip)
        link.setVisible(bool(text))

    def _label(self, name: str, colour: str, *, bold: bool = False) -> ThemedLabel:
        label = ThemedLabel(self._theme, colour=colour, size=13 if bold else 12, bold=bold)
        label.setObjectName(name)
        label.setWordWrap(True)
        return label

    def _lay_out(self) -> None:
        self._links = QHBoxLayout()
        self._links.setContentsMargins(0, 0, 0, 0)
        self._links.addWidget(self._node)
        self._links.addWidget(self._rewind)
        self._links.addStretch(1)
        self._words = QVBoxLayout()
        for label in (self._title, self._cause, self._advice):
            self._words.addWidget(label)
        self._words.addLayout(self._links)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._words, 1)

    @Slot()
    def _on_node(self) -> None:
        self.node_requested.emit(self._finding.address)

    @Slot()
    def _on_rewind(self) -> None:
        if self._finding.since is not None:
            self.rewind_requested.emit(self._finding.since)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setSpacing(px(_GAP))
        self._words.setSpacing(px(4))
        self._links.setSpacing(px(16))
        self.setMinimumHeight(px(SIDE))
