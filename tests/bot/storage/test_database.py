"""Answers and feedback are kept, found again, and gone when they are to be."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.answering.question import MAX_LENGTH
from bot.records.record import Record
from bot.storage import (
    ConflictError,
    Database,
    Feedback,
    Matches,
    UnknownAnswerError,
    open_database,
)
from bot.storage import stripping as kept
from bot.storage.connection import connect, parse_address
from bot.storage.feedback import MAX_KEY, digest_key
from bot.storage.migrate import upgrade
from bot.storage.tables import feedback
from tests.bot.records.making import make_record
from tests.conftest import ROOT

WRITER = """
import sys
from bot.storage import open_database
from tests.bot.records.making import make_record
database = open_database(sys.argv[1])
print("open", flush=True)
while True:
    record = make_record()
    database.keep_answer(record, surface="api")
    print(record.answer_id, flush=True)
"""
OPENER = """
import sys
from bot.storage import open_database
from tests.bot.records.making import make_record
record = make_record()
print("ready", flush=True)
sys.stdin.readline()
database = open_database(sys.argv[1])
database.keep_answer(record, surface="api")
print(record.answer_id)
"""


def _start(code: str, address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, address],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _keep(database: Database, record: Record) -> Record:
    database.keep_answer(record, surface="page")
    return record


def test_an_answer_is_given_back_as_it_was_kept(database: Database) -> None:
    record = _keep(database, make_record(history=("怎么收费？",)))
    assert database.answer(record.answer_id) == record
    assert database.holds(record.answer_id)


@pytest.mark.parametrize("answer_id", ["nobody", "", "\0", "\ud800", "x" * 1000, "' OR 1=1 --"])
def test_an_answer_that_is_not_kept_is_none(database: Database, answer_id: str) -> None:
    assert database.answer(answer_id) is None
    assert not database.holds(answer_id.replace("\0", ""))
    with pytest.raises(UnknownAnswerError, match="there is no answer"):
        database.keep_feedback(Feedback(answer_id, "helpful"))


def test_what_no_database_holds_is_kept_as_something_it_holds(database: Database) -> None:
    record = _keep(database, make_record("a\0b\ud800", history=("\0",)))
    found = database.answer(record.answer_id)
    assert found is not None
    assert found.question == "a\ufffdb\ufffd"
    assert found.history == ("\ufffd",)


def test_a_voter_and_a_key_have_one_verdict_on_an_answer(database: Database) -> None:
    one, other = (_keep(database, make_record()).answer_id for _ in "ab")
    first = database.keep_feedback(Feedback(one, "helpful", voter="v-1", key="k-1"))
    assert database.keep_feedback(Feedback(one, "unhelpful", voter="v-1", key="k-2")) == first
    assert database.keep_feedback(Feedback(one, "helpful", note="last", key="k-1")) == first
    second = database.keep_feedback(Feedback(one, "helpful", voter="v-2"))
    both = Feedback(one, "unhelpful", note="of two", voter="v-2", key="k-1")
    assert database.keep_feedback(both) == first  # names two: that of the key is changed
    assert database.keep_feedback(Feedback(other, "helpful", voter="v-1")) not in (first, second)
    for _ in "ab":
        database.keep_feedback(Feedback(other, "helpful"))  # of nobody who can be told
    notes = [(row.feedback.answer_id, row.feedback.note) for row in database.given()]
    assert sorted(notes) == sorted([(one, "of two"), (one, ""), *[(other, "")] * 3])


def test_answers_are_counted_from_a_time_on(database: Database) -> None:
    now = datetime.now(UTC)
    for hours in (0, 1, 2):
        _keep(database, make_record(asked_at=now - timedelta(hours=hours)))
    assert database.count_answers(now - timedelta(hours=1)) == 2


def test_an_id_is_given_once(database: Database) -> None:
    record = _keep(database, make_record())
    _keep(database, record)  # the same one, as after a kill
    with pytest.raises(ConflictError):
        _keep(database, replace(record, text="another answer"))
    assert database.answer(record.answer_id) == record


def test_a_person_is_masked_before_anything_is_written(database: Database) -> None:
    question = "我的电话13800138000，邮箱zhang@example.com，怎么付款？"
    record = make_record(question, history=("身份证11010519491231002X",))
    _keep(database, replace(record, text=f"您问：{question}", remarks=("无", question)))
    found = database.answer(record.answer_id)
    assert found is not None
    assert found.question == "我的电话[phone]，邮箱[email]，怎么付款？"
    assert found.history == ("身份证[id number]",)
    assert found.text == ""
    assert found.remarks == ("无", "")
    assert found.digest != record.digest
    database.keep_feedback(Feedback(record.answer_id, "unhelpful", note="打13800138000给我"))
    assert [given.feedback.note for given in database.given()] == ["打[phone]给我"]


def test_without_words_neither_question_nor_note_is_kept(address: str) -> None:
    database = open_database(address, keep_words=False)
    record = make_record("怎么付款？", history=("多少钱？", "为什么？"))
    _keep(database, replace(record, text="怎么付款？如下。", remarks=("关于怎么付款？", "无")))
    database.keep_feedback(Feedback(record.answer_id, "helpful", note="谢谢张三"))
    found = database.answer(record.answer_id)
    assert found is not None
    assert (found.question, found.history, found.text) == ("", ("", ""), "")
    assert found.remarks == ("", "无")
    assert found.citations == record.citations
    assert [given.feedback.note for given in database.given()] == [""]
    database.close()


def test_what_is_longer_than_a_question_is_cut_before_half_a_number(database: Database) -> None:
    assert kept.MAX_LENGTH == MAX_LENGTH
    record = _keep(database, make_record("问" * (MAX_LENGTH - 6) + "13800138000"))
    found = database.answer(record.answer_id)
    assert found is not None
    assert found.question == "问" * (MAX_LENGTH - 6) + "…"


def test_the_same_key_for_the_same_answer_is_the_same_feedback(database: Database) -> None:
    first, second = _keep(database, make_record()), _keep(database, make_record())
    given = Feedback(first.answer_id, "unhelpful", "incomplete", "还缺一条", "page", "", "k1")
    feedback_id = database.keep_feedback(given)
    assert database.keep_feedback(given) == feedback_id
    assert database.keep_feedback(replace(given, answer_id=second.answer_id)) != feedback_id
    unkeyed = Feedback(first.answer_id, "helpful")
    assert database.keep_feedback(unkeyed) != database.keep_feedback(unkeyed)
    rows = list(database.given())
    assert [row.feedback_id for row in rows].count(feedback_id) == 1
    assert rows[0].feedback == replace(given, key=digest_key(given.answer_id, "k1"))
    assert rows[0].record == first
    assert abs(datetime.now(UTC) - rows[0].given_at) < timedelta(hours=1)


def test_a_later_word_under_the_same_key_replaces_the_one_before(database: Database) -> None:
    record = _keep(database, make_record())
    first = Feedback(record.answer_id, "unhelpful", "other", "不对", "page", "", "k1")
    database.keep_feedback(first)
    later = replace(first, verdict="helpful", reason=None, note="打13800138000")
    database.keep_feedback(later)
    assert [row.feedback.note for row in database.given()] == ["打[phone]"]
    assert [row.feedback.verdict for row in database.given()] == ["helpful"]


def test_of_a_key_nothing_but_a_digest_is_kept(address: str) -> None:
    database = open_database(address)
    answers = [_keep(database, make_record()).answer_id for _ in range(2)]
    for answer_id in answers:
        database.keep_feedback(Feedback(answer_id, "helpful", key="zhang@example.com"))
    keys = [row.feedback.key for row in database.given()]
    assert len(set(keys)) == 2
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", key) for key in keys)
    assert [digest_key(answer_id, "zhang@example.com") for answer_id in answers] == keys
    assert [digest_key("a", key) for key in keys] == keys  # what waited has its digest already
    database.close()


def test_keys_from_before_become_digests(address: str) -> None:
    engine = connect(parse_address(address))
    with engine.begin() as connection:
        upgrade(connection, "0007")
        connection.exec_driver_sql(
            "INSERT INTO answers (id, record, digest, surface, site, asked_at, language, outcome, "
            "question) VALUES ('a-1', '{}', 'd', 'api', '', '2026-01-02', 'zh', 'answered', 'q')"
        )
        for row in ("'f-1', 'a-1', 'zhang@example.com'", "'f-2', 'a-1', NULL"):
            connection.exec_driver_sql(
                "INSERT INTO feedback (id, answer_id, key, verdict, note, surface, site, given_at) "  # noqa: S608
                f"VALUES ({row}, 'helpful', '', 'api', '', '2026-01-02')"
            )
        upgrade(connection, "head")
        keys = connection.execute(select(feedback.c.id, feedback.c.key)).all()
    engine.dispose()
    digest = digest_key("a-1", "zhang@example.com")
    assert sorted(map(tuple, keys)) == [("f-1", digest), ("f-2", None)]


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "great"},
        {"reason": "because"},
        {"key": "k" * (MAX_KEY + 1)},
        {"key": "\0"},
        {"key": "\ud800"},
    ],
)
def test_feedback_of_no_known_kind_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"the (verdict|reason|key) is"):
        replace(Feedback("a", "helpful"), **change)


def test_a_check_leaves_nothing(database: Database) -> None:
    database.check()
    assert list(database.verify()) == []


def test_old_answers_are_pruned_with_their_feedback(database: Database) -> None:
    now = datetime.now(UTC)
    old = [_keep(database, make_record(asked_at=now - timedelta(days=91))) for _ in range(3)]
    new = _keep(database, make_record(asked_at=now - timedelta(days=89)))
    for record in (*old, new):
        database.keep_feedback(Feedback(record.answer_id, "helpful"))
    assert database.prune(now - timedelta(days=90)) == 3
    assert [given.record for given in database.given()] == [new]
    assert database.answer(old[0].answer_id) is None
    assert database.prune(now - timedelta(days=90)) == 0


def test_what_someone_wrote_is_found_and_erased(database: Database) -> None:
    asked = _keep(database, make_record("I am Zhang San, who pays?"))
    before = _keep(database, make_record(history=("zhang SAN asks",)))
    noted = _keep(database, make_record())
    database.keep_feedback(Feedback(noted.answer_id, "helpful", note="signed ZHANG SAN"))
    database.keep_feedback(Feedback(asked.answer_id, "helpful"))
    matches = database.find("zhang san")
    assert set(matches.answers) == {asked.answer_id, before.answer_id}
    assert len(matches.feedback) == 1
    assert database.find("账单在每月月底") == Matches()  # the clause is no person's
    assert database.erase(matches) == 3
    assert database.find("zhang san") == Matches()
    assert database.answer(noted.answer_id) == noted
    assert list(database.given()) == []


def test_eight_threads_write_at_once(database: Database) -> None:
    records = [make_record(str(number)) for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda record: _keep(database, record), records))
        found = list(pool.map(lambda record: database.answer(record.answer_id), records))
    assert found == records
    assert len(list(database.verify())) == 400


def test_programs_that_start_together_do_not_collide(address: str) -> None:
    programs = [_start(OPENER, address) for _ in range(4)]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    ends = [program.communicate(timeout=120) for program in programs]
    assert [program.returncode for program in programs] == [0] * 4, ends
    database = open_database(address)
    assert all(database.holds(answer_id.strip()) for answer_id, _ in ends)
    database.close()


def test_what_was_acknowledged_outlives_a_killed_program(address: str) -> None:
    program = _start(WRITER, address)
    assert program.stdout is not None
    assert program.stdout.readline() == "open\n"
    acknowledged = [program.stdout.readline().strip() for _ in range(30)]
    os.kill(program.pid, signal.SIGKILL)
    acknowledged += [line.strip() for line in program.stdout.readlines()]
    program.communicate()
    database = open_database(address)
    whole = [answer_id for answer_id in acknowledged if len(answer_id) == 22]
    assert len(whole) >= 30
    assert all(database.answer(answer_id) is not None for answer_id in whole)
    assert not any(database.verify())
    database.close()
