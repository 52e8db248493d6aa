"""Only what changed is read again, and only what is new is embedded, however many there are."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from bot.desk.replies import store_matcher as reply_shelf
from bot.desk.replies import store_rows as reply_cache
from bot.desk.replies import store_rows as reply_table
from bot.desk.replies.rules import ApprovedReply, State
from bot.desk.replies.store import Replies
from bot.storage import Database, Matches, open_database
from bot.storage import transactions as readable
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from index.search.embedder import Vectors
from tests.bot.conftest import GLOBEX
from tests.bot.desk.replies.replying import LI, content_of, keep_reply
from tests.fakes import WordEmbedder

QUESTIONS = ("备份保存多久？", "怎么开发票？", "能退款吗？", "谁来付款？", "如何注销账号？")


class Counting(WordEmbedder):
    """Remembers what it embedded, and waits before it embeds more than a draft waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.may_go_on = threading.Event()

    def embed_whole(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return the vectors of texts."""
        if threading.current_thread().name == "matcher":
            assert self.may_go_on.wait(30)
        self.seen.extend(texts)
        return super().embed_whole(texts, progress=progress)


@pytest.fixture
def index(tmp_path: Any) -> ClauseIndex:
    """Return the index of one agreement, with a model that counts."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "globex.txt").write_text(GLOBEX, "utf-8")
    return ClauseIndex.build(read_corpus(tmp_path / "corpus"), Counting())


@pytest.fixture
def saved(database: Database, index: ClauseIndex) -> list[ApprovedReply]:
    """Return five replies that are kept, the first one first."""
    return [
        keep_reply(database, content_of(index, question), by=LI, index=index)
        for question in QUESTIONS
    ]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the id of each reply that is read."""
    read = reply_table.from_row
    ids: list[str] = []

    def from_row(row: Any) -> ApprovedReply:
        if "id" in row._fields:  # read by a list, not asked for by its id
            ids.append(row.id)
        return read(row)

    monkeypatch.setattr(reply_cache, "from_row", from_row)
    return ids


def test_a_list_reads_what_changed_alone(
    database: Database,
    address: str,
    saved: list[ApprovedReply],
    index: ClauseIndex,
    parsed: list[str],
) -> None:
    replies, there = Replies(database), open_database(address)
    newest_first = [reply.reply_id for reply in reversed(saved)]
    for _ in range(3):
        assert replies.review(index) == []
        assert [reply.reply_id for reply in replies.find()] == newest_first
        assert [reply.reply_id for reply in replies.find("发票")] == [saved[1].reply_id]
    assert sorted(parsed) == sorted(newest_first)
    parsed.clear()
    Replies(there).retire(saved[2].reply_id, by=LI, revision=1)  # another program
    there.erase(Matches(replies=(saved[0].reply_id,)))
    there.close()
    assert [reply.reply_id for reply in replies.find(state=State.RETIRED)] == [saved[2].reply_id]
    assert parsed == [saved[2].reply_id]
    assert saved[0].reply_id not in {reply.reply_id for reply in replies.find()}
    assert replies.find("备份保存多久") == []


def test_what_is_written_without_a_step_is_read_again(
    database: Database, index: ClauseIndex, saved: list[ApprovedReply], tmp_path: Any
) -> None:
    replies = Replies(database)
    for days in ("30 days", "7 days"):
        words = GLOBEX.replace("90 days", days)
        (tmp_path / "corpus" / "globex.txt").write_text(words, "utf-8")
        replies.review(ClauseIndex.build(read_corpus(tmp_path / "corpus"), WordEmbedder()))
        found = replies.find()
        assert {reply.revision for reply in found} == {2}
        assert all(days in (reply.changes[0].now or "") for reply in found)


def test_a_row_that_cannot_be_read_spoils_neither_list_nor_shelf(
    database: Database,
    index: ClauseIndex,
    saved: list[ApprovedReply],
    parsed: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    readable._say.cache_clear()
    with database.transactions.writing() as connection:
        broken = text("UPDATE replies SET reply = 'not json' WHERE id = :id")
        connection.execute(broken, {"id": saved[1].reply_id})
    replies, rest = Replies(database), [saved[at] for at in (4, 3, 2, 0)]
    for _ in range(2):
        assert replies.review(index) == []
        assert replies.find() == rest
        assert replies.matcher_of_now(index).match(QUESTIONS[0], index) is not None
    assert len(parsed) == len(saved), "what cannot be read is not tried at every look"
    assert [record.message.split(":")[0] for record in caplog.records] == ["replies"]


def test_a_draft_waits_for_few_and_the_rest_are_read_beside(
    database: Database,
    index: ClauseIndex,
    saved: list[ApprovedReply],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reply_shelf, "AT_ONCE", 2)
    monkeypatch.setattr(reply_shelf, "_BESIDE_AT_ONCE", 1)
    embedder = index.embedder
    assert isinstance(embedder, Counting)
    embedder.seen.clear()
    replies = Replies(database)
    assert replies.matcher_of_now(index).count == 2, "the newest ones"
    assert replies.matcher_of_now(index).match(QUESTIONS[4], index) is not None
    embedder.may_go_on.set()
    replies._matcher._worker.wait(30)
    assert replies.matcher_of_now(index).count == len(QUESTIONS)
    assert len([question for question in embedder.seen if "发票" in question]) == 1
    replies.close()


def test_a_shelf_embeds_nothing_anew_when_one_reply_goes(
    database: Database, index: ClauseIndex, saved: list[ApprovedReply]
) -> None:
    replies, embedder = Replies(database), index.embedder
    assert isinstance(embedder, Counting)
    whole = replies.matcher_of_now(index)
    assert replies.matcher_of_now(index) is whole
    embedder.seen.clear()
    replies.retire(saved[0].reply_id, by=LI, revision=1)
    assert replies.matcher_of_now(index).count == len(QUESTIONS) - 1
    assert embedder.seen == []
    keep_reply(database, content_of(index, "新的问题？"), by=LI, index=index)
    assert replies.matcher_of_now(index).count == len(QUESTIONS)
    assert len(embedder.seen) == 1


def test_replies_that_are_taken_over_are_read_by_whoever_takes_them_over(
    database: Database,
    index: ClauseIndex,
    saved: list[ApprovedReply],
    parsed: list[str],
    address: str,
    tmp_path: Any,
) -> None:
    other = open_database(f"sqlite:///{tmp_path}/other.db")
    replies = Replies(other)
    assert replies.take_over(Replies(database).export(), by=LI, index=index).new == len(saved)
    parsed.clear()
    assert len(replies.find()) == len(saved)
    assert parsed == []
    other.close()


def test_what_is_on_the_shelf_is_ready_to_be_searched(
    database: Database,
    index: ClauseIndex,
    saved: list[ApprovedReply],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replies = Replies(database)
    replies.matcher_of_now(index)
    monkeypatch.setattr(reply_cache, "_words", None)  # whoever reads words now fails
    assert [reply.reply_id for reply in replies.find("发票")] == [saved[1].reply_id]


def test_another_model_reads_every_question_anew(
    database: Database, index: ClauseIndex, saved: list[ApprovedReply]
) -> None:
    replies, other = Replies(database), WordEmbedder("words-2")
    assert replies.matcher_of_now(index).model == index.embedder.fingerprint
    later = ClauseIndex.build(index.corpus, other)
    other.read.clear()
    assert (replies.matcher_of_now(later).model, replies.matcher_of_now(later).count) == (
        "words-2",
        5,
    )
    assert len(other.read) == len(QUESTIONS)
