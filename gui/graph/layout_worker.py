"""The process that lays graphs out: `python -m gui.graph.layout_worker`, spoken to in frames over its pipes.

A frame is four bytes of length (big endian) and so much JSON (`gui.graph.layout`: encode_request, encode_layout).
It is a process of its own because Graphviz holds the interpreter's lock, may print, and must be killable.
Lays out with the Graphviz inside pygraphviz, else with a `dot` of the system, else with `plain_layout`. No Qt here.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from shutil import which
from types import ModuleType
from typing import BinaryIO

from core.dot import BoxSizes, GraphStyle, digraph
from core.graph import GraphSnapshot
from core.words import tr
from gui.graph.layout import Layout, LayoutError, decode_request, encode_failure, encode_layout, parse_graphviz
from gui.graph.plain_layout import LONG_NOTE, plain_layout, ranks_passed

_LENGTH = struct.Struct(">I")
MOST_RANKS_PASSED = 6_000  # by all edges: a chain that uses one value 110 times; Graphviz takes about 1.5 s for it
_LAST_WORDS = 300  # characters of Graphviz' own message that are passed on


def lay_out(snapshot: GraphSnapshot, style: GraphStyle, sizes: BoxSizes) -> Layout:
    """The layout by the best means there is. Raises LayoutError with Graphviz' own words when it fails."""
    if not snapshot.nodes:
        return plain_layout(snapshot, style, sizes)
    doubled = 2 if style.resolve(len(snapshot.nodes)) is GraphStyle.LECTURE else 1  # it has a rank of operations too
    if doubled * ranks_passed(snapshot) > MOST_RANKS_PASSED:
        return plain_layout(snapshot, style, sizes, LONG_NOTE)
    source = digraph(snapshot, style, sizes).source
    embedded = embedded_graphviz()
    if embedded is not None:
        answer = _with_pygraphviz(embedded, source)
    elif which("dot"):
        answer = _with_system_dot(source)
    else:
        return plain_layout(snapshot, style, sizes)
    return parse_graphviz(answer, snapshot, style, sizes)


def embedded_graphviz() -> ModuleType | None:
    """pygraphviz, whose wheels bring Graphviz along; None where there is no wheel or it cannot be loaded."""
    try:
        import pygraphviz
    except (ImportError, OSError):
        return None
    return pygraphviz


def _with_pygraphviz(pygraphviz: ModuleType, source: str) -> bytes:
    try:
        graph = pygraphviz.AGraph(string=source)  # a fresh one each time: one that failed once stays broken
        return bytes(graph.draw(format="json", prog="dot"))
    except (ValueError, TypeError, OSError) as error:
        raise LayoutError(tr("Graphviz could not lay out this graph: {error}.", error=error)) from error


def _with_system_dot(source: str) -> bytes:
    try:
        done = subprocess.run(["dot", "-Tjson"], input=source.encode(), capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        words = (getattr(error, "stderr", b"") or b"").decode(errors="replace").strip()
        raise LayoutError(
            tr("Graphviz could not lay out this graph: {words}.", words=words[-_LAST_WORDS:] or error)
        ) from error
    return done.stdout


def answer(message: bytes) -> bytes:
    """The answer to one request, a layout or a failure. Never raises: a worker that is asked nonsense goes on."""
    job = -1
    try:
        job, snapshot, style, sizes = decode_request(message)
        return encode_layout(job, lay_out(snapshot, style, sizes))
    except LayoutError as error:
        return encode_failure(job, str(error))
    except Exception as error:  # the window must hear of it in any case
        return encode_failure(job, tr("The layout failed: {kind}: {error}", kind=type(error).__name__, error=error))


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next message, or None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    message = stream.read(length)
    return message if len(message) == length else None


def framed(message: bytes) -> bytes:
    """The message with its length before it."""
    return _LENGTH.pack(len(message)) + message


def _own_pipe() -> BinaryIO:
    """The pipe to the window, out of reach of C code: what that prints is lost instead of breaking a frame."""
    pipe = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return pipe


def main() -> None:
    """Answer frames until the window closes the pipe."""
    pipe = _own_pipe()
    embedded_graphviz()  # loaded now, so that the first job does not wait for it
    while (message := read_frame(sys.stdin.buffer)) is not None:
        pipe.write(framed(answer(message)))
        pipe.flush()


if __name__ == "__main__":
    main()
