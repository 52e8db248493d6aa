"""What is erased is gone from notes on gaps as well; approved replies are named first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk.approval import cite_clauses
from bot.desk.approved import Content
from bot.desk.gaps import GapState
from bot.people.identity import Actor
from bot.storage import Database, Matches, open_database
from bot.storage.__main__ import main
from bot.storage.gaps import Gaps
from bot.storage.replies import Replies
from bot.storage.tables import gaps as gap_table
from index.clause_index import ClauseIndex
from tests.bot.records import QUOTE, make_record
from tests.fakes import WordEmbedder

LI = Actor("Li")
NAME = "Rumpelstilzchen"


@pytest.fixture
def database(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Return an empty database that the commands look after."""
    monkeypatch.setenv("CLAUSEBOT_DATABASE", address)
    opened = open_database(address)
    yield opened
    opened.close()


def miss(database: Database, question: str, days: int = 0) -> str:
    asked = datetime.now(UTC) - timedelta(days=days)
    record = make_record(question, asked_at=asked)
    database.keep_answer(
        replace(record, outcome="abstained", reason="silent", citations=()), surface="page"
    )
    return record.answer_id


def notes(database: Database) -> dict[str, str]:
    with database.transactions.reading() as connection:
        return {row.id: row.note for row in connection.execute(select(gap_table))}


def save(database: Database, index: ClauseIndex, text: str) -> str:
    content = Content(
        "zh", text, ("多久付款？",), *cite_clauses(index, "zh", (("acme/1(1)", QUOTE),))
    )
    return Replies(database).save(content, by=LI, index=index).reply_id


def test_a_note_on_a_gap_is_erased_by_its_words_and_the_mark_stays(
    database: Database, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    named, other = miss(database, "怎么退款？"), miss(database, "Who pays?")
    gaps = Gaps(database)
    gaps.update(WordEmbedder())
    gaps.mark(named, (GapState.SHOULD_SAY, f"as {NAME} says"), by=LI)
    gaps.mark(other, (GapState.IGNORED, "no name"), by=LI)
    assert main(["erase", "--matching", NAME.upper()]) == 1
    assert "0 answers and 1 notes match. Nothing is erased yet" in capsys.readouterr().out
    assert NAME in notes(database)[named]
    assert main(["erase", "--matching", NAME.upper(), "--yes"]) == 0
    assert "0 answers and 1 notes erased." in capsys.readouterr().out
    assert notes(database) == {named: "", other: "no name"}
    assert {gap.mark.state for gap in gaps.find()} == {GapState.SHOULD_SAY, GapState.IGNORED}
    if address.startswith("sqlite"):
        for path in Path(database.place).parent.iterdir():
            assert NAME.encode() not in path.read_bytes(), path.name


def test_replies_that_hold_words_are_named_and_erased_one_by_one(
    database: Database, small_index: ClauseIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = Replies(database)
    now = save(database, small_index, f"您好，{NAME}")
    before = save(database, small_index, f"{NAME} once")
    clean = save(database, small_index, "您好")
    known = replies.get(before)
    replies.edit(before, replace(known.content, text="now"), by=LI, revision=1, index=small_index)
    for arguments, result in ((["--yes"], 0), ([], 1)):
        assert main(["erase", "--matching", NAME.lower(), *arguments]) == result
        told = capsys.readouterr().out
        assert now in told
        assert before in told, "its history holds them"
        assert clean not in told
    assert {reply.reply_id for reply in replies.find()} == {now, before, clean}
    assert main(["erase", "--reply", before]) == 1
    assert main(["erase", "--reply", before, "--yes"]) == 0
    assert "1 approved replies erased" in capsys.readouterr().out
    assert {reply.reply_id for reply in replies.find()} == {now, clean}
    assert main(["erase", "--reply", "nobody", "--yes"]) == 0
    assert "0 approved replies erased" in capsys.readouterr().out


def test_the_mark_of_a_gap_goes_with_its_last_question(database: Database) -> None:
    old, new = miss(database, "怎么退款？", days=9), miss(database, "怎么退款呢？")
    lone = miss(database, "Who pays?", days=9)
    gaps = Gaps(database)
    gaps.update(WordEmbedder())
    for gap_id in (old, lone):
        gaps.mark(gap_id, (GapState.IGNORED, NAME), by=LI)
    database.prune(datetime.now(UTC) - timedelta(days=7))
    assert notes(database) == {old: NAME}, "one of its questions is left"
    database.erase(Matches((new,)))
    assert notes(database) == {}
