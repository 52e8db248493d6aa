"""Approved replies come first for like questions, and for those alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.answering.answer import Answer, Citation, Outcome, Reason
from bot.desk.replies.matcher import LIKE, LIKE_OF_CLAUSE, find_sure
from bot.desk.replies.rules import State
from bot.desk.replies.store import Replies
from bot.storage import Database, open_database
from bot.storage.erasure import Matches
from index.search.clause_index import ClauseIndex
from tests.bot.conftest import GLOBEX
from tests.bot.desk.replies.replying import (
    BACKUPS,
    HOW_LONG,
    HOW_LONG_EN,
    LI,
    Build,
    content_of,
    keep_reply,
)


def test_a_reply_is_found_for_like_questions_in_either_language(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    saved = keep_reply(database, content_of(small_index), by=LI, index=small_index)
    assert replies.get(saved.reply_id) == saved
    assert (saved.state, saved.approved_by, saved.revision) == (State.APPROVED, "Li", 1)
    for question in (HOW_LONG, HOW_LONG_EN, "注销帳號後數據保留多久"):
        match = replies.matcher_of_now(small_index).match(question, small_index)
        assert match is not None, question
        assert match.reply == saved
        assert match.question == HOW_LONG
        assert 0.75 <= match.likeness <= 1
    assert replies.matcher_of_now(small_index).match("发票怎么开？", small_index) is None
    assert replies.matcher_of_now(small_index).match("", small_index) is None
    assert replies.matcher_of_now(small_index).match("?" * 9000, small_index) is None


@pytest.mark.parametrize(
    ("approved", "asked"),
    [
        ("每月收7元吗？", "每月收30元吗？"),
        ("我不能不付款吗？", "我不能付款吗？"),
        ("可以发营销短信吗？", "May I not send marketing text messages?"),
        ("退款要7天到账吗？", "退款要七个工作日到账吗？"),
        ("Do you refund within seven days?", "Do you refund within thirty days?"),
        ("Do you refund within 7 days?", "Do you refund within 7 months?"),
        ("能退款吗？", "不能退款吗？"),
        ("可以发营销短信吗？", "不可以发营销短信吗？"),
        ("Can I cancel?", "Can't I cancel?"),
        ("如果我不付款能取消吗？", "如果我付款不能取消吗？"),
        ("Can I cancel if I don't pay?", "Can't I cancel if I pay?"),
        ("May I send marketing messages?", "May I not send marketing messages?"),
        ("每条短信收3分钱吗？", "每条短信收5分钱吗？"),
        ("合同第3条是什么意思？", "合同第8条是什么意思？"),
    ],
)
def test_a_number_or_negation_that_differs_is_another_question(
    database: Database, replies: Replies, small_index: ClauseIndex, approved: str, asked: str
) -> None:
    keep_reply(database, content_of(small_index, approved), by=LI, index=small_index)
    assert replies.matcher_of_now(small_index).match(approved, small_index) is not None
    one, other = small_index.embedder.embed_whole([approved, asked])
    assert float(one @ other) > LIKE, "the vectors alone would not do"
    assert replies.matcher_of_now(small_index).match(asked, small_index) is None


def test_the_same_number_in_other_words_is_the_same_question(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    keep_reply(database, content_of(small_index, "退款要7天到账吗？"), by=LI, index=small_index)
    for question in (
        "退款要七天到账吗？",
        "退款要７ 天到账吗",
        "退款要七（7）天到账吗？",
        "能不能告诉我退款要7天到账吗",
    ):
        assert replies.matcher_of_now(small_index).match(question, small_index) is not None, (
            question
        )


@pytest.mark.parametrize(
    "asked", ["我网站的备份能留多久？", "How many days do you keep backups of my site?"]
)
def test_less_likeness_is_enough_where_the_clause_is_sure(
    database: Database, replies: Replies, small_index: ClauseIndex, asked: str
) -> None:
    approved = "备份保存多少天？"
    keep_reply(database, content_of(small_index, approved), by=LI, index=small_index)
    one, other = small_index.embedder.embed_whole([approved, asked])
    assert LIKE_OF_CLAUSE <= float(one @ other) < LIKE
    assert replies.matcher_of_now(small_index).match(asked, small_index) is None
    assert replies.matcher_of_now(small_index).match(asked, small_index, sure="globex/1.2") is None
    match = replies.matcher_of_now(small_index).match(asked, small_index, sure="globex/1.1")
    assert match is not None
    assert match.question == approved
    assert (
        replies.matcher_of_now(small_index).match(f"{asked} 30天?", small_index, sure="globex/1.1")
        is None
    )
    assert (
        replies.matcher_of_now(small_index).match("发票怎么开？", small_index, sure="globex/1.1")
        is None
    )


@pytest.mark.parametrize(
    ("probabilities", "sure"), [((0.95, 0.99), "globex/1.1"), ((0.94, 0.99), ""), ((), "")]
)
def test_a_clause_is_sure_that_is_first_and_probable(
    probabilities: tuple[float, ...], sure: str
) -> None:
    citations = tuple(
        Citation(f"globex/1.{at}", "globex", "", (), "x", 0, 1, "x", None, None, probability)
        for at, probability in enumerate(probabilities, start=1)
    )
    outcome, reason = (Outcome.ANSWERED, None) if citations else (Outcome.ABSTAINED, Reason.SILENT)
    assert find_sure(Answer("?", "en", outcome, reason, "", citations)) == sure


def test_a_reply_about_one_agreement_is_none_about_another(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    keep_reply(database, content_of(small_index, HOW_LONG), by=LI, index=small_index)
    assert replies.matcher_of_now(small_index).match(HOW_LONG, small_index, "globex") is not None
    assert replies.matcher_of_now(small_index).match(HOW_LONG, small_index, "acme") is None
    title = small_index.agreement("acme").title
    assert replies.matcher_of_now(small_index).match(f"{title}：{HOW_LONG}", small_index) is None


def test_another_program_sees_what_this_one_keeps(address: str, small_index: ClauseIndex) -> None:
    here, there = open_database(address), open_database(address)
    one, other = Replies(here), Replies(there)
    assert other.matcher_of_now(small_index).match(HOW_LONG, small_index) is None
    saved = keep_reply(here, content_of(small_index), by=LI, index=small_index)
    assert other.matcher_of_now(small_index).match(HOW_LONG, small_index) is not None
    one.retire(saved.reply_id, by=LI, revision=1)
    assert other.matcher_of_now(small_index).match(HOW_LONG, small_index) is None
    here.close()
    there.close()


def test_a_reply_that_another_program_erased_is_not_offered_as_another_comes(
    database: Database, address: str, small_index: ClauseIndex
) -> None:
    here, there = Replies(database), open_database(address)
    erased = keep_reply(
        database, content_of(small_index, text="Call Mr Smith."), by=LI, index=small_index
    )
    assert here.matcher_of_now(small_index).match(HOW_LONG, small_index) is not None
    there.erase(Matches(replies=(erased.reply_id,)))
    saved = keep_reply(database, content_of(small_index), by=LI, index=small_index)
    match = here.matcher_of_now(small_index).match(HOW_LONG, small_index)
    assert match is not None
    assert match.reply == saved
    assert here.matcher_of_now(small_index) is here.matcher_of_now(small_index)
    there.close()


ACME_CITED = (("acme/1(2)", "已支付的费用不予退还。"),)


@pytest.mark.parametrize(
    ("given", "is_standing"),
    [
        ({}, True),
        ({"questions": ("发票怎么开？", "注销帳號後數據保留多久")}, True),
        ({"questions": (HOW_LONG_EN,), "text": "备份的另一种说法。"}, True),
        ({"questions": ("发票怎么开？",)}, False),
        ({"questions": ("注销账号后数据保留30天吗？",)}, False),
        ({"language": "en"}, False),
        ({"quotes": ACME_CITED}, False),
    ],
)
def test_a_reply_stands_already_to_a_like_question_in_the_same_language(
    database: Database,
    replies: Replies,
    small_index: ClauseIndex,
    given: dict[str, Any],
    is_standing: bool,
) -> None:
    saved = keep_reply(database, content_of(small_index), by=LI, index=small_index)
    kept = {key: given[key] for key in given.keys() & {"quotes", "text"}}
    content = content_of(small_index, *given.get("questions", ()), **kept)
    content = replace(content, language=given.get("language", "zh"))
    found = replies.matcher_of_now(small_index).find_standing(content, small_index)
    assert [match.reply for match in found] == ([saved] if is_standing else [])


def test_a_pending_reply_stands_and_a_retired_one_does_not(
    database: Database, replies: Replies, build: Build
) -> None:
    first = build()
    saved = keep_reply(database, content_of(first), by=LI, index=first)
    other = keep_reply(database, content_of(first, text="另一条。"), by=LI, index=first)
    replies.retire(other.reply_id, by=LI, revision=1)
    said_now = BACKUPS.replace("90", "30")
    later = build(globex=GLOBEX.replace(BACKUPS, said_now))
    (pending,) = replies.review(later)
    content = content_of(later, quotes=(("globex/1.1", said_now),))
    found = replies.matcher_of_now(later).find_standing(content, later)
    assert [(match.reply, match.question) for match in found] == [(pending, HOW_LONG)]
    assert pending.reply_id == saved.reply_id
    assert replies.matcher_of_now(later).match(HOW_LONG, later) is None


def test_a_question_that_names_an_agreement_stands_for_that_one(
    database: Database, replies: Replies, small_index: ClauseIndex
) -> None:
    title = small_index.agreement("acme").title
    keep_reply(database, content_of(small_index), by=LI, index=small_index)
    content = content_of(small_index, f"{title}：{HOW_LONG}")
    assert replies.matcher_of_now(small_index).find_standing(content, small_index) == []
