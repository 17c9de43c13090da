"""Command line. `chainrule` opens the window; its commands (COMMANDS) need none."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from core.errors import ChainruleError
from core.version import VERSION

COMMANDS = ("train", "export", "snapshot", "examples", "check-lesson", "check-answers")
KINDS = ("pytorch", "micrograd", "notebook", "dot", "svg", "pdf", "png", "csv", "html")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, or 2 for a name or number that makes no sense."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser(words).parse_args(words)
    try:
        return int(options.run(options))
    except ChainruleError as error:
        print(f"chainrule: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="chainrule",
        description="See backpropagation: every scalar, every gradient, every step, while a network trains.",
        epilog=f"Commands: chainrule {' | '.join(COMMANDS)}, each with --help.",
    )
    parser.add_argument("--version", action="version", version=f"chainrule {VERSION}")
    if words and words[0] in COMMANDS:
        commands = parser.add_subparsers(required=True, parser_class=_OneLineParser)
        _add_train(commands.add_parser("train", help="train without a window"))
        _add_export(commands.add_parser("export", help="write a session for other tools"))
        _add_snapshot(commands.add_parser("snapshot", help="draw the window to a picture"))
        listing = commands.add_parser("examples", help="list the built-in examples")
        listing.set_defaults(run=_examples)
        _add_check_lesson(commands.add_parser("check-lesson", help="verify lessons"))
        _add_check_answers(commands.add_parser("check-answers", help="mark what learners handed in"))
    else:
        parser.add_argument(
            "example", nargs="?", default="lecture", metavar="FILE|EXAMPLE", help="what to open, a lesson too (lecture)"
        )
        parser.set_defaults(run=_window)
    return parser


class _OneLineParser(argparse.ArgumentParser):
    """Complains in one line, without the usage."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\n")


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("example", metavar="FILE|EXAMPLE")
    parser.add_argument("--steps", type=_count, default=100, metavar="N", help="how many (100)")
    parser.add_argument("--quiet", action="store_true", help="one last line only, with the speed")
    parser.set_defaults(run=_train)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("example", metavar="FILE|EXAMPLE")
    parser.add_argument("--to", required=True, choices=KINDS, metavar="KIND", help=" | ".join(KINDS))
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="the file to write")
    parser.add_argument(
        "--steps", type=_count, metavar="N", help="of a program: how many it takes (100); else: train so many first (0)"
    )
    parser.add_argument(
        "--from-now", action="store_true", help="a program goes on where the file's run stands, not from its beginning"
    )
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")
    parser.set_defaults(run=_export)


def _add_snapshot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("example", metavar="FILE|EXAMPLE")
    parser.add_argument("--steps", type=_count, default=0, metavar="N", help="train so many steps first (0)")
    parser.add_argument("-o", "--output", default="shot.png", metavar="FILE", help="a .png (shot.png)")
    parser.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH", help="in pixels (1280x800)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--select", default="", metavar="ADDRESS", help="a node, such as L1.N1.w1")
    parser.add_argument(
        "--level", choices=("network", "neuron", "sample", "whole"), default="network", help="of the graph"
    )
    parser.add_argument("--lesson", default="", metavar="ID:STEP", help="a step of a lesson, in place of the example")
    parser.set_defaults(run=_snapshot)


def _add_check_lesson(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a lesson (.md, or .chainlesson as one file)")
    parser.add_argument("--pack", default="", metavar="OUT", help="write the one lesson, if sound, as one file")
    parser.set_defaults(run=_check_lesson)


def _add_check_answers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a result (.chainresult)")
    parser.add_argument("--lesson", default="", metavar="FILE", help="the lesson, where it is not built in")
    parser.add_argument("--steps", action="store_true", help="a line for every step, too")
    parser.set_defaults(run=_check_answers)


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of steps (0 to 1,000,000,000)")
    return number


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 400 <= int(width) <= 10_000 and 300 <= int(height) <= 10_000):
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 1280x800 (400x300 to 10000x10000)")
    return int(width), int(height)


def _window(options: argparse.Namespace) -> int:
    import gc
    from pathlib import Path

    gc.disable()  # imports leave no garbage; the window has a collector of its own
    from core.document import open_document
    from core.examples import example_names

    lesson = Path(options.example).suffix.lower() in (".md", ".chainlesson")
    document = open_document("lecture" if lesson else options.example)  # before Qt: a wrong name is told at once
    from gui.app import run_window

    return run_window(document, None if options.example in example_names() else Path(options.example).absolute())


def _train(options: argparse.Namespace) -> int:
    from gui.commands import train

    return train(options.example, options.steps, quiet=options.quiet)


def _export(options: argparse.Namespace) -> int:
    from gui.export_command import export

    return export(options.example, options.to, options.output, options.steps, now=options.from_now, force=options.force)


def _snapshot(options: argparse.Namespace) -> int:
    from pathlib import Path

    from gui.snapshot import SnapshotSpec, snapshot

    return snapshot(
        SnapshotSpec(
            example=options.example,
            steps=options.steps,
            target=Path(options.output),
            size=options.size,
            theme=options.theme,
            level=options.level,
            select=options.select,
            lesson=options.lesson,
        )
    )


def _examples(options: argparse.Namespace) -> int:
    from gui.commands import list_examples

    return list_examples()


def _check_lesson(options: argparse.Namespace) -> int:
    from gui.lesson_commands import check_lessons

    return check_lessons(options.files, options.pack)


def _check_answers(options: argparse.Namespace) -> int:
    from gui.lesson_commands import check_answers

    return check_answers(options.files, options.lesson, steps=options.steps)


if __name__ == "__main__":
    sys.exit(main())
