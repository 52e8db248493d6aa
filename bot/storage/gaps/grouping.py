"""Puts the questions that went badly into groups, a few at a time."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row, func, insert, select

from bot.answer import NEAREST
from bot.desk.gap_groups import LEADING, Asked, Groups, understand
from bot.storage.errors import ConflictError
from bot.storage.gaps.missed import BY_TIME, IS_UNGROUPED
from bot.storage.tables import answers, gap_questions
from bot.storage.transactions import Transactions
from index.agreement import Agreement
from index.search.embedder import Embedder, Vectors

_AT_ONCE = 200  # questions embedded, and grouped in one transaction: a second or so
_TRIES = 3  # another program may group, or erase, the same questions


@dataclass(frozen=True, slots=True)
class _Read:
    asked: Asked
    near: str  # JSON


class Grouping:
    """Groups questions; may be used from several threads at once."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = threading.Lock()
        self._model = ""
        self._known: dict[str, tuple[Asked, Vectors]] = {}  # by the id of its answer

    def left(self) -> int:
        """Return how many questions are in no group yet."""
        query = select(func.count()).select_from(answers).where(IS_UNGROUPED)
        with self._transactions.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def steps(self, embedder: Embedder, agreements: Sequence[Agreement]) -> Generator[int]:
        """Group what is in no group yet, and yield after every step how many that were.

        Between two steps it may be closed: what was grouped until then is kept.

        Args:
            embedder: Reads the questions.
            agreements: Those that a question may name.
        """
        with self._lock:
            if self._model != embedder.fingerprint:
                self._model, self._known = embedder.fingerprint, {}
            failed = 0
            while waiting := self._waiting():
                leading = self._leading()
                yield from self._learn(leading, embedder, agreements)
                groups = self._groups(leading)
                texts: dict[str, Vectors] = {}  # many ask in the same words
                try:
                    for ids in _parts(waiting):
                        yield self._group(self._read(ids, agreements), groups, texts, embedder)
                except ConflictError:
                    failed += 1
                    if failed == _TRIES:
                        raise

    def _waiting(self) -> list[str]:
        """Return the ids of what is in no group yet, in the order of time."""
        query = select(answers.c.id).where(IS_UNGROUPED).order_by(*BY_TIME)
        with self._transactions.reading() as connection:
            return list(connection.execute(query).scalars())

    def _leading(self) -> dict[str, list[str]]:
        """Return by group the ids of its first questions of different words, oldest first."""
        query = select(gap_questions.c.gap_id, answers.c.id, answers.c.question).join(answers)
        words: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._transactions.rows(query.order_by(*BY_TIME)):
            if len(words[row.gap_id]) < LEADING:
                words[row.gap_id].setdefault(row.question, row.id)
        return {gap_id: list(ids.values()) for gap_id, ids in words.items()}

    def _learn(
        self, leading: dict[str, list[str]], embedder: Embedder, agreements: Sequence[Agreement]
    ) -> Iterator[int]:
        """Embed what leads and is not known, a few at a time; nothing is grouped by it."""
        wanted = [name for names in leading.values() for name in names]
        self._known = {name: self._known[name] for name in wanted if name in self._known}
        for ids in _parts([name for name in wanted if name not in self._known]):
            found = [read.asked for read in self._read(ids, agreements)]
            vectors = embedder.embed_whole([asked.text for asked in found]) if found else ()
            for asked, vector in zip(found, vectors, strict=True):
                self._known[asked.answer_id] = asked, vector
            yield 0

    def _groups(self, leading: dict[str, list[str]]) -> Groups:
        groups = Groups()
        for gap_id, names in leading.items():
            for name in names:
                if name in self._known:  # else it was erased a moment ago
                    groups.learn(gap_id, *self._known[name])
        return groups

    def _read(self, ids: Sequence[str], agreements: Sequence[Agreement]) -> list[_Read]:
        query = select(*(answers.c[name] for name in ("id", "question", "record")))
        with self._transactions.reading() as connection:
            found = connection.execute(query.where(answers.c.id.in_(ids)).order_by(*BY_TIME)).all()
        return [_to_read(row, agreements) for row in found]

    def _group(
        self,
        found: Sequence[_Read],
        groups: Groups,
        texts: dict[str, Vectors],
        embedder: Embedder,
    ) -> int:
        """Place questions, keep where, and return how many that were."""
        if not found:
            return 0
        asked = [read.asked for read in found]
        vectors = _embed_new([one.text for one in asked], texts, embedder)
        rows = [
            {
                "id": read.asked.answer_id,
                "gap_id": gap_id,
                "near": read.near,
                "agreements": json.dumps(read.asked.agreements),
            }
            for read, gap_id in zip(found, groups.place(asked, vectors), strict=True)
        ]
        with self._transactions.writing() as connection:
            connection.execute(insert(gap_questions), rows)
        for one, vector in zip(asked, vectors, strict=True):
            self._known[one.answer_id] = one, vector
        return len(found)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def _to_read(row: Row[Any], agreements: Sequence[Agreement]) -> _Read:
    record = json.loads(row.record)
    asked = understand(
        row.id, row.question, agreements, chosen=record["chosen"], history=record["history"]
    )
    near = record["citations"] or record["nearest"]
    return _Read(asked, json.dumps([clause["clause_id"] for clause in near[:NEAREST]]))


def _embed_new(texts: list[str], known: dict[str, Vectors], embedder: Embedder) -> Vectors:
    """Return the vectors of texts, those that ``known`` has not embedded and added to it."""
    new = list(dict.fromkeys(text for text in texts if text not in known))
    if new:
        known |= dict(zip(new, embedder.embed_whole(new), strict=True))
    return np.stack([known[text] for text in texts])
