"""Evidence → what a model writes of it → what of that is in the clauses → the answer."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.answer import Answer, Citation, Outcome, Writing
from bot.answering.reader import compose, find_disagreeing, find_related
from bot.words.catalogue import say
from bot.writing.entailment import Entailment, EntailmentModel
from bot.writing.gate import Evidence, Statement, check_statement
from bot.writing.limits import Budget, Circuit, Patience
from bot.writing.prompts import SURE, VERSION, repeats_task, to_messages
from bot.writing.reply import Model, ModelError, Reply
from index.agreement import detect_language
from index.environ import SettingsError
from index.text import fold

if TYPE_CHECKING:
    from bot.settings import Settings
    from index.search.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
MOST_STATEMENTS = 8  # of a reply, twice what is asked for; what comes after them is not read
# Why a statement is dropped, beside the faults that the gate finds.
NO_STATEMENT, OTHER_LANGUAGE, TOO_MANY = "no_statement", "other_language", "too_many"
TASK = "task"  # it says again what the model was told


class Writer:
    """Writes answers with a language model; may be used from several threads at once.

    Attributes:
        model: That writes.
        dropped: How many statements were dropped so far, by reason: a fault of the gate, or one
            of those above.
        failed: How often no answer was written so far, by reason: the trouble of the model, an
            open circuit, a budget that is used up.
    """

    def __init__(
        self,
        model: Model,
        entailment: Entailment,
        *,
        budget: Budget | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Write with ``model`` within a budget, and leave it alone where it fails.

        Args:
            model: What writes.
            entailment: What tells whether quoted words say what it wrote.
            budget: Questions and tokens of a day; without one as many as are asked.
            patience: How long it is waited for.
        """
        self.model, self.entailment = model, entailment
        self._patience = patience or Patience()
        self._budget = budget or Budget(0, 0)
        self._circuit = Circuit(self._patience.open)
        self._lock = threading.Lock()
        self.dropped: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def may_write(self, answer: Answer) -> bool:
        """Tell whether there is anything to write: an abstention is none."""
        return answer.outcome is Outcome.ANSWERED and answer.framed is not None

    def write(self, answer: Answer, index: ClauseIndex) -> Answer:
        """Return an answer in the model's words, as far as the gate lets them through.

        Whatever goes wrong, the answer is the one that was given; an abstention always is. Where
        the model wrote and nothing of it answers, the answer says so behind the clauses.

        Args:
            answer: In the clauses' own words.
            index: That it is from.
        """
        if not self.may_write(answer):
            return answer
        try:
            return self._write(answer, index)
        except Exception as error:  # noqa: BLE001 - an answer is there, whatever becomes of this
            logger.warning("an answer was not written: %s", type(error).__name__)
            self._fail("failed")
            return answer

    def _write(self, answer: Answer, index: ClauseIndex) -> Answer:
        evidence = {
            str(number): _evidence(index, citation, str(number))
            for number, citation in enumerate(answer.citations, start=1)
        }
        reply = self._ask(answer, index, evidence)
        if reply is None:
            return answer
        kept = self._check(answer, evidence, reply.statements)
        writing = Writing(self.model.name, VERSION, len(kept), len(reply.statements) - len(kept))
        if not _answers(kept, answer.citations):
            return _decline(answer, replace(writing, kept=0, dropped=len(reply.statements)))
        return _compose(answer, index, kept, writing)

    def _ask(
        self, answer: Answer, index: ClauseIndex, evidence: Mapping[str, Evidence]
    ) -> Reply | None:
        """Return what the model says; None where it is not asked, or says nothing of use."""
        if not self._circuit.may_try():
            self._fail("circuit_open")
            return None
        if not self._budget.take():
            self._fail("budget")
            return None
        messages = to_messages(
            answer.language,
            answer.question,
            answer.framed.former if answer.framed else "",
            [
                (
                    index.agreement(clause.agreement).title_in(answer.language),
                    clause,
                    cited.confidence,
                )
                for clause, cited in zip(evidence.values(), answer.citations, strict=True)
            ],
        )
        try:
            reply = self.model.ask(messages)
        except ModelError as error:
            self._circuit.failed(self._rest(error))
            logger.warning("an answer was not written: %s", error)
            self._fail(str(error.trouble))
            return None
        except Exception:
            self._circuit.failed()
            raise
        self._circuit.succeeded()
        self._budget.spend(reply.asked + reply.written)
        return reply

    def _rest(self, error: ModelError) -> float | None:
        """Return for how many seconds a model asks to be left alone, as far as it is granted."""
        if error.retry_after is None:
            return None
        return min(error.retry_after, self._patience.longest_open)

    def _fail(self, reason: str) -> None:
        with self._lock:
            self.failed[reason] += 1

    def _check(
        self,
        answer: Answer,
        evidence: Mapping[str, Evidence],
        statements: Sequence[Statement | None],
    ) -> list[Statement]:
        """Return the statements that rest on the evidence, no two alike; count the others."""
        kept: list[Statement] = []
        faults: Counter[str] = Counter()
        for number, statement in enumerate(statements):
            if statement is None:
                fault: str | None = NO_STATEMENT
            elif number >= MOST_STATEMENTS or statement.text in {each.text for each in kept}:
                fault = TOO_MANY
            else:
                fault = _find_fault(statement.text, answer.language) or check_statement(
                    statement, evidence, answer.question, entailment=self.entailment
                )
            if fault is not None:
                faults[str(fault)] += 1
            elif statement is not None:
                kept.append(statement)
        with self._lock:
            self.dropped += faults
        return kept


def _find_fault(text: str, language: str) -> str | None:
    """Return what is wrong with a statement, whatever it rests on."""
    if detect_language(text) != language:
        return OTHER_LANGUAGE
    return TASK if repeats_task(text) else None


def open_writer(settings: Settings) -> Writer | None:
    """Return the writer that the settings name; None where they name none.

    Raises:
        SettingsError: The model cannot be set up.
        StoreError: The entailment model of the gate is damaged.
    """
    if not settings.writer:
        return None
    from bot.writing.model import ChatModel  # with LangChain, which takes a second to load

    patience = Patience.of(settings.writer_seconds)
    model = ChatModel(
        settings.writer,
        settings.writer_url,
        settings.writer_key,
        patience=patience,
        keep_questions=settings.keep_questions,
    )
    return Writer(
        model,
        EntailmentModel(),
        budget=Budget(settings.writer_questions, settings.writer_tokens),
        patience=patience,
    )


def demand_writer(settings: Settings) -> Writer:
    """Return the writer that the settings name.

    Raises:
        SettingsError: They name none, or the model cannot be set up.
    """
    writer = open_writer(settings)
    if writer is None:
        raise SettingsError(
            "CLAUSEBOT_WRITER is empty, so that no language model writes. Set it to a provider "
            "and its model, such as openai:qwen-plus."
        )
    return writer


def _evidence(index: ClauseIndex, citation: Citation, reference: str) -> Evidence:
    return Evidence(
        reference=reference,
        clause_id=citation.clause_id,
        agreement=citation.agreement,
        text=citation.text,
        lead_in=index.corpus.clauses[index.position(citation.clause_id)].lead_in,
        path=citation.path,
        translation=citation.translation,
    )


def _rests_on(statement: Statement, citations: Sequence[Citation]) -> list[Citation]:
    """Return the clauses that a statement rests on, in the order of the citations."""
    numbers = {int(quote.clause) for quote in statement.quotes}
    return [cited for number, cited in enumerate(citations, start=1) if number in numbers]


def _answers(kept: Sequence[Statement], citations: Sequence[Citation]) -> bool:
    """Tell whether statements answer: each agreement is heard whose clause surely decides."""
    heard = {cited.agreement for each in kept for cited in _rests_on(each, citations)}
    surely = {cited.agreement for cited in citations if cited.confidence >= SURE}
    return heard >= surely | {citations[0].agreement}


def _decline(answer: Answer, writing: Writing) -> Answer:
    """Return the answer in the clauses' own words, with a remark that the model's fell short."""
    remark = say("not_written", answer.language)
    return replace(
        answer,
        text=f"{answer.text}\n\n{remark}",
        remarks=(*answer.remarks, remark),
        writer=writing,
    )


def _compose(
    answer: Answer, index: ClauseIndex, kept: Sequence[Statement], writing: Writing
) -> Answer:
    """Return the answer that the statements make, with the clauses that they rest on."""
    used = [cited for each in kept for cited in _rests_on(each, answer.citations)]
    words = [
        (answer.citations[int(quote.clause) - 1].clause_id, quote.words)
        for each in kept
        for quote in each.quotes
    ]
    citations = tuple(
        _quote_all(cited, [quoted for name, quoted in words if name == cited.clause_id])
        for cited in answer.citations
        if cited in used
    )
    language = answer.language
    related = find_related(index, language, citations)
    disagreeing = find_disagreeing(index, language, citations, related)
    prose = _to_prose(index, answer, kept)
    quoted = compose(index, language, citations, disagreeing, "", answer.remarks)
    return replace(
        answer,
        text=f"{prose}\n\n{quoted}",
        prose=prose,
        opening="",
        citations=citations,
        related=related,
        writer=writing,
    )


def _quote_all(citation: Citation, words: Sequence[str]) -> Citation:
    """Return a citation whose quote holds what statements rest on: the whole clause if need be."""
    quote = _bare(citation.quote)
    if all(_bare(each) in quote for each in words):
        return citation
    return replace(
        citation,
        quote=citation.text,
        start=0,
        end=len(citation.text),
        quote_translation=citation.translation,
    )


def _bare(text: str) -> str:
    return "".join(fold(text).split())


@dataclass(slots=True)
class _Run:
    """Statements that rest on the same clauses, one behind the other."""

    citations: list[Citation]
    texts: list[str]


def _to_prose(index: ClauseIndex, answer: Answer, kept: Sequence[Statement]) -> str:
    """Return the statements as a text, with the numbers of the clauses behind them.

    Where they are of several agreements, each paragraph begins with the title of its own.
    """
    runs: list[_Run] = []
    for statement in kept:
        citations = _rests_on(statement, answer.citations)
        if runs and runs[-1].citations == citations:
            runs[-1].texts.append(statement.text)
        else:
            runs.append(_Run(citations, [statement.text]))
    language = answer.language
    agreements = [tuple(dict.fromkeys(each.agreement for each in run.citations)) for run in runs]
    blank = " " if language == "en" else ""
    prose = ""
    for at, run in enumerate(runs):
        labels = say("join", language).join(cited.label for cited in run.citations)
        is_new = at == 0 or agreements[at] != agreements[at - 1]
        if is_new and len(set(agreements)) > 1:
            titles = [index.agreement(name).title_in(language) for name in agreements[at]]
            title = say("join", language).join(titles)
            prose += ("\n\n" if at else "") + say("of_agreement", language, agreement=title)
        elif at:
            prose += blank
        prose += blank.join(run.texts) + say("clause_mark", language, labels=labels)
    return prose
