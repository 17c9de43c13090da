"""What is looked at: node, sample and level of the graph, and whether test points are drawn."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, Signal

from gui.frames import Level

_SAMPLE_PREFIX = re.compile(r"^sample\d+/")
_NEURON = re.compile(r"L\d+\.N\d+")


class Selection(QObject):
    """Holds the selected address, sample and level; every view shows and changes them here."""

    address_changed = Signal(str)  # empty when nothing is selected
    sample_changed = Signal(int)  # counted from 0
    level_changed = Signal(Level)  # also when only the neuron changed
    show_test_changed = Signal(bool)  # whether the rows kept back for testing are drawn

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = ""
        self._sample = 0
        self._level = Level.NETWORK
        self._neuron = ""
        self._last_neuron = "L1.N1"
        self._show_test = True

    @property
    def address(self) -> str:
        return self._address

    @property
    def sample(self) -> int:
        return self._sample

    @property
    def level(self) -> Level:
        return self._level

    @property
    def neuron(self) -> str:
        """The neuron shown at level NEURON, as `L1.N3`; empty at other levels."""
        return self._neuron

    @property
    def show_test(self) -> bool:
        """Whether the rows kept back for testing are drawn."""
        return self._show_test

    def set_show_test(self, shown: bool) -> None:
        if shown != self._show_test:
            self._show_test = shown
            self.show_test_changed.emit(shown)

    def select(self, address: str) -> None:
        """Select a node; an address of another sample takes that sample along."""
        found = _SAMPLE_PREFIX.match(address)
        if found:
            self._set_sample(int(found.group()[len("sample") : -1]) - 1)
        if address != self._address:
            self._address = address
            self.address_changed.emit(address)

    def clear(self) -> None:
        self.select("")

    def select_sample(self, sample: int) -> None:
        """Look at another sample; a selected node moves to its twin in that sample."""
        self._set_sample(sample)
        twin = _SAMPLE_PREFIX.sub(f"sample{sample + 1}/", self._address)
        if twin != self._address:
            self._address = twin
            self.address_changed.emit(twin)

    def show_level(self, level: Level, neuron: str = "") -> None:
        if (level, neuron) != (self._level, self._neuron):
            self._level, self._neuron = level, neuron
            self._last_neuron = neuron or self._last_neuron
            self.level_changed.emit(level)

    def open_level(self, level: Level) -> None:
        """Show a level; for the neuron level the selected neuron, or the one shown last, or the first."""
        if level is Level.NEURON:
            found = _NEURON.search(self._address)
            self.show_level(level, found.group() if found else self._last_neuron)
        else:
            self.show_level(level)

    def level_up(self) -> None:
        """One level out: whole loss and neuron → sample → network."""
        if self._level is Level.NEURON or self._level is Level.SAMPLE:
            self.show_level(Level.NETWORK)
        elif self._level is Level.WHOLE:
            self.show_level(Level.SAMPLE)

    def in_sample(self, local_address: str) -> str:
        """The address of a per-sample scalar (`L1.N3.out`) in the selected sample."""
        return f"sample{self._sample + 1}/{local_address}"

    def _set_sample(self, sample: int) -> None:
        if sample != self._sample:
            self._sample = sample
            self.sample_changed.emit(sample)
