from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.tickets import FOLDER, read_tickets, unfounded
from bot.__main__ import main
from bot.answering.answer import Citation, Reason
from bot.answering.bot import Bot
from bot.desk.ticket.api import DraftObject
from bot.desk.ticket.draft import UNSURE, Draft, make_draft, redraft
from bot.desk.ticket.render import to_html, to_markdown, to_text
from bot.desk.ticket.ticket import read_ticket
from bot.words.catalogue import WORDING, say
from index.errors import QueryError

ENGLISH = """Hi,

we left Xunzhong last week. How long do you keep our data? Which bank do you use?

Tom"""
CHINESE = "您好，大汉的余额不足了会怎么样？你们老板属什么生肖？\n谢谢"
PAYLOAD = "<script>alert(1)</script> [x](javascript:alert(1)) **how long do you keep our data?**"


@pytest.fixture(scope="module")
def drafts(bot: Bot) -> list[Draft]:
    """Return the drafts of all bundled messages."""
    names = ("tickets.jsonl", "tickets-fresh.jsonl", "tickets-rough.jsonl")
    rows = [row for name in names for row in read_tickets(FOLDER / name)]
    return [_draft(bot, row["message"], row["agreement"]) for row in rows]


def _draft(bot: Bot, message: str, agreement: str | None = None) -> Draft:
    return make_draft(bot, read_ticket(message), agreement=agreement)


def _cited(draft: Draft, at: int = 0) -> list[str]:
    return [passage.citation.clause_id for passage in draft.replies[at].passages]


def test_no_draft_says_what_no_clause_says(bot: Bot, drafts: Sequence[Draft]) -> None:
    assert len(drafts) == 108
    for draft in drafts:
        assert unfounded(bot, draft) == []


def test_every_quote_is_in_its_clause_and_every_question_in_its_message(
    bot: Bot, drafts: Sequence[Draft]
) -> None:
    texts = {clause.clause_id: clause.text for clause in bot.index.corpus.clauses}
    for draft in drafts:
        shown = " ".join(draft.ticket.message.split())
        for reply in draft.replies:
            assert " ".join(reply.asked.words.split()) in shown
            assert len(reply.choices) == len(reply.answer.retrieved)
            for passage in reply.passages:
                citation = passage.citation
                assert texts[citation.clause_id][citation.start : citation.end] == citation.quote
                assert f"“{citation.quote}”" in to_text(draft)


def test_a_planted_promise_and_a_planted_quote_are_seen(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _draft(bot, ENGLISH)
    reply = draft.replies[0]
    citation = replace(
        reply.passages[0].citation, quote="保留90日", text="保留90日", start=0, end=5
    )
    false = replace(reply, passages=(replace(reply.passages[0], citation=citation),))
    assert "“保留90日”" in unfounded(bot, replace(draft, replies=(false,)))
    promised = {**WORDING["draft_closing"], "en": "We will refund you within 4711 days."}
    monkeypatch.setitem(WORDING, "draft_closing", promised)
    assert unfounded(bot, draft) == [promised["en"], "4711"]


def test_an_english_draft_gives_the_rendering_then_the_quote(bot: Bot) -> None:
    draft = _draft(bot, ENGLISH)
    blocks = to_text(draft).split("\n\n")
    assert blocks[0] == "Hello,"
    assert blocks[2] == "Regarding “How long do you keep our data?”:"
    head, rendering, quote = blocks[3].split("\n")
    assert head.startswith("Xunzhong Cloud Communications Platform Terms of Service, 5（3）")
    assert "7 days" in rendering
    assert rendering.endswith("(unofficial translation; the original wording prevails)")
    assert quote.startswith("“除法定及本协议另行约定外")
    assert blocks[-1] == "Kind regards\n"


def test_a_chinese_draft_is_all_chinese(bot: Bot) -> None:
    draft = _draft(bot, CHINESE)
    assert _cited(draft)[0] == "dahan/3.2.2"
    assert "非官方" not in to_text(draft)
    assert not re.search(r"[a-z]{4,}", to_text(draft))


def test_a_question_in_another_language_is_replied_to_in_that_of_the_message(bot: Bot) -> None:
    message = (
        "我们公司用的是讯众的短信平台，已经解约了。How long do you keep our data? 发票能开吗？"
    )
    draft = _draft(bot, message)
    assert draft.language == "zh"
    assert draft.replies[0].answer.language == "en"
    assert "unofficial" not in to_text(draft)
    assert "关于“How long do you keep our data?”：" in to_text(draft)


def test_an_agreement_that_the_greeting_names_is_the_one_answered_from(bot: Bot) -> None:
    named = _draft(bot, "讯众客服：\n\n发生争议由哪里的法院管辖？")
    assert _cited(named) == ["xunzhong/9(2)"]
    both = _draft(bot, "客服：\n\n发生争议由哪里的法院管辖？")
    assert {clause_id.split("/")[0] for clause_id in _cited(both)} == {"dahan", "xunzhong"}
    chosen = _draft(bot, "客服：\n\n发生争议由哪里的法院管辖？", agreement="dahan")
    assert _cited(chosen) == ["dahan/第十二条"]


def test_an_unsettled_question_is_said_to_be_so(bot: Bot) -> None:
    draft = _draft(bot, CHINESE)
    assert draft.replies[1].passages == ()
    assert draft.replies[1].choices
    reason = draft.replies[1].answer.reason
    assert say(f"draft_{reason}", "zh") in to_text(draft)


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_its_words_and_asks_back(reason: Reason, language: str) -> None:
    assert re.search(r"\?|？|请", say(f"draft_{reason}", language))


def test_a_message_without_a_question_asks_for_one(bot: Bot) -> None:
    text = to_text(_draft(bot, "Hi team,\n\nThanks!\nTom"))
    assert say("draft_no_question", "en") in text
    assert "Regarding" not in text


def test_citations_can_be_swapped_added_and_dropped(bot: Bot) -> None:
    draft = _draft(bot, ENGLISH)
    other = draft.replies[0].choices[3].clause_id
    swapped = redraft(bot, draft, 0, [other])
    assert _cited(swapped) == [other]
    assert draft.replies[1:] == swapped.replies[1:]
    assert unfounded(bot, swapped) == []
    added = redraft(bot, draft, 0, [*_cited(draft), other])
    assert _cited(added) == [*_cited(draft), other]
    assert added.replies[0].passages[0] == draft.replies[0].passages[0]
    assert say("draft_also", "en", clause=added.replies[0].passages[1].reference) in to_text(added)
    dropped = redraft(bot, added, 0, [])
    assert "7 days" not in to_text(dropped)
    assert say("draft_weak_evidence", "en") in to_text(dropped)
    assert redraft(bot, dropped, 0, _cited(draft)) == draft


def test_a_clause_that_was_not_ranked_is_quoted_by_the_words_that_fit(bot: Bot) -> None:
    draft = _draft(bot, "Will you delete the account after 12 months?", agreement="dahan")
    ranked = {choice.clause_id for choice in draft.replies[0].choices}
    assert "xunzhong/5(3)" not in ranked
    added = redraft(bot, draft, 0, ["xunzhong/5(3)"])
    assert "7日" in added.replies[0].passages[0].citation.quote
    assert unfounded(bot, added) == []


@pytest.mark.parametrize(
    ("at", "citations", "message"),
    [
        (0, ["xunzhong/99"], "no clause 'xunzhong/99'"),
        (0, ["dahan/3.2.2", "dahan/3.2.2"], "given twice"),
        (2, ["dahan/3.2.2"], "no reply 2"),
        (-1, [], "no reply -1"),
    ],
)
def test_what_cannot_be_cited_is_refused(
    bot: Bot, at: int, citations: list[str], message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        redraft(bot, _draft(bot, ENGLISH), at, citations)


def test_an_unknown_agreement_is_refused_even_without_a_question(bot: Bot) -> None:
    with pytest.raises(QueryError, match="no agreement 'nobody'"):
        _draft(bot, "", agreement="nobody")


def test_nothing_of_the_customer_is_more_than_text(bot: Bot) -> None:
    draft = _draft(bot, PAYLOAD)
    assert len(draft.replies) == 1
    page, markdown = to_html(draft), to_markdown(draft)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert r"\<script\>" in markdown
    assert not re.search(r"(?<!\\)(?:<script|\]\()", markdown)
    assert r"\*\*how long" in markdown


def test_every_form_holds_the_same_words(bot: Bot) -> None:
    draft = _draft(bot, ENGLISH)
    page = re.sub(r"<[^>]+>", "", to_html(draft)).split("\n")
    assert [line for line in page if line] == [line for line in to_text(draft).split("\n") if line]
    assert to_markdown(draft).count("\n> ") == to_html(draft).count("<blockquote>")


def test_the_row_holds_what_a_page_needs(bot: Bot) -> None:
    row = json.loads(DraftObject.of(_draft(bot, ENGLISH)).model_dump_json())
    reply = row["replies"][0]
    assert reply["passages"][0]["clause_id"] == "xunzhong/5(3)"
    assert reply["outcome"] == "answered"
    assert reply["words"] == ENGLISH[reply["start"] : reply["end"]]
    assert row["text"].startswith("Hello,")
    assert row["parts"][0] == {"kind": "greeting", "start": 0, "end": 3}


@pytest.fixture
def message(
    tmp_path: Path, stored_index: Path, loaded_once: None, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return the file of a message, with the settings of the stored index."""
    monkeypatch.setenv("CLAUSEBOT_INDEX", str(stored_index))
    path = tmp_path / "message.txt"
    path.write_text(ENGLISH, "utf-8-sig")
    return path


def test_the_command_prints_the_draft(
    message: Path, bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ticket", str(message)]) == 0
    assert capsys.readouterr().out == to_text(_draft(bot, ENGLISH))
    assert main(["ticket", str(message), "--agreement", "dahan", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["agreement"] == "dahan"
    assert row["replies"]


def test_a_message_that_cannot_be_read_fails_in_one_line(
    message: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ticket", str(message.parent / "none.txt")]) == 1
    assert "none.txt: cannot be read (No such file" in capsys.readouterr().err
    message.write_bytes(b"\xff\xfe\x00")
    assert main(["ticket", str(message)]) == 1
    assert capsys.readouterr().err.endswith("is not UTF-8. Save it as UTF-8.\n")


def test_the_command_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["ticket", "--help"])
    assert stopped.value.code == 0
    assert "example: python -m bot ticket message.txt" in capsys.readouterr().out


LED = "如发生下述任一情况而导致服务中断及您损失的，大汉云通讯不承担责任："


def test_an_item_of_a_list_is_quoted_behind_what_leads_into_it(bot: Bot) -> None:
    draft = _draft(bot, "您好，服务中断谁负责？", agreement="dahan")
    listed = redraft(bot, draft, 0, ["dahan/8.3(5)", "dahan/8.3(3)", "dahan/10.5.1"])
    texts = {clause.clause_id: clause.text for clause in bot.index.corpus.clauses}
    for passage in listed.replies[0].passages:
        (led,) = passage.lead_ins
        assert texts[led.clause_id][led.start : led.end] == led.quote
    text = to_text(listed)
    assert text.count(LED) == 1, "items of one list share it"
    above, *items = (
        f"8.3（第八条 免责条款）在所列各项之前规定：\n“{LED}”",
        "\n\n其中8.3(5)为：\n“其它非因云通讯的过错而引起的。”",
        "\n\n其中8.3(3)为：\n“计算机系统遭到破坏、瘫痪或无法正常使用的；”",
    )
    assert above + "".join(items) in text
    assert "）另有规定，在所列各项之前写明：\n“如发生下列任何一种情形" in text
    assert f"<blockquote>“{LED}”</blockquote>" in to_html(listed)
    assert f"> “{LED}”" in to_markdown(listed)
    assert unfounded(bot, listed) == []
    apart = redraft(bot, draft, 0, ["dahan/8.3(5)", "dahan/10.5.1", "dahan/8.3(3)"])
    assert to_text(apart).count(LED) == 2
    below = redraft(bot, draft, 0, ["dahan/8.3", "dahan/8.3(5)"])
    assert to_text(below).count(LED) == 1
    assert "其中8.3(5)为：" in to_text(below)
    assert not redraft(bot, draft, 0, ["dahan/8.3"]).replies[0].passages[0].lead_ins


def test_what_leads_into_an_item_is_rendered_once(bot: Bot) -> None:
    draft = _draft(bot, "Who is liable for an outage?", agreement="dahan")
    listed = redraft(bot, draft, 0, ["dahan/8.3(5)", "dahan/8.3(3)"])
    text = to_text(listed)
    assert text.count("Dahan is not liable: (unofficial") == 1
    assert "\nother circumstances not caused by Dahan's fault. (unofficial" in text
    assert unfounded(bot, listed) == []


def test_an_answer_that_is_hardly_sure_is_told_to_an_agent(bot: Bot) -> None:
    draft = _draft(bot, ENGLISH)
    (citation, *_) = draft.replies[0].answer.citations

    def is_doubtful(*citations: Citation) -> bool:
        answer = replace(draft.replies[0].answer, citations=citations)
        return replace(draft.replies[0], answer=answer).is_doubtful

    weak, sure = replace(citation, confidence=UNSURE - 0.01), replace(citation, confidence=UNSURE)
    assert is_doubtful(weak)
    assert is_doubtful(weak, weak)
    assert not is_doubtful(weak, sure)


def test_the_words_that_decide_are_quoted(bot: Bot) -> None:
    short = _draft(bot, "Which court is competent for a dispute with Dahan?").replies[0]
    assert short.passages[0].citation.quote == short.passages[0].citation.text
    assert "Wuchang" in (short.passages[0].rendering or "")
    long = _draft(bot, "大汉的余额不足了会怎么样？").replies[0].passages[0].citation
    assert "余额不足" in long.quote
