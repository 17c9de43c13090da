"""Health: what goes wrong in a training, why, where it is seen, and what to try."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class UnitState(Enum):
    """What ails a neuron, over all samples."""

    DEAD = "dead"  # a relu that is 0 for every sample
    SATURATED = "saturated"  # a tanh or sigmoid at its end for nearly every sample


class Severity(Enum):
    """How bad a finding is."""

    NOTE = "note"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True)
class Finding:
    """One thing found: a sentence each for what, why, and what to try."""

    key: str  # `dead-relu`, `not-finite` …: the same finding keeps its place in the list
    severity: Severity
    title: str
    cause: str
    advice: str
    address: str = ""  # the node that shows it
    since: int | None = None  # the step before which all was well, to rewind to
