"""What is erased is gone from notes on gaps as well; approved replies are named first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk.gaps.rules import GapState
from bot.desk.gaps.store import Gaps
from bot.desk.replies.rules import Content, cite_clauses
from bot.desk.replies.store import Replies
from bot.outbox.outbox import Outbox, OutboxEntry, read_entry
from bot.people.identity import Actor
from bot.storage import Database, Feedback, Matches, open_database
from bot.storage.__main__ import main
from bot.storage.erasure import match_key
from bot.storage.tables import gaps as gap_table
from index.search.clause_index import ClauseIndex
from tests.bot.desk.gaps.grouped import group
from tests.bot.desk.replies.replying import keep_reply
from tests.bot.records.making import QUOTE, make_record
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
    return keep_reply(database, content, by=LI, index=index).reply_id


def test_a_note_on_a_gap_is_erased_by_its_words_and_the_mark_stays(
    database: Database, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    named, other = miss(database, "怎么退款？"), miss(database, "Who pays?")
    gaps = Gaps(database)
    group(gaps, WordEmbedder())
    gaps.mark(named, GapState.SHOULD_SAY, f"as {NAME} says", by=LI)
    gaps.mark(other, GapState.IGNORED, "no name", by=LI)
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
    group(gaps, WordEmbedder())
    for gap_id in (old, lone):
        gaps.mark(gap_id, GapState.IGNORED, NAME, by=LI)
    database.prune(datetime.now(UTC) - timedelta(days=7))
    assert notes(database) == {old: NAME}, "one of its questions is left"
    database.erase(Matches((new,)))
    assert notes(database) == {}


@pytest.mark.parametrize(
    "words",
    [
        ("I am Jose\u0301", "José"),
        ("I am José", "JOSE\u0301"),
        ("zebulon\u00a0quux", "Zebulon Quux"),
        ("Ｚｅｂｕｌｏｎ　Ｑｕｕｘ", "Zebulon Quux"),
        ("Zebulon\r\n\t Quux", "ｚｅｂｕｌｏｎ\u2009quux"),
        ("Zebu\u200blon Quu\u00adx", "Zebulon Quux"),
    ],
)
def test_words_that_look_the_same_are_erased_wherever_they_are(
    database: Database,
    small_index: ClauseIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, str],
) -> None:
    written, wanted = words
    monkeypatch.setenv("CLAUSEBOT_DESK", str(tmp_path / "desk"))
    asked, after, other = (
        make_record(written),
        make_record("And then?", history=("What?", written)),
        make_record("Who pays?"),
    )
    for record in (asked, after, other):
        database.keep_answer(record, surface="page")
    database.keep_feedback(Feedback(other.answer_id, "helpful", note=f"as {written} says"))
    marked = miss(database, "怎么退款？")
    gaps = Gaps(database)
    group(gaps, WordEmbedder())
    gaps.mark(marked, GapState.SHOULD_SAY, written, by=LI)
    reply_id = save(database, small_index, f"您好，{written}")
    outbox = Outbox(tmp_path / "desk" / "spool")
    for key, note in (("f1", written), ("f2", "of another")):
        given = Feedback("gone", "helpful", note=note)
        outbox.put(OutboxEntry("feedback", key, datetime.now(UTC), asdict(given)))
    assert main(["erase", "--matching", wanted]) == 1
    told = capsys.readouterr().out
    assert "2 answers and 3 notes match" in told
    assert reply_id in told
    assert main(["erase", "--matching", wanted, "--yes"]) == 0
    assert "2 answers and 3 notes erased. Backups and exports that were made before still hold" in (
        capsys.readouterr().out
    )
    assert not any(database.holds(record.answer_id) for record in (asked, after))
    assert [given.feedback.note for given in database.given()] == []
    assert set(notes(database).values()) == {""}
    (left,) = outbox.refused.glob("*.json")
    assert read_entry(left).key == "f2"


def test_half_written_entries_and_lone_reasons_are_erased_too(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEBOT_DESK", str(tmp_path / "desk"))
    outbox = Outbox(tmp_path / "desk" / "spool")
    half = f'{{"at":"2026-01-02T03:04:05+00:00","body":{{"note":"Mr\\n{NAME} sai'
    for folder, name, words in (
        (outbox.folder, "0-1-feedback-a.json.part", half),
        (outbox.folder, "0-1-feedback-b.json.part", half.replace(NAME, "Other")),
        (outbox.refused, "0-1-feedback-c.json.reason.txt", f"no such answer: mr {NAME}\n"),
        (outbox.refused, "0-1-feedback-d.json.reason.txt", "no such answer\n"),
        (outbox.refused, "0-1-feedback-e.json.reason.txt", "there is no answer 'gone-1'.\n"),
    ):
        (folder / name).write_text(words, "utf-8")
    assert main(["erase", "--matching", f"Mr {NAME}", "--yes"]) == 0
    assert main(["erase", "--answer", "gone-1", "--yes"]) == 0
    left = [path.name for path in outbox.folder.rglob("*feedback*")]
    assert sorted(left) == ["0-1-feedback-b.json.part", "0-1-feedback-d.json.reason.txt"]


def test_a_refused_reply_that_holds_words_is_named(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLAUSEBOT_DESK", str(tmp_path / "desk"))
    outbox = Outbox(tmp_path / "desk" / "spool")
    body = {"reply": f'{{"text":"as {NAME} says"}}'}
    outbox.put(OutboxEntry("reply", "r-9", datetime.now(UTC), body))
    assert main(["erase", "--matching", NAME, "--yes"]) == 0
    assert "r-9" in capsys.readouterr().out
    assert main(["erase", "--reply", "r-9", "--yes"]) == 0
    assert outbox.refusals() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jose\u0301", "José"),
        ("Straße", "STRASSE"),
        ("ℌans", "hans"),
        ("\u03aa\u0301", "\u0390"),
        ("Zebu\u200blon\u00ad", "zebulon"),
        (" a\r\n\u3000b ", "A\tb"),
        ("\u200b \u00ad", ""),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)
    assert match_key("Jose") != match_key("José")
