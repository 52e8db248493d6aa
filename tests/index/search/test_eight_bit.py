"""The rounded reader: near the model that it was made of, the same for a text every time."""

from __future__ import annotations

import logging
import warnings

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.search.eight_bit import EightBitReader
from index.search.embedder import SentenceEmbedder, Vectors
from index.search.models import BUNDLED_READER

TEXTS = (
    "账户余额不足时，我们有权暂停服务。",
    "We may suspend the service when the balance runs out.",
    "7 days",
    "数据",
    "?",
    "协议终止之日起7日后，我们不再为您保留数据，您应当及时下载。" * 4,
    "Which court hears a dispute between us and the platform, and under whose law?",
)


@pytest.fixture(scope="module")
def exact() -> Vectors:
    """Return the vectors of the model as it is stored."""
    model = SentenceTransformer(str(BUNDLED_READER), device="cpu").float()
    return np.asarray(model.encode(list(TEXTS), normalize_embeddings=True))


def test_rounding_turns_a_vector_little(embedder: SentenceEmbedder, exact: Vectors) -> None:
    cosines = (embedder.embed_whole(TEXTS) * exact).sum(axis=1)
    assert cosines.min() > 0.94
    assert cosines.mean() > 0.97


def test_a_text_is_read_the_same_whatever_was_read_before(embedder: SentenceEmbedder) -> None:
    together = embedder.embed_whole(TEXTS)
    for row, text in reversed(list(enumerate(TEXTS))):
        assert np.array_equal(embedder.embed_whole([text])[0], together[row])


def test_a_text_longer_than_the_model_reads_is_read_as_far_as_it_does(
    embedder: SentenceEmbedder,
) -> None:
    longest, longer = embedder.embed_whole(["费用 " * 2_000, "费用 " * 9_000])
    assert np.array_equal(longest, longer)


def test_making_it_says_nothing_and_mends_what_it_silenced(
    caplog: pytest.LogCaptureFixture,
) -> None:
    library = logging.getLogger("transformers")
    level = library.level
    model = SentenceTransformer(str(BUNDLED_READER), device="cpu").float()
    caplog.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        EightBitReader(model)
    assert not caplog.records
    assert library.level == level
