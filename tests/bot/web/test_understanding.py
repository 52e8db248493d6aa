from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.answering.bot import Bot
from bot.web.page.agreement_html import (
    MAX_ENTRIES,
    OpenedAt,
    render_agreement,
    render_understanding,
)
from index.segmentation.doubts import Aside, Oddity, OddityKind
from index.segmentation.segment import segment


def test_every_clause_links_to_its_place_beside_the_list(bot: Bot) -> None:
    corpus = bot.index.corpus
    page = render_agreement(corpus, OpenedAt("xunzhong"), "en")
    clauses = [clause for clause in corpus.clauses if clause.agreement == "xunzhong"]
    for clause in clauses:
        assert f'data-jump="clause-{clause.start}"' in page
        assert f'id="clause-{clause.start}"' in page


def test_doubts_and_what_is_set_aside_stand_with_their_line(bot: Bot) -> None:
    shown = render_understanding(bot.index.agreement("xunzhong"), "en")
    assert "49 clauses" in shown
    assert '<span class="read-line">21</span> in doubt: （9） follows number 5' in shown
    assert "set aside (artefact): [bookmark: _GoBack]" in shown


def test_it_is_said_in_the_language_of_the_page(bot: Bot) -> None:
    shown = render_understanding(bot.index.agreement("xunzhong"), "zh")
    assert "存疑：（9） 紧接在第 5 号之后" in shown
    assert "不属正文（编辑软件的残留）：[bookmark: _GoBack]" in shown


@pytest.mark.parametrize("kind", OddityKind)
def test_an_oddity_is_said_in_both_languages(kind: OddityKind) -> None:
    other = Aside.MENU if kind is OddityKind.SET_ASIDE else "第三条"
    oddity = Oddity(kind, "4.1", other)
    assert oddity.say("en") == str(oddity)
    assert re.search("[\u3400-\u9fff]{2}", oddity.say("zh").replace("第三条", ""))


@pytest.mark.parametrize("why", Aside)
def test_why_words_are_set_aside_is_said_in_both_languages(why: Aside) -> None:
    oddity = Oddity(OddityKind.SET_ASIDE, "Home", why, count=4)
    assert oddity.say("en") != oddity.say("zh")


def test_every_reason_to_set_a_line_aside_is_said(bot: Bot) -> None:
    text = (
        "# Terms\n\n- [1. Use](#a)\n- [2. Pay](#b)\n- [3. End](#c)\n- [4. Law](#d)\n\n"
        "[Home](/) | [Help](/h) | [More](/m)\n\nBack to top\n\n---\n\n1. Use it.\n\n2. Pay.\n\n"
        "3. It ends.\n\n4. The law.\n\n© 2026 A company\n\n<br>\n"
    )
    reasons = {span.reason for span in segment(text, "dahan").leftovers}
    assert reasons >= {"menu", "button", "rule", "foot of a page", "artefact"}
    shown = render_understanding(replace(bot.index.agreement("dahan"), text=text), "zh")
    assert shown.count("不属正文") == shown.count("read-leftover") >= len(reasons)


def test_words_of_an_agreement_are_no_markup(bot: Bot) -> None:
    agreement = replace(bot.index.agreement("dahan"), text="1. <img src=x onerror=y>\n2. b\n")
    assert "<img" not in render_understanding(agreement, "en")


def test_a_list_without_end_is_cut(bot: Bot) -> None:
    text = "".join(f"第{n}条 词。\n" for n in range(1, MAX_ENTRIES + 9))
    agreement = replace(bot.index.agreement("dahan"), text=text)
    assert render_understanding(agreement, "en").count("<li") <= MAX_ENTRIES


def test_an_agreement_without_words_has_a_list_too(bot: Bot) -> None:
    assert "0 clauses" in render_understanding(replace(bot.index.agreement("dahan"), text=""), "en")
