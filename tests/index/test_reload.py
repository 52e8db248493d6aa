from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.builder import IndexReloader, ensure_index
from index.search.clause_index import ClauseIndex
from index.store import MANIFEST, read_manifest
from tests.fakes import WordEmbedder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return the folder of a corpus of two agreements, generation 0."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    write(folder, 0)
    return folder


def write(folder: Path, generation: int) -> None:
    """Write a corpus in which every clause names its generation."""
    for name in ("a", "b"):
        lines = [f"{n}. Data is kept {n} days in {name}, round {generation}." for n in range(1, 6)]
        (folder / f"{name}.txt").write_text("\n".join(lines), "utf-8")


def test_takes_over_a_new_generation_and_no_other(corpus: Path, tmp_path: Path) -> None:
    embedder = WordEmbedder()
    index = ensure_index(corpus, tmp_path / "i", embedder)
    taken: list[ClauseIndex] = []
    reloader = IndexReloader(tmp_path / "i", index, embedder, taken.append)
    assert not reloader.look()
    write(corpus, 1)
    ensure_index(corpus, tmp_path / "i", embedder)
    assert reloader.look()
    (newer,) = taken
    assert newer.generation == read_manifest(tmp_path / "i").generation
    assert "round 1" in newer.corpus.clauses[0].text
    assert not reloader.look()


def test_an_index_that_is_damaged_is_not_taken_over(
    corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = WordEmbedder()
    index = ensure_index(corpus, tmp_path / "i", embedder)
    taken: list[ClauseIndex] = []
    reloader = IndexReloader(tmp_path / "i", index, embedder, taken.append)
    (tmp_path / "i" / MANIFEST).write_text("{}")
    assert not reloader.look()
    assert not reloader.look()
    assert taken == []
    assert caplog.text.count("is not taken over") == 1
    write(corpus, 1)
    ensure_index(corpus, tmp_path / "i", embedder)
    assert reloader.look()


def test_an_index_of_another_model_is_not_taken_over(corpus: Path, tmp_path: Path) -> None:
    index = ensure_index(corpus, tmp_path / "i", WordEmbedder("one"))
    taken: list[ClauseIndex] = []
    reloader = IndexReloader(tmp_path / "i", index, WordEmbedder("one"), taken.append)
    ensure_index(corpus, tmp_path / "i", WordEmbedder("two"))
    assert not reloader.look()
    assert taken == []


def test_looks_by_itself_until_it_is_stopped(corpus: Path, tmp_path: Path) -> None:
    embedder = WordEmbedder()
    index = ensure_index(corpus, tmp_path / "i", embedder)
    taken = threading.Event()
    reloader = IndexReloader(tmp_path / "i", index, embedder, lambda _: taken.set())
    reloader.start(0.01)
    write(corpus, 1)
    ensure_index(corpus, tmp_path / "i", embedder)
    assert taken.wait(30)
    reloader.stop()
