"""The network level inside a step: what is not computed is covered, gradients are told, what is at work is lit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from core.expression.sheet import Phase
from core.playhead import Here, Position, StepShape
from gui.frames import Frame
from gui.graph.network_paint import tile_box
from gui.graph.network_playhead import at_work
from gui.graph.network_structure import Bias, Tile, Weight
from gui.graph.network_view import NetworkView
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.network_double import RunsDouble, SmallNet

CLOSE = 40  # how far a colour may be from another that it was drawn with, of 255 in a channel


@pytest.fixture
def runs() -> RunsDouble:
    net = SmallNet(2, 4, 3)
    return RunsDouble(net.started(), net.frame())


@pytest.fixture
def view(qtbot: QtBot, runs: RunsDouble, theme: Theme, caplog: pytest.LogCaptureFixture) -> Iterator[NetworkView]:
    view = NetworkView(runs, Selection(), theme)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(640, 380)
    view.show()
    qtbot.waitExposed(view)
    yield view
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def here(phase: Phase, address: str, *reads: str) -> Here:
    return Here(Position(phase, 0, 3), address, reads, "", "", 9, 4, 0, None, StepShape(4, 9, 0, 4, 4))


def inside(frame: Frame, place: Here, **known: tuple[float, float]) -> Frame:
    """The frame with only these neurons of the sample (`L1_N1`: data, gradient), and the inputs."""
    outputs = {f"{name.replace('_', '.')}.out": pair for name, pair in known.items()}
    inputs = {name: pair for name, pair in frame.sample_outputs.items() if name in ("x1", "x2")}
    return replace(frame, here=place, sample_outputs={**inputs, **outputs})


def picture(view: NetworkView) -> QImage:
    for _ in range(4):
        image = view.grab().toImage()
    return image


def pixels(view: NetworkView, image: QImage, tile: Tile, around: int = 0) -> np.ndarray:
    """The colours of a tile, (n, 3); with `around` only those in a frame of so many pixels around it."""
    scene = view.scene()
    assert scene is not None
    box = tile_box(scene, tile.column, tile.row).toAlignedRect()
    wide = box.adjusted(-around, -around, around, around)
    found = [
        QColor(image.pixel(x, y)).getRgb()[:3]
        for y in range(wide.top(), wide.bottom() + 1)
        for x in range(wide.left(), wide.right() + 1)
        if not around or not box.contains(x, y)
    ]
    return np.array(found)


def share_of(colours: np.ndarray, colour: QColor) -> float:
    return float((np.abs(colours - np.array(colour.getRgb()[:3])).max(axis=1) < CLOSE).mean())


def test_neurons_that_are_not_computed_yet_are_covered(view: NetworkView, runs: RunsDouble, theme: Theme) -> None:
    whole = picture(view)
    frame = runs.frame
    assert frame is not None
    runs.send(inside(frame, here(Phase.FORWARD, "sample1/L1.N1.out"), L1_N1=(0.5, 0.0)))
    image = picture(view)
    for tile in (Tile(1, 1), Tile(2, 0), Tile(3, 0)):
        assert share_of(pixels(view, image, tile), theme.palette.card) > 0.8, tile
        assert share_of(pixels(view, whole, tile), theme.palette.card) < 0.5, tile
    for tile in (Tile(0, 0), Tile(1, 0)):
        inner = pixels(view, image, tile), pixels(view, whole, tile)
        assert np.abs(inner[0] - inner[1]).max(axis=1).mean() < 6, tile
    runs.send(frame)
    assert picture(view) == whole


def test_what_is_at_work_is_lit_and_violet_only_where_gradients_flow(
    view: NetworkView, runs: RunsDouble, theme: Theme
) -> None:
    frame, colours = runs.frame, theme.palette
    assert frame is not None
    known = {"L1_N1": (0.5, 0.0), "L2_N1": (0.2, -0.3)}
    for phase, colour, other in (
        (Phase.FORWARD, colours.accent, colours.glow),
        (Phase.BACKWARD, colours.glow, colours.accent),
    ):
        runs.send(inside(frame, here(phase, "sample1/L2.N1.w1*h1"), **known))
        around = pixels(view, picture(view), Tile(2, 0), 4)
        assert share_of(around, colour) > 0.3
        assert share_of(around, other) < share_of(around, colour) / 3


def test_gradients_that_are_there_stand_on_their_neurons(view: NetworkView, runs: RunsDouble, theme: Theme) -> None:
    frame, card = runs.frame, theme.palette.card
    assert frame is not None
    known = {"L1_N1": (0.5, 0.0), "L2_N1": (0.2, -0.3)}

    def told(phase: Phase) -> list[bool]:
        """Whether there is a plate at the foot of the tiles."""
        runs.send(inside(frame, here(phase, "sample1/L3.N1.out"), **known))
        tiles = (pixels(view, picture(view), tile) for tile in (Tile(0, 0), Tile(1, 0), Tile(2, 0)))
        return [share_of(colours[-len(colours) // 5 :], card) > 0.4 for colours in tiles]

    scene = view.scene()
    assert scene is not None and tile_box(scene, 2, 0).width() >= 46
    assert told(Phase.FORWARD) == [False, False, False]
    assert told(Phase.BACKWARD) == [False, False, True]


def test_small_tiles_have_bars_in_the_colour_of_the_sign(qtbot: QtBot, theme: Theme) -> None:
    net = SmallNet(2, 16, 3)
    runs = RunsDouble(net.started(), net.frame())
    view = NetworkView(runs, Selection(), theme)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(640, 380)
    view.show()
    qtbot.waitExposed(view)
    assert runs.frame is not None
    ends = {}
    for gradient in (0.4, -0.4):
        place = here(Phase.BACKWARD, "sample1/L2.N1.out")
        runs.send(inside(runs.frame, place, L1_N1=(0.5, gradient), L1_N2=(0.5, 0.1)))
        scene = view.scene()
        assert scene is not None
        box = tile_box(scene, 1, 0)
        ends[gradient] = QColor(picture(view).pixel(round(box.center().x()), round(box.bottom()) - 4))
    blue, orange = theme.palette.positive, theme.palette.negative
    assert (
        share_of(np.array([ends[0.4].getRgb()[:3]]), blue)
        == share_of(np.array([ends[-0.4].getRgb()[:3]]), orange)
        == 1.0
    )


def test_which_places_an_operation_belongs_to(view: NetworkView) -> None:
    assert view.numbers is not None
    structure = view.numbers.structure

    def lit(phase: Phase, address: str, *reads: str) -> list[object]:
        return list(at_work(here(phase, address, *reads), structure))

    assert lit(Phase.BACKWARD, "sample1/L2.N1.w3*h3") == [Tile(2, 0), Weight(1, 0, 2)]
    assert lit(Phase.FORWARD, "sample1/L2.N2.sum1") == [Tile(2, 1)]
    assert lit(Phase.BACKWARD, "sample1/error", "sample1/L3.N1.out", "sample1/target") == [Tile(3, 0)]
    assert lit(Phase.BACKWARD, "sample1/loss", "sample1/error") == []
    assert lit(Phase.UPDATE, "L1.N2.b") == [Bias(1, 1)]
    assert lit(Phase.ZERO, "L1.N2.w1") == [Weight(0, 1, 0)]
    assert lit(Phase.UPDATE, "") == []
