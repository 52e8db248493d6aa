"""Answers become HTML that shows them, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.answering.answer import Answer, Citation, Outcome, Reason, Related, Retrieved
from bot.web.http import choose_language
from bot.web.page.agreement_html import OpenedAt, render_agreement, render_shelf
from bot.web.page.answer_html import (
    Turn,
    render_conversation,
    render_header,
    render_notice,
)
from index.agreement import Agreement
from index.clause import Clause, ClauseKind
from index.corpus import Corpus
from index.relations.relations import RelationKind
from index.search.fields import ClauseFields

TEXT = "甲协议\n1、 数据\n（1）数据保留7日。\n（2）<b>费用</b>30元。\n完"
ATTACK = "<img src=x onerror=alert(1)>\"'&"


def clause_of(label: str, words: str) -> Clause:
    start = TEXT.index(words)
    return Clause(
        f"a/1{label}",
        "a",
        f"1{label}",
        ("1、 数据",),
        ClauseKind.CLAUSE,
        2,
        words,
        start,
        start + len(words),
        start - len(label),
    )


@pytest.fixture
def corpus() -> Corpus:
    agreement = Agreement(
        "a", "甲协议", "Agreement A", "甲公司", "Company A", (), "zh", "2026", "", "0" * 64, TEXT
    )
    clauses = (clause_of("（1）", "数据保留7日。"), clause_of("（2）", "<b>费用</b>30元。"))
    fields = {"a/1（1）": ClauseFields("Data", "Data is kept for 7 days.", ())}
    return Corpus(Path("corpus"), (agreement,), clauses, fields, (), {})


@pytest.fixture
def answer(corpus: Corpus) -> Answer:
    clause = corpus.clauses[0]
    citation = Citation(
        clause.clause_id,
        "a",
        clause.label,
        clause.path,
        "保留7日",
        2,
        6,
        clause.text,
        "Data is kept for 7 days.",
        "kept for 7 days",
        0.9,
    )
    return Answer("How long?", "en", Outcome.ANSWERED, None, "text", (citation,))


class _Words(HTMLParser):
    """Gathers what a reader sees, and every tag and attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", set[str](), set[str]()
        self.feed(str(html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_link_leaves_out_what_is_not_given() -> None:
    assert Turn("a b&c", None, None).link("zh") == "/?q=a+b%26c&lang=zh"
    Turn("\ud800", None, None).link("zh").encode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_turn_shows_quote_rendering_and_place(
    corpus: Corpus, answer: Answer, language: str
) -> None:
    html = render_conversation(corpus, [Turn("How long?", None, answer)], language)
    assert '保留<strong class="qty">7日</strong>' in html
    assert 'kept for <strong class="qty">7 days</strong>' in html
    assert 'data-clause="a/1（1）" data-start="2" data-end="6"' in html
    assert "数据<mark>保留" in html  # the whole clause, the quote marked in it
    assert ("Company A" in render_shelf(corpus, language)) == (language == "en")


def test_list_item_stands_under_the_words_it_completes(corpus: Corpus, answer: Answer) -> None:
    item = replace(corpus.clauses[0], lead_in="下列<数据>：")
    html = render_conversation(replace(corpus, clauses=(item,)), [Turn("", None, answer)], "zh")
    assert html.index("下列&lt;数据&gt;：") < html.index('<p class="words">')


def test_rendering_is_marked_unofficial(corpus: Corpus, answer: Answer) -> None:
    html = render_conversation(corpus, [Turn("How long?", None, answer)], "en")
    assert html.count("Unofficial translation") == 2  # of the quote, of the whole clause


def test_chinese_question_needs_no_rendering(corpus: Corpus, answer: Answer) -> None:
    chinese = replace(answer, language="zh", question="多久？")
    html = render_conversation(corpus, [Turn("多久？", None, chinese)], "zh")
    assert "7 days" not in html


def test_agreement_without_a_clause_is_named_as_silent(corpus: Corpus, answer: Answer) -> None:
    silent = replace(answer, without=("a",), remarks=("A sets no such period.",))
    assert "A sets no such period." in render_conversation(corpus, [Turn("", None, silent)], "en")


@pytest.mark.parametrize("reason", list(Reason))
def test_abstention_says_why(corpus: Corpus, reason: Reason) -> None:
    clause = corpus.clauses[1]
    near = Retrieved(clause.clause_id, "a", clause.label, 0.4, clause.text)
    answer = Answer(
        "q", "zh", Outcome.ABSTAINED, reason, "完整的话", (), (near,), ("a",), ("没有规定。",)
    )
    html = render_conversation(corpus, [Turn("q", "a", answer)], "zh")
    assert f'data-reason="{reason}"' in html
    near_shown = {Reason.SILENT, Reason.NOT_FOUND, Reason.WEAK_EVIDENCE}
    assert ("data-clause=" in html) == (reason in near_shown)
    assert ("whole-text" in html) == (reason is Reason.WEAK_EVIDENCE)
    assert "没有规定。" in html
    assert "完整的话" not in _Words(html).text  # it repeats what stands there


def related(corpus: Corpus, kind: RelationKind) -> Related:
    clause = corpus.clauses[1]
    return Related(
        clause.clause_id, "a", clause.label, clause.path, clause.text, kind, ATTACK, "a/1（1）"
    )


def test_disagreeing_clause_stands_out(corpus: Corpus, answer: Answer) -> None:
    answer = replace(answer, related=(related(corpus, RelationKind.DISAGREES),))
    html = render_conversation(corpus, [Turn("q", None, answer)], "en")
    assert '<section class="differs"' in html
    assert "<details" not in html[html.index("differs") : html.index("turn-tools")]
    assert 'data-clause="a/1（2）"' in html
    assert ATTACK in _Words(html).text
    assert "&lt;b&gt;费用&lt;/b&gt;" in html


@pytest.mark.parametrize("kind", [kind for kind in RelationKind if kind != "disagrees"])
def test_other_relations_are_folded_away(
    corpus: Corpus, answer: Answer, kind: RelationKind
) -> None:
    answer = replace(answer, related=(related(corpus, kind),))
    html = render_conversation(corpus, [Turn("q", None, answer)], "zh")
    assert "differs" not in html
    folded = html[html.index('<details class="beside"') :]
    assert 'data-clause="a/1（2）"' in folded
    assert ATTACK in _Words(folded).text


def test_failure_is_shown_in_words(corpus: Corpus) -> None:
    assert "try again" in render_conversation(corpus, [Turn("q", None, None)], "en")


def test_hostile_words_stay_words_everywhere(corpus: Corpus, answer: Answer) -> None:
    hostile = Agreement("a", ATTACK, ATTACK, ATTACK, ATTACK, (), "zh", ATTACK, "", "", TEXT)
    corpus = replace(corpus, agreements=(hostile,))
    answer = replace(answer, question=ATTACK, text=ATTACK)
    turns = [Turn(ATTACK, "a", answer, ATTACK, ATTACK, ATTACK), Turn(ATTACK, None, None)]
    html = (
        render_conversation(corpus, turns, "en")
        + render_shelf(corpus, "en")
        + render_agreement(corpus, OpenedAt("a", "a/1（2）"), "en")
        + render_notice(ATTACK, "en", may_retry=True)
    )
    words = _Words(html)
    assert ATTACK in words.text
    assert not words.tags & {"img", "script", "b"}
    assert not any(name.startswith("on") for name in words.attributes)


def test_agreement_is_whole_with_its_quote_marked(corpus: Corpus) -> None:
    html = render_agreement(corpus, OpenedAt("a", "a/1（1）", 2, 6), "zh")
    words = _Words(html).text
    at = -1
    for line in TEXT.splitlines():
        at = words.index(line.strip(), at + 1)
    assert '数据<mark>保留<strong class="qty">7日</strong></mark>。' in html
    assert '<h3 id="heading-4">1、 数据</h3>' in html
    assert html.count("<mark>") == html.count("aria-current") == 1


def test_clause_opened_without_offsets_is_marked_whole(corpus: Corpus) -> None:
    html = render_agreement(corpus, OpenedAt("a", "a/1（1）"), "en")
    assert '<mark>数据保留<strong class="qty">7日</strong>。</mark>' in html
    assert "Data is kept for 7 days." in html


def test_agreement_opened_at_its_beginning_marks_nothing(corpus: Corpus) -> None:
    assert "<mark>" not in render_agreement(corpus, OpenedAt("a"), "zh")


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("zh", "en", "zh"),
        (None, "fr-FR,zh-CN;q=0.9,en;q=0.8", "zh"),
        ("tlh", "en-GB", "en"),
        (None, "", "en"),
    ],
)
def test_language_of_the_page(wanted: str | None, accepted: str, language: str) -> None:
    assert choose_language(wanted, accepted) == language


def test_header_shows_the_language_chosen() -> None:
    assert 'data-lang="zh" aria-pressed="true"' in render_header("zh")


def test_what_was_not_kept_is_neither_rated_nor_downloaded(corpus: Corpus, answer: Answer) -> None:
    html = render_conversation(corpus, [Turn("q", None, answer, key="k")], "en")
    assert "data-rate" not in html
    assert "export" not in html
    assert 'data-copy-link="/?q=q&amp;lang=en"' in html


def test_kept_answer_is_shared_by_its_id(corpus: Corpus, answer: Answer) -> None:
    html = render_conversation(corpus, [Turn("q", None, answer, answer_id="abc", key="k")], "en")
    assert 'data-copy-link="/a/abc"' in html
    for name in ("markdown", "html", "json"):
        assert f'href="/api/answers/abc/export?format={name}"' in html


def test_only_the_last_turn_begins_anew(corpus: Corpus, answer: Answer) -> None:
    html = render_conversation(corpus, [Turn("q", None, answer), Turn("q", None, None)], "en")
    assert html.count("data-restart") == 1


def test_question_without_end_is_set_small(corpus: Corpus, answer: Answer) -> None:
    assert 'class="question long"' in render_conversation(
        corpus, [Turn("问" * 2000, None, answer)], "zh"
    )


def test_site_without_agreements_says_how_to_add_one(corpus: Corpus) -> None:
    assert "corpus" in render_shelf(replace(corpus, agreements=(), clauses=()), "en")
