"""Files on disk: reading with limits, and writing that leaves the old file or the new one, never half of one."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from core.errors import DocumentError
from core.words import tr


class FileError(DocumentError):
    """A file that the system does not let us read or write; what was on the disk is as it was."""


def read_bytes(path: Path, most: int) -> bytes:
    """All of a file of at most `most` bytes. Raises FileError, also for what is no ordinary file."""
    try:
        found = os.stat(path)
        _refuse_what_is_no_file(path, found)
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise FileError(tr("There is no file {path}.", path=shown(path))) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise FileError(tr("{path} cannot be read: {error}.", path=shown(path), error=_reason(error))) from None
    if len(data) > most:
        raise FileError(
            tr(
                "{name} is larger than {most} MB: this is no Chainrule document.",
                name=shown(path.name),
                most=most // 2**20,
            )
        )
    return data


def write_bytes(path: Path, data: bytes) -> None:
    """Put `data` in place of what the file holds, all at once: whoever looks, or cuts the power, sees old or new.

    A symbolic link stays and its target is replaced; the permissions of an existing file stay. Raises FileError.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode(target)
        _replace(target, data, mode)
    except FileNotFoundError:
        raise FileError(
            tr("{path} cannot be saved: there is no folder {parent}.", path=shown(path), parent=shown(target.parent))
        ) from None
    except (OSError, ValueError) as error:
        raise FileError(
            tr("{path} cannot be saved: {error}. Save to another place.", path=shown(path), error=_reason(error))
        ) from None


def shown(name: str | Path) -> str:
    """A file's name as it appears in a message: in quotes, on one line."""
    return "'" + "".join(letter if letter.isprintable() else "?" for letter in str(name)) + "'"


def _mode(target: Path) -> int | None:
    """The permissions of an existing file; None if there is none yet."""
    try:
        found = os.stat(target)
    except FileNotFoundError:
        return None
    _refuse_what_is_no_file(target, found)
    if not os.access(target, os.W_OK):
        raise FileError(tr("{target} is write-protected. Save to another place.", target=shown(target)))
    return stat.S_IMODE(found.st_mode)


def _refuse_what_is_no_file(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileError(tr("{path} is a folder, not a file.", path=shown(path)))
    if not stat.S_ISREG(found.st_mode):
        raise FileError(tr("{path} is a device or a pipe, not a file.", path=shown(path)))


def _replace(target: Path, data: bytes, mode: int | None) -> None:
    """Write a hidden neighbour, bring it to the disk, give it the target's name."""
    temporary = target.with_name(f".chainrule-{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temporary, flags, 0o666)
    try:
        with open(descriptor, "wb") as file:
            if mode is not None:
                os.chmod(temporary, mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    with suppress(OSError):  # not every system can bring a folder to the disk; the file is there either way
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return tr("no file can have such a name")
