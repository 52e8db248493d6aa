"""What the command lines share: commands and options, one line for an error, JSON Lines."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from index.errors import ClauseBotError, QueryError
from index.files import whole_file
from index.jsonl import parse_object, read_lines, texts_in

DONE, FAILED = 0, 1
BadWordError = argparse.ArgumentTypeError  # of what reads a word: its message is shown
Option = Callable[[Any], object]  # adds itself to a parser, or to a group of one
Work = TypeVar("Work", bound=Callable[..., object])


class Commands:
    """The commands of a program, each declared beside the function that does its work."""

    def __init__(self, name: str, parser: argparse.ArgumentParser) -> None:
        """Add commands to a parser; see ``program`` and ``group``."""
        self._name = name
        self._parser = parser
        self._commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def group(self, name: str, summary: str) -> Commands:
        """Add a word that has commands of its own, and return these."""
        return Commands(f"{self._name} {name}", self._commands.add_parser(name, help=summary))

    def command(
        self, example: str, summary: str, *options: Option, before: str = ""
    ) -> Callable[[Work], Work]:
        """Return what makes a function a command, its options given to it by their names.

        The example is its name and what may stand behind it, with ``before`` before the program;
        the summary is one line of help, without a capital or full stop.
        """
        parser = self._commands.add_parser(
            example.partition(" ")[0],
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"example: {before}{self._name} {example}",
        )
        for add_option in options:
            add_option(parser)

        def add(work: Work) -> Work:
            parser.set_defaults(work=work)
            return work

        return add

    def parse(self, arguments: list[str] | None = None) -> Callable[..., int]:
        """Return the function of the command that was written, bound to its options.

        Raises:
            SystemExit: The words are off, which is printed, or ask for help.
        """
        options = vars(self._parser.parse_args(arguments))
        return partial(options.pop("work"), **options)


def program(name: str, summary: str, example: str) -> Commands:
    """Return the commands of a program, none yet; ``example`` may stand behind its name."""
    epilog = f"example: {name} {example}"
    return Commands(name, argparse.ArgumentParser(prog=name, description=summary, epilog=epilog))


def option(*names: str, **settings: Any) -> Option:
    """Return an option or, without hyphens, an argument; see ``add_argument`` of argparse."""
    return lambda parser: parser.add_argument(*names, **settings)


def flag(name: str, words: str) -> Option:
    """Return an option without a value, and what the help says of it."""
    return option(name, action="store_true", help=words)


def one_of(*options: Option) -> Option:
    """Return some options of which exactly one must be given."""

    def add(parser: Any) -> None:
        group = parser.add_mutually_exclusive_group(required=True)
        for each in options:
            each(group)

    return add


INDEX = option(
    "--index",
    type=Path,
    metavar="DIR",
    help="folder of the index (CLAUSEBOT_INDEX, or var/index)",
)


def run(command: Callable[[], int]) -> int:
    """Run a command; an error that a person can mend becomes one line and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the terminal's language is
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = command()
        sys.stdout.flush()  # a reader that is gone is noticed here, not after the end
    except ClauseBotError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("stopped.", file=sys.stderr)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"error: {place}{error.strerror or error}.", file=sys.stderr)
    else:
        return code
    return FAILED


def to_line(row: Mapping[str, object]) -> str:
    """Return one JSON object as one line, lone surrogates escaped."""
    line = json.dumps(row, ensure_ascii=False)
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def answer_lines(
    source: Path,
    target: Path,
    answer: Callable[[dict[str, Any]], Mapping[str, object]],
    *,
    required: tuple[str, ...],
    label: str,
) -> int:
    """Write the answer to each line of ``source`` to ``target``, in order.

    A line that cannot be answered is named on standard error and left out; the others
    are answered all the same.

    Returns:
        The exit code: 0, or 1 if a line was left out.

    Raises:
        QueryError: ``source`` cannot be read.
    """
    from tqdm import tqdm

    lines = _read(source)
    failed = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(target) as out:
        for number, line in tqdm(lines, desc=label, unit="", disable=None):
            try:
                out.write(f"{to_line(answer(_parse(line, required)))}\n".encode())
            except ClauseBotError as error:
                failed += 1
                tqdm.write(f"error: {source}:{number}: {error}", file=sys.stderr)
    print(f"{len(lines) - failed} of {len(lines)} lines answered in {target}", file=sys.stderr)
    return FAILED if failed else DONE


def _read(source: Path) -> list[tuple[int, bytes]]:
    try:
        return read_lines(source)
    except OSError as error:
        raise QueryError(f"{source}: cannot be read ({error.strerror}). Check the path.") from error


def _parse(line: bytes, required: tuple[str, ...]) -> dict[str, Any]:
    try:
        row = parse_object(line)
        texts_in(row, "history")
    except ValueError as error:
        raise QueryError(str(error)) from error
    for key in required:
        if row.get(key) is None:
            raise QueryError(f"has no {key!r}.")
    if not isinstance(row.get("id"), str | int | float | None):
        raise QueryError("'id' must be a text or a number.")
    for key in ("text", "question", "agreement"):
        if not isinstance(row.get(key), str | None):
            raise QueryError(f"{key!r} must be a text.")
    return row
