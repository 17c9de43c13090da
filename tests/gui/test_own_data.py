from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from core.datasets import make_dataset
from core.document import open_document
from core.errors import ExperimentError, TableError
from core.experiment import DataSpec
from core.shape import lineage
from gui.session.data_fit import change_data
from gui.session.documents import Documents, Gesture
from gui.session.own_data import PASTED, OwnData


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(open_document("moons"))


@pytest.mark.parametrize("kind", ["lecture", "moons", "yin-yang", "plane", "sine"])
def test_all_rows_are_there_whatever_is_kept_back(documents: Documents, kind: str) -> None:
    change_data(documents, "kind", kind=kind, points=40, noise=0.0, test_share=0.5)
    rows = OwnData(documents).rows()
    data = make_dataset(DataSpec(kind, 40, 0.0, documents.experiment.data.seed))
    assert np.array_equal(rows.inputs, data.inputs)
    assert rows.labels == data.labels
    if data.task == "signs":
        assert np.array_equal(2.0 * rows.targets - 1.0, data.targets)
    elif data.task == "classes":
        assert np.array_equal(np.eye(3)[rows.targets.astype(int)], data.targets)
    else:
        assert np.array_equal(rows.targets, data.targets)


def test_changed_rows_keep_their_origin_and_what_is_drawn(documents: Documents) -> None:
    own, extent = OwnData(documents), make_dataset(documents.experiment.data).extent
    rows = own.rows()
    own.replace_rows("erase", rows.inputs[5:], rows.targets[5:], rows.labels)
    data = documents.experiment.data
    assert (data.kind, lineage(data), data.own.extent) == ("own", "moons", extent)
    assert np.array_equal(own.rows().inputs, rows.inputs[5:])
    assert np.array_equal(make_dataset(data).targets, 2.0 * rows.targets[5:] - 1.0)


def test_what_is_drawn_grows_with_a_row_outside(documents: Documents) -> None:
    own = OwnData(documents)
    rows, before = own.rows(), make_dataset(documents.experiment.data).extent
    own.replace_rows("add", np.vstack([rows.inputs, [9.0, 0.0]]), np.append(rows.targets, 1.0), rows.labels)
    assert documents.experiment.data.own.extent == (before[0], 9.0, before[2], before[3])


def test_the_changes_of_one_gesture_are_one_step_of_undo(documents: Documents) -> None:
    own, gesture = OwnData(documents), Gesture("paint")
    for _ in range(3):
        rows = own.rows()
        own.replace_rows(gesture, np.vstack([rows.inputs, [0.0, 0.0]]), np.append(rows.targets, 0.0), rows.labels)
    assert documents.undo_stack.count() == 1
    documents.undo_stack.undo()
    assert documents.experiment.data.kind == "moons"


def test_a_third_class_is_a_class(documents: Documents) -> None:
    own = OwnData(documents)
    rows = own.rows()
    targets = rows.targets.copy()
    targets[:10] = 2.0
    own.replace_rows("paint", rows.inputs, targets, (*rows.labels, "third"))
    assert make_dataset(documents.experiment.data).task == "classes"


def test_fewer_than_four_rows_are_refused(documents: Documents) -> None:
    own = OwnData(documents)
    rows = own.rows()
    with pytest.raises(ExperimentError, match="4 to 10,000 rows"):
        own.replace_rows("erase", rows.inputs[:3], rows.targets[:3], rows.labels)
    assert documents.experiment.data.kind == "moons"


def test_clear_leaves_four_rows_of_every_class_in_turn(documents: Documents) -> None:
    own = OwnData(documents)
    own.clear()
    assert sorted(own.rows().targets.tolist()) == [0.0, 0.0, 1.0, 1.0]
    documents.undo_stack.undo()
    assert len(own.rows().targets) == documents.experiment.data.points


def test_built_in_data_become_own_rows_once(documents: Documents) -> None:
    own = OwnData(documents)
    before = own.rows()
    own.to_own()
    assert documents.experiment.data.kind == "own"
    assert np.array_equal(own.rows().inputs, before.inputs)
    own.to_own()
    assert documents.undo_stack.count() == 1


def test_copied_text_pasted_again_changes_nothing_but_the_kind(documents: Documents) -> None:
    own = OwnData(documents)
    before = own.rows()
    own.paste_text(own.copy_text())
    after = own.rows()
    assert np.array_equal(before.inputs, after.inputs)
    assert np.array_equal(before.targets, after.targets)
    assert (after.labels, lineage(documents.experiment.data)) == (before.labels, "moons")


def test_an_unknown_class_is_said_and_replaces_nothing(documents: Documents) -> None:
    own = OwnData(documents)
    with pytest.raises(TableError, match='Line 2: there is no class "2"'):
        own.paste_text("1 2 1\n3 4 2\n5 6 1\n7 8 -1\n")
    with pytest.raises(TableError, match='"four" is not a number'):
        own.paste_text("1 2 1\n3 four 1\n5 6 1\n7 8 -1\n")
    assert documents.experiment.data.kind == "moons"
    assert documents.undo_stack.count() == 0


def test_a_table_of_other_columns_is_other_data(documents: Documents) -> None:
    own = OwnData(documents)
    own.paste_text("1 cat\n2 dog\n3 cat\n4 cow\n")
    rows = own.rows()
    assert (rows.inputs.tolist(), rows.labels) == ([[1.0], [2.0], [3.0], [4.0]], ("cat", "cow", "dog"))
    assert lineage(documents.experiment.data) == PASTED
    documents.undo_stack.undo()
    assert documents.experiment.data.kind == "moons"
