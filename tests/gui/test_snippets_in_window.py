"""Every snippet of the syllabus, typed key by key into the real editor; its figures are then on screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from core.expression.snippets import snippet, snippets
from gui.main_window import MainWindow
from gui.numbers import format_number
from gui.panels.sheet.editor import CodeEditor
from gui.panels.sheet.output import OutputPane
from gui.sheet_frames import Mode

NEURON = {"o": 1.0, "n": 0.5, "b": 0.5, "x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0}
EXAMPLE_1 = {"L": 1.0, "d": -2.0, "f": 4.0, "c": -2.0, "e": -2.0, "a": 6.0, "b": -4.0}
README = {"a": 138.8338, "b": 645.5773}

GRADIENTS = {  # dL/d…, as the graph's records show them
    "by-hand": EXAMPLE_1,
    "automatic": EXAMPLE_1,
    "neuron-by-hand": NEURON,
    "neuron-step-by-step": NEURON,
    "neuron": NEURON,
    "topological-order": NEURON,
    "tanh-apart": {name: grad for name, grad in NEURON.items() if name != "o"},
    "used-twice": {"a": 2.0},
    "used-twice-again": {"a": -3.0, "b": -8.0},
    "why-the-order": {"a": 26.0},
    "readme": README,
    "parabola": {"x": 14.0, "y": 1.0},
    "single-precision": {"x1": -1.5000003851533106, "w1": 1.0000002567688737, "x2": 0.5000001283844369, "w2": 0.0},
    "single-precision-again": {"x1": 0.0189139266452323, "x2": 0.14364360605503948, "w1": 0.3651337090624216},
    "same-engine": {"a": 0.27441769195044236, "b": 0.24073332145898163, "c": 0.16047818242715928},
    "four-digits": {"x1": -0.5377, "x2": 0.6359, "w1": 0.3281, "w2": 0.4593, "b": 0.6562},
    "still-linear": {"x": 3.5},
}
RESULTS = {  # the number at the end of the graph, in the bar
    "by-hand": "-8.0000",
    "automatic": "-8.0000",
    "one-step": "-7.2865",
    "neuron": "0.7071",
    "tanh-apart": "0.7071",
    "readme": "24.7041",
    "parabola": "20.0000",
    "single-precision": "0.7071",
    "single-precision-again": "-0.5194",
    "same-engine": "0.9163",
    "four-digits": "0.5864",
    "loss": "6.0054",
    "training-loop": "0.0596",
}
PRINTED = {  # lines of the output pane
    "parabola": ["20.0", "14.00000009255109"],
    "flat": ["0.0029999999995311555"],
    "nudges": ["slope in a -3.000000000010772", "slope in b 2.0000000000042206", "slope in c 0.9999999999976694"],
    "nudge-check": ["-1.9999999999953388"],
    "one-step": ["-8.0", "-7.286496"],
    "used-twice": ["2.0"],
    "used-twice-again": ["-3.0 -8.0"],
    "why-the-order": ["26.0"],
    "readme": ["24.7041", "138.8338", "645.5773"],
    "single-precision": ["0.7071066904050358", "-1.5000003851533106 1.0000002567688737", "0.5000001283844369 0.0"],
    "single-precision-again": ["-0.5193578553128438", "0.0189139266452323 0.3651337090624216"],
    "same-engine": ["1.5651709999999999 0.9162542319535778"],
    "four-digits": ["0.5864", "-0.5377 0.3281", "0.6359 0.4593", "0.6562"],
    "still-linear": ["-37.5 3.5", "-2.5 3.5", "32.5 3.5"],
    "xor": ["0.0 0.0 0.0", "0.0 1.0 1.0", "1.0 0.0 1.0", "1.0 1.0 0.0"],
    "network": ["41"],
    "training-loop": ["0 6.005402783252284", "19 0.0596420176420171"],
    "no-zeroing": ["0 6.005402783252284", "1 4.448280639552251"],
}


@pytest.fixture
def lab(qtbot: QtBot, shared_window: MainWindow) -> MainWindow:
    """The expression lab, its editor empty."""
    window = shared_window
    window.documents.open_document(Document(mode="expression", text=""))
    qtbot.waitUntil(lambda: window.documents.mode is Mode.EXPRESSION and not window.sheets.busy)
    return window


def type_text(editor: CodeEditor, text: str) -> None:
    """As a person types: the editor indents by itself, and where it guesses wrong the line's beginning is mended."""
    lines = text.rstrip("\n").split("\n")
    for i, line in enumerate(lines):
        words = line.lstrip(" ")
        there = editor.textCursor().block().text()
        if len(there) != len(line) - len(words):
            editor.moveCursor(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
            if there:
                QTest.keyClick(editor, Qt.Key.Key_Delete)
            QTest.keyClicks(editor, " " * (len(line) - len(words)))
        QTest.keyClicks(editor, words)
        QTest.keyClick(editor, Qt.Key.Key_Escape)  # no completion: what is typed is complete
        if i < len(lines) - 1:
            QTest.keyClick(editor, Qt.Key.Key_Return)


@pytest.mark.parametrize("name", [each.name for each in snippets()])
def test_typed_in_its_figures_are_on_screen(qtbot: QtBot, lab: MainWindow, name: str) -> None:
    desk, sheets, text = lab.expression, lab.sheets, snippet(name).text
    editor = desk.findChild(CodeEditor, "expressionEditor")
    type_text(editor, text)
    assert editor.toPlainText() == text.rstrip("\n")
    qtbot.waitUntil(lambda: not sheets.busy, timeout=20_000)
    assert sheets.error is None and sheets.sheet is not None
    view, key = desk.graph.view, sheets.sheet.graph.key
    qtbot.waitUntil(lambda: view.snapshot is not None and view.snapshot.key == key, timeout=20_000)
    for address, grad in GRADIENTS.get(name, {}).items():
        node = sheets.sheet.node(address)
        assert node is not None
        _, shown = view.told_numbers(node, format_number)
        assert shown == format_number(grad), address
    if name in RESULTS:
        assert lab.transport.findChild(QLabel, "rootValue").text() == RESULTS[name]
    output = desk.findChild(OutputPane, "expressionOutput").toPlainText().split("\n")
    for line in PRINTED.get(name, []):
        assert line in output


def test_every_snippet_has_figures() -> None:
    told = {*GRADIENTS, *RESULTS, *PRINTED}
    others = {each.name for each in snippets()} - told
    assert others == {"value", "numbers-around", "one-neuron", "layer"}, "what the syllabus gives no figures for"
