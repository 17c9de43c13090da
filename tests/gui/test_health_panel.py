"""The health card and its light on real runs: what they tell, and where their links lead."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from core.examples import load_example
from core.experiment import Experiment
from core.health import Severity, UnitState
from gui.frames import Frame, Level
from gui.panels.health import HealthPanel
from gui.panels.health_finding import FindingView
from gui.panels.health_light import HealthLight
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.scroll import PanelScroll


def example(name: str = "moons", *, init: str | None = None, **training: object) -> Experiment:
    found = load_example(name)
    network = found.network if init is None else msgspec.structs.replace(found.network, init=init)
    training_now = msgspec.structs.replace(found.training, **training)
    return msgspec.structs.replace(found, network=network, training=training_now)


class Ward:
    """A run with its health card and its light, without a window."""

    def __init__(self, qtbot: QtBot, experiment: Experiment) -> None:
        self.qtbot = qtbot
        self.documents, self.selection = Documents(Document(experiment=experiment)), Selection()
        self.runs = Runs(self.documents, self.selection)
        theme = Theme("light")
        self.panel = HealthPanel(self.runs, self.selection, theme)
        self.light = HealthLight(self.runs, theme)
        for widget in (self.panel, self.light):
            qtbot.addWidget(widget)
            widget.show()
        self.wait(lambda frame: frame.findings is not None)

    def wait(self, holds: Callable[[Frame], bool]) -> Frame:
        self.qtbot.waitUntil(lambda: self.runs.frame is not None and holds(self.runs.frame))
        assert self.runs.frame is not None
        return self.runs.frame

    def wait_for(self, key: str) -> FindingView:
        """The view of a finding, once it is on the card."""
        self.qtbot.waitUntil(lambda: key in {found.key for found in self.panel.findings})
        return next(view for view in self.panel.findChildren(FindingView) if view.finding.key == key)

    def train(self, step: int) -> Frame:
        assert self.runs.frame is not None
        self.runs.move(step - self.runs.frame.step)
        return self.wait(lambda frame: frame.step == step)


@pytest.fixture
def ward(qtbot: QtBot) -> Iterator[Callable[[Experiment], Ward]]:
    wards: list[Ward] = []

    def admit(experiment: Experiment) -> Ward:
        wards.append(Ward(qtbot, experiment))
        return wards[-1]

    yield admit
    for each in wards:
        each.runs.close()


def text_of(view: QWidget, name: str) -> str:
    return view.findChild(QLabel, name).text()


def link(view: QWidget, name: str) -> QAbstractButton:
    return view.findChild(QAbstractButton, name)


def test_a_healthy_run_says_so_and_what_is_watched(ward: Callable[[Experiment], Ward]) -> None:
    well = ward(example())
    well.train(30)
    assert well.panel.findings == ()
    assert text_of(well.panel, "healthNothing") == "Nothing to report."
    assert well.panel.findChild(QWidget, "healthEmpty").isVisible()
    assert well.light.text() == "health: good"
    assert well.runs.frame is not None
    assert well.runs.frame.units == {}


def test_every_frame_marks_the_neurons_that_ail(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example("yin-yang"))
    assert ill.runs.frame is not None
    assert ill.runs.frame.units == {"L2.N5": UnitState.DEAD}
    view = ill.wait_for("dead-relu")
    assert view.finding.severity is Severity.NOTE
    assert not link(view, "findingRewind").isVisible(), "it never was alive"


def test_a_link_leads_to_the_neuron_on_the_network(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example(init="zeros"))
    view = ill.wait_for("symmetric")
    assert text_of(view, "findingTitle") == "Neurons of hidden 1 are alike"
    assert text_of(view, "findingCause") == view.finding.cause
    assert text_of(view, "findingAdvice") == view.finding.advice
    assert not ill.panel.findChild(QWidget, "healthEmpty").isVisible()
    ill.selection.show_level(Level.SAMPLE)
    ill.selection.select_sample(6)
    assert link(view, "findingNode").text() == "show L1.N1"
    link(view, "findingNode").click()
    assert ill.selection.address == "sample7/L1.N1.out"
    assert ill.selection.level is Level.NETWORK


def test_a_link_rewinds_to_before(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example("moons-demo", learning_rate=5.0))
    ill.train(30)
    view = ill.wait_for("dead-relu")
    since = view.finding.since
    assert since is not None
    assert link(view, "findingRewind").text() == f"rewind to step {since}"
    link(view, "findingRewind").click()
    frame = ill.wait(lambda frame: frame.is_past and frame.step == since)
    assert UnitState.DEAD not in frame.units.values()
    ill.qtbot.waitUntil(lambda: ill.panel.findings == ())
    assert text_of(ill.panel, "healthNothing") == f"Nothing to report at step {since}."


def test_findings_come_while_training_goes_on(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example(learning_rate=10.0))
    ill.runs.set_speed(math.inf)
    ill.runs.play()
    ill.wait_for("rate-too-high")
    assert ill.runs.playing
    ill.runs.pause()


def test_a_jump_is_judged_by_the_steps_on_the_way(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example(learning_rate=10.0))
    ill.train(80)
    view = ill.wait_for("rate-too-high")
    assert "has risen from" in text_of(view, "findingCause")


def test_the_same_finding_keeps_its_view(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example("lecture", init="zeros"))
    view = ill.wait_for("symmetric")
    ill.train(3)
    assert ill.panel.findChildren(FindingView) == [view]


def test_a_new_run_begins_with_a_clean_sheet(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example(init="zeros"))
    ill.wait_for("symmetric")
    ill.documents.set_network("initialisation", init="xavier")
    ill.qtbot.waitUntil(lambda: ill.panel.findings == () and ill.light.findings == ())
    assert ill.light.text() == "health: good"


def test_a_number_that_is_not_finite_is_shown_from_within(ward: Callable[[Experiment], Ward]) -> None:
    linear = example("lecture", learning_rate=1.0)
    hidden = tuple(msgspec.structs.replace(layer, activation="linear") for layer in linear.network.hidden)
    network = msgspec.structs.replace(linear.network, hidden=hidden, output="linear")
    ill = ward(msgspec.structs.replace(linear, network=network))
    with ill.qtbot.waitSignal(ill.runs.diverged) as diverged:
        ill.runs.move(300)
    view = ill.wait_for("not-finite")
    assert view.finding.severity is Severity.FAILURE
    assert view.finding.address == diverged.args[0].address
    assert [found.key for found in ill.panel.findings] == ["not-finite"]
    link(view, "findingNode").click()
    assert ill.selection.address == view.finding.address
    inside = view.finding.address.partition("/")[2]
    if inside.startswith("L"):
        assert (ill.selection.level, ill.selection.neuron) == (Level.NEURON, inside.rpartition(".")[0])
    else:
        assert ill.selection.level is Level.SAMPLE


def test_the_light_counts_and_opens_the_card(ward: Callable[[Experiment], Ward]) -> None:
    ill = ward(example(init="zeros"))
    ill.wait_for("symmetric")
    assert ill.light.text() == "health: 1"
    assert "Neurons of hidden 1 are alike" in ill.light.toolTip()
    assert ill.light.accessibleName() == "Health: Neurons of hidden 1 are alike"
    with ill.qtbot.waitSignal(ill.light.card_requested):
        QTest.mouseClick(ill.light, Qt.MouseButton.LeftButton)
    with ill.qtbot.waitSignal(ill.light.card_requested):
        QTest.keyClick(ill.light, Qt.Key.Key_Return)


def test_a_card_that_is_made_late_shows_what_there_is(ward: Callable[[Experiment], Ward], qtbot: QtBot) -> None:
    ill = ward(example(init="zeros"))
    ill.wait_for("symmetric")
    late = HealthPanel(ill.runs, ill.selection, Theme("dark"))
    qtbot.addWidget(late)
    assert [found.key for found in late.findings] == ["symmetric"]


def test_other_findings_are_scrolled_to(ward: Callable[[Experiment], Ward], qtbot: QtBot) -> None:
    ill = ward(example())
    scroll = PanelScroll(Theme("light"))
    scroll.set_panel(HealthPanel(ill.runs, ill.selection, Theme("light")))
    qtbot.addWidget(scroll)
    scroll.resize(200, 60)
    scroll.show()
    bar = scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    ill.documents.set_network("initialisation", init="zeros")
    ill.wait_for("symmetric")
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == 0)
