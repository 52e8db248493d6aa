"""An answer as safe HTML: conversation, cards, tools, and the frame around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.answering.answer import Answer, Citation, Outcome, Reason, Related, Retrieved
from bot.storage.feedback import REASONS, VERDICTS
from bot.web.http import LANGUAGES
from bot.words.catalogue import EXAMPLES, say
from bot.words.html import emphasise, escape, highlight, said
from index.agreement import Agreement
from index.clause import Clause
from index.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and its answer.

    Attributes:
        question: As asked.
        agreement: Id of the one chosen to look in; None for all.
        answer: None when answering failed.
        after: The question before it, where this one leans on it; else empty.
        answer_id: Under which the answer is kept; empty where it is not.
        key: Names the turn on its page, and in what its reader thinks of it.
    """

    question: str
    agreement: str | None
    answer: Answer | None
    after: str = ""
    answer_id: str = ""
    key: str = ""

    def link(self, language: str, clause: str = "") -> str:
        """Return the address that asks again, in a page of that language."""
        query = {
            "q": self.question,
            "agreement": self.agreement,
            "lang": language,
            "clause": clause,
            "after": self.after,
        }
        given = {key: value for key, value in query.items() if value}
        return "/?" + urlencode(given, errors="replace")

    def shared(self, language: str) -> str:
        """Return the address to give to others: of the kept answer, or one that asks again."""
        return f"/a/{self.answer_id}" if self.answer_id else self.link(language)


def render_header(language: str) -> str:
    """Show the name and the switch of languages."""
    switches = "".join(
        f'<button type="button" lang="{code}" data-lang="{code}" '
        f'aria-pressed="{"true" if code == language else "false"}">{name}</button>'
        for code, name in LANGUAGES.items()
    )
    return (
        f'<div class="masthead" data-language="{language}">'
        f'<button type="button" class="skip" data-skip>{said("skip", language)}</button>'
        f'<h1 class="brand"><span class="brand-mark" aria-hidden="true"></span>ClauseBot '
        f'<span class="tagline">{said("tagline", language)}</span></h1>'
        f'<div class="switch" role="group" aria-label="{said("language_label", language)}">'
        f"{switches}</div></div>"
    )


def render_welcome(language: str) -> str:
    """Say what the page does; shown until something is asked."""
    return (
        f'<section class="welcome"><h2>{said("hero", language)}</h2>'
        f'<p class="promise">{said("promise", language)}</p></section>'
    )


def render_examples(language: str) -> str:
    """Offer questions to begin with."""
    entries = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in EXAMPLES[language]
    )
    return (
        f'<section class="examples"><h3 class="eyebrow">{said("examples", language)}</h3>'
        f"<ul>{entries}</ul></section>"
    )


def render_notice(text: str, language: str, *, may_retry: bool = False) -> str:
    """Show that work goes on, where it does, and why the last question was not answered."""
    state = "" if text and may_retry else " hidden"
    return (
        f'<p class="busy"><span class="busy-mark" aria-hidden="true"></span>'
        f"<span>{said('busy', language)}</span></p>"
        f'<div class="notice" data-lost="{said("lost", language)}">'
        f'<p role="alert">{escape(text)}</p><button type="button" class="quiet" data-retry{state}>'
        f"{said('try_again', language)}</button></div>"
    )


def render_footer(language: str) -> str:
    """Say what no answer is and which wording counts; lead to the API and the widget."""
    return (
        f'<div class="fine"><p>{said("not_advice", language)} '
        f"{said('original_prevails', language)}</p>"
        f'<nav aria-label="{said("more_links", language)}"><a class="quiet" href="/docs">'
        f'{said("api_link", language)}</a><a class="quiet" href="/widget">'
        f"{said('widget_link', language)}</a></nav></div>"
    )


MAX_NOTE = 2_000  # characters
_FORMATS = ("markdown", "html", "json")
_THUMB = (
    '<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M7 10.5v9.5H4'
    "v-9.5zm0 0 4.2-7.4c1.5.2 2.4 1.3 2.2 2.8L12.9 9.500h5.600c1.300 0 2.200 1.200 1.900 "
    '2.400l-1.600 6.600c-.2.9-1 1.500-1.900 1.500H7"/></svg>'
)


def render_tools(turn: Turn, language: str, *, may_restart: bool) -> str:
    """Show the line under an answer; what was not kept cannot be rated or downloaded."""
    rating = _rating(turn, language) if turn.answer_id else "<span></span>"
    sharing = _sharing(turn, language) if turn.answer else ""
    restart = (
        f'<button type="button" class="quiet" data-restart>{said("restart", language)}</button>'
        if may_restart
        else ""
    )
    return f'<div class="turn-tools">{rating}<div class="onward">{sharing}{restart}</div></div>'


def _rating(turn: Turn, language: str) -> str:
    key = escape(turn.key)
    thumbs = "".join(
        f'<button type="button" class="thumb {verdict}" data-rate="{verdict}" '
        f'aria-pressed="false" aria-label="{said(f"rate_{verdict}", language)}" '
        f'title="{said(f"rate_{verdict}", language)}"{more}>{_THUMB}</button>'
        for verdict, more in zip(
            VERDICTS, ("", f' aria-expanded="false" aria-controls="why-{key}"'), strict=True
        )
    )
    return (
        f'<form class="rating" data-turn="{key}" data-saved="{said("rate_saved", language)}" '
        f'data-failed="{said("rate_failed", language)}"><div class="thumbs" role="group" '
        f'aria-labelledby="rate-{key}"><span id="rate-{key}" class="rate-label">'
        f"{said('rate', language)}</span>{thumbs}</div>"
        f'<p class="rating-said" role="status"></p>'
        f'<button type="button" class="quiet" data-rate-again hidden>'
        f"{said('try_again', language)}</button>{_why(key, language)}</form>"
    )


def _why(key: str, language: str) -> str:
    reasons = "".join(
        f'<label class="chip"><input type="radio" name="reason" value="{reason}">'
        f"<span>{said(f'reason_{reason}', language)}</span></label>"
        for reason in REASONS
    )
    return (
        f'<div class="why" id="why-{key}" hidden><fieldset><legend>{said("rate_why", language)}'
        f'</legend><div class="chips">{reasons}</div></fieldset>'
        f'<label class="note"><span>{said("rate_note", language)}</span>'
        f'<textarea name="note" rows="2" maxlength="{MAX_NOTE}"></textarea></label>'
        f'<p class="why-tools"><button type="submit" class="solid" data-rate-send>'
        f"{said('rate_send', language)}</button>"
        f'<button type="button" class="quiet" data-rate-close>{said("rate_close", language)}'
        f"</button></p></div>"
    )


def _sharing(turn: Turn, language: str) -> str:
    downloads = "".join(
        f'<li><a class="menu-item" download href="/api/answers/{escape(turn.answer_id)}/export'
        f'?format={name}">{said(f"download_{name}", language)}</a></li>'
        for name in _FORMATS
        if turn.answer_id
    )
    if downloads:
        downloads = (
            f'<p class="menu-head" id="download-{escape(turn.key)}">{said("download", language)}'
            f'</p><ul aria-labelledby="download-{escape(turn.key)}">{downloads}</ul>'
        )
    text = f"{turn.question}\n\n{turn.answer.text}\n" if turn.answer else ""
    return (
        f'<details class="menu sharing"><summary class="quiet">{said("share", language)}</summary>'
        f'<div class="menu-list" data-failed="{said("copy_failed", language)}">'
        f'<button type="button" class="menu-item" data-copy-link="'
        f'{escape(turn.shared(language))}" data-copied="{said("link_copied", language)}">'
        f"{said('copy_link', language)}</button>"
        f'<button type="button" class="menu-item" data-copy-text="{escape(text)}" '
        f'data-copied="{said("text_copied", language)}">{said("copy_text", language)}</button>'
        f"{downloads}</div></details>"
    )


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
    fields = corpus.fields.get(clause_id)
    above = "".join(
        f'<li lang="{escape(agreement.language)}">{escape(title)}</li>' for title in clause.path
    )
    if language != agreement.language and fields is not None and fields.heading:
        above = f"<li>{escape(fields.heading)}</li>{above}"
    above = f'<ol class="path">{above}</ol>' if above else ""
    return (
        f'<div class="reference"><span class="label">{escape(label)}</span>'
        f'<div class="where"><span class="title">{escape(agreement.title_in(language))}</span>'
        f"{above}</div></div>"
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
