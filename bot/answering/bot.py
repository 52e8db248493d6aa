"""The whole story: a question becomes evidence, evidence an answer that cites it."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.answering.answer import NEAREST, SPEAKING, Answer, Outcome, Reason, Retrieved
from bot.answering.evidence import Finding, select_evidence
from bot.answering.question import MAX_LENGTH, Question, frame_question
from bot.answering.reader import (
    ask_which,
    cite,
    compose,
    find_disagreeing,
    find_related,
    name_agreements,
    name_clauses,
    quote_clause,
    say_both,
    say_without,
)
from bot.settings import ANSWER_ABOVE
from bot.words.catalogue import say
from index.search.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
RETRIEVED = 10  # clauses reported with every answer
_KEPT = 512  # answers kept for those who ask the same: an example, a common question


@dataclass(frozen=True, eq=False)
class Bot:
    """Answers questions from one index, always the same: for another index, make another bot.

    Attributes:
        index: What is answered from.
        answer_above: Probability, 0..1, from which a clause counts as deciding.
    """

    index: ClauseIndex
    answer_above: float = ANSWER_ABOVE
    _answer_known: Callable[[Question], Answer] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin to keep answers."""
        answer = functools.partial(_answer, self.index, self.answer_above)
        object.__setattr__(self, "_answer_known", functools.lru_cache(maxsize=_KEPT)(answer))

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        is_asked: bool = False,
    ) -> Answer:
        """Answer one question, or abstain.

        Args:
            text: As asked, in Chinese or English.
            agreement: Id of the one agreement to answer from; None for all.
            history: Earlier questions of the same asker, oldest first.
            is_asked: Whether it is known to be a question, see ``frame_question``.

        Raises:
            QueryError: There is no such agreement.
        """
        began = time.perf_counter()
        index = self.index
        if agreement is not None:
            index.agreement(agreement)
        question = frame_question(
            text, index.corpus.agreements, chosen=agreement, history=history, is_asked=is_asked
        )
        problem = _problem(index, question)
        if problem is not None:
            answer = Answer(
                text,
                question.language,
                Outcome.ABSTAINED,
                Reason.INVALID,
                problem,
                remarks=(problem,),
            )
        else:
            answer = self._answer_known(question)
        answer = replace(
            answer,
            framed=question,
            generation=index.generation,
            milliseconds=(time.perf_counter() - began) * 1000,
        )
        logger.info(
            "language=%s outcome=%s reason=%s clauses=%s ms=%.1f",
            answer.language,
            answer.outcome,
            answer.reason,
            [citation.clause_id for citation in answer.citations],
            answer.milliseconds,
        )
        return answer


def _answer(index: ClauseIndex, answer_above: float, question: Question) -> Answer:
    finding = select_evidence(index, question, answer_above)
    retrieved = tuple(
        Retrieved(
            hit.clause.clause_id,
            hit.clause.agreement,
            hit.clause.label,
            hit.score,
            hit.clause.text,
        )
        for hit in finding.ranked[:RETRIEVED]
    )
    if finding.reason is not None:
        opening = _opening(index, question, finding)
        nearest = _nearest(index, question, finding)
        return Answer(
            question.text,
            question.language,
            Outcome.ABSTAINED,
            finding.reason,
            opening + nearest,
            remarks=(opening,),
            retrieved=retrieved,
            without=finding.without,
        )
    citations = tuple(cite(index, question, hit) for hit in finding.evidence)
    silent = finding.without if len(finding.without) < SPEAKING else ()
    remarks = (
        *(say_without(index, question, name, is_silent=name in finding.silent) for name in silent),
        *ask_which(question, citations, finding.others),
    )
    opening = say_both(question, citations)
    related = find_related(index, question.language, citations)
    disagreeing = find_disagreeing(index, question.language, citations, related)
    return Answer(
        question.text,
        question.language,
        Outcome.ANSWERED,
        None,
        compose(index, question.language, citations, disagreeing, opening, remarks),
        citations,
        retrieved,
        finding.without,
        remarks,
        related=related,
        opening=opening,
    )


def _opening(index: ClauseIndex, question: Question, finding: Finding) -> str:
    """Say why nothing is answered."""
    language = question.language
    if finding.reason is Reason.INVALID:
        return say("no_words", language)
    if question.unheld:
        return say("not_held", language, company=question.unheld)
    if finding.reason is Reason.WEAK_EVIDENCE and question.talk is not None:
        return say(f"talk_{question.talk}", language)
    if finding.reason is Reason.OUT_OF_SCOPE:
        return say("out_of_scope", language, agreements=name_agreements(index, question))
    if finding.reason in (Reason.SILENT, Reason.NOT_FOUND) and len(question.scope) == 1:
        is_silent = finding.reason is Reason.SILENT
        return say_without(index, question, question.scope[0], is_silent=is_silent)
    return say(str(finding.reason), language)


def _nearest(index: ClauseIndex, question: Question, finding: Finding) -> str:
    """Name the nearest clauses where there was something to look for; quote those on the topic."""
    if finding.reason is Reason.INVALID:
        return ""
    nearest = finding.ranked[:NEAREST]
    if finding.reason is Reason.WEAK_EVIDENCE:
        return "\n\n" + "\n\n".join(
            quote_clause(index, question.language, cite(index, question, hit)) for hit in nearest
        )
    blank = " " if question.language == "en" else ""
    clauses = name_clauses(index, question.language, nearest)
    return blank + say("nearest", question.language, clauses=clauses)


def _problem(index: ClauseIndex, question: Question) -> str | None:
    """Say what a text is told that nothing is looked up for, or None."""
    if not question.text.strip():
        return say("empty", question.language)
    if len(question.text) > MAX_LENGTH:
        return say("too_long", question.language, limit=MAX_LENGTH)
    if question.talk is not None and question.talk.is_small:
        return say(
            f"talk_{question.talk}",
            question.language,
            agreements=name_agreements(index, question),
        )
    if not question.is_words:
        return say("no_words", question.language)
    return None
