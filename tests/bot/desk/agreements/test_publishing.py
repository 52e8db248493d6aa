"""Publishing changes corpus and index together; a step back restores every byte."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from bot.desk.agreements import journal as publisher
from bot.desk.agreements import library as library_module
from bot.desk.agreements.journal import Journal
from bot.desk.agreements.library import Library
from bot.desk.agreements.library_errors import (
    CorpusChangedError,
    LibraryError,
    NoFormerError,
    NothingNewError,
    UnknownUploadError,
)
from bot.desk.agreements.uploads import Metadata
from index import store
from index.builder import IndexReloader
from index.corpus import sources_of
from index.errors import CorpusError, StoreError
from index.store import read_manifest
from tests.bot.desk.agreements.shelf import ACME, ACME_NEXT, Shelf

BACK = "1. You pay on the day of the invoice.\n"


def test_what_was_published_is_served_by_a_running_program(shelf: Shelf) -> None:
    served = [shelf.served()]
    reloader = IndexReloader(shelf.index, served[-1], shelf.embedder, served.append)
    published = shelf.publish("acme.txt", ACME_NEXT)
    assert reloader.look()
    assert served[-1].generation == published.generation
    assert "Data is kept for ninety days after the end." in {
        c.text for c in served[-1].corpus.clauses
    }
    shelf.library.step_back("ben", published.published_id)
    assert reloader.look()
    assert "Data is kept for thirty days after the end." in {
        c.text for c in served[-1].corpus.clauses
    }


def test_the_program_starts_from_it_without_a_build(shelf: Shelf) -> None:
    published = shelf.publish("acme.txt", ACME_NEXT)
    shelf.embedder.read.clear()
    assert shelf.restart().generation == published.generation
    assert shelf.embedder.read == []


def test_what_was_written_of_changed_clauses_goes(shelf: Shelf) -> None:
    shelf.publish("acme.txt", ACME_NEXT)
    fields = shelf.rows("acme.views.jsonl")
    assert [(row["clause_id"], row["rendering"]) for row in fields] == [
        ("acme/1", "译文1"),
        ("acme/2", ""),  # its questions stay: it is nearly the same
        ("acme/3", "译文4"),
    ]
    pairs = [(row["clause_id"], row["other"]) for row in shelf.rows("relations.jsonl")]
    assert pairs == [("acme/1", "acme/3"), ("acme/3", "other/2"), ("other/1", "other/2")]
    assert [row["question"] for row in shelf.rows("unanswered.jsonl")] == [
        "Does the credit expire unused?", "Is there a court of appeal?", "Who won the cup?",
    ]  # fmt: skip
    assert shelf.rows("unanswered.jsonl")[0]["agreements"] == ["other"]


def test_an_old_address_finds_its_words(shelf: Shelf) -> None:
    shelf.publish("acme.txt", ACME_NEXT)
    index = shelf.served()
    at = index.position("acme@2025-01-01/4")
    assert index.corpus.clauses[at].clause_id == "acme/3"


@pytest.mark.parametrize(
    ("name", "text"),
    [("acme.txt", ACME_NEXT), ("other.md", BACK), ("new.txt", BACK), ("acme.txt", ACME + "\n")],
)
def test_a_step_back_restores_every_byte(shelf: Shelf, name: str, text: str) -> None:
    before, clauses = shelf.files(), shelf.served().corpus.clauses
    published = shelf.publish(name, text)
    assert shelf.files() != before
    taken = shelf.library.step_back("ben", published.published_id)
    assert shelf.files() == before
    assert shelf.restart().corpus.clauses == clauses
    assert (taken.agreement, taken.by, taken.former_sha256) == (
        published.agreement, "ben", published.former_sha256,
    )  # fmt: skip
    assert taken.generation == read_manifest(shelf.index).generation


def test_there_is_one_step_back(shelf: Shelf) -> None:
    assert shelf.library.former() is None
    with pytest.raises(NoFormerError, match="nothing to go back to"):
        shelf.library.step_back("ben", "")
    first = shelf.publish("acme.txt", ACME_NEXT)
    second = shelf.publish("acme.txt", BACK)
    former = shelf.open().former()
    assert former is not None
    assert (former.published_id, former.by, former.at) == (second.published_id, "anna", second.at)
    with pytest.raises(CorpusChangedError, match="anna has published"):
        shelf.library.step_back("ben", first.published_id)
    shelf.library.step_back("ben", second.published_id)
    assert (shelf.corpus / "acme.txt").read_text() == ACME_NEXT
    assert shelf.library.former() is None
    with pytest.raises(NoFormerError):
        shelf.library.step_back("ben", second.published_id)
    third = shelf.publish("acme.txt", BACK)
    assert shelf.library.former() is not None
    shelf.library.step_back("ben", third.published_id)


def test_a_step_back_does_not_undo_what_was_changed_by_hand(shelf: Shelf) -> None:
    published = shelf.publish("acme.txt", ACME_NEXT)
    (shelf.corpus / "relations.jsonl").unlink()
    before = shelf.files()
    with pytest.raises(CorpusChangedError, match=r"relations\.jsonl"):
        shelf.library.step_back("ben", published.published_id)
    assert shelf.files() == before


def test_who_published_an_agreement_is_known(shelf: Shelf) -> None:
    published = shelf.publish("acme.txt", ACME_NEXT)
    library = shelf.open()
    [found] = library.history()
    assert (found.agreement, found.sha256, found.by, found.at, found.former_sha256) == (
        "acme", published.sha256, "anna", published.at, published.former_sha256,
    )  # fmt: skip
    assert library.last() == found
    second = shelf.publish("acme.txt", BACK, "ben")
    shelf.library.step_back("cleo", second.published_id)
    assert [row.by for row in library.history()] == ["anna", "ben"]
    last = library.last()
    assert last is not None
    assert (last.published_id, last.by, last.is_back) == (second.published_id, "cleo", True)


def interrupt(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Do something, and stop as if killed when it is begun, the index stored, no file changed."""

    def stop(_: Journal) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            do()


def test_what_is_recovered_is_known_with_who_did_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(monkeypatch, lambda: shelf.publish("acme.txt", ACME_NEXT))
    shelf.restart()
    [done] = shelf.library.take_recovered()
    assert (done.agreement, done.by, done.is_back) == ("acme", "anna", False)
    assert shelf.library.take_recovered() == []
    interrupt(monkeypatch, lambda: shelf.library.step_back("ben", done.published_id))
    library = shelf.open()
    back = library.recover()
    assert back is not None
    assert (back.published_id, back.by, back.is_back) == (done.published_id, "ben", True)
    assert library.take_recovered() == [back]
    assert library.last() == back
    assert library.history() == [done]
    assert library.recover() is None
    assert library.take_recovered() == []


def test_what_the_next_one_finishes_is_known_too(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(monkeypatch, lambda: shelf.publish("acme.txt", ACME_NEXT))
    with pytest.raises(UnknownUploadError):
        shelf.library.publish("0" * 16, "ben", "")
    [done] = shelf.library.take_recovered()
    assert (done.by, done.is_back) == ("anna", False)
    interrupt(monkeypatch, lambda: shelf.library.step_back("ben", done.published_id))
    with pytest.raises(NoFormerError):  # it is taken back by now
        shelf.library.step_back("ben", done.published_id)
    assert [(row.by, row.is_back) for row in shelf.library.take_recovered()] == [("ben", True)]


def test_a_step_back_in_an_older_record_is_one(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shelf.files()
    published = shelf.publish("acme.txt", ACME_NEXT)
    interrupt(monkeypatch, lambda: shelf.library.step_back("ben", published.published_id))
    record = shelf.root / "desk" / "library" / "next" / "record.json"
    row = json.loads(record.read_bytes())
    row["is_back"] = row["published"].pop("is_back")
    record.write_text(json.dumps(row))
    shelf.restart()
    assert shelf.files() == before
    assert shelf.library.former() is None
    assert [row.is_back for row in shelf.library.take_recovered()] == [True]


@pytest.mark.parametrize("name", ["new.toml", "new.views.jsonl"])
@pytest.mark.parametrize("is_reviewed", [False, True])
def test_a_file_that_lies_there_without_its_agreement_is_neither_read_nor_lost(
    shelf: Shelf, name: str, is_reviewed: bool
) -> None:
    upload = shelf.library.upload("new.txt", BACK.encode(), "anna", metadata=Metadata(title="New"))
    base = shelf.library.review(upload.upload_id).base if is_reviewed else ""
    (shelf.corpus / name).write_text('aliases = ["Kept by hand"]\n')
    before, library = shelf.files(), shelf.library

    def look() -> None:
        if is_reviewed:
            library.publish(upload.upload_id, "anna", base)
        else:
            library.review(upload.upload_id)

    with pytest.raises(CorpusError, match=rf"^{re.escape(name)}: lies in the corpus without"):
        look()
    assert shelf.files() == before
    (shelf.corpus / name).unlink()
    review = shelf.library.review(upload.upload_id)
    shelf.library.publish(upload.upload_id, "anna", review.base)


def test_what_a_file_was_is_seen_in_the_folder(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "refuse_orphans", lambda *_: None)  # it came just after
    upload = shelf.library.upload("new.txt", BACK.encode(), "anna", metadata=Metadata(title="New"))
    base = shelf.library.review(upload.upload_id).base
    (shelf.corpus / "new.toml").write_text('title = "Kept by hand"\n')
    before = shelf.files()
    shelf.library.publish(upload.upload_id, "anna", base)
    shelf.library.step_back("anna", upload.upload_id)
    assert shelf.files() == before


def test_a_discarded_upload_leaves_no_index_behind(shelf: Shelf) -> None:
    upload = shelf.library.upload("acme.txt", ACME_NEXT.encode(), "anna")
    shelf.library.review(upload.upload_id)
    assert shelf.library._plan is not None
    shelf.library.discard(upload.upload_id)
    assert shelf.library._plan is None


def test_what_was_published_is_no_upload_any_more(shelf: Shelf) -> None:
    published = shelf.publish("acme.txt", ACME_NEXT)
    assert shelf.library.uploads() == []
    with pytest.raises(UnknownUploadError):
        shelf.library.publish(published.published_id, "anna", "")


def test_nothing_new_is_not_published(shelf: Shelf) -> None:
    before = shelf.files()
    with pytest.raises(NothingNewError, match="just so"):
        shelf.publish("acme.txt", ACME)
    assert shelf.files() == before
    assert shelf.library.former() is None
    assert len(shelf.library.uploads()) == 1


def test_a_corpus_that_changed_since_the_review_is_reviewed_again(shelf: Shelf) -> None:
    one = shelf.library.upload("acme.txt", ACME_NEXT.encode(), "anna")
    two = shelf.library.upload("acme.txt", BACK.encode(), "ben")
    base, other = shelf.library.review(one.upload_id).base, shelf.open()
    theirs = other.review(two.upload_id)
    other.publish(two.upload_id, "ben", theirs.base)
    before = shelf.files()
    with pytest.raises(CorpusChangedError, match="Review it again"):
        shelf.library.publish(one.upload_id, "anna", base)
    assert shelf.files() == before
    again = shelf.library.review(one.upload_id)
    assert again.base != base
    assert {str(row.change) for row in again.changes} == {"changed", "added"}
    shelf.library.publish(one.upload_id, "anna", again.base)
    assert (shelf.corpus / "acme.txt").read_text() == ACME_NEXT


@pytest.mark.parametrize("name", ["other.txt", "relations.jsonl", "unanswered.jsonl", "new.txt"])
def test_a_change_by_hand_since_the_review_is_noticed(shelf: Shelf, name: str) -> None:
    upload = shelf.library.upload("acme.txt", ACME_NEXT.encode(), "anna")
    base = shelf.library.review(upload.upload_id).base
    with (shelf.corpus / name).open("a") as file:
        file.write("\n1. By hand.\n")
    with pytest.raises(CorpusChangedError):
        shelf.library.publish(upload.upload_id, "anna", base)


def test_the_review_of_another_upload_is_not_enough(shelf: Shelf) -> None:
    one = shelf.library.upload("acme.txt", ACME_NEXT.encode(), "anna")
    two = shelf.library.upload("acme.txt", BACK.encode(), "anna")
    base = shelf.library.review(one.upload_id).base
    with pytest.raises(CorpusChangedError):
        shelf.library.publish(two.upload_id, "anna", base)


def test_of_two_who_publish_at_once_one_is_told_to_look_again(shelf: Shelf) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def publish(library: Library, text: str) -> None:
        upload = library.upload("acme.txt", text.encode(), "anna")
        base = library.review(upload.upload_id).base
        start.wait()
        try:
            library.publish(upload.upload_id, "anna", base)
            outcomes.append(text)
        except CorpusChangedError:
            outcomes.append("")

    texts = [f"1. Pay {number} coins.\n" for number in range(4)]
    threads = [
        threading.Thread(target=publish, args=(library, text))
        for library, text in zip([shelf.library, shelf.library, shelf.open(), shelf.open()], texts,
                                 strict=True)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = filter(None, outcomes)
    assert len(outcomes) == 4
    assert (shelf.corpus / "acme.txt").read_text() == won
    assert shelf.restart().corpus.clauses[0].text in won


def test_who_waits_too_long_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "_SECONDS", 0.01)
    upload = shelf.library.upload("acme.txt", ACME_NEXT.encode(), "anna")
    base = shelf.library.review(upload.upload_id).base
    lock = shelf.root / "desk" / "library" / "library.lock"
    with FileLock(lock), pytest.raises(LibraryError, match="somebody else is publishing"):
        shelf.library.publish(upload.upload_id, "anna", base)
    shelf.library.publish(upload.upload_id, "anna", base)


def test_beside_a_build_nothing_happens(shelf: Shelf) -> None:
    before = shelf.files()
    with FileLock(shelf.index / "build.lock"), pytest.raises(StoreError, match="another build"):
        shelf.publish("acme.txt", ACME_NEXT)
    assert shelf.files() == before
    assert shelf.library.former() is None
    shelf.restart()
    assert shelf.files() == before
    shelf.publish("acme.txt", ACME_NEXT)


def test_an_index_that_is_stored_counts_though_its_writer_failed_after(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store, "_sweep", fail)
    shelf.publish("acme.txt", ACME_NEXT)
    assert (shelf.corpus / "acme.txt").read_text() == ACME_NEXT
    assert read_manifest(shelf.index).sources == sources_of(shelf.corpus)


def test_without_a_corpus_folder_it_is_said(shelf: Shelf, tmp_path: Path) -> None:
    nothing = Library(tmp_path / "none", shelf.index, tmp_path / "d", shelf.embedder)
    with pytest.raises(CorpusError, match="no such corpus folder"):
        nothing.upload("a.txt", b"1. Be kind.", "anna")
    assert nothing.recover() is None
