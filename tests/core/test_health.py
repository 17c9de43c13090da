"""Health: every rule on a training that shows it and on one that does not, and no false alarm on good ones."""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from core.checkup import Checkup, checkup
from core.diagnostics import find_divergence
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, OptimizerSpec, TrainingSpec
from core.gradient_flow import gradient_flow
from core.health import Finding, Severity, UnitState
from core.health_curves import overfit, rate_too_high, rate_too_low, stuck
from core.health_gradients import exploding, not_finite, vanishing
from core.health_hold import CHECKS_TO_GO, STILL_SECONDS, HealthHold
from core.health_neurons import dead_relu, saturated, saturated_output, symmetric
from core.health_rules import RULES, findings
from core.measures import on_test_rows
from core.metrics_log import MetricsLog
from core.own_data.own_rows import own_rows
from core.trainer import Trainer
from core.units import SAMPLED_ROWS, Onsets, sampled_rows, unit_states

GOOD = ("lecture", "moons-demo", "moons", "circle", "blobs-5", "sine", "playground-circle", "playground-gauss")


def example(
    name: str = "moons",
    *,
    data: dict[str, object] | None = None,
    network: dict[str, object] | None = None,
    **training: object,
) -> Experiment:
    found = load_example(name)
    return msgspec.structs.replace(
        found,
        data=msgspec.structs.replace(found.data, **(data or {})),
        network=msgspec.structs.replace(found.network, **(network or {})),
        training=msgspec.structs.replace(found.training, **training),
    )


def layers(count: int, activation: str, neurons: int = 8) -> tuple[LayerSpec, ...]:
    return (LayerSpec(neurons, activation),) * count


class Patient:
    """A run that is measured every few steps, as the frames of a window would."""

    def __init__(self, experiment: Experiment) -> None:
        self.trainer, self.log = Trainer(experiment), MetricsLog()
        self.onsets = Onsets()
        self.measure()

    def measure(self) -> None:
        trainer = self.trainer
        found = trainer.objective.evaluate(trainer.theta)
        self.log.record(trainer, found, on_test_rows(trainer.objective, trainer.theta), columns=False)

    def train(self, steps: int, stride: int = 1) -> Patient:
        last = self.trainer.step + steps
        while self.trainer.step < last and self.trainer.advance(stride).divergence is None:
            self.measure()
        return self

    def checkup(self) -> Checkup:
        trainer, objective = self.trainer, self.trainer.objective
        found = objective.evaluate(trainer.theta)
        tested, units = on_test_rows(objective, trainer.theta), unit_states(objective, trainer.theta)
        finite = math.isfinite(found.loss) and bool(np.isfinite(found.gradient).all())
        divergence = None if finite else find_divergence(objective, trainer.theta, trainer.step, None)
        return checkup(trainer, found, tested, self.log.series(), units, self.onsets, divergence)

    def findings(self) -> dict[str, Finding]:
        return {found.key: found for found in findings(self.checkup())}


def relus(bias: float, activation: str = "relu") -> Trainer:
    """A hidden layer of three on the lecture's rows, all weights 0 but the biases: 1, 0.5 and this one."""
    network = NetworkSpec((LayerSpec(3, activation),), "tanh")
    trainer = Trainer(Experiment("", DataSpec("lecture"), network))
    trainer.theta = np.zeros_like(trainer.theta)
    for neuron, number in (("L1.N1", 1.0), ("L1.N2", 0.5), ("L1.N3", bias)):
        trainer.theta[trainer.objective.names.index(f"{neuron}.b")] = number
    return trainer


# -- neurons -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activation", "bias", "state"),
    [
        ("relu", -0.1, UnitState.DEAD),
        ("relu", 0.1, None),
        ("leaky_relu", -9.0, None),
        ("softplus", -9.0, None),
        ("tanh", 3.0, UnitState.SATURATED),
        ("tanh", -3.0, UnitState.SATURATED),
        ("tanh", 2.0, None),
        ("sigmoid", -4.0, UnitState.SATURATED),
        ("sigmoid", 3.0, None),
        ("linear", 99.0, None),
    ],
)
def test_states_of_neurons(activation: str, bias: float, state: UnitState | None) -> None:
    trainer = relus(bias, activation)
    assert unit_states(trainer.objective, trainer.theta) == ({} if state is None else {"L1.N3": state})


def test_a_relu_that_answers_a_single_row_lives() -> None:
    trainer = relus(-2.5)
    trainer.theta[trainer.objective.names.index("L1.N3.w1")] = 1.0  # x1 is 2, 3, 0.5, 1
    assert unit_states(trainer.objective, trainer.theta) == {}


def test_an_output_at_its_end_is_no_ailment() -> None:
    trainer = relus(0.1)
    trainer.theta[trainer.objective.names.index("L2.N1.b")] = 9.0
    assert unit_states(trainer.objective, trainer.theta) == {}


def test_of_many_rows_some_are_looked_at_always_the_same() -> None:
    rows = sampled_rows(10_000)
    assert len(set(rows.tolist())) == SAMPLED_ROWS
    assert rows.tolist() == sampled_rows(10_000).tolist()
    assert sampled_rows(7).tolist() == list(range(7))


def test_when_a_relu_died_is_found_in_the_checkpoints() -> None:
    patient = Patient(load_example("moons-demo")).train(50, 5)
    dead = list(patient.checkup().units)
    assert dead
    since = patient.checkup().well_until(dead, UnitState.DEAD)
    assert since is not None
    before, after = (patient.trainer.at(since + i) for i in (0, 1))
    assert not set(dead) & set(unit_states(before.objective, before.theta))
    assert set(dead) & set(unit_states(after.objective, after.theta))


def test_some_dead_relus_are_a_note() -> None:
    found = dead_relu(Patient(load_example("yin-yang")).checkup())
    assert found is not None
    assert (found.severity, found.address, found.since) == (Severity.NOTE, "L2.N5", None)
    assert found.title == "1 of 24 relus is dead"
    assert "from the beginning" in found.cause


def test_a_dead_layer_is_a_failure_and_tells_when_it_died() -> None:
    patient = Patient(example("moons-demo", network={"hidden": (LayerSpec(8, "relu"), LayerSpec(2, "relu"))}))
    patient.train(4)
    for neuron in ("L2.N1", "L2.N2"):
        patient.trainer.set_parameter(f"{neuron}.b", -100.0)
        patient.train(1)
    found = patient.findings()["dead-relu"]
    assert (found.severity, found.address) == (Severity.FAILURE, "L2.N1")
    assert found.title == "All relus of hidden 2 are dead"
    assert found.since == 4


def test_relus_without_weights_want_random_ones() -> None:
    network = {"hidden": layers(2, "relu"), "init": "zeros"}
    for patient in (Patient(example(network=network)), Patient(example(network=network)).train(20)):
        found = patient.findings()["dead-relu"]
        assert "from the beginning, as all their weights are 0" in found.cause
        assert found.advice == "Begin with random weights instead of zeros."


def test_relus_dead_from_the_beginning_want_other_weights() -> None:
    lecture = load_example("lecture")  # its rows lie on one side of 0: some seeds leave a relu without any
    network = msgspec.structs.replace(lecture.network, hidden=layers(1, "relu", 1), init="xavier")
    seeds = (msgspec.structs.replace(lecture, network=msgspec.structs.replace(network, seed=i)) for i in range(20))
    told = [found for found in (dead_relu(Patient(each).checkup()) for each in seeds) if found is not None]
    assert told
    assert all(found.advice.startswith("Begin with other weights") for found in told)


def test_living_relus_are_no_finding() -> None:
    assert dead_relu(Patient(example(network={"hidden": layers(1, "relu")})).checkup()) is None


def test_large_inputs_saturate() -> None:
    rows = np.random.RandomState(1).normal(size=(40, 2)) * 300.0
    own = own_rows("far", rows, (rows[:, 0] > 0).astype(float), labels=("a", "b"))
    experiment = Experiment("", DataSpec("own", own=own), NetworkSpec(layers(1, "tanh")), TrainingSpec())
    found = Patient(experiment).findings()["saturated"]
    assert found.severity is Severity.WARNING
    assert "inputs reach" in found.cause
    assert "Scale the inputs" in found.advice
    assert saturated(Patient(load_example("moons")).checkup()) is None


def test_saturated_neurons_of_a_training_that_is_done_are_no_finding() -> None:
    patient = Patient(example("lecture", learning_rate=0.3)).train(60)
    assert patient.checkup().units
    assert saturated(patient.checkup()) is None


def test_an_output_that_is_sure_and_wrong() -> None:
    patient = Patient(load_example("circle")).train(3)
    assert saturated_output(patient.checkup()) is None
    patient.trainer.set_parameter("L3.N1.b", -9.0)
    patient.train(6)
    found = saturated_output(patient.checkup())
    assert found is not None
    wrong = int(np.count_nonzero(patient.trainer.dataset.targets > 0))
    assert f"For {wrong} of 200 samples the tanh" in found.cause
    first = int(np.flatnonzero(patient.trainer.dataset.targets > 0)[0]) + 1
    assert found.address == f"sample{first}/L3.N1.out"


def test_zeros_leave_all_neurons_alike() -> None:
    patient = Patient(example(network={"init": "zeros"}))
    found = patient.findings()["symmetric"]
    assert found.cause.startswith("All 8 neurons of hidden 1 have equal weights")
    assert found.address == "L1.N1"
    assert "symmetric" in patient.train(20).findings()
    assert symmetric(Patient(load_example("moons")).checkup()) is None


def test_two_neurons_alike_in_the_second_layer() -> None:
    patient = Patient(load_example("moons"))
    trainer, names = patient.trainer, patient.trainer.objective.names
    for part in ("b", *(f"w{i}" for i in range(1, 9))):
        trainer.theta[names.index(f"L2.N7.{part}")] = trainer.theta[names.index(f"L2.N3.{part}")]
    assert symmetric(patient.checkup()) is None, "their outgoing weights differ, so training parts them"
    trainer.theta[names.index("L3.N1.w7")] = trainer.theta[names.index("L3.N1.w3")]
    found = symmetric(patient.checkup())
    assert found is not None
    assert found.cause.startswith("L2.N3 and L2.N7 in hidden 2 have equal weights")


def test_neurons_that_a_penalty_has_brought_to_zero_are_not_alike() -> None:
    patient = Patient(load_example("moons"))
    for i, name in enumerate(patient.trainer.objective.names):
        if name.startswith(("L1.N2.", "L1.N5.")) or (name.endswith((".w2", ".w5")) and name.startswith("L2.")):
            patient.trainer.theta[i] = 0.0
    assert symmetric(patient.checkup()) is None


# -- gradients ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sigmoid", "softplus", "sin", "linear"])
@pytest.mark.parametrize("bias", [True, False])
def test_the_flow_of_gradients_is_that_of_nudges(activation: str, bias: bool) -> None:
    hidden = (LayerSpec(3, activation), LayerSpec(2, activation))
    trainer = Trainer(Experiment("", DataSpec("lecture"), NetworkSpec(hidden, "linear", bias=bias)))
    theta, objective = trainer.theta, trainer.objective
    _, neurons = objective.over_points(theta, trainer.dataset.inputs)
    tables = {name: theta[objective.names.index(f"{name}.w1") :] for name in ("L2.N1", "L2.N2", "L3.N1")}

    def after(first: np.ndarray) -> np.ndarray:
        """The output as a function of the first layer's outputs."""
        network = objective.network
        return np.array([network.layers[2](network.layers[1](list(row))).data for row in first.T])

    first = np.array([neurons[f"L1.N{i}"] for i in (1, 2, 3)])
    nudged = np.array([(after(first + step) - after(first - step)) / 2e-6 for step in 1e-6 * np.eye(3)[:, :, None]])
    flow = gradient_flow(trainer.experiment, theta, neurons)
    assert flow[0] == pytest.approx(np.sqrt((nudged**2).sum(axis=0).mean()), rel=1e-5)
    assert flow[1] == pytest.approx(float(np.linalg.norm(tables["L3.N1"][:2])))


def test_many_sigmoids_let_the_gradient_vanish() -> None:
    found = Patient(example(network={"hidden": layers(7, "sigmoid"), "init": "xavier"})).findings()["vanishing"]
    assert found.address.startswith("L1.N")
    assert "from hidden 7 back to hidden 1" in found.cause
    assert "instead of sigmoid" in found.advice
    assert vanishing(Patient(example(network={"hidden": layers(7, "tanh"), "init": "xavier"})).checkup()) is None


def test_wide_linear_layers_let_the_gradient_explode() -> None:
    found = exploding(Patient(example(network={"hidden": layers(8, "linear", 32), "init": "lecture"})).checkup())
    assert found is not None
    assert found.severity is Severity.WARNING


def test_a_step_longer_than_all_weights_is_told_before_it_is_taken() -> None:
    linear = example("lecture", network={"hidden": layers(2, "linear", 4), "output": "linear"}, learning_rate=1.0)
    found = exploding(Patient(linear).checkup())
    assert found is not None
    assert found.cause.startswith("The next step moves the weights by")
    assert exploding(Patient(load_example("lecture")).checkup()) is None


def test_a_gradient_that_grows_from_step_to_step() -> None:
    line = {"hidden": (), "output": "linear"}
    patient = Patient(example("lecture", network=line, learning_rate=0.05)).train(60)
    found = exploding(patient.checkup())
    lengths = patient.checkup().values("gradient")
    assert found is not None
    assert lengths[-1] > 1000.0 * lengths[0]
    assert f"It is {lengths[-1]:.3g} long now" in found.cause
    assert exploding(Patient(example("lecture", network=line, learning_rate=0.02)).train(60).checkup()) is None


def test_a_number_that_is_not_finite() -> None:
    linear = example("lecture", network={"hidden": layers(2, "linear", 4), "output": "linear"}, learning_rate=1.0)
    patient = Patient(linear).train(300)
    divergence = patient.checkup().divergence
    assert divergence is not None
    every = patient.findings()
    assert list(every) == ["not-finite"], "all else follows from it"
    found = every["not-finite"]
    assert (found.severity, found.address, found.advice) == (Severity.FAILURE, divergence.address, divergence.advice)
    assert found.since == 0, "the loss never was less than at the beginning"
    assert not_finite(Patient(load_example("lecture")).checkup()) is None


# -- curves ------------------------------------------------------------------------------------------------------------


def test_a_rate_that_is_too_high() -> None:
    found = Patient(example(learning_rate=10.0)).train(60).findings()["rate-too-high"]
    assert found.since == 0
    assert found.cause.startswith("The loss has risen from")
    assert found.advice == "Try a lower rate: 3.3 instead of 10."
    assert rate_too_high(Patient(load_example("moons")).train(60).checkup()) is None


def test_a_loss_that_swings_on_the_spot() -> None:
    quadratic = Experiment(
        data=DataSpec("line", points=20, noise=0.5),
        network=NetworkSpec((), "linear", init="library"),
        training=TrainingSpec(learning_rate=0.05, loss="absolute", optimizer=OptimizerSpec("sgd")),
    )
    calm = Patient(quadratic).train(60)
    assert rate_too_high(calm.checkup()) is None
    training = msgspec.structs.replace(quadratic.training, learning_rate=1.0)
    wild = Patient(msgspec.structs.replace(quadratic, training=training)).train(60)
    found = rate_too_high(wild.checkup())
    assert found is not None
    assert "goes up and down" in found.cause or "has risen" in found.cause


def test_a_rate_that_is_too_low() -> None:
    patient = Patient(example("lecture", learning_rate=1e-5)).train(150)
    assert rate_too_low(patient.checkup()) is None, "too soon to tell"
    found = patient.train(100).findings()["rate-too-low"]
    assert found.advice == "Try a higher rate: 0.0001 instead of 1e-05."
    assert "in the last 250 steps" in found.cause
    assert rate_too_low(Patient(load_example("lecture")).train(250, 5).checkup()) is None


def test_after_a_change_of_the_rate_the_verdict_waits() -> None:
    patient = Patient(example("lecture", learning_rate=1e-5)).train(250)
    patient.trainer.change(load_example("lecture"))
    assert rate_too_low(patient.checkup()) is None


def test_a_loss_that_is_stuck() -> None:
    patient = Patient(load_example("playground-spiral")).train(390, 13)
    found = patient.findings()["stuck"]
    assert found.severity is Severity.WARNING
    assert stuck(Patient(load_example("playground-gauss")).train(390, 13).checkup()) is None


def test_a_loss_that_wavers_on_a_plateau_stays_stuck() -> None:
    """The gradient of one step, of ten rows, comes and goes there; the loss of all rows says what is so."""
    patient = Patient(load_example("playground-spiral")).train(1500, 37)
    for _ in range(16):
        found = patient.train(333, 37).findings()
        assert list(found) == ["stuck"]
        assert "batch pulls another way" in found["stuck"].cause


def test_zeros_make_neurons_alike_whatever_their_activation() -> None:
    patient = Patient(example("moons", network={"hidden": layers(2, "tanh", 6), "init": "zeros"})).train(60, 10)
    assert list(patient.findings()) == ["symmetric"]


def test_overfitting_is_told_with_the_step_of_the_least_test_loss() -> None:
    noisy = example(
        data={"points": 60, "noise": 0.5, "test_share": 0.5},
        network={"hidden": layers(2, "tanh", 16)},
        loss="logistic",
        l2=0.0,
    )
    patient = Patient(noisy).train(80)
    found = patient.findings()["overfit"]
    tests = patient.checkup().values("test loss")
    assert found.since is not None
    assert abs(found.since - int(np.argmin(tests))) <= 2
    assert overfit(Patient(example(data={"test_share": 0.5})).train(80).checkup()) is None


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(1.2345e-5, 1.2e-9, "from 1.234e-05 to 1.2e-09"), (0.123456, 0.0, "from 0.1235 to 0:"), (0.0, 0.0, None)],
)
def test_tiny_losses_of_training_rows_are_told_by_their_figures(first: float, last: float, words: str | None) -> None:
    patient = Patient(example(data={"test_share": 0.5})).train(40)
    checked = patient.checkup()
    steps = np.arange(len(checked.values("test loss")))
    curves = {
        "test loss": np.abs(steps - 10.0) / 10.0 + 0.5,
        "train loss": np.where(steps <= 12, first, last),
    }
    found = overfit(replace(checked, series=replace(checked.series, values=checked.series.values | curves)))
    assert (found is None) if words is None else (found is not None and words in found.cause)


def test_without_test_rows_nothing_overfits() -> None:
    patient = Patient(example(data={"points": 60, "noise": 0.5}, loss="logistic", l2=0.0)).train(80)
    assert overfit(patient.checkup()) is None


def test_of_what_belongs_together_the_cause_alone_is_told() -> None:
    dead = Patient(example("moons-demo", network={"hidden": layers(2, "relu", 2)}))
    for neuron in ("L2.N1", "L2.N2"):
        dead.trainer.set_parameter(f"{neuron}.b", -100.0)
    assert vanishing(dead.checkup()) is not None
    assert list(dead.findings()) == ["dead-relu"]


@pytest.mark.parametrize("name", GOOD)
def test_no_false_alarm_on_what_trains_well(name: str) -> None:
    patient = Patient(load_example(name))
    for _ in range(12):
        patient.train(26, 13)
        found = patient.findings().values()
        assert [each.title for each in found if each.severity is not Severity.NOTE] == []
        assert len(found) <= 1


@pytest.mark.parametrize("key", [key for key in RULES if key != "not-finite"])
def test_before_the_first_step_no_curve_is_judged(key: str) -> None:
    assert RULES[key](Patient(load_example("moons")).checkup()) is None


# -- what is told ------------------------------------------------------------------------------------------------------


def finding(key: str = "stuck", cause: str = "", severity: Severity = Severity.WARNING) -> Finding:
    return Finding(key, severity, "title", cause, "advice")


def test_while_it_runs_a_finding_comes_when_it_is_seen_again() -> None:
    hold = HealthHold()
    assert hold.settle((finding(),), 0.0, running=True) == ()
    assert hold.settle((finding(),), 0.2, running=True) == (finding(),)
    blink = HealthHold()
    for i in range(6):
        assert blink.settle((finding(),) if i % 2 else (), 0.2 * i, running=True) == ()


def test_while_it_runs_a_finding_stays_a_little_longer() -> None:
    hold = HealthHold()
    for i in range(2):
        hold.settle((finding(),), 0.2 * i, running=True)
    shown = [bool(hold.settle((), 1.0 + i, running=True)) for i in range(CHECKS_TO_GO)]
    assert shown == [True] * (CHECKS_TO_GO - 1) + [False]


def test_sentences_stand_still_for_a_while() -> None:
    hold = HealthHold()
    for i in range(3):
        told = hold.settle((finding(cause=str(i)),), 0.2 * i, running=True)
    assert told[0].cause == "0"
    assert hold.settle((finding(cause="new"),), STILL_SECONDS, running=True)[0].cause == "new"


def test_at_rest_all_is_told_at_once() -> None:
    hold = HealthHold()
    assert hold.settle((finding(),), 0.0, running=False) == (finding(),)
    assert hold.settle((), 0.1, running=False) == ()


def test_the_worst_comes_first() -> None:
    hold, note = HealthHold(), finding("overfit", severity=Severity.NOTE)
    for i in range(2):
        told = hold.settle((note, finding("stuck"), finding("dead-relu")), 0.2 * i, running=True)
    assert [each.key for each in told] == ["dead-relu", "stuck", "overfit"]
