"""Rows that a person brought, as arrays and as the immutable OwnRows of an experiment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import ExperimentError
from core.experiment import MAX_CLASSES, MAX_INPUTS, MAX_POINTS, MIN_POINTS, OwnRows
from core.words import tr

Array = NDArray[np.float64]
MAX_TEXT = 200  # characters of a name
SIGNS = ("−1", "+1")  # what two classes without other names are called


def own_rows(
    origin: str,
    inputs: Array,
    targets: Array,
    *,
    names: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
    target_name: str = "y",
    shifts: tuple[float, ...] = (),
    scales: tuple[float, ...] = (),
    extent: tuple[float, float, float, float] | None = None,
) -> OwnRows:
    """`inputs` (rows, inputs) and `targets` (rows,) as an experiment keeps them; targets of classes are indices."""
    return OwnRows(
        origin=origin,
        names=names or tuple(f"x{i + 1}" for i in range(inputs.shape[1])),
        inputs=np.ascontiguousarray(inputs, "<f8").tobytes(),
        targets=np.ascontiguousarray(targets, "<f8").tobytes(),
        labels=labels,
        target_name=target_name,
        shifts=shifts,
        scales=scales,
        extent=extent,
    )


def inputs_of(rows: OwnRows) -> Array:
    """(rows, inputs), cannot be written to."""
    return np.frombuffer(rows.inputs, "<f8").reshape(-1, len(rows.names))


def targets_of(rows: OwnRows) -> Array:
    """(rows,): numbers, or indices of classes; cannot be written to."""
    return np.frombuffer(rows.targets, "<f8")


def check_own_rows(rows: OwnRows) -> None:
    """Raise ExperimentError unless the parts fit together and every number is finite."""
    inputs = len(rows.names)
    _require(
        1 <= inputs <= MAX_INPUTS,
        tr("Own data have 1 to {most} inputs, not {inputs}.", most=MAX_INPUTS, inputs=inputs),
    )
    count = len(rows.targets) // 8
    fits = len(rows.targets) == 8 * count and len(rows.inputs) == 8 * count * inputs
    _require(fits, tr("The rows of own data are cut off."))
    _require(
        MIN_POINTS <= count <= MAX_POINTS,
        tr(
            "Own data have {least} to {most} rows, not {count}.",
            least=MIN_POINTS,
            most=f"{MAX_POINTS:,}",
            count=f"{count:,}",
        ),
    )
    _require(bool(np.isfinite(inputs_of(rows)).all()), tr("An input of own data is not a finite number."))
    targets = targets_of(rows)
    _require(bool(np.isfinite(targets).all()), tr("A target of own data is not a finite number."))
    labels = len(rows.labels)
    _require(
        labels != 1 and labels <= MAX_CLASSES,
        tr("Own data have 2 to {most} classes, not {labels}.", most=MAX_CLASSES, labels=labels),
    )
    if labels:
        _require(len(set(rows.labels)) == labels, tr("Every class has a name of its own."))
        _require(bool(np.isin(targets, np.arange(labels)).all()), tr("A class of own data does not exist."))
    texts = (rows.origin, rows.target_name, *rows.names, *rows.labels)
    too_long = tr("A name of own data is longer than {most} characters.", most=MAX_TEXT)
    _require(max(map(len, texts)) <= MAX_TEXT, too_long)
    numbers = (*rows.shifts, *rows.scales, *(rows.extent or ()))
    _require(bool(np.isfinite(np.array(numbers)).all()), tr("A scale of own data is not a finite number."))
    wanted = (0, inputs, inputs + 1)
    _require(
        len(rows.shifts) == len(rows.scales) and len(rows.shifts) in wanted, tr("The scales of own data do not fit.")
    )
    _require(all(scale > 0.0 for scale in rows.scales), tr("A scale of own data is not above 0."))
    box = rows.extent
    _require(
        box is None or (inputs == 2 and box[0] < box[1] and box[2] < box[3]), tr("The extent of own data is empty.")
    )


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise ExperimentError(complaint)
