"""What a draft quotes: lead-ins, renderings, choices, and what an agent changes of them."""

from __future__ import annotations

import pytest

from bot.answering.bot import Bot
from bot.desk.ticket.draft import (
    LeadIn,
    cite_for,
    find_choices,
    find_lead_ins,
    find_rendering,
    make_draft,
    make_passage,
    redraft,
    reword,
    without_lead_in,
)
from bot.desk.ticket.ticket import read_ticket
from index.errors import QueryError
from tests.bot.desk.conftest import ACME, Build

LEAD = "如发生下列情形，云梯不承担责任："


def test_what_leads_into_an_item_is_quoted_outermost_first(build_by_words: Build) -> None:
    index = build_by_words()
    (led,) = find_lead_ins(index, "zh", "acme/2.1(1)")
    assert (led.clause_id, led.quote, led.start, led.end) == ("acme/2.1", LEAD, 0, len(LEAD))
    assert led.rendering is None, "the reader reads the agreement's language"
    nested = find_lead_ins(index, "en", "acme/2.1(2)a)")
    assert [led.clause_id for led in nested] == ["acme/2.1", "acme/2.1(2)"]
    assert [led.rendering for led in nested] == ["Acme is not liable where:", None]
    assert find_lead_ins(index, "zh", "acme/1(2)") == ()
    with pytest.raises(QueryError, match="no clause 'acme/9'"):
        find_lead_ins(index, "zh", "acme/9")


def test_of_a_long_lead_in_the_last_sentence_is_quoted(build_by_words: Build) -> None:
    long = "云梯尽力维护服务。" * 50 + LEAD
    index = build_by_words(acme=ACME.replace(LEAD, long))
    (led,) = find_lead_ins(index, "zh", "acme/2.1(1)")
    assert led.quote == LEAD
    assert (led.start, led.end) == (len(long) - len(LEAD), len(long))


def _led(rendering: str | None) -> LeadIn:
    return LeadIn("a/1", "1", "x", 0, 1, rendering)


@pytest.mark.parametrize(
    ("rendering", "leads", "left"),
    [
        ("We pay where: it rains;", ["We pay where:"], "it rains;"),
        ("It rains;", ["We pay where:"], "It rains;"),
        ("We pay where:", ["We pay where:"], "We pay where:"),
        ("We pay where: in spring: it rains;", ["We pay where:", "in spring:"], "it rains;"),
        ("We pay where: it rains;", [None], "We pay where: it rains;"),
        (None, ["We pay where:"], None),
    ],
    ids=["begins so", "does not", "is nothing else", "two", "not rendered", "none"],
)
def test_a_rendering_loses_that_of_what_leads_into_it(
    rendering: str | None, leads: list[str | None], left: str | None
) -> None:
    assert without_lead_in(rendering, [_led(lead) for lead in leads]) == left


@pytest.mark.parametrize(
    ("label", "words", "rendering"),
    [
        ("1(1)", "账单在每月月底发出。", "The bill is sent at the end of each month."),
        ("1(1)", "您应在收到账单后15日内付款。",
         "You shall pay within 15 days of receiving the bill."),
        ("1(1)", "账单在每月月底", None),
        ("1(2)", "已支付的费用不予退还。",
         "Fees are not refunded. This holds for every fee already paid."),
        ("2.1(2)", "不可抗力，包括：", None),
    ],
    ids=["a sentence", "the last", "no whole sentence", "the whole, though of more sentences",
         "nobody rendered it"],
)  # fmt: skip
def test_a_rendering_is_that_of_the_same_sentence(
    build_by_words: Build, label: str, words: str, rendering: str | None
) -> None:
    index = build_by_words()
    text = index.corpus.clauses[index.position(f"acme/{label}")].text
    start = text.index(words)
    assert find_rendering(index, f"acme/{label}", start, start + len(words)) == rendering


@pytest.fixture
def bot(build_by_words: Build) -> Bot:
    """Return a bot that answers nearly everything, well or not."""
    return Bot(build_by_words(), answer_above=0.0)


def test_a_passage_is_rendered_for_whoever_reads_another_language(bot: Bot) -> None:
    answer = bot.ask("您泄露了密码", agreement="acme")
    citation = cite_for(bot.index, answer, "acme/2.1(1)")
    english, chinese = (make_passage(bot.index, name, citation) for name in ("en", "zh"))
    assert english.rendering == "you have leaked the password;"
    assert english.lead_ins[0].rendering == "Acme is not liable where:"
    assert chinese.rendering is None
    assert "2.1" in english.reference


def test_the_choices_are_the_ranked_clauses_with_what_leads_into_them(bot: Bot) -> None:
    answer = bot.ask("您泄露了密码，责任谁承担？", agreement="acme")
    choices = list(find_choices(bot.index, "zh", answer))
    assert [choice.clause_id for choice in choices] == [
        found.clause_id for found in answer.retrieved
    ]
    led = {choice.clause_id: choice.lead_in for choice in choices}
    assert led["acme/2.1(1)"] == LEAD
    assert led["acme/2.1(2)b)"] == f"{LEAD}\n不可抗力，包括："
    assert led["acme/1(2)"] == ""


MESSAGE = "Globex: how long are backups of my site kept?\n发票由谁来给我们公司开具？"


def test_each_question_is_answered_in_the_language_of_the_message(bot: Bot) -> None:
    draft = make_draft(bot, read_ticket(MESSAGE))
    assert [reply.asked.words for reply in draft.replies] == [
        "how long are backups of my site kept?",
        "发票由谁来给我们公司开具？",
    ]
    assert draft.replies[0].agreement == "globex"
    assert draft.replies[0].answer.citations[0].agreement == "globex"
    assert draft.language == "en"
    chosen = make_draft(bot, read_ticket(MESSAGE), agreement="acme")
    assert {reply.agreement for reply in chosen.replies} == {"acme"}


def test_a_question_that_leans_is_answered_with_the_one_before(bot: Bot) -> None:
    draft = make_draft(bot, read_ticket("Globex keeps a backup of sites, right?\n里面的数据呢？"))
    framed = draft.replies[-1].answer.framed
    assert framed is not None
    assert any("backup" in search for search in framed.searches)


def test_an_agent_orders_the_citations_and_nothing_else_changes(bot: Bot) -> None:
    draft = make_draft(bot, read_ticket(MESSAGE))
    named = ["globex/2.1", "globex/1.1"]
    changed = redraft(bot, draft, 0, named)
    assert [one.citation.clause_id for one in changed.replies[0].passages] == named
    assert changed.replies[1] == draft.replies[1]
    assert changed.replies[0].choices == draft.replies[0].choices
    assert redraft(bot, changed, 0, []).replies[0].passages == ()
    own = draft.replies[0].answer.citations[0]
    again = redraft(bot, changed, 0, [own.clause_id]).replies[0].passages[0].citation
    assert again == own, "what the bot was sure of keeps its probability"


def test_approved_words_stand_for_one_reply(bot: Bot) -> None:
    draft = make_draft(bot, read_ticket(MESSAGE))
    worded = reword(draft, 1, "由我们开具。")
    assert [reply.wording for reply in worded.replies] == [None, "由我们开具。"]
    assert worded.replies[1].passages == draft.replies[1].passages


@pytest.mark.parametrize(
    ("at", "citations", "words"),
    [
        (2, [], "there is no reply 2; the draft has 2"),
        (-1, [], "there is no reply -1"),
        (0, ["globex/1.1", "globex/1.1"], "given twice"),
        (0, ["globex/9"], "no clause 'globex/9'"),
    ],
)
def test_what_cannot_be_cited_is_refused(
    bot: Bot, at: int, citations: list[str], words: str
) -> None:
    with pytest.raises(QueryError, match=words):
        redraft(bot, make_draft(bot, read_ticket(MESSAGE)), at, citations)
