from __future__ import annotations

from dataclasses import replace

import pytest

from core.document_parts import FIRST_TEXT, Document
from core.experiment import DataSpec, Experiment, NetworkSpec, TrainingSpec
from core.expression.run import run_text
from core.expression.sheet import Phase, Span, Step, state_at
from core.losses import LOSSES as CORE_LOSSES
from gui.panels.loop_code import LOSSES, CodeLine, LoopCode, loss_name
from gui.panels.sheet.loop import LoopPanel
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme

WAIT_MS = 20_000
OWN = (
    CodeLine("for k in range(20):", None, 3),
    CodeLine("    loss = (n(x) - y)**2", None, 4),
    CodeLine("    loss.backward()", None, 5),
)


@pytest.fixture
def code(qtbot, theme: Theme) -> LoopCode:
    code = LoopCode(theme)
    qtbot.addWidget(code)
    code.resize(640, 120)
    with qtbot.waitExposed(code):
        code.show()
    return code


def test_the_lines_of_a_run(code: LoopCode) -> None:
    code.set_settings("sum-squared", 0.05, 4, 0)
    assert code.rows == [
        "ypred = [n(x) for x in xs]  # 4 samples",
        "loss = sum((o - y)**2 for o, y in zip(ypred, ys))",
        "for p in parameters: p.grad = 0",
        "loss.backward()",
        "for p in parameters: p.data -= 0.05 * p.grad",
    ]


def test_loss_rate_batch_and_optimiser_are_real(code: LoopCode) -> None:
    code.set_settings("hinge", 0.125, 1000, 10, "adam")
    assert code.rows[0].endswith("# 10 of 1\N{THIN SPACE}000 samples")
    assert "relu" in code.rows[1]
    assert code.rows[4].endswith("p.data -= 0.125 * adam(p.grad)")
    code.set_settings("hinge", 0.125, 4, 10)  # a batch of more than there are is all of them
    assert code.rows[0].endswith("# 4 samples")


def test_every_loss_has_its_formula() -> None:
    assert set(LOSSES) == {*CORE_LOSSES, "cross-entropy", "of-probability"}


def test_which_loss_it_is() -> None:
    logistic, sigmoid = TrainingSpec(loss="logistic"), NetworkSpec(output="sigmoid")
    assert loss_name(Experiment(training=logistic)) == "logistic"
    assert loss_name(Experiment(training=logistic, network=sigmoid)) == "of-probability"
    assert loss_name(Experiment(training=logistic, network=sigmoid, data=DataSpec("yin-yang"))) == "cross-entropy"
    assert loss_name(Experiment(network=sigmoid)) == "sum-squared"


def test_clipping_and_freezing_are_in_the_update(code: LoopCode) -> None:
    code.set_settings("huber", 0.05, 4, 0, clip=0.5, frozen=True)
    code.show_phase(Phase.UPDATE)
    assert code.lit == ("clip(free, 0.5)", "for p in free: p.data -= 0.05 * p.grad  # all that is not frozen")
    code.set_settings("huber", 0.05, 4, 0, clip=0.5)
    assert code.lit == ("clip(parameters, 0.5)", "for p in parameters: p.data -= 0.05 * p.grad")


@pytest.mark.parametrize(
    ("phase", "lit"),
    [
        (Phase.FORWARD, ("ypred = ", "loss = ")),
        (Phase.ZERO, ("for p in parameters: p.grad = 0",)),
        (Phase.BACKWARD, ("loss.backward()",)),
        (Phase.UPDATE, ("for p in parameters: p.data",)),
        (None, ()),
    ],
)
def test_the_running_line_is_lit(code: LoopCode, phase: Phase | None, lit: tuple[str, ...]) -> None:
    code.set_settings("sum-squared", 0.05, 4, 0)
    code.show_phase(phase)
    assert len(code.lit) == len(lit)
    assert all(line.startswith(start) for line, start in zip(code.lit, lit, strict=True))
    assert code.accessibleDescription() == (f"running: {'; '.join(code.lit)}" if lit else "nothing is running")


def test_the_lit_row_looks_different(code: LoopCode, theme: Theme) -> None:
    code.set_settings("sum-squared", 0.05, 4, 0)
    code.show_phase(Phase.BACKWARD)
    picture = code.grab().toImage()
    y = 3 * theme.px(20) + 10
    assert picture.pixelColor(1, y) == theme.palette.glow
    assert picture.pixelColor(600, y - 20) != picture.pixelColor(400, y) == theme.palette.soft


def test_other_settings_leave_the_running_line_lit(code: LoopCode) -> None:
    code.show_phase(Phase.UPDATE)
    code.set_settings("mean-squared", 0.1, 4, 0)
    assert code.lit == ("for p in parameters: p.data -= 0.1 * p.grad",)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_narrow_column_continues_lines_and_cuts_none(code: LoopCode, loss: str) -> None:
    """The left column leaves 234 pixels."""
    code.set_settings(loss, 0.05, 100, 10)
    code.resize(234, 200)
    assert len(code.rows) > 5
    assert all(code._elided(row) == row for row in code.rows)
    assert code.heightForWidth(234) == len(code.rows) * 20 > code.heightForWidth(640)


def test_the_learner_s_own_lines(code: LoopCode) -> None:
    code.set_code(OWN)
    code.show_line(5, Phase.BACKWARD)
    assert code.lit == ("    loss.backward()",)
    code.show_line(99, Phase.BACKWARD)
    assert code.lit == ()


def test_the_learner_s_long_lines_are_continued_below_their_beginning(code: LoopCode) -> None:
    code.set_code([CodeLine("    loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))", None, 1)])
    code.resize(324, 200)
    assert code.rows == ["  loss = sum((yout - ygt)**2", "    for ygt, yout in zip(ys, ypred))"]


def test_the_learner_s_loop_in_the_expression_lab(qtbot, theme: Theme) -> None:
    text = (
        "a = 2.0\nfor k in range(2):\n    L = a * a\n    a.grad = 0.0\n    L.backward()\n    a.data -= 0.1 * a.grad\n"
    )
    sheets = Sheets(Documents(Document(text="")))
    panel = LoopPanel(sheets, theme)
    qtbot.addWidget(panel)
    panel.show()
    empty = run_text("")
    lines = {3: Phase.FORWARD, 4: Phase.ZERO, 5: Phase.BACKWARD, 6: Phase.UPDATE}
    steps = tuple(Step(phase, -1, (), Span(line, 4, line, 12)) for line, phase in lines.items())
    sheet = replace(empty, text=text, steps=steps)
    lit = []
    for position in range(5):
        done = steps[position - 1] if position else None
        sheets.frame_ready.emit(SheetFrame(sheet, state_at(sheet, position), done, None, None))
        lit.append(panel.code.lit)
    assert panel.code.rows[0] == "for k in range(2):"
    assert [line[0].strip() if line else "" for line in lit] == ["", *(text.split("\n")[n - 1].strip() for n in lines)]
    sheets.close()


def test_in_the_expression_lab(qtbot, theme: Theme) -> None:
    sheets = Sheets(Documents(Document(text=FIRST_TEXT)))
    panel = LoopPanel(sheets, theme)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: sheets.frame is not None, timeout=WAIT_MS)
    assert len(panel.code.code) == 4
    assert panel.code.lit == ("loss.backward()",)
    sheets.seek(1)
    assert panel.code.lit == ("loss = f(parameters)",)
    sheets.reset()
    assert panel.code.lit == ()
    sheets.close()
