"""What the command lines share: their parsers, one line for an error, JSON Lines in and out."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from index.errors import ClauseBotError, QueryError
from index.jsonl import parse_object, read_lines, texts_in

DONE, FAILED = 0, 1


def add_command(
    commands: Any, name: str, function: Callable[..., Any], summary: str, example: str
) -> Any:
    """Add a command to what ``add_subparsers`` gave, and return its parser.

    Args:
        commands: Where to add it.
        name: What it is called by.
        function: Set as ``run`` in the parsed options, for ``main`` to call.
        summary: One line of help, without a capital or full stop.
        example: A whole command line.
    """
    command = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example: {example}",
    )
    command.set_defaults(run=function)
    return command


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
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("w", encoding="utf-8") as out:
            for number, line in tqdm(lines, desc=label, unit="", disable=None):
                try:
                    out.write(to_line(answer(_parse(line, required))) + "\n")
                except ClauseBotError as error:
                    failed += 1
                    tqdm.write(f"error: {source}:{number}: {error}", file=sys.stderr)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
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
