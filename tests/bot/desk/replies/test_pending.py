"""Approved replies turn pending when a clause under them changes, and back by a person alone."""

from __future__ import annotations

import pytest

from bot.desk.replies.rules import ReplyError, State
from bot.desk.replies.store import Replies
from bot.people.identity import Actor
from bot.storage import Database
from tests.bot.conftest import ACME, GLOBEX
from tests.bot.desk.replies.replying import (
    BACKUPS,
    HOW_LONG,
    HOW_LONG_EN,
    LI,
    Build,
    content_of,
    keep_reply,
)


@pytest.mark.parametrize(
    ("globex", "change", "now"),
    [
        (GLOBEX.replace("90 days", "30 days"), "changed", "30 days"),
        (GLOBEX.replace(BACKUPS, "You may go."), "changed", "You may go"),
        (None, "gone", ""),
        (GLOBEX.replace("1.1 We", "1.1 New.\n1.2 We").replace("1.2 You", "1.3 You"), "moved", "90"),
    ],
)
def test_a_reply_turns_pending_by_itself_and_back_with_the_words(
    database: Database, build: Build, globex: str | None, change: str, now: str
) -> None:
    replies, first = Replies(database), build()
    saved = keep_reply(database, content_of(first), by=LI, index=first)
    assert replies.review(first) == []
    second = build(globex=globex)
    assert replies.matcher_of_now(second).match(HOW_LONG, second) is None, "even before the review"
    assert [turned.reply_id for turned in replies.would_turn(second)] == [saved.reply_id]
    assert replies.get(saved.reply_id) == saved
    (turned,) = replies.review(second)
    assert turned == replies.get(saved.reply_id)
    assert (turned.state, turned.approved_by) == (State.PENDING, "Li")
    assert [(found.clause_id, found.change) for found in turned.changes] == [("globex/1.1", change)]
    assert now in (turned.changes[0].now or "")
    assert replies.review(second) == []
    with pytest.raises(ReplyError, match=r"globex/1\.1: is no longer as it is cited"):
        replies.approve(saved.reply_id, by=LI, revision=2, index=second)
    assert [found.state for found in replies.would_turn(first)] == [State.APPROVED]
    (back,) = replies.review(first)
    assert back == replies.get(saved.reply_id)
    assert (back.state, back.approved_by, back.changes) == (State.APPROVED, "Li", ())
    assert (back.history[-1].deed, back.history[-1].who) == ("turned_back", "")
    assert replies.review(first) == []
    assert replies.matcher_of_now(first).match(HOW_LONG, first) is not None
    assert [found.reply_id for found in replies.review(second)] == [saved.reply_id]
    assert replies.get(saved.reply_id).revision == 4


def test_what_was_edited_while_it_was_pending_is_approved_by_a_person_alone(
    database: Database, build: Build
) -> None:
    replies, first = Replies(database), build()
    saved = keep_reply(database, content_of(first), by=LI, index=first)
    later = build(globex=GLOBEX.replace("90 days", "30 days"))
    replies.review(later)
    other = content_of(first, text="备份保存一年。")
    replies.edit(saved.reply_id, other, by=LI, revision=2, index=later)
    assert replies.review(first) == [], "nobody approved this text"
    assert replies.get(saved.reply_id).state is State.PENDING
    back = replies.approve(saved.reply_id, by=Actor("Wang"), revision=3, index=first)
    assert (back.state, back.approved_by) == (State.APPROVED, "Wang")


def test_nothing_turns_where_somebody_has_newer_agreements(
    database: Database, build: Build
) -> None:
    old = build()
    said_now = BACKUPS.replace("90", "30")
    newer = build(globex=GLOBEX.replace(BACKUPS, said_now))
    saved = keep_reply(
        database, content_of(newer, quotes=(("globex/1.1", said_now),)), by=LI, index=newer
    )
    replies = Replies(database)
    assert replies.review(old, lambda: False) == []
    assert replies.get(saved.reply_id).state is State.APPROVED
    assert [turned.reply_id for turned in replies.review(old)] == [saved.reply_id]


def test_a_new_version_that_leaves_the_clause_leaves_the_reply(
    database: Database, build: Build
) -> None:
    replies, first = Replies(database), build()
    saved = keep_reply(database, content_of(first), by=LI, index=first)
    second = build(ACME.replace("15日", "10日"), GLOBEX.replace("working days", "any day"))
    assert replies.review(second) == []
    assert replies.get(saved.reply_id) == saved
    match = replies.matcher_of_now(second).match(HOW_LONG, second)
    assert match is not None
    assert match.reply == saved


def test_what_was_saved_upon_a_former_index_turns_at_the_next_look(
    database: Database, build: Build
) -> None:
    replies, first = Replies(database), build()
    second = build(globex=GLOBEX.replace("90 days", "30 days"))
    assert replies.review(second) == []
    saved = keep_reply(
        database, content_of(first), by=LI, index=first
    )  # an outbox, or another program
    assert [turned.reply_id for turned in replies.review(second)] == [saved.reply_id]
    assert replies.review(second) == []


def test_a_text_that_quotes_what_a_clause_said_before_is_refused(
    database: Database, replies: Replies, build: Build
) -> None:
    index = build()
    text = f"Our terms say: “{BACKUPS}”"
    saved = keep_reply(database, content_of(index, HOW_LONG_EN, text=text), by=LI, index=index)
    said_now = BACKUPS.replace("90", "30")
    later = build(globex=GLOBEX.replace(BACKUPS, said_now))
    replies.review(later)
    pending = replies.get(saved.reply_id)
    assert pending.state is State.PENDING
    now = (("globex/1.1", said_now),)
    with pytest.raises(ReplyError, match="no cited clause says now"):
        replies.edit(
            saved.reply_id,
            content_of(later, HOW_LONG_EN, quotes=now, text=text),
            by=LI,
            revision=pending.revision,
            index=later,
            owner=None,
        )
    mended = content_of(later, HOW_LONG_EN, quotes=now, text=f"Our terms say: “{said_now}”")
    edited = replies.edit(
        saved.reply_id, mended, by=LI, revision=pending.revision, index=later, owner=None
    )
    approved = replies.approve(
        saved.reply_id, by=LI, revision=edited.revision, index=later, owner=None
    )
    assert approved.state is State.APPROVED
