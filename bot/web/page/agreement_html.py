"""An agreement as HTML, the cited words marked in place, and how it was understood beside it."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from bot.words.catalogue import say
from bot.words.html import escape, highlight, said
from index.agreement import Agreement
from index.clause import Clause, ClauseKind
from index.corpus import Corpus
from index.outline import OutlineEntry, outline
from index.segmentation.doubts import Oddity
from index.segmentation.lines import strip_markers
from index.segmentation.segment import segment

MAX_ENTRIES = 1_500  # more than a reader scrolls through; the command line prints all


def render_understanding(agreement: Agreement, language: str) -> str:
    """Return a folded list of what was found, each entry a link to its place in the text."""
    entries = _entries(agreement.id, agreement.text)
    starts = [entry.start for entry in entries if entry.kind == "clause"]
    doubts = sum(entry.kind == "doubt" for entry in entries)
    summary = say("understood", language, clauses=len(starts), doubts=doubts)
    lines = "".join(_line(entry, starts, language) for entry in entries[:MAX_ENTRIES])
    return (
        f'<details class="understood"><summary>{escape(summary)}</summary>'
        f"<ol>{lines}</ol></details>"
    )


@functools.lru_cache(maxsize=32)
def _entries(agreement_id: str, text: str) -> tuple[OutlineEntry, ...]:
    return outline(text, segment(text, agreement_id))


def say_oddity(oddity: Oddity, language: str) -> str:
    """Say what is odd about a label."""
    return say(f"odd_{oddity.kind}", language, label=oddity.label, other=oddity.other)


def say_reason(reason: str, language: str) -> str:
    """Say why something is set aside."""
    return say(f"aside_{reason}", language)


def _line(entry: OutlineEntry, starts: list[int], language: str) -> str:
    at = bisect_left(starts, entry.start)
    place = f"clause-{starts[min(at, len(starts) - 1)]}" if starts else ""
    return (
        f'<li class="read-{entry.kind} read-depth-{min(entry.level, 4)}">'
        f'<a href="#{place}" data-jump="{place}"><span class="read-line">{entry.line}</span> '
        f"{escape(_words(entry, language))}</a></li>"
    )


def _words(entry: OutlineEntry, language: str) -> str:
    if entry.oddity is not None:
        return say("in_doubt", language, words=say_oddity(entry.oddity, language))
    if entry.kind == "leftover":
        reason = say_reason(entry.label, language)
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
    entries = "".join(_book(corpus, agreement, language) for agreement in corpus.agreements)
    hint = "agreement_view_hint" if entries else "no_agreements"
    return (
        f'<section class="shelf" aria-labelledby="shelf-title">'
        f'<h2 class="eyebrow" id="shelf-title">{said("agreement_view", language)}</h2>'
        f'<p class="shelf-hint">{said(hint, language)}</p>'
        f'<ul class="books">{entries}</ul></section>'
    )


def render_agreement(corpus: Corpus, place: OpenedAt, language: str) -> str:
    """Show an agreement word for word, headings set apart, the opened clause marked."""
    agreement = next(a for a in corpus.agreements if a.id == place.agreement)
    clauses = sorted(
        (clause for clause in corpus.clauses if clause.agreement == agreement.id),
        key=lambda clause: clause.label_start,
    )
    titles = {title.strip() for clause in clauses for title in clause.path}
    fields = corpus.fields.get(place.clause_id)
    rendering = fields.rendering if fields and language != agreement.language else ""
    body = "".join(_body(agreement, clauses, titles, place, _rendering(rendering, language)))
    contents = _contents(_headings(agreement, clauses, titles), language)
    if all(clause.kind is not ClauseKind.PASSAGE for clause in clauses):
        contents += render_understanding(agreement, language)
    return (
        f'<section class="agreement" data-agreement="{escape(agreement.id)}" '
        f'aria-label="{escape(agreement.title_in(language))}"><header class="agreement-head">'
        f'<p class="agreement-tools"><button type="button" class="quiet close" data-close>'
        f'{said("close", language)}</button><button type="button" class="quiet shelf-link" '
        f"data-shelf>{said('all_titles', language)}</button></p>"
        f'<h2 class="agreement-title" tabindex="-1">{escape(agreement.title_in(language))}</h2>'
        f'<p class="agreement-facts">{escape(_facts(agreement, language))}</p>'
        f'{_find(language)}<div class="agreement-folds">{contents}</div></header>'
        f'<div class="agreement-text" lang="{escape(agreement.language)}" tabindex="0" '
        f'role="region" aria-label="{said("agreement_view", language)}">{body}</div></section>'
    )


def _find(language: str) -> str:
    """Return the field that finds words in the text; ``find.js`` does the work."""
    buttons = "".join(
        f'<button type="button" class="find-step" data-find="{step}" disabled '
        f'aria-label="{said(f"find_{name}", language)}" '
        f'title="{said(f"find_{name}", language)}">{sign}</button>'
        for name, step, sign in (("previous", -1, "↑"), ("next", 1, "↓"))
    )
    return (
        f'<div class="find" role="search"><input type="search" class="find-words" '
        f'autocomplete="off" spellcheck="false" maxlength="200" enterkeyhint="search" '
        f'aria-label="{said("find", language)}" placeholder="{said("find", language)}">'
        f'<output class="find-count" data-none="{said("find_none", language)}"></output>'
        f"{buttons}</div>"
    )


def _contents(headings: Iterator[tuple[int, str]], language: str) -> str:
    entries = "".join(
        f'<li><a href="#heading-{start}" data-jump="heading-{start}">'
        f"{escape(line.strip())}</a></li>"
        for start, line in headings
    )
    if not entries:
        return ""
    summary = f"<summary>{said('contents', language)}</summary>"
    return f'<details class="contents">{summary}<ol>{entries}</ol></details>'


def _book(corpus: Corpus, agreement: Agreement, language: str) -> str:
    count = sum(clause.agreement == agreement.id for clause in corpus.clauses)
    facts = " · ".join(
        fact
        for fact in (_facts(agreement, language), say("clause_count", language, count=count))
        if fact
    )
    return (
        f'<li><button type="button" class="book" data-open="{escape(agreement.id)}">'
        f'<span class="book-title">{escape(agreement.title_in(language))}</span>'
        f'<span class="book-facts">{escape(facts)}</span></button></li>'
    )


def _facts(agreement: Agreement, language: str) -> str:
    party = agreement.party if language == agreement.language else agreement.party_en
    version = say("version", language, version=agreement.version) if agreement.version else ""
    return " · ".join(fact for fact in (party, version) if fact)


def _body(
    agreement: Agreement, clauses: list[Clause], titles: set[str], place: OpenedAt, note: str
) -> Iterator[str]:
    """Yield the agreement piece by piece; ``note`` follows the opened clause."""
    for gap_start, gap, clause in _pieces(agreement, clauses):
        at = gap_start
        for line in gap.splitlines(keepends=True):
            if strip_markers(line.strip()) in titles:
                yield f'<h3 id="heading-{at}">{escape(strip_markers(line.strip()))}</h3>'
            elif line.strip():
                yield f'<p class="between">{escape(line.strip())}</p>'
            at += len(line)
        if clause is not None:
            yield _clause(agreement, clause, place)
            if clause.clause_id == place.clause_id:
                yield note


def _rendering(rendering: str, language: str) -> str:
    if not rendering:
        return ""
    return (
        f'<p class="rendering-note" lang="{language}"><span class="tag">'
        f"{said('unofficial_tag', language)}</span> {escape(rendering)}</p>"
    )


def _clause(agreement: Agreement, clause: Clause, place: OpenedAt) -> str:
    cited = clause.clause_id == place.clause_id
    whole = not place.start < place.end
    start, end = (0, len(clause.text)) if whole else (place.start, place.end)
    words = highlight(clause.text, start, end) if cited else escape(clause.text)
    label = escape(agreement.text[clause.label_start : clause.start])
    state = ' cited" tabindex="-1" aria-current="true' if cited else ""
    return (
        f'<p id="clause-{clause.start}" class="clause level-{min(clause.level, 4)}{state}" '
        f'data-clause-id="{escape(clause.clause_id)}">'
        f'<span class="clause-label">{label}</span>{words}</p>'
    )


def _headings(
    agreement: Agreement, clauses: list[Clause], titles: set[str]
) -> Iterator[tuple[int, str]]:
    for gap_start, gap, _ in _pieces(agreement, clauses):
        at = gap_start
        for line in gap.splitlines(keepends=True):
            if strip_markers(line.strip()) in titles:
                yield at, strip_markers(line.strip())
            at += len(line)


def _pieces(
    agreement: Agreement, clauses: list[Clause]
) -> Iterator[tuple[int, str, Clause | None]]:
    """Yield (offset, text before a clause, the clause); the last has no clause."""
    at = 0
    for clause in clauses:
        yield at, agreement.text[at : clause.label_start], clause
        at = max(at, clause.end)
    yield at, agreement.text[at:], None
