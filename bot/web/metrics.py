"""What is counted while the site runs, as Prometheus reads it; the only importer of its client.

Labels hold words of our own alone, never an asker's: no question, address, key or id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from bot.answering.answer import Answer
from bot.outbox.outbox import Loss
from bot.outbox.relay import ANSWER
from index.search.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class _LossCollector(Collector):
    """Reads what was lost when the metrics are read."""

    def __init__(self, losses: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        self._losses = losses

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield the one counter; one for answers is there before anything is lost."""
        words = "Writes that are kept nowhere, by what they were and why."
        lost = CounterMetricFamily("clausebot_lost", words, labels=("kind", "reason"))
        none = {(ANSWER, str(loss)): 0 for loss in Loss}
        for labels, number in (none | dict(self._losses())).items():
            lost.add_metric(labels, number)
        yield lost


class Metrics:
    """The counters of one service; two services of one process do not mix."""

    def __init__(
        self,
        waiting: Callable[[], int],
        spooled: Callable[[], Mapping[str, int]],
        is_in_order: Callable[[], bool],
        losses: Callable[[], Mapping[tuple[str, str], int]],
    ) -> None:
        """Count from nothing; what stands elsewhere is asked for when it is read.

        That is how many questions wait, how many entries the outbox holds by state, or OSError if
        nobody knows, whether the last use of the database went well, and how much was lost by kind
        and reason.
        """
        self._registry = CollectorRegistry()
        registry = self._registry
        self._questions = Counter(
            "clausebot_questions",
            "Questions by where they were asked and what came of them.",
            ("surface", "outcome", "reason"),
            registry=registry,
        )
        self._seconds = Histogram(
            "clausebot_answer_seconds",
            "From a question's turn to its kept answer.",
            ("surface",),
            buckets=_SECONDS,
            registry=registry,
        )
        Gauge(
            "clausebot_waiting", "Questions that wait for their turn.", registry=registry
        ).set_function(waiting)
        self._refused = Counter(
            "clausebot_refused", "Questions refused because too many waited.", registry=registry
        )
        self._feedback = Counter(
            "clausebot_feedback", "Verdicts on answers.", ("verdict",), registry=registry
        )
        self._records = Counter(
            "clausebot_records",
            "Answers by whether they could be kept, be it in the outbox.",
            ("kept",),
            registry=registry,
        )
        registry.register(_LossCollector(losses))
        Gauge(
            "clausebot_database_up",
            "Whether the last use of the database went well, 1 or 0.",
            registry=registry,
        ).set_function(is_in_order)
        self._spooled = spooled
        self._outbox = Gauge(
            "clausebot_spool_entries",
            "Writes that wait for the database, that it refused, or that are half written.",
            ("state",),
            registry=registry,
        )
        self._index = Gauge(
            "clausebot_index",
            "The index that is answered from.",
            ("generation", "model"),
            registry=registry,
        )
        self._clauses = Gauge("clausebot_index_clauses", "Clauses in it.", registry=registry)

    def count_question(self, surface: str, answer: Answer, seconds: float) -> None:
        """Count an answered question and how long it took."""
        self._questions.labels(surface, answer.outcome, answer.reason or "").inc()
        self._seconds.labels(surface).observe(seconds)

    def count_failed(self, surface: str) -> None:
        """Count a question that could not be answered for a fault of ours."""
        self._questions.labels(surface, "failed", "").inc()

    def count_refused(self) -> None:
        """Count a question that found the queue full."""
        self._refused.inc()

    def count_record(self, *, kept: bool) -> None:
        """Count an answer by whether its record was kept."""
        self._records.labels("yes" if kept else "no").inc()

    def count_feedback(self, verdict: str) -> None:
        """Count a verdict."""
        self._feedback.labels(verdict).inc()

    def to_text(self, index: ClauseIndex) -> bytes:
        """Return everything in Prometheus' text format, with the index answered from now."""
        self._index.clear()
        self._index.labels(index.generation, index.embedder.name).set(1)
        self._clauses.set(len(index.corpus.clauses))
        self._count_spool()
        return generate_latest(self._registry)

    def _count_spool(self) -> None:
        self._outbox.clear()
        try:
            for state, count in self._spooled().items():
                self._outbox.labels(state).set(count)
        except OSError as error:  # nothing is said rather than something wrong
            logger.warning("the spool cannot be counted: %s", error)
