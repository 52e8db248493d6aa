"""What the search finds by channel and joined, what it confuses, and what less would find."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.answering.answer import Answer, Outcome
from bot.answering.bot import RETRIEVED
from bot.answering.question import frame_question
from bot.evaluation.scores import GROUPS, Answered, Gold, matches
from index.search.clause_index import ClauseIndex
from index.search.ranking import CONTEXTS, VECTORS, WORDS, Channel, Floats, Model, Ranker

TOGETHER = {
    "quick vectors": VECTORS,
    "contexts": CONTEXTS,
    "all vectors": (*VECTORS, *CONTEXTS),
    "all words": WORDS,
}
JOIN, JUDGED = "fitted join", "read by the judge"


@dataclass(frozen=True, slots=True)
class SearchedQuestion:
    """One question as the index sees it.

    Attributes:
        gold: The question.
        searches: What is looked for.
        scope: Which clauses are looked at, shape ``(clauses,)``.
        channels: Shape ``(clauses, len(Channel))``.
        judged: Places of the clauses in scope as the bot ranks them, best first.
        right: Which clauses match each entry of the evidence, shape ``(entries, clauses)``.
        probability: The highest, 0..1, that a clause decides it; exactly 0 for a question
            that the bot abstains on before it asks for probabilities.
    """

    gold: Gold
    searches: tuple[str, ...]
    scope: NDArray[np.bool_]
    channels: Floats
    judged: NDArray[np.int64]
    right: NDArray[np.bool_]
    probability: float


@dataclass(frozen=True, slots=True)
class Recall:
    """How often the right clause is found, each 0..1, higher is better."""

    hit_1: float
    hit_3: float
    recall_5: float


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose right clause is not put first.

    Attributes:
        gold: The question.
        rank: Of the first right clause among those looked at, from 1; 0 if it is not there.
        right: Id of that clause; empty if it is not there.
        first: Id of the clause put first.
        apart: Where the one stands from the other.
    """

    gold: Gold
    rank: int
    right: str
    first: str
    apart: str


def look(index: ClauseIndex, pairs: Sequence[Answered]) -> list[SearchedQuestion]:
    """Look every question up once more, keeping what each channel says."""
    return [_look(index, gold, answer) for gold, answer in pairs]


def recall_by_channel(
    index: ClauseIndex, asked: Sequence[SearchedQuestion]
) -> dict[str, dict[str, Recall]]:
    """Return the recall of every channel alone, of all of a kind, of all joined, and judged."""
    rankers = {_name(channel): _alone(channel) for channel in Channel}
    rankers |= {name: keep_channels(index.ranker, channels) for name, channels in TOGETHER.items()}
    rankers[JOIN] = index.ranker
    found = {name: measure_recall(index, ranker, asked) for name, ranker in rankers.items()}
    return found | {JUDGED: measure_recall(index, None, asked)}


def measure_recall(
    index: ClauseIndex, ranker: Ranker | None, asked: Sequence[SearchedQuestion]
) -> dict[str, Recall]:
    """Return the recall by language group; a group without evidence is missing.

    The clauses are ranked by ``ranker`` alone, or as the bot ranks them where it is None.
    """
    answerable = [one for one in asked if one.gold.evidence]
    orders = [one.judged if ranker is None else _order(ranker, one, index) for one in answerable]
    found: dict[str, Recall] = {}
    for group in GROUPS:
        own = [
            (one, order)
            for one, order in zip(answerable, orders, strict=True)
            if group in ("all", one.gold.language)
        ]
        if own:
            ranks = [_first_right(one, order) for one, order in own]
            found[group] = Recall(
                mean_of(rank == 1 for rank in ranks),
                mean_of(0 < rank <= 3 for rank in ranks),
                mean_of(_covered(one, order[:5]) for one, order in own),
            )
    return found


def keep_channels(ranker: Ranker, channels: Sequence[Channel]) -> Ranker:
    """Return a ranker that looks at some channels alone."""

    def keep(model: Model) -> Model:
        weights = tuple(
            model.channels[channel] if channel in channels else 0.0 for channel in Channel
        )
        return replace(model, channels=weights)

    return Ranker(keep(ranker.written), keep(ranker.bare))


def find_misses(index: ClauseIndex, asked: Sequence[SearchedQuestion]) -> list[Miss]:
    """Return the questions with evidence whose right clause is not put first, in order."""
    found = []
    for one in asked:
        order = one.judged
        rank = _first_right(one, order)
        if one.gold.evidence and rank != 1:
            right = index.corpus.clauses[order[rank - 1]].clause_id if rank else ""
            first = index.corpus.clauses[order[0]].clause_id
            apart = _apart(index, right, first) if rank else "not looked at"
            found.append(Miss(one.gold, rank, right, first, apart))
    return found


def count_confusions(misses: Iterable[Miss]) -> list[tuple[str, str, int]]:
    """Return (right clause, clause put first, how often), the most frequent first."""
    counts = Counter((miss.right, miss.first) for miss in misses if miss.rank)
    return [(right, first, count) for (right, first), count in counts.most_common()]


def _look(index: ClauseIndex, gold: Gold, answer: Answer) -> SearchedQuestion:
    corpus = index.corpus
    question = frame_question(
        gold.question, corpus.agreements, chosen=gold.agreement, history=gold.history
    )
    found = index.find(question.searches)
    is_ruled_out = answer.outcome is Outcome.ABSTAINED and not answer.without
    judged = found.judged(len(corpus.clauses), question.scope)
    right = [
        [matches(clause.agreement, clause.text, entry) for clause in corpus.clauses]
        for entry in gold.evidence
    ]
    return SearchedQuestion(
        gold=gold,
        searches=question.searches,
        scope=np.array([clause.agreement in question.scope for clause in corpus.clauses]),
        channels=found.channels,
        judged=np.array([hit.position for hit in judged]),
        right=np.array(right, dtype=bool).reshape(-1, len(corpus.clauses)),
        probability=0.0 if is_ruled_out else judged[0].score,
    )


def _order(ranker: Ranker, one: SearchedQuestion, index: ClauseIndex) -> NDArray[np.int64]:
    """Return the places of the clauses in scope, best first."""
    fits = ranker.fits(one.channels, index.lengths, index.is_written)
    order = np.lexsort((one.right.any(axis=0), -fits))
    return order[one.scope[order]]


def _first_right(one: SearchedQuestion, order: NDArray[np.int64]) -> int:
    """Return the rank of the first right clause, from 1; 0 if there is none."""
    places = np.flatnonzero(one.right[:, order].any(axis=0))
    return int(places[0]) + 1 if len(places) else 0


def _covered(one: SearchedQuestion, best: NDArray[np.int64]) -> float:
    found = one.right[:, best].any(axis=1)
    return float(found.any()) if one.gold.any_of else float(found.mean())


def _apart(index: ClauseIndex, right: str, first: str) -> str:
    one, other = (index.corpus.clauses[index.position(name)] for name in (right, first))
    if one.agreement != other.agreement:
        return "the other agreement"
    if one.parent == first or other.parent == right or (one.parent and one.parent == other.parent):
        return "its whole, part or sibling"
    return "the same article" if one.path[:1] == other.path[:1] else "elsewhere in its agreement"


def _alone(channel: Channel) -> Ranker:
    model = Model(channels=tuple(float(each is channel) for each in Channel))
    return Ranker(model, model)


def _name(channel: Channel) -> str:
    return channel.name.lower().replace("_", " ")


def mean_of(values: Iterable[float]) -> float:
    """Return the mean; 0 of nothing."""
    numbers = [float(value) for value in values]
    return sum(numbers) / len(numbers) if numbers else 0.0


@dataclass(frozen=True, slots=True)
class Variant:
    """A search with less to look at.

    Attributes:
        name: What it looks at.
        recall: By language group; a group without questions is missing.
        median_ms: Of one search, the embedding of the question included.
        p95_ms: 19 of 20 searches are at least as fast.
    """

    name: str
    recall: dict[str, Recall]
    median_ms: float
    p95_ms: float


def compare_variants(index: ClauseIndex, asked: Sequence[SearchedQuestion]) -> list[Variant]:
    """Search with all there is and with less.

    Each variant starts with nothing remembered, and all search for one question before any
    searches for the next, so that a machine busy for a while is busy for all of them.
    """
    variants = {
        "all fields": (_again(index), tuple(Channel)),
        "no context": (_again(index), (*VECTORS, *WORDS)),
        "vectors only": (_again(index), (*VECTORS, *CONTEXTS)),
        "words only": (_again(index), WORDS),
    }
    if index.corpus.fields:
        variants["text only"] = (index.without_written_fields(), tuple(Channel))
    times: dict[str, list[float]] = {name: [] for name in variants}
    seen: dict[str, list[SearchedQuestion]] = {name: [] for name in variants}
    for one in asked:
        for name, (own, used) in variants.items():
            channels, milliseconds = _search(own, used, one.searches)
            times[name].append(milliseconds)
            seen[name].append(replace(one, channels=channels))
    return [
        _to_variant(
            name, measure_recall(own, keep_channels(own.ranker, used), seen[name]), times[name]
        )
        for name, (own, used) in variants.items()
    ]


def _again(index: ClauseIndex) -> ClauseIndex:
    again = ClauseIndex.build(index.corpus, index.embedder, index)
    again.ranker = index.ranker
    return again


def _search(
    index: ClauseIndex, used: Sequence[Channel], searches: Sequence[str]
) -> tuple[Floats, float]:
    """Return what the channels say, and the milliseconds of the whole search."""
    began = time.perf_counter()
    found = index.find(searches, used)
    found.best(RETRIEVED)
    return found.channels, (time.perf_counter() - began) * 1000


def _to_variant(name: str, recall: dict[str, Recall], times: Sequence[float]) -> Variant:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    return Variant(name, recall, statistics.median(ordered), p95)
