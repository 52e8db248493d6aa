from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.address import address_of, content_key, find_typed, resolve, trace
from index.builder import ensure_index
from index.corpus import Corpus, read_corpus
from index.errors import QueryError
from index.search.clause_index import ClauseIndex
from index.store import read_store
from tests.conftest import ROOT
from tests.fakes import WordEmbedder

FIRST = "1. Pay in time.\n2. Behave well.\n3. Pay in time.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a corpus of one agreement."""
    made = tmp_path / "corpus"
    made.mkdir()
    write(made, FIRST, "v1")
    return made


def write(folder: Path, text: str, version: str) -> None:
    (folder / "a.txt").write_text(text, "utf-8")
    (folder / "a.toml").write_text(f'version = "{version}"\n', "utf-8")


def read_over(folder: Path, former: Corpus) -> Corpus:
    found = read_corpus(folder)
    return replace(found, moved=trace(former, found))


def test_reading_twice_gives_the_same_ids_and_keys(folder: Path) -> None:
    once, twice = read_corpus(folder), read_corpus(folder)
    assert once.clauses == twice.clauses
    assert [content_key(one) for one in once.clauses] == [content_key(one) for one in twice.clauses]
    assert read_over(folder, once).moved == ()


def test_equal_wording_in_two_places_keeps_two_ids_and_one_key(folder: Path) -> None:
    first, _, third = read_corpus(folder).clauses
    assert (first.clause_id, third.clause_id) == ("a/1", "a/3")
    assert content_key(first) == content_key(third)


def test_a_key_depends_on_the_words_alone(folder: Path) -> None:
    first = read_corpus(folder).clauses[0]
    assert content_key(replace(first, text="Pay  in\ntime.", label="9")) == content_key(first)
    assert content_key(replace(first, text="Pay in tune.")) != content_key(first)


def test_repeated_labels_are_told_apart(folder: Path) -> None:
    write(folder, "1. One.\n1. Two.\n1. Three.\n", "v1")
    ids = [clause.clause_id for clause in read_corpus(folder).clauses]
    assert len(set(ids)) == len(ids)


def test_an_inserted_clause_moves_no_other_key(folder: Path) -> None:
    before = {content_key(clause) for clause in read_corpus(folder).clauses}
    write(folder, "1. New words.\n2. Pay in time.\n3. Behave well.\n4. Pay in time.\n", "v2")
    assert before < {content_key(clause) for clause in read_corpus(folder).clauses}


def test_old_ids_lead_to_where_their_words_stand_now(folder: Path) -> None:
    former = read_corpus(folder)
    write(folder, "1. New words.\n2. Pay in time.\n3. Behave well.\n4. Pay in time.\n", "v2")
    moved = read_over(folder, former).moved
    assert [(row.old, row.new) for row in moved] == [
        ("a/1", "a/2"), ("a/2", "a/3"), ("a/3", "a/4"),
    ]  # fmt: skip


def test_equal_wording_keeps_its_id_where_it_can(folder: Path) -> None:
    former = read_corpus(folder)
    write(folder, "1. Other words.\n2. Behave well.\n3. Pay in time.\n", "v2")
    moved = {row.old: row.new for row in read_over(folder, former).moved}
    assert moved == {"a/1": "", "a/2": "a/2", "a/3": "a/3"}


def test_an_address_is_found_after_several_versions(folder: Path) -> None:
    corpus = read_corpus(folder)
    for number, text in enumerate(
        ("1. New.\n2. Pay in time.\n3. Behave well.\n", "1. A.\n2. New.\n3. B.\n4. Behave well.\n")
    ):
        write(folder, text, f"v{number + 2}")
        corpus = read_over(folder, corpus)
    assert resolve("a@v1/2", corpus) == "a/4"
    assert resolve("a@v2/3", corpus) == "a/4"
    assert resolve("a@v3/2", corpus) == "a/2"


def test_words_that_are_gone_are_said_to_be(folder: Path) -> None:
    former = read_corpus(folder)
    write(folder, "1. Something else.\n", "v2")
    with pytest.raises(QueryError, match="stand in a no more"):
        resolve("a@v1/2", read_over(folder, former))


def test_a_version_may_be_the_digits_of_the_file(folder: Path) -> None:
    corpus = read_corpus(folder)
    digits = corpus.agreements[0].sha256[:12]
    assert resolve(f"a@{digits}/2", corpus) == "a/2"
    nameless = replace(corpus.agreements[0], version="")
    assert address_of(corpus.clauses[1], nameless) == f"a@{digits}/2"
    assert address_of(corpus.clauses[1], corpus.agreements[0]) == "a@v1/2"


@pytest.mark.parametrize("address", ["a@v9/1", "b@v1/1", "a@/1", "@v1/1", "a@v1", "a@0/1"])
def test_an_unknown_address_is_refused(folder: Path, address: str) -> None:
    index = ClauseIndex.build(read_corpus(folder), WordEmbedder())
    with pytest.raises(QueryError, match="there is no clause"):
        index.position(address)


def test_an_index_finds_old_and_new_addresses_after_a_rebuild(folder: Path, tmp_path: Path) -> None:
    ensure_index(folder, tmp_path / "i", WordEmbedder())
    write(folder, "1. New words.\n2. Pay in time.\n3. Behave well.\n", "v2")
    ensure_index(folder, tmp_path / "i", WordEmbedder())
    index = ClauseIndex.load(tmp_path / "i", WordEmbedder())
    for address in ("a/3", "a@v2/3", "a@v1/2"):
        assert index.corpus.clauses[index.position(address)].text == "Behave well."
    assert b'"new": "a/3"' in read_store(tmp_path / "i")[1]["moved.jsonl"]


def test_a_version_that_comes_back_is_itself_again(folder: Path) -> None:
    first = read_corpus(folder)
    write(folder, "1. Other.\n", "v2")
    second = read_over(folder, first)
    write(folder, FIRST, "v1")
    third = read_over(folder, second)
    assert resolve("a@v1/2", third) == "a/2"
    assert {row.version for row in third.moved} == {"v2"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dahan/12", ["dahan/第十二条"]),
        ("Dahan／第12条", ["dahan/第十二条"]),
        ("第十二條", ["dahan/第十二条"]),
        ("4.3.11(1)", ["dahan/4.3.11/1)"]),
        ("dahan 4.3.11（1）", ["dahan/4.3.11/1)"]),
        ("§ 10.5.1", ["dahan/10.5.1"]),
        ("section 9(2)", ["xunzhong/9(2)"]),
        ("xunzhong/7(1)b)", ["xunzhong/7(1)b"]),
        ("dahan/前言", ["dahan/preamble"]),
        ("5(3)", ["dahan/5.3", "xunzhong/5(3)"]),
        ("dahan/5.33", []),
        ("dahan/", []),
        ("", []),
    ],
)
def test_an_id_is_found_as_a_person_types_it(typed: str, meant: list[str]) -> None:
    clauses = read_corpus(ROOT / "corpus").clauses
    assert [clause.clause_id for clause in find_typed(typed, clauses)] == meant
