"""A ticket → the draft of a reply: what the clauses say, quoted, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.answer import Answer, Citation
from bot.answering.bot import Bot
from bot.answering.question import frame_question
from bot.answering.reader import cite, find_disagreeing, name_clauses
from bot.desk.ticket.questions import TicketQuestion
from bot.desk.ticket.ticket import Ticket, find_agreement
from index.errors import QueryError
from index.search.clause_index import ClauseIndex, Hit
from index.text import split_sentences

_WHOLE = 400  # characters up to which a lead-in is quoted whole, and not by its last sentence


@dataclass(frozen=True, slots=True)
class LeadIn:
    """Words that an item of a list completes: ``text[start:end]`` of the clause above it.

    Attributes:
        clause_id: Of the clause above.
        reference: That clause as a reader would look it up.
        quote: The words.
        start: Offset in that clause's text.
        end: Offset after the last character.
        rendering: Unofficial rendering of the quote; None where the agreement is in the language
            of the reader, or nobody has rendered it.
    """

    clause_id: str
    reference: str
    quote: str
    start: int
    end: int
    rendering: str | None


def find_lead_ins(index: ClauseIndex, language: str, clause_id: str) -> tuple[LeadIn, ...]:
    """Return what leads into a clause, outermost first; nothing where it is no item of a list.

    Raises:
        QueryError: There is no such clause.
    """
    clause = index.corpus.clauses[index.position(clause_id)]
    if not clause.lead_in:
        return ()
    position = index.position(clause.parent)
    above = index.corpus.clauses[position]
    start = 0 if len(above.text) <= _WHOLE else split_sentences(above.text)[-1][0]
    end = len(above.text)
    is_own = language == index.agreement(above.agreement).language
    lead_in = LeadIn(
        clause_id=above.clause_id,
        reference=name_clauses(index, language, [Hit(above, 0.0, position)]),
        quote=above.text[start:end],
        start=start,
        end=end,
        rendering=None if is_own else find_rendering(index, above.clause_id, start, end),
    )
    return (*find_lead_ins(index, language, above.clause_id), lead_in)


def without_lead_in(rendering: str | None, lead_ins: Sequence[LeadIn]) -> str | None:
    """Return the rendering of an item without that of what leads into it, if it begins so."""
    for led in lead_ins:
        if rendering and led.rendering:
            rendering = rendering.removeprefix(led.rendering).lstrip() or rendering
    return rendering


def find_rendering(index: ClauseIndex, clause_id: str, start: int, end: int) -> str | None:
    """Return the unofficial rendering of words of a clause; None where none can be told.

    Raises:
        QueryError: There is no such clause.
    """
    position = index.position(clause_id)
    text, rendering = index.corpus.clauses[position].text, index.fields(position).rendering
    if text[start:end] == text:
        return rendering or None
    own, theirs = split_sentences(text), split_sentences(rendering)
    if len(own) != len(theirs) or (start, end) not in own:
        return None
    return rendering[slice(*theirs[own.index((start, end))])]


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause as the draft quotes it.

    Attributes:
        citation: What is quoted.
        reference: The clause as a reader would look it up, in the language of the draft.
        rendering: Unofficial rendering of the quote, to stand before it; None where the
            agreement is in the language of the draft, or nobody has rendered it. What leads
            into the clause is rendered there alone.
        lead_ins: What leads into a clause that is an item of a list, outermost first.
    """

    citation: Citation
    reference: str
    rendering: str | None
    lead_ins: tuple[LeadIn, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A ranked clause that may be cited instead.

    Attributes:
        clause_id: Of the clause.
        reference: The clause as a reader would look it up.
        lead_in: Words that lead into it, of the clause above; empty for no item of a list.
        text: Its words.
        score: Rises with relevance, 0..1.
    """

    clause_id: str
    reference: str
    lead_in: str
    text: str
    score: float


def first_passages(index: ClauseIndex, language: str, answer: Answer) -> tuple[Passage, ...]:
    """Return the clauses that an answer cites, then those that do not go together with one."""
    disagreeing = find_disagreeing(index, language, answer.citations, answer.related)
    cited = {citation.clause_id for citation in answer.citations}
    others = [clause.clause_id for clause in disagreeing if clause.clause_id not in cited]
    citations = [*answer.citations, *(cite_for(index, answer, other) for other in others)]
    return tuple(make_passage(index, language, citation) for citation in citations)


def find_choices(index: ClauseIndex, language: str, answer: Answer) -> Iterator[Choice]:
    """Yield the clauses that an answer may cite instead, best first."""
    for found in answer.retrieved:
        hit = _hit(index, found.clause_id, found.score)
        reference = name_clauses(index, language, [hit])
        lead_in = "\n".join(led.quote for led in find_lead_ins(index, language, found.clause_id))
        yield Choice(found.clause_id, reference, lead_in, found.text, found.score)


def cite_for(index: ClauseIndex, answer: Answer, clause_id: str) -> Citation:
    """Cite a clause for a question that was answered, by the words of it that fit best.

    Raises:
        QueryError: There is no such clause.
    """
    scores = {found.clause_id: found.score for found in answer.retrieved}
    hit = _hit(index, clause_id, scores.get(clause_id, 0.0))
    question = answer.framed or frame_question(answer.question, index.corpus.agreements)
    return cite(index, question, hit)


def _hit(index: ClauseIndex, clause_id: str, score: float) -> Hit:
    position = index.position(clause_id)
    return Hit(index.corpus.clauses[position], score, position)


def make_passage(index: ClauseIndex, language: str, citation: Citation) -> Passage:
    """Return a citation as a draft in a language quotes it."""
    hit = _hit(index, citation.clause_id, citation.confidence)
    is_own = language == index.agreement(citation.agreement).language
    lead_ins = find_lead_ins(index, language, citation.clause_id)
    return Passage(
        citation,
        name_clauses(index, language, [hit]),
        None if is_own else without_lead_in(citation.quote_translation, lead_ins),
        lead_ins,
    )


DOUBTFUL = 0.2  # probability below which an answer counts as weak in the list of gaps
UNSURE = 0.35
"""Probability below which an agent is told to look twice, which costs less than a wrong reply.

Of 217 answers to development questions on the bundled agreements that marks 36 of the 54 that are
beside the point, and 38 of the 163 right ones; below ``DOUBTFUL`` it were 20 and 17.
"""


@dataclass(frozen=True, slots=True)
class DraftAnswer:
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

    asked: TicketQuestion
    answer: Answer
    passages: tuple[Passage, ...]
    choices: tuple[Choice, ...]
    agreement: str | None = None
    wording: str | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether the bot answers, but so weakly that a person should look twice."""
        cited = self.answer.citations
        return bool(cited) and max(citation.confidence for citation in cited) < UNSURE


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
    replies: tuple[DraftAnswer, ...]


def make_draft(bot: Bot, ticket: Ticket, *, agreement: str | None = None) -> Draft:
    """Answer each question of a ticket; the former one is the history of one that leans.

    ``agreement`` is the one to answer from; None for those that are named.

    Raises:
        QueryError: There is no such agreement.
    """
    index = bot.index
    if agreement is not None:
        index.agreement(agreement)
    replies: list[DraftAnswer] = []
    former = ""
    for asked in ticket.questions:
        answered = replies[-1].answer if replies else None
        chosen = agreement or find_agreement(ticket, asked, index.corpus.agreements, answered)
        history = [former] if former and asked.leans else []
        # What a letter says around it makes a topic what is asked about.
        is_asked = asked.words.strip() != ticket.message.strip()
        answer = bot.ask(asked.text, agreement=chosen, history=history, is_asked=is_asked)
        passages = first_passages(index, ticket.language, answer)
        choices = tuple(find_choices(index, ticket.language, answer))
        replies.append(DraftAnswer(asked, answer, passages, choices, chosen))
        former = asked.text
    return Draft(ticket, ticket.language, agreement, tuple(replies))


def redraft(bot: Bot, draft: Draft, at: int, citations: Sequence[str]) -> Draft:
    """Let one reply of a draft, ``replies[at]``, cite other clauses, in the order given.

    No clause at all says that the agreement does not settle it.

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
