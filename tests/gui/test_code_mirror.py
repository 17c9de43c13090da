"""The panel "Code": it shows the program of what is set up, follows changes, and keeps its place."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from core.document import open_document
from core.document_parts import Document
from core.exporters.code_text_targets import sheet_code, training_code
from core.expression.run import run_text
from gui.panels.code_mirror import NOTHING_YET, CodeMirrorPanel
from gui.panels.code_mirror_text import MOST_LINES, shortened
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox

WAIT_MS = 20_000


@pytest.fixture
def documents() -> Documents:
    return Documents(open_document("moons-demo"))


@pytest.fixture
def runs(documents: Documents) -> Iterator[Runs]:
    selection = Selection()
    runs = Runs(documents, selection)
    yield runs
    runs.close()


@pytest.fixture
def panel(qtbot: QtBot, documents: Documents, runs: Runs, theme: Theme) -> CodeMirrorPanel:
    panel = CodeMirrorPanel(documents, runs, theme)
    qtbot.addWidget(panel)
    panel.header.setParent(panel)
    panel.resize(360, 300)
    panel.show()
    qtbot.waitUntil(lambda: panel.code != "", timeout=WAIT_MS)
    return panel


def text_of(panel: CodeMirrorPanel) -> QPlainTextEdit:
    found = panel.findChild(QPlainTextEdit, "codeMirrorText")
    assert found
    return found


def test_it_shows_the_program_of_the_set_up(panel: CodeMirrorPanel, documents: Documents) -> None:
    assert panel.title == "Code"
    assert panel.code == training_code(documents.experiment, "pytorch")
    shown = text_of(panel).toPlainText()
    assert shown.startswith(panel.code[:1000])
    assert text_of(panel).isReadOnly()
    assert panel.code.count("\n") > 300 > shown.count("\n")  # the lists of numbers are not shown whole
    assert "lines more; copy takes them all" in shown


def test_it_follows_changes_and_keeps_its_place(qtbot: QtBot, panel: CodeMirrorPanel, documents: Documents) -> None:
    bar = text_of(panel).verticalScrollBar()
    bar.setValue(30)
    documents.set_training("learning rate", learning_rate=0.125)
    assert panel.busy
    qtbot.waitUntil(lambda: not panel.busy, timeout=WAIT_MS)
    assert panel.code == training_code(documents.experiment, "pytorch")
    assert "lr=0.125" in text_of(panel).toPlainText()
    assert bar.value() == 30
    documents.undo_stack.undo()
    qtbot.waitUntil(lambda: "lr=1.0" in text_of(panel).toPlainText(), timeout=WAIT_MS)
    documents.open_example("xor")
    qtbot.waitUntil(lambda: "def batches():" in text_of(panel).toPlainText(), timeout=WAIT_MS)
    assert panel.code == training_code(documents.experiment, "pytorch")


def test_many_quick_changes_end_with_the_last_one(qtbot: QtBot, panel: CodeMirrorPanel, documents: Documents) -> None:
    for i in range(1, 60):
        documents.set_training("learning rate", learning_rate=i / 64)
    qtbot.waitUntil(lambda: not panel.busy, timeout=WAIT_MS)
    assert panel.code == training_code(documents.experiment, "pytorch")
    assert f"lr={59 / 64}" in panel.code


def test_the_language_can_be_chosen(qtbot: QtBot, panel: CodeMirrorPanel, documents: Documents) -> None:
    choice = panel.header.findChild(ChoiceBox, "codeMirrorTarget")
    assert choice and choice.toolTip() and choice.accessibleName()
    choice.setCurrentIndex(1)  # as a click in the list does
    qtbot.waitUntil(lambda: "micrograd" in text_of(panel).toPlainText(), timeout=WAIT_MS)
    assert panel.target == "micrograd"
    assert panel.code == training_code(documents.experiment, "micrograd")
    panel.show_target("pytorch")
    qtbot.waitUntil(lambda: "import torch" in text_of(panel).toPlainText(), timeout=WAIT_MS)
    assert choice.value() == "pytorch"


def test_copy_takes_all_of_the_newest(qtbot: QtBot, panel: CodeMirrorPanel, documents: Documents) -> None:
    button = panel.header.findChild(QPushButton, "codeMirrorCopy")
    assert button and button.toolTip() and button.accessibleName() == "Copy code"
    QGuiApplication.clipboard().setText("something else")
    button.click()
    assert QGuiApplication.clipboard().text() == panel.code == training_code(documents.experiment, "pytorch")
    assert button.text() == "copied"
    documents.set_training("learning rate", learning_rate=0.25)
    button.click()  # the change is not written yet
    qtbot.waitUntil(lambda: "lr=0.25" in QGuiApplication.clipboard().text(), timeout=WAIT_MS)
    assert QGuiApplication.clipboard().text() == training_code(documents.experiment, "pytorch")
    qtbot.waitUntil(lambda: button.text() == "copy", timeout=WAIT_MS)


def test_nothing_is_written_while_it_is_hidden(qtbot: QtBot, panel: CodeMirrorPanel, documents: Documents) -> None:
    before = panel.code
    panel.hide()
    documents.set_training("learning rate", learning_rate=0.5)
    assert panel.busy
    assert not any(timer.isActive() for timer in panel.findChildren(QTimer))
    assert panel.code == before
    panel.show()
    qtbot.waitUntil(lambda: "lr=0.5" in text_of(panel).toPlainText(), timeout=WAIT_MS)


def test_a_closed_panel_may_have_a_text_under_way(qtbot: QtBot, documents: Documents, runs: Runs, theme: Theme) -> None:
    panel = CodeMirrorPanel(documents, runs, theme)
    panel.show()
    assert panel.busy
    panel.close()
    panel.deleteLater()
    other = CodeMirrorPanel(documents, runs, theme)
    qtbot.addWidget(other)
    other.show()
    qtbot.waitUntil(lambda: other.code != "", timeout=WAIT_MS)


@pytest.fixture
def sheets() -> Iterator[Sheets]:
    documents = Documents(Document(text="a = Value(2.0, label='a')\nb = a * 3\nb.backward()\n", mode="expression"))
    sheets = Sheets(documents)
    sheets.keep_documents = documents  # type: ignore[attr-defined]
    yield sheets
    sheets.close()


@pytest.fixture
def graph_panel(qtbot: QtBot, sheets: Sheets, theme: Theme) -> CodeMirrorPanel:
    panel = CodeMirrorPanel(sheets.keep_documents, sheets, theme)  # type: ignore[attr-defined]
    qtbot.addWidget(panel)
    panel.resize(300, 300)
    panel.show()
    qtbot.waitUntil(lambda: panel.code != "", timeout=WAIT_MS)
    return panel


def test_of_the_expression_lab_it_shows_the_graph(qtbot: QtBot, sheets: Sheets, graph_panel: CodeMirrorPanel) -> None:
    assert graph_panel.code == sheet_code(run_text(sheets.text), "pytorch")
    assert "b = a * 3.0" in text_of(graph_panel).toPlainText()
    sheets.set_leaf("a", -1.5)
    qtbot.waitUntil(lambda: "torch.tensor(-1.5" in graph_panel.code, timeout=WAIT_MS)
    graph_panel.show_target("micrograd")
    qtbot.waitUntil(lambda: "a = Value(-1.5)" in text_of(graph_panel).toPlainText(), timeout=WAIT_MS)


def test_without_a_graph_it_says_so(qtbot: QtBot, sheets: Sheets, graph_panel: CodeMirrorPanel) -> None:
    sheets.set_text("# nothing yet\n")
    text = text_of(graph_panel)
    qtbot.waitUntil(lambda: text.accessibleDescription() == NOTHING_YET, timeout=WAIT_MS)
    assert graph_panel.code == text.toPlainText() == ""
    QGuiApplication.clipboard().setText("before")
    graph_panel.copy()
    assert QGuiApplication.clipboard().text() == "before"
    sheets.set_text("a = 1.0\nb = a + 1\n")
    qtbot.waitUntil(lambda: "b = a + 1.0" in text.toPlainText(), timeout=WAIT_MS)
    assert text.accessibleDescription() == ""


def test_a_mistake_leaves_the_last_good_code(qtbot: QtBot, sheets: Sheets, graph_panel: CodeMirrorPanel) -> None:
    before = graph_panel.code
    with qtbot.waitSignal(sheets.error_changed, timeout=WAIT_MS):
        sheets.set_text("a = \n")
    qtbot.waitUntil(lambda: not graph_panel.busy, timeout=WAIT_MS)
    assert graph_panel.code == before


def test_an_unexpected_failure_is_logged_and_told(
    qtbot: QtBot, panel: CodeMirrorPanel, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("gui.panels.code_mirror.training_code", broken)
    with caplog.at_level(logging.ERROR, "chainrule"):
        panel.show_target("micrograd")
        qtbot.waitUntil(lambda: "the log has the details" in text_of(panel).accessibleDescription(), timeout=WAIT_MS)
    assert "could not be written" in caplog.text


def test_it_follows_the_theme(panel: CodeMirrorPanel, theme: Theme) -> None:
    before = text_of(panel).font().pixelSize()
    theme.set_scale(1.5)
    assert text_of(panel).font().pixelSize() == round(1.5 * before)


def test_long_lists_are_shortened_and_nothing_else() -> None:
    code = "x = 1\nDATA = [  # x\n" + "".join(f"    {i},\n" for i in range(100)) + "]\ny = [\n    2,\n]\n"
    short = shortened(code)
    assert short.startswith("x = 1\nDATA = [  # x\n    0,\n")
    assert "    5,\n    # … 92 lines more; copy takes them all\n    98,\n    99,\n]\ny = [\n    2,\n]\n" in short
    assert shortened(code.replace("DATA", "TEST_DATA")) == short.replace("DATA", "TEST_DATA")
    assert shortened(code.replace("DATA", "data")) == code.replace("DATA", "data")
    assert shortened("A = [\n    1,\n") == "A = [\n    1,\n"
    assert shortened("\n" * 9999).count("\n") == MOST_LINES
