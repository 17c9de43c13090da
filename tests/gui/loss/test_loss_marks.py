"""Marks of changes and of divergence on the loss curve."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.frames import Divergence, Mark
from gui.panels.loss import LossPanel
from gui.panels.loss_mark_places import BOTTOM, Place, place_marks
from gui.panels.loss_marks import CurveMark, merge_marks, told_once
from gui.theme import Theme
from tests.gui.loss_bench import QuietRuns, count_of, link, losses_shown, plot_of, put_mouse


def test_changes_are_marked(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    runs.send(np.arange(16), np.ones(16), marks=(Mark(5, "η 0.05 → 0.15"),))
    assert [mark.text for mark in panel.marks] == ["η 0.05 → 0.15"]
    assert count_of(panel.grab().toImage(), theme.palette.glow) > 20


def test_a_rewind_takes_points_and_later_marks_back(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send(np.arange(16), np.ones(16), marks=(Mark(5, "early"), Mark(12, "late")))
    runs.send(15, 1.0)  # not a rewind
    assert len(panel.marks) == 2
    runs.send(8, 0.5)
    assert panel.history.last_step == 8
    assert panel.history.losses[-1] == 0.5
    assert [mark.text for mark in panel.marks] == ["early"]


def test_divergence_is_marked_and_everything_goes_on(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    divergence = Divergence(3, "L1.N1.z", float("nan"), "a smaller learning rate")
    runs.send([0, 1, 2, 3], [1.0, 1e5, 1e300, np.nan], divergence=divergence)
    runs.diverged.emit(divergence)
    runs.send(3, np.nan)  # a frame while paused
    assert [mark.text for mark in panel.marks] == ["diverged at step 3"]
    assert panel.marks[0].is_divergence
    assert count_of(panel.grab().toImage(), theme.palette.negative) > 20
    put_mouse(panel, 19.0)
    assert panel.cursor_text.startswith("step 2  loss 1.0")
    link(panel, "lossScaleLinear").click()
    panel.grab()
    runs.send(1, 0.5)
    assert panel.marks == ()
    runs.start(2, keeps_ghost=True)
    runs.send([0, 1], [1.0, 0.5])
    panel.grab()
    assert np.isfinite(losses_shown(panel)).all()


def texts_of(marks: list[CurveMark]) -> list[tuple[float, str]]:
    return [(mark.step, mark.text) for mark in marks]


def test_marks_of_a_dragged_slider_become_one() -> None:
    drag = [CurveMark(100 + 4 * i, f"η 0.{i} → 0.{i + 1}") for i in range(1, 9)]
    merged = merge_marks([*drag, CurveMark(300, "η 0.9 → 1"), CurveMark(302, "L2 0 → 0.1")], stretch=5.0, gap=1.0)
    assert texts_of(merged) == [(132, "η 0.1 → 0.9"), (300, "η 0.9 → 1"), (302, "L2 0 → 0.1")]


def test_what_came_back_has_no_mark() -> None:
    there = [CurveMark(100, "η 2.43 → 0.1"), CurveMark(101, "batch size 8 → 4"), CurveMark(102, "batch size 4 → 8")]
    assert texts_of(merge_marks([*there, CurveMark(103, "η 0.1 → 2.43")], stretch=5.0, gap=3.0)) == []
    assert texts_of(merge_marks(there, stretch=5.0, gap=3.0)) == [(102, "η 2.43 → 0.1")]
    rows = [CurveMark(100, "layer 1 8 → 9"), CurveMark(101, "layer 2 9 → 8")]
    assert len(merge_marks(rows, stretch=5.0, gap=3.0)) == 1  # another layer


def test_a_word_is_said_once() -> None:
    marks = [CurveMark(100, word) for word in ("data", "data", "activation", "data", "loss mean", "loss hinge")]
    assert texts_of(merge_marks(marks, stretch=5.0, gap=1.0)) == [(100, "data · activation · loss hinge")]


def test_marks_of_two_kinds_stand_side_by_side() -> None:
    marks = [CurveMark(100, "η 0.05 → 0.1"), CurveMark(101, "decay linear"), CurveMark(104, "η 0.1 → 0.2, data")]
    assert texts_of(merge_marks(marks, stretch=5.0, gap=1.0)) == [
        (101, "η 0.05 → 0.1 · decay linear"),
        (104, "η 0.1 → 0.2, data"),
    ]


def test_the_same_again_and_again_is_told_once(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    marks = tuple(Mark(step, "data") for step in range(100, 900, 100))
    runs.send(np.arange(1000), np.ones(1000), marks=(Mark(50, "η 0.1 → 0.2"), *marks))
    placed = plot_of(panel).marks.placed()
    assert [place.text for _, place in placed] == ["η 0.1 → 0.2", *[""] * 7, "data ×8"]
    assert len({place.x for _, place in placed}) == 9  # a line each
    drag = [CurveMark(step, "data") for step in (100, 101, 102)]
    assert [mark.text for mark in told_once(merge_marks(drag, 5.0, 1.0))] == ["data ×3"]


def test_texts_of_marks_can_be_read_over_curves(panel: LossPanel, runs: QuietRuns, theme: Theme) -> None:
    noise = np.exp(np.random.default_rng(1).normal(size=1000))
    runs.send(np.arange(1000), noise, marks=(Mark(300, "schedule: cosine"),))
    marks = plot_of(panel).marks
    ((_, place),) = marks.placed()
    corner = plot_of(panel).mapFromScene(plot_of(panel).box.mapToScene(marks.text_box(place).topLeft()))
    size = marks.text_box(place).size().toSize()
    seen = plot_of(panel).grab().toImage().copy(corner.x(), corner.y(), size.width(), size.height())
    assert count_of(seen, theme.palette.accent) == 0


def test_changes_after_a_divergence_have_their_own_mark() -> None:
    marks = [CurveMark(9, "η 1 → 2"), CurveMark(9, "diverged at step 9", is_divergence=True), CurveMark(9, "η 2 → 1")]
    assert len(merge_marks(marks, stretch=5.0, gap=1.0)) == 3


def test_marks_are_joined_by_what_is_seen_of_the_steps(panel: LossPanel, runs: QuietRuns) -> None:
    runs.send(np.arange(1000), np.ones(1000), marks=(Mark(500, "η 0.1 → 0.2"), Mark(525, "η 0.2 → 0.3")))
    assert texts_of(plot_of(panel).marks.drawn()) == [(525, "η 0.1 → 0.3")]
    put_mouse(panel, 500)
    QTest.keyClick(plot_of(panel), Qt.Key.Key_Plus)
    assert len(plot_of(panel).marks.drawn()) == 2


def wide(text: str) -> float:
    return 6.0 * len(text)


def placed_at(*places: float, text: str = "η 0.05 → 0.624") -> list[Place]:
    return place_marks([(text, x, False) for x in places], 0.0, 600.0, 5.0, wide)


@pytest.mark.parametrize("distance", [7.0, 9.0, 20.0, 40.0, 90.0, 150.0])
def test_texts_of_marks_never_overlap_and_no_line_crosses_them(distance: float) -> None:
    places = placed_at(*np.arange(10.0, 600.0, distance))
    shown = [place for place in places if place.text]
    assert len(shown) > 2
    for place in shown:
        assert 0.0 <= place.left < place.right <= 600.0
        assert place.right == pytest.approx(place.left + wide(place.text))
        for other in places:
            if other is not place:
                same_row = other.text and other.row == place.row
                assert not (same_row and place.left < other.right and other.left < place.right)
                assert not (other.row <= place.row and place.left < other.x < place.right)


@pytest.mark.parametrize("places", [(100, 110, 120, 130, 140), (520, 530, 540, 550, 560), (400, 480, 500, 590)])
def test_the_newest_marks_keep_their_texts(places: tuple[int, ...]) -> None:
    assert [place.text for place in placed_at(*places)[-3:]] == ["η 0.05 → 0.624"] * 3


def test_an_older_text_is_elided() -> None:
    assert [place.text for place in placed_at(100, 165, 175, 185)] == ["η 0.05 →…", *["η 0.05 → 0.624"] * 3]


def test_divergence_is_written_where_the_curve_is_not() -> None:
    (place,) = place_marks([("diverged at step 9", 590.0, True)], 0.0, 600.0, 5.0, wide)
    assert place.row == BOTTOM
    assert place.left < 590.0
