"""Lessons on the disk: a Markdown file in its folder, or everything as one file to hand on.

`.chainlesson` is a ZIP archive of `lesson.md` and the files that the lesson names, under their names; nothing else may
be in it. It is read into memory and never unpacked to the disk.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from core.errors import ChainruleError
from core.files import read_bytes, shown, write_bytes
from core.lessons.folders import DiskFolder, Folder, FolderError, PackedFolder, check_name
from core.lessons.mistakes import LessonError, mistake
from core.lessons.parts import Lesson
from core.lessons.preparing import MOST_DOCUMENT
from core.lessons.prose import Picture
from core.lessons.reading import MOST_BYTES, read_lesson
from core.words import tr

PACKED = ".chainlesson"
SUFFIXES = (".md", PACKED)
INSIDE = "lesson.md"
MOST_FILES = 64
MOST_PACKED = 16 * 2**20  # bytes of the archive
MOST_UNPACKED = 32 * 2**20  # of all that is in it
_STAMP = (1980, 1, 1, 0, 0, 0)  # of every file inside: the same lesson always gives the same bytes
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, eq=False)
class OpenLesson:
    """A lesson, its files, and where it came from."""

    lesson: Lesson
    folder: Folder
    path: Path
    text: bytes  # the Markdown


def open_lesson(path: Path) -> OpenLesson:
    """The lesson in a file, of either kind. Raises LessonError, or FileError if the file cannot be read."""
    if path.suffix.lower() == PACKED:
        files = unpacked(read_bytes(path, MOST_PACKED))
        text = files.pop(INSIDE)
        return OpenLesson(read_lesson(text), PackedFolder(files), path, text)
    text = read_bytes(path, MOST_BYTES + 1)
    return OpenLesson(read_lesson(text), DiskFolder(path.parent), path, text)


def named_files(lesson: Lesson) -> tuple[str, ...]:
    """The files that a lesson names: pictures, data, documents; each once, in alphabetical order."""
    names = set()
    for blocks in (lesson.introduction, *(step.blocks for step in lesson.steps)):
        names |= {block.name for block in blocks if isinstance(block, Picture)}
    for step in lesson.steps:
        if step.prepare is not None:
            names |= {name for name in (step.prepare.document, step.prepare.csv) if name}
    return tuple(sorted(names))


def packed(text: bytes, lesson: Lesson, folder: Folder) -> bytes:
    """A lesson and its files as one; `text` is its Markdown. Raises FolderError for a file that is missing."""
    files = {INSIDE: text} | {name: folder.read(name, MOST_DOCUMENT) for name in named_files(lesson)}
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_UNPACKED:
        raise FolderError(
            tr(
                "A lesson has at most {most_files} files of {most_unpacked} MB in all.",
                most_files=MOST_FILES,
                most_unpacked=MOST_UNPACKED // 2**20,
            )
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    if buffer.tell() > MOST_PACKED:
        raise FolderError(tr("As one file a lesson has at most {most} MB.", most=MOST_PACKED // 2**20))
    return buffer.getvalue()


def pack(found: OpenLesson, target: Path) -> None:
    """Write a lesson with its files as one file. Raises FolderError or FileError."""
    write_bytes(target, packed(found.text, found.lesson, found.folder))


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files in an archive, by name, `lesson.md` among them. Raises LessonError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except LessonError:
        raise
    except FolderError as error:
        raise _refused(str(error)) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        said = " ".join(str(error).split())[:100]
        if not said:
            raise _refused(tr("it is damaged, or no archive.")) from None
        raise _refused(tr("it is damaged, or no archive ({said}).", said=said)) from None


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _refused(tr("it has more than {most} files.", most=MOST_FILES))
    files: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for entry in entries:
        check_name(entry.filename)
        if entry.filename.lower() in {name.lower() for name in files}:
            raise _refused(tr("{filename} is in it twice.", filename=shown(entry.filename)))
        if entry.flag_bits & 1:
            raise _refused(tr("it is encrypted."))
        if entry.compress_type not in _METHODS or (entry.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            raise _refused(tr("{filename} is no ordinary file.", filename=shown(entry.filename)))
        with archive.open(entry) as file:  # what the archive says about sizes is not believed
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _refused(tr("unpacked it is larger than {most} MB.", most=MOST_UNPACKED // 2**20))
        files[entry.filename] = content
    if INSIDE not in files:
        raise _refused(tr("there is no {name} in it.", name=INSIDE))
    _check_others(files)
    return files


def _check_others(files: dict[str, bytes]) -> None:
    try:
        named = named_files(read_lesson(files[INSIDE]))
    except ChainruleError:
        return  # told when it is read
    for name in files:
        if name != INSIDE and name not in named:
            raise _refused(tr("{name} is in it, and the lesson does not name it.", name=shown(name)))


def _refused(why: str) -> LessonError:
    return mistake(1, 1, tr("This is no lesson as one file: {why}", why=why))
