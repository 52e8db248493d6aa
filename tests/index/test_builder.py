"""A stored index is made where it is needed, checked, and never harmed by a bad corpus."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from index import builder, store
from index.builder import build_index, check_index, ensure_index
from index.errors import CorpusError, StoreError
from index.search.clause_index import ClauseIndex
from index.search.embedder import SentenceEmbedder
from index.store import MANIFEST, read_manifest, read_store
from tests.fakes import WordEmbedder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus of one agreement."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("1. Pay.\n2. Behave.\n", "utf-8")
    return folder


@pytest.fixture
def one_model(embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the bundled model once for all tests, which takes seconds."""
    monkeypatch.setattr(builder, "SentenceEmbedder", lambda model: embedder)


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_missing_index_is_made(corpus: Path, tmp_path: Path) -> None:
    index = ensure_index(corpus, tmp_path / "var" / "index", WordEmbedder())
    stored = ClauseIndex.load(tmp_path / "var" / "index", WordEmbedder())
    assert stored.corpus == index.corpus


def test_an_index_that_fits_is_taken_as_it_is(corpus: Path, tmp_path: Path) -> None:
    ensure_index(corpus, tmp_path / "i", WordEmbedder())
    before = _snapshot(tmp_path / "i")
    embedder = WordEmbedder()
    ensure_index(corpus, tmp_path / "i", embedder)
    assert embedder.embedded == []
    assert _snapshot(tmp_path / "i") == before


def test_a_stale_index_is_made_anew_from_what_is_unchanged(corpus: Path, tmp_path: Path) -> None:
    ensure_index(corpus, tmp_path / "i", WordEmbedder())
    (corpus / "b.txt").write_text("1. Deliver.\n", "utf-8")
    embedder = WordEmbedder()
    index = ensure_index(corpus, tmp_path / "i", embedder)
    assert [agreement.id for agreement in index.corpus.agreements] == ["a", "b"]
    assert embedder.embedded == ["Deliver."]
    assert set(read_manifest(tmp_path / "i").sources) == {"a.txt", "b.txt"}


def test_a_damaged_index_is_made_anew(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "i"
    for ending in (".faiss", ".jsonl", MANIFEST):
        ensure_index(corpus, folder, WordEmbedder())
        damaged = next(path for path in sorted(folder.iterdir()) if path.name.endswith(ending))
        damaged.write_bytes(damaged.read_bytes()[:-3])
        ensure_index(corpus, folder, WordEmbedder())
        assert read_store(folder)


def test_an_index_of_another_model_is_made_anew(corpus: Path, tmp_path: Path) -> None:
    ensure_index(corpus, tmp_path / "i", WordEmbedder("one"))
    ensure_index(corpus, tmp_path / "i", WordEmbedder("two"))
    assert read_manifest(tmp_path / "i").fingerprint == "two"


def test_a_broken_corpus_leaves_the_old_index_untouched(corpus: Path, tmp_path: Path) -> None:
    ensure_index(corpus, tmp_path / "i", WordEmbedder())
    before = _snapshot(tmp_path / "i")
    (corpus / "b.txt").write_bytes(b"\x00")
    ensure_index(corpus, tmp_path / "i", WordEmbedder())
    assert _snapshot(tmp_path / "i") == before
    (corpus / "a.txt").write_bytes(b"\x00")
    with pytest.raises(CorpusError, match=r"a\.txt:1: holds binary data(.|\n)*b\.txt:1: holds"):
        ensure_index(corpus, tmp_path / "i", WordEmbedder())
    with pytest.raises(CorpusError, match=r"b\.txt:1: holds binary data"):
        build_index(corpus, tmp_path / "i")
    assert _snapshot(tmp_path / "i") == before


def test_an_index_folder_that_is_a_file_is_refused(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "i").write_text("mine")
    with pytest.raises(StoreError, match=r"cannot be written .*--index"):
        ensure_index(corpus, tmp_path / "i", WordEmbedder())
    assert (tmp_path / "i").read_text() == "mine"


def test_a_full_disk_is_said_and_a_former_index_only_where_there_is_one(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    said = []
    for _ in "ab":
        with monkeypatch.context() as full:
            full.setattr(store, "write_whole", fail)
            with pytest.raises(StoreError, match="No space left on device") as refused:
                ensure_index(corpus, tmp_path / "i", WordEmbedder())
        said.append("The former index still stands." in str(refused.value))
        ensure_index(corpus, tmp_path / "i", WordEmbedder())
        (corpus / "a.txt").write_text("Terms\n1. Pay more.\n", "utf-8")
    assert said == [False, True]


def test_an_index_inside_the_corpus_harms_no_file_of_it(corpus: Path) -> None:
    (corpus / "a.views.jsonl").write_text('{"clause_id": "a/1"}', "utf-8")
    (corpus / "unanswered.jsonl").write_text('{"question": "q?"}', "utf-8")
    before = _snapshot(corpus)
    ensure_index(corpus, corpus, WordEmbedder())
    assert before.items() <= _snapshot(corpus).items()


@pytest.mark.usefixtures("one_model")
def test_building_says_each_step(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build_index(corpus, tmp_path / "i", progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    steps = ("read 1 agreement(s), 2 clauses", "loaded the model", "embedded 4 rows", "stored")
    assert all(step in err for step in steps)


@pytest.mark.usefixtures("one_model")
def test_a_check_says_what_changed(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    assert check_index(tmp_path / "i") == read_manifest(tmp_path / "i")
    (corpus / "a.txt").write_text("1. Pay more.\n", "utf-8")
    (corpus / "b.md").write_text("1. Deliver.\n", "utf-8")
    with pytest.raises(StoreError, match=r"a\.txt, b\.md in .* changed since\. Rebuild with"):
        check_index(tmp_path / "i")


@pytest.mark.usefixtures("one_model")
def test_a_check_misses_a_corpus_that_is_gone(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    corpus.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match=r"its corpus is gone .* Rebuild with"):
        check_index(tmp_path / "i")


@pytest.mark.usefixtures("one_model")
def test_a_check_refuses_an_index_of_another_model(corpus: Path, tmp_path: Path) -> None:
    ensure_index(corpus, tmp_path / "i", WordEmbedder())
    with pytest.raises(StoreError, match="was built with the model words"):
        check_index(tmp_path / "i")
