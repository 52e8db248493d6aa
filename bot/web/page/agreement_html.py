"""An agreement as HTML, the cited words marked in place, and how it was understood beside it."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from bot.words.catalogue import say
from bot.words.templates import highlight, read_macros
from index.agreement import Agreement
from index.clause import Clause, ClauseKind
from index.corpus import Corpus
from index.outline import OutlineEntry, outline, percent, sum_up
from index.segmentation.lines import strip_markers
from index.segmentation.segment import segment

MAX_ENTRIES = 1_500  # more than a reader scrolls through; the command line prints all
_HTML = read_macros("web/page/templates/agreement.html")


@functools.lru_cache(maxsize=32)
def render_understanding(agreement: Agreement, language: str) -> str:
    """Return a folded list of what was found, each entry a link to its place in the text."""
    found = segment(agreement.text, agreement.id, agreement.notes)
    entries = outline(agreement.text, found)
    starts = [entry.start for entry in entries if entry.kind == "clause"]
    sums = sum_up(agreement.text, found, agreement.letters)
    lines = [
        (entry, _place(entry, starts), _words(entry, language)) for entry in entries[:MAX_ENTRIES]
    ]
    facts = {"clauses": sums.clauses, "doubts": sums.doubts.total(), "read": percent(sums.read)}
    html: str = _HTML.understood(lines, say("understood", language, **facts))
    return html


def say_reason(entry: OutlineEntry, language: str) -> str:
    """Say why a leftover is set aside."""
    if entry.oddity is not None:
        return entry.oddity.why(language)
    return say(f"aside_{entry.label}", language)


def _place(entry: OutlineEntry, starts: list[int]) -> str:
    """Return the id of the clause that an entry stands in or before; empty without clauses."""
    at = bisect_left(starts, entry.start)
    return f"clause-{starts[min(at, len(starts) - 1)]}" if starts else ""


def _words(entry: OutlineEntry, language: str) -> str:
    if entry.kind == "doubt" and entry.oddity is not None:
        return say("in_doubt", language, words=entry.oddity.say(language))
    if entry.kind == "leftover":
        reason = say_reason(entry, language)
        return say("set_aside", language, reason=reason, words=entry.words)
    return f"# {entry.words}" if entry.kind == "heading" else f"{entry.label}  {entry.words}"


@dataclass(frozen=True, slots=True)
class OpenedAt:
    """What the reader has opened.

    Attributes:
        agreement: Id of the agreement.
        clause_id: The clause to show, or empty for the beginning.
        start: Offset of the words to mark in the clause's text.
        end: Offset after them; not after ``start`` means that the whole clause is meant.
    """

    agreement: str
    clause_id: str = ""
    start: int = 0
    end: int = 0


def render_shelf(corpus: Corpus, language: str) -> str:
    """List the agreements, each to be opened."""
    books = []
    for agreement in corpus.agreements:
        count = sum(clause.agreement == agreement.id for clause in corpus.clauses)
        facts = (_facts(agreement, language), say("clause_count", language, count=count))
        books.append((agreement, " · ".join(filter(None, facts))))
    return str(_HTML.shelf(books, language))


def render_agreement(corpus: Corpus, place: OpenedAt, language: str) -> str:
    """Show an agreement word for word, headings set apart, the opened clause marked."""
    agreement = next(a for a in corpus.agreements if a.id == place.agreement)
    clauses = sorted(
        (clause for clause in corpus.clauses if clause.agreement == agreement.id),
        key=lambda clause: clause.label_start,
    )
    pieces = list(_pieces(agreement, clauses))
    headings = [(piece.at, piece.words) for piece in pieces if piece.is_heading]
    fields = corpus.fields.get(place.clause_id)
    rendering = fields.rendering if fields and language != agreement.language else ""
    opened = next((clause for clause in clauses if clause.clause_id == place.clause_id), None)
    has_clauses = all(clause.kind is not ClauseKind.PASSAGE for clause in clauses)
    return str(
        _HTML.agreement(
            agreement,
            _facts(agreement, language),
            headings,
            render_understanding(agreement, language) if has_clauses else "",
            _HTML.text(pieces, place.clause_id, _marked(opened, place), rendering, language),
            language,
        )
    )


def _facts(agreement: Agreement, language: str) -> str:
    party = agreement.party if language == agreement.language else agreement.party_en
    version = say("version", language, version=agreement.version) if agreement.version else ""
    return " · ".join(filter(None, (party, version)))


def _marked(opened: Clause | None, place: OpenedAt) -> str:
    """Return the words of the opened clause as HTML, those that are meant marked."""
    if opened is None:
        return ""
    is_part = place.start < place.end
    start, end = (place.start, place.end) if is_part else (0, len(opened.text))
    return highlight(opened.text, start, end)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clause of an agreement, or a line between two.

    Attributes:
        at: Its offset in the agreement's text.
        words: The line without its markers; of a clause, the label as printed.
        is_heading: Whether the line is the title of what follows.
        clause: None for a line between.
    """

    at: int
    words: str
    is_heading: bool = False
    clause: Clause | None = None


def _pieces(agreement: Agreement, clauses: list[Clause]) -> Iterator[_Piece]:
    """Yield an agreement piece by piece; ``clauses`` stand in its order."""
    titles = {title.strip() for clause in clauses for title in clause.path}
    at = 0
    for clause in clauses:
        yield from _between(agreement.text[at : clause.label_start], at, titles)
        label = agreement.text[clause.label_start : clause.start]
        yield _Piece(clause.label_start, label, clause=clause)
        at = max(at, clause.end)
    yield from _between(agreement.text[at:], at, titles)


def _between(text: str, at: int, titles: set[str]) -> Iterator[_Piece]:
    for line in text.splitlines(keepends=True):
        words = strip_markers(line.strip())
        if words in titles:
            yield _Piece(at, words, is_heading=True)
        elif line.strip():
            yield _Piece(at, line.strip())
        at += len(line)
