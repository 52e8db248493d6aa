"""Model → figures on rows it never saw."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import jieba
import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from training.data import Collection, Pair, WrittenClause

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Shares of the questions whose right text came first, or among the first five or ten."""

    questions: int
    hit_1: float
    recall_5: float
    recall_10: float

    @classmethod
    def of(cls, scores: Vectors, right: NDArray[np.int64]) -> Ranking:
        """Rank columns for each row; ``right[row]`` is the right column. Ties count as lost."""
        own = scores[np.arange(len(right)), right]
        above = (scores >= own[:, None]).sum(axis=1) - 1
        shares = [float((above < first).mean()) for first in (1, 5, 10)]
        return cls(len(right), *shares)


def embed(model: SentenceTransformer, texts: Sequence[str]) -> Vectors:
    """Return unit vectors of the texts, shape ``(texts, dim)``, float32."""
    vectors = model.encode(
        list(texts), batch_size=64, convert_to_numpy=True, show_progress_bar=len(texts) > 5000
    )
    vectors = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, np.maximum(norms, 1e-9), dtype=np.float32)
    return unit


def measure(model: SentenceTransformer, collection: Collection) -> dict[str, Ranking]:
    """Return every validation figure of a model by its name."""
    figures: dict[str, Ranking] = {}
    if collection.val_clauses:
        figures.update(measure_clauses(model, collection.val_clauses))
    if collection.val_sentences:
        figures.update(measure_sentences(model, collection.val_sentences))
    if collection.val_passages:
        figures.update(measure_passages(model, collection.val_passages))
    return figures


def measure_clauses(
    model: SentenceTransformer, clauses: Sequence[WrittenClause]
) -> dict[str, Ranking]:
    """Rank all written validation clauses for each of their questions, in four directions."""
    texts = {
        "zh": embed(model, [c.zh for c in clauses]),
        "en": embed(model, [c.en for c in clauses]),
    }
    figures: dict[str, Ranking] = {}
    for asked in ("zh", "en"):
        questions = [c.questions_zh if asked == "zh" else c.questions_en for c in clauses]
        right = np.repeat(np.arange(len(clauses)), [len(q) for q in questions])
        vectors = embed(model, [question for group in questions for question in group])
        for written in ("zh", "en"):
            name = f"question {asked} → clause {written}"
            figures[name] = Ranking.of(vectors @ texts[written].T, right)
    return figures


def measure_sentences(model: SentenceTransformer, pairs: Sequence[Pair]) -> dict[str, Ranking]:
    """Find the translation of each held-out sentence among all of them, both ways."""
    scores = embed(model, [p.left for p in pairs]) @ embed(model, [p.right for p in pairs]).T
    right = np.arange(len(pairs))
    return {
        "sentence zh → en": Ranking.of(scores, right),
        "sentence en → zh": Ranking.of(scores.T, right),
    }


def measure_passages(model: SentenceTransformer, pairs: Sequence[Pair]) -> dict[str, Ranking]:
    """Find the passage of each held-out Chinese question, by vectors, by words, and by both."""
    questions, passages = [p.left for p in pairs], [p.right for p in pairs]
    right = np.arange(len(pairs))
    by_words = bm25(questions, passages)
    by_vectors = embed(model, questions) @ embed(model, passages).T
    top = np.maximum(by_words.max(axis=1, keepdims=True), 1e-6)
    return {
        "passage zh → zh": Ranking.of(by_vectors, right),
        "passage zh → zh, BM25": Ranking.of(by_words, right),
        "passage zh → zh, both": Ranking.of(by_vectors + 0.5 * by_words / top, right),
    }


def bm25(questions: Sequence[str], passages: Sequence[str]) -> Vectors:
    """Return BM25 scores of jieba words, shape ``(questions, passages)``."""
    vocabulary: dict[str, int] = {}
    rows = [
        [vocabulary.setdefault(word, len(vocabulary)) for word in _words(text)] for text in passages
    ]
    counts = np.zeros((len(passages), len(vocabulary)), dtype=np.float32)
    for row, words in enumerate(rows):
        np.add.at(counts[row], words, 1)
    length = counts.sum(axis=1, keepdims=True)
    found = (counts > 0).sum(axis=0)
    rarity = np.log1p((len(passages) - found + 0.5) / (found + 0.5))
    weights = rarity * counts * 2.5 / (counts + 1.5 * (0.25 + 0.75 * length / length.mean()))
    scores = np.zeros((len(questions), len(passages)), dtype=np.float32)
    for row, question in enumerate(questions):
        known = [vocabulary[word] for word in _words(question) if word in vocabulary]
        scores[row] = weights[:, known].sum(axis=1)
    return scores


def milliseconds_per_question(model: SentenceTransformer, questions: Sequence[str]) -> float:
    """Return the median time to embed one question alone on one core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    model.encode(questions[0])
    times: list[float] = []
    for question in questions:
        started = time.perf_counter()
        model.encode(question, show_progress_bar=False)
        times.append(time.perf_counter() - started)
    torch.set_num_threads(threads)
    return float(np.median(times) * 1000)


def _words(text: str) -> list[str]:
    return [word for word in jieba.cut(text.lower()) if word.strip()]
