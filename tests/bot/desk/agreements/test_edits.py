"""Names, editions and removal: the words stay what they are, and one step back undoes each."""

from __future__ import annotations

import pytest

from bot.desk.agreements.journal import Kind
from bot.desk.agreements.library_errors import (
    CorpusChangedError,
    LastAgreementError,
    NameRefusedError,
    NothingNewError,
    UnknownAgreementError,
)
from bot.desk.agreements.uploads import Metadata
from tests.bot.desk.agreements.shelf import ACME, ACME_NEXT, Shelf

NAMED = Metadata(title="Acme Conditions", party="Acme Ltd.", aliases=("Acme", "the shop"))


def restate(shelf: Shelf, name: str, stated: Metadata, edition_of: str | None = None) -> str:
    base = shelf.library.look(name).base
    return shelf.library.restate(name, "anna", base, stated, edition_of).published_id


def remove(shelf: Shelf, name: str) -> str:
    return shelf.library.remove(name, "anna", shelf.library.look(name).base).published_id


def test_other_names_leave_the_words_and_their_addresses(shelf: Shelf) -> None:
    before, clauses = shelf.files(), shelf.served().corpus.clauses
    published_id = restate(shelf, "acme", NAMED)
    now = shelf.served()
    agreement = now.agreement("acme")
    assert (agreement.title, agreement.party, agreement.aliases) == (
        "Acme Conditions", "Acme Ltd.", ("Acme", "the shop"),
    )  # fmt: skip
    assert agreement.version == ""  # which was stated, and is no longer
    assert now.corpus.clauses == clauses
    assert {name for name, data in shelf.files().items() if before.get(name) != data} == {
        "acme.toml"
    }
    shelf.library.step_back("ben", published_id)
    assert shelf.files() == before


def test_what_is_stated_already_is_nothing_new_and_its_comments_stay(shelf: Shelf) -> None:
    before = shelf.files()
    stated = shelf.library.look("acme").stated
    same = Metadata(
        title=str(stated["title"]),
        aliases=("Acme",),
        version=str(stated["version"]),
        source=str(stated["source"]),
    )
    for name, given in (("acme", same), ("other", Metadata())):
        with pytest.raises(NothingNewError):
            restate(shelf, name, given)
    assert shelf.files() == before


def test_an_edition_is_merged_parted_and_left_to_its_words(shelf: Shelf) -> None:
    shelf.publish("acme-eu.txt", ACME)
    assert shelf.served().agreement("acme-eu").edition_of is None  # another market, it may be
    restate(shelf, "acme-eu", Metadata(), "acme")
    index = shelf.served()
    assert index.agreement("acme-eu").edition_of == "acme"
    assert {hit.clause.agreement for hit in index.search("the invoice", k=99)} == {"acme", "other"}
    shelf.publish("acme-eu.txt", ACME_NEXT)  # new words of it change nothing of that
    assert shelf.served().agreement("acme-eu").edition_of == "acme"
    restate(shelf, "acme-eu", Metadata())
    assert shelf.served().agreement("acme-eu").edition_of is None


@pytest.mark.parametrize(
    ("name", "former", "told"),
    [("acme-2023", "acme-2023", "former edition of acme"),
     ("acme-2026", "acme", "former edition of acme-2026"),
     ("more", "more", "state edition_of = 'acme'")],
)  # fmt: skip
def test_a_review_says_which_of_the_two_would_be_the_former_edition(
    shelf: Shelf, name: str, former: str, told: str
) -> None:
    upload = shelf.library.upload(f"{name}.txt", ACME.encode(), "anna")
    [note] = shelf.library.review(upload.upload_id).notes
    assert note.agreement == former
    assert told in note.fault.say("en")
    other = shelf.library.upload("third.txt", b"1. Calls are free of charge.\n", "anna")
    assert shelf.library.review(other.upload_id).notes == ()


def test_what_is_taken_for_an_edition_wrongly_is_parted(shelf: Shelf) -> None:
    shelf.publish("acme-2023.txt", ACME)
    assert shelf.served().agreement("acme-2023").edition_of == "acme"
    restate(shelf, "acme-2023", Metadata(), "")
    assert shelf.served().agreement("acme-2023").edition_of == ""
    assert shelf.library.look("acme-2023").stated["edition_of"] == ""
    restate(shelf, "acme-2023", Metadata())
    assert shelf.served().agreement("acme-2023").edition_of == "acme"


@pytest.mark.parametrize("other", ["acme", "none"])
def test_an_edition_of_itself_or_of_nothing_is_refused(shelf: Shelf, other: str) -> None:
    before = shelf.files()
    with pytest.raises(NameRefusedError):
        restate(shelf, "acme", NAMED, other)
    with pytest.raises(NameRefusedError):
        shelf.library.upload(
            "acme.txt", ACME_NEXT.encode(), "anna", metadata=Metadata(edition_of=other)
        )
    assert shelf.files() == before


def test_editions_in_a_circle_are_refused(shelf: Shelf) -> None:
    restate(shelf, "acme", Metadata(), "other")
    before = shelf.files()
    with pytest.raises(NameRefusedError, match="at the former one alone"):
        restate(shelf, "other", Metadata(), "acme")
    assert shelf.files() == before


def test_a_removed_agreement_is_gone_with_all_beside_it_and_comes_back(shelf: Shelf) -> None:
    before, clauses = shelf.files(), shelf.served().corpus.clauses
    published_id = remove(shelf, "acme")
    assert set(shelf.files()) == {"other.txt", "relations.jsonl", "unanswered.jsonl"}
    pairs = [(row["clause_id"], row["other"]) for row in shelf.rows("relations.jsonl")]
    assert pairs == [("other/1", "other/2")]
    assert [row["question"] for row in shelf.rows("unanswered.jsonl")] == [
        "Does the credit expire unused?", "Who won the cup?",
    ]  # fmt: skip
    assert [one.id for one in shelf.served().corpus.agreements] == ["other"]
    assert shelf.restart().corpus == shelf.served().corpus
    former = shelf.library.former()
    assert former is not None
    assert (former.kind, former.title, former.sha256) == (Kind.REMOVED, "Terms of Acme", "")
    shelf.library.step_back("ben", published_id)
    assert shelf.files() == before
    assert shelf.restart().corpus.clauses == clauses


def test_what_was_an_edition_of_a_removed_one_is_in_force(shelf: Shelf) -> None:
    restate(shelf, "acme", NAMED, "other")
    remove(shelf, "other")
    acme = shelf.served().agreement("acme")
    assert (acme.edition_of, acme.title) == (None, "Acme Conditions")
    assert "edition_of" not in shelf.library.look("acme").stated


def test_the_only_agreement_stays(shelf: Shelf) -> None:
    remove(shelf, "acme")
    before = shelf.files()
    with pytest.raises(LastAgreementError, match="Publish another one first"):
        remove(shelf, "other")
    with pytest.raises(UnknownAgreementError):
        remove(shelf, "acme")
    assert shelf.files() == before


def test_a_bad_file_beside_stops_no_removal(shelf: Shelf) -> None:
    (shelf.corpus / "bad.toml").write_text("title = ")
    (shelf.corpus / "bad.txt").write_text(ACME)
    remove(shelf, "acme")
    assert [one.id for one in shelf.served().corpus.agreements] == ["other"]


def test_what_changed_since_it_was_looked_at_is_looked_at_again(shelf: Shelf) -> None:
    base = shelf.library.look("other").base
    shelf.publish("acme.txt", ACME_NEXT)
    with pytest.raises(CorpusChangedError):
        shelf.library.remove("other", "anna", base)
    with pytest.raises(CorpusChangedError):
        shelf.library.restate("other", "anna", base, NAMED, None)


def test_the_history_tells_every_change(shelf: Shelf) -> None:
    shelf.publish("acme.txt", ACME_NEXT)
    shelf.publish("new.txt", ACME)
    restate(shelf, "acme", NAMED)
    shelf.library.step_back("ben", remove(shelf, "acme"))
    told = [(row.agreement, row.kind, row.is_back, row.by) for row in shelf.open().changes()]
    assert told == [
        ("acme", Kind.REMOVED, True, "ben"),
        ("acme", Kind.REMOVED, False, "anna"),
        ("acme", Kind.RESTATED, False, "anna"),
        ("new", Kind.ADDED, False, "anna"),
        ("acme", Kind.REWORDED, False, "anna"),
    ]
    assert [row.agreement for row in shelf.library.changes("new")] == ["new"]
