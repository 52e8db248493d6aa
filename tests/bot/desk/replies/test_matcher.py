"""What tells two questions apart that vectors take for one, and which reply is offered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.desk.replies.matcher import (
    LIKE,
    LIKE_OF_CLAUSE,
    ReplyMatcher,
    are_alike,
    read_entries,
    read_marks,
)
from bot.desk.replies.rules import ApprovedReply, Content, State, cite_clauses, save
from index.search.clause_index import ClauseIndex
from index.text import normalise
from tests.bot.desk.conftest import GLOBEX, Build


def _numbers(text: str) -> list[tuple[float, str]]:
    return list(read_marks(normalise(text)).numbers)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("要7天", 7, "day"),
        ("要７ 天", 7, "day"),
        ("要七天", 7, "day"),
        ("within seven days", 7, "day"),
        ("within 7 calendar days", 7, "day"),
        ("7个工作日", 7, "working day"),
        ("seven business days", 7, "working day"),
        ("两周", 2, "week"),
        ("a two-week term", 2, "week"),
        ("半年", 0.5, "year"),
        ("half an hour", 0.5, "hour"),
        ("24小时", 24, "hour"),
        ("three months", 3, "month"),
        ("百分之三十", 30, "percent"),
        ("百分之2.5", 2.5, "percent"),
        ("30%", 30, "percent"),
        ("thirty percent", 30, "percent"),
        ("3万元", 30_000, "money"),
        ("三万块", 30_000, "money"),
        ("1,200.50 yuan", 1200.5, "money"),
        ("5k messages", 5000, ""),
        ("第三条", 3, "article"),
        ("一百零五天", 105, "day"),
        ("十五天", 15, "day"),
        ("一万二千条", 12_000, "article"),
        ("二〇二四年", 2024, "year"),
        ("twenty-five days", 25, "day"),
        ("one hundred and twenty days", 120, "day"),
        ("two thousand five hundred messages", 2500, ""),
        ("a million yuan", 1_000_000, "money"),
        ("三个人", 3, ""),
        ("两次", 2, "time"),
        ("one day", 1, "day"),
    ],
)
def test_a_number_is_read_with_its_unit_however_it_is_written(
    text: str, value: float, unit: str
) -> None:
    assert _numbers(text) == [(value, unit)]


@pytest.mark.parametrize(
    "text", ["问一下", "万一停机", "one of us", "三心二意", "everyone", "often", "亿万用户", ""]
)
def test_words_that_only_look_like_numbers_count_for_nothing(text: str) -> None:
    assert _numbers(text) == []


def test_all_numbers_of_a_text_count_in_whatever_order() -> None:
    assert _numbers("30天内退50%") == _numbers("退百分之五十，三十天内") == [
        (30, "day"),
        (50, "percent"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "negations", "negated"),
    [
        ("能退款吗", 0, set()),
        ("不能退款吗", 1, {"退"}),
        ("没有发票", 1, {"发"}),
        ("未经允许转让", 1, {"经"}),
        ("我不付款能不取消吗", 2, {"付", "取"}),
        ("禁止转让", 1, {"转"}),
        ("免除责任", 1, {"除"}),
        ("can't i cancel", 1, {"cance"}),
        ("cancel without notice", 1, {"notic"}),
        ("i have not paid", 1, {"paid"}),
        ("it is unpaid", 1, {"paid"}),
        ("we are unable to pay", 1, {"pay"}),
        ("it wont be refunded", 1, {"refun"}),
        ("never", 1, set()),
    ],
)
def test_a_negation_is_counted_with_what_it_negates(
    text: str, negations: int, negated: set[str]
) -> None:
    marks = read_marks(normalise(text))
    assert (marks.negations, set(marks.negated)) == (negations, negated)


@pytest.mark.parametrize(
    "text",
    [
        "能不能退款",
        "有没有发票",
        "是否收费",
        "不好意思，能退款吗",
        "不可抗力怎么办",
        "不同的账号",
        "我不明白怎么退款",
        "无论谁付款",
        "非常急",
        "别人的账号",
        "免费吗",
        "whether or not fees are due",
        "why not cancel",
        "i do not know the fee",
        "not only the fee",
        "article no. 5",
        "notice of the fee",
        "under the agreement",
    ],
)
def test_words_that_negate_nothing_asked_are_no_negation(text: str) -> None:
    assert read_marks(normalise(text)).negations == 0


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("每月收7元吗？", "每月收七块吗", True),
        ("每月收7元吗？", "每月收30元吗？", False),
        ("退款要7天吗？", "退款要7个工作日吗？", False),
        ("refund in 7 days?", "refund in seven days?", True),
        ("refund in 7 days?", "refund in 7 months?", False),
        ("能退款吗？", "能不能退款？", True),
        ("能退款吗？", "不能退款吗？", False),
        ("我不付款能取消吗？", "我付款不能取消吗？", False),
        ("can i cancel if i don't pay?", "can't i cancel if i pay?", False),
        ("不付款能取消吗？", "未付款可以取消吗？", True),
        ("why isn't it on?", "why is it not on?", True),
    ],
)
def test_questions_are_alike_where_numbers_and_negations_agree(
    one: str, other: str, alike: bool
) -> None:
    marks, others = read_marks(normalise(one)), read_marks(normalise(other))
    assert are_alike(marks, others) is alike
    assert are_alike(others, marks) is alike
    assert are_alike(marks, marks)


ASKED = "How long do you keep a backup?"
BACKUPS = "We keep backups of your site for 90 days."


def _reply(index: ClauseIndex, *questions: str, reply_id: str = "r1") -> ApprovedReply:
    citations, sources = cite_clauses(index, "en", [("globex/1.1", BACKUPS)])
    content = Content("en", "90 days.", questions or (ASKED,), citations, sources)
    return save(reply_id, content, "Li", index)


def _matcher(index: ClauseIndex, likeness: float, *replies: ApprovedReply) -> ReplyMatcher:
    """Return a matcher whose questions all have one likeness to ``ASKED``."""
    entries = [entry for reply in replies for entry in read_entries(reply)]
    asked = index.embedder.embed_whole([ASKED])[0]
    apart = np.zeros_like(asked)
    apart[int(np.argmin(np.abs(asked)))] = 1
    vector = likeness * asked + float(np.sqrt(1 - likeness**2)) * apart
    return ReplyMatcher(entries, np.stack([vector.astype(np.float32)] * len(entries)), "m")


@pytest.mark.parametrize(
    ("likeness", "sure", "is_found"),
    [
        (LIKE + 0.001, "", True),
        (LIKE - 0.001, "", False),
        (LIKE_OF_CLAUSE + 0.001, "globex/1.1", True),
        (LIKE_OF_CLAUSE + 0.001, "globex/1.2", False),
        (LIKE_OF_CLAUSE - 0.001, "globex/1.1", False),
    ],
    ids=["like", "less", "less, of its clause", "less, of another", "too little"],
)
def test_a_reply_is_offered_from_a_likeness_on(
    build_by_words: Build, likeness: float, sure: str, is_found: bool
) -> None:
    index = build_by_words()
    reply = _reply(index)
    match = _matcher(index, likeness, reply).match(ASKED, index, sure=sure)
    assert (match is not None) is is_found
    if match is not None:
        assert (match.reply, match.question) == (reply, ASKED)
        assert match.likeness == pytest.approx(likeness, abs=1e-5)


def test_of_like_questions_the_one_with_the_same_numbers_is_taken(build_by_words: Build) -> None:
    index = build_by_words()
    other = _reply(index, "Do you keep a backup for 30 days?", reply_id="r1")
    same = _reply(index, "Do you keep a backup for ninety days?", reply_id="r2")
    matcher = _matcher(index, 1.0, other, same)
    assert matcher.count == 2
    asked = "How long do you keep a backup, 90 days?"
    matcher = ReplyMatcher(
        [*read_entries(other), *read_entries(same)],
        np.repeat(index.embedder.embed_whole([asked]), 2, axis=0),
        "m",
    )
    match = matcher.match(asked, index)
    assert match is not None
    assert match.reply is same


@pytest.mark.parametrize("question", ["", "?!", "a" * 2001])
def test_what_is_no_question_is_like_none(build_by_words: Build, question: str) -> None:
    index = build_by_words()
    assert _matcher(index, 1.0, _reply(index)).match(question, index) is None
    assert ReplyMatcher([], np.empty((0, 256), np.float32), "m").match(ASKED, index) is None


def test_only_an_approved_reply_whose_clauses_stand_is_offered(build_by_words: Build) -> None:
    index = build_by_words()
    reply = _reply(index)
    for state in (State.PENDING, State.RETIRED):
        assert _matcher(index, 1.0, replace(reply, state=state)).match(ASKED, index) is None
    later = build_by_words(globex=GLOBEX.replace("90", "30"))
    assert _matcher(later, 1.0, reply).match(ASKED, later) is None, "nobody has looked yet"


@pytest.mark.parametrize(
    ("known", "asked", "chosen", "is_found"),
    [
        ("", "", None, True),
        ("", "", "globex", True),
        ("", "", "acme", False),
        ("", "Globex: ", None, True),
        ("", "云梯：", None, False),
        ("Globex: ", "", None, False),
        ("Globex: ", "", "globex", True),
        ("Globex: ", "云梯：", "globex", False),
        ("云梯：", "云梯：", None, True),
    ],
)
def test_a_reply_is_for_the_agreement_that_it_is_about(
    build_by_words: Build, known: str, asked: str, chosen: str | None, is_found: bool
) -> None:
    index = build_by_words()
    reply = _reply(index, f"{known}{ASKED}")
    question = f"{asked}{ASKED}"
    vectors = index.embedder.embed_whole([question])
    match = ReplyMatcher(read_entries(reply), vectors, "m").match(question, index, chosen)
    assert (match is not None) is is_found


def test_a_reply_stands_once_whatever_its_state_in_its_own_language(build_by_words: Build) -> None:
    index = build_by_words()
    reply = _reply(index, ASKED, "How long is a backup kept?")
    matcher = _matcher(index, 1.0, reply, replace(reply, reply_id="r2", state=State.PENDING))
    found = matcher.find_standing(reply.content, index)
    assert [match.reply.reply_id for match in found] == ["r1", "r2"]
    chinese = replace(reply.content, language="zh")
    assert matcher.find_standing(chinese, index) == []
    citations, sources = cite_clauses(index, "en", [("acme/1(2)", "已支付的费用不予退还。")])
    other = replace(reply.content, citations=citations, sources=sources)
    assert matcher.find_standing(other, index) == [], "it is about another agreement"
