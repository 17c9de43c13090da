"""The report of what the window shows: its numbers and words, and its pictures in light and in dark colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from core.datasets import DATASET_TITLES
from core.exporters.report import Code, Facts, Listing, Picture, Section, report_html
from core.exporters.report_settings import settings
from core.measures import confusion
from core.metrics import Array
from core.version import VERSION
from core.words import mark, tr
from gui.exports.graph_picture import graph_drawing
from gui.exports.paper import Drawing, DrawingError, svg_bytes
from gui.exports.plot_picture import plot_drawing
from gui.frames import Frame, Level, Points, RunStarted
from gui.graph.graph_card import GraphCard
from gui.numbers import format_count, format_number, format_percent
from gui.sheet_frames import Mode, SheetFrame
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.graph.panel import GraphPanel
    from gui.graph.sheet_panel import SheetGraphPanel
    from gui.panels.boundary import BoundaryPanel
    from gui.panels.loss import LossPanel
    from gui.session.documents import Documents
    from gui.session.runs import Runs
    from gui.session.selection import Selection
    from gui.session.sheets import Sheets

KERNELS = {"numpy": "NumPy", "numba": mark("compiled (Numba)")}
NO_RUN = mark("There is no run to be reported yet.")
NO_SHEET = mark("There is no graph to be reported yet: the text is empty, or it has a mistake.")
MOST_VALUES = 400  # rows of the table of a sheet's values
WIDE = 700.0  # pixels: a wider graph takes the whole width of the page


class NetworkCards(Protocol):
    """The cards of the network lab that a report shows."""

    graph: GraphPanel
    loss: LossPanel
    boundary: BoundaryPanel


class ExpressionCards(Protocol):
    """Those of the expression lab."""

    graph: SheetGraphPanel


class Lab(Protocol):
    """What a report is made of: the window, or what stands for it without one."""

    documents: Documents
    runs: Runs
    sheets: Sheets
    selection: Selection
    theme: Theme

    @property
    def network(self) -> NetworkCards: ...

    @property
    def expression(self) -> ExpressionCards: ...


@dataclass(frozen=True)
class Looks:
    """The two themes that pictures are drawn in."""

    light: Theme
    dark: Theme


@dataclass(frozen=True, eq=False)
class Report:
    """All but the graph, which takes time to be drawn and may be drawn in a thread."""

    title: str
    subtitle: str
    figures: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    graph: tuple[Drawing, Drawing] | None  # light, dark; its place is the first picture of the sections

    def html(self, cancelled: Callable[[], bool] = bool) -> bytes | None:
        """The page; None if it was cancelled. In any thread."""
        sections = list(self.sections)
        if self.graph is not None:
            texts: list[str] = []
            for drawing in self.graph:
                if cancelled():
                    return None
                texts.append(svg_bytes(drawing).decode())
            wide = self.graph[0].size.width() > WIDE
            for place, section in enumerate(sections):
                if isinstance(section, Picture) and not section.light:
                    sections[place] = replace(section, light=texts[0], dark=texts[1], wide=wide)
        return report_html(self.title, self.subtitle, self.figures, sections).encode()


def lab_report(lab: Lab, title: str, looks: Looks) -> Report:
    """The report of the lab that is open. In the window's thread. Raises DrawingError if there is nothing to report."""
    if lab.documents.mode is Mode.NETWORK:
        return _run_report(lab, title, looks)
    return _sheet_report(lab, title, looks)


# -- the network lab ----------------------------------------------------------------------------------------------


def _run_report(lab: Lab, title: str, looks: Looks) -> Report:
    frame, started = lab.runs.frame, lab.runs.started
    if frame is None or started is None:
        raise DrawingError(tr(NO_RUN))
    desk, experiment = lab.network, lab.documents.experiment
    graph = _graph(lab, desk.graph, looks)
    loss = _plot(desk.loss.plot, tr("Loss"), _loss_words(lab), looks, wide=True)
    boundary = _plot(desk.boundary.plot, tr(desk.boundary.title), "", looks)
    drawn = None if graph is None else Picture(tr("Graph"), "", "", _graph_words(lab))
    sections: list[Section] = [picture for picture in (loss, boundary, drawn) if picture is not None]
    samples, parameters = len(started.points.targets), len(started.parameter_names)
    sections += settings(experiment, samples, parameters)
    sections.append(_run_facts(frame))
    sections += _confusions(started.points, frame)
    changes = [(format_count(round(mark.step)), mark.text) for mark in desk.loss.marks]
    if changes:
        sections.append(Listing(tr("Changes during the run"), (tr("step"), tr("change")), changes))
    subtitle = tr(
        "{data}, {network}, after {steps} steps of training",
        data=tr(DATASET_TITLES[experiment.data.kind]),
        network=_shape(started),
        steps=format_count(frame.step),
    )
    return Report(title, subtitle, _figures(frame), sections, graph)


def _figures(frame: Frame) -> list[tuple[str, str]]:
    found = [(tr("step"), format_count(frame.step)), (tr("loss"), format_number(frame.loss))]
    found += [] if frame.accuracy is None else [(tr("accuracy"), format_percent(frame.accuracy))]
    found += [] if frame.test_loss is None else [(tr("test loss"), format_number(frame.test_loss))]
    found += [] if frame.test_accuracy is None else [(tr("test accuracy"), format_percent(frame.test_accuracy))]
    return [*found, (tr("learning rate"), format_number(frame.learning_rate))]


def _run_facts(frame: Frame) -> Facts:
    rows = [
        (tr("step"), format_count(frame.step)),
        (tr("loss of all samples"), repr(frame.loss)),
        *([] if frame.accuracy is None else [(tr("accuracy"), format_percent(frame.accuracy))]),
        *([] if frame.test_loss is None else [(tr("loss of the test rows"), repr(frame.test_loss))]),
        *(
            []
            if frame.test_accuracy is None
            else [(tr("accuracy of the test rows"), format_percent(frame.test_accuracy))]
        ),
        (tr("learning rate of the next step"), f"{frame.learning_rate:.10g}"),
        (tr("kernels"), tr("{kernels}, double precision", kernels=tr(KERNELS.get(frame.kernel, frame.kernel)))),
        ("Chainrule", VERSION),
    ]
    if frame.divergence is not None:
        rows.insert(
            1,
            (
                tr("diverged"),
                tr(
                    "at step {step}, in {address}",
                    step=format_count(frame.divergence.step),
                    address=frame.divergence.address,
                ),
            ),
        )
    return Facts(tr("Run"), rows)


def _shape(started: RunStarted) -> str:
    first = len(started.features) or len(started.points.names)
    sizes = " – ".join(str(size) for size in (first, *started.hidden, started.outputs))
    return tr("a network of {sizes} neurons", sizes=sizes)


def _confusions(points: Points, frame: Frame) -> list[Section]:
    """How often each class is taken for which; nothing for a regression."""
    found = confusion(points, frame.predictions, frame.test_predictions)  # points have what a DataSet has of this
    if found is None:
        return []
    tables = [(tr("Confusion"), found.train)]
    if found.test.any():
        tables = [(tr("Confusion of the training rows"), found.train), (tr("Confusion of the test rows"), found.test)]
    header = (tr("class"), *(tr("taken for {label}", label=label) for label in found.labels))
    return [Listing(title, header, _counts(found.labels, table)) for title, table in tables]


def _counts(labels: Sequence[str], table: Array) -> list[list[str]]:
    rows = zip(labels, table.tolist(), strict=True)
    return [[label, *(format_count(round(count)) for count in counts)] for label, counts in rows]


def _loss_words(lab: Lab) -> str:
    logarithmic = lab.network.loss.log_scale
    return tr("The loss by step, on a logarithmic axis.") if logarithmic else tr("The loss by step, on a linear axis.")


def _graph_words(lab: Lab) -> str:
    level = lab.selection.level
    return {
        Level.NETWORK: tr(
            "Neurons with what they answer over the inputs; edges blue for positive weights, "
            "orange for negative ones, as wide as the weight is large."
        ),
        Level.NEURON: tr("The operations of one neuron for the selected sample, each with its data and gradient."),
        Level.SAMPLE: tr("Every operation for the selected sample, each with its data and gradient."),
    }.get(level, tr("Every operation of the whole loss, each with its data and gradient."))


# -- the expression lab -------------------------------------------------------------------------------------------


def _sheet_report(lab: Lab, title: str, looks: Looks) -> Report:
    frame = lab.sheets.frame
    if frame is None or not frame.sheet.graph.nodes:
        raise DrawingError(tr(NO_SHEET))
    graph = _graph(lab, lab.expression.graph, looks)
    sections: list[Section] = [Code(tr("Code"), frame.sheet.text.rstrip("\n"))]
    if graph is not None:
        sections.append(Picture(tr("Graph"), "", "", _step_words(frame)))
    if frame.sheet.output:
        sections.append(Code(tr("Output"), "\n".join(printed.text for printed in frame.sheet.output)))
    if not lab.sheets.withheld:
        sections.append(_values(frame))
    count = len(frame.sheet.graph.nodes)
    subtitle = tr(
        "{count} values, after {done} of {all} operations",
        count=format_count(count),
        done=format_count(frame.position),
        all=format_count(len(frame.sheet.steps)),
    )
    return Report(title, subtitle, (), sections, graph)


def _step_words(frame: SheetFrame) -> str:
    return (
        tr("All operations are done.")
        if frame.at_end
        else tr("After {done} operations.", done=format_count(frame.position))
    )


def _values(frame: SheetFrame) -> Listing:
    nodes = frame.sheet.graph.nodes
    numbers = zip(nodes, frame.state.data.tolist(), frame.state.grad.tolist(), strict=True)
    rows = [(node.address, node.op, _told(data), _told(grad)) for node, data, grad in numbers]
    some = tr("Values (the first {most} of {all})", most=format_count(MOST_VALUES), all=format_count(len(rows)))
    title = tr("Values") if len(rows) <= MOST_VALUES else some
    return Listing(title, (tr("value"), tr("operation"), "data", tr("gradient")), rows[:MOST_VALUES])


def _told(number: float) -> str:
    return "" if number != number else repr(number)


# -- pictures -----------------------------------------------------------------------------------------------------


def _graph(lab: Lab, card: GraphCard, looks: Looks) -> tuple[Drawing, Drawing] | None:
    """None where a notice stands in the graph's place."""
    scale = lab.theme.scale
    try:
        return graph_drawing(card, looks.light, tr("Graph"), scale), graph_drawing(card, looks.dark, tr("Graph"), scale)
    except DrawingError:
        return None


def _plot(widget: QWidget, title: str, caption: str, looks: Looks, *, wide: bool = False) -> Picture | None:
    """None for an empty plot."""
    texts = []
    try:
        for look in (looks.light, looks.dark):
            drawing = plot_drawing(widget, look)
            texts.append(svg_bytes(drawing.bare()).decode())
            drawing.discard()
    except DrawingError:
        return None
    return Picture(title, texts[0], texts[1], caption, wide)
