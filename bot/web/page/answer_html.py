"""An answer as HTML: conversation, cards, tools, and the frame around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from bot.answering.answer import Answer, Citation, Outcome, Reason, Related, Retrieved
from bot.storage.feedback import REASONS, VERDICTS
from bot.web.http import LANGUAGES
from bot.words.catalogue import EXAMPLES, say
from bot.words.templates import read_macros
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


@dataclass(frozen=True, slots=True)
class _Place:
    """A clause as something to be found: what names it, and where it stands.

    Attributes:
        clause_id: Its id.
        label: Its number.
        title: Of its agreement, in the language of the page.
        language: Of its agreement.
        heading: What it is about, where the page is in another language; else empty.
        path: The titles above it.
        lead_in: What a list says before this item of it; else empty.
        name: Agreement and number, to be read out.
        href: The address that opens it, with the question asked again.
    """

    clause_id: str
    label: str
    title: str
    language: str
    heading: str
    path: Sequence[str]
    lead_in: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class _Card:
    """A citation with all that its card shows.

    Attributes:
        role: ``deciding``, or ``also`` for a further clause of one agreement.
        is_foreign: Whether the agreement is in another language than the answer.
    """

    citation: Citation
    place: _Place
    role: str
    is_foreign: bool


@dataclass(frozen=True, slots=True)
class _View:
    """A turn with all that is shown of it.

    Attributes:
        turn: The turn.
        scope: What was looked in.
        is_long: Whether its question is set smaller.
        abstained: Why there is no answer; empty where there is one.
        said: What is said in place of an answer.
        nearest: The clauses nearest to a question without an answer; the words of those that
            are on its topic.
        cards: The citations.
        differing: Clauses beside the answer that disagree openly.
        beside: The others.
    """

    turn: Turn
    scope: str
    is_long: bool
    abstained: str = ""
    said: str = ""
    nearest: Sequence[tuple[_Place, str]] = ()
    cards: Sequence[_Card] = ()
    differing: Sequence[tuple[Related, _Place]] = ()
    beside: Sequence[tuple[Related, _Place]] = ()


MAX_NOTE = 2_000  # characters
_NEAREST = 3  # clauses named in an abstention
_OPENLY = 2  # clauses that disagree; the answer speaks of no more
_LONG = 160  # characters; a longer question is set smaller
_HTML = read_macros(
    "web/page/templates/answer.html", verdicts=VERDICTS, reasons=REASONS, max_note=MAX_NOTE
)


def render_header(language: str) -> str:
    """Show the name and the switch of languages."""
    return str(_HTML.header(LANGUAGES, language))


def render_examples(language: str) -> str:
    """Offer questions to begin with."""
    return str(_HTML.examples(EXAMPLES[language], language))


def render_notice(text: str, language: str, *, may_retry: bool = False) -> str:
    """Show that work goes on, where it does, and why the last question was not answered."""
    return str(_HTML.notice(text, may_retry, language))


def render_footer(language: str) -> str:
    """Say what no answer is and which wording counts; lead to the API and the widget."""
    return str(_HTML.footer(language))


def render_receipt(ticket: str, *, is_kept: bool) -> str:
    """Say to ``answer.js``, which shows it, whether a rating is kept; a ticket names the rating."""
    return str(_HTML.receipt(ticket, is_kept))


def render_conversation(corpus: Corpus, turns: Sequence[Turn], language: str) -> str:
    """Show every turn, oldest first; without any, how to begin."""
    views = [_view(corpus, turn, language) for turn in turns]
    said = _announcement(turns[-1], language) if turns else ""
    return str(_HTML.conversation(views, said, language))


def _view(corpus: Corpus, turn: Turn, language: str) -> _View:
    answer, chosen = turn.answer, turn.agreement
    titles = {agreement.id: agreement.title_in(language) for agreement in corpus.agreements}
    scope = say("all_agreements", language) if chosen is None else titles[chosen]
    view = _View(turn, scope, is_long=len(turn.question) > _LONG)
    if answer is None:
        return replace(view, abstained="failed", said=say("failed", language))

    def place(clause: Citation | Related | Retrieved) -> _Place:
        return _place(corpus, turn, clause, language)

    if answer.outcome is Outcome.ABSTAINED:
        has_nearest = answer.reason in {Reason.SILENT, Reason.NOT_FOUND, Reason.WEAK_EVIDENCE}
        is_on_topic = answer.reason is Reason.WEAK_EVIDENCE
        return replace(
            view,
            abstained=str(answer.reason),
            said=" ".join(answer.remarks),
            nearest=[
                (place(clause), clause.text if is_on_topic else "")
                for clause in answer.retrieved[: _NEAREST if has_nearest else 0]
            ],
        )
    differing = [clause for clause in answer.related if clause.kind == "disagrees"][:_OPENLY]
    return replace(
        view,
        cards=_cards(answer, place),
        differing=[(clause, place(clause)) for clause in differing],
        beside=[(clause, place(clause)) for clause in answer.related if clause not in differing],
    )


def _cards(answer: Answer, place: Callable[[Citation], _Place]) -> list[_Card]:
    first = {citation.agreement: citation for citation in reversed(answer.citations)}
    cards = []
    for citation in answer.citations:
        role = "deciding" if first[citation.agreement] is citation else "also"
        known = place(citation)
        cards.append(_Card(citation, known, role, is_foreign=answer.language != known.language))
    return cards


def _place(
    corpus: Corpus, turn: Turn, clause: Citation | Related | Retrieved, language: str
) -> _Place:
    known = next(known for known in corpus.clauses if known.clause_id == clause.clause_id)
    agreement = next(known for known in corpus.agreements if known.id == clause.agreement)
    fields = corpus.fields.get(clause.clause_id)
    title = agreement.title_in(language)
    return _Place(
        clause_id=clause.clause_id,
        label=clause.label,
        title=title,
        language=agreement.language,
        heading=fields.heading if fields and language != agreement.language else "",
        path=known.path,
        lead_in=known.lead_in,
        name=say("clause", language, agreement=title, label=clause.label),
        href=turn.link(language, clause.clause_id),
    )


def _announcement(turn: Turn, language: str) -> str:
    if turn.answer is None:
        return say("failed", language)
    if turn.answer.outcome is Outcome.ABSTAINED:
        return turn.answer.text
    return say("announce_answered", language, count=len(turn.answer.citations))
