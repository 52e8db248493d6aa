"""The model: unit vectors out, refused by name where it cannot be loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.errors import StoreError
from index.search import embedder as module
from index.search.embedder import SentenceEmbedder
from index.search.models import BUNDLED


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the bundled model that a test may break."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "model"))


def test_vectors_are_of_length_one(embedder: SentenceEmbedder) -> None:
    vectors = embedder.embed(["协议终止后数据保留多久？", "fees", "?!", "😀", "数据 " * 20_000])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("text", ["", " ", "\x00\ud800", "\u200b"])
def test_a_text_without_words_is_near_nothing(embedder: SentenceEmbedder, text: str) -> None:
    assert not embedder.embed([text]).any()


def test_one_text_has_one_vector_whatever_stands_beside_it(embedder: SentenceEmbedder) -> None:
    texts = ["数据", "余额不足会怎样", "how long?", "费用 " * 400]
    together = embedder.embed(texts)
    alone = [embedder.embed([text])[0] for text in texts]
    assert np.allclose(together, alone, atol=1e-6)


def test_forms_of_one_word_have_one_vector(embedder: SentenceEmbedder) -> None:
    for one, other in (("餘額", "余额"), ("ＡＰＩ　Key", "api key"), ("da\x00ta", "data")):
        first, second = embedder.embed([one, other])
        assert np.array_equal(first, second)


def test_a_model_is_known_by_its_weights_not_by_its_place(
    embedder: SentenceEmbedder, copy: Path
) -> None:
    moved = SentenceEmbedder(str(copy))
    assert moved.fingerprint == SentenceEmbedder(str(BUNDLED)).fingerprint
    assert (embedder.name, moved.name) == (BUNDLED.name, str(copy))
    weights = copy / "model.safetensors"
    data = weights.read_bytes()
    weights.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    assert SentenceEmbedder(str(copy)).fingerprint != embedder.fingerprint


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("model.safetensors", b"version https://git-lfs.github.com/spec/v1\n"),
        ("model.safetensors", b""),
        ("tokenizer.json", b"{}"),
        ("modules.json", b"[]"),
        ("modules.json", b"[{}]"),
        ("modules.json", b"{"),
    ],
)
def test_a_broken_model_is_refused_with_the_setting_that_mends_it(
    copy: Path, name: str, data: bytes
) -> None:
    (copy / name).write_bytes(data)
    with pytest.raises(StoreError, match=r"cannot be loaded .* Set CLAUSEBOT_MODEL"):
        SentenceEmbedder(str(copy))


def test_a_bundled_model_that_is_gone_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUNDLED", tmp_path / "gone")
    with pytest.raises(StoreError, match="gone cannot be loaded"):
        SentenceEmbedder()
