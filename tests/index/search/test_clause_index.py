"""The index of clauses: what it finds, stores, refuses and takes over from the one before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.corpus import Corpus, read_corpus
from index.errors import QueryError, StoreError
from index.search.clause_index import ClauseIndex
from index.search.fields import SearchField
from index.search.ranking import VECTORS, WORDS, Channel
from index.search.vectors import VectorIndex
from index.store import Manifest, checksums, read_store, write_store
from tests.fakes import WordEmbedder

FILES = {
    "red.txt": "1. Fees are paid in advance.\n2. Accounts without balance are closed.\n",
    "blue.txt": "1. Data is kept for seven days. Then it is deleted.\n2. Disputes go to court.\n",
    "red.views.jsonl": json.dumps(
        {
            "clause_id": "red/1",
            "rendering": "费用预付。",
            "questions_zh": ["费用要预付吗？"],
            "questions_en": ["When do I pay?"],
        }
    ),
    "unanswered.jsonl": '{"question": "Is there a discount?", "agreements": ["red"]}',
}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Return two small agreements, one clause of which has written fields."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return read_corpus(folder)


def _found(index: ClauseIndex, question: str, **options: object) -> list[str]:
    hits = index.search(question, **options)  # type: ignore[arg-type]
    return [hit.clause.clause_id for hit in hits]


def test_the_clause_that_speaks_of_it_comes_first(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    assert _found(index, "how many days is data kept?")[0] == "blue/1"
    assert _found(index, "accounts without balance")[0] == "red/2"
    assert _found(index, "费用要预付吗")[0] == "red/1"


def test_every_clause_comes_back_once_best_first(corpus: Corpus) -> None:
    hits = ClauseIndex.build(corpus, WordEmbedder()).search("data", k=10**30)
    assert sorted(hit.position for hit in hits) == [0, 1, 2, 3]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_clause_without_written_fields_competes_with_those_that_have_them(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    assert _found(index, "disputes go to court", k=1) == ["blue/2"]
    assert _found(index, "when do i pay", k=1) == ["red/1"]


def test_one_agreement_alone_is_searched_when_it_is_chosen(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    assert set(_found(index, "data is kept", agreement="red")) == {"red/1", "red/2"}


@pytest.mark.parametrize("name", ["green", ""])
def test_an_unknown_agreement_is_refused_with_those_there_are(corpus: Corpus, name: str) -> None:
    with pytest.raises(QueryError, match="There are: blue, red"):
        ClauseIndex.build(corpus, WordEmbedder()).search("data", agreement=name)


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_clause_cannot_be_asked_for(corpus: Corpus, k: int) -> None:
    with pytest.raises(QueryError, match="at least 1"):
        ClauseIndex.build(corpus, WordEmbedder()).search("data", k=k)


@pytest.mark.parametrize("question", ["", " \n", "?!…", "😀🎉", "\x00\ud800", "\u202e\u200b"])
def test_a_question_without_a_word_is_refused(index: ClauseIndex, question: str) -> None:
    with pytest.raises(QueryError, match="holds no word"):
        index.search(question)


@pytest.mark.parametrize(
    "question", ["data\x00 kept", "da\ud800ta kept", "\u202edata kept\u202c", "DATA\u200b KEPT 😀"]
)
def test_signs_that_print_nothing_change_no_answer(index: ClauseIndex, question: str) -> None:
    usual = [(hit.position, hit.score) for hit in index.search("data kept")][:3]
    if "😀" not in question:
        assert [(hit.position, hit.score) for hit in index.search(question)][:3] == usual
    assert len(index.search(question)) == 10


def test_a_very_long_question_is_answered(index: ClauseIndex) -> None:
    assert len(index.search("数据保留" * 25_000, k=3)) == 3


def test_a_stored_index_gives_the_same_results(corpus: Corpus, tmp_path: Path) -> None:
    built = ClauseIndex.build(corpus, WordEmbedder())
    manifest = built.save(tmp_path / "index")
    loaded = ClauseIndex.load(tmp_path / "index", WordEmbedder())
    assert loaded.corpus == corpus
    assert loaded.rows == built.rows
    for question in ("data", "费用", "when do I pay?", "Is there a discount?"):
        assert loaded.search(question) == built.search(question)
        found, before = loaded.find([question]), built.find([question])
        assert np.array_equal(found.channels, before.channels)
        assert np.array_equal(found.fits, before.fits)
        assert found.features("red") == before.features("red")
    assert loaded.save(tmp_path / "again").generation == manifest.generation


def test_the_words_of_a_row_score_one_before_and_after_storing(
    index: ClauseIndex, tmp_path: Path
) -> None:
    index.save(tmp_path)
    for each in (index, ClauseIndex.load(tmp_path, index.embedder)):
        for at in range(0, len(each.rows), 401):
            row = each.rows[at]
            if row.field is not SearchField.QUESTION:
                channels = each.find([row.text]).channels
                channel = (
                    Channel.TEXT_VECTOR
                    if row.field is SearchField.TEXT
                    else Channel.RENDERING_VECTOR
                )
                assert channels[row.clause, channel] == pytest.approx(1.0, abs=1e-6)


def test_an_index_of_another_model_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    ClauseIndex.build(corpus, WordEmbedder("one")).save(tmp_path)
    with pytest.raises(StoreError, match=r"was built with the model words.*Rebuild with"):
        ClauseIndex.load(tmp_path, WordEmbedder("two"))


def test_vectors_that_do_not_match_the_texts_are_refused(corpus: Corpus, tmp_path: Path) -> None:
    ClauseIndex.build(corpus, WordEmbedder()).save(tmp_path)
    manifest, files = read_store(tmp_path)
    fewer = VectorIndex.build(VectorIndex.from_bytes(files["rows.faiss"]).rows()[:-1])
    _restore(tmp_path, manifest, files | {"rows.faiss": fewer.to_bytes()})
    with pytest.raises(StoreError, match=r"has 12 vectors for 13 texts.*Rebuild with"):
        ClauseIndex.load(tmp_path, WordEmbedder())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("clauses.jsonl", b"{}\n"),
        ("clauses.jsonl", b"not JSON\n"),
        ("views.jsonl", b'{"clause_id": "red/1"}\n'),
        ("agreements.jsonl", b'{"aliases": [], "colour": "red"}\n'),
        ("unanswered.jsonl", b"[]\n"),
    ],
)
def test_files_of_another_program_are_refused(
    corpus: Corpus, tmp_path: Path, name: str, data: bytes
) -> None:
    ClauseIndex.build(corpus, WordEmbedder()).save(tmp_path)
    manifest, files = read_store(tmp_path)
    _restore(tmp_path, manifest, files | {name: data})
    with pytest.raises(StoreError, match=r"does not hold what this program stores.*Rebuild"):
        ClauseIndex.load(tmp_path, WordEmbedder())


def _restore(folder: Path, manifest: Manifest, files: dict[str, bytes]) -> None:
    write_store(folder, replace(manifest, files=checksums(files)), files)


def test_rebuilding_embeds_only_what_changed(corpus: Corpus, tmp_path: Path) -> None:
    former = ClauseIndex.build(corpus, WordEmbedder())
    (corpus.path / "red.txt").write_text(
        FILES["red.txt"].replace("closed", "deleted") + "3. New.\n", "utf-8"
    )
    again = WordEmbedder()
    changed = ClauseIndex.build(read_corpus(corpus.path), again, former)
    assert again.embedded == ["Accounts without balance are deleted.", "New."]
    afresh = ClauseIndex.build(read_corpus(corpus.path), WordEmbedder())
    assert changed.search("deleted accounts") == afresh.search("deleted accounts")
    unchanged = WordEmbedder()
    ClauseIndex.build(corpus, unchanged, former)
    assert unchanged.embedded == []


def test_vectors_of_another_model_are_not_taken_over(corpus: Corpus) -> None:
    former = ClauseIndex.build(corpus, WordEmbedder("one"))
    other = WordEmbedder("two")
    ClauseIndex.build(corpus, other, former)
    assert sorted(other.embedded) == sorted({row.text for row in former.rows})
    assert "Is there a discount?" in other.read


def test_one_text_that_stands_twice_is_embedded_once(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "a", "text": "Same."}\n{"id": "b", "text": "Same."}\n', "utf-8")
    embedder = WordEmbedder()
    ClauseIndex.build(read_corpus(path), embedder)
    assert len(embedder.embedded) == len(set(embedder.embedded))


def test_silence_is_known_of_the_named_agreement(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    found = index.find(["Is there a discount?"])
    assert found.features("red").silent == pytest.approx(1, abs=1e-6)
    assert found.features("blue").silent == 0
    behind = [found.features(name).behind for name in ("red", "blue")]
    assert min(behind) == 0
    for name in ("red", "blue"):
        assert 0 <= found.probability(name, found.features(name)) <= 1


def test_a_period_that_the_best_clause_does_not_state_is_a_sign(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    for question, name, expected in (
        ("how long is data kept?", "blue", 0.0),
        ("how long before accounts without balance are closed?", "red", 1.0),
        ("are accounts without balance closed?", "red", 0.0),
    ):
        assert index.find([question]).features(name).no_period == expected


def test_the_nearest_two_questions_of_a_clause_are_averaged(corpus: Corpus) -> None:
    (corpus.path / "red.views.jsonl").write_text(
        '{"clause_id": "red/1", "questions_en": ["pay", "money", "zebra"]}', "utf-8"
    )
    index = ClauseIndex.build(read_corpus(corpus.path), WordEmbedder())
    at = index.position("red/1")
    for search, expected in (("pay money", 2**-0.5), ("pay", 0.5)):
        near = index.find([search]).channels[at, Channel.QUESTION_VECTOR]
        assert near == pytest.approx(expected, abs=1e-6)


def test_several_searches_are_averaged(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    both, data, court = map(index.find, (["data", "court"], ["data"], ["court"]))
    assert np.allclose(both.channels, (data.channels + court.channels) / 2)
    assert both.searches == ("data", "court")


def test_the_sentences_of_a_clause_are_weighed_one_by_one(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    at = index.position("blue/1")
    text = corpus.clauses[at].text
    found = index.sentences(at, SearchField.TEXT, "Then it is deleted.")
    assert [text[start:end] for start, end, _ in found] == [
        "Data is kept for seven days.",
        "Then it is deleted.",
    ]
    assert found[1][2] == pytest.approx(1, abs=1e-6)
    assert found[0][2] < found[1][2]
    assert index.sentences(at, SearchField.RENDERING, "x") == []


def test_a_clause_is_found_by_its_id(corpus: Corpus) -> None:
    index = ClauseIndex.build(corpus, WordEmbedder())
    assert corpus.clauses[index.position("red/2")].clause_id == "red/2"
    with pytest.raises(QueryError, match="no clause 'red/9'"):
        index.position("red/9")


def test_written_fields_can_be_left_out(corpus: Corpus) -> None:
    embedder = WordEmbedder()
    bare = ClauseIndex.build(corpus, embedder).without_written_fields()
    assert not bare.corpus.fields
    assert {row.field for row in bare.rows} == {SearchField.TEXT}
    assert _found(bare, "data is kept")[0] == "blue/1"
    assert len(embedder.embedded) == len(set(embedder.embedded))


def test_channels_that_are_not_used_cost_no_embedding(corpus: Corpus) -> None:
    embedder = WordEmbedder()
    index = ClauseIndex.build(corpus, embedder)
    before = len(embedder.embedded)
    words = index.find(["when are fees paid?"], WORDS).channels
    assert len(embedder.embedded) == before
    whole = index.find(["when are fees paid?"]).channels
    assert np.array_equal(words[:, WORDS], whole[:, WORDS])
    assert not words[:, VECTORS].any()
    vectors = index.find(["when are fees paid?"], VECTORS).channels
    assert np.array_equal(vectors[:, VECTORS], whole[:, VECTORS])
    assert not vectors[:, WORDS].any()


def test_features_say_what_speaks_for_the_best_clause(index: ClauseIndex) -> None:
    found = index.find(["how long is data kept after termination?"])
    channels, best = found.channels, found.best(1, ("xunzhong",))[0].position
    features = found.features("xunzhong")
    assert features.asked == channels[best, Channel.QUESTION_VECTOR]
    assert features.worded == channels[best, Channel.QUESTION_WORDS] > 0
    assert features.rendered == channels[best, Channel.RENDERING_CONTEXT] > 0
    assert (features.behind, features.no_period) == (0.0, 0.0)
    assert found.features("dahan").behind > 0


def test_the_best_are_of_the_agreements_asked_for_in_the_order_of_their_fits(
    corpus: Corpus,
) -> None:
    found = ClauseIndex.build(corpus, WordEmbedder()).find(["when is data kept?"])
    every = found.best()
    assert [hit.position for hit in every] == list(np.argsort(-found.fits, kind="stable"))
    assert [hit.score for hit in every] == sorted((hit.score for hit in every), reverse=True)
    assert found.best(2) == every[:2]
    for names in (("red",), ("red", "blue")):
        assert found.best(None, names) == [hit for hit in every if hit.clause.agreement in names]
