"""How many questions were answered and how many not, by week and topic."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bot.answer import Outcome, Reason
from bot.desk.gaps import week_of
from bot.storage.people.clock import as_utc
from bot.storage.tables import answers
from bot.storage.transactions import Transactions
from index.errors import QueryError
from index.search.clause_index import ClauseIndex


@dataclass(frozen=True, slots=True)
class TopicWeek:
    """What was asked on one topic in one week.

    Attributes:
        begins: Monday of the week, in UTC.
        agreement: Id of the agreement; empty where no clause came near.
        topic: Outermost title above the deciding or nearest clause; may be empty.
        answered: How many questions were answered.
        abstained: How many were not; the sum of both is what was asked.
    """

    begins: date
    agreement: str
    topic: str
    answered: int
    abstained: int


def count_topics(
    transactions: Transactions, index: ClauseIndex, since: datetime
) -> list[TopicWeek]:
    """Return what was asked since a time, in the order of time; invalid questions left out."""
    query = select(answers.c.asked_at, answers.c.outcome, answers.c.reason, answers.c.record)
    counts: Counter[tuple[date, str, str, bool]] = Counter()
    for row in transactions.rows(query.where(answers.c.asked_at >= since)):
        if row.reason != str(Reason.INVALID):
            is_answered = row.outcome == str(Outcome.ANSWERED)
            topic = _topic(json.loads(row.record), row.reason, index)
            counts[week_of(as_utc(row.asked_at)), *topic, is_answered] += 1
    keys = sorted({key[:3] for key in counts})
    return [TopicWeek(*key, counts[*key, True], counts[*key, False]) for key in keys]


def _topic(record: dict[str, Any], reason: str | None, index: ClauseIndex) -> tuple[str, str]:
    """Return agreement and outermost title of the clause that decided, or came nearest."""
    if record["citations"]:
        cited = record["citations"][0]
        return cited["agreement"], next(iter(cited["path"]), "")
    if reason == str(Reason.OUT_OF_SCOPE) or not record["nearest"]:
        return "", ""
    near = record["nearest"][0]
    try:
        clause = index.corpus.clauses[index.position(near["clause_id"])]
    except QueryError:
        return near["agreement"], ""
    return near["agreement"], next(iter(clause.path), "")
