"""What was acknowledged is kept, whatever the database was doing meanwhile."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, select, text

from bot.desk.replies.rules import ApprovedReply, Content, ReplyError, cite_clauses
from bot.desk.replies.store import Replies
from bot.outbox import outbox as spool_room
from bot.outbox import writer as keeper_module
from bot.outbox.outbox import Outbox, OutboxEntry
from bot.outbox.purge import OutboxPurge, Wanted
from bot.outbox.relay import Relayed
from bot.outbox.writer import AnswerWaitsError, OutboxWriter
from bot.people.identity import Actor
from bot.people.store.audit_log import AuditLog
from bot.records.record import Record
from bot.storage import (
    ConflictError,
    Database,
    Feedback,
    StorageError,
    UnknownAnswerError,
    connection,
    open_database,
    transactions,
)
from bot.storage.storage_errors import OutageError
from bot.storage.tables import answers, utc_now
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.bot.conftest import GLOBEX
from tests.bot.records.making import make_record
from tests.databases import relay
from tests.fakes import WordEmbedder

LI = Actor("Li", "p-1", "192.0.2.1")
BACKUPS = "We keep backups of your site for 90 days."


@pytest.fixture(scope="module")
def tiny_index(tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """Return the index of one agreement, without a model."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "globex.txt").write_text(GLOBEX, "utf-8")
    return ClauseIndex.build(read_corpus(folder), WordEmbedder())


def content_of(index: ClauseIndex, words: str = "备份保存90天。") -> Content:
    return Content(
        "zh", words, ("备份保存多久？",), *cite_clauses(index, "zh", [("globex/1.1", BACKUPS)])
    )


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no lock; what is tested is what comes after the wait."""
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(transactions, "WAIT_SECONDS", 0.05)


@dataclass
class Kit:
    """A database with one answer, and a writer over it."""

    address: str
    folder: Path
    database: Database
    answer_id: str

    def writer(self, database: Database | None = None) -> OutboxWriter:
        """Return a writer that has just been started."""
        database = database or self.database
        return OutboxWriter(database, Replies(database), Outbox(self.folder))

    def given(self, **changes: object) -> Feedback:
        """Return feedback on the answer."""
        return replace(Feedback(self.answer_id, "helpful"), **changes)  # type: ignore[arg-type]

    def words(self) -> list[Feedback]:
        """Return the feedback that the database holds."""
        return [row.feedback for row in self.database.given()]

    def waiting(self) -> list[Path]:
        """Return the files that wait."""
        return Outbox(self.folder).waiting()

    def refused(self) -> list[str]:
        """Return the reasons of what was refused."""
        return [path.read_text() for path in (self.folder / "refused").glob("*.txt")]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold what another program may hold of the database."""
        if self.database.transactions.is_file:
            other = sqlite3.connect(self.database.place, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.close()
        else:
            with psycopg.connect(self.address) as locker:
                locker.execute("LOCK TABLE answers, feedback, replies, trail")
                yield
                locker.rollback()


def make_kit(address: str, folder: Path) -> Kit:
    database = open_database(address)
    record = make_record()
    database.keep_answer(record, surface="api")
    return Kit(address, folder, database, record.answer_id)


@pytest.fixture
def kit(address: str, tmp_path: Path) -> Iterator[Kit]:
    """Return a kit over either database."""
    made = make_kit(address, tmp_path / "desk" / "spool")
    yield made
    made.database.close()


@pytest.fixture
def file_kit(tmp_path: Path) -> Iterator[Kit]:
    """Return a kit over a file of SQLite."""
    made = make_kit(f"sqlite:///{tmp_path}/clausebot.db", tmp_path / "spool")
    yield made
    made.database.close()


def test_what_a_database_takes_is_not_spooled(kit: Kit, tiny_index: ClauseIndex) -> None:
    writer = kit.writer()
    kept = writer.keep_feedback(kit.given())
    saved = writer.save_reply(content_of(tiny_index), by=LI, index=tiny_index)
    assert (kept.is_spooled, saved.is_spooled) == (False, False)
    assert [row.feedback_id for row in kit.database.given()] == [kept.feedback_id]
    assert Replies(kit.database).get(saved.reply.reply_id) == saved.reply
    assert kit.waiting() == []
    assert relay(writer) == Relayed()


def test_feedback_outlasts_a_lock_and_a_restart(kit: Kit) -> None:
    writer, began = kit.writer(), datetime.now(UTC)
    with kit.locked():
        kept = [writer.keep_feedback(kit.given(note=f"{number}")) for number in range(9)]
        assert all(one.is_spooled for one in kept)
        assert relay(writer) == Relayed(waiting=9)
    ended = datetime.now(UTC)
    assert kit.words() == []
    assert relay(kit.writer()) == Relayed(written=9)
    rows = list(kit.database.given())
    assert [row.feedback for row in rows] == [kit.given(note=f"{number}") for number in range(9)]
    assert [row.feedback_id for row in rows] == [one.feedback_id for one in kept]
    assert all(began <= row.given_at <= ended for row in rows)
    assert kit.waiting() == []


def test_a_reply_outlasts_a_lock_with_its_line_in_the_trail(
    kit: Kit, tiny_index: ClauseIndex
) -> None:
    with kit.locked():
        saved = kit.writer().save_reply(content_of(tiny_index), by=LI, index=tiny_index)
        assert saved.is_spooled
    assert Replies(kit.database).find() == []
    assert relay(kit.writer()) == Relayed(written=1)
    assert Replies(kit.database).find() == [saved.reply]
    (line,) = AuditLog(kit.database.transactions, utc_now).entries()
    assert (line.action, line.subject, line.actor) == ("reply_approved", saved.reply.reply_id, LI)
    assert line.at == saved.reply.approved_at


def test_an_answer_outlasts_a_lock_and_a_restart_and_can_be_judged_meanwhile(kit: Kit) -> None:
    writer, record = kit.writer(), make_record("我的电话13800138000，怎么付款？")
    with kit.locked():
        assert writer.keep_answer(record, surface="widget", site="Help", probability=0.5)
        assert writer.keep_feedback(kit.given(answer_id=record.answer_id)).is_spooled
        assert relay(writer) == Relayed(waiting=2)
        with pytest.raises(AnswerWaitsError, match="is kept and waits for the database"):
            writer.demand_written(record.answer_id)
    assert "13800138000" not in kit.waiting()[0].read_text("utf-8")
    restarted = kit.writer()
    given = kit.given(answer_id=record.answer_id, verdict="unhelpful")
    assert restarted.keep_feedback(given).is_spooled  # in order, and the answer waits still
    assert relay(restarted) == Relayed(written=3)
    restarted.demand_written(record.answer_id)
    assert kit.database.answer(record.answer_id) == kit.database.strip_answer(record)
    assert {word.verdict for word in kit.words()} == {"helpful", "unhelpful"}
    (row,) = kit.database.transactions.rows(select(answers).where(answers.c.id == record.answer_id))
    assert (row.surface, row.site, row.probability) == ("widget", "Help", 0.5)


def test_one_answer_finds_out_that_the_database_is_locked(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, tried, keep = kit.writer(), [], Database.keep_answer

    def noting(self: Database, record: Record, **named: Any) -> None:
        tried.append(record.answer_id)
        keep(self, record, **named)

    monkeypatch.setattr(Database, "keep_answer", noting)
    records = [make_record() for _ in range(5)]
    with kit.locked():
        assert all(writer.keep_answer(record, surface="api") for record in records)
        assert tried == [records[0].answer_id]
    assert relay(writer) == Relayed(written=5)
    assert writer.keep_answer(make_record(), surface="api")
    assert kit.waiting() == []


def test_feedback_that_comes_before_its_answer_waits_for_it(kit: Kit) -> None:
    record, outbox = make_record(), Outbox(kit.folder)
    with kit.locked():
        kit.writer().keep_answer(record, surface="api")
    body = asdict(kit.given(answer_id=record.answer_id))
    before = record.asked_at - timedelta(hours=1)  # the clock was set back
    outbox.put(OutboxEntry("feedback", "f-1", before, body))
    assert relay(kit.writer()) == Relayed(written=1, waiting=1)
    assert relay(kit.writer()) == Relayed(written=1)
    assert kit.refused() == []
    assert len(kit.words()) == 1


def test_a_full_outbox_drops_its_oldest_answers_and_counts_them(
    file_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_room, "MOST", 3)
    writer, now = file_kit.writer(), datetime.now(UTC)
    records = [make_record(asked_at=now + timedelta(seconds=number)) for number in range(5)]
    with file_kit.locked():
        writer.keep_feedback(file_kit.given())
        assert all(writer.keep_answer(record, surface="api") for record in records)
    assert writer.losses.counts()["answer", "dropped"] == 2
    assert relay(writer) == Relayed(written=4)
    assert [file_kit.database.holds(one.answer_id) for one in records] == [False] * 2 + [True] * 3
    assert file_kit.words() == [file_kit.given()]


def test_an_answer_that_nothing_takes_is_counted_and_uses_no_budget(file_kit: Kit) -> None:
    replies, outbox = Replies(file_kit.database), Outbox(file_kit.folder)
    writer = OutboxWriter(file_kit.database, replies, outbox, records_a_day=1)
    with file_kit.locked(), _no_file_longer_than(0):
        assert not writer.keep_answer(make_record(), surface="api")
    assert writer.losses.counts() == {("answer", "unwritable"): 1}
    assert writer.keep_answer(make_record(), surface="api")
    assert file_kit.waiting() == []


def test_an_answer_that_waits_is_erased_by_its_words_and_its_id(file_kit: Kit) -> None:
    asked, after, other = (
        make_record("张三何时付款？"), make_record(history=("张三是谁？",)), make_record()
    )  # fmt: skip
    with file_kit.locked():
        writer = file_kit.writer()
        for record in (asked, after, other):
            writer.keep_answer(record, surface="api")
    purge = OutboxPurge(Outbox(file_kit.folder))
    assert purge.erase(Wanted(words="张三")) == 2
    assert purge.erase(Wanted(answers=(other.answer_id,))) == 1
    assert file_kit.waiting() == []


def test_after_a_lock_the_database_is_written_again(kit: Kit) -> None:
    writer = kit.writer()
    with kit.locked():
        writer.keep_feedback(kit.given())
    relay(writer)
    assert not writer.keep_feedback(kit.given()).is_spooled


def test_a_replay_that_was_killed_after_writing_doubles_nothing(
    kit: Kit, tiny_index: ClauseIndex, tmp_path: Path
) -> None:
    with kit.locked():
        writer = kit.writer()
        for _ in range(2):
            writer.keep_feedback(kit.given(note="same words, twice"))
        writer.keep_answer(make_record(), surface="api")
        writer.save_reply(content_of(tiny_index), by=LI, index=tiny_index)
    shutil.copytree(kit.folder, tmp_path / "copy")
    assert relay(kit.writer()) == Relayed(written=4)
    shutil.copytree(tmp_path / "copy", kit.folder, dirs_exist_ok=True)
    assert relay(kit.writer()) == Relayed(written=4)
    assert len(list(kit.database.verify())) == 2
    assert len(kit.words()) == 2
    assert len(Replies(kit.database).find()) == 1
    assert len(AuditLog(kit.database.transactions, utc_now).entries()) == 1
    assert kit.refused() == []


def test_many_programs_on_one_spool_double_nothing(kit: Kit, tiny_index: ClauseIndex) -> None:
    with kit.locked():
        writer = kit.writer()
        for number in range(30):
            writer.keep_feedback(kit.given(note=f"{number}"))
            content = content_of(tiny_index, f"{number}")
            writer.save_reply(content, by=LI, index=tiny_index, reply_id=f"r-{number}")
    databases = [open_database(kit.address) for _ in range(4)]
    threads = [
        threading.Thread(target=relay, args=(kit.writer(database),))
        for database in databases
        for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert relay(kit.writer()) == Relayed()  # no lock is left behind
    assert sorted(int(given.note) for given in kit.words()) == list(range(30))
    assert len(Replies(kit.database).find()) == 30
    assert len(AuditLog(kit.database.transactions, utc_now).entries(most=99)) == 30
    for database in databases:
        database.close()


def test_an_old_word_from_the_spool_does_not_replace_a_newer_one(kit: Kit) -> None:
    old, new = kit.given(key="k", note="old"), kit.given(key="k", verdict="unhelpful", note="new")
    with kit.locked():
        kit.writer().keep_feedback(old)
    assert not kit.writer().keep_feedback(new).is_spooled
    assert relay(kit.writer()) == Relayed(written=1)
    assert [(word.verdict, word.note) for word in kit.words()] == [("unhelpful", "new")]


def test_a_newer_word_from_the_spool_replaces_an_old_one(kit: Kit) -> None:
    kit.writer().keep_feedback(kit.given(key="k", note="old"))
    with kit.locked():
        writer = kit.writer()
        for word in ("newer", "newest"):
            writer.keep_feedback(kit.given(key="k", note=word))
    assert relay(kit.writer()) == Relayed(written=2)
    assert [given.note for given in kit.words()] == ["newest"]


def test_the_word_given_last_stands_whichever_is_written_last(kit: Kit) -> None:
    now = datetime.now(UTC)
    for word, seconds in (("last", 2), ("first", 1)):  # one waited longer for a lock
        at = now + timedelta(seconds=seconds)
        kit.database.keep_feedback(kit.given(key="k", note=word), given_at=at)
    assert [given.note for given in kit.words()] == ["last"]


def test_an_id_that_is_kept_again_touches_no_other_feedback(kit: Kit) -> None:
    kit.database.keep_feedback(kit.given(note="other"))
    for _ in range(2):
        kit.database.keep_feedback(kit.given(note="mine"), feedback_id="f-1")
    assert sorted(given.note for given in kit.words()) == ["mine", "other"]


def test_feedback_on_an_unknown_answer_is_refused_and_never_deleted(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    writer = kit.writer()
    for answer_id in ("nobody", "\0", "\ud800"):
        with pytest.raises(UnknownAnswerError):
            writer.keep_feedback(kit.given(answer_id=answer_id))
    with kit.locked():
        writer.keep_feedback(kit.given(answer_id="nobody"))
        writer.keep_feedback(kit.given())
    relaying = kit.writer()
    assert relay(relaying) == Relayed(written=1, refused=1)
    assert relaying.losses.counts() == {("feedback", "refused"): 1}
    (reason,) = kit.refused()
    assert reason.startswith("there is no answer 'nobody', or none any more.")
    assert "there is no answer 'nobody'" in caplog.text
    (aside,) = (kit.folder / "refused").glob("*.json")
    aside.rename(kit.folder / aside.name)  # by hand: it is tried again
    kit.database.keep_answer(replace(make_record(), answer_id="nobody"), surface="api")
    assert relay(kit.writer()) == Relayed(written=1)
    assert len(kit.words()) == 2


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda whole: whole[: len(whole) // 2], "checksum differs"),
        (lambda whole: whole.replace(b"helpful", b"harmful"), "checksum differs"),
        (lambda _: b"", "checksum differs"),
    ],
)
def test_a_damaged_file_is_moved_aside_and_the_rest_goes_on(
    file_kit: Kit,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[bytes], bytes],
    reason: str,
) -> None:
    with file_kit.locked():
        writer = file_kit.writer()
        for _ in range(3):
            writer.keep_feedback(file_kit.given())
    second = file_kit.waiting()[1]
    damaged = damage(second.read_bytes())
    second.write_bytes(damaged)
    assert relay(file_kit.writer()) == Relayed(written=2, refused=1)
    assert reason in caplog.text
    assert second.name in caplog.text
    assert (file_kit.folder / "refused" / second.name).read_bytes() == damaged


def test_one_that_the_database_does_not_take_holds_up_no_other(
    kit: Kit, tiny_index: ClauseIndex
) -> None:
    with kit.locked():
        writer = kit.writer()
        writer.save_reply(content_of(tiny_index), by=LI, index=tiny_index)
        writer.keep_feedback(kit.given())
    _change(kit.database, "ALTER TABLE replies RENAME TO away")
    assert relay(kit.writer()) == Relayed(written=1, waiting=1)
    _change(kit.database, "ALTER TABLE away RENAME TO replies")
    assert relay(kit.writer()) == Relayed(written=1)


def _change(database: Database, statement: str) -> None:
    with database.transactions.writing() as opened:
        opened.execute(text(statement))


def test_a_reply_that_waits_is_saved_once(kit: Kit, tiny_index: ClauseIndex) -> None:
    writer, content = kit.writer(), content_of(tiny_index)

    def save(words: Content) -> ApprovedReply:
        return writer.save_reply(words, by=LI, index=tiny_index, reply_id="r-1").reply

    with kit.locked():
        first = save(content)
        assert save(content) == first
        with pytest.raises(ConflictError, match="r-1"):
            save(replace(content, text="另一条。"))
        with pytest.raises(ReplyError):
            save(replace(content, text=" "))
        assert len(kit.waiting()) == 1
    relay(writer)
    assert save(content) == first


def test_a_reply_that_was_changed_since_is_not_refused_when_it_comes_again(
    kit: Kit, tiny_index: ClauseIndex
) -> None:
    writer, content = kit.writer(), content_of(tiny_index)
    with kit.locked():
        writer.save_reply(content, by=LI, index=tiny_index, reply_id="r-1")
    replies = Replies(kit.database)  # tried again by the page, and got through before the replay
    without_spool = OutboxWriter(kit.database, replies)
    saved = without_spool.save_reply(content, by=LI, index=tiny_index, reply_id="r-1").reply
    edited = replies.edit(
        saved.reply_id, replace(content, text="改。"), by=LI, revision=1, index=tiny_index
    )
    assert relay(writer) == Relayed(written=1)
    assert replies.find() == [edited]
    assert len(AuditLog(kit.database.transactions, utc_now).entries()) == 2


def test_of_two_replies_with_one_id_the_later_is_refused(kit: Kit, tiny_index: ClauseIndex) -> None:
    with kit.locked():
        kit.writer().save_reply(content_of(tiny_index), by=LI, index=tiny_index, reply_id="r-1")
    other = content_of(tiny_index, "另一条。")
    without_spool = OutboxWriter(kit.database, Replies(kit.database))
    saved = without_spool.save_reply(other, by=LI, index=tiny_index, reply_id="r-1").reply
    assert relay(kit.writer()) == Relayed(refused=1)
    assert Replies(kit.database).find() == [saved]


def test_nobody_is_told_in_the_spool_and_nobody_else_may_read_it(kit: Kit) -> None:
    with kit.locked():
        kit.writer().keep_feedback(kit.given(note="打13800138000给我"))
    (path,) = kit.waiting()
    assert "打[phone]给我" in path.read_text("utf-8")
    assert "13800138000" not in path.read_text("utf-8")
    for folder, _, files in os.walk(kit.folder):
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
        assert all(stat.S_IMODE(Path(folder, it).stat().st_mode) & 0o077 == 0 for it in files)


def test_without_words_no_note_is_spooled(kit: Kit) -> None:
    wordless = open_database(kit.address, keep_words=False)
    with kit.locked():
        kit.writer(wordless).keep_feedback(kit.given(note="谢谢张三"))
    assert "张三" not in kit.waiting()[0].read_text("utf-8")
    with kit.locked():
        kit.writer().keep_feedback(kit.given(note="谢谢张三"))
    assert relay(kit.writer(wordless)) == Relayed(written=2)  # words are kept no longer
    assert [given.note for given in kit.words()] == ["", ""]
    wordless.close()


def test_what_is_neither_written_nor_spooled_is_not_acknowledged(
    kit: Kit, tiny_index: ClauseIndex
) -> None:
    writer = kit.writer()
    with kit.locked(), _no_file_longer_than(0):
        with pytest.raises(StorageError, match="is locked"):
            writer.keep_feedback(kit.given())
        with pytest.raises(StorageError, match="is locked"):
            writer.save_reply(content_of(tiny_index), by=LI, index=tiny_index)
    assert [path.name for path in kit.folder.iterdir()] == ["refused"]
    without = OutboxWriter(kit.database, Replies(kit.database))
    with kit.locked(), pytest.raises(StorageError, match="is locked"):
        without.keep_feedback(kit.given())


def test_a_spool_that_is_gone_stops_nothing_else(kit: Kit, tiny_index: ClauseIndex) -> None:
    writer = kit.writer()
    shutil.rmtree(kit.folder)
    assert not writer.keep_feedback(kit.given()).is_spooled
    assert not writer.save_reply(content_of(tiny_index), by=LI, index=tiny_index).is_spooled
    with kit.locked(), pytest.raises(StorageError, match="is locked"):
        writer.keep_feedback(kit.given())


def test_a_spool_that_fills_up_leaves_the_database_as_it_is(kit: Kit) -> None:
    writer = kit.writer()
    with kit.locked():
        writer.keep_feedback(kit.given())
    with _no_file_longer_than(0):
        if kit.database.transactions.is_file:
            with pytest.raises(StorageError):
                writer.keep_feedback(kit.given())
        else:  # the server's files have no such limit, and its lock is gone
            assert not writer.keep_feedback(kit.given()).is_spooled


@contextmanager
def _no_file_longer_than(length: int) -> Iterator[None]:
    """Let every file that grows beyond a length fail, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_feedback_outlasts_a_disk_that_the_database_filled(file_kit: Kit) -> None:
    with _no_file_longer_than(2_000):  # enough for a file of the outbox
        assert file_kit.writer().keep_feedback(file_kit.given()).is_spooled
    assert relay(file_kit.writer()) == Relayed(written=1)
    assert file_kit.words() == [file_kit.given()]


def test_feedback_outlasts_a_database_that_may_not_grow(file_kit: Kit) -> None:
    path = Path(file_kit.database.place)
    limited = open_database(file_kit.address)
    engine = limited.transactions._engine
    assert engine is not None
    engine.dispose()
    pages = path.stat().st_size // 4096

    @event.listens_for(engine, "connect")
    def limit(opened: sqlite3.Connection, _: object) -> None:
        opened.execute(f"PRAGMA max_page_count={pages}")

    writer = file_kit.writer(limited)
    notes = [str(number) * 1_900 for number in range(10)]
    kept = [writer.keep_feedback(file_kit.given(note=note)) for note in notes]
    assert any(one.is_spooled for one in kept)
    assert relay(writer).waiting
    assert relay(file_kit.writer()).waiting == 0
    assert sorted(given.note for given in file_kit.words()) == notes
    limited.close()


def test_feedback_outlasts_a_damaged_database(file_kit: Kit) -> None:
    path = Path(file_kit.database.place)
    file_kit.database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert file_kit.writer().keep_feedback(file_kit.given()).is_spooled
    assert relay(file_kit.writer()) == Relayed(waiting=1)
    file_kit.database.close()
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    path.write_bytes(whole)
    assert relay(file_kit.writer()) == Relayed(written=1)
    assert file_kit.words() == [file_kit.given()]


def test_feedback_outlasts_a_file_that_may_only_be_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, user = Path(name), os.geteuid()
        folder.chmod(0o755)
        (folder / "desk").mkdir()
        (folder / "desk").chmod(0o777)
        kit = make_kit(f"sqlite:///{name}/clausebot.db", folder / "desk" / "spool")
        kit.database.close()
        (folder / "clausebot.db").chmod(0o444)
        folder.chmod(0o555)
        if user == 0:
            os.seteuid(65534)
        try:
            assert kit.writer().keep_feedback(kit.given()).is_spooled
        finally:
            os.seteuid(user)
            folder.chmod(0o755)
        (folder / "clausebot.db").chmod(0o600)
        kit.database.close()
        assert relay(kit.writer()) == Relayed(written=1)
        assert kit.words() == [kit.given()]
        kit.database.close()


def test_what_was_refused_counts_until_somebody_moves_it_away(
    file_kit: Kit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spool_room, "MOST", 2)
    with file_kit.locked():
        for _ in range(2):
            file_kit.writer().keep_feedback(file_kit.given(answer_id="nobody"))
    assert relay(file_kit.writer()) == Relayed(refused=2)
    with file_kit.locked(), pytest.raises(StorageError, match="is locked"):
        file_kit.writer().keep_feedback(file_kit.given())
    assert (
        "is full, it holds 2 entries of feedback, those that were refused among them" in caplog.text
    )
    assert len(file_kit.refused()) == 2
    assert file_kit.waiting() == []
    (reason, _) = sorted(file_kit.folder.rglob("*.reason.txt"))
    assert reason.read_text().endswith("It goes by itself after 7 days.\n")


def test_strangers_who_fill_the_spool_keep_no_reply_out(
    file_kit: Kit, tiny_index: ClauseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_room, "MOST", 2)
    writer = file_kit.writer()
    with file_kit.locked():
        for _ in range(2):
            writer.keep_feedback(file_kit.given(answer_id="nobody"))
        assert writer.save_reply(content_of(tiny_index), by=LI, index=tiny_index).is_spooled


def test_one_address_does_not_fill_the_spool(
    file_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "MOST_OF_ADDRESS", 2)
    writer, given = file_kit.writer(), file_kit.given()
    with file_kit.locked():
        for _ in range(2):
            writer.keep_feedback(given, address="192.0.2.1")
        with pytest.raises(OutageError, match="much feedback of this address waits"):
            writer.keep_feedback(given, address="192.0.2.1")
        assert writer.keep_feedback(given, address="192.0.2.2").is_spooled
        assert writer.keep_feedback(given).is_spooled
    assert len(file_kit.waiting()) == 4
    relay(writer)
    assert not writer.keep_feedback(given, address="192.0.2.1").is_spooled
    with file_kit.locked():
        assert writer.keep_feedback(given, address="192.0.2.1").is_spooled


class _Telling(Outbox):
    """An outbox that says when an entry was dropped."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.dropped = threading.Event()

    def drop(self, path: Path) -> None:
        super().drop(path)
        self.dropped.set()


def test_a_started_keeper_replays_by_itself_until_it_is_stopped(file_kit: Kit) -> None:
    telling = _Telling(file_kit.folder)
    writer = OutboxWriter(file_kit.database, Replies(file_kit.database), telling)
    with file_kit.locked():
        writer.keep_feedback(file_kit.given())
        writer.start(0.01)
        assert not telling.dropped.is_set()
    assert telling.dropped.wait(timeout=30)
    writer.stop()
    assert file_kit.words() == [file_kit.given()]
