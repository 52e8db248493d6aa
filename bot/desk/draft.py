"""A ticket in, the draft of a reply out: what the clauses say, quoted, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answer import Answer, Citation
from bot.bot import Bot
from bot.desk.aside import PartKind
from bot.desk.ticket import Asked, Ticket
from bot.evidence import Evidence
from bot.question import Question, find_named, frame_question
from bot.reader import cite, name_clauses
from bot.related import find_disagreeing
from index.agreement import Agreement
from index.clause_index import ClauseIndex, Hit
from index.errors import QueryError
from index.text import normalise

DOUBTFUL = 0.36  # probability below which an answer is told to be weak


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause as the draft quotes it.

    Attributes:
        citation: What is quoted.
        reference: The clause as a reader would look it up, in the language of the draft.
        rendering: Unofficial rendering of the quote, to stand before it; None where the
            agreement is in the language of the draft, or nobody has rendered it.
    """

    citation: Citation
    reference: str
    rendering: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A ranked clause that may be cited instead; ``score`` rises with relevance, 0..1."""

    clause_id: str
    reference: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The part of a draft that replies to one question.

    Attributes:
        asked: The question and where it stands in the message.
        answer: What the bot says to it.
        passages: What the draft quotes, first the clauses that decide; none where the
            agreement does not settle the question.
        choices: The clauses to swap from, best first.
        agreement: Id of the one agreement that it was answered from, chosen or named elsewhere
            in the message; None where the question itself names it, or nothing does.
        wording: Words of an approved reply, which stand in place of the passages; None for none.
    """

    asked: Asked
    answer: Answer
    passages: tuple[Passage, ...]
    choices: tuple[Choice, ...]
    agreement: str | None = None
    wording: str | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether the bot answers, but so weakly that a person should look twice."""
        cited = self.answer.citations
        return bool(cited) and max(citation.probability for citation in cited) < DOUBTFUL


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that a person may edit; nothing of it is sent by itself.

    Attributes:
        ticket: What it replies to.
        language: ``zh`` or ``en``, the customer's.
        agreement: Id of the agreement that was chosen, or None.
        replies: One for each question, in order.
    """

    ticket: Ticket
    language: str
    agreement: str | None
    replies: tuple[Reply, ...]


def make_draft(bot: Bot, ticket: Ticket, *, agreement: str | None = None) -> Draft:
    """Answer each question of a ticket; the former one is the history of one that leans.

    Args:
        bot: Who answers.
        ticket: The message, read.
        agreement: Id of the one agreement to answer from; None for those that are named.

    Raises:
        QueryError: There is no such agreement.
    """
    index = bot.index
    if agreement is not None:
        index.agreement(agreement)
    replies: list[Reply] = []
    former = ""
    for asked in ticket.questions:
        chosen = agreement or _named_around(ticket, asked, index.corpus.agreements)
        history = [former] if former and asked.leans else []
        answer = bot.ask(asked.text, agreement=chosen, history=history)
        passages = _first_passages(index, ticket.language, answer)
        choices = tuple(_choices(index, ticket.language, answer))
        replies.append(Reply(asked, answer, passages, choices, chosen))
        former = asked.text
    return Draft(ticket, ticket.language, agreement, tuple(replies))


def redraft(bot: Bot, draft: Draft, at: int, citations: Sequence[str]) -> Draft:
    """Let one reply of a draft cite other clauses, in the order given.

    Args:
        bot: Whose index holds the clauses.
        draft: The draft before.
        at: Place of the reply, from 0.
        citations: Ids of clauses; none at all says that the agreement does not settle it.

    Raises:
        QueryError: There is no such reply or no such clause, or one is given twice.
    """
    if not 0 <= at < len(draft.replies):
        raise QueryError(f"there is no reply {at}; the draft has {len(draft.replies)}.")
    if len(set(citations)) < len(citations):
        raise QueryError("a clause is given twice. Give each once.")
    reply = draft.replies[at]
    is_same = reply.answer.generation == bot.index.generation
    known = {cited.clause_id: cited for cited in reply.answer.citations if is_same}
    chosen = [known.get(name) or _cite(bot.index, reply.answer, name) for name in citations]
    passages = tuple(_passage(bot.index, draft.language, citation) for citation in chosen)
    replies = list(draft.replies)
    replies[at] = replace(reply, passages=passages)
    return replace(draft, replies=tuple(replies))


def reword(draft: Draft, at: int, wording: str) -> Draft:
    """Let the words of an approved reply stand for one reply of a draft, ``replies[at]``."""
    replies = list(draft.replies)
    replies[at] = replace(replies[at], wording=wording)
    return replace(draft, replies=tuple(replies))


def _named_around(ticket: Ticket, asked: Asked, agreements: Sequence[Agreement]) -> str | None:
    """Return the agreement that the message names where the question itself names none.

    Quoted mail counts only where the rest names none; of several, none is taken.
    """
    if find_named(normalise(asked.words), agreements):
        return None
    quoted = [part for part in ticket.parts if part.kind is PartKind.QUOTED]
    own = ticket.message
    for part in reversed(quoted):
        own = own[: part.start] + own[part.end :]
    for text in (own, ticket.message):
        named = find_named(normalise(text), agreements)
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _first_passages(index: ClauseIndex, language: str, answer: Answer) -> tuple[Passage, ...]:
    """Return the clauses that an answer cites, then those that do not go together with one."""
    disagreeing = find_disagreeing(index, language, answer.citations, answer.related)
    cited = {citation.clause_id for citation in answer.citations}
    others = [clause.clause_id for clause in disagreeing if clause.clause_id not in cited]
    citations = [*answer.citations, *(_cite(index, answer, other) for other in others)]
    return tuple(_passage(index, language, citation) for citation in citations)


def _choices(index: ClauseIndex, language: str, answer: Answer) -> Iterator[Choice]:
    for found in answer.retrieved:
        hit = _hit(index, found.clause_id, found.score)
        reference = name_clauses(index, language, [hit])
        yield Choice(found.clause_id, reference, found.text, found.score)


def _cite(index: ClauseIndex, answer: Answer, clause_id: str) -> Citation:
    """Cite a clause for a question by the words of it that fit best."""
    scores = {found.clause_id: found.score for found in answer.retrieved}
    hit = _hit(index, clause_id, scores.get(clause_id, 0.0))
    return cite(index, _question(index, answer), Evidence(hit, hit.score))


def _question(index: ClauseIndex, answer: Answer) -> Question:
    return frame_question(answer.question, index.corpus.agreements)


def _hit(index: ClauseIndex, clause_id: str, score: float) -> Hit:
    position = index.position(clause_id)
    return Hit(index.corpus.clauses[position], score, position)


def _passage(index: ClauseIndex, language: str, citation: Citation) -> Passage:
    hit = _hit(index, citation.clause_id, citation.probability)
    is_own = language == index.agreement(citation.agreement).language
    return Passage(
        citation,
        name_clauses(index, language, [hit]),
        None if is_own else citation.quote_translation,
    )
