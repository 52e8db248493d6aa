"""An answer in, safe HTML out; the words around it are in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answer, Citation, Outcome, Reason, Retrieved
from bot.web.frame import render_welcome
from bot.web.markup import emphasise, escape, highlight, link_to
from bot.wording import say
from index.agreement import Agreement
from index.clause import Clause
from index.corpus import Corpus

NEAREST = 3  # clauses named in an abstention


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and its answer.

    Attributes:
        question: As asked.
        agreement: Id of the one chosen to look in; None for all.
        answer: None when answering failed.
        after: The question before it, where this one leans on it; else empty.
    """

    question: str
    agreement: str | None
    answer: Answer | None
    after: str = ""


def render_conversation(corpus: Corpus, turns: Sequence[Turn], language: str) -> str:
    """Show every turn, oldest first; without any, how to begin."""
    if not turns:
        return render_welcome(language)
    articles = "".join(
        render_turn(corpus, turn, language, number) for number, turn in enumerate(turns, start=1)
    )
    return (
        f'<section class="conversation" aria-label="{_say("conversation", language)}">'
        f'<p class="sr-only" role="status">{escape(_announcement(turns[-1], language))}</p>'
        f"{articles}"
        f'<p class="restart"><button type="button" class="quiet" data-restart>'
        f"{_say('restart', language)}</button></p></section>"
    )


def render_turn(corpus: Corpus, turn: Turn, language: str, number: int) -> str:
    """Show one question with its answer; ``number`` counts turns from 1."""
    share = _link(turn, language)
    scope = (
        say("all_agreements", language)
        if turn.agreement is None
        else _agreement(corpus, turn.agreement).title_in(language)
    )
    return (
        f'<article class="turn" data-share="{escape(share)}" aria-labelledby="question-{number}">'
        f'<header class="asked"><span class="sr-only">{_say("question_label", language)}</span>'
        f'<h2 id="question-{number}" class="question"><bdi>{escape(turn.question)}</bdi></h2>'
        f'<p class="scope">{escape(scope)}</p></header>'
        f"{_reply(corpus, turn, language)}"
        f'<p class="turn-tools"><a class="quiet share" href="{escape(share)}" '
        f'data-copied="{_say("link_copied", language)}">{_say("link", language)}</a></p></article>'
    )


def _reply(corpus: Corpus, turn: Turn, language: str) -> str:
    answer = turn.answer
    if answer is None:
        return _abstention("failed", say("failed", language), "", language)
    if answer.outcome is Outcome.ABSTAINED:
        nearest = _nearest(corpus, turn, answer.retrieved[:NEAREST], language)
        shown = nearest if answer.reason in {Reason.SILENT, Reason.WEAK_EVIDENCE} else ""
        return _abstention(str(answer.reason), " ".join(answer.remarks), shown, language)
    first = {citation.agreement: citation for citation in reversed(answer.citations)}
    cards = "".join(
        render_citation(
            corpus, turn, citation, language, decides=first[citation.agreement] is citation
        )
        for citation in answer.citations
    )
    return f'<ol class="cards">{cards}</ol>{_remarks(answer)}'


def render_citation(
    corpus: Corpus, turn: Turn, citation: Citation, language: str, *, decides: bool
) -> str:
    """Show one citation as a card: reference, deciding words, whole clause."""
    agreement = _agreement(corpus, citation.agreement)
    foreign = turn.answer is not None and turn.answer.language != agreement.language
    rendering = ""
    if foreign and citation.quote_translation:
        rendering = (
            f'<p class="rendering">{emphasise(citation.quote_translation)} '
            f'<span class="tag">{_say("unofficial_tag", language)}</span></p>'
        )
    lead_in = _clause(corpus, citation.clause_id).lead_in
    lead_in = lead_in and f'<p class="lead-in">{escape(lead_in)}</p>'  # a list item needs it
    quote = (
        f'<blockquote class="quote" lang="{escape(agreement.language)}">{lead_in}'
        f'<p class="words">{emphasise(citation.quote)}</p></blockquote>'
    )
    role = "deciding" if decides else "also"
    return (
        f'<li class="card {role}"><p class="role">{_say(role, language)}</p>'
        f"{_reference(corpus, citation.clause_id, citation.label, language)}"
        f"{rendering}{quote}"
        f'<div class="card-tools">{_open_link(agreement, turn, citation, language)}'
        f"{_whole_clause(agreement, citation, language)}</div></li>"
    )


def _abstention(kind: str, text: str, nearest: str, language: str) -> str:
    return (
        f'<div class="abstained" data-reason="{escape(kind)}">'
        f'<p class="role">{_say(f"abstained_{kind}", language)}</p>'
        f'<p class="abstained-text">{escape(text)}</p>{nearest}</div>'
    )


def _nearest(corpus: Corpus, turn: Turn, clauses: Sequence[Retrieved], language: str) -> str:
    if not clauses:
        return ""
    entries = ""
    for clause in clauses:
        agreement = _agreement(corpus, clause.agreement)
        link = _open_link(agreement, turn, clause, language)
        reference = _reference(corpus, clause.clause_id, clause.label, language)
        entries += f"<li>{reference}{link}</li>"
    return (
        f'<h3 class="eyebrow">{_say("nearest_label", language)}</h3><ul class="near">{entries}</ul>'
    )


def _remarks(answer: Answer) -> str:
    return "".join(f'<p class="silence">{escape(remark)}</p>' for remark in answer.remarks)


def _reference(corpus: Corpus, clause_id: str, label: str, language: str) -> str:
    """Say where a clause stands: its number, its agreement, the titles above it."""
    clause = _clause(corpus, clause_id)
    agreement = _agreement(corpus, clause.agreement)
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
    agreement: Agreement, turn: Turn, clause: Citation | Retrieved, language: str
) -> str:
    start, end = (clause.start, clause.end) if isinstance(clause, Citation) else (0, 0)
    named = say("clause", language, agreement=agreement.title_in(language), label=clause.label)
    href = _link(turn, language, clause.clause_id)
    return (
        f'<a class="open-clause" href="{escape(href)}" data-clause="{escape(clause.clause_id)}" '
        f'data-start="{start}" data-end="{end}" '
        f'aria-label="{escape(say("open_clause_label", language, clause=named))}">'
        f"{_say('open_clause', language)}</a>"
    )


def _whole_clause(agreement: Agreement, citation: Citation, language: str) -> str:
    if citation.quote == citation.text:
        return ""  # all of it stands above already
    translation = ""
    if citation.translation and language != agreement.language:
        translation = (
            f'<p class="whole-rendering">{escape(citation.translation)} '
            f'<span class="tag">{_say("unofficial_tag", language)}</span></p>'
        )
    return (
        f'<details class="whole"><summary>{_say("whole_clause", language)}</summary>'
        f'<p class="whole-text" lang="{escape(agreement.language)}">'
        f"{highlight(citation.text, citation.start, citation.end)}</p>{translation}</details>"
    )


def _link(turn: Turn, language: str, clause: str = "") -> str:
    return link_to(
        q=turn.question,
        agreement=turn.agreement or "",
        lang=language,
        clause=clause,
        after=turn.after,
    )


def _announcement(turn: Turn, language: str) -> str:
    if turn.answer is None:
        return say("failed", language)
    if turn.answer.outcome is Outcome.ABSTAINED:
        return turn.answer.text
    return say("announce_answered", language, count=len(turn.answer.citations))


def _agreement(corpus: Corpus, agreement_id: str) -> Agreement:
    return next(agreement for agreement in corpus.agreements if agreement.id == agreement_id)


def _clause(corpus: Corpus, clause_id: str) -> Clause:
    return next(clause for clause in corpus.clauses if clause.clause_id == clause_id)


def _say(key: str, language: str) -> str:
    return escape(say(key, language))
