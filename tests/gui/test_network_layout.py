"""Places of tiles and edges, and which address stands where."""

from __future__ import annotations

import numpy as np
import pytest

from gui.graph.network_layout import SMALLEST_TILE, layout_network, rise, steepness
from gui.graph.network_structure import Bias, Tile, Weight, network_structure, neuron_of
from gui.graph.network_walk import Direction, next_place
from gui.graph.viewport import Viewport
from tests.gui.network_double import SmallNet

SHAPES = [(2, 1), (2, 6, 4, 1), (3, 4, 4, 1), (2, 16, 16, 1), (2, *(32,) * 8, 1), (16, 1)]


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize("window", [(760, 590), (400, 220), (1500, 900)])
@pytest.mark.parametrize("unit", [1.0, 2.0])
def test_tiles_are_in_order_and_apart(sizes: tuple[int, ...], window: tuple[int, int], unit: float) -> None:
    layout = layout_network(sizes, *window, unit)
    assert tuple(len(column.ys) for column in layout.columns) == sizes
    for column in layout.columns:
        assert column.tile >= SMALLEST_TILE * unit
        assert np.all(np.diff(column.ys) > column.tile)
        assert column.ys[0] - column.tile / 2 >= 0
        assert column.ys[-1] + column.tile / 2 <= layout.height
        assert column.x - column.tile / 2 >= 0
        assert column.x + column.tile / 2 <= layout.width
    for gap in layout.gaps:
        assert gap.right - gap.left >= 8 * unit


def test_what_fits_takes_exactly_the_window() -> None:
    layout = layout_network((2, *(32,) * 8, 1), 760, 640)
    assert (layout.width, layout.height) == (760, 640)


def test_points_lead_back_to_their_places() -> None:
    layout = layout_network((2, 6, 4, 1), 760, 590)
    for c, column in enumerate(layout.columns):
        for r, y in enumerate(column.ys):
            assert layout.tile_at(column.x + 3, float(y) - 3) == (c, r)
            left, top, width, height = layout.bias_bar(c, r)
            assert layout.bias_at(left + width / 2, top + height / 2) == ((c, r) if c else None)
    assert layout.tile_at(5, 5) is None
    assert layout.edge_at(5, 5, 6) is None


def test_every_edge_is_found_where_it_runs_alone() -> None:
    layout = layout_network((2, 3, 1), 760, 590)
    gap = layout.gaps[0]
    x = gap.left + 0.3 * (gap.right - gap.left)
    heights, _ = gap.heights(x)
    for to in range(3):
        for source in range(2):
            assert layout.edge_at(x, float(heights[to, source]) + 0.5, 6) == (0, to, source)
    assert layout.edge_at(x, 2.0, 6) is None


def test_edges_begin_and_end_level() -> None:
    ends = np.array([0.0, 0.5, 1.0])
    assert rise(ends) == pytest.approx([0, 0.5, 1])
    assert steepness(ends) == pytest.approx([0, 2, 0])


def test_addresses_and_places_belong_together() -> None:
    structure = network_structure(SmallNet(2, 3, 2).started())
    places = [Tile(0, 1), Tile(2, 1), Weight(1, 1, 2), Bias(1, 2), Tile(3, 0)]
    names = ["x2", "L2.N2.out", "L2.N2.w3", "L1.N3.b", "L3.N1.out"]
    assert [structure.local_address(place) for place in places] == names
    assert [structure.place(f"sample7/{name}") for name in names] == places


def test_addresses_of_other_levels_find_their_neuron() -> None:
    structure = network_structure(SmallNet(2, 3, 2).started())
    assert structure.place("sample3/L1.N3.z") == Tile(1, 2)
    assert structure.place("sample3/L1.N3.sum2") == Tile(1, 2)
    assert structure.place("sample3/L1.N3.w2*x2") == Weight(0, 2, 1)
    for address in ("", "loss", "sample3/loss", "sample3/y", "L9.N1.b", "L1.N4.out", "L1.N1.w3", "x3", "L0.N1.b"):
        assert structure.place(address) is None, address


def test_parameters_are_found_in_theta() -> None:
    net = SmallNet(2, 3, 2)
    structure = network_structure(net.started())
    for place, name in ((Weight(1, 0, 2), "L2.N1.w3"), (Bias(3, 0), "L3.N1.b")):
        assert structure.parameter(place) == net.names.index(name)


def test_the_gradient_flows_forward_from_the_selected_place() -> None:
    structure = network_structure(SmallNet(2, 3, 2).started())
    first, second, last = structure.forward_path(Weight(0, 1, 0))
    assert np.argwhere(first).tolist() == [[1, 0]]
    assert np.argwhere(second).tolist() == [[0, 1], [1, 1]]
    assert last.all()
    assert [int(mask.sum()) for mask in structure.forward_path(Tile(2, 1))] == [0, 0, 1]
    assert [int(mask.sum()) for mask in structure.forward_path(Tile(3, 0))] == [0, 0, 0]
    assert [int(mask.sum()) for mask in structure.incoming(Tile(2, 1))] == [0, 3, 0]
    assert not any(mask.any() for mask in structure.forward_path(None))


def test_matches_name_neurons_first() -> None:
    structure = network_structure(SmallNet(2, 3).started())
    assert structure.matches("l1.n2") == ["L1.N2.out", "L1.N2.w1", "L1.N2.w2", "L1.N2.b"]
    assert structure.matches("x") == ["x1", "x2"]
    assert structure.matches("  ") == []


def test_neuron_of_an_address() -> None:
    assert neuron_of("sample2/L1.N3.w2*x2") == "L1.N3"
    assert neuron_of("L1.N3.b") == "L1.N3"
    assert neuron_of("sample2/x1") == neuron_of("loss") == ""


def test_walking_leads_everywhere() -> None:
    structure = network_structure(SmallNet(2, 3, 2).started())
    layout = layout_network(structure.sizes, 760, 590)

    def walk(place: Tile | Weight | Bias | None, direction: Direction, parameters: bool = False) -> object:
        return next_place(structure, layout, place, direction, parameters)

    assert walk(None, Direction.DOWN) == Tile(0, 0)
    assert walk(Tile(0, 0), Direction.LEFT) == Tile(0, 0)
    assert walk(Tile(1, 0), Direction.DOWN) == Tile(1, 1)
    assert walk(Tile(1, 2), Direction.DOWN) == Tile(1, 2)
    assert walk(Tile(2, 1), Direction.RIGHT) == Tile(3, 0)
    assert walk(Tile(1, 1), Direction.DOWN, True) == Weight(0, 1, 0)
    assert walk(Weight(0, 1, 0), Direction.DOWN) == Weight(0, 1, 1)
    assert walk(Weight(0, 1, 1), Direction.DOWN) == Bias(1, 1)
    assert walk(Bias(1, 1), Direction.UP) == Weight(0, 1, 1)
    assert walk(Weight(0, 1, 1), Direction.LEFT) == Tile(0, 1)
    assert walk(Weight(0, 1, 1), Direction.RIGHT) == Tile(1, 1)
    assert walk(Bias(1, 1), Direction.RIGHT) == Tile(1, 1)
    assert walk(Tile(1, 1), Direction.UP, True) == Bias(1, 1)


def test_zooming_keeps_the_point_under_the_pointer() -> None:
    viewport = Viewport()
    viewport.resize((700, 500), (700, 500))
    before = viewport.to_world(200, 100)
    viewport.zoom_to(3.0, (200, 100))
    assert viewport.to_world(200, 100) == pytest.approx(before)
    assert not viewport.fitted


def test_fit_shows_all_and_stays_while_the_window_changes() -> None:
    viewport = Viewport()
    viewport.resize((700, 300), (700, 600))
    assert viewport.zoom == 0.5
    viewport.resize((700, 600), (700, 600))
    assert viewport.zoom == 1.0
    assert viewport.to_window(0, 0) == (0, 0)


def test_nobody_can_lose_the_network_by_panning() -> None:
    viewport = Viewport()
    viewport.resize((700, 500), (700, 500))
    viewport.pan(99999, -99999)
    x, y = viewport.to_window(0, 0)
    assert 0 < x < 700
    assert -500 < y < 500


def test_features_have_addresses_of_their_own() -> None:
    structure = network_structure(SmallNet(2, 3, features=("x2", "x1^2", "sin(x1)")).started())
    assert structure.columns[0] == ("x2", "x1^2", "sin(x1)")
    assert [structure.place(f"sample2/{name}") for name in structure.columns[0]] == [Tile(0, row) for row in range(3)]
    assert structure.place("sample2/x1") is None
    assert structure.place("sample2/L1.N2.w3*f3") == Weight(0, 1, 2)
    assert structure.matches("sin") == ["sin(x1)"]
    assert neuron_of("sample2/sin(x1)") == ""


def test_several_outputs_are_a_column() -> None:
    net = SmallNet(2, 3, labels=("a", "b", "c", "d"))
    structure = network_structure(net.started())
    assert structure.sizes == (2, 3, 4)
    assert structure.place("sample1/L2.N4.out") == Tile(2, 3)
    narrow, wide = (layout_network(structure.sizes, 640, 480, labelled=labelled) for labelled in (True, False))
    room = narrow.width - narrow.columns[-1].x
    assert room > wide.width - wide.columns[-1].x
    assert room >= 112


def test_without_biases_there_is_no_place_for_them() -> None:
    net = SmallNet(2, 3, bias=False)
    structure = network_structure(net.started())
    layout = layout_network(structure.sizes, 760, 590)
    assert not structure.has_bias
    assert structure.place("L1.N1.b") is None
    assert not [name for name in structure.matches("l1") if name.endswith(".b")]
    last = next_place(structure, layout, Weight(0, 0, 0), Direction.DOWN, False)
    assert last == Weight(0, 0, 1)
    assert next_place(structure, layout, last, Direction.DOWN, False) == last
    assert next_place(structure, layout, Tile(1, 0), Direction.UP, True) == last


def test_long_names_of_features_have_room_at_the_left() -> None:
    for sizes in ((4, 6, 1), (4, *(6,) * 8, 1)):
        layout = layout_network(sizes, 640.0, 480.0, names=44.0)
        left, _, _ = layout.tile(0, 0)
        assert left - 10.0 - 44.0 >= 2.0
        assert layout.columns[-1].x + layout.columns[-1].tile / 2 <= layout.width
