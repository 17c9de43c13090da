"""When steps and maps are due. Times are chosen here: a new pace counts from 0."""

from __future__ import annotations

import math

from gui.worker_pace import STEPS_AT_ONCE, Pace


def paced(steps_per_second: float) -> Pace:
    pace = Pace()
    pace.set_speed(steps_per_second)
    return pace


def test_steps_are_due_at_their_speed() -> None:
    pace = paced(10.0)
    assert [pace.due(now) for now in (-0.01, 0.0, 0.05, 0.15, 0.95)] == [0, 1, 1, 2, 10]


def test_as_fast_as_it_goes_many_steps_are_due_at_once() -> None:
    pace = paced(math.inf)
    assert pace.due(0.0) == STEPS_AT_ONCE
    assert pace.due(-0.01) == 0


def test_what_was_missed_is_not_caught_up() -> None:
    pace = paced(10.0)
    assert pace.due(1000.0) == 10_001
    pace.took(1)  # long after it was due
    assert pace.due(0.2) == 0


def test_maps_come_less_often_than_frames() -> None:
    pace = Pace()
    pace.sent(1.0, maps=True)
    pace.sent(1.04, maps=False)
    assert [pace.are_maps_due(now) for now in (1.04, 1.06)] == [False, True]
    pace.sent(1.06, maps=True)
    pace.forget_maps()
    assert pace.are_maps_due(1.07)
