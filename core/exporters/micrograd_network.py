"""The network, its loss and what is measured of it, written out for micrograd's scalars."""

from __future__ import annotations

from core.exporters.code_text import listed
from core.exporters.code_text_data import feature_items, inputs_line, kinds_of
from core.exporters.code_text_start import Start
from core.exporters.code_text_training import goals_function, penalty_function
from core.exporters.micrograd_operations import function_name
from core.losses import LOSSES

_LOSSES = {  # lines of code, and the operations in them
    "sum-squared": (["return (output - target) ** 2"], ()),
    "mean-squared": (["return (output - target) ** 2"], ()),
    "half-squared": (["return 0.5 * (output - target) ** 2"], ()),
    "hinge": (["return (1 - target * output).relu()"], ()),
    "logistic": (["return softplus(-target * output)"], ("softplus",)),
    "absolute": (["return absolute(output - target)"], ("abs",)),
    "huber": (
        [
            "size = absolute(output - target)",
            "capped = minimum(size, Value(1.0))",
            "return capped * (size - 0.5 * capped)",
        ],
        ("abs", "min"),
    ),
}
_OF_PROBABILITY = (["return -log(1 - absolute(output - target))"], ("log", "abs"))
_FUNCTIONS = {"sin": "math.sin", "cos": "math.cos", "abs": "abs"}  # of plain numbers: no gradient goes into the data


def operations_of(start: Start) -> set[str]:
    """The operations of network, loss and penalties that micrograd lacks."""
    found = {*start.activations} - {"linear", "relu"}
    found |= {"logsumexp"} if start.several else {*_loss_of(start)[1]}
    return found | ({"abs"} if start.experiment.training.l1 else set())


def uses_math(start: Start) -> bool:
    """Whether features need Python's math; operations say so themselves."""
    return bool(kinds_of(start) & {"sin", "cos"})


def forward_text(start: Start) -> str:
    """`ACTIVATIONS`, `features(row)` where the network does not read the inputs as they are, `output_of`."""
    return "\n\n\n".join(filter(None, [_activations(start), _features(start), _forward(start)]))


def loss_text(start: Start) -> str:
    """`loss_of(output, target)`, and `penalty(parameters)` if there is one."""
    if start.several:
        about = "Softmax cross-entropy of one sample."
        lines = ["return logsumexp(*output) - sum(y * score for y, score in zip(target, output))"]
    else:
        about = f"The share of one sample in the {LOSSES[start.experiment.training.loss].title}."
        lines = _loss_of(start)[0]
    code = "\n".join([f'def loss_of(output, target):\n    """{about}"""', *(f"    {line}" for line in lines)])
    return "\n\n\n".join(filter(None, [code, penalty_text(start)]))


def penalty_text(start: Start) -> str:
    """`penalty(parameters)`; empty where there is none."""
    l2, l1 = "sum(p * p for p in parameters)", "sum(absolute(p) for p in parameters)"
    return penalty_function(start, "parameters", l2=l2, l1=l1)


def freezing_text(start: Start) -> str:
    """`FROZEN` and `free_parameters(network)`; empty where everything moves."""
    frozen = start.experiment.training.frozen
    if not frozen:
        return ""
    biases = ' | {"b": neuron.b}' if start.bias else ""
    return f'''
FROZEN = {listed([f'"{address}"' for address in frozen], brackets="{}", before=9)}


def free_parameters(network):
    """All that moves. FROZEN has addresses: L1 is a layer, L1.N2 a neuron, L1.N2.w3 a weight, L1.N2.b a bias."""
    found = []
    for i, layer in enumerate(network.layers, start=1):
        for j, neuron in enumerate(layer.neurons, start=1):
            named = {{f"w{{k}}": w for k, w in enumerate(neuron.w, start=1)}}{biases}
            for name, parameter in named.items():
                if not FROZEN & {{f"L{{i}}", f"L{{i}}.N{{j}}", f"L{{i}}.N{{j}}.{{name}}"}}:
                    found.append(parameter)
    return found
'''.strip("\n")


def measure_text(start: Start) -> str:
    """`measure(network, rows)`; empty where nothing is measured."""
    if not (start.tested or start.goals):
        return ""
    inputs = start.inputs
    scale = "" if start.mean else " * len(DATA)"
    losses = f"sum(loss_of(o, y).data for o, y in zip(outputs, targets)) / len(rows){scale}"
    about = "The loss of these rows, without penalties" + ("" if start.mean else ", as for as many rows as DATA has")
    lines = [
        f"outputs = [output_of(network, row[:{inputs}]) for row in rows]",
        f"targets = [{target_of(start)} for row in rows]",
        f"loss = {losses}",
    ]
    if not start.has_classes:
        lines.append("return loss")
    else:
        about += "; and the share of them whose class is right"
        lines += [
            f"right = sum({_is_right(start)} for o, y in zip(outputs, targets))",
            "return loss, right / len(rows)",
        ]
    code = [f'def measure(network, rows):\n    """{about}."""', *(f"    {line}" for line in lines)]
    return "\n\n\n".join([*([_CLASS] if start.several else []), "\n".join(code)])


def goals_text(start: Start) -> str:
    """`goals_reached(network, parameters)`; empty where training stops at no loss and at no accuracy."""
    lines = [f"{measured(start)} = measure(network, DATA)"]
    lines += ["loss = loss + penalty(parameters).data"] if penalty_text(start) else []
    return goals_function(start, "network, parameters", lines)


def measured(start: Start) -> str:
    """The names of what `measure` gives."""
    return "loss, right" if start.has_classes else "loss"


def target_of(start: Start) -> str:
    """A row's target: a number, or a list with one for each class."""
    return f"row[{start.inputs}{':' if start.several else ''}]"


_CLASS = '''
def class_of(scores):
    """The place of the largest."""
    return scores.index(max(scores))
'''.strip("\n")


def _is_right(start: Start) -> str:
    if start.several:
        return "class_of([score.data for score in o]) == class_of(y)"
    limit = f"{start.dataset.threshold:g}"
    return f"(o.data > {limit}) == (y > {limit})"


def _loss_of(start: Start) -> tuple[list[str], tuple[str, ...]]:
    return _OF_PROBABILITY if start.of_probability else _LOSSES[start.experiment.training.loss]


def _activations(start: Start) -> str:
    plain = {"relu": "def relu(x):\n    return x.relu()", "linear": "def linear(x):\n    return x"}
    used = [plain[name] for name in plain if name in start.activations]
    names = [function_name(name) or name for name in start.activations]
    return "\n\n\n".join([*used, f"ACTIVATIONS = [{', '.join(names)}]  # of each layer"])


def _features(start: Start) -> str:
    if not start.features:
        return ""
    return "\n".join(
        [
            "def features(row):",
            '    """What the first layer reads, of a row of inputs."""',
            f"    {inputs_line(start, 'row')}",
            f"    return [{', '.join(feature_items(start, _FUNCTIONS))}]",
        ]
    )


def _forward(start: Start) -> str:
    outputs = "outputs" if start.several else "output"
    terms = "(w * x for w, x in zip(neuron.w, signal))"
    total = f"sum({terms}, neuron.b)" if start.bias else f"sum{terms}"
    return f'''
def output_of(network, row):
    """The network's {outputs} for a row of inputs, by the activation of each layer."""
    signal = {"features(row)" if start.features else "row"}
    for layer, activation in zip(network.layers, ACTIVATIONS):
        sums = [{total} for neuron in layer.neurons]
        signal = [activation(total) for total in sums]
    return signal{"" if start.several else "[0]"}
'''.strip("\n")
