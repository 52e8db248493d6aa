"""Approved replies: what a person let stand, and the steps of its life while the clauses stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.answering.question import MAX_LENGTH as MAX_QUESTION
from bot.records.citation_status import Change, check_cited
from bot.records.record import Cited, Source, cite_as_is, source_of, writable
from index.clause import Clause
from index.errors import ClauseBotError, QueryError
from index.search.clause_index import ClauseIndex
from index.text import normalise

MAX_TEXT = 20_000  # characters of a reply
MAX_QUESTIONS = 50
MAX_CITATIONS = 20
LANGUAGES = ("zh", "en")


class ReplyError(ClauseBotError):
    """A reply is none, or may not be approved; the message says why.

    Attributes:
        clauses: Ids of the clauses that are to blame.
    """

    def __init__(self, message: str, code: str, clauses: tuple[str, ...] = ()) -> None:
        """Say it; ``code`` is as in ``ClauseBotError``."""
        super().__init__(message)
        self.code = code
        self.clauses = clauses


class State(StrEnum):
    """What may be done with a reply."""

    APPROVED = "approved"  # it comes first for like questions
    PENDING = "pending"  # a clause under it changed; a person must look
    RETIRED = "retired"  # it is kept, and no longer offered


class StepKind(StrEnum):
    """What happened to a reply."""

    SAVED = "saved"
    EDITED = "edited"
    APPROVED = "approved"
    TURNED_PENDING = "turned_pending"  # by itself
    TURNED_BACK = "turned_back"  # by itself: every clause reads again as it was approved
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Changed:
    """Why a reply is pending: one clause that is not as it was cited.

    Attributes:
        clause_id: As it was cited.
        change: ``changed``, ``moved`` or ``gone``.
        now_id: Id of the clause at its place, or where its words went; None when gone.
        now: The words of that clause; None when gone.
    """

    clause_id: str
    change: Change
    now_id: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """One step in the life of a reply, and how it read until then.

    Attributes:
        at: In UTC.
        who: Name of the person; empty where the program did it.
        deed: What happened.
        text: The reply before; empty for the first step.
        questions: The questions before.
        clauses: Ids of the clauses cited before.
    """

    at: datetime
    who: str
    deed: StepKind
    text: str
    questions: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a person writes of a reply.

    Attributes:
        language: ``zh`` or ``en``, that of ``text``.
        text: What is sent.
        questions: What it answers, in either language; at least one.
        citations: What it rests on; at least one.
        sources: The agreements of the citations, as they were.
    """

    language: str
    text: str
    questions: tuple[str, ...]
    citations: tuple[Cited, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ApprovedReply:
    """A reply that was approved once.

    Attributes:
        reply_id: Cannot be guessed.
        content: What it says and rests on.
        state: What may be done with it.
        approved_by: Who approved it last.
        approved_at: When, in UTC.
        changes: When pending, the clauses that are not as they were cited.
        history: Every step, oldest first.
        owner: Id of the person who saved it at this desk; empty for nobody's. No file tells it.
    """

    reply_id: str
    content: Content
    state: State
    approved_by: str
    approved_at: datetime
    changes: tuple[Changed, ...]
    history: tuple[Edit, ...]
    owner: str = ""

    @property
    def revision(self) -> int:
        """Rises with every step; tells whether someone else was there first."""
        return len(self.history)


def check_content(content: Content) -> None:
    """Refuse what no reply may be.

    Raises:
        ReplyError: Says what to write instead.
    """
    if content.language not in LANGUAGES:
        raise ReplyError(f"the language is {content.language!r}; write zh or en.", "reply_language")
    if not content.text.strip() or len(content.text) > MAX_TEXT:
        raise ReplyError(f"the reply is empty or longer than {MAX_TEXT} characters.", "reply_text")
    if not 1 <= len(content.questions) <= MAX_QUESTIONS:
        raise ReplyError(f"a reply answers 1 to {MAX_QUESTIONS} questions.", "reply_questions")
    for question in content.questions:
        is_worded = any(char.isalnum() for char in normalise(question[: MAX_QUESTION + 1]))
        if not is_worded or len(question) > MAX_QUESTION:
            raise ReplyError(
                f"a question holds no word, or over {MAX_QUESTION} characters.", "reply_question"
            )
    if not 1 <= len(content.citations) <= MAX_CITATIONS:
        raise ReplyError(f"a reply cites 1 to {MAX_CITATIONS} clauses.", "reply_clauses")
    if {cited.agreement for cited in content.citations} != {
        source.agreement for source in content.sources
    }:
        raise ReplyError("the agreements cited are not those described.", "reply_clauses")


def cite_clauses(
    index: ClauseIndex, language: str, quotes: Sequence[tuple[str, str]]
) -> tuple[tuple[Cited, ...], tuple[Source, ...]]:
    """Return citations of clauses as they are now, and the agreements they are of.

    A quote is the id of a clause and words of it; titles are in the language of the reply.

    Raises:
        ReplyError: There is no such clause, or a quote does not stand in it word for word.
    """
    citations = tuple(_cite(index, clause_id, quote) for clause_id, quote in quotes)
    names = dict.fromkeys(cited.agreement for cited in citations)
    return citations, tuple(source_of(index, name, language) for name in names)


def save(reply_id: str, content: Content, who: str, index: ClauseIndex) -> ApprovedReply:
    """Return a new reply, approved by who saves it.

    Raises:
        ReplyError: It is no reply, nobody approves it, or a clause is not as it is cited.
    """
    _refuse_changed(content, index)
    now = datetime.now(UTC)
    first = Edit(now, _named(who), StepKind.SAVED, "", (), ())
    return ApprovedReply(reply_id, content, State.APPROVED, first.who, now, (), (first,))


def edit(reply: ApprovedReply, content: Content, who: str, index: ClauseIndex) -> ApprovedReply:
    """Return the reply with other content; its state stays, who edits it stands for it.

    Raises:
        ReplyError: As ``save``, where the reply is approved; or the text still quotes what was
            cited before and no cited clause says any more.
    """
    check_content(content)
    _refuse_former_words(reply.content, content)
    if reply.state is State.APPROVED:
        _refuse_changed(content, index)
    step = _step(reply, StepKind.EDITED, _named(who))
    if reply.state is State.APPROVED:
        reply = replace(reply, approved_by=step.who, approved_at=step.at)
    return replace(reply, content=content, history=(*reply.history, step))


def approve(reply: ApprovedReply, who: str, index: ClauseIndex) -> ApprovedReply:
    """Return the reply approved again, pending or retired before.

    Raises:
        ReplyError: A clause is still not as it is cited; cite it anew first.
    """
    _refuse_changed(reply.content, index)
    step = _step(reply, StepKind.APPROVED, _named(who))
    return replace(
        reply,
        state=State.APPROVED,
        approved_by=step.who,
        approved_at=step.at,
        changes=(),
        history=(*reply.history, step),
    )


def retire(reply: ApprovedReply, who: str) -> ApprovedReply:
    """Return the reply, no longer offered."""
    step = _step(reply, StepKind.RETIRED, _named(who))
    return replace(reply, state=State.RETIRED, changes=(), history=(*reply.history, step))


def review(reply: ApprovedReply, index: ClauseIndex) -> ApprovedReply:
    """Return the reply as the agreements of today leave it; the same where nothing changed."""
    if reply.state is State.RETIRED:
        return reply
    changes = tuple(find_changes(reply.content, index))
    if reply.state is State.PENDING:
        if changes:
            return reply if changes == reply.changes else replace(reply, changes=changes)
        if reply.history[-1].deed != StepKind.TURNED_PENDING:  # as it reads, nobody approved it
            return reply
        step = _step(reply, StepKind.TURNED_BACK, "")
        return replace(reply, state=State.APPROVED, changes=(), history=(*reply.history, step))
    if not changes:
        return reply
    step = _step(reply, StepKind.TURNED_PENDING, "")
    return replace(reply, state=State.PENDING, changes=changes, history=(*reply.history, step))


def find_changes(content: Content, index: ClauseIndex) -> Iterator[Changed]:
    """Yield the cited clauses that are not as they were cited.

    One that moved counts when its number or agreement is another: the reply may name them.
    """
    sources = {source.agreement: source for source in content.sources}
    for cited in content.citations:
        standing = check_cited(cited, sources[cited.agreement], index)
        now = standing.now
        if now is None:
            yield Changed(cited.clause_id, standing.change, None, None)
        elif _is_other(cited, standing.change, now):
            yield Changed(cited.clause_id, standing.change, now.clause_id, writable(now.text))


def _is_other(cited: Cited, change: Change, now: Clause) -> bool:
    is_moved = (now.agreement, now.label) != (cited.agreement, cited.label)
    return change is Change.CHANGED or (change is Change.MOVED and is_moved)


def _refuse_changed(content: Content, index: ClauseIndex) -> None:
    check_content(content)
    changed = tuple(change.clause_id for change in find_changes(content, index))
    if changed:
        raise ReplyError(
            f"{', '.join(changed)}: is no longer as it is cited. Cite it as it is now, or drop it.",
            "reply_changed",
            changed,
        )


def _refuse_former_words(former: Content, content: Content) -> None:
    """Refuse a text that promises in a clause's name what the clause said before."""
    said, text = _bare(" ".join(cited.text for cited in content.citations)), _bare(content.text)
    for cited in former.citations:
        quote = _bare(cited.quote)
        if quote in text and quote not in said:
            raise ReplyError(
                f"the text still says “{cited.quote}”, which no cited clause says now. "
                "Write what it says now.",
                "reply_former",
                (cited.clause_id,),
            )


def _bare(text: str) -> str:
    return "".join(text.split())


def _named(who: str) -> str:
    if not who.strip():
        raise ReplyError("nobody is named. A reply is approved by a person.", "reply_person")
    return writable(who)


def _step(reply: ApprovedReply, deed: StepKind, who: str) -> Edit:
    clauses = tuple(cited.clause_id for cited in reply.content.citations)
    content = reply.content
    return Edit(datetime.now(UTC), who, deed, content.text, content.questions, clauses)


def _cite(index: ClauseIndex, clause_id: str, quote: str) -> Cited:
    try:
        position = index.position(clause_id)
    except QueryError as error:
        raise ReplyError(str(error), "reply_clause", (clause_id,)) from error
    clause = index.corpus.clauses[position]
    quote = writable(quote)
    start = writable(clause.text).find(quote)
    if not quote or start < 0:
        raise ReplyError(
            f"{clause_id}: the words quoted do not stand in it. Quote it as it is.",
            "reply_quote",
            (clause_id,),
        )
    return cite_as_is(clause, quote, start, index.fields(position).rendering or None)
