"""The files that belong to a lesson: those of its own folder, and no others. Names are checked, sizes limited."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from core.errors import ChainruleError
from core.files import FileError, read_bytes, shown
from core.words import tr

MOST_PICTURE = 4 * 2**20  # bytes
MOST_PIXELS = 4_096  # to a side
PICTURES = (".png", ".jpg", ".jpeg")
LONGEST_NAME = 200
DEEPEST = 4  # folders in each other
_PART = re.compile(r"[^\W_][\w .()+-]{0,99}")  # of a name: begins with a letter or a digit
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # devices of Windows


class FolderError(ChainruleError):
    """A file that a lesson names and that is not there, or cannot be used."""


class Folder(Protocol):
    """Where a lesson's files are."""

    def read(self, name: str, most: int) -> bytes:
        """All of a file of at most `most` bytes, by its name as the lesson writes it. Raises FolderError."""


class DiskFolder:
    """The folder that a lesson's file is in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str, most: int) -> bytes:
        """Symbolic links that lead out of the folder are refused."""
        check_name(name)
        try:
            root = Path(os.path.realpath(self.path))
            file = Path(os.path.realpath(root / name))
        except (OSError, ValueError):
            raise FolderError(tr("{name} cannot be read.", name=shown(name))) from None
        if not file.is_relative_to(root):
            raise FolderError(tr("{name} leads out of the lesson's folder.", name=shown(name)))
        try:
            return read_bytes(file, most)
        except FileError as error:
            if file.is_file() and file.stat().st_size > most:
                raise FolderError(
                    tr("{name} is larger than {most} MB.", name=shown(name), most=most // 2**20)
                ) from None
            said = (
                tr("There is no file {name} beside the lesson.", name=shown(name)) if not file.exists() else str(error)
            )
            raise FolderError(said) from None


class PackedFolder:
    """Files that are in memory: those of a lesson that came as one file."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)

    def read(self, name: str, most: int) -> bytes:
        check_name(name)
        if name not in self.files:
            raise FolderError(tr("There is no file {name} in the lesson.", name=shown(name)))
        if len(self.files[name]) > most:
            raise FolderError(tr("{name} is larger than {most} MB.", name=shown(name), most=most // 2**20))
        return self.files[name]


NO_FILES = PackedFolder({})


def check_name(name: str) -> None:
    """Raise FolderError unless it names a file inside of a folder: `map.png`, `pictures/map.png`."""
    parts = name.split("/")
    fits = len(name) <= LONGEST_NAME and len(parts) <= DEEPEST + 1
    if not fits or not all(_PART.fullmatch(part) and part[-1] not in " ." for part in parts):
        raise FolderError(
            tr(
                "{name} is no name of a file of the lesson's own folder: no '..', no drive, no '/' in front.",
                name=shown(name[:60]),
            )
        )
    if any(_RESERVED.fullmatch(part) for part in parts):
        raise FolderError(tr("{name} is a name that some systems keep for themselves.", name=shown(name[:60])))


def read_picture(name: str, folder: Folder) -> bytes:
    """A PNG or JPEG picture of a lesson, small enough to be drawn. Raises FolderError."""
    if not name.lower().endswith(PICTURES):
        raise FolderError(tr("{name} is no picture: PNG and JPEG can be shown.", name=shown(name[:60])))
    data = folder.read(name, MOST_PICTURE)
    size = _png_size(data) or _jpeg_size(data)
    if size is None:
        raise FolderError(tr("{name} is not a picture, whatever its name says.", name=shown(name)))
    if not (1 <= size[0] <= MOST_PIXELS and 1 <= size[1] <= MOST_PIXELS):
        raise FolderError(
            tr(
                "{name} has {width}×{height} pixels; up to {most} to a side can be shown.",
                name=shown(name),
                width=size[0],
                height=size[1],
                most=MOST_PIXELS,
            )
        )
    return data


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the frame header, which stands behind other segments."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        if length < 2:
            return None
        place += 2 + length
    return None
