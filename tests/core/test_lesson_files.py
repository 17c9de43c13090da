"""Files of lessons: only those of their own folder; and lessons as one file, whatever is in it."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.files import FileError
from core.lessons.folders import DiskFolder, FolderError, PackedFolder, check_name, read_picture
from core.lessons.mistakes import LessonError
from core.lessons.sharing import named_files, open_lesson, pack, packed, unpacked
from core.lessons.verify import verify

ROOT = Path(__file__).parents[2]
LESSON = """+++
id = "x"
title = "X"
+++
![A map](maps/map.png)

## One
words

```step
[prepare]
example = "xor"
csv = "rows.csv"
```
"""
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 40, 30) + b"rest"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab" + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 30, 40) + b"\x01\x01\x11\x00"
CSV = b"u,v,c\n1,2,yes\n2,1,no\n1,2,yes\n3,1,no\n"
FILES = {"lesson.md": LESSON.encode(), "maps/map.png": PNG, "rows.csv": CSV}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the lesson, and a secret beside it."""
    home = tmp_path / "home"
    (home / "maps").mkdir(parents=True)
    for name, data in FILES.items():
        (home / name).write_bytes(data)
    (tmp_path / "secret.png").write_bytes(PNG)
    return home


def archive(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(LessonError) as caught:
        unpacked(data)
    return str(caught.value)


@pytest.mark.parametrize("name", ["map.png", "maps/map.png", "a b (1).png", "Bild_ä.png", "1/2/3/4/x.csv"])
def test_names_inside(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../secret.png",
        "maps/../../secret.png",
        "/etc/passwd",
        "//server/x.png",
        "\\\\server\\x.png",
        "C:\\x.png",
        "C:x.png",
        "maps\\map.png",
        "maps//map.png",
        "maps/",
        "./map.png",
        ".hidden.png",
        "~/x.png",
        "a\0.png",
        "a\n.png",
        "file:///etc/passwd",
        "https://a.org/x.png",
        "con.png",
        "NUL",
        "maps/lpt1.png",
        "x.png.",
        "x.png ",
        "$HOME",
        "a" * 300,
        "1/2/3/4/5/x.csv",
        "%2e%2e/x.png",
        "*.png",
        "|ls",
    ],
)
def test_names_of_anything_else(name: str, folder: Path) -> None:
    for where in (DiskFolder(folder), PackedFolder({name: PNG})):
        with pytest.raises(FolderError):
            where.read(name, 1_000)


@given(st.text(alphabet="./\\ab:~ \0", max_size=12))
def test_whatever_the_name_it_stays_inside(name: str) -> None:
    try:
        check_name(name)
    except FolderError:
        return
    path = Path("/home") / name
    assert path.resolve().is_relative_to("/home")
    assert ".." not in name and "\\" not in name and ":" not in name


def test_links_do_not_lead_out(folder: Path) -> None:
    (folder / "out.png").symlink_to(folder.parent / "secret.png")
    (folder / "outside").symlink_to(folder.parent)
    (folder / "inside.png").symlink_to(folder / "maps" / "map.png")
    (folder / "loop.png").symlink_to(folder / "loop.png")
    where = DiskFolder(folder)
    for name in ("out.png", "outside/secret.png"):
        with pytest.raises(FolderError, match="leads out of the lesson's folder"):
            where.read(name, 1_000)
    assert where.read("inside.png", 1_000) == PNG
    for name in ("loop.png", "maps", "no.png"):
        with pytest.raises(FolderError):
            where.read(name, 1_000)


def test_sizes_are_limited(folder: Path) -> None:
    (folder / "large.png").write_bytes(PNG + bytes(3 * 2**20))
    for where in (DiskFolder(folder), PackedFolder({"large.png": PNG + bytes(3 * 2**20)})):
        with pytest.raises(FolderError, match="larger than 2 MB"):
            where.read("large.png", 2 * 2**20)
        assert len(where.read("large.png", 4 * 2**20)) > 3 * 2**20


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.svg", b"<svg/>", "PNG and JPEG can be shown"),
        ("a.png", b"<svg/>", "is not a picture, whatever its name says"),
        ("a.png", b"GIF89a", "is not a picture"),
        ("a.png", PNG[:20], "is not a picture"),
        ("a.jpg", b"\xff\xd8\xff" + b"\xff\x00" * 50, "is not a picture"),
        ("a.png", PNG[:16] + struct.pack(">II", 100_000, 100_000), "has 100000×100000 pixels"),
        ("a.png", PNG[:16] + struct.pack(">II", 0, 10), "has 0×10 pixels"),
        ("a.jpg", JPEG.replace(struct.pack(">HH", 30, 40), struct.pack(">HH", 60_000, 40)), "has 40×60000 pixels"),
    ],
)
def test_what_is_no_picture(name: str, data: bytes, says: str) -> None:
    with pytest.raises(FolderError, match=says):
        read_picture(name, PackedFolder({name: data}))


def test_pictures() -> None:
    where = PackedFolder({"a.png": PNG, "b.JPG": JPEG})
    assert (read_picture("a.png", where), read_picture("b.JPG", where)) == (PNG, JPEG)


@given(st.binary(max_size=80))
def test_whatever_the_bytes_of_a_picture(data: bytes) -> None:
    for start in (b"", JPEG[:3], JPEG[:8], PNG[:16]):
        try:
            read_picture("a.png", PackedFolder({"a.png": start + data}))
        except FolderError as error:
            assert str(error)


HOSTILE = """+++
id = "evil"
title = "<script>alert(1)</script>"
+++
![x](../secret.png)

![x](/etc/passwd.png)

![x](https://example.org/x.png)

<img src="file:///etc/passwd"> <iframe src="http://example.org"> [a](https://example.org) [b](file:///etc/passwd)

## One {}
words `__import__('os').system('id')`
```python
import os; os.system("id")
```
```step
[prepare]
text = "import os\\nos.system('id')\\nopen('/etc/passwd')"
[spotlight]
node = "__class__"
```
## Two
words
```step
[prepare]
csv = "../../etc/passwd"
document = "out.chainrule"
```
## Three
words
```step
[prepare]
example = "xor"
csv = "out.csv"
set = { data.own.__class__ = 1 }
```
"""
WATCHED = """
import sys
from pathlib import Path
from core.lessons.reading import read_lesson
from core.lessons.folders import DiskFolder
from core.lessons.mistakes import LessonError
from core.lessons.verify import verify
from core.lessons.shelf import shelf

folder = Path(sys.argv[1])
for each in shelf():
    verify(each.lesson, each.folder)  # whatever is imported or read once is so now
texts = [(folder / name).read_bytes() for name in ("a.md", "b.md")]
seen = []
WATCH = ("open", "exec", "import", "os.system", "os.exec", "subprocess.Popen", "socket.connect", "socket.getaddrinfo")
sys.addaudithook(lambda event, args: seen.append((event, str(args[0]))) if event in WATCH else None)
told = 0
for text in texts:
    try:
        told += len(verify(read_lesson(text), DiskFolder(folder)).mistakes)
    except LessonError as error:
        told += len(error.mistakes)
found = [each for each in seen if each != ("open", "")]
print(told, found)
"""


def test_a_hostile_lesson_opens_runs_and_sends_nothing(folder: Path) -> None:
    for name in ("out.chainrule", "out.csv"):
        (folder / name).symlink_to("/etc/passwd")
    (folder / "a.md").write_text(HOSTILE.replace("{}", "{loss}"))
    (folder / "b.md").write_text(HOSTILE.replace("{}", "").replace(" [b](file:///etc/passwd)", ""))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(folder)], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 0, done.stderr
    told, _, found = done.stdout.strip().partition(" ")
    assert found == "[]"
    assert int(told) == 7  # a link; three pictures and three steps


# -- as one file ------------------------------------------------------------------------------------------------------


def test_a_lesson_there_and_back(folder: Path) -> None:
    found = open_lesson(folder / "lesson.md")
    assert named_files(found.lesson) == ("maps/map.png", "rows.csv")
    pack(open_lesson(folder / "lesson.md"), folder / "x.chainlesson")
    again = open_lesson(folder / "x.chainlesson")
    assert again.lesson == found.lesson
    assert again.folder.read("rows.csv", 1_000) == CSV
    assert verify(again.lesson, again.folder).mistakes == verify(found.lesson, found.folder).mistakes == ()
    data = (folder / "x.chainlesson").read_bytes()
    assert packed(LESSON.encode(), found.lesson, found.folder) == data  # the same bytes whenever it is done
    assert unpacked(data) == FILES


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "rows.csv").unlink()
    with pytest.raises(FolderError, match=r"There is no file 'rows\.csv' beside the lesson"):
        pack(open_lesson(folder / "lesson.md"), folder / "x.chainlesson")
    assert not (folder / "x.chainlesson").exists()
    with pytest.raises(FileError):
        open_lesson(folder / "no.md")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "there is no lesson.md in it"),
        ({"other.md": b"x"}, "there is no lesson.md in it"),
        ({**FILES, "../../evil.sh": b"x"}, "no name of a file"),
        ({**FILES, "/etc/evil": b"x"}, "no name of a file"),
        ({**FILES, "maps/": b""}, "no name of a file"),
        ({**FILES, "more.txt": b"x"}, "'more.txt' is in it, and the lesson does not name it"),
        ({**FILES, "LESSON.MD": b"x"}, "'LESSON.MD' is in it twice"),
        ({f"{i}.png": b"" for i in range(70)}, "more than 64 files"),
    ],
)
def test_archives_that_are_no_lessons(files: dict[str, bytes], says: str) -> None:
    assert says in refusal(archive(files))


def test_an_archive_that_is_small_and_becomes_large() -> None:
    bomb = archive({**FILES, "rows.csv": bytes(200 * 2**20)})
    assert len(bomb) < 2**20
    tracemalloc.start()
    assert "unpacked it is larger than 32 MB" in refusal(bomb)
    assert tracemalloc.get_traced_memory()[1] < 120 * 2**20
    tracemalloc.stop()


def test_archives_of_other_kinds() -> None:
    assert "no ordinary file" in refusal(archive(FILES, zipfile.ZIP_BZIP2))
    link = zipfile.ZipInfo("rows.csv")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("lesson.md", LESSON)
        target.writestr(link, "/etc/passwd")
    assert "no ordinary file" in refusal(buffer.getvalue())
    sound = archive(FILES)
    locked = bytearray(sound)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = locked.find(mark)
        locked[place + offset] |= 1
    assert "encrypted" in refusal(bytes(locked))
    for data in (b"", b"PK", sound[:-30], sound[:50], b"+++\n"):
        assert "This is no lesson as one file" in refusal(data)


@given(st.data())
@settings(max_examples=150)
def test_damaged_archives_are_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(archive(FILES))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = unpacked(bytes(damaged))
    except LessonError as error:
        assert "\n" not in str(error)
    else:
        assert "lesson.md" in found
