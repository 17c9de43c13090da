"""The session: the models that the parts of the window talk to, made and ended together. It knows nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings

from gui.session.analysis import Analysis
from gui.session.documents import Documents
from gui.session.files import Files
from gui.session.own_data import OwnData
from gui.session.playhead import Playhead
from gui.session.recovery import Recovery
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode

if TYPE_CHECKING:
    from gui.session.comparison import Comparison
    from gui.session.lessons import Lessons


class Session(QObject):
    """Holds one of each."""

    def __init__(self, documents: Documents, settings: QSettings, recovery: Recovery, parent: QObject) -> None:
        super().__init__(parent)
        self.documents = documents
        self.selection = Selection(self)
        self.runs = Runs(documents, self.selection, self)
        self.playhead = Playhead(self.runs, documents, self.selection, self)
        self.sheets = Sheets(documents, self, asleep=documents.mode is not Mode.EXPRESSION)
        self.files = Files(documents, self.runs, settings, recovery, self)
        self.own_data = OwnData(documents)
        self.analysis = Analysis(self)
        self._comparison: Comparison | None = None
        self._settings = settings
        self._lessons: Lessons | None = None

    @property
    def comparison(self) -> Comparison:
        """Made when it is first asked for, by what is made after the first paint."""
        if self._comparison is None:
            from gui.session.comparison import Comparison

            self._comparison = Comparison(self.documents, self.runs, self.analysis, self)
        return self._comparison

    @property
    def lessons(self) -> Lessons:
        """Made when the first lesson is wanted: a launch does without."""
        if self._lessons is None:
            from gui.session.lessons import Lessons

            self._lessons = Lessons(
                self.documents,
                self.runs,
                self.playhead,
                self.sheets,
                self.selection,
                self.files,
                self.analysis,
                self._settings,
                self,
            )
        return self._lessons

    def close(self) -> None:
        """End the threads. An autosave under way does not outlive the session: the files close after the worker."""
        if self._lessons is not None:
            self._lessons.end()
        self.analysis.close()
        self.runs.close()
        self.sheets.close()
        self.files.close()
