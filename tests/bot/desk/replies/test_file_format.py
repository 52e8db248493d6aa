"""Approved replies out to a file and in from one, as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.desk.replies.file_format import to_line
from bot.desk.replies.rules import ApprovedReply, State
from bot.desk.replies.store import Replies, ReplyFileError, make_reply
from bot.desk.replies.store_rows import UnknownReplyError
from bot.storage import Database, open_database
from bot.storage.connection import connect, parse_address
from bot.storage.migrate import FOLDER
from index.search.clause_index import ClauseIndex
from tests.bot.conftest import ACME, GLOBEX
from tests.bot.desk.replies.replying import (
    ANNA,
    BEN,
    LI,
    Build,
    content_of,
    keep_reply,
)


def test_replies_go_out_and_come_in_as_they_were(
    database: Database, address: str, build: Build, tmp_path: Path
) -> None:
    replies, first = Replies(database), build()
    kept = _some_of_each_state(database, build, first)
    assert {reply.state for reply in kept} == set(State)
    exported = replies.export()
    assert exported.count(b"\n") == 3
    empty = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    other = Replies(empty)
    same = build(ACME.replace("不予", "可以"))
    taken = other.take_over(exported, by=LI, index=same)
    assert (taken.new, taken.known) == (3, 0)
    assert other.find() == kept
    again = other.take_over(exported, by=LI, index=same)
    assert (again.new, again.known) == (0, 3)
    assert other.export() == exported
    empty.close()


def _some_of_each_state(
    database: Database, build: Build, first: ClauseIndex
) -> list[ApprovedReply]:
    replies = Replies(database)
    acme = (("acme/1(2)", "已支付的费用不予退还。"),)
    keep_reply(database, content_of(first), by=LI, index=first)
    keep_reply(database, content_of(first, "能退吗？", quotes=acme), by=LI, index=first)
    third = keep_reply(database, content_of(first, "a\0b\u2028c？"), by=LI, index=first)
    replies.retire(third.reply_id, by=LI, revision=1)
    replies.review(build(ACME.replace("不予", "可以")))
    build()
    return replies.find()


def test_a_reply_from_a_file_whose_clause_changed_is_pending(
    database: Database, replies: Replies, build: Build, tmp_path: Path
) -> None:
    first = build()
    saved = keep_reply(database, content_of(first), by=LI, index=first)
    exported = replies.export()
    empty = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    other = Replies(empty)
    second = build(globex=GLOBEX.replace("90 days", "30 days"))
    other.take_over(exported, by=LI, index=second)
    assert other.get(saved.reply_id).state is State.PENDING
    empty.close()


def test_a_wrong_file_is_refused_by_its_lines(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    keep_reply(database, content_of(small_index), by=LI, index=small_index, reply_id="r-1")
    row = json.loads(replies.export())
    replies.retire("r-1", by=LI, revision=1)
    cited = row["content"]["citations"][0]
    new = row | {"reply_id": "r-9"}
    wrong = [
        "{",
        "[]",
        new | {"format": 2},
        {key: new[key] for key in new if key != "history"},
        new | {"reply_id": "../x"},
        new | {"state": "best"},
        new | {"state": "pending"},
        new | {"approved_by": ""},
        new | {"approved_at": "2024-01-01"},
        new | {"approved_at": "0001-01-01T00:00:00+14:00"},
        new | {"content": row["content"] | {"citations": [cited | {"quote": "for 30 days"}]}},
        new | {"content": row["content"] | {"citations": [cited | {"text": cited["text"] + "!"}]}},
        new | {"content": row["content"] | {"text": "\ud800"}},
        new | {"content": row["content"] | {"questions": [7]}},
        new | {"content": []},
        new | {"history": [{}]},
        new | {"owner": BEN.person_id},
        row,  # which is another here by now
        row | {"reply_id": "r-2"},  # right
        row | {"reply_id": "r-2"},
    ]
    lines = [line if isinstance(line, str) else json.dumps(line) for line in wrong]
    data = "\n".join([*lines, ""]).encode()
    with pytest.raises(ReplyFileError, match="nothing is taken over") as caught:
        replies.take_over(data, by=LI, index=small_index)
    assert [number for number, _ in caught.value.problems] == [*range(1, 19), 20]
    assert [reply.reply_id for reply in replies.find()] == ["r-1"]


def test_a_reply_from_a_file_is_nobodys(
    database: Database, replies: Replies, small_index: ClauseIndex, tmp_path: Path
) -> None:
    saved = keep_reply(database, content_of(small_index), by=BEN, index=small_index)
    exported = replies.export()
    assert BEN.person_id.encode() not in exported
    assert replies.take_over(exported, by=ANNA, index=small_index).known == 1
    assert replies.get(saved.reply_id).owner == BEN.person_id
    elsewhere = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    other = Replies(elsewhere)
    other.take_over(exported, by=ANNA, index=small_index)
    assert other.get(saved.reply_id).owner == ""
    for owner in ("", ANNA.person_id):
        with pytest.raises(UnknownReplyError):
            other.retire(saved.reply_id, by=ANNA, revision=1, owner=owner)
    assert other.retire(saved.reply_id, by=ANNA, revision=1, owner=None).state is State.RETIRED
    elsewhere.close()


def test_replies_from_before_there_were_owners_are_nobodys(
    address: str, small_index: ClauseIndex
) -> None:
    saved = make_reply(content_of(small_index), by=BEN, index=small_index)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    if address.startswith("sqlite"):
        Path(address.removeprefix("sqlite:///")).parent.mkdir()
    engine = connect(parse_address(address))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        statement = text("INSERT INTO replies VALUES (:id, 'approved', 1, :reply)")
        connection.execute(statement, {"id": saved.reply_id, "reply": to_line(saved)})
    engine.dispose()
    opened = open_database(address)
    assert Replies(opened).get(saved.reply_id) == replace(saved, owner="")
    opened.close()
