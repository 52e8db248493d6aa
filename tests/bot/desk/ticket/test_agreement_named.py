"""Which agreement a question of a message is answered from."""

from __future__ import annotations

import pytest

from bot.answering.bot import Bot
from bot.desk.ticket.draft import Draft, make_draft
from bot.desk.ticket.ticket import read_ticket


def _draft(bot: Bot, message: str) -> Draft:
    return make_draft(bot, read_ticket(message))


def _cited(draft: Draft, at: int) -> set[str]:
    citations = draft.replies[at].answer.citations
    return {citation.agreement for citation in citations}


@pytest.mark.parametrize(
    ("message", "agreement"),
    [
        ("Which court (Dahan) has jurisdiction?", "dahan"),
        ("你们（讯众）在哪个法院起诉？", "xunzhong"),
        ("If your side (Dahan) suspends the service for maintenance, do you compensate?", "dahan"),
        ("密码泄露了，损失谁承担？（大汉）", "dahan"),
    ],
)
def test_a_name_in_brackets_is_the_one_answered_from(
    bot: Bot, message: str, agreement: str
) -> None:
    draft = _draft(bot, message)
    assert len(draft.replies) == 1
    assert _cited(draft, 0) == {agreement}


def test_of_two_names_that_before_the_question_counts(bot: Bot) -> None:
    draft = _draft(
        bot,
        "We use Dahan for SMS. Which court decides disputes?\n\n"
        "We use Xunzhong for calls. Which court decides disputes?",
    )
    assert [_cited(draft, at) for at in (0, 1)] == [{"dahan"}, {"xunzhong"}]
    both = _draft(bot, "We use Dahan and Xunzhong. Which court decides disputes?")
    assert _cited(both, 0) == {"dahan", "xunzhong"}


def test_a_question_that_hangs_on_another_keeps_to_what_decided_that(bot: Bot) -> None:
    draft = _draft(bot, "账号连续12个月没登录会被收回吗？里面的数据还能找回来吗？")
    assert _cited(draft, 0) == {"dahan"}, "the other agreement says nothing on this"
    assert draft.replies[1].agreement == "dahan"
    apart = _draft(bot, "账号连续12个月没登录会被收回吗？发票由谁来开具？")
    assert apart.replies[1].agreement is None


def test_a_name_that_the_search_would_not_see_is_handed_on(bot: Bot) -> None:
    draft = _draft(bot, "订单号：xunzhong-2024 在哪个法院起诉？")
    assert "xunzhong" not in draft.replies[0].asked.text.lower()
    assert draft.replies[0].agreement == "xunzhong"
