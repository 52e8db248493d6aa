from __future__ import annotations

from dataclasses import replace

from bot.bot import Bot
from bot.web.agreement_view import Place, render_agreement
from bot.web.understanding import MAX_ENTRIES, render_understanding


def test_every_clause_links_to_its_place_beside_the_list(bot: Bot) -> None:
    corpus = bot.index.corpus
    page = render_agreement(corpus, Place("xunzhong"), "en")
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
    assert "存疑：" in render_understanding(bot.index.agreement("xunzhong"), "zh")


def test_words_of_an_agreement_are_no_markup(bot: Bot) -> None:
    agreement = replace(bot.index.agreement("dahan"), text="1. <img src=x onerror=y>\n2. b\n")
    assert "<img" not in render_understanding(agreement, "en")


def test_a_list_without_end_is_cut(bot: Bot) -> None:
    text = "".join(f"第{n}条 词。\n" for n in range(1, MAX_ENTRIES + 9))
    agreement = replace(bot.index.agreement("dahan"), text=text)
    assert render_understanding(agreement, "en").count("<li") <= MAX_ENTRIES


def test_an_agreement_without_words_has_a_list_too(bot: Bot) -> None:
    assert "0 clauses" in render_understanding(replace(bot.index.agreement("dahan"), text=""), "en")
