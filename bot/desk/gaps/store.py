"""The gaps as a person sees and marks them, read from the kept questions."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.answering.answer import Outcome, Reason
from bot.desk.gaps.rules import Gap, GapState, Mark, Missed, make_gap, week_of
from bot.desk.gaps.store_grouping import BackgroundGrouping, Grouping, Progress, read_missed
from bot.people.identity import Actor
from bot.people.store.audit_log import Action, AuditEvent, note
from bot.records.citation_status import clause_at
from bot.records.record import writable
from bot.storage.database import Database
from bot.storage.storage_errors import StorageError
from bot.storage.stripping import strip_text
from bot.storage.tables import answers, as_utc, gap_questions, gaps
from bot.storage.transactions import readable
from index.agreement import Agreement
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder


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


def _topic(record: dict[str, Any], reason: str | None, index: ClauseIndex) -> tuple[str, str]:
    """Return agreement and outermost title of the clause that decided, or came nearest."""
    if record["citations"]:
        cited = record["citations"][0]
        return cited["agreement"], next(iter(cited["path"]), "")
    if reason == str(Reason.OUT_OF_SCOPE) or not record["nearest"]:
        return "", ""
    near = record["nearest"][0]
    clause = clause_at(near["clause_id"], index)
    return near["agreement"], next(iter(clause.path), "") if clause else ""


_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class UnknownGapError(StorageError):
    """There is no gap of that id, or none any more."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a person made of a gap, and what it took the place of."""

    mark: Mark
    former: Mark


class Gaps:
    """Groups the questions that went badly; may be used from several threads at once."""

    def __init__(self, database: Database) -> None:
        self._transactions = database.transactions
        self._background = BackgroundGrouping(Grouping(self._transactions))

    def follow(self, embedder: Embedder, agreements: Sequence[Agreement]) -> Progress:
        """Let new questions be grouped beside; see ``BackgroundGrouping.follow``."""
        return self._background.follow(embedder, agreements)

    def stop(self) -> None:
        """Let no more be grouped beside."""
        self._background.stop()

    def find(self, now: datetime | None = None) -> list[Gap]:
        """Return the gaps, those with the most questions first, their trend up to a time or now."""
        groups: dict[str, list[Missed]] = defaultdict(list)
        for gap_id, missed in read_missed(self._transactions):
            groups[gap_id].append(missed)
        with self._transactions.reading() as connection:
            rows = connection.execute(select(gaps))
            marks = {row.id: mark for row, mark in readable("gaps", rows, read_mark)}
        until = now or datetime.now(UTC)
        found = [
            make_gap(gap_id, missed, marks.get(gap_id, Mark()), until)
            for gap_id, missed in groups.items()
        ]
        return sorted(found, key=lambda gap: (-gap.count, -gap.last_at.timestamp(), gap.gap_id))

    def mark(self, gap_id: str, state: GapState, words: str, *, by: Actor) -> Marked:
        """Say what a gap is, with words as a note, persons in it masked; the audit log tells it.

        The last word stands. Whoever had it before is told with what was kept, so that nobody's
        note goes unseen.

        Raises:
            UnknownGapError: There is no such gap, or none any more.
        """
        name = writable(gap_id).replace("\0", "")
        now = datetime.now(UTC)
        made = Mark(state, strip_text(words, keep_words=True), writable(by.name), now)
        row = {"state": made.state, "note": made.note, "who": made.who, "changed_at": now}
        with self._transactions.writing() as connection:
            former = _mark_of(connection, name)
            if former.at is not None:
                connection.execute(update(gaps).where(gaps.c.id == name).values(row))
            else:
                connection.execute(insert(gaps), row | {"id": name})
            told = AuditEvent(Action.GAP_MARKED, name, f"{former.state} -> {state}")
            note(connection, now, by, told)
        return Marked(made, former)

    def topics(self, index: ClauseIndex, since: datetime = _NEVER) -> list[TopicWeek]:
        """Return what was asked since a time by week and topic, in order; invalid ones left out."""
        query = select(answers.c.asked_at, answers.c.outcome, answers.c.reason, answers.c.record)
        counts: Counter[tuple[date, str, str, bool]] = Counter()
        for row in self._transactions.rows(query.where(answers.c.asked_at >= since)):
            if row.reason != str(Reason.INVALID):
                is_answered = row.outcome == str(Outcome.ANSWERED)
                topic = _topic(json.loads(row.record), row.reason, index)
                counts[week_of(as_utc(row.asked_at)), *topic, is_answered] += 1
        keys = sorted({key[:3] for key in counts})
        return [TopicWeek(*key, counts[*key, True], counts[*key, False]) for key in keys]


def _mark_of(connection: Connection, gap_id: str) -> Mark:
    is_there = select(gap_questions.c.id).where(gap_questions.c.gap_id == gap_id).limit(1)
    if connection.execute(is_there).scalar() is None:
        raise UnknownGapError(f"there is no gap {gap_id!r}, or none any more.")
    row = connection.execute(select(gaps).where(gaps.c.id == gap_id)).one_or_none()
    if row is None:
        return Mark()
    read = [mark for _, mark in readable("gaps", [row], read_mark)]
    return read[0] if read else Mark(at=as_utc(row.changed_at))  # whatever it said, it goes


def read_mark(row: Row[Any]) -> Mark:
    """Return what a row says of a gap."""
    return Mark(GapState(row.state), row.note, row.who, as_utc(row.changed_at))
