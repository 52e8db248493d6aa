"""Relations that a reader has seen: read line by line, and joined with the references."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.corpus import Corpus, read_corpus, sources_of
from index.errors import CorpusError
from index.relations.relations import Relation, RelationKind, Relations, read_relations
from index.report import FileReading
from index.search.clause_index import ClauseIndex
from index.store import Manifest, decode_corpus, encode_corpus
from tests.conftest import ROOT
from tests.fakes import WordEmbedder

IDS = {"a/1", "a/2", "a/3", "b/1"}
ROW = {"clause_id": "a/1", "other": "a/2", "kind": "disagrees", "zh": "甲。", "en": "A."}
TEXT = "1. Pay at once.\n2. Pay within 9 days.\n3. Except as Section 1 says, see Section 2.\n"


def _write(folder: Path, *rows: object) -> Path:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "relations.jsonl").write_text(lines, "utf-8")
    return folder


def _corpus(folder: Path, *rows: object) -> Path:
    (folder / "a.txt").write_text(TEXT, "utf-8")
    return _write(folder, *rows)


def _seen(relations: Relations, clause_id: str) -> list[tuple[str, str]]:
    return [(row.other, row.kind.value) for row in relations.of(clause_id)]


def test_a_corpus_without_the_file_has_none(tmp_path: Path) -> None:
    assert read_relations(tmp_path, IDS) == ()


def test_a_line_becomes_a_relation(tmp_path: Path) -> None:
    found = read_relations(_write(tmp_path, ROW), IDS)
    assert found == (Relation("a/1", "a/2", RelationKind.DISAGREES, "甲。", "A."),)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"clause_id": "a/9"}, "'a/9' is no clause of the corpus"),
        ({"other": "c/1"}, "'c/1' is no clause of the corpus"),
        ({"other": "a/1"}, "relates 'a/1' to itself"),
        ({"kind": "contradicts"}, "'contradicts' is no kind of relation"),
        ({"kind": "refers_to"}, "'refers_to' is no kind of relation"),
        ({"kind": None}, "has no 'kind'"),
        ({"zh": ""}, "has no 'zh'"),
        ({"en": " "}, "has no 'en'"),
        ({"en": ["A."]}, "'en' must be a text"),
        ({"note": "x"}, r"has unknown keys \['note'\]"),
        ({"clause_id": "a/3", "other": "a/1"}, "relates two clauses that a line above relates"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    first = ROW | {"other": "a/3"}
    with pytest.raises(CorpusError, match=rf"relations\.jsonl:2: {message}"):
        read_relations(_write(tmp_path, first, ROW | changes), IDS)


def test_a_line_that_is_no_object_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"relations\.jsonl:1: is not a JSON object"):
        read_relations(_write(tmp_path, []), IDS)


def test_clauses_of_an_agreement_that_cannot_be_read_are_not_missed(tmp_path: Path) -> None:
    rows = [ROW | {"other": "c/1"}, ROW]
    assert [row.other for row in read_relations(_write(tmp_path, *rows), IDS, {"c"})] == ["a/2"]


def test_a_relation_works_both_ways_and_weighs_more_than_a_reference(tmp_path: Path) -> None:
    corpus = read_corpus(_corpus(tmp_path, ROW))
    relations = Relations(corpus.clauses, corpus.relations)
    assert _seen(relations, "a/1") == [("a/2", "disagrees"), ("a/3", "referred_by")]
    assert _seen(relations, "a/2") == [("a/1", "disagrees"), ("a/3", "referred_by")]
    assert _seen(relations, "a/3") == [("a/1", "exception"), ("a/2", "refers_to")]
    assert [row.zh for row in relations.of("a/2")] == ["甲。", ""]


def test_what_a_reader_has_seen_stands_before_a_reference_to_the_same_clause(
    tmp_path: Path,
) -> None:
    same = ROW | {"clause_id": "a/2", "other": "a/3", "kind": "same"}
    corpus = read_corpus(_corpus(tmp_path, same))
    assert _seen(Relations(corpus.clauses, corpus.relations), "a/3") == [
        ("a/1", "exception"),
        ("a/2", "same"),
    ]


def test_a_clause_that_is_not_there_has_no_relations(tmp_path: Path) -> None:
    corpus = read_corpus(_corpus(tmp_path, ROW))
    gone = Relation("a/1", "a/9", RelationKind.SAME, "甲。", "A.")
    relations = Relations(corpus.clauses, (gone,))
    assert relations.of("a/9") == ()
    assert _seen(relations, "a/1") == [("a/3", "referred_by")]


def test_relations_are_stored_with_the_corpus_and_are_one_of_its_sources(tmp_path: Path) -> None:
    corpus = read_corpus(_corpus(tmp_path, ROW))
    assert "relations.jsonl" in sources_of(tmp_path)
    manifest = Manifest("words", "1", str(tmp_path), corpus.sources, {})
    assert decode_corpus(encode_corpus(corpus), manifest) == corpus


def test_an_index_knows_the_relations_of_its_corpus(tmp_path: Path) -> None:
    corpus = read_corpus(_corpus(tmp_path, ROW))
    index = ClauseIndex.build(corpus, WordEmbedder())
    assert _seen(index.relations, "a/1")[0] == ("a/2", "disagrees")
    assert _seen(index.without_written_fields().relations, "a/1")[0] == ("a/2", "disagrees")


def test_a_bad_file_leaves_the_former_relations(tmp_path: Path) -> None:
    former = read_corpus(_corpus(tmp_path, ROW))
    readings: list[FileReading] = []
    _write(tmp_path, ROW | {"other": "a/9"})
    corpus = read_corpus(tmp_path, former=former, report=readings.append)
    assert corpus.relations == former.relations
    assert corpus.sources["relations.jsonl"] == former.sources["relations.jsonl"]
    problems = [str(note) for one in readings for note in one.notes]
    assert len(problems) == 1
    assert "relations.jsonl:1" in problems[0]


def test_a_bad_agreement_does_not_take_the_relations_of_the_others(tmp_path: Path) -> None:
    _corpus(tmp_path, ROW, ROW | {"clause_id": "b/1"})
    (tmp_path / "b.txt").write_text("one\ntwo \x00", "utf-8")
    readings: list[FileReading] = []
    corpus = read_corpus(tmp_path, report=readings.append)
    assert len(corpus.relations) == 1
    problems = [str(note) for one in readings for note in one.notes]
    assert len(problems) == 1
    assert "b.txt" in problems[0]


@pytest.fixture(scope="module")
def shipped() -> Corpus:
    return read_corpus(ROOT / "corpus")


def test_the_shipped_relations_are_of_one_agreement_each_and_name_both_clauses(
    shipped: Corpus,
) -> None:
    labels = {clause.clause_id: clause.label for clause in shipped.clauses}
    assert len(shipped.relations) > 20
    for row in shipped.relations:
        assert row.clause_id.partition("/")[0] == row.other.partition("/")[0]
        assert row.zh.endswith("。")
        assert row.en.endswith(".")
        if row.kind is RelationKind.DISAGREES:
            for note in (row.zh, row.en):
                is_pair = "两条" in note or note.startswith("Both")
                assert is_pair or labels[row.clause_id] in note, note
                assert labels[row.other] in note, note


def test_changes_without_notice_stand_against_seven_days(shipped: Corpus) -> None:
    relations = Relations(shipped.clauses, shipped.relations)
    against = {other for other, kind in _seen(relations, "dahan/14.4") if kind == "disagrees"}
    assert against >= {"dahan/1.2", "dahan/10.2", "dahan/10.4"}
    assert ("dahan/5.5", "disagrees") in _seen(relations, "dahan/5.8")
    assert ("xunzhong/4(10)", "same") in _seen(relations, "xunzhong/3(5)")


def test_the_shipped_agreements_do_not_change_under_their_notes(
    shipped: Corpus, tmp_path: Path
) -> None:
    for agreement in shipped.agreements:
        shutil.copy(ROOT / "corpus" / f"{agreement.id}.toml", tmp_path)
        changed = agreement.text.replace("提前 7 天", "提前 9 天") + "。"
        (tmp_path / f"{agreement.id}.txt").write_text(changed, "utf-8")
    with pytest.raises(CorpusError, match="SHA-256"):
        read_corpus(tmp_path)
