"""The command that trains: what it prints of regressions, and of trainings that stop by themselves."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.document import open_document, write_document
from core.experiment import Stop
from gui.commands import train


def test_a_regression_has_no_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    assert train("sine", 3, quiet=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["step", "0"], ["step", "1"], ["step", "2"]]
    assert all(len(line.split()) == 4 for line in lines)


def test_it_ends_where_training_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = open_document("lecture")
    training = msgspec.structs.replace(document.experiment.training, stop=Stop(step=5))
    document = msgspec.structs.replace(
        document, experiment=msgspec.structs.replace(document.experiment, training=training)
    )
    path = tmp_path / "stops.chainrule"
    write_document(path, document)
    assert train(str(path), 200, quiet=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and lines[-1] == "stopped at step 5: step 5 reached"
    assert train(str(path), 200, quiet=True) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("5 steps in ")
