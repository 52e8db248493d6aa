"""Puts the questions that went badly into groups, a few at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select

from bot.answer import NEAREST
from bot.desk.gaps import Leaders
from bot.storage.errors import ConflictError
from bot.storage.gaps.missed import BY_TIME, IS_UNGROUPED
from bot.storage.tables import answers, gap_questions
from bot.storage.transactions import Transactions
from index.embedder import Embedder, Vectors

_AT_ONCE = 200  # questions embedded, and grouped in one transaction: a second or so
_TRIES = 3  # another program may group, or erase, the same questions


class Grouping:
    """Groups questions; may be used from several threads at once."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = threading.Lock()
        self._model = ""
        self._vectors: dict[str, Vectors] = {}  # of leaders, by the id of their answer

    def left(self) -> int:
        """Return how many questions are in no group yet."""
        query = select(func.count()).select_from(answers).where(IS_UNGROUPED)
        with self._transactions.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def steps(self, embedder: Embedder) -> Generator[int]:
        """Group what is in no group yet, and yield after every step how many that were.

        Between two steps it may be closed: what was grouped until then is kept.
        """
        with self._lock:
            texts: dict[str, Vectors] = {}  # many ask in the same words
            first = self._first_questions()
            yield from self._embed_leaders(first, embedder)
            leaders = self._leaders(first)
            failed = 0
            while found := self._ungrouped():
                vectors = _embed_new([row.question for row in found], texts, embedder)
                placed = leaders.place([row.id for row in found], vectors)
                rows = [
                    {"id": row.id, "gap_id": gap_id, "near": _near_of(row.record)}
                    for row, gap_id in zip(found, placed, strict=True)
                ]
                try:
                    with self._transactions.writing() as connection:
                        connection.execute(insert(gap_questions), rows)
                except ConflictError:
                    failed += 1
                    if failed == _TRIES:
                        raise
                    first = self._first_questions()
                    yield from self._embed_leaders(first, embedder)
                    leaders = self._leaders(first)
                    continue
                self._vectors |= {
                    row.id: vector
                    for row, gap_id, vector in zip(found, placed, vectors, strict=True)
                    if row.id == gap_id
                }
                yield len(found)

    def _ungrouped(self) -> Sequence[Any]:
        query = select(answers.c.id, answers.c.question, answers.c.record).where(IS_UNGROUPED)
        with self._transactions.reading() as connection:
            return connection.execute(query.order_by(*BY_TIME).limit(_AT_ONCE)).all()

    def _first_questions(self) -> dict[str, tuple[str, str]]:
        """Return by group the id and the words of its first question, or the oldest left of it."""
        query = select(gap_questions.c.gap_id, answers.c.id, answers.c.question).join(answers)
        first: dict[str, tuple[str, str]] = {}
        for row in self._transactions.rows(query.order_by(*BY_TIME)):
            if row.gap_id not in first or row.id == row.gap_id:
                first[row.gap_id] = (row.id, row.question)
        return first

    def _embed_leaders(
        self, first: dict[str, tuple[str, str]], embedder: Embedder
    ) -> Iterator[int]:
        """Embed the first questions that are not yet, a few at a time; nothing is grouped by it."""
        known = self._vectors if self._model == embedder.fingerprint else {}
        self._model = embedder.fingerprint
        self._vectors = {name: known[name] for name, _ in first.values() if name in known}
        new = [(name, text) for name, text in first.values() if name not in known]
        for at in range(0, len(new), _AT_ONCE):
            names, texts = zip(*new[at : at + _AT_ONCE], strict=True)
            self._vectors |= dict(zip(names, embedder.embed_whole(texts), strict=True))
            yield 0

    def _leaders(self, first: dict[str, tuple[str, str]]) -> Leaders:
        vectors = [self._vectors[name] for name, _ in first.values()]
        return Leaders(list(first), np.stack(vectors) if vectors else np.empty((0, 0), np.float32))


def _embed_new(texts: list[str], known: dict[str, Vectors], embedder: Embedder) -> Vectors:
    """Return the vectors of texts, those that ``known`` has not embedded and added to it."""
    new = list(dict.fromkeys(text for text in texts if text not in known))
    if new:
        known |= dict(zip(new, embedder.embed_whole(new), strict=True))
    return np.stack([known[text] for text in texts]) if texts else np.empty((0, 0), np.float32)


def _near_of(record: str) -> str:
    row = json.loads(record)
    near = row["citations"] or row["nearest"]
    return json.dumps([clause["clause_id"] for clause in near[:NEAREST]])
