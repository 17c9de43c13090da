"""The document: what the user has set up. Every change goes through here, as a new immutable Experiment."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.document import open_document
from core.document_parts import Document, KeptRecord, View
from core.experiment import DataSpec, Experiment, NetworkSpec, TrainingSpec
from core.experiment_rules import check_experiment
from core.words import mark
from gui.sheet_frames import Mode

UNTITLED = mark("untitled")  # an example on other data is no longer that example
MERGE_SECONDS = 0.8  # between two changes of a slider's drag


class Gesture(str):
    """The name of changes that belong together, in the language of the window: one drag, one click.

    Changes that carry the same Gesture are one step of undo, however long the pauses; another of the same words is
    another step.
    """

    __slots__ = ()


class Documents(QObject):
    """Holds the Experiment and its undo history; panels call the verbs and redraw on `experiment_changed`."""

    experiment_changed = Signal(Experiment, Experiment)  # the old one, the new one
    text_changed = Signal(str)  # of the expression lab
    mode_changed = Signal(object)  # Mode
    kept_changed = Signal()  # the runs that are kept to be compared
    opened = Signal(Experiment)  # another document: nothing of the run before goes on

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._experiment = document.experiment
        self._text, self._mode = document.text, Mode(document.mode)
        self._kept = document.kept
        self.undo_stack = QUndoStack(self)
        self.travels = False  # while undo or redo brings back what was there before

    @property
    def experiment(self) -> Experiment:
        return self._experiment

    @property
    def text(self) -> str:
        """The expression lab's text: the truth of that mode."""
        return self._text

    @property
    def mode(self) -> Mode:
        """Which of the two labs is open."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Open the other lab. What is looked at is no change of the document, so there is nothing to undo."""
        if mode is not self._mode:
            self._mode = mode
            self.mode_changed.emit(mode)

    def set_text(self, text: str, name: str) -> None:
        """Another text for the expression lab; quick changes of one name, or those of one Gesture, are one undo."""
        if text != self._text:
            self.undo_stack.push(_TextChange(self, name, self._text, text))

    @property
    def document(self) -> Document:
        """As it was opened: with its view and its runs."""
        return self._document

    def present(self, view: View) -> Document:
        """The document as it stands now, without runs; `view` is what is looked at."""
        return Document(mode=self._mode.value, text=self._text, experiment=self._experiment, view=view, kept=self._kept)

    def open_example(self, name: str) -> None:
        """Show a built-in example; the expression lab keeps its text. Raises UnknownNameError."""
        self.open_document(msgspec.structs.replace(open_document(name), text=self._text))

    def open_document(self, document: Document) -> None:
        """Show a document, from its beginning of undo."""
        self.undo_stack.clear()
        self._document, self._experiment = document, document.experiment
        self._text, self._kept = document.text, document.kept
        self.opened.emit(document.experiment)
        self.text_changed.emit(self._text)
        self.set_mode(Mode(document.mode))

    @property
    def kept(self) -> tuple[KeptRecord, ...]:
        """Runs that are kept to be compared; they are saved, and are no part of undo."""
        return self._kept

    def set_kept(self, kept: tuple[KeptRecord, ...]) -> None:
        if kept != self._kept:
            self._kept = kept
            self.kept_changed.emit()

    def latest(self, fits: Callable[[Experiment], bool]) -> Experiment | None:
        """The newest set-up of this document's history, the present one first, of which this holds."""
        if fits(self._experiment):
            return self._experiment
        for place in range(self.undo_stack.index() - 1, -1, -1):
            command = self.undo_stack.command(place)
            if isinstance(command, _ExperimentChange) and fits(command.before):
                return command.before
        return None

    def follow(self, experiment: Experiment) -> None:
        """Another experiment, on behalf of a command that is on the undo stack itself."""
        self._apply(experiment)

    def replace(self, text: str, experiment: Experiment) -> None:
        """Another set-up in this document, as one step of undo. Raises ExperimentError."""
        self._push(text, experiment)

    def set_data(self, text: str, **changes: object) -> None:
        """Change fields of the DataSpec; `text` names the change in the undo menu (`noise`)."""
        self._change(text, data=msgspec.structs.replace(self._experiment.data, **changes))

    def set_network(self, text: str, **changes: object) -> None:
        """Change fields of the NetworkSpec."""
        self._change(text, network=msgspec.structs.replace(self._experiment.network, **changes))

    def set_training(self, text: str, **changes: object) -> None:
        """Change fields of the TrainingSpec (`set_training("learning rate", learning_rate=0.1)`)."""
        self._change(text, training=msgspec.structs.replace(self._experiment.training, **changes))

    def _change(self, text: str, **parts: DataSpec | NetworkSpec | TrainingSpec) -> None:
        """Raises ExperimentError (nothing changes then) if the new experiment is not a sound one."""
        self._push(text, msgspec.structs.replace(self._experiment, **parts))

    def _push(self, text: str, after: Experiment) -> None:
        if after.data.kind != self._experiment.data.kind and after.name == self._experiment.name:
            after = msgspec.structs.replace(after, name=UNTITLED)
        check_experiment(after)
        if after != self._experiment:
            self.undo_stack.push(_ExperimentChange(self, text, self._experiment, after))

    def _apply(self, experiment: Experiment) -> None:
        before, self._experiment = self._experiment, experiment
        self.experiment_changed.emit(before, experiment)

    def _apply_text(self, text: str) -> None:
        self._text = text
        self.text_changed.emit(text)


class _Change[State](QUndoCommand):
    """From one state to the next; quick changes of the same name merge (a slider's drag is one step)."""

    def __init__(self, documents: Documents, text: str, before: State, after: State) -> None:
        super().__init__(text)
        self._documents, self._before, self._after = documents, before, after
        self._is_done = False  # a command is also "redone" when it is pushed
        self._name, self._at = text, monotonic()

    @property
    def before(self) -> State:
        """What the change was made to."""
        return self._before

    def redo(self) -> None:
        if self._is_done:
            self._travel_to(self._after)
        else:
            self._is_done = True
            self._apply(self._after)

    def undo(self) -> None:
        self._travel_to(self._before)

    def _travel_to(self, state: State) -> None:
        self._documents.travels = True
        try:
            self._apply(state)
        finally:
            self._documents.travels = False

    def id(self) -> int:
        return hash((type(self).__name__, self.text())) & 0x7FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        if type(other) is not type(self) or other.text() != self.text() or self._documents.undo_stack.isClean():
            return False
        if not self._belongs_to(other):
            return False
        self._after, self._at = other._after, other._at
        self.setObsolete(self._after == self._before)
        return True

    def _belongs_to(self, other: _Change[State]) -> bool:
        if isinstance(self._name, Gesture) or isinstance(other._name, Gesture):
            return self._name is other._name
        return other._at - self._at <= MERGE_SECONDS

    def _apply(self, state: State) -> None:
        raise NotImplementedError


class _ExperimentChange(_Change[Experiment]):
    """Of the network lab."""

    def _apply(self, state: Experiment) -> None:
        self._documents._apply(state)


class _TextChange(_Change[str]):
    """Of the expression lab."""

    def _apply(self, state: str) -> None:
        self._documents._apply_text(state)
