"""What the two command lines share: one line for an error, JSON Lines in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from index.errors import ClauseBotError, QueryError

DONE, FAILED = 0, 1


def run(command: Callable[[], int]) -> int:
    """Run a command; an error that a person can mend becomes one line and exit code 1."""
    try:
        return command()
    except ClauseBotError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        sys.stderr.close()
    except KeyboardInterrupt:
        print("stopped.", file=sys.stderr)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"error: {place}{error.strerror or error}.", file=sys.stderr)
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

    lines = list(_lines(source))
    failed = 0
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with part.open("w", encoding="utf-8") as out:
        for number, line in tqdm(lines, desc=label, unit="", disable=None):
            try:
                out.write(to_line(answer(_parse(line, required))) + "\n")
            except ClauseBotError as error:
                failed += 1
                tqdm.write(f"error: {source}:{number}: {error}", file=sys.stderr)
    part.replace(target)
    print(f"{len(lines) - failed} of {len(lines)} lines answered in {target}", file=sys.stderr)
    return FAILED if failed else DONE


def _lines(source: Path) -> Iterator[tuple[int, str]]:
    try:
        text = source.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise QueryError(f"{source}: cannot be read ({reason}). Check the path.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _parse(line: str, required: tuple[str, ...]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QueryError(f"is not JSON ({error}). Write one object a line.") from error
    if not isinstance(row, dict):
        raise QueryError("is not a JSON object.")
    for key in required:
        if not isinstance(row.get(key), str):
            raise QueryError(f"has no text {key!r}.")
    if not isinstance(row.get("agreement"), str | None):
        raise QueryError("'agreement' must be an id or null.")
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise QueryError("'history' must be a list of texts.")
    return row
