"""Writing leaves the old file or the new one, whatever happens on the way; reading has limits."""

from __future__ import annotations

import errno
import os
import random
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from core.files import FileError, read_bytes, write_bytes
from tests.benchmarks.stress_files import kill_while_saving

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.chainrule"
    path.write_bytes(b"old")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def as_nobody(file_mode: int = 0o644) -> Iterator[Path]:
    """A folder that may be read but not written to: by another's rights if we are root, who may do everything."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "saved.chainrule").write_bytes(b"old")
        (folder / "saved.chainrule").chmod(file_mode)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


# Writing


def test_a_new_file_and_another_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "ünï ´ cödé.chainrule"
    write_bytes(path, b"one")
    assert path.read_bytes() == b"one"
    write_bytes(path, b"")
    assert path.read_bytes() == b""
    assert names(tmp_path) == [path.name]


@POSIX
def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    path, usual = tmp_path / "new", tmp_path / "usual"
    usual.touch()
    write_bytes(path, b"one")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
    for mode in (0o600, 0o640, 0o666):
        path.chmod(mode)
        write_bytes(path, b"two")
        assert stat.S_IMODE(path.stat().st_mode) == mode


@POSIX
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path, there: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link, second = tmp_path / "elsewhere" / "target", tmp_path / "link", tmp_path / "second"
    if there:
        target.write_bytes(b"old")
    link.symlink_to("elsewhere/target")
    second.symlink_to(link)
    write_bytes(second, b"new")
    assert link.is_symlink() and second.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["elsewhere", "link", "second"]


@POSIX
def test_a_link_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    for use in (lambda: write_bytes(link, b"new"), lambda: read_bytes(link, 10)):
        with pytest.raises(FileError, match="symbolic links"):
            use()
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (".", "is a folder"),
        ("no/such/folder/x", "there is no folder '.*folder'"),
        ("saved.chainrule/x", "cannot be saved: "),
        ("x" * 300, "cannot be saved: "),
        ("a\0b", "cannot be saved: no file can have"),
        pytest.param("/dev/full", "is a device", marks=POSIX),
        pytest.param("pipe", "is a device or a pipe", marks=POSIX),
    ],
)
def test_where_no_file_can_be(saved: Path, place: str, says: str) -> None:
    if place == "pipe":
        os.mkfifo(saved.parent / place)
    before = names(saved.parent)
    with pytest.raises(FileError, match=says) as caught:
        write_bytes(saved.parent / place, b"new")
    assert "\n" not in str(caught.value)
    assert (names(saved.parent), saved.read_bytes()) == (before, b"old")


@POSIX
def test_a_folder_that_may_not_be_written_to() -> None:
    with as_nobody() as folder:
        for name in ("saved.chainrule", "new.chainrule"):
            with pytest.raises(FileError, match=r"write-protected|Permission denied.* another place"):
                write_bytes(folder / name, b"new")
        assert names(folder) == ["saved.chainrule"]
        assert (folder / "saved.chainrule").read_bytes() == b"old"


@POSIX
def test_a_write_protected_file_is_not_replaced(monkeypatch: pytest.MonkeyPatch, saved: Path) -> None:
    saved.chmod(0o444)
    if os.geteuid() == 0:  # who may write to everything
        monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK))
    with pytest.raises(FileError, match="write-protected"):
        write_bytes(saved, b"new")
    assert (saved.read_bytes(), names(saved.parent)) == (b"old", ["saved.chainrule"])


@pytest.mark.parametrize("call", ["open", "chmod", "fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_on_the_way_leaves_the_old_file_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, saved: Path, call: str, error: BaseException
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(FileError if isinstance(error, OSError) else KeyboardInterrupt, match=r"No space|^$"):
            write_bytes(saved, b"new")
    assert (saved.read_bytes(), names(saved.parent)) == (b"old", ["saved.chainrule"])


def test_a_system_without_folders_to_sync(monkeypatch: pytest.MonkeyPatch, saved: Path) -> None:
    """On Windows a folder cannot be opened, and some flags do not exist."""
    real = os.open

    def open_no_folder(path: str | Path, flags: int, *more: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", open_no_folder)
        patch.delattr(os, "O_NOFOLLOW", raising=False)
        write_bytes(saved, b"new")
    assert (saved.read_bytes(), names(saved.parent)) == (b"new", ["saved.chainrule"])


@POSIX
def test_a_full_disk(saved: Path) -> None:
    script = """
import resource, sys
from pathlib import Path
from core.files import FileError, write_bytes
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    write_bytes(Path(sys.argv[1]), bytes(100_000))
except FileError as error:
    print(error)
"""
    words = [sys.executable, "-W", "error", "-c", script, str(saved)]
    done = subprocess.run(
        words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"'{saved}' cannot be saved: File too large. Save to another place.\n"
    assert (saved.read_bytes(), names(saved.parent)) == (b"old", ["saved.chainrule"])


def test_two_who_save_at_once(saved: Path) -> None:
    contents = [bytes([number]) * 50_000 for number in range(4)]
    threads = [Thread(target=lambda data=data: [write_bytes(saved, data) for _ in range(10)]) for data in contents]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert saved.read_bytes() in (b"old", *contents)
    assert names(saved.parent) == ["saved.chainrule"]


@POSIX
def test_killed_while_saving(tmp_path: Path) -> None:
    kill_while_saving(tmp_path, 20, random.Random(3))


# Reading


def test_a_file_of_the_largest_size_and_one_byte_more(saved: Path) -> None:
    assert read_bytes(saved, 3) == b"old"
    with pytest.raises(FileError, match=r"'saved\.chainrule' is larger than 0 MB"):
        read_bytes(saved, 2)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("", "is a folder, not a file"),
        ("none", "There is no file '.*none'"),
        ("no/such", "There is no file"),
        ("saved.chainrule/x", "cannot be read: |There is no file"),
        ("a\0b", "cannot be read: no file can have"),
        ("x" * 300, "cannot be read: "),
        pytest.param("/dev/zero", "is a device or a pipe", marks=POSIX),
        pytest.param("pipe", "is a device or a pipe", marks=POSIX),
    ],
)
def test_what_cannot_be_read(saved: Path, place: str, says: str) -> None:
    if place == "pipe":
        os.mkfifo(saved.parent / place)
    with pytest.raises(FileError, match=says) as caught:
        read_bytes(saved.parent / place, 100)
    assert "\n" not in str(caught.value)


@POSIX
def test_a_file_that_may_not_be_read() -> None:
    with as_nobody(file_mode=0o000) as folder, pytest.raises(FileError, match="cannot be read: Permission denied"):
        read_bytes(folder / "saved.chainrule", 100)


def test_a_message_stays_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"There is no file '.*two\?lines\?'\."):
        read_bytes(tmp_path / "two\nlines\udcff", 10)
