"""Clauses as a reader meets them: the card of a citation, the short line of any other."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Citation, Related, Retrieved
from bot.markup import emphasise, escape, highlight
from bot.web.markup import said
from bot.web.turn import Turn
from bot.wording import say
from index.agreement import Agreement
from index.clause import Clause
from index.corpus import Corpus

_OPENLY = 2  # clauses that disagree; the answer speaks of no more


def render_citation(
    corpus: Corpus, turn: Turn, citation: Citation, language: str, *, decides: bool
) -> str:
    """Show one citation as a card: reference, deciding words, whole clause."""
    agreement = find_agreement(corpus, citation.agreement)
    foreign = turn.answer is not None and turn.answer.language != agreement.language
    rendering = ""
    if foreign and citation.quote_translation:
        rendering = (
            f'<p class="rendering">{emphasise(citation.quote_translation)} '
            f'<span class="tag">{said("unofficial_tag", language)}</span></p>'
        )
    lead_in = find_clause(corpus, citation.clause_id).lead_in
    lead_in = lead_in and f'<p class="lead-in">{escape(lead_in)}</p>'  # a list item needs it
    quote = (
        f'<blockquote class="quote" lang="{escape(agreement.language)}">{lead_in}'
        f'<p class="words">{emphasise(citation.quote)}</p></blockquote>'
    )
    role = "deciding" if decides else "also"
    return (
        f'<li class="card {role}"><h3 class="role">{said(role, language)}'
        f'<span class="sr-only"> {escape(citation.label)}</span></h3>'
        f"{_reference(corpus, citation.clause_id, citation.label, language)}"
        f"{rendering}{quote}"
        f'<div class="card-tools">{_open_link(agreement, turn, citation, language)}'
        f"{_whole_clause(agreement, citation, language)}</div></li>"
    )


def render_nearest(corpus: Corpus, turn: Turn, clauses: Sequence[Retrieved], language: str) -> str:
    """List clauses that decide nothing, each with a link that opens it."""
    if not clauses:
        return ""
    entries = ""
    for clause in clauses:
        agreement = find_agreement(corpus, clause.agreement)
        link = _open_link(agreement, turn, clause, language)
        reference = _reference(corpus, clause.clause_id, clause.label, language)
        entries += f"<li>{reference}{link}</li>"
    return (
        f'<h3 class="eyebrow">{said("nearest_label", language)}</h3><ul class="near">{entries}</ul>'
    )


def render_related(corpus: Corpus, turn: Turn, related: Sequence[Related], language: str) -> str:
    """Show the clauses beside an answer: up to two that disagree openly, the others folded."""
    differing = [clause for clause in related if clause.kind == "disagrees"][:_OPENLY]
    others = [clause for clause in related if clause not in differing]
    shown = ""
    if differing:
        title = said("differs" if len(differing) == 1 else "differ", language)
        shown = (
            f'<section class="differs"><h3 class="role">{title}</h3>'
            f"{_related_list(corpus, turn, differing, language)}</section>"
        )
    if others:
        shown += (
            f'<details class="beside"><summary>{said("related", language)} '
            f'<span class="count">{len(others)}</span></summary>'
            f"{_related_list(corpus, turn, others, language)}</details>"
        )
    return shown


def _related_list(corpus: Corpus, turn: Turn, related: Sequence[Related], language: str) -> str:
    entries = ""
    for clause in related:
        agreement = find_agreement(corpus, clause.agreement)
        entries += (
            f'<li><p class="remark">{escape(clause.note)}</p>'
            f"{_reference(corpus, clause.clause_id, clause.label, language)}"
            f'<blockquote class="excerpt" lang="{escape(agreement.language)}">'
            f"{emphasise(clause.text)}</blockquote>"
            f"{_open_link(agreement, turn, clause, language)}</li>"
        )
    return f'<ul class="related">{entries}</ul>'


def _reference(corpus: Corpus, clause_id: str, label: str, language: str) -> str:
    """Say where a clause stands: its number, its agreement, the titles above it."""
    clause = find_clause(corpus, clause_id)
    agreement = find_agreement(corpus, clause.agreement)
    views = corpus.views.get(clause_id)
    trail = "".join(
        f'<li lang="{escape(agreement.language)}">{escape(title)}</li>' for title in clause.path
    )
    if language != agreement.language and views is not None and views.heading:
        trail = f"<li>{escape(views.heading)}</li>{trail}"
    trail = f'<ol class="path">{trail}</ol>' if trail else ""
    return (
        f'<div class="reference"><span class="label">{escape(label)}</span>'
        f'<div class="where"><span class="title">{escape(agreement.title_in(language))}</span>'
        f"{trail}</div></div>"
    )


def _open_link(
    agreement: Agreement, turn: Turn, clause: Citation | Related | Retrieved, language: str
) -> str:
    start, end = (clause.start, clause.end) if isinstance(clause, Citation) else (0, 0)
    named = say("clause", language, agreement=agreement.title_in(language), label=clause.label)
    href = turn.link(language, clause.clause_id)
    return (
        f'<a class="open-clause" href="{escape(href)}" data-clause="{escape(clause.clause_id)}" '
        f'data-start="{start}" data-end="{end}" '
        f'aria-label="{escape(say("open_clause_label", language, clause=named))}">'
        f"{said('open_clause', language)}</a>"
    )


def _whole_clause(agreement: Agreement, citation: Citation, language: str) -> str:
    if citation.quote == citation.text:
        return ""  # all of it stands above already
    translation = ""
    if citation.translation and language != agreement.language:
        translation = (
            f'<p class="whole-rendering">{escape(citation.translation)} '
            f'<span class="tag">{said("unofficial_tag", language)}</span></p>'
        )
    return (
        f'<details class="whole"><summary>{said("whole_clause", language)}</summary>'
        f'<p class="whole-text" lang="{escape(agreement.language)}">'
        f"{highlight(citation.text, citation.start, citation.end)}</p>{translation}</details>"
    )


def find_agreement(corpus: Corpus, agreement_id: str) -> Agreement:
    """Return the agreement of that id."""
    return next(agreement for agreement in corpus.agreements if agreement.id == agreement_id)


def find_clause(corpus: Corpus, clause_id: str) -> Clause:
    """Return the clause of that id."""
    return next(clause for clause in corpus.clauses if clause.clause_id == clause_id)
