"""Exports of classes, regressions, features and own rows: tables, reports and pictures say all of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.document import with_runs
from core.document_parts import Document
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec
from core.exporters.predictions_table import predictions_csv
from core.own_data.own_rows import own_rows
from core.trainer import Trainer
from gui.exports.graph_picture import graph_drawing
from gui.exports.headless import picture_bytes
from gui.main_window import MainWindow
from gui.theme import Theme

OpenWindow = Callable[[str], MainWindow]


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    """Pictures without a window bring a theme of their own."""
    yield
    Theme("light").apply(qapp)


def train_to(qtbot: QtBot, window: MainWindow, step: int) -> None:
    window.runs.move(step)
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == step)


def exported(qtbot: QtBot, window: MainWindow, verb: Callable[[Path], object], target: Path) -> str:
    with qtbot.waitSignal(window.exports.exported):
        verb(target)
    return target.read_text(encoding="utf-8", errors="replace")


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def words_of(page: str) -> str:
    """What a reader sees, apart from the pictures."""
    return " ".join(re.sub(r"<svg.*?</svg>|<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def experiment_with(data: DataSpec, **changes: object) -> Experiment:
    network = msgspec.structs.replace(NetworkSpec((LayerSpec(3),), "linear"), **changes)
    return Experiment("trial", data, network)


def test_predictions_of_classes_and_of_the_rows_kept_back(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window("blobs-5")
    train_to(qtbot, window, 6)
    found = table(exported(qtbot, window, window.exports.export_predictions, tmp_path / "p.csv"))
    trainer = Trainer(window.documents.experiment)
    trainer.advance(6)
    document = with_runs(Document(experiment=trainer.experiment), [trainer])
    expected = table(predictions_csv(document))
    assert found[0] == expected[0]
    assert found[0][4:6] == ["class", "predicted"] and found[0][6] == "score 1"
    for row, other in zip(found, expected, strict=True):
        assert row[:6] == other[:6]
    numbers, others = (np.array([[float(cell) for cell in row[6:]] for row in rows[1:]]) for rows in (found, expected))
    assert numbers == pytest.approx(others, rel=1e-12)
    assert {row[1] for row in found[1:]} == {"training", "test"}


def test_the_report_of_classes(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window("yin-yang")
    train_to(qtbot, window, 5)
    page = exported(qtbot, window, window.exports.export_report, tmp_path / "r.html")
    assert page.count("<svg") == 6
    words, frame = words_of(page), window.runs.frame
    assert frame is not None
    for part in (
        "2 – 12 – 12 – 3 neurons",
        "Confusion of the training rows class taken for yin taken for yang taken for dot",
        "Confusion of the test rows",
        "classes yin, yang, dot",
        "softmax cross-entropy",
        f"loss of the test rows {frame.test_loss!r}",
        "test accuracy",
    ):
        assert part in words


def test_the_report_of_a_regression_over_one_input(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window("sine")
    train_to(qtbot, window, 3)
    page = exported(qtbot, window, window.exports.export_report, tmp_path / "r.html")
    words = words_of(page)
    assert page.count("<svg") == 6
    assert "Output by x1" in words and "test loss" in words
    assert "accuracy" not in words and "Confusion" not in words
    rows = table(exported(qtbot, window, window.exports.export_history, tmp_path / "h.csv"))
    assert rows[0] == ["step", "loss", "test_loss", "learning_rate"] and len(rows) == 5


@pytest.mark.parametrize(
    "experiment",
    [
        experiment_with(DataSpec("moons"), features=("x1^2", "x1*x2", "cos(x2)"), bias=False),
        experiment_with(DataSpec("sine"), features=("sin(x1)",)),
        experiment_with(
            DataSpec("own", own=own_rows("a", np.eye(6)[:, :4], np.arange(6.0) % 3, labels=("a", "<b>", "c")))
        ),
    ],
    ids=["features", "one input", "own classes"],
)
def test_pictures_without_a_window(experiment: Experiment) -> None:
    svg = picture_bytes(Document(experiment=experiment), "svg", 2).decode()
    assert svg.startswith("<?xml") and "<b>" not in svg
    page = picture_bytes(Document(experiment=experiment), "html", 2).decode()
    assert page.count("<svg") == 6


def test_names_of_features_have_room_in_the_picture(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Wider names make it wider, and nothing else does."""
    window = open_window("moons")
    widths = []
    for features in (("x1", "x2"), ("x1*x1", "cos(x2)")):
        window.documents.set_network("features", features=features)
        qtbot.waitUntil(lambda wanted=features: window.runs.started.features == wanted)  # type: ignore[union-attr, misc]
        qtbot.waitUntil(window.is_settled)
        widths.append(graph_drawing(window.network.graph, window.theme, "t").size.width())
    assert widths[0] < widths[1] < widths[0] + 60


def test_a_set_up_with_many_rows_is_refused_with_a_sentence(
    qtbot: QtBot, qapp: QApplication, window: MainWindow
) -> None:
    random = np.random.RandomState(1)
    own = own_rows("many.csv", random.normal(size=(2000, 2)), random.normal(size=2000))
    window.documents.replace("own rows", experiment_with(DataSpec("own", own=own)))
    clipboard, seen = QGuiApplication.clipboard(), list[str]()
    clipboard.setText("before")

    def look() -> None:
        box = qapp.activeModalWidget()
        if not isinstance(box, QMessageBox):
            timer.start(10)
            return
        seen.append(box.text())
        box.reject()

    timer = QTimer(qapp, singleShot=True, interval=10)
    timer.timeout.connect(look)
    timer.start()
    window.file_verbs.copy_setup()
    assert seen == ["These data are too many for a text to copy: save the document, and send that."]
    assert clipboard.text() == "before"
