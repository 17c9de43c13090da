"""Texts over a sheet's graph never cover what is to be read."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.bugs import Bug
from core.expression.snippets import snippet
from gui.graph.sheet_labels import obstacles, shortened
from gui.graph.sheet_pills import Pill
from gui.theme import Theme
from tests.gui.sheet_graph import FIRST, TWICE, Lab, lab_on


def pills_of(lab: Lab) -> list[Pill]:
    lab.view._motion.stop()
    lab.view.grab()
    placed = lab.view.overlay._placed
    return [pill for pill, _ in placed[1]] if placed is not None else []


def covered(lab: Lab, pill: Pill) -> float:
    """How much of names, numbers, operations and tags a pill covers, in pixels."""
    picture = lab.view._sheet_picture()
    assert picture is not None
    total = 0.0
    for left, top, right, bottom, _ in obstacles(picture, lab.view._seen_as(), lab.view.overlay.wrong).tolist():
        across = min(pill.box.right(), right) - max(pill.box.left(), left)
        down = min(pill.box.bottom(), bottom) - max(pill.box.top(), top)
        total += max(across, 0.0) * max(down, 0.0)
    return total


@pytest.mark.parametrize("name", ["used-twice", "used-twice-again", "neuron", "tanh-apart", "readme", "parabola"])
def test_no_label_covers_a_name_or_a_number(qtbot: QtBot, theme: Theme, name: str) -> None:
    with lab_on(qtbot, snippet(name).text, theme) as lab:
        lab.panel.resize(608, 500)
        sheet, written = lab.sheets.sheet, 0
        assert sheet is not None
        for position in range(len(sheet.steps) + 1):
            lab.sheets.seek(position)
            for pill in pills_of(lab):
                written += 1
                assert covered(lab, pill) <= 0.02 * pill.box.width() * pill.box.height(), (position, pill.text)
        assert written


def test_labels_stand_apart_from_each_other_and_from_tags(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, TWICE, theme) as lab:
        lab.sheets.set_bugs(frozenset({Bug.OVERWRITE}))
        lab.wait(lambda: not lab.sheets.busy)
        pills = pills_of(lab)
        assert pills[0].text == "0.0, then 1.0, overwritten by 1.0"
        assert len(pills) == 3
        assert lab.view.overlay.wrong == [0]
        assert not any(one.box.intersects(other.box) for one in pills for other in pills if one is not other)
        assert all(covered(lab, pill) <= pill.box.width() for pill in pills)  # a row of pixels at most


def test_each_label_stands_beside_the_record_it_is_about(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, FIRST, theme) as lab:
        first, second = pills_of(lab)
        assert first.box.bottom() <= lab.view.box_of(0).top() + 2  # of a, above it
        assert second.box.top() >= lab.view.box_of(1).bottom() - 3  # of b, below it


def test_what_is_out_of_view_has_no_label(qtbot: QtBot, theme: Theme) -> None:
    with lab_on(qtbot, FIRST, theme) as lab:
        lab.view.come_close(6)
        lab.view.zoom_to(2.0)
        assert pills_of(lab) == []


def test_short_of_room_the_result_is_left() -> None:
    assert shortened("-2.0 × 1.0 = -2.0") == "-2.0"
    assert shortened("0.0 + 1.0 → 1.0 → 2.0") == "2.0"
