"""The whole story: a question becomes evidence, evidence an answer that cites it."""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import NEAREST, Answer, Outcome, Reason, Retrieved
from bot.evidence import Finding, select_evidence
from bot.question import MAX_LENGTH, Question, frame_question
from bot.reader import cite, compose, name_clauses, say_silent
from bot.related import find_disagreeing, find_related
from bot.settings import ANSWER_ABOVE
from bot.wording import say
from index.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
RETRIEVED = 10  # clauses reported with every answer


class Bot:
    """Answers questions from one index."""

    def __init__(self, index: ClauseIndex, answer_above: float = ANSWER_ABOVE) -> None:
        """Answer from ``index``, by clauses of at least that probability."""
        self.index = index
        self.answer_above = answer_above

    def take(self, index: ClauseIndex) -> None:
        """Answer from another index; an answer that is being made is not touched."""
        self.index = index

    def ask(
        self, text: str, *, agreement: str | None = None, history: Sequence[str] = ()
    ) -> Answer:
        """Answer one question, or abstain.

        Args:
            text: As asked, in Chinese or English.
            agreement: Id of the one agreement to answer from; None for all.
            history: Earlier questions of the same asker, oldest first.

        Raises:
            QueryError: There is no such agreement.
        """
        # A new index may be taken over meanwhile; this answer is from one alone.
        return copy.copy(self)._ask(text, agreement, history)

    def _ask(self, text: str, agreement: str | None, history: Sequence[str]) -> Answer:
        began = time.perf_counter()
        if agreement is not None:
            self.index.agreement(agreement)
        question = frame_question(
            text, self.index.corpus.agreements, chosen=agreement, history=history
        )
        problem = _problem(question)
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
            answer = self._answer(question)
        answer = replace(
            answer,
            generation=self.index.generation,
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

    def _answer(self, question: Question) -> Answer:
        finding = select_evidence(self.index, question, self.answer_above)
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
            opening = self._opening(question, finding)
            nearest = self._nearest(question, finding)
            return Answer(
                question.text,
                question.language,
                Outcome.ABSTAINED,
                finding.reason,
                opening + nearest,
                remarks=(opening,),
                retrieved=retrieved,
                silent=finding.silent,
            )
        citations = tuple(cite(self.index, question, evidence) for evidence in finding.evidence)
        remarks = tuple(say_silent(self.index, question, name) for name in finding.silent)
        related = find_related(self.index, question.language, citations)
        disagreeing = find_disagreeing(self.index, question.language, citations, related)
        return Answer(
            question.text,
            question.language,
            Outcome.ANSWERED,
            None,
            compose(self.index, question.language, citations, disagreeing, remarks),
            citations,
            retrieved,
            finding.silent,
            remarks,
            related=related,
        )

    def _opening(self, question: Question, finding: Finding) -> str:
        """Say why nothing is answered."""
        language = question.language
        if finding.reason is Reason.INVALID:
            return say("no_words", language)
        if finding.reason is Reason.OUT_OF_SCOPE:
            titles = say("join", language).join(
                agreement.title_in(language)
                for agreement in self.index.corpus.agreements
                if agreement.id in question.scope
            )
            return say("out_of_scope", language, agreements=titles)
        if finding.reason is Reason.SILENT and len(question.scope) == 1:
            return say_silent(self.index, question, question.scope[0])
        return say(str(finding.reason), language)

    def _nearest(self, question: Question, finding: Finding) -> str:
        """Name the nearest clauses, where there was something to look for."""
        if finding.reason is Reason.INVALID:
            return ""
        clauses = name_clauses(self.index, question.language, finding.ranked[:NEAREST])
        blank = " " if question.language == "en" else ""
        return blank + say("nearest", question.language, clauses=clauses)


def _problem(question: Question) -> str | None:
    """Say what is wrong with a text that is no question, or None."""
    if not question.text.strip():
        return say("empty", question.language)
    if len(question.text) > MAX_LENGTH:
        return say("too_long", question.language, limit=MAX_LENGTH)
    if not question.is_words:
        return say("no_words", question.language)
    return None
