from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QSlider, QWidget

from core.document import open_document
from core.examples import example_names, load_example
from core.experiment import Decay, DecayKind, OptimizerKind, OptimizerSpec, Stop, TrainingSpec
from core.schedules import learning_rate
from gui.frames import Frame
from gui.main_window import MainWindow
from gui.panels.rate_curve import RateCurve, shown_steps
from gui.panels.training import TrainingPanel
from gui.panels.training_hints import Hint, hint_for, rate_hint_for
from gui.panels.training_loss import LossRow
from gui.session.data_fit import change_data
from gui.session.documents import Documents
from gui.theme import Theme


class QuietRuns(QObject):
    """A run that does only what a test tells it to."""

    frame_ready = Signal(Frame)
    frame: Frame | None = None


@pytest.fixture
def documents() -> Documents:
    return Documents(open_document("lecture"))


@pytest.fixture
def runs() -> QuietRuns:
    return QuietRuns()


@pytest.fixture
def panel(qtbot, documents: Documents, runs: QuietRuns, theme: Theme) -> TrainingPanel:
    panel = TrainingPanel(documents, runs, theme)
    qtbot.addWidget(panel)
    panel.resize(232, panel.sizeHint().height())
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def enter(panel: TrainingPanel, name: str, text: str) -> None:
    field = panel.findChild(QLineEdit, name)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(panel: TrainingPanel, name: str, key: str) -> None:
    """Take a choice as the arrow keys do."""
    box = panel.findChild(QComboBox, name)
    box.setFocus()
    steps = box.findData(key) - box.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def rate_now(panel: TrainingPanel) -> str:
    return panel.header.findChild(QLabel, "rateNow").text()


def press_more(panel: TrainingPanel) -> None:
    QTest.mouseClick(panel.header.findChild(QAbstractButton, "moreTrainingLink"), Qt.MouseButton.LeftButton)


def shown_texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def press(panel: TrainingPanel, name: str) -> None:
    QTest.mouseClick(panel.findChild(QAbstractButton, name), Qt.MouseButton.LeftButton)


def offered(panel: TrainingPanel) -> list[str]:
    box = panel.findChild(QComboBox, "lossChoice")
    return [box.itemData(i) for i in range(box.count())]


def frame(rate: float) -> Frame:
    nothing = np.zeros(0)
    return Frame(1, 50, 0.1, 1.0, rate, nothing, nothing, nothing, nothing)


def test_the_lecture(panel: TrainingPanel) -> None:
    assert panel.title == "Training"
    assert panel.findChild(QLineEdit, "learningRateField").text() == "0.0500"
    assert panel.findChild(QComboBox, "decayChoice").currentText() == "constant"
    assert panel.findChild(QComboBox, "lossChoice").currentText() == "sum of squared errors"
    assert panel.findChild(QLineEdit, "batchRowField").text() == "all 4"
    assert not panel.findChild(QWidget, "moreTraining").isVisible()
    assert not panel.findChild(QWidget, "decayLine").isVisible()
    assert not panel.findChild(QWidget, "lossHint").isVisible()


def test_it_is_small_enough_for_the_left_column(panel: TrainingPanel, documents: Documents) -> None:
    assert panel.sizeHint().height() <= 160
    documents.set_training("decay", decay=Decay("linear"), loss="hinge")
    assert panel.minimumSizeHint().width() <= 232
    for kind in get_args(DecayKind):
        training = {"decay": Decay(kind, warmup=3), "optimizer": OptimizerSpec("adamw"), "learning_rate": 1.0}
        training |= {"clip": 1.5, "stop": Stop(10, 0.1, 0.9), "frozen": ("L1",)}
        documents.set_training("all", **training)
        assert panel.minimumSizeHint().width() <= 232, kind


def test_dragging_the_learning_rate_is_one_change_to_undo(panel: TrainingPanel, documents: Documents) -> None:
    slider = panel.findChild(QSlider, "learningRateSlider")
    for position in range(slider.value(), slider.value() + 40):
        slider.setValue(position)
    assert documents.experiment.training.learning_rate > 0.05
    assert documents.undo_stack.count() == 1
    documents.undo_stack.undo()
    assert documents.experiment.training.learning_rate == 0.05
    assert panel.findChild(QLineEdit, "learningRateField").text() == "0.0500"


def test_the_slider_goes_from_1e_4_to_10(panel: TrainingPanel, documents: Documents) -> None:
    slider = panel.findChild(QSlider, "learningRateSlider")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert documents.experiment.training.learning_rate == 1e-4
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert documents.experiment.training.learning_rate == 10.0


def test_a_learning_rate_may_be_typed(panel: TrainingPanel, documents: Documents) -> None:
    enter(panel, "learningRateField", "0.12345")
    assert documents.experiment.training.learning_rate == 0.12345


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("learningRateField", "11"),
        ("learningRateField", "fast"),
        ("batchRowField", "5"),
        ("batchRowField", "1.5"),
        ("l2RowField", "-1"),
        ("decayDropField", "101"),
        ("decayStepsField", "0"),
    ],
)
def test_a_wrong_number_is_refused_beside_its_field(
    panel: TrainingPanel, documents: Documents, name: str, wrong: str
) -> None:
    documents.set_training("decay", decay=Decay("linear"))
    press_more(panel)
    before, field = documents.experiment, panel.findChild(QLineEdit, name)
    enter(panel, name, wrong)
    assert documents.experiment == before
    assert any(text.startswith("Enter a ") for text in shown_texts(field.parentWidget()))
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not any(text.startswith("Enter a ") for text in shown_texts(panel))


def test_linear_decay_shows_its_numbers(panel: TrainingPanel, documents: Documents) -> None:
    choose(panel, "decayChoice", "linear")
    assert panel.findChild(QWidget, "decayLine").isVisible()
    assert panel.findChild(QLineEdit, "decayDropField").text() == "90"
    enter(panel, "decayDropField", "35")
    enter(panel, "decayStepsField", "500")
    assert documents.experiment.training.decay == Decay("linear", 0.35, 500)
    choose(panel, "decayChoice", "constant")
    assert not panel.findChild(QWidget, "decayLine").isVisible()
    assert documents.experiment.training.decay == Decay("constant", 0.35, 500)


def test_the_header_tells_the_decayed_rate(panel: TrainingPanel, runs: QuietRuns, documents: Documents) -> None:
    runs.frame_ready.emit(frame(0.05))
    assert rate_now(panel) == ""
    documents.open_example("moons-demo")
    runs.frame_ready.emit(frame(0.55))
    assert rate_now(panel) == "η now 0.550"
    choose(panel, "decayChoice", "constant")
    assert rate_now(panel) == ""


OWN_FIELDS = {
    "sgd": set(),
    "momentum": {"momentumRowField"},
    "nesterov": {"momentumRowField"},
    "rmsprop": {"alphaRowField"},
    "adam": {"beta1RowField", "beta2RowField"},
    "adamw": {"beta1RowField", "beta2RowField", "weight_decayRowField"},
}


@pytest.mark.parametrize("kind", get_args(OptimizerKind))
def test_an_optimiser_shows_its_own_numbers_only(panel: TrainingPanel, documents: Documents, kind: str) -> None:
    choose(panel, "optimizerChoice", kind)
    assert documents.experiment.training.optimizer == OptimizerSpec(kind)
    rows = panel.findChild(QWidget, "optimizerRows")
    assert {field.objectName() for field in rows.findChildren(QLineEdit) if field.isVisible()} == OWN_FIELDS[kind]
    press_more(panel)
    assert panel.findChild(QLineEdit, "epsRowField").isVisible() == (kind in ("rmsprop", "adam", "adamw"))


@pytest.mark.parametrize(
    ("kind", "field", "text", "number"),
    [
        ("nesterov", "momentum", "0.5", 0.5),
        ("rmsprop", "alpha", "0.9", 0.9),
        ("adam", "beta1", "0", 0.0),
        ("adam", "beta2", "0.99", 0.99),
        ("adamw", "weight_decay", "0.1", 0.1),
        ("adamw", "eps", "1e-6", 1e-6),
    ],
)
def test_an_optimisers_numbers_may_be_typed_and_undone(
    panel: TrainingPanel, documents: Documents, kind: str, field: str, text: str, number: float
) -> None:
    choose(panel, "optimizerChoice", kind)
    before = documents.experiment
    if field == "eps":
        press_more(panel)
    enter(panel, f"{field}RowField", "2e1")
    assert documents.experiment == before
    enter(panel, f"{field}RowField", text)
    assert documents.experiment.training.optimizer == OptimizerSpec(kind, **{field: number})
    documents.undo_stack.undo()
    assert documents.experiment == before
    documents.undo_stack.undo()
    assert documents.experiment.training.optimizer.kind != kind
    assert panel.findChild(QComboBox, "optimizerChoice").currentData() != kind


def test_a_high_rate_for_adam_is_warned_of(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_training("rate", learning_rate=0.5)
    assert not panel.findChild(QWidget, "rateHint").isVisible()
    choose(panel, "optimizerChoice", "adam")
    assert panel.findChild(QWidget, "rateHint").isVisible()
    QTest.mouseClick(panel.findChild(QAbstractButton, "takeRateHint"), Qt.MouseButton.LeftButton)
    assert documents.experiment.training.learning_rate == 0.01
    assert not panel.findChild(QWidget, "rateHint").isVisible()


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("linear", ["decayDropField", "decayStepsField"], ["falls", "% over", "steps"]),
        ("step", ["decayFactorField", "decayStepsField"], ["times", "every", "steps"]),
        ("exponential", ["decayPerStepField"], ["times", "at each step"]),
        ("cosine", ["decayDropField", "decayStepsField"], ["falls", "% over", "steps"]),
    ],
)
def test_a_schedule_is_a_sentence(
    panel: TrainingPanel, documents: Documents, kind: str, fields: list[str], words: list[str]
) -> None:
    for before in ("step", "cosine", "constant"):
        choose(panel, "decayChoice", before)
    choose(panel, "decayChoice", kind)
    line = panel.findChild(QWidget, "decayLine")
    assert sorted(field.objectName() for field in line.findChildren(QLineEdit) if field.isVisible()) == sorted(fields)
    assert shown_texts(line) == words
    assert panel.findChild(RateCurve).isVisible()
    for field in fields:
        enter(panel, field, "1")
    decay = documents.experiment.training.decay
    expected = {"linear": (0.01, 1, 0.1, 0.99), "step": (0.9, 1, 1.0, 0.99), "exponential": (0.9, 100, 0.1, 1.0)}
    assert (decay.drop, decay.steps, decay.factor, decay.per_step) == expected.get(kind, (0.01, 1, 0.1, 0.99))


@pytest.mark.parametrize(
    ("decay", "steps"),
    [
        (Decay("linear", steps=100), 120),
        (Decay("cosine", steps=10, warmup=10), 24),
        (Decay("step", steps=50, warmup=3), 203),
        (Decay("exponential", per_step=0.5), 6),
        (Decay("exponential", per_step=1.0), 100),
        (Decay("exponential", per_step=0.0), 2),
        (Decay(warmup=10), 24),
        (Decay("linear", steps=1), 2),
    ],
)
def test_the_curve_shows_all_that_a_schedule_does(decay: Decay, steps: int) -> None:
    assert shown_steps(decay) == steps


def test_the_curve_is_drawn_with_a_dot_where_the_run_is(
    panel: TrainingPanel, runs: QuietRuns, documents: Documents
) -> None:
    documents.set_training("decay", decay=Decay("linear", 0.5, 100))
    curve = panel.findChild(RateCurve)
    assert curve.accessibleName() == "The learning rate: 0.0500 at step 0, 0.0250 at step 120"
    start = curve.grab().toImage()
    runs.frame_ready.emit(frame(0.05))
    later = curve.grab().toImage()
    assert later != start
    documents.set_training("decay", decay=Decay("cosine", 0.9, 100))
    assert curve.grab().toImage() != later


def test_only_the_dot_is_drawn_while_training_runs(
    panel: TrainingPanel, runs: QuietRuns, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.set_training("decay", decay=Decay("linear", 0.5, 100))
    curve = panel.findChild(RateCurve)
    start = curve.grab().toImage()
    asked: list[int] = []

    def rate(training: TrainingSpec, step: int) -> float:
        asked.append(step)
        return learning_rate(training, step)

    monkeypatch.setattr("gui.panels.rate_curve.learning_rate", rate)
    curve.show_step(60)
    moved = curve.grab().toImage()
    assert moved != start
    assert set(asked) == {0, 60}  # the curve itself is kept
    documents.set_training("decay", decay=Decay("linear", 0.9, 100))
    assert curve.grab().toImage() != moved
    assert len(set(asked)) > 50
    curve.resize(curve.width() - 20, curve.height())
    asked.clear()
    curve.grab()
    assert len(set(asked)) > 50


def test_the_rate_now_has_a_few_figures(panel: TrainingPanel, runs: QuietRuns, documents: Documents) -> None:
    documents.set_training("decay", decay=Decay("cosine", 0.9, 100))
    runs.frame_ready.emit(frame(0.130232))
    assert any(label.text() == "η now 0.130" for label in panel.header.findChildren(QLabel))


def test_penalties_and_warm_up_are_behind_more(panel: TrainingPanel, documents: Documents) -> None:
    rows = ("l2RowField", "l1RowField", "warmupRowField")
    assert not any(panel.findChild(QLineEdit, name).isVisible() for name in rows)
    press_more(panel)
    assert all(panel.findChild(QLineEdit, name).isVisible() for name in rows)
    enter(panel, "l1RowField", "0.001")
    enter(panel, "warmupRowField", "20")
    assert documents.experiment.training.l1 == 0.001
    assert documents.experiment.training.decay == Decay(warmup=20)
    assert panel.findChild(RateCurve).isVisible()
    press_more(panel)
    assert [panel.findChild(QLineEdit, name).isVisible() for name in rows] == [False, True, True]


def test_what_is_in_force_is_seen_without_more(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_training("all", l2=0.1, optimizer=OptimizerSpec("adam", eps=1e-4))
    assert panel.findChild(QLineEdit, "l2RowField").text() == "0.1"
    assert (
        panel.findChild(QLineEdit, "l2RowField").isVisible() and panel.findChild(QLineEdit, "epsRowField").isVisible()
    )
    documents.undo_stack.undo()
    assert not panel.findChild(QWidget, "moreTraining").isVisible()


@pytest.mark.parametrize("loss", ["mean-squared", "half-squared", "hinge", "logistic", "absolute", "huber"])
def test_losses(panel: TrainingPanel, documents: Documents, loss: str) -> None:
    choose(panel, "lossChoice", loss)
    assert documents.experiment.training.loss == loss
    assert panel.findChild(QWidget, "lossHint").isVisible() == (loss in ("hinge", "logistic"))


def test_the_hint_makes_the_output_linear(panel: TrainingPanel, documents: Documents) -> None:
    choose(panel, "lossChoice", "hinge")
    QTest.mouseClick(panel.findChild(QAbstractButton, "takeLossHint"), Qt.MouseButton.LeftButton)
    assert documents.experiment.network.output == "linear"
    assert not panel.findChild(QWidget, "lossHint").isVisible()


def test_a_sum_over_many_samples_is_warned_of(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="circle", points=250)
    assert panel.findChild(QWidget, "lossHint").isVisible()
    assert panel.minimumSizeHint().width() <= 232
    documents.set_training("batch size", batch=10)
    assert not panel.findChild(QWidget, "lossHint").isVisible()
    documents.set_training("batch size", batch=0)
    QTest.mouseClick(panel.findChild(QAbstractButton, "takeLossHint"), Qt.MouseButton.LeftButton)
    assert documents.experiment.training.loss == "mean-squared"
    assert not panel.findChild(QWidget, "lossHint").isVisible()


@pytest.mark.parametrize("name", example_names())
def test_no_example_needs_a_hint(name: str) -> None:
    assert hint_for(load_example(name)) is None
    assert rate_hint_for(load_example(name)) is None


def test_batch_size(panel: TrainingPanel, documents: Documents) -> None:
    enter(panel, "batchRowField", "2")
    assert documents.experiment.training.batch == 2
    enter(panel, "batchRowField", "all 4")
    assert documents.experiment.training.batch == 0


def test_all_means_the_present_number_of_samples(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="circle", points=250)
    assert panel.findChild(QLineEdit, "batchRowField").text() == "all 250"
    enter(panel, "batchRowField", "200")
    assert documents.experiment.training.batch == 200
    documents.set_data("points", points=150)
    assert panel.findChild(QLineEdit, "batchRowField").text() == "all 150"


def test_the_batch_is_of_training_rows(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_data("data set", kind="circle", points=200, test_share=0.3)
    QApplication.processEvents()  # the row that takes the old one's place is shown
    assert panel.findChild(QLineEdit, "batchRowField").text() == "all 140"
    enter(panel, "batchRowField", "141")
    assert documents.experiment.training.batch == 0
    assert "Enter a whole number from 1 to 140, or all 140." in shown_texts(panel)


CLIPS_AND_STOPS = ("clipRowField", "stopStepRowField", "stopLossRowField", "stopAccuracyRowField")


def test_clipping_and_stops_are_behind_more_and_can_be_typed(panel: TrainingPanel, documents: Documents) -> None:
    assert not any(panel.findChild(QLineEdit, name).isVisible() for name in CLIPS_AND_STOPS)
    press_more(panel)
    fields = [panel.findChild(QLineEdit, name) for name in CLIPS_AND_STOPS]
    assert all(field.isVisible() for field in fields)
    assert [field.text() for field in fields] == ["none", "never", "never", "never"]
    for name, text in zip(CLIPS_AND_STOPS, ("0.5", "1,000", "0.01", "97.5"), strict=True):
        enter(panel, name, text)
    assert documents.experiment.training.clip == 0.5
    assert documents.experiment.training.stop == Stop(1000, 0.01, 0.975)
    press_more(panel)
    assert all(field.isVisible() for field in fields), "what is in force is seen"
    enter(panel, "stopLossRowField", "never")
    enter(panel, "clipRowField", "0")
    assert documents.experiment.training.stop == Stop(1000, 0.0, 0.975)
    assert documents.experiment.training.clip == 0.0
    assert [field.isVisible() for field in fields] == [False, True, False, True]
    documents.undo_stack.undo()
    assert documents.experiment.training.clip == 0.5
    assert documents.undo_stack.undoText() == "loss to stop at"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("clipRowField", "-1"),
        ("stopStepRowField", "1.5"),
        ("stopLossRowField", "-0.1"),
        ("stopAccuracyRowField", "101"),
    ],
)
def test_a_wrong_limit_is_refused_beside_its_field(
    panel: TrainingPanel, documents: Documents, name: str, wrong: str
) -> None:
    press_more(panel)
    before = documents.experiment
    enter(panel, name, wrong)
    assert documents.experiment == before
    assert any(text.startswith("Enter a ") for text in shown_texts(panel))


def test_numbers_have_no_accuracy_to_stop_at(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_training("stop", stop=Stop(accuracy=0.9))
    assert panel.findChild(QLineEdit, "stopAccuracyRowField").isVisible()
    change_data(documents, "data set", kind="sine")
    press_more(panel)
    assert not panel.findChild(QLineEdit, "stopAccuracyRowField").isVisible()
    assert panel.findChild(QLineEdit, "stopLossRowField").isVisible()


def test_what_is_frozen_is_counted_and_freed(panel: TrainingPanel, documents: Documents) -> None:
    line = panel.findChild(QWidget, "frozenLine")
    assert not line.isVisible()
    documents.set_training("freeze", frozen=("L1.N1", "L3"))
    assert line.isVisible()
    label = line.findChild(QLabel, "frozenCount")
    assert (label.text(), label.toolTip()) == ("9 parameters frozen", "L1.N1, L3")
    documents.set_training("freeze", frozen=("L1.N1.w2",))
    assert label.text() == "1 parameter frozen"
    press(panel, "freeAll")
    assert documents.experiment.training.frozen == ()
    assert not line.isVisible()
    assert documents.undo_stack.undoText() == "free all"


def test_several_classes_leave_no_loss_to_choose(panel: TrainingPanel, documents: Documents) -> None:
    documents.open_example("blobs-5")
    assert not panel.findChild(QComboBox, "lossChoice").isVisible()
    fixed = panel.findChild(QLabel, "lossFixed")
    assert fixed.isVisible()
    assert fixed.text() == "softmax cross-entropy"
    assert "several classes" in fixed.toolTip()
    documents.open_example("circle")
    assert panel.findChild(QComboBox, "lossChoice").isVisible()
    assert not fixed.isVisible()


def test_numbers_are_offered_losses_for_numbers(panel: TrainingPanel, documents: Documents) -> None:
    documents.open_example("sine")
    assert offered(panel) == ["sum-squared", "mean-squared", "half-squared", "absolute", "huber"]
    assert "for classes" in panel.findChild(QComboBox, "lossChoice").toolTip()
    choose(panel, "lossChoice", "huber")
    assert documents.experiment.training.loss == "huber"


def test_a_sigmoid_leaves_the_hinge_out_and_says_why(panel: TrainingPanel, documents: Documents) -> None:
    assert "hinge" in offered(panel)
    documents.set_network("output", output="sigmoid")
    assert "hinge" not in offered(panel)
    assert "scores of both signs" in panel.findChild(QComboBox, "lossChoice").toolTip()
    choose(panel, "lossChoice", "logistic")
    assert documents.experiment.training.loss == "logistic"
    assert not panel.findChild(QWidget, "lossHint").isVisible()


def test_what_the_data_forbid_is_said_under_the_loss(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_network("output", output="sigmoid")
    before, row = documents.experiment, panel.findChild(LossRow)
    row.loss_changed.emit("hinge")
    assert documents.experiment == before
    problem = panel.findChild(QLabel, "lossProblem")
    assert problem.isVisible()
    assert problem.text() == "The hinge loss needs scores of both signs: a sigmoid's are all positive."
    documents.set_training("rate", learning_rate=0.1)
    assert not problem.isVisible()


@pytest.mark.parametrize(
    ("output", "noise", "hint"),
    [
        ("linear", 0.5, None),
        ("tanh", 0.5, Hint.OUTPUT_TO_ONE),
        ("tanh", 0.0, None),
        ("sigmoid", 0.0, Hint.OUTPUT_FROM_ZERO),
    ],
)
def test_targets_that_the_output_never_comes_to_are_warned_of(
    panel: TrainingPanel, documents: Documents, output: str, noise: float, hint: Hint | None
) -> None:
    documents.open_example("sine")
    documents.set_data("noise", noise=noise)
    documents.set_network("output", output=output)
    assert hint_for(documents.experiment) is hint
    assert panel.findChild(QWidget, "lossHint").isVisible() == (hint is not None)
    assert panel.minimumSizeHint().width() <= 232
    if hint is not None:
        press(panel, "takeLossHint")
        assert documents.experiment.network.output == "linear"


def test_l2(panel: TrainingPanel, documents: Documents) -> None:
    press_more(panel)
    enter(panel, "l2RowField", "1e-4")
    assert documents.experiment.training.l2 == 1e-4


def test_the_panel_follows_the_document_and_does_not_answer(panel: TrainingPanel, documents: Documents) -> None:
    changes = QSignalSpy(documents.experiment_changed)
    documents.set_training("all", learning_rate=0.3, loss="half-squared", batch=3, l2=0.01)
    assert changes.count() == 1
    assert panel.findChild(QLineEdit, "learningRateField").text() == "0.300"
    assert panel.findChild(QLineEdit, "batchRowField").text() == "3"
    documents.open_example("moons-demo")
    assert panel.findChild(QLineEdit, "learningRateField").text() == "1.00"
    assert panel.findChild(QLineEdit, "batchRowField").text() == "all 100"
    assert panel.findChild(QWidget, "decayLine").isVisible()
    assert changes.count() == 1


def test_everything_is_named(panel: TrainingPanel, documents: Documents) -> None:
    documents.set_training("all", decay=Decay("linear"), loss="hinge", l1=1.0, optimizer=OptimizerSpec("adamw"))
    documents.set_training("all", frozen=("L1",))
    press_more(panel)
    for kind in (QAbstractButton, QLineEdit, QComboBox, QSlider):
        for control in panel.findChildren(kind):
            if control.isVisible() and not control.objectName().startswith("qt_"):
                assert control.objectName(), control
                assert control.accessibleName(), control.objectName()
                assert control.toolTip(), control.objectName()


def test_after_a_typed_number_space_plays_and_control_z_undoes_it(qtbot, window: MainWindow) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    field = window.findChild(QLineEdit, "learningRateField")
    for end, typed in ((Qt.Key.Key_Return, "0.2"), (Qt.Key.Key_Escape, "0.3")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, end)
        assert window.documents.experiment.training.learning_rate == 0.2
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.runs.playing)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not window.runs.playing)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.documents.experiment.training.learning_rate == 0.05
