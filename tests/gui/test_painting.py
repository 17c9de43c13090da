"""The tools' strokes, without a picture; and points as text."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.datasets import make_dataset
from core.document import open_document
from core.experiment import MAX_POINTS, DataSpec
from core.own_data.own_rows import inputs_of, own_rows, targets_of
from core.shape import lineage
from gui.session.data_fit import change_data
from gui.session.documents import Documents
from gui.session.own_data import OwnData
from gui.session.painting import MAX_PAINTED_CLASSES, Ground, Painting, Tool
from gui.session.stroke import kept_back

GROUND = Ground((0.02, 0.02), (-2.1, 3.1, -1.6, 2.1))


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(open_document("moons-demo"))


@pytest.fixture
def painting(documents: Documents) -> Painting:
    painting = Painting(documents, documents)
    painting.set_editing(True)
    return painting


def rows(documents: Documents) -> tuple[np.ndarray, np.ndarray]:
    own = documents.experiment.data.own
    assert own is not None
    return inputs_of(own), targets_of(own)


def drag(painting: Painting, *places: tuple[float, float], ground: Ground = GROUND) -> None:
    painting.begin(places[0], ground)
    for place in places[1:]:
        painting.go_on(place)
    painting.end()


def with_rows(documents: Documents, inputs: np.ndarray, targets: np.ndarray, labels: tuple[str, ...] = ()) -> None:
    change_data(documents, "rows", kind="own", own=own_rows("moons", inputs, targets, labels=labels))


def test_a_point_is_added_to_built_in_data_of_the_same_lineage(documents: Documents, painting: Painting) -> None:
    before = documents.experiment.data
    painting.set_tool(Tool.POINT)
    painting.set_label(0)
    drag(painting, (1.5, 1.25), (1.9, 1.9))
    inputs, targets = rows(documents)
    assert len(targets) == 101, "a drag of this tool is one point"
    assert inputs[-1].tolist() == [1.5, 1.25]
    assert targets[-1] == 0.0
    assert lineage(documents.experiment.data) == before.kind
    assert np.array_equal(inputs[:100], make_dataset(before).inputs)
    assert documents.undo_stack.undoText() == "add a point"
    documents.undo_stack.undo()
    assert documents.experiment.data == before


def test_a_stroke_of_the_brush_is_one_step_of_undo(documents: Documents, painting: Painting) -> None:
    drag(painting, (0.0, 1.5), (1.0, 1.5), (2.0, 1.5))
    assert documents.undo_stack.count() == 1
    inputs, targets = rows(documents)
    painted = inputs[100:]
    assert len(painted) >= 10
    assert set(targets[100:]) == {1.0}
    assert (np.abs(painted[:, 1] - 1.5) <= 16 * 0.02 + 1e-9).all()
    gaps = np.hypot(*(painted[:, None] - painted[None]).transpose(2, 0, 1)) + np.eye(len(painted)) * 9
    assert gaps.min() >= 5 * 0.02 - 1e-9, "points are kept apart"


def test_the_same_strokes_make_the_same_points(documents: Documents, painting: Painting) -> None:
    drag(painting, (0.0, 1.5), (2.0, 1.5))
    first = documents.experiment
    documents.undo_stack.undo()
    other = Painting(documents, documents)
    drag(other, (0.0, 1.5), (2.0, 1.5))
    assert documents.experiment.data == first.data


def test_a_larger_brush_scatters_wider(documents: Documents, painting: Painting) -> None:
    painting.set_size(40.0)
    drag(painting, (0.0, 0.5), (2.0, 0.5))
    away = np.abs(rows(documents)[0][100:, 1] - 0.5)
    assert 16 * 0.02 < away.max() <= 40 * 0.02 + 1e-9


def test_nothing_is_painted_outside_of_the_map(documents: Documents, painting: Painting) -> None:
    drag(painting, (3.0, 0.0), (3.6, 0.0))
    inside = rows(documents)[0]
    assert inside[:, 0].max() <= 3.1
    extent = documents.experiment.data.own.extent
    assert extent == (-2.1, 3.1, -1.6, 2.1), "so the map stays as it is"


def test_erasing_leaves_what_training_needs(documents: Documents, painting: Painting) -> None:
    refused = QSignalSpy(painting.refused)
    painting.set_tool(Tool.ERASE)
    painting.set_size(60.0)
    drag(painting, *((x, y) for y in (-1.0, 0.0, 1.0, 1.2) for x in np.linspace(-2.0, 3.0, 8)))
    assert len(rows(documents)[1]) == 4
    assert refused.count() >= 1
    assert "4 points have to stay" in refused.at(0)[0]
    documents.undo_stack.undo()
    assert documents.experiment.data.kind == "moons-demo"


def test_only_points_under_the_eraser_go(documents: Documents, painting: Painting) -> None:
    before = make_dataset(documents.experiment.data).inputs
    painting.set_tool(Tool.ERASE)
    painting.set_size(10.0)
    drag(painting, tuple(before[7]))
    near = np.hypot(*(before - before[7]).T) <= 10 * 0.02
    assert np.array_equal(rows(documents)[0], before[~near])


def test_the_nearest_point_is_dragged(documents: Documents, painting: Painting) -> None:
    before = make_dataset(documents.experiment.data).inputs
    painting.set_tool(Tool.MOVE)
    x, y = before[7]
    drag(painting, (x + 0.02, y), (x + 0.5, y - 0.3), (x + 9.0, y))
    after, targets = rows(documents)
    assert after[7].tolist() == pytest.approx([3.1, y]), "it is held at the edge of the map"
    assert np.array_equal(np.delete(after, 7, 0), np.delete(before, 7, 0))
    assert len(targets) == 100
    assert documents.undo_stack.count() == 1


def test_there_may_be_no_point_to_move(documents: Documents, painting: Painting) -> None:
    refused = QSignalSpy(painting.refused)
    painting.set_tool(Tool.MOVE)
    drag(painting, (3.0, 2.0), (2.0, 2.0))
    assert refused.count() == 1
    assert documents.undo_stack.count() == 0


def test_test_points_are_erased_only_where_they_are_shown_and_never_moved(
    documents: Documents, painting: Painting
) -> None:
    documents.set_data("test share", test_share=0.5)
    tested = kept_back(documents.experiment.data, 100)
    inputs = make_dataset(DataSpec(kind="moons-demo")).inputs
    row = int(np.flatnonzero(tested)[0])
    painting.set_tool(Tool.MOVE)
    painting.set_size(4.0)
    painting.begin(tuple(inputs[row]), Ground((1e-4, 1e-4), GROUND.extent))
    painting.go_on((0.0, 0.0))
    painting.end()
    assert documents.experiment.data.own is None
    painting.set_tool(Tool.ERASE)
    drag(painting, tuple(inputs[row]), ground=Ground((1e-4, 1e-4), GROUND.extent, test_shown=False))
    assert documents.experiment.data.own is None
    drag(painting, tuple(inputs[row]), ground=Ground((1e-4, 1e-4), GROUND.extent))
    assert len(rows(documents)[1]) == 99


def test_which_rows_are_kept_back_is_known(documents: Documents) -> None:
    documents.set_data("test share", test_share=0.3)
    data = documents.experiment.data
    tested, whole = kept_back(data, 100), make_dataset(DataSpec(kind="moons-demo")).inputs
    assert np.array_equal(whole[tested], make_dataset(data).test_inputs)
    assert np.array_equal(whole[~tested], make_dataset(data).inputs)


def test_a_stroke_is_ahead_of_the_document(documents: Documents, painting: Painting) -> None:
    changed = QSignalSpy(painting.stroke_changed)
    painting.begin((0.0, 1.5), GROUND)
    painting.go_on((2.0, 1.5))
    assert changed.count() == 2
    assert painting.stroke is not None
    ahead = len(painting.stroke.targets)
    assert documents.experiment.data.own is None, "the document takes its time"
    painting.end()
    assert painting.stroke is None
    assert len(rows(documents)[1]) == ahead


def test_the_document_follows_a_long_stroke(qtbot: QtBot, documents: Documents, painting: Painting) -> None:
    painting.begin((0.0, 1.5), GROUND)
    painting.go_on((2.0, 1.5))
    qtbot.waitUntil(lambda: documents.experiment.data.own is not None)
    painting.go_on((2.0, 0.5))
    painting.end()
    assert documents.undo_stack.count() == 1


def test_a_class_is_added_and_painted_with(documents: Documents, painting: Painting) -> None:
    painting.add_class()
    assert painting.labels == ("−1", "+1", "class 3")
    assert painting.label == 2
    painting.set_tool(Tool.POINT)
    drag(painting, (0.0, 2.0))
    assert rows(documents)[1][-1] == 2.0
    for _ in range(9):
        painting.add_class()
    assert len(painting.labels) == MAX_PAINTED_CLASSES
    for _ in range(documents.undo_stack.count()):
        documents.undo_stack.undo()
    assert painting.labels == ("−1", "+1")
    assert painting.label == 1, "the class that was there last is gone"


def test_numbers_are_painted_with_a_value(documents: Documents, painting: Painting) -> None:
    with_rows(documents, np.arange(8.0).reshape(4, 2), np.arange(4.0))
    assert painting.takes_value
    painting.set_value(2.5)
    painting.set_tool(Tool.POINT)
    drag(painting, (1.0, 2.0))
    assert rows(documents)[1][-1] == 2.5


def test_of_one_input_the_height_is_the_target(documents: Documents, painting: Painting) -> None:
    with_rows(documents, np.arange(4.0)[:, None], np.arange(4.0))
    assert not painting.takes_value
    painting.set_tool(Tool.POINT)
    drag(painting, (1.5, 0.25))
    inputs, targets = rows(documents)
    assert (inputs[-1].tolist(), targets[-1]) == ([1.5], 0.25)
    painting.set_tool(Tool.MOVE)
    drag(painting, (1.5, 0.25), (2.5, -1.0))
    inputs, targets = rows(documents)
    assert (inputs[-1].tolist(), targets[-1]) == ([2.5], -1.0)


def test_of_one_input_classes_lie_at_their_heights(documents: Documents, painting: Painting) -> None:
    with_rows(documents, np.arange(5.0)[:, None], np.array([0.0, 1.0, 0.0, 1.0, 1.0]), ("a", "b"))
    ground = Ground((0.02, 0.02), (-1.0, 5.0, -1.5, 1.5), heights=(-1.0, 1.0))
    painting.set_tool(Tool.ERASE)
    drag(painting, (2.0, 1.0), ground=ground)
    assert len(rows(documents)[1]) == 5, "that point lies below"
    drag(painting, (2.0, -1.0), ground=ground)
    assert rows(documents)[0].ravel().tolist() == [0.0, 1.0, 3.0, 4.0]


def test_there_are_never_too_many_points(documents: Documents, painting: Painting) -> None:
    random = np.random.default_rng(1)
    with_rows(documents, random.uniform(-2, 3, (MAX_POINTS - 1, 2)), np.zeros(MAX_POINTS - 1), ("a", "b"))
    refused = QSignalSpy(painting.refused)
    drag(painting, (0.0, 0.0), (1.0, 0.0))
    assert len(rows(documents)[1]) == MAX_POINTS
    assert "10\N{THIN SPACE}000 points are the most" in refused.at(0)[0]


def test_clearing_is_one_step_of_undo(documents: Documents, painting: Painting) -> None:
    painting.clear()
    assert len(rows(documents)[1]) == 4
    documents.undo_stack.undo()
    assert documents.experiment.data.kind == "moons-demo"


def test_points_go_through_text_and_back(documents: Documents, painting: Painting) -> None:
    text = painting.text()
    assert text.splitlines()[0] == "x1\tx2\ty"
    inputs, targets = (each.copy() for each in OwnData(documents).rows()[:2])
    painting.clear()
    told = QSignalSpy(painting.told)
    painting.paste(text)
    again, more = rows(documents)
    assert len(more) == 100
    assert sorted(map(tuple, inputs.tolist())) == sorted(map(tuple, again.tolist())), "bit for bit"
    assert targets.sum() == more.sum()
    assert documents.undo_stack.undoText() == "paste points"
    assert told.at(0) == ["96 points added; 4 were here already."]


def test_points_that_are_there_are_not_pasted_on_top(documents: Documents, painting: Painting) -> None:
    told = QSignalSpy(painting.told)
    before = documents.undo_stack.count()
    painting.paste(painting.text())
    assert told.at(0) == ["No point added: all of them are here already."]
    assert documents.undo_stack.count() == before
    lines = painting.text().splitlines()
    first = lines[1].split("\t")
    other = "1" if first[2] == "-1" else "-1"
    painting.paste("\n".join([*lines[:3], "\t".join([*first[:2], other]), "9\t9\t1", "9\t9\t1"]))
    assert told.at(1) == ["3 points added; 2 were here already."], "of another class it is another point"
    assert len(rows(documents)[1]) == 103


def test_text_that_is_no_points_is_refused(documents: Documents, painting: Painting) -> None:
    refused = QSignalSpy(painting.refused)
    painting.paste("1\t2\t1\n1\tx\t1\n")
    assert refused.at(0) == ['Line 2, column "column 2": "x" is not a number.']
    assert documents.undo_stack.count() == 0


def test_pasted_points_may_be_of_a_new_class_or_without_any(documents: Documents, painting: Painting) -> None:
    before = documents.experiment.data.points
    painting.paste("1\t2\tcow\n5\t6\t-1\n")
    painting.set_label(1)
    painting.paste("7\t8\n")
    inputs, targets = rows(documents)
    assert inputs[before:].tolist() == [[1.0, 2.0], [5.0, 6.0], [7.0, 8.0]]
    assert targets[before:].tolist() == [2.0, 0.0, 1.0]
    assert painting.labels == ("−1", "+1", "cow")


def test_another_document_ends_editing(documents: Documents, painting: Painting) -> None:
    painting.begin((0.0, 1.5), GROUND)
    painting.go_on((2.0, 1.5))
    documents.open_example("lecture")
    assert painting.stroke is None
    assert not painting.editing
    assert not painting.possible, "three inputs"
    painting.end()
    assert documents.experiment.data.kind == "lecture"


def test_other_tools_end_the_stroke(documents: Documents, painting: Painting) -> None:
    painting.begin((0.0, 1.5), GROUND)
    painting.set_tool(Tool.ERASE)
    assert painting.stroke is None
    assert documents.experiment.data.own is not None
