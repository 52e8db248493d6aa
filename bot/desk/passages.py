"""An answer in, the clauses that a draft quotes and those that it might quote out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.answer import Answer, Citation
from bot.desk.lead_in import LeadIn, find_lead_ins, without_lead_in
from bot.evidence import Evidence
from bot.question import frame_question
from bot.reader import cite, name_clauses
from bot.related import find_disagreeing
from index.search.clause_index import ClauseIndex, Hit


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
    question = frame_question(answer.question, index.corpus.agreements)
    return cite(index, question, Evidence(hit, hit.score))


def _hit(index: ClauseIndex, clause_id: str, score: float) -> Hit:
    position = index.position(clause_id)
    return Hit(index.corpus.clauses[position], score, position)


def make_passage(index: ClauseIndex, language: str, citation: Citation) -> Passage:
    """Return a citation as a draft in a language quotes it."""
    hit = _hit(index, citation.clause_id, citation.probability)
    is_own = language == index.agreement(citation.agreement).language
    lead_ins = find_lead_ins(index, language, citation.clause_id)
    return Passage(
        citation,
        name_clauses(index, language, [hit]),
        None if is_own else without_lead_in(citation.quote_translation, lead_ins),
        lead_ins,
    )
