"""The panel "Code": the program of what the window does, in PyTorch or micrograd, following every change."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.errors import ChainruleError
from core.exporters.code_text_targets import CODE_TARGETS, sheet_code, training_code
from core.expression.sheet import Sheet
from core.words import mark, tr
from gui.panels.code_mirror_text import MirrorText, shortened
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.fields import ChoiceBox

log = logging.getLogger("chainrule")

Make = Callable[[str], str]  # the code of a target; raises ChainruleError

CHOICES = (("pytorch", "PyTorch"), ("micrograd", "micrograd"))
PAUSE_MS = 120  # between two texts, however quickly a slider is dragged
TOLD_MS = 1500  # that something was copied
NOTHING_YET = mark("The text makes no graph yet.")


class CodeMirrorPanel(QWidget):
    """Read only; `copy` takes the whole program. Nothing is written while the panel is hidden."""

    title = mark("Code")
    code_changed = Signal(str)

    def __init__(self, documents: Documents, lab: Runs | Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        """`lab`: the session of the lab whose program is shown."""
        super().__init__(parent)
        self.setObjectName("codeMirrorPanel")
        self._theme = theme
        self._source = _sheet_source(lab) if isinstance(lab, Sheets) else _training_source(documents)
        self._code, self._stale, self._copy_wanted = "", True, False
        self._writer = _Writer(self)
        self._writer.written.connect(self._on_written)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._told = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._told.timeout.connect(self._on_told)
        self._text = MirrorText(theme)
        self.header = self._make_header()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._text)
        self.setFocusProxy(self._text)
        if isinstance(lab, Sheets):
            lab.sheet_changed.connect(self._on_changed)
        else:
            documents.experiment_changed.connect(self._on_changed)
            documents.opened.connect(self._on_changed)

    @property
    def code(self) -> str:
        """The whole program as it was written last; empty where there is none."""
        return self._code

    @property
    def target(self) -> str:
        """`pytorch` or `micrograd`."""
        return self._choice.value()

    @property
    def busy(self) -> bool:
        """Whether a newer text is to come; a hidden panel waits until it is shown."""
        return self._stale or self._writer.busy

    def show_target(self, target: str) -> None:
        """Write in another language. Raises KeyError for one that is not offered."""
        if target != self.target:
            self._choice.set_value(target)
            self._on_choice_changed(target)

    def copy(self) -> None:
        """Put the whole program on the clipboard: the one of the present set-up, even if that takes a moment."""
        self._copy_wanted = True
        if self.busy:
            self._ask()
        else:
            self._copy_now()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._ask()

    def _make_header(self) -> QWidget:
        self._choice = ChoiceBox(self._theme, CHOICES)
        self._choice.setObjectName("codeMirrorTarget")
        self._choice.setAccessibleName(tr("Language of the code"))
        self._choice.setToolTip(tr("Write it for PyTorch or for micrograd"))
        self._choice.choice_changed.connect(self._on_choice_changed)
        self._button = LinkButton(tr("copy"), self._theme, tr("Copy the whole program"))
        self._button.setObjectName("codeMirrorCopy")
        self._button.setAccessibleName(tr("Copy code"))
        self._button.clicked.connect(self._on_copy_clicked)
        header = QWidget()
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(6))
        row.addWidget(self._choice)
        row.addWidget(self._button)
        return header

    def _copy_now(self) -> None:
        self._copy_wanted = False
        if self._code:
            QGuiApplication.clipboard().setText(self._code)
            self._button.setText(tr("copied"))
            self._told.start()

    @Slot()
    def _ask(self) -> None:
        self._pause.stop()
        self._stale = False
        self._writer.ask(partial(self._source(), self.target))

    @Slot()
    def _on_changed(self) -> None:
        self._stale = True
        if self.isVisible() and not self._pause.isActive():
            self._pause.start()

    @Slot(str)
    def _on_choice_changed(self, target: str) -> None:
        self._choice.setAccessibleDescription(tr(CODE_TARGETS[target].title))
        self._stale = True
        if self.isVisible():
            self._ask()

    @Slot(str, str)
    def _on_written(self, code: str, problem: str) -> None:
        self._code = code
        self._text.show_code(shortened(code), problem)
        self.code_changed.emit(code)
        if self._copy_wanted and not self.busy:
            self._copy_now()

    @Slot()
    def _on_copy_clicked(self) -> None:
        self.copy()

    @Slot()
    def _on_told(self) -> None:
        self._button.setText(tr("copy"))


# -- where the code comes from ------------------------------------------------------------------------------------


def _training_source(documents: Documents) -> Callable[[], Make]:
    """A training of the present set-up, from its beginning."""
    return lambda: partial(training_code, documents.experiment)


def _sheet_source(sheets: Sheets) -> Callable[[], Make]:
    """The graph of the present text."""

    return lambda: partial(_of_sheet, sheets.sheet)


def _of_sheet(sheet: Sheet | None, target: str) -> str:
    if sheet is None or not sheet.graph.nodes:
        raise ChainruleError(tr(NOTHING_YET))
    return sheet_code(sheet, target)


class _Writer(QObject):
    """Makes texts off the window's thread, one at a time; of those wanted meanwhile only the last is made."""

    written = Signal(str, str)  # the code, or why there is none

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._post = _Post()
        self._post.arrived.connect(self._on_arrived)
        self._job = _Job(self._post)
        self._waiting: Callable[[], str] | None = None
        self._running = False

    @property
    def busy(self) -> bool:
        return self._running

    def ask(self, make: Callable[[], str]) -> None:
        """`written` follows, unless a newer question comes first."""
        if self._running:
            self._waiting = make
            return
        self._running = True
        self._job.make = make
        _RUNNING.add(self._job)
        QThreadPool.globalInstance().start(self._job)

    @Slot(str, str)
    def _on_arrived(self, code: str, problem: str) -> None:
        self._running = False
        _RUNNING.discard(self._job)
        if self._waiting is not None:
            make, self._waiting = self._waiting, None
            self.ask(make)
        else:
            self.written.emit(code, problem)


class _Post(QObject):
    """Carries answers between the threads. Jobs hold it too, so that it outlives a window that is closed."""

    arrived = Signal(str, str)


class _Job(QRunnable):
    """Used again for every question: the pool does not keep Python's half of a job alive."""

    def __init__(self, post: _Post) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._post = post
        self.make: Callable[[], str] = str

    def run(self) -> None:
        code = problem = ""
        try:
            code = self.make()
        except ChainruleError as error:
            problem = str(error)
        except Exception:
            log.exception("the code could not be written")
            problem = tr("Chainrule failed to write this; the log has the details.")
        self._post.arrived.emit(code, problem)


_RUNNING: set[_Job] = set()  # what is on its way outlives the window that asked
