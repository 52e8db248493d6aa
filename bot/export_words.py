"""What the exports of a record say, whatever they are written in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.record import Cited, Record
from bot.standing import Change, Standing
from bot.wording import say
from index.agreement import detect_language

_NOTES = {
    Change.CHANGED: "clause_changed",
    Change.MOVED: "clause_moved",
    Change.GONE: "clause_gone",
}


def facts_of(record: Record) -> Iterator[tuple[str, str]]:
    """Yield what a record is verified by, each with its name, in the language of the answer."""
    language = record.language
    for source in record.sources:
        version = source.version or say("no_version", language)
        yield source.title, f"{version} · SHA-256 {source.sha256}"
    yield say("record_generation", language), record.generation or "–"
    yield say("record_model", language), record.model
    yield say("record_id", language), record.answer_id
    yield say("record_digest", language), record.digest


def note_of(record: Record, cited: Cited, standing: Standing | None) -> str:
    """Return the sentence that says what has become of a clause; empty if nothing has."""
    if standing is None or standing.change is Change.UNCHANGED:
        return ""
    label = standing.now.label if standing.now else cited.label
    return say(_NOTES[standing.change], record.language, label=label)


def overview_of(standings: Sequence[Standing], language: str) -> str:
    """Return the sentence that stands above all; empty if nothing was looked up."""
    if not standings:
        return ""
    if all(standing.change is Change.UNCHANGED for standing in standings):
        return say("record_current", language)
    return say("record_stale", language)


def asked_of(record: Record) -> str:
    """Return when it was asked."""
    time = record.asked_at.strftime("%Y-%m-%d %H:%M")
    return say("record_asked", record.language, time=time)


def rendering_of(record: Record, cited: Cited) -> str:
    """Return the rendering of a clause in another language than the answer's, marked as such."""
    if not cited.translation or detect_language(cited.text) == record.language:
        return ""
    return f"{cited.translation} {say('unofficial', record.language)}"


def name_of(record: Record, cited: Cited) -> str:
    """Return what a clause is looked up by: its agreement and its number."""
    agreement = record.source(cited.agreement).title
    return say("clause", record.language, agreement=agreement, label=cited.label)


def words_now(standing: Standing | None) -> str:
    """Return what a changed clause says now; empty for any other."""
    is_changed = standing is not None and standing.change is Change.CHANGED
    return standing.now.text if standing and is_changed and standing.now else ""


def paired(
    citations: Sequence[Cited], standings: Sequence[Standing]
) -> Iterator[tuple[Cited, Standing | None]]:
    """Yield each citation with what has become of it, or None if that was not looked up."""
    known: Sequence[Standing | None] = standings or (None,) * len(citations)
    yield from zip(citations, known, strict=True)
