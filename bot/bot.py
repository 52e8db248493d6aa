"""The whole story: a question becomes evidence, evidence an answer that cites it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer, Outcome, Reason, Retrieved
from bot.evidence import Finding, select_evidence
from bot.question import MAX_LENGTH, Question, frame_question
from bot.reader import cite, compose, name_clauses, say_silent
from bot.settings import ANSWER_ABOVE
from bot.wording import say
from index.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
RETRIEVED = 10  # clauses reported with every answer
NEAREST = 3  # clauses named in an abstention


class Bot:
    """Answers questions from one index."""

    def __init__(self, index: ClauseIndex, answer_above: float = ANSWER_ABOVE) -> None:
        """Answer from ``index``, by clauses of at least that probability."""
        self.index = index
        self.answer_above = answer_above

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
        began = time.perf_counter()
        if agreement is not None:
            self.index.agreement(agreement)
        question = frame_question(
            text, self.index.corpus.agreements, chosen=agreement, history=history
        )
        problem = _problem(question)
        if problem is not None:
            answer = Answer(text, question.language, Outcome.ABSTAINED, Reason.INVALID, problem)
        else:
            answer = self._answer(question)
        answer = replace(answer, milliseconds=(time.perf_counter() - began) * 1000)
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
            return Answer(
                question.text,
                question.language,
                Outcome.ABSTAINED,
                finding.reason,
                self._abstention(question, finding),
                (),
                retrieved,
                finding.silent,
            )
        citations = tuple(cite(self.index, question, evidence) for evidence in finding.evidence)
        text = compose(self.index, question, finding, citations)
        return Answer(
            question.text,
            question.language,
            Outcome.ANSWERED,
            None,
            text,
            citations,
            retrieved,
            finding.silent,
        )

    def _abstention(self, question: Question, finding: Finding) -> str:
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
            opening = say_silent(self.index, question, question.scope[0])
        else:
            opening = say(str(finding.reason), language)
        nearest = name_clauses(self.index, language, finding.ranked[:NEAREST])
        return (
            opening + (" " if language == "en" else "") + say("nearest", language, clauses=nearest)
        )


def _problem(question: Question) -> str | None:
    """Say what is wrong with a text that is no question, or None."""
    if not question.text.strip():
        return say("empty", question.language)
    if len(question.text) > MAX_LENGTH:
        return say("too_long", question.language, limit=MAX_LENGTH)
    if not question.is_words:
        return say("no_words", question.language)
    return None
