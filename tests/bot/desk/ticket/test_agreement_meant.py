"""Which agreement a question of a message is answered from, told without answering it."""

from __future__ import annotations

import pytest

from bot.answering.answer import Answer, Citation, Outcome
from bot.desk.ticket.ticket import find_agreement, read_ticket
from tests.bot.desk.conftest import Build


def _answered(*agreements: str) -> Answer:
    citations = tuple(
        Citation(f"{name}/1", name, "1", (), "x", 0, 1, "x", None, None, 0.9) for name in agreements
    )
    return Answer("?", "en", Outcome.ANSWERED, None, "", citations)


@pytest.mark.parametrize(
    ("message", "at", "agreement"),
    [
        ("How long are backups kept?", 0, None),
        ("How long does Globex keep backups?", 0, None),
        ("Globex: how long are backups kept?", 0, "globex"),
        ("We use Globex. How long are backups of a site kept by the company?", 0, "globex"),
        ("我们用的是云梯的短信。已经付过的费用还能再退给我们公司吗？", 0, "acme"),
        ("订单号：globex-2024 的备份能保存多少天？", 0, "globex"),
        ("We use Globex and 云梯. How long are backups of a site kept by a company?", 0, None),
        ("We use Globex. Who pays invoices of the past year?\nWe left 云梯. "
         "Who keeps our backups of the past year?", 0, "globex"),
        ("We use Globex. Who pays invoices of the past year?\nWe left 云梯. "
         "Who keeps our backups of the past year?", 1, "acme"),
        ("Who keeps our backups?\n\nOn Monday Globex Support wrote:\n> We do.", 0, "globex"),
        ("云梯的客服：\n\nWho keeps our backups?\n\nOn Monday Globex Support wrote:\n> We do.",
         0, "acme"),
    ],
    ids=[
        "none is named", "the question names it", "words before it name it",
        "another sentence names it", "in Chinese", "a name that is not searched for",
        "one sentence names both", "the name before the first", "the name before the second",
        "quoted mail names it", "quoted mail counts last",
    ],
)  # fmt: skip
def test_the_agreement_is_the_one_that_the_message_names(
    build_by_words: Build, message: str, at: int, agreement: str | None
) -> None:
    ticket = read_ticket(message)
    agreements = build_by_words().corpus.agreements
    assert find_agreement(ticket, ticket.questions[at], agreements, None) == agreement


@pytest.mark.parametrize(
    ("second", "cited", "agreement"),
    [
        ("里面的数据还能找回来吗？", ("acme",), "acme"),
        ("里面的数据还能找回来吗？", ("acme", "globex"), None),
        ("发票由谁来开具？", ("acme",), None),
        ("Globex的呢？里面的数据还能找回来吗？", ("acme",), "globex"),
    ],
    ids=["what decided it", "two decided it", "it stands alone", "a name counts more"],
)
def test_a_question_that_hangs_on_another_keeps_to_what_decided_that(
    build_by_words: Build, second: str, cited: tuple[str, ...], agreement: str | None
) -> None:
    ticket = read_ticket(f"账号会被收回吗？{second}")
    asked = ticket.questions[-1]
    assert (
        find_agreement(ticket, asked, build_by_words().corpus.agreements, _answered(*cited))
        == agreement
    )
