"""The chain rule of a node: contributions add up to the gradient, and a nudge agrees or names the kink."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.examples import example_names, load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.explain import Consumer, Explanation, explain
from core.focus import Focus, Replay
from core.trainer import Trainer


class Seen:
    """A run at some step, looked at from one sample."""

    def __init__(self, experiment: Experiment, steps: int, sample: int) -> None:
        self.trainer = Trainer(experiment)
        self.trainer.advance(steps)
        self.focus = Focus(self.trainer.objective)
        evaluation = self.trainer.objective.evaluate(self.trainer.theta)
        self.replay: Replay = self.focus.replay(self.trainer.theta, evaluation, sample)

    @property
    def addresses(self) -> list[str]:
        return [self.replay.address(node) for node in range(self.replay.program.nodes)]

    def explain(self, address: str, *, check: bool = True) -> Explanation:
        found = explain(self.focus, self.replay, address, check=check)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def lecture() -> Seen:
    return Seen(load_example("lecture"), 3, 1)


@pytest.fixture(scope="module")
def demo() -> Seen:
    return Seen(load_example("moons-demo"), 2, 6)


def with_zero_weights() -> Seen:
    """Every hidden sum is exactly 0, where relu has its kink; the output weights are not 0."""
    network = NetworkSpec((LayerSpec(2, "relu"),), "linear", "lecture", 1337)
    experiment = Experiment("kink", DataSpec("lecture"), network, TrainingSpec(loss="sum-squared"))
    seen = Seen(experiment, 0, 0)
    theta = seen.trainer.theta.copy()
    theta[:8] = 0.0
    seen.replay = seen.focus.replay(theta, seen.trainer.objective.evaluate(theta), 0)
    return seen


@pytest.mark.parametrize("example", ["lecture", "demo"])
def test_contributions_add_up_to_the_gradient_of_every_node(example: str, request: pytest.FixtureRequest) -> None:
    seen: Seen = request.getfixturevalue(example)
    for node, address in enumerate(seen.addresses):
        found = seen.explain(address, check=False)
        assert found.address == address
        assert found.gradient == seen.replay.grad[node]
        assert found.data == seen.replay.data[node]
        total = sum(consumer.contribution for consumer in found.consumers)
        if found.role == "loss":
            assert (found.gradient, found.consumers) == (1.0, ())
        else:
            assert total == pytest.approx(found.gradient, rel=1e-12, abs=1e-14)
        for consumer in found.consumers:
            if consumer.address:
                assert consumer.contribution == pytest.approx(consumer.upstream * consumer.local, rel=1e-15)


@pytest.mark.parametrize("example", ["lecture", "demo"])
def test_every_nodes_check_agrees_or_names_a_kink(example: str, request: pytest.FixtureRequest) -> None:
    seen: Seen = request.getfixturevalue(example)
    agreed = 0
    for address in seen.addresses:
        check = seen.explain(address).check
        assert check is not None
        assert check.agrees or check.kink, address
        assert check.h > 0 and check.tolerance > 0
        agreed += check.agrees
    assert agreed > 0.99 * len(seen.addresses)


def test_operands_are_handed_their_share(lecture: Seen) -> None:
    product = lecture.explain("sample2/L2.N1.w3*h3")
    weight, signal = product.operands
    assert (weight.address, signal.address) == ("L2.N1.w3", "sample2/L1.N3.out")
    assert (weight.local, signal.local) == (signal.data, weight.data)
    assert weight.contribution == product.gradient * signal.data
    of_weight = [each for each in lecture.explain("L2.N1.w3").consumers if each.address == product.address]
    assert of_weight[0].contribution == pytest.approx(weight.contribution, rel=1e-15)


def test_an_operation(lecture: Seen) -> None:
    found = lecture.explain("sample2/L1.N3.out")
    assert (found.op, found.role, found.share) == ("tanh", "operation", None)
    assert found.title == "sample 2 · hidden 1 · neuron 3 · output"
    assert found.rule == "self.grad += (1 - out.data ** 2) * out.grad"
    assert [operand.address for operand in found.operands] == ["sample2/L1.N3.z"]
    assert found.operands[0].local == pytest.approx(1 - found.data**2)
    assert [consumer.address for consumer in found.consumers] == [f"sample2/L2.N{i}.w3*h3" for i in range(1, 5)]
    assert found.tex_op == r"h_{13} = \tanh(z_{13})"


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("L1.N1.w1", "parameter"),
        ("sample2/x1", "input"),
        ("sample2/y", "target"),
        ("sample2/-1", "constant"),
        ("sample2/L1.N1.z", "operation"),
        ("sample2/loss", "operation"),
        ("loss", "loss"),
    ],
)
def test_roles(address: str, role: str, lecture: Seen) -> None:
    assert lecture.explain(address, check=False).role == role


def test_a_node_used_twice_by_one_consumer(demo: Seen) -> None:
    weight = demo.explain("L1.N1.w1")
    square = next(consumer for consumer in weight.consumers if consumer.address == "L1.N1.w1²")
    assert square.local == pytest.approx(2 * weight.data, rel=1e-15)
    assert square.contribution == pytest.approx(2e-4 * weight.data, rel=1e-12)


# Parameters: the total, this sample's share, and the others


def test_a_parameters_total_and_share_where_every_sample_is_there(lecture: Seen) -> None:
    objective, theta = lecture.trainer.objective, lecture.trainer.theta
    for node, address in enumerate(objective.names):
        found = lecture.explain(address, check=False)
        alone = objective.evaluate(theta, np.array([1])).gradient[node]
        assert len(found.consumers) == 4  # one use a sample
        assert found.share == pytest.approx(alone, rel=1e-12, abs=1e-14)


def test_a_parameters_total_and_share_where_the_others_are_one_row(demo: Seen) -> None:
    objective, theta = demo.trainer.objective, demo.trainer.theta
    total = objective.evaluate(theta).gradient
    alone = objective.evaluate(theta, np.array([6])).gradient
    for node, address in enumerate(objective.names):
        found = demo.explain(address, check=False)
        penalty = 2e-4 * theta[node]
        share = (alone[node] - penalty) / 100
        assert found.gradient == total[node]
        assert found.share == pytest.approx(share, rel=1e-9, abs=1e-14)
        others = [consumer for consumer in found.consumers if consumer.note]
        assert [consumer.note for consumer in others] == ["the other 99 samples"]
        assert found.consumers[0].address.startswith("sample7/")
        assert found.consumers[1] is others[0]
        assert (others[0].address, others[0].op) == ("", "")
        assert np.isnan([others[0].upstream, others[0].local]).all()
        assert others[0].contribution == pytest.approx(total[node] - share - penalty, rel=1e-9, abs=1e-14)


def test_other_nodes_have_neither(demo: Seen) -> None:
    found = demo.explain("sample7/L1.N1.out", check=False)
    assert found.share is None
    assert not any(consumer.note for consumer in found.consumers)


# The numerical check


@pytest.mark.parametrize("name", example_names())
@pytest.mark.parametrize("steps", [0, 20, 150])
def test_true_gradients_agree_in_every_example(name: str, steps: int) -> None:
    seen = Seen(load_example(name), steps, 3)
    program = seen.replay.program
    for node in range(0, program.nodes, 1 + program.nodes // 150):
        check = seen.explain(seen.replay.address(node)).check
        assert check is not None
        assert check.agrees or check.kink, (seen.replay.address(node), check)


@pytest.mark.parametrize("name", example_names())
def test_a_wrong_gradient_is_found_out_however_small(name: str) -> None:
    seen = Seen(load_example(name), 20, 3)
    sizes = np.abs(seen.replay.grad[: len(seen.trainer.theta)])
    checks = [seen.explain(address).check for address in seen.trainer.objective.names]
    known = [i for i, check in enumerate(checks) if check is not None and check.agrees and check.conclusive]
    node = min(known, key=sizes.__getitem__)
    seen.replay.grad[node] *= 3.0
    found = seen.explain(seen.trainer.objective.names[node]).check
    assert found is not None
    assert not found.agrees


def test_a_missing_gradient_is_found_out_below_a_millionth() -> None:
    seen = Seen(load_example("lecture"), 200, 1)
    small = [node for node, gradient in enumerate(seen.replay.grad) if 1e-7 < abs(gradient) < 1e-6]
    seen.replay.grad[small[0]] = 0.0
    check = seen.explain(seen.replay.address(small[0])).check
    assert check is not None
    assert (check.agrees, check.conclusive) == (False, True)


def test_a_check_of_nothing_says_so() -> None:
    """Where gradient and slope are both below what rounding does to the slope, to agree means nothing."""
    seen = with_zero_weights()
    theta = seen.replay.theta.copy()
    theta[8:] = 0.0  # the output does not depend on the hidden neurons any more
    seen.replay = seen.focus.replay(theta, seen.trainer.objective.evaluate(theta), 0)
    check = seen.explain("L1.N1.w1").check
    assert check is not None
    assert (check.agrees, check.conclusive) == (True, False)
    assert 1e-12 < check.tolerance < 1e-6


def test_a_kink_is_named() -> None:
    seen = with_zero_weights()
    found = seen.explain("sample1/L1.N1.z")
    assert (found.data, found.gradient) == (0.0, 0.0)  # relu'(0) = 0
    assert found.check is not None
    assert not found.check.agrees
    assert found.check.slope != 0.0
    assert (found.check.kink, found.check.kink_op) == ("sample1/L1.N1.out", "relu")


def test_a_kink_is_named_for_a_parameter_in_whichever_sample_it_is() -> None:
    seen = with_zero_weights()
    assert seen.explain("L1.N2.b").check.kink == "sample1/L1.N2.out"  # type: ignore[union-attr]
    theta = seen.replay.theta
    single = seen.focus.replay(theta, seen.trainer.objective.evaluate(theta), 2, whole=False)
    found = explain(seen.focus, single, "L1.N2.b")
    assert found is not None
    assert found.check is not None
    assert not found.check.agrees
    assert found.check.kink.endswith("/L1.N2.out")
    assert found.check.kink_op == "relu"


def test_the_check_says_its_h_and_its_tolerance(lecture: Seen) -> None:
    check = lecture.explain("L1.N1.w1").check
    assert check is not None
    gradient = lecture.explain("L1.N1.w1").gradient
    assert check.h == 1e-6
    assert check.tolerance < 1e-4 * abs(gradient)
    assert check.conclusive
    assert abs(check.slope - gradient) <= check.tolerance


def test_a_wrong_gradient_is_found_out() -> None:
    seen = Seen(load_example("lecture"), 3, 1)
    node = seen.replay.node("L1.N1.w1")
    assert node is not None
    seen.replay.grad[node] *= 1.01
    check = seen.explain("L1.N1.w1").check
    assert check is not None
    assert (check.agrees, check.kink) == (False, "")


def test_no_check_of_a_diverged_loss() -> None:
    seen = Seen(load_example("lecture"), 0, 0)
    theta = np.full_like(seen.trainer.theta, np.inf)
    seen.replay = seen.focus.replay(theta, seen.trainer.objective.evaluate(theta), 0)
    found = seen.explain("sample1/L1.N1.out")
    assert found.check is None


# Formulas


def test_formulas_of_the_chain_rule(lecture: Seen, demo: Seen) -> None:
    assert lecture.explain("loss").tex == r"\frac{dL}{dL} = 1"
    error = lecture.explain("sample2/error")
    assert error.tex == r"\frac{dL}{de} = \frac{dL}{d\ell_{2}} \cdot \frac{\partial \ell_{2}}{\partial e}"
    assert error.tex_local == r"\frac{\partial \ell_{2}}{\partial e} = 2 \cdot e^{1}"
    assert r"\sum_k" in demo.explain("L1.N1.w1").tex


@pytest.mark.parametrize("example", ["lecture", "demo"])
def test_every_formula_is_balanced_and_has_no_numbers_of_the_run_in_it(
    example: str, request: pytest.FixtureRequest
) -> None:
    seen: Seen = request.getfixturevalue(example)
    later = Seen(seen.trainer.experiment, seen.trainer.step + 2, seen.replay.sample)
    for address in seen.addresses:
        found, again = seen.explain(address, check=False), later.explain(address, check=False)
        assert (found.tex, found.tex_op, found.tex_local) == (again.tex, again.tex_op, again.tex_local)
        for tex in (found.tex, found.tex_op, found.tex_local):
            assert tex.count("{") == tex.count("}")


def test_addresses_that_are_not_there(lecture: Seen, demo: Seen) -> None:
    for seen, address in ((lecture, "sample9/x1"), (lecture, ""), (demo, "sample8/x1"), (demo, "L9.N1.b")):
        assert explain(seen.focus, seen.replay, address) is None


def test_consumers_are_plain_data(lecture: Seen) -> None:
    consumer = lecture.explain("sample2/error", check=False).consumers[0]
    assert isinstance(consumer, Consumer)
    assert consumer == Consumer("sample2/loss", "**2", 1.0, consumer.local, consumer.local)


@settings(max_examples=25)
@given(data=st.data())
def test_every_node_of_any_experiment_can_be_explained(
    data: st.DataObject, all_experiments: st.SearchStrategy[Experiment]
) -> None:
    """Contributions add up, and the slope agrees or names a kink: features, several outputs, no biases."""
    seen = Seen(data.draw(all_experiments), 1, 3)
    count = seen.replay.program.nodes
    for node in range(0, count, 1 + count // 60):
        found = seen.explain(seen.replay.address(node))
        if not seen.replay.program.operands[node] or found.role != "loss":
            total = sum(consumer.contribution for consumer in found.consumers)
            assert total == pytest.approx(found.gradient, rel=1e-9, abs=1e-12)
        assert found.check is not None
        assert found.check.agrees or found.check.kink, (found.address, found.check)
        assert found.tex.count("{") == found.tex.count("}")


def test_a_feature_is_an_operation_with_a_formula() -> None:
    network = NetworkSpec((LayerSpec(2),), features=("x1^2", "x1*x2", "sin(x2)", "abs(x1)"))
    seen = Seen(Experiment("", DataSpec("moons", 5), network), 1, 0)
    found = seen.explain("sample1/x1^2")
    assert (found.role, found.op, found.title) == ("operation", "**2", "sample 1 · feature x₁²")
    assert [operand.address for operand in found.operands] == ["sample1/x1"]
    assert [consumer.address for consumer in found.consumers] == ["sample1/L1.N1.w1*f1", "sample1/L1.N2.w1*f1"]
    assert seen.explain("sample1/L1.N1.w2*f2").title == "sample 1 · hidden 1 · neuron 1 · weight 2 × feature 2"
    assert seen.explain("sample1/L1.N1.w3*f3").tex_op == r"p_{11,3} = w_{11,3} \cdot f_{3}"
    assert (seen.explain("sample1/sin(x2)").tex_op, found.tex_op) == (r"f_{3} = \sin(x_{2})", "f_{1} = x_{1}^{2}")
    assert found.tex.startswith(r"\frac{dL}{df_{1}} = ")


def test_inputs_among_the_features_keep_their_names() -> None:
    network = NetworkSpec((LayerSpec(2),), features=("x2", "x1^2"), bias=False)
    seen = Seen(Experiment("", DataSpec("moons", 5), network), 1, 0)
    assert seen.explain("sample1/L1.N1.w1*f1").tex_op == r"p_{11,1} = w_{11,1} \cdot x_{2}"
    assert seen.explain("sample1/x2").tex.startswith(r"\frac{dL}{dx_{2}} = ")


def test_the_rule_of_several_operands_names_the_result() -> None:
    seen = Seen(Experiment("", DataSpec("blobs", 20, classes=3), NetworkSpec((LayerSpec(2),))), 1, 0)
    found = seen.explain("sample1/log of sum")
    assert found.rule == "for each operand a: a.grad += exp(a.data - out.data) * out.grad"
    for operand in found.operands:
        assert operand.local == pytest.approx(np.exp(operand.data - found.data))
