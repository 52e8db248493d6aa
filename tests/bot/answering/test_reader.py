from __future__ import annotations

import pytest

from bot.answering import reader
from bot.answering.answer import Answer
from bot.answering.bot import Bot
from bot.answering.question import frame_question
from bot.answering.reader import say_without
from index.search.clause_index import ClauseIndex


@pytest.fixture(scope="session")
def small(small_index: ClauseIndex) -> Bot:
    """Return the bot over the small corpus."""
    return Bot(small_index)


def _cited(answer: Answer, clause_id: str) -> tuple[str, str | None]:
    citation = answer.citations[0]
    assert citation.clause_id == clause_id
    return citation.quote, citation.quote_translation


@pytest.fixture
def long_clauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the short clauses of the small corpus stand for long ones."""
    monkeypatch.setattr(reader, "_WHOLE", {"zh": 0, "en": 0})


@pytest.mark.usefixtures("long_clauses")
def test_the_quote_is_the_sentence_that_decides(small: Bot) -> None:
    answer = small.ask("收到账单后几天内付款？")
    assert _cited(answer, "acme/1(1)")[0] == "您应在收到账单后15日内付款。"
    willing = Bot(small.index, answer_above=0.0)
    answer = willing.ask("我应当预先充值吗？", agreement="acme")
    assert _cited(answer, "acme/1(1)")[0] == "您应当预先充值。"


@pytest.mark.usefixtures("long_clauses")
@pytest.mark.parametrize(
    ("text", "quote", "rendered"),
    [
        (
            "On which day of the month is the bill sent out?",
            "账单在每月月底发出。",
            "The bill is sent at the end",
        ),
        ("How many days do I have to pay?", "您应在收到账单后15日内付款。", "You shall pay within"),
    ],
)
def test_a_sentence_is_quoted_beside_its_own_rendering(
    small: Bot, text: str, quote: str, rendered: str
) -> None:
    found, translation = _cited(small.ask(text), "acme/1(1)")
    assert found == quote
    assert translation is not None
    assert translation.startswith(rendered)


@pytest.mark.usefixtures("long_clauses")
def test_a_rendering_cut_otherwise_gives_its_nearest_sentence(small: Bot) -> None:
    quote, translation = _cited(small.ask("Can I get a refund of fees?"), "acme/1(2)")
    assert quote == "已支付的费用不予退还。"
    assert translation == "Fees are not refunded."


def test_a_number_asked_for_in_traditional_characters_is_quoted(small: Bot) -> None:
    assert _cited(small.ask("收到帳單後幾天內付款？"), "acme/1(1)")[0].count("15日") == 1


def test_a_short_clause_is_quoted_whole(small: Bot) -> None:
    citation = small.ask("账单几天内要付清？").citations[0]
    assert (citation.start, citation.end) == (0, len(citation.text))
    assert citation.quote == citation.text
    assert citation.quote_translation == citation.translation


def test_a_long_clause_is_quoted_by_a_sentence(bot: Bot) -> None:
    citation = bot.ask("大汉的密码泄露了怎么办？").citations[0]
    assert len(citation.text) > 160
    assert 0 < len(citation.quote) < len(citation.text)


def test_an_english_answer_gives_the_rendering_then_the_quote(bot: Bot) -> None:
    answer = bot.ask("how long is data kept after termination?")
    head, rendering, quote = answer.text.split("\n\n")[0].split("\n")
    assert head.startswith("Xunzhong Cloud Communications Platform Terms of Service, 5（3）")
    assert "7 days" in rendering
    assert rendering.endswith("(unofficial translation; the original wording prevails)")
    assert quote == f"“{answer.citations[0].quote}”"


def test_an_answer_in_the_agreements_language_needs_no_rendering(bot: Bot, small: Bot) -> None:
    answer = bot.ask("协议终止后数据保留多久？")
    assert "非官方" not in answer.text
    assert answer.citations[0].translation is not None
    assert "非官方" not in small.ask("How long are backups kept?").text
    assert "unofficial" not in small.ask("How long are backups kept?").text


def test_an_english_agreement_is_rendered_for_a_chinese_asker(small: Bot) -> None:
    answer = small.ask("备份保存多久？")
    _, rendering, quote = answer.text.split("\n\n")[0].split("\n")
    assert rendering.startswith("我们将您网站的备份保存90天。")
    assert rendering.endswith("（非官方译文）")
    assert quote == "“We keep backups of your site for 90 days.”"


def test_without_a_rendering_the_quote_stands_alone(small: Bot, small_index: ClauseIndex) -> None:
    bare = Bot(small_index.without_written_fields(), answer_above=0.0)
    for text in ("账单几天内付款？", "How many days do I have to pay the bill?"):
        answer = bare.ask(text, agreement="acme")
        for part, citation in zip(answer.text.split("\n\n"), answer.citations, strict=True):
            assert citation.translation is None
            assert citation.quote_translation is None
            assert part.split("\n")[1:] == [f"“{citation.quote}”"]


def test_agreements_without_a_clause_are_named_at_the_end(bot: Bot) -> None:
    assert bot.ask("讯众和大汉，能开发票吗？").text.endswith(
        "\n\n在《大汉云通讯开放平台用户使用协议》里没有找到能回答这个问题的条款。"
    )


def test_only_what_a_reviewer_found_open_is_said_to_be_silent(small: Bot) -> None:
    asked = small.ask("发票由谁开具？").text
    assert asked.endswith("在《Globex Hosting Terms》里没有找到能回答这个问题的条款。")
    question = frame_question("退款几天到账？", small.index.corpus.agreements, chosen="acme")
    assert say_without(small.index, question, "acme", is_silent=True).endswith(
        "没有规定这样的期限。"
    )
    other = frame_question("发票由谁开具？", small.index.corpus.agreements, chosen="acme")
    assert say_without(small.index, other, "acme", is_silent=True).endswith("对此没有规定。")


def test_every_citation_is_shown(bot: Bot) -> None:
    answer = bot.ask("Which court hears a dispute?")
    parts = answer.text.split("\n\n")
    assert len(answer.citations) > 1
    compared = [part for part in parts if part.startswith("Compare ")]
    others = len(compared) + len(answer.without) + bool(answer.opening)
    assert len(parts) == len(answer.citations) + others
    assert parts[0] == answer.opening
    for part, citation in zip(parts[1:], answer.citations, strict=False):
        assert f", {citation.label}" in part.split("\n")[0]
        assert citation.quote in part
