"""How well the list of gaps groups questions, and how long that takes.

    python -m benchmarks.gaps [--questions 20000] [--misses]

A line of ``tests/bot/desk/gap-questions.jsonl`` holds questions of one matter, in both languages,
and the agreement that they were asked of. Every pair of questions is judged: precision is the
share of pairs in one group that belong there, recall that of pairs that belong and are. The
threshold was chosen with them in sight. Then many questions of different words are grouped in a
new database.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bot.answering.question import detect_question_language
from bot.desk.gaps.rules import Groups, UnderstoodQuestion, understand
from bot.desk.gaps.store_grouping import Grouping
from bot.records.record import seal_record
from bot.storage import open_database
from bot.storage.tables import answers
from index.agreement import Agreement
from index.corpus import Corpus, read_corpus
from index.search.embedder import Embedder, SentenceEmbedder
from tests.bot.records.making import make_record

CORPUS = Path(__file__).parents[1] / "corpus"
FILE = Path(__file__).parents[1] / "tests" / "bot" / "desk" / "gap-questions.jsonl"
ORDERS = 6  # in which questions come; a group depends on what came first


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, what it belongs to, and its language."""

    asked: UnderstoodQuestion
    question: str
    matter: str
    language: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Pairs of questions.

    Attributes:
        joined: In one group.
        right: Of these, those of one matter.
        belong: Of one matter.
        crossing: Of these, those in two languages.
        crossed: Of these, those in one group.
    """

    joined: int = 0
    right: int = 0
    belong: int = 0
    crossing: int = 0
    crossed: int = 0

    def __add__(self, other: Scores) -> Scores:
        """Return both together."""
        return Scores(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def precision(self) -> float:
        """Share of joined pairs that are right, 0..1."""
        return self.right / max(self.joined, 1)

    @property
    def recall(self) -> float:
        """Share of pairs that belong together and are, 0..1."""
        return self.right / max(self.belong, 1)

    @property
    def crossing_recall(self) -> float:
        """The same of pairs in two languages, 0..1."""
        return self.crossed / max(self.crossing, 1)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20_000, help="how many to be timed with")
    parser.add_argument("--misses", action="store_true", help="print what is wrongly in one group")
    options = parser.parse_args()
    embedder, corpus = SentenceEmbedder(), read_corpus(CORPUS)
    rows = read_questions(corpus.agreements)
    scores = score(rows, embedder, misses=options.misses)
    print(
        f"{len(rows)} questions, {scores.belong // ORDERS} like pairs: precision "
        f"{scores.precision:.3f}, recall {scores.recall:.3f}, of pairs in two languages "
        f"{scores.crossing_recall:.3f}"
    )
    _print_time(options.questions, embedder, corpus)
    return 0


def read_questions(agreements: Sequence[Agreement]) -> list[Labelled]:
    """Return the questions of the file as the program understands them."""
    found = []
    for line in FILE.read_text("utf-8").splitlines():
        row = json.loads(line)
        for text in row["questions"]:
            name = f"{row['agreement']} {text}"
            asked = understand(name, text, agreements, chosen=row["agreement"], history=())
            found.append(Labelled(asked, text, row["group"], detect_question_language(text)))
    return found


def score(rows: Sequence[Labelled], embedder: Embedder, *, misses: bool = False) -> Scores:
    """Return the counts over some orders in which the questions may come."""
    vectors = embedder.embed_whole([row.asked.text for row in rows])
    total = Scores()
    for order in range(ORDERS):
        chosen = np.random.default_rng(order).permutation(len(rows))
        placed = Groups().place([rows[at].asked for at in chosen], vectors[chosen])
        came = [rows[at] for at in chosen]
        total += _count(came, placed, misses=misses and order == 0)
    return total


def _count(rows: Sequence[Labelled], placed: Sequence[str], *, misses: bool) -> Scores:
    counts = dict.fromkeys(Scores.__slots__, 0)
    pairs: Iterable[tuple[int, int]] = itertools.combinations(range(len(rows)), 2)
    for one, other in pairs:
        is_joined = placed[one] == placed[other]
        is_right = rows[one].matter == rows[other].matter
        is_crossing = is_right and rows[one].language != rows[other].language
        counts["joined"] += is_joined
        counts["right"] += is_joined and is_right
        counts["belong"] += is_right
        counts["crossing"] += is_crossing
        counts["crossed"] += is_crossing and is_joined
        if misses and is_joined and not is_right:
            print(f"  in one group: {rows[one].question} / {rows[other].question}")
    return Scores(**counts)


def _print_time(count: int, embedder: Embedder, corpus: Corpus) -> None:
    known = [question for fields in corpus.fields.values() for question in fields.questions]
    texts = [f"{known[at % len(known)]} {at // len(known) or ''}" for at in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/clausebot.db")
        with database.transactions.writing() as connection:
            connection.execute(
                answers.insert(), [_abstained(at, text) for at, text in enumerate(texts)]
            )
        grouping = Grouping(database.transactions)
        began = time.perf_counter()
        steps: list[float] = []
        for _ in grouping.steps(embedder, corpus.agreements):
            steps.append(time.perf_counter() - began - sum(steps))
        print(
            f"{count} questions of different words grouped in {sum(steps):.1f} s, the first half "
            f"of them in {sum(steps[: len(steps) // 2]):.1f} s; a step takes {max(steps):.2f} s at "
            "most"
        )
        database.close()


def _abstained(at: int, text: str) -> dict[str, object]:
    asked_at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=at)
    record = make_record(text, asked_at=asked_at)
    record = replace(record, outcome="abstained", reason="silent", citations=())
    return {
        "id": record.answer_id,
        "record": seal_record(record)[0],
        "digest": record.digest,
        "surface": "page",
        "site": "",
        "asked_at": asked_at,
        "language": record.language,
        "outcome": record.outcome,
        "reason": record.reason,
        "question": text,
    }


if __name__ == "__main__":
    sys.exit(main())
