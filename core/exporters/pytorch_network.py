"""The network, its loss and what is measured of it, in PyTorch's words."""

from __future__ import annotations

from core.exporters.code_text_data import feature_items, inputs_line
from core.exporters.code_text_start import Start
from core.exporters.code_text_training import goals_function, penalty_function

ACTIVATIONS = {  # `{0}` is what comes in
    "tanh": "torch.tanh({0})",
    "relu": "torch.relu({0})",
    "leaky_relu": "F.leaky_relu({0}, 0.01)",
    "sigmoid": "torch.sigmoid({0})",
    "softplus": "F.softplus({0}, threshold=40)",  # PyTorch's 20 cuts off 2e-9
    "sin": "torch.sin({0})",
    "linear": "{0}",
}
LOSSES = {  # of each sample: a sentence, and its code
    "sum-squared": ("The squared error", "(outputs - targets) ** 2"),
    "mean-squared": ("The squared error", "(outputs - targets) ** 2"),
    "half-squared": ("Half the squared error", "0.5 * (outputs - targets) ** 2"),
    "hinge": (
        "Max-margin: nothing to pay from a score of 1 on the right side onwards,",
        "torch.relu(1 - targets * outputs)",
    ),
    "logistic": (
        "Binary cross-entropy on the logit,",
        'F.binary_cross_entropy_with_logits(outputs, (targets + 1) / 2, reduction="none")',
    ),
    "absolute": ("The absolute error", "(outputs - targets).abs()"),
    "huber": (
        "The Huber error: squared where it is small, absolute where it is large,",
        'F.huber_loss(outputs, targets, reduction="none")',
    ),
}
CROSS_ENTROPY = ("Softmax cross-entropy", 'F.cross_entropy(outputs, targets, reduction="none")')
OF_PROBABILITY = (
    "Binary cross-entropy on the probability: F.binary_cross_entropy without its limit of 100,",
    "-torch.log(1 - (outputs - targets).abs())",
)

_FUNCTIONS = {name: f"torch.{name}" for name in ("sin", "cos", "abs")}


def network_text(start: Start) -> str:
    """`class Network`, and `features(x)` where it does not read the inputs as they are."""
    sizes, lines = start.sizes, []
    no_bias = "" if start.bias else ", bias=False"
    for i in range(1, len(sizes)):
        lines.append(f"        self.layer{i} = nn.Linear({sizes[i - 1]}, {sizes[i]}{no_bias})")
    lines += ["", "    def forward(self, x):", *(["        x = features(x)"] if start.features else [])]
    for i, kind in enumerate(start.activations, start=1):
        line = ACTIVATIONS[kind].format(f"self.layer{i}(x)")
        if i == len(sizes) - 1:
            lines.append(f"        return {line}{'' if start.several else '.squeeze(1)'}")
        else:
            lines.append(f"        x = {line}")
    head = ["class Network(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    return "\n\n\n".join(filter(None, [_features(start), "\n".join([*head, *lines])]))


def _features(start: Start) -> str:
    if not start.features:
        return ""
    items = ", ".join(feature_items(start, _FUNCTIONS))
    return "\n".join(
        [
            "def features(x):",
            '    """What the first layer reads, of rows of inputs."""',
            f"    {inputs_line(start, 'x.T')}",
            f"    return torch.stack([{items}], dim=1)",
        ]
    )


def losses_text(start: Start) -> str:
    """`losses(outputs, targets)`."""
    key = start.experiment.training.loss
    if start.several:
        about, code = CROSS_ENTROPY
    elif start.of_probability:
        about, code = OF_PROBABILITY
    else:
        about, code = LOSSES[key]
    return f'def losses(outputs, targets):\n    """{about} of each sample."""\n    return {code}'


def penalty_text(start: Start) -> str:
    """`penalty(network)`; empty where there is none."""
    l2, l1 = "sum((p**2).sum() for p in network.parameters())", "sum(p.abs().sum() for p in network.parameters())"
    return penalty_function(start, "network", l2=l2, l1=l1)


def measure_text(start: Start) -> str:
    """`measure(network, x, y)`; empty where nothing is measured."""
    if not (start.tested or start.goals):
        return ""
    mean = f"mean(){'' if start.mean else ' * len(DATA)'}"
    scale = "" if start.mean else ", as for as many rows as there are to train on"
    if not start.has_classes:
        about, right, result = f"The loss of these rows, without penalties{scale}.", [], "loss.item()"
    else:
        about = "The loss of these rows, without penalties, and the share of them whose class is right."
        right, result = [f"        right = ({_is_right(start)}).double().mean()"], "loss.item(), right.item()"
    return "\n".join(
        [
            "def measure(network, x, y):",
            f'    """{about}"""',
            "    with torch.no_grad():",
            "        outputs = network(x)",
            f"        loss = losses(outputs, y).{mean}",
            *right,
            f"    return {result}",
        ]
    )


def _is_right(start: Start) -> str:
    if start.several:
        return "outputs.argmax(1) == y.argmax(1)"
    limit = f"{start.dataset.threshold:g}"
    return f"(outputs > {limit}) == (y > {limit})"


def goals_text(start: Start) -> str:
    """`goals_reached(network, x, y)`; empty where training stops at no loss and at no accuracy."""
    lines = [f"{'loss, right' if start.has_classes else 'loss'} = measure(network, x, y)"]
    lines += ["loss = loss + penalty(network).item()"] if penalty_text(start) else []
    return goals_function(start, "network, x, y", lines)
