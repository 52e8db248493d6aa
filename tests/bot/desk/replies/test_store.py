"""Approved replies are kept, found, edited and retired, each step by a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.desk.replies.rules import ApprovedReply, Content, ReplyError, State, retire
from bot.desk.replies.store import Replies
from bot.desk.replies.store_rows import UnknownReplyError
from bot.people.identity import Actor
from bot.people.store.audit_log import AuditLog
from bot.storage import ConflictError, Database
from bot.storage.tables import utc_now
from index.search.clause_index import ClauseIndex
from tests.bot.desk.replies.replying import (
    ANNA,
    BEN,
    CLEO,
    HOW_LONG,
    LI,
    content_of,
    keep_reply,
)


def test_an_edit_keeps_what_stood_before(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    saved = keep_reply(database, content_of(small_index), by=LI, index=small_index)
    other = content_of(small_index, "能下载备份吗？", text="可以。")
    edited = replies.edit(saved.reply_id, other, by=Actor("Wang"), revision=1, index=small_index)
    assert edited.content == other
    assert edited.approved_by == "Wang"
    step = edited.history[-1]
    assert (step.who, step.deed) == ("Wang", "edited")
    assert (step.text, step.questions, step.clauses) == (
        "备份保存90天。",
        (HOW_LONG,),
        ("globex/1.1",),
    )
    assert replies.matcher_of_now(small_index).match(HOW_LONG, small_index) is None
    assert replies.matcher_of_now(small_index).match("能下载备份吗？", small_index) is not None
    with pytest.raises(ConflictError, match="was changed meanwhile"):
        replies.edit(saved.reply_id, other, by=LI, revision=1, index=small_index)
    retired = replies.retire(saved.reply_id, by=LI, revision=2)
    assert retired.state is State.RETIRED
    assert replies.matcher_of_now(small_index).match("能下载备份吗？", small_index) is None
    assert replies.review(small_index) == []


def test_saving_twice_under_one_id_keeps_one(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    content = content_of(small_index)
    first = keep_reply(database, content, by=LI, index=small_index, reply_id="r-1")
    assert keep_reply(database, content, by=LI, index=small_index, reply_id="r-1") == first
    with pytest.raises(ConflictError):
        keep_reply(database, replace(content, text="x"), by=LI, index=small_index, reply_id="r-1")
    assert len(replies.find()) == 1
    with pytest.raises(UnknownReplyError, match="there is no reply 'nobody'"):
        replies.get("nobody")


def test_replies_are_found_by_words_and_state(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    one = keep_reply(database, content_of(small_index), by=LI, index=small_index)
    other = keep_reply(
        database, content_of(small_index, "Refund?", text="No."), by=LI, index=small_index
    )
    replies.retire(other.reply_id, by=LI, revision=1)
    found: Callable[..., list[str]] = lambda *given: [  # noqa: E731
        reply.reply_id for reply in replies.find(*given)
    ]
    assert found() == [other.reply_id, one.reply_id]
    assert found("REFUND backups") == [other.reply_id]
    assert found("數據 保留") == [one.reply_id]
    assert found("globex/1.1", State.APPROVED) == [one.reply_id]
    assert found("nowhere") == []


def test_persons_are_masked_in_questions(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    asked = "我的电话13800138000，数据保留多久？"
    saved = keep_reply(database, content_of(small_index, asked), by=LI, index=small_index)
    assert saved.content.questions == ("我的电话[phone]，数据保留多久？",)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"language": "fr"}, "write zh or en"),
        ({"text": " "}, "is empty"),
        ({"text": "x" * 20_001}, "longer than"),
        ({"questions": ()}, "answers 1 to"),
        ({"questions": ("?!",)}, "holds no word"),
        ({"citations": ()}, "cites 1 to"),
        ({"sources": ()}, "not those described"),
    ],
)
def test_what_is_no_reply_is_refused(
    database: Database,
    replies: Replies,
    small_index: ClauseIndex,
    wrong: dict[str, object],
    message: str,
) -> None:
    content: Content = replace(content_of(small_index), **wrong)  # type: ignore[arg-type]
    with pytest.raises(ReplyError, match=message):
        keep_reply(database, content, by=LI, index=small_index)
    with pytest.raises(ReplyError, match="nobody is named"):
        keep_reply(database, content_of(small_index), by=Actor(" "), index=small_index)
    assert replies.find() == []


def test_only_what_stands_in_a_clause_is_quoted(small_index: ClauseIndex) -> None:
    with pytest.raises(ReplyError, match=r"globex/1\.1: the words quoted do not stand in it"):
        content_of(small_index, quotes=(("globex/1.1", "for 30 days"),))
    with pytest.raises(ReplyError, match="there is no clause"):
        content_of(small_index, quotes=(("globex/9", "x"),))


def test_the_trail_tells_every_step_of_a_person(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    saved = keep_reply(database, content_of(small_index), by=LI, index=small_index)
    replies.edit(saved.reply_id, saved.content, by=LI, revision=1, index=small_index)
    replies.retire(saved.reply_id, by=LI, revision=2)
    replies.approve(saved.reply_id, by=Actor("Wang"), revision=3, index=small_index)
    entries = AuditLog(database.transactions, utc_now).entries()
    told = [(entry.action, entry.actor.name, entry.subject) for entry in reversed(entries)]
    assert told == [
        ("reply_approved", "Li", saved.reply_id),
        ("reply_changed", "Li", saved.reply_id),
        ("reply_retired", "Li", saved.reply_id),
        ("reply_approved", "Wang", saved.reply_id),
    ]


def test_a_reply_is_changed_by_its_owner_or_for_anybody(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    saved = keep_reply(database, content_of(small_index), by=BEN, index=small_index)
    assert saved.owner == BEN.person_id
    assert replies.get(saved.reply_id) == saved
    assert replies.find() == [saved]
    steps: list[Callable[[Actor, str | None, int], ApprovedReply]] = [
        lambda by, owner, revision: replies.edit(
            saved.reply_id,
            content_of(small_index, text="另一句。"),
            by=by,
            revision=revision,
            index=small_index,
            owner=owner,
        ),
        lambda by, owner, revision: replies.retire(
            saved.reply_id, by=by, revision=revision, owner=owner
        ),
        lambda by, owner, revision: replies.approve(
            saved.reply_id, by=by, revision=revision, index=small_index, owner=owner
        ),
    ]
    for revision, step in enumerate(steps, start=1):
        for foreign in (CLEO.person_id, ""):
            with pytest.raises(UnknownReplyError, match="or it is not yours"):
                step(CLEO, foreign, revision)
        assert step(BEN, BEN.person_id, revision).owner == BEN.person_id
    by_admin = replies.retire(saved.reply_id, by=ANNA, revision=4, owner=None)
    assert by_admin.owner == BEN.person_id
    assert replies.get(saved.reply_id) == by_admin


def test_of_two_steps_at_the_same_moment_one_is_refused(
    database: Database, replies: Replies, small_index: ClauseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = keep_reply(database, content_of(small_index), by=LI, index=small_index)

    def retire_slowly(reply: ApprovedReply, who: str) -> ApprovedReply:
        replies.edit(
            reply.reply_id,
            content_of(small_index, text="另一句。"),
            by=Actor("Wang"),
            revision=1,
            index=small_index,
        )
        return retire(reply, who)

    monkeypatch.setattr("bot.desk.replies.store.retire", retire_slowly)
    with pytest.raises(ConflictError, match="was changed meanwhile"):
        replies.retire(saved.reply_id, by=LI, revision=1)
    kept = replies.get(saved.reply_id)
    assert (kept.state, kept.content.text) == (State.APPROVED, "另一句。")
