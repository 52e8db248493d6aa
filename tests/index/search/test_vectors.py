"""Nearest rows, exactly, and never a row that is not there."""

from __future__ import annotations

import numpy as np
import pytest

from index.errors import StoreError
from index.search.embedder import SentenceEmbedder
from index.search.vectors import VectorIndex, Vectors


@pytest.fixture
def rows() -> Vectors:
    """Return 40 unit rows of length 16."""
    rows = np.random.default_rng(3).normal(size=(40, 16)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_a_row_finds_itself_with_one_before_and_after_storing(rows: Vectors) -> None:
    built = VectorIndex.build(rows)
    for index in (built, VectorIndex.from_bytes(built.to_bytes())):
        assert (len(index), index.dimension) == (40, 16)
        for at, row in enumerate(rows):
            found, scores = index.nearest(row, 1)
            assert found.tolist() == [at]
            assert scores[0] == pytest.approx(1.0, abs=1e-6)
            assert np.array_equal(index.row(at), row)
        assert np.array_equal(index.rows(), rows)


def test_a_text_of_the_model_scores_one_against_itself(embedder: SentenceEmbedder) -> None:
    texts = ["协议终止后数据保留多久？", "how long is data kept?", "a", "数据" * 400]
    vectors = embedder.embed(texts)
    for at, vector in enumerate(vectors):
        found, scores = VectorIndex.build(vectors).nearest(vector, 1)
        assert found[0] == at
        assert scores[0] == pytest.approx(1.0, abs=1e-6)


def test_rows_come_best_first(rows: Vectors) -> None:
    found, scores = VectorIndex.build(rows).nearest(rows[5], 40)
    assert np.array_equal(found, np.argsort(-(rows @ rows[5])))
    assert (np.diff(scores) <= 0).all()


@pytest.mark.parametrize("k", [1, 3, 4, 10**6])
def test_no_row_is_ever_minus_one(rows: Vectors, k: int) -> None:
    found, scores = VectorIndex.build(rows[:3]).nearest(rows[7], k)
    assert len(found) == len(scores) == min(k, 3)
    assert set(found.tolist()) <= {0, 1, 2}


def test_an_empty_index_finds_nothing(rows: Vectors) -> None:
    found, scores = VectorIndex.build(rows[:0]).nearest(rows[0], 5)
    assert (found.tolist(), scores.tolist()) == ([], [])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_vector_that_is_no_number_is_refused(rows: Vectors, bad: float) -> None:
    query = rows[0].copy()
    query[4] = bad
    with pytest.raises(StoreError, match="holds NaN or infinity"):
        VectorIndex.build(rows).nearest(query, 3)


def test_a_vector_of_another_length_is_refused(rows: Vectors) -> None:
    index = VectorIndex.build(rows)
    for query in (rows[0, :15], rows[:1], np.zeros(17, dtype=np.float32)):
        with pytest.raises(StoreError, match="does not fit rows of length 16"):
            index.nearest(query, 3)


def test_bytes_that_are_no_index_are_refused(rows: Vectors) -> None:
    for data in (b"", b"IxFI", b"x" * 100, VectorIndex.build(rows).to_bytes()[:-9]):
        with pytest.raises(StoreError, match="FAISS cannot read"):
            VectorIndex.from_bytes(data)
