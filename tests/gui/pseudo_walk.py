"""A walk through the window, for tests that look at all of it: one state after the other, each as it is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QAbstractButton

from core.bugs import NO_BUGS, Bug
from core.expression.snippets import snippets
from gui.frames import Level
from gui.main_window import MainWindow
from gui.panels.compare import KINDS as COMPARE_KINDS
from gui.panels.plots import KINDS as PLOT_KINDS
from gui.session.playhead import Scale
from gui.sheet_frames import Mode

NODES = ("L1.N1.w1", "L1.N1.b", "sample1/L1.N1.out", "sample1/L1.N2.w1*x1", "sample1/loss", "loss")
EXAMPLES = ("sine", "blobs-5", "spiral-solved", "xor")
BAD_TEXTS = ("a = 1\nb = a +", "a = Value(2.0)\nb = c * 2", "a = Value(0.0)\nb = a.log()", "")
PROGRAMS = ("one-neuron", "network", "training-loop", "topological-order")

NOT_IN_TRAINING = {Bug.NEGATION_LOOP, Bug.NO_RADD}

Visit = Iterator[str]


def network_visits(window: MainWindow, wait: Callable[[Callable[[], bool]], None]) -> Visit:
    """Of the network lab; gives what has been done."""
    window.documents.set_mode(Mode.NETWORK)
    yield "network lab"
    yield from _cards(window)
    yield from _training(window, wait)
    window.documents.open_example("lecture")
    for address in NODES:
        window.selection.select(address)
        yield f"selected {address}"
    for level in Level:
        window.selection.open_level(level)
        yield f"level {level.value}"
    window.selection.open_level(Level.NETWORK)
    window.selection.clear()
    yield from _steps(window)
    for bug in (bug for bug in Bug if bug not in NOT_IN_TRAINING):
        window.runs.set_bugs(frozenset({bug}))
        window.desk.show_card("bugs")
        yield f"bug {bug.value}"
    window.runs.set_bugs(NO_BUGS)
    for name in EXAMPLES:
        window.documents.open_example(name)
        yield f"example {name}"


def _cards(window: MainWindow) -> Visit:
    """All of them, one more after the other."""
    for name in window.desk.docks:
        was_hidden = window.desk.docks[name].isHidden()
        window.desk.show_card(name)
        yield f"card {name}"
        for more in window.desk.docks[name].findChildren(QAbstractButton):
            if more.isCheckable() and more.isVisible() and more.objectName().endswith("More"):
                more.click()
                yield f"more of {name}"
        if was_hidden:
            window.desk.docks[name].hide()
    window.desk.reset()


def _training(window: MainWindow, wait: Callable[[Callable[[], bool]], None]) -> Visit:
    for name in ("moons", "lecture"):
        window.documents.open_example(name)
        window.session.comparison.keep()
        for _ in range(3):
            before = window.runs.frame
            window.runs.step()
            wait(lambda before=before: window.runs.frame is not before)
        yield f"{name} trained"
        for kind, _ in PLOT_KINDS:
            window.desk.show_card("plots")
            window.desk.panel("plots").show_kind(kind)
            yield f"plots {kind}"
        for kind, _ in COMPARE_KINDS:
            window.desk.show_card("compare")
            window.desk.panel("compare").show_kind(kind)
            yield f"compare {kind}"
        window.desk.reset()
    window.documents.set_training("1", learning_rate=10.0)
    window.desk.show_card("health")
    window.runs.step()
    yield "a far too large learning rate"


def _steps(window: MainWindow) -> Visit:
    playhead = window.session.playhead
    window.desk.show_card("loop")
    for scale in Scale:
        playhead.set_scale(scale)
        for _ in range(3):
            playhead.step()
            yield f"one {scale.value}"
        playhead.leave()
    playhead.set_scale(Scale.STEP)


def expression_visits(window: MainWindow) -> Visit:
    """Of the expression lab."""
    sheets = window.sheets
    window.documents.set_mode(Mode.EXPRESSION)
    yield "expression lab"
    yield from _cards(window)
    for position in range(8):
        sheets.seek(position)
        yield f"position {position}"
    for address in ("L", "d", "e", "a"):
        sheets.selection.select(address)
        yield f"selected {address}"
    sheets.withhold(withheld=True)
    window.desk.show_card("predict")
    yield "predict"
    sheets.withhold(withheld=False)
    for bug in Bug:
        sheets.set_bugs(frozenset({bug}))
        window.desk.show_card("bugs")
        yield f"bug {bug.value}"
    sheets.set_bugs(frozenset())
    for text in BAD_TEXTS:
        window.documents.set_text(text, "2")
        yield f"text {text!r}"
    for snippet in snippets():
        if snippet.name in PROGRAMS:
            window.documents.set_text(snippet.text, "3")
            yield f"snippet {snippet.name}"
