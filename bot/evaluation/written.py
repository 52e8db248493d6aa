"""What the words of a language model are worth, scored against questions with their evidence."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tqdm import tqdm

from bot.answering.answer import Answer
from bot.answering.bot import Bot
from bot.evaluation.scores import GROUPS, Gold, Scores, matches
from bot.writing.reply import Model, Reply
from bot.writing.writer import Writer
from index.search.words import analyse
from index.text import split_sentences


@dataclass(slots=True)
class Meter:
    """A model whose replies are kept, so that they can be measured.

    Attributes:
        model: That is asked.
        last: Its last reply; None where it gave none.
    """

    model: Model
    last: Reply | None = None

    @property
    def name(self) -> str:
        """As it is set."""
        return self.model.name

    def ask(self, messages: Sequence[tuple[str, str]]) -> Reply:
        """Return its reply to messages.

        Raises:
            ModelError: It gave none in time that can be read.
        """
        self.last = None
        self.last = self.model.ask(messages)
        return self.last


@dataclass(frozen=True, slots=True)
class Written:
    """One answer of a language model.

    Attributes:
        gold: The question.
        plain: The answer in the clauses' own words.
        answer: As it was written.
        dropped: Statements that were dropped, by reason.
        failed: Why the model wrote nothing, if it failed.
        reply: What the model gave; None where it was not asked, or failed.
    """

    gold: Gold
    plain: Answer
    answer: Answer
    dropped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    reply: Reply | None = None


def evaluate_written(
    bot: Bot, writer: Writer, questions: Sequence[Gold], *, progress: bool = False
) -> Scores:
    """Let a model write every answer and score what came of it, overall and for each language.

    Raises:
        QueryError: A question chose an agreement that there is not.
    """
    found = list(_write_all(bot, writer, questions, progress=progress))
    reasons = sorted({reason for each in found for reason in each.dropped})
    failures = sorted({reason for each in found for reason in each.failed})
    scores = {}
    for group in GROUPS:
        own = [each for each in found if group in ("all", each.gold.language)]
        scores[group] = _score(own, reasons, failures) if own else {}
    scores["all"] |= dict.fromkeys(("pairs", "parity"), 0.0) | _parity(found)
    for group in GROUPS[1:]:
        scores[group] |= _parity(found) if scores[group] else {}
    return scores


def _write_all(
    bot: Bot, writer: Writer, questions: Sequence[Gold], *, progress: bool
) -> Iterator[Written]:
    meter = Meter(writer.model)
    writer.model = meter
    for gold in tqdm(questions, desc="writing", disable=None if progress else True):
        plain = bot.ask(gold.question, agreement=gold.agreement, history=gold.history)
        dropped, failed = Counter(writer.dropped), Counter(writer.failed)
        meter.last = None
        answer = writer.write(plain, bot.index)
        yield Written(
            gold, plain, answer, writer.dropped - dropped, writer.failed - failed, meter.last
        )


def _score(
    found: Sequence[Written], reasons: Sequence[str], failures: Sequence[str]
) -> dict[str, float]:
    """Return every measure by name; a share of nothing is 0."""
    written = [each for each in found if each.answer.prose]
    told = [each for each in written if each.gold.evidence]
    replies = [each.reply for each in found if each.reply is not None]
    seconds = [reply.seconds for reply in replies]
    dropped = sum((each.dropped for each in found), Counter[str]())
    failed = sum((each.failed for each in found), Counter[str]())
    statements = sum(len(reply.statements) for reply in replies)
    cited = [
        any(matches(citation.agreement, citation.text, entry) for entry in each.gold.evidence)
        for each in told
        for citation in each.answer.citations
    ]
    return {
        "questions": len(found),
        "asked of the model": len(replies),
        "written": len(written),
        "statements": statements,
        "kept": statements - dropped.total(),
        **{f"dropped: {reason}": dropped[reason] for reason in reasons},
        **{f"not written: {reason}": failed[reason] for reason in failures},
        "citation precision": _mean(cited),
        "citation recall": _mean([_recall(each) for each in told]),
        "facts, written": _mean([_told(each, each.answer.prose) for each in told]),
        "facts, quoted": _mean([_told(each, each.plain.text) for each in told]),
        "characters": _mean([len(each.answer.prose) for each in written]),
        "of the first sentence": _mean([len(_first(each)) for each in written]),
        "first sentence answers": _mean([_told(each, _first(each)) > 0 for each in told]),
        "tokens asked": _mean([reply.asked for reply in replies]),
        "tokens written": _mean([reply.written for reply in replies]),
        "first word s": _middle([reply.first_word for reply in replies]),
        "median s": _middle(seconds),
        "longest s": round(max(seconds, default=0.0), 2),
    }


def _recall(each: Written) -> float:
    """Return the share of the evidence that is cited: 1 or 0 where one entry suffices."""
    hit = [
        any(matches(cited.agreement, cited.text, entry) for cited in each.answer.citations)
        for entry in each.gold.evidence
    ]
    return float(any(hit)) if each.gold.any_of else sum(hit) / len(hit)


def _told(each: Written, text: str) -> float:
    """Return the share of the words of the facts, 0..1, that a text has."""
    wanted = {word for fact in each.gold.facts for word in analyse(fact)}
    return len(wanted & set(analyse(text))) / len(wanted) if wanted else 0.0


def _first(each: Written) -> str:
    start, end = split_sentences(each.answer.prose)[0]
    return each.answer.prose[start:end]


def _parity(found: Sequence[Written]) -> dict[str, float]:
    """Return how many questions of the same evidence are asked in both languages, ``pairs``.

    ``parity`` is the share of them, 0..1, whose two answers cite a clause in common.
    """
    by_evidence: dict[object, dict[str, set[str]]] = {}
    for each in found:
        key = (each.gold.evidence, each.gold.agreement, each.gold.kind)
        clauses = {cited.clause_id for cited in each.answer.citations}
        if each.gold.evidence:
            by_evidence.setdefault(key, {}).setdefault(each.gold.language, clauses)
    pairs = [each for each in by_evidence.values() if len(each) > 1]
    same = [bool(set.intersection(*pair.values())) for pair in pairs]
    return {"pairs": len(pairs), "parity": _mean(same)}


def _mean(values: Sequence[float]) -> float:
    return round(statistics.fmean(values), 3) if values else 0.0


def _middle(values: Sequence[float]) -> float:
    return round(statistics.median(values), 2) if values else 0.0
