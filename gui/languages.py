"""The language of the window: which there are, which is chosen, and how its texts come in.

English stands in the source and needs no file. Any other language is one file, `chainrule_<code>.qm` in
resources/translations (how it is made: `gui/translation_texts.py`); lessons are beside it, a folder a language.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QSettings, QTranslator

from core import words
from core.words import CONTEXT, ENGLISH

SETTING = "language"  # its name in the settings; empty or unknown: as the system
_PREFIX = "chainrule_"


def translations_path() -> Path:
    """Where the files of translations are."""
    return Path(str(files("resources").joinpath("translations")))


def languages() -> tuple[str, ...]:
    """The codes of all languages that the window can have, English first."""
    found = (path.stem.removeprefix(_PREFIX) for path in translations_path().glob(f"{_PREFIX}*.qm"))
    return (ENGLISH, *sorted(set(found) - {ENGLISH}))


def language(settings: QSettings | None = None) -> str:
    """The chosen language, else the first of the system's that there is, else English."""
    there = languages()
    chosen = (settings or QSettings()).value(SETTING)
    if chosen in there:
        return str(chosen)
    wanted = QLocale.system().uiLanguages()
    return next((found for each in wanted if (found := _nearest(each, there))), ENGLISH)


def install(app: QCoreApplication, code: str) -> None:
    """From now on texts are in this language, Qt's own too; those that were made before stay as they are."""
    for translator in app.findChildren(QTranslator, SETTING):
        app.removeTranslator(translator)
        translator.deleteLater()
    ours = code != ENGLISH and _load(app, f"{_PREFIX}{code}", translations_path())
    if ours:
        own = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        _load(app, f"qtbase_{code.replace('-', '_')}", Path(own))
    words.install(_translated if ours else None)


def _load(app: QCoreApplication, name: str, folder: Path) -> bool:
    translator = QTranslator(app)
    translator.setObjectName(SETTING)
    return translator.load(name, str(folder)) and app.installTranslator(translator)


def _translated(text: str, n: int) -> str:
    """What has no translation comes back as it is."""
    return QCoreApplication.translate(CONTEXT, text, None, n)  # type: ignore[arg-type]  # no comment


def _nearest(wanted: str, there: tuple[str, ...]) -> str:
    """`de` for `de-AT` where there is nothing nearer; empty if there is nothing."""
    parts = wanted.replace("_", "-").split("-")
    candidates = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((each for each in candidates if each in there), "")
