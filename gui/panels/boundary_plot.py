"""What the map and the curve share: the points, the selected one, the one under the mouse, and which are wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen

from core.words import tr
from gui.frames import Maps, Points
from gui.numbers import format_number
from gui.panels.boundary_points import PointsLayer
from gui.panels.boundary_scale import chances_of, kinds_of, target_text, wrong_rows
from gui.panels.plotting import Layer, ThemedPlot, draw_bubble
from gui.theme import Theme

REACH = 12.0
"""Pixels at scale 1 from a point within which it is meant."""

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_SHOWN_INPUTS = 3  # in a bubble

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]
NOTHING = Points(np.zeros((0, 2)), np.zeros(0), ("x1", "x2"))


class PointsPlot(ThemedPlot):
    """Rows as points; the owner says what is selected and is told of clicks. Subclasses say where points lie."""

    sample_clicked = Signal(int)
    moved = Signal(int)  # -1 or 1: another sample is wanted by keyboard
    copy_requested = Signal()  # the Edit menu's verbs turn to what has the focus
    paste_requested = Signal()

    def __init__(self, theme: Theme, *, axes: tuple[str, ...] = (), on_card: bool = False) -> None:
        """`on_card`: there is no map under the points."""
        super().__init__(theme, axes=axes, keys=_KEYS)
        self.points = NOTHING
        self.holds_frame = False  # while points are edited the plot keeps still as long as they all stay in sight
        self._test_shown = True
        self._places: Array = np.zeros((0, 2))
        self._predictions: Array = np.zeros(0)
        self._test_predictions: Array = np.zeros(0)
        self._wrong: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._points = PointsLayer(self, on_card=on_card)
        self._pointer = _PointerLayer(self)
        self.box.sigResized.connect(self.frame_points)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        self.key_pressed.connect(self._on_key)

    # -- for the owner ------------------------------------------------------------------------------------------

    @property
    def hover_text(self) -> str:
        """What the bubble over the point under the mouse says; empty if there is none."""
        return self._pointer.text()

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which rows are on the wrong side of the boundary; empty before the first prediction."""
        return self._wrong

    @property
    def test_shown(self) -> bool:
        """Whether the rows kept back for testing are drawn."""
        return self._test_shown

    @property
    def heights(self) -> tuple[float, ...]:
        """Of one input: where the points of each class lie. None of a regression: they lie at their targets."""
        return ()

    @property
    def extent(self) -> Extent | None:
        """The rectangle of the present maps, in units of the plot; None before the first."""
        raise NotImplementedError

    def set_points(self, points: Points, *, keeps_map: bool = False) -> None:
        """Show other points; maps go unless the next ones are sure to be of the same plane (no flicker then)."""
        self.points = points
        self._predictions = self._test_predictions = np.zeros(0)
        self._wrong = np.zeros(0, dtype=np.bool_)
        if not keeps_map:
            self.forget_maps()
        self._pointer.set_hovered(-1)
        self._show_points()
        self.frame_points()

    def set_output(self, maps: Maps) -> None:
        """Show the newest maps."""
        raise NotImplementedError

    def set_predictions(self, predictions: Array, test_predictions: Array | None = None) -> None:
        """Mark the points that are classified wrongly. Of several classes (classes, rows), else (rows,)."""
        self._predictions = predictions
        self._test_predictions = np.zeros(0) if test_predictions is None else test_predictions
        self._wrong = wrong_rows(self.points, self.points.targets, predictions)
        self._mark_wrong(wrong_rows(self.points, self.points.test_targets, self._test_predictions))

    def guess_wrong(self) -> None:
        """Mark wrong points by what the maps say: for points that are being painted no prediction is known."""
        points = self.points
        self._wrong = self._wrong_by_maps(points.inputs, points.targets)
        self._mark_wrong(self._wrong_by_maps(points.test_inputs, points.test_targets))

    def set_test_shown(self, shown: bool) -> None:
        """Whether the rows kept back for testing are drawn."""
        if shown != self._test_shown:
            self._test_shown = shown
            self._show_points()
            self._mark_wrong(wrong_rows(self.points, self.points.test_targets, self._test_predictions))

    def copy(self) -> None:
        """As a text field would: the Edit menu asks for it."""
        self.copy_requested.emit()

    def paste(self) -> None:
        """As `copy`."""
        self.paste_requested.emit()

    def select(self, sample: int) -> None:
        self._pointer.set_selected(sample)

    def restyle(self) -> None:
        super().restyle()
        self._points.restyle()

    # -- where points are -----------------------------------------------------------------------------------------

    def places_of(self, inputs: Array, targets: Array) -> Array:
        """Where rows lie, (rows, 2) in units of the plot."""
        raise NotImplementedError

    def position_of(self, sample: int) -> QPointF:
        """Where a point lies in the view box."""
        return self.to_pixels(float(self._places[sample, 0]), float(self._places[sample, 1]))

    def places(self) -> Array:
        """All points in pixels of the view box, (rows, 2)."""
        return self.all_to_pixels(self._places)

    def nearest(self, position: QPointF) -> int:
        """The sample within reach of a position in the view box, counted from 0; -1 if there is none."""
        if not len(self._places):
            return -1
        places = self.places()
        distances = np.hypot(places[:, 0] - position.x(), places[:, 1] - position.y())
        sample = int(np.argmin(distances))
        return sample if distances[sample] <= self.theme.px(REACH) else -1

    def text_of(self, sample: int) -> tuple[str, ...]:
        """The lines of the bubble of a sample."""
        points = self.points
        shown = [f"{points.names[i]} {format_number(points.inputs[sample, i], 2)}" for i in self._shown_inputs()]
        target = points.targets[sample]
        result = tr("target {target}", target=target_text(points, target))
        if sample < self._predictions.shape[-1]:
            result += f"  {self._output_text(sample)}"
        return tr("sample {sample}", sample=sample + 1), "  ".join(shown), result

    def frame_points(self) -> None:
        """Choose the ranges to show."""
        raise NotImplementedError

    def forget_maps(self) -> None:
        """Show no output until the next one comes."""
        raise NotImplementedError

    def _output_at(self, inputs: Array) -> Array | None:
        """What the maps say of some rows, as `Maps.output` does; None without maps."""
        raise NotImplementedError

    def _shown_inputs(self) -> range | tuple[int, ...]:
        return range(min(self.points.inputs.shape[1], _SHOWN_INPUTS))

    # -- inside -----------------------------------------------------------------------------------------------------

    def _output_text(self, sample: int) -> str:
        points = self.points
        if points.task != "classes":
            value = float(self._predictions[sample])
            text = tr("output {output}", output=format_number(value, 2))
            if points.task == "regression":
                error = format_number(value - float(points.targets[sample]), 2)
                text = f"{text}  {tr('error {error}', error=error)}"
            return text
        chances = chances_of(self._predictions[:, sample])
        winner = int(self._predictions[:, sample].argmax())
        return tr("output {output} {chance}", output=points.labels[winner], chance=f"{chances[winner]:.0%}")

    def _show_points(self) -> None:
        points = self.points
        self._places = self.places_of(points.inputs, points.targets)
        places, targets = self._places, kinds_of(points, points.targets)
        if self._test_shown and len(points.test_targets):
            places = np.concatenate((places, self.places_of(points.test_inputs, points.test_targets)))
            targets = np.concatenate((targets, kinds_of(points, points.test_targets)))
        self._points.set_points(points, places, targets, np.arange(len(targets)) >= len(points.targets))

    def _mark_wrong(self, wrong_tests: NDArray[np.bool_]) -> None:
        rows = len(self.points.targets)
        tests = len(self.points.test_targets) if self._test_shown else 0
        marked = np.zeros(rows + tests, dtype=np.bool_)
        if len(self._wrong) == rows:
            marked[:rows] = self._wrong
        if tests and len(wrong_tests) == tests:
            marked[rows:] = wrong_tests
        self._points.set_wrong(marked)
        self._pointer.update()

    def _wrong_by_maps(self, inputs: Array, targets: Array) -> NDArray[np.bool_]:
        output = self._output_at(inputs) if len(inputs) else None
        if output is None or self.points.task == "regression":
            return np.zeros(0, dtype=np.bool_)
        if self.points.task == "classes":
            wrong: NDArray[np.bool_] = output != targets.argmax(axis=1)
            return wrong
        return wrong_rows(self.points, targets, output)

    def _on_hovered(self, position: QPointF) -> None:
        self._pointer.set_hovered(self.nearest(position))

    def _on_left(self) -> None:
        self._pointer.set_hovered(-1)

    def _on_clicked(self, position: QPointF) -> None:
        sample = self.nearest(position)
        if sample >= 0:
            self.sample_clicked.emit(sample)

    def _on_key(self, key: int) -> None:
        self.moved.emit(1 if key == Qt.Key.Key_Right else -1)


class _PointerLayer(Layer):
    """The ring around the selected point, and the bubble of the one under the mouse."""

    def __init__(self, plot: PointsPlot) -> None:
        super().__init__(plot, height=5)
        self._owner = plot
        self._hovered = -1
        self._selected = -1

    def set_hovered(self, sample: int) -> None:
        if sample != self._hovered:
            self._hovered = sample
            self.update()

    def set_selected(self, sample: int) -> None:
        self._selected = sample
        self.update()

    def text(self) -> str:
        return "  ".join(self._owner.text_of(self._hovered)) if self._hovered >= 0 else ""

    def draw(self, painter: QPainter) -> None:
        theme, rows = self.plot.theme, len(self._owner.points.targets)
        if 0 <= self._selected < rows:
            draw_selection_ring(painter, theme, self._owner.position_of(self._selected))
        if 0 <= self._hovered < rows:
            at = self._owner.position_of(self._hovered)
            draw_bubble(painter, theme, self._owner.text_of(self._hovered), at, QRectF(self.plot.box.rect()))


def draw_selection_ring(painter: QPainter, theme: Theme, centre: QPointF) -> None:
    """The strong ink outline of what is selected, with a pale ring that sets it off from any colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((theme.palette.card, 6.0), (theme.palette.ink, 2.5)):
        painter.setPen(QPen(colour, theme.px(width)))
        painter.drawEllipse(centre, theme.px(8), theme.px(8))


def bounds_of(places: Array, room: float) -> Extent | None:
    """The rectangle around points, with some room (a share of its sides); None without points."""
    if not places.size:
        return None
    low, high = places.min(axis=0), places.max(axis=0)
    around = np.maximum((high - low) * room, 1e-6)
    low, high = low - around, high + around
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])
