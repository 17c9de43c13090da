"""Our optimisers written out for a list of Values, fresh or in the middle of a run."""

from __future__ import annotations

from collections.abc import Iterable

from core.exporters.code_text import number, numbers
from core.exporters.code_text_start import Start
from core.optim import fresh_state


def update_text(start: Start) -> str:
    """The function `update(parameters, rate)`."""
    spec = start.experiment.training.optimizer
    momentum, alpha, eps = number(spec.momentum), number(spec.alpha), number(spec.eps)
    beta1, beta2, decay = number(spec.beta1), number(spec.beta2), number(spec.weight_decay)
    adam = [
        "kept[0] *= " + beta1 + "  # of the zeros that the averages began with",
        "kept[1] *= " + beta2,
        "for i, p in enumerate(parameters):",
        f"    means[i] += (1 - {beta1}) * (p.grad - means[i])",
        f"    squares[i] = {beta2} * squares[i] + (1 - {beta2}) * p.grad**2",
        "    size = math.sqrt(squares[i]) / math.sqrt(1 - kept[1])",
        f"    p.data -= rate / (1 - kept[0]) * means[i] / (size + {eps})",
    ]
    about, lines = {
        "sgd": ("Plain gradient descent", ["for p in parameters:", "    p.data -= rate * p.grad"]),
        "momentum": (
            "Gradient descent with momentum",
            _with_buffers(f"{momentum} * buffers[i] + p.grad", "buffers[i]", "buffers"),
        ),
        "nesterov": (
            "Gradient descent with Nesterov's momentum",
            _with_buffers(f"{momentum} * buffers[i] + p.grad", f"(p.grad + {momentum} * buffers[i])", "buffers"),
        ),
        "rmsprop": (
            "RMSProp",
            _with_buffers(
                f"{alpha} * squares[i] + (1 - {alpha}) * p.grad**2",
                f"p.grad / (math.sqrt(squares[i]) + {eps})",
                "squares",
            ),
        ),
        "adam": ("Adam", adam),
        "adamw": (
            "AdamW: Adam, and weights that decay",
            [*adam[:3], f"    p.data *= 1 - rate * {decay}", *adam[3:]],
        ),
    }[spec.kind]
    head = ["def update(parameters, rate):", f'    """{about}."""']
    return "\n".join([*head, *(f"    {line}" for line in lines)])


def memory_text(start: Start) -> str:
    """What the optimiser remembers of what moves; empty for plain gradient descent."""
    kind, count, free = start.experiment.training.optimizer.kind, len(start.theta), ~start.frozen
    state = start.state if start.state.size else fresh_state(kind, count)
    if kind == "sgd":
        return ""
    if kind in ("adam", "adamw"):
        parts = [("means", state[:count][free]), ("squares", state[count : 2 * count][free]), ("kept", state[-2:])]
    else:
        parts = [("squares" if kind == "rmsprop" else "buffers", state[free])]
    return "\n".join(f"{name} = {_list(part.tolist())}" for name, part in parts)


def clip_text(start: Start) -> str:
    """The function `clip(parameters)`; empty where the gradient is as long as it comes out."""
    most = start.experiment.training.clip
    if not most:
        return ""
    return f'''
def clip(parameters):
    """Makes the whole gradient no longer than {number(most)}, as PyTorch's clip_grad_norm_ does."""
    length = math.sqrt(sum(p.grad * p.grad for p in parameters))
    for p in parameters:
        p.grad *= min(1.0, {number(most)} / (length + 1e-6))
'''.strip("\n")


def uses_math(start: Start) -> bool:
    """Whether these functions need Python's math."""
    return "math." in update_text(start) + clip_text(start)


def _with_buffers(new: str, direction: str, name: str) -> list[str]:
    return [
        "for i, p in enumerate(parameters):",
        f"    {name}[i] = {new}",
        f"    p.data -= rate * {direction}",
    ]


def _list(values: Iterable[float]) -> str:
    items = list(values)
    if any(items) and len(items) != items.count(items[0]):
        return numbers(items)
    return f"[{number(items[0])}] * {len(items)}" if items else "[]"
