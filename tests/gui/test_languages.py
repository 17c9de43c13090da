"""The language of the window: found, chosen, installed and taken back; with a file made by Qt's own tool."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication, QLabel

from core.words import tr, trn
from gui import languages
from gui.main_window import MainWindow
from gui.translation_texts import collect, write

GERMAN = {"Data": ["Daten"], "{n} samples": ["{n} Beispiel", "{n} Beispiele"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Has a German file, in which a few texts are translated."""
    folder = tmp_path_factory.mktemp("translations")
    path = folder / "chainrule_de.ts"
    write(collect(), path)
    tree = ET.parse(path)
    for message in tree.getroot().iter("message"):
        found, translation = GERMAN.get(message.findtext("source", "")), message.find("translation")
        if found and translation is not None:
            _translate(translation, found)
    tree.write(path, encoding="utf-8")
    tool = Path(sys.executable).parent / "pyside6-lrelease"
    subprocess.run([str(tool), str(path)], check=True, capture_output=True)
    return folder


def _translate(translation: ET.Element, forms: list[str]) -> None:
    translation.clear()
    if len(forms) == 1:
        translation.text = forms[0]
    for form in forms if len(forms) > 1 else ():
        ET.SubElement(translation, "numerusform").text = form


@pytest.fixture
def german(folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(languages, "translations_path", lambda: folder)
    yield
    languages.install(qapp, "en")


def settings_in(folder: Path, chosen: str) -> QSettings:
    settings = QSettings(str(folder / f"{chosen}.ini"), QSettings.Format.IniFormat)
    settings.setValue("language", chosen)
    return settings


@pytest.mark.usefixtures("german")
def test_a_language_is_there_with_its_file_and_english_always(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert languages.languages() == ("en", "de")
    assert languages.language(settings_in(tmp_path, "de")) == "de"
    monkeypatch.setattr(languages, "translations_path", lambda: tmp_path / "nothing")
    assert languages.languages() == ("en",)
    assert languages.language(settings_in(tmp_path, "de")) == "en"


@pytest.mark.usefixtures("german")
def test_texts_and_those_of_qt_are_in_the_language_until_it_is_taken_back(qapp: QApplication) -> None:
    languages.install(qapp, "de")
    assert tr("Data") == "Daten"
    assert [trn("{n} sample", "{n} samples", n) for n in (1, 4)] == ["1 Beispiel", "4 Beispiele"]
    assert [trn("{n} neuron", "{n} neurons", n) for n in (1, 4)] == ["1 neuron", "4 neurons"]
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    languages.install(qapp, "en")
    assert tr("Data") == "Data"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


@pytest.mark.usefixtures("german")
def test_a_language_without_a_file_is_english(qapp: QApplication) -> None:
    languages.install(qapp, "fr")
    assert tr("Data") == "Data"


@pytest.mark.usefixtures("german")
def test_the_window_is_in_the_language(qapp: QApplication, open_window: Callable[[str], MainWindow]) -> None:
    languages.install(qapp, "de")
    window = open_window("lecture")
    assert window.desk.docks["data"].windowTitle() == "Daten"
    assert "Daten" in [label.text() for label in window.findChildren(QLabel)]
