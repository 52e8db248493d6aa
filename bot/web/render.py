"""An answer in, safe HTML out; the words around it are in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Answer, Outcome, Reason
from bot.markup import escape
from bot.web.cards import find_agreement, render_citation, render_nearest, render_related
from bot.web.frame import render_welcome
from bot.web.markup import said
from bot.web.turn import Turn
from bot.web.turn_tools import render_tools
from bot.wording import say
from index.corpus import Corpus

NEAREST = 3  # clauses named in an abstention
_LONG = 160  # characters; a longer question is set smaller


def render_conversation(corpus: Corpus, turns: Sequence[Turn], language: str) -> str:
    """Show every turn, oldest first; without any, how to begin."""
    if not turns:
        return render_welcome(language)
    articles = "".join(
        render_turn(corpus, turn, language, number, is_last=number == len(turns))
        for number, turn in enumerate(turns, start=1)
    )
    return (
        f'<section class="conversation" aria-label="{said("conversation", language)}" '
        f'data-said="{escape(_announcement(turns[-1], language))}">{articles}</section>'
    )


def render_turn(
    corpus: Corpus, turn: Turn, language: str, number: int, *, is_last: bool = True
) -> str:
    """Show one question with its answer; ``number`` counts turns from 1."""
    scope = (
        say("all_agreements", language)
        if turn.agreement is None
        else find_agreement(corpus, turn.agreement).title_in(language)
    )
    size = ' long" tabindex="0' if len(turn.question) > _LONG else '" tabindex="-1'
    return (
        f'<article class="turn" data-key="{escape(turn.key)}" '
        f'data-address="{escape(turn.link(language))}" aria-labelledby="question-{number}">'
        f'<header class="asked"><span class="sr-only">{said("question_label", language)}</span>'
        f'<h2 id="question-{number}" class="question{size}"><bdi>{escape(turn.question)}</bdi></h2>'
        f'<p class="scope">{escape(scope)}</p></header>'
        f"{_reply(corpus, turn, language)}"
        f"{render_tools(turn, language, may_restart=is_last)}</article>"
    )


def _reply(corpus: Corpus, turn: Turn, language: str) -> str:
    answer = turn.answer
    if answer is None:
        return _abstention("failed", say("failed", language), _again(turn, language), language)
    if answer.outcome is Outcome.ABSTAINED:
        nearest = render_nearest(corpus, turn, answer.retrieved[:NEAREST], language)
        shown = nearest if answer.reason in {Reason.SILENT, Reason.WEAK_EVIDENCE} else ""
        return _abstention(str(answer.reason), " ".join(answer.remarks), shown, language)
    first = {citation.agreement: citation for citation in reversed(answer.citations)}
    cards = "".join(
        render_citation(
            corpus, turn, citation, language, decides=first[citation.agreement] is citation
        )
        for citation in answer.citations
    )
    beside = render_related(corpus, turn, answer.related, language)
    return f'<ol class="cards">{cards}</ol>{_remarks(answer)}{beside}'


def _again(turn: Turn, language: str) -> str:
    return (
        f'<p><button type="button" class="solid" data-ask="{escape(turn.question)}">'
        f"{said('try_again', language)}</button></p>"
    )


def _abstention(kind: str, text: str, nearest: str, language: str) -> str:
    return (
        f'<div class="abstained" data-reason="{escape(kind)}">'
        f'<h3 class="role">{said(f"abstained_{kind}", language)}</h3>'
        f'<p class="abstained-text">{escape(text)}</p>{nearest}</div>'
    )


def _remarks(answer: Answer) -> str:
    return "".join(f'<p class="silence">{escape(remark)}</p>' for remark in answer.remarks)


def _announcement(turn: Turn, language: str) -> str:
    if turn.answer is None:
        return say("failed", language)
    if turn.answer.outcome is Outcome.ABSTAINED:
        return turn.answer.text
    return say("announce_answered", language, count=len(turn.answer.citations))
