"""JSON Lines in: one object a line, each with the number of its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from index.errors import CorpusError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
_KINDS = {"int_type": "int", "string_type": "str", "tuple_type": "tuple[str, ...]"}
_KEYS = ("missing", "unexpected_keyword_argument", "dataclass_type")  # errors of an object's keys


def read_lines(path: Path) -> list[tuple[int, bytes]]:
    """Return the lines of a file that are not blank, with their numbers from 1.

    Raises:
        OSError: The file cannot be read.
    """
    return split_lines(path.read_bytes())


def split_lines(data: bytes) -> list[tuple[int, bytes]]:
    """Return the lines of a file's bytes that are not blank, with their numbers from 1."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a file of the corpus, with the numbers of their lines.

    Raises:
        CorpusError: The file cannot be read, or a line is no object.
    """
    try:
        lines = read_lines(path)
    except OSError as error:
        raise CorpusError(f"cannot be read ({error.strerror}). Check the path.", path) from error
    for number, line in lines:
        try:
            yield number, parse_object(line)
        except ValueError as error:
            raise CorpusError(str(error), path, number) from error


def parse_object(line: bytes) -> dict[str, Any]:
    """Return the JSON object that one line holds.

    Raises:
        ValueError: It holds none; the message says so to people.
    """
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8. Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error}). Write one object a line.") from error
    if not isinstance(found, dict):
        raise ValueError("is not a JSON object. Write one object a line.")  # noqa: TRY004
    return found


def read_value(kind: type[T], row: object) -> T:
    """Return the dataclass that a JSON object holds, each key of it there and of its kind.

    Those in it are read as well.

    Raises:
        ValueError: It holds none; the message says which key is to blame.
    """
    from pydantic import ValidationError

    try:
        adapter = _adapter(cast("Any", kind))
        found: T = adapter.validate_json(json.dumps(row), strict=True, extra="forbid")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = next((repr(part) for part in reversed(first["loc"]) if isinstance(part, str)), "it")
        if first["type"] in _KEYS:
            words = f"there are other keys than there should be, see {name}"
        elif first["type"] == "json_invalid":  # what was parsed is JSON but for a lone surrogate
            words = "holds characters that are none."
        elif first["type"] in _KINDS:
            words = f"{name} is not {_KINDS[first['type']]}"
        else:
            words = f"{name}: {first['msg'].removeprefix('Value error, ')}"
        raise ValueError(words) from error
    return found


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def needed_text(row: dict[str, Any], key: str) -> str:
    """Return the text that a row holds under ``key``.

    Raises:
        ValueError: There is none, or no word in it.
    """
    text = text_in(row, key)
    if not text.strip():
        raise ValueError(f"has no {key!r}. Give it one.")
    return text


def texts_in(row: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the texts that a row lists under ``key``, blank ones left out.

    Raises:
        ValueError: There is something else; nothing at all is no text.
    """
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ValueError(f"{key!r} must be a list of texts.")
    return tuple(entry for entry in value if entry.strip())


def text_in(row: dict[str, Any], key: str) -> str:
    """Return the text that a row holds under ``key``, empty where there is none.

    Raises:
        ValueError: There is something else.
    """
    value = row.get(key)
    if not isinstance(value, str | None):
        raise ValueError(f"{key!r} must be a text.")  # noqa: TRY004
    return value or ""
