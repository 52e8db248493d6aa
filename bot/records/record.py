"""What an answer rests on, written down so that anyone can verify it later; and read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.answering.answer import NEAREST, SPEAKING, Answer, Citation, Outcome, Writing
from index.errors import ClauseBotError
from index.jsonl import parse_object, read_value

if TYPE_CHECKING:
    from index.clause import Clause
    from index.search.clause_index import ClauseIndex
from index.files import checksum

# Of the JSON; raised when its keys change. An answer that no language model was asked to write has
# the keys of the first, so that its digest is what it always was.
FORMAT, WRITTEN = 1, 2


class RecordError(ClauseBotError):
    """A record is none, or is not as it was written."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause as it was cited.

    Attributes:
        clause_id: Its id at that time.
        agreement: Id of its agreement.
        label: Its number as printed.
        path: Titles above it, outermost first.
        text: The clause word for word.
        text_sha256: Of ``text`` in UTF-8, hexadecimal.
        quote: The deciding words; ``text[start:end]``.
        start: Offset of the quote in ``text``, in characters.
        end: Offset after the quote.
        translation: Unofficial rendering of the clause, if there was one.
    """

    clause_id: str
    agreement: str
    label: str
    path: tuple[str, ...]
    text: str
    text_sha256: str
    quote: str
    start: int
    end: int
    translation: str | None


@dataclass(frozen=True, slots=True)
class Near:
    """A clause that came near, but was not good enough to answer from."""

    clause_id: str
    agreement: str
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """An agreement that the answer speaks for.

    Attributes:
        agreement: Its id.
        title: In the language of the answer.
        version: As stated in the corpus; may be empty.
        sha256: Of its file, hexadecimal.
    """

    agreement: str
    title: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """One answer and what it rests on.

    Attributes:
        answer_id: Of the answer; cannot be guessed.
        asked_at: In UTC.
        question: As asked, as far as it is kept.
        history: Earlier questions of the same asker, oldest first.
        chosen: Id of the one agreement that was chosen to look in; None for all.
        language: ``zh`` or ``en``, that of the question and of ``text``.
        outcome: ``answered`` or ``abstained``.
        reason: Why it was abstained; None when answered.
        text: What the asker read.
        remarks: The sentences of ``text`` beside the citations.
        citations: The deciding one first; empty exactly when abstained.
        nearest: When abstained, the nearest clauses, nearest first.
        sources: The agreements cited, silent or named as near.
        generation: Of the stored index; empty for one that is not stored.
        model: Fingerprint of the embedding model.
        writer: The language model that was asked to write; None where none was, or it failed.
    """

    answer_id: str
    asked_at: datetime
    question: str
    history: tuple[str, ...]
    chosen: str | None
    language: str
    outcome: str
    reason: str | None
    text: str
    remarks: tuple[str, ...]
    citations: tuple[Cited, ...]
    nearest: tuple[Near, ...]
    sources: tuple[Source, ...]
    generation: str
    model: str
    writer: Writing | None = None

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal, of the canonical JSON of everything else."""
        return digest_of(canonical_json(to_row(self)))

    def source(self, agreement: str) -> Source:
        """Return what is known of one agreement that the record names."""
        return next(source for source in self.sources if source.agreement == agreement)


def make_record(
    answer: Answer,
    index: ClauseIndex,
    *,
    answer_id: str,
    asked_at: datetime,
    chosen: str | None = None,
    history: Sequence[str] = (),
) -> Record:
    """Write down what an answer rests on.

    The index is the one that it was answered from, not one taken over since, and the time has its
    zone. ``chosen`` is the agreement that was chosen, None for all; earlier questions come oldest
    first.

    Raises:
        RecordError: The answer is from another index.
    """
    if answer.generation != index.generation:
        raise RecordError(
            f"the answer is from generation {answer.generation!r} of the index, not from "
            f"{index.generation!r}. Record it with the index that answered."
        )
    abstained = answer.outcome is Outcome.ABSTAINED
    near = answer.retrieved[:NEAREST] if abstained else ()
    named = [citation.agreement for citation in answer.citations]
    named += [clause.agreement for clause in near]
    named += answer.without if len(answer.without) < SPEAKING else ()  # as the answer does
    named += [] if chosen is None else [chosen]
    return Record(
        answer_id=answer_id,
        asked_at=asked_at.astimezone(UTC),
        question=writable(answer.question),
        history=tuple(writable(text) for text in history),
        chosen=chosen,
        language=answer.language,
        outcome=str(answer.outcome),
        reason=None if answer.reason is None else str(answer.reason),
        text=writable(answer.text),
        remarks=tuple(writable(text) for text in answer.remarks),
        citations=tuple(
            cite_as_is(cited, cited.quote, cited.start, cited.translation)
            for cited in answer.citations
        ),
        nearest=tuple(Near(entry.clause_id, entry.agreement, entry.label) for entry in near),
        sources=tuple(source_of(index, name, answer.language) for name in dict.fromkeys(named)),
        generation=answer.generation,
        model=index.embedder.fingerprint,
        writer=answer.writer,
    )


def seal_record(record: Record) -> tuple[str, str]:
    """Return the record, with its digest, as one JSON object in one line; and the digest."""
    row = to_row(record)
    digest = digest_of(canonical_json(row))
    return canonical_json(row | {"digest": digest}), digest


def to_row(record: Record) -> dict[str, Any]:
    """Return everything but the digest as a JSON object."""
    row = _texts_of(record)
    if record.writer is None:
        del row["writer"]
    else:
        row["writer"] = _texts_of(record.writer)
    return row | {
        "format": FORMAT if record.writer is None else WRITTEN,
        "asked_at": record.asked_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "citations": [_texts_of(cited) for cited in record.citations],
        "nearest": [_texts_of(near) for near in record.nearest],
        "sources": [_texts_of(source) for source in record.sources],
    }


def canonical_json(row: dict[str, Any]) -> str:
    """Return the JSON of which digests are taken: RFC 8785, for texts, whole numbers and times."""
    return json.dumps(
        row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=datetime.isoformat
    )


def digest_of(canonical: str) -> str:
    """Return the SHA-256, hexadecimal, of canonical JSON."""
    return checksum(canonical.encode("utf-8", "surrogatepass"))


def hash_text(text: str) -> str:
    """Return the SHA-256, hexadecimal, of the words of a clause."""
    return checksum(writable(text).encode())


def writable(text: str) -> str:
    """Return text that UTF-8 can write: each lone surrogate becomes U+FFFD, offsets stay."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def cite_as_is(clause: Citation | Clause, quote: str, start: int, translation: str | None) -> Cited:
    """Return words of a clause, ``text[start:]`` of it, as it is now."""
    text, quote = writable(clause.text), writable(quote)
    return Cited(
        clause_id=clause.clause_id,
        agreement=clause.agreement,
        label=clause.label,
        path=tuple(map(writable, clause.path)),
        text=text,
        text_sha256=hash_text(text),
        quote=quote,
        start=start,
        end=start + len(quote),
        translation=None if translation is None else writable(translation),
    )


def source_of(index: ClauseIndex, name: str, language: str) -> Source:
    """Return an agreement as it is now, its title in a language."""
    agreement = index.agreement(name)
    title = writable(agreement.title_in(language))
    return Source(name, title, agreement.version, agreement.sha256)


def _texts_of(value: Record | Cited | Near | Source | Writing) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


_BESIDE = ("digest", "standings")  # may stand in the JSON beside what the digest covers


def record_from_json(text: str) -> Record:
    """Return the record that a JSON object holds, one of ours or of an export in any layout.

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
    if row.get("format") != (WRITTEN if "writer" in row else FORMAT):
        raise RecordError(
            f"the record has format {row.get('format')!r}, this program reads {FORMAT} and "
            f"{WRITTEN}. Read it with the program that wrote it."
        )
    if stated != found:
        raise RecordError(
            f"the record was changed after it was written: its digest is {found}, "
            f"but it states {stated!r}. Do not rely on it; ask for it anew by its id."
        )
    try:
        return _from_row(row)
    except ValueError as error:
        raise RecordError(f"the record is not whole ({error}). Ask for it anew.") from error


def _from_row(row: dict[str, Any]) -> Record:
    record = read_value(Record, {key: value for key, value in row.items() if key != "format"})
    if record.asked_at.utcoffset() is None:
        raise ValueError("'asked_at' has no time zone")
    for cited in record.citations:
        check_quote(cited)
    named = {cited.agreement for cited in record.citations}
    if not named | {near.agreement for near in record.nearest} <= {
        source.agreement for source in record.sources
    }:
        raise ValueError("an agreement is named, but not described")
    return replace(record, asked_at=record.asked_at.astimezone(UTC))


def check_quote(cited: Cited) -> None:
    """Make sure that a citation is what it says.

    Raises:
        ValueError: Its quote or hash is not that of its words.
    """
    if cited.start < 0 or cited.text[cited.start : cited.end] != cited.quote:
        raise ValueError(f"the quote of {cited.clause_id} does not stand in its clause")
    if hash_text(cited.text) != cited.text_sha256:
        raise ValueError(f"the hash of {cited.clause_id} is not that of its words")
