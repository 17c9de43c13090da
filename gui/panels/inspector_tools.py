"""What the inspector can do to the node that it shows: set a weight by hand, freeze a weight or a neuron."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import Qt

from core.errors import ExperimentError
from core.experiment import Experiment
from core.words import tr
from gui.panels.inspector_texts import number_text
from gui.session.documents import Documents
from gui.session.network_edits import NetworkEdits
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.number_field import NumberField

MOST = 1e9  # of a weight that is typed
HEIGHT = 21  # of its field, pixels at scale 1: no more than the line has without
_PARAMETER = re.compile(r"L\d+\.N\d+\.(w\d+|b)")
_NEURON = re.compile(r"sample\d+/(L\d+\.N\d+)\.out")


@dataclass(frozen=True)
class Editing:
    """What an inspector of a run works with."""

    runs: Runs
    documents: Documents


class WeightField(NumberField):
    """The number of a weight or bias, to type over: a step of undo, and training goes on from there."""

    def __init__(self, runs: Runs, theme: Theme) -> None:
        super().__init__(minimum=-MOST, maximum=MOST, show=number_text)
        self._runs, self._theme = runs, theme
        self._address = ""
        self.setObjectName("inspectorWeightField")
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.value_changed.connect(self._on_value_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_address(self, address: str) -> None:
        """Whose number it is."""
        self._address = address
        self.setAccessibleName(tr("Value of {address}", address=address))

    def show_number(self, value: float) -> None:
        """Show it, without a signal."""
        self.set_value(value)
        self.setToolTip(
            tr("{value}: type another number and press Enter; training goes on from there", value=repr(value))
        )

    def _wanted(self) -> str:
        return tr("Enter a number between -1e9 and 1e9, such as -0.25.")

    def _on_value_changed(self, value: float) -> None:
        try:
            self._runs.set_parameter(self._address, value, tr("set {address}", address=self._address))
        except ExperimentError as error:  # a run began meanwhile whose network has no such weight
            self._set_problem(str(error))

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))


class FreezeLink(LinkButton):
    """Freezes the selected weight, bias or neuron, or frees it; not there for any other node."""

    def __init__(self, documents: Documents, selection: Selection, theme: Theme) -> None:
        super().__init__(tr("freeze"), theme)
        self.setObjectName("inspectorFreeze")
        self._documents = documents
        self._edits = NetworkEdits(documents)
        self._target = ""  # `L1.N2` or `L1.N2.w3`
        self.clicked.connect(self._on_clicked)
        selection.address_changed.connect(self._on_address_changed)
        documents.experiment_changed.connect(self._on_experiment_changed)
        documents.opened.connect(self._on_opened)
        self._on_address_changed(selection.address)

    def _show(self) -> None:
        frozen = bool(self._target) and self._edits.is_frozen(self._target)
        if self._target.count(".") == 1:
            self.setText(tr("free neuron") if frozen else tr("freeze neuron"))
        else:
            self.setText(tr("free") if frozen else tr("freeze"))
        if frozen:
            tip = tr("Let training move {target} again", target=self._target)
        else:
            tip = tr("Keep {target} as it is: no step moves it, and clipping does not count it", target=self._target)
        self.setToolTip(tip)
        self.setAccessibleName(f"{self.text()} {self._target}")
        self.setVisible(bool(self._target))

    def _on_address_changed(self, address: str) -> None:
        neuron = _NEURON.fullmatch(address)
        self._target = neuron[1] if neuron else address if _PARAMETER.fullmatch(address) else ""
        self._show()

    def _on_experiment_changed(self, _: Experiment, __: Experiment) -> None:
        self._show()

    def _on_opened(self, _: Experiment) -> None:
        self._show()

    def _on_clicked(self) -> None:
        self._edits.toggle_frozen(self._target)
