"""The main job, on the real window: launch, play, drag the learning rate, click a node, read its gradient."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from core.datasets import make_dataset
from core.engine import Value
from core.record import build_network, parameter_names, record_whole
from gui.frames import Frame, Level
from gui.main_window import MainWindow
from gui.window_verbs import WindowVerbs

WAIT_MS = 20_000


def child(window: QWidget, kind: type, name: str) -> QWidget:
    found = window.findChild(kind, name)
    assert found is not None, f"no {kind.__name__} named {name}"
    return found


def wait_for(qtbot: QtBot, window: MainWindow, condition: Callable[[Frame], object]) -> Frame:
    """The first frame for which something is so."""
    qtbot.waitUntil(lambda: window.runs.frame is not None and bool(condition(window.runs.frame)), timeout=WAIT_MS)
    assert window.runs.frame is not None
    return window.runs.frame


def click(qtbot: QtBot, widget: QWidget, at: QPoint | None = None) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or QPoint())


def eager_gradients(window: MainWindow, frame: Frame) -> dict[str, Value]:
    """The whole loss built with Value at the frame's weights, backward run; parameters by address."""
    experiment = window.documents.experiment
    data = make_dataset(experiment.data)
    network = build_network(experiment)
    for value, number in zip(network.parameters(), frame.theta, strict=True):
        value.data = float(number)
    recording = record_whole(experiment, network, data.inputs.tolist(), data.targets.tolist())
    recording.root.backward()
    return dict(zip(parameter_names(network), network.parameters(), strict=True))


def test_first_launch_shows_the_lecture_ready_to_play(window: MainWindow) -> None:
    assert window.documents.experiment.name == "lecture"
    assert window.runs.speed == 4.0
    assert not window.runs.playing
    assert window.runs.frame is not None
    assert window.runs.frame.loss == pytest.approx(6.005402783252284, rel=1e-15)
    assert child(window, QLabel, "lossValue").text() == "6.0054"


def test_play_brings_the_loss_below_a_tenth(qtbot: QtBot, window: MainWindow) -> None:
    speed = child(window, QSlider, "speedSlider")
    speed.setValue(speed.maximum())
    assert math.isinf(window.runs.speed)
    click(qtbot, child(window, QWidget, "playButton"))
    frame = wait_for(qtbot, window, lambda frame: frame.loss < 0.1)
    assert frame.step >= 10
    click(qtbot, child(window, QWidget, "playButton"))
    qtbot.waitUntil(lambda: not window.runs.playing, timeout=WAIT_MS)
    shown = child(window, QLabel, "lossValue").text()
    assert float(shown) == pytest.approx(window.runs.frame.loss, abs=1e-4)


def test_space_plays_and_pauses(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.runs.playing, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.runs.playing, timeout=WAIT_MS)


def test_step_and_step_back_return_to_the_same_weights(qtbot: QtBot, window: MainWindow) -> None:
    first = window.runs.frame
    qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.keyClick(window, Qt.Key.Key_Period)
    wait_for(qtbot, window, lambda frame: frame.step == 2)
    click(qtbot, child(window, QWidget, "stepBackButton"))
    wait_for(qtbot, window, lambda frame: frame.step == 1)
    qtbot.keyClick(window, Qt.Key.Key_Comma)
    back = wait_for(qtbot, window, lambda frame: frame.step == 0)
    assert (back.theta == first.theta).all()


def test_dragging_the_learning_rate_takes_effect_while_training(qtbot: QtBot, window: MainWindow) -> None:
    window.runs.set_speed(60.0)
    window.runs.play()
    wait_for(qtbot, window, lambda frame: frame.step > 3)
    slider = child(window, QSlider, "learningRateSlider")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    raised = window.documents.experiment.training.learning_rate
    assert raised > 0.05
    frame = wait_for(qtbot, window, lambda frame: frame.learning_rate == raised)
    assert frame.step > 3, "the run went on, it did not begin anew"
    assert window.runs.playing


def test_a_clicked_neuron_shows_the_gradient_that_the_engine_finds(qtbot: QtBot, window: MainWindow) -> None:
    window.runs.move(5)
    wait_for(qtbot, window, lambda frame: frame.step == 5)
    window.selection.select("L2.N3.w2")
    frame = wait_for(qtbot, window, lambda frame: frame.explanation and frame.explanation.address == "L2.N3.w2")
    expected = eager_gradients(window, frame)["L2.N3.w2"]
    assert frame.explanation.gradient == pytest.approx(expected.grad, rel=1e-12)
    assert float(child(window, QWidget, "inspectorGradient").text()) == pytest.approx(expected.grad, abs=1e-4)
    assert float(child(window, QWidget, "inspectorData").text()) == pytest.approx(expected.data, abs=1e-4)


@pytest.mark.parametrize("level", [Level.NEURON, Level.SAMPLE, Level.WHOLE])
def test_every_level_draws_the_lecture(qtbot: QtBot, window: MainWindow, level: Level) -> None:
    records = child(window, QWidget, "recordView")
    with qtbot.waitSignal(records.layout_shown, timeout=WAIT_MS):
        window.selection.open_level(level)
    assert records.isVisible()


def test_a_large_whole_loss_says_why_not_and_offers_the_sample(
    qtbot: QtBot, open_window: Callable[[str], MainWindow]
) -> None:
    window = open_window("moons-demo")
    window.selection.open_level(Level.WHOLE)
    frame = wait_for(qtbot, window, lambda frame: frame.graph_note)
    assert "66\N{THIN SPACE}014" in frame.graph_note


def test_divergence_pauses_and_reset_works(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("moons-demo")
    window.documents.set_training("learning rate", learning_rate=10.0)
    window.documents.set_training("L2", l2=1.0)
    window.runs.set_speed(math.inf)
    with qtbot.waitSignal(window.runs.diverged, timeout=WAIT_MS) as met:
        window.runs.play()
    divergence = met.args[0]
    qtbot.waitUntil(lambda: not window.runs.playing, timeout=WAIT_MS)
    message = child(window, QLabel, "divergenceText").text()
    assert str(divergence.step) in message
    assert divergence.address in message
    banner = child(window, QWidget, "divergenceBanner")
    assert banner.isVisible()
    click(qtbot, child(window, QWidget, "divergenceNode"))
    assert window.selection.address == divergence.address
    frame = wait_for(qtbot, window, lambda frame: frame.explanation is not None)
    assert banner.isVisible(), "looking at the node does not put the message away"
    click(qtbot, child(window, QWidget, "divergenceReset"))
    frame = wait_for(qtbot, window, lambda frame: frame.step == 0)
    assert math.isfinite(frame.loss)
    assert not banner.isVisible()


def test_a_change_of_size_begins_anew_and_undo_brings_the_size_back(qtbot: QtBot, window: MainWindow) -> None:
    click(qtbot, child(window, QWidget, "layerPlus0"))
    wait_for(qtbot, window, lambda frame: len(frame.theta) == 5 * 4 + 6 * 4 + 5)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, window, lambda frame: len(frame.theta) == 41)


def test_control_plus_minus_zero_scale_everything(qtbot: QtBot, window: MainWindow) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    height = child(window, QLabel, "lossValue").fontMetrics().height()
    qtbot.keyClick(window, Qt.Key.Key_Plus, control)
    qtbot.keyClick(window, Qt.Key.Key_Plus, control)
    assert child(window, QLabel, "lossValue").fontMetrics().height() > height
    qtbot.keyClick(window, Qt.Key.Key_0, control)
    assert child(window, QLabel, "lossValue").fontMetrics().height() == height


@pytest.mark.parametrize("show", ["showFullScreen", "showMaximized"])
def test_nothing_is_ever_made_larger_than_the_screen(qtbot: QtBot, window: MainWindow, show: str) -> None:
    window.theme.set_scale(0.8)
    getattr(window, show)()
    verbs, screen = window.findChild(WindowVerbs), window.screen().size()
    assert verbs is not None
    sizes = []
    for _ in range(8):
        verbs.bigger()
        qtbot.waitUntil(lambda: not verbs._settled.isActive())
        sizes.append(window.minimumSizeHint())
    assert window.theme.scale > 0.8
    assert all(size.width() <= screen.width() and size.height() <= screen.height() for size in sizes)
    verbs.normal_size()


def test_reset_layout_brings_closed_panels_back(window: MainWindow) -> None:
    window.desk.docks["loss"].close()
    assert not window.desk.docks["loss"].isVisible()
    window.desk.reset()
    assert window.desk.docks["loss"].isVisible()


@pytest.mark.parametrize("name", ["moons", "blobs", "xor", "circle", "gauss", "spiral"])
def test_every_example_opens_from_the_menu_and_trains(qtbot: QtBot, window: MainWindow, name: str) -> None:
    window.actions_table[f"example_{name}"].trigger()
    wait_for(qtbot, window, lambda frame: window.runs.started and window.runs.started.experiment_name == name)
    window.actions_table["step"].trigger()
    frame = wait_for(qtbot, window, lambda frame: frame.step == 1)
    assert frame.maps is not None or window.network.boundary.isVisible()


def test_no_two_shortcuts_clash(window: MainWindow) -> None:
    seen: dict[str, str] = {}
    for action in window.findChildren(type(window.actions_table["play"])):
        if not action.associatedObjects():
            continue  # its keys are only told
        for keys in action.shortcuts():
            text = keys.toString()
            assert seen.setdefault(text, action.text()) == action.text(), f"{text} is taken twice"


def test_the_menu_changes_the_axis_of_the_loss(window: MainWindow) -> None:
    assert window.network.loss.log_scale
    window.actions_table["lossScale"].trigger()
    assert not window.network.loss.log_scale
    window.actions_table["lossScale"].trigger()
    assert window.network.loss.log_scale


def test_cards_made_after_the_first_paint_show_what_they_missed(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.is_settled, timeout=WAIT_MS)
    assert set(window.network.docks) >= {"loss", "boundary", "inspector"}
    assert window.network.loss.history.steps.tolist() == [0.0]
    titles = {name: window.network.docks[name].windowTitle() for name in ("loss", "inspector", "bugs", "loop", "code")}
    assert titles == {name: window.network.panel(name).title for name in titles}, "no title changes"


def test_a_view_that_comes_late_gets_the_maps_too(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("xor")
    window.selection.select("L1.N1.b")  # a frame without maps: they have not changed
    wait_for_frame = window.runs.frame_ready
    qtbot.waitUntil(lambda: window.runs.frame.explanation is not None and window.runs.frame.maps is None)
    with qtbot.waitSignal(wait_for_frame, check_params_cb=lambda frame: frame.whole and frame.maps is not None):
        window.runs.tell_all()


def test_the_next_window_has_its_cards_as_large_as_they_were_left(
    qtbot: QtBot, open_window: Callable[[str], MainWindow]
) -> None:
    def sizes(window: MainWindow) -> list[tuple[int, int]]:
        docks = window.network.docks
        return [
            (docks["boundary"].width(), docks["loss"].height()),
            (docks["data"].width(), docks["training"].height()),
        ]

    first = open_window("lecture")
    qtbot.waitUntil(lambda: first.network.is_filled)
    first.network.set_widths({"boundary": 380})
    first.network.set_heights({"loss": 220})
    qtbot.waitUntil(lambda: sizes(first)[0] == (380, 220))
    left = sizes(first)
    first.files.forget_changes()
    first.close()
    again = open_window("lecture")
    qtbot.waitUntil(lambda: again.network.is_filled)
    qtbot.waitUntil(lambda: sizes(again) == left)
