"""A record and the agreements of today in; what has become of each cited clause out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.records.record import Cited, Record, Source, writable
from index.errors import QueryError

if TYPE_CHECKING:
    from index.clause import Clause
    from index.search.clause_index import ClauseIndex


class Change(StrEnum):
    """What has become of a clause since it was cited."""

    UNCHANGED = "unchanged"  # the same words at the same place
    CHANGED = "changed"  # other words stand at its place, and its own nowhere
    MOVED = "moved"  # the same words stand at another place
    GONE = "gone"  # neither its words nor its place are there


@dataclass(frozen=True, slots=True)
class CitationStatus:
    """What has become of one cited clause.

    Attributes:
        clause_id: As it was cited.
        change: What has become of it.
        now: The clause with its words now; when changed, the one at its place; None when gone.
        gist: Those very words in one line, unofficial, in the language of the answer; may be empty.
    """

    clause_id: str
    change: Change
    now: Clause | None
    gist: str = ""


def check_record(record: Record, index: ClauseIndex) -> tuple[CitationStatus, ...]:
    """Hold the clauses that were cited against what the agreements say now.

    White space aside, the same words are the same.

    Returns:
        One standing per citation, in their order.
    """
    found = (check_cited(one, record.source(one.agreement), index) for one in record.citations)
    return tuple(_with_gist(status, record.language, index) for status in found)


def _with_gist(status: CitationStatus, language: str, index: ClauseIndex) -> CitationStatus:
    if status.now is None or status.change not in (Change.UNCHANGED, Change.MOVED):
        return status
    fields = index.fields(index.position(status.now.clause_id))
    return replace(status, gist=fields.gist(language))


def check_cited(cited: Cited, source: Source, index: ClauseIndex) -> CitationStatus:
    """Hold one clause that was cited, from an agreement as it was, against what is said now."""
    here = clause_at(cited.clause_id, index)
    if here is not None and _is_same(cited, here):
        return CitationStatus(cited.clause_id, Change.UNCHANGED, here)
    moved = _find_words(source, cited, index)
    if moved is not None:
        return CitationStatus(cited.clause_id, Change.MOVED, moved)
    return CitationStatus(cited.clause_id, Change.GONE if here is None else Change.CHANGED, here)


def _find_words(source: Source, cited: Cited, index: ClauseIndex) -> Clause | None:
    """Return where the words of a clause stand now: where its address leads, or else anywhere.

    An agreement that has another name now is looked for in all.
    """
    label = cited.clause_id.removeprefix(f"{cited.agreement}/")
    led = clause_at(f"{cited.agreement}@{source.sha256}/{label}", index)
    if led is not None and _is_same(cited, led):
        return led
    is_here = any(agreement.id == cited.agreement for agreement in index.corpus.agreements)
    places = (
        clause
        for clause in index.corpus.clauses
        if clause.agreement == cited.agreement or not is_here
    )
    return next((clause for clause in places if _is_same(cited, clause)), None)


def clause_at(address: str, index: ClauseIndex) -> Clause | None:
    """Return the clause of an id or a versioned address; None where there is none now."""
    try:
        return index.corpus.clauses[index.position(address)]
    except QueryError:
        return None


def _is_same(cited: Cited, clause: Clause) -> bool:
    return "".join(cited.text.split()) == "".join(writable(clause.text).split())
