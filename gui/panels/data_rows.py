"""What can be set of the present data: points, noise, classes, the share kept back for testing, the seed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.datasets import FIXED_KINDS
from core.experiment import DataSpec
from core.words import mark, tr
from gui.panels.points_slider import PER_CENT, PointsSlider, classes_slider, noise_slider, share_slider
from gui.theme import Theme
from gui.widgets.check import CheckBox
from gui.widgets.fields import IconButton, NumberRow

BETWEEN = 14  # px at scale 1, between two sliders side by side
SEED_WIDTH = 52  # px at scale 1
SEED_TOOLTIP = mark("The same seed always draws the same points, and keeps the same ones back for testing")
DICE = mark("Other points of the same kind: a new seed")
DICE_SPLIT = mark("Keep other rows back for testing: a new seed")
SHOW_TOOLTIP = mark("Draw the points kept back for testing, smaller and hollow")


class DataRows(QWidget):
    """Shows the numbers of a DataSpec that mean something for its kind; a change is told with the name of the field."""

    changed = Signal(str, str, object)  # what undo calls it, field of DataSpec, value
    dice_thrown = Signal()
    show_test_chosen = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._points, self._noise = PointsSlider(theme), noise_slider(theme)
        self._test, self._classes = share_slider(theme), classes_slider(theme)
        self._show_test = CheckBox(tr("test points"))
        self._show_test.setObjectName("showTest")
        self._show_test.setAccessibleName(tr("show test points"))
        self._show_test.setToolTip(tr(SHOW_TOOLTIP))
        self._seed = _SeedRow(theme)
        self._dice = IconButton("dice", theme, tr(DICE), 14)
        self._dice.setObjectName("newSample")
        self._drawing, self._sharing, self._seeding = QWidget(), QWidget(), QWidget()
        self._halves = [QHBoxLayout(line) for line in (self._drawing, self._sharing)]
        self._seed_line, self._seed_side = QHBoxLayout(), QVBoxLayout(self._seeding)
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._connect()
        self._on_theme_changed()

    def show_spec(self, spec: DataSpec) -> None:
        """Without a signal."""
        self._points.set_value(spec.points)
        self._noise.set_value(spec.noise)
        self._classes.set_value(spec.classes)
        self._test.set_value(round(PER_CENT * spec.test_share, 9))
        self._seed.set_value(spec.seed)
        fixed, tested = spec.kind in FIXED_KINDS or spec.kind == "own", spec.test_share > 0.0
        parts = (
            (self._drawing, not fixed),
            (self._classes, spec.kind == "blobs"),
            (self._show_test, tested),
            (self._seeding, tested or not fixed),
        )
        for part, wanted in parts:
            part.setVisible(wanted)
        self._dice.setToolTip(tr(DICE_SPLIT) if fixed else tr(DICE))
        self._dice.setAccessibleName(tr(DICE_SPLIT) if fixed else tr(DICE))

    @Slot(bool)
    def set_show_test(self, shown: bool) -> None:
        """Without a signal."""
        self._show_test.setChecked(shown)

    def _lay_out(self) -> None:
        for line, parts in zip(self._halves, ((self._points, self._noise), (self._test, self._seeding)), strict=True):
            line.setContentsMargins(0, 0, 0, 0)
            for part in parts:
                line.addWidget(part, 1)  # two halves, whatever their labels
        self._seed_line.addWidget(self._seed)
        self._seed_line.addWidget(self._dice)
        self._seed_side.setContentsMargins(0, 0, 0, 0)
        self._seed_side.setSpacing(0)
        self._seed_side.addLayout(self._seed_line)
        self._seed_side.addWidget(self._show_test)
        self._seed_side.addStretch(1)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for widget in (self._drawing, self._classes, self._sharing):
            self._column.addWidget(widget)

    def _connect(self) -> None:
        self._points.value_changed.connect(self._on_points_changed)
        self._noise.value_changed.connect(self._on_noise_changed)
        self._classes.value_changed.connect(self._on_classes_changed)
        self._test.value_changed.connect(self._on_test_changed)
        self._seed.value_changed.connect(self._on_seed_changed)
        self._dice.clicked.connect(self._on_dice)
        self._show_test.clicked.connect(self.show_test_chosen)
        self._theme.changed.connect(self._on_theme_changed)

    @Slot(float)
    def _on_points_changed(self, points: float) -> None:
        self.changed.emit(tr("points"), "points", int(points))

    @Slot(float)
    def _on_noise_changed(self, noise: float) -> None:
        self.changed.emit(tr("noise"), "noise", noise)

    @Slot(float)
    def _on_classes_changed(self, classes: float) -> None:
        self.changed.emit(tr("classes"), "classes", int(classes))

    @Slot(float)
    def _on_test_changed(self, percent: float) -> None:
        self.changed.emit(tr("test share"), "test_share", percent / PER_CENT)

    @Slot(float)
    def _on_seed_changed(self, seed: float) -> None:
        self.changed.emit(tr("seed of the data"), "seed", int(seed))

    @Slot()
    def _on_dice(self) -> None:
        self.dice_thrown.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        for line in self._halves:
            line.setSpacing(px(BETWEEN))
        self._seed_line.setSpacing(px(4))


class _SeedRow(NumberRow):
    """A seed in half of the column: its number has less room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            tr("seed"), theme, minimum=0, maximum=2**32 - 1, integer=True, name="dataSeed", tooltip=tr(SEED_TOOLTIP)
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_theme_changed(self) -> None:
        self._field.setFixedWidth(self._theme.px(SEED_WIDTH))
