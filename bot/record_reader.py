"""The JSON of a record in, the record out, or a clear word on why it is none."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from bot.record import (
    FORMAT,
    Cited,
    Near,
    Record,
    RecordError,
    Source,
    canonical_json,
    digest_of,
    hash_text,
)
from index.jsonl import parse_object

_BESIDE = ("digest", "standings")  # may stand in the JSON beside what the digest covers
_PARTS: dict[str, type[Any]] = {"citations": Cited, "nearest": Near, "sources": Source}


def record_from_json(text: str) -> Record:
    """Return the record that a JSON object holds.

    Args:
        text: As ``record_to_json`` or an export wrote it, in any layout.

    Raises:
        RecordError: It is no record, or one that was changed after it was written.
    """
    try:
        given = parse_object(text.encode("utf-8", "surrogatepass"))
        row = {key: value for key, value in given.items() if key not in _BESIDE}
        found = digest_of(canonical_json(row))
    except (ValueError, RecursionError) as error:
        raise RecordError(f"the record {error}") from error
    stated = given.get("digest")
    if row.get("format") != FORMAT:
        raise RecordError(
            f"the record has format {row.get('format')!r}, this program reads {FORMAT}. "
            "Read it with the program that wrote it."
        )
    if stated != found:
        raise RecordError(
            f"the record was changed after it was written: its digest is {found}, "
            f"but it states {stated!r}. Do not rely on it; ask for it anew by its id."
        )
    try:
        return _from_row(row)
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"the record is not whole ({error}). Ask for it anew.") from error


def _from_row(row: dict[str, Any]) -> Record:
    asked_at = datetime.fromisoformat(str(row["asked_at"]))
    if asked_at.utcoffset() is None:
        raise ValueError("'asked_at' has no time zone")
    parts: dict[str, Any] = {
        key: tuple(build(kind, part) for part in row[key]) for key, kind in _PARTS.items()
    }
    plain = {key: value for key, value in row.items() if key != "format"}
    record: Record = build(Record, plain | parts | {"asked_at": asked_at.astimezone(UTC)})
    for cited in record.citations:
        check_quote(cited)
    named = {cited.agreement for cited in record.citations}
    if not named | {near.agreement for near in record.nearest} <= {
        source.agreement for source in record.sources
    }:
        raise ValueError("an agreement is named, but not described")
    return record


def check_quote(cited: Cited) -> None:
    """Make sure that a citation is what it says.

    Raises:
        ValueError: Its quote or hash is not that of its words.
    """
    if cited.start < 0 or cited.text[cited.start : cited.end] != cited.quote:
        raise ValueError(f"the quote of {cited.clause_id} does not stand in its clause")
    if hash_text(cited.text) != cited.text_sha256:
        raise ValueError(f"the hash of {cited.clause_id} is not that of its words")


def build(kind: type[Any], row: object) -> Any:
    """Return the value of a dataclass that a JSON object holds, each key of its kind.

    Raises:
        ValueError: It holds none.
    """
    kinds = {field.name: str(field.type) for field in fields(kind)}
    if not isinstance(row, dict) or row.keys() != kinds.keys():
        raise ValueError(f"there are other keys than {', '.join(kinds)}")
    for name, annotation in kinds.items():
        if not _fits(row[name], annotation):
            raise ValueError(f"{name!r} is not {annotation}")
    return kind(
        **{key: tuple(part) if isinstance(part, list) else part for key, part in row.items()}
    )


def _fits(value: object, kind: str) -> bool:
    """Return whether a value of JSON is of the kind that a field is declared to be."""
    if kind == "str":
        return isinstance(value, str)
    if kind == "str | None":
        return isinstance(value, str | None)
    if kind == "int":
        return type(value) is int
    if kind == "tuple[str, ...]":
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    return isinstance(value, tuple | datetime)  # built already
