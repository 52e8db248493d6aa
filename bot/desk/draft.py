"""A ticket in, the draft of a reply out: what the clauses say, quoted, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answer import Answer
from bot.bot import Bot
from bot.desk.asked import Asked
from bot.desk.naming import find_agreement
from bot.desk.passages import (
    Choice,
    Passage,
    cite_for,
    find_choices,
    first_passages,
    make_passage,
)
from bot.desk.ticket import Ticket
from index.errors import QueryError

DOUBTFUL = 0.36  # probability below which an answer counts as weak in the list of gaps
UNSURE = 0.55
"""Probability below which an agent is told to look twice, which costs less than a wrong reply.

In the drafts of the fifty bundled messages that marks 8 of the 17 answers beside the point, and 10
of the 109 right ones; below ``DOUBTFUL`` it were 5 and 6.
"""


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
        return bool(cited) and max(citation.probability for citation in cited) < UNSURE


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
        answered = replies[-1].answer if replies else None
        chosen = agreement or find_agreement(ticket, asked, index.corpus.agreements, answered)
        history = [former] if former and asked.leans else []
        answer = bot.ask(asked.text, agreement=chosen, history=history)
        passages = first_passages(index, ticket.language, answer)
        choices = tuple(find_choices(index, ticket.language, answer))
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
    chosen = [known.get(name) or cite_for(bot.index, reply.answer, name) for name in citations]
    replies = list(draft.replies)
    passages = tuple(make_passage(bot.index, draft.language, citation) for citation in chosen)
    replies[at] = replace(reply, passages=passages)
    return replace(draft, replies=tuple(replies))


def reword(draft: Draft, at: int, wording: str) -> Draft:
    """Let the words of an approved reply stand for one reply of a draft, ``replies[at]``."""
    replies = list(draft.replies)
    replies[at] = replace(replies[at], wording=wording)
    return replace(draft, replies=tuple(replies))
