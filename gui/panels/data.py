"""The data panel: which points to train on, with their parameters, or the rows themselves when they are few."""

from __future__ import annotations

import random
from operator import itemgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.datasets import DATASET_TITLES, FIXED_KINDS, make_dataset
from core.experiment import DataKind, DataSpec, Experiment
from core.shape import input_count
from gui.frames import Frame, Points
from gui.panels.dataset_button import DatasetButton
from gui.panels.points_slider import PointsSlider
from gui.panels.sample_table import SampleTable
from gui.session.documents import Documents
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.fields import IconButton, NumberRow
from gui.widgets.sliders import NumberSlider
from gui.widgets.text import TextLabel

if TYPE_CHECKING:
    from gui.session.runs import Runs

COLUMNS = 4  # of thumbnails
GAP = 4  # px at scale 1, between thumbnails
SEEDS = 10_000  # new seeds are below this: short ones are easier to tell to others
NOTES: dict[DataKind, str] = {"lecture": "the lecture's four rows, fixed", "moons-demo": "the demo's 100 points, fixed"}
NOISE_TOOLTIP = (
    "moons, blobs: how far the points scatter\n"
    "gauss: how wide the clouds are\n"
    "spiral: how far the points stray\n"
    "circle, XOR: how far from a point its label is read"
)


class DataPanel(QWidget):
    """Shows and changes the DataSpec of the document; the table of a small data set follows the run."""

    def __init__(
        self, runs: Runs, documents: Documents, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = "Data"
        self.header = TextLabel("", "label")
        self.header.setObjectName("dataNote")
        self._documents = documents
        self._selection = selection
        self._theme = theme
        self._frame: Frame | None = runs.frame  # the newest
        self._spec: DataSpec | None = None  # the one shown
        self._thumbnails = _Thumbnails(theme)
        self._table = SampleTable(theme)
        self._points = PointsSlider(theme)
        self._noise = NumberSlider(
            "noise", theme, minimum=0.0, maximum=0.5, step=0.01, name="noise", tooltip=NOISE_TOOLTIP
        )
        self._seed = NumberRow("seed", theme, minimum=0, maximum=2**32 - 1, integer=True, name="dataSeed")
        self._dice = IconButton("dice", theme, "Other points of the same kind: a new seed", 14)
        self._dice.setObjectName("newSample")
        self._parameters = QWidget()
        self._lay_out()
        self._connect(runs)
        self._on_theme_changed()
        self._show(documents.experiment)

    def _lay_out(self) -> None:
        self._seed_line = QHBoxLayout()
        self._seed_line.addWidget(self._seed)
        self._seed_line.addWidget(self._dice)
        self._rows = QVBoxLayout(self._parameters)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addWidget(self._points)
        self._rows.addWidget(self._noise)
        self._rows.addLayout(self._seed_line)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self._thumbnails, self._table, self._parameters):
            self._column.addWidget(part)
        self._column.addStretch(1)

    def _connect(self, runs: Runs) -> None:
        self._thumbnails.kind_chosen.connect(self._on_kind_chosen)
        self._table.sample_chosen.connect(self._selection.select_sample)
        self._points.value_changed.connect(self._on_points_changed)
        self._noise.value_changed.connect(self._on_noise_changed)
        self._seed.value_changed.connect(self._on_seed_changed)
        self._dice.clicked.connect(self._on_dice)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        self._documents.opened.connect(self._show)
        self._selection.sample_changed.connect(self._table.show_sample)
        runs.frame_ready.connect(self._on_frame_ready)
        self._theme.changed.connect(self._on_theme_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_numbers()

    def _show(self, experiment: Experiment) -> None:
        spec = experiment.data
        if spec == self._spec:
            return
        self._spec = spec
        self._thumbnails.show_kind(spec.kind)
        self._points.set_value(spec.points)
        self._noise.set_value(spec.noise)
        self._seed.set_value(spec.seed)
        self.header.setText(NOTES.get(spec.kind, DATASET_TITLES[spec.kind]))
        if input_count(spec) > 2:
            self._show_rows(spec)
        self._show_parts(table=input_count(spec) > 2, parameters=spec.kind not in FIXED_KINDS)
        self._show_numbers()

    def _show_rows(self, spec: DataSpec) -> None:
        """Fill the table; rows of two inputs need none: they are points on the decision boundary."""
        data = make_dataset(spec)
        self._table.show_points(Points(data.inputs, data.targets, data.names))
        self._table.show_sample(self._selection.sample)

    def _show_parts(self, *, table: bool, parameters: bool) -> None:
        """What goes is hidden before what comes is shown: for an instant both would make the window grow."""
        for part, wanted in sorted([(self._table, table), (self._parameters, parameters)], key=itemgetter(1)):
            part.setVisible(wanted)

    def _show_numbers(self) -> None:
        if self._frame is not None and not self._table.isHidden():
            self._table.samples.set_numbers(self._frame.predictions, self._frame.sample_losses)

    def _on_frame_ready(self, frame: Frame) -> None:
        self._frame = frame
        if self.isVisible():
            self._show_numbers()

    def _on_experiment_changed(self, _: Experiment, experiment: Experiment) -> None:
        self._show(experiment)

    def _on_kind_chosen(self, kind: str) -> None:
        self._documents.set_data(f"data set {kind}", kind=kind)

    def _on_points_changed(self, points: float) -> None:
        self._documents.set_data("points", points=int(points))

    def _on_noise_changed(self, noise: float) -> None:
        self._documents.set_data("noise", noise=noise)

    def _on_seed_changed(self, seed: float) -> None:
        self._documents.set_data("seed of the data", seed=int(seed))

    def _on_dice(self) -> None:
        self._documents.set_data("seed of the data", seed=random.randrange(SEEDS))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(4))
        self._rows.setSpacing(0)
        self._seed_line.setSpacing(px(6))


class _Thumbnails(QWidget):
    """A picture of every kind of data set; one is chosen. Arrow keys move among them."""

    kind_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._buttons = {kind: DatasetButton(kind, theme) for kind in DATASET_TITLES}
        for place, button in enumerate(self._buttons.values()):
            self._group.addButton(button)
            self._grid.addWidget(button, *divmod(place, COLUMNS))
        self._group.buttonClicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_kind(self, kind: DataKind) -> None:
        self._buttons[kind].setChecked(True)

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, DatasetButton):
            self.kind_chosen.emit(button.kind)

    def _on_theme_changed(self) -> None:
        self._grid.setSpacing(self._theme.px(GAP))
