"""Which kept questions went badly, and why each did."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, and_, exists, or_, select

from bot.answer import Outcome, Reason
from bot.desk.draft import DOUBTFUL
from bot.desk.gaps import Missed, Sign
from bot.storage.people.clock import as_utc
from bot.storage.readable import readable
from bot.storage.tables import answers, feedback, gap_questions
from bot.storage.transactions import Transactions

_UNHELPFUL = feedback.c.verdict == "unhelpful"
_IS_MISSED = or_(
    and_(
        answers.c.outcome == str(Outcome.ABSTAINED),
        or_(answers.c.reason.is_(None), answers.c.reason != str(Reason.INVALID)),
    ),
    answers.c.probability < DOUBTFUL,
    exists().where(feedback.c.answer_id == answers.c.id, _UNHELPFUL),
)
_IS_GROUPED = exists().where(gap_questions.c.id == answers.c.id)
IS_UNGROUPED = and_(_IS_MISSED, answers.c.question != "", ~_IS_GROUPED)
BY_TIME = (answers.c.asked_at, answers.c.id)


def read_missed(transactions: Transactions) -> Iterable[tuple[str, Missed]]:
    """Yield the grouped questions that still went badly, oldest first, with their groups."""
    said: dict[str, set[Sign]] = defaultdict(set)
    notes: dict[str, list[str]] = defaultdict(list)
    unhelpful = select(*(feedback.c[name] for name in ("answer_id", "reason", "note")))
    newest_first = (feedback.c.given_at.desc(), feedback.c.id)
    for row in transactions.rows(unhelpful.where(_UNHELPFUL).order_by(*newest_first)):
        is_part = row.reason == "incomplete"
        said[row.answer_id].add(Sign.INCOMPLETE if is_part else Sign.WRONG)
        if row.note:
            notes[row.answer_id].append(row.note)
    named = ("id", "question", "asked_at", "language", "outcome", "reason", "probability")
    columns = [answers.c[name] for name in named]
    own = (gap_questions.c.gap_id, gap_questions.c.near, gap_questions.c.agreements)
    query = select(*own, *columns).join(answers)
    rows = transactions.rows(query.order_by(*BY_TIME))
    for row, (near, agreements) in readable("gap_questions", rows, _ids):
        signs = said.get(row.id, set()) | _signs(row)
        if signs:
            missed = Missed(
                row.id,
                as_utc(row.asked_at),
                row.question,
                row.language,
                frozenset(signs),
                near,
                agreements,
                tuple(notes.get(row.id, ())),
            )
            yield row.gap_id, missed


def _ids(row: Row[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(json.loads(row.near)), tuple(json.loads(row.agreements))


def _signs(row: Row[Any]) -> set[Sign]:
    if row.outcome == str(Outcome.ABSTAINED):
        return {Sign.ABSTAINED} if row.reason != str(Reason.INVALID) else set()
    is_weak = row.probability is not None and row.probability < DOUBTFUL
    return {Sign.WEAK} if is_weak else set()
