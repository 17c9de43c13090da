"""Whether training stops by itself: at a step, at a loss, at an accuracy."""

from __future__ import annotations

from core.experiment import Stop
from core.words import tr


class Stopping:
    """Follows a run from look to look: after every step with full batches, else at the end of every epoch.

    Training stops where a loss or an accuracy comes to be as good as asked: where it was not at the look before. So who
    goes on from there is not stopped again before it was worse in between, and what was reached already when training
    began, or when the condition was set, does not stop it. A step stops who comes to it from before.
    """

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self._seen: tuple[int, frozenset[str]] | None = None  # the step of the last look, and what was reached

    @property
    def looks(self) -> bool:
        """Whether anything but the step is asked for."""
        return bool(self.stop.loss or self.stop.accuracy)

    def follow(self, stop: Stop) -> None:
        """Stop at this from now on; the next look is the first one, from which nothing stops."""
        self.stop, self._seen = stop, None

    def has_looked_at(self, step: int) -> bool:
        return self._seen is not None and self._seen[0] == step

    @property
    def has_looked(self) -> bool:
        return self._seen is not None

    def look(self, step: int, loss: float, accuracy: float) -> str:
        """Why training stops at the beginning of this step, whose loss and accuracy these are; empty if it does not.

        They are those of all training samples; an accuracy that does not exist is nan.
        """
        if self.has_looked_at(step):
            return ""
        reached = {}
        if self.stop.loss and loss <= self.stop.loss:
            reached["loss"] = tr("loss {loss} reached {goal}", loss=f"{loss:.4g}", goal=f"{self.stop.loss:.4g}")
        if self.stop.accuracy and accuracy >= self.stop.accuracy:
            reached["accuracy"] = tr(
                "accuracy {accuracy}% reached {goal}%",
                accuracy=f"{100 * accuracy:.4g}",
                goal=f"{100 * self.stop.accuracy:.4g}",
            )
        before = None if self._seen is None else self._seen[1]
        self._seen = step, frozenset(reached)
        return "" if before is None else next((words for name, words in reached.items() if name not in before), "")

    def last_step(self, step: int, last: int) -> int:
        """Where training from `step` to `last` has to end."""
        return min(last, self.stop.step) if step < self.stop.step else last

    def at_step(self, step: int) -> str:
        """Why training stops at this step, to which it came from before."""
        return tr("step {step} reached", step=f"{step:,}") if step == self.stop.step and step else ""
