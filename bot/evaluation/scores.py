"""Answers scored against questions whose deciding clauses are known.

A clause matches an evidence entry if it is of the same agreement and holds its quote,
white space aside. Questions without evidence are the ones to abstain on.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot.answering.answer import Answer, Outcome
from bot.answering.bot import Bot
from index.errors import QueryError
from index.jsonl import parse_object, read_lines, text_in, texts_in

_SPACES = re.compile(r"\s+")
GROUPS = ("all", "zh", "en")
Scores = dict[str, dict[str, float]]  # by group, then by measure


@dataclass(frozen=True, slots=True)
class Gold:
    """One question with what decides it.

    Attributes:
        id: Of the question.
        language: ``zh`` or ``en``.
        question: As asked.
        agreement: The one chosen, or None.
        history: Earlier questions, oldest first.
        evidence: (agreement, quote) pairs; empty where the bot should abstain.
        any_of: Whether one of them suffices.
        kind: What sort of question it is, such as ``lookup``; empty if not told.
        facts: What a right answer says, in short; empty if not told.
    """

    id: str
    language: str
    question: str
    agreement: str | None
    history: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    any_of: bool
    kind: str = ""
    facts: tuple[str, ...] = ()


Answered = tuple[Gold, Answer]


def read_questions(path: Path) -> list[Gold]:
    """Read questions with evidence, one JSON object a line.

    Raises:
        QueryError: The file cannot be read, or a line is no such object.
    """
    try:
        lines = read_lines(path)
    except OSError as error:
        raise QueryError(f"{path}: cannot be read ({error.strerror}). Check the path.") from error
    questions = []
    for number, line in lines:
        try:
            questions.append(_to_gold(parse_object(line)))
        except (ValueError, TypeError) as error:
            raise QueryError(f"{path}:{number}: is no question with evidence: {error}") from error
    if not questions:
        raise QueryError(f"{path}: holds no question.")
    return questions


def evaluate(bot: Bot, questions: Sequence[Gold], *, progress: bool = False) -> Scores:
    """Ask every question and score the answers, overall and for each language.

    Raises:
        QueryError: A question chose an agreement that there is not.
    """
    return score_groups(ask_all(bot, questions, progress=progress))


def ask_all(bot: Bot, questions: Sequence[Gold], *, progress: bool = False) -> list[Answered]:
    """Return every question with its answer, in order.

    Raises:
        QueryError: A question chose an agreement that there is not.
    """
    answers = [
        bot.ask(gold.question, agreement=gold.agreement, history=gold.history)
        for gold in tqdm(questions, desc="asking", disable=None if progress else True)
    ]
    return list(zip(questions, answers, strict=True))


def score_groups(pairs: Sequence[Answered]) -> Scores:
    """Score answers overall and for each language."""
    return {
        group: score([pair for pair in pairs if group in ("all", pair[0].language)])
        for group in GROUPS
    }


def to_table(scores: Scores) -> str:
    """Return the scores as a table, one row a measure; groups without questions are left out."""
    groups = [group for group in GROUPS if scores[group]]
    head = f"{'':24}" + "".join(f"{group:>10}" for group in groups)
    rows = [
        f"{name:24}" + "".join(f"{scores[group][name]:>10}" for group in groups)
        for name in scores["all"]
    ]
    return "\n".join([head, *rows])


def matches(agreement: str, text: str, evidence: tuple[str, str]) -> bool:
    """Tell whether a clause is the one an evidence entry quotes."""
    return agreement == evidence[0] and _bare(evidence[1]) in _bare(text)


def score(pairs: Sequence[Answered]) -> dict[str, float]:
    """Return every measure by name; nothing if there are no answers."""
    answerable = [(gold, answer) for gold, answer in pairs if gold.evidence]
    others = [answer for gold, answer in pairs if not gold.evidence]
    if not pairs:
        return {}
    ranks = [_first_rank(gold, answer) for gold, answer in answerable]
    refused = [answer for _, answer in answerable if answer.outcome is Outcome.ABSTAINED]
    abstained = [answer for answer in others if answer.outcome is Outcome.ABSTAINED]
    cited = [_citations_right(gold, answer) for gold, answer in answerable]
    times = sorted(answer.milliseconds for _, answer in pairs)
    return {
        "questions": len(pairs),
        "with evidence": len(answerable),
        "hit@1": _mean(rank == 1 for rank in ranks),
        "hit@3": _mean(0 < rank <= 3 for rank in ranks),
        "recall@5": _mean(
            _covered(gold, [(r.agreement, r.text) for r in answer.retrieved[:5]])
            for gold, answer in answerable
        ),
        "MRR@10": _mean(1 / rank if rank else 0 for rank in ranks),
        "citation precision": _mean(right for rights in cited for right in rights),
        "evidence cited": _mean(
            _covered(gold, [(c.agreement, c.text) for c in answer.citations])
            for gold, answer in answerable
        ),
        "abstention precision": round(len(abstained) / max(len(abstained) + len(refused), 1), 3),
        "abstention recall": round(len(abstained) / max(len(others), 1), 3),
        "over-refusal": round(len(refused) / max(len(answerable), 1), 3),
        "median ms": round(statistics.median(times), 2),
        "p95 ms": round(times[int(len(times) * 0.95)], 2),
    }


def _first_rank(gold: Gold, answer: Answer) -> int:
    """Return the rank of the first clause that matches, from 1; 0 if none does."""
    for rank, clause in enumerate(answer.retrieved, start=1):
        if any(matches(clause.agreement, clause.text, entry) for entry in gold.evidence):
            return rank
    return 0


def _covered(gold: Gold, clauses: Sequence[tuple[str, str]]) -> float:
    found = [
        any(matches(agreement, text, entry) for agreement, text in clauses)
        for entry in gold.evidence
    ]
    return float(any(found)) if gold.any_of else sum(found) / len(found)


def _citations_right(gold: Gold, answer: Answer) -> list[bool]:
    return [
        any(matches(citation.agreement, citation.text, entry) for entry in gold.evidence)
        for citation in answer.citations
    ]


def _mean(values: Iterable[float]) -> float:
    numbers = [float(value) for value in values]
    return round(sum(numbers) / len(numbers), 3) if numbers else 0.0


def _bare(text: str) -> str:
    return _SPACES.sub("", text)


def _to_gold(row: dict[str, Any]) -> Gold:
    return Gold(
        id=_text(row, "id"),
        language=_text(row, "lang"),
        question=_text(row, "question"),
        agreement=None if row.get("agreement") is None else _text(row, "agreement"),
        history=texts_in(row, "history"),
        evidence=tuple(
            (_text(entry, "agreement"), _text(entry, "quote"))
            for entry in row.get("evidence") or ()
        ),
        any_of=bool(row.get("any_of", True)),
        kind=text_in(row, "kind"),
        facts=texts_in(row, "answer_facts"),
    )


def _text(row: object, key: str) -> str:
    value = row.get(key) if isinstance(row, dict) else None
    if not isinstance(value, str):
        raise TypeError(f"{key!r} must be a text.")
    return value
