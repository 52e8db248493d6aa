"""Agreements come, change and go; a bad file harms no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import builder
from index.__main__ import main
from index.builder import build_index, ensure_index
from index.corpus import read_corpus
from index.errors import CorpusError
from index.search.clause_index import ClauseIndex
from index.store import read_manifest
from tests.fakes import WordEmbedder

BAD = b"\x00\x01"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a corpus of three agreements, built with a model of no weight."""
    monkeypatch.setattr(builder, "SentenceEmbedder", lambda model: WordEmbedder())
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"1. Pay {name}.\n2. Behave {name}.\n", "utf-8")
    return folder


def texts(folder: Path) -> set[str]:
    return {clause.text for clause in ClauseIndex.load(folder, WordEmbedder()).corpus.clauses}


def test_a_bad_file_is_named_and_the_others_are_indexed(corpus: Path, tmp_path: Path) -> None:
    (corpus / "b.txt").write_bytes(BAD)
    with pytest.raises(CorpusError, match=r"b\.txt:1: holds binary data(.|\n)*2 agreement"):
        build_index(corpus, tmp_path / "i")
    assert texts(tmp_path / "i") == {"Pay a.", "Behave a.", "Pay c.", "Behave c."}


def test_an_agreement_that_is_bad_now_stands_as_it_did(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    (corpus / "b.txt").write_bytes(BAD)
    (corpus / "c.txt").write_text("1. Deliver.\n", "utf-8")
    with pytest.raises(CorpusError, match="stand as they did before"):
        build_index(corpus, tmp_path / "i")
    assert texts(tmp_path / "i") == {"Pay a.", "Behave a.", "Pay b.", "Behave b.", "Deliver."}


def test_it_keeps_its_written_views_too(corpus: Path, tmp_path: Path) -> None:
    (corpus / "b.views.jsonl").write_text('{"clause_id": "b/1", "heading": "Fees"}', "utf-8")
    build_index(corpus, tmp_path / "i")
    (corpus / "b.views.jsonl").write_text('{"clause_id": "b/9"}', "utf-8")
    with pytest.raises(CorpusError, match="is no clause of the agreement"):
        build_index(corpus, tmp_path / "i")
    stored = ClauseIndex.load(tmp_path / "i", WordEmbedder())
    assert stored.fields(stored.position("b/1")).heading == "Fees"


def test_a_bad_file_is_tried_again_until_it_is_mended(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    good = read_manifest(tmp_path / "i").sources["b.txt"]
    (corpus / "b.txt").write_bytes(BAD)
    for _ in range(2):
        with pytest.raises(CorpusError):
            build_index(corpus, tmp_path / "i")
    assert read_manifest(tmp_path / "i").sources["b.txt"] == good
    (corpus / "b.txt").write_text("1. Mended.\n", "utf-8")
    build_index(corpus, tmp_path / "i")
    assert "Mended." in texts(tmp_path / "i")


def test_a_corpus_of_bad_files_leaves_the_index_untouched(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    before = {path.name: path.read_bytes() for path in (tmp_path / "i").iterdir()}
    for file in corpus.glob("*.txt"):
        file.write_bytes(BAD)
    with pytest.raises(CorpusError):
        build_index(corpus, tmp_path / "i")
    assert {path.name: path.read_bytes() for path in (tmp_path / "i").iterdir()} == before


def test_unanswered_questions_that_are_bad_now_stand_as_they_did(
    corpus: Path, tmp_path: Path
) -> None:
    (corpus / "unanswered.jsonl").write_text('{"question": "q?", "agreements": ["a"]}', "utf-8")
    build_index(corpus, tmp_path / "i")
    (corpus / "unanswered.jsonl").write_text("{", "utf-8")
    with pytest.raises(CorpusError, match=r"unanswered\.jsonl:1"):
        build_index(corpus, tmp_path / "i")
    stored = ClauseIndex.load(tmp_path / "i", WordEmbedder())
    assert [row.question for row in stored.corpus.open_questions] == ["q?"]


def test_an_agreement_that_is_removed_is_gone(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    (corpus / "b.txt").unlink()
    build_index(corpus, tmp_path / "i")
    assert not {"Pay b.", "Behave b."} & texts(tmp_path / "i")


def test_nothing_is_kept_of_another_corpus(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("1. Else.\n", "utf-8")
    (other / "b.txt").write_bytes(BAD)
    with pytest.raises(CorpusError):
        build_index(other, tmp_path / "i")
    assert texts(tmp_path / "i") == {"Else."}


def test_only_what_changed_is_embedded(corpus: Path, tmp_path: Path) -> None:
    for number in range(197):
        (corpus / f"n{number}.txt").write_text(f"1. Pay {number}.\n", "utf-8")
    full, again = WordEmbedder(), WordEmbedder()
    ensure_index(corpus, tmp_path / "i", full)
    (corpus / "b.txt").write_text("1. Pay b.\n2. Deliver.\n", "utf-8")
    ensure_index(corpus, tmp_path / "i", again)
    assert len(full.embedded) > 200
    assert set(again.embedded) == {"Deliver."}


def test_building_the_same_again_is_the_same_generation(corpus: Path, tmp_path: Path) -> None:
    build_index(corpus, tmp_path / "i")
    before = read_manifest(tmp_path / "i")
    build_index(corpus, tmp_path / "i")
    assert read_manifest(tmp_path / "i") == before


def test_the_command_says_what_is_bad_and_exits_with_one(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "b.txt").write_bytes(BAD)
    code = main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "i")])
    assert code == 1
    *table, error = capsys.readouterr().err.splitlines()
    assert any(line.startswith("b.txt") and "passed over" in line for line in table)
    assert error.startswith("error: 1 file(s) cannot be used")
    assert "Pay a." in texts(tmp_path / "i")


def test_without_leave_a_bad_file_is_an_error(corpus: Path) -> None:
    (corpus / "b.txt").write_bytes(BAD)
    with pytest.raises(CorpusError, match=r"b\.txt"):
        read_corpus(corpus)
