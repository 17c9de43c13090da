"""Exports in the window: files, clipboard, menus, and what is said when something goes wrong."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.exporters.history_table import history_csv
from core.exporters.predictions_table import predictions_csv
from gui.exports import export_verbs, paper
from gui.exports.clipboard import SVG_TYPE
from gui.exports.export_menu import EXPRESSION_ONLY, GRAPH, ExportMenus, add_export_entries, export_actions, export_menu
from gui.exports.export_verbs import ExportVerbs
from gui.exports.targets import SVG
from gui.frames import Level
from gui.main_window import MainWindow
from gui.sheet_frames import Mode

WAIT_MS = 20_000
OpenWindow = Callable[[str], MainWindow]


def verbs_of(window: MainWindow) -> ExportVerbs:
    """The window's own."""
    return window.exports


def train_to(qtbot: QtBot, window: MainWindow, step: int) -> None:
    verbs_of(window)
    window.runs.move(step - (window.runs.frame.step if window.runs.frame else 0))
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == step, timeout=WAIT_MS)
    last = step if window.runs.frame is None or window.runs.frame.full_batch else step - 1
    qtbot.waitUntil(lambda: window.network.loss.history.last_step == last, timeout=WAIT_MS)


def export(qtbot: QtBot, window: MainWindow, verb: Callable[[], object]) -> None:
    with qtbot.waitSignal(verbs_of(window).exported, timeout=WAIT_MS):
        verb()


def next_dialog(qapp: QApplication, act: Callable[[QWidget], object]) -> list[str]:
    """Do something with the next modal dialog; the list then holds its title or question."""
    seen: list[str] = []

    def look() -> None:
        dialog = qapp.activeModalWidget()
        if dialog is None:
            timer.start(10)
            return
        seen.append(dialog.text() if isinstance(dialog, QMessageBox) else dialog.windowTitle())
        act(dialog)

    timer = QTimer(qapp, singleShot=True, interval=10)
    timer.timeout.connect(look)
    timer.start()
    return seen


def close(dialog: QWidget) -> None:
    assert isinstance(dialog, QDialog)
    dialog.reject()


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    return header, rows


# -- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("dot", b"dig")]
)
def test_the_graph_in_every_kind(qtbot: QtBot, window: MainWindow, tmp_path: Path, kind: str, start: bytes) -> None:
    target = tmp_path / f"graph.{kind}"
    export(qtbot, window, lambda: verbs_of(window).export_graph(kind, target))
    assert target.read_bytes().startswith(start)
    assert str(target) in window.findChild(QLabel, "statusSize").text()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert not verbs_of(window).busy


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("csv", b"curve,step,loss\r\n")])
def test_a_plot_in_every_kind(qtbot: QtBot, window: MainWindow, tmp_path: Path, kind: str, start: bytes) -> None:
    train_to(qtbot, window, 5)
    target = tmp_path / f"loss.{kind}"
    export(qtbot, window, lambda: verbs_of(window).export_plot(window.network.loss.plot, kind, target))
    assert target.read_bytes().startswith(start)


def test_history_and_predictions_are_those_of_the_run(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    train_to(qtbot, window, 12)
    history, predictions = tmp_path / "h.csv", tmp_path / "p.csv"
    export(qtbot, window, lambda: verbs_of(window).export_history(history))
    export(qtbot, window, lambda: verbs_of(window).export_predictions(predictions))
    document = window.documents.document
    assert predictions.read_text(newline="") == predictions_csv(document, 12)
    header, rows = read(history)
    true_header, *true_rows = csv.reader(io.StringIO(history_csv(document, 12), newline=""))
    assert header == true_header == ["step", "loss", "accuracy", "learning_rate"]
    assert [(row[0], row[1], row[3]) for row in rows] == [(row[0], row[1], row[3]) for row in true_rows]
    assert rows[12][2] == true_rows[12][2], "the accuracy of a step that was shown"


def test_a_change_of_the_learning_rate_is_in_the_history(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    train_to(qtbot, window, 6)
    window.documents.set_training("learning rate", learning_rate=0.2)
    train_to(qtbot, window, 10)
    target = tmp_path / "h.csv"
    export(qtbot, window, lambda: verbs_of(window).export_history(target))
    rates = [float(row[3]) for row in read(target)[1]]
    assert rates == [0.05] * 6 + [0.2] * 5
    window.runs.move(-7)
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == 3, timeout=WAIT_MS)
    window.documents.set_training("learning rate", learning_rate=0.1)
    qtbot.waitUntil(lambda: window.runs.frame is not None and not window.runs.frame.is_past, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.network.loss.history.last_step == 3, timeout=WAIT_MS)
    export(qtbot, window, lambda: verbs_of(window).export_history(target))
    assert [row[0] for row in read(target)[1]] == ["0", "1", "2", "3"], "it goes on from there"


def test_with_batches_the_losses_are_those_of_the_batches(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window("spiral")
    train_to(qtbot, window, 4)
    target = tmp_path / "h.csv"
    window.runs.step()
    qtbot.waitUntil(lambda: len(window.network.loss.history) >= 5, timeout=WAIT_MS)
    export(qtbot, window, lambda: verbs_of(window).export_history(target))
    header, rows = read(target)
    assert header == ["step", "loss", "accuracy", "learning_rate"]
    assert len(rows) >= 5
    history = window.network.loss.history
    assert [float(row[1]) for row in rows[:4]] == history.losses[:4].tolist()


def test_the_history_of_a_run_from_a_file(
    qtbot: QtBot, window: MainWindow, open_window: OpenWindow, tmp_path: Path
) -> None:
    train_to(qtbot, window, 6)
    window.documents.set_training("learning rate", learning_rate=0.2)
    train_to(qtbot, window, 9)
    with qtbot.waitSignal(window.files.saved, timeout=WAIT_MS):
        window.files.save(tmp_path / "run.chainrule")
    other = open_window(str(tmp_path / "run.chainrule"))
    train_to(qtbot, other, 11)
    target = tmp_path / "h.csv"
    export(qtbot, other, lambda: verbs_of(other).export_history(target))
    rows = read(target)[1]
    assert [int(row[0]) for row in rows] == list(range(12))
    assert [float(row[3]) for row in rows] == [0.05] * 6 + [0.2] * 6


def test_the_report_has_everything(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window("xor")
    train_to(qtbot, window, 8)
    window.documents.set_training("learning rate", learning_rate=0.2)
    qtbot.waitUntil(lambda: len(window.network.loss.marks) == 1, timeout=WAIT_MS)
    target = tmp_path / "report.html"
    export(qtbot, window, lambda: verbs_of(window).export_report(target))
    page = target.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<svg") == 6, "loss, boundary and graph, light and dark"
    for words in ("Decision boundary", "η 0.1 → 0.2", "seed of the weights", "kernels", "Changes during the run"):
        assert words in page
    frame = window.runs.frame
    assert frame is not None
    assert repr(frame.loss) in page


def test_the_report_of_a_sheet(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    verbs = verbs_of(window)
    window.documents.set_mode(Mode.EXPRESSION)
    window.sheets.set_text("a = Value(2.0, label='<b>')\nL = a * a\nL.backward()\nprint('x < y')\n")
    qtbot.waitUntil(lambda: window.is_settled() and window.expression.graph.shown is not None, timeout=WAIT_MS)
    target = tmp_path / "report.html"
    export(qtbot, window, lambda: verbs.export_report(target))
    page = target.read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "x &lt; y" in page
    assert "<b></td>" not in page
    assert "<td>&lt;b&gt;</td>" in page


# -- the dialog ---------------------------------------------------------------------------------------------------


def type_name(name: str) -> Callable[[QWidget], None]:
    def act(dialog: QWidget) -> None:
        assert isinstance(dialog, QFileDialog)
        dialog.findChild(QLineEdit, "fileNameEdit").setText(name)
        dialog.accept()

    return act


def test_the_dialog_proposes_a_name_and_adds_the_suffix(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    proposed: list[str] = []

    def act(dialog: QWidget) -> None:
        assert isinstance(dialog, QFileDialog)
        proposed.append(Path(dialog.selectedFiles()[0]).name)
        type_name(str(tmp_path / "mine"))(dialog)

    next_dialog(qapp, act)
    export(qtbot, window, lambda: verbs_of(window).export_graph("svg"))
    assert proposed == ["lecture graph.svg"]
    assert [path.name for path in tmp_path.glob("mine*")] == ["mine.svg"]


def test_a_cancelled_dialog_writes_nothing(qapp: QApplication, window: MainWindow, tmp_path: Path) -> None:
    next_dialog(qapp, close)
    verbs_of(window).export_graph("svg")
    assert not verbs_of(window).busy
    assert list(tmp_path.glob("*.svg")) == []


def test_an_existing_file_stays_without_permission(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    """Also if the name was typed without its suffix."""
    target = tmp_path / "kept.svg"
    target.write_text("precious")
    asked: list[str] = []

    def refuse() -> None:
        box = qapp.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(box.text())
            box.button(QMessageBox.StandardButton.No).click()
            QTimer.singleShot(0, qapp, give_up)
        else:
            timer.start(10)

    def give_up() -> None:
        dialog = qapp.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            dialog.reject()

    timer = QTimer(qapp, singleShot=True, interval=10)
    timer.timeout.connect(refuse)
    timer.start()
    next_dialog(qapp, type_name(str(tmp_path / "kept")))
    verbs_of(window).export_graph("svg")
    qtbot.waitUntil(lambda: not verbs_of(window).busy, timeout=WAIT_MS)
    assert target.read_text() == "precious"
    assert len(asked) == 1
    assert "kept.svg" in asked[0]


def test_a_kind_knows_its_suffix() -> None:
    assert SVG.path("/a/b").name == "b.svg"
    assert SVG.path("/a/b.SVG").name == "b.SVG"
    assert SVG.path("/a/b.png").name == "b.png.svg"


# -- failures -----------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_named(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    told = next_dialog(qapp, close)
    verbs_of(window).export_graph("svg", tmp_path / "nowhere" / "g.svg")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert "nowhere" in told[0]
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid"), reason="needs a file nobody may write")
def test_a_write_that_fails_leaves_the_old_file(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "g.pdf"
    target.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    told = next_dialog(qapp, close)
    verbs_of(window).export_graph("pdf", target)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert "No space left" in told[0]
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.glob("*g.pdf*")] == ["g.pdf"]
    assert list(tmp_path.glob(".chainrule*")) == []


def test_an_empty_plot_says_so(qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path) -> None:
    told = next_dialog(qapp, close)
    verbs_of(window).export_plot(window.network.loss.plot, "svg", tmp_path / "l.svg")
    assert "nothing" in told[0]
    assert not (tmp_path / "l.svg").exists()


def test_the_expression_lab_has_no_history(qapp: QApplication, window: MainWindow, tmp_path: Path) -> None:
    verbs = verbs_of(window)
    window.documents.set_mode(Mode.EXPRESSION)
    told = next_dialog(qapp, close)
    verbs.export_history(tmp_path / "h.csv")
    assert "network lab" in told[0]
    assert list(tmp_path.glob("*.csv")) == []


def test_a_long_export_can_be_cancelled(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(drawing: object) -> bytes:
        assert go_on.wait(WAIT_MS / 1000)
        return b"picture"

    monkeypatch.setitem(export_verbs.PICTURES, "svg", slow)
    verbs = verbs_of(window)
    verbs.export_graph("svg", tmp_path / "slow.svg")
    qtbot.waitUntil(lambda: window.findChild(QDialog, "exportProgress") is not None, timeout=WAIT_MS)
    window.findChild(QDialog, "exportProgress").canceled.emit()
    go_on.set()
    qtbot.waitUntil(lambda: not verbs.busy, timeout=WAIT_MS)
    assert not (tmp_path / "slow.svg").exists()


# -- clipboard ----------------------------------------------------------------------------------------------------


def test_the_graph_on_the_clipboard(qtbot: QtBot, window: MainWindow) -> None:
    verbs = verbs_of(window)
    with qtbot.waitSignal(verbs.copied, timeout=WAIT_MS):
        verbs.copy_graph()
    data = QGuiApplication.clipboard().mimeData()
    image = data.imageData()
    assert isinstance(image, QImage)
    assert image.width() > 500
    assert bytes(data.data(SVG_TYPE).data()).startswith(b"<?xml")
    verbs.copy_graph("dot")
    assert QGuiApplication.clipboard().text().startswith("digraph")


def test_a_process_ends_well_with_a_picture_on_the_clipboard() -> None:
    script = (
        "from PySide6.QtGui import QGuiApplication, QImage\n"
        "from gui.exports.clipboard import put_picture\n"
        "app = QGuiApplication([])\n"
        "put_picture(QImage(4, 4, QImage.Format.Format_RGB32), b'<svg/>')\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_plot_on_the_clipboard(qtbot: QtBot, window: MainWindow) -> None:
    train_to(qtbot, window, 3)
    verbs = verbs_of(window)
    verbs.copy_plot(window.network.loss.plot)
    assert QGuiApplication.clipboard().mimeData().hasImage()
    verbs.copy_plot(window.network.loss.plot, "csv")
    assert QGuiApplication.clipboard().text().startswith("curve,step,loss")


def test_a_bitmap_that_had_to_be_smaller_says_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "MOST_DOTS", 10_000.0)
    for kind, told in (("png", True), ("svg", False)):
        export(qtbot, window, partial(verbs_of(window).export_graph, kind, tmp_path / f"g.{kind}"))
        assert ("too large" in window.findChild(QLabel, "statusSize").text()) is told


def test_light_for_paper(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    verbs = verbs_of(window)
    window.theme.set_mode("dark")
    export(qtbot, window, lambda: verbs.export_graph("png", tmp_path / "dark.png"))
    verbs.toggle_light()
    assert verbs.always_light
    export(qtbot, window, lambda: verbs.export_graph("png", tmp_path / "light.png"))
    colours = [QImage(str(tmp_path / f"{name}.png")).pixelColor(1, 1).name() for name in ("dark", "light")]
    assert colours == ["#1c2129", "#ffffff"]


# -- menus --------------------------------------------------------------------------------------------------------


def test_every_entry_of_the_file_menu_exports(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    train_to(qtbot, window, 3)
    verbs = verbs_of(window)
    table = window.actions_table
    specs = export_actions(window)
    assert len({spec.name for spec in specs}) == len(specs)
    for spec in specs:
        if not spec.name.startswith("export") or spec.name in ("exportLight", *EXPRESSION_ONLY):
            continue
        next_dialog(qapp, type_name(str(tmp_path / spec.name)))
        export(qtbot, window, table[spec.name].trigger)
    written = sorted(path.name for path in tmp_path.glob("export*"))
    assert len(written) == 4 + 3 + 3 + 3 + 4
    assert {"exportReport.html", "exportGraphDot.dot", "exportLossCsv.csv", "exportHistory.csv"} <= set(written)
    assert not verbs.busy


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_a_context_menu_exports(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    train_to(qtbot, window, 3)
    verbs = verbs_of(window)
    menu = export_menu(window, window.network.loss.plot, window)
    assert entries(menu)[:2] == ["Copy as picture", "Copy as CSV"]
    assert "Export history as CSV…" in entries(menu)
    with qtbot.waitSignal(verbs.copied, timeout=WAIT_MS):
        menu.actions()[0].trigger()
    graph = QMenu("x", window)
    add_export_entries(graph, window, GRAPH)
    kinds = ["SVG", "PDF", "PNG, 300 dpi", "DOT (Graphviz)"]
    assert entries(graph) == ["Copy as picture", "Copy as DOT", *(f"Export as {kind}…" for kind in kinds)]


def test_graphs_and_plots_get_their_entries(qtbot: QtBot, window: MainWindow) -> None:
    verbs_of(window)
    ExportMenus(window).attach(window.desk)
    menu = window.network.graph.context_menu(window)
    assert "Export as SVG…" in entries(menu)
    assert "Find node…\tCtrl+F" in entries(menu)
    plot = window.network.loss.plot
    plot.customContextMenuRequested.emit(plot.rect().center())
    popup = plot.findChild(QMenu, "exportMenu")
    assert popup is not None
    assert popup.isVisible()
    popup.close()


def test_records_that_are_looked_at_are_exported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    verbs = verbs_of(window)
    window.selection.open_level(Level.SAMPLE)
    qtbot.waitUntil(lambda: window.network.graph.shown is not None and window.is_settled(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: getattr(window.network.graph.shown, "picture", None) is not None, timeout=WAIT_MS)
    target = tmp_path / "sample.svg"
    export(qtbot, window, lambda: verbs.export_graph("svg", target))
    assert target.read_text().count(">grad</text>") > 80


def test_plots_of_the_expression_lab_are_in_the_file_menu(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    actions = window.actions_table
    qtbot.waitUntil(lambda: actions.has("exportReport"), timeout=WAIT_MS)
    assert actions["exportLossSvg"].isEnabled() and not actions["exportCurveSvg"].isEnabled()
    window.documents.set_mode(Mode.EXPRESSION)
    qtbot.waitUntil(lambda: window.sheets.frame is not None and window.expression.is_filled, timeout=WAIT_MS)
    assert not actions["exportLossSvg"].isEnabled() and actions["exportCurveSvg"].isEnabled()
    window.sheets.selection.select("a")
    next_dialog(qapp, type_name(str(tmp_path / "curve")))
    export(qtbot, window, actions["exportCurveSvg"].trigger)
    assert (tmp_path / "curve.svg").read_text().startswith("<?xml")


def test_a_broken_run_is_not_written_as_a_sound_program(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    window.documents.set_training("bug lab", bugs=("overwrite",))
    seen = next_dialog(qapp, close)
    verbs_of(window).export_code("pytorch", tmp_path / "script.py")
    qtbot.waitUntil(lambda: bool(seen), timeout=WAIT_MS)
    assert "bug lab" in seen[0]
    assert not (tmp_path / "script.py").exists()
